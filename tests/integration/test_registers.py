"""Registers count each record once, as it was told last, and open to the reports that told it; on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from played import dismissed

from thidua.application.background.verifying import verify
from thidua.application.reports.filing import file_report
from thidua.application.status.figures import Asked
from thidua.application.status.figures import Reading
from thidua.application.status.figures import Span
from thidua.application.status.inputs import figure_inputs
from thidua.application.status.opened_status import Page
from thidua.application.status.statuses import read_status
from thidua.domain.reports import Channel
from thidua.forms.envelope import Envelope
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

CAMPAIGN, FIRST, SECOND, UNIT = "ATGT-2021", "2021-Q1", "2021-H1", "LS-186-VHTT"
NOON = datetime.fromisoformat("2021-06-15T12:00:00+07:00")


@pytest.fixture
def here(database_url: str) -> Iterator[Installation]:
    found = an_installation(database_url, at=NOON, campaign=CAMPAIGN, periods=(FIRST, SECOND))
    found.office()
    with dismissed():
        yield found


def file(here: Installation, period: str, **tables: list[object]) -> None:
    envelope = Envelope(
        campaign_code=CAMPAIGN, form_code="A", form_version=1, unit_code=UNIT, period_code=period,
        confirm_warnings=True, fields={}, by_topic={}, rows=tables,
    )  # fmt: skip
    file_report(here.host, here.reporter(UNIT), envelope, channel=Channel.API)


def case(case_id: str, status: str) -> dict[str, str]:
    return {"case_id": case_id, "status": status, "behaviour": "alcohol"}


def register(here: Installation, name: str, period: str = SECOND) -> Any:
    here.drain()
    document: Any = read_status(here.host, here.office(), CAMPAIGN, period).document
    assert verify(here.host).differences == ()
    return document["registers"][name]


def chosen(found: Any, column: str) -> dict[str, int]:
    return {
        option: each["provisional"] for option, each in found["by"][column]["values"].items() if each["provisional"]
    }


def test_a_case_handled_in_a_later_period_is_one_case_and_no_longer_pending(here: Installation) -> None:
    file(here, FIRST, violations=[case("V1", "pending"), case("V2", "pending")])
    file(here, SECOND, violations=[case("v1 ", "handled"), case("V3", "pending")])
    found = register(here, "violations")
    assert found["provisional"] == 3
    assert chosen(found, "status") == {"pending": 2, "handled": 1}
    assert chosen(found, "behaviour") == {"alcohol": 3}
    assert register(here, "violations", FIRST)["provisional"] == 2


def test_who_is_proposed_again_is_proposed_once(here: Installation) -> None:
    person = {"subject_kind": "individual", "full_name": "Hứa Văn Tưởng Tượng", "birth_year": 1988}
    file(here, FIRST, nominations=[person | {"award_form": "giay_khen_department"}])
    file(here, SECOND, nominations=[person | {"award_form": "bang_khen_province"}])
    found = register(here, "nominations")
    assert found["provisional"] == 1
    assert chosen(found, "award_form") == {"bang_khen_province": 1}


def test_a_register_opens_to_the_reports_that_tell_each_record_last(here: Installation) -> None:
    file(here, FIRST, violations=[case("V1", "pending"), case("V2", "pending")])
    file(here, SECOND, violations=[case("V1", "handled")])
    here.drain()

    def opened(value: str = "") -> list[tuple[str, int, bool]]:
        asked = Asked(
            register="violations", column="status" if value else "", value=value, reading=Reading.PROVISIONAL,
            span=Span.CUMULATIVE,
        )  # fmt: skip
        found = figure_inputs(here.host, here.office(), CAMPAIGN, SECOND, asked, Page(limit=100))
        assert found.adds_up
        return [(each.period_code, each.value, each.counts) for part in found.parts for each in part.sources]

    assert opened() == [(FIRST, 1, True), (SECOND, 1, True)]
    assert opened("pending") == [(FIRST, 1, True)]
    assert opened("handled") == [(SECOND, 1, True)]


def test_what_a_register_is_counted_from_names_no_case(here: Installation) -> None:
    file(here, FIRST, violations=[case("Nguyễn Văn Giấu Tên", "pending")])
    here.drain()
    with here.host.work.reading() as work:
        [fact] = work.facts.of_units(CAMPAIGN, [UNIT])
    assert len(fact.numbers) == 6
    assert not [key for key in fact.numbers if "Giấu" in key or "giấu" in key]
