"""Accept, return, withdraw and compare reports over the API.

Each request says which revision it speaks of. ``If-Match`` with the ETag of the report makes it
one about that very version (412 otherwise), ``Idempotency-Key`` makes a repeated one harmless.
"""

from __future__ import annotations

import hashlib
import json

from flask import Response
from flask import request

from thidua.application.reports.answering import Remark
from thidua.application.review import comparing
from thidua.application.review.comparing import baseline_of
from thidua.application.review.comparing import compare
from thidua.application.review.reading import read_report
from thidua.application.review.remarking import MOST_REMARKS
from thidua.application.review.reviewing import MOST_AT_ONCE
from thidua.application.review.reviewing import Asked
from thidua.application.review.reviewing import accept_many
from thidua.application.review.reviewing import accept_report
from thidua.application.review.reviewing import return_report
from thidua.application.review.reviewing import withdraw_report
from thidua.domain.errors import InvalidPayloadError
from thidua.domain.errors import MalformedRequestError
from thidua.forms.differences import Difference
from thidua.web import context
from thidua.web.api.answers import answer
from thidua.web.api.answers import only_query
from thidua.web.api.bodies import NUMBERS
from thidua.web.api.bodies import checked
from thidua.web.api.bodies import read_body
from thidua.web.api.shapes import idempotency_key
from thidua.web.api.shapes import report_json
from thidua.web.api.shapes import tags_of
from thidua.web.api.shapes import with_etag
from thidua.web.cells import label_at
from thidua_sdk import Finding
from thidua_sdk import Level

__all__ = ["accept", "accept_several", "between", "give_back", "withdraw"]


def accept(report_id: int) -> Response:
    """Accept the revision named in the body: ``{"revision": 0, "note"?: "", "counts_from_now_filed"?: false}``."""
    body = read_body({"revision": int}, {"note": str, "counts_from_now_filed": bool})
    report = accept_report(
        context.host(),
        context.actor(),
        report_id,
        revision=_whole(body["revision"]),
        note=str(body.get("note", "")),
        counts_from_now_filed=body.get("counts_from_now_filed") is True,
        asked=_asked(report_id, body),
    )
    return with_etag(Response(status=204), report)


def accept_several() -> Response:
    """Accept several: ``{"reports": [{"id", "revision"}, …], "note"?}``; tell which were left, and why."""
    body = read_body({"reports": list}, {"note": str})
    given = body["reports"]
    if not isinstance(given, list) or not given or len(given) > MOST_AT_ONCE:
        raise _refused("length", f"Ghi từ 1 đến {MOST_AT_ONCE} báo cáo.", "/reports")
    seen: list[tuple[int, int]] = []
    findings: list[Finding] = []
    for number, each in enumerate(given):
        values, wrong = checked(each, {"id": int, "revision": int}, {}, f"/reports/{number}")
        findings += wrong
        if not wrong:
            seen.append((_whole(values["id"]), _whole(values["revision"])))
    if findings:
        raise InvalidPayloadError("Không đọc được danh sách báo cáo.", findings[:MOST_REMARKS])
    key = idempotency_key()
    done = accept_many(
        context.host(),
        context.actor(),
        seen,
        note=str(body.get("note", "")),
        asked=Asked(key=key, digest=_digest(body) if key else ""),
    )
    return answer(
        {
            "accepted": list(done.reports),
            "refused": [{"id": refused.report_id, "reason": refused.reason} for refused in done.refused],
        }
    )


def give_back(report_id: int) -> Response:
    """Send a report back: ``{"revision", "reason", "incomplete"?, "remarks"?: [{"cell", "text", "quote"?}]}``."""
    body = read_body({"revision": int, "reason": str}, {"incomplete": bool, "remarks": list})
    report = return_report(
        context.host(),
        context.actor(),
        report_id,
        revision=_whole(body["revision"]),
        reason=str(body["reason"]),
        remarks=_remarks(body.get("remarks", [])),
        incomplete=body.get("incomplete") is True,
        asked=_asked(report_id, body),
    )
    return with_etag(answer(report_json(report)), report)


def withdraw(report_id: int) -> Response:
    """Take a report back: ``{"revision", "reason"}``."""
    body = read_body({"revision": int, "reason": str}, {})
    report = withdraw_report(
        context.host(),
        context.actor(),
        report_id,
        revision=_whole(body["revision"]),
        reason=str(body["reason"]),
        asked=_asked(report_id, body),
    )
    return with_etag(answer(report_json(report)), report)


def between(report_id: int) -> Response:
    """Tell what differs between two filings, by default between the newest and what it is read against."""
    query = only_query("from", "to")
    sheet = read_report(context.host(), context.actor(), report_id)
    after = _number(query.get("to"), "to", sheet.report.revision)
    baseline = baseline_of(sheet)
    before = _number(query.get("from"), "from", baseline if baseline is not None else max(0, after - 1))
    found = compare(sheet, before, after)
    forms = (found.after_form, found.before_form)
    rows = {name: range(_most_rows(found, name)) for form in forms for name in form.tables}
    outside = {difference.cell for difference in found.outside}

    def change(difference: Difference) -> dict[str, object]:
        alone = found.only_in(difference.cell)
        named = (label_at(form, difference.cell, rows) for form in forms)
        return {
            "cell": difference.cell,
            "label": next(filter(None, named), ""),
            "only_in": None if alone is None else alone.number,
            "before": difference.before,
            "after": difference.after,
        }

    return answer(
        {
            "report": sheet.report.id,
            "from": before,
            "to": after,
            "correction_reason": found.after.payload.get("correction_reason") or "",
            "changes": [change(difference) | {"open": difference.cell not in outside} for difference in found.changes],
            "beside": [change(difference) for difference in found.beside],
            "remarks": [_asked_json(asked) for asked in found.asked],
            "names_left_out": not sheet.sees_people,
        }
    )


def _asked_json(asked: comparing.Asked) -> dict[str, object]:
    remark = asked.remark
    return {"cell": remark.cell, "text": remark.text, "quote": remark.quote, "answer": asked.answer}


def _most_rows(found: comparing.Comparison, table: str) -> int:
    rows = [revision.payload.get(table) for revision in (found.before, found.after)]
    return max(len(each) if isinstance(each, list) else 0 for each in rows)


def _remarks(given: object) -> list[Remark]:
    remarks: list[Remark] = []
    findings: list[Finding] = []
    for number, each in enumerate(given if isinstance(given, list) else []):
        values, wrong = checked(each, {"cell": str, "text": str}, {"quote": str}, f"/remarks/{number}")
        findings += wrong
        remarks.append(Remark(str(values.get("cell", "")), str(values.get("text", "")), str(values.get("quote", ""))))
    if findings:
        raise InvalidPayloadError("Không đọc được các yêu cầu sửa.", findings[:MOST_REMARKS])
    return remarks


def _asked(report_id: int, body: dict[str, object]) -> Asked:
    key = idempotency_key()
    return Asked(_versions(report_id), key, _digest(body) if key else "")


def _versions(report_id: int) -> frozenset[int] | None:
    """Return the versions that ``If-Match`` names of this report; a weak or foreign tag matches none."""
    tags = request.if_match
    if not tags or tags.star_tag:
        return None
    versions = set()
    for tag in tags_of(tags, weak=False):
        name, _, version = tag.partition(".")
        if name == str(report_id) and version.isascii() and version.isdecimal() and len(version) < 19:  # noqa: PLR2004  digits of a bigint
            versions.add(int(version))
    return frozenset(versions)


def _digest(body: dict[str, object]) -> str:
    canonical = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{request.method} {request.path}\n{canonical}".encode()).hexdigest()


def _whole(value: object) -> int:
    """Narrow what :func:`read_body` has checked."""
    if not isinstance(value, int):
        raise TypeError(value)
    return value


def _number(text: str | None, name: str, otherwise: int) -> int:
    if text is None:
        return otherwise
    if not (text.isascii() and text.isdecimal() and len(text) < 19 and int(text) in NUMBERS):  # noqa: PLR2004  digits of a bigint
        raise MalformedRequestError(f"Tham số {name!r} phải là số lần nộp.", subject=name)
    return int(text)


def _refused(code: str, message: str, pointer: str) -> InvalidPayloadError:
    return InvalidPayloadError(message, [Finding(code, Level.ERROR, message, (pointer,))])
