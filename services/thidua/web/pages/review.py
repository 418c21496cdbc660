"""Send a report back, or take it back: the pages where a reason is written.

Whatever goes wrong, the page comes back with everything as typed, also when the report moved on
meanwhile: then over the newest filing.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from functools import partial

from flask import Blueprint
from flask import Response
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from werkzeug.wrappers import Response as AnyResponse

from thidua.application.reports.answering import Remark
from thidua.application.review.reading import ReportSheet
from thidua.application.review.reading import read_report
from thidua.application.review.remarking import NOTE_LENGTH
from thidua.application.review.remarking import text_at
from thidua.application.review.reviewing import return_report
from thidua.application.review.reviewing import withdraw_report
from thidua.domain.errors import ConflictError
from thidua.domain.errors import InvalidPayloadError
from thidua.domain.errors import MalformedRequestError
from thidua.domain.errors import NotAllowedError
from thidua.domain.errors import ThiduaError
from thidua.forms.compose import ComposedForm
from thidua.forms.readers import clean_text
from thidua.web import context
from thidua.web import forgery
from thidua.web.cells import control_id
from thidua.web.cells import escaped
from thidua.web.cells import label_at
from thidua.web.cells import unescaped
from thidua.web.changed import where
from thidua.web.errors import status_of
from thidua.web.evidence import listing_of
from thidua.web.evidence import place_of
from thidua.web.filed import lines_of
from thidua_sdk import Finding

__all__ = ["page", "seen_revision"]

page = Blueprint("review", __name__, url_prefix="/reports/<int:report_id>")

_DOUBTFUL = (
    "Phiên đăng nhập đã đổi từ khi bạn mở trang này, nên báo cáo chưa được trả lại. "
    "Những gì đã gõ vẫn còn nguyên; hãy kiểm tra rồi bấm lần nữa."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Typed:
    """What stands in the page's controls; ``remarks`` and ``quotes`` by the cell's pointer."""

    reason: str = ""
    incomplete: bool = False
    remarks: Mapping[str, str] = field(default_factory=dict)
    quotes: Mapping[str, str] = field(default_factory=dict)
    findings: Mapping[str, Sequence[str]] = field(default_factory=dict)
    notice: str = ""


@dataclass(frozen=True, slots=True)
class AskBox:
    """Where a remark on one cell is written; ``label`` says which, ``quotes`` whether it has sentences to quote."""

    pointer: str
    name: str
    id: str
    label: str
    text: str
    quotes: bool
    quote_name: str
    quote: str
    findings: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        """Tell whether the box starts unfolded."""
        return bool(self.text or self.quote or self.findings)


@page.get("/return")
def ask_return(report_id: int) -> str:
    """Show every cell with a box for what is to be mended."""
    sheet = read_report(context.host(), context.actor(), report_id)
    _require_office(sheet)
    return _return_page(sheet, _Typed())


@page.post("/return")
def give_back(report_id: int) -> AnyResponse:
    """Send the report back with what was typed."""
    sheet = read_report(context.host(), context.actor(), report_id)
    _require_office(sheet)
    typed = _typed()
    if forgery.is_doubtful() or request.form.get("action") == "show":
        notice = _DOUBTFUL if forgery.is_doubtful() else ""
        return Response(_return_page(sheet, replace(typed, notice=notice)), 400 if notice else 200)
    remarks = _remarks(sheet.form, typed)
    try:
        return_report(
            context.host(),
            context.actor(),
            report_id,
            revision=seen_revision(),
            reason=typed.reason,
            remarks=remarks,
            incomplete=typed.incomplete,
        )
    except InvalidPayloadError as refusal:
        found = _placed(refusal.findings, remarks)
        return _refused(refusal, _return_page(sheet, replace(typed, findings=found)))
    except ConflictError as refusal:
        now = read_report(context.host(), context.actor(), report_id)
        return _refused(refusal, _return_page(now, replace(typed, notice=refusal.message)))
    return redirect(url_for("report.show", report_id=report_id), 303)


@page.get("/withdraw")
def ask_withdraw(report_id: int) -> str:
    """Ask why the report is taken back."""
    sheet = read_report(context.host(), context.actor(), report_id)
    _require_unit(sheet)
    return _withdraw_page(sheet)


@page.post("/withdraw")
def withdraw(report_id: int) -> AnyResponse:
    """Take the report back."""
    sheet = read_report(context.host(), context.actor(), report_id)
    _require_unit(sheet)
    reason = _text("reason")
    try:
        withdraw_report(context.host(), context.actor(), report_id, revision=seen_revision(), reason=reason)
    except InvalidPayloadError as refusal:
        return _refused(refusal, _withdraw_page(sheet, reason, finding=refusal.findings[0].message))
    except ConflictError as refusal:
        now = read_report(context.host(), context.actor(), report_id)
        return _refused(refusal, _withdraw_page(now, reason, notice=refusal.message))
    return redirect(url_for("report.show", report_id=report_id), 303)


def seen_revision() -> int:
    """Return the revision that the posted page showed.

    Raises:
        MalformedRequestError: the page does not say.
    """
    number = request.form.get("revision", "")
    if not (number.isascii() and number.isdecimal() and len(number) < 10):  # noqa: PLR2004  no report is filed that often
        raise MalformedRequestError("Yêu cầu không nói rõ lần nộp nào đã được xem.")
    return int(number)


def _require_office(sheet: ReportSheet) -> None:
    if not sheet.may_review:
        raise NotAllowedError("Chỉ Văn phòng Sở trả lại báo cáo.", subject=str(sheet.report.id))


def _require_unit(sheet: ReportSheet) -> None:
    if not sheet.is_own:
        raise NotAllowedError("Chỉ đơn vị nộp báo cáo mới thu hồi được.", subject=str(sheet.report.id))


def _refused(refusal: ThiduaError, shown: str) -> Response:
    return Response(shown, status_of(refusal)[0])


def _text(name: str) -> str:
    return clean_text(request.form.get(name, ""), lines=True)


def _typed() -> _Typed:
    boxes: dict[str, dict[str, str]] = {"remarks": {}, "quotes": {}}
    for name in request.form:
        _, box, *rest = name.split("/", 2) if name.startswith("/") else ("", "")
        if box in boxes and rest and (text := _text(name)):
            boxes[box][unescaped(rest[0])] = text
    return _Typed(
        reason=_text("reason"),
        incomplete=request.form.get("incomplete") == "yes",
        remarks=boxes["remarks"],
        quotes=boxes["quotes"],
    )


def _remarks(form: ComposedForm, typed: _Typed) -> list[Remark]:
    """Return what was typed, in form order; a quote without words is one too, and found wanting."""
    cells = sorted({**typed.remarks, **typed.quotes}, key=form.place)
    return [Remark(cell, typed.remarks.get(cell, ""), typed.quotes.get(cell, "")) for cell in cells]


def _placed(findings: Iterable[Finding], remarks: Sequence[Remark]) -> dict[str, list[str]]:
    """Tell for each control what is wrong there: ``reason``, or a remark's cell."""
    placed: dict[str, list[str]] = {}
    for finding in findings:
        parts = finding.cells[0].split("/")
        is_remark = parts[1] == "remarks" and len(parts) > 2 and int(parts[2]) < len(remarks)  # noqa: PLR2004
        placed.setdefault(remarks[int(parts[2])].cell if is_remark else parts[1], []).append(finding.message)
    return placed


def _return_page(sheet: ReportSheet, typed: _Typed) -> str:
    payload = sheet.revisions[-1].payload
    parts = lines_of(sheet.form, payload, None, sees_people=sheet.sees_people)
    boxes = {}
    for part in parts:
        for line in part.lines:
            if not line.is_computed:
                boxes[line.pointer] = _box(sheet, typed, line.pointer)
        for table in part.tables:
            boxes[table.pointer] = _box(sheet, typed, table.pointer)
            for index in range(len(table.rows)):
                boxes[f"{table.pointer}/{index}"] = _box(sheet, typed, f"{table.pointer}/{index}")
    elsewhere = [_box(sheet, typed, cell) for cell in {**typed.remarks, **typed.quotes} if cell not in boxes]
    shown = [box for box in (*boxes.values(), *elsewhere) if box.findings]
    return render_template(
        "pages/return.html",
        sheet=sheet,
        revision=sheet.revisions[-1],
        parts=parts,
        listing=listing_of(
            context.host(), (sheet.report.campaign_code, sheet.report.period_code, sheet.report.unit_code), sheet.form
        ),
        place_of=partial(place_of, sheet.form),
        boxes=boxes,
        elsewhere=elsewhere,
        summary=shown,
        typed=typed,
        longest=NOTE_LENGTH,
    )


def _box(sheet: ReportSheet, typed: _Typed, pointer: str) -> AskBox:
    payload = sheet.revisions[-1].payload
    rows = {name: range(len(found)) for name in sheet.form.tables if isinstance(found := payload.get(name), list)}
    label = label_at(sheet.form, pointer, rows) if pointer.count("/") else ""
    part = where(sheet.form, pointer) if label and pointer.split("/")[1] not in sheet.form.tables else ""
    name = f"/remarks/{escaped(pointer)}"
    return AskBox(
        pointer,
        name,
        control_id(name.replace("~1", "--")),
        ", ".join(words for words in (label or pointer, part) if words),
        typed.remarks.get(pointer, ""),
        bool(text_at(payload, pointer)) and _has_sentences(sheet.form, pointer),
        f"/quotes/{escaped(pointer)}",
        typed.quotes.get(pointer, ""),
        tuple(typed.findings.get(pointer, ())),
    )


def _has_sentences(form: ComposedForm, pointer: str) -> bool:
    parts = pointer.split("/")
    model = form.cell_fields.get(parts[2]) if parts[1] == "fields" and len(parts) == 3 else None  # noqa: PLR2004
    return model is not None and model.kind in {"paragraph", "list_of"}


def _withdraw_page(sheet: ReportSheet, reason: str = "", *, finding: str = "", notice: str = "") -> str:
    return render_template(
        "pages/withdraw.html", sheet=sheet, reason=reason, finding=finding, notice=notice, longest=NOTE_LENGTH
    )
