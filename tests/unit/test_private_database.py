"""A database that is a file: readable by the service's user alone, wherever the operator has put it."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy import make_url

from thidua.adapters.anchor_file import AnchorFile
from thidua.adapters.db import sqlite
from thidua.adapters.db.options import DatabaseOptions
from thidua.adapters.db.sqlite import make_sqlite_engine
from thidua.adapters.stored_files import DiskFiles
from thidua.domain.trail import Anchor

HEAD = Anchor(1, 1, "0" * 64, datetime.fromisoformat("2021-03-16T12:00:00+07:00"), "key", "mac")


@pytest.fixture(params=[True, False], ids=["write-ahead", "rollback journal"])
def engine(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    # As systemd makes StateDirectory=, and mkdir makes folders: everybody of the machine may look in.
    tmp_path.chmod(0o755)
    monkeypatch.setattr(sqlite, "write_ahead_log_is_safe", lambda _: request.param)
    made = make_sqlite_engine(make_url(f"sqlite:///{tmp_path}/thidua.sqlite3"), DatabaseOptions())
    yield made
    made.dispose()


def modes(folder: Path) -> dict[str, str]:
    return {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in folder.iterdir()}


def test_a_new_database_and_its_journal_are_nobody_elses(engine: Engine, tmp_path: Path) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE names (name TEXT)")
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO names VALUES ('somebody')")
        found = modes(tmp_path)
    assert len(found) > 1, "the journal lies beside it"
    assert set(found.values()) == {"0o600"}, found


@pytest.mark.parametrize(("was", "becomes"), [(0o644, 0o640), (0o666, 0o660), (0o640, 0o640), (0o600, 0o600)])
def test_one_that_everybody_could_read_is_closed_to_them(
    engine: Engine, tmp_path: Path, was: int, becomes: int
) -> None:
    """What a group was given, for backups, the operator has given on purpose."""
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE names (name TEXT)")
    engine.dispose()
    file = tmp_path / "thidua.sqlite3"
    file.chmod(was)
    with engine.connect():
        assert stat.S_IMODE(file.stat().st_mode) == becomes


def test_whatever_makes_the_data_folder_first_makes_it_for_the_service_alone(tmp_path: Path) -> None:
    """A worker that anchors, pages that take a file, a start that writes down what it found of plugins."""
    DiskFiles(tmp_path / "by files" / "files").put(b"a photo")
    AnchorFile(tmp_path / "by anchors" / "anchors").put(HEAD)
    AnchorFile(tmp_path / "by the newest" / "anchors").keep_newest(HEAD)
    made = [path for path in tmp_path.rglob("*") if path.is_dir()]
    assert len(made) > 4
    assert {oct(stat.S_IMODE(path.stat().st_mode)) for path in made} == {"0o700"}
    assert {oct(stat.S_IMODE(path.stat().st_mode)) for path in tmp_path.rglob("*") if path.is_file()} == {"0o600"}
