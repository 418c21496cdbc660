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
from datetime import datetime
from functools import partial
from typing import NamedTuple

from thidua.application.derived.composing import document_row
from thidua.application.derived.taking_in import judge_units
from thidua.application.derived.taking_in import opened_periods
from thidua.application.derived.taking_in import take_in
from thidua.application.periods.rounds import Taken
from thidua.application.periods.rounds import take_round
from thidua.application.ports.host import Host
from thidua.application.ports.rows import OutboxRow
from thidua.application.ports.rows import PeriodRow
from thidua.application.ports.unit_of_work import Outbox
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.years.pinning import keep_pins
from thidua.application.years.seen import as_serving

__all__ = ["Drained", "drain", "drain_round", "note_work", "refresh_expired", "try_again"]

#: How many events are tried one by one before the next round of the others.
_ONE_BY_ONE = 50
#: How many units that time moved are judged in one transaction.
_TURNED_AT_ONCE = 2000

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
    host, began = as_serving(host, work), host.clock.now()
    events: dict[str, list[OutboxRow]] = defaultdict(list)
    for row in claimed:
        if not row.is_of_document and row.campaign_code in host.catalogue.campaigns:
            events[row.campaign_code].append(row)
    for campaign_code, mine in sorted(events.items()):
        work.shards.lock(campaign_code, {row.unit_code for row in mine})
    opened = _countable(host, work, {row.campaign_code for row in claimed})
    touched, left = _count(host, work, events, opened, began)
    changed = {
        (row.campaign_code, row.period_code) for row in claimed if row.is_of_document and row.campaign_code in opened
    }
    if composes:
        changed |= touched
    else:
        work.outbox.announce_documents(sorted(touched - changed))
    _compose(host, work, changed, began)
    # A campaign that does not serve waits as it is; its reports stay readable. So does what only a newer release knows.
    kept = [row.id for row in claimed if row.campaign_code not in opened or (row.campaign_code, row.unit_code) in left]
    work.outbox.mark_applied({row.id for row in claimed}.difference(kept), host.clock.now())
    if kept:
        work.outbox.keep(kept)


def refresh_expired(host: Host) -> int:
    """Judge the units that time alone has moved, a deadline passed with nothing filed, and recompute the documents.

    Returns:
        The number of documents replaced.
    """
    keep_pins(host)
    _let_go(host)
    replaced = 0
    while True:
        now = host.clock.now()
        with host.work.glancing() as work:
            host = as_serving(host, work)
            serving = sorted(_countable(host, work, host.catalogue.campaigns))
            turned = work.unit_filings.turned(serving, now, at_most=_TURNED_AT_ONCE)
            expired = [key for key in work.statuses.expired(now) if key[0] in serving]
        if not (turned or expired):
            return replaced
        with host.work.writing() as work:
            moved = _judge(host, work, turned, now)
            _compose(host, work, moved | set(expired), now)
            work.commit()
        replaced += len(moved | set(expired))
        if len(turned) < _TURNED_AT_ONCE:
            return replaced


def _let_go(host: Host) -> None:
    """Count what was kept of campaigns whose plugin serves again."""
    with host.work.glancing() as work:
        host = as_serving(host, work)
        if not work.outbox.has_kept(host.catalogue.campaigns):
            return
        serving = _countable(host, work, host.catalogue.campaigns)
    with host.work.writing() as work:
        work.outbox.let_go(serving)
        work.commit()
    host.bell.ring()


def _judge(host: Host, work: UnitOfWork, turned: Iterable[tuple[str, str, str]], now: datetime) -> set[_Key]:
    """Judge units, by campaign, period and unit; returns the documents they show in."""
    moved: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for campaign_code, period_code, unit_code in turned:
        moved[campaign_code][period_code].append(unit_code)
    for campaign_code in sorted(moved):
        work.shards.lock(campaign_code, {unit for units in moved[campaign_code].values() for unit in units})
    for campaign_code, by_period in moved.items():
        for period_code, units in by_period.items():
            judge_units(host, work, campaign_code, [period_code], units, now)
            work.shards.sum_up(campaign_code, [period_code], units)
    return {(campaign_code, period_code) for campaign_code in moved for period_code in moved[campaign_code]}


def note_work(host: Host, worker: str) -> None:
    """Record that a worker's task did its work, which is how a deaf worker is told from a live one."""
    with host.work.writing() as work:
        work.outbox.note_work(worker, host.clock.now())
        work.commit()


def _countable(host: Host, work: UnitOfWork, campaign_codes: Iterable[str]) -> dict[str, Sequence[PeriodRow]]:
    """Return the opened periods of each campaign of some that this process can count."""
    found = ((code, opened_periods(host, work, code)) for code in sorted(campaign_codes))
    return {code: opened for code, opened in found if opened is not None}


def _count(
    host: Host,
    work: UnitOfWork,
    events: Mapping[str, Sequence[OutboxRow]],
    opened: Mapping[str, Sequence[PeriodRow]],
    now: datetime,
) -> tuple[set[_Key], set[tuple[str, str]]]:
    """Replace what some changes of reports and obligations touch, by campaign; their parts are locked.

    Returns:
        The documents they show in, and campaign and unit of those left to a newer release.
    """
    touched: set[_Key] = set()
    left: set[tuple[str, str]] = set()
    for campaign_code in sorted(events.keys() & opened.keys()):
        mine = events[campaign_code]
        taken = take_in(host, work, campaign_code, mine, now, opened[campaign_code])
        touched.update((campaign_code, period.code) for period in taken.periods)
        left.update((campaign_code, unit_code) for unit_code in taken.left)
    return touched, left


def _compose(host: Host, work: UnitOfWork, documents: Iterable[_Key], began: datetime) -> None:
    """Replace documents of campaigns that can be counted."""
    keys = sorted(documents)
    work.statuses.lock(keys)
    for campaign_code, period_code in keys:
        # After the lock: later than whatever the document will hold.
        now = host.clock.now()
        work.statuses.put(document_row(host, work, campaign_code, period_code, now, began=began))
