"""The list of filed reports, with filters."""

from __future__ import annotations

from flask import Blueprint
from flask import render_template
from flask import request

from thidua.application.access.permissions import Right
from thidua.application.access.permissions import allows
from thidua.application.reports.on_behalf import entered_on_behalf
from thidua.application.review.reading import campaigns_seen
from thidua.application.review.reading import list_reports
from thidua.domain.errors import MalformedRequestError
from thidua.domain.reports import Channel
from thidua.domain.reports import ReportState
from thidua.web import context
from thidua.web.unit_names import names_then

__all__ = ["page"]

page = Blueprint("reports", __name__)

_PAGE_SIZE = 50


@page.get("/reports")
def show() -> str:
    """List the reports the person may read, a page at a time."""
    host, person = context.host(), context.actor()
    campaign, period = request.args.get("campaign", ""), request.args.get("period", "")
    state = _state(request.args.get("state", ""))
    channel = _channel(request.args.get("channel", ""))
    found = list_reports(
        host,
        person,
        campaign_code=campaign or None,
        period_code=period or None,
        state=state,
        channel=channel,
        after_id=_after(request.args.get("after", "0")),
        limit=_PAGE_SIZE + 1,
    )
    return render_template(
        "pages/reports.html",
        reports=found[:_PAGE_SIZE],
        on_behalf=entered_on_behalf(host, person, found[:_PAGE_SIZE]),
        has_more=len(found) > _PAGE_SIZE,
        campaigns=campaigns_seen(host, person),
        chosen={
            "campaign": campaign,
            "period": period,
            "state": state.value if state else "",
            "channel": channel.value if channel else "",
        },
        names=names_then(host, [(each.campaign_code, each.period_code, each.unit_code) for each in found]),
        may_accept=allows(person, Right.ACCEPT_REPORT),
    )


def _state(text: str) -> ReportState | None:
    try:
        return ReportState(text) if text else None
    except ValueError:
        raise MalformedRequestError("Không có trạng thái báo cáo này.", subject="state") from None


def _channel(text: str) -> Channel | None:
    try:
        return Channel(text) if text else None
    except ValueError:
        raise MalformedRequestError("Không có cách nộp này.", subject="channel") from None


def _after(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 19):  # noqa: PLR2004  more does not fit a bigint
        raise MalformedRequestError("Địa chỉ trang không đúng.", subject="after")
    return int(text)
