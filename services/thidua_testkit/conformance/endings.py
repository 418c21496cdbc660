"""Which rules never come to an end: they are found first, and left out of whatever else is asked.

Rules run here under the host's own time limit, and in a process that is ended where one holds the interpreter itself.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final
from typing import NamedTuple

from thidua.forms.compose import ComposedForm
from thidua.forms.rule_running import RULES_LIMIT_S
from thidua.forms.time_limit import OverTimeError
from thidua.forms.time_limit import within
from thidua_sdk import PayloadRule
from thidua_sdk import Record
from thidua_sdk import Values
from thidua_testkit.conformance.apart import STILL_S
from thidua_testkit.conformance.apart import apart
from thidua_testkit.conformance.project import AnyRule
from thidua_testkit.conformance.project import rules_of

__all__ = ["Case", "Raised", "endless_rules", "ran", "without_rules"]

_NOTHING: Final = Values({})


class Case(NamedTuple):
    """A report as rules are handed it; ``name`` is its file's."""

    name: str
    values: Values
    record: Record


class Raised(NamedTuple):
    """What a rule raised instead of answering."""

    failure: Exception


def ran(rule: AnyRule, values: Values, record: Record | None = None) -> object:
    """Run one rule as the host does: its answer, or what it raised; one against the record needs one.

    Raises:
        OverTimeError: it did not end in the time the host gives all rules of a report.
    """

    def run() -> object:
        if isinstance(rule, PayloadRule):
            return rule.holds(values)
        return tuple(rule.check(values, record)) if record is not None else ()

    try:
        return within(RULES_LIMIT_S, run)
    except Exception as failure:  # noqa: BLE001  the outermost edge towards code that is not ours
        return Raised(failure)


def endless_rules(form: ComposedForm, cases: Sequence[Case], *, still_s: float = STILL_S) -> Mapping[int, str]:
    """Run every rule on every report, and with nothing filled in.

    Args:
        form: whose rules.
        cases: the reports.
        still_s: how long a rule that holds the interpreter is waited for.

    Returns:
        For each rule that did not end, by its place among the form's rules, the sentence that says so.
    """
    rules = rules_of(form)
    runs = [
        (place, rule, case)
        for place, rule in enumerate(rules)
        for case in (*cases, *((Case("", _NOTHING, cases[0].record),) if cases else ()))
    ]
    found: dict[int, str] = {}
    while runs:
        outcome = apart(partial(_run, tuple(runs)), still_s=still_s)
        ended = [runs[step] for step in (outcome.answer if outcome.held is None else [outcome.held])]
        found |= {place: _sentence(form, rule, case) for place, rule, case in ended}
        if outcome.held is None:
            break
        # What came before the one that was held is not known: the copy took it along.
        runs = [run for run in runs if run[0] not in found]
    return found


def _run(runs: Sequence[tuple[int, AnyRule, Case]], tell: Callable[[int], None]) -> list[int]:
    """Run rules one after the other; returns which of the runs did not end, one of each rule."""
    endless: dict[int, int] = {}
    for step, (place, rule, case) in enumerate(runs):
        if place in endless:
            continue
        tell(step)
        try:
            ran(rule, case.values, case.record)
        except OverTimeError:
            endless[place] = step
    return list(endless.values())


def _sentence(form: ComposedForm, rule: AnyRule, case: Case) -> str:
    where = f"on golden/{case.name}" if case.name else "where nothing is filled in"
    return (
        f"form {form.code}, rule {rule.code}: does not end within {RULES_LIMIT_S:g} s {where}; the host stops it then, "
        "and the report cannot be filed. Look at each row once; search with patterns that try each text once."
    )


def without_rules(form: ComposedForm, places: Mapping[int, str]) -> ComposedForm:
    """Return the form without the rules at some places among its rules."""
    if not places:
        return form
    gone = {id(rule) for place, rule in enumerate(rules_of(form)) if place in places}
    return replace(
        form,
        rules=tuple(rule for rule in form.rules if id(rule) not in gone),
        record_rules=tuple(rule for rule in form.record_rules if id(rule) not in gone),
    )
