"""Open a duty of the plan to its units and to the cells that made each unit's state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass

from thidua.application.access.permissions import Right
from thidua.application.access.permissions import require
from thidua.application.derived.counting import places_apart
from thidua.application.derived.folding import Contribution
from thidua.application.derived.folding import FoldedPart
from thidua.application.derived.folding import fold_parts
from thidua.application.ports.host import Host
from thidua.application.ports.rows import RosterRow
from thidua.application.ports.rows import accepted_duty
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.status.figures import Reading
from thidua.application.status.figures import forms_of
from thidua.application.status.opened_status import OpenedStatus
from thidua.application.status.opened_status import Page
from thidua.application.status.opened_status import opened_status
from thidua.application.status.sources_seen import SourceSeen
from thidua.application.status.sources_seen import sources_seen
from thidua.domain.accounts import Actor
from thidua.domain.errors import NotFoundError
from thidua.domain.rollups import PeriodPlace
from thidua.forms.compose import ComposedForm
from thidua.forms.watched_rules import names_read
from thidua_sdk import Duty
from thidua_sdk import DutyState
from thidua_sdk import Judged

__all__ = ["DUTY_LABELS", "DutyInputs", "DutyUnit", "EvidenceCell", "duty_inputs"]

#: The words people see.
DUTY_LABELS = {
    DutyState.DONE: "Đã làm",
    DutyState.IN_PROGRESS: "Đang làm",
    DutyState.NO_EVIDENCE: "Chưa có kết quả",
    DutyState.NOT_APPLICABLE: "Không áp dụng",
}


@dataclass(frozen=True, slots=True)
class EvidenceCell:
    """A cell that the evidence rule looks at; ``value`` is None where the unit gave none.

    ``decides`` tells whether the rule looked at it for this unit: it stops at what settles the state.
    """

    field: str
    code: str
    label: str
    value: int | None
    decides: bool
    sources: tuple[SourceSeen, ...]


@dataclass(frozen=True, slots=True)
class DutyUnit:
    """A unit that owes the duty, its state, and the cells that made it."""

    unit_code: str
    unit_name: str
    form_code: str
    report_id: int | None
    state: DutyState
    cells: tuple[EvidenceCell, ...]


@dataclass(frozen=True, slots=True)
class DutyInputs:
    """A duty with its units, those of one page.

    ``documented`` are the stored document's counts by state, ``counts`` those of the units here;
    ``reason`` says why people and not the program judge it, if so. ``looked_at`` are the fields that
    show the duty: code and label.
    """

    status: OpenedStatus
    duty: Duty
    state: DutyState | None
    rule: str
    reason: str
    documented: Mapping[str, int]
    counts: Mapping[str, int]
    adds_up: bool
    looked_at: tuple[tuple[str, str], ...]
    page: Page
    unit_count: int
    units: tuple[DutyUnit, ...]


def duty_inputs(
    host: Host,
    actor: Actor,
    campaign_code: str,
    period_code: str | None,
    code: str,
    page: Page,
    *,
    state: DutyState | None = None,
    unit: str = "",
) -> DutyInputs:
    """Open a duty to the units that owe it, all of them or those in one state.

    Raises:
        NotAllowedError: the person reads no statuses.
        NotFoundError: there is no such campaign, period or duty.
        ConflictError: the document was replaced since the first page was read.
    """
    require(actor, Right.READ_STATUS)
    with opened_status(host, actor, campaign_code, period_code) as (work, status):
        page.check(status)
        duty = next((each for each in status.campaign.duties if each.code == code), None)
        if duty is None:
            raise NotFoundError("Kế hoạch này không có nhiệm vụ đó.", subject=code)
        name = code if status.sees_units else accepted_duty(code)
        states = work.provenance.duty_states(campaign_code, status.period.code, name)
        unreported = duty.evidence.judge({})
        owing = [
            (row, DutyState(states.get(row.obligation.unit_code, unreported)))
            for row in work.campaigns.roster(campaign_code, status.period.code)
            if row.obligation.unit_type in duty.unit_types and not row.obligation.is_exempt(status.computed_at)
        ]
        counts = {each.value: sum(1 for _, held in owing if held is each) for each in DutyState}
        wanted = [
            (row, held)
            for row, held in owing
            if (state is None or held is state) and (not unit or row.obligation.unit_code == unit)
        ]
        shown = wanted[page.offset : page.offset + page.limit] if status.sees_units else []
        forms = forms_of(status.host, status.campaign)
        units = tuple(_units(work, status, duty, shown, forms))
    entry = status.entry("duties", "code", code) or {}
    said = entry.get("counts" if status.sees_units else "official_counts")
    documented = {str(key): int(value) for key, value in said.items()} if isinstance(said, Mapping) else {}
    return DutyInputs(
        status=status,
        duty=duty,
        state=state,
        rule=(
            "Hệ thống xét từng đơn vị theo các ô dưới đây, số lũy kế đến hết kỳ, "
            f"{'tính cả lần nộp chưa tiếp nhận' if status.sees_units else 'chỉ tính lần nộp đã tiếp nhận'}; "
            "đơn vị chưa có số liệu nào thì là chưa có kết quả, trừ nhiệm vụ do người xét."
        ),
        reason=duty.evidence.reason if isinstance(duty.evidence, Judged) else "",
        documented=documented,
        counts=counts,
        adds_up=not duty.unit_types or documented == counts,
        looked_at=tuple(_looked_at(duty, forms)),
        page=page,
        unit_count=len(wanted) if status.sees_units else 0,
        units=units,
    )


def _looked_at(duty: Duty, forms: Mapping[str, ComposedForm]) -> Iterator[tuple[str, str]]:
    """Name the fields the rule looks at, in each form that has them."""
    for name in names_read(duty.evidence, {}):
        field, _, option = name.partition("=")
        for form in forms.values():
            if field in form.by_name:
                model = form.field(field)
                yield model.code, f"{model.label}: {model.option_label(option)}" if option else model.label


def _units(
    work: UnitOfWork,
    status: OpenedStatus,
    duty: Duty,
    shown: Sequence[tuple[RosterRow, DutyState]],
    forms: Mapping[str, ComposedForm],
) -> Iterator[DutyUnit]:
    all_names = names_read(duty.evidence, {})
    folded = _folded(work, status, forms, all_names, [row.obligation.unit_code for row, _ in shown])
    by_unit: dict[str, dict[str, FoldedPart]] = defaultdict(dict)
    for part in folded:
        name = part.field if not part.part else f"{part.field}={part.part.removeprefix('is:')}"
        if name in all_names:
            by_unit[part.unit_code][name] = part
    contributions = [
        ((part.form_code, part.field), each)
        for parts in by_unit.values()
        for part in parts.values()
        for each in part.contributions
    ]
    seen = sources_seen(work, status.campaign, contributions, Reading.PROVISIONAL)
    for row, state in shown:
        parts = by_unit[row.obligation.unit_code]
        deciding = names_read(duty.evidence, {name: part.value for name, part in parts.items()})
        own = forms.get(row.obligation.form_code)
        yield DutyUnit(
            row.obligation.unit_code,
            row.obligation.unit_name,
            row.obligation.form_code,
            row.report.id if row.report else None,
            state,
            tuple(
                _cell(name, parts.get(name), forms, own, seen, decides=name in deciding)
                for name in all_names
                if name in parts or (own is not None and name.partition("=")[0] in own.by_name)
            ),
        )


def _cell(
    name: str,
    part: FoldedPart | None,
    forms: Mapping[str, ComposedForm],
    own: ComposedForm | None,
    seen: Mapping[tuple[tuple[str, str], Contribution], SourceSeen],
    *,
    decides: bool,
) -> EvidenceCell:
    field, _, option = name.partition("=")
    form = forms[part.form_code] if part is not None else own
    model = form.by_name.get(field) if form is not None else None
    label = model.label if model else field
    return EvidenceCell(
        field=name,
        code=model.code if model else "",
        label=f"{label}: {model.option_label(option)}" if option and model else label,
        value=part.value if part is not None else None,
        decides=decides,
        sources=tuple(seen[(part.form_code, part.field), each] for each in part.contributions) if part else (),
    )


def _folded(
    work: UnitOfWork,
    status: OpenedStatus,
    forms: Mapping[str, ComposedForm],
    names: Iterable[str],
    units: Sequence[str],
) -> tuple[FoldedPart, ...]:
    """Fold what the rule looks at for some units, as the workers did."""
    fields = {name.partition("=")[0] for name in names}
    opened = {row.code: row.ordinal for row in work.campaigns.periods(status.campaign.code)}
    ordinal = opened[status.period.code]
    is_cumulative = status.period.cumulative
    rules = {
        (code, field): form.field(field).time_rule
        for code, form in forms.items()
        for field in fields
        if field in form.by_name
    }
    facts = work.provenance.facts(
        status.campaign.code,
        [code for code, at in opened.items() if (at <= ordinal if is_cumulative else at == ordinal)],
        form_codes={form for form, _ in rules},
        fields=fields,
        part=None,
        accepted=False,
        unit_codes=units,
    )
    return fold_parts(
        facts,
        rules,
        PeriodPlace(status.period.code, ordinal, is_cumulative, places_apart(status.campaign)),
        cumulative=True,
    )
