"""A deadline as one thing: its named moments, each with its hour, and the working days around it.

Built in one place from what a unit owes, the period and the calendar, and written in the same
words wherever it is shown: form, lists, report, receipt, status, reminders.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from datetime import datetime
from datetime import tzinfo
from enum import StrEnum

from thidua.domain.calendar import WorkingCalendar
from thidua.domain.errors import InvalidConfigurationError
from thidua.domain.obligations import ObligationChange
from thidua.domain.obligations import grant_behind
from thidua.domain.reports import Obligation
from thidua.domain.reports import ObligationChangeKind

__all__ = [
    "MOMENT_LABELS",
    "Deadline",
    "DeadlineMoment",
    "deadline_of",
    "say_days",
    "say_deadline",
    "say_grant",
    "say_moment",
]

_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


class DeadlineMoment(StrEnum):
    """The moments that a deadline is made of, in their order."""

    OPENED_AT = "opened_at"
    DUE_AT = "due_at"
    EXTENDED_TO = "extended_to"
    LOCKS_AT = "locks_at"


#: The words people see.
MOMENT_LABELS = {
    DeadlineMoment.OPENED_AT: "Mở",
    DeadlineMoment.DUE_AT: "Hạn nộp",
    DeadlineMoment.EXTENDED_TO: "Gia hạn đến",
    DeadlineMoment.LOCKS_AT: "Hạn khóa",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """When one unit may and must file.

    Attributes:
        opened_at: when the period opened.
        due_at: the plan's last moment.
        extended_to: a later one granted to this unit.
        locks_at: after it nothing is taken any more; never before the last moment in time, for an
            extension moves the lock, too. None: when the Office closes the period.
        working_days: working days from the cut-off to the day of ``due_at``, as the plan's rule
            counts them; None if the calendar does not know these days.
        working_days_left: working days after today up to the day of the last moment, 0 on that day
            and after it; None if the calendar does not know these days.
        grant: the change that gave ``extended_to``, with reason and paper; None where none is known.
    """

    opened_at: datetime
    due_at: datetime
    extended_to: datetime | None
    locks_at: datetime | None
    working_days: int | None
    working_days_left: int | None
    grant: ObligationChange | None = None

    @property
    def last_moment(self) -> datetime:
        """The last moment in time, extension included."""
        return self.extended_to or self.due_at

    @property
    def moments(self) -> Iterator[tuple[DeadlineMoment, datetime]]:
        """The moments there are, with their names."""
        for name in DeadlineMoment:
            at: datetime | None = getattr(self, name.value)
            if at is not None:
                yield name, at


def deadline_of(
    obligation: Obligation,
    *,
    opened_at: datetime,
    cutoff_on: date | None,
    calendar: WorkingCalendar,
    zone: tzinfo,
    now: datetime,
    changes: Sequence[ObligationChange] = (),
) -> Deadline:
    """Build the deadline of what a unit owes.

    Args:
        obligation: what is owed.
        opened_at: when the period opened.
        cutoff_on: the period's cut-off; None where it has none, and no days are counted from it.
        calendar: tells the working days.
        zone: where civil days are counted.
        now: the server's clock.
        changes: how the Office changed what is owed, oldest first.
    """
    last = obligation.last_moment
    due_on = obligation.due_at.astimezone(zone).date()
    left = 0 if now > last else _working_days(calendar, now.astimezone(zone).date(), last.astimezone(zone).date())
    return Deadline(
        opened_at=opened_at,
        due_at=obligation.due_at,
        extended_to=obligation.extended_to,
        locks_at=None if obligation.locks_at is None else max(obligation.locks_at, last),
        working_days=None if cutoff_on is None else _working_days(calendar, cutoff_on, due_on),
        working_days_left=left,
        grant=grant_behind(obligation, changes),
    )


def say_moment(at: datetime, zone: tzinfo) -> str:
    """Write a moment in full: ``17 giờ 00, thứ Năm ngày 16/9/2021``."""
    local = at.astimezone(zone)
    return f"{local:%H} giờ {local:%M}, {_WEEKDAYS[local.weekday()]} ngày {local.day}/{local.month}/{local.year}"


def say_days(deadline: Deadline, now: datetime, zone: tzinfo) -> str:
    """Write the counts of days: ``02 ngày làm việc sau ngày chốt; còn 01 ngày làm việc``; may be empty."""
    parts = []
    if deadline.working_days is not None and deadline.extended_to is None:
        parts.append(f"{deadline.working_days:02d} ngày làm việc sau ngày chốt")
    last = deadline.last_moment
    if now > last:
        parts.append("đã hết hạn")
    elif now.astimezone(zone).date() == last.astimezone(zone).date():
        parts.append("hết hạn hôm nay")
    elif deadline.working_days_left is not None:
        parts.append(f"còn {deadline.working_days_left:02d} ngày làm việc")
    return "; ".join(parts)


def say_deadline(deadline: Deadline, now: datetime, zone: tzinfo) -> str:
    """Write a deadline as a sentence without its full stop, the same everywhere.

    ``Hạn nộp: 17 giờ 00, thứ Năm ngày 16/9/2021 (02 ngày làm việc sau ngày chốt; còn 01 ngày làm
    việc)``, and ``Hạn nộp được gia hạn đến …`` where more time was granted.
    """
    lead = "Hạn nộp:" if deadline.extended_to is None else "Hạn nộp được gia hạn đến"
    days = say_days(deadline, now, zone)
    return f"{lead} {say_moment(deadline.last_moment, zone)}" + (f" ({days})" if days else "")


def say_grant(deadline: Deadline) -> str:
    """Write why there is more time, without a full stop; empty where there is none or nobody wrote why.

    ``Lý do gia hạn: mưa lũ; văn bản số 12/CV-UBND; theo đề nghị của UBND huyện``
    """
    grant = deadline.grant
    if grant is None:
        return ""
    lead = "Lý do gia hạn" if grant.kind is ObligationChangeKind.EXTENDED else "Phải nộp sau khi hết miễn, lý do miễn"
    parts = [f"{lead}: {grant.reason}"]
    if grant.document_number:
        parts.append(f"văn bản số {grant.document_number}")
    if grant.requested_by:
        parts.append(f"theo đề nghị của {grant.requested_by}")
    return "; ".join(parts)


def _working_days(calendar: WorkingCalendar, after: date, until: date) -> int | None:
    try:
        return calendar.working_days_between(after, until)
    except InvalidConfigurationError:
        # A year nobody entered yet: better no count than a page that cannot be shown, or a guess.
        return None
