"""Single-use codes: how people come to their first password, and to a new one.

A code is random, 160 bits, shown once to who made it and handed over by any channel; the database holds
its SHA-256. It sets a password and nothing else: nobody is signed in by it, and a second factor is still
asked for afterwards.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta

from thidua.application.access.permissions import require_manager
from thidua.application.people.passwords import PASSWORDS_OFF
from thidua.application.people.passwords import hash_of_sound
from thidua.application.people.passwords import require_passwords
from thidua.application.people.sessions import digest_of
from thidua.application.people.sessions import require_fresh
from thidua.application.people.throttling import give_back
from thidua.application.people.throttling import of_code
from thidua.application.people.throttling import take_try
from thidua.application.people.two_persons import refuse_alone
from thidua.application.ports.host import Host
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.trail.auditing import note
from thidua.application.trail.auditing import note_refusal
from thidua.application.trail.auditing import tell_owner
from thidua.domain.accounts import Account
from thidua.domain.accounts import Actor
from thidua.domain.accounts import CodeKind
from thidua.domain.accounts import Origin
from thidua.domain.audit import Act
from thidua.domain.audit import Thing
from thidua.domain.errors import ConflictError
from thidua.domain.errors import NotFoundError

__all__ = ["CODE_DAYS", "Code", "accept_code", "make_code", "reset_by_code"]

CODE_DAYS = 7
#: 160 bits make 32 letters and digits without 0, 1, 8 and 9, which are misread.
_BYTES = 20
_GROUP = 4
#: Longer than any code, however it is spaced.
_LONGEST = 100
_NO_GOOD = "Mã này không dùng được: mã sai, đã dùng hoặc đã hết hạn. Hãy hỏi người quản trị để có mã mới."


@dataclass(frozen=True, slots=True)
class Code:
    """A code as it is shown, once."""

    account_id: int
    name: str
    text: str
    expires_at: datetime


def make_code(host: Host, work: UnitOfWork, actor: Actor | None, account: Account, kind: CodeKind) -> Code:
    """Make a code with the transaction at hand; earlier ones of the account are good no more."""
    plain = base64.b32encode(secrets.token_bytes(_BYTES)).decode()
    now = host.clock.now()
    expires_at = now + timedelta(days=CODE_DAYS)
    maker = actor.account_id if actor else None
    work.invitations.add(digest_of(plain), account.id, kind, by=maker, now=now, expires_at=expires_at)
    if kind is CodeKind.RESET:
        # Somebody else than the person can come in with it: the person is told.
        tell_owner(host, work, actor, Act.INVITATION_MADE, account, kind=kind.value)
    else:
        note(host, work, actor, Act.INVITATION_MADE, Thing.ACCOUNT, str(account.id), kind=kind.value)
    shown = "-".join(plain[place : place + _GROUP] for place in range(0, len(plain), _GROUP))
    return Code(account.id, account.name, shown, expires_at)


def reset_by_code(host: Host, actor: Actor | None, account_id: int) -> Code:
    """Make a code by which a person sets a new password; until then the old one is good.

    Raises:
        NotAllowedError: the person may not manage accounts, or passwords are switched off.
        NotFoundError: there is no such account.
        ConflictError: it is disabled, or the person's own.
    """
    require_manager(actor)
    require_fresh(host, actor)
    require_passwords(host)
    with host.work.writing() as work:
        account = work.accounts.by_id(account_id)
        if account is None:
            raise NotFoundError("Không có tài khoản này.", subject=str(account_id))
        if account.disabled_at is not None:
            raise ConflictError("Tài khoản đang bị khóa; hãy mở khóa trước.", subject=account.name)
        if actor is not None and actor.account_id == account_id:
            raise ConflictError("Mật khẩu của chính mình thì đổi ở trang Tài khoản của tôi.", subject=account.name)
        refuse_alone(host, work, actor, account, Act.INVITATION_MADE)
        kind = CodeKind.RESET if account.password_hash else CodeKind.INVITATION
        code = make_code(host, work, actor, account, kind)
        work.commit()
    return code


def accept_code(host: Host, *, code: str, password: str, origin: Origin) -> str:
    """Set the password of the account a code was made for, and end its sessions, with a reset its tokens too.

    A code that is wrong, used, withdrawn or expired meets the same sentence after the same work. The
    password is judged only with a good code.

    Returns:
        The sign-in name.

    Raises:
        ConflictError: the code is no good (subject ``code``), or the password is not (``password``).
        TooManyTriesError: too much was tried.
    """
    if not host.sign_in_rules.takes_passwords:
        note_refusal(host, None, Act.INVITATION_USED, Thing.ACCOUNT, "", origin=origin, reason="passwords_off")
        raise ConflictError(PASSWORDS_OFF, subject="code")
    taken = take_try(host, *of_code("invitation", origin))
    now, digest = host.clock.now(), digest_of(_plain(code))
    with host.work.glancing() as work:
        account_id = work.invitations.account_id(digest, now)
        account = None if account_id is None else work.accounts.by_id(account_id)
    if account is None:
        note_refusal(host, None, Act.INVITATION_USED, Thing.ACCOUNT, "", origin=origin)
        raise ConflictError(_NO_GOOD, subject="code")
    # What is wrong from here on is the password, which is no guess.
    give_back(host, taken)
    password_hash = hash_of_sound(host, password, names=(account.name, account.full_name))
    with host.work.writing() as work:
        kind = work.invitations.use(digest, now)
        if kind is None:
            raise ConflictError(_NO_GOOD, subject="code")
        work.accounts.set_password(account.id, password_hash)
        note(host, work, None, Act.INVITATION_USED, Thing.ACCOUNT, str(account.id), origin=origin, kind=kind.value)
        # Whoever had the password for a while may have made some; a first password had nobody before.
        tokens = work.visits.revoke_tokens(account.id, now) if kind is CodeKind.RESET else 0
        tell_owner(host, work, None, Act.PASSWORD_CHANGED, account, origin=origin, by=kind.value, tokens=tokens)
        work.commit()
    return account.name


def _plain(code: str) -> str:
    return "".join(letter for letter in code[:_LONGEST].upper() if letter.isalnum())
