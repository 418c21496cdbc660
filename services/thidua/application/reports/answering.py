"""What a unit may change in a report that was sent back: the opened cells, with an answer to each remark."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace
from datetime import datetime

from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.domain.ledger import FILINGS
from thidua.domain.ledger import Entry
from thidua.domain.reports import EventKind
from thidua.domain.reports import Report
from thidua.domain.reports import ReportState
from thidua.forms.compose import ComposedForm
from thidua.forms.differences import differences
from thidua.forms.differences import is_open
from thidua.forms.envelope import Envelope
from thidua.forms.pointers import ANSWERS
from thidua.forms.pointers import COMMENTS
from thidua.forms.pointers import ENVELOPE_CELLS
from thidua.forms.pointers import escaped
from thidua.forms.pointers import unescaped
from thidua_sdk import Finding
from thidua_sdk import Level

__all__ = [
    "ESTIMATE",
    "NOT_OPEN",
    "Remark",
    "ReturnInForce",
    "ReturnedReport",
    "answer_cell",
    "answer_findings",
    "answers_in",
    "answers_since",
    "at_answers",
    "read_return",
    "return_in_force",
]

#: The cell that says whether the figures are estimates.
ESTIMATE = "/is_estimate"
#: What is said of a cell that was not opened.
NOT_OPEN = "Ô này không nằm trong các ô được mở để sửa; hãy để nguyên như lần nộp trước."


@dataclass(frozen=True, slots=True)
class Remark:
    """What the Office asks of one cell; ``quote`` is the sentence meant, empty for the whole cell."""

    cell: str
    text: str
    quote: str = ""


@dataclass(frozen=True, slots=True)
class ReturnedReport:
    """A report as it was sent back: what the revision said and what was asked of it.

    ``is_whole`` tells that everything is open: the filing was incomplete, or the return names no
    cell. ``at`` and ``by`` (account id) say who sent it back when, ``answer_by`` the limit for the
    answer, None where the report's own last moment is all there is.
    """

    payload: Mapping[str, object]
    revision: int
    reason: str
    remarks: tuple[Remark, ...]
    is_whole: bool
    is_incomplete: bool
    at: datetime
    by: int | None
    answer_by: datetime | None

    @classmethod
    def of(cls, entry: Entry, payload: Mapping[str, object]) -> ReturnedReport:
        """Read the ledger's entry of a return; ``payload`` is that of the revision it speaks of."""
        given = entry.body.get("remarks")
        remarks = tuple(
            Remark(str(each["cell"]), str(each["text"]), str(each.get("quote") or ""))
            for each in (given if isinstance(given, list) else ())
        )
        is_incomplete = entry.body.get("incomplete") is True
        limit = entry.body.get("answer_by")
        return cls(
            payload=payload,
            revision=entry.revision,
            reason=entry.note,
            remarks=remarks,
            is_whole=is_incomplete or not remarks,
            is_incomplete=is_incomplete,
            at=entry.at,
            by=entry.by,
            answer_by=datetime.fromisoformat(limit) if isinstance(limit, str) else None,
        )

    def opens(self, pointer: str) -> bool:
        """Tell whether a cell may be changed."""
        return self.is_whole or is_open(pointer, (remark.cell for remark in self.remarks))

    def closes(self, pointer: str) -> bool:
        """Tell whether what is typed in a cell of a draft has no place in the next filing.

        That is a cell that was not opened, a comment on one, and an answer to what nobody asked. Who
        prepared the report and why it is filed again speak of one filing and stay open.
        """
        if pointer.startswith(ANSWERS):
            return unescaped(pointer.removeprefix(ANSWERS)) not in {remark.cell for remark in self.remarks}
        if pointer.startswith(COMMENTS):
            return not self.opens(unescaped(pointer.removeprefix(COMMENTS)))
        if pointer in ENVELOPE_CELLS:
            return pointer == ESTIMATE and not self.is_whole
        return not self.opens(pointer)


@dataclass(frozen=True, slots=True)
class ReturnInForce:
    """The return that binds the next filing.

    ``by`` is the name of who sent it back, ``answers`` are those given so far, by the remark's cell.
    """

    returned: ReturnedReport
    by: str
    answers: Mapping[str, str]


def read_return(work: UnitOfWork, report: Report | None) -> ReturnInForce | None:
    """Read the return that binds the next filing of a report, None where none does."""
    if report is None or report.was_only_filed or report.state in {ReportState.ACCEPTED, ReportState.CONSOLIDATED}:
        return None
    entries = work.reports.entries([report.id])[report.id]
    last = return_in_force(entries)
    if last is None:
        return None
    payload = work.reports.payloads([(report.id, last.revision)])[report.id, last.revision]
    names = work.accounts.names([] if last.by is None else [last.by])
    return ReturnInForce(ReturnedReport.of(last, payload), names.get(last.by or 0, ""), answers_since(entries, last))


def return_in_force(entries: Sequence[Entry]) -> Entry | None:
    """Return the newest return that still binds what the unit may change, None if none does.

    A return binds until the report is accepted, however often it was filed or taken back since:
    otherwise a unit could answer, then file once more and change what nobody opened. Taking back a
    correction ends it with the correction, for the accepted revision then stands again.

    Args:
        entries: a report's chain, by ``seq``.
    """
    for entry in reversed(entries):
        if entry.kind is EventKind.RETURNED:
            return entry
        if entry.kind not in FILINGS and (
            entry.kind is not EventKind.WITHDRAWN or entry.body.get("back_to_accepted") is True
        ):
            return None
    return None


def answers_in(entry: Entry) -> dict[str, str]:
    """Return what a filing answers, by the remark's cell."""
    given = entry.body.get("answers")
    return {str(each["cell"]): str(each["text"]) for each in (given if isinstance(given, list) else ())}


def answers_since(entries: Sequence[Entry], returned: Entry) -> dict[str, str]:
    """Return the newest answers given to a return, by the remark's cell; empty before the first."""
    later = (entry for entry in reversed(entries) if entry.seq > returned.seq and entry.kind in FILINGS)
    newest = next(later, None)
    return {} if newest is None else answers_in(newest)


def answer_findings(form: ComposedForm, envelope: Envelope, returned: ReturnedReport) -> Iterator[Finding]:
    """Find changed cells that were not opened, and remarks without an answer; all of them errors."""
    for difference in differences(form, returned.payload, envelope.payload):
        if not returned.opens(difference.cell):
            yield Finding("not_open", Level.ERROR, NOT_OPEN, (difference.cell,))
    if not returned.is_whole and envelope.is_estimate != (returned.payload.get("is_estimate") is True):
        message = "Mục số liệu ước tính không được mở để sửa; hãy để như lần nộp trước."
        yield Finding("not_open", Level.ERROR, message, (ESTIMATE,))
    answered = {answer.cell for answer in envelope.answers if answer.text.strip()}
    for remark in returned.remarks:
        if remark.cell not in answered:
            message = f"Chưa trả lời yêu cầu sửa của Văn phòng Sở: “{remark.text}”"
            yield Finding("answer", Level.ERROR, message, (remark.cell,))
    asked = {remark.cell for remark in returned.remarks}
    for answer in envelope.answers:
        if answer.cell not in asked:
            yield Finding("unknown", Level.ERROR, "Không có yêu cầu sửa nào ở ô này.", ("/answers",))


def answer_cell(asked: str) -> str:
    """Return the cell of a draft or a page in which the answer to a remark is typed."""
    return ANSWERS + escaped(asked)


def at_answers(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Let a missing answer be shown where the answer is typed, for pages that have such a place."""
    return tuple(
        replace(finding, cells=tuple(map(answer_cell, finding.cells))) if finding.code == "answer" else finding
        for finding in findings
    )
