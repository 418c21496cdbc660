"""What names people, taken out for readers who are neither of the unit nor of the Office.

Tables of violations name people; so may whatever is written about their cells: a unit's
comment, the Office's remark with its quote, the unit's answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from thidua.domain.ledger import Entry
from thidua.forms.compose import ComposedForm

__all__ = ["VEIL", "without_comments_on_people", "without_people", "without_words_on_people"]

#: What stands in place of words about a cell that names people.
VEIL = "(chỉ đơn vị và Văn phòng Sở được xem)"


def without_people(form: ComposedForm, payload: Mapping[str, object]) -> dict[str, object]:
    """Leave out the rows that name people; their counts stand in cells of their own."""
    personal = _personal(form)
    return {key: [] if key in personal else value for key, value in payload.items()}


def without_comments_on_people(form: ComposedForm, payload: Mapping[str, object]) -> dict[str, object]:
    """Leave out the unit's comments on rows that name people."""
    personal, veiled = _personal(form), dict(payload)
    comments = veiled.get("comments")
    if isinstance(comments, Mapping):
        veiled["comments"] = {
            pointer: text for pointer, text in comments.items() if _first(str(pointer)) not in personal
        }
    return veiled


def without_words_on_people(form: ComposedForm, entry: Entry) -> Entry:
    """Veil remarks, quotes and answers at cells that name people; the digest stays that of the whole."""
    personal = _personal(form)
    body = dict(entry.body)
    for name in ("remarks", "answers"):
        given = body.get(name)
        if isinstance(given, list):
            body[name] = [
                {"cell": f"/{_first(each['cell'])}", "text": VEIL} if _first(each["cell"]) in personal else each
                for each in given
            ]
    return replace(entry, body=body)


def _personal(form: ComposedForm) -> frozenset[str]:
    return frozenset(field.name for field in form.fields if field.personal)


def _first(pointer: str) -> str:
    """Return the table a pointer starts at; cells outside tables start with ``fields``."""
    return pointer.split("/")[1] if pointer.startswith("/") else ""
