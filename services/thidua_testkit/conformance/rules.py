"""Whether golden reports are judged as their names say, and rules are what the host may run."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from typing import NamedTuple

from thidua.forms.compose import ComposedForm
from thidua.forms.judge import Judgement
from thidua.forms.time_limit import OverTimeError
from thidua_sdk import Campaign
from thidua_sdk import Record
from thidua_sdk import Values
from thidua_testkit.conformance.apart import apart
from thidua_testkit.conformance.cases import GoldenReport
from thidua_testkit.conformance.cases import endless_sentences
from thidua_testkit.conformance.cases import golden_reports
from thidua_testkit.conformance.cases import judged_form
from thidua_testkit.conformance.endings import Raised
from thidua_testkit.conformance.endings import ran
from thidua_testkit.conformance.project import AnyRule
from thidua_testkit.conformance.project import Project
from thidua_testkit.conformance.project import rules_of

__all__ = [
    "faults_of_golden_reports",
    "faults_of_missing_data",
    "named_persons",
    "not_taken",
    "refusal",
    "unbroken",
]


def not_taken(report: GoldenReport) -> list[str]:
    """Say what is found in a report that is to be taken."""
    return [
        f"{report.path.name}: {finding.code} at {finding.cells[0]}: {finding.message} Mend the report, or the rule."
        for finding in report.judgement.findings
    ]


def refusal(report: GoldenReport) -> list[str]:
    """Judge a broken report, and again when it is mended: its rule must show, alone, where it was said to.

    A rule that never ends is told of by itself.
    """
    if report.code in report.endless:
        return []
    judged = report.judgement
    found = _said(judged)
    own = [finding for finding in judged.findings if finding.code == report.code]
    where = report.path.name
    if not own:
        mend = "Break the rule, or name the file after what it breaks."
        return [f"{where}: {report.code} does not show; found: {found}. {mend}"]
    faults = []
    if wrong := [finding.level.value for finding in own if finding.level is not report.level]:
        faults.append(f'{where}: {report.code} shows as {wrong[0]}; say so in cases.toml: level = "{wrong[0]}".')
    if "cells" in report.said and tuple(report.said["cells"]) not in {finding.cells for finding in own}:
        faults.append(f"{where}: {report.code} points at {list(own[0].cells)}, not at {report.said['cells']}.")
    also = set(report.said.get("also", ()))
    if others := {finding.code for finding in judged.findings} - {report.code}:
        if others != also:
            faults.append(
                f"{where}: besides {report.code} there is {found}. Let the report break one rule; where that "
                "cannot be, name the others in cases.toml: also = [...]."
            )
    elif also:
        faults.append(f"{where}: cases.toml says also = {sorted(also)}, and only {report.code} shows.")
    if report.mend and any(finding.code == report.code for finding in report.judged(report.mend).findings):
        faults.append(f"{where}: {report.code} still shows after {report.mend}; say in cases.toml what mends it.")
    return faults


def _said(judged: Judgement) -> str:
    return "; ".join(f"{each.code} at {each.cells[0]} ({each.message})" for each in judged.findings) or "nothing"


def faults_of_golden_reports(project: Project, campaign: Campaign) -> list[str]:
    """Judge the golden reports of a campaign that changes forms; those of unit types are judged one by one."""
    if project.only_campaign is None:
        return []
    reports = golden_reports(project)
    found = [fault for each in reports for fault in (not_taken(each) if each.is_valid else refusal(each))]
    added: dict[str, set[str]] = {}
    for amendment in campaign.amendments:
        rules = rules_of(amendment.add) if amendment.add is not None else ()
        added.setdefault(amendment.form, set()).update(rule.code for rule in rules)
    for code, rule_codes in added.items():
        own = [report for report in reports if report.form.code == code]
        if not any(report.is_valid for report in own):
            found.append(
                f"form {code} is amended and golden/ has no valid-<what>.json of it; add one as a unit files it."
            )
        found += endless_sentences(project, code)
        found += unbroken(judged_form(project, code), [each for each in own if not each.is_valid], only=rule_codes)
    return found


def unbroken(form: ComposedForm, reports: Sequence[GoldenReport], only: Collection[str] | None = None) -> list[str]:
    """Say which rules, of all or of those with some codes, no golden report breaks: nobody knows whether they show."""
    left = {id(rule): rule for rule in rules_of(form) if only is None or rule.code in only}
    for report in reports:
        values = report.judgement.values
        for rule in form.rules:
            if id(rule) in left and not rule.holds(values):
                del left[id(rule)]
        for record_rule in form.record_rules:
            if id(record_rule) in left and tuple(record_rule.check(values, report.record)):
                del left[id(record_rule)]
    return [
        f"form {form.code}: no golden report breaks rule {rule.code}; "
        f"add golden/broken-{rule.code.lower()}-<what>.json."
        for rule in left.values()
    ]


class _Try(NamedTuple):
    """One rule on values of which some are missing; ``where`` names them."""

    rule: AnyRule
    values: Values
    where: str
    #: None for rules that must hold without a record, and where nothing at all is filled in.
    record: Record | None


def faults_of_missing_data(form: ComposedForm, reports: Sequence[GoldenReport]) -> list[str]:
    """Run the rules where cells are empty: they hold, end and never raise."""
    tries = [_Try(rule, Values({}), "every field", None) for rule in form.rules]
    bare = replace(form, rules=(), record_rules=())
    for report in reports:
        sent: Any = report.data.get("fields", {})
        for name in ["", *sent]:
            values = report.judged({f"/fields/{name}": None} if name else {"/fields": {}}, form=bare).values
            tries += [_Try(rule, values, name or "every field", report.record) for rule in rules_of(form)]
    outcome = apart(partial(_tried, form, tries))
    found = [_endless(form, tries[outcome.held])] if outcome.held is not None else list(outcome.answer)
    for report in reports if not found else ():
        empty = report.judged({"/fields": {}, "/by_topic": {}, **{f"/{name}": [] for name in form.tables}})
        found += [
            f"form {form.code}, rule {finding.code}: shows in a report without figures; what is not known breaks none."
            for finding in empty.findings
            if finding.code != "required"
        ]
    return list(dict.fromkeys(found))


def _tried(form: ComposedForm, tries: Sequence[_Try], tell: Callable[[int], None]) -> list[str]:
    found = []
    for step, each in enumerate(tries):
        tell(step)
        where = f"form {form.code}, rule {each.rule.code}:"
        try:
            outcome = ran(each.rule, each.values, each.record)
        except OverTimeError:
            return [_endless(form, each)]
        if each.record is None and outcome is False:
            found.append(f"{where} it is broken where nothing is filled in; what is not known breaks none.")
        elif each.record is not None and isinstance(outcome, Raised):
            told = f"{type(outcome.failure).__name__} ({outcome.failure})"
            found.append(f"{where} raises {told} where {each.where} is empty; a missing value is None.")
    return found


def _endless(form: ComposedForm, each: _Try) -> str:
    return (
        f"form {form.code}, rule {each.rule.code}: does not end where {each.where} is empty; a missing value is None."
    )


def named_persons(report: GoldenReport) -> list[str]:
    """Say which sentences print the name of a person in the report."""
    names = {
        str(row["full_name"])
        for name, table in report.form.tables.items()
        for row in _rows(report.payload.get(name))
        if any(column.name == "full_name" for column in table.columns) and str(row.get("full_name") or "").strip()
    }
    return [
        f"{report.path.name}: the sentence of {finding.code} prints the name {name!r}; speak of the row instead."
        for finding in report.judgement.findings
        for name in sorted(names)
        if name in finding.message
    ]


def _rows(value: object) -> list[Mapping[str, object]]:
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
