"""Read all reports of a campaign, or those of some units, a page at a time."""

from __future__ import annotations

from collections.abc import Iterable

from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.domain.reports import Report

__all__ = ["reports_of"]

_PAGE = 1000


def reports_of(work: UnitOfWork, campaign_code: str, unit_codes: Iterable[str] | None = None) -> tuple[Report, ...]:
    """Return the reports of some units in a campaign, of all units for None, by id."""
    units = None if unit_codes is None else list(unit_codes)
    reports: list[Report] = []
    while page := work.reports.list(
        unit_codes=units, campaign_code=campaign_code, after_id=reports[-1].id if reports else 0, limit=_PAGE
    ):
        reports += page
    return tuple(reports)
