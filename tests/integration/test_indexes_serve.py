"""Look-ups of many at once go by an index, and not through the whole table."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine
from sqlalchemy import text

from thidua.adapters.db import reading


@pytest.mark.parametrize("name", ["_PAYLOADS", "_ENTRIES", "_MANY"])
def test_sqlite_finds_many_rows_by_their_keys(sqlite_url: str, name: str) -> None:
    engine = create_engine(sqlite_url)
    with engine.connect() as connection:
        statement = str(getattr(reading, name).compile(connection))
        plan = connection.execute(text(f"EXPLAIN QUERY PLAN {statement.replace('?', ':given')}"), {"given": "[]"}).all()
    engine.dispose()
    steps = [str(step[-1]) for step in plan]
    assert [step for step in steps if step.startswith("SEARCH report")], steps
    assert not [step for step in steps if step.startswith("SCAN report")], steps
