"""The part of a status document that tells who has filed and what duties show: one entry a unit at most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from thidua.application.rows import RosterRow
from thidua.application.status_inputs import Inputs
from thidua.application.status_inputs import ratio_percent
from thidua.domain.filing import FILING_LABELS
from thidua.domain.filing import FilingState
from thidua.domain.filing import Roster
from thidua.domain.filing import filing_state
from thidua_sdk import DutyState

__all__ = ["duties_of", "expected_of", "filing_of"]


def expected_of(roster: Iterable[RosterRow], now: datetime) -> tuple[RosterRow, ...]:
    """Return those of a roster that must report: all that are not exempt."""
    return tuple(row for row in roster if not row.obligation.is_exempt(now))


def filing_of(inputs: Inputs) -> tuple[dict[str, object], Roster]:
    """Tell where each unit of the roster stands, with the sums and the rates."""
    units: list[dict[str, object]] = []
    states: list[FilingState] = []
    for row in inputs.roster:
        obligation, report = row.obligation, row.report
        state = filing_state(
            obligation,
            report.standing if report else None,
            now=inputs.now,
            due_soon_days=inputs.campaign.due_soon_days,
        )
        states.append(state)
        units.append(
            {
                "unit": obligation.unit_code,
                "name": obligation.unit_name,
                "unit_type": obligation.unit_type,
                "form": obligation.form_code,
                "filing": state.value,
                "state": report.state.value if report else None,
                "report": report.id if report else None,
                "revision": report.revision if report else None,
                "accepted_revision": report.accepted_revision if report else None,
                "received_at": report.first_received_at.isoformat() if report else None,
                "counted_at": _written(report.standing.counted_at) if report else None,
                "answer_by": _written(report.standing.answer_by) if report else None,
                "due_at": obligation.last_moment.isoformat(),
                "ends_on": obligation.ends_on.isoformat() if obligation.ends_on else None,
            }
        )
    roster = Roster.of(states)
    counts = {state.value: number for state, number in roster.counts.items()}
    on_time = roster.counts[FilingState.ON_TIME]
    # An accepted report counts as received, and a unit that must not report in neither: the four
    # never rise from right to left, and the rates never pass the whole.
    expected = roster.total - roster.counts[FilingState.EXEMPT]
    received = on_time + roster.counts[FilingState.LATE]
    reports = (row.report for row in expected_of(inputs.roster, inputs.now))
    accepted = sum(1 for report in reports if report and report.accepted_revision is not None)
    return {
        "roster": roster.total,
        **counts,
        "expected": expected,
        "received": received,
        "received_on_time": on_time,
        "accepted": accepted,
        "rates": {
            "received": ratio_percent(received, expected),
            "received_on_time": ratio_percent(on_time, expected),
            "accepted": ratio_percent(accepted, expected),
        },
        "labels": {state.value: label for state, label in FILING_LABELS.items()},
        "units": units,
    }, roster


def duties_of(inputs: Inputs) -> list[dict[str, object]]:
    """Count each duty's states over the units that owe a report and have the duty."""
    expected = Counter(row.obligation.unit_type for row in expected_of(inputs.roster, inputs.now))
    entries: list[dict[str, object]] = []
    for duty in inputs.campaign.duties:
        counts = {state.value: 0 for state in DutyState}
        for code, unit_type, state, number in inputs.duty_counts:
            if code == duty.code and unit_type in duty.unit_types:
                counts[state] += number
        # A unit that reported nothing has no row; nothing reported is no evidence.
        owed = sum(expected[unit_type] for unit_type in set(duty.unit_types))
        counts[DutyState.NO_EVIDENCE.value] += owed - sum(counts.values())
        entries.append(
            {
                "code": duty.code,
                "clause": duty.clause,
                "who": duty.who,
                "text": duty.text,
                "unit_types": list(duty.unit_types),
                "counts": counts,
            }
        )
    return entries


def _written(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
