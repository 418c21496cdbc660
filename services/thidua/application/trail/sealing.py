"""Seal what was written down, and keep the chain's head where the database cannot reach it.

Sealing is nobody's request: rows are written without it, and a pass seals them some seconds later,
in the order of their moments. One pass goes on at a time over the whole installation; others leave at
once. So filing costs what it cost, and what is not sealed yet is bounded by how often a pass begins.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta

from thidua.application.ports.host import Host
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.domain.trail import GENESIS
from thidua.domain.trail import Anchor
from thidua.domain.trail import Seal
from thidua.domain.trail import SealedRow
from thidua.domain.trail import Source
from thidua.domain.trail import anchor
from thidua.domain.trail import next_seal

__all__ = [
    "BATCH",
    "LOOK_BACK",
    "UNSEALED_LIMIT",
    "TrailHead",
    "anchor_head",
    "read_head",
    "seal_and_anchor",
    "seal_waiting",
]

#: Rows sealed by one transaction: on SQLite those who file wait for it, some hundredths of a second.
BATCH = 1000
#: How many ids below the newest sealed one are looked at by a pass: a row may appear so late if its
#: transaction was open while so many others were written and sealed. What is later still is found by
#: ``thidua audit seal``, which looks at all, and named by ``thidua audit verify`` until then.
LOOK_BACK = 10_000
#: Batches of one pass of a worker: a pile of years is worked off between other things.
_MOST_BATCHES = 100
_ANCHORED_EVERY = timedelta(hours=1)
#: What lies longer without a seal raises an alarm.
UNSEALED_LIMIT = timedelta(seconds=60)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TrailHead:
    """How the chain stands: its newest seal, how many are stored, what waits, and the last anchor.

    ``oldest_unsealed_at`` is None where everything is sealed; ``anchored_at`` before the first anchor.
    """

    seal: Seal | None
    count: int
    oldest_unsealed_at: datetime | None
    anchored_at: datetime | None
    now: datetime

    @property
    def unsealed_for_s(self) -> int:
        """How old the oldest row without a seal is, in whole seconds."""
        if self.oldest_unsealed_at is None:
            return 0
        return max(0, int((self.now - self.oldest_unsealed_at).total_seconds()))


def seal_waiting(host: Host, *, look_back: int | None = LOOK_BACK, most_batches: int = _MOST_BATCHES) -> int:
    """Seal what is not sealed yet, unless somebody is at it; returns how many rows were sealed."""
    # Looked at first without any lock: nearly always there is nothing, and SQLite has one writer.
    with host.work.glancing() as work:
        if not any(work.trail.unsealed(source, look_back=look_back, limit=1) for source in Source):
            return 0
    began, sealed = host.clock.now(), 0
    key_id = host.custody.keys.current_id
    for _ in range(most_batches):
        with host.work.writing() as work:
            if not work.trail.try_to_hold():
                break
            rows = _waiting(work, look_back)
            if not rows:
                break
            head = work.trail.head() or _behind_checkpoint(work)
            seq, previous = (head.seq, head.digest) if head else (0, GENESIS)
            # Never before what is sealed already: a pass's moment says what it could have seen.
            at = max(began, head.sealed_at) if head else began
            seals: list[Seal] = []
            for row in rows:
                seq += 1
                seals.append(next_seal(host.custody.keys, key_id, previous, seq, row, at))
                previous = seals[-1].digest
            work.trail.add(seals)
            work.commit()
        sealed += len(rows)
    return sealed


def seal_and_anchor(host: Host) -> int:
    """Do what a worker does every few seconds: seal, note the head outside, add an anchor every hour."""
    sealed = seal_waiting(host)
    last = host.custody.anchors.last_at()
    is_due = last is None or host.clock.now() - last >= _ANCHORED_EVERY
    if sealed or is_due:
        anchor_head(host, adds=is_due)
    return sealed


def anchor_head(host: Host, *, adds: bool = True) -> Anchor | None:
    """Write the chain's head outside the database; returns it, None while nothing is sealed.

    Args:
        host: the ports.
        adds: a new line that stays, told in the log as well; otherwise only the one that follows the
            head pass by pass.
    """
    head = read_head(host)
    if head.seal is None:
        return None
    made = anchor(host.custody.keys, seq=head.seal.seq, count=head.count, digest=head.seal.digest, at=head.now)
    try:
        if adds:
            host.custody.anchors.put(made)
            # Where logs go to another machine, the head goes with them.
            _log.info("audit trail head: seq %d count %d digest %s", made.seq, made.count, made.digest)
        if _is_known(host):
            host.custody.anchors.keep_newest(made)
        elif adds:
            # It is kept as it is, for it tells what the database has lost.
            _log.error("the audit trail lacks what was anchored: an older backup was put back, or its end was cut off")
    except OSError as error:
        # What was sealed stays sealed; the missing anchor is told, and tried again by the next pass.
        _log.error("the audit trail's head cannot be anchored: %s", error)
        return None
    return made


def read_head(host: Host) -> TrailHead:
    """Read how the chain stands; whoever calls has asked for the right."""
    with host.work.reading() as work:
        seal = work.trail.head()
        checkpoint = work.trail.checkpoint()
        oldest = work.trail.oldest_unsealed_at()
    count = 0 if seal is None else seal.seq - (checkpoint.seq if checkpoint else 0)
    return TrailHead(seal, count, oldest, host.custody.anchors.last_at(), host.clock.now())


def _is_known(host: Host) -> bool:
    """Tell whether the newest head kept outside is on the chain, as it must be before it is replaced."""
    known = host.custody.anchors.newest()
    if known is None or known.seq == 0:
        return True
    with host.work.glancing() as work:
        stored = work.trail.seals(known.seq - 1, 1)
        if not stored or stored[0].seq != known.seq:
            checkpoint = work.trail.checkpoint()
            return checkpoint is not None and known.seq <= checkpoint.seq
    return stored[0].digest == known.digest


def _waiting(work: UnitOfWork, look_back: int | None) -> list[SealedRow]:
    found = [row for source in Source for row in work.trail.unsealed(source, look_back=look_back, limit=BATCH)]
    found.sort(key=lambda row: (row.at, row.source, row.id))
    return found


def _behind_checkpoint(work: UnitOfWork) -> Seal | None:
    """Return what stands before the first seal where all earlier ones were archived."""
    made = work.trail.checkpoint()
    if made is None:
        return None
    return Seal(made.seq, Source.AUDIT, 0, made.key_id, made.digest, made.made_at)
