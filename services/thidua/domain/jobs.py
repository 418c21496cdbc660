"""What becomes of a background work: its states, its pieces, and why it waits.

A job is a row, and so is each piece of it; a message over the broker only says that there is
something to do. How a piece was tried is written before it is begun, so that one that kills its
process is counted like any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from datetime import timedelta
from enum import StrEnum

__all__ = [
    "JOB_LABELS",
    "MOST_ATTEMPTS",
    "OPEN_STATES",
    "ORIGIN_LABELS",
    "Chunk",
    "ChunkState",
    "Job",
    "JobState",
    "Origin",
    "StageProgress",
    "backoff",
    "died_midway",
    "why_it_waits",
]

#: A piece that failed this often is put aside; the other pieces go on.
MOST_ATTEMPTS = 5

_PAUSES_S = (1, 5, 30, 120, 300)


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    #: It ran to its end, and what it found is not as it should be.
    FAILED = "failed"
    #: A piece failed too often; the rest was done.
    QUARANTINED = "quarantined"
    CANCELLED = "cancelled"


OPEN_STATES = frozenset({JobState.WAITING, JobState.RUNNING})

JOB_LABELS: Mapping[JobState, str] = {
    JobState.WAITING: "Đang chờ",
    JobState.RUNNING: "Đang làm",
    JobState.DONE: "Đã xong",
    JobState.FAILED: "Có vấn đề",
    JobState.QUARANTINED: "Bị dừng vì lỗi",
    JobState.CANCELLED: "Đã hủy",
}


class ChunkState(StrEnum):
    """Where a piece of a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    QUARANTINED = "quarantined"


class Origin(StrEnum):
    """Who asked for a job."""

    PERSON = "person"
    CONSOLE = "console"
    SCHEDULE = "schedule"


ORIGIN_LABELS: Mapping[Origin, str] = {
    Origin.PERSON: "Người dùng yêu cầu",
    Origin.CONSOLE: "Quản trị chạy từ máy chủ",
    Origin.SCHEDULE: "Theo lịch hằng ngày",
}


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a job, whole by itself: doing it again changes nothing.

    ``free_at`` is from when on it may be taken: when it was laid down, when a pause after a failure
    ends, or when the lease of whoever has it runs out. ``worker`` is who took it last.
    """

    job_id: int
    number: int
    stage: int
    scope: Mapping[str, object]
    size: int
    state: ChunkState
    attempts: int
    free_at: datetime
    worker: str
    error: str
    detail: str
    result: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class StageProgress:
    """How far one stage is, in what its kind counts."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Job:
    """A background work as it stands.

    ``subject`` is what it is about, a campaign's code, empty for everything. ``stage`` counts from
    0. ``error`` is a sentence for people, ``detail`` what an operator needs; neither holds what
    reports say. ``attempts`` is how often the piece tried most often was begun.
    """

    id: int
    kind: str
    subject: str
    slot: str | None
    origin: Origin
    asked_by: int | None
    state: JobState
    stage: int
    cancel_asked: bool
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    error: str
    detail: str
    result: Mapping[str, int]
    version: int
    attempts: int = 0
    stages: Mapping[int, StageProgress] = field(default_factory=dict)
    #: Who has pieces of it under lease, and until when the longest lease runs.
    workers: tuple[str, ...] = ()
    leased_until: datetime | None = None
    #: From when on its next piece may be taken; None if none waits.
    free_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether something is still to be done."""
        return self.state in OPEN_STATES

    @property
    def can_be_retried(self) -> bool:
        """Tell whether it ended without having done what was asked."""
        return self.state in {JobState.FAILED, JobState.QUARANTINED, JobState.CANCELLED}

    @property
    def progress(self) -> StageProgress:
        """How far the present stage is."""
        return self.stages.get(self.stage, StageProgress(0, 0))


def backoff(attempts: int) -> timedelta:
    """Return how long a piece rests after it failed for the given time."""
    return timedelta(seconds=_PAUSES_S[min(max(attempts, 1), len(_PAUSES_S)) - 1])


def died_midway(attempts: int, worker: str) -> str:
    """Say that a piece ended its process every time it was begun."""
    return (
        f"Tiến trình làm việc này đã dừng đột ngột {attempts} lần, lần cuối ở máy {worker.partition('/')[0] or '?'}; "
        "việc được tách riêng để không ảnh hưởng việc khác."
    )


def why_it_waits(job: Job, now: datetime, *, patience: timedelta) -> str:
    """Say in plain words why a job does not move; empty if it moves or has ended.

    Args:
        job: as it stands.
        now: the product's time.
        patience: how long nobody may take a free piece before that is worth a word.
    """
    is_held = job.leased_until is not None and job.leased_until > now
    if job.is_open and job.cancel_asked:
        return "Đã yêu cầu hủy, đang chờ phần đang làm dở kết thúc."
    if not job.is_open or is_held:
        return ""
    if job.leased_until is not None:
        return "Tiến trình đang làm dở không còn trả lời; phần việc ấy sẽ được tiến trình khác nhận lại."
    if job.free_at is not None and job.free_at > now:
        return "Lần trước gặp lỗi, máy tự thử lại sau ít phút."
    if job.free_at is not None and now - job.free_at > patience:
        return "Chưa có tiến trình nào nhận việc; nếu kéo dài, hãy báo người quản trị."
    return "Đang chờ đến lượt."
