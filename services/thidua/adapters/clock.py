"""The product's time: the real one, or a simulated one that starts elsewhere and runs on.

A demo or a training plays a campaign of another year. Its clock is given by two instants, the
simulated start and the real moment at which it was (``START@REAL``), so that every process, and
the same data folder tomorrow, agrees on the time without asking another.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from datetime import datetime
from datetime import timedelta

from thidua.application.ports.surroundings import Clock
from thidua.domain.errors import InvalidConfigurationError

__all__ = ["SimulatedClock", "SystemClock", "clock_from"]


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's time; the database's clock is taken as it is."""

    @property
    def is_simulated(self) -> bool:
        """Tell that the time is the real one."""
        return False

    def now(self) -> datetime:
        """Return the present instant, UTC."""
        return datetime.now(UTC)

    def real_now(self) -> datetime:
        """Return the present instant, UTC."""
        return self.now()

    def at(self, database_now: datetime) -> datetime:
        """Return the instant unchanged, as UTC."""
        return database_now.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class SimulatedClock:
    """Time that was ``start`` when the real time was ``anchor``, and runs at the real pace."""

    start: datetime
    anchor: datetime

    @property
    def is_simulated(self) -> bool:
        """Tell that the time is not the real one."""
        return True

    @property
    def text(self) -> str:
        """The ``START@REAL`` that ``clock_from`` reads back as this very clock."""
        return f"{self.start.isoformat()}@{self.anchor.isoformat()}"

    def now(self) -> datetime:
        """Return the simulated instant, UTC."""
        return self.at(datetime.now(UTC))

    def real_now(self) -> datetime:
        """Return the present instant, UTC, whatever is simulated."""
        return datetime.now(UTC)

    def at(self, database_now: datetime) -> datetime:
        """Return the simulated instant, UTC, of a real one."""
        return (self.start + (database_now - self.anchor)).astimezone(UTC)


def clock_from(text: str, *, real_now: datetime | None = None) -> Clock:
    """Read the setting ``THIDUA_CLOCK``.

    Args:
        text: empty for the real time; ``2021-09-17T08:00:00+07:00`` for a clock that shows this
            now; ``START@REAL`` for one that showed START at the instant REAL.
        real_now: the real present, if not the machine's.

    Raises:
        InvalidConfigurationError: the text is none of these, or an instant has no UTC offset.
    """
    if not text.strip():
        return SystemClock()
    start_text, has_anchor, anchor_text = text.strip().partition("@")
    start = _instant(start_text, text)
    anchor = _instant(anchor_text, text) if has_anchor else real_now or datetime.now(UTC)
    clock = SimulatedClock(start=start, anchor=anchor)
    try:
        # A start at the end of the calendar would fail later, in the middle of a request.
        clock.at(datetime.now(UTC) + timedelta(days=36500))
    except OverflowError:
        raise _refusal(text) from None
    return clock


def _instant(text: str, whole: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise _refusal(whole) from None
    if instant.utcoffset() is None:
        raise _refusal(whole)
    return instant


def _refusal(text: str) -> InvalidConfigurationError:
    return InvalidConfigurationError(
        f"THIDUA_CLOCK không đọc được: {text!r}. Ghi thời điểm kèm múi giờ, ví dụ 2021-09-17T08:00:00+07:00.",
        subject="THIDUA_CLOCK",
    )
