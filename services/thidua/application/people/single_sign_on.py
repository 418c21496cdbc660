"""Trips to the identity provider: to sign in, to show once more who one is, to link an account.

A trip begins with a *ticket*, which the browser keeps sealed and cannot read: the state that has to come
back, the nonce and the verifier of the code, and what the trip is for. Whoever comes back without it, or
with another's, has not been there for us. What the provider answers is an attacker's word until it is judged.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from enum import StrEnum
from typing import Final
from typing import NoReturn

from thidua.application.access.permissions import require_person
from thidua.application.people.identities import add_link
from thidua.application.people.second_factors import Proof
from thidua.application.people.second_factors import proof_of
from thidua.application.people.sessions import PENDING
from thidua.application.people.sessions import Entered
from thidua.application.people.sessions import begin_session
from thidua.application.people.sessions import digest_of
from thidua.application.people.sessions import is_as_read
from thidua.application.people.sessions import renew
from thidua.application.people.sessions import require_fresh
from thidua.application.people.throttling import give_back
from thidua.application.people.throttling import of_network
from thidua.application.people.throttling import take_try
from thidua.application.ports.host import Host
from thidua.application.ports.identity_ports import Provider
from thidua.application.trail.auditing import note_refusal
from thidua.domain.accounts import Actor
from thidua.domain.accounts import Origin
from thidua.domain.audit import Act
from thidua.domain.audit import Thing
from thidua.domain.errors import BrokenSealError
from thidua.domain.errors import ConflictError
from thidua.domain.errors import NotFoundError
from thidua.domain.errors import NotSignedInError
from thidua.domain.errors import UnavailableError
from thidua.domain.single_sign_on import Vouched

__all__ = [
    "TRIP",
    "UNKNOWN",
    "Answer",
    "Arrival",
    "Departure",
    "Purpose",
    "begin_confirmation",
    "begin_link",
    "begin_sign_in",
    "come_back",
    "finish_confirmation",
    "finish_link",
    "finish_sign_in",
    "leaving_address",
]

#: How long a trip may take.
TRIP: Final = timedelta(minutes=10)
#: The refusal's subject where nobody is linked to who came back.
UNKNOWN: Final = "unknown"
#: How far the provider's clock may be off.
_OFF: Final = timedelta(seconds=30)
#: For how long what was shown at the provider counts as shown.
_FRESH: Final = timedelta(minutes=10)
_ABOUT: Final = "trip to the identity provider"
_BYTES: Final = 32
_LONGEST: Final = {"state": 100, "code": 4096, "issuer": 500, "error": 100}
_LONGEST_TICKET: Final = 3000
#: What a provider may say went wrong, as OAuth and OpenID Connect name it; nothing else it says is kept.
_ERRORS: Final = frozenset(
    {
        *("access_denied", "account_selection_required", "consent_required", "interaction_required"),
        *("invalid_request", "invalid_scope", "login_required", "server_error", "temporarily_unavailable"),
        *("unauthorized_client", "unsupported_response_type"),
    }
)
_AGAIN = "Xin bắt đầu đăng nhập lại từ đầu."
_WORDS: Final = {
    "ticket": f"Lần đăng nhập này không bắt đầu từ trình duyệt này, hoặc đã quá 10 phút. {_AGAIN}",
    "used": f"Lần đăng nhập này đã dùng rồi. {_AGAIN}",
    "error": f"Cổng đăng nhập không cho vào, hoặc bạn đã bấm thôi. {_AGAIN}",
    "session": "Phiên làm việc đã đổi trong lúc bạn ở cổng đăng nhập. Xin làm lại từ đầu.",
    "another": "Người vừa đăng nhập ở cổng không phải là người của tài khoản này.",
    "auth_time": "Cổng đăng nhập không cho biết bạn vừa đăng nhập lại, nên chưa xác nhận được.",
    UNKNOWN: "Tài khoản định danh này chưa nối với tài khoản nào đang dùng được ở đây.",
}


class Purpose(StrEnum):
    """What a trip is for."""

    SIGN_IN = "sign_in"
    CONFIRM = "confirm"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Departure:
    """Where the browser goes, and the ticket that it keeps meanwhile."""

    address: str
    ticket: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the browser brought back, as it came; ``issuer`` None where nothing was said."""

    state: str = ""
    code: str = ""
    issuer: str | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody has come back and the provider vouches for the person; made by :func:`come_back` alone."""

    purpose: Purpose
    next_path: str
    vouched: Vouched
    begun_at: datetime
    session: str


def begin_sign_in(host: Host, *, next_path: str) -> Departure:
    """Send a stranger to the provider; writes nothing.

    Raises:
        NotFoundError: there is no provider.
        UnavailableError: it does not answer.
    """
    return _depart(host, Purpose.SIGN_IN, next_path, "")


def begin_confirmation(host: Host, actor: Actor, secret: str, *, next_path: str) -> Departure:
    """Send a person to the provider once more, who shows there anew who it is.

    Raises:
        NotAllowedError: the request came with a token.
        ConflictError: the person has a password or a second factor to show.
        NotFoundError: there is no provider.
        UnavailableError: it does not answer.
    """
    require_person(actor)
    _require_proof_by_provider(host, actor)
    return _depart(host, Purpose.CONFIRM, next_path, digest_of(secret))


def begin_link(host: Host, actor: Actor, secret: str, *, next_path: str) -> Departure:
    """Send a person to the provider to link the own account.

    Raises:
        NotAllowedError: the request came with a token.
        NotConfirmedError: who it is has to be shown again first.
        NotFoundError: there is no provider.
        UnavailableError: it does not answer.
    """
    require_person(actor)
    require_fresh(host, actor)
    return _depart(host, Purpose.LINK, next_path, digest_of(secret))


def come_back(host: Host, ticket: str, answer: Answer, origin: Origin) -> Arrival:
    """Judge what came back from the provider; good once.

    Raises:
        NotSignedInError: it is not ours, or no good; the subject is a short word for why.
        TooManyTriesError: too much was tried.
        UnavailableError: the provider does not answer.
    """
    provider, now = _provider(host), host.clock.real_now()
    trip = _opened(host, ticket)
    if trip is None or not _is_ours(trip, answer, provider, now):
        _refuse(host, origin, "ticket")
    taken = take_try(host, of_network(origin))
    with host.work.writing() as work:
        is_first = work.identities.use_up(digest_of(trip["state"]), now, now + TRIP)
        work.commit()
    if not is_first:
        _refuse(host, origin, "used")
    if answer.error or not answer.code:
        said = answer.error if answer.error in _ERRORS else "other"
        _refuse(host, origin, "error", why=said)
    try:
        vouched = provider.redeem(
            code=answer.code, verifier=trip["verifier"], nonce=trip["nonce"], issuer=answer.issuer, now=now
        )
    except NotSignedInError as refusal:
        note_refusal(host, None, Act.SIGN_IN, Thing.ACCOUNT, "", origin=origin, by="provider", reason=refusal.subject)
        raise
    except UnavailableError:
        give_back(host, taken)
        raise
    give_back(host, taken)
    begun_at = datetime.fromtimestamp(int(trip["begun"]), UTC)
    return Arrival(Purpose(trip["purpose"]), trip["next"], vouched, begun_at, trip["session"])


def finish_sign_in(host: Host, arrival: Arrival, *, origin: Origin, device: str = "") -> Entered:
    """Start a session of whom the provider vouches for, or ask for our own second factor.

    Raises:
        NotSignedInError: no account is linked (subject :data:`UNKNOWN`), or it is disabled, which reads alike.
    """
    if arrival.purpose is not Purpose.SIGN_IN:
        _refuse(host, origin, "ticket")
    vouched, now = arrival.vouched, host.clock.now()
    secret = secrets.token_urlsafe(_BYTES)
    with host.work.glancing() as work:
        link = work.identities.find(vouched.issuer, vouched.subject)
        account = None if link is None else work.accounts.by_id(link.account_id)
    if link is None or account is None or account.disabled_at is not None:
        key = "" if account is None else str(account.id)
        _refuse(host, origin, UNKNOWN, key=key, why="unknown" if account is None else "disabled")
    with host.work.writing() as work:
        if not (is_as_read(work, account) and work.identities.used(link.id, now)):
            raise NotSignedInError(_WORDS[UNKNOWN], subject=UNKNOWN)
        is_strong = not vouched.methods.isdisjoint(host.sign_in_rules.strong_methods)
        if account.has_second_factor and not is_strong:
            work.credentials.add_pending(digest_of(secret), account.id, now, now + PENDING)
            entered = Entered(secret, is_pending=True)
        else:
            entered = begin_session(
                host,
                work,
                account,
                secret,
                origin,
                device=device,
                by_second_factor=is_strong,
                confirmed_at=_shown_at(host, vouched),
                by="provider",
            )
        work.commit()
    return entered


def finish_confirmation(host: Host, actor: Actor, secret: str, arrival: Arrival) -> str:
    """Take the provider's word that the person has just shown who it is; returns the session's new secret.

    Raises:
        NotAllowedError: the request came with a token.
        ConflictError: the person has a password or a second factor to show.
        NotSignedInError: it was somebody else, not now, or for another session.
    """
    require_person(actor)
    _require_proof_by_provider(host, actor)
    shown_at = _require_just_shown(host, actor, secret, arrival, Purpose.CONFIRM)
    with host.work.glancing() as work:
        link = work.identities.find(arrival.vouched.issuer, arrival.vouched.subject)
    if link is None or link.account_id != actor.account_id:
        _refuse(host, actor.origin, "another", actor=actor)
    with host.work.writing() as work:
        renewed = renew(host, work, secret, confirmed_at=shown_at)
        work.commit()
    return renewed


def finish_link(host: Host, actor: Actor, secret: str, arrival: Arrival) -> None:
    """Link the person's account to whom the provider vouches for, who has to be there now.

    On a machine that several share, the provider may remember a colleague: so the person signs in there anew.

    Raises:
        NotAllowedError: the request came with a token.
        NotConfirmedError: who it is has to be shown again first.
        NotSignedInError: nobody has just signed in there, or it was for another session.
        ConflictError: that person is linked already.
    """
    require_person(actor)
    require_fresh(host, actor)
    _require_just_shown(host, actor, secret, arrival, Purpose.LINK)
    with host.work.writing() as work:
        account = work.accounts.by_id(actor.account_id)
        if account is None:
            raise NotSignedInError(_WORDS["session"], subject="session")
        vouched = arrival.vouched
        add_link(host, work, actor, account, issuer=vouched.issuer, subject=vouched.subject, by="person")
        work.commit()


def leaving_address(host: Host) -> str:
    """Return where people end their session at the provider, empty if there is none; asks nobody."""
    return host.provider.leaving_address() if host.provider else ""


def _provider(host: Host) -> Provider:
    if host.provider is None:
        raise NotFoundError("Hệ thống này không có cổng đăng nhập một lần.")
    return host.provider


def _require_proof_by_provider(host: Host, actor: Actor) -> None:
    with host.work.glancing() as work:
        account = work.accounts.by_id(actor.account_id)
    if account is None or proof_of(host, account) is not Proof.PROVIDER:
        raise ConflictError("Tài khoản này xác nhận bằng mật khẩu hoặc mã, không ở cổng đăng nhập.")


def _depart(host: Host, purpose: Purpose, next_path: str, session: str) -> Departure:
    provider = _provider(host)
    state, nonce, verifier = (secrets.token_urlsafe(_BYTES) for _ in range(3))
    again = purpose is not Purpose.SIGN_IN
    address = provider.address(state=state, nonce=nonce, verifier=verifier, again=again)
    trip = {
        "state": state,
        "nonce": nonce,
        "verifier": verifier,
        "purpose": purpose.value,
        "next": next_path,
        "session": session,
        "issuer": provider.issuer,
        "begun": str(int(host.clock.real_now().timestamp())),
    }
    return Departure(address, host.seals.seal(json.dumps(trip), _ABOUT))


def _opened(host: Host, ticket: str) -> dict[str, str] | None:
    """Return what a ticket says, which we have written ourselves; None if it is none of ours."""
    if not ticket or len(ticket) > _LONGEST_TICKET:
        return None
    try:
        trip: dict[str, str] = json.loads(host.seals.open(ticket, _ABOUT))
    except BrokenSealError:
        return None
    return trip


def _is_ours(trip: dict[str, str], answer: Answer, provider: Provider, now: datetime) -> bool:
    given = {"state": answer.state, "code": answer.code, "issuer": answer.issuer or "", "error": answer.error}
    if any(len(text) > _LONGEST[name] for name, text in given.items()):
        return False
    age = now - datetime.fromtimestamp(int(trip["begun"]), UTC)
    return (
        secrets.compare_digest(trip["state"].encode(), answer.state.encode(errors="replace"))
        and trip["issuer"] == provider.issuer
        and -_OFF <= age <= TRIP
    )


def _shown_at(host: Host, vouched: Vouched) -> datetime | None:
    """Return when the person showed the provider who it is, by the product's clock; None unless that was just now."""
    if vouched.signed_in_at is None:
        return None
    age = max(host.clock.real_now() - vouched.signed_in_at, timedelta(0))
    return host.clock.now() - age if age <= _FRESH else None


def _require_just_shown(host: Host, actor: Actor, secret: str, arrival: Arrival, purpose: Purpose) -> datetime:
    """Refuse unless the trip was this session's for this purpose, and the person signed in anew on it."""
    if arrival.purpose is not purpose or not secrets.compare_digest(arrival.session, digest_of(secret)):
        _refuse(host, actor.origin, "session", actor=actor)
    signed_in_at, shown_at = arrival.vouched.signed_in_at, _shown_at(host, arrival.vouched)
    if signed_in_at is None or shown_at is None or signed_in_at < arrival.begun_at - _OFF:
        _refuse(host, actor.origin, "auth_time", actor=actor)
    return shown_at


def _refuse(
    host: Host, origin: Origin, reason: str, *, actor: Actor | None = None, key: str = "", why: str = ""
) -> NoReturn:
    """Note and refuse; nothing of what the provider or the browser wrote is kept. ``why`` is for the trail alone."""
    told = why or reason
    note_refusal(host, actor, Act.SIGN_IN, Thing.ACCOUNT, key, origin=origin, by="provider", reason=told)
    raise NotSignedInError(_WORDS[reason], subject=reason)
