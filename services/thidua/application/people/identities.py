"""Link accounts to people of the identity provider: by who manages accounts, or by the person, never by a name."""

from __future__ import annotations

from collections.abc import Sequence

from thidua.application.access.permissions import require_manager
from thidua.application.access.permissions import require_person
from thidua.application.people.accounts import named_account
from thidua.application.people.memberships import today_of
from thidua.application.people.sessions import digest_of
from thidua.application.people.sessions import require_fresh
from thidua.application.people.two_persons import refuse_alone
from thidua.application.ports.host import Host
from thidua.application.ports.identity_ports import IdentitySeen
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.trail.auditing import tell_owner
from thidua.domain.accounts import Account
from thidua.domain.accounts import Actor
from thidua.domain.audit import Act
from thidua.domain.errors import ConflictError
from thidua.domain.errors import InvalidConfigurationError
from thidua.domain.errors import NotFoundError
from thidua.domain.single_sign_on import is_subject

__all__ = [
    "MOST_LINKS",
    "add_link",
    "link_identity",
    "linked_identities",
    "remove_own_identity",
    "require_way_in",
    "unlink_identity",
]

#: Of one account: that of today, and that of a provider which is being left.
MOST_LINKS = 3
_NO_PROVIDER = "Chưa có cổng đăng nhập một lần; hãy đặt THIDUA_OIDC_ISSUER trước."
_LAST_ADMIN = "Đây là người quản trị cuối cùng còn vào được. Hãy nối một người quản trị khác trước."


def link_identity(host: Host, actor: Actor | None, account_id: int, subject: str) -> int:
    """Let a person of the provider sign in to an account; returns the link's id.

    Raises:
        NotAllowedError: the person may not manage accounts.
        NotConfirmedError: who it is has to be shown again first.
        NotFoundError: there is no such account.
        ConflictError: there is no provider, it is the person's own account or disabled, the subject cannot be
            one (subject ``subject``) or is linked already, or it takes a second person.
    """
    require_manager(actor)
    require_fresh(host, actor)
    if host.provider is None:
        raise ConflictError(_NO_PROVIDER, subject="subject")
    subject = subject.strip()
    if not is_subject(subject):
        raise ConflictError(
            "Mã định danh gồm 1 đến 255 chữ không dấu, chữ số và dấu, không có dấu cách.", subject="subject"
        )
    with host.work.writing() as work:
        account = work.accounts.by_id(account_id)
        if account is None:
            raise NotFoundError("Không có tài khoản này.", subject=str(account_id))
        if actor is not None and actor.account_id == account_id:
            raise ConflictError("Tài khoản của chính mình thì nối ở trang Tài khoản của tôi.", subject="subject")
        if account.disabled_at is not None:
            raise ConflictError("Tài khoản đang bị khóa; hãy mở khóa trước.", subject="subject")
        refuse_alone(host, work, actor, account, Act.IDENTITY_LINKED)
        by = "manager" if actor else "command"
        made = add_link(host, work, actor, account, issuer=host.provider.issuer, subject=subject, by=by)
        work.commit()
    return made


def add_link(
    host: Host, work: UnitOfWork, actor: Actor | None, account: Account, *, issuer: str, subject: str, by: str
) -> int:
    """Add a link with the transaction at hand, and leave word for the account's person.

    Raises:
        ConflictError: that person is linked already, or the account has as many links as it may.
    """
    work.accounts.hold(account.id)
    if len(work.identities.of(account.id)) >= MOST_LINKS:
        raise ConflictError(f"Mỗi tài khoản nối nhiều nhất {MOST_LINKS} tài khoản định danh.", subject="subject")
    linker = actor.account_id if actor else None
    made = work.identities.add(account.id, issuer, subject, by=linker, now=host.clock.now())
    tell_owner(host, work, actor, Act.IDENTITY_LINKED, account, identity=made, by=by)
    return made


def unlink_identity(host: Host, actor: Actor | None, account_id: int, identity_id: int) -> None:
    """Let a person of the provider sign in to an account no more; the account's sessions end.

    Raises:
        NotAllowedError: the person may not manage accounts.
        NotConfirmedError: who it is has to be shown again first.
        NotFoundError: there is no such account, or it has no such link.
        ConflictError: it is the person's own account, or nobody could manage accounts any more.
    """
    require_manager(actor)
    require_fresh(host, actor)
    with host.work.writing() as work:
        account = work.accounts.by_id(account_id)
        if actor is not None and actor.account_id == account_id:
            raise ConflictError("Tài khoản của chính mình thì gỡ ở trang Tài khoản của tôi.", subject="identity")
        if account is None or not work.identities.remove(account_id, identity_id):
            raise NotFoundError("Không có tài khoản định danh này.", subject=str(identity_id))
        _require_an_admin(host, work)
        ended = work.visits.end_sessions(account_id)
        tell_owner(host, work, actor, Act.IDENTITY_UNLINKED, account, identity=identity_id, sessions=ended)
        work.commit()


def remove_own_identity(host: Host, actor: Actor, secret: str, identity_id: int) -> None:
    """Remove one of the person's own links; the other sessions end.

    Raises:
        NotAllowedError: the request came with a token.
        NotConfirmedError: who it is has to be shown again first.
        NotFoundError: the person has no such link.
        ConflictError: the person could not sign in any more.
    """
    require_person(actor)
    require_fresh(host, actor)
    with host.work.writing() as work:
        work.accounts.hold(actor.account_id)
        account = work.accounts.by_id(actor.account_id)
        if account is None or not work.identities.remove(actor.account_id, identity_id):
            raise NotFoundError("Không có tài khoản định danh này.", subject=str(identity_id))
        issuer = host.provider.issuer if host.provider else ""
        has_password = host.sign_in_rules.takes_passwords and bool(account.password_hash)
        if not has_password and all(each.issuer != issuer for each in work.identities.of(actor.account_id)):
            raise ConflictError("Gỡ rồi thì bạn không còn cách nào để đăng nhập.", subject="identity")
        ended = work.visits.end_sessions(actor.account_id, but=digest_of(secret))
        tell_owner(host, work, actor, Act.IDENTITY_UNLINKED, account, identity=identity_id, sessions=ended)
        work.commit()


def linked_identities(host: Host, name: str = "") -> Sequence[IdentitySeen]:
    """Return the links of an account, or all; for the operator's commands.

    Raises:
        NotFoundError: there is no such account.
    """
    with host.work.reading() as work:
        return work.identities.of(named_account(work, name).id) if name else work.identities.all()


def require_way_in(host: Host) -> None:
    """Refuse to serve where passwords are switched off and no administrator could come in.

    Raises:
        InvalidConfigurationError: says what to do.
    """
    with host.work.reading() as work:
        try:
            _require_an_admin(host, work)
        except ConflictError:
            raise InvalidConfigurationError(
                "Mật khẩu đang tắt (THIDUA_PASSWORDS=off) mà chưa người quản trị nào nối với cổng đăng nhập, nên không "
                "ai vào quản trị được. Hãy chạy: thidua account link TÊN MÃ_ĐỊNH_DANH, hoặc đặt THIDUA_PASSWORDS=on.",
                subject="THIDUA_PASSWORDS",
            ) from None


def _require_an_admin(host: Host, work: UnitOfWork) -> None:
    if host.sign_in_rules.takes_passwords:
        return
    if host.provider is None or not work.identities.linked_admins(host.provider.issuer, today_of(host)):
        raise ConflictError(_LAST_ADMIN, subject="identity")
