"""A report as filed, what a newer filing changed, its ledger, and the Office's acceptance."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from flask import Blueprint
from flask import Response
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from werkzeug.wrappers import Response as AnyResponse

from thidua.application.reports.plain_reports import read_plain_report
from thidua.application.review.comparing import baseline_of
from thidua.application.review.comparing import compare
from thidua.application.review.reading import ReportSheet
from thidua.application.review.reading import read_report
from thidua.application.review.remarking import NOTE_LENGTH
from thidua.application.review.reviewing import accept_report
from thidua.application.status.counted import counted_report
from thidua.domain.errors import ConflictError
from thidua.domain.errors import InvalidPayloadError
from thidua.domain.errors import NotFoundError
from thidua.domain.errors import QuarantinedError
from thidua.domain.reports import Revision
from thidua.forms.readers import clean_text
from thidua.web import context
from thidua.web.changed import changes_of
from thidua.web.errors import status_of
from thidua.web.evidence import listing_of
from thidua.web.evidence import place_of
from thidua.web.filed import lines_of
from thidua.web.ledger import lines_of_ledger
from thidua.web.ledger import paper_of
from thidua.web.ledger import scan_of
from thidua.web.pages.review import seen_revision

__all__ = ["page"]

page = Blueprint("report", __name__, url_prefix="/reports/<int:report_id>")


@page.get("")
def show(report_id: int) -> str:
    """Show the newest revision, or the one asked for, with what it changed.

    ``against`` names another revision to compare with. Who reviews an answer or a correction
    reads first and only what changed; naming a revision shows it whole.
    """
    try:
        return _shown(read_report(context.host(), context.actor(), report_id))
    except QuarantinedError as stopped:
        # Nothing was pinned, or it cannot be read: what was filed is in the ledger all the same.
        plain = read_plain_report(context.host(), context.actor(), report_id)
        return render_template("pages/report_plain.html", plain=plain, why=stopped.message)


@page.post("/accept")
def accept(report_id: int) -> AnyResponse:
    """Accept the revision that was read; if it is no more the newest, show the newest with what was typed."""
    note = clean_text(request.form.get("note", ""), lines=False)
    from_now = request.form.get("counts_from_now_filed") == "yes"
    try:
        accept_report(
            context.host(),
            context.actor(),
            report_id,
            revision=seen_revision(),
            note=note,
            counts_from_now_filed=from_now,
        )
    except (ConflictError, InvalidPayloadError) as refusal:
        sheet = read_report(context.host(), context.actor(), report_id)
        said = refusal.findings[0].message if isinstance(refusal, InvalidPayloadError) else refusal.message
        return Response(_shown(sheet, notice=said, note=note, from_now=from_now), status_of(refusal)[0])
    return redirect(url_for("report.show", report_id=report_id), 303)


def _shown(sheet: ReportSheet, *, notice: str = "", note: str = "", from_now: bool = False) -> str:
    revision, against = _asked_for(sheet), _against(sheet)
    if against is not None and against > revision.number:
        # Whichever way round two filings are chosen, the older one stands first.
        revision, against = next(each for each in sheet.revisions if each.number == against), revision.number
    sheet = replace(sheet, form=sheet.forms[revision.number])
    found = None if against is None or against == revision.number else compare(sheet, against, revision.number)
    before = next((each for each in sheet.revisions if each.number == revision.number - 1), None)
    place = (sheet.report.campaign_code, sheet.report.period_code, sheet.report.unit_code)
    listing = listing_of(context.host(), place, sheet.form)
    return render_template(
        "pages/report.html",
        sheet=sheet,
        listing=listing,
        paper=paper_of(sheet, revision.number),
        first_paper=paper_of(sheet, 0),
        scan=listing.by_digest.get(scan_of(sheet, revision.number)),
        place_of=partial(place_of, sheet.form),
        counted=counted_report(context.host(), context.actor(), sheet.report.id),
        revision=revision,
        parts=()
        if found
        else lines_of(
            sheet.form,
            revision.payload,
            before.payload if before else None,
            was=sheet.forms[before.number] if before else None,
            sees_people=sheet.sees_people,
        ),
        comparison=found,
        changes=changes_of(found) if found else (),
        ledger=lines_of_ledger(sheet),
        is_newest=revision.number == sheet.report.revision,
        typed={"notice": notice, "note": note, "from_now": from_now},
        longest=NOTE_LENGTH,
    )


def _asked_for(sheet: ReportSheet) -> Revision:
    asked = request.args.get("revision", "")
    if not asked:
        return sheet.revisions[-1]
    return _named(sheet, asked)


def _against(sheet: ReportSheet) -> int | None:
    """Return the revision to compare with, None to show a revision whole."""
    asked = request.args.get("against", "")
    if asked:
        return _named(sheet, asked).number
    return baseline_of(sheet) if sheet.can_review and not request.args.get("revision") else None


def _named(sheet: ReportSheet, text: str) -> Revision:
    found = next((revision for revision in sheet.revisions if str(revision.number) == text), None)
    if found is None:
        raise NotFoundError("Báo cáo không có lần nộp này.", subject="revision")
    return found
