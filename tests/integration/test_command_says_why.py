"""A command that meets a database which does not answer says what the database's driver said."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from thidua import cli


def test_the_operator_reads_why_the_database_does_not_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("THIDUA_PROFILE", "test")
    monkeypatch.setenv("THIDUA_DATABASE_URL", f"postgresql:///thidua?host={tmp_path}")
    monkeypatch.setenv("THIDUA_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(sys, "argv", ["thidua", "status", "verify"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    sentence, cause = capsys.readouterr().err.splitlines()
    assert sentence.startswith("thidua: Cơ sở dữ liệu tạm thời không trả lời.")
    assert f"{tmp_path}/.s.PGSQL.5432" in cause


@pytest.mark.parametrize(
    "command",
    [
        ("units", "list"),
        ("units", "import"),
        ("campaign", "open", "ATGT-2021"),
        ("period", "open", "ATGT-2021", "2021-Q1"),
        ("plugins", "troubles"),
        ("campaign", "adopt", "ATGT-2021"),
        ("jobs", "list"),
        ("status", "rebuild"),
        ("account", "token", "lan"),
        ("audit", "verify"),
    ],
    ids=" ".join,
)
def test_an_empty_database_is_told_with_the_command_that_mends_it(
    command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("THIDUA_PROFILE", "test")
    monkeypatch.setenv("THIDUA_DATA", str(tmp_path))
    monkeypatch.setenv("THIDUA_DATABASE_URL", f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    monkeypatch.setattr(sys, "argv", ["thidua", *command])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    [sentence] = capsys.readouterr().err.splitlines()
    assert sentence == "thidua: Cơ sở dữ liệu còn trống. Hãy chạy lệnh `thidua db upgrade`."
