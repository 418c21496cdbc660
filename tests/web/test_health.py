"""Readiness tells how long changes wait, on whatever clock the product runs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import update

from thidua.adapters.db.tables import outbox


def test_how_long_changes_wait_is_told_under_a_simulated_clock(site: Any) -> None:
    site.file()
    with site.here.host.work.writing() as work:
        since = work.health().database_now - timedelta(minutes=5)
        work._connection.execute(update(outbox).values(created_at=since, applied_at=None))
        work.commit()
    told = site.app.test_client().get("/readyz").json
    assert told["drain_is_late"]
    assert 300 <= told["drain_lag_s"] < 3600
