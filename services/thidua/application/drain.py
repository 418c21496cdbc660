"""Take filed changes into the status: recompute what they touched and replace it.

The order inside the transaction is what makes any order, repetition or crash harmless: claim the
events, lock the parts in which their units are summed, and only then read the reports, so that
whatever was committed before the lock is seen; then lock the documents, and only then read the sums.
Facts, cells, sums and documents are replaced, never incremented, and the events are marked applied
by the same commit.

A backlog is taken part by part of the units, each unit's reports together, by as many workers as
there are; the documents, which would cost more than the counting, are announced like any other
change and composed once when their turn comes.

A round that fails is taken apart: each event alone, and one that fails alone five times is set aside,
said on the status, and waits for somebody to mend the cause and let it be tried again.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import NamedTuple

from thidua.application.composing import document_row
from thidua.application.counting import facts_of
from thidua.application.counting import rollups_of_units
from thidua.application.host import Host
from thidua.application.ports import UnitOfWork
from thidua.application.rows import OutboxRow
from thidua.application.rows import PeriodRow
from thidua.domain.errors import UnavailableError

__all__ = ["Drained", "drain", "drain_round", "note_work", "refresh_expired", "try_again"]

#: How many events of a failed round are tried one by one before the next round.
_ONE_BY_ONE = 50

_log = logging.getLogger(__name__)

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
        waiting = work.outbox.waiting()
    if not waiting:
        return Drained(0, leaves_more=False)
    try:
        return _take_round(host, limit, is_backlog=waiting >= limit)
    except UnavailableError:
        raise
    except Exception:  # noqa: BLE001  whatever one report makes fail must not hold up the others
        _log.exception("a round of counting failed; what waits is tried one by one")
    return _take_one_by_one(host)


def try_again(host: Host) -> int:
    """Let changes that were set aside be counted anew; returns how many."""
    with host.work.writing() as work:
        changes = work.outbox.try_again()
        work.commit()
    host.bell.ring()
    return changes


def _take_round(host: Host, limit: int, *, is_backlog: bool) -> Drained:
    with host.work.writing() as work:
        claimed = work.outbox.claim_part(limit) if is_backlog else work.outbox.claim(limit)
        if not claimed:
            return Drained(0, leaves_more=False)
        _apply(host, work, claimed, composes=not is_backlog)
        work.commit()
    return Drained(len(claimed), leaves_more=is_backlog)


def _take_one_by_one(host: Host) -> Drained:
    """Apply some waiting events each in a transaction of its own; one that fails is counted as tried."""
    with host.work.glancing() as work:
        waiting = work.outbox.oldest(_ONE_BY_ONE)
    applied = 0
    for event in waiting:
        try:
            with host.work.writing() as work:
                claimed = work.outbox.claim_one(event.id)
                if claimed is None:
                    continue
                # Documents apart: one that cannot be composed is no report's fault.
                _apply(host, work, [claimed], composes=False)
                work.commit()
            applied += 1
        except UnavailableError:
            raise
        except Exception:  # noqa: BLE001  the same: the next event is another report's
            _log.exception("change %s cannot be counted, attempt %s", event.id, event.attempts + 1)
            with host.work.writing() as work:
                work.outbox.note_failure(event.id)
                work.commit()
    return Drained(applied, leaves_more=True)


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
    filings = work.counted_filings.of_reports(touched)
    facts = facts_of(host, filings, ordinals)
    units = {filing.unit_code for filing in filings}
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
