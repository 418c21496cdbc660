"""The second fence: PostgreSQL shows a connection the rows of those units that it was told, and no others."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import suppress

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from thidua.adapters.db import fence
from thidua.adapters.db.options import DatabaseOptions
from thidua.adapters.db.unit_of_work import DatabaseUnitOfWork
from thidua.adapters.db.unit_of_work import DatabaseUnitsOfWork
from thidua.application.ports.draft_ports import NewCell
from thidua.application.ports.draft_ports import NewDraft
from thidua.application.ports.reach import EVERYTHING
from thidua.application.ports.reach import NOTHING
from thidua.application.ports.reach import Crossing
from thidua.application.ports.reach import Reach
from thidua.domain.attachments import Attachment
from thidua.domain.attachments import MediaType
from thidua.domain.errors import ConflictError
from thidua.domain.reports import Report
from thidua_testkit.ledger import CAMPAIGN
from thidua_testkit.ledger import NOW
from thidua_testkit.ledger import Ledger
from thidua_testkit.ledger import a_fact
from thidua_testkit.ledger import a_ledger
from thidua_testkit.ledger import a_revision
from thidua_testkit.ledger import an_obligation
from thidua_testkit.ledger import write_first
from thidua_testkit.ledger import write_next

pytestmark = pytest.mark.postgres

OURS, THEIRS = "LS-180-VHTT", "LS-182-VHTT"
US, THEM = Reach(frozenset({OURS})), Reach(frozenset({THEIRS}))
ONE = DatabaseOptions(application_name="thidua-test", is_test=True, pool_size=1, pool_overflow=0)

#: How to tell whose a row is, for every table that holds rows of a unit.
OWNERS = {
    **dict.fromkeys(("report", "draft", "evidence", "obligation", "fact", "rollup", "unit_filing"), "unit_code"),
    **dict.fromkeys(("report_revision", "report_event"), "(SELECT unit_code FROM report WHERE report.id = report_id)"),
    "obligation_change": "(SELECT unit_code FROM obligation WHERE obligation.id = obligation_id)",
    "draft_cell": "(SELECT unit_code FROM draft WHERE draft.id = draft_id)",
}
DERIVED = ("fact", "rollup", "unit_filing", "rollup_shard", "status")


def a_draft(ledger: Ledger, unit_code: str) -> NewDraft:
    return NewDraft(
        campaign_code=CAMPAIGN,
        period_code="2021-01",
        unit_code=unit_code,
        version=1,
        revision=0,
        proposed_by=None,
        proposed_at=None,
        note="",
        saved_by=ledger.reporter,
        saved_at=NOW,
    )


@pytest.fixture
def work(postgres_url: str) -> Iterator[DatabaseUnitsOfWork]:
    """Open units of work over pools of one connection each."""
    found = DatabaseUnitsOfWork(postgres_url, ONE)
    yield found
    found.close()


@pytest.fixture
def ledger(work: DatabaseUnitsOfWork, owner_url: str) -> Ledger:
    """Two units that have everything a unit can have."""
    found = a_ledger(work)
    for number, unit in enumerate((OURS, THEIRS)):
        report = found.file(unit)
        with work.writing() as opened:
            assert opened.drafts.write(
                None, a_draft(found, unit), [NewCell("/fields/radio_items", "12", is_carried=False)]
            )
            file = Attachment(f"{number}" * 64, MediaType.JPEG, 10, 1, 1, f"d{number:016x}")
            place = (CAMPAIGN, "2021-01", unit)
            assert opened.evidence.add(place, "", file, "ảnh.jpg", found.reporter, NOW)
            opened.facts.replace([report.id], [a_fact(report.id, unit_code=unit)])
            opened.commit()
    with psycopg.connect(owner_url) as owner:
        # What counting and the Office would have written.
        owner.execute(
            "INSERT INTO rollup SELECT campaign_code, period_code, unit_code, unit_type, 0, '{}', '{}' FROM report"
        )
        owner.execute(
            "INSERT INTO unit_filing SELECT campaign_code, period_code, unit_code, unit_type, 0, 0, 'on_time', true,"
            " false, false, now(), now(), NULL, '{}' FROM report"
        )
        owner.execute("INSERT INTO rollup_shard VALUES ('ATGT-2021', '2021-01', 0, '{}', '{}')")
        owner.execute("INSERT INTO status VALUES ('ATGT-2021', '2021-01', '{}', '', 1, now(), NULL)")
        owner.execute(
            "INSERT INTO obligation_change (obligation_id, seq, kind, reason, document_number, requested_by,"
            " account_id, changed_at, previous, digest)"
            " SELECT id, 0, 'exempted', 'Mưa lũ', '', '', %s, now(), '', '' FROM obligation",
            [found.officer],
        )
    return found


def ask(work: DatabaseUnitOfWork, statement: str, **given: object) -> list[object]:
    return [tuple(row) if len(row) > 1 else row[0] for row in work._connection.execute(text(statement), given)]


def everywhere(*units: str) -> dict[str, set[object]]:
    return {table: set(units) for table in OWNERS}


def seen(work: DatabaseUnitsOfWork) -> dict[str, set[object]]:
    with work.reading() as opened:
        return {table: set(ask(opened, f"SELECT {owner} FROM {table}")) for table, owner in OWNERS.items()}


def test_a_unit_sees_its_rows_in_every_table_and_nobodys_else(work: DatabaseUnitsOfWork, ledger: Ledger) -> None:
    assert seen(work) == everywhere(OURS, THEIRS)
    with fence.within(US):
        assert seen(work) == everywhere(OURS)
    with fence.within(THEM):
        assert seen(work) == everywhere(THEIRS)
    with fence.within(Reach(frozenset({OURS, THEIRS}))):
        assert seen(work) == everywhere(OURS, THEIRS)
    with fence.within(NOTHING):
        assert seen(work) == everywhere()


def test_figures_alone_show_what_is_counted_and_no_report(work: DatabaseUnitsOfWork, ledger: Ledger) -> None:
    with fence.within(Reach(figures=True)):
        found = {table for table, units in seen(work).items() if units}
        with work.reading() as opened:
            assert all(ask(opened, f"SELECT 1 FROM {table}") for table in DERIVED)
    assert found == {"fact", "rollup", "unit_filing"}
    with fence.within(US), work.reading() as opened:
        assert ask(opened, "SELECT 1 FROM status UNION ALL SELECT 1 FROM rollup_shard") == []


def test_where_nothing_was_set_nothing_is_seen(
    work: DatabaseUnitsOfWork, ledger: Ledger, owner_url: str, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fence._Process, "units", "")
    assert seen(work) == everywhere()
    # Nor by a program that knows nothing of the setting.
    with psycopg.connect(postgres_url) as stranger:
        assert stranger.execute("SELECT count(*) FROM report").fetchall() == [(0,)]
    with psycopg.connect(owner_url) as owner:
        assert owner.execute("SELECT count(*) FROM report").fetchall() == [(2,)]


WRITES = {
    "a first filing": lambda acts, ledger, _report: write_first(
        acts, an_obligation(THEIRS, "2021-02"), a_revision(ledger.reporter)
    ),
    "a next filing": lambda acts, ledger, report: write_next(acts, report, a_revision(ledger.reporter, 1)),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_nobody_files_for_another_unit(
    work: DatabaseUnitsOfWork, ledger: Ledger, write: Callable[[object, Ledger, Report], object]
) -> None:
    with work.reading() as opened:
        [report] = opened.reports.list(unit_codes=[THEIRS])
    with fence.within(US), pytest.raises((ProgrammingError, ConflictError)), work.acting() as acts:
        write(acts, ledger, report)
    with fence.within(THEM), work.acting() as acts:
        write(acts, ledger, report)


FORBIDDEN = """
INSERT INTO report_revision (report_id, number, form_version, schema_digest, payload, channel, is_estimate,
    filed_by, received_at, confirmed) SELECT :report, 9, 1, '', '{}', 'api', false, 1, now(), '[]';
INSERT INTO report_event (report_id, seq, revision, kind, happened_at, note, body, content, previous, digest)
    SELECT :report, 9, 0, 'returned', now(), '', '{}', '', '', '';
INSERT INTO outbox (report_id, campaign_code, period_code, unit_code, created_at, attempts)
    SELECT :report, 'ATGT-2021', '2021-01', 'LS-182-VHTT', now(), 0;
INSERT INTO draft_cell SELECT :draft, '/fields/banners', '9', 1, false, 1, now();
INSERT INTO draft (campaign_code, period_code, unit_code, version, revision, note, saved_by, saved_at)
    VALUES ('ATGT-2021', '2021-02', 'LS-182-VHTT', 1, 0, '', 1, now());
INSERT INTO evidence (campaign_code, period_code, unit_code, pointer, digest, file_name, account_id, added_at)
    SELECT 'ATGT-2021', '2021-01', 'LS-182-VHTT', '', min(digest), '', 1, now() FROM attachment;
UPDATE report SET unit_code = 'LS-182-VHTT', period_code = '2021-02';
UPDATE evidence SET unit_code = 'LS-182-VHTT';
UPDATE draft SET unit_code = 'LS-182-VHTT', period_code = '2021-02';
UPDATE obligation SET exempt_reason = 'Vì thế';
INSERT INTO obligation_change (obligation_id, seq, kind, reason, document_number, requested_by, account_id,
    changed_at, previous, digest)
    SELECT min(id), 9, 'exempted', 'Vì thế', '', '', 1, now(), '', '' FROM obligation;
INSERT INTO fact SELECT 99, 0, 'ATGT-2021', '2021-01', 0, 'LS-180-VHTT', '', '', true, true, '{}';
INSERT INTO status VALUES ('ATGT-2021', '2021-02', '{}', '', 1, now(), NULL)
"""


@pytest.mark.parametrize("statement", FORBIDDEN.split(";"), ids=lambda text: " ".join(text.split()[:3]))
def test_no_statement_writes_into_another_units_rows(work: DatabaseUnitsOfWork, ledger: Ledger, statement: str) -> None:
    with work.reading() as opened:
        [report] = ask(opened, "SELECT id FROM report WHERE unit_code = :unit", unit=THEIRS)
        [draft] = ask(opened, "SELECT id FROM draft WHERE unit_code = :unit", unit=THEIRS)
    given = {name: value for name, value in (("report", report), ("draft", draft)) if f":{name}" in statement}
    with fence.within(US), work.writing() as opened, pytest.raises(ProgrammingError, match="row-level security"):
        opened._connection.execute(text(statement), given)


@pytest.mark.parametrize("table", ["report", "draft", "draft_cell", "evidence"])
def test_no_change_reaches_rows_that_are_not_seen(work: DatabaseUnitsOfWork, ledger: Ledger, table: str) -> None:
    column = {"report": "version", "draft": "version", "draft_cell": "version", "evidence": "pointer"}[table]
    change = text(f"UPDATE {table} SET {column} = {column}")
    with fence.within(US), work.writing() as opened:
        assert opened._connection.execute(change).rowcount == 1
    with work.writing() as opened:
        assert opened._connection.execute(change).rowcount == 2


def test_what_waits_is_counted_by_everybody_and_taken_by_the_workers_only(
    work: DatabaseUnitsOfWork, ledger: Ledger
) -> None:
    with fence.within(US), work.writing() as opened:
        assert opened.outbox.waiting() == 2
        assert opened.outbox.claim(10) == ()
        opened.outbox.mark_applied(range(100), NOW)
        opened.commit()
    with work.writing() as opened:
        assert len(opened.outbox.claim(10)) == 2


# --- connections go from hand to hand -------------------------------------------------------------


def units_seen(work: DatabaseUnitsOfWork) -> set[object]:
    """Look through every door, each with a pool of one connection."""
    found = []
    for door in (work.reading, work.glancing, work.writing):
        with door() as opened:
            found.append({report.unit_code for report in opened.reports.list(unit_codes=None)})
    assert found[0] == found[1] == found[2]
    return set(found[0])


def fails(work: DatabaseUnitsOfWork) -> None:
    with suppress(ZeroDivisionError), work.writing() as opened:
        ask(opened, "SELECT count(*) FROM report")
        raise ZeroDivisionError


def fails_in_the_database(work: DatabaseUnitsOfWork) -> None:
    for door in (work.writing, work.reading, work.glancing):
        with pytest.raises(Exception, match="division by zero"), door() as opened:
            ask(opened, "SELECT 1 / 0")


def rolls_back(work: DatabaseUnitsOfWork) -> None:
    with work.writing() as opened:
        ask(opened, "SELECT count(*) FROM report")


def rolls_back_what_it_told_itself(work: DatabaseUnitsOfWork) -> None:
    with work.writing() as opened, opened.crossing(Crossing.SUMS):
        ask(opened, "SELECT count(*) FROM report")


def fails_while_it_crosses(work: DatabaseUnitsOfWork) -> None:
    for door in (work.writing, work.reading, work.glancing):
        with pytest.raises(ZeroDivisionError), door() as opened, opened.crossing(Crossing.SUMS):
            raise ZeroDivisionError
        with (
            pytest.raises(Exception, match="division by zero"),
            door() as opened,
            opened.crossing(Crossing.SUMS),
        ):
            ask(opened, "SELECT 1 / 0")


def loses_its_connection(work: DatabaseUnitsOfWork) -> None:
    for door in (work.writing, work.glancing):
        with pytest.raises(Exception, match="tạm thời không trả lời"), door() as opened:
            ask(opened, "SELECT pg_terminate_backend(pg_backend_pid())")


@pytest.mark.parametrize(
    "between",
    [
        fails,
        fails_in_the_database,
        rolls_back,
        rolls_back_what_it_told_itself,
        fails_while_it_crosses,
        loses_its_connection,
    ],
)
def test_a_connection_that_is_handed_on_carries_nothing_over(
    work: DatabaseUnitsOfWork, ledger: Ledger, between: Callable[[DatabaseUnitsOfWork], None]
) -> None:
    """Two threads of two units and one connection, in turn; whatever happened to it before."""
    turns: dict[str, queue.Queue[None]] = {OURS: queue.Queue(), THEIRS: queue.Queue()}
    found: list[tuple[str, set[object]]] = []

    def visit(unit: str, other: str) -> None:
        with fence.within(Reach(frozenset({unit}))):
            for _ in range(3):
                turns[unit].get(timeout=120)
                try:
                    found.append((unit, units_seen(work)))
                    between(work)
                    found.append((unit, units_seen(work)))
                finally:
                    turns[other].put(None)

    threads = [threading.Thread(target=visit, args=pair) for pair in ((OURS, THEIRS), (THEIRS, OURS))]
    for thread in threads:
        thread.start()
    turns[OURS].put(None)
    for thread in threads:
        thread.join(60)
    assert found == [(unit, {unit}) for unit in (OURS, OURS, THEIRS, THEIRS) * 3]
    assert units_seen(work) == {OURS, THEIRS}
    with fence.within(NOTHING):
        assert units_seen(work) == set()


def test_a_new_thread_does_not_inherit_what_another_may_see(
    work: DatabaseUnitsOfWork, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fence._Process, "units", "")
    found: list[set[object]] = []
    with fence.within(EVERYTHING):
        thread = threading.Thread(target=lambda: found.append(units_seen(work)))
        thread.start()
        thread.join(20)
    assert found == [set()]


def test_a_fork_tells_its_own_connections(work: DatabaseUnitsOfWork, ledger: Ledger) -> None:
    with fence.within(US):
        assert units_seen(work) == {OURS}
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            with os.fdopen(writing, "w") as out, fence.within(THEM):
                out.write(",".join(map(str, units_seen(work))))
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as told:
            assert told.read() == THEIRS
        os.waitpid(child, 0)
        assert units_seen(work) == {OURS}


def test_crossing_shows_other_units_rows_in_its_block_only(work: DatabaseUnitsOfWork, ledger: Ledger) -> None:
    for door in (work.reading, work.glancing, work.writing):
        with fence.within(US), door() as opened:
            before = len(opened.reports.list(unit_codes=None))
            with opened.crossing(Crossing.LIKENESS):
                across = len(opened.reports.list(unit_codes=None))
                with opened.crossing(Crossing.SUMS):
                    assert len(opened.reports.list(unit_codes=None)) == across
            assert (before, across, len(opened.reports.list(unit_codes=None))) == (1, 2, 1)


def test_a_connection_is_told_once_and_not_at_every_use(
    work: DatabaseUnitsOfWork, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[object] = []
    real = fence.Escaping
    monkeypatch.setattr(fence, "Escaping", lambda server: told.append(server) or real(server))
    with fence.within(US):
        for _ in range(3):
            units_seen(work)
    # Two pools, one connection each.
    assert len(told) == len(set(told)) == 2


@pytest.mark.parametrize("code", ["*", "+", "", "A,B"])
def test_what_would_open_the_fence_is_no_units_code(code: str) -> None:
    with pytest.raises(ValueError, match="no code of a unit"), fence.within(Reach(frozenset({code}))):
        pass


def test_the_fence_hides_no_index_and_looks_at_its_setting_once(work: DatabaseUnitsOfWork, ledger: Ledger) -> None:
    with fence.within(US), work.writing() as opened:
        ask(opened, "SELECT set_config('enable_seqscan', 'off', true)")
        plan = "\n".join(
            map(str, ask(opened, "EXPLAIN SELECT * FROM report WHERE unit_code = :unit ORDER BY id", unit=OURS))
        )
    assert "ix_report_unit_code" in plan
    assert "InitPlan" in plan
