"""Reading many reports with their newest filings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from typing import Final

from sqlalchemy import Connection
from sqlalchemy import Select
from sqlalchemy import and_
from sqlalchemy import bindparam
from sqlalchemy import func
from sqlalchemy import select

from thidua.adapters.db.rows import OBLIGATION_COLUMNS
from thidua.adapters.db.rows import REPORT_COLUMNS
from thidua.adapters.db.rows import REVISION_COLUMNS
from thidua.adapters.db.rows import obligation_from
from thidua.adapters.db.rows import report_from
from thidua.adapters.db.rows import revision_from
from thidua.adapters.db.tables import obligation
from thidua.adapters.db.tables import report
from thidua.adapters.db.tables import report_revision
from thidua.adapters.db.types import Keys
from thidua.adapters.db.types import Texts
from thidua.adapters.db.types import is_any_of
from thidua.application.ports.waiting_ports import FiledReport
from thidua.domain.reports import ReportState

__all__ = ["DatabaseFiledReports"]

_NEWEST: Final = (
    select(*REPORT_COLUMNS, *OBLIGATION_COLUMNS, *REVISION_COLUMNS)
    .select_from(
        report.join(
            report_revision,
            and_(report_revision.c.report_id == report.c.id, report_revision.c.number == report.c.revision),
        ).join(
            obligation,
            and_(
                obligation.c.campaign_code == report.c.campaign_code,
                obligation.c.period_code == report.c.period_code,
                obligation.c.unit_code == report.c.unit_code,
            ),
        )
    )
    .order_by(report.c.id)
)
_IS_WAITING: Final = and_(
    report.c.campaign_code == bindparam("campaign_code", type_=report.c.campaign_code.type),
    report.c.period_code == bindparam("period_code", type_=report.c.period_code.type),
    report.c.state == ReportState.SUBMITTED.value,
)
_WAITING: Final = _NEWEST.where(_IS_WAITING, report.c.id > bindparam("after_id", type_=report.c.id.type)).limit(
    bindparam("at_most", type_=report.c.id.type)
)
_COUNT: Final = select(func.count()).select_from(report).where(_IS_WAITING)
_COUNT_FILED: Final = (
    select(func.count())
    .select_from(report)
    .where(
        report.c.campaign_code == bindparam("campaign_code"),
        is_any_of(report.c.period_code, bindparam("periods", type_=Texts)),
        report.c.first_received_at <= bindparam("by", type_=report.c.first_received_at.type),
    )
)
_SOME: Final = _NEWEST.where(is_any_of(report.c.id, bindparam("ids", type_=Keys)))


class DatabaseFiledReports:
    """The port ``FiledReports``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def waiting(
        self, campaign_code: str, period_code: str, *, after_id: int = 0, limit: int = 50
    ) -> tuple[FiledReport, ...]:
        """Return the reports of a period that wait for acceptance, by id above ``after_id``."""
        wanted = {
            "campaign_code": campaign_code,
            "period_code": period_code,
            "after_id": after_id,
            "at_most": limit,
        }
        return self._read(_WAITING, wanted)

    def count_waiting(self, campaign_code: str, period_code: str) -> int:
        """Count the reports of a period that wait for acceptance."""
        wanted = {"campaign_code": campaign_code, "period_code": period_code}
        counted: int = self._connection.execute(_COUNT, wanted).scalar_one()
        return counted

    def count_filed(self, campaign_code: str, period_codes: Iterable[str], by: datetime) -> int:
        """Count the reports of some periods that were first filed by a moment."""
        wanted = {"campaign_code": campaign_code, "periods": period_codes, "by": by}
        counted: int = self._connection.execute(_COUNT_FILED, wanted).scalar_one()
        return counted

    def newest(self, report_ids: Iterable[int]) -> tuple[FiledReport, ...]:
        """Return some reports, by id."""
        return self._read(_SOME, {"ids": list(report_ids)})

    def _read(self, statement: Select[Any], wanted: dict[str, object]) -> tuple[FiledReport, ...]:
        rows = self._connection.execute(statement, wanted).mappings()
        return tuple(FiledReport(report_from(row), obligation_from(row), revision_from(row)) for row in rows)
