"""Whether the host takes the plugin, and whether its rules are what the host may run."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from thidua.forms.compose import ComposedForm
from thidua.forms.judge import Judgement
from thidua.plugin_host.judging import faults_of_campaign
from thidua.plugin_host.judging import faults_of_unit_type
from thidua_sdk import PayloadRule
from thidua_sdk import Values
from thidua_testkit.conformance.cases import GoldenReport
from thidua_testkit.conformance.project import AnyRule
from thidua_testkit.conformance.project import Project
from thidua_testkit.conformance.project import rules_of

__all__ = ["faults_of_contract", "faults_of_imports", "faults_of_missing_data", "named_persons", "refusal", "unbroken"]


def faults_of_contract(project: Project, group: str, name: str) -> list[str]:
    """Judge one entry point as the host does when it starts."""
    value = project.values[group, name]
    if group.endswith("unit_types"):
        faults = faults_of_unit_type(name, value)
    else:
        faults = faults_of_campaign(name, value, project.around)
    return [fault.sentence for fault in faults]


def faults_of_imports(project: Project) -> list[str]:
    """Say which modules reach beyond the contract and the standard library."""
    own = {package.name for package in project.packages}
    return [
        f"{path.relative_to(package.parent)} imports {name}; a plugin imports thidua_sdk and the standard library only."
        for package in project.packages
        for path in sorted(package.rglob("*.py"))
        for name in _imported(path)
        if name not in own | {"thidua_sdk"} | sys.stdlib_module_names
    ]


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield (node.module or "").partition(".")[0]


def refusal(report: GoldenReport) -> list[str]:
    """Judge a broken report, and again when it is mended: its rule must show, alone, where it was said to."""
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


def unbroken(form: ComposedForm, reports: list[GoldenReport]) -> list[str]:
    """Say which rules no golden report breaks: nobody knows whether they ever show."""
    left = {id(rule): rule for rule in rules_of(form)}
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


def faults_of_missing_data(form: ComposedForm, reports: list[GoldenReport]) -> list[str]:
    """Run the rules where cells are empty: they hold, and never raise."""
    found = [
        f"form {form.code}, rule {rule.code}: it is broken where nothing is filled in; what is not known breaks none."
        for rule in form.rules
        if _outcome(rule, Values({})) is False
    ]
    bare = replace(form, rules=(), record_rules=())
    for report in reports:
        sent: Any = report.data.get("fields", {})
        for name in ["", *sent]:
            values = report.judged({f"/fields/{name}": None} if name else {"/fields": {}}, form=bare).values
            for rule in rules_of(form):
                outcome = _outcome(rule, values, report)
                if isinstance(outcome, Exception):
                    found.append(
                        f"form {form.code}, rule {rule.code}: raises {type(outcome).__name__} ({outcome}) where "
                        f"{name or 'every field'} is empty; a missing value is None."
                    )
        if found:
            break
        empty = report.judged({"/fields": {}, "/by_topic": {}, **{f"/{name}": [] for name in form.tables}})
        found += [
            f"form {form.code}, rule {finding.code}: shows in a report without figures; what is not known breaks none."
            for finding in empty.findings
            if finding.code != "required"
        ]
    return list(dict.fromkeys(found))


def _outcome(rule: AnyRule, values: Values, report: GoldenReport | None = None) -> object:
    try:
        if isinstance(rule, PayloadRule):
            return rule.holds(values)
        return tuple(rule.check(values, report.record)) if report else ()
    except Exception as raised:  # noqa: BLE001  the outermost edge towards code that is not ours
        return raised


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
