"""The commands about accounts: what they print, how they end, and that the trail says it was a command."""

from __future__ import annotations

from datetime import UTC
from datetime import datetime
from pathlib import Path

import pytest
from terminal import Terminal
from trails import trail

from thidua.application.people.account_codes import accept_code
from thidua.application.people.bearer_tokens import actor_of_token
from thidua.application.people.sessions import actor_named
from thidua.domain.accounts import Origin
from thidua.domain.accounts import Role
from thidua.domain.errors import NotFoundError
from thidua_testkit.installation import an_installation

PASSWORD = "núi non trùng điệp"
LAN = ("ngoc.lan", "--full-name", "Nguyễn Ngọc Lan", "--position", "Chuyên viên")


@pytest.fixture
def terminal(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    # The commands go by the machine's own clock.
    here = an_installation(database_url, at=datetime.now(UTC))
    return Terminal(here, "account", data=tmp_path, patch=monkeypatch, capture=capsys)


def roles(terminal: Terminal, name: str) -> list[tuple[Role, str | None]]:
    return [(each.role, each.unit_code) for each in actor_named(terminal.here.host, name).memberships]


def test_the_first_accounts_come_from_the_command_line(terminal: Terminal) -> None:
    code, printed, _ = terminal.run("create", *LAN, "--role", "admin", "--password", PASSWORD)
    assert (code, printed) == (0, "Đã tạo tài khoản ngoc.lan.\n")
    assert roles(terminal, "ngoc.lan") == [(Role.ADMIN, None)]
    assert trail(terminal.here, "act", "door", "account_id") == [
        ("account_added", "command", None),
        ("membership_given", "command", None),
    ]


def test_an_invitation_prints_the_code_alone(terminal: Terminal) -> None:
    code, printed, _ = terminal.run("invite", *LAN, "--role", "unit_reporter", "--unit", "LS-186-VHTT")
    assert code == 0
    assert accept_code(terminal.here.host, code=printed, password=PASSWORD, origin=Origin()) == "ngoc.lan"
    assert roles(terminal, "ngoc.lan") == [(Role.UNIT_REPORTER, "LS-186-VHTT")]


def test_a_reset_by_code_or_with_a_password(terminal: Terminal) -> None:
    terminal.run("create", *LAN, "--role", "office", "--password", PASSWORD)
    reset = terminal.json("reset", "ngoc.lan", "--code")
    assert accept_code(terminal.here.host, code=reset["code"], password=PASSWORD, origin=Origin()) == "ngoc.lan"
    assert terminal.run("reset", "ngoc.lan", "--password", PASSWORD + "!")[:2] == (
        0,
        "Đã đặt lại mật khẩu của ngoc.lan.\n",
    )
    assert terminal.run("reset", "ngoc.lan", "--code", "--password", PASSWORD)[0] == 2


def test_a_token_is_printed_alone_with_the_rights_and_days_asked_for(terminal: Terminal) -> None:
    terminal.run("create", *LAN, "--role", "office", "--password", PASSWORD)
    _, printed, _ = terminal.run("token", "ngoc.lan")
    assert actor_of_token(terminal.here.host, printed.strip()).scopes is not None
    few = terminal.json("token", "ngoc.lan", "--scope", "read_status", "--days", "30", "--label", "Bảng tin")
    assert actor_of_token(terminal.here.host, few["token"]).scopes == {"read_status"}
    with terminal.here.host.work.reading() as work:
        newest = work.visits.tokens(actor_named(terminal.here.host, "ngoc.lan").account_id)[0]
    assert (newest.label, (newest.expires_at - newest.made_at).days) == ("Bảng tin", 30)
    assert terminal.run("token", "ngoc.lan", "--scope", "operate_jobs")[0] == 1
    assert terminal.run("token", "ngoc.lan", "--scope", "everything")[0] == 2
    assert terminal.run("token", "ngoc.lan", "--days", "367")[0] == 2


def test_accounts_are_listed_disabled_and_enabled(terminal: Terminal) -> None:
    terminal.run("create", *LAN, "--role", "office", "--password", PASSWORD)
    terminal.run("create", "hoa", "--full-name", "Hoa", "--role", "admin", "--password", PASSWORD)
    assert terminal.run("disable", "ngoc.lan") == (0, "Đã khóa tài khoản ngoc.lan.\n", "")
    with pytest.raises(NotFoundError):
        actor_named(terminal.here.host, "ngoc.lan")
    listed = terminal.json("list")
    assert [(each["name"], each["roles"], each["is_disabled"]) for each in listed] == [
        ("hoa", ["admin"], False),
        ("ngoc.lan", ["office"], True),
    ]
    assert [each["name"] for each in terminal.json("list", "--role", "admin")] == ["hoa"]
    assert [each["name"] for each in terminal.json("list", "--standing", "disabled")] == ["ngoc.lan"]
    assert terminal.json("enable", "ngoc.lan") == {"name": "ngoc.lan"}
    assert "hoa" in terminal.run("list")[1]


def test_an_account_is_handed_over(terminal: Terminal) -> None:
    terminal.run("create", *LAN, "--role", "office", "--password", PASSWORD)
    terminal.run("create", "hoa", "--full-name", "Hoa", "--role", "leader", "--password", PASSWORD)
    done = terminal.json("handover", "ngoc.lan", "--to", "hoa")
    assert done == {"name": "ngoc.lan", "ended": 1, "held": 1, "waiting": 0}
    assert roles(terminal, "hoa") == [(Role.LEADER, None), (Role.OFFICE, None)]


@pytest.mark.parametrize(
    "arguments",
    [
        ("disable", "nobody"),
        ("enable", "nobody"),
        ("reset", "nobody", "--code"),
        ("token", "nobody"),
        ("handover", "nobody"),
        ("create", "Tên có dấu", "--full-name", "x", "--role", "admin", "--password", PASSWORD),
        ("create", "lan", "--full-name", "x", "--role", "admin", "--password", "ngắn"),
        ("invite", "lan", "--full-name", "x", "--role", "unit_head", "--unit", "LS-999"),
        ("invite", "lan", "--full-name", "x", "--role", "admin", "--until", "2020-01-01"),
    ],
)
def test_a_refusal_is_one_sentence_and_exit_code_1(terminal: Terminal, arguments: tuple[str, ...]) -> None:
    code, printed, complaint = terminal.run(*arguments)
    assert (code, printed) == (1, "")
    assert complaint.startswith("thidua: ")
    assert complaint.count("\n") == 1
    assert trail(terminal.here) == []


@pytest.mark.parametrize("arguments", [("create", *LAN, "--role", "king"), ("invite", *LAN, "--role", "unit_head")])
def test_wrong_usage_is_exit_code_2(terminal: Terminal, arguments: tuple[str, ...]) -> None:
    assert terminal.run(*arguments, *(("--password", PASSWORD) if arguments[0] == "create" else ()))[0] == 2
