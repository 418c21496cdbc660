"""Turn what was filed into numbers, cells and duty states: pure but for the host's catalogue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from functools import cache

from thidua.application.derived.composing import forms_of
from thidua.application.ports.counting_ports import CountedFiling
from thidua.application.ports.host import Host
from thidua.application.ports.rows import PeriodRow
from thidua.application.ports.rows import ReportFacts
from thidua.application.ports.rows import UnitRollup
from thidua.application.ports.rows import accepted_duty
from thidua.application.ports.totals import OFFICIAL_CUMULATIVE
from thidua.application.ports.totals import PROVISIONAL_CUMULATIVE
from thidua.domain.rollups import Measured
from thidua.domain.rollups import PeriodPlace
from thidua.domain.rollups import Readings
from thidua.domain.rollups import TimeRules
from thidua.domain.rollups import fold_unit
from thidua.domain.rollups import parts_of
from thidua.domain.rollups import places_after_ceasing
from thidua.domain.rollups import type_up_to
from thidua.forms.facts import ESTIMATES
from thidua.forms.facts import numbers_of
from thidua_sdk import Campaign
from thidua_sdk import Duty
from thidua_sdk import TimeRule
from thidua_sdk import UnitRule

__all__ = ["ceased_units", "facts_of", "places_apart", "rollups_of_units", "time_rules"]


def facts_of(
    host: Host, filings: Iterable[CountedFiling], ordinals: Mapping[tuple[str, str], int]
) -> list[ReportFacts]:
    """Extract the numbers of the revisions that count.

    Args:
        host: the ports.
        filings: revisions of reports of campaigns that serve.
        ordinals: place of each period by (campaign, period).
    """
    return [
        ReportFacts(
            filing.report_id,
            filing.revision,
            filing.campaign_code,
            filing.period_code,
            ordinals[filing.campaign_code, filing.period_code],
            filing.unit_code,
            filing.unit_type,
            filing.form_code,
            filing.filed,
            filing.accepted,
            numbers_of(host.catalogue.form(filing.campaign_code, filing.period_code, filing.form_code), filing.payload),
        )
        for filing in filings
        if filing.filed or filing.accepted
    ]


def ceased_units(
    campaign: Campaign, opened: Iterable[PeriodRow], on_rosters: Iterable[tuple[str, str, str]]
) -> dict[str, frozenset[int]]:
    """Return by unit the places of the periods in which it is no more.

    Args:
        campaign: tells whom a period asks.
        opened: all opened periods.
        on_rosters: (unit, period, unit type) of each unit on each roster.
    """
    places = {period.code: period.ordinal for period in opened}
    asked = {
        place: frozenset(unit_type for use in campaign.periods[place].forms for unit_type in use.unit_types)
        for place in places.values()
    }
    owed: dict[str, dict[int, str]] = defaultdict(dict)
    for unit_code, period_code, unit_type in on_rosters:
        owed[unit_code][places[period_code]] = unit_type
    # Most units are on every roster.
    return {unit_code: places_after_ceasing(asked, own) for unit_code, own in owed.items() if len(own) < len(places)}


def rollups_of_units(
    host: Host,
    campaign: Campaign,
    periods: Sequence[PeriodRow],
    facts: Iterable[ReportFacts],
    ceased: Mapping[str, Collection[int]],
) -> list[UnitRollup]:
    """Fold facts into cells and judge each unit's duties, for the given periods.

    ``ceased`` tells in which periods a unit is no more (:func:`ceased_units`).
    A unit's cells stand under the type it was of by its newest report up to the period. A period in
    which a unit has no data, its own or its past's, has no row.
    """
    rules = time_rules(host, campaign)
    cumulative = {period.code: period.cumulative for period in campaign.periods}
    apart = places_apart(campaign)
    places = [PeriodPlace(period.code, period.ordinal, cumulative[period.code], apart) for period in periods]
    by_unit: dict[str, list[ReportFacts]] = defaultdict(list)
    for fact in facts:
        by_unit[fact.unit_code].append(fact)
    duties: dict[str, list[Duty]] = {}
    rollups: list[UnitRollup] = []
    for unit_code, own in by_unit.items():
        types = {fact.ordinal: fact.unit_type for fact in own}
        measured = (Measured(fact.ordinal, fact.form_code, fact.numbers, fact.filed, fact.accepted) for fact in own)
        folded = fold_unit(measured, places, rules, ceased.get(unit_code, ()))
        for place in places:
            if cells := folded[place.code]:
                unit_type = type_up_to(types, place.ordinal)
                if unit_type not in duties:
                    duties[unit_type] = [duty for duty in campaign.duties if unit_type in duty.unit_types]
                states = _duties(duties[unit_type], cells)
                rollups.append(UnitRollup(campaign.code, place.code, unit_code, unit_type, cells, states))
    return rollups


def places_apart(campaign: Campaign) -> frozenset[int]:
    """Return the places of the periods that stand alone."""
    return frozenset(place for place, period in enumerate(campaign.periods) if not period.cumulative)


def time_rules(host: Host, campaign: Campaign) -> TimeRules:
    """Return how every field of the campaign's forms folds."""
    fields = {(form.code, field.name): field for form in forms_of(host, campaign).values() for field in form.fields}
    # How many of a period's reports are estimates is told of the period alone.
    estimates = {(code, ESTIMATES): TimeRule.NEVER for code, _ in fields}
    return TimeRules(
        {place: field.time_rule for place, field in fields.items()} | estimates,
        outside=[place for place, field in fields.items() if field.aggregate.units is UnitRule.SOURCE],
        standing=[place for place, field in fields.items() if field.is_stock],
    )


def _duties(duties: Collection[Duty], cells: Mapping[str, Mapping[str, Readings]]) -> dict[str, str]:
    """Judge the duties of a unit by what it has filed so far, and by what was accepted; none without either."""
    states: dict[str, str] = {}
    if reported := _reported(cells, PROVISIONAL_CUMULATIVE):
        states |= {duty.code: duty.evidence.judge(reported).value for duty in duties}
    if accepted := _reported(cells, OFFICIAL_CUMULATIVE):
        states |= {accepted_duty(duty.code): duty.evidence.judge(accepted).value for duty in duties}
    return states


def _reported(cells: Mapping[str, Mapping[str, Readings]], reading: int) -> dict[str, int]:
    return {
        _evidence_name(key): value
        for by_key in cells.values()
        for key, readings in by_key.items()
        if (value := readings[reading]) is not None
    }


@cache
def _evidence_name(key: str) -> str:
    """Name a number as evidence rules do: a choice shows under ``field=option``."""
    field, part = parts_of(key)
    return f"{field}={part.removeprefix('is:')}" if part else field
