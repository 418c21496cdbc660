"""Until when one unit owes a report: the moments, how the Office changed them, and the forms to do so.

The unit reads the same page. Whatever goes wrong, the page comes back with what was typed, over what
stands now.
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from datetime import datetime

from flask import Blueprint
from flask import Response
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from werkzeug.wrappers import Response as AnyResponse

from thidua.application.access.permissions import Right
from thidua.application.access.permissions import allows
from thidua.application.periods.obligations import PAPER_LENGTH
from thidua.application.periods.obligations import REASON_LENGTH
from thidua.application.periods.obligations import ObligationSheet
from thidua.application.periods.obligations import Wish
from thidua.application.periods.obligations import change_obligation
from thidua.application.periods.obligations import read_obligation
from thidua.domain.errors import ConflictError
from thidua.domain.errors import InvalidPayloadError
from thidua.domain.errors import MalformedRequestError
from thidua.domain.obligations import CHANGE_LABELS
from thidua.domain.reports import ObligationChangeKind
from thidua.forms.days import read_moment
from thidua.forms.numerals import Unreadable
from thidua.forms.readers import clean_text
from thidua.web import context
from thidua.web import forgery
from thidua.web.errors import status_of
from thidua.web.time_line import draw_deadline
from thidua_sdk import Finding
from thidua_sdk import Level

__all__ = ["page"]

page = Blueprint("deadline", __name__, url_prefix="/campaigns/<campaign>/periods/<period>/units/<unit>/deadline")

_DOUBTFUL = (
    "Phiên đăng nhập đã đổi từ khi bạn mở trang này, nên chưa có gì được ghi. "
    "Những gì đã gõ vẫn còn nguyên; hãy kiểm tra rồi bấm lần nữa."
)
#: What a page may ask for, by the word in its form.
_KINDS = {
    "extend": ObligationChangeKind.EXTENDED,
    "exempt": ObligationChangeKind.EXEMPTED,
    "owe": ObligationChangeKind.OWED_AGAIN,
}
_FIELDS = ("ends_at", "reason", "document_number", "requested_by")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Typed:
    """What stands in one of the forms; ``seen`` is how many changes there were when it was opened."""

    form: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    findings: dict[str, list[str]] = field(default_factory=dict)
    notice: str = ""
    seen: int | None = None

    def text(self, form: str, name: str) -> str:
        """Return what was typed in a control."""
        return self.texts.get(name, "") if form == self.form else ""

    def wrong(self, form: str, name: str) -> list[str]:
        """Return what is wrong at a control."""
        return self.findings.get(name, []) if form == self.form else []


@page.get("")
def show(campaign: str, period: str, unit: str) -> str:
    """Show the moments, the history and, to the Office, the forms."""
    return _shown(_read(campaign, period, unit), _Typed())


@page.post("")
def change(campaign: str, period: str, unit: str) -> AnyResponse:
    """Write what the Office asks for; else show the page with what was typed and why not."""
    typed = _typed()
    if forgery.is_doubtful() or request.form.get("action") == "show":
        notice = _DOUBTFUL if forgery.is_doubtful() else ""
        return Response(_shown(_read(campaign, period, unit), replace(typed, notice=notice)), 400 if notice else 200)
    ends_at, unread = _moment(typed.texts["ends_at"])
    wish = Wish(
        kind=_KINDS[typed.form],
        reason=typed.texts["reason"],
        document_number=typed.texts["document_number"],
        requested_by=typed.texts["requested_by"],
        ends_at=ends_at,
        seen=typed.seen,
        unread=unread,
    )
    place = {"campaign_code": campaign, "period_code": period, "unit_code": unit}
    try:
        change_obligation(context.host(), context.actor(), **place, wish=wish)
    except InvalidPayloadError as refusal:
        for finding in refusal.findings:
            typed.findings.setdefault(finding.cells[0].removeprefix("/"), []).append(finding.message)
        return Response(_shown(_read(campaign, period, unit), typed), status_of(refusal)[0])
    except ConflictError as refusal:
        if refusal.subject in _FIELDS:
            typed.findings[refusal.subject] = [refusal.message]
        else:
            typed = replace(typed, notice=refusal.message)
        return Response(_shown(_read(campaign, period, unit), typed), status_of(refusal)[0])
    done = url_for("deadline.show", campaign=campaign, period=period, unit=unit, done=typed.seen)
    return redirect(f"{done}#ket-qua", 303)


def _read(campaign: str, period: str, unit: str) -> ObligationSheet:
    return read_obligation(context.host(), context.actor(), campaign_code=campaign, period_code=period, unit_code=unit)


def _typed() -> _Typed:
    form, seen = request.form.get("form", ""), request.form.get("seen", "")
    if form not in _KINDS or not (seen.isascii() and seen.isdecimal() and len(seen) < 10):  # noqa: PLR2004  nobody changes a deadline that often
        raise MalformedRequestError("Yêu cầu không nói rõ việc cần làm, hoặc đã xem đến thay đổi nào.")
    texts = {name: clean_text(request.form.get(name, ""), lines=name == "reason") for name in _FIELDS}
    return _Typed(form=form, texts=texts, seen=int(seen))


def _moment(text: str) -> tuple[datetime | None, tuple[Finding, ...]]:
    try:
        read = read_moment(text, zone=context.host().zone)
    except Unreadable as problem:
        return None, (Finding(problem.code, Level.ERROR, problem.sentence, ("/ends_at",)),)
    return (None if read is None else datetime.fromisoformat(read)), ()


def _shown(sheet: ObligationSheet, typed: _Typed) -> str:
    owes, person = sheet.obligation, context.actor()
    is_exempt = owes.is_exempt(sheet.now)
    done = request.args.get("done", "")
    return render_template(
        "pages/deadline.html",
        sheet=sheet,
        typed=typed,
        is_exempt=is_exempt,
        line=draw_deadline(sheet.deadline, exempt_until=owes.exempt_until, now=sheet.now),
        labels=CHANGE_LABELS,
        forms=("owe",) if is_exempt else ("extend", "exempt"),
        done=sheet.changes[-1] if sheet.changes and done == str(sheet.changes[-1].seq) else None,
        #: Changes that the person who was refused had not seen.
        unseen=sheet.version if typed.seen is None else typed.seen,
        reads_status=allows(person, Right.READ_STATUS),
        may_change=allows(person, Right.CHANGE_OBLIGATION),
        longest={"reason": REASON_LENGTH, "paper": PAPER_LENGTH},
    )
