"""An administrator who gives out a new password and takes the second factor away could come in: it takes two."""

from __future__ import annotations

from datetime import datetime
from datetime import timedelta

import pyotp
import pytest
from signing_provider import with_provider
from trails import trail

from thidua.application.people.account_codes import accept_code
from thidua.application.people.account_codes import reset_by_code
from thidua.application.people.identities import link_identity
from thidua.application.people.second_factors import enter_code
from thidua.application.people.second_factors import offer
from thidua.application.people.second_factors import reset_second_factor
from thidua.application.people.second_factors import set_up
from thidua.application.people.sessions import actor_of_session
from thidua.application.people.sessions import sign_in
from thidua.domain.accounts import Actor
from thidua.domain.accounts import Door
from thidua.domain.accounts import Origin
from thidua.domain.accounts import Role
from thidua.domain.errors import ConflictError
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

NOW = datetime.fromisoformat("2021-09-15T08:00:00+07:00")
PASSWORD = "núi non trùng điệp"
NEW = "cánh đồng mùa gặt chín"
HOME = Origin(Door.WEB, "r1", "192.0.2.7", "Firefox")
ALONE = "không ai một mình"


@pytest.fixture
def here(database_url: str) -> Installation:
    found = an_installation(database_url, at=NOW)
    for name, role in (("lan", Role.OFFICE), ("minh", Role.ADMIN), ("hoa", Role.ADMIN)):
        found.add_account(name, (role, None), password=PASSWORD)
    return found


def present(here: Installation, name: str) -> tuple[Actor, str]:
    secret = sign_in(here.host, name=name, password=PASSWORD, origin=HOME).secret
    found = actor_of_session(here.host, secret, HOME)
    assert found
    return found, secret


def lan_with_a_telephone(here: Installation) -> tuple[int, pyotp.TOTP]:
    actor, secret = present(here, "lan")
    totp = pyotp.TOTP(offer(here.host, actor, secret).seed)
    set_up(here.host, actor, secret, code=totp.at(here.clock.now()))
    here.clock.instant += timedelta(minutes=1)
    return actor.account_id, totp


def refused(here: Installation) -> list[tuple[object, ...]]:
    rows = trail(here, "act", "key", "outcome", "account_id")
    return [row for row in rows if row[2] == "refused"]


def test_whoever_gave_out_a_code_does_not_take_the_telephone_away_too(here: Installation) -> None:
    lan, _ = lan_with_a_telephone(here)
    minh, _ = present(here, "minh")
    code = reset_by_code(here.host, minh, lan).text
    with pytest.raises(ConflictError, match=ALONE):
        reset_second_factor(here.host, minh, name="lan")
    # Used or not, it is the code's giver who may know the password.
    accept_code(here.host, code=code, password=NEW, origin=HOME)
    with pytest.raises(ConflictError, match=ALONE):
        reset_second_factor(here.host, minh, name="lan")
    assert sign_in(here.host, name="lan", password=NEW, origin=HOME).is_pending
    assert refused(here) == [("second_factor_removed", str(lan), "refused", minh.account_id)] * 2
    # A second administrator, and the operator at the console, help whoever has lost both.
    reset_second_factor(here.host, present(here, "hoa")[0], name="lan")
    assert not sign_in(here.host, name="lan", password=NEW, origin=HOME).is_pending


def test_whoever_took_the_telephone_away_gives_out_no_code(here: Installation) -> None:
    lan, _ = lan_with_a_telephone(here)
    minh, _ = present(here, "minh")
    reset_second_factor(here.host, minh, name="lan")
    with pytest.raises(ConflictError, match=ALONE):
        reset_by_code(here.host, minh, lan)
    assert refused(here) == [("invitation_made", str(lan), "refused", minh.account_id)]
    assert reset_by_code(here.host, present(here, "hoa")[0], lan).text
    assert reset_by_code(here.host, None, lan).text


def test_once_the_person_has_been_there_it_is_a_new_matter(here: Installation) -> None:
    lan, totp = lan_with_a_telephone(here)
    minh, _ = present(here, "minh")
    accept_code(here.host, code=reset_by_code(here.host, minh, lan).text, password=NEW, origin=HOME)
    here.clock.instant += timedelta(minutes=1)
    pending = sign_in(here.host, name="lan", password=NEW, origin=HOME).secret
    enter_code(here.host, pending, code=totp.at(here.clock.now()), origin=HOME)
    reset_second_factor(here.host, minh, name="lan")
    here.clock.instant += timedelta(minutes=1)
    sign_in(here.host, name="lan", password=NEW, origin=HOME)
    assert reset_by_code(here.host, minh, lan).text


def test_the_operator_does_both(here: Installation) -> None:
    lan, _ = lan_with_a_telephone(here)
    assert reset_by_code(here.host, None, lan).text
    reset_second_factor(here.host, None, name="lan")


def test_a_link_to_the_provider_is_such_a_half_too(here: Installation) -> None:
    here.host, _ = with_provider(here.host)
    lan, _ = lan_with_a_telephone(here)
    minh, hoa = present(here, "minh")[0], present(here, "hoa")[0]
    # The subject may be the linker's own.
    link_identity(here.host, minh, lan, "can-bo-1")
    with pytest.raises(ConflictError, match=ALONE):
        reset_second_factor(here.host, minh, name="lan")
    reset_second_factor(here.host, hoa, name="lan")
    with pytest.raises(ConflictError, match=ALONE):
        link_identity(here.host, hoa, lan, "can-bo-2")
    assert [row[0] for row in refused(here)] == ["second_factor_removed", "identity_linked"]
    assert link_identity(here.host, minh, lan, "can-bo-2")
    assert link_identity(here.host, None, lan, "can-bo-3")
