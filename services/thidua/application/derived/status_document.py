"""Compose the status document of one period from what the workers keep.

Pure: everything comes in as arguments, so that a rebuild and a check compose the very same
document. What hangs on the moment of reading (how many changes wait) and what is long (one
entry a unit) is added by the reader, see :mod:`thidua.application.status.statuses`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import datetime
from datetime import time
from datetime import timedelta

from thidua.application.derived.status_filing import duties_of
from thidua.application.derived.status_filing import filing_of
from thidua.application.derived.status_inputs import Inputs
from thidua.application.derived.status_inputs import ratio_percent
from thidua.application.derived.target_entries import Figures
from thidua.application.derived.target_entries import adds_over_window
from thidua.application.derived.target_entries import statistic_of
from thidua.application.derived.target_entries import target_entry
from thidua.application.ports.rows import RollupTotal
from thidua.application.ports.totals import OFFICIAL
from thidua.application.ports.totals import OFFICIAL_CUMULATIVE
from thidua.application.ports.totals import PROVISIONAL
from thidua.application.ports.totals import PROVISIONAL_CUMULATIVE
from thidua.application.ports.totals import total_of
from thidua.domain.canonical import canonical_json
from thidua.domain.filing import Roster
from thidua.domain.lights import STATE_LABELS
from thidua.domain.lights import Light
from thidua.domain.lights import campaign_state
from thidua.domain.lights import light_of
from thidua.domain.targets import VERDICT_LABELS
from thidua.domain.targets import Verdict
from thidua.domain.targets import judged_together
from thidua.forms.facts import ESTIMATES
from thidua_sdk import FieldSource
from thidua_sdk import Indicator
from thidua_sdk import Target

__all__ = ["HOW_IT_WAS_COMPUTED", "compose_status", "digest_of"]

#: What a document says of its own making, which is not in its digest.
HOW_IT_WAS_COMPUTED = frozenset({"computed_at", "took_ms", "computed_by", "digest"})


def compose_status(inputs: Inputs) -> tuple[dict[str, object], datetime | None]:
    """Compose a period's document.

    Returns:
        The JSON-safe document without its digest, and the next instant at which time alone
        changes it.
    """
    campaign, period, now, roster = inputs.campaign, inputs.period, inputs.now, inputs.roster
    filing, states = filing_of(roster)
    targets = [target_entry(target, _figures(inputs, target)) for target in campaign.targets]
    light = _light(inputs, states, targets)
    official = _light(inputs, states, [target for target in targets if not target["is_provisional"]])
    state = campaign_state(
        today=now.astimezone(inputs.zone).date(),
        starts_on=campaign.valid_from or campaign.plan.issued_from,
        ends_on=campaign.valid_to,
        is_closed=inputs.closed.campaign,
    )
    document: dict[str, object] = {
        "campaign": campaign.code,
        "campaign_title": campaign.title,
        "theme": campaign.theme,
        "period": period.code,
        "period_name": period.name,
        "state": state.value,
        "state_label": STATE_LABELS[state],
        "light": light.colour,
        "reasons": list(light.reasons),
        # What the committee reads: without what nobody has accepted.
        "official_light": {"light": official.colour, "reasons": list(official.reasons)},
        "rules_version": campaign.rules_version,
        "inputs": {
            "revisions": roster.counted,
            "accepted": roster.accepted,
            "expected": filing["expected"],
            # What an exempt unit filed nevertheless is in the figures, and in none of the rates.
            "from_exempt": roster.exempt_counted,
            # Of every unit's entry with its report and revisions: other revisions, another digest.
            "digest": roster.digest,
            "estimates": total_of(_of_any_form(inputs, ESTIMATES), PROVISIONAL) or 0,
            "forms": {code: form.version for code, form in inputs.forms.items()},
        },
        "filing": filing,
        "indicators": [entry for indicator in campaign.indicators for entry in _indicator(inputs, indicator)],
        "duties": duties_of(inputs),
        "targets": targets,
        "targets_together": _together(targets),
        "registers": _registers(inputs),
    }
    return document, min(
        (moment for moment in (roster.turns_at, _next_state_at(inputs)) if moment is not None), default=None
    )


def _light(inputs: Inputs, states: Roster, targets: Sequence[Mapping[str, object]]) -> Light:
    return light_of(
        states,
        [(str(target["label"]), Verdict(str(target["verdict"]))) for target in targets],
        # In a closed period nobody can accept, and nobody can answer, any more.
        waiting_acceptance=0 if inputs.closed.period else inputs.roster.waiting,
        returned=0 if inputs.closed.period else inputs.roster.returned,
    )


def _next_state_at(inputs: Inputs) -> datetime | None:
    """Return when the calendar alone next moves the campaign to another state."""
    campaign = inputs.campaign
    first, last = campaign.valid_from or campaign.plan.issued_from, campaign.valid_to
    days = (first, last + timedelta(days=1))
    moments = (datetime.combine(day, time.min, inputs.zone) for day in days)
    return min((moment for moment in moments if moment > inputs.now), default=None)


def digest_of(document: Mapping[str, object]) -> str:
    """Return the SHA-256 of a document's content, the same whatever the order of work.

    What tells only when and how it was computed is left out.
    """
    content = {key: value for key, value in document.items() if key not in HOW_IT_WAS_COMPUTED}
    return hashlib.sha256(canonical_json(content).encode()).hexdigest()


def _readings(totals: Sequence[RollupTotal]) -> dict[str, object]:
    """Tell a figure in all its readings."""
    return {
        "official": total_of(totals, OFFICIAL),
        "provisional": total_of(totals, PROVISIONAL),
        "cumulative": {
            "official": total_of(totals, OFFICIAL_CUMULATIVE),
            "provisional": total_of(totals, PROVISIONAL_CUMULATIVE),
        },
    }


def _indicator(inputs: Inputs, indicator: Indicator) -> list[dict[str, object]]:
    """Write an indicator once per scope, so that what must not be added stands apart."""
    scopes = dict.fromkeys(source.scope for source in indicator.sources) or {"": None}
    return [_scoped(inputs, indicator, scope) for scope in scopes]


def _scoped(inputs: Inputs, indicator: Indicator, scope: str) -> dict[str, object]:
    sources = tuple(source for source in indicator.sources if source.scope == scope)
    totals = _totals_of(inputs, sources)
    whole = [total for total in totals if not total.part]
    entry: dict[str, object] = {
        "key": f"{indicator.code}.{scope}" if scope else indicator.code,
        "code": indicator.code,
        "scope": scope,
        "scope_label": indicator.scopes.get(scope, ""),
        "label": indicator.label,
        "identifier": indicator.identifier,
        "unit_of_measure": indicator.unit_of_measure,
        "kind": indicator.aggregation.kind,
        **_readings(whole),
        "by_unit_type": {
            unit_type: _readings([total for total in whole if total.unit_type == unit_type])
            for unit_type in sorted({total.unit_type for total in whole})
        },
        "by_topic": _by_topic(inputs, totals) if indicator.by_topic else {},
        "by_value": _by_value(inputs, sources, totals),
        "sources": [{"form": source.form, "field": source.field} for source in sources],
        "clause": indicator.clause,
        "note": indicator.note,
    }
    if indicator.filing_states:
        entry |= _share(inputs, indicator)
    if indicator.ratio:
        entry |= _ratio(inputs, indicator.ratio)
    return entry


def _totals_of(inputs: Inputs, sources: Sequence[FieldSource]) -> list[RollupTotal]:
    wanted = dict.fromkeys((source.form, source.field) for source in sources)
    return [total for place in wanted for total in inputs.totals.get(place, ())]


def _of_any_form(inputs: Inputs, name: str) -> list[RollupTotal]:
    return [total for (_, field), totals in inputs.totals.items() if field == name for total in totals]


def _by_topic(inputs: Inputs, totals: Sequence[RollupTotal]) -> dict[str, object]:
    return {
        topic.code: {
            "label": topic.label,
            **_readings([total for total in totals if total.part == f"topic:{topic.code}"]),
        }
        for topic in inputs.campaign.topics
    }


def _by_value(inputs: Inputs, sources: Sequence[FieldSource], totals: Sequence[RollupTotal]) -> dict[str, object]:
    options = {
        option: label
        for source in sources
        if source.form in inputs.forms
        for field in inputs.forms[source.form].fields
        if field.name == source.field and field.kind == "choice"
        for option, label in field.options
    }
    return {
        option: {"label": label, **_readings([total for total in totals if total.part == f"is:{option}"])}
        for option, label in options.items()
    }


def _ratio(inputs: Inputs, codes: tuple[str, str]) -> dict[str, object]:
    """Divide the sums of two indicators; ratios are never averaged."""
    sums = []
    for code in codes:
        sources = next(each.sources for each in inputs.campaign.indicators if each.code == code)
        sums.append([total for total in _totals_of(inputs, sources) if not total.part])
    part, whole = sums

    unit_types = sorted({total.unit_type for total in (*part, *whole)})
    return {
        **_percents(part, whole),
        "by_unit_type": {
            unit_type: _percents(*([total for total in side if total.unit_type == unit_type] for side in sums))
            for unit_type in unit_types
        },
        "ratio": list(codes),
    }


def _percents(part: Sequence[RollupTotal], whole: Sequence[RollupTotal]) -> dict[str, object]:
    def percent(reading: int) -> str | None:
        return ratio_percent(total_of(part, reading), total_of(whole, reading))

    return {
        "official": percent(OFFICIAL),
        "provisional": percent(PROVISIONAL),
        "cumulative": {"official": percent(OFFICIAL_CUMULATIVE), "provisional": percent(PROVISIONAL_CUMULATIVE)},
    }


def _share(inputs: Inputs, indicator: Indicator) -> dict[str, object]:
    """Share the units in some filing states over those that must report: as the ledger tells, whatever is accepted."""
    roster = inputs.roster
    held = sum(roster.states.get(state, 0) for state in indicator.filing_states)
    percent = ratio_percent(held, sum(roster.expected.values()))
    return {"official": percent, "provisional": percent}


def _figures(inputs: Inputs, target: Target) -> Figures:
    statistic = statistic_of(inputs.campaign, target)
    totals = [total for total in inputs.totals.get((statistic.form, statistic.field), ()) if not total.part]
    field = inputs.forms[statistic.form].by_name.get(statistic.field) if statistic.form in inputs.forms else None
    rule = field.time_rule if field else None
    official, provisional = total_of(totals, OFFICIAL), total_of(totals, PROVISIONAL)
    if adds_over_window(inputs.campaign, inputs.period, rule):
        # Nothing is known of a window whose end nobody has told of.
        official = None if official is None else total_of(totals, OFFICIAL_CUMULATIVE)
        provisional = None if provisional is None else total_of(totals, PROVISIONAL_CUMULATIVE)
    return Figures(
        inputs.campaign,
        inputs.period,
        official=official,
        provisional=provisional,
        time_rule=rule,
        entered=inputs.statistics.get((statistic.form, statistic.source_field), {}),
        before=inputs.statistics.get((statistic.form, statistic.baseline_field), {}),
    )


def _together(targets: Sequence[Mapping[str, object]]) -> dict[str, object] | None:
    """Judge the targets with a number together, None where none has one."""
    found = judged_together(
        (Verdict(str(target["verdict"])), change if isinstance(change := target["change"], int) else None)
        for target in targets
    )
    if found is None:
        return None
    return {
        "verdict": found.verdict.value,
        "verdict_label": VERDICT_LABELS[found.verdict],
        "all_fell": found.all_fell,
    }


def _registers(inputs: Inputs) -> dict[str, object]:
    """Count the tables of records by each of their choices, names left out."""
    registers: dict[str, object] = {}
    tables = {field.name: field for form in inputs.forms.values() for field in form.fields if field.kind == "records"}
    for name, field in sorted(tables.items()):
        totals = _of_any_form(inputs, name)
        whole = [total for total in totals if not total.part]
        by: dict[str, object] = {}
        for column in field.columns:
            if column.kind != "choice":
                continue
            by[column.name] = {
                "label": column.label,
                "values": {
                    option: {"label": label, **_rows(whole, [t for t in totals if t.part == f"{column.name}={option}"])}
                    for option, label in column.options
                },
            }
        registers[name] = {"label": field.label, **_rows(whole, whole), "by": by}
    return registers


def _rows(whole: Sequence[RollupTotal], some: Sequence[RollupTotal]) -> dict[str, int | None]:
    """Count some rows of a table, over time: 0 where the table was filed without one, None where nobody filed it."""
    readings = {"official": OFFICIAL_CUMULATIVE, "provisional": PROVISIONAL_CUMULATIVE}
    return {
        name: None if total_of(whole, reading) is None else total_of(some, reading) or 0
        for name, reading in readings.items()
    }
