"""What somebody has begun with a password, a code or a session that is taken away meanwhile comes to nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import replace
from datetime import datetime
from datetime import timedelta

import pyotp
import pytest

from thidua.application.access.permissions import Right
from thidua.application.people.account_codes import accept_code
from thidua.application.people.account_codes import reset_by_code
from thidua.application.people.accounts import disable_account
from thidua.application.people.accounts import enable_account
from thidua.application.people.accounts import end_sessions
from thidua.application.people.accounts import reset_password
from thidua.application.people.own_account import change_own_password
from thidua.application.people.own_account import end_other_sessions
from thidua.application.people.own_tokens import make_token
from thidua.application.people.second_factors import enter_code
from thidua.application.people.second_factors import offer
from thidua.application.people.second_factors import set_up
from thidua.application.people.sessions import actor_of_session
from thidua.application.people.sessions import digest_of
from thidua.application.people.sessions import sign_in
from thidua.application.ports.host import Host
from thidua.application.ports.surroundings import Passwords
from thidua.domain.accounts import Actor
from thidua.domain.accounts import Door
from thidua.domain.accounts import Origin
from thidua.domain.accounts import Role
from thidua.domain.errors import ConflictError
from thidua.domain.errors import NotSignedInError
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

NOW = datetime.fromisoformat("2021-09-15T08:00:00+07:00")
OLD = "núi non trùng điệp"
NEW = "cánh đồng mùa gặt chín"
THIRD = "thuyền về bến lúc trăng lên"
HOME = Origin(Door.WEB, "r1", "192.0.2.7", "Firefox")
ABROAD = Origin(Door.WEB, "r2", "198.51.100.9", "Chrome")

Change = Callable[[Installation], object]


@dataclass
class Interrupted:
    """A hasher that lets something happen once, while a password that is right is being looked at."""

    hasher: Passwords
    meanwhile: Callable[[], object] | None

    def hash(self, password: str) -> str:
        return self.hasher.hash(password)

    def is_outdated(self, stored: str) -> bool:
        return self.hasher.is_outdated(stored)

    def matches(self, password: str, stored: str) -> bool:
        found = self.hasher.matches(password, stored)
        then, self.meanwhile = self.meanwhile, None
        if then is not None:
            then()
        return found


@pytest.fixture
def here(database_url: str) -> Installation:
    found = an_installation(database_url, at=NOW)
    found.add_account("lan", (Role.OFFICE, None), password=OLD)
    found.add_account("minh", (Role.ADMIN, None), password=OLD)
    return found


def while_looking(here: Installation, change: Change) -> Host:
    return replace(here.host, passwords=Interrupted(here.host.passwords, lambda: change(here)))


def lan(here: Installation) -> int:
    return here.actors["lan"].account_id


def in_a_browser(here: Installation, name: str = "lan") -> tuple[Actor, str]:
    secret = sign_in(here.host, name=name, password=OLD, origin=HOME).secret
    found = actor_of_session(here.host, secret, HOME)
    assert found
    return found, secret


def with_a_second_factor(here: Installation) -> pyotp.TOTP:
    actor, secret = in_a_browser(here)
    totp = pyotp.TOTP(offer(here.host, actor, secret).seed)
    set_up(here.host, actor, secret, code=totp.at(here.clock.now()))
    here.clock.instant += timedelta(minutes=1)
    return totp


def changed(here: Installation) -> None:
    actor, secret = in_a_browser(here)
    change_own_password(here.host, actor, old=OLD, new=NEW, secret=secret, end_others=True)


def changed_and_nothing_else(here: Installation) -> None:
    change_own_password(here.host, here.actors["lan"], old=OLD, new=NEW, secret="none", end_others=False)


def reset(here: Installation) -> None:
    actor, _ = in_a_browser(here, "minh")
    code = reset_by_code(here.host, actor, lan(here)).text
    accept_code(here.host, code=code, password=NEW, origin=HOME)


def shut_out_and_let_in(here: Installation) -> None:
    disable_account(here.host, here.actors["minh"], lan(here))
    enable_account(here.host, here.actors["minh"], lan(here))


def signed_out_everywhere(here: Installation) -> None:
    end_sessions(here.host, here.actors["minh"], lan(here))


def ended_by_the_person(here: Installation) -> None:
    end_other_sessions(here.host, here.actors["lan"], "none of these")


@pytest.mark.parametrize("change", [changed, changed_and_nothing_else, reset])
def test_a_password_that_is_changed_while_it_is_looked_at_opens_nothing(here: Installation, change: Change) -> None:
    with pytest.raises(NotSignedInError, match="không đúng"):
        sign_in(while_looking(here, change), name="lan", password=OLD, origin=ABROAD)
    with here.host.work.reading() as work:
        assert not [each for each in work.visits.sessions(lan(here), here.clock.now()) if each.agent == "Chrome"]
    assert sign_in(here.host, name="lan", password=NEW, origin=ABROAD).secret


def test_an_account_that_is_disabled_meanwhile_is_entered_by_nobody_later(here: Installation) -> None:
    def disabled(here: Installation) -> None:
        disable_account(here.host, here.actors["minh"], lan(here))

    with pytest.raises(NotSignedInError, match="không đúng"):
        sign_in(while_looking(here, disabled), name="lan", password=OLD, origin=ABROAD)
    enable_account(here.host, here.actors["minh"], lan(here))
    with here.host.work.reading() as work:
        assert not work.visits.sessions(lan(here), here.clock.now())


def test_a_second_factor_that_is_set_up_meanwhile_is_not_gone_round(here: Installation) -> None:
    with pytest.raises(NotSignedInError):
        sign_in(while_looking(here, with_a_second_factor), name="lan", password=OLD, origin=ABROAD)
    assert sign_in(here.host, name="lan", password=OLD, origin=ABROAD).is_pending


def test_the_hash_is_renewed_by_signing_in_all_the_same(here: Installation) -> None:
    """The one change that a sign-in makes itself is not taken for somebody else's."""

    class Outdated(Interrupted):
        def is_outdated(self, stored: str) -> bool:
            return not stored.startswith("new:")

        def hash(self, password: str) -> str:
            return "new:" + self.hasher.hash(password)

        def matches(self, password: str, stored: str) -> bool:
            return self.hasher.matches(password, stored.removeprefix("new:"))

    host = replace(here.host, passwords=Outdated(here.host.passwords, None))
    for _ in range(2):
        assert actor_of_session(host, sign_in(host, name="lan", password=OLD, origin=HOME).secret)


@pytest.mark.parametrize(
    "change", [changed_and_nothing_else, reset, shut_out_and_let_in, signed_out_everywhere, ended_by_the_person]
)
def test_a_sign_in_that_waits_for_its_code_ends_with_the_sessions(here: Installation, change: Change) -> None:
    totp = with_a_second_factor(here)
    pending = sign_in(here.host, name="lan", password=OLD, origin=ABROAD)
    assert pending.is_pending
    change(here)
    with pytest.raises(NotSignedInError, match="từ đầu"):
        enter_code(here.host, pending.secret, code=totp.at(here.clock.now()), origin=ABROAD)


def test_a_password_is_not_changed_against_one_that_is_no_longer(here: Installation) -> None:
    actor, secret = in_a_browser(here)

    def by_the_operator(here: Installation) -> None:
        reset_password(here.host, name="lan", password=NEW)

    with pytest.raises((ConflictError, NotSignedInError)):
        change_own_password(
            while_looking(here, by_the_operator), actor, old=OLD, new=THIRD, secret=secret, end_others=True
        )
    assert sign_in(here.host, name="lan", password=NEW, origin=HOME).secret
    with pytest.raises(NotSignedInError):
        sign_in(here.host, name="lan", password=THIRD, origin=HOME)


def test_whoever_is_disabled_makes_no_token_with_a_request_that_was_under_way(here: Installation) -> None:
    actor, _ = in_a_browser(here)
    disable_account(here.host, here.actors["minh"], actor.account_id)
    with pytest.raises(NotSignedInError):
        make_token(here.host, actor, label="máy", scopes=[Right.READ_REPORT], days=1)


def test_ending_all_sessions_waits_for_one_that_is_being_begun(here: Installation) -> None:
    account_id, now = lan(here), here.clock.now()
    ended = threading.Event()

    def end() -> None:
        end_sessions(here.host, here.actors["minh"], account_id)
        ended.set()

    with here.host.work.writing() as work:
        work.accounts.hold(account_id)
        other = threading.Thread(target=end)
        other.start()
        # It has time to come by here; it must not.
        assert not ended.wait(0.5)
        work.accounts.start_session(digest_of("late"), account_id, now, now + timedelta(hours=1), ABROAD)
        work.commit()
    other.join(30)
    assert ended.is_set()
    assert actor_of_session(here.host, "late") is None
