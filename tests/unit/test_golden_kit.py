"""The kit's builders around golden reports, as plugins' own tests use them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from thidua_sdk import UnitView
from thidua_testkit.conformance.project import ProjectError
from thidua_testkit.golden import Golden
from thidua_testkit.golden import with_cells

GOLDEN = Golden.above(str(Path(__file__).parents[2] / "plugins/unit-district-culture/tests/test_rules.py"))
BROKEN = "broken-a28-case-outside-period"


def test_a_report_is_a_copy_to_change() -> None:
    report = GOLDEN.report(BROKEN)
    report["fields"].clear()

    changed = with_cells(GOLDEN.report(BROKEN), {"/fields/banners": 7, "/violations/0/status": "pending"})

    assert GOLDEN.report(BROKEN)["fields"]
    assert (changed["fields"]["banners"], changed["violations"][0]["status"]) == (7, "pending")


def test_the_record_is_what_the_cases_tell_and_the_past_is_named() -> None:
    report = GOLDEN.report(BROKEN)
    record = GOLDEN.record(report)

    assert (record.unit.code, record.unit.type) == (report["unit_code"], "district_culture_office")
    assert record.period == GOLDEN.period(report["period_code"])
    assert record.earlier == ()
    assert [each.period_code for each in GOLDEN.past("an_open_case")] == ["2021-Q1", "2021-H1"]
    other = UnitView("U", "Đơn vị", "library")
    changed = GOLDEN.record(report, earlier=GOLDEN.past("a_briefing"), unit=other, today=date(2030, 1, 1))
    assert (changed.unit, changed.today, len(changed.earlier)) == (other, date(2030, 1, 1), 1)


def test_a_report_is_judged_as_the_host_judges_it() -> None:
    report = GOLDEN.report(BROKEN)
    record = GOLDEN.record(report, earlier=GOLDEN.past("an_open_case"))

    assert [finding.code for finding in GOLDEN.judge(report, record)] == ["A28"]
    unread = with_cells(report, {"/fields/violation_cases": "một"})
    assert [finding.code for finding in GOLDEN.judge(unread, record)] == ["type"]


def test_what_is_not_there_is_named() -> None:
    with pytest.raises(ProjectError, match=r"golden/ has no valid-nothing\.json"):
        GOLDEN.report("valid-nothing")
    with pytest.raises(ProjectError, match="past 'nothing' is not described"):
        GOLDEN.past("nothing")
    with pytest.raises(ProjectError, match="/form_code: "):
        GOLDEN.judge({"campaign_code": "X", "unit_code": "U", "period_code": "P"}, GOLDEN.record({}))
