"""Successions between units, and what hangs on units that end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from datetime import datetime
from typing import Final

from sqlalchemy import BindParameter
from sqlalchemy import Connection
from sqlalchemy import Date
from sqlalchemy import Select
from sqlalchemy import and_
from sqlalchemy import bindparam
from sqlalchemy import insert
from sqlalchemy import or_
from sqlalchemy import select

from thidua.adapters.db.tables import account
from thidua.adapters.db.tables import draft
from thidua.adapters.db.tables import membership
from thidua.adapters.db.tables import obligation
from thidua.adapters.db.tables import period
from thidua.adapters.db.tables import unit_succession
from thidua.adapters.db.tables import unit_succession_link
from thidua.adapters.db.types import Texts
from thidua.adapters.db.types import is_any_of
from thidua.application.ports.succession_ports import Hanging
from thidua.domain.reports import PeriodState
from thidua.domain.successions import Link
from thidua.domain.successions import Succession
from thidua.domain.successions import SuccessionKind

__all__ = ["DatabaseSuccessions"]

_ALL: Final = select(unit_succession).order_by(unit_succession.c.effective_on, unit_succession.c.code)
_LINKS: Final = select(unit_succession_link).order_by(
    unit_succession_link.c.succession_code, unit_succession_link.c.ordinal
)
_CODES: Final[BindParameter[object]] = bindparam("codes", type_=Texts)
_ACCOUNTS: Final = (
    select(membership.c.unit_code, account.c.name)
    .distinct()
    .join(account, account.c.id == membership.c.account_id)
    .where(
        is_any_of(membership.c.unit_code, _CODES),
        membership.c.ended_at.is_(None),
        account.c.disabled_at.is_(None),
        or_(membership.c.valid_to.is_(None), membership.c.valid_to > bindparam("day", type_=Date)),
    )
    .order_by(membership.c.unit_code, account.c.name)
)
_OBLIGATIONS: Final = (
    select(obligation.c.unit_code, obligation.c.campaign_code, obligation.c.period_code)
    .join(
        period,
        and_(period.c.campaign_code == obligation.c.campaign_code, period.c.code == obligation.c.period_code),
    )
    .where(is_any_of(obligation.c.unit_code, _CODES), period.c.state == PeriodState.OPEN)
    .order_by(obligation.c.unit_code, obligation.c.campaign_code, period.c.ordinal)
)
_DRAFTS: Final = (
    select(draft.c.unit_code, draft.c.campaign_code, draft.c.period_code)
    .where(is_any_of(draft.c.unit_code, _CODES))
    .order_by(draft.c.unit_code, draft.c.campaign_code, draft.c.period_code)
)


class DatabaseSuccessions:
    """The port ``Successions``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> tuple[Succession, ...]:
        """Return every recorded one, those replaced, too, by day and code."""
        links = defaultdict(list)
        for row in self._connection.execute(_LINKS):
            link = Link(predecessor=row.predecessor, successor=row.successor, weight=row.weight)
            links[row.succession_code].append(link)
        return tuple(
            Succession(
                code=row.code,
                kind=SuccessionKind(row.kind),
                effective_on=row.effective_on,
                legal_basis=row.legal_basis,
                source=row.source,
                links=tuple(links[row.code]),
                weighed_by=row.weighed_by,
                replaces=row.replaces,
                unverified=frozenset(row.unverified),
            )
            for row in self._connection.execute(_ALL)
        )

    def add(self, successions: Sequence[Succession], now: datetime) -> None:
        """Record some; their units are there already."""
        if not successions:
            return
        self._connection.execute(insert(unit_succession), [_row(each, now) for each in successions])
        self._connection.execute(
            insert(unit_succession_link),
            [
                {
                    "succession_code": each.code,
                    "ordinal": ordinal,
                    "predecessor": link.predecessor,
                    "successor": link.successor,
                    "weight": link.weight,
                }
                for each in successions
                for ordinal, link in enumerate(each.links)
            ],
        )

    def hanging_on(self, unit_codes: Iterable[str], on: date) -> Mapping[str, Hanging]:
        """Return what hangs on some units on and after a day, by unit; those with nothing are left out."""
        wanted = {"codes": list(unit_codes)}
        accounts: dict[str, list[str]] = defaultdict(list)
        for unit_code, name in self._connection.execute(_ACCOUNTS, {**wanted, "day": on}):
            accounts[unit_code].append(name)
        obligations, drafts = (self._places(statement, wanted) for statement in (_OBLIGATIONS, _DRAFTS))
        return {
            code: Hanging(tuple(accounts[code]), tuple(obligations[code]), tuple(drafts[code]))
            for code in sorted({*accounts, *obligations, *drafts})
        }

    def _places(
        self, statement: Select[str, str, str], wanted: Mapping[str, object]
    ) -> defaultdict[str, list[tuple[str, str]]]:
        found = defaultdict(list)
        for row in self._connection.execute(statement, wanted):
            found[row.unit_code].append((row.campaign_code, row.period_code))
        return found


def _row(succession: Succession, now: datetime) -> dict[str, object]:
    return {
        "code": succession.code,
        "kind": succession.kind.value,
        "effective_on": succession.effective_on,
        "legal_basis": succession.legal_basis,
        "source": succession.source,
        "weighed_by": succession.weighed_by,
        "replaces": succession.replaces,
        "unverified": sorted(succession.unverified),
        "recorded_at": now,
    }
