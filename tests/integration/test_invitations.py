"""Accounts come by invitation: a code that is used once, by whoever it was handed to."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from datetime import timedelta

import pytest
from sqlalchemy import select
from trails import acts
from trails import trail

from thidua.adapters.db.tables import invitation
from thidua.application.people.account_codes import Code
from thidua.application.people.account_codes import accept_code
from thidua.application.people.account_codes import reset_by_code
from thidua.application.people.accounts import NewPerson
from thidua.application.people.accounts import disable_account
from thidua.application.people.accounts import enable_account
from thidua.application.people.bearer_tokens import actor_of_token
from thidua.application.people.bearer_tokens import issue_token
from thidua.application.people.inviting import invite
from thidua.application.people.sessions import actor_of_session
from thidua.application.people.sessions import sign_in
from thidua.domain.accounts import Door
from thidua.domain.accounts import Membership
from thidua.domain.accounts import Origin
from thidua.domain.accounts import Role
from thidua.domain.errors import ConflictError
from thidua.domain.errors import NotAllowedError
from thidua.domain.errors import NotSignedInError
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

NOW = datetime.fromisoformat("2021-09-15T08:00:00+07:00")
PASSWORD = "núi non trùng điệp"
WEB = Origin(Door.WEB, "r1", "192.0.2.7", "Firefox")
LAN = NewPerson("ngoc.lan", "Nguyễn Ngọc Lan", "Chuyên viên")


@pytest.fixture
def here(database_url: str) -> Installation:
    return an_installation(database_url, at=NOW)


def invited(here: Installation, *roles: Membership) -> Code:
    return invite(here.host, here.admin(), LAN, roles).code


def accepted(here: Installation, code: str, password: str = PASSWORD) -> str:
    return accept_code(here.host, code=code, password=password, origin=WEB)


def test_the_person_sets_the_password_and_signs_in(here: Installation) -> None:
    code = invited(here)
    with pytest.raises(NotSignedInError):
        sign_in(here.host, name="ngoc.lan", password="")
    assert accepted(here, code.text) == "ngoc.lan"
    assert actor_of_session(here.host, sign_in(here.host, name="ngoc.lan", password=PASSWORD).secret)
    key = str(invited_id(here))
    assert trail(here) == [
        ("account_added", key, "done", "command"),
        ("invitation_made", key, "done", "command"),
        ("sign_in", key, "refused", "command"),
        ("invitation_used", key, "done", "web"),
        ("password_changed", key, "done", "web"),
        ("sign_in", key, "done", "command"),
    ]


def test_a_code_is_long_random_and_stored_as_a_digest_alone(here: Installation) -> None:
    first, second = invited(here), reset_by_code(here.host, here.admin(), invited_id(here))
    plain = first.text.replace("-", "")
    assert len(plain) * 5 >= 128
    assert first.text != second.text
    with here.host.work.reading() as work:
        rows = work._connection.execute(select(invitation)).all()  # type: ignore[attr-defined]  # the adapter's
    assert plain not in str(rows)
    assert first.text not in str(rows)
    assert [len(row.digest) for row in rows] == [64, 64]


def invited_id(here: Installation) -> int:
    with here.host.work.reading() as work:
        account = work.accounts.by_name("ngoc.lan")
    assert account is not None
    return account.id


def test_it_is_read_however_it_is_typed(here: Installation) -> None:
    code = invited(here).text
    assert accepted(here, f"  {code.lower().replace('-', ' ')} ") == "ngoc.lan"


@pytest.mark.parametrize("why", ["wrong", "empty", "used", "expired", "withdrawn", "disabled", "long"])
def test_a_code_that_is_no_good_meets_one_sentence_whatever_the_reason(here: Installation, why: str) -> None:
    code = invited(here).text
    if why == "used":
        accepted(here, code)
    elif why == "expired":
        here.clock.instant += timedelta(days=7)
    elif why == "withdrawn":
        reset_by_code(here.host, here.admin(), invited_id(here))
    elif why == "disabled":
        disable_account(here.host, here.admin(), invited_id(here))
    typed = {"wrong": "ABCD" * 8, "empty": "", "long": "A" * 10_000}.get(why, code)
    with pytest.raises(ConflictError) as refused:
        accepted(here, typed, "another password 1")
    assert refused.value.subject == "code"
    assert refused.value.message == (
        "Mã này không dùng được: mã sai, đã dùng hoặc đã hết hạn. Hãy hỏi người quản trị để có mã mới."
    )
    with pytest.raises(NotSignedInError):
        sign_in(here.host, name="ngoc.lan", password="another password 1")


def test_a_code_that_is_no_good_costs_no_hash(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Strangers shall not keep the machine busy; all codes that are no good do the same work."""
    monkeypatch.setattr(type(here.host.passwords), "hash", lambda *_: pytest.fail("a hash was made"))
    with pytest.raises(ConflictError):
        accepted(here, "ABCD" * 8)


def test_the_last_moment_of_seven_days_is_good(here: Installation) -> None:
    code = invited(here)
    here.clock.instant += timedelta(days=7) - timedelta(seconds=1)
    assert accepted(here, code.text) == "ngoc.lan"


def test_a_password_that_is_no_good_leaves_the_code_good(here: Installation) -> None:
    code = invited(here)
    with pytest.raises(ConflictError) as refused:
        accepted(here, code.text, "ngắn")
    assert refused.value.subject == "password"
    assert accepted(here, code.text) == "ngoc.lan"


def test_a_reset_keeps_the_old_password_until_the_new_one_is_set_and_ends_the_sessions(here: Installation) -> None:
    accepted(here, invited(here).text)
    session = sign_in(here.host, name="ngoc.lan", password=PASSWORD).secret
    code = reset_by_code(here.host, here.admin(), invited_id(here))
    assert sign_in(here.host, name="ngoc.lan", password=PASSWORD)
    person = actor_of_session(here.host, session)
    assert person is not None
    assert person.has_news
    accepted(here, code.text, "con thuyền ngoài bãi xa")
    assert actor_of_session(here.host, session) is None
    with pytest.raises(NotSignedInError):
        sign_in(here.host, name="ngoc.lan", password=PASSWORD)
    assert sign_in(here.host, name="ngoc.lan", password="con thuyền ngoài bãi xa")


def test_nobody_resets_the_own_password_by_code(here: Installation) -> None:
    admin = here.admin()
    with pytest.raises(ConflictError, match="chính mình"):
        reset_by_code(here.host, admin, admin.account_id)


def test_only_who_manages_accounts_invites_resets_and_disables(here: Installation) -> None:
    office, reporter = here.office(), here.reporter("LS-186-VHTT")
    for actor in (office, reporter):
        with pytest.raises(NotAllowedError):
            invite(here.host, actor, LAN, ())
        with pytest.raises(NotAllowedError):
            reset_by_code(here.host, actor, here.admin().account_id)
        with pytest.raises(NotAllowedError):
            disable_account(here.host, actor, here.admin().account_id)
    assert acts(here) == []


def test_a_name_that_is_taken_or_unusable_is_refused_and_nothing_is_left(here: Installation) -> None:
    invited(here)
    before = acts(here)
    for name in ("ngoc.lan", "NGOC.LAN", "ngọc lan", "", "x", "a" * 65):
        with pytest.raises(ConflictError):
            invite(here.host, here.admin(), NewPerson(name, "Ai đó", ""), ())
    with pytest.raises(ConflictError):
        invite(here.host, here.admin(), NewPerson("ai.do", "  ", ""), ())
    with pytest.raises(ConflictError):
        invite(here.host, here.admin(), NewPerson("ai.do", "x" * 201, ""), ())
    assert acts(here) == before


def test_who_is_disabled_is_out_at_once_and_comes_back_only_by_signing_in(here: Installation) -> None:
    accepted(here, invited(here).text)
    session = sign_in(here.host, name="ngoc.lan", password=PASSWORD).secret
    token = issue_token(here.host, name="ngoc.lan", label="x")
    account_id = invited_id(here)
    disable_account(here.host, here.admin(), account_id)
    assert actor_of_session(here.host, session) is None
    with pytest.raises(NotSignedInError):
        actor_of_token(here.host, token)
    with pytest.raises(NotSignedInError):
        sign_in(here.host, name="ngoc.lan", password=PASSWORD)
    with pytest.raises(ConflictError):
        disable_account(here.host, here.admin(), account_id)
    enable_account(here.host, here.admin(), account_id)
    assert actor_of_session(here.host, session) is None
    with pytest.raises(NotSignedInError):
        actor_of_token(here.host, token)
    assert sign_in(here.host, name="ngoc.lan", password=PASSWORD)
    with pytest.raises(ConflictError):
        enable_account(here.host, here.admin(), account_id)


def test_nobody_disables_the_own_account(here: Installation) -> None:
    admin = here.admin()
    with pytest.raises(ConflictError, match="chính mình"):
        disable_account(here.host, admin, admin.account_id)


def test_an_invited_unit_role_waits_and_holds_nothing(here: Installation) -> None:
    wished = Membership(Role.UNIT_REPORTER, "LS-186-VHTT", NOW.date())
    made = invite(here.host, here.admin(), LAN, [wished])
    assert (made.held, made.waiting) == (0, 1)
    accepted(here, made.code.text)
    person = actor_of_session(here.host, sign_in(here.host, name="ngoc.lan", password=PASSWORD).secret)
    assert person is not None
    assert person.memberships == ()


def test_of_two_who_use_a_code_at_once_one_sets_the_password(here: Installation) -> None:
    code = invited(here).text
    real = here.host.passwords

    class Slow:
        """While the first one's password is hashed, the second one comes through."""

        matches = staticmethod(real.matches)

        def hash(self, password: str) -> str:
            accepted(here, code, "mật khẩu của người thứ hai")
            return real.hash(password)

    with pytest.raises(ConflictError) as refused:
        accept_code(replace(here.host, passwords=Slow()), code=code, password=PASSWORD, origin=WEB)
    assert refused.value.subject == "code"
    assert sign_in(here.host, name="ngoc.lan", password="mật khẩu của người thứ hai")
    assert acts(here).count("password_changed") == 1
