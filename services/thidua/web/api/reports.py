"""File, list and read reports."""

from __future__ import annotations

import hashlib
import json

from flask import Response
from flask import request

from thidua.application.reports.filing import file_report
from thidua.application.review.reading import list_reports
from thidua.application.review.reading import read_report
from thidua.domain.errors import InvalidPayloadError
from thidua.domain.errors import MalformedRequestError
from thidua.domain.reports import CHANNEL_LABELS
from thidua.domain.reports import Channel
from thidua.domain.reports import Receipt
from thidua.domain.reports import ReportState
from thidua.forms.envelope import read_envelope
from thidua.forms.readers import clean_json
from thidua.web import context
from thidua.web.api.answers import answer
from thidua.web.api.answers import only_query
from thidua.web.api.answers import read_json
from thidua.web.api.shapes import idempotency_key
from thidua.web.api.shapes import report_json
from thidua.web.api.shapes import sheet_json
from thidua.web.api.shapes import with_etag

__all__ = ["file", "listing", "one"]

_MOST = 500

_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def file() -> Response:
    """File a report: 201 with the receipt, the same again for the same ``Idempotency-Key``."""
    key = idempotency_key()
    data = clean_json(read_json())
    envelope, findings = read_envelope(data)
    if envelope is None:
        raise InvalidPayloadError("Không đọc được báo cáo.", findings)
    receipt = file_report(
        context.host(),
        context.actor(),
        envelope,
        channel=Channel.API,
        idempotency_key=key,
        request_digest=_digest(data),
        unread=findings,
    )
    headers = {"Location": f"/api/v1/reports/{receipt.report_id}"}
    if receipt.replayed:
        headers["Idempotent-Replay"] = "true"
    return answer(_receipt(receipt), 201, headers)


def listing() -> Response:
    """List reports the person may read, by id; ``cursor`` is the ``next`` of the page before."""
    query = only_query("campaign", "period", "state", "channel", "cursor", "limit")
    limit = _number(query.get("limit", "100"), "limit", 1, _MOST)
    reports = list_reports(
        context.host(),
        context.actor(),
        campaign_code=query.get("campaign"),
        period_code=query.get("period"),
        state=_state(query.get("state")),
        channel=_channel(query.get("channel")),
        after_id=_number(query.get("cursor", "0"), "cursor", 0, 2**62),
        limit=limit,
    )
    following = str(reports[-1].id) if len(reports) == limit else None
    return answer({"reports": [report_json(report) for report in reports], "next": following})


def one(report_id: int) -> Response:
    """Read one report with its revisions and its ledger."""
    only_query()
    sheet = read_report(context.host(), context.actor(), report_id)
    return with_etag(answer(sheet_json(sheet)), sheet.report)


def _digest(data: object) -> str:
    canonical = _CANONICAL.encode(data)
    return hashlib.sha256(f"{request.method} {request.path}\n{canonical}".encode()).hexdigest()


def _receipt(receipt: Receipt) -> dict[str, object]:
    return {
        "receipt": receipt.number,
        "report": receipt.report_id,
        "revision": receipt.revision,
        "campaign_code": receipt.campaign_code,
        "period_code": receipt.period_code,
        "unit_code": receipt.unit_code,
        "form_code": receipt.form_code,
        "received_at": receipt.received_at.isoformat(),
        "due_at": receipt.due_at.isoformat(),
        "on_time": receipt.is_on_time,
        "channel": receipt.channel.value,
        "channel_label": CHANNEL_LABELS[receipt.channel],
        "confirmed": list(receipt.confirmed),
    }


def _number(text: str, name: str, smallest: int, largest: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 20 and smallest <= int(text) <= largest):  # noqa: PLR2004  digits of a bigint
        raise MalformedRequestError(f"Tham số {name!r} phải là số từ {smallest} đến {largest}.", subject=name)
    return int(text)


def _state(text: str | None) -> ReportState | None:
    try:
        return ReportState(text) if text is not None else None
    except ValueError:
        raise MalformedRequestError("Không có trạng thái báo cáo này.", subject="state") from None


def _channel(text: str | None) -> Channel | None:
    try:
        return Channel(text) if text is not None else None
    except ValueError:
        raise MalformedRequestError("Không có cách nộp này.", subject="channel") from None
