"""A report that makes counting fail is set aside and holds up nobody; mended, it is counted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from thidua.application import counting
from thidua.application import drain as draining
from thidua.application.counted import counted_unit
from thidua.application.drain import drain_round
from thidua.application.drain import try_again
from thidua.application.filing import file_report
from thidua.application.rows import MOST_ATTEMPTS
from thidua.application.rows import StatusRow
from thidua.application.statuses import read_status
from thidua.application.verifying import verify
from thidua.domain.reports import Channel
from thidua.forms.envelope import read_envelope
from thidua.forms.facts import numbers_of
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

NOON = datetime.fromisoformat("2021-03-16T12:00:00+07:00")
SAMPLE = json.loads((Path(__file__).parents[1] / "samples/P01.json").read_text(encoding="utf-8"))
CAMPAIGN, PERIOD = "ATGT-2021", "2021-Q1"
UNITS = tuple(f"LS-{number}-VHTT" for number in range(180, 185))
POISON = 4321


@pytest.fixture
def here(database_url: str) -> Installation:
    return an_installation(database_url, at=NOON, campaign=CAMPAIGN, periods=(PERIOD,))


def file_all(here: Installation) -> None:
    """File five reports, the third of which is the bad one."""
    for place, unit in enumerate(UNITS):
        stations = {"stations_total": 12, "stations_broadcasting": 10}
        fields = SAMPLE["fields"] | stations | {"leaflets": POISON if place == 2 else 100 + place}
        envelope, findings = read_envelope({**SAMPLE, "unit_code": unit, "fields": fields})
        assert envelope is not None, findings
        sound = replace(envelope, confirm_warnings=True)
        file_report(here.host, here.reporter(unit), sound, channel=Channel.API)


def chokes(form: Any, payload: Mapping[str, Any]) -> dict[str, int]:
    """Fail on the bad report, as a defect of the program would."""
    if payload["fields"]["leaflets"] == POISON:
        raise RecursionError("a defect")
    return numbers_of(form, payload)


def rounds(here: Installation, limit: int = 500) -> int:
    """Drain round after round until nothing waits; returns how many it took."""
    for taken in range(100):
        if not drain_round(here.host, limit=limit).leaves_more:
            return taken
    raise AssertionError("counting never ends")


def attempts(here: Installation) -> list[int]:
    with here.host.work.reading() as work:
        rows = work._connection.exec_driver_sql("SELECT attempts FROM outbox WHERE applied_at IS NULL")  # type: ignore[attr-defined]
        return [row[0] for row in rows]


@pytest.mark.parametrize("limit", [500, 2])
def test_one_bad_report_is_set_aside_after_five_attempts_and_the_others_are_counted(
    here: Installation, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    file_all(here)
    with monkeypatch.context() as broken:
        broken.setattr(counting, "numbers_of", chokes)
        rounds(here, limit)
        assert attempts(here) == [MOST_ATTEMPTS]
        inputs: Any = read_status(here.host, here.office(), CAMPAIGN, PERIOD).document["inputs"]
        assert (inputs["waiting"], inputs["quarantined"]) == (0, 1)
        assert "1 thay đổi chưa được tính" in inputs["sentence"]
        with here.host.work.reading() as work:
            counted = {unit.unit_code for unit in work.rollups.of_period(CAMPAIGN, PERIOD)}
            assert work.outbox.waiting() == 0
        assert counted == set(UNITS) - {UNITS[2]}
        told = counted_unit(here.host, here.office(), CAMPAIGN, PERIOD, UNITS[2]).told
        assert "set_aside" in {each.code for each in told}
    assert try_again(here.host) == 1
    rounds(here, limit)
    assert attempts(here) == []
    assert verify(here.host).differences == ()


def test_a_document_that_cannot_be_composed_is_no_reports_fault(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_all(here)

    def fails(*_given: object) -> StatusRow:
        raise ZeroDivisionError("a defect")

    with monkeypatch.context() as broken:
        broken.setattr(draining, "document_row", fails)
        rounds(here)
        with here.host.work.reading() as work:
            assert {unit.unit_code for unit in work.rollups.of_period(CAMPAIGN, PERIOD)} == set(UNITS)
    assert try_again(here.host) > 0
    rounds(here)
    assert verify(here.host).differences == ()
