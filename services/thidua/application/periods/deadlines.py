"""Deadlines of what units owe, built from store, plan and calendar: the one place for every page and program."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import datetime

from thidua.application.ports.host import Host
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.domain.deadlines import Deadline
from thidua.domain.deadlines import deadline_of
from thidua.domain.obligations import ObligationChange
from thidua.domain.reports import Obligation

__all__ = ["deadline_for", "read_deadline", "read_deadlines"]


def deadline_for(
    host: Host,
    obligation: Obligation,
    *,
    opened_at: datetime,
    now: datetime,
    changes: Sequence[ObligationChange] = (),
) -> Deadline:
    """Build the deadline of what a unit owes, with the plan's cut-off and the host's calendar.

    Args:
        host: the ports.
        obligation: what is owed, in a campaign that serves.
        opened_at: when the period opened.
        now: the server's clock.
        changes: how it was changed, oldest first.
    """
    periods = host.catalogue.campaign(obligation.campaign_code).periods
    return deadline_of(
        obligation,
        opened_at=opened_at,
        cutoff_on=next(period.cutoff_on for period in periods if period.code == obligation.period_code),
        calendar=host.calendar,
        zone=host.zone,
        now=now,
        changes=changes,
    )


def read_deadline(host: Host, work: UnitOfWork, obligation: Obligation, *, now: datetime) -> Deadline:
    """Build the deadline of one obligation of an opened period."""
    opened = {
        (period.campaign_code, period.code): period.opened_at
        for period in work.campaigns.periods(obligation.campaign_code)
    }
    return read_deadlines(host, work, [obligation], opened=opened, now=now)[obligation.id]


def read_deadlines(
    host: Host,
    work: UnitOfWork,
    owed: Iterable[Obligation],
    *,
    opened: Mapping[tuple[str, str], datetime],
    now: datetime,
) -> dict[int, Deadline]:
    """Build the deadlines of many obligations with one statement at most, and none where nobody has more time.

    Args:
        host: the ports.
        work: an open transaction.
        owed: what is owed.
        opened: when each (campaign, period) of these was opened.
        now: the server's clock.

    Returns:
        The deadlines by the obligation's id.
    """
    owed = tuple(owed)
    extended = [each.id for each in owed if each.extended_to is not None]
    changes = work.obligations.changes(extended) if extended else {}
    return {
        each.id: deadline_for(
            host,
            each,
            opened_at=opened[each.campaign_code, each.period_code],
            now=now,
            changes=changes.get(each.id, ()),
        )
        for each in owed
    }
