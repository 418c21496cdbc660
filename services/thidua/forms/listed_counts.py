"""A count filed as a list: the number is the list's length, and the list is judged item by item."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from thidua.forms.compose import ComposedForm
from thidua.forms.describe import pointer_part
from thidua.forms.envelope import Envelope
from thidua.forms.evidence_lists import COLUMNS
from thidua.forms.evidence_lists import evidence_cell
from thidua.forms.wording import number
from thidua_sdk import Finding
from thidua_sdk import Level
from thidua_sdk import Record
from thidua_sdk import cell

__all__ = ["is_evidence_cell", "judged_lists", "with_listed_counts"]


def with_listed_counts(form: ComposedForm, envelope: Envelope) -> Envelope:
    """Fill the counts that were left empty because what they count is listed."""
    counted = {
        name: len(items)
        for name, items in envelope.evidence.items()
        if name in form.listable and envelope.fields.get(name) is None
    }
    return replace(envelope, fields={**envelope.fields, **counted}) if counted else envelope


def judged_lists(form: ComposedForm, envelope: Envelope, record: Record) -> Iterator[Finding]:
    """Find lists the form does not take, numbers that differ from their list, and items to look at again.

    An item outside the period's days asks for a second look (generic rule G4), as does one that
    stands twice.
    """
    for name, items in envelope.evidence.items():
        model = form.listable.get(name)
        if model is None:
            pointer = f"/evidence/{pointer_part(name)}"
            yield Finding("unknown", Level.ERROR, "Ô này không kê thành danh sách được.", (pointer,))
            continue
        told = envelope.fields.get(name)
        if type(told) is int and told != len(items):
            message = (
                f"“{model.label}” ghi {number(told)} nhưng danh sách kê có {number(len(items))} dòng. "
                "Hãy sửa cho khớp, hoặc để trống ô này để máy tự đếm theo danh sách."
            )
            yield Finding("listed", Level.ERROR, message, (cell(name),))
        yield from _items(name, items, record)


def _items(name: str, items: tuple[Mapping[str, str], ...], record: Record) -> Iterator[Finding]:
    seen: dict[tuple[str, ...], int] = {}
    for index, item in enumerate(items):
        day = _day(item.get("on"))
        window = record.period.activity
        if day is not None and window is not None and not window.first_on <= day <= window.last_on:
            message = (
                f"Ngày {day:%d/%m/%Y} nằm ngoài kỳ báo cáo ({window.first_on:%d/%m/%Y} đến {window.last_on:%d/%m/%Y})."
            )
            yield Finding("G4", Level.WARNING, message, (evidence_cell(name, index, "on"),))
        elif day is not None and day > record.today:
            message = f"Ngày {day:%d/%m/%Y} chưa đến."
            yield Finding("G4", Level.WARNING, message, (evidence_cell(name, index, "on"),))
        said = tuple(item.get(column.name, "") for column in COLUMNS)
        if said in seen:
            message = f"Dòng {index + 1} giống hệt dòng {seen[said] + 1}; hãy kiểm tra có kê trùng không."
            yield Finding("twice", Level.WARNING, message, (evidence_cell(name, index, "place"),))
        seen.setdefault(said, index)


def is_evidence_cell(form: ComposedForm, pointer: str) -> bool:
    """Tell whether a pointer names a cell of a list that the form takes."""
    match pointer.split("/"):
        case ["", "evidence", name, index, column]:
            is_row = index.isascii() and index.isdecimal() and len(index) <= 4  # noqa: PLR2004  as rows are typed
            return name in form.listable and is_row and any(each.name == column for each in COLUMNS)
        case _:
            return False


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
