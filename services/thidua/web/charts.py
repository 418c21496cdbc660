"""What is drawn on the status page, as plain positions; the templates turn them into SVG.

Positions and widths are in per cent of the drawing's width, so that it fits any screen without
a script. Everything drawn is also said in words beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from thidua.domain.filing import FILING_LABELS
from thidua.domain.filing import FilingState
from thidua.web import formats

__all__ = [
    "BAR_ORDER",
    "OUTLOOK_TONES",
    "VERDICT_TONES",
    "ProjectionDrawing",
    "Segment",
    "TargetDrawing",
    "YearsDrawing",
    "draw_projection",
    "draw_target",
    "draw_years",
    "filing_segments",
    "share",
    "width_of",
]

#: The order people read: what is settled first, what hurts in the middle, what does not count last.
BAR_ORDER = (
    FilingState.ON_TIME,
    FilingState.LATE,
    FilingState.OVERDUE,
    FilingState.DUE_SOON,
    FilingState.NOT_DUE,
    FilingState.EXEMPT,
)

#: How each verdict is coloured; the word always stands beside.
VERDICT_TONES = {
    "met": "ok",
    "exceeded": "ok",
    "not_met": "warn",
    "increase": "bad",
    "not_comparable": "",
    "tracked": "soon",
}

#: How each outlook is coloured; the word always stands beside.
OUTLOOK_TONES = {"likely": "ok", "open": "soon", "unlikely": "warn"}

#: Narrower segments carry no number; the tiles below always do.
_NARROWEST_WITH_NUMBER = 4.0

#: Shorter bars have their words behind them, longer ones inside.
_NARROWEST_WITH_WORDS = 45.0


@dataclass(frozen=True, slots=True)
class Segment:
    """One state's part of the filing bar."""

    state: str
    label: str
    count: int
    start: str
    width: str
    middle: str
    has_number: bool


@dataclass(frozen=True, slots=True)
class TargetDrawing:
    """Two bars on one scale, with the band in which the target counts as met."""

    baseline_width: str
    baseline_text_at: str
    actual_width: str
    actual_text_at: str
    is_actual_wide: bool
    band_start: str
    band_width: str
    band_text: str


@dataclass(frozen=True, slots=True)
class ProjectionDrawing:
    """The year so far, the interval its end lies in, and the line that must not be crossed, if known."""

    seen_width: str
    low_at: str
    interval_width: str
    expected_at: str
    most_at: str


@dataclass(frozen=True, slots=True)
class YearsDrawing:
    """The same figure of two years as two bars on one scale."""

    before_width: str
    now_width: str


def draw_years(now: int | str, before: int | str) -> YearsDrawing | None:
    """Place a figure's bars, None where both are nothing; ratios come as texts."""
    values = float(now), float(before)
    largest = max(values)
    if largest <= 0:
        return None
    return YearsDrawing(_per_cent(100 * values[1] / largest), _per_cent(100 * values[0] / largest))


def draw_projection(target: Mapping[str, Any]) -> ProjectionDrawing | None:
    """Place how the year may end, None where nothing is projected or everything is nothing."""
    projection = target["projection"]
    if projection is None or projection["high"] == 0:
        return None
    most = projection["most_allowed"]
    # Some room on the right, so that the last line is not the edge.
    unit = 96 / max(projection["high"], most or 0)
    return ProjectionDrawing(
        _per_cent(unit * target["actual"]),
        _per_cent(unit * projection["low"]),
        _per_cent(unit * (projection["high"] - projection["low"])),
        _per_cent(unit * projection["expected"]),
        "" if most is None else _per_cent(unit * most),
    )


def filing_segments(filing: Mapping[str, Any]) -> tuple[Segment, ...]:
    """Place the six states side by side; states without units have no segment.

    Args:
        filing: the status document's ``filing``, whose six counts sum to ``roster``.
    """
    roster = filing["roster"]
    segments: list[Segment] = []
    before = 0
    for state in BAR_ORDER:
        count = filing[state.value]
        if not count:
            continue
        start, width = 100 * before / roster, 100 * count / roster
        segments.append(
            Segment(
                state.value,
                FILING_LABELS[state],
                count,
                _per_cent(start),
                _per_cent(width),
                _per_cent(start + width / 2),
                width >= _NARROWEST_WITH_NUMBER,
            )
        )
        before += count
    return tuple(segments)


def draw_target(target: Mapping[str, Any]) -> TargetDrawing | None:
    """Place a target's bars, None where one of the two figures is not known."""
    baseline, actual = target["baseline"], target["actual"]
    if baseline is None or actual is None or max(baseline, actual) == 0:
        return None
    unit = 100 / max(baseline, actual)
    least, most = target.get("least_percent"), target.get("most_percent")
    low = high = 0.0
    text = ""
    if least is not None:
        high = baseline * (100 - least) / 100
        low = baseline * (100 - most) / 100 if most is not None else 0.0
        text = f"mức giảm {least}–{most}%" if most is not None else f"giảm từ {least}%"
    return TargetDrawing(
        _per_cent(unit * baseline),
        _words_at(unit * baseline),
        _per_cent(unit * actual),
        _words_at(unit * actual),
        unit * actual >= _NARROWEST_WITH_WORDS,
        _per_cent(unit * low),
        _per_cent(unit * (high - low)),
        text,
    )


def share(part: int, whole: int) -> str:
    """Write a part of a whole in per cent, half up; a dash where the whole is nothing."""
    if not whole:
        return formats.UNKNOWN
    tenths = (2000 * part + whole) // (2 * whole)
    return formats.percent(f"{tenths // 10}.{tenths % 10}")


def width_of(part: int, largest: int) -> str:
    """Return how wide a part's bar is drawn beside the largest one; a part of nothing has none."""
    return _per_cent(100 * part / largest if largest else 0.0)


def _words_at(width: float) -> str:
    return "0" if width >= _NARROWEST_WITH_WORDS else _per_cent(width)


def _per_cent(value: float) -> str:
    return f"{value:.2f}%"
