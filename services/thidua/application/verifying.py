"""Recompute everything from the ledger and compare it with what is stored.

Reads only. The comparison is made on one snapshot of the database; units whose changes still
wait to be taken in are left out and counted, because they differ rightly.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass

from thidua.application.drain import compose_document
from thidua.application.drain import counted_revisions
from thidua.application.drain import facts_of_reports
from thidua.application.drain import rollups_of_units
from thidua.application.host import Host
from thidua.application.ports import UnitOfWork
from thidua.application.rows import DutyCount
from thidua.application.rows import DutyRow
from thidua.application.rows import FactRow
from thidua.application.rows import PeriodRow
from thidua.application.rows import RollupRow
from thidua.application.rows import RollupTotal
from thidua.application.verifying_ledgers import broken_ledgers
from thidua.application.verifying_ledgers import broken_obligations
from thidua.domain.reports import Report
from thidua.domain.rollups import Cell
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
            facts += len(expected)
            differences += _compare(
                "số liệu",
                {_fact_key(fact): (fact.value, fact.filed, fact.accepted) for fact in expected},
                {_fact_key(fact): (fact.value, fact.filed, fact.accepted) for fact in stored},
                waiting,
            )
            rollups, duties = rollups_of_units(host, campaign, periods, expected)
            cells += len(rollups)
            differences += _compare_rollups(work, campaign, periods, rollups, duties, waiting)
            if not waiting:
                for period in periods:
                    documents += 1
                    differences += _compare_document(host, work, campaign, period, rollups, duties)
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
) -> list[FactRow]:
    ordinals = {(period.campaign_code, period.code): period.ordinal for period in periods}
    facts: list[FactRow] = []
    for start in range(0, len(reports), _PAGE):
        page = reports[start : start + _PAGE]
        payloads = work.reports.payloads(
            [(report.id, number) for report in page for number in counted_revisions(report)]
        )
        facts += facts_of_reports(host, page, payloads, ordinals)
    return facts


def _fact_key(fact: FactRow) -> tuple[str, ...]:
    return fact.unit_code, fact.period_code, fact.form_code, fact.field, fact.part, str(fact.revision)


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
    rollups: list[RollupRow],
    duties: list[DutyRow],
    waiting: frozenset[str],
) -> list[str]:
    differences: list[str] = []
    for period in periods:
        mine = [row for row in rollups if row.period_code == period.code]
        stored_cells = work.rollups.cells(campaign.code, period.code)
        differences += _compare(
            f"ô tổng hợp {period.code}",
            {(row.unit_code, row.form_code, row.field, row.part): row.cell for row in mine},
            {(row.unit_code, row.form_code, row.field, row.part): row.cell for row in stored_cells},
            waiting,
        )
        own_duties = [row for row in duties if row.period_code == period.code]
        stored_duties = work.rollups.duties(campaign.code, period.code)
        differences += _compare(
            f"nhiệm vụ {period.code}",
            {(row.unit_code, row.duty): row.state for row in own_duties},
            {(row.unit_code, row.duty): row.state for row in stored_duties},
            waiting,
        )
    return differences


def _compare_document(
    host: Host,
    work: UnitOfWork,
    campaign: Campaign,
    period: PeriodRow,
    rollups: list[RollupRow],
    duties: list[DutyRow],
) -> list[str]:
    """Compose the document from recomputed cells as of the stored one's moment, and compare digests."""
    stored = work.statuses.get(campaign.code, period.code)
    if stored is None:
        return [f"tình hình {period.code}: chưa có"]
    mine = [row for row in rollups if row.period_code == period.code]
    own_duties = [duty for duty in duties if duty.period_code == period.code]
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
        totals=_totals(mine),
        duty_counts=lambda exempt: _counted(own_duties, types, exempt),
    )
    if row.digest == stored.digest:
        return []
    parts = sorted(
        key
        for key in row.document.keys() | stored.document.keys()
        if key not in {"digest", "computed_at"} and row.document.get(key) != stored.document.get(key)
    )
    return [f"tình hình {period.code}: khác ở {', '.join(parts) or 'mã băm'}"]


def _counted(duties: Iterable[DutyRow], types: Mapping[str, str], exempt: frozenset[str]) -> list[DutyCount]:
    counts = Counter(
        (duty.duty, types[duty.unit_code], duty.state)
        for duty in duties
        if duty.unit_code in types and duty.unit_code not in exempt
    )
    return [DutyCount(*key, number) for key, number in sorted(counts.items())]


def _totals(rows: Iterable[RollupRow]) -> list[RollupTotal]:
    sums: dict[tuple[str, str, str, str], Cell] = {}
    for row in rows:
        key = row.unit_type, row.form_code, row.field, row.part
        sums[key] = _plus(sums[key], row.cell) if key in sums else row.cell
    return [RollupTotal(*key, cell) for key, cell in sorted(sums.items(), key=lambda entry: entry[0])]


def _plus(left: Cell, right: Cell) -> Cell:
    def plus(one: int | None, other: int | None) -> int | None:
        return other if one is None else one if other is None else one + other

    return Cell(
        filed=plus(left.filed, right.filed),
        accepted=plus(left.accepted, right.accepted),
        filed_cumulative=plus(left.filed_cumulative, right.filed_cumulative),
        accepted_cumulative=plus(left.accepted_cumulative, right.accepted_cumulative),
    )
