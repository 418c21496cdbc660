"""Write into the audit trail, with the change itself or, where nothing is changed, alone."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from collections.abc import Mapping

from thidua.application.ports.host import Host
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.domain.accounts import Account
from thidua.domain.accounts import Actor
from thidua.domain.accounts import Origin
from thidua.domain.audit import Act
from thidua.domain.audit import AuditEntry
from thidua.domain.audit import Outcome
from thidua.domain.audit import Thing
from thidua.domain.errors import UnavailableError
from thidua.forms.compose import ComposedForm

__all__ = ["note", "note_alone", "note_people", "note_refusal", "tell_owner"]

_log = logging.getLogger(__name__)

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
    note(host, work, actor, act, Thing.ACCOUNT, str(account.id), outcome=Outcome.DONE, origin=origin, **detail)
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


def note_refusal(
    host: Host,
    actor: Actor | None,
    act: Act,
    thing: Thing,
    key: str,
    *,
    origin: Origin,
    unit_code: str = "",
    **detail: object,
) -> None:
    """Write that something was refused, or count it where its network has had its share of this minute.

    Where the database does not take it, the log does: the refusal stands either way. ``unit_code`` is
    what was asked for and is written only if there is such a unit: addresses hold whatever is typed.
    """
    gate = host.custody.refusals
    who = f"account {actor.account_id}" if actor else origin.network
    is_kept, left_out = gate.admit(who), gate.left_out()
    if not (is_kept or left_out):
        return
    try:
        with host.work.writing() as work:
            if is_kept:
                if unit_code and work.directory.some([unit_code]):
                    detail["unit"] = unit_code
                note(host, work, actor, act, thing, key, outcome=Outcome.REFUSED, origin=origin, **detail)
            for each, count in left_out.items():
                _note_left_out(host, work, each, count)
            work.commit()
    except UnavailableError:
        _log.warning("a refusal could not be written into the audit trail, request %s", origin.request_id)


def _note_left_out(host: Host, work: UnitOfWork, who: str, count: int) -> None:
    """Write how many refusals of a network or an account were only counted."""
    is_account = who.startswith("account ")
    thing, key = (Thing.ACCOUNT, who.removeprefix("account ")) if is_account else (Thing.PAGE, "")
    network = Origin(network="" if is_account else who)
    note(host, work, None, Act.REFUSAL, thing, key, outcome=Outcome.REFUSED, origin=network, only_counted=count)


def note_people(
    host: Host,
    actor: Actor,
    form: ComposedForm,
    thing: Thing,
    key: str,
    payloads: Mapping[int, Mapping[str, object]],
) -> None:
    """Write that somebody is about to be given rows that name persons, if there are any.

    Durable when this returns, and raises where it cannot be: then nothing is given.

    Args:
        host: the ports.
        actor: who reads.
        form: tells which tables name persons.
        thing: what is read.
        key: which one.
        payloads: what will be shown, by the filing's number.
    """
    tables = [field.name for field in form.fields if field.personal]
    numbers = sorted(number for number, payload in payloads.items() if _says_something(payload, tables))
    if numbers:
        note_alone(host, actor, Act.READ_PEOPLE, thing, key, revisions=numbers)


def _says_something(payload: Mapping[str, object], tables: Iterable[str]) -> bool:
    return any(payload.get(name) for name in tables)
