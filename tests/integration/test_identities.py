"""Links of accounts to people of an identity provider: what is stored, by whom it is changed, and who is let start."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC
from datetime import date
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from signing_provider import ISSUER
from signing_provider import with_provider
from trails import acts
from trails import trail

from thidua.adapters.passwords import Argon2Passwords
from thidua.application.people.erasing import erase_account
from thidua.application.people.identities import link_identity
from thidua.application.people.sessions import sign_in
from thidua.cli import main
from thidua.cli.preparing import require_way_in
from thidua.domain.accounts import Role
from thidua.domain.errors import ConflictError
from thidua.domain.errors import InvalidConfigurationError
from thidua.domain.errors import NotSignedInError
from thidua.settings import load
from thidua_testkit.installation import CONFIG_DIR
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Run some calls side by side; what each returned or raised."""

    def kept(call: Callable[[], object]) -> object:
        try:
            return call()
        except ConflictError as refusal:
            return refusal

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(kept, calls))


NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
TODAY = NOW.date()
PASSWORD = "núi non trùng điệp"
PROVIDER = {
    "THIDUA_OIDC_ISSUER": ISSUER,
    "THIDUA_OIDC_CLIENT_ID": "thidua",
    "THIDUA_OIDC_CLIENT_SECRET": "khoa-cua-chuong-trinh",
    "THIDUA_PUBLIC_URL": "https://thidua.example.vn",
}


@pytest.fixture
def here(database_url: str) -> Installation:
    installed = an_installation(database_url, at=NOW)
    installed.host, _ = with_provider(installed.host)
    for name, role in (("lan", Role.OFFICE), ("mai", Role.LEADER), ("admin", Role.ADMIN)):
        installed.add_account(name, (role, None), password=PASSWORD)
    return installed


def test_a_person_of_the_provider_is_linked_to_one_account(here: Installation) -> None:
    lan, mai = (here.actors[name].account_id for name in ("lan", "mai"))
    link_identity(here.host, None, lan, "can-bo-1")
    with pytest.raises(ConflictError):
        link_identity(here.host, None, mai, "can-bo-1")
    # Capitals are another person's: a provider may tell them apart.
    link_identity(here.host, None, mai, "Can-bo-1")
    with here.host.work.reading() as work:
        assert [(each.account_name, each.subject) for each in work.identities.all()] == [
            ("lan", "can-bo-1"),
            ("mai", "Can-bo-1"),
        ]
        assert work.identities.find(ISSUER, "can-bo-1").account_id == lan
        assert work.identities.find("https://other.example.vn", "can-bo-1") is None


def test_of_two_who_link_one_person_at_once_one_does(here: Installation) -> None:
    def link(name: str) -> Callable[[], object]:
        return lambda: link_identity(here.host, None, here.actors[name].account_id, "can-bo-1")

    ended = at_once(link("lan"), link("mai"))
    assert sorted(type(each).__name__ for each in ended) == ["ConflictError", "int"]


def test_of_many_who_come_back_from_one_trip_one_is_the_first(here: Installation) -> None:
    def use() -> bool:
        with here.host.work.writing() as work:
            is_first = work.identities.use_up("d" * 64, NOW, NOW + timedelta(minutes=10))
            work.commit()
        return is_first

    assert sorted(at_once(*[use] * 6)) == [*[False] * 5, True]


def test_used_trips_are_forgotten_when_their_time_is_over(here: Installation) -> None:
    later = NOW + timedelta(minutes=11)
    with here.host.work.writing() as work:
        assert work.identities.use_up("a" * 64, NOW, NOW + timedelta(minutes=10))
        assert work.identities.use_up("b" * 64, later, later + timedelta(minutes=10))
        work.commit()
    with here.host.work.reading() as work:
        left = work._connection.exec_driver_sql("SELECT digest FROM used_trip").scalars()
        assert list(left) == ["b" * 64]


def test_who_is_erased_leaves_no_link(here: Installation) -> None:
    link_identity(here.host, None, here.actors["lan"].account_id, "can-bo-1")
    erase_account(here.host, "lan")
    with here.host.work.reading() as work:
        assert work.identities.all() == ()


def test_administrators_who_can_come_in_are_counted(here: Installation) -> None:
    admin = here.actors["admin"].account_id

    def counted(issuer: str = ISSUER, day: date = TODAY) -> frozenset[int]:
        with here.host.work.reading() as work:
            return work.identities.linked_admins(issuer, day)

    link_identity(here.host, None, here.actors["lan"].account_id, "can-bo-1")
    assert counted() == frozenset()
    link_identity(here.host, None, admin, "can-bo-2")
    assert counted() == {admin}
    assert counted("https://other.example.vn") == frozenset()
    assert counted(day=date(2019, 1, 1)) == frozenset()
    with here.host.work.writing() as work:
        work.accounts.disable(admin, NOW)
        work.commit()
    assert counted() == frozenset()


def test_what_is_done_about_links_stands_in_the_trail(here: Installation) -> None:
    link_identity(here.host, replace(here.actors["admin"], confirmed_at=NOW), here.actors["lan"].account_id, "can-bo-1")
    [(act, who, key, detail)] = trail(here, "act", "account_id", "key", "detail")
    assert (act, who) == ("identity_linked", here.actors["admin"].account_id)
    assert key == str(here.actors["lan"].account_id)
    assert "can-bo-1" not in repr(detail)


def test_where_passwords_are_off_no_use_case_takes_one(here: Installation) -> None:
    rules = replace(here.host.sign_in_rules, takes_passwords=False)
    with pytest.raises(NotSignedInError):
        sign_in(replace(here.host, sign_in_rules=rules), name="lan", password=PASSWORD)
    assert sign_in(here.host, name="lan", password=PASSWORD).secret


# --- commands and the start -----------------------------------------------------------------------


class Terminal:
    """Runs ``thidua account`` of an installation with a provider."""

    def __init__(self, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self._patch, self._capture = patch, capture

    def run(self, *arguments: str) -> tuple[int, str]:
        self._patch.setattr(sys, "argv", ["thidua", "account", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = self._capture.readouterr()
        return int(ended.value.code or 0), printed.out + printed.err

    def json(self, *arguments: str) -> Any:
        code, printed = self.run(*arguments, "--json")
        assert code == 0, printed
        return json.loads(printed)


@pytest.fixture
def terminal(
    here: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    for name, value in {
        **PROVIDER,
        "THIDUA_DATA": str(tmp_path),
        "THIDUA_DATABASE_URL": here.database_url,
        "THIDUA_SECRET_KEY": "x" * 40,
    }.items():
        monkeypatch.setenv(name, value)
    return Terminal(monkeypatch, capsys)


def test_links_are_made_listed_and_removed_at_the_console(terminal: Terminal, here: Installation) -> None:
    made = terminal.json("link", "Lan", "can-bo-1")
    assert (made["name"], made["subject"]) == ("lan", "can-bo-1")
    [listed] = terminal.json("links")
    assert (listed["name"], listed["issuer"], listed["subject"], listed["used_at"]) == ("lan", ISSUER, "can-bo-1", None)
    assert terminal.json("links", "mai") == []
    assert terminal.run("links")[1].split() == ["lan", "can-bo-1", ISSUER]
    assert terminal.run("link", "mai", "can-bo-1")[0] != 0
    assert terminal.run("link", "nobody", "can-bo-2")[0] != 0
    assert terminal.run("unlink", "lan", "can-bo-2")[0] != 0
    assert terminal.run("unlink", "lan", "can-bo-1")[0] == 0
    assert terminal.json("links") == []
    assert [each for each in acts(here) if each.startswith("identity_")] == ["identity_linked", "identity_unlinked"]


def settings_without_passwords(here: Installation, folder: Path) -> Any:
    environ = {**PROVIDER, "THIDUA_PASSWORDS": "off", "THIDUA_DATA": str(folder), "THIDUA_SECRET_KEY": "x" * 40}
    return load({**environ, "THIDUA_DATABASE_URL": here.database_url}, CONFIG_DIR)


def test_without_passwords_nothing_starts_before_an_administrator_is_linked(
    here: Installation, terminal: Terminal, tmp_path: Path
) -> None:
    settings = settings_without_passwords(here, tmp_path)
    with pytest.raises(InvalidConfigurationError, match="thidua account link"):
        require_way_in(settings)
    terminal.json("link", "admin", "can-bo-1")
    require_way_in(settings)
    require_way_in(replace(settings, takes_passwords=True))


def test_the_last_linked_administrator_stays_linked_while_passwords_are_off(
    here: Installation, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.json("link", "admin", "can-bo-1")
    monkeypatch.setenv("THIDUA_PASSWORDS", "off")
    assert terminal.run("unlink", "admin", "can-bo-1")[0] != 0
    monkeypatch.setenv("THIDUA_PASSWORDS", "on")
    assert terminal.run("unlink", "admin", "can-bo-1")[0] == 0


def test_who_sits_at_the_console_comes_in_when_the_provider_is_gone(
    here: Installation, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The way that docs/single-sign-on.md tells: a new password at the console, passwords on, and start."""
    monkeypatch.setenv("THIDUA_PASSWORDS", "off")
    assert terminal.run("reset", "admin", "--password", "cánh đồng mùa gặt chín")[0] == 0
    with_real_hashes = replace(here.host, passwords=Argon2Passwords())
    assert sign_in(with_real_hashes, name="admin", password="cánh đồng mùa gặt chín").secret


def test_a_provider_that_does_not_answer_is_told_at_the_console(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nobody listens there.
    monkeypatch.setenv("THIDUA_OIDC_ISSUER", "http://127.0.0.1:9")
    code, printed = terminal.run("check-provider")
    assert code != 0
    assert "không trả lời" in printed
