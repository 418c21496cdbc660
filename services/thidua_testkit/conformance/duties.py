"""Whether the duties of a campaign are judged by what was reported, and by nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Final

from thidua.forms.facts import numbers_of
from thidua.forms.rule_running import RULES_LIMIT_S
from thidua.forms.time_limit import OverTimeError
from thidua.forms.time_limit import within
from thidua_sdk import Campaign
from thidua_sdk import Duty
from thidua_sdk import DutyState
from thidua_testkit.conformance.made import made_payloads
from thidua_testkit.conformance.project import Project

__all__ = ["faults_of_duties"]

_MEND: Final = "judge by the facts alone, with .get(name, 0)."


def faults_of_duties(project: Project, campaign: Campaign) -> list[str]:
    """Judge every duty on facts in one order and the other, again, and where nothing was reported."""
    uses = project.uses(campaign)
    found: list[str] = []
    for duty in campaign.duties:
        codes = {
            use.form
            for period in campaign.periods
            for use in period.forms
            if not set(use.unit_types).isdisjoint(duty.unit_types)
        }
        facts = [
            numbers_of(uses[code], payload)
            for code in sorted(codes & uses.keys())
            for payload in made_payloads(uses[code])
        ]
        found += list(dict.fromkeys(_faults(duty, facts)))
    return found


def _faults(duty: Duty, facts: Sequence[Mapping[str, int]]) -> Iterator[str]:
    if _state(duty, {}) is DutyState.DONE:
        yield f"duty {duty.code} is done where nothing was reported; what is not known is no evidence."
    for each in ({}, *facts):
        first, again = _state(duty, each), _state(duty, dict(reversed(list(each.items()))))
        if not isinstance(first, DutyState):
            yield f"duty {duty.code}: its evidence {first}; {_MEND}"
            return
        if first is not again:
            yield f"duty {duty.code} is “{first}” or “{again}” by the same facts, told in another order; {_MEND}"
            return


def _state(duty: Duty, facts: Mapping[str, int]) -> DutyState | str:
    """Return the state, or what was done instead of judging."""
    try:
        state: object = within(RULES_LIMIT_S, lambda: duty.evidence.judge(facts))
    except OverTimeError:
        return f"does not end within {RULES_LIMIT_S:g} s"
    except Exception as failure:  # noqa: BLE001  the outermost edge towards code that is not ours
        return f"raises {type(failure).__name__} ({failure})"
    return state if isinstance(state, DutyState) else f"answers {state!r}, which is no state of a duty"
