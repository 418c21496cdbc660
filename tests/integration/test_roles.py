"""Three roles share a PostgreSQL database: its owner, the program, and readers. On SQLite a file has one master."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from thidua.adapters.db.roles import TABLES
from thidua.adapters.db.roles import Roles
from thidua.adapters.db.roles import apply_roles
from thidua.adapters.db.tables import metadata
from thidua.domain.errors import InvalidConfigurationError
from thidua_testkit.postgres import APP_ROLE
from thidua_testkit.postgres import READ_ROLE
from thidua_testkit.postgres import PostgresServer
from thidua_testkit.postgres import let_roles_work

_PRIVILEGES = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
#: What was filed or noted: added to, never changed.
_LEDGER = ("report_revision", "report_event", "obligation_change")
_COMMANDS = {"SELECT": "r", "INSERT": "a", "UPDATE": "w", "DELETE": "d"}
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def test_every_table_says_what_the_program_may_do_to_it() -> None:
    assert set(metadata.tables) - set(TABLES) == set()


def test_what_is_filed_or_noted_is_only_added_to() -> None:
    assert {TABLES[table].program for table in (*_LEDGER, "audit_entry", "audit_seal")} == {"SELECT, INSERT"}


@pytest.mark.postgres
def test_the_program_may_do_what_is_written_and_nothing_else(owner_url: str) -> None:
    with psycopg.connect(owner_url) as owner:
        rows = owner.execute(
            "SELECT relname, array_agg(privilege ORDER BY place) FILTER (WHERE has_table_privilege(%s, oid, privilege))"
            " FROM pg_class, unnest(%s::text[]) WITH ORDINALITY AS known (privilege, place)"
            " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' GROUP BY relname",
            [APP_ROLE, list(_PRIVILEGES)],
        ).fetchall()
    assert {table: ", ".join(granted) for table, granted in rows} == {table: TABLES[table].program for table, _ in rows}
    assert {table for table, _ in rows} == {*metadata.tables, "alembic_version"}


@pytest.mark.postgres
def test_every_table_is_kept_row_by_row_or_says_why_not(owner_url: str) -> None:
    with psycopg.connect(owner_url) as owner:
        fenced = dict(
            owner.execute(
                "SELECT relname, relrowsecurity FROM pg_class"
                " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
            ).fetchall()
        )
        policies = owner.execute("SELECT polrelid::regclass::text, polcmd::text FROM pg_policy").fetchall()
    assert {table for table, is_kept in fenced.items() if not is_kept} == {
        table for table in fenced if TABLES[table].open_because
    }
    # A command that is granted and has no policy does nothing, in silence.
    for table in (table for table, is_kept in fenced.items() if is_kept):
        wanted = {_COMMANDS[command] for command in TABLES[table].program.split(", ")}
        assert {command for owner_of, command in policies if owner_of == table} == wanted, table


@pytest.mark.postgres
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id int)",
        "CREATE TEMPORARY TABLE mine (id int)",
        "ALTER TABLE report ADD COLUMN mine int",
        "DROP TABLE draft_cell",
        "DROP TRIGGER report_event_refuse_change ON report_event",
        "ALTER TABLE report DISABLE ROW LEVEL SECURITY",
        "TRUNCATE draft CASCADE",
        "CREATE POLICY mine ON report USING (true)",
        *(
            f"{change} {table} {rest}"
            for table in _LEDGER
            for change, rest in (("UPDATE", "SET id = id"), ("DELETE FROM", ""))
        ),
    ],
)
def test_the_program_changes_no_table_and_nothing_that_was_filed(
    postgres_url: str, owner_url: str, statement: str
) -> None:
    # What is granted on the database itself is not copied with a template.
    let_roles_work(owner_url)
    with psycopg.connect(postgres_url) as program, pytest.raises(psycopg.errors.InsufficientPrivilege):
        program.execute(statement)


@pytest.mark.postgres
def test_readers_read_all_units_change_nothing_and_see_no_secret(owner_url: str) -> None:
    let_roles_work(owner_url)
    with psycopg.connect(owner_url) as owner:
        owner.execute("INSERT INTO unit VALUES ('A', 0, '', '[]')")
        owner.execute("INSERT INTO campaign VALUES ('C', now(), NULL, NULL, 1)")
        owner.execute("INSERT INTO period VALUES ('C', 'P', 0, 'open', now(), NULL)")
        owner.execute(
            "INSERT INTO obligation (campaign_code, period_code, unit_code, unit_type, unit_name, unit_order,"
            " attributes, form_code, due_at, exempt_reason) VALUES ('C', 'P', 'A', '', '', 0, '{}', '', now(), '')"
        )
    url = make_url(owner_url).set(username=READ_ROLE).render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as reader:
        assert reader.execute("SELECT unit_code FROM obligation").fetchall() == [("A",)]
        reader.execute("SELECT id, name, full_name FROM account")
        for secret in ("SELECT password_hash FROM account", "SELECT * FROM session", "SELECT * FROM api_token"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                reader.execute(secret)
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            reader.execute("UPDATE obligation SET unit_name = ''")
        reader.execute("SET default_transaction_read_only = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute("UPDATE obligation SET unit_name = ''")


# --- the operator's commands ----------------------------------------------------------------------


@pytest.fixture
def run(tmp_path: Path) -> Run:
    own = {name: value for name, value in os.environ.items() if not name.startswith("THIDUA_") and name != "PORT"}

    def command(*words: str, **given: str) -> subprocess.CompletedProcess[str]:
        environ = own | {"THIDUA_DATA": str(tmp_path), "THIDUA_BROKER_URL": "redis://127.0.0.1:1/0"} | given
        return subprocess.run(
            [sys.executable, "-m", "thidua.cli", *words],
            env=environ,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return command


@pytest.mark.postgres
def test_the_command_makes_the_roles_as_often_as_it_is_run_and_tells_no_password(
    run: Run, owner_url: str, tmp_path: Path
) -> None:
    program, readers = f"made_{os.getpid()}_app", f"made_{os.getpid()}_read"
    for name in ("app", "read"):
        (tmp_path / name).write_text(f"mật khẩu {name}\n", encoding="utf-8")
    given = {
        "THIDUA_OWNER_DATABASE_URL": owner_url,
        "THIDUA_DATABASE_APP_ROLE": program,
        "THIDUA_DATABASE_READ_ROLE": readers,
    }
    files = ("--app-password-file", str(tmp_path / "app"), "--read-password-file", str(tmp_path / "read"))
    with psycopg.connect(owner_url, autocommit=True) as owner:
        try:
            # Migrating lets them work; the passwords come with the command, or from the administrator.
            said = [run("db", "upgrade", **given), run("db", "roles", *files, **given), run("db", "roles", **given)]
            assert [each.returncode for each in said] == [0, 0, 0], said
            assert "mật khẩu" not in "".join(each.stdout + each.stderr for each in said)
            stored = owner.execute(
                "SELECT rolname, rolpassword LIKE 'SCRAM-SHA-256%%', rolsuper, rolcreaterole, rolbypassrls"
                " FROM pg_authid WHERE rolname = ANY (%s) ORDER BY rolname",
                [[program, readers]],
            ).fetchall()
            assert stored == [(name, True, False, False, False) for name in (program, readers)]
            granted = owner.execute(
                "SELECT has_table_privilege(%s, 'report', 'UPDATE'), has_table_privilege(%s, 'report', 'UPDATE')",
                [program, readers],
            ).fetchall()
            assert granted == [(True, False)]
            url = make_url(owner_url).set(username=program).render_as_string(hide_password=False)
            counted = run("units", "import", THIDUA_DATABASE_URL=url)
            assert counted.returncode == 0, counted.stderr
        finally:
            for name in (program, readers):
                owner.execute(sql.SQL("DROP OWNED BY {0}").format(sql.Identifier(name)))
                owner.execute(sql.SQL("DROP ROLE {0}").format(sql.Identifier(name)))


@pytest.mark.postgres
def test_what_was_granted_by_hand_is_taken_back(owner_url: str) -> None:
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute(sql.SQL("GRANT ALL ON report_event TO {}").format(sql.Identifier(APP_ROLE)))
        owner.execute(sql.SQL("GRANT SELECT (password_hash) ON account TO {}").format(sql.Identifier(READ_ROLE)))
        let_roles_work(owner_url)
        found = owner.execute(
            "SELECT has_table_privilege(%s, 'report_event', 'UPDATE'),"
            " has_column_privilege(%s, 'account', 'password_hash', 'SELECT')",
            [APP_ROLE, READ_ROLE],
        ).fetchall()
    assert found == [(False, False)]


@pytest.mark.postgres
def test_an_owner_is_no_program(owner_url: str) -> None:
    with pytest.raises(InvalidConfigurationError, match="vượt rào"):
        apply_roles(owner_url, Roles(make_url(owner_url).username or ""))


@pytest.mark.postgres
def test_an_owner_who_makes_no_roles_says_whom_to_ask(postgres_server: PostgresServer, owner_url: str) -> None:
    url = make_url(owner_url).set(username=APP_ROLE, password="for-tests-alone").render_as_string(hide_password=False)
    with pytest.raises(InvalidConfigurationError, match="CREATE ROLE nobody_yet LOGIN"):
        apply_roles(url, Roles("nobody_yet"))


def test_sqlite_has_no_roles(sqlite_url: str, run: Run) -> None:
    refused = run("db", "roles", THIDUA_DATABASE_URL=sqlite_url, THIDUA_DATABASE_APP_ROLE="app")
    assert (refused.returncode, "Chỉ PostgreSQL" in refused.stderr) == (1, True)


@pytest.mark.parametrize("table", _LEDGER)
def test_sqlite_keeps_what_was_filed_by_triggers(sqlite_url: str, table: str) -> None:
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as file:
        found = file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", [table])
        assert {name for (name,) in found} >= {f"{table}_refuse_update", f"{table}_refuse_delete"}


@pytest.mark.postgres
@pytest.mark.parametrize("command", ["web", "worker"])
def test_nothing_serves_as_the_owner_where_the_roles_are_apart(run: Run, owner_url: str, command: str) -> None:
    own = {"THIDUA_PROFILE": "test", "THIDUA_DATABASE_URL": owner_url}
    for apart in ({"THIDUA_OWNER_DATABASE_URL": owner_url}, {"THIDUA_DATABASE_APP_ROLE": APP_ROLE}):
        refused = run(command, **own, **apart)
        assert refused.returncode == 1, refused.stderr
        assert "vai trò chủ cơ sở dữ liệu" in refused.stderr
