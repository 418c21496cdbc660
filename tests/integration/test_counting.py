"""What a drain writes, and what it leaves as it is."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from thidua.adapters.db.bulk import write_difference
from thidua.adapters.db.tables import rollup_shard
from thidua.application.background.drain import drain
from thidua.application.background.verifying import verify
from thidua.application.reports.filing import file_report
from thidua.domain.reports import Channel
from thidua.forms.envelope import Envelope
from thidua.forms.envelope import read_envelope
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

NOON = datetime.fromisoformat("2021-03-16T12:00:00+07:00")
SAMPLE = json.loads((Path(__file__).parents[1] / "samples/P01.json").read_text(encoding="utf-8"))
CAMPAIGN, PERIOD, UNIT = "ATGT-2021", "2021-Q1", SAMPLE["unit_code"]
EMPTY = '{"turns_at":null}'
RADIO_ITEMS = SAMPLE["fields"]["radio_items"]


@pytest.fixture
def here(database_url: str) -> Installation:
    return an_installation(database_url, at=NOON, campaign=CAMPAIGN, periods=(PERIOD,))


def envelope(revision: int, **fields: object) -> Envelope:
    found, findings = read_envelope({**SAMPLE, "revision": revision, "correction_reason": "Đếm lại." * (revision > 0)})
    assert found is not None, findings
    return replace(found, fields={**found.fields, **fields}, confirm_warnings=True)


def file(here: Installation, revision: int = 0, **fields: object) -> None:
    file_report(here.host, here.reporter(UNIT), envelope(revision, **fields), channel=Channel.API)


def test_a_report_filed_three_times_since_is_counted_once_as_it_stands(here: Installation) -> None:
    for revision in range(3):
        file(here, revision, radio_items=RADIO_ITEMS + revision)
    assert drain(here.host, limit=10) == 3
    with here.host.work.reading() as work:
        facts = work.facts.of_units(CAMPAIGN, [UNIT])
        assert {fact.revision for fact in facts} == {2}
        assert [fact.numbers["radio_items"] for fact in facts] == [RADIO_ITEMS + 2]
    assert verify(here.host).differences == ()


def test_the_facts_of_some_reports_can_be_left_out(here: Installation) -> None:
    file(here)
    here.drain()
    with here.host.work.reading() as work:
        [report_id] = work.reports.ids()
        assert work.facts.of_units(CAMPAIGN, [UNIT], besides=[report_id + 1])
        assert work.facts.of_units(CAMPAIGN, [UNIT], besides=[report_id]) == ()


def test_a_correction_leaves_no_cell_of_what_was_said_before(here: Installation) -> None:
    file(here)
    here.drain()
    file(here, 1, launch_status="integrated")
    here.drain()
    assert verify(here.host).differences == ()
    with here.host.work.reading() as work:
        [unit] = work.rollups.of_period(CAMPAIGN, PERIOD)
    assert [key for key in unit.cells["A"] if key.startswith("launch_status")] == ["launch_status/is:integrated"]


@pytest.mark.postgres
def test_what_is_as_it_was_is_not_written_again(postgres_url: str) -> None:
    here = an_installation(postgres_url, at=NOON, campaign=CAMPAIGN, periods=(PERIOD, "2021-H1"))

    def places() -> dict[tuple[str, ...], object]:
        statement = text(
            "SELECT 'unit', period_code, ctid::text FROM rollup"
            " UNION ALL SELECT 'sum', period_code, ctid::text FROM rollup_shard"
        )
        with here.host.work.reading() as work:
            rows = work._connection.execute(statement)  # type: ignore[attr-defined]
            return {(what, period): place for what, period, place in rows}

    def changed(before: dict[tuple[str, ...], object], after: dict[tuple[str, ...], object]) -> set[tuple[str, ...]]:
        return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}

    file(here)
    here.drain()
    first = places()
    # What staff there is now says nothing of the next period; what was broadcast does.
    file(here, 1)
    here.drain()
    second = places()
    # Another revision counts, though, and its period's part says so.
    assert changed(first, second) == {("sum", PERIOD)}
    file(here, 2, radio_items=RADIO_ITEMS + 1)
    here.drain()
    assert changed(second, places()) == {(what, period) for what in ("unit", "sum") for period in (PERIOD, "2021-H1")}


def test_the_difference_drops_changes_adds_and_keeps(here: Installation) -> None:
    stored = [(CAMPAIGN, "empty", part, "{}", EMPTY) for part in (1, 2, 3)]
    wanted = [
        (CAMPAIGN, "empty", 1, "{}", EMPTY),
        (CAMPAIGN, "empty", 2, '{"room":{}}', EMPTY),
        (CAMPAIGN, "empty", 4, "{}", EMPTY),
    ]
    with here.host.work.writing() as work:
        write_difference(work._connection, rollup_shard, [], stored)  # type: ignore[attr-defined]
        write_difference(work._connection, rollup_shard, stored, wanted)  # type: ignore[attr-defined]
        found = {part: sums.cells for part, sums in work.shards.of_period(CAMPAIGN, "empty").items()}
        assert found == {1: {}, 2: {"room": {}}, 4: {}}


def test_where_a_unit_stands_is_kept_with_its_moments(here: Installation) -> None:
    file(here)
    here.drain()
    with here.host.work.reading() as work:
        [row] = [each for each in work.campaigns.roster(CAMPAIGN, PERIOD) if each.obligation.unit_code == UNIT]
        [kept] = [each for each in work.unit_filings.of_units(CAMPAIGN, [UNIT]) if each.period_code == PERIOD]
        nobody = min(each.turns_at for each in work.unit_filings.of_period(CAMPAIGN, PERIOD) if each.turns_at)
    assert (kept.judged_at, kept.due_at, kept.turns_at) == (here.clock.now(), row.obligation.due_at, None)
    assert nobody == row.obligation.due_at + timedelta(microseconds=1)
    with here.host.work.glancing() as work:
        assert work.unit_filings.turned([CAMPAIGN], row.obligation.due_at, at_most=99) == ()
        assert work.unit_filings.turned([CAMPAIGN], nobody, at_most=99)
