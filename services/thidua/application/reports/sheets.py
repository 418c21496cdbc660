"""Open a form for filling: what is asked, by when, and what was filed before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime

from thidua.application.access.permissions import Right
from thidua.application.access.permissions import require_unit
from thidua.application.derived.stored_sums import stored_totals
from thidua.application.periods.closing import activity_of
from thidua.application.ports.host import Host
from thidua.application.ports.reach import Crossing
from thidua.application.ports.rows import EarlierPayload
from thidua.application.ports.totals import PROVISIONAL
from thidua.application.ports.totals import total_of
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.reports.answering import ESTIMATE
from thidua.application.reports.answering import ReturnedReport
from thidua.application.reports.answering import answer_cell
from thidua.application.reports.answering import read_return
from thidua.application.reports.broken_rules import is_held
from thidua.application.trail.auditing import note_people
from thidua.application.years.seen import require_serving
from thidua.domain.accounts import Actor
from thidua.domain.audit import Thing
from thidua.domain.errors import NotFoundError
from thidua.domain.filing import filing_state
from thidua.domain.reports import Obligation
from thidua.domain.reports import PeriodState
from thidua.domain.reports import Report
from thidua.forms.compose import ComposedForm
from thidua.forms.written import TICKED
from thidua.forms.written import typed_of
from thidua_sdk import Campaign
from thidua_sdk import FromRoster
from thidua_sdk import Period
from thidua_sdk import Window

__all__ = ["Sheet", "open_sheet", "read_sheet"]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form ready to fill.

    ``payload`` is the newest filed one, empty before the first filing; ``next_revision`` is the
    number the filing must carry; ``earlier`` are the unit's reports of earlier periods, oldest first.
    ``computed`` holds what the ledger says for the form's computed cells. ``is_replay``: the same
    person filed under the same idempotency key before. ``returned`` is the return that binds the
    next filing, with who sent it back and the answers given so far by the remark's cell. ``is_held``:
    the form takes no reports, because a rule of it did not end.
    """

    campaign: Campaign
    period: Period
    form: ComposedForm
    obligation: Obligation
    report: Report | None
    next_revision: int
    payload: Mapping[str, object]
    period_is_open: bool
    earlier: tuple[EarlierPayload, ...]
    computed: Mapping[str, int]
    now: datetime
    returned: ReturnedReport | None = None
    returned_by: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    is_replay: bool = False
    is_held: bool = False

    @property
    def activity(self) -> Window | None:
        """The days that the report covers."""
        return activity_of(self.period, self.obligation)

    @property
    def previous(self) -> EarlierPayload | None:
        """The unit's report of the period before, None if there is none."""
        return self.earlier[-1] if self.earlier else None

    @property
    def filed(self) -> dict[str, str]:
        """The newest filed payload as typed text, with the answers given so far."""
        answers = {answer_cell(cell): text for cell, text in self.answers.items()}
        return typed_of(self.form, self.payload) | answers

    @property
    def closed(self) -> dict[str, str]:
        """What stands in the cells that a return did not open, as typed text; nobody types there."""
        if self.returned is None or self.returned.is_whole:
            return {}
        tick = {ESTIMATE: TICKED} if self.returned.payload.get("is_estimate") is True else {}
        return {p: text for p, text in self.filed.items() if self.returned.closes(p)} | tick

    def is_closed(self, pointer: str) -> bool:
        """Tell whether a return keeps a cell from being typed in."""
        return self.returned is not None and self.returned.closes(pointer)

    def over_filed(self, typed: Mapping[str, str]) -> dict[str, str]:
        """Lay what was typed over what was filed last; a closed cell stays as it was filed."""
        return {**self.filed, **{p: text for p, text in typed.items() if not self.is_closed(p)}, **self.closed}


def open_sheet(
    host: Host,
    actor: Actor,
    *,
    campaign_code: str,
    period_code: str,
    unit_code: str,
    idempotency_key: str | None = None,
    on_behalf: bool = False,
) -> Sheet:
    """Open the form a unit owes in a period; ``on_behalf`` for the Office that enters what came on paper.

    Raises:
        NotAllowedError, NotFoundError: the person may not, or nothing is owed there.
    """
    require_unit(actor, Right.FILE_ON_BEHALF if on_behalf else Right.FILE_REPORT, unit_code)
    with host.work.reading() as work:
        sheet = read_sheet(
            host,
            work,
            actor,
            campaign_code=campaign_code,
            period_code=period_code,
            unit_code=unit_code,
            idempotency_key=idempotency_key,
        )
    if sheet.report is not None:
        shown = {sheet.report.revision: sheet.payload}
        note_people(host, actor, sheet.form, Thing.REPORT, str(sheet.report.id), shown)
    return sheet


def read_sheet(
    host: Host,
    work: UnitOfWork,
    actor: Actor,
    *,
    campaign_code: str,
    period_code: str,
    unit_code: str,
    idempotency_key: str | None = None,
) -> Sheet:
    """Read what a form's page needs; whether the person may is the caller's first line.

    Raises:
        NotFoundError: nothing is owed there.
        QuarantinedError: the campaign's plugin is gone, in quarantine, or not what was pinned.
    """
    context = work.reports.context(
        campaign_code=campaign_code,
        period_code=period_code,
        unit_code=unit_code,
        account_id=actor.account_id,
        idempotency_key=idempotency_key,
    )
    require_serving(host, work, campaign_code, pinned=context.pin)
    campaign = host.catalogue.campaign(campaign_code)
    period = next((period for period in campaign.periods if period.code == period_code), None)
    if period is None:
        raise NotFoundError("Không có kỳ báo cáo này.", subject=period_code)
    if context.obligation is None:
        raise NotFoundError("Đơn vị không có báo cáo nào phải nộp ở kỳ này.", subject=unit_code)
    report = context.report
    payload: Mapping[str, object] = {}
    if report is not None:
        payload = work.reports.payloads([(report.id, report.revision)])[report.id, report.revision]
    now = host.clock.at(context.database_now)
    binding = read_return(work, report)
    return Sheet(
        campaign=campaign,
        period=period,
        form=host.catalogue.form(campaign_code, period_code, context.obligation.form_code),
        obligation=context.obligation,
        report=report,
        next_revision=0 if report is None else report.revision + 1,
        payload=payload,
        period_is_open=context.period_state is PeriodState.OPEN,
        earlier=context.earlier,
        computed=_computed(host, work, campaign, context.obligation, now),
        now=now,
        returned=binding.returned if binding else None,
        returned_by=binding.by if binding else "",
        answers=binding.answers if binding else {},
        is_replay=context.replay is not None,
        is_held=is_held(host, context.obligation, context.held_digest),
    )


def _computed(
    host: Host, work: UnitOfWork, campaign: Campaign, obligation: Obligation, now: datetime
) -> dict[str, int]:
    """Take the computed cells of a form from the roster and from what the units filed."""
    unit_type = host.catalogue.unit_types[obligation.unit_type]
    form = next(form for form in unit_type.forms if form.code == obligation.form_code)
    if not form.computed:
        return {}
    with work.crossing(Crossing.SUMS):
        roster = work.campaigns.roster(campaign.code, obligation.period_code)
        totals = stored_totals(work, campaign.code, obligation.period_code)
    states = [
        (
            row.obligation.form_code,
            filing_state(
                row.obligation,
                row.report.standing if row.report else None,
                now=now,
                due_soon_days=campaign.due_soon_days,
            ).value,
        )
        for row in roster
    ]
    computed: dict[str, int] = {}
    for name, origin in form.computed.items():
        if isinstance(origin, FromRoster):
            forms = set(origin.forms) or {code for code, _ in states} - {form.code}
            computed[name] = sum(1 for code, state in states if code in forms and state in origin.states)
        else:
            own = [total for total in totals if not total.part and (total.form_code, total.field) in origin.fields]
            computed[name] = total_of(own, PROVISIONAL) or 0
    return computed
