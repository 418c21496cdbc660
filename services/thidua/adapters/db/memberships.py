"""Who holds which role, and what waits for a second person. Nothing here is ever deleted."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from datetime import date
from datetime import datetime
from typing import Any
from typing import Final

from sqlalchemy import Connection
from sqlalchemy import Table
from sqlalchemy import bindparam
from sqlalchemy import insert
from sqlalchemy import select
from sqlalchemy import update

from thidua.adapters.db.tables import membership
from thidua.adapters.db.tables import prepared_membership
from thidua.adapters.db.tables import unit
from thidua.adapters.db.types import Keys
from thidua.adapters.db.types import is_any_of
from thidua.application.ports.account_ports import MembershipSeen
from thidua.application.ports.account_ports import Prepared
from thidua.domain.accounts import Membership
from thidua.domain.accounts import Role
from thidua.domain.errors import NotFoundError

__all__ = ["DatabaseMemberships"]

_OF: Final = (
    select(membership).where(is_any_of(membership.c.account_id, bindparam("ids", type_=Keys))).order_by(membership.c.id)
)
_WAITING: Final = (
    select(prepared_membership).where(prepared_membership.c.settled_at.is_(None)).order_by(prepared_membership.c.id)
)
_WAITING_FOR: Final = _WAITING.where(is_any_of(prepared_membership.c.account_id, bindparam("ids", type_=Keys)))


class DatabaseMemberships:
    """The port ``Memberships``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, account_ids: Iterable[int]) -> Mapping[int, tuple[MembershipSeen, ...]]:
        """Return the memberships of some accounts by account id, ended ones too, as given."""
        found: dict[int, tuple[MembershipSeen, ...]] = {}
        for row in self._connection.execute(_OF, {"ids": list(account_ids)}).mappings():
            found[row["account_id"]] = (*found.get(row["account_id"], ()), _seen(row))
        return found

    def get(self, membership_id: int) -> MembershipSeen | None:
        """Return one."""
        row = self._connection.execute(select(membership).where(membership.c.id == membership_id)).mappings().first()
        return None if row is None else _seen(row)

    def give(self, account_id: int, held: Membership, *, by: int | None, now: datetime) -> int:
        """Add one; returns its id."""
        return self._add(membership, account_id, held, given_by=by, given_at=now)

    def end(self, membership_id: int, *, on: date | None, by: int | None, now: datetime) -> bool:
        """End one: from a day on, or at once where ``on`` is None; False if it was ended already."""
        ended = update(membership).where(membership.c.id == membership_id, membership.c.ended_at.is_(None))
        values = {"ended_at": now} if on is None else {"valid_to": on}
        return self._connection.execute(ended.values(ended_by=by, **values)).rowcount == 1

    def prepare(self, account_id: int, wished: Membership, *, by: int, now: datetime) -> int:
        """Add one that waits; returns its id."""
        return self._add(prepared_membership, account_id, wished, prepared_by=by, prepared_at=now)

    def waiting(self, account_ids: Iterable[int] | None = None) -> tuple[Prepared, ...]:
        """Return what waits, of some accounts or of all, oldest first."""
        if account_ids is None:
            rows = self._connection.execute(_WAITING)
        else:
            rows = self._connection.execute(_WAITING_FOR, {"ids": list(account_ids)})
        return tuple(_prepared(row) for row in rows.mappings())

    def settle(self, prepared_id: int, *, by: int, now: datetime) -> Prepared | None:
        """Take one out of what waits; None if another did, or there is none."""
        settled = (
            update(prepared_membership)
            .where(prepared_membership.c.id == prepared_id, prepared_membership.c.settled_at.is_(None))
            .values(settled_by=by, settled_at=now)
            .returning(prepared_membership)
        )
        row = self._connection.execute(settled).mappings().first()
        return None if row is None else _prepared(row)

    def confirmed(self, prepared_id: int, membership_id: int) -> None:
        """Write down what a settled one became."""
        changed = update(prepared_membership).where(prepared_membership.c.id == prepared_id)
        self._connection.execute(changed.values(membership_id=membership_id))

    def _add(self, table: Table, account_id: int, held: Membership, **who: object) -> int:
        if held.unit_code is not None:
            known = self._connection.execute(select(unit.c.code).where(unit.c.code == held.unit_code)).first()
            if known is None:
                raise NotFoundError("Không có đơn vị này.", subject="unit")
        values = {
            "account_id": account_id,
            "role": held.role.value,
            "unit_code": held.unit_code,
            "valid_from": held.valid_from,
            "valid_to": held.valid_to,
        }
        added: int = self._connection.execute(insert(table).values(**values, **who).returning(table.c.id)).scalar_one()
        return added


def _membership(row: Mapping[Any, Any]) -> Membership:
    return Membership(Role(row["role"]), row["unit_code"], row["valid_from"], row["valid_to"])


def _seen(row: Mapping[Any, Any]) -> MembershipSeen:
    return MembershipSeen(
        row["id"],
        row["account_id"],
        _membership(row),
        row["given_at"],
        row["given_by"],
        row["ended_at"],
        row["ended_by"],
    )


def _prepared(row: Mapping[Any, Any]) -> Prepared:
    return Prepared(row["id"], row["account_id"], _membership(row), row["prepared_at"], row["prepared_by"])
