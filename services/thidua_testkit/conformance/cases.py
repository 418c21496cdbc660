"""The golden reports of a plugin, each with what the host would know when it judges it.

A report is a JSON file in ``golden/``: ``valid-<what>.json`` is taken, ``broken-<rule>-<what>.json`` is
refused by that rule. ``golden/cases.toml`` says what the files cannot: unit, period, plan and past, and
for a broken report where its rule shows and what mends it. Everything in it may be left out.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace
from functools import cache
from functools import cached_property
from pathlib import Path
from typing import Any

from thidua.forms.compose import ComposedForm
from thidua.forms.compose import compose
from thidua.forms.envelope import Envelope
from thidua.forms.envelope import read_envelope
from thidua.forms.judge import Judgement
from thidua.forms.judge import judge
from thidua.forms.texts import clean_json
from thidua_sdk import Finding
from thidua_sdk import Level
from thidua_sdk import Record
from thidua_sdk import Topic
from thidua_testkit.conformance.endings import Case
from thidua_testkit.conformance.endings import endless_rules
from thidua_testkit.conformance.endings import without_rules
from thidua_testkit.conformance.project import Project
from thidua_testkit.conformance.project import ProjectError
from thidua_testkit.conformance.project import plain_campaign
from thidua_testkit.conformance.project import rules_of
from thidua_testkit.conformance.records import CASES
from thidua_testkit.conformance.records import Cases
from thidua_testkit.conformance.records import as_json

__all__ = ["GoldenReport", "endless_sentences", "golden_form", "golden_reports", "judged_form", "with_cells"]


@dataclass(frozen=True, eq=False)
class GoldenReport:
    """One golden report; ``data`` is its envelope, ``said`` what ``cases.toml`` says of it."""

    path: Path
    data: Mapping[str, Any]
    said: Mapping[str, Any]
    form: ComposedForm
    record: Record
    #: Codes of rules that never end; the form is without them.
    endless: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return self.path.stem

    @property
    def is_valid(self) -> bool:
        """Tell whether the report is to be taken."""
        return self.name.startswith("valid-")

    @property
    def is_of_an_earlier_form(self) -> bool:
        """Tell whether it was filed with a version of the form that is no longer asked."""
        version = self.data.get("form_version")
        return isinstance(version, int) and version < self.form.version

    @property
    def code(self) -> str:
        """The code of the rule that a broken report breaks: as said, else the word behind ``broken-``."""
        if said := self.said.get("code"):
            return str(said)
        word = self.name.split("-")[1].casefold()
        codes = {rule.code for rule in rules_of(self.form)} | self.endless
        return next((code for code in sorted(codes) if code.casefold() == word), word)

    @property
    def level(self) -> Level:
        """The level at which the rule shows."""
        return Level(self.said.get("level", "error"))

    def judged(
        self,
        changes: Mapping[str, object] | None = None,
        *,
        form: ComposedForm | None = None,
        record: Record | None = None,
    ) -> Judgement:
        """Judge the report as every door of the host does.

        Args:
            changes: values to put at some pointers first (``/fields/banners``, ``/violations/0/status``).
            form: another than the report's.
            record: another than ``cases.toml`` says.
        """
        envelope, unread = self.envelope(changes)
        return judge(form or self.form, envelope, record or self.record, unread=unread)

    @cached_property
    def judgement(self) -> Judgement:
        """What the host says of the report as it is."""
        return self.judged()

    def envelope(self, changes: Mapping[str, object] | None = None) -> tuple[Envelope, tuple[Finding, ...]]:
        """Read the envelope; the findings are about the envelope itself."""
        envelope, unread = read_envelope(clean_json(with_cells(self.data, changes or {})))
        if envelope is None:
            raise ProjectError(
                f"{self.path}: campaign_code, form_code, unit_code and period_code cannot be read: "
                + " ".join(f"{finding.cells[0]}: {finding.message}" for finding in unread)
            )
        return envelope, unread

    @cached_property
    def payload(self) -> dict[str, object]:
        """What the host would store of it."""
        return self.envelope()[0].payload

    @property
    def mend(self) -> dict[str, object]:
        """The cells that make the rule hold again, by pointer; None clears one."""
        return {**self.said.get("mend", {}), **dict.fromkeys(self.said.get("clear", ()))}


@cache
def golden_reports(project: Project) -> tuple[GoldenReport, ...]:
    """Return the plugin's golden reports, by name, each with its form without the rules that never end.

    Raises:
        ProjectError: a file is no report of one of the plugin's forms, or ``cases.toml`` speaks of what is
            not there.
    """
    found = []
    for report in _as_read(project):
        code = report.form.code
        rules = rules_of(report.form)
        endless = frozenset(rules[place].code for place in _endless(project, code))
        found.append(replace(report, form=judged_form(project, code), endless=endless))
    return tuple(found)


@cache
def _as_read(project: Project) -> tuple[GoldenReport, ...]:
    """Read the plugin's golden reports, by name.

    Raises:
        ProjectError: a file is no report of one of the plugin's forms, or ``cases.toml`` speaks of what is
            not there.
    """
    folder = project.folder / "golden"
    cases = Cases.read(folder)
    found = []
    for path in sorted(folder.glob("*.json")):
        data = _read(path)
        code = data.get("form_code")
        if code not in project.form_codes:
            raise ProjectError(
                f"{path}: form_code is {code!r}; the plugin's forms are {', '.join(project.form_codes)}."
            )
        if not path.name.startswith(("valid-", "broken-")):
            raise ProjectError(f"{path}: name it valid-<what>.json or broken-<rule>-<what>.json.")
        form = golden_form(project, str(code))
        said = cases.reports.get(path.stem, {})
        found.append(GoldenReport(path, data, said, form, cases.record_of(data, said, project)))
    if lost := sorted(cases.reports.keys() - {report.name for report in found}):
        raise ProjectError(f"{folder / CASES}: [reports.{lost[0]}] speaks of a file that is not there.")
    return tuple(found)


@cache
def _endless(project: Project, code: str) -> Mapping[int, str]:
    form = golden_form(project, code)
    bare = replace(form, rules=(), record_rules=())
    return endless_rules(
        form,
        [
            Case(report.path.name, report.judged(form=bare).values, report.record)
            for report in _as_read(project)
            if report.form.code == code
        ],
    )


def endless_sentences(project: Project, code: str) -> list[str]:
    """Say which rules of a form do not come to an end."""
    return list(_endless(project, code).values())


@cache
def judged_form(project: Project, code: str) -> ComposedForm:
    """Return a form of the plugin without the rules that never end: by what is left everything else is judged."""
    return without_rules(golden_form(project, code), _endless(project, code))


@cache
def golden_form(project: Project, code: str) -> ComposedForm:
    """Compose a form: a campaign's as it asks it, a unit type's with nothing but the topics its reports name."""
    if (campaign := project.only_campaign) is not None:
        return project.uses(campaign)[code]
    topics: dict[str, Topic] = {}
    for path in sorted((project.folder / "golden").glob("*.json")):
        by_topic = _read(path).get("by_topic") or {}
        for topic in (topic for counts in by_topic.values() for topic in counts or ()):
            topics.setdefault(topic, Topic(code=topic, label=f"Chủ đề {len(topics) + 1}", source="thử"))
    return compose(project.forms[code], plain_campaign(tuple(topics.values())))


def _read(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ProjectError(f"{path}: no JSON: {error}") from None
    if not isinstance(data, dict):
        raise ProjectError(f"{path}: a report is one JSON object.")
    return data


def with_cells(data: Mapping[str, Any], changes: Mapping[str, object]) -> dict[str, Any]:
    """Copy an envelope with other values at some pointers (``/fields/banners``, ``/violations/0/status``)."""
    changed = copy.deepcopy(dict(data))
    for pointer, value in changes.items():
        *path, last = pointer.split("/")[1:]
        place: Any = changed
        for part in path:
            place = place[int(part)] if isinstance(place, list) else place.setdefault(part, {})
        place[int(last) if isinstance(place, list) else last] = as_json(value)
    return changed
