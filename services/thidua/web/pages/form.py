"""The report form: shown as it was left, saved, judged and filed.

Whatever goes wrong, the page comes back with everything as typed. Every post saves what was typed as
the unit's draft before anything else is done; the page tells which version of the draft it was made
from, so that nobody's typing is overwritten by a page that had not seen it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint
from flask import Response
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from werkzeug.wrappers import Response as AnyResponse

from thidua.application.reports.answering import at_answers
from thidua.application.reports.drafting import DraftPlace
from thidua.application.reports.drafts import PageSaved
from thidua.application.reports.drafts import carry_forward
from thidua.application.reports.drafts import discard_draft
from thidua.application.reports.drafts import open_draft
from thidua.application.reports.drafts import save_page
from thidua.application.reports.filing import file_report
from thidua.application.reports.proposing import propose_draft
from thidua.application.reports.proposing import send_back
from thidua.application.reports.proposing import signed_off
from thidua.application.reports.sheets import Sheet
from thidua.domain.drafts import Draft
from thidua.domain.errors import ConfirmationNeededError
from thidua.domain.errors import ConflictError
from thidua.domain.errors import InvalidPayloadError
from thidua.domain.errors import KeyReusedError
from thidua.domain.errors import RuleBrokenError
from thidua.domain.errors import ThiduaError
from thidua.domain.reports import Channel
from thidua.forms.envelope import read_envelope
from thidua.forms.readers import WebReading
from thidua.forms.readers import clean_text
from thidua.forms.readers import read_web
from thidua.forms.written import envelope_data
from thidua.web import context
from thidua.web import forgery
from thidua.web.cells import rows_in
from thidua.web.errors import status_of
from thidua.web.pages.form_posted import ROW_TO_REMOVE
from thidua.web.pages.form_posted import attach_posted
from thidua.web.pages.form_posted import detach_posted
from thidua.web.pages.form_posted import digest_of_page
from thidua.web.pages.form_posted import whole_number
from thidua.web.pages.form_posted import with_rows
from thidua.web.pages.form_view import View
from thidua.web.pages.form_view import draw
from thidua.web.pages.form_view import prefilled
from thidua.web.pages.form_view import view_of

__all__ = ["page"]

page = Blueprint("form", __name__, url_prefix="/campaigns/<campaign>/periods/<period>/units/<unit>")

_LONGEST_KEY = 100
_TICK = "/is_estimate"
#: Buttons after which the page is opened anew, and at which part.
_GOES_TO = {"save": "ban-nhap", "carry": "ban-nhap", "attach": "tep-minh-chung", "detach": "tep-minh-chung"}
_DOUBTFUL = (
    "Phiên đăng nhập đã đổi từ khi bạn mở trang này, nên báo cáo chưa được nộp. "
    "Những gì đã gõ vẫn còn nguyên; hãy kiểm tra rồi bấm nộp lần nữa."
)
_SENT_BEFORE = (
    "Báo cáo mở từ trang này đã được nộp một lần trước đó, với nội dung khác. "
    "Nếu muốn thay bằng nội dung đang gõ, hãy ghi lý do rồi nộp lại."
)
_TWO_VERSIONS = (
    "Có người khác vừa ghi vào bản nháp này sau khi bạn mở trang. Ô nào hai bên ghi khác nhau thì cả hai bản "
    "hiện ngay tại ô đó; những ô còn lại đã được lưu. Hãy chọn rồi bấm lại."
)


@page.get("/form")
def show(campaign: str, period: str, unit: str) -> str:
    """Show the form: the draft as it was left, or what was filed last, or an empty one."""
    opened = open_draft(context.host(), context.actor(), DraftPlace(campaign, period, unit))
    return draw(opened.desk.sheet, view_of(opened, context.actor()))


@page.post("/form")
def file(campaign: str, period: str, unit: str) -> AnyResponse:
    """Save what was typed, then do what the button says: file, propose, carry, add a row or files, or show it again."""
    place = DraftPlace(campaign, period, unit)
    key = request.form.get("idempotency_key", "")[:_LONGEST_KEY] or None
    opened = open_draft(context.host(), context.actor(), place, idempotency_key=key)
    sheet = opened.desk.sheet
    posted = _posted(opened.draft)
    typed = {name: "\n".join(texts) for name, texts in posted.items() if name.startswith("/")}
    view = replace(
        view_of(opened, context.actor()),
        typed=typed,
        findings=(),
        rows=rows_in(sheet.form, typed),
        version=whole_number("draft_version"),
        is_answer=True,
    )
    view = with_rows(sheet.form, view)
    if forgery.is_doubtful():
        return Response(draw(sheet, replace(view, notice=_DOUBTFUL)), 400)
    action = "detach" if request.form.get("detach") else request.form.get("action", "")
    if action == "file" and sheet.is_replay:
        # Sent twice: the first one filed what was typed and took the draft along.
        return _file(place, sheet, posted, view, None)
    untouched = _untouched(view, opened.draft)
    try:
        saved = save_page(
            context.host(),
            context.actor(),
            place,
            base=view.version,
            cells=_cells(view, opened.draft, untouched),
            revision=whole_number("revision"),
        )
    except ConflictError as refusal:
        return _again(refusal, sheet, replace(view, notice=refusal.message))
    view = _with_others(replace(view, version=saved.version, draft=saved.draft), saved, untouched)
    if action == "attach":
        view = replace(view, refused_files=attach_posted((campaign, period, unit)))
    if saved.conflicts or (action in {"file", "propose"} and saved.unseen):
        return Response(draw(sheet, replace(view, notice=_TWO_VERSIONS)), 409)
    return _act(action, place, sheet, posted, view, saved)


def _act(
    action: str, place: DraftPlace, sheet: Sheet, posted: Mapping[str, list[str]], view: View, saved: PageSaved
) -> AnyResponse:
    if action == "file":
        return _file(place, sheet, posted, view, saved.draft)
    try:
        gone_to = _done(action, place, saved)
    except InvalidPayloadError as refusal:
        notice = refusal.message if isinstance(refusal, RuleBrokenError) else view.notice
        return _again(refusal, sheet, replace(view, findings=refusal.findings, notice=notice))
    except ConflictError as refusal:
        return _again(refusal, sheet, replace(view, notice=refusal.message))
    if view.refused_files:
        return Response(draw(sheet, view), 422)
    return redirect(gone_to, 303) if gone_to else Response(draw(sheet, view))


def _done(action: str, place: DraftPlace, saved: PageSaved) -> str:
    """Do what a button asks of the draft that was saved; returns where to go then, empty to stay."""
    host, actor = context.host(), context.actor()
    if action == "propose":
        propose_draft(host, actor, place, version=saved.version)
        return url_for("due.show")
    if action == "carry":
        carry_forward(host, actor, place)
    if action == "detach":
        detach_posted()
    return f"{_url('form.show', place)}#{_GOES_TO[action]}" if action in _GOES_TO else ""


@page.get("/form/discard")
def ask_to_discard(campaign: str, period: str, unit: str) -> AnyResponse:
    """Ask before a draft is thrown away."""
    opened = open_draft(context.host(), context.actor(), DraftPlace(campaign, period, unit))
    if opened.draft is None or not opened.draft.cells:
        return redirect(url_for("form.show", campaign=campaign, period=period, unit=unit), 303)
    return Response(render_template("pages/discard.html", sheet=opened.desk.sheet, draft=opened.draft))


@page.post("/form/discard")
def discard(campaign: str, period: str, unit: str) -> AnyResponse:
    """Throw the draft away, unless somebody wrote in it since the question was asked."""
    place = DraftPlace(campaign, period, unit)
    discard_draft(context.host(), context.actor(), place, version=whole_number("draft_version"))
    return redirect(url_for("form.show", campaign=campaign, period=period, unit=unit), 303)


@page.post("/form/send-back")
def give_back(campaign: str, period: str, unit: str) -> AnyResponse:
    """Send a proposed draft back to whoever writes it, with the head's note."""
    place = DraftPlace(campaign, period, unit)
    note = clean_text(request.form.get("note", ""), lines=True)
    try:
        send_back(context.host(), context.actor(), place, version=whole_number("draft_version"), note=note)
    except (InvalidPayloadError, ConflictError) as refusal:
        opened = open_draft(context.host(), context.actor(), place)
        message = refusal.findings[0].message if isinstance(refusal, InvalidPayloadError) else refusal.message
        view = replace(view_of(opened, context.actor()), notice=message, note_typed=note, is_answer=True)
        return _again(refusal, opened.desk.sheet, view)
    return redirect(url_for("due.show"), 303)


def _file(
    place: DraftPlace, sheet: Sheet, posted: Mapping[str, list[str]], view: View, draft: Draft | None
) -> AnyResponse:
    host, actor = context.host(), context.actor()
    # A comment or an answer may stand in the draft only: scripts save it without a control of the page.
    stored = draft.typed if draft else {}
    kept = {p: text for p, text in stored.items() if text is not None and not sheet.is_closed(p)}
    # The page has no controls for cells that a return did not open: they are filed as they were.
    reading = read_web(sheet.form, {**sheet.closed, **kept, **posted})
    envelope, misread = read_envelope(_sent(place, sheet, reading))
    if envelope is None:
        raise InvalidPayloadError("Báo cáo còn ô sai, chưa nộp được.", misread)
    key = request.form.get("idempotency_key", "")[:_LONGEST_KEY] or None
    try:
        receipt = file_report(
            host,
            actor,
            signed_off(host, actor, envelope, sheet.obligation.unit_type, draft),
            channel=draft.channel if draft else Channel.WEB,
            idempotency_key=key,
            request_digest=digest_of_page() if key else None,
            unread=reading.unread_with(misread),
            draft_version=draft.version if draft else None,
        )
    except InvalidPayloadError as refusal:
        findings = at_answers(reading.as_seen(refusal.findings))
        may_confirm = isinstance(refusal, ConfirmationNeededError)
        notice = refusal.message if isinstance(refusal, RuleBrokenError) else view.notice
        return _again(refusal, sheet, replace(view, findings=findings, may_confirm=may_confirm, notice=notice))
    except (ConflictError, KeyReusedError) as refusal:
        # Somebody filed meanwhile, or the period closed: show the sheet as it now stands.
        now = open_draft(host, actor, place)
        notice = _SENT_BEFORE if isinstance(refusal, KeyReusedError) else refusal.message
        return _again(refusal, now.desk.sheet, replace(view, notice=notice, deadline=now.deadline))
    if receipt.replayed and draft is not None:
        # Both presses saved; the first filed one draft, this one began another with the same text.
        discard_draft(host, actor, place, version=draft.version)
    return redirect(url_for("receipt.show", report_id=receipt.report_id, revision=receipt.revision), 303)


def _again(refusal: ThiduaError, sheet: Sheet, view: View) -> Response:
    return Response(draw(sheet, view), status_of(refusal)[0])


def _url(endpoint: str, place: DraftPlace) -> str:
    return url_for(endpoint, campaign=place.campaign_code, period=place.period_code, unit=place.unit_code)


def _posted(draft: Draft | None) -> dict[str, list[str]]:
    """Return what was posted, with the other's text wherever the person chose it."""
    posted = {name: list(texts) for name, texts in request.form.to_dict(flat=False).items()}
    for pointer in posted.pop("take_theirs", []):
        there = draft.cells.get(pointer) if draft else None
        if there is not None:
            posted[pointer] = [there.typed or ""]
    return posted


def _untouched(view: View, draft: Draft | None) -> frozenset[str]:
    """Return the cells in which stands what the page put there by itself, and nobody's word: who prepared it."""
    stored = draft.cells if draft else {}
    return frozenset(
        pointer
        for pointer, text in prefilled(context.actor()).items()
        if view.typed.get(pointer) == text and (pointer not in stored or stored[pointer].version > view.version)
    )


def _cells(view: View, draft: Draft | None, untouched: frozenset[str]) -> dict[str, str | None]:
    """Return the texts to save: those of the page, and None for what the page took away."""
    cells: dict[str, str | None] = {name: text for name, text in view.typed.items() if name not in untouched}
    # An unticked box is not sent at all.
    cells.setdefault(_TICK, None)
    removed = request.form.get("remove_row", "")
    if ROW_TO_REMOVE.fullmatch(removed) and draft is not None:
        cells |= {pointer: None for pointer in draft.cells if pointer.startswith(f"{removed}/")}
    return cells


def _sent(place: DraftPlace, sheet: Sheet, reading: WebReading) -> dict[str, object]:
    """Write what was posted as the envelope that every door takes."""
    return envelope_data(
        sheet.form,
        reading,
        unit_code=place.unit_code,
        period_code=place.period_code,
        revision=whole_number("revision"),
        computed=sheet.computed,
        confirm_warnings=request.form.get("confirm_warnings") == "yes",
    )


def _with_others(view: View, saved: PageSaved, untouched: frozenset[str]) -> View:
    """Show what somebody else wrote meanwhile: beside one's own text, or in the cells left empty."""
    theirs = {cell.pointer: cell for cell in saved.conflicts}
    news = {
        cell.pointer: cell for cell in saved.unseen if not view.typed.get(cell.pointer) or cell.pointer in untouched
    }
    typed = {**view.typed, **{pointer: cell.typed or "" for pointer, cell in news.items()}}
    rows = {name: sorted({*view.rows[name], *more}) for name, more in rows_in(view.form, news).items()}
    return replace(view, typed=typed, theirs=theirs, news=news, rows=rows)
