"""What a unit is told about a report that is due: text alone, whoever sends it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from datetime import tzinfo

from thidua.domain.deadlines import Deadline
from thidua.domain.deadlines import say_deadline
from thidua.domain.deadlines import say_grant
from thidua.domain.deadlines import say_moment

__all__ = ["Reminder", "remind"]


@dataclass(frozen=True, slots=True)
class Reminder:
    """A message: one line of subject, and its text."""

    subject: str
    text: str


def remind(deadline: Deadline, *, unit_name: str, report: str, campaign: str, now: datetime, zone: tzinfo) -> Reminder:
    """Write the reminder of a report that was not filed.

    Args:
        deadline: of this unit.
        unit_name: whom it is about.
        report: what is due, as ``Báo cáo 9 tháng năm 2021 – Biểu A``.
        campaign: the campaign's title.
        now: the server's clock.
        zone: where times are shown.
    """
    is_over = now > deadline.last_moment
    subject = f"{'Đã quá hạn' if is_over else 'Nhắc nộp'}: {report}"
    lines = [
        f"Kính gửi {unit_name},",
        f"{report} của {campaign} chưa được nộp.",
        f"{say_deadline(deadline, now, zone)}.",
    ]
    if grant := say_grant(deadline):
        lines.append(f"{grant}.")
    if deadline.locks_at is not None and now <= deadline.locks_at:
        lines.append(f"Sau {say_moment(deadline.locks_at, zone)}, hệ thống không nhận báo cáo nữa.")
    if is_over:
        lines.append("Đề nghị nộp ngay; nếu có lý do khách quan, hãy gửi văn bản xin gia hạn đến Văn phòng Sở.")
    return Reminder(subject, "\n".join(lines))
