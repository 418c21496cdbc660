"""Read a figure from the sums it is made of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from thidua.application.ports.rows import RollupTotal
from thidua.domain.cell_sums import latest_told

__all__ = ["OFFICIAL", "OFFICIAL_CUMULATIVE", "PROVISIONAL", "PROVISIONAL_CUMULATIVE", "total_of"]

#: Where a cell has which reading.
PROVISIONAL: Final = 0
OFFICIAL: Final = 1
PROVISIONAL_CUMULATIVE: Final = 2
OFFICIAL_CUMULATIVE: Final = 3


def total_of(totals: Iterable[RollupTotal], reading: int) -> int | None:
    """Return one reading of some sums together, None where nobody has data.

    Sums are added. Of what one source tells for everybody the latest holds.
    """
    added: int | None = None
    told: list[tuple[int, int]] = []
    for total in totals:
        value = total.cell[reading]
        if value is None:
            continue
        if total.told:
            told.append((total.told[reading] or 0, value))
        else:
            added = value + (added or 0)
    latest = latest_told(told)
    return added if latest is None else latest + (added or 0)
