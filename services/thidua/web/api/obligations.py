"""What units owe and until when, over the API: the list, one with its history, the Office's changes.

Whoever changes what is owed says what he has seen: ``seen`` in the body (409 if somebody changed it
since) or ``If-Match`` with the ETag (412). A request that comes twice is thereby done once.
"""

from __future__ import annotations

from datetime import datetime

from flask import Response
from flask import request

from thidua.application.periods.obligations import ObligationSheet
from thidua.application.periods.obligations import Wish
from thidua.application.periods.obligations import change_obligation
from thidua.application.periods.obligations import read_obligation
from thidua.application.reports.owing import Owed
from thidua.application.reports.owing import owed
from thidua.domain.errors import ConflictError
from thidua.domain.errors import InvalidPayloadError
from thidua.domain.errors import MalformedRequestError
from thidua.domain.errors import StaleVersionError
from thidua.domain.filing import FILING_LABELS
from thidua.domain.obligations import CHANGE_LABELS
from thidua.domain.obligations import ObligationChange
from thidua.domain.reports import ObligationChangeKind
from thidua.web import context
from thidua.web.api.answers import answer
from thidua.web.api.answers import only_query
from thidua.web.api.bodies import read_body
from thidua.web.api.shapes import deadline_json
from thidua.web.api.shapes import tags_of
from thidua_sdk import Finding
from thidua_sdk import Level

__all__ = ["change", "obligation", "obligations"]

#: What no number of changes ever is: a tag that names nothing matches nothing.
_NEVER = -1


def obligations() -> Response:
    """List what the person's units owe in all opened periods."""
    only_query()
    now = context.host().clock.now()
    return answer({"obligations": [_owed(each, now) for each in owed(context.host(), context.actor())]})


def obligation(campaign: str, period: str, unit: str) -> Response:
    """Read what one unit owes in a period, with its history."""
    only_query()
    return _answered(_read(campaign, period, unit))


def change(campaign: str, period: str, unit: str) -> Response:
    """Extend, exempt or make a unit owe again: ``{"kind", "reason", "document_number"?, …, "seen"?}``."""
    body = read_body(
        {"kind": str, "reason": str},
        {"document_number": str, "requested_by": str, "ends_at": str, "seen": int},
    )
    tagged, told = _tagged(), body.get("seen")
    seen = told if isinstance(told, int) else None
    findings = []
    kind = next((each for each in ObligationChangeKind if each.value == body["kind"]), None)
    if kind is None:
        findings.append(_wrong("choice", f"Là một trong: {', '.join(ObligationChangeKind)}.", "/kind"))
    ends_at = _moment(body.get("ends_at"))
    unread: tuple[Finding, ...] = ()
    if ends_at is None and "ends_at" in body:
        unread = (_wrong("type", "Phải là thời điểm ISO 8601 có múi giờ.", "/ends_at"),)
    if tagged is None and seen is None:
        findings.append(_wrong("required", "Ghi seen (số thay đổi đã thấy), hoặc gửi If-Match.", "/seen"))
    if findings or kind is None:
        raise InvalidPayloadError("Không đọc được yêu cầu.", [*findings, *unread])
    try:
        change_obligation(
            context.host(),
            context.actor(),
            campaign_code=campaign,
            period_code=period,
            unit_code=unit,
            wish=Wish(
                kind=kind,
                reason=str(body["reason"]),
                document_number=str(body.get("document_number", "")),
                requested_by=str(body.get("requested_by", "")),
                ends_at=ends_at,
                seen=tagged if tagged is not None else seen,
                unread=unread,
            ),
        )
    except ConflictError as conflict:
        if conflict.subject == "seen" and tagged is not None:
            raise StaleVersionError(conflict.message, subject="If-Match") from conflict
        raise
    return _answered(_read(campaign, period, unit), 201)


def _read(campaign: str, period: str, unit: str) -> ObligationSheet:
    return read_obligation(context.host(), context.actor(), campaign_code=campaign, period_code=period, unit_code=unit)


def _answered(sheet: ObligationSheet, status: int = 200) -> Response:
    owes = sheet.obligation
    response = answer(
        {
            "campaign_code": owes.campaign_code,
            "period_code": owes.period_code,
            "unit_code": owes.unit_code,
            "unit_name": owes.unit_name,
            "form_code": owes.form_code,
            "report": sheet.report.id if sheet.report else None,
            "filing": sheet.filing.value,
            "filing_label": FILING_LABELS[sheet.filing],
            "period_is_open": sheet.period_is_open,
            "can_change": sheet.can_change,
            "deadline": deadline_json(sheet.deadline, sheet.now),
            "exempt": {
                "reason": owes.exempt_reason,
                "until": owes.exempt_until.isoformat() if owes.exempt_until else None,
            }
            if owes.is_exempt(sheet.now)
            else None,
            "version": sheet.version,
            "changes": [_change(each, sheet) for each in sheet.changes],
        },
        status,
    )
    response.set_etag(str(sheet.version))
    return response


def _change(change: ObligationChange, sheet: ObligationSheet) -> dict[str, object]:
    return {
        "seq": change.seq,
        "kind": change.kind.value,
        "kind_label": CHANGE_LABELS[change.kind],
        "reason": change.reason,
        "document_number": change.document_number,
        "requested_by": change.requested_by,
        "ends_at": change.ends_at.isoformat() if change.ends_at else None,
        "by": sheet.people.get(change.by, ""),
        "at": change.at.isoformat(),
    }


def _owed(each: Owed, now: datetime) -> dict[str, object]:
    return {
        "campaign_code": each.campaign_code,
        "period_code": each.period_code,
        "unit_code": each.unit_code,
        "unit_name": each.unit_name,
        "form_code": each.form_code,
        "report": each.report.id if each.report else None,
        "filing": each.filing.value,
        "filing_label": FILING_LABELS[each.filing],
        "period_is_open": each.period_is_open,
        "deadline": deadline_json(each.deadline, now),
    }


def _tagged() -> int | None:
    """Return the number of changes that ``If-Match`` names, None without it.

    Raises:
        MalformedRequestError: it names several.
    """
    tags = request.if_match
    if not tags or tags.star_tag:
        return None
    named = tags_of(tags, weak=True)
    if len(named) > 1:
        raise MalformedRequestError("If-Match chỉ nêu một phiên bản.", subject="If-Match")
    [tag] = named
    is_number = tag.isascii() and tag.isdecimal() and len(tag) < 10  # noqa: PLR2004  nobody changes a deadline that often
    return int(tag) if is_number and not tags.is_weak(tag) else _NEVER


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def _wrong(code: str, message: str, pointer: str) -> Finding:
    return Finding(code, Level.ERROR, message, (pointer,))
