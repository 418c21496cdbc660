"""Where a rule holds and where it does not, beyond the golden reports."""

from datetime import date
from typing import Any

import pytest
from specialised_reports import EARLIER
from specialised_reports import PERIODS
from specialised_reports import a_case
from specialised_reports import a_record
from specialised_reports import an_earlier_report
from specialised_reports import golden
from specialised_reports import judge
from specialised_reports import with_cells

from thidua_sdk import EarlierReport
from thidua_sdk import Level
from thidua_sdk import PlanView

CENTRE = "valid-centre-half-year-with-violations"
ROOM = "valid-p10-room-first-quarter"
YEAR = "valid-room-year-with-nominations"


def codes_of(envelope: dict[str, Any], *earlier: EarlierReport) -> list[str]:
    return [finding.code for finding in judge(envelope, a_record(envelope, earlier=earlier))]


def test_a_case_carried_in_is_listed_again_without_being_counted_again() -> None:
    envelope = golden(CENTRE)

    assert codes_of(envelope, *EARLIER) == []
    assert sorted(codes_of(envelope)) == ["C13", "C24", "CX4"]


def test_the_open_cases_carried_in_are_the_latest_stated() -> None:
    short = an_earlier_report("2021-LAUNCH", staff_total=18)
    older = an_earlier_report("2021-LAUNCH", handling_pending=5)

    assert codes_of(golden(CENTRE), older, *EARLIER) == []
    assert codes_of(golden(CENTRE), *EARLIER, short) == []


def test_more_handled_than_there_were_cases_is_refused_too() -> None:
    envelope = with_cells(golden(ROOM), {"/fields/handling_reminder": 1})

    (found,) = judge(envelope, a_record(envelope))

    assert (found.code, found.level) == ("C24", Level.ERROR)
    assert found.message == (
        "Tổng các dòng C20 đến C24 (1) phải bằng số trường hợp vi phạm ở dòng C13 (0) cộng 0 trường hợp đang xem xét "
        "từ kỳ trước chuyển sang."
    )


def test_a_session_of_an_earlier_period_covers_who_was_briefed_then() -> None:
    envelope = with_cells(golden(ROOM), {"/fields/briefing_sessions": 0, "/fields/briefing_form": "meeting"})

    assert codes_of(envelope) == ["CX4"]
    assert codes_of(envelope, an_earlier_report(briefing_sessions=1)) == []


def test_the_first_briefing_is_held_against_the_plans_own_day() -> None:
    envelope = golden(ROOM)
    plan = PlanView(year=2021, issued_from=date(2021, 3, 6), parent_issued_on=None, valid_to=date(2021, 12, 31))

    (found,) = judge(envelope, a_record(envelope, plan=plan))

    assert found.cells == ("/fields/first_briefing_on",)
    assert "(5/3/2021)" in found.message
    assert "(sớm nhất 6/3/2021)" in found.message


@pytest.mark.parametrize(("name", "field"), [(ROOM, "civil_servants"), (CENTRE, "public_employees")])
def test_rooms_have_civil_servants_and_centres_public_employees(name: str, field: str) -> None:
    envelope = golden(name)

    assert envelope["fields"][field] > 0
    assert codes_of(envelope, *(EARLIER if name == CENTRE else ())) == []


@pytest.mark.parametrize(
    ("behaviour", "status", "expected"),
    [
        ("alcohol", "handled", ["CX1", "C32"]),
        ("alcohol", "pending", ["CX1", "CX2", "C32"]),
        ("speed", "pending", ["CX2"]),
        ("speed", "handled", ["C32"]),
    ],
)
def test_a_case_of_an_earlier_period_weighs_on_the_nomination(behaviour: str, status: str, expected: list[str]) -> None:
    envelope = golden(YEAR)
    case = a_case("CNTT-2021-07", full_name="lý mô  Phỏng", behaviour=behaviour, status=status)
    pending = int(status == "pending")
    settled = with_cells(envelope, {"/fields/handling_pending": pending})

    codes = codes_of(settled, an_earlier_report("2021-9M", (case,), handling_pending=pending))

    assert sorted(codes) == sorted(expected)


def test_a_case_handled_meanwhile_no_longer_blocks_the_nomination() -> None:
    case = a_case("CNTT-2021-07", full_name="Lý Mô Phỏng")
    handled = {**case, "status": "handled", "handling": "reminder"}
    envelope = with_cells(golden(YEAR), {"/fields/handling_reminder": 1, "/violations": [handled]})

    found = judge(envelope, a_record(envelope, earlier=(an_earlier_report("2021-9M", (case,), handling_pending=1),)))

    assert [(finding.code, finding.level) for finding in found] == [("C32", Level.WARNING)]


@pytest.mark.parametrize(("total", "done"), [(10, 7), (0, 0), (100, 70)])
def test_a_collective_with_its_plan_in_hand_is_nominated_freely(total: int, done: int) -> None:
    cells = {"/fields/workplan_total": total, "/fields/workplan_done": done, "/fields/workplan_late": 0}

    assert codes_of(with_cells(golden(YEAR), cells)) == []


def test_a_person_is_nominated_whatever_the_collectives_plan() -> None:
    envelope = golden("broken-cx6-collective-behind-its-plan")

    assert codes_of(envelope | {"nominations": envelope["nominations"][1:]}) == []


@pytest.mark.parametrize(("items", "views"), [(0, 0), (None, 0), (4, None), (4, 4)])
def test_views_are_compared_only_with_items_that_there_are(items: int | None, views: int | None) -> None:
    cells = {"/fields/digital_support_items": items, "/fields/portal_views": views}

    assert codes_of(with_cells(golden(ROOM), cells)) == []


def test_deaths_of_no_crash_are_nothing_wrong() -> None:
    assert codes_of(with_cells(golden(ROOM), {"/fields/staff_crash_deaths": 0, "/fields/staff_crashes": 0})) == []


def test_late_filing_is_no_finding() -> None:
    envelope = golden(ROOM)
    late = a_record(envelope, today=date(2021, 3, 18))

    assert late.today > PERIODS["2021-Q1"].cutoff_on
    assert judge(envelope, late) == ()
