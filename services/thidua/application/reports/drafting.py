"""The desk a draft lies on: what the form, the ledger and the clock say of it, and the judge's word.

Shared by the use cases of drafts; none of them is here.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from dataclasses import replace
from functools import partial

from thidua.application.derived.stored_sums import accepted_sums
from thidua.application.ports.host import Host
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.reports.answering import answer_findings
from thidua.application.reports.answering import at_answers
from thidua.application.reports.broken_rules import fenced
from thidua.application.reports.record_view import record_for
from thidua.application.reports.sheets import Sheet
from thidua.application.reports.sheets import read_sheet
from thidua.domain.accounts import Actor
from thidua.domain.drafts import Draft
from thidua.domain.errors import ConflictError
from thidua.domain.filing import is_locked
from thidua.domain.plugins import RuleFault
from thidua.forms.envelope import Envelope
from thidua.forms.envelope import read_envelope
from thidua.forms.judge import judge
from thidua.forms.listed_counts import with_listed_counts
from thidua.forms.readers import WebReading
from thidua.forms.readers import read_web
from thidua.forms.rule_running import TellRule
from thidua.forms.written import envelope_data
from thidua_sdk import Finding
from thidua_sdk import Level
from thidua_sdk import Record

__all__ = ["Desk", "DraftPlace", "Judged", "by_first_cell", "lay_out", "require_writable"]


@dataclass(frozen=True, slots=True)
class DraftPlace:
    """Where a draft belongs."""

    campaign_code: str
    period_code: str
    unit_code: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What the judge says of a draft as it would be filed.

    ``findings`` name rows as the person sees them. ``envelope`` is None only where the form's own
    names could not be read.
    """

    envelope: Envelope | None
    reading: WebReading
    findings: tuple[Finding, ...]
    #: Rules of the form that failed.
    faults: tuple[RuleFault, ...] = ()

    @property
    def has_errors(self) -> bool:
        """Tell whether something keeps it from being filed."""
        return self.envelope is None or any(finding.level is Level.ERROR for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Desk:
    """The form with all that the judge must know."""

    sheet: Sheet
    record: Record
    #: How long the form's rules may run.
    limit_s: float
    #: Put around the rules.
    fence: Callable[[], AbstractContextManager[TellRule]]

    @property
    def filed(self) -> dict[str, str]:
        """The newest filed payload as typed text; what a draft's cells are laid over."""
        return self.sheet.filed

    def typed(self, draft: Draft | None) -> dict[str, str]:
        """Return what a person sees in the cells: the draft over what was filed last."""
        cells = draft.typed if draft is not None else {}
        return self.sheet.over_filed({pointer: text or "" for pointer, text in cells.items()})

    def judge(self, typed: Mapping[str, str]) -> Judged:
        """Judge a whole draft, as filing would; the rules of a form that is held back do not run."""
        sheet = self.sheet
        form = replace(sheet.form, rules=(), record_rules=()) if sheet.is_held else sheet.form
        reading = read_web(sheet.form, dict(typed))
        data = envelope_data(
            sheet.form,
            reading,
            unit_code=sheet.obligation.unit_code,
            period_code=sheet.period.code,
            revision=sheet.next_revision,
            computed=sheet.computed,
        )
        envelope, misread = read_envelope(data)
        if envelope is None:
            return Judged(None, reading, misread)
        envelope = with_listed_counts(sheet.form, envelope)
        unread = reading.unread_with(misread)
        with self.fence() as tell:
            judgement = judge(form, envelope, self.record, unread=unread, limit_s=self.limit_s, tell=tell)
        findings = judgement.findings
        if sheet.returned is not None:
            findings += at_answers(answer_findings(sheet.form, envelope, sheet.returned))
        return Judged(envelope, reading, reading.as_seen(findings), judgement.faults)


def lay_out(
    host: Host, work: UnitOfWork, actor: Actor, place: DraftPlace, *, idempotency_key: str | None = None
) -> Desk:
    """Read what a draft is judged against; whether the person may is the caller's first line.

    Raises:
        NotFoundError: nothing is owed there.
    """
    sheet = read_sheet(
        host,
        work,
        actor,
        campaign_code=place.campaign_code,
        period_code=place.period_code,
        unit_code=place.unit_code,
        idempotency_key=idempotency_key,
    )
    sums = accepted_sums(work, sheet.campaign.code, sheet.period.code, sheet.form.sums)
    record = record_for(host, sheet.campaign, sheet.period, sheet.obligation, sheet.earlier, sums, sheet.now)
    return Desk(sheet, record, host.rule_limit_s, partial(fenced, host, sheet.obligation))


def require_writable(sheet: Sheet) -> None:
    """Refuse where nothing could be filed.

    Raises:
        ConflictError: the period or the unit's own deadline is locked, or the unit is exempt.
    """
    if not sheet.period_is_open:
        raise ConflictError("Kỳ báo cáo này đã khóa, không nhận báo cáo nữa.", subject=sheet.period.code)
    if sheet.obligation.is_exempt(sheet.now):
        raise ConflictError("Đơn vị không thuộc diện báo cáo kỳ này.", subject=sheet.obligation.unit_code)
    if is_locked(sheet.obligation, sheet.now):
        raise ConflictError("Đã quá hạn khóa của kỳ này, không nhận báo cáo nữa.", subject=sheet.period.code)


def by_first_cell(findings: tuple[Finding, ...]) -> dict[str, tuple[Finding, ...]]:
    """Group findings by the cell where their sentence is shown."""
    grouped: dict[str, tuple[Finding, ...]] = {}
    for finding in findings:
        grouped[finding.cells[0]] = (*grouped.get(finding.cells[0], ()), finding)
    return grouped
