"""What runs by the clock, and how a turn that was missed is found.

A turn is a row with a slot of its own, used once in all time: however many hosts look, one job is
laid down. Hosts look for "the newest turn that is due and not there", never whether the minute is
now, so that a machine that was off at night does its turn in the morning, and once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from datetime import time
from datetime import timedelta
from datetime import tzinfo

from thidua.application.background.job_kinds import KINDS
from thidua.application.background.job_kinds import VERIFY
from thidua.application.background.job_kinds import VERIFY_TRAIL
from thidua.application.background.job_running import product_now
from thidua.application.ports.host import Host
from thidua.application.ports.job_ports import NewChunk
from thidua.application.ports.job_ports import NewJob
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.trail.sealing import UNSEALED_LIMIT
from thidua.domain.jobs import JobState
from thidua.domain.jobs import Origin

__all__ = [
    "AUDIT_UNSEALED",
    "NOBODY_WORKS",
    "NOBODY_WORKS_AFTER",
    "SCHEDULE",
    "Alarm",
    "Scheduled",
    "alarms_of",
    "find_alarms",
    "lay_down_due",
]

#: The alarm that work lies about and nobody takes it.
NOBODY_WORKS = "nobody_works"

#: The alarm that what was written down lies without a seal.
AUDIT_UNSEALED = "audit_unsealed"
#: How long nobody may take a free piece of work before somebody has to be told.
NOBODY_WORKS_AFTER = timedelta(minutes=2)
#: How long a job that went wrong is told of.
_TROUBLE_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A kind of work that runs every day.

    Attributes:
        kind: what is done, about everything.
        at: the time of day, where the installation is.
        missed_after: without a success for longer, an alarm is raised.
        reason: why it runs, and why then.
    """

    kind: str
    at: time
    missed_after: timedelta
    reason: str


SCHEDULE = (
    Scheduled(
        VERIFY,
        time(2, 0),
        timedelta(hours=30),
        "Mỗi đêm so lại mọi số liệu với sổ báo cáo, để sai lệch được biết trước khi có người dùng đến nó; "
        "2 giờ sáng là lúc không ai nộp và trước giờ làm việc còn đủ thời gian tính lại.",
    ),
    Scheduled(
        VERIFY_TRAIL,
        time(3, 0),
        timedelta(hours=30),
        "Mỗi đêm đi lại cả chuỗi niêm phong, để dấu vết bị sửa được biết sau một ngày chứ không phải khi có "
        "người hỏi đến; 3 giờ sáng là khi việc so số liệu đã xong.",
    ),
)


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that needs a person: ``code`` for programs, ``message`` one Vietnamese sentence."""

    code: str
    message: str


def lay_down_due(host: Host, schedule: Iterable[Scheduled] = SCHEDULE, *, keep: timedelta) -> tuple[int, ...]:
    """Lay down the newest turn of each schedule that is due; with it, forget jobs that ended long ago.

    Args:
        host: the ports.
        schedule: what runs by the clock.
        keep: how long the history is kept.

    Returns:
        The jobs laid down.
    """
    with host.work.glancing() as work:
        now = product_now(host, work)
        if not work.campaigns.all():
            return ()
    made: list[int] = []
    for each in schedule:
        local = now.astimezone(host.zone)
        due = datetime.combine(local.date(), each.at, host.zone)
        due = due if due <= local else datetime.combine(local.date() - timedelta(days=1), each.at, host.zone)
        slot = f"{each.kind}@{due:%Y-%m-%d}"
        with host.work.glancing() as work:
            if work.jobs.is_slot_used(slot):
                continue
        with host.work.writing() as work:
            job_id = work.jobs.add(NewJob(each.kind, "", Origin.SCHEDULE, None, now, slot), [NewChunk({})])
            if job_id is not None:
                work.jobs.forget(now - keep)
                work.commit()
                made.append(job_id)
    return tuple(made)


def find_alarms(host: Host) -> tuple[Alarm, ...]:
    """Find everything about background work that needs a person."""
    with host.work.reading() as work:
        return alarms_of(work, product_now(host, work), host.zone)


def alarms_of(
    work: UnitOfWork, now: datetime, zone: tzinfo, schedule: Iterable[Scheduled] = SCHEDULE
) -> tuple[Alarm, ...]:
    """Find the alarms in an open unit of work.

    Args:
        work: what is stored.
        now: the product's time.
        zone: where days are counted.
        schedule: what should have run.
    """
    found: list[Alarm] = []
    if work.jobs.has_free(tuple(KINDS), now - NOBODY_WORKS_AFTER):
        minutes = int(NOBODY_WORKS_AFTER.total_seconds()) // 60
        found.append(Alarm(NOBODY_WORKS, f"Có việc đã chờ quá {minutes} phút mà chưa tiến trình nào nhận."))
    unsealed = work.trail.oldest_unsealed_at()
    if unsealed is not None and now - unsealed > UNSEALED_LIMIT:
        found.append(
            Alarm(AUDIT_UNSEALED, "Nhật ký kiểm soát có dòng chưa được niêm phong quá lâu: chưa tiến trình nào làm.")
        )
    for each in schedule:
        facts = work.jobs.schedule_facts(each.kind)
        # A turn that has only just been laid down for the first time is not missed, however long ago a campaign was
        # opened: elsewhere, in a release without the schedule, or in a demo's past. Where none ever was, nobody looks.
        last = facts.succeeded_at or facts.first_turn_at or facts.since
        if last is None or now - last <= each.missed_after:
            continue
        label = KINDS[each.kind].label
        day = f"{last.astimezone(zone):%d/%m/%Y}"
        since = (
            f"từ ngày {day}"
            if facts.succeeded_at
            else f"kể từ lượt đầu tiên ngày {day}"
            if facts.first_turn_at
            else "kể từ khi mở đợt thi đua"
        )
        found.append(
            Alarm(f"missed_{each.kind}", f"“{label}” phải chạy hằng ngày nhưng chưa lần nào thành công {since}.")
        )
    for job in work.jobs.troubled(now - _TROUBLE_FOR):
        label = KINDS[job.kind].label if job.kind in KINDS else job.kind
        how = "tìm thấy sai lệch" if job.state is JobState.FAILED else "bị dừng vì lỗi"
        found.append(Alarm(f"job_{job.state.value}", f"Việc số {job.id} “{label}” {how}."))
    return tuple(found)
