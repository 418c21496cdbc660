"""Second factors: set up, asked for, used up, taken away.

A seed is never stored before a code of it has been typed: until then it follows from the session and a
key that the database does not hold, so that looking at the page changes nothing.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from enum import StrEnum

from thidua.application.access.permissions import needs_second_factor
from thidua.application.access.permissions import require_manager
from thidua.application.access.permissions import require_person
from thidua.application.people.sessions import Entered
from thidua.application.people.sessions import begin_session
from thidua.application.people.sessions import confirm_password
from thidua.application.people.sessions import digest_of
from thidua.application.people.sessions import renew
from thidua.application.people.sessions import require_fresh
from thidua.application.people.throttling import forgive
from thidua.application.people.throttling import take_try
from thidua.application.people.two_persons import refuse_alone
from thidua.application.ports.host import Host
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.trail.auditing import note
from thidua.application.trail.auditing import note_alone
from thidua.domain.accounts import Account
from thidua.domain.accounts import Actor
from thidua.domain.accounts import Origin
from thidua.domain.audit import Act
from thidua.domain.audit import Outcome
from thidua.domain.audit import Thing
from thidua.domain.credentials import matching_step
from thidua.domain.credentials import new_recovery_codes
from thidua.domain.credentials import recovery_digest
from thidua.domain.credentials import setup_address
from thidua.domain.errors import ConflictError
from thidua.domain.errors import NotFoundError
from thidua.domain.errors import NotSignedInError
from thidua.domain.throttling import Bucket
from thidua.domain.throttling import bucket

__all__ = [
    "Offer",
    "Proof",
    "Standing",
    "confirm",
    "enter_code",
    "offer",
    "pending_account",
    "proof_of",
    "remake_recovery_codes",
    "reset_second_factor",
    "set_up",
    "standing",
    "turn_off",
]

_ISSUER = "Thi đua"
#: 160 bits, as the standard recommends.
_SEED_BYTES = 20
_WRONG = "Mã không đúng hoặc đã dùng rồi. Hãy đợi mã mới hiện ra rồi nhập lại."


class Proof(StrEnum):
    """What a person shows once more."""

    CODE = "code"
    PASSWORD = "password"  # noqa: S105  the kind, not a password
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Offer:
    """A seed to be set up: base32 for typing, and the address that the square holds."""

    seed: str
    address: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How a person's second factor stands: whether there is one, whether it must be, codes left on paper."""

    is_on: bool
    is_required: bool
    recovery_codes_left: int
    proof: Proof


def standing(host: Host, actor: Actor) -> Standing:
    """Tell how the person's own second factor stands."""
    require_person(actor)
    with host.work.reading() as work:
        is_on = work.credentials.sealed_seed(actor.account_id) is not None
        left = work.credentials.recovery_codes_left(actor.account_id)
        account = work.accounts.by_id(actor.account_id)
    if account is None:
        raise NotSignedInError(_WRONG)
    return Standing(is_on, _is_required(host, actor), left, proof_of(host, account))


def proof_of(host: Host, account: Account) -> Proof:
    """Tell what a person shows once more: a code where there is a second factor, else the password, if there is one.

    Whoever has neither goes to the provider again, which must not do for the others: its word alone would take
    the second factor away.
    """
    if account.has_second_factor:
        return Proof.CODE
    if host.provider is None or (host.sign_in_rules.takes_passwords and account.password_hash):
        return Proof.PASSWORD
    return Proof.PROVIDER


def offer(host: Host, actor: Actor, secret: str) -> Offer:
    """Return the seed that this session may set up.

    Raises:
        NotConfirmedError: the password has to be shown again first.
        ConflictError: there is a second factor already.
    """
    require_person(actor)
    require_fresh(host, actor)
    with host.work.glancing() as work:
        if work.credentials.sealed_seed(actor.account_id) is not None:
            raise ConflictError("Tài khoản đã có lớp xác thực thứ hai; muốn đổi thì tắt lớp cũ trước.")
    seed = _offered(host, secret)
    return Offer(seed, setup_address(seed, name=actor.name, issuer=_ISSUER))


def set_up(host: Host, actor: Actor, secret: str, *, code: str) -> tuple[str, tuple[str, ...]]:
    """Store the offered seed, a code of which proves that the telephone has it, and end the other sessions.

    Returns:
        The session's new secret, and the recovery codes, to be shown once.

    Raises:
        NotConfirmedError: the password has to be shown again first.
        ConflictError: there is a second factor already.
        NotSignedInError: the code is wrong, or the session has ended.
        TooManyTriesError: too much was tried.
    """
    require_person(actor)
    require_fresh(host, actor)
    taken = take_try(host, bucket("second factor set-up", actor.account_id))
    seed = _offered(host, secret)
    step = matching_step(seed, code, host.clock.real_now())
    if step is None:
        raise NotSignedInError("Mã không đúng. Hãy nhập mã 6 số mà điện thoại đang hiện.")
    codes = new_recovery_codes()
    with host.work.writing() as work:
        work.accounts.hold(actor.account_id)
        forgive(work, taken)
        if work.credentials.sealed_seed(actor.account_id) is not None:
            raise ConflictError("Tài khoản đã có lớp xác thực thứ hai; muốn đổi thì tắt lớp cũ trước.")
        renewed = renew(host, work, secret, by_second_factor=True)
        work.visits.end_sessions(actor.account_id, but=digest_of(renewed))
        sealed = host.seals.seal(seed, _about(actor.account_id))
        work.credentials.set_second_factor(actor.account_id, sealed, step, host.clock.now())
        _store_codes(work, actor.account_id, codes)
        note(host, work, actor, Act.SECOND_FACTOR_ADDED, Thing.ACCOUNT, str(actor.account_id))
        work.accounts.tell(actor.account_id, host.clock.now())
        work.commit()
    return renewed, codes


def enter_code(host: Host, pending: str, *, code: str, origin: Origin, device: str = "") -> Entered:
    """Take the code of a sign-in whose password was right, and start the session.

    Args:
        host: the process's.
        pending: the secret that ``sign_in`` gave.
        code: of the telephone, or a recovery code.
        origin: where it comes from.
        device: the browser's secret, empty if it has none.

    Raises:
        NotSignedInError: the code is wrong or used up, or the sign-in has to be begun anew.
        TooManyTriesError: too much was tried.
    """
    account = pending_account(host, pending)
    taken = take_try(host, *_of_code(host, account, device))
    with host.work.writing() as work:
        work.accounts.hold(account.id)
        used = _use(host, work, account.id, code)
        if used is None:
            act, outcome = Act.SIGN_IN, Outcome.REFUSED
            note(host, work, None, act, Thing.ACCOUNT, str(account.id), outcome=outcome, origin=origin, by="code")
            work.commit()
            raise NotSignedInError(_WRONG)
        if not work.credentials.end_pending(digest_of(pending)):
            raise NotSignedInError("Phiên đăng nhập đã hết. Xin đăng nhập lại từ đầu.")
        forgive(work, taken)
        _note_recovery(host, work, account, used, origin)
        secret = secrets.token_urlsafe(32)
        entered = begin_session(
            host, work, account, secret, origin, device=device, by_second_factor=True, confirmed_at=host.clock.now()
        )
        work.commit()
    return entered


def pending_account(host: Host, pending: str) -> Account:
    """Return whose sign-in is under way.

    Raises:
        NotSignedInError: nobody's (any more).
    """
    now = host.clock.now()
    with host.work.glancing() as work:
        account_id = work.credentials.pending(digest_of(pending), now)
        account = None if account_id is None else work.accounts.by_id(account_id)
    if account is None or account.disabled_at is not None:
        raise NotSignedInError("Phiên đăng nhập đã hết. Xin đăng nhập lại từ đầu.")
    return account


def confirm(host: Host, actor: Actor, secret: str, *, proof: str, device: str = "") -> str:
    """Let a person show once more who it is, so that for some minutes more can be done.

    Args:
        host: the process's.
        actor: whose session it is.
        secret: the session's.
        proof: a code where there is a second factor, else the password: a password alone would
            let its thief take the second factor away.
        device: the browser's secret, empty if it has none.

    Returns:
        The session's new secret; the old one is no good any more.

    Raises:
        NotSignedInError: the proof is wrong or used up, or the session has ended.
        TooManyTriesError: too much was tried.
        BusyError: too many sign in at once.
    """
    require_person(actor)
    with host.work.glancing() as work:
        account = work.accounts.by_id(actor.account_id)
    if account is None:
        raise NotSignedInError(_WRONG)
    proof_wanted = proof_of(host, account)
    if proof_wanted is Proof.PROVIDER:
        raise NotSignedInError("Tài khoản này xác nhận ở cổng đăng nhập, không bằng mật khẩu.")
    if proof_wanted is Proof.PASSWORD:
        return confirm_password(host, account, secret, password=proof, origin=actor.origin, device=device)
    taken = take_try(host, *_of_code(host, account, device))
    with host.work.writing() as work:
        work.accounts.hold(account.id)
        used = _use(host, work, account.id, proof)
        if used is None:
            act, outcome = Act.SIGN_IN, Outcome.REFUSED
            note(host, work, actor, act, Thing.ACCOUNT, str(account.id), outcome=outcome, by="code")
            work.commit()
            raise NotSignedInError(_WRONG)
        forgive(work, taken)
        _note_recovery(host, work, account, used, actor.origin)
        renewed = renew(host, work, secret, by_second_factor=True)
        work.commit()
    return renewed


def turn_off(host: Host, actor: Actor, secret: str) -> str:
    """Forget the person's own second factor and end the other sessions.

    Returns:
        The session's new secret.

    Raises:
        NotConfirmedError: the password has to be shown again first.
        NotFoundError: there is none.
    """
    require_person(actor)
    require_fresh(host, actor)
    with host.work.writing() as work:
        work.accounts.hold(actor.account_id)
        if not work.credentials.remove_second_factor(actor.account_id):
            raise NotFoundError("Tài khoản chưa có lớp xác thực thứ hai.")
        renewed = renew(host, work, secret)
        work.visits.end_sessions(actor.account_id, but=digest_of(renewed))
        note(host, work, actor, Act.SECOND_FACTOR_REMOVED, Thing.ACCOUNT, str(actor.account_id))
        work.accounts.tell(actor.account_id, host.clock.now())
        work.commit()
    return renewed


def remake_recovery_codes(host: Host, actor: Actor) -> tuple[str, ...]:
    """Make new recovery codes in place of all others; to be shown once.

    Raises:
        NotConfirmedError: the password has to be shown again first.
        NotFoundError: there is no second factor.
    """
    require_person(actor)
    require_fresh(host, actor)
    codes = new_recovery_codes()
    with host.work.writing() as work:
        if work.credentials.sealed_seed(actor.account_id) is None:
            raise NotFoundError("Tài khoản chưa có lớp xác thực thứ hai.")
        _store_codes(work, actor.account_id, codes)
        note(
            host, work, actor, Act.SECOND_FACTOR_ADDED, Thing.ACCOUNT, str(actor.account_id), recovery_codes=len(codes)
        )
        work.accounts.tell(actor.account_id, host.clock.now())
        work.commit()
    return codes


def reset_second_factor(host: Host, actor: Actor | None, *, name: str) -> None:
    """Forget the second factor of somebody who has lost it, and end that person's sessions.

    Args:
        host: the process's.
        actor: another person with the right, or None for the operator at the command line.
        name: whose it is.

    Raises:
        NotAllowedError: the person may not manage accounts.
        NotConfirmedError: the password has to be shown again first.
        ConflictError: it is the person's own, who would thereby do without it, or it takes a second person.
        NotFoundError: there is no such account, or it has no second factor.
    """
    require_manager(actor)
    require_fresh(host, actor)
    name = name.strip().lower()
    if actor is not None and actor.name == name:
        note_alone(
            host,
            actor,
            Act.SECOND_FACTOR_REMOVED,
            Thing.ACCOUNT,
            str(actor.account_id),
            outcome=Outcome.REFUSED,
            reason="own",
        )
        raise ConflictError("Phải nhờ người quản trị khác gỡ giúp; không tự gỡ cho mình theo cách này.")
    with host.work.writing() as work:
        account = work.accounts.by_name(name)
        if account is not None:
            work.accounts.hold(account.id)
            refuse_alone(host, work, actor, account, Act.SECOND_FACTOR_REMOVED)
        if account is None or not work.credentials.remove_second_factor(account.id):
            raise NotFoundError("Không có tài khoản này, hoặc tài khoản chưa có lớp xác thực thứ hai.")
        work.visits.end_sessions(account.id)
        note(host, work, actor, Act.SECOND_FACTOR_REMOVED, Thing.ACCOUNT, str(account.id))
        work.accounts.tell(account.id, host.clock.now())
        work.commit()


def _is_required(host: Host, actor: Actor) -> bool:
    return host.sign_in_rules.needs_second_factor and (actor.lacks_second_factor or needs_second_factor(actor))


def _use(host: Host, work: UnitOfWork, account_id: int, code: str) -> str | None:
    """Use a code up; returns which kind it was, None if it is no good."""
    digest = recovery_digest(account_id, code)
    if digest is not None:
        return "recovery" if work.credentials.use_recovery_code(account_id, digest) else None
    sealed = work.credentials.sealed_seed(account_id)
    if sealed is None:
        return None
    # The telephone knows nothing of a simulated clock.
    step = matching_step(host.seals.open(sealed, _about(account_id)), code, host.clock.real_now())
    return "clock" if step is not None and work.credentials.use_step(account_id, step) else None


def _note_recovery(host: Host, work: UnitOfWork, account: Account, used: str, origin: Origin) -> None:
    if used == "recovery":
        left = work.credentials.recovery_codes_left(account.id)
        note(host, work, None, Act.RECOVERY_CODE_USED, Thing.ACCOUNT, str(account.id), origin=origin, left=left)
        work.accounts.tell(account.id, host.clock.now())


def _store_codes(work: UnitOfWork, account_id: int, codes: tuple[str, ...]) -> None:
    digests = [digest for code in codes if (digest := recovery_digest(account_id, code)) is not None]
    work.credentials.set_recovery_codes(account_id, digests)


def _of_code(host: Host, account: Account, device: str) -> tuple[Bucket, ...]:
    """Return the bucket of a person's codes: all networks together, for who guesses there has the password."""
    digest = digest_of(device)
    with host.work.glancing() as work:
        is_known = work.credentials.knows_device(digest, account.name, host.clock.now())
    return (bucket("second factor by device", account.id, digest) if is_known else bucket("second factor", account.id),)


def _offered(host: Host, secret: str) -> str:
    seed = host.seals.derived(f"second factor of session {digest_of(secret)}")[:_SEED_BYTES]
    return base64.b32encode(seed).decode()


def _about(account_id: int) -> str:
    return f"second factor of account {account_id}"
