"""What stands in the audit trail, beside what the set-up of every installation writes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from thidua.adapters.db.tables import audit_entry
from thidua_testkit.installation import Installation

#: Units imported, a campaign and its periods opened.
_OF_THE_SET_UP = ("units_changed", "campaign_changed")


def trail(here: Installation, *names: str) -> list[tuple[Any, ...]]:
    """Return the entries, oldest first: the columns named, else act, key, outcome and door."""
    columns = [audit_entry.c[name] for name in names or ("act", "key", "outcome", "door")]
    with here.host.work.reading() as work:
        rows = work._connection.execute(
            select(*columns).where(audit_entry.c.act.not_in(_OF_THE_SET_UP)).order_by(audit_entry.c.id)
        ).all()  # type: ignore[attr-defined]
    return [tuple(row) for row in rows]


def acts(here: Installation) -> list[str]:
    """Return the acts alone."""
    return [act for (act,) in trail(here, "act")]
