"""Check the sealed trail from its beginning, or an archive of its older part, and name the first bad place."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from thidua.application.ports.host import Host
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.domain.trail import GENESIS
from thidua.domain.trail import Anchor
from thidua.domain.trail import Seal
from thidua.domain.trail import Source
from thidua.domain.trail import is_sound_anchor
from thidua.domain.trail import is_sound_checkpoint
from thidua.domain.trail_check import TAMPERING_LABELS
from thidua.domain.trail_check import Tampering
from thidua.domain.trail_check import TrailBreak
from thidua.domain.trail_check import TrailWalk

__all__ = ["TrailChecked", "check_trail"]

_PAGE = 2000
#: Pages walked over on one snapshot: well under a second.
_PAGES_AT_ONCE = 4
#: Seals looked at behind a bad place, to say what was done there.
_AROUND = 2000
#: Rows without a seal that are looked at.
_MOST_UNSEALED = 10_000


@dataclass(frozen=True, slots=True)
class TrailChecked:
    """What a check found.

    Attributes:
        sealed: how many seals hold, with their rows.
        first_seq: where the walk began.
        head: the last seal that holds, 0 for none.
        unsealed: rows that wait for a seal, as many as were looked at.
        oldest_unsealed_at: the moment of the oldest of them.
        anchors: how many anchors were compared.
        break_: the first place at which the trail does not hold, None if it is whole.
    """

    sealed: int
    first_seq: int
    head: int
    unsealed: int
    oldest_unsealed_at: datetime | None
    anchors: int
    break_: TrailBreak | None

    @property
    def sentence(self) -> str:
        """Say what was found, in one Vietnamese sentence."""
        if self.break_ is None:
            return f"Nhật ký nguyên vẹn: {self.sealed} dòng đã niêm phong khớp, {self.anchors} mốc neo khớp."
        found = self.break_
        where = "" if found.seq is None else f" tại vị trí {found.seq}"
        if found.source is not None:
            where += f" ({found.source.value} số {found.source_id})"
        if found.at is not None:
            where += f", {found.at.isoformat()}"
        return f"Nhật ký KHÔNG nguyên vẹn{where}: {TAMPERING_LABELS[found.kind]}."


def check_trail(
    host: Host,
    *,
    from_seq: int | None = None,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
    between: Callable[[], None] = lambda: None,
) -> TrailChecked:
    """Make every digest anew and compare the chain with the anchors outside.

    The walk is made on short snapshots, one after the other: what is sealed changes no more, and one long
    snapshot would keep everybody who files waiting where readers hold up the writer.

    Args:
        host: the ports; whoever calls has asked for the right, or is the operator.
        from_seq: where to begin; what stands before is then believed.
        progress: told how many seals of how many were checked.
        between: called while no snapshot is open.
    """
    anchors, forged = _anchors(host)
    with host.work.reading() as work:
        newest = work.trail.head()
        checkpoint = work.trail.checkpoint()
        base, previous, floors = 0, GENESIS, dict[str, int]()
        if checkpoint is not None:
            if not is_sound_checkpoint(host.custody.keys, checkpoint):
                at = TrailBreak(Tampering.FALSE_CHECKPOINT, checkpoint.seq, at=checkpoint.made_at)
                return TrailChecked(0, 1, 0, 0, None, 0, at)
            base, previous, floors = checkpoint.seq, checkpoint.digest, dict(checkpoint.floors)
        if from_seq is not None and from_seq > base + 1:
            before = work.trail.seals(from_seq - 2, 1)
            if before and before[0].seq == from_seq - 1:
                base, previous = before[0].seq, before[0].digest
    walk = TrailWalk(host.custody.keys, previous, base, floors)
    compared = _Compared(anchors, base, previous)
    found = compared.first_other() or _walk(host, walk, compared, newest.seq if newest else 0, progress, between)
    with host.work.reading() as work:
        was_shortened = work.trail.checkpoint() != checkpoint
        unsealed = [
            row for source in Source for row in work.trail.unsealed(source, look_back=None, limit=_MOST_UNSEALED)
        ]
    if was_shortened:
        # The older part went into an archive meanwhile, so the walk looked for what is elsewhere now.
        return check_trail(host, from_seq=from_seq, progress=progress, between=between)
    if found is None:
        found = next(
            (
                TrailBreak(Tampering.INSERTED, None, row.source, row.id, row.at)
                for row in unsealed
                if walk.is_backdated(row)
            ),
            None,
        )
    found = found or compared.left_over(walk.seq) or forged
    if found is None and not anchors and walk.seq > base:
        found = TrailBreak(Tampering.NO_ANCHOR, walk.seq)
    return TrailChecked(
        sealed=walk.seq - base,
        first_seq=base + 1,
        head=walk.seq,
        unsealed=len(unsealed),
        oldest_unsealed_at=min((row.at for row in unsealed), default=None),
        anchors=compared.count,
        break_=found,
    )


class _Compared:
    """The anchors on the way of a walk: the digest each expects, by its number."""

    def __init__(self, anchors: Iterable[Anchor], base: int, previous: str) -> None:
        self._base, self._previous = base, previous
        self.count = 0
        self._last: Anchor | None = None
        self._wanted: dict[int, Anchor] = {}
        self._others: list[Anchor] = []
        for each in anchors:
            if each.seq < base:
                continue
            self.count += 1
            if self._last is None or each.seq > self._last.seq:
                self._last = each
            known = self._wanted.setdefault(each.seq, each)
            if known.digest != each.digest:
                # Two heads of one number were seen: one of them was on a trail that is no more.
                self._others.append(each)

    def first_other(self) -> TrailBreak | None:
        at_base = self._wanted.get(self._base) if self._base else None
        if at_base is not None and at_base.digest != self._previous:
            return TrailBreak(Tampering.OLDER_BACKUP, self._base, at=at_base.at)
        return None

    def look(self, seal: Seal) -> TrailBreak | None:
        """Compare a seal that holds with the anchor of its number."""
        wanted = self._wanted.get(seal.seq)
        if wanted is None or wanted.digest == seal.digest:
            return None
        return TrailBreak(Tampering.OLDER_BACKUP, seal.seq, seal.source, seal.source_id, wanted.at)

    def left_over(self, head: int) -> TrailBreak | None:
        """Say what anchors tell that no seal does."""
        if self._last is not None and self._last.seq > head:
            return TrailBreak(Tampering.CUT_TAIL, head + 1, at=self._last.at)
        if self._others:
            return TrailBreak(Tampering.OLDER_BACKUP, self._others[0].seq, at=self._others[0].at)
        return None


def _walk(
    host: Host,
    walk: TrailWalk,
    compared: _Compared,
    newest: int,
    progress: Callable[[int, int], None],
    between: Callable[[], None],
) -> TrailBreak | None:
    base, is_over = walk.seq, False
    while not is_over:
        with host.work.reading() as work:
            found, is_over = _stretch(work, walk, compared)
        if found is not None:
            return found
        progress(walk.seq - base, max(newest, walk.seq) - base)
        between()
    return None


def _stretch(work: UnitOfWork, walk: TrailWalk, compared: _Compared) -> tuple[TrailBreak | None, bool]:
    """Walk over some pages of one snapshot; tell what does not hold, and whether the chain ended."""
    for _ in range(_PAGES_AT_ONCE):
        seals = work.trail.seals(walk.seq, _PAGE)
        if not seals:
            return None, True
        place = walk.step(seals, work.trail.rows(seals))
        held = seals if place is None else seals[:place]
        other = next(filter(None, map(compared.look, held)), None)
        if other is not None:
            return other, False
        if place is not None:
            around = work.trail.seals(seals[place].seq - 1, _AROUND)
            return walk.explain(around, work.trail.rows(around)), False
    return None, False


def _anchors(host: Host) -> tuple[list[Anchor], TrailBreak | None]:
    """Read the anchors that are ours, and tell of the first that is not."""
    sound: list[Anchor] = []
    forged: TrailBreak | None = None
    for each in host.custody.anchors.all():
        if each is not None and is_sound_anchor(host.custody.keys, each):
            sound.append(each)
        elif forged is None:
            forged = TrailBreak(Tampering.FALSE_ANCHOR, each.seq if each else None, at=each.at if each else None)
    return sound, forged


def as_json(found: TrailBreak | None) -> Mapping[str, object] | None:
    """Return a bad place for programs."""
    if found is None:
        return None
    return {
        "kind": found.kind.value,
        "seq": found.seq,
        "source": found.source.value if found.source else None,
        "id": found.source_id,
        "at": found.at.isoformat() if found.at else None,
        "message": TAMPERING_LABELS[found.kind],
    }
