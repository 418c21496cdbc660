"""Campaigns, periods and the roster."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy import RowMapping
from sqlalchemy import and_
from sqlalchemy import bindparam
from sqlalchemy import func
from sqlalchemy import insert
from sqlalchemy import select
from sqlalchemy import text
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from thidua.adapters.db.direct import DirectStatement
from thidua.adapters.db.rows import OBLIGATION_COLUMNS
from thidua.adapters.db.rows import REPORT_COLUMNS
from thidua.adapters.db.rows import obligation_from
from thidua.adapters.db.rows import report_from
from thidua.adapters.db.tables import campaign
from thidua.adapters.db.tables import campaign_pin
from thidua.adapters.db.tables import obligation
from thidua.adapters.db.tables import period
from thidua.adapters.db.tables import report
from thidua.adapters.db.types import Texts
from thidua.adapters.db.types import is_any_of
from thidua.adapters.db.unavailable import breaks
from thidua.adapters.db.upsert import insert_unless_there
from thidua.application.ports.rows import CampaignRow
from thidua.application.ports.rows import PeriodRow
from thidua.application.ports.rows import RosterRow
from thidua.domain.errors import ConflictError
from thidua.domain.obligations import plan_digest
from thidua.domain.pins import Pin
from thidua.domain.pins import PinReason
from thidua.domain.reports import Obligation
from thidua.domain.reports import PeriodState

__all__ = ["DatabaseCampaigns"]

_OWED = select(*OBLIGATION_COLUMNS, *REPORT_COLUMNS).select_from(
    obligation.outerjoin(
        report,
        and_(
            report.c.campaign_code == obligation.c.campaign_code,
            report.c.period_code == obligation.c.period_code,
            report.c.unit_code == obligation.c.unit_code,
        ),
    )
)
_OF_PERIOD = _OWED.where(
    obligation.c.campaign_code == bindparam("campaign_code"),
    obligation.c.period_code == bindparam("period_code"),
).order_by(obligation.c.unit_order, obligation.c.unit_code)
_ROSTER = DirectStatement(_OF_PERIOD)
_ROSTER_BY_FORM = DirectStatement(_OF_PERIOD.where(is_any_of(obligation.c.form_code, bindparam("forms", type_=Texts))))
_ARE_OF_UNITS = (
    obligation.c.campaign_code == bindparam("campaign_code"),
    is_any_of(obligation.c.period_code, bindparam("periods", type_=Texts)),
    is_any_of(obligation.c.unit_code, bindparam("units", type_=Texts)),
)
_ROSTER_OF_UNITS = DirectStatement(
    _OWED.where(*_ARE_OF_UNITS).order_by(obligation.c.period_code, obligation.c.unit_order, obligation.c.unit_code)
)
_ON_ROSTERS = DirectStatement(
    select(obligation.c.unit_code, obligation.c.period_code, obligation.c.unit_type).where(*_ARE_OF_UNITS)
)
_OWED_BY = _OWED.where(is_any_of(obligation.c.unit_code, bindparam("units", type_=Texts))).order_by(
    func.coalesce(obligation.c.extended_to, obligation.c.due_at).desc(),
    obligation.c.unit_order,
    obligation.c.unit_code,
    obligation.c.id.desc(),
)
_newer = campaign_pin.alias("newer")
_CAMPAIGNS = select(campaign, *(column for column in campaign_pin.c if column.name != "campaign_code")).select_from(
    campaign.outerjoin(
        campaign_pin,
        and_(
            campaign_pin.c.campaign_code == campaign.c.code,
            campaign_pin.c.number
            == select(func.max(_newer.c.number)).where(_newer.c.campaign_code == campaign.c.code).scalar_subquery(),
        ),
    )
)
_PERIODS = select(period).where(period.c.campaign_code == bindparam("campaign_code")).order_by(period.c.ordinal)
# Every filing takes this table's lock of writers; a lock on the period's row for each of them would
# be written to the row each time. It excludes another closing, too, which would be a deadlock.
_STOP_FILING = text("LOCK TABLE report IN SHARE ROW EXCLUSIVE MODE")
_PERIOD_IS_UNIQUE = period.primary_key


class DatabaseCampaigns:
    """The port ``Campaigns``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open_campaign(self, code: str, now: datetime) -> bool:
        """Record the opening; False if it was open already."""
        statement = insert_unless_there(self._connection, campaign).returning(campaign.c.code)
        written = self._connection.execute(statement, {"code": code, "opened_at": now, "version": 1})
        return written.one_or_none() is not None

    def get(self, code: str) -> CampaignRow | None:
        """Return a campaign that was opened."""
        row = self._connection.execute(_CAMPAIGNS.where(campaign.c.code == code)).mappings().one_or_none()
        return None if row is None else _campaign(row)

    def all(self) -> tuple[CampaignRow, ...]:
        """Return the opened campaigns, oldest opening first."""
        rows = self._connection.execute(_CAMPAIGNS.order_by(campaign.c.opened_at, campaign.c.code))
        return tuple(_campaign(row) for row in rows.mappings())

    def close_campaign(self, code: str, now: datetime) -> None:
        """Record the closing; the first one stays."""
        statement = update(campaign).where(campaign.c.code == code, campaign.c.closed_at.is_(None))
        self._connection.execute(statement.values(closed_at=now, version=campaign.c.version + 1))

    def periods(self, campaign_code: str) -> tuple[PeriodRow, ...]:
        """Return the opened periods by ordinal."""
        rows = self._connection.execute(_PERIODS, {"campaign_code": campaign_code}).mappings()
        return tuple(
            PeriodRow(
                campaign_code=row["campaign_code"],
                code=row["code"],
                ordinal=row["ordinal"],
                state=PeriodState(row["state"]),
                opened_at=row["opened_at"],
                closed_at=row["closed_at"],
            )
            for row in rows
        )

    def open_period(self, period: PeriodRow, obligations: Iterable[Obligation]) -> None:
        """Record the opening with its roster (the obligations' ids are ignored).

        Raises:
            ConflictError: it was opened already.
        """
        _open_period(self._connection, period, obligations)

    def close_period(self, campaign_code: str, period_code: str, now: datetime) -> bool:
        """Record the closing, after which nothing of the period is written any more; False if it was closed already.

        Whoever holds the period is waited for. Filings hold nothing: those under way are waited for
        here, and those that come wait until the transaction ends and then find the period closed.
        """
        statement = update(period).where(
            period.c.campaign_code == campaign_code, period.c.code == period_code, period.c.closed_at.is_(None)
        )
        closed = self._connection.execute(statement.values(closed_at=now, state=PeriodState.CLOSED.value))
        if closed.rowcount and self._connection.dialect.name == "postgresql":
            self._connection.execute(_STOP_FILING)
        return bool(closed.rowcount)

    def roster(
        self, campaign_code: str, period_code: str, *, forms: Collection[str] | None = None
    ) -> tuple[RosterRow, ...]:
        """Return the obligations of a period with their reports, by unit order then code; those of some forms only."""
        wanted: dict[str, object] = {"campaign_code": campaign_code, "period_code": period_code}
        if forms is None:
            rows = _ROSTER.rows(self._connection, wanted)
        elif forms:
            rows = _ROSTER_BY_FORM.rows(self._connection, wanted | {"forms": list(forms)})
        else:
            rows = ()
        return tuple(_roster_row(row) for row in rows)

    def roster_of(
        self, campaign_code: str, period_codes: Iterable[str], unit_codes: Iterable[str]
    ) -> tuple[RosterRow, ...]:
        """Return what some units owe in some periods with their reports, by period, then as a roster."""
        wanted = {"campaign_code": campaign_code, "periods": list(period_codes), "units": list(unit_codes)}
        return tuple(_roster_row(row) for row in _ROSTER_OF_UNITS.rows(self._connection, wanted))

    def on_rosters(
        self, campaign_code: str, period_codes: Iterable[str], unit_codes: Iterable[str]
    ) -> tuple[tuple[str, str, str], ...]:
        """Return (unit, period, unit type) of some units on some periods' rosters."""
        wanted = {"campaign_code": campaign_code, "periods": list(period_codes), "units": list(unit_codes)}
        return tuple(
            (unit_code, period_code, unit_type)
            for unit_code, period_code, unit_type in _ON_ROSTERS.tuples(self._connection, wanted)
        )

    def owed_by(self, unit_codes: Iterable[str]) -> tuple[RosterRow, ...]:
        """Return what some units owe in all opened periods, newest due first."""
        rows = self._connection.execute(_OWED_BY, {"units": unit_codes})
        return tuple(_roster_row(row) for row in rows.mappings())


def _open_period(connection: Connection, opened: PeriodRow, obligations: Iterable[Obligation]) -> None:
    values = {
        "campaign_code": opened.campaign_code,
        "code": opened.code,
        "ordinal": opened.ordinal,
        "state": opened.state.value,
        "opened_at": opened.opened_at,
        "closed_at": opened.closed_at,
    }
    try:
        connection.execute(insert(period), values)
    except IntegrityError as error:
        if not breaks(error, _PERIOD_IS_UNIQUE):
            raise
        raise ConflictError("Kỳ báo cáo này đã được mở.", subject=opened.code) from error
    if rows := [_obligation_row(each) for each in obligations]:
        connection.execute(insert(obligation), rows)


def _campaign(row: RowMapping) -> CampaignRow:
    issued_on = row["issued_on"]
    return CampaignRow(
        code=row["code"],
        opened_at=row["opened_at"],
        closed_at=row["closed_at"],
        issued_on=None if issued_on is None else issued_on.isoformat(),
        version=row["version"],
        pin=None
        if row["number"] is None
        else Pin(row["code"], row["number"], row["digest"], row["origin"], PinReason(row["reason"]), row["pinned_at"]),
    )


def _obligation_row(owed: Obligation) -> dict[str, object]:
    return {
        "campaign_code": owed.campaign_code,
        "period_code": owed.period_code,
        "unit_code": owed.unit_code,
        "unit_type": owed.unit_type,
        "unit_name": owed.unit_name,
        "unit_order": owed.unit_order,
        "attributes": dict(owed.attributes),
        "form_code": owed.form_code,
        "due_at": owed.due_at,
        "exempt_reason": owed.exempt_reason,
        "extended_to": owed.extended_to,
        "locks_at": owed.locks_at,
        "is_closing": owed.is_closing,
        "ends_on": owed.ends_on,
        "head": plan_digest(owed),
    }


def _roster_row(row: Mapping[Any, Any]) -> RosterRow:
    return RosterRow(obligation_from(row), report_from(row) if row["report_id"] is not None else None)
