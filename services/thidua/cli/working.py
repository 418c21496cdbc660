"""Commands about background work: ask for it, follow it, do it here where nobody else does."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from types import FrameType
from typing import Any
from typing import Self

import click

from thidua.application.background.drain import drain
from thidua.application.background.job_kinds import KINDS
from thidua.application.background.job_kinds import REBUILD
from thidua.application.background.job_kinds import JobOptions
from thidua.application.background.job_running import product_now
from thidua.application.background.job_running import work_on_jobs
from thidua.application.background.job_schedule import SCHEDULE
from thidua.application.background.jobs import ask_for_job
from thidua.application.background.jobs import cancel_job
from thidua.application.background.jobs import list_jobs
from thidua.application.background.jobs import read_job
from thidua.application.background.jobs import retry_job
from thidua.application.ports.host import Host
from thidua.bootstrap import settle
from thidua.cli.hosting import command_host
from thidua.cli.printing import json_option
from thidua.cli.printing import print_json
from thidua.cli.printing import print_table
from thidua.domain.accounts import Actor
from thidua.domain.accounts import Membership
from thidua.domain.accounts import Role
from thidua.domain.jobs import JOB_LABELS
from thidua.domain.jobs import Job
from thidua.domain.jobs import JobState
from thidua.settings import Settings
from thidua.settings import load

__all__ = ["COMMANDS", "rebuild_command"]

#: No worker has worked for so long: nobody is waited for.
_NOBODY_AFTER = timedelta(seconds=60)
#: How long a piece may lie free before this command does it itself.
_PATIENCE_S = 10.0
_LOOK_S = 0.3


@click.group()
def jobs() -> None:
    """See background work, cancel it or try it again."""


@jobs.command("list")
@click.option("--limit", type=click.IntRange(1, 500), default=20, help="Số việc gần nhất.")
@json_option
def jobs_list(limit: int, *, as_json: bool) -> None:
    """List background work, newest first, with everything that needs a person."""
    host = command_host()
    seen = list_jobs(host, _operator(host), limit=limit)
    if as_json:
        print_json(
            {
                "alarms": [{"code": alarm.code, "message": alarm.message} for alarm in seen.alarms],
                "schedule": [{"kind": each.kind, "at": f"{each.at:%H:%M}", "reason": each.reason} for each in SCHEDULE],
                "jobs": [_as_json(each.job) for each in seen.jobs],
            }
        )
        return
    for alarm in seen.alarms:
        click.echo(f"! {alarm.message}")
    for scheduled in SCHEDULE:
        click.echo(f"Theo lịch {scheduled.at:%H:%M} hằng ngày: {KINDS[scheduled.kind].label}. {scheduled.reason}")
    print_table(
        [
            (str(each.job.id), each.label, each.job.subject, JOB_LABELS[each.job.state], _share(each.job))
            for each in seen.jobs
        ]
    )


@jobs.command("show")
@click.argument("job_id", type=click.IntRange(0, 2**62))
@json_option
def jobs_show(job_id: int, *, as_json: bool) -> None:
    """Show one background work with what went wrong."""
    host = command_host()
    seen = read_job(host, _operator(host), job_id)
    job = seen.job
    if as_json:
        print_json(_as_json(job) | {"why_it_waits": seen.why_it_waits})
        return
    for line in (
        f"{job.id}  {seen.label}  {job.subject}  {JOB_LABELS[job.state]}",
        f"{seen.stage_label}: {_share(job)}",
        seen.why_it_waits,
        job.error,
        job.detail,
        *(f"  phần {piece.number}: {piece.attempts} lần, {piece.error} {piece.detail}" for piece in seen.troubled),
    ):
        if line:
            click.echo(line)


@jobs.command("cancel")
@click.argument("job_id", type=click.IntRange(0, 2**62))
def jobs_cancel(job_id: int) -> None:
    """End a background work between two of its pieces."""
    cancel_job(command_host(), None, job_id)
    click.echo(f"Đã yêu cầu hủy việc số {job_id}.")


@jobs.command("retry")
@click.argument("job_id", type=click.IntRange(0, 2**62))
def jobs_retry(job_id: int) -> None:
    """Open an ended background work again; what was done stays done."""
    retry_job(command_host(), None, job_id)
    click.echo(f"Việc số {job_id} được làm lại.")


@click.command("rebuild")
@click.option("--campaign", "campaign_code", default="", help="Chỉ tính lại đợt này (mặc định: mọi đợt).")
@click.option("--here", is_flag=True, help="Làm ngay trong lệnh này, không chờ tiến trình khác.")
@json_option
def rebuild_command(campaign_code: str, *, here: bool, as_json: bool) -> None:
    """Recompute everything from the ledger; filings go on meanwhile.

    The workers share it. Where none works, this command does it itself. It may be interrupted at any
    time: the next one, or a worker, goes on where it stood.
    """
    settings = load()
    host = command_host(settings, rings=True)
    job_id, is_new = ask_for_job(host, None, REBUILD, campaign_code)
    if not is_new and not as_json:
        click.echo(f"Việc số {job_id} đang làm dở, làm tiếp.", err=True)
    try:
        with Interruption() as interruption:
            job = _follow(host, settings, job_id, interruption, here=here, shows=not as_json)
    except KeyboardInterrupt:
        click.echo(f"\nĐã dừng theo dõi. Việc số {job_id} vẫn còn; chạy lại lệnh này để làm tiếp.", err=True)
        sys.exit(1)
    if as_json:
        print_json(_as_json(job))
    elif job.state is JobState.DONE:
        click.echo(f"Đã tính lại từ {job.result.get('reports', 0)} báo cáo.")
    else:
        click.echo(f"Việc số {job_id}: {JOB_LABELS[job.state].lower()}. {job.error}", err=True)
    sys.exit(0 if job.state is JobState.DONE else 1)


COMMANDS: tuple[click.Command, ...] = (jobs,)


class Interruption:
    """Ctrl-C ends a command between two pieces of work; pressed once more, at once.

    An interrupt that strikes anywhere may strike between the lease of a piece and its first step: the
    piece would stay with a process that is gone until the lease runs out.
    """

    def __init__(self) -> None:
        """Prepare; nothing is caught yet."""
        self.is_asked = False
        self._before: Any = signal.default_int_handler

    def __enter__(self) -> Self:
        """Catch the signal from now on."""
        self._before = signal.signal(signal.SIGINT, self._ask)
        return self

    def __exit__(self, *_error: object) -> None:
        """Leave the signal to whoever had it before."""
        signal.signal(signal.SIGINT, self._before)

    def heed(self) -> None:
        """Stop here if that was asked for.

        Raises:
            KeyboardInterrupt: it was.
        """
        if self.is_asked:
            raise KeyboardInterrupt

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.is_asked = True
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _follow(host: Host, settings: Settings, job_id: int, interruption: Interruption, *, here: bool, shows: bool) -> Job:
    """Wait for a job's end and do its pieces where nobody else does; returns it as it ended.

    Raises:
        KeyboardInterrupt: the person asked to stop; no piece is left begun.
    """
    options = JobOptions(lease=timedelta(seconds=settings.job_lease_s), rebuild_batch=settings.rebuild_batch)
    name = f"{socket.gethostname()}/{os.getpid()}"
    settle()
    waits_s = 0.0 if here or _nobody_works(host) else _PATIENCE_S
    show = _shown(host, job_id) if shows else lambda: None
    quiet_since = time.monotonic()
    has_worked = False
    while True:
        with host.work.reading() as work:
            job, now = work.jobs.get(job_id), product_now(host, work)
        if job is None or not job.is_open:
            break
        show()
        is_moving = job.leased_until is not None and job.leased_until > now
        if is_moving and not here:
            quiet_since = time.monotonic()
        if time.monotonic() - quiet_since >= waits_s:

            def goes_on() -> bool:
                show()
                return not interruption.is_asked

            has_worked |= work_on_jobs(host, name, options, job_id=job_id, goes_on=goes_on).pieces > 0
        interruption.heed()
        time.sleep(_LOOK_S)
    if has_worked:
        # Where this command is the only worker, nobody else takes in what was filed meanwhile.
        while drain(host):
            pass
    with host.work.reading() as work:
        ended = work.jobs.get(job_id)
    if ended is None:
        raise click.ClickException(f"Việc số {job_id} không còn.")
    if shows and sys.stderr.isatty():
        click.echo(err=True)
    return ended


def _nobody_works(host: Host) -> bool:
    with host.work.reading() as work:
        health = work.health()
    return health.worked_at is None or host.clock.at(health.database_now) - health.worked_at > _NOBODY_AFTER


def _shown(host: Host, job_id: int) -> Callable[[], None]:
    """Return what prints how far a job is, once for each change."""
    last = ""

    def show() -> None:
        nonlocal last
        seen = read_job(host, _operator(host), job_id)
        line = f"{seen.stage_label}: {_share(seen.job)} {seen.why_it_waits}".strip()
        if line == last:
            return
        last = line
        # On a terminal the line is written over; in a log each stage has one.
        if sys.stderr.isatty():
            click.echo(f"\r\x1b[K{line}", nl=False, err=True)

    return show


def _share(job: Job) -> str:
    return f"{job.progress.done}/{job.progress.total}"


def _as_json(job: Job) -> dict[str, Any]:
    return {
        "job": job.id,
        "kind": job.kind,
        "subject": job.subject,
        "state": job.state.value,
        "stage": KINDS[job.kind].stages[job.stage].code if job.kind in KINDS else job.stage,
        "done": job.progress.done,
        "total": job.progress.total,
        "attempts": job.attempts,
        "created_at": job.created_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
        "error": job.error,
        "detail": job.detail,
        "result": dict(job.result),
    }


def _operator(host: Host) -> Actor:
    """Stand for the person at the server's console, who operates the installation."""
    today = host.clock.now().astimezone(host.zone).date()
    return Actor(0, "operator", "", "", (Membership(Role.ADMIN, None, today),))
