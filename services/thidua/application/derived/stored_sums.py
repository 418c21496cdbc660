"""Read a period's stored sums over all its units."""

from __future__ import annotations

from collections.abc import Collection

from thidua.application.ports.reach import Crossing
from thidua.application.ports.rows import RollupTotal
from thidua.application.ports.shard_sums import add_shards
from thidua.application.ports.shard_sums import totals_of
from thidua.application.ports.unit_of_work import UnitOfWork

__all__ = ["accepted_sums", "stored_totals"]


def accepted_sums(
    work: UnitOfWork, campaign_code: str, period_code: str, sources: Collection[tuple[str, str]]
) -> dict[tuple[str, str], int | None]:
    """Return some fields' sums over the period's accepted reports, by (form, field); None where no report has data."""
    if not sources:
        return {}
    with work.crossing(Crossing.SUMS):
        whole = add_shards(work.shards.of_period(campaign_code, period_code))
    return {source: whole.accepted_sum(*source) for source in sources}


def stored_totals(work: UnitOfWork, campaign_code: str, period_code: str) -> list[RollupTotal]:
    """Return the sums by unit type, form, field and part, in this order."""
    return totals_of(add_shards(work.shards.of_period(campaign_code, period_code)).cells)
