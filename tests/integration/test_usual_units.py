"""Which units an installation of the test kit has: what the environment names, and all where it names none."""

from __future__ import annotations

import tomllib
from datetime import datetime

import pytest
from sqlalchemy import text

from thidua_testkit.installation import CONFIG_DIR
from thidua_testkit.installation import an_installation
from thidua_testkit.postgres import owners_connection

AT = datetime.fromisoformat("2021-03-16T12:00:00+07:00")
FILES = {file.name: tomllib.loads(file.read_text(encoding="utf-8")) for file in (CONFIG_DIR / "units").glob("*.toml")}


@pytest.mark.parametrize("named", ["lang-son.toml", "lang-son.toml lang-son-so-2025.toml", ""])
def test_the_environment_names_the_files(sqlite_url: str, monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    monkeypatch.setenv("THIDUA_TEST_UNIT_FILES", named)
    an_installation(sqlite_url, at=AT)
    with owners_connection(sqlite_url) as connection:
        found = set(connection.execute(text("SELECT code FROM unit")).scalars())
    assert found == {unit["code"] for name in named.split() or FILES for unit in FILES[name]["units"]}
