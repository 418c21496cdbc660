"""Guessing is slow wherever a secret is asked for, and what is grave asks once more who is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from datetime import timedelta

import pytest
from trails import trail

from thidua.application.people.account_codes import accept_code
from thidua.application.people.account_codes import reset_by_code
from thidua.application.people.accounts import NewPerson
from thidua.application.people.erasing import erase_account
from thidua.application.people.inviting import Handover
from thidua.application.people.inviting import hand_over
from thidua.application.people.inviting import invite
from thidua.application.people.memberships import confirm_membership
from thidua.application.people.memberships import give_membership
from thidua.application.people.own_account import change_own_password
from thidua.application.people.own_tokens import make_token
from thidua.application.people.second_factors import confirm
from thidua.application.people.second_factors import reset_second_factor
from thidua.application.people.sessions import actor_of_session
from thidua.application.people.sessions import sign_in
from thidua.domain.accounts import Actor
from thidua.domain.accounts import Door
from thidua.domain.accounts import Membership
from thidua.domain.accounts import Origin
from thidua.domain.accounts import Role
from thidua.domain.errors import ConflictError
from thidua.domain.errors import NotConfirmedError
from thidua.domain.errors import NotSignedInError
from thidua.domain.errors import ThiduaError
from thidua.domain.errors import TooManyTriesError
from thidua.domain.errors import UnsoundPasswordError
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

NOW = datetime.fromisoformat("2021-09-15T08:00:00+07:00")
PASSWORD = "núi non trùng điệp"
NEW = "cánh đồng mùa gặt chín"
HOME = Origin(Door.WEB, "r1", "192.0.2.7", "Firefox")
ABROAD = Origin(Door.WEB, "r2", "198.51.100.9", "Chrome")
#: Free tries of one person's secret.
FREE = 4


@pytest.fixture
def here(database_url: str) -> Installation:
    found = an_installation(database_url, at=NOW)
    found.add_account("lan", (Role.OFFICE, None), password=PASSWORD)
    return found


def in_a_browser(here: Installation) -> tuple[Actor, str]:
    secret = sign_in(here.host, name="lan", password=PASSWORD, origin=HOME).secret
    found = actor_of_session(here.host, secret, HOME)
    assert found is not None
    return found, secret


def joined(here: Installation, code: str, *, password: str = NEW, origin: Origin = HOME) -> str:
    return accept_code(here.host, code=code, password=password, origin=origin)


def test_codes_of_invitations_are_guessed_at_slowly_and_from_elsewhere_one_comes_in(here: Installation) -> None:
    code = invite(here.host, here.admin(), NewPerson("minh", "Đỗ Minh", ""), []).code.text
    for number in range(FREE + 1):
        with pytest.raises(ConflictError, match="Mã"):
            joined(here, f"{number}" * 32)
    with pytest.raises(TooManyTriesError):
        joined(here, code)
    assert joined(here, code, origin=ABROAD) == "minh"
    assert trail(here, "act", "outcome", "key").count(("invitation_used", "refused", "")) == FREE + 1


def test_a_poor_password_is_no_guess_at_the_code(here: Installation) -> None:
    code = invite(here.host, here.admin(), NewPerson("minh", "Đỗ Minh", ""), []).code.text
    for _ in range(FREE + 4):
        with pytest.raises(UnsoundPasswordError):
            joined(here, code, password="123456789012")
    assert joined(here, code) == "minh"


def test_the_password_of_now_is_guessed_at_slowly_and_a_poor_new_one_is_no_guess(here: Installation) -> None:
    actor, secret = in_a_browser(here)

    def change(old: str, new: str) -> int:
        return change_own_password(here.host, actor, old=old, new=new, secret=secret, end_others=True)

    for _ in range(FREE + 4):
        with pytest.raises(UnsoundPasswordError):
            change(PASSWORD, "123456789012")
    for _ in range(FREE + 1):
        with pytest.raises(ConflictError, match="hiện nay không đúng"):
            change("sai", NEW)
    with pytest.raises(TooManyTriesError):
        change(PASSWORD, NEW)
    here.clock.instant += timedelta(minutes=16)
    assert change(PASSWORD, NEW) == 0


def test_a_wrong_answer_to_who_is_there_is_written_down(here: Installation) -> None:
    actor, secret = in_a_browser(here)
    with pytest.raises(NotSignedInError):
        confirm(here.host, actor, secret, proof="sai")
    assert ("sign_in", "refused", str(actor.account_id)) in trail(here, "act", "outcome", "key")


#: What makes somebody able to come in or to do more; the thing need not be there, for nothing of it is looked at.
GRAVE: dict[str, Callable[[Installation, Actor], object]] = {
    "token": lambda here, actor: make_token(here.host, actor, label="x", scopes=["read_status"], days=30),
    "role": lambda here, actor: give_membership(here.host, actor, 1, Membership(Role.OBSERVER, None, NOW.date())),
    "confirmed role": lambda here, actor: confirm_membership(here.host, actor, 1),
    "reset": lambda here, actor: reset_by_code(here.host, actor, 1),
    "second factor": lambda here, actor: reset_second_factor(here.host, actor, name="lan"),
    "invitation": lambda here, actor: invite(here.host, actor, NewPerson("minh", "Đỗ Minh", ""), []),
    "handover": lambda here, actor: hand_over(here.host, actor, Handover(account_id=1)),
}


@pytest.mark.parametrize("what", GRAVE)
def test_what_is_grave_asks_once_more_who_is_there(here: Installation, what: str) -> None:
    here.add_account("both", (Role.OFFICE, None), (Role.ADMIN, None), password=PASSWORD)
    secret = sign_in(here.host, name="both", password=PASSWORD, origin=HOME).secret
    here.clock.instant += timedelta(minutes=10)
    fresh = actor_of_session(here.host, secret, HOME)
    assert fresh is not None
    for known in (replace(fresh, confirmed_at=None), replace(fresh, confirmed_at=NOW - timedelta(seconds=1))):
        with pytest.raises(NotConfirmedError):
            GRAVE[what](here, known)
    try:
        GRAVE[what](here, fresh)
    except NotConfirmedError:
        pytest.fail("ten minutes are not over")
    except ThiduaError:
        return  # what is not there is refused for that


def test_whoever_is_erased_leaves_no_way_in(here: Installation) -> None:
    actor, secret = in_a_browser(here)
    now = here.clock.now()
    with here.host.work.writing() as work:
        work.credentials.set_second_factor(actor.account_id, "sealed", 0, now)
        work.commit()
    erase_account(here.host, "lan")
    assert actor_of_session(here.host, secret, HOME) is None
    with here.host.work.reading() as work:
        assert work.credentials.sealed_seed(actor.account_id) is None
