"""Reading the contents of many reports, page by page."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection
from sqlalchemy import and_
from sqlalchemy import bindparam
from sqlalchemy import select

from thidua.adapters.db.tables import obligation
from thidua.adapters.db.tables import report
from thidua.adapters.db.tables import report_revision
from thidua.adapters.db.types import Texts
from thidua.adapters.db.types import is_any_of
from thidua.application.ports.likeness_ports import FiledPayload
from thidua.domain.reports import ReportState

__all__ = ["DatabaseFiledPayloads"]

_OF_FORM = (
    select(
        report.c.id,
        report.c.period_code,
        report.c.unit_code,
        obligation.c.unit_name,
        report.c.revision,
        report_revision.c.received_at,
        report_revision.c.payload,
    )
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
    .where(
        report.c.campaign_code == bindparam("campaign_code", type_=report.c.campaign_code.type),
        report.c.form_code == bindparam("form_code", type_=report.c.form_code.type),
        is_any_of(report.c.period_code, bindparam("periods", type_=Texts)),
        report.c.state != ReportState.WITHDRAWN.value,
        report.c.id > bindparam("after_id", type_=report.c.id.type),
    )
    .order_by(report.c.id)
    .limit(bindparam("at_most", type_=report.c.id.type))
)


class DatabaseFiledPayloads:
    """The port ``FiledPayloads``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_form(
        self,
        *,
        campaign_code: str,
        form_code: str,
        period_codes: Iterable[str],
        unit_codes: Iterable[str] | None = None,
        after_id: int = 0,
        limit: int = 200,
    ) -> tuple[FiledPayload, ...]:
        """Return the newest filings of reports on a form in some periods, by report id above ``after_id``."""
        statement = _OF_FORM
        if unit_codes is not None:
            statement = statement.where(
                is_any_of(report.c.unit_code, bindparam("units", list(unit_codes), type_=Texts))
            )
        wanted = {
            "campaign_code": campaign_code,
            "form_code": form_code,
            "periods": list(period_codes),
            "after_id": after_id,
            "at_most": limit,
        }
        rows = self._connection.execute(statement, wanted)
        return tuple(
            FiledPayload(
                row.id, row.period_code, row.unit_code, row.unit_name, row.revision, row.received_at, row.payload
            )
            for row in rows
        )
