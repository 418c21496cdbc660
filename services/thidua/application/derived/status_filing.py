"""The part of a status document that tells how many have filed and what duties show."""

from __future__ import annotations

from thidua.application.derived.status_inputs import Inputs
from thidua.application.derived.status_inputs import ratio_percent
from thidua.application.ports.rows import accepted_duty
from thidua.application.ports.shard_sums import RosterSums
from thidua.domain.filing import FILING_LABELS
from thidua.domain.filing import FilingState
from thidua.domain.filing import Roster
from thidua_sdk import Duty
from thidua_sdk import DutyState

__all__ = ["duties_of", "filing_of"]


def filing_of(roster: RosterSums) -> tuple[dict[str, object], Roster]:
    """Tell how many units of the roster stand where, with the rates."""
    states = Roster({state: roster.states.get(state.value, 0) for state in FilingState})
    on_time = states.counts[FilingState.ON_TIME]
    # An accepted report counts as received, and a unit that must not report in neither: the four
    # never rise from right to left, and the rates never pass the whole.
    expected = states.total - states.counts[FilingState.EXEMPT]
    received = on_time + states.counts[FilingState.LATE]
    return {
        "roster": states.total,
        **{state.value: number for state, number in states.counts.items()},
        "expected": expected,
        "received": received,
        "received_on_time": on_time,
        "accepted": roster.accepted,
        "rates": {
            "received": ratio_percent(received, expected),
            "received_on_time": ratio_percent(on_time, expected),
            "accepted": ratio_percent(roster.accepted, expected),
        },
        "labels": {state.value: label for state, label in FILING_LABELS.items()},
    }, states


def duties_of(inputs: Inputs) -> list[dict[str, object]]:
    """Count each duty's states over the units that owe a report and have the duty."""
    entries: list[dict[str, object]] = []
    for duty in inputs.campaign.duties:
        unreported = duty.evidence.judge({}).value
        entries.append(
            {
                "code": duty.code,
                "clause": duty.clause,
                "who": duty.who,
                "text": duty.text,
                "unit_types": list(duty.unit_types),
                "counts": _counted(inputs.roster, duty, duty.code, unreported),
                # What the committee reads: as accepted reports alone show it.
                "official_counts": _counted(inputs.roster, duty, accepted_duty(duty.code), unreported),
                "unreported": unreported,
            }
        )
    return entries


def _counted(roster: RosterSums, duty: Duty, name: str, unreported: str) -> dict[str, int]:
    """Count the units that have the duty by its state; one without a row is as nothing reported leaves it."""
    counts = {state.value: 0 for state in DutyState}
    by_type = roster.duties.get(name, {})
    for unit_type in set(duty.unit_types):
        for state, number in by_type.get(unit_type, {}).items():
            counts[state] += number
    owed = sum(roster.expected.get(unit_type, 0) for unit_type in set(duty.unit_types))
    counts[unreported] += owed - sum(counts.values())
    return counts
