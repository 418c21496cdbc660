"""Add the units of one part up, and the parts: figures by unit type, filing states, duties.

A document is composed from the parts' sums, so that a change costs the sum of its unit's part anew and
never a walk over the whole roster. Pure; nothing is ever incremented.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from operator import itemgetter
from typing import Final
from typing import NamedTuple

from thidua.application.ports.rows import RollupTotal
from thidua.application.ports.rows import UnitFiling
from thidua.application.ports.totals import OFFICIAL
from thidua.application.ports.totals import total_of
from thidua.domain.canonical import canonical_json
from thidua.domain.cell_sums import Sums
from thidua.domain.cell_sums import add_cells
from thidua.domain.cell_sums import add_sums
from thidua.domain.filing import FilingState
from thidua.domain.reports import ReportState
from thidua.domain.rollups import Cell
from thidua.domain.rollups import parts_of

__all__ = [
    "KeptCells",
    "KeptFiling",
    "RosterSums",
    "ShardSums",
    "add_shards",
    "by_field",
    "kept_filing",
    "sum_shard",
    "totals_of",
]

_READINGS: Final = 4
#: Shows in a canonical text only where it is so: within a string the quotation marks would be escaped.
_IS_RETURNED: Final = f'"state":"{ReportState.RETURNED.value}"'


class KeptCells(NamedTuple):
    """What is kept of one unit's numbers in a period: cells by form and key, states by duty."""

    unit_code: str
    unit_type: str
    cells: Mapping[str, Mapping[str, Sequence[int | None]]]
    duties: Mapping[str, str]


class KeptFiling(NamedTuple):
    """What is kept of where one unit stands in a period; ``entry`` as the text it is stored as."""

    unit_code: str
    unit_type: str
    filing: str
    counts: bool
    accepted: bool
    waits: bool
    turns_at: datetime | None
    entry: str


def kept_filing(filing: UnitFiling) -> KeptFiling:
    """Return what the sums need of where a unit stands."""
    return KeptFiling(
        filing.unit_code,
        filing.unit_type,
        filing.filing.value,
        filing.counts,
        filing.accepted,
        filing.waits,
        filing.turns_at,
        canonical_json(filing.entry),
    )


@dataclass(frozen=True, slots=True)
class RosterSums:
    """What some units of a roster come to.

    Attributes:
        states: how many are in each filing state; states with none may be left out.
        expected: how many must report, by unit type.
        counted: how many of these have a filing that counts.
        accepted: how many of these have one that was accepted.
        exempt_counted: how many that need not report filed nevertheless.
        waiting: how many filings wait to be accepted.
        returned: how many that must report have one that was sent back and not filed again.
        duties: how many that must report are in each state of a duty, by duty, unit type and state; a
            unit that reported nothing is in none.
        turns_at: the next moment at which time alone moves a unit, None if none is left.
        digest: of the units' entries, and so of the revisions that were counted.
    """

    states: Mapping[str, int] = field(default_factory=dict)
    expected: Mapping[str, int] = field(default_factory=dict)
    counted: int = 0
    accepted: int = 0
    exempt_counted: int = 0
    waiting: int = 0
    returned: int = 0
    duties: Mapping[str, Mapping[str, Mapping[str, int]]] = field(default_factory=dict)
    turns_at: datetime | None = None
    digest: str = ""


class ShardSums(NamedTuple):
    """One part of the units, or several: sums of their cells, and what their roster comes to."""

    cells: Sums
    roster: RosterSums

    def accepted_sum(self, form_code: str, name: str) -> int | None:
        """Return a field's sum over the period's own accepted reports; None if no report has data."""
        cells = {
            unit_type: {form_code: {name: cell}}
            for unit_type, by_form in self.cells.items()
            if (cell := by_form.get(form_code, {}).get(name)) is not None
        }
        return total_of(totals_of(cells), OFFICIAL)


def sum_shard(cells: Iterable[KeptCells], filings: Iterable[KeptFiling]) -> ShardSums:
    """Sum what is kept of the units of one part in one period."""
    sums: Sums = {}
    duties: dict[str, Mapping[str, str]] = {}
    for unit in cells:
        add_cells(sums, unit.unit_type, unit.cells)
        duties[unit.unit_code] = unit.duties
    return ShardSums(sums, _roster(sorted(filings), duties))


def _roster(filings: Sequence[KeptFiling], duties: Mapping[str, Mapping[str, str]]) -> RosterSums:
    owing = [each for each in filings if each.filing != FilingState.EXEMPT]
    digest = hashlib.sha256()
    for each in filings:
        digest.update(each.entry.encode())
    return RosterSums(
        states=dict(Counter(str(each.filing) for each in filings)),
        expected=dict(Counter(each.unit_type for each in owing)),
        counted=sum(each.counts for each in owing),
        accepted=sum(each.accepted for each in owing),
        exempt_counted=sum(each.counts for each in filings) - sum(each.counts for each in owing),
        waiting=sum(each.waits for each in filings),
        returned=sum(_IS_RETURNED in each.entry for each in owing),
        # A unit that is on no roster any more leaves its figures to later periods, but no duties.
        duties=_nested(
            Counter(
                (duty, each.unit_type, state)
                for each in owing
                for duty, state in duties.get(each.unit_code, {}).items()
            )
        ),
        turns_at=min((each.turns_at for each in filings if each.turns_at is not None), default=None),
        digest=digest.hexdigest() if filings else "",
    )


def add_shards(shards: Mapping[int, ShardSums]) -> ShardSums:
    """Add the parts, by number, into the whole."""
    cells: Sums = {}
    for shard in shards.values():
        add_sums(cells, shard.cells)
    rosters = [shards[number].roster for number in sorted(shards)]
    duties: Counter[tuple[str, str, str]] = Counter()
    for roster in rosters:
        for duty, by_type in roster.duties.items():
            for unit_type, by_state in by_type.items():
                for state, units in by_state.items():
                    duties[duty, unit_type, state] += units
    return ShardSums(
        cells,
        RosterSums(
            states=_added(roster.states for roster in rosters),
            expected=_added(roster.expected for roster in rosters),
            counted=sum(roster.counted for roster in rosters),
            accepted=sum(roster.accepted for roster in rosters),
            exempt_counted=sum(roster.exempt_counted for roster in rosters),
            waiting=sum(roster.waiting for roster in rosters),
            returned=sum(roster.returned for roster in rosters),
            duties=_nested(duties),
            turns_at=min((roster.turns_at for roster in rosters if roster.turns_at is not None), default=None),
            digest=hashlib.sha256("\n".join(roster.digest for roster in rosters if roster.digest).encode()).hexdigest(),
        ),
    )


def totals_of(cells: Sums) -> list[RollupTotal]:
    """Spread sums out by unit type, form, field and part, in this order."""
    rows = (
        RollupTotal(unit_type, form, *parts_of(key), Cell(*cell[:_READINGS]), tuple(cell[_READINGS:]))
        for unit_type, by_form in cells.items()
        for form, by_key in by_form.items()
        for key, cell in by_key.items()
    )
    # By what they are of: a cell may hold None, which has no order.
    return sorted(rows, key=itemgetter(0, 1, 2, 3))


def by_field(totals: Iterable[RollupTotal]) -> dict[tuple[str, str], list[RollupTotal]]:
    """Put sums together by form and field, each in the order given."""
    found: dict[tuple[str, str], list[RollupTotal]] = defaultdict(list)
    for total in totals:
        found[total.form_code, total.field].append(total)
    return dict(found)


def _added(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return dict(total)


def _nested(counts: Mapping[tuple[str, str, str], int]) -> dict[str, dict[str, dict[str, int]]]:
    nested: dict[str, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for (duty, unit_type, state), units in counts.items():
        nested[duty][unit_type][state] = units
    return {duty: dict(by_type) for duty, by_type in nested.items()}
