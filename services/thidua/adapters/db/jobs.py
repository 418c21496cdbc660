"""Jobs and their pieces: taken under lease, counted before they are begun, kept when they have ended."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter
from sqlalchemy import Connection
from sqlalchemy import RowMapping
from sqlalchemy import Select
from sqlalchemy import Text
from sqlalchemy import bindparam
from sqlalchemy import case
from sqlalchemy import delete
from sqlalchemy import func
from sqlalchemy import insert
from sqlalchemy import select
from sqlalchemy import update
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import IntegrityError

from thidua.adapters.db.tables import campaign
from thidua.adapters.db.tables import job
from thidua.adapters.db.tables import job_chunk
from thidua.adapters.db.types import Instant
from thidua.adapters.db.types import Keys
from thidua.adapters.db.types import Texts
from thidua.adapters.db.types import database_now
from thidua.adapters.db.types import is_any_of
from thidua.application.ports.job_ports import NewChunk
from thidua.application.ports.job_ports import NewJob
from thidua.application.ports.job_ports import ScheduleFacts
from thidua.domain.jobs import OPEN_STATES
from thidua.domain.jobs import Chunk
from thidua.domain.jobs import ChunkState
from thidua.domain.jobs import Job
from thidua.domain.jobs import JobState
from thidua.domain.jobs import Origin
from thidua.domain.jobs import StageProgress

__all__ = ["DatabaseJobs"]

_OPEN_JOB = job.c.state.in_([state.value for state in OPEN_STATES])
_OPEN_CHUNK = job_chunk.c.state.in_([ChunkState.WAITING.value, ChunkState.RUNNING.value])
_IS_RUNNING = job_chunk.c.state == ChunkState.RUNNING.value
_IS_WAITING = job_chunk.c.state == ChunkState.WAITING.value
_now = bindparam("now", type_=Instant)
_machine = bindparam("machine", type_=Text)
_kinds: BindParameter[object] = bindparam("kinds", type_=Texts)

# A piece may be taken as soon as it is free, while its job goes on and is not to end.
_FREE: Select[Any] = (
    select(job_chunk)
    .join(job, job.c.id == job_chunk.c.job_id)
    .where(_OPEN_CHUNK, job_chunk.c.free_at <= _now, _OPEN_JOB, ~job.c.cancel_asked, is_any_of(job.c.kind, _kinds))
)
# SQLite leaves FOR UPDATE out; its one writer at a time is the lock.
_TAKE = _FREE.order_by(job_chunk.c.job_id, job_chunk.c.number).limit(1).with_for_update(of=job_chunk, skip_locked=True)
_TAKE_OF_JOB = _TAKE.where(job_chunk.c.job_id == bindparam("job_id"))
_ANY_FREE = _FREE.with_only_columns(job_chunk.c.job_id).limit(1)
_HELD_BY = select(job_chunk.c.job_id).where(
    _IS_RUNNING,
    job_chunk.c.free_at > _now,
    func.substr(job_chunk.c.worker, 1, func.length(_machine)) == _machine,
)

_SUMS = (
    select(
        job_chunk.c.job_id,
        job_chunk.c.stage,
        func.sum(job_chunk.c.size).label("total"),
        func.sum(case((_OPEN_CHUNK, 0), else_=job_chunk.c.size)).label("done"),
        func.max(job_chunk.c.attempts).label("attempts"),
        func.max(case((_IS_RUNNING, job_chunk.c.free_at))).label("leased_until"),
        func.min(case((_IS_WAITING, job_chunk.c.free_at))).label("free_at"),
    )
    .where(is_any_of(job_chunk.c.job_id, bindparam("ids", type_=Keys)))
    .group_by(job_chunk.c.job_id, job_chunk.c.stage)
)
_WORKERS = (
    select(job_chunk.c.job_id, job_chunk.c.worker)
    .where(is_any_of(job_chunk.c.job_id, bindparam("ids", type_=Keys)), _IS_RUNNING)
    .order_by(job_chunk.c.job_id, job_chunk.c.worker)
)


def _mine(chunk: Chunk) -> tuple[Any, ...]:
    """Match a piece only as long as it is under the very lease it was taken with."""
    return (
        job_chunk.c.job_id == chunk.job_id,
        job_chunk.c.number == chunk.number,
        _IS_RUNNING,
        job_chunk.c.worker == chunk.worker,
        job_chunk.c.attempts == chunk.attempts,
    )


class DatabaseJobs:
    """The port ``Jobs``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def database_now(self) -> datetime:
        """Return the database's clock."""
        return self._connection.execute(select(database_now())).scalar_one()

    # --- laid down and read ---

    def add(self, new: NewJob, chunks: Sequence[NewChunk]) -> int | None:
        """Lay down a job with its first pieces; None if one of its kind and subject is open, or its slot is used."""
        dialect = sqlite if self._connection.dialect.name == "sqlite" else postgresql
        values: dict[str, object] = {
            "kind": new.kind,
            "subject": new.subject,
            "slot": new.slot,
            "origin": new.origin.value,
            "asked_by": new.asked_by,
            "state": JobState.WAITING.value,
            "stage": 0,
            "cancel_asked": False,
            "created_at": new.created_at,
            "error": "",
            "detail": "",
            "result": {},
            "version": 1,
        }
        statement = dialect.insert(job).values(values).on_conflict_do_nothing().returning(job.c.id)
        job_id: int | None = self._connection.execute(statement).scalar_one_or_none()
        if job_id is not None:
            self._insert(job_id, 0, chunks, new.created_at)
        return job_id

    def find_open(self, kind: str, subject: str) -> int | None:
        """Return the open job of a kind and subject."""
        found = select(job.c.id).where(job.c.kind == kind, job.c.subject == subject, _OPEN_JOB)
        return self._connection.execute(found).scalar_one_or_none()

    def is_slot_used(self, slot: str) -> bool:
        """Tell whether a slot was ever used."""
        return self._connection.execute(select(job.c.id).where(job.c.slot == slot)).first() is not None

    def get(self, job_id: int) -> Job | None:
        """Return a job."""
        return next(iter(self._jobs(select(job).where(job.c.id == job_id))), None)

    def kind(self, job_id: int) -> str:
        """Return the kind of a job that has pieces."""
        found: str = self._connection.execute(select(job.c.kind).where(job.c.id == job_id)).scalar_one()
        return found

    def newest(self, limit: int, *, before_id: int | None = None) -> tuple[Job, ...]:
        """Return jobs, newest first."""
        wanted = select(job).order_by(job.c.id.desc()).limit(limit)
        return self._jobs(wanted if before_id is None else wanted.where(job.c.id < before_id))

    def open(self) -> tuple[Job, ...]:
        """Return the jobs that have not ended, oldest first."""
        return self._jobs(select(job).where(_OPEN_JOB).order_by(job.c.id))

    def troubled(self, since: datetime) -> tuple[Job, ...]:
        """Return the jobs that failed or were put aside since a moment, and no like one did better after them."""
        later = job.alias()
        is_bad = job.c.state.in_((JobState.FAILED.value, JobState.QUARANTINED.value))
        overtaken = select(later.c.id).where(
            later.c.kind == job.c.kind,
            later.c.subject == job.c.subject,
            later.c.id > job.c.id,
            later.c.finished_at.is_not(None),
            later.c.state != JobState.CANCELLED.value,
        )
        return self._jobs(
            select(job)
            .where(is_bad, job.c.finished_at >= since, ~overtaken.exists())
            .order_by(job.c.id.desc())
            .limit(20)
        )

    def chunks(self, job_id: int, *, limit: int = 100_000) -> tuple[Chunk, ...]:
        """Return the pieces of a job in order."""
        wanted = select(job_chunk).where(job_chunk.c.job_id == job_id).order_by(job_chunk.c.number).limit(limit)
        return tuple(_chunk(row) for row in self._connection.execute(wanted).mappings())

    # --- taken and worked at ---

    def has_free(self, kinds: Collection[str], free_before: datetime) -> bool:
        """Tell whether a piece of one of the kinds has been free since before a moment."""
        wanted = {"now": free_before, "kinds": list(kinds)}
        return self._connection.execute(_ANY_FREE, wanted).first() is not None

    def is_held_by(self, machine: str, now: datetime) -> bool:
        """Tell whether a process of a machine has a piece under lease."""
        return self._connection.execute(_HELD_BY, {"now": now, "machine": f"{machine}/"}).first() is not None

    def take(self, kinds: Collection[str], now: datetime, *, job_id: int | None = None) -> Chunk | None:
        """Lock and return the oldest piece that may be taken, skipping those that others lock."""
        wanted: dict[str, object] = {"now": now, "kinds": list(kinds)}
        statement = _TAKE
        if job_id is not None:
            statement, wanted["job_id"] = _TAKE_OF_JOB, job_id
        row = self._connection.execute(statement, wanted).mappings().first()
        return None if row is None else _chunk(row)

    def lease(self, chunk: Chunk, worker: str, until: datetime, now: datetime) -> Chunk:
        """Write that a worker begins a piece, once more than before, and that the job runs."""
        leased = (
            update(job_chunk)
            .where(job_chunk.c.job_id == chunk.job_id, job_chunk.c.number == chunk.number)
            .values(state=ChunkState.RUNNING.value, attempts=chunk.attempts + 1, worker=worker, free_at=until)
            .returning(job_chunk)
        )
        row = self._connection.execute(leased).mappings().one()
        self._connection.execute(
            update(job)
            .where(job.c.id == chunk.job_id, job.c.state == JobState.WAITING.value)
            .values(
                state=JobState.RUNNING.value,
                started_at=func.coalesce(job.c.started_at, bindparam("moment", now, type_=Instant)),
                version=job.c.version + 1,
            )
        )
        return _chunk(row)

    def renew(self, chunk: Chunk, until: datetime) -> bool:
        """Put off the end of a lease; False if the piece is no longer this worker's, or its job is to end."""
        goes_on = select(job.c.id).where(job.c.id == chunk.job_id, _OPEN_JOB, ~job.c.cancel_asked)
        renewed = update(job_chunk).where(*_mine(chunk), goes_on.exists()).values(free_at=until)
        return self._connection.execute(renewed).rowcount == 1

    def free_all(self, now: datetime) -> None:
        """End every lease at a moment."""
        self._connection.execute(update(job_chunk).where(_IS_RUNNING, job_chunk.c.free_at > now).values(free_at=now))

    def hold(self, job_id: int) -> Job | None:
        """Lock a job until the transaction ends, and return it as it stands."""
        locked = self._connection.execute(select(job.c.id).where(job.c.id == job_id).with_for_update()).first()
        return None if locked is None else self.get(job_id)

    def states(self, job_id: int, stage: int) -> frozenset[ChunkState]:
        """Return which states the pieces of a stage are in."""
        found = select(job_chunk.c.state).distinct().where(job_chunk.c.job_id == job_id, job_chunk.c.stage == stage)
        return frozenset(ChunkState(state) for state in self._connection.execute(found).scalars())

    def end(self, chunk: Chunk, result: Mapping[str, int], *, error: str, detail: str) -> bool:
        """Write that a piece is done, and what is not as it should be; False if it is no longer this worker's."""
        done = {"state": ChunkState.DONE.value, "result": dict(result), "error": error, "detail": detail}
        return self._connection.execute(update(job_chunk).where(*_mine(chunk)).values(done)).rowcount == 1

    def put_back(self, chunk: Chunk, free_at: datetime, *, attempts: int, error: str, detail: str) -> bool:
        """Free a piece for another try; False if it is no longer this worker's."""
        freed = {
            "state": ChunkState.WAITING.value,
            "free_at": free_at,
            "attempts": attempts,
            "error": error,
            "detail": detail,
        }
        return self._connection.execute(update(job_chunk).where(*_mine(chunk)).values(freed)).rowcount == 1

    def put_aside(self, chunk: Chunk, *, error: str, detail: str) -> None:
        """Put a piece aside for good."""
        self._connection.execute(
            update(job_chunk)
            .where(job_chunk.c.job_id == chunk.job_id, job_chunk.c.number == chunk.number, _OPEN_CHUNK)
            .values(state=ChunkState.QUARANTINED.value, error=error, detail=detail)
        )

    # --- what becomes of a job ---

    def lay_down(self, job_id: int, stage: int, chunks: Sequence[NewChunk], now: datetime) -> None:
        """Begin a stage with its pieces."""
        self._change(job_id, stage=stage)
        self._insert(job_id, stage, chunks, now)

    def idle(self, job_id: int) -> None:
        """Write that nobody works at an open job for the moment."""
        self._connection.execute(
            update(job)
            .where(job.c.id == job_id, job.c.state == JobState.RUNNING.value)
            .values(state=JobState.WAITING.value, version=job.c.version + 1)
        )

    def ask_cancel(self, job_id: int) -> None:
        """Write that a job is to end."""
        self._change(job_id, cancel_asked=True)

    def close(
        self, job_id: int, state: JobState, now: datetime, *, error: str, detail: str, result: Mapping[str, int]
    ) -> None:
        """Write that a job has ended."""
        self._change(job_id, state=state.value, finished_at=now, error=error, detail=detail, result=dict(result))

    def reopen(self, job_id: int, stage: int, now: datetime, *, whole_stage: bool) -> bool:
        """Open an ended job again at a stage; False if one of its kind and subject is open meanwhile.

        Later stages are dropped. Pieces of the stage that are not done wait anew, with
        ``whole_stage`` all of them.
        """
        try:
            self._change(
                job_id,
                state=JobState.WAITING.value,
                stage=stage,
                cancel_asked=False,
                finished_at=None,
                error="",
                detail="",
            )
        except IntegrityError:  # the one index that a state can break
            return False
        of_job = job_chunk.c.job_id == job_id
        self._connection.execute(delete(job_chunk).where(of_job, job_chunk.c.stage > stage))
        anew = update(job_chunk).where(of_job, job_chunk.c.stage == stage)
        if not whole_stage:
            anew = anew.where(job_chunk.c.state != ChunkState.DONE.value)
        self._connection.execute(
            anew.values(state=ChunkState.WAITING.value, attempts=0, free_at=now, error="", detail="", result={})
        )
        return True

    def forget(self, finished_before: datetime) -> int:
        """Delete jobs that ended before a moment; returns how many."""
        return self._connection.execute(delete(job).where(~_OPEN_JOB, job.c.finished_at < finished_before)).rowcount

    def schedule_facts(self, kind: str) -> ScheduleFacts:
        """Return what a missed schedule of a kind is told by."""
        done = select(func.max(job.c.finished_at)).where(job.c.kind == kind, job.c.state == JobState.DONE.value)
        first = select(func.min(job.c.created_at)).where(job.c.kind == kind, job.c.slot.is_not(None))
        since = select(func.min(campaign.c.opened_at))
        return ScheduleFacts(*(self._connection.execute(each).scalar_one() for each in (done, first, since)))

    # --- how it is written and read ---

    def _insert(self, job_id: int, stage: int, chunks: Sequence[NewChunk], now: datetime) -> None:
        last = select(func.coalesce(func.max(job_chunk.c.number), -1)).where(job_chunk.c.job_id == job_id)
        first = self._connection.execute(last).scalar_one() + 1
        rows = [
            {
                "job_id": job_id,
                "number": first + place,
                "stage": stage,
                "scope": dict(chunk.scope),
                "size": chunk.size,
                "state": ChunkState.WAITING.value,
                "attempts": 0,
                "free_at": now,
                "worker": "",
                "error": "",
                "detail": "",
                "result": {},
            }
            for place, chunk in enumerate(chunks)
        ]
        if rows:
            self._connection.execute(insert(job_chunk), rows)

    def _change(self, job_id: int, **values: object) -> None:
        self._connection.execute(update(job).where(job.c.id == job_id).values(**values, version=job.c.version + 1))

    def _jobs(self, wanted: Select[Any]) -> tuple[Job, ...]:
        rows = self._connection.execute(wanted).mappings().all()
        ids = [row["id"] for row in rows]
        if not ids:
            return ()
        sums: dict[int, list[RowMapping]] = {job_id: [] for job_id in ids}
        for row in self._connection.execute(_SUMS, {"ids": ids}).mappings():
            sums[row["job_id"]].append(row)
        workers: dict[int, list[str]] = {job_id: [] for job_id in ids}
        for job_id, worker in self._connection.execute(_WORKERS, {"ids": ids}):
            workers[job_id].append(worker)
        return tuple(_job(row, sums[row["id"]], workers[row["id"]]) for row in rows)


def _chunk(row: RowMapping) -> Chunk:
    return Chunk(**{**row, "state": ChunkState(row["state"])})


def _job(row: RowMapping, sums: Sequence[RowMapping], workers: Sequence[str]) -> Job:
    return Job(
        **{**row, "state": JobState(row["state"]), "origin": Origin(row["origin"])},
        attempts=max((each["attempts"] for each in sums), default=0),
        stages={each["stage"]: StageProgress(int(each["done"]), int(each["total"])) for each in sums},
        workers=tuple(workers),
        leased_until=max((each["leased_until"] for each in sums if each["leased_until"]), default=None),
        free_at=min((each["free_at"] for each in sums if each["free_at"]), default=None),
    )
