"""Rules that failed, and the forms that are held back for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy import Row
from sqlalchemy import and_
from sqlalchemy import delete
from sqlalchemy import func
from sqlalchemy import select
from sqlalchemy import update

from thidua.adapters.db.tables import form_hold
from thidua.adapters.db.tables import rule_trouble
from thidua.adapters.db.upsert import insert_unless_there
from thidua.adapters.db.upsert import upsert
from thidua.domain.plugins import FormHold
from thidua.domain.plugins import RuleFault
from thidua.domain.plugins import RuleTrouble
from thidua.domain.plugins import TroubleKind

__all__ = ["DatabaseTroubles"]

#: Shown at once; there is one row for each rule and unit.
_SHOWN = 500


class DatabaseTroubles:
    """The port ``Troubles``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(self, faults: Sequence[RuleFault], *, unit_code: str, digest: str, now: datetime) -> None:
        """Write that rules failed on a unit's report."""
        for fault in sorted(faults, key=lambda each: (each.rule_code, each.kind)):
            place = {
                "campaign_code": fault.campaign_code,
                "form_code": fault.form_code,
                "rule_code": fault.rule_code,
                "unit_code": unit_code,
                "kind": fault.kind.value,
            }
            known = and_(*(rule_trouble.c[name] == value for name, value in place.items()))
            # What an older version of the plugin did says nothing of this one.
            self._connection.execute(delete(rule_trouble).where(known, rule_trouble.c.digest != digest))
            facts = {"place": fault.place, "digest": digest, "times": 1, "first_at": now, "last_at": now}
            added = self._connection.execute(
                insert_unless_there(self._connection, rule_trouble).returning(rule_trouble.c.times), place | facts
            )
            if added.first() is None:
                more = {"times": rule_trouble.c.times + 1, "last_at": now, "place": fault.place}
                self._connection.execute(update(rule_trouble).where(known).values(more))

    def units_hung(self, campaign_code: str, form_code: str, digest: str) -> int:
        """Count the units on whose reports a rule of a form did not end."""
        found: int = self._connection.execute(
            select(func.count(rule_trouble.c.unit_code.distinct())).where(
                rule_trouble.c.campaign_code == campaign_code,
                rule_trouble.c.form_code == form_code,
                rule_trouble.c.digest == digest,
                rule_trouble.c.kind == TroubleKind.HUNG.value,
            )
        ).scalar_one()
        return found

    def hold(self, hold: FormHold) -> bool:
        """Let a form take no reports."""
        known = self._connection.execute(
            select(form_hold.c.digest).where(
                form_hold.c.campaign_code == hold.campaign_code, form_hold.c.form_code == hold.form_code
            )
        ).scalar_one_or_none()
        if known == hold.digest:
            return False
        values = {
            "campaign_code": hold.campaign_code,
            "form_code": hold.form_code,
            "digest": hold.digest,
            "rule_code": hold.fault.rule_code,
            "kind": hold.fault.kind.value,
            "place": hold.fault.place,
            "since": hold.since,
        }
        self._connection.execute(upsert(self._connection, form_hold), values)
        return True

    def release(self, campaign_code: str, form_code: str) -> bool:
        """Let a form take reports again and forget its troubles."""
        gone = 0
        for table in (form_hold, rule_trouble):
            gone += self._connection.execute(
                delete(table).where(table.c.campaign_code == campaign_code, table.c.form_code == form_code)
            ).rowcount
        return gone > 0

    def all(self) -> tuple[RuleTrouble, ...]:
        """Return every trouble, the newest first."""
        newest = select(rule_trouble).order_by(rule_trouble.c.last_at.desc(), rule_trouble.c.unit_code).limit(_SHOWN)
        return tuple(
            RuleTrouble(_fault(row), row.unit_code, row.digest, row.times, row.first_at, row.last_at)
            for row in self._connection.execute(newest)
        )

    def holds(self) -> tuple[FormHold, ...]:
        """Return the forms that are held."""
        held = select(form_hold).order_by(form_hold.c.campaign_code, form_hold.c.form_code)
        return tuple(
            FormHold(row.campaign_code, row.form_code, row.digest, _fault(row), row.since)
            for row in self._connection.execute(held)
        )


def _fault(row: Row[Any]) -> RuleFault:
    return RuleFault(row.campaign_code, row.form_code, row.rule_code, TroubleKind(row.kind), row.place)
