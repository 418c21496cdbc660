from __future__ import annotations

from datetime import date
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from thidua.application.ports.rows import TokenRow
from thidua.application.ports.unit_of_work import UnitsOfWork
from thidua.domain.accounts import Membership
from thidua.domain.accounts import Origin
from thidua.domain.accounts import Role
from thidua.domain.errors import ConflictError
from thidua_testkit.ledger import NOW
from thidua_testkit.ledger import a_unit

LONG_AGO = NOW - timedelta(days=3650)
OFFICE = Membership(Role.OFFICE, None, date(2020, 1, 1))


def add(work: UnitsOfWork, name: str = "van.phong", *, memberships: tuple[Membership, ...] = (OFFICE,)) -> int:
    with work.writing() as opened:
        account_id = opened.accounts.add(
            name=name,
            full_name="Nguyễn Thị Ấn",
            position="Phó Chánh Văn phòng",
            password_hash="h1",
            memberships=memberships,
            now=NOW,
        )
        opened.commit()
    return account_id


def test_an_account_comes_back_with_all_its_memberships_in_the_order_given(work: UnitsOfWork) -> None:
    with work.writing() as opened:
        opened.directory.replace([a_unit("LS-180-VHTT")])
        opened.commit()
    held = (Membership(Role.UNIT_HEAD, "LS-180-VHTT", date(2020, 1, 1), date(2021, 7, 1)), OFFICE)
    account_id = add(work, memberships=held)
    with work.reading() as opened:
        account = opened.accounts.by_name("van.phong")
    assert account is not None
    assert (account.id, account.full_name, account.position) == (account_id, "Nguyễn Thị Ấn", "Phó Chánh Văn phòng")
    assert account.password_hash == "h1"
    assert account.disabled_at is None
    assert account.memberships == held


def test_an_account_without_memberships_is_found_too(work: UnitsOfWork) -> None:
    add(work, memberships=())
    with work.reading() as opened:
        account = opened.accounts.by_name("van.phong")
    assert account is not None
    assert account.memberships == ()


def test_names_are_kept_and_looked_up_in_lower_case(work: UnitsOfWork) -> None:
    add(work, "Van.Phong")
    with work.reading() as opened:
        by_capitals, unknown = opened.accounts.by_name("VAN.PHONG"), opened.accounts.by_name("van")
    assert by_capitals is not None
    assert by_capitals.name == "van.phong"
    assert unknown is None


def test_a_name_is_taken_once_whatever_its_case(work: UnitsOfWork) -> None:
    add(work)
    with pytest.raises(ConflictError, match=r"van\.phong đã có người dùng"):
        add(work, "VAN.phong")
    with work.reading() as opened:
        assert opened.accounts.count() == 1


def test_a_unit_role_without_a_unit_is_refused_by_the_database(work: UnitsOfWork) -> None:
    with pytest.raises(IntegrityError):
        add(work, memberships=(Membership(Role.UNIT_REPORTER, None, date(2020, 1, 1)),))


def test_a_role_in_an_unknown_unit_is_refused_by_the_database(work: UnitsOfWork) -> None:
    with pytest.raises(IntegrityError):
        add(work, memberships=(Membership(Role.UNIT_REPORTER, "LS-999", date(2020, 1, 1)),))


def test_a_session_is_good_until_it_expires(work: UnitsOfWork) -> None:
    account_id = add(work)
    with work.writing() as opened:
        opened.accounts.start_session("d1", account_id, NOW, NOW + timedelta(hours=8))
        opened.commit()
    with work.reading() as opened:
        before = opened.accounts.by_session("d1", NOW + timedelta(hours=8, microseconds=-1), LONG_AGO)
        after = opened.accounts.by_session("d1", NOW + timedelta(hours=8), LONG_AGO)
        other = opened.accounts.by_session("d2", NOW, LONG_AGO)
    assert before is not None
    assert (before.account.id, before.account.memberships) == (account_id, (OFFICE,))
    assert after is None
    assert other is None


def test_a_session_is_good_while_somebody_was_there_lately(work: UnitsOfWork) -> None:
    account_id = add(work)
    late = NOW + timedelta(hours=1)
    with work.writing() as opened:
        opened.accounts.start_session("d1", account_id, NOW, NOW + timedelta(hours=8), confirmed_at=NOW)
        opened.accounts.start_session("d2", account_id, NOW, NOW + timedelta(hours=8))
        opened.visits.saw_session("d2", Origin(), late, late)
        opened.commit()
    with work.reading() as opened:
        just = opened.accounts.by_session("d1", late, NOW - timedelta(microseconds=1))
        assert opened.accounts.by_session("d1", late, NOW) is None
        seen = opened.accounts.by_session("d2", late, NOW)
    assert just is not None
    assert (just.seen_at, just.confirmed_at, just.second_factor_at) == (NOW, NOW, None)
    assert seen is not None
    assert (seen.seen_at, seen.confirmed_at) == (late, None)


def test_a_renewed_session_is_known_by_its_new_secret_only(work: UnitsOfWork) -> None:
    account_id = add(work)
    late = NOW + timedelta(minutes=20)
    with work.writing() as opened:
        opened.accounts.start_session("d1", account_id, NOW, NOW + timedelta(hours=8))
        assert opened.accounts.renew_session("d1", "d2", late, second_factor_at=late)
        assert not opened.accounts.renew_session("d1", "d3", late)
        assert opened.accounts.renew_session("d2", "d4", late)
        opened.commit()
    with work.reading() as opened:
        assert [opened.accounts.by_session(each, late, LONG_AGO) for each in ("d1", "d2", "d3")] == [None] * 3
        found = opened.accounts.by_session("d4", late, LONG_AGO)
    assert found is not None
    assert (found.confirmed_at, found.second_factor_at) == (late, late)


def test_an_ended_session_is_gone_and_ending_it_again_is_silent(work: UnitsOfWork) -> None:
    account_id = add(work)
    with work.writing() as opened:
        opened.accounts.start_session("d1", account_id, NOW, NOW + timedelta(hours=8))
        opened.accounts.end_session("d1")
        opened.accounts.end_session("d1")
        opened.commit()
    with work.reading() as opened:
        assert opened.accounts.by_session("d1", NOW, LONG_AGO) is None


def test_starting_a_session_forgets_the_accounts_expired_ones_only(work: UnitsOfWork) -> None:
    mine, other = add(work), add(work, "khac")
    later = NOW + timedelta(days=1)
    with work.writing() as opened:
        opened.accounts.start_session("expired", mine, NOW, NOW + timedelta(hours=1))
        opened.accounts.start_session("running", mine, NOW, later + timedelta(hours=1))
        opened.accounts.start_session("of-another", other, NOW, NOW + timedelta(hours=1))
        opened.accounts.start_session("new", mine, later, later + timedelta(hours=8))
        opened.commit()
    with work.reading() as opened:
        found = {
            name
            for name in ("expired", "running", "of-another", "new")
            if opened.accounts.by_session(name, NOW, LONG_AGO)
        }
    assert found == {"running", "of-another", "new"}


def test_a_new_password_ends_all_sessions_of_the_account(work: UnitsOfWork) -> None:
    mine, other = add(work), add(work, "khac")
    with work.writing() as opened:
        opened.accounts.start_session("mine", mine, NOW, NOW + timedelta(hours=8))
        opened.accounts.start_session("of-another", other, NOW, NOW + timedelta(hours=8))
        opened.accounts.set_password(mine, "h2")
        opened.commit()
    with work.reading() as opened:
        account = opened.accounts.by_name("van.phong")
        assert opened.accounts.by_session("mine", NOW, LONG_AGO) is None
        assert opened.accounts.by_session("of-another", NOW, LONG_AGO) is not None
    assert account is not None
    assert account.password_hash == "h2"


def test_a_token_is_good_until_it_expires(work: UnitsOfWork) -> None:
    account_id = add(work)
    with work.writing() as opened:
        opened.accounts.add_token(TokenRow("t1", account_id, "máy của Văn phòng", NOW, NOW + timedelta(days=30)))
        opened.commit()
    with work.reading() as opened:
        good = opened.accounts.by_token("t1", NOW)
        expired = opened.accounts.by_token("t1", NOW + timedelta(days=30))
    assert good is not None
    assert good.id == account_id
    assert expired is None


def test_names_of_people_come_by_id(work: UnitsOfWork) -> None:
    mine, other = add(work), add(work, "khac")
    with work.reading() as opened:
        assert opened.accounts.names({mine, other, 999}) == {mine: "Nguyễn Thị Ấn", other: "Nguyễn Thị Ấn"}
        assert opened.accounts.names(()) == {}
