"""Fold the facts of one figure into its parts, as the workers did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from thidua.application.derived.counting import ceased_units
from thidua.application.derived.counting import places_apart
from thidua.application.derived.folding import FoldedPart
from thidua.application.derived.folding import fold_parts
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.status.figures import Asked
from thidua.application.status.figures import Figure
from thidua.application.status.figures import Reading
from thidua.application.status.figures import Span
from thidua.application.status.opened_status import OpenedStatus
from thidua.domain.rollups import PeriodPlace
from thidua_sdk import TimeRule

__all__ = ["folded_parts", "latest_told_part"]


def folded_parts(work: UnitOfWork, status: OpenedStatus, asked: Asked, figure: Figure) -> tuple[FoldedPart, ...]:
    """Fold the figure's facts, the wanted part and units only, in the roster's order."""
    rows = work.campaigns.periods(status.campaign.code)
    opened = {row.code: row.ordinal for row in rows}
    ordinal = opened[status.period.code]
    is_cumulative = asked.span is Span.CUMULATIVE
    reaches_back = is_cumulative and status.period.cumulative
    periods = [code for code, at in opened.items() if (at <= ordinal if reaches_back else at == ordinal)]
    # Whether a unit spoke of a field at all shows in any of its parts, and which record in a part of its own.
    needs_all_parts = reaches_back and not {TimeRule.LATEST, TimeRule.DISTINCT}.isdisjoint(figure.rules.values())
    facts = work.provenance.facts(
        status.campaign.code,
        periods,
        form_codes={form for form, _ in figure.rules},
        fields={field for _, field in figure.rules},
        part=None if needs_all_parts else figure.part,
        accepted=asked.reading is Reading.OFFICIAL,
        unit_codes=[asked.unit] if asked.unit else None,
    )
    place = PeriodPlace(status.period.code, ordinal, status.period.cumulative, places_apart(status.campaign))
    # A unit stands under one type in all its figures of a period, that of its newest report.
    types = work.provenance.unit_types(status.campaign.code, status.period.code)
    folded = tuple(
        part
        for each in fold_parts(facts, figure.rules, place, cumulative=is_cumulative)
        if each.part == figure.part
        for part in (replace(each, unit_type=types.get(each.unit_code, each.unit_type)),)
        if not asked.unit_type or part.unit_type == asked.unit_type
    )
    if not (reaches_back and figure.stocks):
        return folded
    on_rosters = work.campaigns.on_rosters(status.campaign.code, opened, {part.unit_code for part in folded})
    ceased = ceased_units(status.campaign, rows, on_rosters)
    return tuple(
        part
        for part in folded
        if (part.form_code, part.field) not in figure.stocks or ordinal not in ceased.get(part.unit_code, ())
    )


def latest_told_part(folded: Sequence[FoldedPart]) -> tuple[FoldedPart, ...]:
    """Leave, of what several units tell of one thing, what was told last."""

    def order(part: FoldedPart) -> tuple[int, int]:
        return part.told_at, part.value

    return (max(folded, key=order),) if folded else ()
