"""What the Office sees of paper reports: which units' reports are still awaited, which were entered for them."""

from __future__ import annotations

from collections.abc import Iterable

from thidua.application.access.permissions import Right
from thidua.application.access.permissions import require
from thidua.application.access.permissions import require_unit
from thidua.application.ports.host import Host
from thidua.application.reports.owing import Owed
from thidua.application.reports.owing import owed_rows
from thidua.application.years.seen import as_serving
from thidua.domain.accounts import Actor
from thidua.domain.filing import is_locked
from thidua.domain.ledger import FILINGS
from thidua.domain.reports import EventKind
from thidua.domain.reports import PeriodState
from thidua.domain.reports import Report

__all__ = ["awaited", "entered_on_behalf"]


def awaited(host: Host, actor: Actor) -> tuple[Owed, ...]:
    """List what units still owe in open periods and the Office may enter for them, the nearest deadline first.

    Raises:
        NotAllowedError: the person enters nothing for others.
    """
    require(actor, Right.FILE_ON_BEHALF)
    now = host.clock.now()
    with host.work.reading() as work:
        host = as_serving(host, work)
        rows = [
            row
            for campaign_code in sorted({each.code for each in work.campaigns.all()} & host.catalogue.campaigns.keys())
            for period in work.campaigns.periods(campaign_code)
            if period.state is PeriodState.OPEN
            for row in work.campaigns.roster(campaign_code, period.code)
            if row.report is None and not row.obligation.is_exempt(now) and not is_locked(row.obligation, now)
        ]
        found = owed_rows(host, work, rows, now=now)
    return tuple(sorted(found, key=lambda each: (each.deadline.last_moment, each.unit_code)))


def entered_on_behalf(host: Host, actor: Actor, reports: Iterable[Report]) -> frozenset[int]:
    """Tell which reports' newest filing the Office entered for the unit.

    Raises:
        NotAllowedError, NotFoundError: one of them is not for this person.
    """
    require(actor, Right.READ_REPORT)
    wanted = list(reports)
    for report in wanted:
        require_unit(actor, Right.READ_REPORT, report.unit_code)
    if not wanted:
        return frozenset()
    with host.work.reading() as work:
        chains = work.reports.entries([report.id for report in wanted])
    newest = {
        report_id: next((entry.kind for entry in reversed(entries) if entry.kind in FILINGS), None)
        for report_id, entries in chains.items()
    }
    return frozenset(each for each, kind in newest.items() if kind is EventKind.ENTERED_ON_BEHALF)
