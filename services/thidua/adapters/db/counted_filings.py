"""Reading reports to be counted: by the thousand, so of each only what counting asks for."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any
from typing import Final

from sqlalchemy import Connection
from sqlalchemy import and_
from sqlalchemy import bindparam
from sqlalchemy import or_
from sqlalchemy import select

from thidua.adapters.db.direct import DirectStatement
from thidua.adapters.db.tables import report
from thidua.adapters.db.tables import report_revision
from thidua.adapters.db.types import Keys
from thidua.adapters.db.types import Texts
from thidua.adapters.db.types import is_any_of
from thidua.application.ports.counting_ports import CountedFiling
from thidua.domain.reports import ReportState
from thidua.domain.reports import provisional_revision

__all__ = ["DatabaseCountedFilings"]

_FILINGS: Final = select(
    report.c.id,
    report.c.version,
    report.c.campaign_code,
    report.c.period_code,
    report.c.unit_code,
    report.c.unit_type,
    report.c.form_code,
    report.c.state,
    report.c.revision.label("newest"),
    report.c.accepted_revision,
    report_revision.c.number,
    report_revision.c.payload,
    report_revision.c.form_version,
).select_from(
    report.join(
        report_revision,
        and_(
            report_revision.c.report_id == report.c.id,
            or_(report_revision.c.number == report.c.revision, report_revision.c.number == report.c.accepted_revision),
        ),
    )
)
_ARE_OF_UNITS: Final = (
    report.c.campaign_code == bindparam("campaign_code", type_=report.c.campaign_code.type),
    is_any_of(report.c.unit_code, bindparam("units", type_=Texts)),
)
_OF_REPORTS: Final = DirectStatement(_FILINGS.where(is_any_of(report.c.id, bindparam("ids", type_=Keys))))
_OF_UNITS: Final = DirectStatement(_FILINGS.where(*_ARE_OF_UNITS))
_VERSIONS: Final = DirectStatement(select(report.c.id, report.c.version).where(*_ARE_OF_UNITS))


class DatabaseCountedFilings:
    """The port ``CountedFilings``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_reports(self, report_ids: Iterable[int]) -> tuple[CountedFiling, ...]:
        """Return those of some reports."""
        return self._read(_OF_REPORTS, {"ids": report_ids})

    def of_units(self, campaign_code: str, unit_codes: Iterable[str]) -> tuple[CountedFiling, ...]:
        """Return those of some units in a campaign."""
        return self._read(_OF_UNITS, {"campaign_code": campaign_code, "units": unit_codes})

    def versions(self, campaign_code: str, unit_codes: Iterable[str]) -> frozenset[tuple[int, int]]:
        """Return id and version of some units' reports in a campaign: equal sets, and none moved on."""
        wanted = {"campaign_code": campaign_code, "units": unit_codes}
        return frozenset((report_id, version) for report_id, version in _VERSIONS.tuples(self._connection, wanted))

    def _read(self, statement: DirectStatement, wanted: Mapping[str, object]) -> tuple[CountedFiling, ...]:
        return tuple(map(_filing, statement.tuples(self._connection, wanted)))


def _filing(row: Sequence[Any]) -> CountedFiling:
    *place, state, newest, accepted, number, payload, form_version = row
    counts = provisional_revision(ReportState(state), newest, accepted)
    return CountedFiling._make((*place, number, number == counts, number == accepted, payload, form_version))
