"""Golden reports for the forms that a campaign changes, made of its examples before these stay behind with the year."""

from __future__ import annotations

import json
from collections.abc import Iterator
from collections.abc import Mapping
from typing import Any

from thidua.forms.compose import ComposedForm
from thidua.forms.compose import compose
from thidua.forms.envelope import read_envelope
from thidua.forms.judge import judge
from thidua.scaffolding.campaign.years import moved_text
from thidua.scaffolding.names import CampaignNames
from thidua_sdk import Campaign
from thidua_sdk import Finding
from thidua_sdk import Form
from thidua_sdk import Level
from thidua_sdk import Period
from thidua_sdk import PeriodView
from thidua_sdk import PlanView
from thidua_sdk import Record
from thidua_sdk import UnitType
from thidua_sdk import UnitView

__all__ = ["golden_files"]

_UNIT = "DV-1"


def golden_files(campaign: Campaign, unit_types: Mapping[str, UnitType], names: CampaignNames) -> dict[str, str]:
    """Write a report that is taken for each form that is amended, and one that breaks each rule that came in.

    What no example fits is left out, and the new campaign's own tests ask for it.

    Args:
        campaign: the campaign that is carried on, with its examples.
        unit_types: those that serve.
        names: the new year's names.

    Returns:
        Texts by path; empty where nothing is amended.
    """
    forms = {form.code: form for each in unit_types.values() for form in each.forms}
    found: dict[str, str] = {}
    cases: list[str] = []
    for code in sorted({amendment.form for amendment in campaign.amendments} & forms.keys()):
        trial = _Trial(campaign, forms[code])
        payload = trial.valid()
        if payload is None:
            continue
        place = (trial.form.code, moved_text(trial.period.code, names.old_year, names.year, names.old_code, names.code))
        found[f"golden/valid-{code.lower()}.json"] = _written(payload, place, names)
        for finding, broken in trial.broken(payload):
            name = f"broken-{finding.code.lower()}-{finding.cells[0].rpartition('/')[2].replace('_', '-')}"
            found[f"golden/{name}.json"] = _written(broken, place, names)
            level = f"level = {json.dumps(finding.level.value)}\n" if finding.level is not Level.ERROR else ""
            cases.append(f"[reports.{name}]\n{level}cells = {json.dumps(list(finding.cells))}\n")
    if cases:
        head = "# Of each report that is refused: at which cells its rule shows.\n\n"
        found["golden/cases.toml"] = head + "\n".join(cases)
    return found


class _Trial:
    """One amended form, judged as in a period of the campaign that asks the whole of it."""

    def __init__(self, campaign: Campaign, form: Form) -> None:
        self.form: ComposedForm = compose(form, campaign)
        self._examples = campaign.examples.get(form.code, ())
        uses = [(period, use) for period in campaign.periods for use in period.forms if use.form == form.code]
        whole = [(period, use) for period, use in uses if use.only is None and period.cutoff_on is not None]
        self.period, use = (whole or uses)[0]
        self._record = _record(campaign, self.period, use.unit_types[0])
        own = {rule.code for rule in form.schema.rules}
        self._rules = [rule for rule in self.form.rules if rule.code not in own]

    def valid(self) -> dict[str, Any] | None:
        """Return the first example in which nothing is found."""
        for example in self._examples:
            payload = {key: value for key, value in example.items() if key != "period_code"}
            if self._found(payload) == ():
                return payload
        return None

    def broken(self, payload: Mapping[str, Any]) -> Iterator[tuple[Finding, dict[str, Any]]]:
        """Give for each rule that came in a payload in which it shows, alone."""
        for rule in self._rules:
            for changed in self._changed(payload, rule.cells[0]):
                found = self._found(changed)
                if [finding.code for finding in found] == [rule.code]:
                    yield found[0], changed
                    break

    def _changed(self, payload: Mapping[str, Any], pointer: str) -> Iterator[dict[str, Any]]:
        """Give the payload with what might break a rule in one cell: nothing, much, none."""
        name = pointer.rpartition("/")[2]
        model = self.form.cell_fields.get(name)
        for value in (None, model.maximum if model else None, 0):
            yield {**payload, "fields": {**payload["fields"], name: value}}

    def _found(self, payload: Mapping[str, Any]) -> tuple[Finding, ...]:
        place = {"campaign_code": self.form.campaign_code, "form_code": self.form.code, "unit_code": _UNIT}
        data = {**place, "form_version": self.form.version, "period_code": self.period.code, **payload}
        envelope, unread = read_envelope(data)
        return judge(self.form, envelope, self._record, unread=unread).findings if envelope is not None else unread


def _record(campaign: Campaign, period: Period, unit_type: str) -> Record:
    cutoff = period.cutoff_on or campaign.valid_to
    plan = campaign.plan
    return Record(
        unit=UnitView(_UNIT, "Đơn vị", unit_type),
        period=PeriodView(period.code, period.tags, campaign.periods.index(period) + 1, cutoff, period.activity),
        plan=PlanView(campaign.year, plan.issued_from, plan.parent_issued_on, campaign.valid_to),
        today=cutoff,
    )


def _written(payload: Mapping[str, Any], place: tuple[str, str], names: CampaignNames) -> str:
    envelope = {
        "campaign_code": names.code,
        "form_code": place[0],
        "form_version": 1,
        "unit_code": _UNIT,
        "period_code": place[1],
        **payload,
    }
    text = json.dumps(envelope, ensure_ascii=False, indent=2, default=dict) + "\n"
    # Days of the report lie in the year of its period.
    return text.replace(f'"{names.old_year}-', f'"{names.year}-')
