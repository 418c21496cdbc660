"""What serves refuses a database on which a report that was acknowledged may be lost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from psycopg import sql

from thidua_testkit.postgres import PostgresServer


@pytest.mark.postgres
@pytest.mark.parametrize("command", ["web", "worker", "beat", "serve", "demo"])
def test_a_server_that_does_not_write_durably_is_refused_by_name(
    postgres_server: PostgresServer, postgres_url: str, tmp_path: Path, command: str
) -> None:
    name = postgres_url.rpartition("/")[2].partition("?")[0]
    alter = sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(sql.Identifier(name))
    postgres_server.execute(alter)
    own = {name: value for name, value in os.environ.items() if not name.startswith("THIDUA_") and name != "PORT"}
    given = {
        "THIDUA_DATA": str(tmp_path),
        "THIDUA_DATABASE_URL": postgres_url,
        "THIDUA_BROKER_URL": "redis://127.0.0.1:1/0",
    }
    refused = subprocess.run(
        [sys.executable, "-m", "thidua.cli", command],
        env=own | given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert refused.returncode == 1
    assert "PostgreSQL đang tắt" in refused.stderr
