"""What the Office may write when it sends a report back: judged here, all at once."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence

from thidua.application.reports.answering import Remark
from thidua.forms.compose import ComposedForm
from thidua_sdk import Finding
from thidua_sdk import Level

__all__ = ["MOST_REMARKS", "NOTE_LENGTH", "remarks_body", "text_at", "wrong_note", "wrong_reason", "wrong_remarks"]

#: Longest reason, remark, quoted sentence or note.
NOTE_LENGTH = 1000
#: Most remarks of one return.
MOST_REMARKS = 200

#: ``/table/row/column``.
_ROW, _CELL = 2, 3


def wrong_reason(reason: str) -> Iterator[Finding]:
    """Find a reason that is missing or too long."""
    if not reason.strip():
        yield Finding("required", Level.ERROR, "Phải ghi lý do.", ("/reason",))
    elif len(reason) > NOTE_LENGTH:
        yield Finding("length", Level.ERROR, f"Lý do tối đa {NOTE_LENGTH} ký tự.", ("/reason",))


def wrong_note(note: str) -> Iterator[Finding]:
    """Find a note that is too long; it may be empty."""
    if len(note) > NOTE_LENGTH:
        yield Finding("length", Level.ERROR, f"Ghi chú tối đa {NOTE_LENGTH} ký tự.", ("/note",))


def wrong_remarks(form: ComposedForm, payload: Mapping[str, object], remarks: Sequence[Remark]) -> Iterator[Finding]:
    """Find remarks that stand at no cell, say nothing, or quote what is not there.

    Args:
        form: the form the revision was filed in.
        payload: the revision that is sent back.
        remarks: as written; findings name them ``/remarks/<number>/…``.
    """
    if len(remarks) > MOST_REMARKS:
        yield Finding("length", Level.ERROR, f"Nhiều nhất {MOST_REMARKS} yêu cầu sửa.", ("/remarks",))
        return
    seen: set[str] = set()
    for number, remark in enumerate(remarks):
        where = f"/remarks/{number}"
        if not _names_a_cell(form, payload, remark.cell):
            yield Finding("unknown", Level.ERROR, "Báo cáo này không có ô như vậy.", (f"{where}/cell",))
        elif _is_computed(form, remark.cell):
            message = "Ô này do máy tự tính, đơn vị không sửa được; hãy ghi yêu cầu ở ô gốc."
            yield Finding("computed", Level.ERROR, message, (f"{where}/cell",))
        elif remark.cell in seen:
            yield Finding("twice", Level.ERROR, "Mỗi ô chỉ ghi một yêu cầu sửa.", (f"{where}/cell",))
        seen.add(remark.cell)
        if not remark.text.strip():
            yield Finding("required", Level.ERROR, "Phải ghi cần sửa gì.", (f"{where}/text",))
        elif len(remark.text) > NOTE_LENGTH:
            yield Finding("length", Level.ERROR, f"Yêu cầu sửa tối đa {NOTE_LENGTH} ký tự.", (f"{where}/text",))
        if len(remark.quote) > NOTE_LENGTH:
            yield Finding("length", Level.ERROR, f"Câu trích tối đa {NOTE_LENGTH} ký tự.", (f"{where}/quote",))
        elif remark.quote and not _is_quoted(remark.quote, text_at(payload, remark.cell)):
            yield Finding("quote", Level.ERROR, "Câu được trích không có trong ô này.", (f"{where}/quote",))


def remarks_body(remarks: Sequence[Remark]) -> list[dict[str, str]]:
    """Write remarks as the ledger keeps them."""
    return [
        {"cell": remark.cell, "text": remark.text.strip()}
        | ({"quote": _in_line(remark.quote)} if remark.quote.strip() else {})
        for remark in remarks
    ]


def text_at(payload: Mapping[str, object], pointer: str) -> str:
    """Return the text a pointer leads to, a list's items one a line; empty where there is none."""
    value: object = payload
    for part in pointer.split("/")[1:]:
        if isinstance(value, Mapping):
            value = value.get(part)
        elif isinstance(value, list) and _is_row(part) and int(part) < len(value):
            value = value[int(part)]
        else:
            return ""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "\n".join(value)
    return value if isinstance(value, str) else ""


def _names_a_cell(form: ComposedForm, payload: Mapping[str, object], pointer: str) -> bool:
    """Tell whether a remark can stand there: at a field, a split, a table, or one of its filed rows or cells."""
    if pointer in form.cells:
        return True
    parts = pointer.split("/")[1:]
    table = form.tables.get(parts[0]) if parts else None
    if table is None or len(parts) not in {_ROW, _CELL} or not _is_row(parts[1]):
        return False
    rows = payload.get(table.name)
    if not isinstance(rows, list) or int(parts[1]) >= len(rows):
        return False
    return len(parts) == _ROW or any(column.name == parts[2] for column in table.columns)


def _is_row(part: str) -> bool:
    """Tell whether a part of a pointer is a row's number as JSON pointers write it."""
    return part.isascii() and part.isdecimal() and len(part) < 5 and (part == "0" or part[0] != "0")  # noqa: PLR2004  no table has 10.000 rows


def _is_computed(form: ComposedForm, pointer: str) -> bool:
    parts = pointer.split("/")[1:]
    if parts[0] not in {"fields", "by_topic"}:
        return False
    model = form.cell_fields.get(parts[1])
    return model is not None and bool(model.computed)


def _is_quoted(quote: str, text: str) -> bool:
    """Compare word by word: a browser's selection keeps neither line breaks nor double spaces."""
    return _in_line(quote) in _in_line(text)


def _in_line(text: str) -> str:
    return " ".join(text.split())
