"""The receipt of a status: from how many reports it was counted, when, by what, and what it has not taken in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta

from thidua.application.ports.host import Host
from thidua.application.ports.rows import Health
from thidua.application.ports.rows import StatusRow
from thidua.application.ports.unit_of_work import UnitOfWork

__all__ = [
    "Waits",
    "exact_moment",
    "no_worker_words",
    "past_receipt_of",
    "receipt_of",
    "said_moment",
    "unseen_for",
    "waits_of",
]

#: Counting takes seconds; what waits longer has a reason that people must know.
_USUAL_WAIT = timedelta(minutes=1)
#: A worker that did nothing for so long, while something waits, is not there.
_NOT_SEEN_AFTER = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Waits:
    """What a campaign's statuses have not taken in.

    Attributes:
        changes: how many wait to be counted.
        set_aside: how many wait no more, because counting them failed too often.
        oldest: how long the oldest change waits, None if none does.
        unseen: since when no worker was seen at work; None if one was seen lately, or nothing waits.
        was_never_seen: no worker was ever seen.
    """

    changes: int = 0
    set_aside: int = 0
    oldest: timedelta | None = None
    unseen: timedelta | None = None
    was_never_seen: bool = False


def waits_of(host: Host, work: UnitOfWork, campaign_code: str) -> Waits:
    """Read what waits, and, if anything does, why."""
    changes, set_aside = work.outbox.waiting(campaign_code), work.outbox.set_aside(campaign_code)
    if not changes:
        return Waits(set_aside=set_aside)
    health = work.health()
    # Both by the database's clock, which a simulated time does not move.
    oldest = health.database_now - (health.oldest_waiting_at or health.database_now)
    return Waits(changes, set_aside, oldest, unseen_for(host, health), was_never_seen=health.worked_at is None)


def unseen_for(host: Host, health: Health) -> timedelta | None:
    """Return for how long no worker was seen at work, None if one was seen lately or none ever."""
    unseen = None if health.worked_at is None else host.clock.now() - health.worked_at
    return unseen if unseen is not None and unseen > _NOT_SEEN_AFTER else None


def no_worker_words(waited: timedelta, unseen: timedelta | None, *, was_never_seen: bool) -> str:
    """Say that nobody counts, if something waits longer than counting takes; empty else."""
    if waited <= _USUAL_WAIT:
        return ""
    if was_never_seen:
        return "chưa thấy máy tính số liệu chạy lần nào"
    return "" if unseen is None else f"{_span(unseen)} nay không thấy máy tính số liệu chạy"


def receipt_of(host: Host, row: StatusRow, waits: Waits) -> dict[str, object]:
    """Return what a status says of its inputs, with one sentence for people.

    Args:
        host: the ports.
        row: the stored document.
        waits: what it has not taken in.
    """
    counted = _inputs(row)
    sentence = (
        f"{_counted_words(counted)}, lúc {exact_moment(host, row.computed_at)}{_made_by(row)}; {_waits_words(waits)}"
    )
    return {**counted, "waiting": waits.changes, "quarantined": waits.set_aside, "sentence": sentence}


def past_receipt_of(host: Host, row: StatusRow, at: datetime, computed_at: datetime) -> dict[str, object]:
    """Return the same of a status that was computed anew as of a moment that is past; nothing waits there.

    Args:
        host: the ports.
        row: the recomputed document.
        at: the moment.
        computed_at: when it was computed.
    """
    counted = _inputs(row)
    sentence = (
        f"Tình hình lúc {said_moment(host, at)}, {_counted_words(counted).lower()}; tính lại từ sổ báo cáo lúc "
        f"{exact_moment(host, computed_at)}{_made_by(row)} đang dùng hôm nay."
    )
    return {**counted, "waiting": None, "quarantined": None, "sentence": sentence}


def exact_moment(host: Host, at: datetime) -> str:
    """Write an instant to the second, as people read it."""
    local = at.astimezone(host.zone)
    return f"{local:%H:%M:%S} ngày {local.day}/{local.month}/{local.year}"


def said_moment(host: Host, at: datetime) -> str:
    """Write an instant as people read it: without the seconds where it has none."""
    local = at.astimezone(host.zone)
    is_whole = not (local.second or local.microsecond)
    return f"{local:%H:%M} ngày {local.day}/{local.month}/{local.year}" if is_whole else exact_moment(host, at)


def _inputs(row: StatusRow) -> dict[str, object]:
    inputs = row.document.get("inputs")
    return dict(inputs) if isinstance(inputs, Mapping) else {}


def _counted_words(counted: Mapping[str, object]) -> str:
    extra = counted.get("from_exempt")
    return (
        f"Tính từ {counted.get('revisions')}/{counted.get('expected')} báo cáo đã nộp "
        f"({counted.get('accepted')} đã tiếp nhận)" + (f", thêm {extra} báo cáo của đơn vị được miễn" if extra else "")
    )


def _made_by(row: StatusRow) -> str:
    """Say how long it took and by which rules; a document from before that was kept says less."""
    took, rules, plugin = (row.document.get(key) for key in ("took_ms", "rules_version", "computed_by"))
    return (
        (f", mất {_seconds(took)} giây" if isinstance(took, int) else "")
        + (f", theo bộ quy tắc {rules}" if rules else "")
        + (f" ({plugin})" if plugin else "")
    )


def _seconds(took_ms: int) -> str:
    return f"{max(took_ms, 10) / 1000:.2f}".replace(".", ",")


def _waits_words(waits: Waits) -> str:
    words = [f"{_queue_words(waits)}"] if waits.changes else []
    if waits.set_aside:
        words.append(f"{_number(waits.set_aside)} thay đổi chưa được tính vì máy gặp lỗi, hãy báo người quản trị")
    return f"{', '.join(words) or 'không còn thay đổi nào đang chờ'}."


def _queue_words(waits: Waits) -> str:
    queue = f"còn {_number(waits.changes)} thay đổi đang chờ"
    if waits.oldest is None or waits.oldest <= _USUAL_WAIT:
        return f"{queue} tính, thường chỉ vài giây"
    if missing := no_worker_words(waits.oldest, waits.unseen, was_never_seen=waits.was_never_seen):
        return f"{queue} vì {missing}, hãy báo người quản trị"
    return f"{queue} đến lượt, lâu nhất đã {_span(waits.oldest)}, máy đang tính dần"


def _span(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes < 120:  # noqa: PLR2004  people count two hours and more in hours
        return f"{max(minutes, 1)} phút"
    hours = minutes // 60
    return f"{hours} giờ" if hours < 48 else f"{_number(hours // 24)} ngày"  # noqa: PLR2004  and two days in days


def _number(count: int) -> str:
    return f"{count:,}".replace(",", ".")
