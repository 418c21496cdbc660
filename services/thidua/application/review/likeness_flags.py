"""Which of many reports are like another: a hint beside each, for who accepts many at once."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence

from thidua.application.ports.host import Host
from thidua.application.ports.likeness_ports import FiledPayload
from thidua.domain.crowds import Crowd
from thidua.domain.likeness import Level
from thidua.domain.likeness import Likeness
from thidua.domain.likeness import LikenessKind
from thidua.domain.reports import Report
from thidua.forms.portraits import Painter
from thidua_sdk import Campaign

__all__ = ["likeness_flags"]

_PAGE = 1000


def likeness_flags(host: Host, campaign: Campaign, period_code: str, reports: Iterable[Report]) -> dict[int, str]:
    """Say of each report that is like another which one, in words; one that is like none is left out.

    Each is compared as :func:`~thidua.application.review.likenesses.likenesses_of_report` does: with its
    unit's earlier reports, and with its neighbours' of this period and of the one before. Names
    units, so it is for those who read all of them.

    Args:
        host: the ports.
        campaign: the campaign.
        period_code: the period of the reports.
        reports: the reports, of any forms.
    """
    flags: dict[int, str] = {}
    by_form: dict[str, list[Report]] = {}
    for report in reports:
        by_form.setdefault(report.form_code, []).append(report)
    for form_code, some in by_form.items():
        flags |= _of_form(host, campaign, period_code, form_code, some)
    return flags


def _of_form(
    host: Host, campaign: Campaign, period_code: str, form_code: str, reports: Sequence[Report]
) -> dict[int, str]:
    using = [each.code for each in campaign.periods if any(use.form == form_code for use in each.forms)]
    earlier = using[: using.index(period_code)]
    near = [*earlier[-1:], period_code]
    crowd, names = Crowd(), {}
    painters = {code: Painter(host.catalogue.form(campaign.code, code, form_code)) for code in (*earlier, period_code)}
    units = {report.unit_code for report in reports}
    for each in (*_filed(host, campaign, form_code, near), *_filed(host, campaign, form_code, earlier[:-1], units)):
        names[each.unit_code] = each.unit_name
        crowd.add(
            unit=each.unit_code,
            period=each.period_code,
            revision=each.revision,
            report_id=each.report_id,
            portrait=painters[each.period_code].portrait(each.payload),
        )
    periods = {each.code: each.name for each in campaign.periods}
    flags = {}
    for report in reports:
        # A report withdrawn a moment ago is in nobody's crowd any more.
        found = crowd.copied_from(report.id, near=frozenset(near)) if report.id in crowd else None
        if found is not None:
            flags[report.id] = _said(found, periods[found.period], names[found.unit])
    return flags


def _said(likeness: Likeness, period_name: str, unit_name: str) -> str:
    lead = "Gần như giống hệt" if likeness.level is Level.STRONG else "Giống nhiều"
    whose = "chính đơn vị" if likeness.kind is LikenessKind.OWN else unit_name
    return f"{lead} báo cáo {period_name[:1].lower()}{period_name[1:]} của {whose}"


def _filed(
    host: Host, campaign: Campaign, form_code: str, period_codes: Sequence[str], units: Iterable[str] | None = None
) -> Iterator[FiledPayload]:
    after_id = 0
    while period_codes:
        with host.work.glancing() as work:
            found = work.filed_payloads.of_form(
                campaign_code=campaign.code,
                form_code=form_code,
                period_codes=period_codes,
                unit_codes=units,
                after_id=after_id,
                limit=_PAGE,
            )
        yield from found
        if len(found) < _PAGE:
            return
        after_id = found[-1].report_id
