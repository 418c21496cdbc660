"""A report that makes counting fail, or takes the process with it, is set aside and holds up nobody."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from thidua.adapters.db import rounds as noted
from thidua.application.background import drain as draining
from thidua.application.background.drain import drain_round
from thidua.application.background.drain import try_again
from thidua.application.background.verifying import verify
from thidua.application.derived import counting
from thidua.application.ports.rows import MOST_ATTEMPTS
from thidua.application.ports.rows import StatusRow
from thidua.application.reports.filing import file_report
from thidua.application.status.counted import counted_unit
from thidua.application.status.statuses import read_status
from thidua.domain.errors import UnavailableError
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


class Death(BaseException):
    """What no code of ours catches: the process has ended, as far as the database can tell."""


def kills(form: Any, payload: Mapping[str, Any]) -> dict[str, int]:
    """End the process at the bad report."""
    if payload["fields"]["leaflets"] == POISON:
        raise Death
    return numbers_of(form, payload)


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


def ask(here: Installation, query: str) -> list[Any]:
    with here.host.work.reading() as work:
        rows = work._connection.exec_driver_sql(query)  # type: ignore[attr-defined]
        return [row[0] for row in rows]


def attempts(here: Installation) -> list[int]:
    return ask(here, "SELECT attempts FROM outbox WHERE applied_at IS NULL")


def notes(here: Installation) -> int:
    return len(ask(here, "SELECT id FROM round_under_way"))


def die_and_start_again(here: Installation, limit: int) -> int:
    """Drain in one process after another until nothing waits; returns how many have died."""
    for died in range(100):
        try:
            rounds(here, limit)
        except Death:
            noted._live.clear()  # the next process remembers nothing
        else:
            return died
    raise AssertionError("counting never ends")


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
        assert verify(here.host).differences == ()
    assert notes(here) == 0
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


@pytest.mark.parametrize("limit", [500, 2])
def test_a_report_that_ends_the_process_is_set_aside_after_five_attempts_and_the_others_are_counted(
    here: Installation, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    file_all(here)
    with monkeypatch.context() as broken:
        broken.setattr(counting, "numbers_of", kills)
        # Once with others, and then alone.
        assert die_and_start_again(here, limit) == 1 + MOST_ATTEMPTS
        assert attempts(here) == [MOST_ATTEMPTS]
        with here.host.work.reading() as work:
            counted = {unit.unit_code for unit in work.rollups.of_period(CAMPAIGN, PERIOD)}
        assert counted == set(UNITS) - {UNITS[2]}
        # Looking whether all is right must not end a process either.
        found = verify(here.host)
        assert (found.differences, found.waiting) == ((), 1)
    assert notes(here) == 0
    assert try_again(here.host) == 1
    rounds(here, limit)
    assert attempts(here) == []
    assert verify(here.host).differences == ()


def test_what_is_filed_meanwhile_is_counted_before_the_bad_one_is_tried_again(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_all(here)
    monkeypatch.setattr(counting, "numbers_of", kills)
    for _ in range(3):
        with pytest.raises(Death):
            rounds(here)
        noted._live.clear()
    stations = {"stations_total": 12, "stations_broadcasting": 10}
    envelope, _ = read_envelope({**SAMPLE, "unit_code": "LS-186-VHTT", "fields": SAMPLE["fields"] | stations})
    assert envelope is not None
    sound = replace(envelope, confirm_warnings=True)
    file_report(here.host, here.reporter("LS-186-VHTT"), sound, channel=Channel.API)
    with pytest.raises(Death):
        rounds(here)
    with here.host.work.reading() as work:
        assert "LS-186-VHTT" in {unit.unit_code for unit in work.rollups.of_period(CAMPAIGN, PERIOD)}
    # Of the fourth attempt alone nobody has heard yet.
    assert attempts(here) == [2]


def test_a_database_that_does_not_answer_is_no_attempt(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    file_all(here)

    def goes_away(*_given: object) -> dict[str, int]:
        raise UnavailableError("away", subject="database")

    with monkeypatch.context() as broken:
        broken.setattr(counting, "numbers_of", goes_away)
        for _ in range(MOST_ATTEMPTS + 1):
            with pytest.raises(UnavailableError):
                drain_round(here.host)
    assert (attempts(here), notes(here)) == ([0] * 5, 0)
    assert ask(here, "SELECT count(*) FROM outbox WHERE alone") == [0]
    assert drain_round(here.host).applied == 5


@pytest.mark.postgres
def test_who_counts_slowly_is_left_alone(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    here = an_installation(postgres_url, at=NOON, campaign=CAMPAIGN, periods=(PERIOD,))
    file_all(here)
    is_at_it, goes_on = threading.Event(), threading.Event()

    def waits(form: Any, payload: Mapping[str, Any]) -> dict[str, int]:
        is_at_it.set()
        assert goes_on.wait(20)
        return numbers_of(form, payload)

    monkeypatch.setattr(counting, "numbers_of", waits)
    slow = threading.Thread(target=drain_round, args=(here.host,))
    slow.start()
    assert is_at_it.wait(20)
    assert notes(here) == 1
    assert drain_round(here.host) == (0, False)
    assert (attempts(here), notes(here)) == ([0] * 5, 1)
    goes_on.set()
    slow.join(20)
    assert (attempts(here), notes(here)) == ([], 0)
    assert ask(here, "SELECT count(*) FROM outbox WHERE alone") == [0]


@pytest.mark.postgres
def test_who_lost_its_transaction_over_a_report_is_not_waited_for(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server frees the rows of a process that hangs; another must not take them all together."""
    here = an_installation(postgres_url, at=NOON, campaign=CAMPAIGN, periods=(PERIOD,))
    file_all(here)
    is_at_it, goes_on = threading.Event(), threading.Event()
    hangs = threading.Thread(target=_drain_until_unavailable, args=(here,))

    def waits(form: Any, payload: Mapping[str, Any]) -> dict[str, int]:
        if threading.current_thread() is hangs:
            is_at_it.set()
            assert goes_on.wait(20)
        return numbers_of(form, payload)

    monkeypatch.setattr(counting, "numbers_of", waits)
    hangs.start()
    assert is_at_it.wait(20)
    ask(here, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction'")
    assert rounds(here) > 0
    assert ask(here, "SELECT count(*) FROM outbox WHERE alone") == [5]
    goes_on.set()
    hangs.join(20)
    assert (attempts(here), notes(here)) == ([], 0)
    assert verify(here.host).differences == ()


def _drain_until_unavailable(here: Installation) -> None:
    with pytest.raises(UnavailableError):
        drain_round(here.host)


def test_two_successors_count_one_attempt_of_the_dead_once(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    file_all(here)
    with monkeypatch.context() as broken:
        broken.setattr(counting, "numbers_of", kills)
        for _ in range(3):
            with pytest.raises(Death):
                rounds(here)
            noted._live.clear()
    assert attempts(here) == [1]
    start = threading.Barrier(2)

    def look() -> None:
        start.wait(20)
        drain_round(here.host)

    successors = [threading.Thread(target=look) for _ in range(2)]
    for each in successors:
        each.start()
    for each in successors:
        each.join(20)
    rounds(here)
    assert ask(here, "SELECT max(attempts) FROM outbox") == [2]
    assert (attempts(here), notes(here)) == ([], 0)


def test_two_notes_of_one_change_make_no_more_than_the_most_attempts(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_all(here)
    monkeypatch.setattr(counting, "numbers_of", kills)
    while MOST_ATTEMPTS - 1 not in attempts(here):
        with pytest.raises(Death):
            rounds(here)
        noted._live.clear()
    with here.host.work.writing() as work:
        connection = work._connection  # type: ignore[attr-defined]
        copied = "SELECT 'copy', worker, began_at, alone, changes FROM round_under_way"
        connection.exec_driver_sql(f"INSERT INTO round_under_way (id, worker, began_at, alone, changes) {copied}")
        work.commit()
    rounds(here)
    assert attempts(here) == [MOST_ATTEMPTS]


def test_on_one_writer_what_another_thread_has_noted_is_under_way(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = an_installation(sqlite_url, at=NOON, campaign=CAMPAIGN, periods=(PERIOD,))
    file_all(here)
    with here.host.work.writing() as work:
        claimed = work.outbox.claim(500)
        work.rounds.begin("another thread's", [row.id for row in claimed], alone=False)
    assert drain_round(here.host).applied == 5
    assert ask(here, "SELECT count(*) FROM outbox WHERE alone") == [0]
    noted._live.clear()
