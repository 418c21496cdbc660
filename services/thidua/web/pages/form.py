"""The report form: shown, filled, judged and filed.

Whatever goes wrong, the page comes back with everything as typed. Filing is the only thing that
is stored here; drafts on the server are not yet part of the product.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace

from flask import Blueprint
from flask import Response
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from werkzeug.wrappers import Response as AnyResponse

from thidua.application.filing import file_report
from thidua.application.sheets import Sheet
from thidua.application.sheets import open_sheet
from thidua.domain.errors import ConfirmationNeededError
from thidua.domain.errors import ConflictError
from thidua.domain.errors import InvalidPayloadError
from thidua.domain.errors import KeyReusedError
from thidua.domain.errors import ThiduaError
from thidua.domain.reports import Channel
from thidua.forms.envelope import CORRECTION_REASON_LENGTH
from thidua.forms.envelope import read_envelope
from thidua.forms.readers import WebReading
from thidua.forms.readers import clean_text
from thidua.forms.readers import read_web
from thidua.web import context
from thidua.web import forgery
from thidua.web.cells import control_id
from thidua.web.cells import first_cell
from thidua.web.cells import label_at
from thidua.web.cells import rows_in
from thidua.web.cells import typed_of
from thidua.web.controls import Control
from thidua.web.controls import Drawer
from thidua.web.errors import status_of
from thidua.web.formats import number
from thidua_sdk import Finding
from thidua_sdk import FormUse
from thidua_sdk import Level
from thidua_sdk import Need
from thidua_sdk import cell

__all__ = ["page"]

page = Blueprint("form", __name__, url_prefix="/campaigns/<campaign>/periods/<period>/units/<unit>")

_PEOPLE = {"prepared_by": "Người lập", "approved_by": "Người duyệt"}
_ROW_TO_REMOVE = re.compile(r"(/[a-z][a-z0-9_]*)/([0-9]{1,4})", re.ASCII)
_LONGEST_KEY = 100
_DOUBTFUL = (
    "Phiên đăng nhập đã đổi từ khi bạn mở trang này, nên báo cáo chưa được nộp. "
    "Những gì đã gõ vẫn còn nguyên; hãy kiểm tra rồi bấm nộp lần nữa."
)
_SENT_BEFORE = (
    "Báo cáo mở từ trang này đã được nộp một lần trước đó, với nội dung khác. "
    "Nếu muốn thay bằng nội dung đang gõ, hãy ghi lý do rồi nộp lại."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """What the page shows besides the sheet; ``notice`` is why filing did not happen."""

    typed: Mapping[str, str]
    findings: Sequence[Finding] = ()
    is_estimate: bool = False
    may_confirm: bool = False
    notice: str = ""
    rows: Mapping[str, Sequence[int]] = field(default_factory=dict)
    go_to: str = ""


@page.get("/form")
def show(campaign: str, period: str, unit: str) -> str:
    """Show the form, empty or with what was filed last."""
    sheet = _open(campaign, period, unit)
    person = context.actor()
    typed = typed_of(sheet.form, sheet.payload)
    typed.setdefault("/prepared_by/full_name", person.full_name)
    typed.setdefault("/prepared_by/position", person.position)
    return _page(
        sheet,
        _View(typed=typed, is_estimate=sheet.payload.get("is_estimate") is True, rows=rows_in(sheet.form, typed)),
    )


@page.post("/form")
def file(campaign: str, period: str, unit: str) -> AnyResponse:
    """File what was typed; or add or remove a row, or just show it again."""
    sheet = _open(campaign, period, unit)
    reading = read_web(sheet.form, request.form.to_dict(flat=False))
    as_typed = _View(
        typed=reading.typed,
        is_estimate=request.form.get("is_estimate") == "yes",
        rows=rows_in(sheet.form, request.form),
    )
    if forgery.is_doubtful():
        return Response(_page(sheet, replace(as_typed, notice=_DOUBTFUL)), 400)
    if "add_row" in request.form or "remove_row" in request.form:
        return Response(_page(sheet, _with_rowsreplace(sheet, as_typed)))
    if request.form.get("action") != "file":
        return Response(_page(sheet, as_typed))
    return _file(sheet, reading, as_typed)


def _open(campaign: str, period: str, unit: str) -> Sheet:
    return open_sheet(context.host(), context.actor(), campaign_code=campaign, period_code=period, unit_code=unit)


def _file(sheet: Sheet, reading: WebReading, as_typed: _View) -> AnyResponse:
    envelope, misread = read_envelope(_sent(sheet, reading))
    if envelope is None:
        raise InvalidPayloadError("Báo cáo còn ô sai, chưa nộp được.", misread)
    key = request.form.get("idempotency_key", "")[:_LONGEST_KEY] or None
    try:
        receipt = file_report(
            context.host(),
            context.actor(),
            envelope,
            channel=Channel.WEB,
            idempotency_key=key,
            request_digest=_digest() if key else None,
            unread=(*misread, *reading.unread),
        )
    except InvalidPayloadError as refusal:
        findings = reading.as_seen(refusal.findings)
        may_confirm = isinstance(refusal, ConfirmationNeededError)
        return _again(refusal, sheet, replace(as_typed, findings=findings, may_confirm=may_confirm))
    except (ConflictError, KeyReusedError) as refusal:
        # Somebody filed meanwhile, or the period closed: show the sheet as it now stands.
        now = _open(sheet.campaign.code, sheet.period.code, sheet.obligation.unit_code)
        notice = _SENT_BEFORE if isinstance(refusal, KeyReusedError) else refusal.message
        return _again(refusal, now, replace(as_typed, notice=notice))
    return redirect(url_for("receipt.show", report_id=receipt.report_id, revision=receipt.revision), 303)


def _again(refusal: ThiduaError, sheet: Sheet, view: _View) -> Response:
    return Response(_page(sheet, view), status_of(refusal)[0])


def _sent(sheet: Sheet, reading: WebReading) -> dict[str, object]:
    """Write what was posted as the envelope that every door takes."""
    revision = clean_text(request.form.get("revision", ""), lines=False)
    people = {
        who: {
            part: clean_text(reading.typed.get(f"/{who}/{part}", ""), lines=False) for part in ("full_name", "position")
        }
        for who in _PEOPLE
    }
    return {
        **reading.rows,
        **{who: cells for who, cells in people.items() if any(cells.values())},
        "campaign_code": sheet.campaign.code,
        "form_code": sheet.form.code,
        "form_version": sheet.form.version,
        "unit_code": sheet.obligation.unit_code,
        "period_code": sheet.period.code,
        "revision": int(revision) if revision.isascii() and revision.isdecimal() else 0,
        "is_estimate": request.form.get("is_estimate") == "yes",
        "correction_reason": clean_text(reading.typed.get("/correction_reason", ""), lines=True),
        "confirm_warnings": request.form.get("confirm_warnings") == "yes",
        "fields": {**reading.fields, **_computed(sheet)},
        "by_topic": {name: dict(counts) for name, counts in reading.by_topic.items()},
    }


def _computed(sheet: Sheet) -> dict[str, int]:
    """Return what the ledger says for the computed cells of this form; nobody types them."""
    return {name: value for name, value in sheet.computed.items() if name in sheet.form.cell_fields}


def _digest() -> str:
    """Digest what was posted, so that the same key with other content is noticed."""
    sent = sorted((name, text) for name, text in request.form.items(multi=True) if name != "csrf_token")
    return hashlib.sha256(json.dumps(sent, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def _with_rowsreplace(sheet: Sheet, view: _View) -> _View:
    """Add an empty row to a table, or take one away with what was typed in it."""
    rows = {name: list(indexes) for name, indexes in view.rows.items()}
    table = request.form.get("add_row", "").removeprefix("/")
    if table in rows:
        new = max(rows[table], default=-1) + 1
        if len(rows[table]) < (sheet.form.field(table).most or 0):
            rows[table].append(new)
        first = sheet.form.field(table).columns[0].name
        return replace(view, rows=rows, go_to=control_id(f"/{table}/{new}/{first}"))
    removed = _ROW_TO_REMOVE.fullmatch(request.form.get("remove_row", ""))
    if removed is None or removed[1].removeprefix("/") not in rows:
        return view
    table, index = removed[1].removeprefix("/"), int(removed[2])
    rows[table] = [each for each in rows[table] if each != index]
    typed = {name: text for name, text in view.typed.items() if not name.startswith(f"/{table}/{index}/")}
    return replace(view, rows=rows, typed=typed, go_to=control_id(f"/{table}"))


def _page(sheet: Sheet, view: _View) -> str:
    drawer = Drawer(
        form=sheet.form,
        typed={**view.typed, **{cell(name): number(value) for name, value in _computed(sheet).items()}},
        findings=view.findings,
        tags=sheet.period.tags,
        earlier=sheet.previous.payload if sheet.previous else {},
        rows=view.rows,
    )
    errors = sum(1 for finding in view.findings if finding.level is Level.ERROR)
    return render_template(
        "pages/form.html",
        sheet=sheet,
        use=_use_of(sheet),
        sections=[(section.title, drawer.section(section.fields)) for section in sheet.form.sections],
        people=_people(drawer),
        correction=_correction(drawer) if sheet.next_revision else None,
        summary=[
            (shown, label_at(sheet.form, shown.cell, view.rows), control_id(first_cell(sheet.form, shown.cell)))
            for shown in drawer.shown
        ],
        errors=errors,
        warnings=len(view.findings) - errors,
        view=view,
        idempotency_key=secrets.token_urlsafe(18),
    )


def _use_of(sheet: Sheet) -> FormUse | None:
    """Return the plan's line that asks this unit type for this form, with its deadline rule."""
    return next(
        (
            use
            for use in sheet.period.forms
            if use.form == sheet.form.code and sheet.obligation.unit_type in use.unit_types
        ),
        None,
    )


def _people(drawer: Drawer) -> list[tuple[str, tuple[Control, Control]]]:
    return [
        (
            title,
            (
                drawer.envelope_cell(f"/{who}/full_name", "Họ và tên", need=Need.CONDITIONAL),
                drawer.envelope_cell(f"/{who}/position", "Chức vụ", need=Need.CONDITIONAL),
            ),
        )
        for who, title in _PEOPLE.items()
    ]


def _correction(drawer: Drawer) -> Control:
    return drawer.envelope_cell(
        "/correction_reason",
        "Lý do điều chỉnh",
        kind="paragraph",
        hint=f"Ghi ngắn gọn số nào sai và vì sao; tối đa {CORRECTION_REASON_LENGTH} ký tự.",
        need=Need.REQUIRED,
    )
