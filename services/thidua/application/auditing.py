"""Write into the audit trail, with the change itself or, where nothing is changed, alone."""

from __future__ import annotations

from thidua.application.host import Host
from thidua.application.ports import UnitOfWork
from thidua.domain.accounts import Account
from thidua.domain.accounts import Actor
from thidua.domain.accounts import Origin
from thidua.domain.audit import Act
from thidua.domain.audit import AuditEntry
from thidua.domain.audit import Outcome
from thidua.domain.audit import Thing

__all__ = ["note", "note_alone", "tell_owner"]

#: Nobody signed in: a stranger, or the operator at the command line.
_NOBODY = Origin()


def note(
    host: Host,
    work: UnitOfWork,
    actor: Actor | None,
    act: Act,
    thing: Thing,
    key: str,
    *,
    outcome: Outcome = Outcome.DONE,
    origin: Origin | None = None,
    **detail: object,
) -> None:
    """Write one entry with the transaction of the change it tells about.

    Args:
        host: gives the moment.
        work: the transaction, which the caller commits.
        actor: who acts, None for a stranger or the operator's command.
        act: what is done.
        thing: to what kind of thing.
        key: which one.
        outcome: whether it was done or refused.
        origin: where a request without an actor came from.
        detail: codes and numbers; no names, no texts, no secrets.
    """
    entry = AuditEntry(
        happened_at=host.clock.now(),
        account_id=actor.account_id if actor else None,
        act=act,
        thing=thing,
        key=key,
        outcome=outcome,
        origin=origin or (actor.origin if actor else _NOBODY),
        detail=detail,
    )
    work.audit.add([entry])


def tell_owner(
    host: Host,
    work: UnitOfWork,
    actor: Actor | None,
    act: Act,
    account: Account,
    *,
    origin: Origin | None = None,
    **detail: object,
) -> None:
    """Write down a change of how somebody signs in or what somebody may do, and leave word for that person.

    The person reads it at the next pages until it is marked as read.
    """
    note(host, work, actor, act, Thing.ACCOUNT, account.name, outcome=Outcome.DONE, origin=origin, **detail)
    work.accounts.tell(account.id, host.clock.now())


def note_alone(
    host: Host,
    actor: Actor | None,
    act: Act,
    thing: Thing,
    key: str,
    *,
    outcome: Outcome = Outcome.DONE,
    origin: Origin | None = None,
    **detail: object,
) -> None:
    """Write one entry in a transaction of its own, durable when this returns: reads and refusals."""
    with host.work.writing() as work:
        note(host, work, actor, act, thing, key, outcome=outcome, origin=origin, **detail)
        work.commit()
