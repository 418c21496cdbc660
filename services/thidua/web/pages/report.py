"""A report as filed, its ledger, and the Office's acceptance."""

from __future__ import annotations

from flask import Blueprint
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from werkzeug.wrappers import Response as AnyResponse

from thidua.application.reading import ReportSheet
from thidua.application.reading import read_report
from thidua.application.reviewing import accept_report
from thidua.domain.errors import MalformedRequestError
from thidua.domain.errors import NotFoundError
from thidua.domain.reports import Revision
from thidua.web import context
from thidua.web.filed import lines_of

__all__ = ["page"]

page = Blueprint("report", __name__, url_prefix="/reports/<int:report_id>")

_LONGEST_NOTE = 1000


@page.get("")
def show(report_id: int) -> str:
    """Show the newest revision, or the one asked for, with what it changed."""
    sheet = read_report(context.host(), context.actor(), report_id)
    revision = _asked_for(sheet)
    before = next((each for each in sheet.revisions if each.number == revision.number - 1), None)
    return render_template(
        "pages/report.html",
        sheet=sheet,
        revision=revision,
        parts=lines_of(sheet.form, revision.payload, before.payload if before else None, sees_people=sheet.sees_people),
        first=sheet.revisions[0],
    )


@page.post("/accept")
def accept(report_id: int) -> AnyResponse:
    """Accept the revision that was read."""
    number = request.form.get("revision", "")
    if not (number.isascii() and number.isdecimal()):
        raise MalformedRequestError("Yêu cầu không nói rõ lần nộp nào được tiếp nhận.")
    note = request.form.get("note", "").strip()[:_LONGEST_NOTE]
    accept_report(context.host(), context.actor(), report_id, revision=int(number), note=note)
    return redirect(url_for("report.show", report_id=report_id), 303)


def _asked_for(sheet: ReportSheet) -> Revision:
    asked = request.args.get("revision", "")
    if not asked:
        return sheet.revisions[-1]
    found = next((revision for revision in sheet.revisions if str(revision.number) == asked), None)
    if found is None:
        raise NotFoundError("Báo cáo không có lần nộp này.", subject="revision")
    return found
