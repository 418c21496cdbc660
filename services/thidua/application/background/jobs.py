"""Use cases about background work: ask for it, see it, cancel it, try it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta

from thidua.application.access.permissions import Field
from thidua.application.access.permissions import Right
from thidua.application.access.permissions import require
from thidua.application.access.permissions import require_at_console
from thidua.application.access.permissions import sees
from thidua.application.background.job_kinds import KINDS
from thidua.application.background.job_running import close_cancelled
from thidua.application.background.job_running import product_now
from thidua.application.background.job_schedule import NOBODY_WORKS_AFTER
from thidua.application.background.job_schedule import Alarm
from thidua.application.background.job_schedule import alarms_of
from thidua.application.ports.host import Host
from thidua.application.ports.job_ports import NewChunk
from thidua.application.ports.job_ports import NewJob
from thidua.application.ports.surroundings import JOBS_BELL
from thidua.application.trail.auditing import note
from thidua.domain.accounts import Actor
from thidua.domain.audit import Act
from thidua.domain.audit import Thing
from thidua.domain.errors import ConflictError
from thidua.domain.errors import NotFoundError
from thidua.domain.jobs import Chunk
from thidua.domain.jobs import ChunkState
from thidua.domain.jobs import Job
from thidua.domain.jobs import JobState
from thidua.domain.jobs import Origin
from thidua.domain.jobs import why_it_waits

__all__ = ["JobSeen", "JobsSeen", "ask_for_job", "cancel_job", "list_jobs", "read_job", "retry_job"]

#: Pieces that went wrong shown with a job.
_PIECES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class JobSeen:
    """A job as one person may see it.

    Without ``is_operator`` the parts about processes and defects are empty. ``by`` names the person who
    asked, ``troubled`` are its pieces that failed at least once and are not done.
    """

    job: Job
    label: str
    stage_label: str
    stage_counts: str
    stage_count: int
    why_it_waits: str
    by: str
    is_operator: bool
    troubled: tuple[Chunk, ...] = ()


@dataclass(frozen=True, slots=True)
class JobsSeen:
    """A page of jobs, newest first, with what needs a person."""

    jobs: tuple[JobSeen, ...]
    alarms: tuple[Alarm, ...]
    next_before: int | None


def ask_for_job(host: Host, actor: Actor | None, kind: str, subject: str = "") -> tuple[int, bool]:
    """Ask for a job; one of its kind and subject that is open already is the one asked for.

    Args:
        host: the ports.
        actor: who asks; None stands for the operator at the server's console.
        kind: a key of ``KINDS``.
        subject: a campaign's code, empty for everything.

    Returns:
        The job's number, and whether it is new.

    Raises:
        NotAllowedError: the person does not operate the installation.
        NotFoundError: there is no such kind, or the campaign was never opened.
    """
    require_at_console(actor, Right.OPERATE_JOBS)
    if kind not in KINDS:
        raise NotFoundError("Không có loại việc này.", subject=kind)
    origin = Origin.CONSOLE if actor is None else Origin.PERSON
    asked_by = None if actor is None else actor.account_id
    with host.work.writing() as work:
        if subject and work.campaigns.get(subject) is None:
            raise NotFoundError("Đợt thi đua này chưa mở.", subject=subject)
        job_id = work.jobs.add(NewJob(kind, subject, origin, asked_by, product_now(host, work)), [NewChunk({})])
        if job_id is None:
            open_id = work.jobs.find_open(kind, subject)
            if open_id is None:
                raise ConflictError("Việc này vừa kết thúc; hãy thử lại.", subject=kind)
            return open_id, False
        note(host, work, actor, Act.JOB_ASKED, Thing.JOB, str(job_id), kind=kind)
        work.commit()
    host.bell.ring(JOBS_BELL)
    return job_id, True


def list_jobs(host: Host, actor: Actor, *, limit: int = 30, before_id: int | None = None) -> JobsSeen:
    """List jobs, newest first.

    Raises:
        NotAllowedError: the person may not see them.
    """
    require(actor, Right.READ_JOBS)
    with host.work.reading() as work:
        now = product_now(host, work)
        found = work.jobs.newest(limit + 1, before_id=before_id)
        alarms = alarms_of(work, now, host.zone)
        names = work.accounts.names({job.asked_by for job in found if job.asked_by is not None})
    seen = tuple(_seen(job, actor, now, names) for job in found[:limit])
    return JobsSeen(seen, alarms, found[limit - 1].id if len(found) > limit else None)


def read_job(host: Host, actor: Actor, job_id: int) -> JobSeen:
    """Read one job; an operator sees its troubled pieces as well.

    Raises:
        NotAllowedError, NotFoundError: the person may not see jobs, or there is none.
    """
    require(actor, Right.READ_JOBS)
    with host.work.reading() as work:
        job, now = work.jobs.get(job_id), product_now(host, work)
        if job is None:
            raise _unknown(job_id)
        names = work.accounts.names({job.asked_by} if job.asked_by is not None else ())
        troubled: tuple[Chunk, ...] = ()
        if _operates(actor):
            troubled = tuple(
                chunk
                for chunk in work.jobs.chunks(job_id)
                if chunk.state is not ChunkState.DONE and (chunk.attempts > 1 or chunk.error)
            )[:_PIECES_SHOWN]
    return _seen(job, actor, now, names, troubled)


def cancel_job(host: Host, actor: Actor | None, job_id: int) -> None:
    """End a job between two of its pieces; what was done stays done.

    Raises:
        NotAllowedError, NotFoundError: the person may not, or there is none.
        ConflictError: it has ended already.
    """
    require_at_console(actor, Right.OPERATE_JOBS)
    with host.work.writing() as work:
        job = work.jobs.hold(job_id)
        if job is None:
            raise _unknown(job_id)
        if not job.is_open:
            raise ConflictError("Việc này đã kết thúc, không hủy được nữa.", subject=str(job_id))
        work.jobs.ask_cancel(job_id)
        note(host, work, actor, Act.JOB_CHANGED, Thing.JOB, str(job_id), change="cancelled")
        work.commit()
    close_cancelled(host)


def retry_job(host: Host, actor: Actor | None, job_id: int) -> None:
    """Open an ended job again: pieces that are done stay done, the others are tried anew.

    Raises:
        NotAllowedError, NotFoundError: the person may not, or there is none.
        ConflictError: it goes on, it did what was asked, or another of its kind is under way.
    """
    require_at_console(actor, Right.OPERATE_JOBS)
    with host.work.writing() as work:
        job, now = work.jobs.hold(job_id), product_now(host, work)
        if job is None:
            raise _unknown(job_id)
        if not job.can_be_retried:
            raise ConflictError("Chỉ làm lại được việc đã dừng, đã hủy hoặc có vấn đề.", subject=str(job_id))
        unfinished = [chunk.stage for chunk in work.jobs.chunks(job_id) if chunk.state is not ChunkState.DONE]
        # A comparison that found something is made anew from its beginning.
        is_whole = job.state is JobState.FAILED or not unfinished
        stage = 0 if is_whole else min(unfinished)
        if not work.jobs.reopen(job_id, stage, now, whole_stage=is_whole):
            raise ConflictError("Một việc cùng loại đang chạy; hãy chờ việc ấy xong.", subject=str(job_id))
        note(host, work, actor, Act.JOB_CHANGED, Thing.JOB, str(job_id), change="retried")
        work.commit()
    host.bell.ring(JOBS_BELL)


def _seen(job: Job, actor: Actor, now: datetime, names: Mapping[int, str], troubled: tuple[Chunk, ...] = ()) -> JobSeen:
    kind = KINDS.get(job.kind)
    stage = kind.stages[job.stage] if kind is not None and job.stage < len(kind.stages) else None
    return JobSeen(
        job=job,
        label=kind.label if kind else job.kind,
        stage_label=stage.label if stage else "",
        stage_counts=stage.counts if stage else "",
        stage_count=len(kind.stages) if kind else 1,
        why_it_waits=why_it_waits(job, now, patience=_PATIENCE),
        by=names.get(job.asked_by, "") if job.asked_by is not None else "",
        is_operator=_operates(actor),
        troubled=troubled,
    )


#: A free piece is normally taken at once, and by a timer within seconds if the broker is away.
_PATIENCE = min(timedelta(seconds=30), NOBODY_WORKS_AFTER)


def _operates(actor: Actor) -> bool:
    return sees(actor, Field.JOB_INNARDS)


def _unknown(job_id: int) -> NotFoundError:
    return NotFoundError("Không có việc nào mang số này.", subject=str(job_id))
