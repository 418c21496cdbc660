"""What people type becomes values here; the schema then judges them, once and strictly.

``read_web`` reads a whole posted page. Text, numbers and days have a module each; their
readers are named here too, so that every door takes them from one place.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from datetime import tzinfo
from zoneinfo import ZoneInfo

from thidua.forms.compose import ComposedForm
from thidua.forms.days import read_day
from thidua.forms.days import read_moment
from thidua.forms.describe import FieldModel
from thidua.forms.describe import pointer_part
from thidua.forms.evidence_lists import COLUMNS
from thidua.forms.evidence_lists import list_key
from thidua.forms.numerals import Unreadable
from thidua.forms.numerals import read_count
from thidua.forms.numerals import read_quantity
from thidua.forms.soundness import RESERVED
from thidua.forms.texts import clean_json
from thidua.forms.texts import clean_text
from thidua_sdk import Choice
from thidua_sdk import Count
from thidua_sdk import Day
from thidua_sdk import DocumentNumber
from thidua_sdk import Finding
from thidua_sdk import Flag
from thidua_sdk import Group
from thidua_sdk import Level
from thidua_sdk import Line
from thidua_sdk import ListOf
from thidua_sdk import Moment
from thidua_sdk import Paragraph
from thidua_sdk import Percent
from thidua_sdk import Quantity
from thidua_sdk import row_cell
from thidua_sdk import topic_cell

__all__ = [
    "Unreadable",
    "WebReading",
    "clean_json",
    "clean_text",
    "read_cell",
    "read_count",
    "read_day",
    "read_moment",
    "read_quantity",
    "read_web",
]

_ROW = re.compile(r"/((?:evidence/)?[a-z][a-z0-9_]*)/(0|[1-9][0-9]{0,3})/([a-z][a-z0-9_]*)", re.ASCII)
_FLAGS = {"": None, "yes": True, "no": False}

#: What an unreadable cell of one page may name besides the form's own cells.
_ENVELOPE = RESERVED - {"fields", "by_topic", "evidence"}


@dataclass(frozen=True, slots=True)
class WebReading:
    """A posted page as values.

    ``fields``, ``by_topic`` and ``rows`` are JSON values as the envelope takes them. A cell that
    cannot be read is left out there and has a finding. ``typed`` maps every control to its raw
    text, so that the page shows it again, right and wrong cells alike. Findings name rows as
    the person saw them; ``kept`` says for each table which of the seen rows were kept, empty
    ones being dropped.
    """

    fields: Mapping[str, object]
    by_topic: Mapping[str, Mapping[str, int]]
    rows: Mapping[str, list[object]]
    findings: tuple[Finding, ...]
    typed: Mapping[str, str]
    kept: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    evidence: Mapping[str, list[object]] = field(default_factory=dict)

    @property
    def unread(self) -> tuple[Finding, ...]:
        """The findings with rows numbered as in ``rows``: what the judge wants to know."""
        places = {name: {seen: row for row, seen in enumerate(kept)} for name, kept in self.kept.items()}
        return _renumbered(self.findings, places)

    def unread_with(self, misread: Iterable[Finding]) -> tuple[Finding, ...]:
        """Add what the envelope's reader found, but nothing at a cell that could not be read as it is."""
        unread = self.unread
        known = {finding.cells for finding in unread}
        return (*(finding for finding in misread if finding.cells not in known), *unread)

    def as_seen(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Number the rows in a judge's findings as the person saw them."""
        return _renumbered(findings, {name: dict(enumerate(kept)) for name, kept in self.kept.items()})

    def as_filed(self, pointer: str) -> str | None:
        """Number the row in a pointer as in ``rows``; None where that row is empty and dropped."""
        _, table, *rest = pointer.split("/")
        if table == "evidence" and rest:
            table, rest = list_key(rest[0]), rest[1:]
        if table not in self.kept or not rest or not rest[0].isdecimal():
            return pointer
        if int(rest[0]) not in self.kept[table]:
            return None
        return "/".join(("", table, str(self.kept[table].index(int(rest[0]))), *rest[1:]))


def _renumbered(findings: Iterable[Finding], places: Mapping[str, Mapping[int, int]]) -> tuple[Finding, ...]:
    def moved(pointer: str) -> str:
        _, table, *rest = pointer.split("/")
        if table == "evidence" and rest:
            table, rest = list_key(rest[0]), rest[1:]
        row = places.get(table, {}).get(int(rest[0])) if rest and rest[0].isdecimal() else None
        return pointer if row is None else "/".join(("", table, str(row), *rest[1:]))

    return tuple(replace(finding, cells=tuple(map(moved, finding.cells))) for finding in findings)


def read_cell(model: FieldModel, text: str, zone: tzinfo) -> object:
    """Read one cell's text as its kind takes it.

    Args:
        model: the field or column; not a group and not a table.
        text: as typed; for a list one item on each line.
        zone: the campaign's time zone.

    Returns:
        A JSON value; None for an empty cell.

    Raises:
        Unreadable: the text is not a value of the kind.
    """
    if model.kind == Quantity.kind and model.minimum is not None and model.minimum < 0:
        return read_quantity(text, below_nothing=True)
    return _READERS[model.kind](text, zone)


def read_web(form: ComposedForm, raw: Mapping[str, str | list[str]]) -> WebReading:
    """Read a posted page whose controls are named by the JSON pointers of their cells.

    Controls of the envelope (``/prepared_by/full_name``) and names without a slash are left to
    the caller, computed cells to the host. A cell whose control was not sent stays out of
    ``fields``; one sent empty is None. A control the form does not have is a finding, since
    silence would lose what was typed in it. Where a list has a row that says something, its rows
    are the count, and what stands in the count's own cell is a picture of it and not read.
    """
    page = _Page(raw, ZoneInfo(form.time_zone))
    fields: dict[str, object] = {}
    by_topic: dict[str, dict[str, int]] = {}
    rows: dict[str, list[object]] = {}
    kept: dict[str, tuple[int, ...]] = {}
    evidence: dict[str, list[object]] = {}
    for name in form.listable:
        items, kept[list_key(name)] = _read_rows(page, list_key(name), COLUMNS)
        if items:
            evidence[name] = items
    for model in form.cell_fields.values():
        if model.computed:
            page.skip([model.pointer])
            continue
        if model.name in evidence:
            page.skip([model.pointer])
            fields[model.name] = None
        else:
            read = _read_group(page, model) if model.kind == Group.kind else page.read(model, model.pointer)
            if read is not _ABSENT:
                fields[model.name] = read
        for topic in form.topics if model.by_topic else ():
            count = page.read(model, topic_cell(model.name, topic.code))
            if isinstance(count, int):
                by_topic.setdefault(model.name, {})[topic.code] = count
    for model in form.tables.values():
        rows[model.name], kept[model.name] = _read_rows(page, model.name, model.columns)
    page.refuse_unknown()
    return WebReading(fields, by_topic, rows, tuple(page.findings), page.typed, kept, evidence)


_ABSENT = object()


class _Page:
    """The controls of one page; remembers which have been read."""

    def __init__(self, raw: Mapping[str, str | list[str]], zone: tzinfo) -> None:
        self._raw = {name: sent for name, sent in raw.items() if name.startswith("/")}
        self._zone = zone
        self._read: set[str] = set()
        self.typed = {name: sent if isinstance(sent, str) else "\n".join(sent) for name, sent in self._raw.items()}
        self.findings: list[Finding] = []

    def is_empty(self, pointer: str) -> bool:
        return not clean_text(self.typed.get(pointer, ""), lines=True)

    def read(self, model: FieldModel, pointer: str) -> object:
        """Return the cell's value, ``_ABSENT`` if it was not sent or cannot be read."""
        if pointer not in self._raw:
            return _ABSENT
        self._read.add(pointer)
        sent = self._raw[pointer]
        if isinstance(sent, list) and len(sent) != 1 and model.kind != ListOf.kind:
            self._find("type", "Ô này được gửi lên nhiều lần; hãy tải lại trang rồi điền lại.", pointer)
            return _ABSENT
        try:
            return read_cell(model, self.typed[pointer], self._zone)
        except Unreadable as unreadable:
            self._find(unreadable.code, unreadable.sentence, pointer)
            return _ABSENT

    def rows(self, table: str) -> dict[int, list[str]]:
        """Return the pointers of a table's cells by row, rows in the order shown."""
        rows: dict[int, list[str]] = {}
        for name in self._raw:
            match = _ROW.fullmatch(name)
            if match and match[1] == table:
                rows.setdefault(int(match[2]), []).append(name)
        return dict(sorted(rows.items()))

    def refuse_unknown(self) -> None:
        """Find the controls that are neither the form's nor the envelope's, unless left empty."""
        for name in sorted(self._raw.keys() - self._read):
            if name.split("/")[1] not in _ENVELOPE and not self.is_empty(name):
                pointer = "/".join(pointer_part(part) for part in name.split("/"))
                self._find(
                    "unknown", "Biểu này không có ô này; hãy chép lại nội dung trước khi tải lại trang.", pointer
                )

    def skip(self, pointers: Iterable[str]) -> None:
        self._read.update(pointers)

    def _find(self, code: str, sentence: str, pointer: str) -> None:
        self.findings.append(Finding(code, Level.ERROR, sentence, (pointer,)))


def _read_group(page: _Page, model: FieldModel) -> object:
    pointers = {column.name: f"{model.pointer}/{column.name}" for column in model.columns}
    sent = [pointer for pointer in pointers.values() if pointer in page.typed]
    cells = {column.name: page.read(column, pointers[column.name]) for column in model.columns}
    if not sent:
        return _ABSENT
    if all(page.is_empty(pointer) for pointer in sent):
        return None
    return {name: value for name, value in cells.items() if value is not _ABSENT}


def _read_rows(page: _Page, table: str, columns: Iterable[FieldModel]) -> tuple[list[object], tuple[int, ...]]:
    rows: list[object] = []
    kept: list[int] = []
    for index, pointers in page.rows(table).items():
        if all(page.is_empty(pointer) for pointer in pointers):
            page.skip(pointers)
            continue
        cells = {column.name: page.read(column, row_cell(table, index, column.name)) for column in columns}
        rows.append({name: value for name, value in cells.items() if value is not _ABSENT})
        kept.append(index)
    return rows, tuple(kept)


def _read_flag(text: str) -> bool | None:
    try:
        return _FLAGS[clean_text(text, lines=False)]
    except KeyError:
        raise Unreadable("type", "Chọn Có hoặc Không.") from None


def _read_line(text: str) -> str | None:
    return clean_text(text, lines=False) or None


def _read_paragraph(text: str) -> str | None:
    return clean_text(text, lines=True) or None


def _read_list(text: str) -> list[str] | None:
    lines = (clean_text(line, lines=False) for line in clean_text(text, lines=True).split("\n"))
    return [line for line in lines if line] or None


_READERS: Mapping[str, Callable[[str, tzinfo], object]] = {
    Count.kind: lambda text, _: read_count(text),
    Quantity.kind: lambda text, _: read_quantity(text),
    Percent.kind: lambda text, _: read_quantity(text),
    Flag.kind: lambda text, _: _read_flag(text),
    Choice.kind: lambda text, _: _read_line(text),
    Day.kind: lambda text, _: read_day(text),
    Moment.kind: lambda text, zone: read_moment(text, zone=zone),
    Line.kind: lambda text, _: _read_line(text),
    Paragraph.kind: lambda text, _: _read_paragraph(text),
    DocumentNumber.kind: lambda text, _: _read_line(text),
    ListOf.kind: lambda text, _: _read_list(text),
}
