"""Numbers of the revisions that count."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence

from sqlalchemy import BigInteger
from sqlalchemy import Connection
from sqlalchemy import bindparam
from sqlalchemy import cast
from sqlalchemy import delete
from sqlalchemy import func
from sqlalchemy import not_
from sqlalchemy import select

from thidua.adapters.db.bulk import insert_all
from thidua.adapters.db.tables import fact
from thidua.adapters.db.types import Keys
from thidua.adapters.db.types import Texts
from thidua.adapters.db.types import is_any_of
from thidua.application.rows import FactRow

__all__ = ["DatabaseFacts"]

_FORGET = delete(fact).where(is_any_of(fact.c.report_id, bindparam("ids", type_=Keys)))
_OF_UNITS = (
    select(fact)
    .where(fact.c.campaign_code == bindparam("campaign_code"))
    .where(is_any_of(fact.c.unit_code, bindparam("units", type_=Texts)))
    .where(not_(is_any_of(fact.c.report_id, bindparam("besides", type_=Keys))))
    .order_by(fact.c.unit_code, fact.c.ordinal, fact.c.field, fact.c.part, fact.c.revision)
)
_ACCEPTED_SUM = select(cast(func.sum(fact.c.value), BigInteger)).where(
    fact.c.campaign_code == bindparam("campaign_code"),
    fact.c.period_code == bindparam("period_code"),
    fact.c.form_code == bindparam("form_code"),
    fact.c.field == bindparam("field"),
    fact.c.accepted,
    fact.c.part == "",
)


class DatabaseFacts:
    """The port ``Facts``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replace(self, report_ids: Iterable[int], rows: Sequence[FactRow]) -> None:
        """Delete the reports' facts and write these."""
        self._connection.execute(_FORGET, {"ids": report_ids})
        insert_all(self._connection, fact, rows)

    def of_units(
        self, campaign_code: str, unit_codes: Iterable[str], *, besides: Iterable[int] = ()
    ) -> tuple[FactRow, ...]:
        """Return the facts of some units in a campaign, by unit, ordinal, field, part.

        Those of the reports ``besides`` are left out.
        """
        wanted = {"campaign_code": campaign_code, "units": unit_codes, "besides": besides}
        return tuple(map(FactRow._make, self._connection.execute(_OF_UNITS, wanted).all()))

    def accepted_sum(self, campaign_code: str, period_code: str, form_code: str, field: str) -> int | None:
        """Sum a field over the period's accepted reports; None if no report has data."""
        wanted = {
            "campaign_code": campaign_code,
            "period_code": period_code,
            "form_code": form_code,
            "field": field,
        }
        return self._connection.execute(_ACCEPTED_SUM, wanted).scalar_one()
