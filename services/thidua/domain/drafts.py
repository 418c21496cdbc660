"""What is being written and not yet filed: cells as typed, and how two people's typing meets.

A draft is one for each campaign, period and unit. Its version counts the saves; each cell knows the
version at which it last changed, so that somebody who says what version he has seen can be told,
cell by cell, what was typed since.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime

from thidua.domain.reports import Channel

__all__ = [
    "CELLS_AT_ONCE",
    "TEXT_LENGTH",
    "Draft",
    "DraftCell",
    "Merge",
    "as_kept",
    "first_version",
    "merge",
]

#: Most cells of one save: half a full table of records, more than a page sends at a time.
CELLS_AT_ONCE = 2000
#: Longest text of one cell, wrong ones included; five times the longest a form takes.
TEXT_LENGTH = 20_000

#: Room for the saves of one draft; a draft begun after another was filed counts on above it.
_SAVES = 100_000

# What no database column takes: NUL, and halves of surrogate pairs.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class DraftCell:
    """One cell as typed, right or wrong.

    Attributes:
        pointer: its JSON pointer in the envelope.
        typed: the raw text, None where it was emptied.
        version: the draft's version at which it last changed.
        is_carried: taken over from the period before and not yet looked at.
        by: full name of who changed it last.
        at: when.
    """

    pointer: str
    typed: str | None
    version: int
    is_carried: bool
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A draft as stored.

    Attributes:
        id: its key.
        version: number of the last save; grows with each, also past a filing.
        revision: the filing it was begun for; older than the report's next one if somebody filed
            meanwhile.
        cells: the cells touched, by pointer; empty after the draft was thrown away.
        is_from_workbook: cells were taken over from a workbook since the draft was begun; what is typed
            afterwards, or a filing by somebody else meanwhile, does not change where it came from.
        note: why the head sent it back, empty if he did not.
        proposed_by: account that laid it before the head, None while nobody has.
        proposed_at: when.
        proposer: full name of that account, empty while nobody has.
        proposer_position: and the position.
        saved_by: full name of who wrote last.
        saved_at: when.
    """

    id: int
    version: int
    revision: int
    cells: Mapping[str, DraftCell] = field(default_factory=dict)
    is_from_workbook: bool = False
    note: str = ""
    proposed_by: int | None = None
    proposed_at: datetime | None = None
    proposer: str = ""
    proposer_position: str = ""
    saved_by: str
    saved_at: datetime

    @property
    def channel(self) -> Channel:
        """By which door it comes in when it is filed on the page."""
        return Channel.WORKBOOK if self.is_from_workbook else Channel.WEB

    @property
    def typed(self) -> dict[str, str | None]:
        """The raw text by pointer."""
        return {pointer: cell.typed for pointer, cell in self.cells.items()}


@dataclass(frozen=True, slots=True)
class Merge:
    """What becomes of a save.

    Every text sent is in exactly one of the first three.

    Attributes:
        changed: to be written, by pointer.
        same: pointers where the very same is stored already.
        conflicts: cells that somebody changed since, to something else; nothing is written there.
        unseen: cells that somebody changed since and that were not sent.
    """

    changed: Mapping[str, str | None]
    same: frozenset[str]
    conflicts: tuple[DraftCell, ...]
    unseen: tuple[DraftCell, ...]


def merge(stored: Mapping[str, DraftCell], sent: Mapping[str, str | None], *, base: int) -> Merge:
    """Decide cell by cell what a save changes; nobody's typing is ever overwritten unseen.

    Args:
        stored: the draft's cells by pointer.
        sent: texts as :func:`as_kept` leaves them, None for an emptied cell.
        base: the newest version whose cells the sender has seen, all of them.
    """
    changed: dict[str, str | None] = {}
    same: set[str] = set()
    conflicts: list[DraftCell] = []
    for pointer, text in sent.items():
        there = stored.get(pointer)
        if text == (there.typed if there else None):
            same.add(pointer)
        elif there is not None and there.version > base:
            conflicts.append(there)
        else:
            changed[pointer] = text
    unseen = (cell for pointer, cell in stored.items() if cell.version > base and pointer not in sent)
    return Merge(changed, frozenset(same), tuple(conflicts), tuple(unseen))


def as_kept(text: str | None) -> str | None:
    """Return a text as drafts keep it: line ends as LF, an empty one as None, nothing else changed.

    What the database cannot hold becomes a visible replacement character, so that the rest of the
    text is kept and the person sees where something was wrong.
    """
    if not text:
        return None
    return _UNSTORABLE.sub(_REPLACEMENT, text.replace("\r\n", "\n").replace("\r", "\n"))


def first_version(ledger_version: int) -> int:
    """Return the version of a new draft's first save.

    A filing takes its draft away, and a page left open still speaks of the versions it saw. So the
    count goes on above them: every filing adds to the report's ledger.

    Args:
        ledger_version: number of entries of the report's ledger, 0 before the first filing.
    """
    return ledger_version * _SAVES + 1
