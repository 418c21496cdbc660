"""Recompute everything from the ledger and compare it with what is stored.

Reads only. Units are compared some at a time, each time on one snapshot of the database, with the ledger
and the payloads; then each period's sums and document with what is kept of its units. So a check of any
size holds no snapshot for long and little in memory. Units whose changes still wait to be taken in are
left out and counted, because they differ rightly.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass

from thidua.application.background.verifying_ledgers import broken_ledgers
from thidua.application.background.verifying_ledgers import broken_obligations
from thidua.application.derived.composing import closed_by_now
from thidua.application.derived.composing import compose_document
from thidua.application.derived.composing import entered_statistics
from thidua.application.derived.composing import statistics_forms
from thidua.application.derived.counting import ceased_units
from thidua.application.derived.counting import facts_of
from thidua.application.derived.counting import rollups_of_units
from thidua.application.derived.judging import judged
from thidua.application.derived.status_document import HOW_IT_WAS_COMPUTED
from thidua.application.ports.host import Host
from thidua.application.ports.rows import PeriodRow
from thidua.application.ports.rows import ReportFacts
from thidua.application.ports.rows import UnitRollup
from thidua.application.ports.rows import accepted_duty
from thidua.application.ports.shard_sums import KeptCells
from thidua.application.ports.shard_sums import KeptFiling
from thidua.application.ports.shard_sums import ShardSums
from thidua.application.ports.shard_sums import kept_filing
from thidua.application.ports.shard_sums import sum_shard
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.reports.reports_read import reports_of
from thidua.application.years.seen import as_serving
from thidua.application.years.standing import Standing
from thidua.application.years.standing import standings
from thidua.domain.cell_sums import shard_of
from thidua.domain.reports import Report
from thidua.domain.rollups import parts_of
from thidua_sdk import Campaign

__all__ = ["Verification", "quarantined_campaigns", "verify", "verify_document", "verify_units"]

_PAGE = 1000
#: Why a plugin does not serve.
_STOPPED = {
    Standing.GONE: "phần mở rộng đã gỡ",
    Standing.QUARANTINED: "phần mở rộng đang bị cách ly",
    Standing.CHANGED: "phần mở rộng khác bản đã khóa",
}
#: Units compared on one snapshot.
_UNITS_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Verification:
    """What was compared and what differs; ``waiting`` counts units left out.

    ``unverified`` says of which closed years the figures were not compared, and why: nothing is wrong with them.
    """

    reports: int = 0
    facts: int = 0
    cells: int = 0
    documents: int = 0
    waiting: int = 0
    differences: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()

    def __add__(self, other: Verification) -> Verification:
        return Verification(
            self.reports + other.reports,
            self.facts + other.facts,
            self.cells + other.cells,
            self.documents + other.documents,
            self.waiting + other.waiting,
            self.differences + other.differences,
            self.unverified + other.unverified,
        )


def verify(host: Host) -> Verification:
    """Compare all that is stored with a recomputation from the ledger.

    Of campaigns whose plugin does not serve the chains and payloads are checked, which need no plugin.
    """
    found = quarantined_campaigns(host)
    with host.work.reading() as work:
        serving = as_serving(host, work).catalogue.campaigns
        campaigns = [row.code for row in work.campaigns.all() if row.code in serving]
        units = {code: work.derived_units.codes(code) for code in campaigns}
        periods = {code: work.campaigns.periods(code) for code in campaigns}
    for code in campaigns:
        for start in range(0, len(units[code]), _UNITS_AT_ONCE):
            found += verify_units(host, code, units[code][start : start + _UNITS_AT_ONCE])
        for period in periods[code]:
            found += verify_document(host, code, period.code)
    return found


def quarantined_campaigns(host: Host) -> Verification:
    """Check the ledger of opened campaigns whose plugin does not serve, and say that figures are not compared.

    Figures are recomputed by the plugin's own rules, which no pin holds. That is amiss in a campaign
    under way; a closed one whose plugin was removed is as it should be.
    """
    found = Verification()
    with host.work.reading() as work:
        stopped = [each for each in standings(host, work).values() if not each.standing.serves]
        units = {each.campaign.code: work.derived_units.codes(each.campaign.code) for each in stopped}
    for each in stopped:
        code = each.campaign.code
        said = (f"{code}: {_STOPPED.get(each.standing, 'bản khóa bị hỏng')} nên chưa so được số liệu",)
        is_right = each.campaign.closed_at is not None and each.standing is not Standing.DAMAGED
        found += Verification(unverified=said) if is_right else Verification(differences=said)
        for start in range(0, len(units[code]), _UNITS_AT_ONCE):
            found += _verify_ledger(host, code, units[code][start : start + _UNITS_AT_ONCE])
    return found


def _verify_ledger(host: Host, campaign_code: str, unit_codes: Sequence[str]) -> Verification:
    with host.work.reading() as work:
        filed = reports_of(work, campaign_code, unit_codes)
        return Verification(reports=len(filed), differences=tuple(broken_ledgers(work, filed)))


def verify_units(host: Host, campaign_code: str, unit_codes: Sequence[str]) -> Verification:
    """Compare what is kept of some units of a campaign that serves with the ledger.

    Chains are checked first, then what reports and obligations say of themselves against their
    chains, then facts, cells, duty and filing states against payloads and entries.
    """
    campaign = host.catalogue.campaign(campaign_code)
    with host.work.reading() as work:
        periods = work.campaigns.periods(campaign_code)
        waiting = work.outbox.waiting_units(campaign_code).intersection(unit_codes)
        filed = reports_of(work, campaign_code, unit_codes)
        differences = broken_ledgers(work, filed)
        differences += broken_obligations(host, work, campaign_code, unit_codes)
        # What waits differs rightly, and what was set aside may end whoever counts it.
        counted = [report for report in filed if report.unit_code not in waiting]
        expected = _expected_facts(host, work, counted, periods)
        stored = work.facts.of_units(campaign_code, unit_codes)
        differences += _compare("số liệu", _facts_in(expected), _facts_in(stored), waiting)
        on_rosters = work.campaigns.on_rosters(campaign_code, [row.code for row in periods], unit_codes)
        rollups = rollups_of_units(host, campaign, periods, expected, ceased_units(campaign, periods, on_rosters))
        kept = work.rollups.of_units(campaign_code, unit_codes)
        for what, spread in (("ô tổng hợp", _cells_in), ("nhiệm vụ", _duties_in)):
            differences += _compare(what, spread(rollups), spread(kept), waiting)
        differences += _compare_filings(host, work, campaign, periods, unit_codes, waiting)
    return Verification(
        reports=len(filed),
        facts=sum(len(fact.numbers) for fact in expected),
        cells=sum(len(by_key) for each in rollups for by_key in each.cells.values()),
        waiting=len(waiting),
        differences=tuple(differences),
    )


def verify_document(host: Host, campaign_code: str, period_code: str) -> Verification:
    """Compare a period's sums and document with what is kept of its units.

    While changes of the campaign wait, sums may be ahead of the document, and neither is compared.
    """
    campaign = host.catalogue.campaign(campaign_code)
    with host.work.reading() as work:
        if work.outbox.waiting(campaign_code):
            return Verification()
        shards = _summed(work, campaign_code, period_code)
        stored = work.shards.of_period(campaign_code, period_code)
        differences = [
            f"tổng của phần {part}, kỳ {period_code}: khác với tổng của các đơn vị"
            for part in sorted(shards.keys() | stored.keys())
            if shards.get(part) != stored.get(part)
        ]
        differences += _compare_document(host, work, campaign, period_code, shards)
    return Verification(documents=1, differences=tuple(differences))


def _expected_facts(
    host: Host, work: UnitOfWork, reports: Sequence[Report], periods: tuple[PeriodRow, ...]
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


def _cells_in(rollups: Iterable[UnitRollup]) -> dict[tuple[str, ...], object]:
    return {
        (row.unit_code, row.period_code, form, *parts_of(key)): (row.unit_type, tuple(cell))
        for row in rollups
        for form, by_key in row.cells.items()
        for key, cell in by_key.items()
    }


def _duties_in(rollups: Iterable[UnitRollup]) -> dict[tuple[str, ...], object]:
    """Spread duties out, each with its states by what was filed and by what was accepted."""
    return {
        (row.unit_code, row.period_code, duty): (row.duties.get(duty), row.duties.get(accepted_duty(duty)))
        for row in rollups
        for duty in {name.partition("@")[0] for name in row.duties}
    }


def _compare_filings(
    host: Host,
    work: UnitOfWork,
    campaign: Campaign,
    periods: Iterable[PeriodRow],
    unit_codes: Sequence[str],
    waiting: frozenset[str],
) -> Iterator[str]:
    """Judge every unit again as of the moment at which it was judged."""
    stored = {(row.unit_code, row.period_code): row for row in work.unit_filings.of_units(campaign.code, unit_codes)}
    for row in work.campaigns.roster_of(campaign.code, [period.code for period in periods], unit_codes):
        place = row.obligation.unit_code, row.obligation.period_code
        kept = stored.pop(place, None)
        moment = kept.judged_at if kept else host.clock.now()
        [found] = judged([row], now=moment, due_soon_days=campaign.due_soon_days)
        if found != kept and place[0] not in waiting:
            yield f"tình trạng nộp {' / '.join(place)}: đang lưu khác với sổ báo cáo"
    for place in sorted(stored):
        if place[0] not in waiting:
            yield f"tình trạng nộp {' / '.join(place)}: đơn vị không có trong danh sách phải báo cáo"


def _summed(work: UnitOfWork, campaign_code: str, period_code: str) -> dict[int, ShardSums]:
    """Sum what is kept of one period's units by part."""
    cells: dict[int, list[KeptCells]] = defaultdict(list)
    for unit in work.rollups.of_period(campaign_code, period_code):
        cells[shard_of(unit.unit_code)].append(KeptCells(*unit[2:]))
    filings: dict[int, list[KeptFiling]] = defaultdict(list)
    for filing in work.unit_filings.of_period(campaign_code, period_code):
        filings[shard_of(filing.unit_code)].append(kept_filing(filing))
    return {part: sum_shard(cells[part], filings[part]) for part in {*cells, *filings}}


def _compare_document(
    host: Host, work: UnitOfWork, campaign: Campaign, period_code: str, shards: Mapping[int, ShardSums]
) -> list[str]:
    """Compose the document as of the stored one's moment, and compare digests."""
    stored = work.statuses.get(campaign.code, period_code)
    if stored is None:
        return [f"tình hình {period_code}: chưa có"]
    if stored.valid_until is not None and stored.valid_until <= stored.computed_at:
        # A unit's time passed while it was composed; it is due to be composed again.
        return []
    roster = work.campaigns.roster(campaign.code, period_code, forms=statistics_forms(campaign))
    row = compose_document(
        host,
        campaign,
        period_code,
        stored.computed_at,
        shards=shards,
        statistics=entered_statistics(campaign, roster, work.reports.payloads),
        closed=closed_by_now(work, campaign.code, period_code),
    )
    if row.digest == stored.digest:
        return []
    parts = sorted(
        key
        for key in row.document.keys() | stored.document.keys()
        if key not in HOW_IT_WAS_COMPUTED and row.document.get(key) != stored.document.get(key)
    )
    return [f"tình hình {period_code}: khác ở {', '.join(parts) or 'mã băm'}"]
