"""Accept many reports of a period: choose, look at what the press will do, press, read what it did.

Every step says which filing of which report was seen, so that nothing is accepted that somebody has
changed meanwhile. No script is needed; a page asked for twice answers the same.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets

from flask import Blueprint
from flask import Response
from flask import render_template
from flask import request
from werkzeug.wrappers import Response as AnyResponse

from thidua.application.review.accepting import preview_acceptance
from thidua.application.review.accepting import unit_names_of
from thidua.application.review.accepting import waiting_reports
from thidua.application.review.remarking import NOTE_LENGTH
from thidua.application.review.reviewing import Asked
from thidua.application.review.reviewing import accept_many
from thidua.domain.errors import InvalidPayloadError
from thidua.domain.errors import MalformedRequestError
from thidua.forms.readers import clean_text
from thidua.web import context
from thidua.web import forgery
from thidua.web.errors import status_of

__all__ = ["page"]

page = Blueprint("bulk", __name__, url_prefix="/campaigns/<campaign>/periods/<period>/acceptance")

#: A report and its filing as seen: ``<id>.<revision>``.
_SEEN = re.compile(r"([0-9]{1,18})\.([0-9]{1,9})", re.ASCII)
_KEY = re.compile(r"[A-Za-z0-9_-]{1,100}", re.ASCII)
_NOTHING = "Chưa chọn báo cáo nào. Hãy đánh dấu các báo cáo cần tiếp nhận rồi bấm lại."
_DOUBTFUL = (
    "Phiên đăng nhập đã đổi từ khi bạn mở trang này, nên chưa có gì được tiếp nhận. "
    "Các báo cáo đã chọn vẫn còn nguyên; hãy xem lại rồi bấm lần nữa."
)


@page.get("")
def choose(campaign: str, period: str) -> str:
    """List what waits, the clean ones marked."""
    return _choices(campaign, period)


@page.post("/preview")
def preview(campaign: str, period: str) -> AnyResponse:
    """Show what accepting the chosen ones would do."""
    seen = _seen()
    if not seen:
        return Response(_choices(campaign, period, notice=_NOTHING), 422)
    return Response(_preview(campaign, period, seen))


@page.post("")
def accept(campaign: str, period: str) -> AnyResponse:
    """Accept what the preview showed; tell of each that was left why."""
    seen, note, key = _seen(), clean_text(request.form.get("note", ""), lines=False), request.form.get("key", "")
    if not _KEY.fullmatch(key):
        raise MalformedRequestError("Yêu cầu không nói rõ được gửi từ trang nào.")
    if forgery.is_doubtful() or request.form.get("action") == "show":
        notice = _DOUBTFUL if forgery.is_doubtful() else ""
        return Response(_preview(campaign, period, seen, note=note, notice=notice), 400 if notice else 200)
    if not seen:
        return Response(_choices(campaign, period, notice=_NOTHING), 422)
    asked = Asked(key=key, digest=_digest(seen, note))
    try:
        done = accept_many(context.host(), context.actor(), seen, note=note, asked=asked)
    except InvalidPayloadError as refusal:
        page_text = _preview(campaign, period, seen, note=note, finding=refusal.findings[0].message)
        return Response(page_text, status_of(refusal)[0])
    names = unit_names_of(context.host(), context.actor(), dict(seen))
    left = waiting_reports(context.host(), context.actor(), campaign_code=campaign, period_code=period, limit=0)
    return Response(render_template("pages/accepted.html", done=done, names=names, left=left))


def _choices(campaign: str, period: str, *, notice: str = "") -> str:
    found = waiting_reports(
        context.host(), context.actor(), campaign_code=campaign, period_code=period, after_id=_after()
    )
    return render_template(
        "pages/choose.html",
        found=found,
        clean=[each for each in found.reports if each.is_clean],
        doubtful=[each for each in found.reports if not each.is_clean],
        notice=notice,
        is_first=_after() == 0,
    )


def _preview(
    campaign: str, period: str, seen: list[tuple[int, int]], *, note: str = "", notice: str = "", finding: str = ""
) -> str:
    found = preview_acceptance(context.host(), context.actor(), campaign_code=campaign, period_code=period, seen=seen)
    return render_template(
        "pages/preview.html",
        found=found,
        note=note,
        notice=notice,
        finding=finding,
        longest=NOTE_LENGTH,
        key=secrets.token_urlsafe(18),
    )


def _seen() -> list[tuple[int, int]]:
    found = [_SEEN.fullmatch(text) for text in request.form.getlist("report")]
    if any(match is None for match in found):
        raise MalformedRequestError("Yêu cầu không nói rõ báo cáo nào, lần nộp nào.")
    return list(dict.fromkeys((int(match[1]), int(match[2])) for match in found if match))


def _after() -> int:
    text = request.args.get("after", "0")
    if not (text.isascii() and text.isdecimal() and len(text) < 19):  # noqa: PLR2004  more does not fit a bigint
        raise MalformedRequestError("Địa chỉ trang không đúng.", subject="after")
    return int(text)


def _digest(seen: list[tuple[int, int]], note: str) -> str:
    return hashlib.sha256(json.dumps([request.path, sorted(seen), note]).encode()).hexdigest()
