"""What a check finds: a coded sentence that names its cells.

A cell is named by its JSON pointer inside the envelope (``/fields/radio_items``,
``/by_topic/radio_items/alcohol_law``, ``/violations/0/status``), the same name in the web
form, in the API's answer and in a rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Finding", "Level", "cell", "row_cell", "topic_cell"]


class Level(StrEnum):
    """An error blocks filing; a warning asks the unit to confirm."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong or doubtful.

    ``code`` is the rule's (``A27``, ``AX5``) or one of ``required``, ``unknown``, ``type``,
    ``range``, ``choice``, ``format``, ``length``. ``message`` is a whole Vietnamese sentence.
    ``cells`` has at least one pointer; the first is where the sentence is shown.
    """

    code: str
    level: Level
    message: str
    cells: tuple[str, ...]
    source: str = ""

    def __post_init__(self) -> None:
        if not self.cells:
            text = f"finding {self.code} names no cell"
            raise ValueError(text)


def cell(field: str) -> str:
    """Point at a field of the form."""
    return f"/fields/{field}"


def topic_cell(field: str, topic: str) -> str:
    """Point at a field's count for one topic."""
    return f"/by_topic/{field}/{topic}"


def row_cell(records: str, index: int, column: str) -> str:
    """Point at a column of the row at ``index`` (from 0) of a table of records."""
    return f"/{records}/{index}/{column}"
