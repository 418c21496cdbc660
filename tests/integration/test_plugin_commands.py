"""The commands about rules that failed and forms held back: what they print, and how they end."""

from __future__ import annotations

import json
from datetime import UTC
from datetime import datetime
from pathlib import Path

import pytest
from terminal import Terminal
from trails import trail

from thidua.domain.plugins import FormHold
from thidua.domain.plugins import RuleFault
from thidua.domain.plugins import TroubleKind
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

CAMPAIGN, FORM = "ATGT-2021", "A"
FAULT = RuleFault(CAMPAIGN, FORM, "A06", TroubleKind.HUNG, "package/file.py:12")


@pytest.fixture
def terminal(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    here = an_installation(database_url, at=datetime.now(UTC))
    monkeypatch.setenv("THIDUA_PLUGIN_TRIAL", "false")
    return Terminal(here, "plugins", data=tmp_path, patch=monkeypatch, capture=capsys)


def go_wrong(here: Installation, *, digest: str = "") -> None:
    """Let a rule have failed for a unit, and its form be held back for it."""
    digest = digest or here.host.catalogue.digest(CAMPAIGN, FORM)
    with here.host.work.writing() as work:
        work.troubles.note([FAULT], unit_code="LS-186-VHTT", digest=digest, now=here.clock.now())
        work.troubles.hold(FormHold(CAMPAIGN, FORM, digest, FAULT, here.clock.now()))
        work.commit()


def test_where_nothing_went_wrong_nothing_is_listed(terminal: Terminal) -> None:
    assert terminal.run("troubles") == (0, "", "")
    assert terminal.json("troubles") == {"holds": [], "troubles": []}


def test_what_went_wrong_is_listed_for_people_and_for_programs(terminal: Terminal) -> None:
    go_wrong(terminal.here)
    code, printed, _ = terminal.run("troubles")
    assert code == 0
    hold, trouble = printed.splitlines()
    assert hold.startswith("tạm dừng  biểu A, đợt ATGT-2021, từ ")
    assert trouble.split("  ") == [
        *(CAMPAIGN, FORM, "A06", "chạy quá thời gian cho phép", "package/file.py:12", "LS-186-VHTT")
    ]
    named = {"campaign": CAMPAIGN, "form": FORM, "rule": "A06", "kind": "hung", "place": "package/file.py:12"}
    found = terminal.json("troubles")
    [hold] = found["holds"]
    [trouble] = found["troubles"]
    assert hold == {**named, "since": hold["since"], "current": True}
    assert trouble == {**named, "unit": "LS-186-VHTT", "times": 1, "last_at": trouble["last_at"], "current": True}
    assert datetime.fromisoformat(hold["since"]).tzinfo is not None


def test_what_a_plugin_did_that_was_mended_is_of_the_past(terminal: Terminal) -> None:
    go_wrong(terminal.here, digest="another")
    found = terminal.json("troubles")
    assert [each["current"] for each in found["holds"] + found["troubles"]] == [False, False]


def test_a_form_is_let_go_and_the_trail_says_that_a_command_did_it(terminal: Terminal) -> None:
    go_wrong(terminal.here)
    code, printed, _ = terminal.run("release", CAMPAIGN, FORM)
    assert (code, printed) == (0, "Biểu A của đợt ATGT-2021 nhận báo cáo lại.\n")
    assert terminal.json("troubles") == {"holds": [], "troubles": []}
    assert trail(terminal.here, "act", "door", "account_id")[-1] == ("plugin_released", "command", None)
    # Once more does no harm, and says so.
    code, printed, _ = terminal.run("release", CAMPAIGN, FORM)
    assert (code, printed) == (0, "Biểu này không bị tạm dừng, cũng không có quy tắc nào bị lỗi.\n")
    assert terminal.json("release", CAMPAIGN, FORM) == {"campaign": CAMPAIGN, "form": FORM, "released": False}
    go_wrong(terminal.here)
    assert terminal.json("release", CAMPAIGN, FORM) == {"campaign": CAMPAIGN, "form": FORM, "released": True}


@pytest.mark.parametrize(
    ("place", "sentence"),
    [(("ATGT-1999", FORM), "Không có đợt thi đua này."), ((CAMPAIGN, "Z"), "Không có biểu Z; chỉ có ")],
)
def test_names_that_nothing_has_are_refused(terminal: Terminal, place: tuple[str, str], sentence: str) -> None:
    go_wrong(terminal.here)
    for options in ((), ("--json",)):
        code, printed, complaint = terminal.run("release", *place, *options)
        assert (code, printed) == (1, "")
        assert complaint.startswith(f"thidua: {sentence}")
    assert len(terminal.json("troubles")["holds"]) == 1


def test_what_is_held_of_a_campaign_that_was_removed_can_be_let_go(terminal: Terminal) -> None:
    with terminal.here.host.work.writing() as work:
        fault = RuleFault("ATGT-1999", FORM, "A06", TroubleKind.HUNG, "")
        work.troubles.hold(FormHold("ATGT-1999", FORM, "gone", fault, terminal.here.clock.now()))
        work.commit()
    assert terminal.run("release", "ATGT-1999", FORM)[0] == 0


@pytest.mark.parametrize(
    "words", [("release",), ("release", CAMPAIGN), ("release", CAMPAIGN, FORM, "B"), ("troubles", "A"), ("trouble",)]
)
def test_wrong_usage_ends_with_2(terminal: Terminal, words: tuple[str, ...]) -> None:
    code, printed, complaint = terminal.run(*words)
    assert (code, printed) == (2, "")
    assert "Usage: thidua plugins" in complaint


def test_an_opened_campaign_without_its_plugin_is_listed_and_fails_the_check(terminal: Terminal) -> None:
    assert terminal.json("list")["missing_campaigns"] == []
    assert terminal.json("check")["missing_campaigns"] == []
    with terminal.here.host.work.writing() as work:
        work.campaigns.open_campaign("ATGT-1999", terminal.here.clock.now())
        work.commit()
    assert terminal.json("list")["missing_campaigns"] == ["ATGT-1999"]
    assert "thiếu  đợt ATGT-1999 đã mở" in terminal.run("list")[1]
    code, printed, _ = terminal.run("check", "--json")
    assert (code, json.loads(printed)["missing_campaigns"]) == (1, ["ATGT-1999"])
    code, _, complaint = terminal.run("check")
    assert code == 1
    assert "đợt ATGT-1999 đã mở" in complaint


def test_without_a_database_plugins_are_listed_and_checked_as_ever(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "none.sqlite3"
    for url in (f"sqlite:///{file}", "postgresql://nobody@127.0.0.1:1/none"):
        monkeypatch.setenv("THIDUA_DATABASE_URL", url)
        found = terminal.json("check")
        assert found["missing_campaigns"] is None
        assert {each["state"] for each in found["plugins"]} == {"serving"}
    assert not file.exists()
