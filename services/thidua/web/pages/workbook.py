"""The report form as a workbook: handed out, sent back, shown beside the draft, and taken over as the person chooses.

Nothing is kept between the two steps: what may be taken over goes out with the page and comes back
with the choice. Nothing is filed here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import Blueprint
from flask import Response
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from werkzeug.wrappers import Response as AnyResponse

from thidua.application.reports.drafting import DraftPlace
from thidua.application.reports.drafts import open_draft
from thidua.application.reports.sheets import Sheet
from thidua.application.reports.workbooks import Compared
from thidua.application.reports.workbooks import Remark
from thidua.application.reports.workbooks import compare_workbook
from thidua.application.reports.workbooks import fill_draft
from thidua.application.reports.workbooks import make_workbook
from thidua.domain.attachments import MediaType
from thidua.domain.drafts import DraftCell
from thidua.domain.errors import ConflictError
from thidua.domain.errors import UnwantedFileError
from thidua.forms.compose import ComposedForm
from thidua.forms.pointers import COMMENTS
from thidua.forms.pointers import cell_model
from thidua.forms.pointers import unescaped
from thidua.forms.workbook.cells import option_words
from thidua.forms.workbook.plan import ENVELOPE
from thidua.web import context
from thidua.web.cells import label_at
from thidua.web.cells import rows_in
from thidua.web.errors import status_of
from thidua.web.pages.form_posted import whole_number
from thidua_sdk import Choice
from thidua_sdk import Flag

__all__ = ["page"]

page = Blueprint("workbook", __name__, url_prefix="/campaigns/<campaign>/periods/<period>/units/<unit>/form/workbook")

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9.-]+")
_FILE = "workbook"
_TAKE = "take"
_SANDBOX = "sandbox; default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
_NO_FILE = "Chưa chọn tệp nào; hãy chọn tệp .xlsx đã điền."


@dataclass(frozen=True, slots=True)
class _Shown:
    """A cell where workbook and draft differ, in words; ``newer`` names who changed the draft since."""

    pointer: str
    label: str
    place: str
    before: str
    after: str
    text: str
    newer: DraftCell | None


@page.get("")
def download(campaign: str, period: str, unit: str) -> Response:
    """Hand out the form's workbook, with what the draft holds, to be saved."""
    content = make_workbook(context.host(), context.actor(), DraftPlace(campaign, period, unit))
    name = _NOT_IN_NAMES.sub("-", f"bieu-bao-cao-{unit}-{period}")
    response = Response(content, content_type=MediaType.XLSX.value)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    response.headers["Content-Security-Policy"] = _SANDBOX
    return response


@page.get("/import")
def choose(campaign: str, period: str, unit: str) -> str:
    """Ask for the filled workbook."""
    return _asked(DraftPlace(campaign, period, unit))


@page.post("/import")
def compare(campaign: str, period: str, unit: str) -> AnyResponse:
    """Show what a filled workbook says beside what the draft holds; nothing is written."""
    place = DraftPlace(campaign, period, unit)
    sent = request.files.get(_FILE)
    if sent is None or not sent.filename:
        return Response(_asked(place, _NO_FILE), 422)
    try:
        compared = compare_workbook(context.host(), context.actor(), place, sent.read())
    except (UnwantedFileError, ConflictError) as refusal:
        return Response(_asked(place, refusal.message), status_of(refusal)[0])
    form = compared.desk.sheet.form
    # One count of the rows for the whole page: what is said of “dòng 2” is said of the same row everywhere.
    rows = rows_in(form, compared.cells)
    shown = _shown(form, compared, rows)
    return Response(
        render_template(
            "workbook/compared.html",
            sheet=compared.desk.sheet,
            compared=compared,
            filled=[each for each in shown if not each.before],
            differing=[each for each in shown if each.before],
            errors=_labelled(form, compared.errors, rows),
            warnings=_labelled(form, compared.warnings, rows),
            unfilled=_labelled(form, compared.unfilled, rows),
            missing=list(dict.fromkeys(label_at(form, at, rows) or ENVELOPE[at].label for at in compared.missing)),
        )
    )


@page.post("/fill")
def fill(campaign: str, period: str, unit: str) -> AnyResponse:
    """Take over into the draft what was chosen, then open the form."""
    place = DraftPlace(campaign, period, unit)
    chosen = {name for name in request.form.getlist(_TAKE) if name.startswith("/")}
    cells = {pointer: request.form.get(f"to:{pointer}", "") for pointer in chosen}
    try:
        filled = fill_draft(
            context.host(),
            context.actor(),
            place,
            base=whole_number("draft_version"),
            cells=cells,
            revision=whole_number("revision"),
        )
    except ConflictError as refusal:
        return Response(_asked(place, refusal.message), status_of(refusal)[0])
    if not filled.conflicts:
        return redirect(f"{url_for('form.show', campaign=campaign, period=period, unit=unit)}#ban-nhap", 303)
    sheet = _sheet(place)
    rows = rows_in(sheet.form, (cell.pointer for cell in filled.conflicts))
    told = [
        _Shown(
            cell.pointer,
            _label(sheet.form, cell.pointer, rows),
            "",
            _words(sheet.form, cell.pointer, cell.typed or ""),
            _words(sheet.form, cell.pointer, filled.sent.get(cell.pointer) or ""),
            "",
            cell,
        )
        for cell in filled.conflicts
    ]
    return Response(render_template("workbook/kept.html", sheet=sheet, filled=filled, kept=told), 409)


def _asked(place: DraftPlace, refusal: str = "") -> str:
    return render_template("workbook/choose.html", sheet=_sheet(place), refusal=refusal)


def _sheet(place: DraftPlace) -> Sheet:
    return open_draft(context.host(), context.actor(), place).desk.sheet


def _shown(form: ComposedForm, compared: Compared, rows: dict[str, list[int]]) -> list[_Shown]:
    return [
        _Shown(
            each.pointer,
            _label(form, each.pointer, rows),
            each.place,
            _words(form, each.pointer, each.before),
            _words(form, each.pointer, each.after),
            each.after,
            each.newer,
        )
        for each in compared.differences
    ]


def _labelled(form: ComposedForm, remarks: tuple[Remark, ...], rows: dict[str, list[int]]) -> list[tuple[str, Remark]]:
    return [(_label(form, each.pointer, rows), each) for each in remarks]


def _label(form: ComposedForm, pointer: str, rows: dict[str, list[int]]) -> str:
    """Return the words for a cell, with those of its column or topic."""
    if pointer in ENVELOPE:
        return ENVELOPE[pointer].label
    if pointer.startswith(COMMENTS):
        return f"Ghi chú cho ô {_label(form, unescaped(pointer.removeprefix(COMMENTS)), rows)}"
    last = pointer.rpartition("/")[2]
    model = cell_model(form, pointer)
    if pointer.startswith("/by_topic/"):
        inner = form.topic_labels.get(last, "")
    else:
        # A cell of a group, of a row or of a list says which beside the whole.
        inner = model.label if model is not None and model is not form.by_name.get(last) else ""
    return " – ".join(part for part in (label_at(form, pointer, rows), inner) if part)


def _words(form: ComposedForm, pointer: str, text: str) -> str:
    """Write a typed text as a person reads it: a choice by its words."""
    model = cell_model(form, pointer) or ENVELOPE.get(pointer)
    if model is not None and model.kind == Choice.kind:
        return option_words(model).get(text, text)
    if model is not None and model.kind == Flag.kind:
        return {"yes": "Có", "no": "Không"}.get(text, text)
    return text
