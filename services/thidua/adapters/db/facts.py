"""Numbers of the revisions that count."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence

from sqlalchemy import Connection
from sqlalchemy import bindparam
from sqlalchemy import delete
from sqlalchemy import not_
from sqlalchemy import select

from thidua.adapters.db.bulk import insert_all
from thidua.adapters.db.tables import fact
from thidua.adapters.db.types import Keys
from thidua.adapters.db.types import Texts
from thidua.adapters.db.types import from_json
from thidua.adapters.db.types import is_any_of
from thidua.adapters.db.types import to_sorted_json
from thidua.application.ports.rows import ReportFacts

__all__ = ["DatabaseFacts"]

_FORGET = delete(fact).where(is_any_of(fact.c.report_id, bindparam("ids", type_=Keys)))
_ARE_OF_UNITS = (
    fact.c.campaign_code == bindparam("campaign_code"),
    is_any_of(fact.c.unit_code, bindparam("units", type_=Texts)),
)
_FORGET_UNITS = delete(fact).where(*_ARE_OF_UNITS)
_OF_UNITS = (
    select(fact)
    .where(*_ARE_OF_UNITS)
    .where(not_(is_any_of(fact.c.report_id, bindparam("besides", type_=Keys))))
    .order_by(fact.c.unit_code, fact.c.ordinal, fact.c.revision)
)


class DatabaseFacts:
    """The port ``Facts``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replace(self, report_ids: Iterable[int], rows: Sequence[ReportFacts]) -> None:
        """Delete the reports' facts and write these."""
        self._connection.execute(_FORGET, {"ids": report_ids})
        insert_all(self._connection, fact, list(map(_packed, rows)))

    def forget_units(self, campaign_code: str, unit_codes: Iterable[str]) -> None:
        """Delete what is kept of some units in a campaign, whatever report it names."""
        self._connection.execute(_FORGET_UNITS, {"campaign_code": campaign_code, "units": unit_codes})

    def are_kept(self, campaign_code: str, unit_codes: Iterable[str], rows: Sequence[ReportFacts]) -> bool:
        """Tell whether these, and no others, are kept of some units."""
        wanted = {"campaign_code": campaign_code, "units": unit_codes, "besides": ()}
        stored = self._connection.execute(_OF_UNITS, wanted).all()
        return len(stored) == len(rows) and set(map(tuple, stored)) == set(map(_packed, rows))

    def of_units(
        self, campaign_code: str, unit_codes: Iterable[str], *, besides: Iterable[int] = ()
    ) -> tuple[ReportFacts, ...]:
        """Return the facts of some units in a campaign, by unit, ordinal, revision.

        Those of the reports ``besides`` are left out.
        """
        wanted = {"campaign_code": campaign_code, "units": unit_codes, "besides": besides}
        rows = self._connection.execute(_OF_UNITS, wanted).all()
        return tuple(ReportFacts._make((*row[:-1], from_json(row.numbers))) for row in rows)


def _packed(row: ReportFacts) -> tuple[object, ...]:
    return (*row[:-1], to_sorted_json(row.numbers))
