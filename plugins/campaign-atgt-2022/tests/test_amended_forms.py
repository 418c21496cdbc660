"""The forms as this year amends them, judged on golden reports that are frozen."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from thidua_campaign_atgt_2022 import plugin

from thidua.bootstrap import installed_plugins
from thidua.forms.compose import ComposedForm
from thidua.forms.envelope import read_envelope
from thidua.forms.judge import judge
from thidua_sdk import Level
from thidua_sdk import PeriodView
from thidua_sdk import PlanView
from thidua_sdk import Record
from thidua_sdk import UnitView

GOLDEN = Path(__file__).parents[1] / "golden"
HOST = installed_plugins()
TYPES = {"A": "district_culture_office", "B": "press_publishing_office", "D": "department_office"}


def form(code: str) -> ComposedForm:
    return HOST.whole_form("ATGT-2022", code)


def findings(name: str) -> list[tuple[str, Level, str]]:
    data: dict[str, Any] = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    data.pop("submitted_at")
    envelope, unread = read_envelope(data)
    assert envelope is not None, unread
    (period,) = (each for each in plugin.periods if each.code == envelope.period_code)
    assert period.cutoff_on is not None
    record = Record(
        unit=UnitView(
            envelope.unit_code, "Đơn vị", TYPES[envelope.form_code], {"communes": 24, "has_border_gate": False}
        ),
        period=PeriodView(period.code, period.tags, 1, period.cutoff_on, period.activity),
        plan=PlanView(
            year=2022,
            issued_from=plugin.plan.issued_from,
            parent_issued_on=plugin.plan.parent_issued_on,
            valid_to=plugin.valid_to,
        ),
        today=date(2022, 3, 15),
        earlier=(),
    )
    found = judge(form(envelope.form_code), envelope, record, unread=unread)
    return [(each.code, each.level, each.cells[0]) for each in found.findings if each.level is Level.ERROR]


@pytest.mark.parametrize("name", sorted(path.stem for path in GOLDEN.glob("valid-*.json")))
def test_valid_reports_have_no_errors(name: str) -> None:
    assert findings(name) == []


@pytest.mark.parametrize(
    ("name", "code", "cell"),
    [
        ("broken-a19b-slogans-negative", "range", "/fields/screen_slogans"),
        ("broken-a20-posters-are-asked-no-more", "unknown", "/fields/posters"),
        ("broken-a27b-pandemic-exceed-items", "A27b", "/fields/pandemic_items"),
        ("broken-a27b-pandemic-missing", "required", "/fields/pandemic_items"),
        ("broken-b30b-pandemic-exceed-items", "B30b", "/fields/pandemic_items"),
        ("broken-b30b-pandemic-missing", "required", "/fields/pandemic_items"),
        ("broken-d22b-chains-in-words", "type", "/fields/transport_infection_chains"),
        ("broken-topic-of-the-year-before", "unknown", "/by_topic/radio_items/resolution_12"),
    ],
)
def test_broken_reports_are_refused_at_the_cell(name: str, code: str, cell: str) -> None:
    assert findings(name) == [(code, Level.ERROR, cell)]


def test_every_golden_report_is_judged_here() -> None:
    assert len(list(GOLDEN.glob("*.json"))) == 3 + 8


def test_new_rows_stand_behind_what_they_belong_to() -> None:
    assert "posters" not in form("A").by_name
    (visual,) = (section for section in form("A").sections if section.title == "Tuyên truyền trực quan")
    assert visual.fields == ("banners", "screen_slogans", "leaflets")
    order = list(form("D").by_name)
    assert order[order.index("transport_infection_chains") - 1] == "border_congestion_definition"
    assert form("A").by_name["banners"].label == "Băng rôn, khẩu hiệu treo"


def test_the_forms_of_the_year_before_are_what_they_were() -> None:
    earlier = HOST.campaigns.get("ATGT-2021")
    if earlier is None:
        pytest.skip("the earlier campaign is not installed")
    before = HOST.whole_form(earlier.code, "A")
    assert "posters" in before.by_name
    assert "pandemic_items" not in before.by_name
    assert before.digest != form("A").digest
