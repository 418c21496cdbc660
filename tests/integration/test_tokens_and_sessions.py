"""What a person sees and ends of the own sessions and tokens, and how often their use is written down."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from trails import acts
from trails import trail

from thidua.application.access.permissions import Right
from thidua.application.access.permissions import allows
from thidua.application.access.permissions import rights_of
from thidua.application.people.account_codes import accept_code
from thidua.application.people.account_codes import reset_by_code
from thidua.application.people.accounts import reset_password
from thidua.application.people.bearer_tokens import actor_of_token
from thidua.application.people.bearer_tokens import issue_token
from thidua.application.people.own_account import change_own_password
from thidua.application.people.own_account import end_other_sessions
from thidua.application.people.own_account import end_own_session
from thidua.application.people.own_account import read_own_account
from thidua.application.people.own_account import read_own_news
from thidua.application.people.own_tokens import list_tokens
from thidua.application.people.own_tokens import make_token
from thidua.application.people.own_tokens import offered_rights
from thidua.application.people.own_tokens import revoke_token
from thidua.application.people.sessions import actor_of_session
from thidua.application.people.sessions import digest_of
from thidua.application.people.sessions import sign_in
from thidua.application.ports.rows import TokenRow
from thidua.domain.accounts import Actor
from thidua.domain.accounts import Door
from thidua.domain.accounts import Origin
from thidua.domain.accounts import Role
from thidua.domain.errors import ConflictError
from thidua.domain.errors import MalformedRequestError
from thidua.domain.errors import NotAllowedError
from thidua.domain.errors import NotFoundError
from thidua.domain.errors import NotSignedInError
from thidua.domain.errors import UnavailableError
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

NOW = datetime.fromisoformat("2021-09-15T08:00:00+07:00")
PASSWORD = "núi non trùng điệp"
HOME = Origin(Door.WEB, "r1", "192.0.2.7", "Firefox")
ABROAD = Origin(Door.WEB, "r2", "198.51.100.9", "Chrome")


@pytest.fixture
def here(database_url: str) -> Installation:
    found = an_installation(database_url, at=NOW)
    found.add_account("lan", (Role.OFFICE, None), password=PASSWORD)
    found.add_account("other", (Role.OFFICE, None), password=PASSWORD)
    return found


def lan(here: Installation) -> Actor:
    return here.actors["lan"]


def signed_in(here: Installation, name: str = "lan", origin: Origin = HOME) -> str:
    return sign_in(here.host, name=name, password=PASSWORD, origin=origin).secret


def test_sessions_are_listed_with_where_and_when_newest_first(here: Installation) -> None:
    first = signed_in(here)
    here.clock.instant += timedelta(minutes=5)
    second = signed_in(here, origin=ABROAD)
    signed_in(here, "other")
    here.clock.instant += timedelta(minutes=5)
    assert actor_of_session(here.host, first, HOME)
    seen = read_own_account(here.host, lan(here), first)
    assert [(each.network, each.agent, each.handle == seen.here) for each in seen.sessions] == [
        ("198.51.100.9", "Chrome", False),
        ("192.0.2.7", "Firefox", True),
    ]
    assert [each.seen_at - NOW for each in seen.sessions] == [timedelta(minutes=5), timedelta(minutes=10)]
    assert seen.sessions[0].handle == digest_of(second)[:16]


def test_the_history_of_signing_in_tells_refusals_too_and_of_nobody_else(here: Installation) -> None:
    secret = signed_in(here)
    for name in ("lan", "other", "nobody"):
        with pytest.raises(NotSignedInError):
            sign_in(here.host, name=name, password="wrong", origin=ABROAD)
    history = read_own_account(here.host, lan(here), secret).sign_ins
    assert [(each.outcome.value, each.network) for each in history] == [
        ("refused", "198.51.100.9"),
        ("done", "192.0.2.7"),
    ]
    # A name that nobody has may be a password typed into the wrong field: it is not kept.
    assert ("sign_in", "", "refused", "web") in trail(here)
    assert "nobody" not in str(trail(here))


def test_a_session_is_ended_by_its_person_alone(here: Installation) -> None:
    mine, others = signed_in(here), signed_in(here, "other")
    with pytest.raises(NotFoundError):
        end_own_session(here.host, lan(here), digest_of(others)[:16])
    for handle in ("", "%", digest_of(mine)):
        with pytest.raises(NotFoundError):
            end_own_session(here.host, lan(here), handle)
    assert actor_of_session(here.host, others)
    end_own_session(here.host, lan(here), digest_of(mine)[:16])
    assert actor_of_session(here.host, mine) is None


def test_all_other_sessions_end_and_this_one_goes_on(here: Installation) -> None:
    mine, elsewhere, others = signed_in(here), signed_in(here), signed_in(here, "other")
    assert end_other_sessions(here.host, lan(here), mine) == 1
    found = [actor_of_session(here.host, each) is not None for each in (mine, elsewhere, others)]
    assert found == [True, False, True]


@pytest.mark.parametrize("end_others", [True, False])
def test_a_password_is_changed_against_the_old_one(here: Installation, *, end_others: bool) -> None:
    mine, elsewhere = signed_in(here), signed_in(here)
    change = {"secret": mine, "end_others": end_others, "new": "cánh đồng mùa gặt chín"}
    with pytest.raises(ConflictError) as refused:
        change_own_password(here.host, lan(here), old="wrong", **change)  # type: ignore[arg-type]  # as named
    assert refused.value.subject == "old"
    assert ("password_changed", str(lan(here).account_id), "refused", "command") in trail(here)
    change_own_password(here.host, lan(here), old=PASSWORD, **change)  # type: ignore[arg-type]
    assert actor_of_session(here.host, mine)
    assert (actor_of_session(here.host, elsewhere) is None) is end_others
    with pytest.raises(NotSignedInError):
        signed_in(here)
    assert sign_in(here.host, name="lan", password="cánh đồng mùa gặt chín")


@pytest.mark.parametrize("new", [PASSWORD, "ngắn", "x" * 129])
def test_a_new_password_that_is_no_good_changes_nothing(here: Installation, new: str) -> None:
    with pytest.raises(ConflictError) as refused:
        change_own_password(here.host, lan(here), old=PASSWORD, new=new, secret="", end_others=True)
    assert refused.value.subject == "password"
    assert signed_in(here)


def test_news_stand_until_they_are_read_and_come_anew(here: Installation) -> None:
    secret = signed_in(here)
    assert not told(here, secret)
    change_own_password(
        here.host, lan(here), old=PASSWORD, new="cánh đồng mùa gặt chín", secret=secret, end_others=True
    )
    assert told(here, secret)
    [news] = read_own_account(here.host, lan(here), secret).news
    assert (news.act.value, news.account_id) == ("password_changed", lan(here).account_id)
    read_own_news(here.host, lan(here))
    assert not told(here, secret)
    here.clock.instant += timedelta(seconds=1)
    issue_token(here.host, name="lan", label="x")
    assert told(here, secret)


def told(here: Installation, secret: str) -> bool:
    person = actor_of_session(here.host, secret)
    assert person is not None
    return person.has_news


def test_a_token_may_what_it_was_given_and_no_more(here: Installation) -> None:
    token = make_token(here.host, lan(here), label="Bảng tin", scopes={"read_status"}, days=30)
    bearer = actor_of_token(here.host, token)
    assert bearer.scopes == {"read_status"}
    assert rights_of(bearer) == {Right.READ_STATUS}
    assert acts(here) == ["token_made"]


def test_a_token_loses_what_its_person_loses(here: Installation) -> None:
    token = make_token(here.host, lan(here), label="x", scopes={"read_status"}, days=30)
    with here.host.work.writing() as work:
        [held] = work.memberships.of([lan(here).account_id])[lan(here).account_id]
        work.memberships.end(held.id, on=None, by=None, now=NOW)
        work.commit()
    assert not allows(actor_of_token(here.host, token), Right.READ_STATUS)


def test_tokens_end_with_a_password_that_somebody_else_resets(here: Installation) -> None:
    """Whoever had the password for a while may have made one."""
    tokens = [make_token(here.host, lan(here), label="x", scopes={"read_status"}, days=30) for _ in range(2)]
    code = reset_by_code(here.host, here.admin(), lan(here).account_id).text
    assert actor_of_token(here.host, tokens[0])
    accept_code(here.host, code=code, password="con thuyền ngoài bãi xa", origin=HOME)
    assert all(each.revoked_at for each in list_tokens(here.host, lan(here)))
    [told] = [detail for act, detail in trail(here, "act", "detail") if act == "password_changed"]
    assert told == {"by": "reset", "tokens": 2}
    third = make_token(here.host, lan(here), label="x", scopes={"read_status"}, days=30)
    reset_password(here.host, name="lan", password="núi non trùng điệp xanh")
    with pytest.raises(NotSignedInError):
        actor_of_token(here.host, third)


def test_a_token_made_without_the_second_factor_that_a_role_calls_for_does_nothing(here: Installation) -> None:
    """It was made before the role was given, or the second factor is gone since: a telephone was lost."""
    own = make_token(here.host, lan(here), label="x", scopes={"read_status"}, days=30)
    operators = issue_token(here.host, name="lan", label="x", scopes={"read_status"})
    calls_for = replace(here.host.sign_in_rules, needs_second_factor=True)
    here.host = replace(here.host, sign_in_rules=calls_for)
    assert not allows(actor_of_token(here.host, own), Right.READ_STATUS)
    assert allows(actor_of_token(here.host, operators), Right.READ_STATUS)
    with here.host.work.writing() as work:
        work.credentials.set_second_factor(lan(here).account_id, "sealed", 1, NOW)
        work.commit()
    assert allows(actor_of_token(here.host, own), Right.READ_STATUS)


def test_a_token_of_before_there_were_scopes_may_what_its_person_may_but_is_no_person(here: Installation) -> None:
    with here.host.work.writing() as work:
        work.accounts.add_token(TokenRow(digest_of("old"), lan(here).account_id, "x", NOW, NOW + timedelta(days=9)))
        work.commit()
    bearer = actor_of_token(here.host, "old")
    assert rights_of(bearer) == rights_of(lan(here))
    with pytest.raises(NotAllowedError):
        list_tokens(here.host, bearer)


def test_nobody_gives_a_token_what_he_does_not_have(here: Installation) -> None:
    with pytest.raises(MalformedRequestError):
        make_token(here.host, lan(here), label="x", scopes={"read_status", "manage_accounts"}, days=30)
    with pytest.raises(MalformedRequestError):
        make_token(here.host, lan(here), label="x", scopes={"everything"}, days=30)
    assert list_tokens(here.host, lan(here)) == ()
    assert acts(here) == []


@pytest.mark.parametrize(
    "wrong",
    [{"label": " "}, {"label": "x" * 101}, {"scopes": set()}, {"days": 0}, {"days": 367}, {"label": "a\x00b"}],
)
def test_a_token_without_label_or_scope_or_of_endless_life_is_refused(
    here: Installation, wrong: dict[str, Any]
) -> None:
    with pytest.raises((ConflictError, MalformedRequestError)):
        make_token(here.host, lan(here), **{"label": "x", "scopes": {"read_status"}, "days": 30, **wrong})
    assert list_tokens(here.host, lan(here)) == ()


def test_a_token_expires_and_is_revoked_by_its_person_alone(here: Installation) -> None:
    token = make_token(here.host, lan(here), label="x", scopes={"read_status"}, days=30)
    [seen] = list_tokens(here.host, lan(here))
    with pytest.raises(NotFoundError):
        revoke_token(here.host, here.actors["other"], seen.handle)
    assert actor_of_token(here.host, token)
    here.clock.instant += timedelta(days=30) - timedelta(seconds=1)
    assert actor_of_token(here.host, token)
    revoke_token(here.host, lan(here), seen.handle)
    with pytest.raises(NotSignedInError):
        actor_of_token(here.host, token)
    with pytest.raises(NotFoundError):
        revoke_token(here.host, lan(here), seen.handle)
    other = make_token(here.host, lan(here), label="x", scopes={"read_status"}, days=30)
    here.clock.instant += timedelta(days=30)
    with pytest.raises(NotSignedInError):
        actor_of_token(here.host, other)


def test_tokens_are_stored_as_digests_alone(here: Installation) -> None:
    token = make_token(here.host, lan(here), label="x", scopes={"read_status"}, days=30)
    [seen] = list_tokens(here.host, lan(here))
    assert token not in str(seen)
    assert token not in str(trail(here, "detail", "key"))
    assert len(seen.handle) == 16


def test_a_token_does_nothing_with_its_persons_account(here: Installation) -> None:
    token = actor_of_token(here.host, make_token(here.host, lan(here), label="x", scopes={"read_status"}, days=30))
    for act in (
        lambda: make_token(here.host, token, label="y", scopes={"read_status"}, days=30),
        lambda: list_tokens(here.host, token),
        lambda: revoke_token(here.host, token, "x"),
        lambda: read_own_account(here.host, token, ""),
        lambda: end_other_sessions(here.host, token, ""),
        lambda: end_own_session(here.host, token, "x"),
        lambda: read_own_news(here.host, token),
        lambda: change_own_password(here.host, token, old=PASSWORD, new="x" * 20, secret="", end_others=True),
    ):
        with pytest.raises(NotAllowedError, match="mã truy cập thì không"):
            act()


def test_a_token_is_not_offered_what_only_people_do(here: Installation) -> None:
    both = here.add_account("both", (Role.ADMIN, None), (Role.OFFICE, None))
    offered = set(offered_rights(both))
    assert Right.FILE_ON_BEHALF in offered
    assert not offered & {Right.MANAGE_ACCOUNTS, Right.GIVE_MEMBERSHIPS}


def writes(here: Installation, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Count what is written from now on."""
    written: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.lstrip().upper().startswith(("SELECT", "BEGIN", "PRAGMA")):
            written.append(statement)

    engine = here.host.work._engines.writer  # type: ignore[attr-defined]  # the adapter's
    event.listen(engine, "before_cursor_execute", note)
    return written


def test_that_somebody_came_is_written_down_once_a_minute(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    session = signed_in(here)
    token = make_token(here.host, lan(here), label="x", scopes={"read_status"}, days=30)
    written = writes(here, monkeypatch)
    assert list_tokens(here.host, lan(here))[0].used_at is None
    actor_of_token(here.host, token)
    assert len(written) == 1
    for _ in range(3):
        here.clock.instant += timedelta(seconds=19)
        actor_of_session(here.host, session)
        actor_of_token(here.host, token)
    assert len(written) == 1
    here.clock.instant += timedelta(seconds=4)
    actor_of_session(here.host, session)
    actor_of_token(here.host, token)
    assert len(written) == 3
    [seen] = list_tokens(here.host, lan(here))
    assert seen.used_at == here.clock.instant


def test_nobody_is_turned_away_because_it_cannot_be_written_down(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = signed_in(here)
    here.clock.instant += timedelta(minutes=2)

    def busy(*_: object) -> None:
        raise UnavailableError("bận", subject="database")

    broken = replace(here.host, work=_Busy(here.host.work, busy))  # type: ignore[arg-type]
    assert actor_of_session(broken, session)


class _Busy:
    def __init__(self, real: Any, busy: Any) -> None:
        self.glancing, self.writing = real.glancing, busy
