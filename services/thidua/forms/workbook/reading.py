"""Read a filled workbook back as texts by pointer, as if they had been typed on the page.

Nothing is judged here but the file itself: whose it is, whether its sheets are there, whether each cell
can be told apart. What the cells say goes to ``read_web`` and the judge, like any page. Findings name the
cell as people see it; rows and columns are found by their hidden keys, wherever they were moved to.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from typing import Any

from thidua.domain.errors import UnwantedFileError
from thidua.forms.compose import ComposedForm
from thidua.forms.describe import FieldModel
from thidua.forms.evidence_lists import MOST_ITEMS
from thidua.forms.evidence_lists import list_key
from thidua.forms.pointers import COMMENTS
from thidua.forms.texts import clean_text
from thidua.forms.wording import number
from thidua.forms.workbook import plan
from thidua.forms.workbook.cells import CellValue
from thidua.forms.workbook.cells import from_cell
from thidua.forms.workbook.grid import Grid
from thidua.forms.workbook.grid import grids_of
from thidua.forms.written import TICKED
from thidua_sdk import Finding
from thidua_sdk import Level
from thidua_sdk import topic_cell

__all__ = ["Place", "WorkbookReading", "read_workbook"]

_AGAIN = "Hãy bấm “Tải biểu Excel” ở trang báo cáo để lấy biểu mới, chép số liệu sang rồi nhập lại."
_NOT_OURS = f"Tệp này không phải biểu tải từ hệ thống, hoặc trang nhận dạng ẩn của biểu đã bị xóa. {_AGAIN}"
#: Rows of one table beyond what it takes are counted no further than this.
_MOST_TOLD = 5


@dataclass(frozen=True, slots=True)
class Place:
    """A cell of the workbook as people see it: the sheet's name and ``D12``."""

    sheet: str
    address: str

    def __str__(self) -> str:
        """Say it in a sentence's part."""
        return f"trang {self.sheet}, ô {self.address}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbookReading:
    """What a workbook says.

    Attributes:
        identity: whose workbook it is.
        typed: the text of every cell that the workbook holds, by pointer; empty cells are empty texts.
        places: where each of them stands.
        findings: cells that could not be read at all: errors shown, formulas never computed, cells that
            are there twice, rows that are too many.
        missing: cells of the form whose row or column is gone from the workbook.
        tables: the tables and lists whose sheet is there, by the key of their rows.
    """

    identity: plan.Identity
    typed: Mapping[str, str]
    places: Mapping[str, Place]
    findings: tuple[Finding, ...]
    missing: tuple[str, ...]
    tables: frozenset[str]

    def place_of(self, pointer: str) -> Place | None:
        """Return where a cell, a row or a table stands, None where the workbook has no such thing."""
        if pointer in self.places:
            return self.places[pointer]
        return next((place for at, place in self.places.items() if at.startswith(f"{pointer}/")), None)

    def told(self, finding: Finding) -> str:
        """Say a finding with the cell as people see it in the workbook."""
        place = next((place for cell in finding.cells if (place := self.place_of(cell))), None)
        return f"{str(place)[:1].upper()}{str(place)[1:]}: {finding.message}" if place else finding.message


def read_workbook(
    form: ComposedForm,
    content: bytes,
    wanted: plan.Identity,
    read: Callable[[bytes], Mapping[str, Any]] | None = None,
) -> WorkbookReading:
    """Read a workbook of a form.

    Args:
        form: the form as filed in the period.
        content: the file as it came.
        wanted: whose workbook it must be; its ``draft_version`` says nothing.
        read: as in :func:`grids_of`.

    Raises:
        UnwantedFileError: it is unsafe, no workbook, or of another form, version, unit or period;
            the message says which and what to do.
    """
    grids = grids_of(content, read)
    identity = _identity(grids)
    if differs := identity.differences(wanted):
        raise UnwantedFileError(f"Tệp này {'; '.join(differs)}. {_AGAIN}", subject="identity")
    return _Reader(form, _sheets(grids), identity).read()


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One of our sheets: its cells and where its hidden keys are."""

    grid: Grid
    row: int
    column: int
    columns: Mapping[str, int]

    def keyed_rows(self) -> Iterator[tuple[int, str]]:
        """Give the rows below the corner that have a key."""
        for (row, column), value in sorted(self.grid.cells.items(), key=lambda item: item[0]):
            if column == self.column and row > self.row and isinstance(value, str):
                yield row, value.strip()

    def place(self, row: int, column: int) -> Place:
        return Place(self.grid.title, plan.address(row, column))


def _identity(grids: Iterable[Grid]) -> plan.Identity:
    for grid in grids:
        if grid.cells.get((0, 0)) == plan.IDENTITY:
            rows = {
                str(grid.cells[row, 0]): _word(grid.cells.get((row, 1), ""))
                for row, column in grid.cells
                if column == 0
            }
            if identity := plan.Identity.of_rows(rows):
                return identity
    raise UnwantedFileError(_NOT_OURS, subject="not ours")


def _word(value: CellValue) -> str:
    """Write a cell of the identity; programs on the way make numbers of the texts that look like one."""
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _sheets(grids: Iterable[Grid]) -> dict[str, _Sheet]:
    """Find our sheets by what stands in the corner of their hidden keys."""
    found: dict[str, _Sheet] = {}
    for grid in grids:
        corner = next(
            (
                (at, value)
                for at, value in sorted(grid.cells.items(), key=lambda item: item[0])
                if isinstance(value, str) and value.startswith("thidua:") and value != plan.IDENTITY
            ),
            None,
        )
        if corner is None:
            continue
        (row, column), key = corner
        if key in found:
            message = f"Tệp có hai trang cùng một phần của biểu: “{found[key].grid.title}” và “{grid.title}”."
            raise UnwantedFileError(f"{message} Hãy xóa trang thừa rồi nhập lại.", subject="twice")
        columns: dict[str, int] = {}
        for (at_row, at_column), value in sorted(grid.cells.items(), key=lambda item: item[0]):
            if at_row == row and at_column > column and isinstance(value, str):
                columns.setdefault(value.strip(), at_column)
        found[key] = _Sheet(grid, row, column, columns)
    return found


@dataclass(slots=True)
class _Reader:
    """Reads the sheets of one workbook."""

    form: ComposedForm
    sheets: Mapping[str, _Sheet]
    identity: plan.Identity
    typed: dict[str, str] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    tables: set[str] = field(default_factory=set)

    def read(self) -> WorkbookReading:
        singles = {
            line.pointer: line.model
            for model in self.form.cell_fields.values()
            if not model.computed
            for line in plan.lines_of(model)
        }
        self._single_cells(plan.FIELDS, {**singles, **plan.ENVELOPE}, [(plan.VALUE, ""), (plan.COMMENT_KEY, COMMENTS)])
        topics = {
            topic_cell(model.name, topic.code): model
            for model in self.form.split_by_topic
            if not model.computed
            for topic in self.form.topics
        }
        rows = {at.rpartition("/")[0]: model for at, model in topics.items()}
        self._single_cells(plan.TOPICS, rows, [(topic.code, "/") for topic in self.form.topics])
        for model in self.form.tables.values():
            self._table(model)
        if self.form.listable:
            self._lists()
        expected = [*singles, *plan.ENVELOPE, *topics]
        gone = [
            f"/{name}" for name in (*self.form.tables, *map(list_key, self.form.listable)) if name not in self.tables
        ]
        return WorkbookReading(
            identity=self.identity,
            typed=self.typed,
            places=self.places,
            findings=tuple(self.findings),
            missing=(*(at for at in expected if at not in self.typed), *gone),
            tables=frozenset(self.tables),
        )

    def _single_cells(self, key: str, models: Mapping[str, FieldModel], columns: Sequence[tuple[str, str]]) -> None:
        """Read a sheet whose rows are keyed by pointers."""
        sheet = self.sheets.get(key)
        if sheet is None:
            return
        for row, pointer in sheet.keyed_rows():
            model = models.get(pointer)
            if model is None:
                continue
            for name, part in columns:
                column = sheet.columns.get(name)
                if column is None or (part == COMMENTS and pointer in plan.ENVELOPE):
                    continue
                of_comment = part == COMMENTS
                at = plan.comment_cell(pointer) if of_comment else f"{pointer}/{name}" if part else pointer
                self._cell(sheet, row, column, plan.COMMENT if of_comment else model, at)

    def _cell(self, sheet: _Sheet, row: int, column: int, model: FieldModel, pointer: str) -> None:
        place = sheet.place(row, column)
        text = self._text(sheet, row, column, model, pointer)
        if pointer == "/is_estimate" and text != TICKED:
            # A box that is not ticked says nothing.
            text = "" if text == "no" else text
        known = self.typed.get(pointer)
        if known and text and known != text:
            message = f"Ô này có hai lần trong tệp, {self.places[pointer]} và {place}, với nội dung khác nhau."
            self._find("twice", f"{message} Hãy xóa bớt một.", pointer)
        if known and not text:
            return
        self.typed[pointer], self.places[pointer] = text, place

    def _text(self, sheet: _Sheet, row: int, column: int, model: FieldModel, pointer: str) -> str:
        """Return a cell's text; one that shows an error, or was never computed, has a finding and stays as it shows."""
        flaw = sheet.grid.flawed.get((row, column))
        if flaw is None:
            return from_cell(model, sheet.grid.cells.get((row, column)))
        self.places.setdefault(pointer, sheet.place(row, column))
        if flaw:
            self._find(
                "type", f"Công thức trong ô đang báo lỗi {flaw}; hãy sửa công thức hoặc gõ thẳng giá trị.", pointer
            )
            return flaw
        message = (
            "Công thức trong ô chưa được tính; hãy mở tệp bằng Excel, lưu lại rồi nhập lại, hoặc gõ thẳng giá trị."
        )
        self._find("type", message, pointer)
        return "=?"

    def _find(self, code: str, message: str, pointer: str) -> None:
        self.findings.append(Finding(code, Level.ERROR, message, (pointer,)))

    def _told(self, sheet: _Sheet, columns: Iterable[FieldModel]) -> list[tuple[int, str]]:
        """Give the rows of a table in which something stands, with their keys; headings are none."""
        keys = dict(sheet.keyed_rows())
        first = max((row for row, key in keys.items() if key == plan.HEAD), default=sheet.row) + 1
        wanted = {sheet.columns[model.name] for model in columns if model.name in sheet.columns}
        rows: dict[int, None] = {}
        for row, column in sheet.grid.places():
            value = sheet.grid.cells.get((row, column))
            says = not isinstance(value, str) or bool(clean_text(value, lines=False))
            if row >= first and column in wanted and (says or (row, column) in sheet.grid.flawed):
                rows[row] = None
        return [(row, keys.get(row, "")) for row in rows]

    def _table(self, model: FieldModel) -> None:
        sheet = self.sheets.get(plan.table_key(model.name))
        if sheet is None:
            return
        self.tables.add(model.name)
        most = model.most or 0
        told = self._told(sheet, model.columns)
        self._refuse_too_many(sheet, f"/{model.name}", most, [row for row, _ in told])
        told = told[:most]
        taken: set[int] = set()
        indexes: dict[int, int] = {}
        for row, key in told:
            index = int(key) if key.isascii() and key.isdecimal() and len(key) <= len(str(most)) else most
            if index < most and index not in taken:
                taken.add(index)
                indexes[row] = index
        free = (index for index in range(most) if index not in taken)
        for row, _ in told:
            # A row that was inserted or copied comes behind the others.
            index = indexes[row] if row in indexes else next(free)
            self._row(sheet, row, f"/{model.name}/{index}", model.columns)

    def _lists(self) -> None:
        sheet = self.sheets.get(plan.LISTS)
        if sheet is None:
            return
        choice = plan.list_choice(self.form)
        self.tables.update(map(list_key, self.form.listable))
        rows: dict[str, list[int]] = {}
        of = sheet.columns.get(plan.LIST_OF)
        for row, _ in self._told(sheet, (choice, *plan.ITEM_COLUMNS)):
            name = from_cell(choice, sheet.grid.cells.get((row, of))) if of is not None else ""
            if name in self.form.listable:
                rows.setdefault(name, []).append(row)
                continue
            place = sheet.place(row, sheet.column + 2 if of is None else of)
            # A line of no list has no pointer of a list; it is found by its own row.
            at = f"/evidence/{row + 1}"
            self.places[at] = place
            self._find("choice", f"Dòng kê này chưa chọn thuộc ô nào của biểu; hãy chọn ở cột “{choice.label}”.", at)
        for name, told in rows.items():
            key = list_key(name)
            self._refuse_too_many(sheet, f"/{key}", MOST_ITEMS, told)
            for index, row in enumerate(told[:MOST_ITEMS]):
                self._row(sheet, row, f"/{key}/{index}", plan.ITEM_COLUMNS)

    def _row(self, sheet: _Sheet, row: int, prefix: str, columns: Iterable[FieldModel]) -> None:
        for model in columns:
            column = sheet.columns.get(model.name)
            if column is not None:
                self._cell(sheet, row, column, model, f"{prefix}/{model.name}")

    def _refuse_too_many(self, sheet: _Sheet, pointer: str, most: int, rows: Sequence[int]) -> None:
        beyond = rows[most:]
        if not beyond:
            return
        self.places.setdefault(pointer, sheet.place(beyond[0], sheet.column + 1))
        listed = ", ".join(str(row + 1) for row in beyond[:_MOST_TOLD]) + (" …" if len(beyond) > _MOST_TOLD else "")
        message = f"Bảng này nhận tối đa {number(most)} dòng, tệp có {number(len(rows))}; chưa nhập các dòng {listed}."
        self._find("length", message, pointer)
