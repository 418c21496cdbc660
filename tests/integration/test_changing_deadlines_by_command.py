"""The commands that change what one unit owes: who is named, what is printed, how they end."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from terminal import Terminal

from thidua.application.periods.obligations import read_obligation
from thidua.domain.accounts import Role
from thidua_testkit.installation import an_installation

PLACE = ("ATGT-2021", "2021-9M", "LS-186-VHTT")
ABOUT = ("--by", "van-phong", "--reason", "Mưa lũ", "--document", "12/CV-UBND", "--requested-by", "UBND huyện")
NOW = datetime.fromisoformat("2021-09-15T08:00:00+07:00")


@pytest.fixture
def terminal(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    here = an_installation(database_url, at=NOW, campaign="ATGT-2021", periods=("2021-9M",))
    here.add_account("van-phong", (Role.OFFICE, None))
    here.add_account("lanh-dao", (Role.LEADER, None))
    return Terminal(here, "period", data=tmp_path, patch=monkeypatch, capture=capsys)


def changes(terminal: Terminal) -> list[Any]:
    campaign, period, unit = PLACE
    office = terminal.here.office()
    sheet = read_obligation(terminal.here.host, office, campaign_code=campaign, period_code=period, unit_code=unit)
    return [(each.kind.value, each.by) for each in sheet.changes]


def test_a_change_names_the_person_and_prints_the_new_deadline(terminal: Terminal) -> None:
    # The command goes by the machine's own clock, so what is left of the time is not looked at.
    code, out, err = terminal.run("extend", *PLACE, *ABOUT, "--until", "21/9/2031 17:00")
    assert (code, out) == (1, "")
    assert "ends_at: Không đặt được thời hạn này." in err
    code, out, err = terminal.run("extend", *PLACE, *ABOUT, "--until", "21/9/2021 11:30")
    assert (code, err) == (0, "")
    assert out.startswith("Đã ghi: Gia hạn – Phòng VH&TT huyện Hữu Lũng, 9 tháng năm 2021.\n")
    assert "Hạn nộp được gia hạn đến 11 giờ 30, thứ Ba ngày 21/9/2021" in out
    assert "Lý do gia hạn: Mưa lũ; văn bản số 12/CV-UBND; theo đề nghị của UBND huyện." in out
    assert changes(terminal) == [("extended", terminal.here.actors["van-phong"].account_id)]


def test_programs_get_json(terminal: Terminal) -> None:
    code, out, _ = terminal.run("exempt", *PLACE, *ABOUT, "--json")
    told = json.loads(out)
    assert code == 0
    assert (told["unit"], told["change"]["kind"], told["change"]["by"]) == (
        PLACE[2],
        "exempted",
        "Người dùng van-phong",
    )
    assert (told["is_exempt"], told["exempt_until"]) == (True, None)
    assert told["deadline"]["sentence"].startswith("Hạn nộp")
    assert set(told["deadline"]) >= {"opened_at", "due_at", "working_days_left", "sentence"}


def test_a_unit_is_let_off_for_good_and_owes_again(terminal: Terminal) -> None:
    code, out, _ = terminal.run("exempt", *PLACE, *ABOUT)
    assert (code, "Đơn vị được miễn báo cáo." in out) == (0, True)
    code, out, _ = terminal.run("owe", *PLACE, "--by", "van-phong", "--reason", "Điện đã có.")
    assert (code, "Hạn nộp:" in out) == (0, True)
    assert [kind for kind, _ in changes(terminal)] == ["exempted", "owed_again"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("extend", *PLACE, *ABOUT), "--until"),
        (("extend", *PLACE, *ABOUT, "--until", "21/9/2021"), "hãy ghi ngày và giờ"),
        (("extend", *PLACE, *ABOUT[2:], "--until", "21/9/2021 17:00"), "--by"),
        (("owe", *PLACE, "--by", "van-phong"), "--reason"),
        (("exempt", *PLACE[:2], *ABOUT), "UNIT_CODE"),
    ],
)
def test_wrong_usage_ends_with_two_and_says_what_is_missing(
    terminal: Terminal, arguments: tuple[str, ...], words: str
) -> None:
    code, out, err = terminal.run(*arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert changes(terminal) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("exempt", *PLACE, *ABOUT[2:], "--by", "nobody"), "Không có tài khoản 'nobody'"),
        (("exempt", *PLACE, *ABOUT[2:], "--by", "lanh-dao"), "không được làm việc này"),
        (("exempt", *PLACE[:2], "XX", *ABOUT), "không có báo cáo nào phải nộp"),
        (("exempt", "XX", *PLACE[1:], *ABOUT), "Không có đợt thi đua này"),
        (("exempt", PLACE[0], "XX", *PLACE[2:], *ABOUT), "Không có kỳ báo cáo này"),
        (("owe", *PLACE, *ABOUT), "Đơn vị không được miễn"),
        (("extend", *PLACE, *ABOUT, "--until", "16/9/2021 17:00"), "Hạn mới phải sau"),
        (("exempt", *PLACE, "--by", "van-phong", "--reason", " "), "reason: Phải ghi lý do."),
        (("exempt", *PLACE, "--by", "van-phong", "--reason", "Lũ"), "document_number: Phải ghi số văn bản"),
    ],
)
def test_a_refusal_ends_with_one_and_one_sentence(terminal: Terminal, arguments: tuple[str, ...], words: str) -> None:
    code, out, err = terminal.run(*arguments)
    assert (code, out) == (1, "")
    assert err.startswith("thidua: ")
    assert words in err
    assert changes(terminal) == []
