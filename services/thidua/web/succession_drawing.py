"""A succession drawn: who was there on the left, who came on the right, a line for each who gave to whom.

Positions are in units of the drawing's own box, so that it scales as one. Everything drawn is also said
in the table beside it, which is all that narrow screens show.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from thidua.domain.successions import Succession

__all__ = ["Node", "SuccessionDrawing", "Thread", "draw_succession"]

_ROW = 22.0
_LEFT, _RIGHT, _WIDTH = 330.0, 670.0, 1000.0
_TOP = 14.0
#: Where the line leaves a name, and how far it keeps its direction.
_GAP, _BEND = 8.0, 140.0
#: As many tones as there are, so that neighbours differ; the words tell the rest.
_TONES = 6


@dataclass(frozen=True, slots=True)
class Node:
    """A unit: where its name stands, on which side, and the tone of its lines."""

    code: str
    name: str
    x: str
    y: str
    is_before: bool
    tone: int


@dataclass(frozen=True, slots=True)
class Thread:
    """A line from one to another; ``is_shared`` where the one it leads to has several predecessors."""

    path: str
    tone: int
    is_shared: bool


@dataclass(frozen=True, slots=True)
class SuccessionDrawing:
    """Everything to draw, in a box of this size."""

    width: str
    height: str
    nodes: tuple[Node, ...]
    threads: tuple[Thread, ...]


def draw_succession(succession: Succession, names: Mapping[str, tuple[str, str]]) -> SuccessionDrawing:
    """Place the units of a succession.

    Args:
        succession: what happened.
        names: by unit code the name before and the name after.
    """
    before, after = succession.predecessors, succession.successors
    right = {code: _TOP + place * _ROW for place, code in enumerate(after)}
    left = _spread(
        {
            code: sum(heights) / len(heights)
            for code in before
            for heights in ([right[link.successor] for link in succession.links_of(code)],)
        }
    )
    tones = {code: place % _TONES for place, code in enumerate(before)}
    givers = {code: [link.predecessor for link in succession.links if link.successor == code] for code in after}
    nodes = [Node(code, names[code][0], _at(_LEFT), _at(left[code]), True, tones[code]) for code in before]  # noqa: FBT003
    nodes += [
        Node(code, names[code][1], _at(_RIGHT), _at(right[code]), False, tones[givers[code][0]])  # noqa: FBT003
        for code in after
    ]
    threads = tuple(
        Thread(
            _curve(left[link.predecessor], right[link.successor]),
            tones[link.predecessor],
            len(givers[link.successor]) > 1,
        )
        for link in succession.links
    )
    height = max((*left.values(), *right.values())) + _TOP
    return SuccessionDrawing(_at(_WIDTH), _at(height), tuple(nodes), threads)


def _spread(wanted: Mapping[str, float]) -> dict[str, float]:
    """Keep names a row apart, in the order of the heights they would like, as near to them as that allows."""
    placed: dict[str, float] = {}
    lowest = _TOP
    for code, height in sorted(wanted.items(), key=lambda item: item[1]):
        placed[code] = max(height, lowest)
        lowest = placed[code] + _ROW
    return placed


def _curve(start: float, end: float) -> str:
    from_x, to_x = _LEFT + _GAP, _RIGHT - _GAP
    points = ((from_x, start), (from_x + _BEND, start), (to_x - _BEND, end), (to_x, end))
    first, *others = (f"{_at(x)} {_at(y)}" for x, y in points)
    return f"M{first}C{' '.join(others)}"


def _at(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
