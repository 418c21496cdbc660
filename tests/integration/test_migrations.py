"""Migrations lead to the tables of this release, and what was filed before comes along whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC
from datetime import datetime
from itertools import count
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from psycopg import sql
from sqlalchemy import Connection
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.support.changed_years import uninstalled
from thidua.adapters.db import schema
from thidua.adapters.db.engine import make_engine
from thidua.adapters.db.options import DatabaseOptions
from thidua.adapters.db.schema import head_version
from thidua.adapters.db.schema import upgrade
from thidua.adapters.db.tables import metadata
from thidua.adapters.db.unit_of_work import DatabaseUnitsOfWork
from thidua.application.background.sample import file_sample
from thidua.application.review.reading import read_report
from thidua.application.years.pinning import keep_pins
from thidua.domain.ledger import Place
from thidua.domain.ledger import content_digest
from thidua.domain.ledger import first_break
from thidua.domain.ledger import folded
from thidua.domain.obligations import first_broken_change
from thidua.domain.obligations import replayed
from thidua.domain.reports import ReportState
from thidua_testkit.installation import an_installation

OPTIONS = DatabaseOptions(application_name="thidua-test", is_test=True)
FILED = datetime(2021, 9, 16, 3, 4, 5, 678901, tzinfo=UTC)
_numbers = count(1)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of an empty database of either engine in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server = request.getfixturevalue("postgres_server")
    name = f"thidua_empty_{next(_numbers)}"
    server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield server.url_of(name)
    server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    engine = make_engine(url, OPTIONS)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def test_the_newest_migration_makes_the_tables_of_this_release(empty_url: str) -> None:
    upgrade(empty_url)
    with connected(empty_url) as connection:
        migrated = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(migrated, metadata) == []


def test_a_second_upgrade_changes_nothing(empty_url: str) -> None:
    assert upgrade(empty_url) == upgrade(empty_url)


_FIRST_RELEASE = """
INSERT INTO unit (code, list_order, area_code, aliases) VALUES ('U', 1, '', '[]');
INSERT INTO account (name, full_name, position, password_hash, created_at) VALUES ('a', 'A', '', '', :moment);
INSERT INTO campaign (code, opened_at, version) VALUES ('C', :moment, 1);
INSERT INTO period (campaign_code, code, ordinal, state, opened_at) VALUES ('C', 'P', 0, 'open', :moment);
INSERT INTO obligation (campaign_code, period_code, unit_code, unit_type, unit_name, unit_order, attributes,
form_code, due_at, exempt_reason) VALUES ('C', 'P', 'U', 't', 'Đơn vị', 1, '{}', 'A', :moment, '');
INSERT INTO report (campaign_code, period_code, unit_code, unit_type, form_code, state, revision,
accepted_revision, first_received_at, received_at) VALUES ('C', 'P', 'U', 't', 'A', 'accepted', 1, 1, :moment,
:moment);
INSERT INTO report_revision (report_id, number, form_version, schema_digest, payload, channel, is_estimate,
filed_by, received_at, confirmed) VALUES (1, 0, 1, '', :first, 'web', false, 1, :moment, '[]'), (1, 1, 1, '',
:second, 'api', false, 1, :moment, '[]');
INSERT INTO report_event (report_id, revision, kind, happened_at, account_id, note) VALUES (1, 0, 'filed',
:moment, 1, ''), (1, 1, 'refiled', :moment, 1, 'Đếm lại'), (1, 1, 'accepted', :moment, 1, 'Đã xem');
INSERT INTO outbox (report_id, campaign_code, period_code, unit_code, created_at, attempts) VALUES (1, 'C',
'P', 'U', :moment, 0)
"""


def fill_the_first_release(connection: Connection) -> None:
    """Write one report with two filings and an acceptance, as release 0001 did."""
    moment = "2021-09-16 03:04:05.678901" + ("" if connection.dialect.name == "sqlite" else "+00")
    payloads = [{"fields": {"radio_items": 12, "remarks": "Đã phát"}}, {"fields": {"radio_items": 13, "x": None}}]
    for statement in _FIRST_RELEASE.strip().split(";\n"):
        values = {"moment": moment, "first": json.dumps(payloads[0]), "second": json.dumps(payloads[1])}
        connection.execute(text(statement), {name: values[name] for name in values if f":{name}" in statement})


def test_what_was_filed_before_the_chain_is_chained_and_stands_as_it_stood(empty_url: str) -> None:
    upgrade(empty_url, to="0001")
    with connected(empty_url) as connection:
        fill_the_first_release(connection)
    upgrade(empty_url)
    work = DatabaseUnitsOfWork(empty_url, OPTIONS)
    with work.reading() as opened:
        [report] = opened.reports.get_many([1])
        entries = opened.reports.entries([1])[1]
        revisions = opened.reports.revisions(1)
        waiting = opened.outbox.waiting()
    work.close()
    assert first_break(Place("C", "P", "U"), entries, version=report.version, head=report.head) is None
    assert (report.version, report.state, report.accepted_revision) == (3, ReportState.ACCEPTED, 1)
    assert report.standing == folded(entries)
    assert report.standing.counted_at == FILED
    contents = [content_digest(revision.payload) for revision in revisions]
    assert [entry.content for entry in entries] == [*contents, ""]
    # The report, and what its unit owes.
    assert waiting == 2


def test_changes_of_obligations_made_before_their_chain_are_chained(empty_url: str) -> None:
    upgrade(empty_url, to="0001")
    with connected(empty_url) as connection:
        fill_the_first_release(connection)
    upgrade(empty_url, to="0002")
    with connected(empty_url) as connection:
        zone = "" if connection.dialect.name == "sqlite" else "+00"
        for seq, kind, ends_at in ((0, "extended", "2021-09-20 10:00:00.000000"), (1, "exempted", None)):
            connection.execute(
                text(
                    "INSERT INTO obligation_change (obligation_id, seq, kind, reason, document_number, requested_by,"
                    " ends_at, account_id, changed_at) VALUES (1, :seq, :kind, 'Lũ', '1/CV', '', :ends_at, 1, :at)"
                ),
                {
                    "seq": seq,
                    "kind": kind,
                    "ends_at": ends_at and ends_at + zone,
                    "at": "2021-09-17 01:02:03.000004" + zone,
                },
            )
        given = {"until": "2021-09-20 10:00:00.000000" + zone}
        connection.execute(text("UPDATE obligation SET exempt_reason = 'Lũ', extended_to = :until"), given)
    upgrade(empty_url)
    work = DatabaseUnitsOfWork(empty_url, OPTIONS)
    with work.reading() as opened:
        [held] = opened.obligations.of_units("C", ["U"])
        changes = opened.obligations.changes([1])[1]
    work.close()
    assert (held.count, held.obligation.is_closing) == (2, False)
    assert first_broken_change(held.obligation, changes, count=held.count, head=held.head) is None
    assert replayed(held.obligation, changes) == held.obligation


@pytest.mark.parametrize("table", ["report_revision", "report_event", "obligation_change", "audit_entry"])
def test_what_was_written_into_the_ledger_cannot_be_changed(empty_url: str, table: str) -> None:
    upgrade(empty_url, to="0001")
    with connected(empty_url) as connection:
        fill_the_first_release(connection)
    upgrade(empty_url)
    with connected(empty_url) as connection:
        moment = "2021-09-16 03:04:05.678901" + ("" if connection.dialect.name == "sqlite" else "+00")
        connection.execute(
            text(
                "INSERT INTO obligation_change (obligation_id, seq, kind, reason, document_number, requested_by,"
                " account_id, changed_at, previous, digest) VALUES (1, 0, 'exempted', 'x', '', '', 1, :moment, '', '')"
            ),
            {"moment": moment},
        )
        connection.execute(
            text(
                "INSERT INTO audit_entry (happened_at, act, thing, key, outcome, door, request_id, network, detail)"
                " VALUES (:moment, 'sign_in', 'account', 'a', 'done', 'web', '', '', '{}')"
            ),
            {"moment": moment},
        )
    for change in (f"UPDATE {table} SET id = id + 100", f"DELETE FROM {table}"):
        with pytest.raises(DBAPIError, match="append-only"), connected(empty_url) as connection:
            connection.execute(text(change))


def test_the_release_names_its_newest_migration() -> None:
    folder = Path(schema.__file__).parent / "migrations" / "versions"
    newest = max(path.name for path in folder.glob("[0-9]*.py"))
    assert newest.startswith(f"{head_version()}_")


def test_a_year_opened_and_filed_in_before_pins_were_kept_is_pinned_and_read_from_its_pin(empty_url: str) -> None:
    """The database of the release before: all is there but the pins."""
    upgrade(empty_url)
    here = an_installation(empty_url, at=FILED, campaign="ATGT-2021", periods=("2021-9M",))
    with here.host.work.reading() as work:
        row = work.campaigns.roster("ATGT-2021", "2021-9M")[0]
    filer = here.reporter(row.obligation.unit_code)
    report = file_sample(here.host, row, account_id=filer.account_id, at=FILED).report_id
    with connected(empty_url) as connection:
        for table in ("campaign_pin", "pinned_text"):
            connection.execute(text(f"DROP TABLE {table}"))
            if connection.dialect.name != "sqlite":
                connection.execute(text(f"DROP FUNCTION {table}_refuse_change"))
        connection.execute(text("ALTER TABLE draft DROP COLUMN is_from_workbook"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0015'"))
    upgrade(empty_url)
    live = read_report(here.host, filer, report)
    assert keep_pins(here.host) == 1
    here.host = replace(here.host, catalogue=uninstalled("ATGT-2021"))
    pinned = read_report(here.host, filer, report)
    assert pinned.pinned
    assert pinned.form.fields == live.form.fields
    assert pinned.revisions == live.revisions
    here.host.work.close()  # type: ignore[attr-defined]  # the adapter's


_ROWS_OF_0016 = """
INSERT INTO draft (campaign_code, period_code, unit_code, version, revision, note, saved_by, saved_at) VALUES ('C',
'P', 'U', 3, 2, '', 1, :moment);
INSERT INTO draft_cell (draft_id, pointer, typed, version, is_carried, saved_by, saved_at) VALUES (1,
'/fields/radio_items', '7', 3, false, 1, :moment)
"""


def shape(connection: Connection) -> dict[str, object]:
    """Everything that hangs on the ledger's table and on drafts, but for the one word that widens."""
    if connection.dialect.name == "sqlite":
        found = connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master"
            " WHERE tbl_name IN ('report_revision', 'report_event') AND sql IS NOT NULL"
        ).all()
        # A rebuild may write the constraints in another order.
        return {name: sorted(line.strip().rstrip(",") for line in sql.splitlines()) for name, sql in found}
    questions = {
        "constraints": "SELECT conrelid::regclass::text, conname, convalidated, pg_get_constraintdef(oid) "
        "FROM pg_constraint WHERE conrelid = 'report_revision'::regclass OR confrelid = 'report_revision'::regclass",
        "indexes": "SELECT indexdef FROM pg_indexes WHERE tablename IN ('report_revision', 'draft')",
        "triggers": "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
        "policies": "SELECT tablename, policyname, cmd, qual, with_check FROM pg_policies",
        "fenced": "SELECT relname FROM pg_class WHERE relrowsecurity",
        "granted": "SELECT relname, relacl::text FROM pg_class WHERE relkind = 'r' AND relname NOT LIKE 'pg_%'",
    }
    return {name: sorted(map(tuple, connection.execute(text(asked)).all())) for name, asked in questions.items()}


def counted(connection: Connection) -> dict[str, int]:
    return {
        name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()
        for name in metadata.tables
        if name in {"report", "report_revision", "report_event", "draft", "draft_cell", "obligation", "outbox"}
    }


def widened(told: object) -> object:
    """Write the shape as it should be afterwards: the word stands in it, and nothing else differs."""
    if isinstance(told, str):
        for before, after in (
            ("'web', 'api'", "'web', 'workbook', 'api'"),
            ("'web'::text, ", "'web'::text, 'workbook'::text, "),
        ):
            if before in told:
                return told.replace(before, after)
        return told
    if isinstance(told, dict):
        return {name: widened(each) for name, each in told.items()}
    return type(told)(map(widened, told)) if isinstance(told, list | tuple) else told


def test_the_channel_of_a_workbook_comes_without_anything_else_changing(empty_url: str) -> None:
    upgrade(empty_url, to="0001")
    with connected(empty_url) as connection:
        fill_the_first_release(connection)
    upgrade(empty_url, to="0016")
    with connected(empty_url) as connection:
        moment = "2021-09-16 03:04:05.678901" + ("" if connection.dialect.name == "sqlite" else "+00")
        for statement in _ROWS_OF_0016.strip().split(";\n"):
            connection.execute(text(statement), {"moment": moment})
        revisions = connection.execute(text("SELECT * FROM report_revision ORDER BY id")).all()
        was, rows = shape(connection), counted(connection)
    assert "workbook" not in str(was)
    upgrade(empty_url)
    with connected(empty_url) as connection:
        assert shape(connection) == widened(was)
        assert counted(connection) == rows
        assert connection.execute(text("SELECT * FROM report_revision ORDER BY id")).all() == revisions
        assert connection.execute(text("SELECT is_from_workbook FROM draft")).scalars().all() == [False]
        # What the previous release writes, which knows nothing of the column, is still taken.
        connection.execute(text("DELETE FROM draft"))
        for statement in _ROWS_OF_0016.strip().split(";\n")[:1]:
            connection.execute(text(statement), {"moment": moment})
    filing = (
        "INSERT INTO report_revision (report_id, number, form_version, schema_digest, payload, channel, is_estimate,"
        " filed_by, received_at, confirmed) VALUES (1, 2, 1, '', '{}', :channel, false, 1, :moment, '[]')"
    )
    with pytest.raises(DBAPIError, match="channel_known"), connected(empty_url) as connection:
        connection.execute(text(filing), {"channel": "fax", "moment": moment})
    with connected(empty_url) as connection:
        connection.execute(text(filing), {"channel": "workbook", "moment": moment})


# SQLite does all of it or nothing.
@pytest.mark.parametrize("empty_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_an_upgrade_that_was_broken_off_while_the_channel_was_checked_is_done_again(empty_url: str) -> None:
    upgrade(empty_url)
    with connected(empty_url) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0016'"))
    upgrade(empty_url)
    with connected(empty_url) as connection:
        assert connection.execute(text("SELECT bool_and(convalidated) FROM pg_constraint")).scalar_one()
