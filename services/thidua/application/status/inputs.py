"""Open a figure of the status to its inputs: which units, which revisions, by which rules.

The parts are folded from the very numbers the workers counted, in the snapshot that the status
document is read from, so that they add up to it whatever was filed since.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace

from thidua.application.access.permissions import Right
from thidua.application.access.permissions import require
from thidua.application.derived.folding import FoldedPart
from thidua.application.derived.status_inputs import ratio_percent
from thidua.application.periods.unit_type_labels import unit_type_labels
from thidua.application.ports.host import Host
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.status.counted import in_short
from thidua.application.status.documented import documented_count
from thidua.application.status.documented import of_unit_type
from thidua.application.status.documented import within
from thidua.application.status.figure_parts import folded_parts
from thidua.application.status.figure_parts import latest_told_part
from thidua.application.status.figures import Asked
from thidua.application.status.figures import Figure
from thidua.application.status.figures import Reading
from thidua.application.status.figures import Span
from thidua.application.status.figures import figure_of
from thidua.application.status.figures import forms_of
from thidua.application.status.figures import rule_sentence
from thidua.application.status.opened_status import OpenedStatus
from thidua.application.status.opened_status import Page
from thidua.application.status.opened_status import opened_status
from thidua.application.status.sources_seen import SourceSeen
from thidua.application.status.sources_seen import sources_seen
from thidua.application.status.status_details import entries_of
from thidua.domain.accounts import Actor
from thidua.domain.errors import NotAllowedError
from thidua.domain.filing import FILING_LABELS
from thidua.domain.filing import FilingState
from thidua.domain.filing import filing_state
from thidua.forms.compose import ComposedForm
from thidua_sdk import Campaign
from thidua_sdk import UnitRule

__all__ = ["Component", "FigureInputs", "Group", "MissingUnit", "PartSeen", "figure_in", "figure_inputs"]


@dataclass(frozen=True, slots=True)
class PartSeen:
    """One unit's part: its field by row code and label, its value, and the revisions it comes from."""

    unit_code: str
    unit_name: str
    unit_type: str
    form_code: str
    field: str
    field_code: str
    field_label: str
    value: int
    sources: tuple[SourceSeen, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The sum over some parts; ``value`` is None where it is too small to be shown."""

    code: str
    label: str
    value: int | None
    units: int


@dataclass(frozen=True, slots=True)
class MissingUnit:
    """A unit of the roster that has no part in the figure, and why."""

    unit_code: str
    unit_name: str
    report_id: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Component:
    """One side of a ratio; ``keys`` are the entries of the document that are added."""

    code: str
    label: str
    value: int | None
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureInputs:
    """A figure with its inputs.

    Attributes:
        total: the parts by the figure's own rule; None without data, or too small to be shown.
        documented: the same in the stored document; None where it holds no such figure by itself.
        adds_up: False if the two differ, which is a fault of the system.
        rule: how the figure is made, in one sentence.
        parts: the parts of this page, in the roster's order.
        part_count: how many there are in all, with ``largest`` of them.
        by_type: sums by type of units.
        by_period: sums by period, for what adds up over time.
        missing: units of the roster without a part, those of this page.
        hides_small: small counts are not shown to this reader.
    """

    status: OpenedStatus
    asked: Asked
    figure: Figure
    rule: str
    total: int | str | None
    documented: int | str | None
    adds_up: bool
    page: Page
    parts: tuple[PartSeen, ...] = ()
    part_count: int = 0
    largest: int = 0
    by_type: tuple[Group, ...] = ()
    by_period: tuple[Group, ...] = ()
    missing: tuple[MissingUnit, ...] = ()
    missing_count: int = 0
    components: tuple[Component, ...] = ()
    hides_small: bool = False


def figure_inputs(
    host: Host, actor: Actor, campaign_code: str, period_code: str | None, asked: Asked, page: Page
) -> FigureInputs:
    """Open a figure to its inputs.

    Raises:
        NotAllowedError: the person reads no statuses, or accepted aggregates only.
        NotFoundError: there is no such campaign, period or figure.
        MalformedRequestError: the figure cannot be narrowed that way.
        ConflictError: the document was replaced since the first page was read.
    """
    require(actor, Right.READ_STATUS)
    with opened_status(host, actor, campaign_code, period_code) as (work, status):
        return figure_in(host, work, status, asked, page)


def figure_in(host: Host, work: UnitOfWork, status: OpenedStatus, asked: Asked, page: Page) -> FigureInputs:
    """Open a figure of a document that is open already; raises as :func:`figure_inputs`."""
    page.check(status)
    if not status.sees_units and (asked.unit or asked.register or asked.reading is Reading.PROVISIONAL):
        raise NotAllowedError("Tài khoản của bạn chỉ xem được tổng số đã tiếp nhận.", subject=asked.key)
    host = status.host
    forms = forms_of(host, status.campaign)
    figure = figure_of(status.campaign, forms, asked)
    if figure.about_people and not status.sees_units:
        return _veiled(host, work, replace(status, document=status.shown), asked, figure, forms, page)
    if figure.ratio or figure.filing_states:
        return _ratio(work, status, asked, figure, forms, page)
    return _sum(host, work, status, asked, figure, forms, page)


def _sum(
    host: Host,
    work: UnitOfWork,
    status: OpenedStatus,
    asked: Asked,
    figure: Figure,
    forms: Mapping[str, ComposedForm],
    page: Page,
) -> FigureInputs:
    told = folded_parts(work, status, asked, figure)
    folded = latest_told_part(told) if figure.unit_rules == {UnitRule.SOURCE} else told
    total = sum(part.value for part in folded) if folded else None
    documented, is_documented = documented_count(status, asked)
    shown = folded[page.offset : page.offset + page.limit] if status.sees_units else ()
    missing, missing_count = _missing(host, work, status, asked, figure, told, page)
    return FigureInputs(
        status=status,
        asked=asked,
        figure=figure,
        rule=rule_sentence(figure, status.period, asked),
        total=total,
        documented=documented,
        adds_up=not is_documented or documented == total,
        page=page,
        parts=_seen(work, status, asked, shown, forms),
        part_count=len(folded) if status.sees_units else 0,
        largest=max((part.value for part in shown), default=0),
        by_type=_by_type(host, status.campaign, folded),
        by_period=_by_period(status, asked, folded),
        missing=missing if status.sees_units else (),
        missing_count=missing_count,
    )


def _by_type(host: Host, campaign: Campaign, folded: Iterable[FoldedPart]) -> tuple[Group, ...]:
    sums: dict[str, int] = defaultdict(int)
    units: dict[str, set[str]] = defaultdict(set)
    for part in folded:
        sums[part.unit_type] += part.value
        units[part.unit_type].add(part.unit_code)
    labels = unit_type_labels(host, campaign)
    return tuple(Group(code, labels.get(code, code), value, len(units[code])) for code, value in sums.items())


def _by_period(status: OpenedStatus, asked: Asked, folded: Iterable[FoldedPart]) -> tuple[Group, ...]:
    """Sum what each period gave; nothing for a figure of one period."""
    if asked.span is Span.PERIOD:
        return ()
    sums: dict[str, int] = defaultdict(int)
    units: dict[str, set[str]] = defaultdict(set)
    for part in folded:
        for each in part.contributions:
            if each.counts:
                sums[each.period_code] += each.value
                units[each.period_code].add(part.unit_code)
    return tuple(
        Group(period.code, period.name, sums[period.code], len(units[period.code]))
        for period in status.campaign.periods
        if period.code in sums
    )


def _veiled(
    host: Host,
    work: UnitOfWork,
    status: OpenedStatus,
    asked: Asked,
    figure: Figure,
    forms: Mapping[str, ComposedForm],
    page: Page,
) -> FigureInputs:
    """Open a figure about people for whom small counts are hidden from: it tells what the status does, and no more."""
    if figure.ratio or figure.filing_states:
        return replace(_ratio(work, status, asked, figure, forms, page), adds_up=True, hides_small=True)
    found = _sum(host, work, status, asked, figure, forms, page)
    told, _ = documented_count(status, asked)
    by_type = {group.code: documented_count(status, replace(asked, unit_type=group.code))[0] for group in found.by_type}
    return replace(
        found,
        total=told,
        documented=told,
        adds_up=True,
        by_type=tuple(replace(group, value=by_type[group.code]) for group in found.by_type),
        # A sum over periods is shown where each of them is.
        by_period=tuple(replace(group, value=None if told is None else group.value) for group in found.by_period),
        hides_small=True,
    )


def _seen(
    work: UnitOfWork,
    status: OpenedStatus,
    asked: Asked,
    shown: Sequence[FoldedPart],
    forms: Mapping[str, ComposedForm],
) -> tuple[PartSeen, ...]:
    wanted = [((part.form_code, part.field), each) for part in shown for each in part.contributions]
    found = sources_seen(work, status.campaign, wanted, asked.reading)
    return tuple(
        PartSeen(
            part.unit_code,
            part.unit_name,
            part.unit_type,
            part.form_code,
            part.field,
            (model := forms[part.form_code].field(part.field)).code,
            model.label,
            part.value,
            tuple(found[(part.form_code, part.field), each] for each in part.contributions),
        )
        for part in shown
    )


def _missing(
    host: Host,
    work: UnitOfWork,
    status: OpenedStatus,
    asked: Asked,
    figure: Figure,
    folded: Iterable[FoldedPart],
    page: Page,
) -> tuple[tuple[MissingUnit, ...], int]:
    """Find the units of the roster that could have a part and have none."""
    contributed = {part.unit_code for part in folded}
    forms = {form for form, _ in figure.rules}
    waiting = work.outbox.waiting_units(status.campaign.code)
    rows = [
        row
        for row in work.campaigns.roster(status.campaign.code, status.period.code)
        if row.obligation.form_code in forms
        and row.obligation.unit_code not in contributed
        and (not asked.unit or row.obligation.unit_code == asked.unit)
        and (not asked.unit_type or row.obligation.unit_type == asked.unit_type)
    ]
    now, soon = host.clock.now(), status.campaign.due_soon_days
    shown = (
        MissingUnit(
            (owed := row.obligation).unit_code,
            owed.unit_name,
            row.report.id if row.report else None,
            in_short(
                owed,
                row.report,
                filing_state(owed, row.report.standing if row.report else None, now=now, due_soon_days=soon),
                asked.reading,
                waits=owed.unit_code in waiting,
            ),
        )
        for row in rows[page.offset : page.offset + page.limit]
    )
    return tuple(shown), len(rows)


def _ratio(
    work: UnitOfWork,
    status: OpenedStatus,
    asked: Asked,
    figure: Figure,
    forms: Mapping[str, ComposedForm],
    page: Page,
) -> FigureInputs:
    """Open a ratio to the two sums it is made of, as the document holds them; of one unit as they are folded."""
    if figure.filing_states:
        part, whole = _filed(status, asked, figure)
    else:
        part, whole = (_component(work, status, asked, code, forms) for code in figure.ratio or ())
    components = part, whole
    holder = _narrowed(status.entry("indicators", "key", asked.key), asked)
    said = holder.get(asked.reading.value) if holder is not None and not asked.unit else None
    documented = said if isinstance(said, str) else None
    total = ratio_percent(part.value, whole.value)
    adds_up = bool(asked.unit) or total == documented
    return FigureInputs(
        status=status,
        asked=asked,
        figure=figure,
        rule=rule_sentence(figure, status.period, asked),
        total=total,
        documented=documented,
        adds_up=adds_up,
        page=page,
        components=components,
    )


def _filed(status: OpenedStatus, asked: Asked, figure: Figure) -> tuple[Component, Component]:
    """Count the units in the figure's filing states, and those that must report; nothing is told over periods."""
    filing = within(status.document, "filing") or {}

    def counted(*names: str) -> int | None:
        known = [value for name in names if isinstance(value := filing.get(name), int)]
        return sum(known) if known and asked.span is Span.PERIOD else None

    states = ", ".join(FILING_LABELS[FilingState(state)].lower() for state in figure.filing_states)
    return (
        Component("", f"Đơn vị {states}", counted(*figure.filing_states), ()),
        Component("", "Đơn vị phải báo cáo", counted("expected"), ()),
    )


def _component(
    work: UnitOfWork, status: OpenedStatus, asked: Asked, code: str, forms: Mapping[str, ComposedForm]
) -> Component:
    entries = [entry for entry in entries_of(status.document, "indicators") if entry.get("code") == code]
    keys = tuple(str(entry["key"]) for entry in entries)
    if asked.unit:
        own = [replace(asked, key=key) for key in keys]
        values = [
            part.value
            for each in own
            for part in folded_parts(work, status, each, figure_of(status.campaign, forms, each))
        ]
    else:
        values = [
            value
            for entry in entries
            if (holder := _narrowed(entry, asked)) is not None
            and isinstance(value := holder.get(asked.reading.value), int)
        ]
    return Component(code, str(entries[0]["label"]) if entries else code, sum(values) if values else None, keys)


def _narrowed(entry: Mapping[str, object] | None, asked: Asked) -> Mapping[str, object] | None:
    """Return what an entry tells of the type of units and the span that are asked for."""
    if asked.unit_type:
        entry = of_unit_type(entry, asked.unit_type)
    return within(entry, "cumulative") if asked.span is Span.CUMULATIVE else entry
