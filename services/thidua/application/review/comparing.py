"""Two filings of one report side by side: what changed, what was asked of it, what the unit says.

The second review reads this instead of the whole report; so does whoever follows a correction.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace

from thidua.application.reports.answering import Remark
from thidua.application.reports.answering import ReturnedReport
from thidua.application.reports.answering import answers_in
from thidua.application.review.reading import ReportSheet
from thidua.domain.errors import NotFoundError
from thidua.domain.ledger import FILINGS
from thidua.domain.ledger import Entry
from thidua.domain.reports import EventKind
from thidua.domain.reports import ReportState
from thidua.domain.reports import Revision
from thidua.forms.compose import ComposedForm
from thidua.forms.differences import Difference
from thidua.forms.differences import differences
from thidua.forms.pointers import cell_model

__all__ = ["Asked", "Comparison", "baseline_of", "compare", "revision_of"]

#: What the envelope says beside the cells.
_BESIDE = ("is_estimate", "prepared_by", "approved_by")


@dataclass(frozen=True, slots=True)
class Asked:
    """One remark with the unit's answer, empty where there is none yet."""

    remark: Remark
    answer: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two filings of a report, each with the form it was filed in: a year may have taken up another between them.

    ``changes`` are the cells that differ, in form order, ``beside`` what differs in the envelope
    (who prepared it, whether it is an estimate, comments). ``asked`` is what the return between
    the two asked for, ``outside`` the changes that it did not open: none, unless the store was
    changed by hand. What only one of the forms knows came or went with the form, and is never outside.
    """

    before: Revision
    after: Revision
    before_form: ComposedForm
    after_form: ComposedForm
    changes: tuple[Difference, ...]
    beside: tuple[Difference, ...]
    returned: ReturnedReport | None
    asked: tuple[Asked, ...]
    outside: tuple[Difference, ...]

    def only_in(self, pointer: str) -> Revision | None:
        """Return the filing whose form alone has a cell, None where both have it."""
        was, now = (cell_model(form, pointer) is not None for form in (self.before_form, self.after_form))
        return None if was == now else self.before if was else self.after


def baseline_of(sheet: ReportSheet) -> int | None:
    """Return the revision that the newest one is read against, None if it is read as a whole.

    That is the one sent back, where a return is being answered, else the accepted one, where a
    correction waits.
    """
    if sheet.report.state is not ReportState.SUBMITTED:
        return None
    if sheet.returned is not None:
        return sheet.returned.revision
    return sheet.report.accepted_revision


def revision_of(sheet: ReportSheet, number: int) -> Revision:
    """Return a filing by number.

    Raises:
        NotFoundError: the report has none with this number.
    """
    found = next((revision for revision in sheet.revisions if revision.number == number), None)
    if found is None:
        raise NotFoundError("Báo cáo không có lần nộp này.", subject="revision")
    return found


def compare(sheet: ReportSheet, before: int, after: int) -> Comparison:
    """Compare two filings of a report, as far as the reader may see them.

    Raises:
        NotFoundError: there is no such filing, or ``before`` does not come before ``after``.
    """
    old, new = revision_of(sheet, before), revision_of(sheet, after)
    if before >= after:
        raise NotFoundError("Hãy chọn một lần nộp trước để so với lần nộp sau.", subject="against")
    was, form = sheet.forms[before], sheet.forms[after]
    changes = differences(form, old.payload, new.payload, was=was)
    entry = _return_of(sheet.entries, before)
    returned = None if entry is None else ReturnedReport.of(entry, old.payload)
    answers = _answers_of(sheet.entries, after)
    remarks = () if returned is None else returned.remarks
    found = Comparison(
        before=old,
        after=new,
        before_form=was,
        after_form=form,
        changes=changes,
        beside=tuple(_beside(old.payload, new.payload)),
        returned=returned,
        asked=tuple(Asked(remark, answers.get(remark.cell, "")) for remark in remarks),
        outside=(),
    )
    if returned is None:
        return found
    unasked = (each for each in changes if not returned.opens(each.cell) and found.only_in(each.cell) is None)
    return replace(found, outside=tuple(unasked))


def _return_of(entries: tuple[Entry, ...], number: int) -> Entry | None:
    """Return how a revision was sent back."""
    return next((entry for entry in entries if entry.kind is EventKind.RETURNED and entry.revision == number), None)


def _answers_of(entries: tuple[Entry, ...], number: int) -> dict[str, str]:
    filed = next((entry for entry in entries if entry.kind in FILINGS and entry.revision == number), None)
    return {} if filed is None else answers_in(filed)


def _beside(old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[Difference]:
    for name in _BESIDE:
        if (old.get(name) or None) != (new.get(name) or None):
            yield Difference(f"/{name}", old.get(name), new.get(name))
    comments = [_comments(payload) for payload in (old, new)]
    for pointer in dict.fromkeys((*comments[0], *comments[1])):
        said = [each.get(pointer) for each in comments]
        if said[0] != said[1]:
            yield Difference(f"/comments{pointer}", said[0], said[1])


def _comments(payload: Mapping[str, object]) -> Mapping[str, object]:
    said = payload.get("comments")
    return said if isinstance(said, Mapping) else {}
