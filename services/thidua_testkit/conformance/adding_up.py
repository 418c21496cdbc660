"""Whether what units report adds up: over periods, over units, by topic and into ratios."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from thidua.domain.cell_sums import Sums
from thidua.domain.cell_sums import add_cells
from thidua.domain.cell_sums import add_sums
from thidua.domain.rollups import Cells
from thidua.domain.rollups import Measured
from thidua.domain.rollups import PeriodPlace
from thidua.domain.rollups import TimeRules
from thidua.domain.rollups import fold_unit
from thidua.forms.compose import ComposedForm
from thidua.forms.describe import FieldModel
from thidua.forms.facts import numbers_of
from thidua_sdk import Campaign
from thidua_sdk import Count
from thidua_sdk import TimeRule
from thidua_sdk import UnitRule
from thidua_testkit.conformance.project import Project

__all__ = ["faults_of_indicators", "faults_of_sums", "figures_of"]

_FILED, _FILED_OVER = 0, 2


def faults_of_sums(form: ComposedForm, payloads: Sequence[Mapping[str, Any]]) -> list[str]:
    """Count payloads as the reports of units and periods, and say where the figures do not add up.

    Args:
        form: the form.
        payloads: at least two; each is once a unit's, once a period's report.
    """
    rules = _rules(form)
    found = [fault for payload in payloads for fault in _lost_or_made_up(form, rules, payload)]
    found += _over_units(form, rules, payloads)
    found += _over_time(form, rules, payloads)
    found += _in_another_order(form, rules, payloads)
    return list(dict.fromkeys(found))


def figures_of(
    form: ComposedForm, payloads: Iterable[Mapping[str, Any]]
) -> Mapping[str, tuple[int | None, int | None]]:
    """Add up payloads as the reports of as many units for one period.

    Returns:
        For each count of the form that is filled in by units, its figure of the period and the cumulative one.
    """
    rules = _rules(form)
    totals = _summed(_folded(form, rules, [payload])[0] for payload in payloads)
    nothing = (None,) * (_FILED_OVER + 1)
    return {
        model.name: (total[_FILED], total[_FILED_OVER])
        for model in form.counts
        if not model.computed and (total := totals.get(model.name, nothing))
    }


def _rules(form: ComposedForm) -> TimeRules:
    # As the host makes them for a campaign's forms.
    return TimeRules(
        {(form.code, model.name): model.time_rule for model in form.fields},
        outside=[(form.code, model.name) for model in form.fields if model.aggregate.units is UnitRule.SOURCE],
        standing=[(form.code, model.name) for model in form.fields if model.is_stock],
    )


def _folded(form: ComposedForm, rules: TimeRules, payloads: Iterable[Mapping[str, Any]]) -> list[Cells]:
    """Fold payloads as one unit's reports of periods that follow each other."""
    return _of_periods(_measured(form, payloads), rules)


def _measured(form: ComposedForm, payloads: Iterable[Mapping[str, Any]]) -> list[Measured]:
    return [
        Measured(place, form.code, numbers_of(form, payload), filed=True, accepted=True)
        for place, payload in enumerate(payloads)
    ]


def _of_periods(measured: Sequence[Measured], rules: TimeRules) -> list[Cells]:
    places = [PeriodPlace(str(place), place, cumulative=True) for place in range(len(measured))]
    folded = fold_unit(measured, places, rules)
    return [folded[place.code] for place in places]


def _in_another_order(form: ComposedForm, rules: TimeRules, payloads: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Reports are counted in whatever order they come, and once however often they are told."""
    measured = _measured(form, payloads)
    if _of_periods(measured, rules) != _of_periods(measured[::-1], rules):
        yield f"form {form.code}: the order in which reports are counted changes the figures."


def _lost_or_made_up(form: ComposedForm, rules: TimeRules, payload: Mapping[str, Any]) -> Iterator[str]:
    """Every number that adds up over units shows in its period, no data shows none, and topics stay apart."""
    fields = payload.get("fields") or {}
    cells = _folded(form, rules, [payload])[0].get(form.code, {})
    bare = _folded(form, rules, [{**payload, "by_topic": {}}])[0].get(form.code, {})
    for model in form.cell_fields.values():
        if model.kind != Count.kind or model.aggregate.units is UnitRule.NEVER:
            continue
        value, cell = fields.get(model.name), cells.get(model.name)
        where = f"form {form.code}, field {model.name}"
        if value is not None and (cell is None or cell[_FILED] != value or cell[_FILED_OVER] != value):
            yield (
                f"{where}: {value} was reported and {cell and cell[_FILED_OVER]} is counted; its time rule "
                f"“{model.aggregate.time}” and its unit rule “{model.aggregate.units}” do not fit a number; take FLOW, "
                "STOCK, CUMULATIVE, STOCK_MAX, EVENT, OUTSIDE or NONE."
            )
        if value is None and cell is not None:
            yield f"{where}: nothing was reported and {cell[_FILED]} is counted; no data is not 0."
        if bare.get(model.name) != cell:
            yield f"{where}: its counts by topic change its total; topics overlap and never add up to it."


def _over_units(form: ComposedForm, rules: TimeRules, payloads: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    units = [_folded(form, rules, [payload])[0] for payload in payloads]
    one, other = _summed(units), _summed(reversed(units))
    if _in_groups(units) != one:
        yield f"form {form.code}: units summed in groups, and the groups together, give other figures than all at once."
    for model in form.counts:
        known = [value for payload in payloads if (value := (payload.get("fields") or {}).get(model.name)) is not None]
        expected = sum(known) if known else None
        sums = [total.get(model.name) for total in (one, other)]
        read = [total[_FILED] if total else None for total in sums]
        if read[0] != read[1]:
            yield f"form {form.code}, field {model.name}: the order of units changes the sum, {read[0]} or {read[1]}."
        elif model.aggregate.units is UnitRule.SUM and read[0] != expected:
            yield f"form {form.code}, field {model.name}: units that reported {known} add up to {read[0]}."


def _summed(units: Iterable[Cells]) -> Mapping[str, Sequence[int | None]]:
    sums: Sums = {}
    for cells in units:
        add_cells(sums, "unit", cells)
    return next(iter(sums.get("unit", {}).values()), {})


def _in_groups(units: Sequence[Cells]) -> Mapping[str, Sequence[int | None]]:
    """Sum the first unit by itself and the others together, and then both."""
    whole: Sums = {}
    for group in (units[:1], units[1:]):
        sums: Sums = {}
        for cells in group:
            add_cells(sums, "unit", cells)
        add_sums(whole, sums)
    return next(iter(whole.get("unit", {}).values()), {})


def _over_time(form: ComposedForm, rules: TimeRules, payloads: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    last = _folded(form, rules, payloads)[-1].get(form.code, {})
    for model in form.counts:
        known = [value for payload in payloads if (value := (payload.get("fields") or {}).get(model.name)) is not None]
        cell = last.get(model.name)
        told = cell[_FILED_OVER] if cell else None
        where = f"form {form.code}, field {model.name}"
        if model.aggregate.cumulative and known and told != known[-1]:
            yield (
                f"{where}: each report holds the earlier ones in it, yet periods that told {known} are counted as "
                f"{told}; take CUMULATIVE, whose time rule is “{TimeRule.LATEST}”."
            )
        elif told != _expected(model, known):
            yield f"{where}: periods that told {known} are counted as {told} by the time rule “{model.aggregate.time}”."


def _expected(model: FieldModel, known: Sequence[int]) -> int | None:
    if not known or model.aggregate.units is UnitRule.NEVER:
        return None
    if model.aggregate.time is TimeRule.SUM:
        return sum(known)
    if model.aggregate.time is TimeRule.LATEST:
        return known[-1]
    return max(known) if model.aggregate.time is TimeRule.MAX else None


def faults_of_indicators(project: Project, campaign: Campaign) -> list[str]:
    """Say which indicators of a campaign add what must not be added, or average ratios."""
    forms = project.uses(campaign)
    indicators = {indicator.code: indicator for indicator in campaign.indicators}
    found: list[str] = []
    for indicator in campaign.indicators:
        where = f"indicator {indicator.code}"
        fed = [bool(indicator.sources), bool(indicator.ratio), bool(indicator.filing_states)]
        if sum(fed) > 1:
            found.append(
                f"{where}: fed from {sum(fed)} places; exactly one of sources, ratio and filing_states feeds it."
            )
        by_scope: dict[str, set[tuple[TimeRule, UnitRule]]] = {}
        for source in indicator.sources:
            model = forms[source.form].by_name.get(source.field) if source.form in forms else None
            if model is not None:
                by_scope.setdefault(source.scope, set()).add((model.time_rule, _unit_rule(model)))
        for scope, ways in by_scope.items():
            if len(ways) > 1:
                told = "; ".join(sorted(f"{time}, {unit}" for time, unit in ways))
                found.append(
                    f"{where}: its sources {f'of scope {scope} ' if scope else ''}fold in different ways ({told}); "
                    "give what must not be added scopes of their own."
                )
        if indicator.ratio:
            if indicator.aggregation.time is not TimeRule.NEVER or indicator.aggregation.units is not UnitRule.NEVER:
                found.append(f"{where}: a ratio is divided from summed parts and never folded itself; take NONE.")
            found += [
                f"{where}: its part {code} is no sum of figures; divide the indicators that count the parts."
                for code in indicator.ratio
                if code in indicators and not indicators[code].sources
            ]
    return found


def _unit_rule(model: FieldModel) -> UnitRule:
    return UnitRule.SUM if model.is_table else model.aggregate.units
