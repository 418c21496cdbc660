"""A whole form as pyxform understands it, turned into a draft question by question."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from thidua.scaffolding.python_text import Source
from thidua.scaffolding.xlsform.differences import Differences
from thidua.scaffolding.xlsform.draft import Cell
from thidua.scaffolding.xlsform.draft import FormDraft
from thidua.scaffolding.xlsform.draft import Table
from thidua.scaffolding.xlsform.logic import Logic
from thidua.scaffolding.xlsform.questions import Question
from thidua.scaffolding.xlsform.questions import cells_of
from thidua.scaffolding.xlsform.reading import ReadForm
from thidua.scaffolding.xlsform.words import Words
from thidua.scaffolding.xlsform.words import as_sentence
from thidua.scaffolding.xlsform.words import free_name

__all__ = ["drafted"]

_COMMON = "Thông tin chung"
#: Looked at elsewhere, or saying nothing that a person wrote.
_READ = frozenset({"type", "name", "label", "hint", "guidance_hint", "bind", "control", "parameters", "children"}) | {
    *("choices", "itemset", "list_name", "columns"),
}
_BINDS_READ = frozenset({"required", "relevant", "constraint", "jr:constraintMsg", "calculate", "readonly"})
_SETTINGS_READ = frozenset({"type", "name", "title", "children", "choices", "default_language", "sms_keyword"})
_WHAT = {
    "default": "giá trị điền sẵn: người nộp tự ghi, không điền thay",
    "media": "hình, tiếng của câu hỏi: trang nhập không có chỗ cho nó",
    "choice_filter": "lọc lựa chọn theo câu khác: mọi lựa chọn đều hiện",
    "trigger": "tính lại khi câu khác đổi: biểu không tự tính",
    "intent": "gọi ứng dụng khác",
    "query": "lọc theo tệp ngoài",
    "jr:requiredMsg": "câu nhắc khi bỏ trống: hệ thống báo bằng câu chung",
    "jr:count": "số lần lặp định trước: bảng nhận số dòng tùy ý",
    "appearance": "cách trình bày trên điện thoại",
    "actions": "hành động theo sự kiện",
    "calculate": "cách tính",
    "relevant": "điều kiện hiện",
    "constraint": "ràng buộc",
    "required": "bắt buộc trả lời",
    "readonly": "chỉ đọc",
    "jr:constraintMsg": "câu báo lỗi",
    "version": "phiên bản ghi trong XLSForm: biểu mới bắt đầu từ phiên bản 1",
    "id_string": "mã biểu ghi trong XLSForm",
    "style": "cách trình bày trên điện thoại",
    "public_key": "mã hóa bài nộp: hệ thống giữ dữ liệu theo cách riêng",
    "submission_url": "nơi nộp: báo cáo nộp vào hệ thống này",
    "entities": "khai báo thực thể",
    "instance_name": "tên đặt cho mỗi bài nộp",
}

_PASSED_OVER = {
    "rows": "từ dòng {place}: đứng sau hơn 60 dòng trống nên không được đọc; hãy xóa các dòng trống rồi chạy lại",
    "columns": "từ cột {place}: đứng sau hơn 20 cột trống nên không được đọc; hãy xóa các cột trống rồi chạy lại",
    "formula": "ô {place} là công thức: chỉ lấy được giá trị đã tính sẵn; hãy thay công thức bằng chữ hoặc số",
}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the form the walk is: under which heading, in which table, under which conditions."""

    title: str
    conditions: tuple[str, ...] = ()
    table: Table | None = None


@dataclass(slots=True)
class _Waiting:
    """A question whose logic is read once every cell has its name."""

    cells: list[Cell]
    bind: Mapping[str, Any]
    conditions: list[str]
    in_table: bool

    @property
    def constraint(self) -> str:
        """What the answer must be, as written in the workbook."""
        return str(self.bind.get("constraint", ""))


def drafted(read: ReadForm, form_code: str, differences: Differences) -> FormDraft:
    """Draft a form; everything that did not come along as it was is among the differences."""
    words = Words(differences, str(read.form.get("default_language", "")))
    title = words.pick(read.form.get("title"), "settings", "tên biểu")[:200] or read.name
    walk = _Walk(FormDraft(title), words, differences)
    children = [each for each in read.form.get("children", ()) if isinstance(each, Mapping)]
    for element in _all(children):
        words.know(element.get("label"))
        words.labels.setdefault(str(element.get("name")), words.peek(element.get("label")) or str(element.get("name")))
    walk.go(children, _Place(_COMMON))
    _number(walk.draft, form_code)
    walk.finish()
    _about_settings(read, words, differences)
    return walk.draft


def _all(elements: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for element in elements:
        yield element
        yield from _all(element.get("children") or ())


class _Walk:
    """Goes through the questions in order, then through what is said of them."""

    def __init__(self, draft: FormDraft, words: Words, differences: Differences) -> None:
        self.draft = draft
        self._words = words
        self._differences = differences
        self._taken: set[str] = set()
        self._classes: set[str] = set()
        self._columns: dict[str, set[str]] = {}
        self._cells: dict[str, list[Cell]] = {}
        self._waiting: list[_Waiting] = []

    def go(self, elements: Iterable[Mapping[str, Any]], place: _Place) -> None:
        for element in elements:
            kind, name = str(element.get("type", "")), str(element.get("name", "?"))
            if kind == "group" and name == "meta":
                self._meta(element)
            elif kind == "group":
                self._group(element, place)
            elif kind == "repeat":
                self._repeat(element, place)
            elif kind == "loop":
                self._leave_all(element, "vòng lặp theo danh sách (loop) đã bỏ khỏi chuẩn; hãy viết thành nhóm lặp")
            else:
                self._question(element, place)

    def finish(self) -> None:
        """Read bounds, conditions and sums, now that every cell has its name."""
        logic = Logic(self.draft, self._cells, self._differences)
        # Bounds first: what they make of a question decides what it can be compared with.
        for each in sorted(self._waiting, key=lambda each: "/" in each.constraint or "$" in each.constraint):
            for cell in each.cells if each.constraint else ():
                message = self._words.pick(each.bind.get("jr:constraintMsg"), cell.place, "câu báo lỗi")
                logic.constrain(cell, each.constraint, message, in_table=each.in_table)
        for each in self._waiting:
            calculation = str(each.bind.get("calculate", ""))
            required = str(each.bind.get("required", ""))
            for cell in each.cells if calculation else ():
                if each.in_table or not logic.add_up(cell, calculation):
                    self._differences.left_out(cell.place, f"tự tính “{calculation}”: người nộp tự ghi ô này")
            if len(each.cells) > 1 and required:
                self._differences.changed(each.cells[0].place, "bắt buộc trả lời thành bắt buộc ghi mọi ô của câu")
            logic.require(each.cells, required=required, conditions=each.conditions, in_table=each.in_table)

    def _question(self, element: Mapping[str, Any], place: _Place) -> None:
        bind = element.get("bind") or {}
        element = self._sum_as_count(element, bind)
        taken = self._columns[place.table.cell.name] if place.table else self._taken
        question = Question(element, taken, self._words, self._differences, in_table=place.table is not None)
        cells = cells_of(question)
        self._rest(element)
        if not cells:
            for key, value in bind.items():
                if key in _BINDS_READ and value:
                    self._differences.left_out(question.place, f"{_WHAT.get(key, key)} ({key} = {_short(value)})")
            return
        if bind.get("readonly") and not bind.get("calculate"):
            self._differences.left_out(question.place, "chỉ đọc: ô này người nộp ghi được")
        for cell in cells:
            self._help(cell, element)
            if place.table:
                place.table.columns.append(cell)
            else:
                self.draft.cells[cell.name] = cell
                self.draft.place(place.title, cell.name)
        if not place.table:
            self._cells.setdefault(question.place, []).extend(cells)
        own = str(bind.get("relevant", ""))
        conditions = [*place.conditions, *([own] if own else [])]
        self._waiting.append(_Waiting(cells, bind, conditions, place.table is not None))

    def _sum_as_count(self, element: Mapping[str, Any], bind: Mapping[str, Any]) -> Mapping[str, Any]:
        """Let a calculation that people see and that adds counts be a count that is checked."""
        names = str(bind.get("calculate", "")).replace("coalesce", "")
        is_sum = element.get("type") == "calculate" and element.get("label") and "+" in names
        return {**element, "type": "integer"} if is_sum else element

    def _group(self, element: Mapping[str, Any], place: _Place) -> None:
        name = str(element.get("name", "?"))
        label = self._words.pick(element.get("label"), name, "tên nhóm")
        own = str((element.get("bind") or {}).get("relevant", ""))
        conditions = (*place.conditions, own) if own else place.conditions
        inner = place.title if place.title != _COMMON else ""
        title = " – ".join(filter(None, (inner, label))) or _COMMON
        if place.table:
            self._differences.changed(name, "nhóm trong bảng: các cột của nó xếp liền trong bảng")
        elif label:
            self._differences.kept(name, f"nhóm → mục “{title}”")
        else:
            self._differences.changed(name, f"nhóm không tên: các câu nằm ở mục “{title}”")
        self._rest(element)
        self.go(element.get("children") or (), _Place(title, conditions, place.table))

    def _repeat(self, element: Mapping[str, Any], place: _Place) -> None:
        name = str(element.get("name", "?"))
        if place.table:
            self._leave_all(element, "bảng nằm trong bảng: mỗi dòng chỉ gồm các ô")
            return
        label = self._words.pick(element.get("label"), name, "tên bảng") or name
        cell = Cell(free_name(name, self._taken), "Records", label, name, {"aggregate": Source("NONE")})
        table = Table(cell, self._class_name(cell.name))
        self._columns[cell.name] = set()
        self._rest(element)
        self.go(element.get("children") or (), _Place(place.title, (), table))
        if not table.columns:
            self._differences.left_out(name, "nhóm lặp: không còn cột nào nên không thành bảng")
            return
        relevant = [*place.conditions, str((element.get("bind") or {}).get("relevant", ""))]
        for condition in filter(None, relevant):
            self._differences.changed(name, f"chỉ hiện khi “{condition}” thành luôn hiện trên biểu")
        self._differences.kept(name, f"nhóm lặp → Records ({cell.name}), {len(table.columns)} cột")
        self.draft.tables[cell.name] = table
        self.draft.place(place.title, cell.name)

    def _class_name(self, name: str) -> str:
        base = "".join(word.capitalize() for word in name.split("_")) + "Row"
        made, number = base, 2
        while made in self._classes:
            made, number = f"{base}{number}", number + 1
        self._classes.add(made)
        return made

    def _leave_all(self, element: Mapping[str, Any], reason: str) -> None:
        self._differences.left_out(str(element.get("name", "?")), reason)
        for child in _all(element.get("children") or ()):
            self._differences.left_out(str(child.get("name", "?")), f"{child.get('type', '')}: {reason}")

    def _help(self, cell: Cell, element: Mapping[str, Any]) -> None:
        texts = [
            self._words.pick(element.get(key), cell.place, what)
            for key, what in (("hint", "lời hướng dẫn"), ("guidance_hint", "lời hướng dẫn thêm"))
        ]
        if text := " ".join(map(as_sentence, filter(None, texts))):
            cell.named["help"] = text
            self._differences.kept(cell.place, "lời hướng dẫn → chữ nhỏ dưới nhãn")

    def _meta(self, element: Mapping[str, Any]) -> None:
        for child in element.get("children") or ():
            name = str(child.get("name", ""))
            if name != "instanceID":
                what = _WHAT["instance_name"] if name == "instanceName" else "dữ liệu máy tự ghi"
                self._differences.left_out(name, what)

    def _rest(self, element: Mapping[str, Any]) -> None:
        """Say of everything else that stands beside a question that it did not come along."""
        place = str(element.get("name", "?"))
        said = {key: value for key, value in element.items() if key not in _READ}
        said |= {key: value for key, value in (element.get("bind") or {}).items() if key not in _BINDS_READ}
        control = element.get("control") or {}
        is_range = element.get("type") == "range"
        said |= {
            key: value
            for key, value in control.items()
            if not (is_range and key in {"start", "end", "step"}) and (key, value) != ("appearance", "multiline")
        }
        parameters = element.get("parameters")
        if parameters and not is_range:
            said["parameters"] = parameters
        for key, value in said.items():
            if value not in ("", None, {}, []):
                what = _WHAT.get(key.removeprefix("bind:"), key)
                self._differences.left_out(place, f"{what} ({key} = {_short(value)})")


#: Of a row's code, as printed forms number their rows.
_MOST_LETTERS = 4


def _number(draft: FormDraft, form_code: str) -> None:
    # Digits of the form's code would run into the row's own.
    letters = "".join(takewhile(str.isalpha, form_code))[:_MOST_LETTERS]
    for number, each in enumerate(draft.in_order(), start=1):
        cell = each.cell if isinstance(each, Table) else each
        cell.code = f"{letters}{number:02}"


def _about_settings(read: ReadForm, words: Words, differences: Differences) -> None:
    for key, value in read.form.items():
        if key not in _SETTINGS_READ and value not in ("", None, {}, []):
            differences.left_out("settings", f"{_WHAT.get(key, key)} ({key} = {_short(value)})")
    for language, number in words.others.items():
        differences.left_out("settings", f"ngôn ngữ {language}: {number} chỗ; biểu chỉ giữ một ngôn ngữ")
    for name in read.disabled:
        differences.left_out(name, "dòng đã tắt (disabled) trong bảng tính")
    for sheet in read.other_sheets:
        differences.left_out(sheet, "trang tính này không thuộc XLSForm")
    for sheet, what, place in read.passed_over:
        differences.left_out(sheet, _PASSED_OVER[what].replace("{place}", place))
    for warning in read.warnings:
        differences.changed("pyxform", " ".join(warning.split()))


def _short(value: object) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= 120 else f"{text[:117]}…"  # noqa: PLR2004  a line of the report
