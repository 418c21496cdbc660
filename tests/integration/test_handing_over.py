"""When somebody leaves, the roles go to a successor by the same rules, and the work stays with the unit."""

from __future__ import annotations

from datetime import datetime
from datetime import timedelta

import pytest
from trails import acts
from trails import trail

from thidua.application.people.account_codes import accept_code
from thidua.application.people.account_codes import reset_by_code
from thidua.application.people.accounts import NewPerson
from thidua.application.people.accounts import enable_account
from thidua.application.people.bearer_tokens import actor_of_token
from thidua.application.people.bearer_tokens import issue_token
from thidua.application.people.erasing import erase_account
from thidua.application.people.inviting import Handover
from thidua.application.people.inviting import hand_over
from thidua.application.people.memberships import confirm_membership
from thidua.application.people.memberships import give_membership
from thidua.application.people.memberships import list_waiting
from thidua.application.people.sessions import actor_named
from thidua.application.people.sessions import actor_of_session
from thidua.application.people.sessions import sign_in
from thidua.application.reports.drafting import DraftPlace
from thidua.application.reports.drafts import open_draft
from thidua.application.reports.drafts import save_cells
from thidua.domain.accounts import Membership
from thidua.domain.accounts import Origin
from thidua.domain.accounts import Role
from thidua.domain.errors import ConflictError
from thidua.domain.errors import NotAllowedError
from thidua.domain.errors import NotFoundError
from thidua.domain.errors import NotSignedInError
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

NOW = datetime.fromisoformat("2021-09-15T08:00:00+07:00")
TODAY = NOW.date()
UNIT = "LS-186-VHTT"
PASSWORD = "núi non trùng điệp"


@pytest.fixture
def here(database_url: str) -> Installation:
    found = an_installation(database_url, at=NOW, campaign="ATGT-2021", periods=("2021-9M",))
    found.add_account("leaver", (Role.UNIT_REPORTER, UNIT), (Role.OBSERVER, None), password=PASSWORD)
    found.add_account("follower")
    found.add_account("head", (Role.UNIT_HEAD, UNIT))
    return found


def roles(here: Installation, name: str) -> list[tuple[Role, str | None]]:
    return [(each.role, each.unit_code) for each in actor_named(here.host, name).memberships]


def leaving(here: Installation, **more: object) -> Handover:
    return Handover(account_id=here.actors["leaver"].account_id, **more)  # type: ignore[arg-type]  # as given


def test_roles_wait_for_who_may_give_them_and_the_leaver_is_out_at_once(here: Installation) -> None:
    session = sign_in(here.host, name="leaver", password=PASSWORD).secret
    token = issue_token(here.host, name="leaver", label="x")
    done = hand_over(here.host, here.admin(), leaving(here, successor="Follower"))
    assert (done.ended, done.held, done.waiting, done.code) == (2, 0, 2, None)
    assert actor_of_session(here.host, session) is None
    with pytest.raises(NotSignedInError):
        actor_of_token(here.host, token)
    with pytest.raises(NotFoundError):
        actor_named(here.host, "leaver")
    assert roles(here, "follower") == []
    for each in list_waiting(here.host, here.office()):
        confirm_membership(here.host, here.office(), each.prepared.id)
    assert roles(here, "follower") == [(Role.UNIT_REPORTER, UNIT), (Role.OBSERVER, None)]
    assert "account_handed_over" in acts(here)


def test_the_operators_command_gives_them_straight(here: Installation) -> None:
    done = hand_over(here.host, None, leaving(here, successor="follower"))
    assert (done.ended, done.held, done.waiting) == (2, 2, 0)
    assert roles(here, "follower") == [(Role.UNIT_REPORTER, UNIT), (Role.OBSERVER, None)]


def test_on_a_later_day_both_go_on_until_then_and_nobody_is_disabled(here: Installation) -> None:
    session = sign_in(here.host, name="leaver", password=PASSWORD).secret
    token = issue_token(here.host, name="leaver", label="x")
    hand_over(here.host, None, leaving(here, successor="follower", on=TODAY + timedelta(days=3)))
    assert actor_of_session(here.host, session) is None
    with pytest.raises(NotSignedInError):
        actor_of_token(here.host, token)
    assert sign_in(here.host, name="leaver", password=PASSWORD)
    assert len(roles(here, "leaver")) == 2
    assert roles(here, "follower") == []
    here.clock.instant += timedelta(days=3)
    assert roles(here, "leaver") == []
    assert len(roles(here, "follower")) == 2


def test_a_newcomer_gets_a_code_and_the_same_roles(here: Installation) -> None:
    newcomer = NewPerson("hoa.mai", "Hoàng Hoa Mai", "Chuyên viên")
    done = hand_over(here.host, None, leaving(here, newcomer=newcomer))
    assert done.code is not None
    accept_code(here.host, code=done.code.text, password=PASSWORD, origin=Origin())
    assert len(roles(here, "hoa.mai")) == 2


def test_without_a_successor_the_roles_only_end_and_what_waited_is_dropped(here: Installation) -> None:
    give_membership(here.host, here.admin(), here.actors["leaver"].account_id, Membership(Role.LEADER, None, TODAY))
    assert hand_over(here.host, here.admin(), leaving(here)).ended == 2
    assert list_waiting(here.host, here.office()) == ()


def test_what_the_successor_has_already_is_not_given_again(here: Installation) -> None:
    here.add_account("colleague", (Role.UNIT_REPORTER, UNIT))
    done = hand_over(here.host, None, leaving(here, successor="colleague"))
    assert (done.ended, done.held) == (2, 1)


@pytest.mark.parametrize("successor", ["leaver", "nobody", "gone"])
def test_a_successor_that_cannot_be_leaves_everything_as_it_was(here: Installation, successor: str) -> None:
    gone = here.add_account("gone")
    with here.host.work.writing() as work:
        work.accounts.disable(gone.account_id, NOW)
        work.commit()
    before = acts(here)
    with pytest.raises(ConflictError):
        hand_over(here.host, here.admin(), leaving(here, successor=successor))
    assert len(roles(here, "leaver")) == 2
    assert acts(here) == before


def test_a_day_that_has_passed_and_two_successors_are_refused(here: Installation) -> None:
    with pytest.raises(ConflictError):
        hand_over(here.host, here.admin(), leaving(here, on=TODAY))
    both = leaving(here, successor="follower", newcomer=NewPerson("hoa.mai", "Hoa Mai", ""))
    with pytest.raises(ConflictError):
        hand_over(here.host, here.admin(), both)
    assert len(roles(here, "leaver")) == 2


def test_nobody_hands_the_own_account_over_and_nobody_else_without_the_right(here: Installation) -> None:
    with pytest.raises(ConflictError):
        hand_over(here.host, here.admin(), Handover(account_id=here.admin().account_id))
    with pytest.raises(NotAllowedError):
        hand_over(here.host, here.actors["head"], leaving(here))


def test_drafts_stay_with_the_unit(here: Installation) -> None:
    place = DraftPlace("ATGT-2021", "2021-9M", UNIT)
    save_cells(here.host, here.actors["leaver"], place, base=0, cells={"/fields/banners": "24"})
    hand_over(here.host, None, leaving(here, successor="follower"))
    draft = open_draft(here.host, actor_named(here.host, "follower"), place).draft
    assert draft is not None
    assert draft.cells["/fields/banners"].typed == "24"


def test_a_role_that_ends_before_the_day_is_left_alone(here: Installation) -> None:
    leaver, soon = here.actors["leaver"].account_id, TODAY + timedelta(days=2)
    give_membership(here.host, here.office(), leaver, Membership(Role.LEADER, None, TODAY, soon))
    done = hand_over(here.host, None, leaving(here, successor="follower", on=TODAY + timedelta(days=3)))
    assert (done.ended, done.held) == (2, 2)
    here.clock.instant += timedelta(days=3)
    assert Role.LEADER not in {role for role, _ in roles(here, "follower")}


def test_the_trail_names_the_successor_by_number(here: Installation) -> None:
    hand_over(here.host, here.admin(), leaving(here, successor="follower"))
    [(detail,)] = [(row[1],) for row in trail(here, "act", "detail") if row[0] == "account_handed_over"]
    assert detail["to"] == here.actors["follower"].account_id
    # A name that is to be erased one day would stand in it for ever.
    assert "follower" not in str(trail(here, "detail", "key"))


def test_whoever_is_erased_holds_nothing_that_enabling_would_bring_back(here: Installation) -> None:
    leaver = here.actors["leaver"].account_id
    code = reset_by_code(here.host, here.admin(), leaver).text
    give_membership(here.host, here.admin(), leaver, Membership(Role.LEADER, None, TODAY))
    neutral = erase_account(here.host, "leaver")
    assert list_waiting(here.host, here.office()) == ()
    enable_account(here.host, here.admin(), leaver)
    with pytest.raises(ConflictError):
        accept_code(here.host, code=code, password=PASSWORD, origin=Origin())
    # Without the second factor, which went with the name, a new code would open them to who gives it out.
    assert roles(here, neutral) == []
