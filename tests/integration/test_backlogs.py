"""A backlog is taken part by part, by several drains at once, and ends where one event after the other would."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from thidua.application.background.drain import Drained
from thidua.application.background.drain import drain
from thidua.application.background.drain import drain_round
from thidua.application.background.verifying import verify
from thidua.application.reports.filing import file_report
from thidua.domain.cell_sums import shard_of
from thidua.domain.reports import Channel
from thidua.forms.envelope import read_envelope
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

NOON = datetime.fromisoformat("2021-06-15T12:00:00+07:00")
SAMPLE = json.loads((Path(__file__).parents[1] / "samples/P01.json").read_text(encoding="utf-8"))
CAMPAIGN, PERIODS = "ATGT-2021", ("2021-Q1", "2021-H1")
UNITS = tuple(f"LS-{number}-VHTT" for number in range(180, 190))


@pytest.fixture
def here(database_url: str) -> Installation:
    return an_installation(database_url, at=NOON, campaign=CAMPAIGN, periods=PERIODS)


def file_all(here: Installation) -> int:
    """File every unit's report of both periods, and correct each once; returns the number of events."""
    events = 0
    for period in PERIODS:
        for place, unit in enumerate(UNITS):
            for revision in range(2):
                stations = {"stations_total": 12, "stations_broadcasting": 10}
                fields = SAMPLE["fields"] | stations | {"leaflets": 100 + place + revision}
                told = {**SAMPLE, "unit_code": unit, "period_code": period, "fields": fields, "revision": revision}
                envelope, findings = read_envelope(told | ({"correction_reason": "Đếm lại."} if revision else {}))
                assert envelope is not None, findings
                sound = replace(envelope, confirm_warnings=True)
                file_report(here.host, here.reporter(unit), sound, channel=Channel.API)
                events += 1
    return events


def digests(here: Installation) -> dict[str, str]:
    with here.host.work.reading() as work:
        return {code: row.digest for code in PERIODS if (row := work.statuses.get(CAMPAIGN, code))}


def waiting(here: Installation) -> int:
    with here.host.work.reading() as work:
        return work.outbox.waiting()


def test_a_backlog_leaves_documents_for_later_and_counts_each_part_once(here: Installation) -> None:
    events = file_all(here)
    before = digests(here)
    parts = {shard_of(unit) for unit in UNITS}
    for _ in parts:
        drained = drain_round(here.host, limit=3)
        assert drained.leaves_more
        assert drained.applied % (2 * len(PERIODS)) == 0, "a unit's reports come together"
        events -= drained.applied
    assert events == 0
    assert digests(here) == before, "documents wait their turn"
    assert waiting(here) > 0
    here.drain()
    assert waiting(here) == 0
    assert digests(here) != before
    assert verify(here.host).differences == ()


def test_the_same_comes_out_of_a_backlog_and_of_one_event_after_the_other(
    here: Installation, tmp_path: Path, sqlite_template: Path
) -> None:
    file_all(here)
    while drain(here.host, limit=2):
        pass
    in_parts = digests(here)
    other = tmp_path / "other.db"
    other.write_bytes(sqlite_template.read_bytes())
    alone = an_installation(f"sqlite:///{other}", at=NOON, campaign=CAMPAIGN, periods=PERIODS)
    file_all(alone)
    while drain(alone.host, limit=1000):
        pass
    assert in_parts == digests(alone)


@pytest.mark.postgres
def test_two_drains_take_two_parts_side_by_side(postgres_url: str) -> None:
    here = an_installation(postgres_url, at=NOON, campaign=CAMPAIGN, periods=PERIODS)
    file_all(here)
    with here.host.work.writing() as work:
        first = work.outbox.claim_part(3)
        mine = {shard_of(row.unit_code) for row in first}
        assert len(mine) == 1
        found: list[Drained] = []
        other = threading.Thread(target=lambda: found.append(drain_round(here.host, limit=3)))
        other.start()
        other.join(20)
        assert not other.is_alive(), "the other waited for a part that is not its own"
        [drained] = found
        assert drained.applied > 0
        assert not {shard_of(row.unit_code) for row in first} - mine
    here.drain()
    assert verify(here.host).differences == ()


@pytest.mark.postgres
def test_many_drains_at_once_leave_nothing_and_count_nothing_twice(postgres_url: str) -> None:
    here = an_installation(postgres_url, at=NOON, campaign=CAMPAIGN, periods=PERIODS)
    events = file_all(here)
    applied: list[int] = []
    failed: list[BaseException] = []

    def work_on() -> None:
        try:
            while (drained := drain_round(here.host, limit=3)).applied:
                applied.append(drained.applied)
        except BaseException as error:  # noqa: BLE001  shown by the test
            failed.append(error)

    drains = [threading.Thread(target=work_on) for _ in range(4)]
    for each in drains:
        each.start()
    for each in drains:
        each.join(60)
    assert failed == []
    here.drain()
    assert waiting(here) == 0
    assert sum(applied) >= events
    assert verify(here.host).differences == ()


@pytest.mark.postgres
def test_a_drain_waits_for_whoever_counts_the_same_units_and_sees_what_he_left(postgres_url: str) -> None:
    here = an_installation(postgres_url, at=NOON, campaign=CAMPAIGN, periods=PERIODS)
    file_all(here)
    draining = threading.Thread(target=lambda: drain(here.host, limit=1000))
    with here.host.work.writing() as work:
        work.shards.lock(CAMPAIGN, UNITS[:1])
        draining.start()
        draining.join(1)
        assert draining.is_alive()
    draining.join(30)
    assert waiting(here) == 0
    assert verify(here.host).differences == ()
