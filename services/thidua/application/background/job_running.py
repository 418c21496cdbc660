"""Work at jobs: take a piece, do it, write what came of it, and begin the next stage after the last.

Three short transactions around the work, never one over it. The first counts the attempt and
commits before anything is begun, so that a piece that ends its process is put aside after some
attempts like one that raises. What is written at the end is written only by whoever still has the
lease; one who was thought dead and wakes up changes nothing.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable
from collections.abc import Collection
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from pathlib import Path

from thidua.application.background.job_kinds import KINDS
from thidua.application.background.job_kinds import JobKind
from thidua.application.background.job_kinds import JobOptions
from thidua.application.background.job_kinds import Outcome
from thidua.application.ports.host import Host
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.domain.errors import ThiduaError
from thidua.domain.errors import UnavailableError
from thidua.domain.jobs import Chunk
from thidua.domain.jobs import ChunkState
from thidua.domain.jobs import Job
from thidua.domain.jobs import JobState
from thidua.domain.jobs import backoff
from thidua.domain.jobs import died_midway

__all__ = ["Worked", "close_cancelled", "free_leases", "product_now", "work_on_jobs"]

_DEFECT = "Phần mềm gặp lỗi khi làm việc này."
_PUT_ASIDE = "Máy đã thử đủ số lần; phần này được tách riêng để không ảnh hưởng việc khác."

#: Lines of detail that a job carries; its pieces and the log have the rest.
_DETAILS_SHOWN = 20

_log = logging.getLogger(__name__)


class _StoppedError(Exception):
    """The piece is no longer this worker's, or its job is to end: nothing more may be written."""


@dataclass(slots=True)
class Worked:
    """What one call did: ``pieces`` ended, and ``opened`` pieces that others may take now."""

    pieces: int = 0
    opened: int = 0
    #: Whether it stopped because its time was over, with pieces left.
    has_more: bool = False


@dataclass(frozen=True, slots=True)
class _Worker:
    host: Host
    name: str
    options: JobOptions
    kinds: Collection[str] = field(default_factory=lambda: tuple(KINDS))
    job_id: int | None = None


def product_now(host: Host, work: UnitOfWork) -> datetime:
    """Return the product's time by the database's clock, which all hosts share."""
    return host.clock.at(work.jobs.database_now())


def work_on_jobs(
    host: Host,
    worker: str,
    options: JobOptions,
    *,
    job_id: int | None = None,
    budget_s: float = float("inf"),
    goes_on: Callable[[], bool] = lambda: True,
    told: Callable[[int], None] = lambda _opened: None,
) -> Worked:
    """Do pieces of jobs until none may be taken, the time is over, or it is told to stop.

    Args:
        host: the ports.
        worker: who works: ``<machine>/<process>``.
        options: the installation's.
        job_id: pieces of this job alone.
        budget_s: after which no further piece is begun.
        goes_on: asked before each piece.
        told: called when a stage begins, with the number of its pieces, for others to be told.
    """
    me = _Worker(host, worker, options, job_id=job_id)
    worked = Worked()
    ends_at = time.monotonic() + budget_s
    while goes_on():
        taken = _take(me)
        if taken is None:
            return worked
        opened = _do(me, *taken)
        worked.pieces += 1
        worked.opened += opened
        if opened > 1:
            told(opened)
        if time.monotonic() >= ends_at:
            break
    worked.has_more = True
    return worked


def close_cancelled(host: Host) -> int:
    """Close the jobs that are to end and at which nobody works any more; returns how many."""
    with host.work.glancing() as work:
        asked = [job.id for job in work.jobs.open() if job.cancel_asked]
    closed = 0
    for job_id in asked:
        with host.work.writing() as work:
            job, now = work.jobs.hold(job_id), product_now(host, work)
            if job is not None and job.is_open and (job.leased_until is None or job.leased_until <= now):
                _close(work, job, JobState.CANCELLED, now)
                work.commit()
                closed += 1
    return closed


def free_leases(host: Host) -> None:
    """End every lease now; only where it is known that nobody works."""
    with host.work.writing() as work:
        work.jobs.free_all(product_now(host, work))
        work.commit()


def _take(me: _Worker) -> tuple[Chunk, JobKind] | None:
    """Take a piece under lease, with its job's kind; what was begun too often is put aside on the way."""
    while True:
        with me.host.work.glancing() as work:
            # Mostly there is nothing: that costs no transaction.
            if not work.jobs.has_free(me.kinds, product_now(me.host, work)):
                return None
        with me.host.work.writing() as work:
            now = product_now(me.host, work)
            chunk = work.jobs.take(me.kinds, now, job_id=me.job_id)
            if chunk is None:
                return None
            if chunk.attempts < me.options.most_attempts:
                kind = KINDS[work.jobs.kind(chunk.job_id)]
                leased = work.jobs.lease(chunk, me.name, now + me.options.lease, now)
                work.commit()
                return leased, kind
        _put_aside(me, chunk)


def _put_aside(me: _Worker, chunk: Chunk) -> None:
    with me.host.work.writing() as work:
        job, now = work.jobs.hold(chunk.job_id), product_now(me.host, work)
        if job is None or not job.is_open:
            return
        # Nobody wrote what went wrong: the process ended in the middle of it.
        is_silent = chunk.state is ChunkState.RUNNING
        error = died_midway(chunk.attempts, chunk.worker) if is_silent else f"{chunk.error} {_PUT_ASIDE}".strip()
        work.jobs.put_aside(chunk, error=error, detail=chunk.detail)
        _advance(me, work, job, now)
        work.commit()
    _log.error("job %s piece %s put aside after %s attempts", chunk.job_id, chunk.number, chunk.attempts)


def _do(me: _Worker, chunk: Chunk, kind: JobKind) -> int:
    """Do one piece and write what came of it; returns how many pieces others may take now."""
    try:
        outcome = kind.stages[chunk.stage].work(me.host, chunk, lambda: _renew(me, chunk))
        return _finish(me, chunk, outcome)
    except _StoppedError:
        return _finish(me, chunk, None)
    except KeyboardInterrupt:
        # A person at the console stopped it: it was not the piece's fault.
        _fail(me, chunk, "", "", attempts=chunk.attempts - 1)
        raise
    except UnavailableError:
        # Nothing can be written now; the lease runs out by itself.
        raise
    except Exception as error:  # noqa: BLE001  the outermost edge of a piece of work
        _log.exception("job %s piece %s failed, attempt %s", chunk.job_id, chunk.number, chunk.attempts)
        message = error.message if isinstance(error, ThiduaError) else _DEFECT
        _fail(me, chunk, message, _place_of(error), attempts=chunk.attempts)
        return 0


def _renew(me: _Worker, chunk: Chunk) -> None:
    with me.host.work.writing() as work:
        now = product_now(me.host, work)
        if not work.jobs.renew(chunk, now + me.options.lease):
            raise _StoppedError
        work.commit()


def _finish(me: _Worker, chunk: Chunk, outcome: Outcome | None) -> int:
    """Write that a piece is done (None: that it was let go), and go on with its job."""
    with me.host.work.writing() as work:
        job, now = work.jobs.hold(chunk.job_id), product_now(me.host, work)
        if job is None:
            return 0
        if outcome is None:
            is_mine = work.jobs.put_back(chunk, now, attempts=chunk.attempts - 1, error="", detail="")
        else:
            is_mine = work.jobs.end(chunk, outcome.result, error=outcome.problem, detail=outcome.detail)
        if not is_mine or not job.is_open:
            return 0
        opened = _advance(me, work, job, now)
        work.commit()
    return opened


def _fail(me: _Worker, chunk: Chunk, error: str, detail: str, *, attempts: int) -> None:
    with me.host.work.writing() as work:
        job, now = work.jobs.hold(chunk.job_id), product_now(me.host, work)
        if job is None:
            return
        free_at = now + backoff(attempts) if error else now
        if not work.jobs.put_back(chunk, free_at, attempts=attempts, error=error, detail=detail) or not job.is_open:
            return
        if error and attempts >= me.options.most_attempts:
            work.jobs.put_aside(chunk, error=f"{error} {_PUT_ASIDE}", detail=detail)
        _advance(me, work, job, now)
        work.commit()


def _advance(me: _Worker, work: UnitOfWork, job: Job, now: datetime) -> int:
    """End a job whose work is over, or begin its next stage; returns how many pieces that opened."""
    states = work.jobs.states(job.id, job.stage)
    if job.cancel_asked:
        if ChunkState.RUNNING not in states:
            _close(work, job, JobState.CANCELLED, now)
        return 0
    if ChunkState.WAITING in states or ChunkState.RUNNING in states:
        if ChunkState.RUNNING not in states:
            work.jobs.idle(job.id)
        return 0
    stages = KINDS[job.kind].stages
    for stage in range(job.stage + 1, len(stages)):
        plan = stages[stage].plan
        pieces = plan(me.host, work, job, me.options) if plan is not None else ()
        if pieces:
            work.jobs.lay_down(job.id, stage, pieces, now)
            return len(pieces)
    chunks = work.jobs.chunks(job.id)
    aside = [chunk for chunk in chunks if chunk.state is ChunkState.QUARANTINED]
    # Done, and not as it should be: told only now, so that one fault does not hide the others.
    faulty = [chunk for chunk in chunks if chunk.state is ChunkState.DONE and chunk.error]
    if aside:
        error = aside[0].error
        detail = "\n".join(f"{_scope(chunk)}: {chunk.detail}" for chunk in aside[:_DETAILS_SHOWN])
        if len(aside) > 1:
            error = f"{len(aside)} phần việc không làm được; phần đầu tiên: {error}"
        _close(work, job, JobState.QUARANTINED, now, error=error, detail=detail)
    elif faulty:
        detail = "\n".join("\n".join(chunk.detail for chunk in faulty).splitlines()[:_DETAILS_SHOWN])
        _close(work, job, JobState.FAILED, now, error=faulty[0].error, detail=detail)
    else:
        _close(work, job, JobState.DONE, now)
    return 0


def _close(work: UnitOfWork, job: Job, state: JobState, now: datetime, *, error: str = "", detail: str = "") -> None:
    result: dict[str, int] = {}
    for chunk in work.jobs.chunks(job.id):
        for name, value in chunk.result.items():
            result[name] = result.get(name, 0) + value
    work.jobs.close(job.id, state, now, error=error, detail=detail, result=result)


def _scope(chunk: Chunk) -> str:
    named = (", ".join(map(str, value)) if isinstance(value, list) else str(value) for value in chunk.scope.values())
    return " / ".join(named) or f"phần {chunk.number}"


def _place_of(error: Exception) -> str:
    """Name a defect by its type and place: what it says may hold what a report says."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return type(error).__name__
    return f"{type(error).__name__} ({Path(frames[-1].filename).name}:{frames[-1].lineno})"
