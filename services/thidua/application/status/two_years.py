"""A period beside the same period of the year before, figure by figure.

The campaign's own map tells what became of each indicator; what the map allows is refused again where
days, definitions, units or completeness differ. The two documents are read in one snapshot, each as the
reader may see it.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace

from thidua.application.access.permissions import Right
from thidua.application.access.permissions import reads_whole_statuses
from thidua.application.access.permissions import require
from thidua.application.ports.host import Host
from thidua.application.ports.rows import StatusRow
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.reports.receipts import receipt_of
from thidua.application.reports.receipts import waits_of
from thidua.application.status.figures import Reading
from thidua.application.status.figures import Span
from thidua.application.status.statuses import earlier_documents
from thidua.application.status.statuses import newest_period
from thidua.application.status.statuses import unknown_period
from thidua.application.status.veiled_status import accepted_only
from thidua.application.status.year_rows import YearRow
from thidua.application.status.year_rows import YearSide
from thidua.application.status.year_rows import year_rows
from thidua.application.years.seen import ReadYear
from thidua.application.years.seen import as_read
from thidua.domain.accounts import Actor
from thidua.domain.directories import UnitDirectory
from thidua.domain.errors import NotFoundError
from thidua.domain.two_years import earlier_words
from thidua_sdk import Campaign
from thidua_sdk import Comparison
from thidua_sdk import Period

__all__ = ["TwoYears", "compare_years"]


@dataclass(frozen=True, slots=True)
class TwoYears:
    """The comparison as one person may see it.

    ``comparison`` is the campaign's map, None where it compares with no year. ``earlier`` and
    ``earlier_period`` are None also where that year's plugin does not serve or the period has no counterpart;
    ``earlier_sentence`` then is why nothing is compared, else of how many reports that year's
    figures are made. ``sees_units`` tells whether the reader may see provisional figures.
    """

    campaign: Campaign
    period: Period
    comparison: Comparison | None
    earlier: Campaign | None
    earlier_period: Period | None
    reading: Reading
    span: Span
    rows: Sequence[YearRow]
    sentence: str
    earlier_sentence: str
    sees_units: bool

    @property
    def earlier_words(self) -> str:
        """What the earlier year is called: the year before, or its number."""
        return earlier_words(self.campaign.year, self.earlier.year) if self.earlier else "năm trước"


def compare_years(
    host: Host,
    actor: Actor,
    campaign_code: str,
    period_code: str | None = None,
    *,
    earlier_code: str | None = None,
    reading: Reading = Reading.OFFICIAL,
    span: Span = Span.PERIOD,
) -> TwoYears:
    """Set a period's figures beside those of the same period of an earlier campaign.

    Args:
        host: the ports.
        actor: who reads.
        campaign_code: the later campaign.
        period_code: its period; None for the newest opened.
        earlier_code: the campaign to compare with; None for the one that the later names.
        reading: which revisions count.
        span: over which periods.

    Raises:
        NotAllowedError: no role of the person reads statuses.
        NotFoundError: the campaign or period was never opened, the campaign's map is to another one, or the
            figures are provisional and the person reads accepted ones only.
    """
    require(actor, Right.READ_STATUS)
    sees_units = reads_whole_statuses(actor)
    if reading is Reading.PROVISIONAL and not sees_units:
        raise NotFoundError("Chỉ có số liệu từ báo cáo đã tiếp nhận.", subject="reading")
    with host.work.reading() as work:
        period_code = period_code or newest_period(work, campaign_code)
        row = work.statuses.get(campaign_code, period_code)
        if row is None:
            raise unknown_period(campaign_code, period_code)
        year = as_read(host, work, campaign_code)
        campaign = year.host.catalogue.campaign(campaign_code)
        comparison = campaign.compares_with
        if earlier_code not in {None, comparison.campaign if comparison else None}:
            raise NotFoundError("Đợt thi đua này không có bảng so sánh với đợt đó.", subject=earlier_code or "")
        now = _side(work, campaign, row, sees_units=sees_units)
        before = _before(host, work, comparison, period_code, sees_units=sees_units)
        if not isinstance(before, str) and _reporting(now) != _reporting(before):
            directory = UnitDirectory(work.directory.all(), work.successions.all())
            now = replace(now, lineage=directory.lineage())
        sentences = [_with_note(_sentence(host, work, row), year)]
        if isinstance(before, str):
            sentences.append(before)
        else:
            found = work.statuses.get(before.campaign.code, before.period.code)
            earlier = as_read(host, work, before.campaign.code)
            sentences.append(_with_note(_sentence(host, work, found), earlier) if found else "")
    return TwoYears(
        campaign=campaign,
        period=now.period,
        comparison=comparison,
        earlier=None if isinstance(before, str) else before.campaign,
        earlier_period=None if isinstance(before, str) else before.period,
        reading=reading,
        span=span,
        rows=year_rows(comparison.indicators if comparison else (), now, before, reading=reading, span=span),
        sentence=sentences[0],
        earlier_sentence=sentences[1],
        sees_units=sees_units,
    )


def _reporting(side: YearSide) -> set[str]:
    return {row.unit_code for rows in side.filings.values() for row in rows}


def _before(
    host: Host, work: UnitOfWork, comparison: Comparison | None, period_code: str, *, sees_units: bool
) -> YearSide | str:
    """Open the earlier year's period, or say why there is none."""
    if comparison is None:
        return "Đợt thi đua này không so với năm nào trước đó."
    campaign = as_read(host, work, comparison.campaign).host.catalogue.campaigns.get(comparison.campaign)
    if campaign is None:
        return f"Phần mở rộng của đợt {comparison.campaign} không còn phục vụ nên không biết năm ấy đếm thế nào."
    code = comparison.periods.get(period_code, "")
    period = next((each for each in campaign.periods if each.code == code), None)
    if period is None:
        return "Kỳ này không có kỳ tương ứng ở đợt được so."
    row = work.statuses.get(campaign.code, code)
    if row is None:
        return f"{period.name} chưa mở nên chưa có số liệu."
    return _side(work, campaign, row, sees_units=sees_units)


def _side(work: UnitOfWork, campaign: Campaign, row: StatusRow, *, sees_units: bool) -> YearSide:
    shown: Mapping[str, object] = row.document
    if not sees_units:
        shown = accepted_only(row.document, campaign, earlier_documents(work, campaign.code, row.period_code))
    periods = campaign.periods
    until = next(place for place, each in enumerate(periods) if each.code == row.period_code)
    opened = {each.code for each in work.campaigns.periods(campaign.code)}
    return YearSide(
        campaign=campaign,
        period=periods[until],
        shown=shown,
        filings={
            each.code: work.unit_filings.of_period(campaign.code, each.code)
            for each in periods[: until + 1]
            if each.code in opened
        },
    )


def _sentence(host: Host, work: UnitOfWork, row: StatusRow) -> str:
    return str(receipt_of(host, row, waits_of(host, work, row.campaign_code))["sentence"])


def _with_note(sentence: str, year: ReadYear) -> str:
    """Add that a year is read from its pin, where it is."""
    return " ".join(filter(None, (sentence, year.note)))
