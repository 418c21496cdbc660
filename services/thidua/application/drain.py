"""Take filed changes into the status: recompute what they touched and replace it.

The order inside the transaction is what makes any order, repetition or crash harmless: claim the
events, lock the parts in which their units are summed, and only then read the reports, so that
whatever was committed before the lock is seen; then lock the documents, and only then read the sums.
Facts, cells, sums and documents are replaced, never incremented, and the events are marked applied
by the same commit.

A backlog is taken part by part of the units, each unit's reports together, by as many workers as
there are; the documents, which would cost more than the counting, are announced like any other
change and composed once when their turn comes.

A round that fails or takes its process with it is taken apart: each event alone, and one that fails
alone five times is set aside, said on the status, and waits for somebody to mend the cause and let it
be tried again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from thidua.application.composing import document_row
from thidua.application.counting import counted_revisions
from thidua.application.counting import facts_of_reports
from thidua.application.counting import rollups_of_units
from thidua.application.host import Host
from thidua.application.ports import Outbox
from thidua.application.ports import UnitOfWork
from thidua.application.rounds import Taken
from thidua.application.rounds import take_round
from thidua.application.rows import OutboxRow
from thidua.application.rows import PeriodRow

__all__ = ["Drained", "drain", "drain_round", "note_work", "refresh_expired", "try_again"]

#: How many events are tried one by one before the next round of the others.
_ONE_BY_ONE = 50

#: A document: campaign and period.
_Key = tuple[str, str]


class Drained(NamedTuple):
    """What one round did: how many events it applied, and whether it left a backlog behind."""

    applied: int
    leaves_more: bool


def drain(host: Host, *, limit: int = 500) -> int:
    """Apply waiting events in one transaction; returns how many, see :func:`drain_round`."""
    return drain_round(host, limit=limit).applied


def drain_round(host: Host, *, limit: int = 500) -> Drained:
    """Apply waiting events in one transaction.

    Args:
        host: the ports.
        limit: most events taken at once; with as many waiting it is a backlog, of which one part of
            the units is taken.

    Returns:
        Nothing applied when nothing waits that another drain does not hold.
    """
    with host.work.glancing() as work:
        pending = work.outbox.pending()
    together = Taken()
    if pending.together:
        together = _take_together(host, limit, is_backlog=pending.together >= limit)
    # After the others: what may end this process must hold up nobody.
    alone = _take_alone(host) if pending.alone or together.has_set_apart else Drained(0, leaves_more=False)
    leaves_more = alone.leaves_more or together.has_set_apart or (pending.together >= limit and together.applied > 0)
    return Drained(together.applied + alone.applied, leaves_more=leaves_more)


def try_again(host: Host) -> int:
    """Let changes that were set aside be counted anew; returns how many."""
    with host.work.writing() as work:
        changes = work.outbox.try_again()
        work.commit()
    host.bell.ring()
    return changes


def _take_together(host: Host, limit: int, *, is_backlog: bool) -> Taken:
    return take_round(
        host,
        lambda outbox: outbox.claim_part(limit) if is_backlog else outbox.claim(limit),
        partial(_apply, host, composes=not is_backlog),
        alone=False,
    )


def _take_alone(host: Host) -> Drained:
    """Try some events each in a transaction of its own, those least often tried first."""
    with host.work.glancing() as work:
        found = work.outbox.alone(_ONE_BY_ONE)
    # Documents apart: one that cannot be composed is no report's fault.
    apply = partial(_apply, host, composes=False)
    taken = [take_round(host, partial(_claim_one, change), apply, alone=True) for change in found]
    applied = sum(one.applied for one in taken)
    return Drained(applied, leaves_more=any(one.applied or one.has_set_apart for one in taken))


def _claim_one(change: int, outbox: Outbox) -> Sequence[OutboxRow]:
    return outbox.claim_one(change)


def _apply(host: Host, work: UnitOfWork, claimed: Sequence[OutboxRow], *, composes: bool) -> None:
    """Count what was claimed and mark it applied; documents that are not composed now are announced."""
    touched = _count(host, work, [row for row in claimed if row.report_id is not None])
    changed = {(row.campaign_code, row.period_code) for row in claimed if row.report_id is None}
    if composes:
        changed |= touched
    else:
        work.outbox.announce_documents(sorted(touched - changed))
    _compose(host, work, changed)
    work.outbox.mark_applied((row.id for row in claimed), host.clock.now())


def refresh_expired(host: Host) -> int:
    """Recompute the documents that time alone has changed: a deadline passed with nothing filed.

    Returns:
        The number of documents replaced.
    """
    with host.work.glancing() as work:
        expired = work.statuses.expired(host.clock.now())
    if not expired:
        return 0
    with host.work.writing() as work:
        _compose(host, work, expired)
        work.commit()
    return len(expired)


def note_work(host: Host, worker: str) -> None:
    """Record that a worker's task did its work, which is how a deaf worker is told from a live one."""
    with host.work.writing() as work:
        work.outbox.note_work(worker, host.clock.now())
        work.commit()


def _count(host: Host, work: UnitOfWork, events: Iterable[OutboxRow]) -> set[_Key]:
    """Replace facts, cells and sums that some reports' events touch; returns the documents they show in."""
    by_campaign: dict[str, list[OutboxRow]] = defaultdict(list)
    for event in events:
        # A campaign in quarantine waits as it is; its reports stay readable.
        if event.campaign_code in host.catalogue.campaigns:
            by_campaign[event.campaign_code].append(event)
    documents: set[_Key] = set()
    for campaign_code in sorted(by_campaign):
        work.rollups.lock(campaign_code, {event.unit_code for event in by_campaign[campaign_code]})
    for campaign_code, mine in sorted(by_campaign.items()):
        periods = _count_in(host, work, campaign_code, {event.report_id or 0: event.period_code for event in mine})
        documents |= {(campaign_code, period.code) for period in periods}
    return documents


def _count_in(host: Host, work: UnitOfWork, campaign_code: str, touched: Mapping[int, str]) -> list[PeriodRow]:
    """Count some reports of one campaign, by id with their period; returns the periods they show in."""
    opened = work.campaigns.periods(campaign_code)
    ordinals = {(period.campaign_code, period.code): period.ordinal for period in opened}
    first = min(ordinals[campaign_code, period_code] for period_code in touched.values())
    periods = [row for row in opened if row.ordinal >= first]
    reports = work.reports.get_many(touched)
    payloads = work.reports.payloads(
        [(report.id, number) for report in reports for number in counted_revisions(report)]
    )
    facts = facts_of_reports(host, reports, payloads, ordinals)
    units = {report.unit_code for report in reports}
    # What the units said in their other reports is as stored; these reports' facts are at hand.
    known = [*work.facts.of_units(campaign_code, units, besides=touched), *facts]
    rollups = rollups_of_units(host, host.catalogue.campaign(campaign_code), periods, known)
    work.rollups.replace(campaign_code, [period.code for period in periods], units, rollups)
    work.facts.replace(touched, facts)
    return periods


def _compose(host: Host, work: UnitOfWork, documents: Iterable[_Key]) -> None:
    """Replace documents, those of campaigns in quarantine left out."""
    keys = sorted(key for key in documents if key[0] in host.catalogue.campaigns)
    work.statuses.lock(keys)
    now = host.clock.now()
    for campaign_code, period_code in keys:
        work.statuses.put(document_row(host, work, campaign_code, period_code, now))
