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
