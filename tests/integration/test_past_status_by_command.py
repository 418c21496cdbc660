"""``thidua status show --at``: the status as of a past moment, at any size."""

from __future__ import annotations

import json
from datetime import UTC
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from click.testing import Result

from thidua.cli import thidua


@pytest.fixture(autouse=True)
def _seeded(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THIDUA_DATABASE_URL", database_url)
    monkeypatch.setenv("THIDUA_DATA", str(tmp_path / "data"))
    found = CliRunner().invoke(thidua, ["seed", "--campaign", "ATGT-2021", "--units", "3", "--periods", "1"])
    assert found.exit_code == 0, found.output


def show(*arguments: str) -> Result:
    return CliRunner().invoke(thidua, ["status", "show", "ATGT-2021", *arguments])


def test_as_of_now_it_is_what_is_stored() -> None:
    now = json.loads(show("--json").output)
    past = json.loads(show("--json", "--at", datetime.now(UTC).isoformat()).output)
    assert past["digest"] == now["digest"]
    assert past["filing"] == now["filing"]
    assert past["inputs"]["waiting"] is None
    said = show("--at", datetime.now(UTC).isoformat())
    assert said.exit_code == 0
    assert "tính lại từ sổ báo cáo" in said.output.splitlines()[-1]


def test_what_cannot_be_asked_is_wrong_usage_and_what_was_not_there_is_told() -> None:
    for wrong in ("hôm qua", "5/10/2021", "", "0001-01-01T00:00:00+07:00"):
        assert show("--at", wrong).exit_code == 2
    early = show("--at", "5/10/2019 17:00")
    assert early.exit_code == 1
    assert "Lúc 17:00 ngày 5/10/2019 đợt thi đua này chưa mở" in str(early.exception)
