"""The laws as tests; each failure says what is wrong, where and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from thidua.forms.compose import ComposedForm
from thidua.forms.written import typed_of
from thidua.plugin_host.discovery import CAMPAIGNS
from thidua.plugin_host.discovery import UNIT_TYPES
from thidua_sdk import Finding
from thidua_testkit.conformance.adding_up import faults_of_indicators
from thidua_testkit.conformance.adding_up import faults_of_sums
from thidua_testkit.conformance.cases import GoldenReport
from thidua_testkit.conformance.cases import endless_sentences
from thidua_testkit.conformance.cases import golden_reports
from thidua_testkit.conformance.cases import judged_form
from thidua_testkit.conformance.contract import faults_of_contract
from thidua_testkit.conformance.contract import faults_of_imports
from thidua_testkit.conformance.core import told_by_the_core
from thidua_testkit.conformance.doors import DOORS
from thidua_testkit.conformance.doors import changed_on_the_way
from thidua_testkit.conformance.doors import misread_numbers
from thidua_testkit.conformance.duties import faults_of_duties
from thidua_testkit.conformance.effort import faults_of_effort
from thidua_testkit.conformance.frozen import faults_of_frozen
from thidua_testkit.conformance.frozen import faults_of_reading
from thidua_testkit.conformance.made import made_payloads
from thidua_testkit.conformance.page import faults_of_page
from thidua_testkit.conformance.project import Project
from thidua_testkit.conformance.project import ProjectError
from thidua_testkit.conformance.project import project_of
from thidua_testkit.conformance.rules import faults_of_golden_reports
from thidua_testkit.conformance.rules import faults_of_missing_data
from thidua_testkit.conformance.rules import named_persons
from thidua_testkit.conformance.rules import not_taken
from thidua_testkit.conformance.rules import refusal
from thidua_testkit.conformance.rules import unbroken
from thidua_testkit.conformance.words import faults_of_codes
from thidua_testkit.conformance.words import faults_of_sources
from thidua_testkit.conformance.words import faults_of_texts
from thidua_testkit.conformance.words import texts_of

__all__ = ["FOLDER", "TestCampaigns", "TestUnitTypes"]


#: The plugin's folder, where the laws are not asked from a test inside it.
FOLDER = pytest.StashKey[Path]()


def _refuse(faults: Iterable[str]) -> None:
    """Fail with the sentences, if there are any."""
    if found := list(faults):
        pytest.fail("\n".join(found), pytrace=False)


class _Laws:
    """What holds for every plugin."""

    group = ""

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Ask each law of every part of the plugin that it speaks of."""
        asked = [name for name in metafunc.fixturenames if name not in {"request", "_judged_at_all"}]
        try:
            project = project_of(metafunc.config.stash.get(FOLDER, Path(str(metafunc.module.__file__))))
            parts = {"project": {project.folder.name: project}, **self._parts(project)}
        except ProjectError as error:
            # Told by every test that asks for a part, for a failed collection hides the sentence in tracebacks.
            parts = {name: {"not-read": error} for name in asked}
        for name in asked:
            if name in parts:
                metafunc.parametrize(name, list(parts[name].values()), ids=list(parts[name]))

    @pytest.fixture(autouse=True)
    def _judged_at_all(self, request: pytest.FixtureRequest) -> None:
        callspec = getattr(request.node, "callspec", None)
        for value in callspec.params.values() if callspec else ():
            if isinstance(value, ProjectError):
                pytest.fail(str(value), pytrace=False)

    def _parts(self, project: Project) -> dict[str, Mapping[str, Any]]:
        names = [name for group, name in project.declared if group == self.group]
        if not names:
            raise ProjectError(f"{project.folder / 'pyproject.toml'} declares nothing under {self.group}.")
        known: Mapping[str, Any] = project.unit_types if self.group == UNIT_TYPES else project.campaigns
        return {"name": {name: name for name in names}, "value": known or {"none": None}}

    def test_the_host_takes_it(self, project: Project, name: str) -> None:
        """The contract, judged as the host judges it when it starts."""
        _refuse(faults_of_contract(project, self.group, name))

    def test_the_code_imports_the_contract_only(self, project: Project) -> None:
        """Nothing but ``thidua_sdk`` and the standard library."""
        _refuse(faults_of_imports(project))

    def test_every_part_names_its_source(self, value: Any) -> None:  # noqa: ANN401  a unit type or a campaign
        """Form and row, or clause, of every field, rule, indicator, duty …."""
        _refuse(faults_of_sources(value))

    def test_texts_are_clean_vietnamese(self, value: Any) -> None:  # noqa: ANN401
        """NFC, no English left, no stray blanks, sentences that end."""
        _refuse(faults_of_texts(texts_of(value)))

    def test_codes_are_well_formed_and_used_once(self, value: Any) -> None:  # noqa: ANN401
        """Codes stay for ever, so they are right from the start."""
        _refuse(faults_of_codes(value))

    def test_frozen_forms_stay_as_they_are(self, project: Project) -> None:
        """The forms are those of ``schema.lock``, where there is one."""
        _refuse(faults_of_frozen(project))


class TestUnitTypes(_Laws):
    """The laws for a plugin that brings unit types with their forms."""

    group = UNIT_TYPES

    def _parts(self, project: Project) -> dict[str, Mapping[str, Any]]:
        reports = golden_reports(project)
        broken = {report.name: report for report in reports if not report.is_valid}
        now = [report for report in reports if not report.is_of_an_earlier_form]
        return {
            **super()._parts(project),
            "form": {code: judged_form(project, code) for code in project.forms},
            "valid": {report.name: report for report in now if report.is_valid} or {"none": None},
            "broken": broken or {"none": None},
            "earlier": {"all": [report for report in reports if report.is_of_an_earlier_form]},
            "door": {door: door for door in DOORS},
        }

    def test_a_valid_report_is_taken(self, valid: GoldenReport | None) -> None:
        """Golden ``valid-*.json``: no error and no warning."""
        if valid is None:
            pytest.fail("golden/ has no valid-<what>.json; add a report as a unit would file it.", pytrace=False)
        _refuse(not_taken(valid))

    def test_a_broken_report_is_refused_by_its_rule(self, broken: GoldenReport | None, project: Project) -> None:
        """Golden ``broken-<rule>-*.json``: that rule shows, at its cells, and nothing else."""
        if broken is not None:
            _refuse(refusal(broken))
        elif any(form.schema.rules or form.schema.record_rules for form in project.forms.values()):
            pytest.fail("golden/ has no broken-<rule>-<what>.json; add one for each rule.", pytrace=False)

    def test_every_rule_comes_to_an_end(self, form: ComposedForm, project: Project) -> None:
        """Within the host's own time limit, on every golden report."""
        _refuse(endless_sentences(project, form.code))

    def test_a_report_filed_over_the_api_is_read_back_unchanged(self, form: ComposedForm, project: Project) -> None:
        """Golden ``valid-*.json``, through the real core: taken, stored and read again."""
        _refuse(told_by_the_core(project, form.code).filing)

    def test_what_is_corrected_or_withdrawn_is_counted_no_more(self, form: ComposedForm, project: Project) -> None:
        """Figures of the real core are those of the reports that stand."""
        _refuse(told_by_the_core(project, form.code).mending)

    def test_every_rule_is_broken_by_a_report(self, form: ComposedForm, project: Project) -> None:
        """A rule that no golden report breaks may never show."""
        _refuse(unbroken(form, [report for report in _of(project, form) if not report.is_valid]))

    def test_rules_stand_missing_data(self, form: ComposedForm, project: Project) -> None:
        """What is not filled in is None, breaks no rule and raises nothing."""
        _refuse(faults_of_missing_data(form, _valid(project, form)))

    def test_no_sentence_names_a_person(self, form: ComposedForm, project: Project) -> None:
        """Findings are kept in logs and lists; names are not for them."""
        _refuse(fault for report in _of(project, form) for fault in named_persons(report))

    def test_a_report_comes_back_unchanged(self, form: ComposedForm, door: str, project: Project) -> None:
        """Out through the page or the API and in again: the same report."""
        _refuse(fault for payload in _payloads(project, form) for fault in changed_on_the_way(form, payload, door))

    def test_numbers_are_read_as_they_are_typed(self, form: ComposedForm, project: Project) -> None:
        """1234, 1.234 and 1 234 are one number; 12,5 is twelve and a half."""
        _refuse(fault for payload in _payloads(project, form) for fault in misread_numbers(form, payload))

    def test_figures_add_up(self, form: ComposedForm, project: Project) -> None:
        """Over units and periods, in any order; no data is not 0; topics never make totals."""
        _refuse(fault for pair in pairwise(_payloads(project, form)) for fault in faults_of_sums(form, pair))

    def test_the_page_can_be_used_by_everyone(self, form: ComposedForm, project: Project) -> None:
        """Labels, headings, ids, keys of phones; what is wrong is told at its cell."""
        _refuse(faults_of_page(form, {}))
        # One page with all that is wrong in any golden report: it takes the time of one.
        typed: dict[str, str] = {}
        findings: dict[Finding, None] = {}
        for report in _of(project, form):
            typed |= typed_of(form, report.payload)
            # A cell that the form does not have comes over the API alone.
            findings |= dict.fromkeys(each for each in report.judgement.findings if each.code != "unknown")
        _refuse(faults_of_page(form, typed, list(findings)))

    def test_rules_are_little_work(self, form: ComposedForm, project: Project) -> None:
        """Judging costs little more than without the plugin's rules, counted in lines executed."""
        _refuse(fault for report in _valid(project, form) for fault in faults_of_effort(report))

    def test_reports_of_earlier_forms_stay_readable(self, earlier: list[GoldenReport]) -> None:
        """Golden reports whose ``form_version`` is behind the form's."""
        _refuse(fault for report in earlier for fault in faults_of_reading(report))


class TestCampaigns(_Laws):
    """The laws for a plugin that brings a campaign; its unit types must be installed."""

    group = CAMPAIGNS

    def test_golden_reports_are_judged_as_they_are_named(self, project: Project, value: Any) -> None:  # noqa: ANN401
        """Of forms as the year changes them: valid ones are taken, each rule that came in refuses one."""
        _refuse(faults_of_golden_reports(project, value))

    def test_reports_live_in_the_core(self, project: Project) -> None:
        """Golden ``valid-*.json``: taken over the API, read back, corrected, withdrawn; the figures follow."""
        codes = {report.form.code for report in golden_reports(project)} if project.only_campaign else ()
        told = [told_by_the_core(project, code) for code in sorted(codes)]
        _refuse(fault for each in told for fault in (*each.filing, *each.mending))

    def test_duties_are_judged_by_what_was_reported(self, project: Project, value: Any) -> None:  # noqa: ANN401
        """Of the same facts the same state, in any order; of none, none is done."""
        _refuse(faults_of_duties(project, value))

    def test_indicators_add_what_may_be_added(self, project: Project, value: Any) -> None:  # noqa: ANN401
        """Sources of one scope fold alike; ratios are divided from summed parts."""
        _refuse(faults_of_indicators(project, value))

    def test_forms_hold_in_the_campaign(self, project: Project, value: Any) -> None:  # noqa: ANN401
        """The forms as amended: reports come back unchanged, figures add up, pages can be used by everyone."""
        whole = [form for use, form in project.uses(value).items() if use == form.code]
        for form in whole:
            _refuse(faults_of_page(form, {}))
            examples = [dict(example) for example in value.examples.get(form.code, ())]
            if project.only_campaign:
                examples += [report.payload for report in _valid(project, form)]
            _refuse(
                fault for example in examples for door in DOORS for fault in changed_on_the_way(form, example, door)
            )
            _refuse(fault for pair in pairwise(examples) for fault in faults_of_sums(form, pair))


def _of(project: Project, form: ComposedForm) -> list[GoldenReport]:
    return [
        report
        for report in golden_reports(project)
        if report.form.code == form.code and not report.is_of_an_earlier_form
    ]


def _valid(project: Project, form: ComposedForm) -> list[GoldenReport]:
    return [report for report in _of(project, form) if report.is_valid]


def _payloads(project: Project, form: ComposedForm) -> list[Mapping[str, Any]]:
    """Return the payloads of the golden reports, and some made up from what the form asks."""
    return [*(report.payload for report in _valid(project, form)), *made_payloads(form)]
