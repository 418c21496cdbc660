"""Whoever is given rows that name persons stands in the trail first, and the trail tells who that was."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from tampered_trail import attacker
from watched import CHI_LANG
from watched import HUU_LUNG
from watched import NOON
from watched import PERIOD
from watched import PERSON
from watched import a_watched_installation
from watched import entries
from watched import file_with

from thidua.application.reports.drafting import DraftPlace
from thidua.application.reports.drafts import open_draft
from thidua.application.reports.drafts import save_cells
from thidua.application.reports.sheets import open_sheet
from thidua.application.review.reading import read_report
from thidua.application.trail.reading_trail import Who
from thidua.application.trail.reading_trail import who_saw
from thidua.domain.accounts import Door
from thidua.domain.accounts import Origin
from thidua.domain.accounts import Role
from thidua.domain.audit import Act
from thidua.domain.errors import MalformedRequestError
from thidua.domain.errors import NotAllowedError
from thidua_testkit.installation import Installation

AT = Origin(Door.API, "abc", "192.0.2.7")
MARCH: dict[str, Any] = {"since": NOON - timedelta(days=1), "until": NOON + timedelta(days=1)}
PLACE = DraftPlace("ATGT-2021", PERIOD, HUU_LUNG)


@pytest.fixture
def here(database_url: str) -> Installation:
    return a_watched_installation(database_url)


def seen(here: Installation, **asked: Any) -> list[tuple[str, int | None, tuple[int, ...]]]:
    found = who_saw(here.host, here.office(), Who(**{**MARCH, **asked}))
    return [(each.row.name, each.report_id, each.revisions) for each in found]


def test_who_read_a_person_is_told_with_place_door_and_filing(here: Installation) -> None:
    report = file_with(here, PERSON)
    other = file_with(here, "Trần Thị Khác", unit_code=CHI_LANG)
    office = replace(here.office(), origin=AT)
    here.clock.instant += timedelta(minutes=5)
    read_report(here.host, office, report)
    read_report(here.host, here.reporter(HUU_LUNG), report)
    read_report(here.host, office, other)
    [first, second] = who_saw(here.host, here.office(), Who(person=PERSON, **MARCH))
    entry = first.row.entry
    assert (first.row.name, first.full_name, first.report_id, first.revisions) == (
        "office",
        "Người dùng office",
        report,
        (0,),
    )
    assert (entry.happened_at, entry.origin.network, entry.origin.door) == (here.clock.now(), "192.0.2.7", Door.API)
    assert second.row.name == "reporter-ls-186-vhtt"


@pytest.mark.parametrize(
    ("asked", "loose", "found"),
    [
        (PERSON, False, True),
        ("nguyễn văn  GIẤU tên", False, True),
        ("giấu tên", False, True),
        ("Nguyen Van Giau Ten", False, False),
        ("Nguyen Van Giau Ten", True, True),
        ("Nguyễn Văn Giấu Tênh", True, False),
        ("case_id", True, False),
        ("violations", False, False),
    ],
)
def test_a_name_is_found_in_any_case_and_without_diacritics_where_that_is_asked(
    here: Installation, asked: str, *, loose: bool, found: bool
) -> None:
    report = file_with(here, PERSON)
    read_report(here.host, here.office(), report)
    assert bool(seen(here, person=asked, loose=loose)) is found


def test_only_filings_that_held_the_name_count(here: Installation) -> None:
    report = file_with(here, PERSON)
    read_report(here.host, here.office(), report)
    file_with(here, "Trần Thị Khác", revision=1)
    read_report(here.host, here.office(), report)
    assert seen(here, person=PERSON) == [("office", report, (0,)), ("office", report, (0,))]
    assert seen(here, person="Trần Thị Khác") == [("office", report, (1,))]
    assert seen(here, report_id=report) == [("office", report, (0,)), ("office", report, (0, 1))]


def test_days_are_kept(here: Installation) -> None:
    report = file_with(here, PERSON)
    read_report(here.host, here.office(), report)
    assert seen(here, person=PERSON, until=here.clock.instant) == []
    assert len(seen(here, person=PERSON, since=here.clock.instant)) == 1


def test_forms_and_drafts_that_show_the_rows_count_too(here: Installation) -> None:
    report = file_with(here, PERSON)
    reporter = here.reporter(HUU_LUNG)
    open_draft(here.host, reporter, PLACE)
    open_sheet(
        here.host, here.office(), campaign_code="ATGT-2021", period_code=PERIOD, unit_code=HUU_LUNG, on_behalf=True
    )
    assert seen(here, person=PERSON) == [(reporter.name, report, ()), ("office", report, (0,))]


def test_a_colleague_who_is_shown_a_name_from_the_draft_stands_in_the_trail(here: Installation) -> None:
    first = here.reporter(HUU_LUNG)
    second = here.add_account("second", (Role.UNIT_REPORTER, HUU_LUNG))
    save_cells(here.host, first, PLACE, base=0, cells={"/violations/0/full_name": PERSON})
    assert entries(here, Act.READ_PEOPLE) == ()
    save_cells(here.host, second, PLACE, base=0, cells={"/violations/0/full_name": "Khác"})
    assert [row.name for row in entries(here, Act.READ_PEOPLE)] == ["second"]
    assert seen(here, person=PERSON) == [("second", None, ())]


def test_nothing_is_written_where_no_person_is_shown(here: Installation) -> None:
    report, named = file_with(here), file_with(here, PERSON, unit_code=CHI_LANG)
    read_report(here.host, here.office(), report)
    # The leader reads the report without its names.
    read_report(here.host, here.add_account("leader", (Role.LEADER, None)), named)
    assert entries(here, Act.READ_PEOPLE) == ()


def test_no_names_are_given_where_the_trail_takes_no_entry(here: Installation, database_url: str) -> None:
    report = file_with(here, PERSON)
    with attacker(database_url) as connection:
        connection.execute(text("ALTER TABLE audit_entry RENAME TO audit_entry_gone"))
    with pytest.raises(Exception, match="audit_entry"):
        read_report(here.host, here.office(), report)


def test_the_administrator_asks_by_report_and_not_by_name(here: Installation) -> None:
    report = file_with(here, PERSON)
    read_report(here.host, here.office(), report)
    admin = here.admin()
    with pytest.raises(NotAllowedError):
        who_saw(here.host, admin, Who(person=PERSON, **MARCH))
    assert len(who_saw(here.host, admin, Who(report_id=report, **MARCH))) == 1
    with pytest.raises(NotAllowedError):
        who_saw(here.host, here.reporter(HUU_LUNG), Who(report_id=report, **MARCH))


def test_a_search_is_a_read_itself_and_tells_no_name(here: Installation) -> None:
    report = file_with(here, PERSON)
    who_saw(here.host, here.office(), Who(person=PERSON, **MARCH))
    [entry] = entries(here, Act.READ_PEOPLE)
    assert (entry.name, entry.entry.key, entry.entry.detail) == ("office", "seen", {"reports": [report], "found": 0})


def test_a_search_for_next_to_nothing_is_refused(here: Installation) -> None:
    for person in ("", "  ", "Vă"):
        with pytest.raises(MalformedRequestError):
            who_saw(here.host, here.office(), Who(person=person, **MARCH))


def test_an_answer_never_comes_from_another_day(here: Installation) -> None:
    report = file_with(here, PERSON)
    for day in range(5):
        here.clock.instant = datetime.fromisoformat(f"2021-03-{16 + day}T12:00:00+07:00")
        read_report(here.host, here.office(), report)
    day = timedelta(days=1)
    assert len(seen(here, person=PERSON, since=NOON + day, until=NOON + 3 * day)) == 2
