"""The plugin in a real installation: what units file over the API, mend and take back, and what is counted of it.

Database, ledger, drain, web application and API are the product's own; a campaign of one period asks the plugin's
forms of a unit for each golden report. Rules against the record do not run there: the golden reports are
judged with their own records elsewhere.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from datetime import UTC
from datetime import date
from datetime import datetime
from datetime import time
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any
from typing import Final

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from thidua.application.people.bearer_tokens import issue_token
from thidua.application.periods.directory import import_units
from thidua.domain.accounts import Role
from thidua.domain.calendar import WorkingCalendar
from thidua.domain.units import Unit
from thidua.domain.units import UnitVersion
from thidua.forms.compose import ComposedForm
from thidua.forms.compose import compose
from thidua.forms.years import year_of
from thidua.plugin_host.registry import Registry
from thidua.settings import load
from thidua.web.app import create_app
from thidua_sdk import Campaign
from thidua_sdk import DeadlineRule
from thidua_sdk import FieldSource
from thidua_sdk import FormUse
from thidua_sdk import Indicator
from thidua_sdk import Period
from thidua_testkit.closing import closing
from thidua_testkit.conformance.adding_up import figures_of
from thidua_testkit.conformance.cases import GoldenReport
from thidua_testkit.conformance.cases import golden_reports
from thidua_testkit.conformance.cases import judged_form
from thidua_testkit.conformance.doors import differences
from thidua_testkit.conformance.project import Project
from thidua_testkit.conformance.project import plain_campaign
from thidua_testkit.installation import CONFIG_DIR
from thidua_testkit.installation import Installation
from thidua_testkit.installation import beside
from thidua_testkit.scratch import memory_folder
from thidua_testkit.sqlite_file import migrated_file

__all__ = ["Told", "told_by_the_core"]

_YEAR: Final = 2030
_PERIOD: Final = "KY-1"
_ORIGIN: Final = "thidua-testkit"
_CUTOFF: Final = date(_YEAR, 6, 30)
_NOON: Final = datetime(_YEAR, 7, 1, 5, tzinfo=UTC)
_CALENDAR: Final = WorkingCalendar(years=frozenset((_YEAR - 1, _YEAR, _YEAR + 1)), holidays={})
_CREATED, _OK = 201, 200
_OFFICE, _UNITS = "office", "units"
_REASON: Final = "Ghi nhầm số liệu."

Figures = Mapping[str, tuple[int | None, int | None]]


@dataclass(frozen=True)
class Told:
    """What the core's doing says against a form; empty where nothing.

    Attributes:
        filing: of reports that were filed and read again.
        mending: of figures after filing, correction and withdrawal.
    """

    filing: tuple[str, ...]
    mending: tuple[str, ...]


def told_by_the_core(project: Project, code: str) -> Told:
    """Return what the core's doing says against a form of the plugin."""
    return _told(project).get(code, Told((), ()))


@cache
def _told(project: Project) -> Mapping[str, Told]:
    """Play the life of every valid golden report once, for all forms."""
    by_form: dict[str, list[GoldenReport]] = defaultdict(list)
    for report in golden_reports(project):
        # One that is not taken is told by the judge.
        if report.is_valid and not report.is_of_an_earlier_form and not report.judgement.errors:
            by_form[report.form.code].append(report)
    if not by_form:
        return {}
    with _core(project, by_form) as core:
        return {code: core.played(code, reports) for code, reports in by_form.items()}


def _unit_code(report: GoldenReport) -> str:
    return f"DV-{report.name}"


@contextmanager
def _core(project: Project, by_form: Mapping[str, Sequence[GoldenReport]]) -> Iterator[_Core]:
    """Set up an installation that knows the plugin, with one account for all units and one of the Office."""
    campaign, forms = _campaign(project, by_form)
    with tempfile.TemporaryDirectory(prefix="thidua-kit-", dir=memory_folder()) as name:
        folder = Path(name)
        path = shutil.copyfile(migrated_file(), folder / "thidua.db")
        of_year = {(at, code): form for (_, at, code), form in forms.items()}
        labels = {code: each.label for code, each in project.around.items()}
        catalogue = Registry(
            MappingProxyType(project.around),
            MappingProxyType({campaign.code: campaign}),
            (),
            MappingProxyType({campaign.code: year_of(campaign, of_year, labels, _ORIGIN)}),
            MappingProxyType({campaign.code: _ORIGIN}),
            MappingProxyType(forms),
        )
        with closing(f"sqlite:///{path}") as url:
            here = beside(url, at=_NOON, catalogue=catalogue, files_dir=folder / "files")
            here.host = replace(here.host, calendar=_CALENDAR)
            reports = [report for each in by_form.values() for report in each]
            import_units(here.host, [_unit(project, report, order) for order, report in enumerate(reports, 1)])
            here.open(campaign.code, _PERIOD)
            here.add_account(_OFFICE, (Role.OFFICE, None))
            # The heads, too: some units' reports want their word.
            roles = (Role.UNIT_REPORTER, Role.UNIT_HEAD)
            here.add_account(_UNITS, *((role, _unit_code(report)) for report in reports for role in roles))
            here.drain()
            keys = {"THIDUA_SECRET_KEY": "x" * 40, "THIDUA_AUDIT_KEY": "a" * 40}
            settings = load({"THIDUA_DATA": name, **keys}, CONFIG_DIR)
            yield _Core(here, create_app(here.host, settings).test_client(), campaign, forms)


def _unit(project: Project, report: GoldenReport, order: int) -> Unit:
    view = report.record.unit
    version = UnitVersion(
        name=f"{view.name} {order}",
        short_name=f"{view.name} {order}",
        type=_type_of(project, report),
        parent="Sở",
        valid_from=date(1990, 1, 1),
        valid_to=None,
        attributes=view.attributes,
    )
    return Unit(code=_unit_code(report), order=order, versions=(version,))


def _type_of(project: Project, report: GoldenReport) -> str:
    """Return the type of a report's unit: as ``cases.toml`` says, else one that files the form."""
    filing = project.filing(report.form.code)
    return report.record.unit.type if report.record.unit.type in filing else filing[0]


def _campaign(
    project: Project, by_form: Mapping[str, Sequence[GoldenReport]]
) -> tuple[Campaign, dict[tuple[str, str, str], ComposedForm]]:
    deadline = DeadlineRule(working_days=5, at=time(17), source="thử")
    topics = judged_form(project, next(iter(by_form))).topics
    judged = {code: judged_form(project, code) for code in by_form}
    period = Period(
        code=_PERIOD,
        name="Kỳ thử",
        tags=frozenset(),
        cutoff_on=_CUTOFF,
        forms=tuple(
            FormUse(
                form=code,
                unit_types=project.filing(code),
                deadline=deadline,
            )
            for code in by_form
        ),
        source="thử",
    )
    indicators = tuple(
        Indicator(
            code=f"{code}.{model.name}",
            label=model.label,
            identifier=model.name,
            unit_of_measure=model.unit,
            aggregation=model.aggregate,
            clause="thử",
            source="thử",
            sources=(FieldSource(form=code, field=model.name),),
        )
        for code, form in judged.items()
        for model in form.counts
        if not model.computed
    )
    campaign = replace(plain_campaign(topics, year=_YEAR), periods=(period,), indicators=indicators)
    forms = {form.code: compose(form, campaign) for each in project.around.values() for form in each.forms}
    # A campaign's forms may hold what it added; here it is the play's that asks them.
    forms |= {
        code: replace(form, record_rules=(), campaign_code=campaign.code, time_zone=campaign.time_zone)
        for code, form in judged.items()
    }
    return campaign, {(campaign.code, at, code): form for code, form in forms.items() for at in ("", _PERIOD)}


@dataclass(frozen=True)
class _Core:
    here: Installation
    client: FlaskClient
    campaign: Campaign
    forms: Mapping[tuple[str, str, str], ComposedForm]
    tokens: dict[str, str] = field(default_factory=dict)

    def played(self, code: str, reports: Sequence[GoldenReport]) -> Told:
        """File the reports, correct the first into the last, take all back; look at what was counted each time."""
        form = self.forms[self.campaign.code, _PERIOD, code]
        filing: list[str] = []
        ids: dict[str, int] = {}
        for report in reports:
            answer = self._file(report, report.data)
            if answer.status_code != _CREATED:
                filing.append(f"{report.path.name}: the API does not take it: {_said(answer)}")
                continue
            ids[report.name] = number = int(_json(answer)["report"])
            read = _json(self._ask(_UNITS, "GET", f"/reports/{number}"))["revisions"][0]["payload"]
            filing += [
                f"{report.path.name}, {pointer}: {before!r} was filed and {after!r} is read back over the API; "
                "take a kind of field that holds it."
                for pointer, before, after in differences(form, report.payload, read)
                if not _is_computed(form, pointer)
            ]
        filed = [report for report in reports if report.name in ids]
        if not filed:
            return Told(tuple(filing), ())
        payloads = [report.payload for report in filed]
        mending = self._compared(form, "filing", payloads)
        first, last = filed[0], filed[-1]
        answer = self._file(first, last.data, revision=1, correction_reason=_REASON)
        if answer.status_code == _CREATED:
            mending += self._compared(form, f"the correction of {first.name}", [last.payload, *payloads[1:]])
        else:
            mending.append(f"{first.path.name}: a correction of it is not taken: {_said(answer)}")
        for report in filed:
            revision = int(report is first and answer.status_code == _CREATED)
            body = {"revision": revision, "reason": _REASON}
            taken = self._ask(_UNITS, "POST", f"/reports/{ids[report.name]}/withdraw", body)
            if taken.status_code != _OK:
                mending.append(f"{report.path.name}: it cannot be withdrawn: {_said(taken)}")
        mending += self._compared(form, "all were withdrawn", [])
        return Told(tuple(filing), tuple(mending))

    def _file(self, report: GoldenReport, data: Mapping[str, Any], **more: object) -> TestResponse:
        place = {
            "campaign_code": self.campaign.code,
            "period_code": _PERIOD,
            "unit_code": _unit_code(report),
            "form_version": report.form.version,
            "revision": 0,
            "confirm_warnings": True,
        }
        return self._ask(_UNITS, "POST", "/reports", {**data, **place, **more})

    def _ask(self, name: str, method: str, path: str, body: object = None) -> TestResponse:
        headers = {"Authorization": f"Bearer {self._token(name)}"}
        return self.client.open(f"/api/v1{path}", method=method, headers=headers, json=body)

    def _token(self, name: str) -> str:
        if name not in self.tokens:
            self.tokens[name] = issue_token(self.here.host, name=name, label="thidua-testkit")
        return self.tokens[name]

    def _compared(self, form: ComposedForm, when: str, payloads: Sequence[Mapping[str, Any]]) -> list[str]:
        """Compare the figures of the status with what the payloads add up to."""
        self.here.drain()
        told = self._figures(form)
        expected = figures_of(form, payloads)
        return [
            f"form {form.code}, field {name}: after {when} the status says {told[name]} (period, cumulative), the "
            f"reports that stand add up to {expected[name]}."
            for name in told
            if told[name] != expected[name]
        ]

    def _figures(self, form: ComposedForm) -> Figures:
        document = _json(self._ask(_OFFICE, "GET", f"/campaigns/{self.campaign.code}/status?period={_PERIOD}"))
        return {
            each["code"].removeprefix(f"{form.code}."): (each["provisional"], each["cumulative"]["provisional"])
            for each in document["indicators"]
            if each["code"].startswith(f"{form.code}.")
        }


def _json(answer: TestResponse) -> Any:  # noqa: ANN401  what the API answers
    return answer.json


def _said(answer: TestResponse) -> str:
    body = _json(answer) or {}
    found = [f"{each['pointer']}: {each['detail']}" for each in body.get("errors", ())]
    return f"{answer.status_code} {body.get('detail', '')} {'; '.join(found)}".strip()


def _is_computed(form: ComposedForm, pointer: str) -> bool:
    """Tell whether the host works a cell out itself, whatever a report says there."""
    _, _, name = pointer.partition("/fields/")
    model = form.cell_fields.get(name.partition("/")[0])
    return model is not None and model.computed
