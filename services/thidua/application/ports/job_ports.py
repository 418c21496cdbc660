"""What background work needs of the store: the jobs with their pieces, and the derived rows of some units."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from thidua.domain.jobs import Chunk
from thidua.domain.jobs import ChunkState
from thidua.domain.jobs import Job
from thidua.domain.jobs import JobState
from thidua.domain.jobs import Origin

__all__ = ["DerivedUnits", "Jobs", "NewChunk", "NewJob", "ScheduleFacts"]


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job about to be laid down. A ``slot`` is used once in all time."""

    kind: str
    subject: str
    origin: Origin
    asked_by: int | None
    created_at: datetime
    slot: str | None = None


@dataclass(frozen=True, slots=True)
class NewChunk:
    """A piece about to be laid down; ``size`` is its share of the progress, in what the kind counts."""

    scope: Mapping[str, object]
    size: int = 1


@dataclass(frozen=True, slots=True)
class ScheduleFacts:
    """What a missed schedule is told by.

    Attributes:
        succeeded_at: the last success of the kind, asked for by anybody; None where there was none.
        first_turn_at: when the clock's first turn of the kind that is still remembered was laid down; None where there
            never was one.
        since: since when there is anything to do; None where there is nothing.
    """

    succeeded_at: datetime | None
    first_turn_at: datetime | None
    since: datetime | None


class Jobs(Protocol):
    """Jobs and their pieces.

    Whoever changes more than one piece holds the job first, so that no two wait for each other.
    """

    def database_now(self) -> datetime:
        """Return the database's clock."""
        ...

    def add(self, job: NewJob, chunks: Sequence[NewChunk]) -> int | None:
        """Lay down a job with its first pieces; None if one of its kind and subject is open, or its slot is used."""
        ...

    def find_open(self, kind: str, subject: str) -> int | None:
        """Return the open job of a kind and subject."""
        ...

    def is_slot_used(self, slot: str) -> bool:
        """Tell whether a slot was ever used."""
        ...

    def get(self, job_id: int) -> Job | None:
        """Return a job."""
        ...

    def kind(self, job_id: int) -> str:
        """Return the kind of a job that has pieces."""
        ...

    def newest(self, limit: int, *, before_id: int | None = None) -> tuple[Job, ...]:
        """Return jobs, newest first."""
        ...

    def open(self) -> tuple[Job, ...]:
        """Return the jobs that have not ended, oldest first."""
        ...

    def troubled(self, since: datetime) -> tuple[Job, ...]:
        """Return the jobs that failed or were put aside since a moment, and no like one did better after them."""
        ...

    def chunks(self, job_id: int, *, limit: int = 100_000) -> tuple[Chunk, ...]:
        """Return the pieces of a job in order."""
        ...

    def has_free(self, kinds: Collection[str], free_before: datetime) -> bool:
        """Tell whether a piece of one of the kinds has been free since before a moment."""
        ...

    def is_held_by(self, machine: str, now: datetime) -> bool:
        """Tell whether a process of a machine has a piece under lease."""
        ...

    def take(self, kinds: Collection[str], now: datetime, *, job_id: int | None = None) -> Chunk | None:
        """Lock and return the oldest piece that may be taken, skipping those that others lock."""
        ...

    def lease(self, chunk: Chunk, worker: str, until: datetime, now: datetime) -> Chunk:
        """Write that a worker begins a piece, once more than before, and that the job runs."""
        ...

    def renew(self, chunk: Chunk, until: datetime) -> bool:
        """Put off the end of a lease; False if the piece is no longer this worker's, or its job is to end."""
        ...

    def free_all(self, now: datetime) -> None:
        """End every lease at a moment."""
        ...

    def hold(self, job_id: int) -> Job | None:
        """Lock a job until the transaction ends, and return it as it stands."""
        ...

    def states(self, job_id: int, stage: int) -> frozenset[ChunkState]:
        """Return which states the pieces of a stage are in."""
        ...

    def end(self, chunk: Chunk, result: Mapping[str, int], *, error: str, detail: str) -> bool:
        """Write that a piece is done, and what is not as it should be; False if it is no longer this worker's."""
        ...

    def put_back(self, chunk: Chunk, free_at: datetime, *, attempts: int, error: str, detail: str) -> bool:
        """Free a piece for another try; False if it is no longer this worker's."""
        ...

    def put_aside(self, chunk: Chunk, *, error: str, detail: str) -> None:
        """Put a piece aside for good."""
        ...

    def lay_down(self, job_id: int, stage: int, chunks: Sequence[NewChunk], now: datetime) -> None:
        """Begin a stage with its pieces."""
        ...

    def idle(self, job_id: int) -> None:
        """Write that nobody works at an open job for the moment."""
        ...

    def ask_cancel(self, job_id: int) -> None:
        """Write that a job is to end."""
        ...

    def close(
        self, job_id: int, state: JobState, now: datetime, *, error: str, detail: str, result: Mapping[str, int]
    ) -> None:
        """Write that a job has ended."""
        ...

    def reopen(self, job_id: int, stage: int, now: datetime, *, whole_stage: bool) -> bool:
        """Open an ended job again at a stage; False if one of its kind and subject is open meanwhile.

        Later stages are dropped. Pieces of the stage that are not done wait anew, with
        ``whole_stage`` all of them.
        """
        ...

    def forget(self, finished_before: datetime) -> int:
        """Delete jobs that ended before a moment; returns how many."""
        ...

    def schedule_facts(self, kind: str) -> ScheduleFacts:
        """Return what a missed schedule of a kind is told by."""
        ...


class DerivedUnits(Protocol):
    """Derived rows by unit, for rebuilding some units of a campaign."""

    def codes(self, campaign_code: str) -> tuple[str, ...]:
        """Return every unit that owes, filed, or has derived rows in a campaign, those summed together in a row."""
        ...

    def drop_other_periods(self, campaign_code: str) -> None:
        """Delete what is kept in none of the campaign's opened periods."""
        ...
