"""What the Office changes in what one unit owes: more time, let off, owed again.

Every change is kept, chained by digest like the entries of a report, and the chain begins with
what the plan set. So an obligation that was altered by hand can be told from one that the Office
altered, and a change that was edited, taken out or put in shows at the first one after it.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace
from datetime import UTC
from datetime import datetime

from thidua.domain.errors import ConflictError
from thidua.domain.ledger import canonical_digest
from thidua.domain.reports import Obligation
from thidua.domain.reports import ObligationChangeKind

__all__ = [
    "CHANGE_LABELS",
    "ObligationChange",
    "apply_change",
    "first_broken_change",
    "grant_behind",
    "plan_digest",
    "replayed",
    "seal_change",
]

#: The words people see.
CHANGE_LABELS = {
    ObligationChangeKind.EXTENDED: "Gia hạn",
    ObligationChangeKind.EXEMPTED: "Miễn báo cáo",
    ObligationChangeKind.OWED_AGAIN: "Bỏ miễn, phải báo cáo",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationChange:
    """One change of what a unit owes.

    Attributes:
        seq: 0 for the first, then without a gap.
        kind: what was done.
        reason: why, in words.
        document_number: of the paper that asked for it or ordered it; may be empty.
        requested_by: who asked for it.
        ends_at: the new last moment of an extension; the end of an exemption, None for one without.
        by: account id of who did it.
        at: the server's time.
        owed_by: for an exemption with an end, the moment until which the unit may file afterwards.
        previous: digest of the change before; of what the plan set, for the first.
        digest: SHA-256 hex over all of the above.
    """

    seq: int
    kind: ObligationChangeKind
    reason: str
    document_number: str
    requested_by: str
    ends_at: datetime | None
    by: int
    at: datetime
    owed_by: datetime | None = None
    previous: str = ""
    digest: str = ""


def plan_digest(obligation: Obligation) -> str:
    """Return the digest of what the plan set when the period opened, whatever was changed since."""
    return canonical_digest(
        [
            obligation.campaign_code,
            obligation.period_code,
            obligation.unit_code,
            obligation.unit_type,
            obligation.unit_name,
            obligation.unit_order,
            dict(obligation.attributes),
            obligation.form_code,
            _written(obligation.due_at),
            _written(obligation.locks_at),
            obligation.ends_on.isoformat() if obligation.ends_on else None,
        ]
    )


def seal_change(change: ObligationChange, *, previous: str) -> ObligationChange:
    """Return the change chained to the digest before it."""
    return replace(change, previous=previous, digest=_digest(change, previous))


def first_broken_change(
    obligation: Obligation, changes: Iterable[ObligationChange], *, count: int, head: str
) -> int | None:
    """Return the position at which the chain of changes is broken, None if it is whole.

    Args:
        obligation: as stored.
        changes: by ``seq``.
        count: how many there are by the obligation.
        head: the last digest by the obligation.
    """
    previous, seq = plan_digest(obligation), 0
    for change in changes:
        if (change.seq, change.previous) != (seq, previous) or change.digest != _digest(change, previous):
            return seq
        previous, seq = change.digest, seq + 1
    return None if (seq, previous) == (count, head) else seq


def apply_change(obligation: Obligation, change: ObligationChange) -> Obligation:
    """Return what is owed after a change.

    Args:
        obligation: as it stands.
        change: what is done.

    Raises:
        ConflictError: an extension that gives no more time or extends nothing that is owed, an
            exemption of an exempt unit, or the end of an exemption that does not stand.
    """
    is_exempt = obligation.is_exempt(change.at)
    match change.kind:
        case ObligationChangeKind.EXTENDED:
            if is_exempt:
                raise ConflictError("Đơn vị đang được miễn báo cáo kỳ này nên không cần gia hạn.", subject="kind")
            if change.ends_at is None or change.ends_at <= obligation.last_moment:
                raise ConflictError("Hạn mới phải sau hạn nộp hiện nay của đơn vị.", subject="ends_at")
            return replace(obligation, extended_to=change.ends_at, exempt_reason="", exempt_until=None)
        case ObligationChangeKind.EXEMPTED:
            if is_exempt:
                raise ConflictError("Đơn vị đã được miễn báo cáo kỳ này.", subject="kind")
            if change.ends_at is not None and change.ends_at <= change.at:
                raise ConflictError("Ngày hết miễn phải ở sau lúc này.", subject="ends_at")
            later = max(obligation.last_moment, change.owed_by or obligation.last_moment)
            return replace(
                obligation,
                exempt_reason=change.reason,
                exempt_until=change.ends_at,
                extended_to=later if later > obligation.due_at else None,
            )
        case ObligationChangeKind.OWED_AGAIN:
            if not is_exempt:
                raise ConflictError("Đơn vị không được miễn báo cáo kỳ này.", subject="kind")
            return replace(obligation, exempt_reason="", exempt_until=None)


def grant_behind(obligation: Obligation, changes: Sequence[ObligationChange]) -> ObligationChange | None:
    """Return the change that gave a unit the last moment it has now, None where the plan's own holds.

    That is the newest extension to this very moment, else the exemption after whose end it counts.

    Args:
        obligation: as it stands.
        changes: its changes, oldest first.
    """
    if obligation.extended_to is None:
        return None
    extensions = [each for each in changes if each.kind is ObligationChangeKind.EXTENDED]
    exact = next((each for each in reversed(extensions) if each.ends_at == obligation.extended_to), None)
    ended = [each for each in changes if each.kind is ObligationChangeKind.EXEMPTED and each.ends_at is not None]
    return exact or next(reversed(ended), None)


def replayed(obligation: Obligation, changes: Iterable[ObligationChange]) -> Obligation:
    """Return what an obligation as the plan set it must be after its changes.

    Args:
        obligation: as stored; what changes touch is taken back first.
        changes: oldest first.

    Raises:
        ConflictError: a change cannot follow the one before.
    """
    stands = replace(obligation, extended_to=None, exempt_reason="", exempt_until=None)
    for change in changes:
        stands = apply_change(stands, change)
    return stands


def _digest(change: ObligationChange, previous: str) -> str:
    return canonical_digest(
        [
            change.seq,
            change.kind.value,
            change.reason,
            change.document_number,
            change.requested_by,
            _written(change.ends_at),
            change.by,
            _written(change.at),
            _written(change.owed_by),
            previous,
        ]
    )


def _written(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat()
