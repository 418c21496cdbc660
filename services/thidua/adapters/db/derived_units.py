"""Which units a campaign has, and what is kept of them besides its periods."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection
from sqlalchemy import bindparam
from sqlalchemy import delete
from sqlalchemy import not_
from sqlalchemy import select
from sqlalchemy import union

from thidua.adapters.db.tables import fact
from thidua.adapters.db.tables import obligation
from thidua.adapters.db.tables import report
from thidua.adapters.db.tables import rollup
from thidua.adapters.db.tables import rollup_shard
from thidua.adapters.db.tables import unit_filing
from thidua.adapters.db.types import Texts
from thidua.adapters.db.types import is_any_of
from thidua.domain.rollups import shard_of

__all__ = ["DatabaseDerivedUnits"]

_CODES = union(
    *(
        select(table.c.unit_code).where(table.c.campaign_code == bindparam("campaign_code"))
        for table in (obligation, report, fact, rollup, unit_filing)
    )
)
_OTHER_PERIODS = tuple(
    delete(table).where(
        table.c.campaign_code == bindparam("campaign_code"),
        not_(is_any_of(table.c.period_code, bindparam("periods", type_=Texts))),
    )
    for table in (rollup, unit_filing, rollup_shard)
)


class DatabaseDerivedUnits:
    """The port ``DerivedUnits``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def codes(self, campaign_code: str) -> tuple[str, ...]:
        """Return every unit that owes, filed, or has derived rows in a campaign, those summed together in a row."""
        found = self._connection.execute(_CODES, {"campaign_code": campaign_code}).scalars()
        return tuple(sorted(found, key=lambda code: (shard_of(code), code)))

    def drop_other_periods(self, campaign_code: str, period_codes: Iterable[str]) -> None:
        """Delete what is kept in none of the periods."""
        wanted = {"campaign_code": campaign_code, "periods": list(period_codes)}
        for statement in _OTHER_PERIODS:
            self._connection.execute(statement, wanted)
