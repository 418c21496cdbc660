"""Which units a campaign has, and what is kept of them besides its periods."""

from __future__ import annotations

from sqlalchemy import Connection
from sqlalchemy import bindparam
from sqlalchemy import delete
from sqlalchemy import select
from sqlalchemy import union

from thidua.adapters.db.tables import fact
from thidua.adapters.db.tables import obligation
from thidua.adapters.db.tables import period
from thidua.adapters.db.tables import report
from thidua.adapters.db.tables import rollup
from thidua.adapters.db.tables import rollup_shard
from thidua.adapters.db.tables import unit_filing
from thidua.domain.cell_sums import shard_of

__all__ = ["DatabaseDerivedUnits"]

_CODES = union(
    *(
        select(table.c.unit_code).where(table.c.campaign_code == bindparam("campaign_code"))
        for table in (obligation, report, fact, rollup, unit_filing)
    )
)
# Looked up by the same statement: what a drain writes of a period opened meanwhile is not seen by it.
_PERIODS = select(period.c.code).where(period.c.campaign_code == bindparam("campaign_code"))
_OTHER_PERIODS = tuple(
    delete(table).where(
        table.c.campaign_code == bindparam("campaign_code"),
        table.c.period_code.not_in(_PERIODS),
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

    def drop_other_periods(self, campaign_code: str) -> None:
        """Delete what is kept in none of the campaign's opened periods."""
        for statement in _OTHER_PERIODS:
            self._connection.execute(statement, {"campaign_code": campaign_code})
