"""Recompute everything from the ledger and compare it with what is stored.

Reads only. The comparison is made on one snapshot of the database; units whose changes still
wait to be taken in are left out and counted, because they differ rightly.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass

from thidua.application.composing import compose_document
from thidua.application.composing import entered_statistics
from thidua.application.composing import statistics_forms
from thidua.application.counting import counted_revisions
from thidua.application.counting import facts_of_reports
from thidua.application.counting import rollups_of_units
from thidua.application.host import Host
from thidua.application.judging import judged
from thidua.application.ports import UnitOfWork
from thidua.application.reports_read import reports_of
from thidua.application.rows import PeriodRow
from thidua.application.rows import ReportFacts
from thidua.application.rows import UnitFiling
from thidua.application.rows import UnitRollup
from thidua.application.shard_sums import KeptCells
from thidua.application.shard_sums import KeptFiling
from thidua.application.shard_sums import ShardSums
from thidua.application.shard_sums import kept_filing
from thidua.application.shard_sums import sum_shard
from thidua.application.status_document import HOW_IT_WAS_COMPUTED
from thidua.application.verifying_ledgers import broken_ledgers
from thidua.application.verifying_ledgers import broken_obligations
from thidua.domain.reports import Report
from thidua.domain.rollups import parts_of
from thidua.domain.rollups import shard_of
from thidua_sdk import Campaign

__all__ = ["Verification", "verify"]

_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Verification:
    """What was compared and what differs; ``waiting`` counts units left out."""

    reports: int
    facts: int
    cells: int
    documents: int
    waiting: int
    differences: tuple[str, ...]


def verify(host: Host) -> Verification:
    """Compare what is stored with a recomputation from the ledger.

    Chains are checked first, then what reports and obligations say of themselves against their
    chains, then facts, cells, duty states and documents against the payloads.
    """
    differences: list[str] = []
    reports = facts = cells = documents = waiting_units = 0
    with host.work.reading() as work:
        for row in work.campaigns.all():
            if row.code not in host.catalogue.campaigns:
                differences.append(f"{row.code}: phần mở rộng của đợt này đang bị cách ly, không kiểm tra được")
                continue
            campaign = host.catalogue.campaign(row.code)
            periods = work.campaigns.periods(row.code)
            waiting = work.outbox.waiting_units(row.code)
            waiting_units += len(waiting)
            filed = reports_of(work, row.code)
            reports += len(filed)
            differences += broken_ledgers(work, filed)
            differences += broken_obligations(host, work, periods)
            expected = _expected_facts(host, work, filed, periods)
            stored = work.facts.of_units(row.code, {report.unit_code for report in filed})
            facts += sum(len(fact.numbers) for fact in expected)
            differences += _compare("số liệu", _facts_in(expected), _facts_in(stored), waiting)
            rollups = rollups_of_units(host, campaign, periods, expected)
            cells += sum(len(by_key) for each in rollups for by_key in each.cells.values())
            differences += _compare_rollups(work, campaign, periods, rollups, waiting)
            filings = _expected_filings(host, work, campaign, periods, differences, waiting)
            if not waiting:
                for period in periods:
                    documents += 1
                    shards = _expected_shards(rollups, filings, period.code)
                    differences += _compare_sums(work, campaign, period, shards)
                    differences += _compare_document(host, work, campaign, period, shards)
    return Verification(reports, facts, cells, documents, waiting_units, tuple(differences))


def _expected_facts(
    host: Host, work: UnitOfWork, reports: tuple[Report, ...], periods: tuple[PeriodRow, ...]
) -> list[ReportFacts]:
    ordinals = {(period.campaign_code, period.code): period.ordinal for period in periods}
    facts: list[ReportFacts] = []
    for start in range(0, len(reports), _PAGE):
        page = reports[start : start + _PAGE]
        payloads = work.reports.payloads(
            [(report.id, number) for report in page for number in counted_revisions(report)]
        )
        facts += facts_of_reports(host, page, payloads, ordinals)
    return facts


def _facts_in(facts: Iterable[ReportFacts]) -> dict[tuple[str, ...], object]:
    """Spread numbers out, each by where it comes from."""
    return {
        (fact.unit_code, fact.period_code, fact.form_code, *parts_of(key), str(fact.revision)): (
            value,
            fact.filed,
            fact.accepted,
        )
        for fact in facts
        for key, value in fact.numbers.items()
    }


def _compare(
    what: str,
    expected: Mapping[tuple[str, ...], object],
    stored: Mapping[tuple[str, ...], object],
    waiting: frozenset[str],
) -> list[str]:
    """List where two tables keyed by (unit, …) differ, units with waiting changes left out."""
    return [
        f"{what} {' / '.join(filter(None, key))}: đang lưu {stored.get(key)}, tính lại được {expected.get(key)}"
        for key in sorted(expected.keys() | stored.keys())
        if key[0] not in waiting and expected.get(key) != stored.get(key)
    ]


def _compare_rollups(
    work: UnitOfWork,
    campaign: Campaign,
    periods: Iterable[PeriodRow],
    rollups: list[UnitRollup],
    waiting: frozenset[str],
) -> list[str]:
    differences: list[str] = []
    for period in periods:
        mine = [row for row in rollups if row.period_code == period.code]
        stored = work.rollups.of_period(campaign.code, period.code)
        for what, spread in (("ô tổng hợp", _cells_in), ("nhiệm vụ", _duties_in)):
            differences += _compare(f"{what} {period.code}", spread(mine), spread(stored), waiting)
    return differences


def _cells_in(rollups: Iterable[UnitRollup]) -> dict[tuple[str, ...], object]:
    return {
        (row.unit_code, form, *parts_of(key)): (row.unit_type, tuple(cell))
        for row in rollups
        for form, by_key in row.cells.items()
        for key, cell in by_key.items()
    }


def _duties_in(rollups: Iterable[UnitRollup]) -> dict[tuple[str, ...], object]:
    return {(row.unit_code, duty): state for row in rollups for duty, state in row.duties.items()}


def _expected_filings(
    host: Host,
    work: UnitOfWork,
    campaign: Campaign,
    periods: Iterable[PeriodRow],
    differences: list[str],
    waiting: frozenset[str],
) -> list[UnitFiling]:
    """Judge every unit as of the moment at which it was judged, and list where that differs from what is stored."""
    expected: list[UnitFiling] = []
    for period in periods:
        stored = {row.unit_code: row for row in work.unit_filings.of_period(campaign.code, period.code)}
        roster = work.campaigns.roster(campaign.code, period.code)
        for row in roster:
            kept = stored.pop(row.obligation.unit_code, None)
            moment = kept.judged_at if kept else host.clock.now()
            [found] = judged([row], now=moment, due_soon_days=campaign.due_soon_days)
            expected.append(found)
            if found != kept and found.unit_code not in waiting:
                differences.append(f"tình trạng nộp {period.code} / {found.unit_code}: khác với sổ báo cáo")
        differences += [
            f"tình trạng nộp {period.code} / {code}: đơn vị không có trong danh sách"
            for code in sorted(stored.keys() - waiting)
        ]
    return expected


def _expected_shards(
    rollups: Iterable[UnitRollup], filings: Iterable[UnitFiling], period_code: str
) -> dict[int, ShardSums]:
    """Sum one period's units by part."""
    cells: dict[int, list[KeptCells]] = defaultdict(list)
    for row in rollups:
        if row.period_code == period_code:
            cells[shard_of(row.unit_code)].append(KeptCells(*row[2:]))
    kept: dict[int, list[KeptFiling]] = defaultdict(list)
    for filing in filings:
        if filing.period_code == period_code:
            kept[shard_of(filing.unit_code)].append(kept_filing(filing))
    return {part: sum_shard(cells[part], kept[part]) for part in {*cells, *kept}}


def _compare_sums(
    work: UnitOfWork, campaign: Campaign, period: PeriodRow, expected: Mapping[int, ShardSums]
) -> list[str]:
    """Compare the sums of each part of the units."""
    stored = work.shards.of_period(campaign.code, period.code)
    return [
        f"tổng của phần {part}, kỳ {period.code}: khác với tổng của các đơn vị"
        for part in sorted(expected.keys() | stored.keys())
        if expected.get(part) != stored.get(part)
    ]


def _compare_document(
    host: Host,
    work: UnitOfWork,
    campaign: Campaign,
    period: PeriodRow,
    shards: Mapping[int, ShardSums],
) -> list[str]:
    """Compose the document from recomputed sums as of the stored one's moment, and compare digests."""
    stored = work.statuses.get(campaign.code, period.code)
    if stored is None:
        return [f"tình hình {period.code}: chưa có"]
    if stored.valid_until is not None and stored.valid_until <= stored.computed_at:
        # A unit's time passed while it was composed; it is due to be composed again.
        return []
    roster = work.campaigns.roster(campaign.code, period.code, forms=statistics_forms(campaign))
    opened = work.campaigns.get(campaign.code)
    row = compose_document(
        host,
        campaign,
        period.code,
        stored.computed_at,
        shards=shards,
        statistics=entered_statistics(campaign, roster, work.reports.payloads),
        is_closed=opened is not None and opened.closed_at is not None,
    )
    if row.digest == stored.digest:
        return []
    parts = sorted(
        key
        for key in row.document.keys() | stored.document.keys()
        if key not in HOW_IT_WAS_COMPUTED and row.document.get(key) != stored.document.get(key)
    )
    return [f"tình hình {period.code}: khác ở {', '.join(parts) or 'mã băm'}"]
