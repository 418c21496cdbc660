"""The trail from the command line: seal, head, verify, seen, shorten, erase."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from click.testing import Result
from sqlalchemy import text
from tampered_trail import attacker
from tampered_trail import edit_row
from watched import PERSON
from watched import a_watched_installation
from watched import entries
from watched import file_with

from thidua.application.review.reading import read_report
from thidua.cli import thidua
from thidua.domain.accounts import Door
from thidua.domain.audit import Act
from thidua.domain.errors import ConflictError
from thidua_testkit.installation import Installation

Run = Callable[..., Result]


@pytest.fixture
def here(database_url: str) -> Installation:
    return a_watched_installation(database_url)


@pytest.fixture
def run(here: Installation, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("THIDUA_DATABASE_URL", database_url)
    monkeypatch.setenv("THIDUA_DATA", str(tmp_path))
    monkeypatch.setenv("THIDUA_AUDIT_KEY", "a" * 40)
    monkeypatch.setenv("THIDUA_CLOCK", "2021-03-16T13:00:00+07:00")

    def run(*arguments: str, **options: object) -> Result:
        return CliRunner().invoke(thidua, list(arguments), **options)  # type: ignore[arg-type]

    return run


def test_what_is_sealed_is_found_whole_and_what_is_changed_is_named(run: Run, database_url: str) -> None:
    assert run("audit", "seal").output.startswith("Đã niêm phong ")
    head = json.loads(run("audit", "head", "--json").output)
    assert head["seq"] == head["count"] > 0
    assert head["digest"] in run("audit", "head").output
    done = run("audit", "verify")
    assert (done.exit_code, done.output.startswith("Nhật ký nguyên vẹn")) == (0, True)
    assert run("audit", "verify", "--from-seq", "2").exit_code == 0
    with attacker(database_url) as connection:
        edit_row(connection, 1)
    done = run("audit", "verify", "--json")
    assert done.exit_code == 1
    finding = json.loads(done.output)["finding"]
    assert (finding["kind"], finding["seq"], finding["source"]) == ("edited", 1, "audit_entry")
    assert "KHÔNG nguyên vẹn tại vị trí 1" in run("audit", "verify").output
    # What stands before is believed where it is asked to be.
    assert run("audit", "verify", "--from-seq", "2").exit_code == 0


def test_who_saw_a_person_is_told_and_the_question_stands_in_the_trail(run: Run, here: Installation) -> None:
    report = file_with(here, PERSON)
    read_report(here.host, here.office(), report)
    done = run("audit", "seen", "--person", "giấu tên", "--from", "2021-03-16", "--to", "16/03/2021", "--json")
    [sighting] = json.loads(done.output)
    assert (sighting["account"], sighting["report"], sighting["revisions"]) == ("office", report, [0])
    assert (
        "1 lần xem"
        in run("audit", "seen", "--report", str(report), "--from", "2021-03-16", "--to", "2021-03-16").output
    )
    assert {row.entry.origin.door for row in entries(here, Act.READ_PEOPLE) if row.entry.key == "seen"} == {
        Door.COMMAND
    }


def test_nothing_young_is_archived_by_command(run: Run, tmp_path: Path) -> None:
    run("audit", "seal")
    done = run("audit", "shorten", "--before", "2021-01-01", "--archive", str(tmp_path / "a.gz"), "--yes")
    assert isinstance(done.exception, ConflictError)
    assert not (tmp_path / "a.gz").exists()


def test_an_account_is_erased_by_command(run: Run, here: Installation, database_url: str) -> None:
    office = here.office()
    assert run("account", "erase", "office", input="n\n").exit_code == 1
    assert run("account", "erase", "office", "--yes").exit_code == 0
    with attacker(database_url) as connection:
        found = connection.execute(text(f"SELECT full_name FROM account WHERE id = {office.account_id}")).scalar_one()
    assert found == "(đã xóa theo yêu cầu)"
    [entry] = entries(here, Act.PERSON_ERASED)
    assert (entry.entry.key, entry.entry.account_id) == (str(office.account_id), None)
