"""Write a form as a workbook for one unit and period, with what is typed in its draft already.

One sheet for the single cells, one for the counts by topic, one for each table of records, one for the
lists that counts may be filed as; the words of choices on a hidden sheet, whose workbook it is on a very
hidden one. Only the cells to fill can be typed in. Every text is written as text, never as a formula;
the same input gives the same bytes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from datetime import UTC
from datetime import date
from datetime import datetime
from zoneinfo import ZoneInfo

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from thidua.forms.compose import ComposedForm
from thidua.forms.describe import FieldModel
from thidua.forms.evidence_lists import MOST_ITEMS
from thidua.forms.evidence_lists import list_key
from thidua.forms.workbook import plan
from thidua.forms.workbook.cells import CellValue
from thidua.forms.workbook.cells import option_words
from thidua.forms.workbook.cells import storable
from thidua.forms.workbook.cells import to_cell
from thidua.forms.workbook.relations import broken_relations
from thidua.forms.workbook.relations import words_on_relations
from thidua.forms.workbook.styling import Styles
from thidua.forms.workbook.styling import help_of
from thidua.forms.workbook.styling import kept_in_bounds
from thidua.forms.workbook.styling import laid_out
from thidua.forms.workbook.styling import width_of
from thidua_sdk import Flag
from thidua_sdk import ListOf
from thidua_sdk import Need
from thidua_sdk import Paragraph
from thidua_sdk import topic_cell

__all__ = ["Filling", "identity_of", "write_workbook"]

_MADE_AT = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_CHOICES, _IDENTITY = "danh_muc", "nhan_dang"
_FLAG_WORDS = ("Có", "Không")
#: Rows laid ready in a table; more can be inserted, as many as the form takes.
_READY = 300
_LINE_HEIGHT = 16.5
_PEOPLE = "Người lập, người duyệt"
_HOW = (
    "Chỉ điền vào các ô nền vàng nhạt. Ô có dấu * phải điền. Không có thì ghi 0; chưa có số liệu thì để trống. "
    "Điền xong, lưu tệp rồi bấm “Nhập từ tệp Excel” ở trang báo cáo; báo cáo chỉ được nộp khi bấm nộp ở trang đó."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """For whom a workbook is and what is filled in already.

    Attributes:
        campaign_title: the campaign's title.
        unit_code: the unit.
        unit_name: its name.
        period_code: the period.
        period_name: its name.
        tags: the period's tags, for cells required in some periods only.
        typed: what is typed, by pointer, right and wrong alike.
        closed: pointers that are shown and cannot be typed in.
        earlier: what the period before had, typed, by pointer; empty for none.
        computed: what the ledger says of computed cells, by name.
        draft_version: the version of the draft that ``typed`` is taken from, 0 for none.
    """

    campaign_title: str
    unit_code: str
    unit_name: str
    period_code: str
    period_name: str
    tags: frozenset[str] = frozenset()
    typed: Mapping[str, str] = field(default_factory=dict)
    closed: frozenset[str] = frozenset()
    earlier: Mapping[str, str] = field(default_factory=dict)
    computed: Mapping[str, int] = field(default_factory=dict)
    draft_version: int = 0


def identity_of(form: ComposedForm, filling: Filling) -> plan.Identity:
    """Say whose workbook it is."""
    return plan.Identity(
        campaign_code=form.campaign_code,
        form_code=form.code,
        form_version=form.version,
        schema_digest=form.digest,
        unit_code=filling.unit_code,
        period_code=filling.period_code,
        draft_version=filling.draft_version,
    )


def write_workbook(form: ComposedForm, filling: Filling) -> bytes:
    """Write the workbook; the same form and filling give the same bytes."""
    written = io.BytesIO()
    as_typed = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(written, {"in_memory": True, "default_date_format": "dd/mm/yyyy", **as_typed}) as book:
        book.set_properties({"title": storable(form.title), "created": _MADE_AT})
        _Writer(book, form, filling).write()
    return written.getvalue()


class _Writer:
    """Writes one workbook."""

    def __init__(self, book: Workbook, form: ComposedForm, filling: Filling) -> None:
        self._book = book
        self._form = form
        self._filling = filling
        self._zone = ZoneInfo(form.time_zone)
        self._styles = Styles(book)
        self._titles: list[str] = [_CHOICES, _IDENTITY]
        self._ranges: dict[tuple[str, ...], str] = {}
        self._choices: Worksheet | None = None
        #: Where the single cells stand, by pointer.
        self._places: dict[str, int] = {}
        self._footer = f"Biểu {form.code} – {filling.unit_code} – {filling.period_code}"

    def write(self) -> None:
        form = self._form
        self._single_cells()
        if form.split_by_topic and form.topics:
            self._by_topic()
        for model in form.tables.values():
            self._table(model)
        if form.listable:
            self._lists()
        if self._choices is not None:
            self._choices.hide()
        identity = self._book.add_worksheet(_IDENTITY)
        for row, pair in enumerate(identity_of(form, self._filling).rows()):
            for column, text in enumerate(pair):
                identity.write_string(row, column, text)
        identity.protect()
        identity.very_hidden()

    def _sheet(self, words: str, key: str, columns: Sequence[tuple[int, str]]) -> Worksheet:
        title = plan.title_of(storable(words), self._titles)
        self._titles.append(title)
        sheet = self._book.add_worksheet(title)
        sheet.write_string(0, 0, key)
        for column, name in columns:
            sheet.write_string(0, column, name)
        return sheet

    def _single_cells(self) -> None:
        form, filling, styles = self._form, self._filling, self._styles
        sheet = self._sheet(f"Biểu {form.code}", plan.FIELDS, [(3, plan.VALUE), (5, plan.COMMENT_KEY)])
        heads = ["Mã", "Nội dung", "Số liệu", "Đơn vị tính", "Ghi chú của đơn vị", "Cách điền"]
        widths = [7.0, 44.0, 30.0, 12.0, 26.0, 44.0]
        if filling.earlier:
            heads.append("Kỳ trước")
            widths.append(16)
        head_row = self._heading(sheet, form.title, len(heads))
        for column, text in enumerate(heads, 1):
            sheet.write_string(head_row, column, text, styles.head)
        row = head_row + 1
        for section in form.sections:
            lines = [line for model in form.in_section(section) for line in plan.lines_of(model)]
            row = self._section(sheet, row, section.title, lines, len(heads))
        envelope = [plan.SheetLine(at, model, "", model.label) for at, model in plan.ENVELOPE.items()]
        self._section(sheet, row, _PEOPLE, envelope, len(heads))
        rows = {
            name: self._places[model.pointer] for name, model in form.by_name.items() if model.pointer in self._places
        }
        for at, formula, level in broken_relations(form, rows, 3):
            how = {"type": "formula", "criteria": formula, "format": styles.broken(level)}
            sheet.conditional_format(at, 3, at, 3, how)
        laid_out(sheet, footer=self._footer, head_row=head_row, still_columns=3, widths=widths)
        sheet.activate()
        sheet.set_selection(head_row + 2, 3, head_row + 2, 3)

    def _heading(self, sheet: Worksheet, title: str, width: int) -> int:
        """Write what stands above a sheet's columns; returns the row of their headings."""
        filling, styles = self._filling, self._styles
        lines = (
            (title, styles.title, 24),
            (f"Đơn vị: {filling.unit_name} ({filling.unit_code})", styles.plain, 18),
            (f"Kỳ báo cáo: {filling.period_name}. {filling.campaign_title}", styles.plain, 34),
            (_HOW, styles.plain, 52),
        )
        for row, (text, style, height) in enumerate(lines, 1):
            sheet.set_row(row, height)
            sheet.merge_range(row, 1, row, max(width, 2), "", style)
            sheet.write_string(row, 1, storable(text), style)
        return len(lines) + 1

    def _section(self, sheet: Worksheet, row: int, title: str, lines: Iterable[plan.SheetLine], width: int) -> int:
        """Write a part of the form; returns the row behind it."""
        told = list(lines)
        if not told:
            return row
        sheet.merge_range(row, 1, row, width, "", self._styles.section)
        sheet.write_string(row, 1, storable(title), self._styles.section)
        for place, line in enumerate(told, row + 1):
            self._line(sheet, place, line, width)
        return row + 1 + len(told)

    def _line(self, sheet: Worksheet, row: int, line: plan.SheetLine, width: int) -> None:
        form, filling, styles, model = self._form, self._filling, self._styles, line.model
        is_computed = model.computed or line.pointer.removeprefix("/fields/").partition("/")[0] in filling.computed
        is_open = not is_computed and line.pointer not in filling.closed
        label = line.label + (" *" if is_open and self._is_required(model) else "")
        self._places[line.pointer] = row
        relations = words_on_relations(form, model.name) if line.pointer == model.pointer else ""
        words = "Tự tính từ báo cáo của các đơn vị, không phải điền." if is_computed else help_of(model)
        words = f"{words} {relations}".strip()
        for column, text in ((1, line.code), (2, label), (4, model.unit), (6, words)):
            sheet.write_string(row, column, storable(text), styles.words)
        typed = filling.typed.get(line.pointer, "")
        if is_computed:
            known = filling.computed.get(model.name)
            self._put(sheet, row, 3, known, styles.cell(model, is_open=False))
        else:
            sheet.write_string(row, 0, line.pointer)
            self._put(sheet, row, 3, to_cell(model, typed, self._zone), styles.cell(model, is_open=is_open))
            self._check(sheet, (row, 3, row, 3), model)
        comment = "" if is_computed else plan.comment_cell(line.pointer)
        may_comment = is_open and line.pointer not in plan.ENVELOPE
        said = to_cell(plan.COMMENT, filling.typed.get(comment, ""), self._zone)
        self._put(sheet, row, 5, said, styles.cell(plan.COMMENT, is_open=may_comment))
        if filling.earlier:
            before = to_cell(model, filling.earlier.get(line.pointer, ""), self._zone)
            self._put(sheet, row, width, before, styles.cell(model, is_open=False))
        least = 4 if model.kind in {Paragraph.kind, ListOf.kind} else 1
        lines = max(_lines(label, 48), _lines(words, 50), _lines(typed, 28), least)
        sheet.set_row(row, min(lines * _LINE_HEIGHT, 400))

    def _is_required(self, model: FieldModel) -> bool:
        return model.need is Need.REQUIRED or not self._filling.tags.isdisjoint(model.required_in)

    def _by_topic(self) -> None:
        form, styles, topics = self._form, self._styles, self._form.topics
        keys = [(column, topic.code) for column, topic in enumerate(topics, 3)]
        sheet = self._sheet("Theo chủ đề", plan.TOPICS, keys)
        last = 3 + len(topics)
        head_row = self._heading(sheet, f"{form.title} – số liệu theo chủ đề", last)
        heads = ["Mã", "Nội dung", *(topic.label for topic in topics), "Đơn vị tính"]
        for column, text in enumerate(heads, 1):
            sheet.write_string(head_row, column, storable(text), styles.head)
        sheet.set_row(head_row, max(_lines(text, 16) for text in heads) * _LINE_HEIGHT)
        for row, model in enumerate((each for each in form.split_by_topic if not each.computed), head_row + 1):
            part = _of_topic(model)
            sheet.write_string(row, 0, f"/by_topic/{model.name}")
            for column, text in ((1, model.code), (2, model.label), (last, model.unit)):
                sheet.write_string(row, column, storable(text), styles.words)
            for column, topic in enumerate(topics, 3):
                at = topic_cell(model.name, topic.code)
                style = styles.cell(part, is_open=at not in self._filling.closed)
                self._put(sheet, row, column, to_cell(part, self._filling.typed.get(at, ""), self._zone), style)
            self._check(sheet, (row, 3, row, last - 1), part)
            sheet.set_row(row, _lines(model.label, 38) * _LINE_HEIGHT)
        widths = [7.0, 40.0, *(18.0 for _ in topics), 12.0]
        laid_out(sheet, footer=self._footer, head_row=head_row, still_columns=3, widths=widths)

    def _table(self, model: FieldModel) -> None:
        """Write a table: the rows in which something is typed, then empty ones."""
        most = model.most or 0
        indexes = _rows_in(self._filling.typed, f"/{model.name}")
        taken = set(indexes)
        indexes += [index for index in range(most) if index not in taken][: max(_READY - len(indexes), 0)]
        help_ = model.help or f"Mỗi dòng một mục, tối đa {most} dòng. Không có thì để trống cả bảng."
        rows = [(str(index), f"/{model.name}/{index}", "") for index in indexes]
        self._rows(f"{model.code} {model.label}".strip(), plan.table_key(model.name), help_, model.columns, rows)

    def _lists(self) -> None:
        """Write the lists that counts may be filed as, all on one sheet."""
        choice = plan.list_choice(self._form)
        rows = [
            ("", f"/{list_key(name)}/{index}", name)
            for name in self._form.listable
            for index in _rows_in(self._filling.typed, f"/{list_key(name)}")
        ]
        # Behind them rows of no list yet.
        rows += [("", "", "")] * MOST_ITEMS
        help_ = "Kê từng việc đã đếm (không bắt buộc): ô nào có kê ở đây thì số của ô đó là số dòng đã kê."
        self._rows("Danh sách kê", plan.LISTS, help_, (choice, *plan.ITEM_COLUMNS), rows)

    def _rows(
        self, words: str, key: str, help_: str, columns: Sequence[FieldModel], rows: Sequence[tuple[str, str, str]]
    ) -> None:
        """Write a sheet of rows; each row has a key, the pointer of its cells, and the count that a list belongs to."""
        styles = self._styles
        sheet = self._sheet(words, key, [(column, model.name) for column, model in enumerate(columns, 2)])
        head_row = self._heading(sheet, words, len(columns) + 1)
        sheet.merge_range(head_row, 1, head_row, len(columns) + 1, "", styles.plain)
        sheet.write_string(head_row, 1, storable(help_), styles.plain)
        head_row += 1
        sheet.write_string(head_row, 1, "TT", styles.head)
        for column, model in enumerate(columns, 2):
            unit = f" ({model.unit})" if model.unit else ""
            mark = " *" if model.need is Need.REQUIRED else ""
            sheet.write_string(head_row, column, storable(model.label + unit + mark), styles.head)
        sheet.set_row(head_row, 2.2 * _LINE_HEIGHT)
        # What stands above is heading, whatever is inserted there.
        for row in range(1, head_row + 1):
            sheet.write_string(row, 0, plan.HEAD)
        for row, (row_key, prefix, first) in enumerate(rows, head_row + 1):
            if row_key:
                sheet.write_string(row, 0, row_key)
            sheet.write_number(row, 1, row - head_row, styles.words)
            for column, model in enumerate(columns, 2):
                at = f"{prefix}/{model.name}"
                text = first if model.name == plan.LIST_OF and key == plan.LISTS else self._filling.typed.get(at, "")
                style = styles.cell(model, is_open=at not in self._filling.closed)
                self._put(sheet, row, column, to_cell(model, text, self._zone), style)
        for column, model in enumerate(columns, 2):
            self._check(sheet, (head_row + 1, column, head_row + max(len(rows), 1), column), model)
        widths: list[float] = [5.0, *(width_of(model) for model in columns)]
        laid_out(sheet, footer=self._footer, head_row=head_row, still_columns=2, widths=widths)
        if key == plan.LISTS:
            # The digest of a stored file goes along with its row; files are laid beside the report on its page.
            sheet.set_column(len(columns) + 1, len(columns) + 1, None, None, {"hidden": True})

    def _check(self, sheet: Worksheet, cells: tuple[int, int, int, int], model: FieldModel) -> None:
        kept_in_bounds(sheet, cells, model, self._options(model))

    def _options(self, model: FieldModel) -> str:
        """Return the range on the hidden sheet that lists a choice's words."""
        words = _FLAG_WORDS if model.kind == Flag.kind else tuple(map(storable, option_words(model).values()))
        if not words:
            return ""
        if words not in self._ranges:
            if self._choices is None:
                self._choices = self._book.add_worksheet(_CHOICES)
                self._choices.protect()
            column = len(self._ranges)
            for row, word in enumerate(words):
                self._choices.write_string(row, column, word)
            letters = re.sub(r"\d", "", plan.address(0, column))
            self._ranges[words] = f"={_CHOICES}!${letters}$1:${letters}${len(words)}"
        return self._ranges[words]

    def _put(self, sheet: Worksheet, row: int, column: int, value: CellValue, style: Format) -> None:
        if value is None:
            sheet.write_blank(row, column, None, style)
        elif isinstance(value, str):
            sheet.write_string(row, column, value, style)
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, style)
        else:
            sheet.write_number(row, column, value, style)


def _of_topic(model: FieldModel) -> FieldModel:
    """Return what a count of one topic is judged by: its least is 0 whatever the field's is."""
    return FieldModel(
        name=model.name,
        kind=model.kind,
        label=model.label,
        unit=model.unit,
        need=Need.OPTIONAL,
        aggregate=model.aggregate,
        minimum=0,
        maximum=model.maximum,
    )


def _rows_in(typed: Mapping[str, str], prefix: str) -> list[int]:
    """Return the rows of a table or a list in which something is typed."""
    pattern = re.compile(rf"{re.escape(prefix)}/(0|[1-9][0-9]{{0,3}})/[a-z0-9_]+", re.ASCII)
    return sorted({int(match[1]) for at, text in typed.items() if text and (match := pattern.fullmatch(at))})


def _lines(text: str, width: int) -> int:
    return sum(1 + max(len(part) - 1, 0) // width for part in text.split("\n")) or 1
