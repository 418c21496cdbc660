"""Where a rule holds and where it does not, beyond the golden reports."""

from dataclasses import replace
from datetime import date

import pytest
from district_culture_reports import EARLIER
from district_culture_reports import PERIODS
from district_culture_reports import a_record
from district_culture_reports import an_earlier_report
from district_culture_reports import golden
from district_culture_reports import judge
from district_culture_reports import with_cells

from thidua_sdk import Level
from thidua_sdk import UnitView


@pytest.mark.parametrize("name", ["a09-stations-exceed-communes", "a26-gate-sessions-without-gate"])
def test_what_is_not_known_of_the_unit_is_not_held_against_it(name: str) -> None:
    envelope = golden(f"broken-{name}")
    record = a_record(envelope, unit=UnitView("LS-186-VHTT", "Phòng VH&TT", "district_culture_office"))

    assert judge(envelope, record) == ()


def test_documents_and_sessions_of_an_earlier_period_count() -> None:
    envelope = golden("valid-p01-ordinary-quarter")
    idle = with_cells(envelope, {"/fields/direction_docs_count": 0, "/fields/briefing_sessions": 0})

    first = {finding.code for finding in judge(idle, a_record(idle))}
    later = judge(idle, a_record(idle, earlier=(an_earlier_report(briefing_sessions=1, direction_docs_count=1),)))

    assert first == {"A04", "AX6"}
    assert later == ()


def test_all_staff_need_not_be_briefed_in_the_first_period() -> None:
    envelope = with_cells(golden("valid-p01-ordinary-quarter"), {"/fields/staff_briefed": 6})

    assert judge(envelope, a_record(envelope)) == ()


def test_a_plan_older_than_the_departments_passes_after_the_first_period() -> None:
    envelope = golden("broken-ax8-plan-before-the-departments")

    assert judge(envelope, a_record(envelope, period=PERIODS["2021-H1"])) == ()


@pytest.mark.parametrize(("posters", "earlier"), [(0, 0), (3, 4), (None, None)])
def test_printed_matter_that_differs_or_is_none_is_not_called_copied(posters: int | None, earlier: int | None) -> None:
    envelope = with_cells(golden("broken-ax7-printed-matter-copied"), {"/fields/posters": posters})
    previous = an_earlier_report(banners=24, posters=earlier, leaflets=1200)

    assert judge(envelope, a_record(envelope, earlier=(previous,))) == ()


def test_all_listed_cases_count_where_the_period_has_no_window() -> None:
    envelope = golden("broken-a28-case-outside-period")
    period = replace(PERIODS["2021-9M"], activity=None)

    assert judge(envelope, a_record(envelope, earlier=EARLIER, period=period)) == ()


@pytest.mark.parametrize(("status", "level"), [("pending", Level.ERROR), ("handled", Level.WARNING)])
def test_a_case_of_an_earlier_report_weighs_on_a_nomination(status: str, level: Level) -> None:
    envelope = golden("valid-p05-year-with-nominations")
    case = {"case_id": "1", "full_name": "hứa văn  Tưởng Tượng", "status": status, "behaviour": "speed"}

    found = judge(envelope, a_record(envelope, earlier=(an_earlier_report("2021-9M", (case,)),)))

    assert [(each.code, each.level, each.cells) for each in found] == [("A34", level, ("/nominations/1/full_name",))]


def test_the_latest_state_of_a_case_decides() -> None:
    envelope = golden("broken-a34-person-with-handled-case")
    case = {**envelope["violations"][0], "status": "pending"}

    found = judge(envelope, a_record(envelope, earlier=(an_earlier_report("2021-9M", (case,)),)))

    assert [(each.code, each.level) for each in found] == [("A34", Level.WARNING)]


@pytest.mark.parametrize("window_end", [date(2021, 12, 14), date(2021, 12, 13)])
def test_merit_may_reach_to_the_last_day_of_the_campaign(window_end: date) -> None:
    envelope = golden("valid-p05-year-with-nominations")
    record = a_record(envelope)

    found = judge(envelope, replace(record, plan=replace(record.plan, valid_to=window_end)))

    late = ("/nominations/0/merit_to",), ("/nominations/1/merit_to",)
    assert tuple(each.cells for each in found) == (late if window_end < date(2021, 12, 14) else ())


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("a28-case-listed-twice", ("Dòng 2 ", "dòng 1.")),
        ("a30-handling-missing", ("Dòng 1 ",)),
        ("a30-discipline-without-decision", ("Dòng 1 ",)),
        ("a34-person-without-name", ("Dòng 2 ",)),
        ("a34-named-twice", ("Dòng 3 ", "dòng 2.")),
    ],
)
def test_rows_are_numbered_from_one(name: str, rows: tuple[str, ...]) -> None:
    envelope = golden(f"broken-{name}")

    (finding,) = judge(envelope, a_record(envelope, earlier=EARLIER))

    assert [words for words in rows if words not in finding.message] == []


def test_a_number_of_thousands_is_printed_with_dots() -> None:
    envelope = with_cells(golden("broken-a09-stations-exceed-communes"), {"/fields/stations_total": 1200})

    [said] = [finding.message for finding in judge(envelope, a_record(envelope)) if finding.code == "A09"]
    assert "(1.200)" in said
