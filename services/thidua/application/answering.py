"""What a unit may change in a report that was sent back: the opened cells, with an answer to each remark."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass

from thidua.domain.ledger import Entry
from thidua.forms.compose import ComposedForm
from thidua.forms.differences import differences
from thidua.forms.differences import is_open
from thidua.forms.envelope import Envelope
from thidua_sdk import Finding
from thidua_sdk import Level

__all__ = ["Remark", "ReturnedReport", "answer_findings"]


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
    cell.
    """

    payload: Mapping[str, object]
    reason: str
    remarks: tuple[Remark, ...]
    is_whole: bool

    @classmethod
    def of(cls, entry: Entry, payload: Mapping[str, object]) -> ReturnedReport:
        """Read the ledger's entry of a return; ``payload`` is that of the revision it speaks of."""
        given = entry.body.get("remarks")
        remarks = tuple(
            Remark(str(each["cell"]), str(each["text"]), str(each.get("quote") or ""))
            for each in (given if isinstance(given, list) else ())
        )
        is_whole = entry.body.get("incomplete") is True or not remarks
        return cls(payload, entry.note, remarks, is_whole)

    def opens(self, pointer: str) -> bool:
        """Tell whether a cell may be changed."""
        return self.is_whole or is_open(pointer, (remark.cell for remark in self.remarks))


def answer_findings(form: ComposedForm, envelope: Envelope, returned: ReturnedReport) -> Iterator[Finding]:
    """Find changed cells that were not opened, and remarks without an answer; all of them errors."""
    for difference in differences(form, returned.payload, envelope.payload):
        if not returned.opens(difference.cell):
            message = "Ô này không nằm trong các ô được mở để sửa; hãy để nguyên như lần nộp trước."
            yield Finding("not_open", Level.ERROR, message, (difference.cell,))
    answered = {answer.cell for answer in envelope.answers if answer.text.strip()}
    for remark in returned.remarks:
        if remark.cell not in answered:
            message = f"Chưa trả lời yêu cầu sửa của Văn phòng Sở: “{remark.text}”"
            yield Finding("answer", Level.ERROR, message, (remark.cell,))
    asked = {remark.cell for remark in returned.remarks}
    for answer in envelope.answers:
        if answer.cell not in asked:
            yield Finding("unknown", Level.ERROR, "Không có yêu cầu sửa nào ở ô này.", ("/answers",))
