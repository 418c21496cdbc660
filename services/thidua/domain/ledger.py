"""The filing ledger: entries chained by digest, and what they say about punctuality.

Every report has a chain of its own, so that filings of different units never wait for each
other. An entry's digest covers the one before it, everything the entry says and the content of
the revision it speaks of; a change, a gap or a swap anywhere shows at the first entry after it,
a cut tail at the report, which keeps the number of its entries and the last digest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from datetime import UTC
from datetime import datetime
from datetime import timedelta

from thidua.domain.canonical import canonical_json
from thidua.domain.reports import EventKind
from thidua.domain.reports import Standing

__all__ = [
    "FILINGS",
    "Delay",
    "Entry",
    "Place",
    "canonical_digest",
    "content_digest",
    "delay_of",
    "first_break",
    "folded",
    "seal",
    "stand",
]

#: Entries that bring a revision in.
FILINGS = frozenset({EventKind.FILED, EventKind.REFILED, EventKind.ENTERED_ON_BEHALF})


@dataclass(frozen=True, slots=True)
class Place:
    """Which report a chain belongs to."""

    campaign_code: str
    period_code: str
    unit_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that happened to a report.

    Attributes:
        seq: 0 for the first filing, then without a gap.
        revision: the revision it speaks of.
        at: the server's time.
        by: account id; None for what the program did at a command of the server's operator, who has
            no account.
        note: what the person wrote.
        body: what belongs to the kind, JSON-safe: remarks and limit of a return, answers of a
            refiling, the paper behind an entry on behalf.
        content: digest of the revision's payload for entries that bring one in, else empty.
        previous: digest of the entry before, empty for the first.
        digest: SHA-256 hex over all of the above and the place.
    """

    seq: int
    revision: int
    kind: EventKind
    at: datetime
    by: int | None
    note: str = ""
    body: Mapping[str, object] = field(default_factory=dict)
    content: str = ""
    previous: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Delay:
    """Time after the last moment in time, by who held the report."""

    unit: timedelta = timedelta()
    office: timedelta = timedelta()

    @property
    def unit_days(self) -> int:
        """The unit's time in days, begun ones counted whole."""
        return _days_begun(self.unit)

    @property
    def office_days(self) -> int:
        """The Office's time in days, begun ones counted whole."""
        return _days_begun(self.office)


def content_digest(payload: Mapping[str, object]) -> str:
    """Return the SHA-256 hex of a payload, the same before storing and after reading."""
    return canonical_digest(payload)


def seal(place: Place, entry: Entry) -> Entry:
    """Return the entry with its digest."""
    return replace(entry, digest=_digest(place, entry))


def first_break(place: Place, entries: Iterable[Entry], *, version: int, head: str) -> int | None:
    """Return the position at which a chain is broken, None if it is whole.

    Args:
        place: the report the chain belongs to.
        entries: the chain, by ``seq``.
        version: how many entries the report says there are.
        head: the last digest by the report.
    """
    previous, seq = "", 0
    for entry in entries:
        if entry.seq != seq or entry.previous != previous or entry.digest != _digest(place, entry):
            return seq
        previous, seq = entry.digest, seq + 1
    return None if seq == version and previous == head else seq


def stand(standing: Standing, entry: Entry) -> Standing:
    """Return the standing after one more entry.

    A filing that the Office sent back as empty or knowingly incomplete counts no more, nor does
    one that the unit took back before it was accepted: from then on the next filing counts. A
    return leaves the filing its time and sets a limit for the answer.
    """
    match entry.kind:
        case EventKind.FILED | EventKind.REFILED | EventKind.ENTERED_ON_BEHALF:
            counts_from = _moment(entry.body.get("paper_received_at")) or entry.at
            is_late = standing.answer_by is not None and counts_from > standing.answer_by
            return Standing(standing.counted_at or counts_from, None, standing.answered_late or is_late)
        case EventKind.RETURNED | EventKind.WITHDRAWN if _uncounts(entry):
            return replace(standing, counted_at=None, answer_by=None)
        case EventKind.RETURNED:
            return replace(standing, answer_by=_moment(entry.body.get("answer_by")))
        case EventKind.CONSOLIDATED:
            # Nothing can be answered any more; what was late by then stays late.
            is_late = standing.answer_by is not None and entry.at > standing.answer_by
            return replace(standing, answer_by=None, answered_late=standing.answered_late or is_late)
        case EventKind.ACCEPTED if ruled := _moment(entry.body.get("counts_from")):
            return replace(standing, counted_at=ruled)
        case _:
            return standing


def _uncounts(entry: Entry) -> bool:
    """Tell whether a return or a withdrawal leaves no filing that counts."""
    if entry.kind is EventKind.RETURNED:
        return entry.body.get("incomplete") is True
    return not entry.body.get("back_to_accepted")


def folded(entries: Iterable[Entry]) -> Standing:
    """Return the standing that a whole chain leads to."""
    standing = Standing()
    for entry in entries:
        standing = stand(standing, entry)
    return standing


def delay_of(entries: Sequence[Entry], *, due_at: datetime, until: datetime) -> Delay:
    """Split the time after the last moment in time by who held the report.

    The unit's clock stands still while the Office holds the report, and until the limit of a
    return that left the filing its time. Time ends with the first acceptance.

    Args:
        entries: the report's chain, by ``seq``; empty while nothing was filed.
        due_at: the last moment in time, extension included.
        until: up to when, for what has not ended.
    """
    unit = office = timedelta()
    is_with_unit, free_until, since = True, due_at, due_at
    standing = Standing()
    for entry in entries:
        after = stand(standing, entry)
        at = min(entry.at, until)
        if is_with_unit:
            # A paper lies at the Office from its stamp on, however long the Office takes to type it.
            handed_over = max(since, min(at, _moment(entry.body.get("paper_received_at")) or at))
            unit += _beyond(handed_over, since, free_until)
            office += _beyond(at, handed_over, due_at)
        else:
            office += _beyond(at, since, due_at)
        since, standing = at, after
        if entry.kind in FILINGS:
            is_with_unit = False
        elif entry.kind in {EventKind.RETURNED, EventKind.WITHDRAWN}:
            is_with_unit = True
            free_until = max(due_at, after.answer_by or due_at)
        elif entry.kind is EventKind.ACCEPTED:
            return Delay(unit, office)
    if is_with_unit:
        unit += _beyond(until, since, free_until)
    else:
        office += _beyond(until, since, due_at)
    return Delay(unit, office)


def _days_begun(time: timedelta) -> int:
    return -(-time // timedelta(days=1))


def _beyond(end: datetime, start: datetime, free_until: datetime) -> timedelta:
    """Return how much of ``start`` to ``end`` lies after ``free_until``."""
    return max(timedelta(), end - max(start, free_until))


def _digest(place: Place, entry: Entry) -> str:
    return canonical_digest(
        [
            place.campaign_code,
            place.period_code,
            place.unit_code,
            entry.seq,
            entry.revision,
            entry.kind.value,
            entry.at.astimezone(UTC).isoformat(),
            entry.by,
            entry.note,
            dict(entry.body),
            entry.content,
            entry.previous,
        ]
    )


def canonical_digest(value: object) -> str:
    """Return the SHA-256 hex of a JSON-safe value, written in the one way that all chains share."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def _moment(value: object) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) and value else None
