"""Nobody alone makes both halves of another person's way in: a first factor, and doing without the second.

The first is a code for the password, or a link to somebody at the identity provider. Whoever may manage
accounts may do either half, for somebody who has forgotten or lost it. Both together would be that person's
roles, which no administrator could give himself.
"""

from __future__ import annotations

from thidua.application.ports.host import Host
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.trail.auditing import note
from thidua.domain.accounts import Account
from thidua.domain.accounts import Actor
from thidua.domain.audit import Act
from thidua.domain.audit import Outcome
from thidua.domain.audit import Thing
from thidua.domain.errors import ConflictError

__all__ = ["WAYS_IN", "refuse_alone"]

#: What opens an account whose second factor is gone.
WAYS_IN = (Act.INVITATION_MADE, Act.IDENTITY_LINKED)

#: More of either than one account sees in years.
_MOST = 100


def refuse_alone(host: Host, work: UnitOfWork, actor: Actor | None, account: Account, act: Act) -> None:
    """Refuse one half to who has done the other half since the account's person last signed in; written down.

    The operator at the command line is trusted with everything, see SECURITY.md.

    Raises:
        ConflictError: it takes a second person.
    """
    if actor is None:
        return
    # Both halves asked for at the same moment: one of them waits, and sees the other.
    work.accounts.hold(account.id)
    others = WAYS_IN if act is Act.SECOND_FACTOR_REMOVED else (Act.SECOND_FACTOR_REMOVED,)
    done = [
        each.happened_at
        for each in work.visits.happenings(Thing.ACCOUNT, str(account.id), others, _MOST)
        if each.outcome is Outcome.DONE and each.account_id == actor.account_id
    ]
    been_there = work.accounts.last_signed_in(account.id)
    if not done or (been_there is not None and been_there > max(done)):
        return
    note(host, work, actor, act, Thing.ACCOUNT, str(account.id), outcome=Outcome.REFUSED, reason="both halves")
    work.commit()
    raise ConflictError(
        "Bạn vừa cấp mã đặt mật khẩu, nối tài khoản định danh hoặc gỡ lớp xác thực thứ hai cho người này; việc còn "
        "lại phải nhờ người quản trị khác hoặc người vận hành máy chủ, để không ai một mình vào được tài khoản của "
        "người khác.",
        subject=account.name,
    )
