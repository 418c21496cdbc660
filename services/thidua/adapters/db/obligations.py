"""What units owe, one by one, and how it was changed."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from itertools import groupby
from operator import itemgetter
from typing import Final

from sqlalchemy import Connection
from sqlalchemy import RowMapping
from sqlalchemy import Select
from sqlalchemy import UniqueConstraint
from sqlalchemy import and_
from sqlalchemy import bindparam
from sqlalchemy import insert
from sqlalchemy import select
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from thidua.adapters.db.rows import OBLIGATION_COLUMNS
from thidua.adapters.db.rows import REPORT_COLUMNS
from thidua.adapters.db.rows import obligation_from
from thidua.adapters.db.rows import report_from
from thidua.adapters.db.tables import obligation
from thidua.adapters.db.tables import obligation_change
from thidua.adapters.db.tables import outbox
from thidua.adapters.db.tables import period
from thidua.adapters.db.tables import report
from thidua.adapters.db.types import Keys
from thidua.adapters.db.types import Texts
from thidua.adapters.db.types import database_now
from thidua.adapters.db.types import is_any_of
from thidua.adapters.db.unavailable import breaks
from thidua.application.ports.obligation_ports import HeldObligation
from thidua.domain.errors import ConflictError
from thidua.domain.obligations import ObligationChange
from thidua.domain.reports import Obligation
from thidua.domain.reports import ObligationChangeKind
from thidua.domain.reports import PeriodState

__all__ = ["DatabaseObligations"]

_PLACE: Final = tuple(
    obligation.c[name] == bindparam(name, type_=obligation.c[name].type)
    for name in ("campaign_code", "period_code", "unit_code")
)
_NUMBER_IS_UNIQUE: Final = next(
    each
    for each in obligation_change.constraints
    if isinstance(each, UniqueConstraint) and tuple(each.columns.keys()) == ("obligation_id", "seq")
)
_HELD: Final = (
    select(*OBLIGATION_COLUMNS, *REPORT_COLUMNS, obligation.c.changes, obligation.c.head)
    .select_from(
        obligation.outerjoin(
            report,
            and_(
                report.c.campaign_code == obligation.c.campaign_code,
                report.c.period_code == obligation.c.period_code,
                report.c.unit_code == obligation.c.unit_code,
            ),
        )
    )
    .order_by(obligation.c.unit_code)
)
_GET: Final = _HELD.where(*_PLACE)
_OF_UNITS: Final = _HELD.where(_PLACE[0], is_any_of(obligation.c.unit_code, bindparam("units", type_=Texts))).order_by(
    obligation.c.period_code
)
# Filings point at the obligation, and go on meanwhile: only another change waits. SQLite leaves
# the clause out; its one writer at a time is the lock.
_HOLD: Final = select(obligation.c.id).where(*_PLACE).with_for_update(key_share=True)
_HOLD_PERIOD: Final = (
    select(period.c.state)
    .where(period.c.campaign_code == bindparam("campaign_code"), period.c.code == bindparam("period_code"))
    .with_for_update(read=True)
)
_UNITS: Final = (
    select(obligation.c.unit_code)
    .distinct()
    .where(
        obligation.c.campaign_code == bindparam("campaign_code"),
        is_any_of(obligation.c.period_code, bindparam("periods", type_=Texts)),
    )
    .order_by(obligation.c.unit_code)
)
_CHANGES: Final[Select[tuple[object, ...]]] = (
    select(obligation_change)
    .where(is_any_of(obligation_change.c.obligation_id, bindparam("ids", type_=Keys)))
    .order_by(obligation_change.c.obligation_id, obligation_change.c.seq)
)


class DatabaseObligations:
    """The port ``Obligations``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def hold_period(self, campaign_code: str, period_code: str) -> PeriodState | None:
        """Return a period's state, which cannot change until the transaction ends; None if it was never opened."""
        wanted = {"campaign_code": campaign_code, "period_code": period_code}
        state = self._connection.execute(_HOLD_PERIOD, wanted).scalar_one_or_none()
        return None if state is None else PeriodState(state)

    def hold(self, campaign_code: str, period_code: str, unit_code: str) -> HeldObligation | None:
        """Return what a unit owes; nobody else changes it until the transaction ends. None if it owes nothing."""
        wanted = {"campaign_code": campaign_code, "period_code": period_code, "unit_code": unit_code}
        # Read after the lock and not with it, so that what was committed meanwhile is seen.
        if self._connection.execute(_HOLD, wanted).scalar_one_or_none() is None:
            return None
        return self.get(campaign_code, period_code, unit_code)

    def get(self, campaign_code: str, period_code: str, unit_code: str) -> HeldObligation | None:
        """Return what a unit owes, None if nothing."""
        wanted = {"campaign_code": campaign_code, "period_code": period_code, "unit_code": unit_code}
        row = self._connection.execute(_GET, wanted).mappings().one_or_none()
        return None if row is None else _held(row)

    def of_units(self, campaign_code: str, unit_codes: Iterable[str]) -> tuple[HeldObligation, ...]:
        """Return what some units owe in all periods of a campaign, by unit."""
        wanted = {"campaign_code": campaign_code, "units": list(unit_codes)}
        return tuple(map(_held, self._connection.execute(_OF_UNITS, wanted).mappings()))

    def units(self, campaign_code: str, period_codes: Iterable[str]) -> tuple[str, ...]:
        """Return the codes of the units that are on the roster of any of some periods, in order."""
        wanted = {"campaign_code": campaign_code, "periods": period_codes}
        return tuple(self._connection.execute(_UNITS, wanted).scalars())

    def change(self, after: Obligation, change: ObligationChange) -> None:
        """Write a change, what is owed after it, and an outbox row.

        Raises:
            ConflictError: another change took the number a moment ago. The transaction is of no more use.
        """
        row = {
            "obligation_id": after.id,
            "seq": change.seq,
            "kind": change.kind.value,
            "reason": change.reason,
            "document_number": change.document_number,
            "requested_by": change.requested_by,
            "ends_at": change.ends_at,
            "account_id": change.by,
            "changed_at": change.at,
            "owed_by": change.owed_by,
            "previous": change.previous,
            "digest": change.digest,
        }
        try:
            self._connection.execute(insert(obligation_change), row)
        except IntegrityError as error:
            if not breaks(error, _NUMBER_IS_UNIQUE):
                raise
            raise ConflictError(
                "Hạn nộp của đơn vị vừa được người khác thay đổi; hãy tải lại trang.", subject=after.unit_code
            ) from error
        self._connection.execute(
            update(obligation)
            .where(obligation.c.id == after.id)
            .values(
                extended_to=after.extended_to,
                exempt_reason=after.exempt_reason,
                changes=change.seq + 1,
                head=change.digest,
            )
        )
        place = {
            "campaign_code": after.campaign_code,
            "period_code": after.period_code,
            "unit_code": after.unit_code,
        }
        self._connection.execute(insert(outbox).values(created_at=database_now()), {"attempts": 0} | place)

    def changes(self, obligation_ids: Iterable[int]) -> Mapping[int, tuple[ObligationChange, ...]]:
        """Return the changes of some obligations by id, oldest first; an obligation without any is left out."""
        rows = self._connection.execute(_CHANGES, {"ids": obligation_ids}).mappings()
        grouped = groupby(rows, key=itemgetter("obligation_id"))
        return {obligation_id: tuple(map(_change, changes)) for obligation_id, changes in grouped}


def _held(row: RowMapping) -> HeldObligation:
    filed = report_from(row) if row["report_id"] is not None else None
    return HeldObligation(obligation_from(row), filed, row["changes"], row["head"])


def _change(row: RowMapping) -> ObligationChange:
    return ObligationChange(
        seq=row["seq"],
        kind=ObligationChangeKind(row["kind"]),
        reason=row["reason"],
        document_number=row["document_number"],
        requested_by=row["requested_by"],
        ends_at=row["ends_at"],
        by=row["account_id"],
        at=row["changed_at"],
        owed_by=row["owed_by"],
        previous=row["previous"],
        digest=row["digest"],
    )
