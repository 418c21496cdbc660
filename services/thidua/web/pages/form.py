"""The report form: shown as it was left, saved, judged and filed.

Whatever goes wrong, the page comes back with everything as typed. Every post saves what was typed as
the unit's draft before anything else is done; the page tells which version of the draft it was made
from, so that nobody's typing is overwritten by a page that had not seen it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint
from flask import Response
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from werkzeug.wrappers import Response as AnyResponse

from thidua.application.drafting import DraftPlace
from thidua.application.drafts import PageSaved
from thidua.application.drafts import carry_forward
from thidua.application.drafts import discard_draft
from thidua.application.drafts import open_draft
from thidua.application.drafts import save_page
from thidua.application.filing import file_report
from thidua.application.proposing import propose_draft
from thidua.application.proposing import send_back
from thidua.application.proposing import signed_off
from thidua.application.sheets import Sheet
from thidua.domain.drafts import Draft
from thidua.domain.errors import ConfirmationNeededError
from thidua.domain.errors import ConflictError
from thidua.domain.errors import InvalidPayloadError
from thidua.domain.errors import KeyReusedError
from thidua.domain.errors import ThiduaError
from thidua.domain.reports import Channel
from thidua.forms.compose import ComposedForm
from thidua.forms.envelope import read_envelope
from thidua.forms.pointers import COMMENTS
from thidua.forms.pointers import escaped
from thidua.forms.pointers import may_be_spoken_of
from thidua.forms.readers import WebReading
from thidua.forms.readers import clean_text
from thidua.forms.readers import read_web
from thidua.forms.written import envelope_data
from thidua.web import context
from thidua.web import forgery
from thidua.web.cells import control_id
from thidua.web.cells import rows_in
from thidua.web.errors import status_of
from thidua.web.pages.form_view import View
from thidua.web.pages.form_view import draw
from thidua.web.pages.form_view import prefilled
from thidua.web.pages.form_view import view_of

__all__ = ["page"]

page = Blueprint("form", __name__, url_prefix="/campaigns/<campaign>/periods/<period>/units/<unit>")

_ROW_TO_REMOVE = re.compile(r"(/[a-z][a-z0-9_]*)/([0-9]{1,4})", re.ASCII)
_WHOLE = re.compile(r"[0-9]{1,9}", re.ASCII)
_LONGEST_KEY = 100
_TICK = "/is_estimate"
#: What a page says of itself and what differs between two presses of one button.
_NOT_DIGESTED = frozenset({"csrf_token", "draft_version"})
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
    """Save what was typed, then do what the button says: file, propose, carry, add a row, or show it again."""
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
        version=_number("draft_version"),
        is_answer=True,
    )
    view = _with_rows(sheet.form, view)
    if forgery.is_doubtful():
        return Response(draw(sheet, replace(view, notice=_DOUBTFUL)), 400)
    action = request.form.get("action", "")
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
            revision=_number("revision"),
        )
    except ConflictError as refusal:
        return _again(refusal, sheet, replace(view, notice=refusal.message))
    view = _with_others(replace(view, version=saved.version, draft=saved.draft), saved, untouched)
    if saved.conflicts or (action in {"file", "propose"} and saved.unseen):
        return Response(draw(sheet, replace(view, notice=_TWO_VERSIONS)), 409)
    return _act(action, place, sheet, posted, view, saved)


def _act(
    action: str, place: DraftPlace, sheet: Sheet, posted: Mapping[str, list[str]], view: View, saved: PageSaved
) -> AnyResponse:
    host, actor = context.host(), context.actor()
    if action == "file":
        return _file(place, sheet, posted, view, saved.draft)
    try:
        if action == "propose":
            propose_draft(host, actor, place, version=saved.version)
            return redirect(url_for("due.show"), 303)
        if action == "carry":
            carry_forward(host, actor, place)
    except InvalidPayloadError as refusal:
        return _again(refusal, sheet, replace(view, findings=refusal.findings))
    except ConflictError as refusal:
        return _again(refusal, sheet, replace(view, notice=refusal.message))
    if action in {"save", "carry"}:
        return redirect(_url("form.show", place) + "#ban-nhap", 303)
    return Response(draw(sheet, view))


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
    discard_draft(context.host(), context.actor(), DraftPlace(campaign, period, unit), version=_number("draft_version"))
    return redirect(url_for("form.show", campaign=campaign, period=period, unit=unit), 303)


@page.post("/form/send-back")
def give_back(campaign: str, period: str, unit: str) -> AnyResponse:
    """Send a proposed draft back to whoever writes it, with the head's note."""
    place = DraftPlace(campaign, period, unit)
    note = clean_text(request.form.get("note", ""), lines=True)
    try:
        send_back(context.host(), context.actor(), place, version=_number("draft_version"), note=note)
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
    kept = {pointer: text for pointer, text in (draft.typed if draft else {}).items() if text is not None}
    reading = read_web(sheet.form, {**kept, **posted})
    envelope, misread = read_envelope(_sent(place, sheet, reading))
    if envelope is None:
        raise InvalidPayloadError("Báo cáo còn ô sai, chưa nộp được.", misread)
    key = request.form.get("idempotency_key", "")[:_LONGEST_KEY] or None
    try:
        receipt = file_report(
            host,
            actor,
            signed_off(host, actor, envelope, sheet.obligation.unit_type, draft),
            channel=Channel.WEB,
            idempotency_key=key,
            request_digest=_digest() if key else None,
            unread=(*misread, *reading.unread),
            draft_version=draft.version if draft else None,
        )
    except InvalidPayloadError as refusal:
        findings = reading.as_seen(refusal.findings)
        may_confirm = isinstance(refusal, ConfirmationNeededError)
        return _again(refusal, sheet, replace(view, findings=findings, may_confirm=may_confirm))
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


def _number(name: str) -> int:
    """Read a whole number that the page itself wrote; what anybody else put there is 0."""
    text = request.form.get(name, "")
    return int(text) if _WHOLE.fullmatch(text) else 0


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
    if _ROW_TO_REMOVE.fullmatch(removed) and draft is not None:
        cells |= {pointer: None for pointer in draft.cells if pointer.startswith(f"{removed}/")}
    return cells


def _sent(place: DraftPlace, sheet: Sheet, reading: WebReading) -> dict[str, object]:
    """Write what was posted as the envelope that every door takes."""
    return envelope_data(
        sheet.form,
        reading,
        unit_code=place.unit_code,
        period_code=place.period_code,
        revision=_number("revision"),
        computed=sheet.computed,
        confirm_warnings=request.form.get("confirm_warnings") == "yes",
    )


def _digest() -> str:
    """Digest what was posted, so that the same key with other content is noticed."""
    sent = sorted((name, text) for name, text in request.form.items(multi=True) if name not in _NOT_DIGESTED)
    return hashlib.sha256(json.dumps(sent, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def _with_others(view: View, saved: PageSaved, untouched: frozenset[str]) -> View:
    """Show what somebody else wrote meanwhile: beside one's own text, or in the cells left empty."""
    theirs = {cell.pointer: cell for cell in saved.conflicts}
    news = {
        cell.pointer: cell for cell in saved.unseen if not view.typed.get(cell.pointer) or cell.pointer in untouched
    }
    typed = {**view.typed, **{pointer: cell.typed or "" for pointer, cell in news.items()}}
    rows = {name: sorted({*view.rows[name], *more}) for name, more in rows_in(view.form, news).items()}
    return replace(view, typed=typed, theirs=theirs, news=news, rows=rows)


def _with_rows(form: ComposedForm, view: View) -> View:
    """Add an empty row to a table or a comment to a cell, or take a row away with what was typed in it."""
    rows = {name: list(indexes) for name, indexes in view.rows.items()}
    table = request.form.get("add_row", "").removeprefix("/")
    if table in rows:
        new = next_row(rows[table], form.field(table).most or 0)
        if new is None:
            return view
        first = form.field(table).columns[0].name
        return replace(view, rows={**rows, table: [*rows[table], new]}, go_to=control_id(f"/{table}/{new}/{first}"))
    about = request.form.get("comment_on", "")
    if request.form.get("action") == "comment" and may_be_spoken_of(form, about):
        pointer = COMMENTS + escaped(about)
        return replace(view, typed={pointer: "", **view.typed}, go_to=control_id(pointer))
    removed = _ROW_TO_REMOVE.fullmatch(request.form.get("remove_row", ""))
    if removed is None or removed[1].removeprefix("/") not in rows:
        return view
    table, index = removed[1].removeprefix("/"), int(removed[2])
    rows[table] = [each for each in rows[table] if each != index]
    typed = {name: text for name, text in view.typed.items() if not name.startswith(f"/{table}/{index}/")}
    return replace(view, rows=rows, typed=typed, go_to=control_id(f"/{table}"))


def next_row(shown: list[int], most: int) -> int | None:
    """Return the number of a new row: behind the others, or one that was taken away; None if there are enough."""
    behind = max(shown, default=-1) + 1
    if behind < most:
        return behind
    return next((number for number in range(most) if number not in shown), None)
