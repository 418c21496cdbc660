"""Recompute everything from the ledger and compare it with what is stored.

Reads only. The comparison is made on one snapshot of the database; units whose changes still
wait to be taken in are left out and counted, because they differ rightly.
"""

from __future__ import annotations

from collections import Counter
from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass
from operator import itemgetter

from thidua.application.composing import compose_document
from thidua.application.counting import facts_of
from thidua.application.counting import rollups_of_units
from thidua.application.host import Host
from thidua.application.ports import UnitOfWork
from thidua.application.rows import DutyCount
from thidua.application.rows import PeriodRow
from thidua.application.rows import ReportFacts
from thidua.application.rows import RollupTotal
from thidua.application.rows import UnitRollup
from thidua.application.verifying_ledgers import broken_ledgers
from thidua.application.verifying_ledgers import broken_obligations
from thidua.domain.reports import Report
from thidua.domain.rollups import Cell
from thidua.domain.rollups import Sums
from thidua.domain.rollups import add_cells
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
            filed = _all_reports(work, row.code)
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
            if not waiting:
                for period in periods:
                    documents += 1
                    mine = [each for each in rollups if each.period_code == period.code]
                    differences += _compare_sums(work, campaign, period, mine)
                    differences += _compare_document(host, work, campaign, period, mine)
    return Verification(reports, facts, cells, documents, waiting_units, tuple(differences))


def _all_reports(work: UnitOfWork, campaign_code: str) -> list[Report]:
    reports: list[Report] = []
    while page := work.reports.list(
        unit_codes=None, campaign_code=campaign_code, after_id=reports[-1].id if reports else 0, limit=_PAGE
    ):
        reports += page
    return reports


def _expected_facts(
    host: Host, work: UnitOfWork, reports: list[Report], periods: tuple[PeriodRow, ...]
) -> list[ReportFacts]:
    ordinals = {(period.campaign_code, period.code): period.ordinal for period in periods}
    facts: list[ReportFacts] = []
    for start in range(0, len(reports), _PAGE):
        page = reports[start : start + _PAGE]
        facts += facts_of(host, work.counted_filings.of_reports(report.id for report in page), ordinals)
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


def _compare_sums(work: UnitOfWork, campaign: Campaign, period: PeriodRow, rollups: list[UnitRollup]) -> list[str]:
    """Compare the sums of each part of the units."""
    expected: dict[int, Sums] = defaultdict(dict)
    for row in rollups:
        add_cells(expected[shard_of(row.unit_code)], row.unit_type, row.cells)
    stored = work.rollups.sums(campaign.code, period.code)
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
    rollups: list[UnitRollup],
) -> list[str]:
    """Compose the document from recomputed cells as of the stored one's moment, and compare digests."""
    stored = work.statuses.get(campaign.code, period.code)
    if stored is None:
        return [f"tình hình {period.code}: chưa có"]
    types = {
        each.obligation.unit_code: each.obligation.unit_type
        for each in work.campaigns.roster(campaign.code, period.code)
    }
    row = compose_document(
        host,
        work,
        campaign.code,
        period.code,
        stored.computed_at,
        totals=_totals(rollups),
        duty_counts=lambda exempt: _counted(rollups, types, exempt),
    )
    if row.digest == stored.digest:
        return []
    parts = sorted(
        key
        for key in row.document.keys() | stored.document.keys()
        if key not in {"digest", "computed_at"} and row.document.get(key) != stored.document.get(key)
    )
    return [f"tình hình {period.code}: khác ở {', '.join(parts) or 'mã băm'}"]


def _counted(rollups: Iterable[UnitRollup], types: Mapping[str, str], exempt: frozenset[str]) -> list[DutyCount]:
    counts = Counter(
        (duty, types[row.unit_code], state)
        for row in rollups
        if row.unit_code in types and row.unit_code not in exempt
        for duty, state in row.duties.items()
    )
    return [DutyCount(*key, number) for key, number in sorted(counts.items())]


def _totals(rollups: Iterable[UnitRollup]) -> list[RollupTotal]:
    sums: Sums = {}
    for row in rollups:
        add_cells(sums, row.unit_type, row.cells)
    found = (
        (unit_type, form, *parts_of(key), Cell(*cell))
        for unit_type, by_form in sums.items()
        for form, by_key in by_form.items()
        for key, cell in by_key.items()
    )
    return [RollupTotal(*each) for each in sorted(found, key=itemgetter(0, 1, 2, 3))]
