"""The golden reports of a plugin, each with what the host would know when it judges it.

A report is a JSON file in ``golden/``: ``valid-<what>.json`` is taken, ``broken-<rule>-<what>.json`` is
refused by that rule. ``golden/cases.toml`` says what the files cannot: unit, period, plan and past, and
for a broken report where its rule shows and what mends it. Everything in it may be left out.
"""

from __future__ import annotations

import copy
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace
from datetime import date
from datetime import datetime
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
from thidua_sdk import EarlierReport
from thidua_sdk import Finding
from thidua_sdk import Level
from thidua_sdk import PeriodView
from thidua_sdk import PlanView
from thidua_sdk import Record
from thidua_sdk import Topic
from thidua_sdk import UnitView
from thidua_sdk import Window
from thidua_testkit.conformance.endings import Case
from thidua_testkit.conformance.endings import endless_rules
from thidua_testkit.conformance.endings import without_rules
from thidua_testkit.conformance.project import Project
from thidua_testkit.conformance.project import ProjectError
from thidua_testkit.conformance.project import plain_campaign
from thidua_testkit.conformance.project import rules_of

__all__ = ["GoldenReport", "endless_codes", "endless_sentences", "golden_form", "golden_reports", "judged_form"]

_CASES = "cases.toml"
_KNOWN = {
    "": frozenset({"plan", "periods", "units", "pasts", "reports", "sums"}),
    "reports": frozenset({"code", "level", "cells", "also", "mend", "clear", "past", "sums", "attributes", "today"}),
}


@dataclass(frozen=True, eq=False)
class GoldenReport:
    """One golden report; ``data`` is its envelope, ``said`` what ``cases.toml`` says of it."""

    path: Path
    data: Mapping[str, Any]
    said: Mapping[str, Any]
    form: ComposedForm
    record: Record

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
        codes = {rule.code for rule in rules_of(self.form)}
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
        envelope, unread = read_envelope(clean_json(_with(self.data, changes or {})))
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
    forms = {code: judged_form(project, code) for code in project.forms}
    return tuple(replace(report, form=forms[report.form.code]) for report in _as_read(project))


@cache
def _as_read(project: Project) -> tuple[GoldenReport, ...]:
    """Read the plugin's golden reports, by name.

    Raises:
        ProjectError: a file is no report of one of the plugin's forms, or ``cases.toml`` speaks of what is
            not there.
    """
    folder = project.folder / "golden"
    cases = _Cases.read(folder)
    found = []
    for path in sorted(folder.glob("*.json")):
        data = _read(path)
        code = data.get("form_code")
        if code not in project.forms:
            raise ProjectError(f"{path}: form_code is {code!r}; the plugin's forms are {', '.join(project.forms)}.")
        if not path.name.startswith(("valid-", "broken-")):
            raise ProjectError(f"{path}: name it valid-<what>.json or broken-<rule>-<what>.json.")
        form = golden_form(project, str(code))
        said = cases.reports.get(path.stem, {})
        found.append(GoldenReport(path, data, said, form, cases.record_of(data, said, project)))
    if lost := sorted(cases.reports.keys() - {report.name for report in found}):
        raise ProjectError(f"{folder / _CASES}: [reports.{lost[0]}] speaks of a file that is not there.")
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


def endless_codes(project: Project, code: str) -> frozenset[str]:
    """Return the codes of those rules."""
    rules = rules_of(golden_form(project, code))
    return frozenset(rules[place].code for place in _endless(project, code))


@cache
def judged_form(project: Project, code: str) -> ComposedForm:
    """Return a form of the plugin without the rules that never end: by what is left everything else is judged."""
    return without_rules(golden_form(project, code), _endless(project, code))


@cache
def golden_form(project: Project, code: str) -> ComposedForm:
    """Compose a form of the plugin for a campaign that asks nothing else, with the topics its reports name."""
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


@dataclass(frozen=True)
class _Cases:
    """What ``cases.toml`` says."""

    path: Path
    told: Mapping[str, Any]

    @classmethod
    def read(cls, folder: Path) -> _Cases:
        path = folder / _CASES
        told: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        for where, names in (("", told), *(("reports", each) for each in told.get("reports", {}).values())):
            if unknown := sorted(names.keys() - _KNOWN[where]):
                raise ProjectError(
                    f"{path}: {unknown[0]!r} is not known here; known: {', '.join(sorted(_KNOWN[where]))}."
                )
        return cls(path, told)

    @property
    def reports(self) -> Mapping[str, Any]:
        reports: Mapping[str, Any] = self.told.get("reports", {})
        return reports

    def record_of(self, data: Mapping[str, Any], said: Mapping[str, Any], project: Project) -> Record:
        """Return what the host would know when the report comes in."""
        period_code, unit_code = str(data.get("period_code", "")), str(data.get("unit_code", ""))
        period = self.told.get("periods", {}).get(period_code, {})
        unit = self.told.get("units", {}).get(unit_code, {})
        plan = self.told.get("plan", {})
        today = said.get("today") or _day_of(data.get("submitted_at")) or period.get("cutoff_on") or date(2000, 12, 31)
        cutoff_on = period.get("cutoff_on", today)
        activity = period.get("activity")
        return Record(
            unit=UnitView(
                unit_code,
                unit.get("name", "Đơn vị thử"),
                unit.get("type") or next(iter(project.unit_types.values())).code,
                said.get("attributes", unit.get("attributes", {})),
            ),
            period=PeriodView(
                period_code,
                frozenset(period.get("tags", ())),
                period.get("ordinal", 1),
                cutoff_on,
                Window(*activity) if activity else None,
            ),
            plan=PlanView(
                plan.get("year", today.year),
                plan.get("issued_from", date(today.year, 1, 1)),
                plan.get("parent_issued_on"),
                plan.get("valid_to", date(today.year, 12, 31)),
            ),
            today=today,
            earlier=self._past(said.get("past", period.get("past", ""))),
            accepted_sums={
                (each["form"], each["field"]): each.get("sum") for each in said.get("sums", self.told.get("sums", ()))
            },
        )

    def _past(self, name: str) -> tuple[EarlierReport, ...]:
        if not name:
            return ()
        pasts = self.told.get("pasts", {})
        if name not in pasts:
            raise ProjectError(f"{self.path}: past {name!r} is not described; add [[pasts.{name}]].")
        return tuple(
            EarlierReport(
                each["period"],
                each.get("accepted", True),
                _as_json(each.get("fields", {})),
                {table: tuple(_as_json(rows)) for table, rows in each.get("rows", {}).items()},
            )
            for each in pasts[name]
        )


def _as_json(value: Any) -> Any:  # noqa: ANN401  what TOML holds
    """Write TOML's days as the JSON that reports are stored in."""
    if isinstance(value, dict):
        return {name: _as_json(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_as_json(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def _day_of(moment: object) -> date | None:
    try:
        return datetime.fromisoformat(str(moment)).date()
    except ValueError:
        return None


def _with(data: Mapping[str, Any], changes: Mapping[str, object]) -> dict[str, Any]:
    changed = copy.deepcopy(dict(data))
    for pointer, value in changes.items():
        *path, last = pointer.split("/")[1:]
        place: Any = changed
        for part in path:
            place = place[int(part)] if isinstance(place, list) else place.setdefault(part, {})
        place[int(last) if isinstance(place, list) else last] = _as_json(value)
    return changed
