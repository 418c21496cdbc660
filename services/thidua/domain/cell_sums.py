"""Sum the cells of many units, by unit type, in parts."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Final

__all__ = ["SHARDS", "Sums", "add_cells", "add_sums", "latest_told", "shard_of"]

#: How many parts the units of a campaign are summed in: one filing costs the sum of one part again,
#: and the sum of the parts.
SHARDS: Final = 64

#: Sums by unit type, form and key, each the readings of a cell (``domain.rollups.Readings``).
Sums = dict[str, dict[str, dict[str, list[int | None]]]]

_READINGS: Final = 4


def shard_of(unit_code: str) -> int:
    """Return the part in which a unit is summed, the same on every machine."""
    return zlib.crc32(unit_code.encode()) % SHARDS


def latest_told(said: Iterable[tuple[int, int]]) -> int | None:
    """Return of (place of the period, value) the value told last; of two told at once the larger, for it grew."""
    return max(said, default=(0, None))[1]


def add_cells(sums: Sums, unit_type: str, cells: Mapping[str, Mapping[str, Sequence[int | None]]]) -> None:
    """Add one unit's cells to the sums of its type; None where nobody has data.

    Figures of outside origin are not added: the latest holds.
    """
    by_form = sums.setdefault(unit_type, {})
    for form, by_key in cells.items():
        totals = by_form.setdefault(form, {})
        for key, cell in by_key.items():
            total = totals.get(key)
            if total is None:
                totals[key] = list(cell)
                continue
            if len(cell) > _READINGS:
                _take_latest(total, cell)
                continue
            # One by one: forty cells of every unit come by here.
            filed, accepted, filed_over, accepted_over = cell
            if filed is not None:
                total[0] = filed + (total[0] or 0)
            if accepted is not None:
                total[1] = accepted + (total[1] or 0)
            if filed_over is not None:
                total[2] = filed_over + (total[2] or 0)
            if accepted_over is not None:
                total[3] = accepted_over + (total[3] or 0)


def _take_latest(total: list[int | None], cell: Sequence[int | None]) -> None:
    if len(total) == _READINGS:
        # Counted before such figures were told apart; whoever told it is counted again.
        total.extend((None,) * _READINGS)
    for reading, value in enumerate(cell[:_READINGS]):
        if value is not None:
            mine, at = total[reading], total[_READINGS + reading]
            told = cell[_READINGS + reading] or 0
            if mine is None or (told, value) > (at or 0, mine):
                total[reading], total[_READINGS + reading] = value, told


def add_sums(sums: Sums, others: Mapping[str, Mapping[str, Mapping[str, Sequence[int | None]]]]) -> None:
    """Add the sums of other units."""
    for unit_type, by_form in others.items():
        add_cells(sums, unit_type, by_form)
