"""Roles are given by those who may give them; what others prepare waits for a second person."""

from __future__ import annotations

from datetime import date
from datetime import datetime
from datetime import timedelta

import pytest
from trails import acts

from thidua.application.access import permissions
from thidua.application.access.permissions import ROLES
from thidua.application.access.permissions import may_give
from thidua.application.people.memberships import confirm_membership
from thidua.application.people.memberships import decline_membership
from thidua.application.people.memberships import end_membership
from thidua.application.people.memberships import give_membership
from thidua.application.people.memberships import list_waiting
from thidua.application.people.sessions import actor_named
from thidua.domain.accounts import Actor
from thidua.domain.accounts import Membership
from thidua.domain.accounts import Role
from thidua.domain.accounts import is_unit_role
from thidua.domain.errors import ConflictError
from thidua.domain.errors import NotAllowedError
from thidua.domain.errors import NotFoundError
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

NOW = datetime.fromisoformat("2021-09-15T08:00:00+07:00")
TODAY = NOW.date()
MINE, OTHER = "LS-186-VHTT", "LS-187-VHTT"


@pytest.fixture
def here(database_url: str) -> Installation:
    found = an_installation(database_url, at=NOW)
    found.add_account("newcomer")
    for role in Role:
        found.add_account(role.value, (role, MINE if is_unit_role(role) else None))
    return found


def a(role: Role, unit: str | None = None, since: date = TODAY, until: date | None = None) -> Membership:
    return Membership(role, unit or (MINE if is_unit_role(role) else None), since, until)


def held(here: Installation, name: str = "newcomer") -> list[tuple[Role, str | None]]:
    return [(each.role, each.unit_code) for each in actor_named(here.host, name).memberships]


def newcomer(here: Installation) -> int:
    return here.actors["newcomer"].account_id


#: Who may make whom, as the offices work: the test's own table, not the program's.
GIVERS = {
    Role.UNIT_REPORTER: {Role.UNIT_HEAD, Role.OFFICE},
    Role.UNIT_HEAD: {Role.UNIT_HEAD, Role.OFFICE},
    Role.OFFICE: {Role.OFFICE},
    Role.LEADER: {Role.LEADER, Role.OFFICE},
    Role.OBSERVER: {Role.OFFICE},
    Role.ADMIN: {Role.ADMIN},
}


@pytest.mark.parametrize("giver", list(Role))
@pytest.mark.parametrize("wished", list(Role))
def test_each_role_is_given_prepared_or_refused_as_the_table_says(sqlite_url: str, giver: Role, wished: Role) -> None:
    here = an_installation(sqlite_url, at=NOW)
    here.add_account("newcomer")
    actor = here.add_account("giver", (giver, MINE if is_unit_role(giver) else None))
    if giver in GIVERS[wished]:
        assert give_membership(here.host, actor, newcomer(here), a(wished)) is True
        assert held(here) == [(wished, MINE if is_unit_role(wished) else None)]
    elif giver is Role.ADMIN:
        assert give_membership(here.host, actor, newcomer(here), a(wished)) is False
        assert held(here) == []
    else:
        with pytest.raises(NotAllowedError):
            give_membership(here.host, actor, newcomer(here), a(wished))
        assert held(here) == []


def test_the_file_names_every_role_and_lets_none_be_given_by_nobody() -> None:
    assert set(ROLES) == set(Role)
    assert all(rule.given_by and rule.says for rule in ROLES.values())
    # Who only looks, or only reports, makes nobody anything.
    assert not {Role.OBSERVER, Role.UNIT_REPORTER} & {giver for rule in ROLES.values() for giver in rule.given_by}


def test_whoever_is_made_administrator_is_so_by_one_alone() -> None:
    """Who manages accounts holds no other right by it: none of what he prepares is his to give."""
    assert [role for role, rule in ROLES.items() if Role.ADMIN in rule.given_by] == [Role.ADMIN]


def test_what_waits_is_confirmed_by_who_may_and_then_holds_with_the_next_request(here: Installation) -> None:
    admin, head = here.actors["admin"], here.actors["unit_head"]
    give_membership(here.host, admin, newcomer(here), a(Role.UNIT_REPORTER))
    [waiting] = list_waiting(here.host, head)
    assert (waiting.name, waiting.prepared_by) == ("newcomer", "Người dùng admin")
    assert held(here) == []
    confirm_membership(here.host, head, waiting.prepared.id)
    assert held(here) == [(Role.UNIT_REPORTER, MINE)]
    assert list_waiting(here.host, head) == ()
    assert acts(here) == ["membership_prepared", "membership_given"]
    assert_told(here)


def assert_told(here: Installation) -> None:
    with here.host.work.reading() as work:
        account = work.accounts.by_name("newcomer")
    assert account is not None
    assert account.has_news


def test_it_is_confirmed_once(here: Installation) -> None:
    give_membership(here.host, here.actors["admin"], newcomer(here), a(Role.UNIT_REPORTER))
    [waiting] = list_waiting(here.host, here.actors["office"])
    confirm_membership(here.host, here.actors["office"], waiting.prepared.id)
    for again in (confirm_membership, decline_membership):
        with pytest.raises(NotFoundError):
            again(here.host, here.actors["unit_head"], waiting.prepared.id)
    assert held(here) == [(Role.UNIT_REPORTER, MINE)]


def test_what_is_declined_is_never_held(here: Installation) -> None:
    give_membership(here.host, here.actors["admin"], newcomer(here), a(Role.OFFICE))
    [waiting] = list_waiting(here.host, here.actors["office"])
    decline_membership(here.host, here.actors["office"], waiting.prepared.id)
    with pytest.raises(NotFoundError):
        confirm_membership(here.host, here.actors["office"], waiting.prepared.id)
    assert held(here) == []
    assert acts(here) == ["membership_prepared", "membership_declined"]


@pytest.mark.parametrize("who", ["unit_reporter", "leader", "observer", "admin", "other_head"])
def test_who_may_not_give_it_neither_sees_nor_confirms_it(here: Installation, who: str) -> None:
    here.add_account("other_head", (Role.UNIT_HEAD, OTHER))
    give_membership(here.host, here.actors["admin"], newcomer(here), a(Role.UNIT_REPORTER))
    [waiting] = list_waiting(here.host, here.actors["office"])
    with pytest.raises((NotAllowedError, NotFoundError)):
        confirm_membership(here.host, here.actors[who], waiting.prepared.id)
    if who in {"leader", "other_head"}:
        assert list_waiting(here.host, here.actors[who]) == ()
        with pytest.raises(NotFoundError):
            decline_membership(here.host, here.actors[who], waiting.prepared.id)
    assert held(here) == []
    assert len(list_waiting(here.host, here.actors["office"])) == 1


def test_a_head_gives_within_the_own_unit_alone(here: Installation) -> None:
    head = here.actors["unit_head"]
    with pytest.raises(NotAllowedError):
        give_membership(here.host, head, newcomer(here), a(Role.UNIT_REPORTER, OTHER))
    assert not may_give(head, Role.UNIT_REPORTER, OTHER)
    assert not may_give(head, Role.OFFICE, None)


def test_nobody_gives_himself_anything_and_nobody_confirms_what_is_his_own(here: Installation) -> None:
    both = here.add_account("both", (Role.ADMIN, None), (Role.OFFICE, None))
    assert give_membership(here.host, both, both.account_id, a(Role.LEADER)) is False
    [waiting] = list_waiting(here.host, both)
    assert waiting.is_own
    with pytest.raises(NotAllowedError, match="chính mình"):
        confirm_membership(here.host, both, waiting.prepared.id)
    with pytest.raises(NotAllowedError):
        give_membership(here.host, here.actors["office"], here.actors["office"].account_id, a(Role.LEADER))
    assert held(here, "both") == [(Role.ADMIN, None), (Role.OFFICE, None)]
    confirm_membership(here.host, here.actors["office"], waiting.prepared.id)
    assert (Role.LEADER, None) in held(here, "both")


def test_a_token_gives_confirms_and_ends_nothing(here: Installation) -> None:
    office = here.actors["office"]
    everything = Actor(office.account_id, "office", "", "", office.memberships, scopes=frozenset(permissions.Right))
    give_membership(here.host, here.actors["admin"], newcomer(here), a(Role.UNIT_REPORTER))
    [waiting] = list_waiting(here.host, office)
    with pytest.raises(NotAllowedError, match="mã truy cập"):
        confirm_membership(here.host, everything, waiting.prepared.id)
    with pytest.raises(NotAllowedError, match="mã truy cập"):
        give_membership(here.host, everything, newcomer(here), a(Role.OBSERVER))


@pytest.mark.parametrize(
    "wished",
    [
        Membership(Role.UNIT_REPORTER, None, TODAY),
        Membership(Role.OFFICE, MINE, TODAY),
        Membership(Role.OFFICE, None, TODAY, TODAY),
        Membership(Role.OFFICE, None, TODAY - timedelta(days=9), TODAY),
        Membership(Role.OFFICE, None, TODAY + timedelta(days=9), TODAY + timedelta(days=8)),
    ],
)
def test_roles_whose_unit_or_days_cannot_be_are_refused(here: Installation, wished: Membership) -> None:
    with pytest.raises(ConflictError):
        give_membership(here.host, here.actors["office"], newcomer(here), wished)


def test_an_unknown_unit_is_not_found(here: Installation) -> None:
    with pytest.raises(NotFoundError):
        give_membership(here.host, here.actors["office"], newcomer(here), a(Role.UNIT_HEAD, "LS-999"))


def test_a_role_held_or_waiting_is_not_given_twice_but_again_after_its_end(here: Installation) -> None:
    office, until = here.actors["office"], TODAY + timedelta(days=10)
    give_membership(here.host, office, newcomer(here), a(Role.OBSERVER, until=until))
    with pytest.raises(ConflictError, match="đã giữ"):
        give_membership(here.host, office, newcomer(here), a(Role.OBSERVER, since=until - timedelta(days=1)))
    assert give_membership(here.host, office, newcomer(here), a(Role.OBSERVER, since=until))
    give_membership(here.host, here.actors["admin"], newcomer(here), a(Role.LEADER))
    with pytest.raises(ConflictError, match="đang chờ"):
        give_membership(here.host, here.actors["admin"], newcomer(here), a(Role.LEADER))


def test_what_waits_too_long_is_confirmed_no_more(here: Installation) -> None:
    give_membership(here.host, here.actors["admin"], newcomer(here), a(Role.LEADER, until=TODAY + timedelta(days=1)))
    [waiting] = list_waiting(here.host, here.actors["office"])
    here.clock.instant += timedelta(days=1)
    with pytest.raises(ConflictError):
        confirm_membership(here.host, here.actors["office"], waiting.prepared.id)


def test_a_role_ends_at_once_or_on_a_day_and_stays_written_down(here: Installation) -> None:
    office = here.actors["office"]
    for role in (Role.OBSERVER, Role.LEADER):
        give_membership(here.host, office, newcomer(here), a(role))
    with here.host.work.reading() as work:
        first, second = work.memberships.of([newcomer(here)])[newcomer(here)]
    end_membership(here.host, office, first.id, on=None)
    assert held(here) == [(Role.LEADER, None)]
    end_membership(here.host, office, second.id, on=TODAY + timedelta(days=2))
    here.clock.instant += timedelta(days=1)
    assert held(here) == [(Role.LEADER, None)]
    here.clock.instant += timedelta(days=1)
    assert held(here) == []
    with here.host.work.reading() as work:
        kept = work.memberships.of([newcomer(here)])[newcomer(here)]
    assert [(each.held.role, each.ended_by) for each in kept] == [
        (Role.OBSERVER, office.account_id),
        (Role.LEADER, office.account_id),
    ]
    for each in kept:
        with pytest.raises(ConflictError):
            end_membership(here.host, office, each.id, on=None)


def test_nobody_ends_the_own_role_or_one_out_of_reach(here: Installation) -> None:
    with here.host.work.reading() as work:
        own = work.memberships.of([here.actors["admin"].account_id])[here.actors["admin"].account_id][0]
        office = work.memberships.of([here.actors["office"].account_id])[here.actors["office"].account_id][0]
    with pytest.raises(NotAllowedError):
        end_membership(here.host, here.actors["admin"], own.id, on=None)
    with pytest.raises(NotFoundError):
        end_membership(here.host, here.actors["leader"], office.id, on=None)
    with pytest.raises(NotAllowedError):
        end_membership(here.host, here.actors["observer"], office.id, on=None)
    with pytest.raises(NotFoundError):
        end_membership(here.host, here.actors["office"], 999_999, on=None)
