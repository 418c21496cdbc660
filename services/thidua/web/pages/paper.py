"""The Office enters what came on paper for a unit: who still owes, and the unit's form with the paper's own cells.

The unit's draft is the unit's: it is neither shown nor touched here. What is typed comes back with
every answer of the page, and stays through signing in again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flask import Blueprint
from flask import Response
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from werkzeug.wrappers import Response as AnyResponse

from thidua.application.periods.obligations import read_obligation
from thidua.application.reports.answering import at_answers
from thidua.application.reports.filing import file_report
from thidua.application.reports.on_behalf import awaited
from thidua.application.reports.sheets import Sheet
from thidua.application.reports.sheets import open_sheet
from thidua.domain.attachments import SCAN_POINTER
from thidua.domain.errors import ConfirmationNeededError
from thidua.domain.errors import ConflictError
from thidua.domain.errors import InvalidPayloadError
from thidua.domain.errors import KeyReusedError
from thidua.domain.errors import RuleBrokenError
from thidua.domain.errors import ThiduaError
from thidua.domain.reports import Channel
from thidua.forms.days import read_moment
from thidua.forms.envelope import PaperTold
from thidua.forms.envelope import read_envelope
from thidua.forms.numerals import Unreadable
from thidua.forms.readers import clean_text
from thidua.forms.readers import read_web
from thidua.forms.written import envelope_data
from thidua.web import context
from thidua.web import forgery
from thidua.web.cells import rows_in
from thidua.web.errors import status_of
from thidua.web.evidence import listing_of
from thidua.web.pages.form_posted import attach_posted
from thidua.web.pages.form_posted import detach_posted
from thidua.web.pages.form_posted import digest_of_page
from thidua.web.pages.form_posted import whole_number
from thidua.web.pages.form_posted import with_rows
from thidua.web.pages.form_view import View
from thidua.web.pages.form_view import draw
from thidua_sdk import Finding
from thidua_sdk import Level

__all__ = ["page"]

page = Blueprint("paper", __name__)

_FORM = "/campaigns/<campaign>/periods/<period>/units/<unit>/paper"
_RECEIVED, _REASON = "/on_behalf/paper_received_at", "/on_behalf/reason"
_LONGEST_KEY = 100
_DOUBTFUL = (
    "Phiên đăng nhập đã đổi từ khi bạn mở trang này, nên báo cáo chưa được nộp. "
    "Những gì đã gõ vẫn còn nguyên; hãy kiểm tra rồi bấm nộp lần nữa."
)


@page.get("/paper")
def waiting() -> str:
    """List the reports that are awaited and may have come on paper."""
    host = context.host()
    return render_template("pages/paper.html", waiting=awaited(host, context.actor()), now=host.clock.now())


@page.get(_FORM)
def show(campaign: str, period: str, unit: str) -> str:
    """Show the unit's form, with what was filed last if something was."""
    sheet = _sheet(campaign, period, unit)
    typed = sheet.filed if sheet.report else {}
    return draw(sheet, _view(sheet, _with_scan(sheet, typed)))


@page.post(_FORM)
def file(campaign: str, period: str, unit: str) -> AnyResponse:
    """Keep the files that came along, then do what the button says: file, add a row, or show the page again."""
    sheet = _sheet(campaign, period, unit)
    typed = {name: "\n".join(texts) for name, texts in request.form.lists() if name.startswith("/")}
    view = replace(with_rows(sheet.form, _view(sheet, typed)), is_answer=True)
    if forgery.is_doubtful():
        return Response(draw(sheet, replace(view, notice=_DOUBTFUL)), 400)
    action = "detach" if request.form.get("detach") else request.form.get("action", "")
    has_files = any(sent.filename for sent in request.files.values())
    if has_files or action == "attach":
        view = replace(view, refused_files=attach_posted((campaign, period, unit)), typed=_with_scan(sheet, typed))
        if view.refused_files:
            return Response(draw(sheet, view), 422)
    if action == "file":
        return _file(sheet, view)
    if action == "detach":
        try:
            detach_posted()
        except ConflictError as refusal:
            return _again(refusal, sheet, replace(view, notice=refusal.message))
    return Response(draw(sheet, view))


def _file(sheet: Sheet, view: View) -> AnyResponse:
    reading = read_web(sheet.form, {**sheet.closed, **view.typed})
    data = envelope_data(
        sheet.form,
        reading,
        unit_code=sheet.obligation.unit_code,
        period_code=sheet.period.code,
        revision=whole_number("revision"),
        computed=sheet.computed,
        confirm_warnings=request.form.get("confirm_warnings") == "yes",
    )
    envelope, misread = read_envelope(data)
    if envelope is None:
        raise InvalidPayloadError("Báo cáo còn ô sai, chưa nộp được.", misread)
    paper, unread = _paper(view)
    key = request.form.get("idempotency_key", "")[:_LONGEST_KEY] or None
    try:
        receipt = file_report(
            context.host(),
            context.actor(),
            replace(envelope, on_behalf=paper),
            channel=Channel.WEB,
            idempotency_key=key,
            request_digest=digest_of_page() if key else None,
            unread=(*reading.unread_with(misread), *unread),
        )
    except InvalidPayloadError as refusal:
        may_confirm = isinstance(refusal, ConfirmationNeededError)
        findings = at_answers(reading.as_seen(refusal.findings))
        notice = refusal.message if isinstance(refusal, RuleBrokenError) else view.notice
        return _again(refusal, sheet, replace(view, findings=findings, may_confirm=may_confirm, notice=notice))
    except (ConflictError, KeyReusedError) as refusal:
        # Somebody filed meanwhile, perhaps the unit itself: show the sheet as it now stands.
        now = _sheet(sheet.campaign.code, sheet.period.code, sheet.obligation.unit_code)
        return _again(refusal, now, replace(view, notice=refusal.message))
    return redirect(url_for("receipt.show", report_id=receipt.report_id, revision=receipt.revision), 303)


def _paper(view: View) -> tuple[PaperTold, tuple[Finding, ...]]:
    """Read the paper's own cells; a moment that cannot be read is a finding."""
    found: tuple[Finding, ...] = ()
    received_at = None
    try:
        moment = read_moment(view.typed.get(_RECEIVED, ""), zone=context.host().zone)
        received_at = datetime.fromisoformat(moment) if moment else None
    except Unreadable as unreadable:
        found = (Finding(unreadable.code, Level.ERROR, unreadable.sentence, (_RECEIVED,)),)
    reason = clean_text(view.typed.get(_REASON, ""), lines=True)
    return PaperTold(received_at, reason, view.typed.get(SCAN_POINTER, "")), found


def _sheet(campaign: str, period: str, unit: str) -> Sheet:
    return open_sheet(
        context.host(),
        context.actor(),
        campaign_code=campaign,
        period_code=period,
        unit_code=unit,
        on_behalf=True,
    )


def _view(sheet: Sheet, typed: dict[str, str]) -> View:
    deadline = read_obligation(
        context.host(),
        context.actor(),
        campaign_code=sheet.campaign.code,
        period_code=sheet.period.code,
        unit_code=sheet.obligation.unit_code,
    ).deadline
    return View(
        form=sheet.form,
        typed=typed,
        version=0,
        draft=None,
        rows=rows_in(sheet.form, typed),
        on_paper=True,
        deadline=deadline,
    )


def _with_scan(sheet: Sheet, typed: dict[str, str]) -> dict[str, str]:
    """Choose the newest scan where none is chosen."""
    if typed.get(SCAN_POINTER):
        return typed
    place = (sheet.campaign.code, sheet.period.code, sheet.obligation.unit_code)
    scans = listing_of(context.host(), place, sheet.form).at(SCAN_POINTER)
    return {**typed, SCAN_POINTER: scans[-1].digest} if scans else typed


def _again(refusal: ThiduaError, sheet: Sheet, view: View) -> Response:
    return Response(draw(sheet, view), status_of(refusal)[0])
