"""The receipt of a status says in one sentence what it was counted from and what waits, and why; on both databases."""

from __future__ import annotations

import json
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from thidua.adapters.db.tables import outbox
from thidua.application.background.drain import note_work
from thidua.application.ports.rows import MOST_ATTEMPTS
from thidua.application.reports.filing import file_report
from thidua.application.status.statuses import read_status
from thidua.application.status.statuses import status_etag
from thidua.domain.reports import Channel
from thidua.forms.envelope import read_envelope
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

SAMPLE = json.loads((Path(__file__).parents[1] / "samples/P01.json").read_text(encoding="utf-8"))
CAMPAIGN, PERIOD = "ATGT-2021", "2021-Q1"
NOON = datetime.fromisoformat("2021-03-16T12:00:00+07:00")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def here(database_url: str) -> Installation:
    found = an_installation(database_url, at=NOON, campaign=CAMPAIGN, periods=(PERIOD,))
    found.office()
    found.drain()
    return found


def file(here: Installation) -> None:
    envelope, findings = read_envelope({**SAMPLE, "confirm_warnings": True})
    assert envelope is not None, findings
    file_report(here.host, here.reporter(SAMPLE["unit_code"]), envelope, channel=Channel.API)


def change(here: Installation, **values: Any) -> None:
    """Change what waits, as time and failures would."""
    with here.host.work.writing() as work:
        connection = work._connection  # type: ignore[attr-defined]  # the adapter's
        connection.execute(update(outbox).where(outbox.c.applied_at.is_(None)).values(**values))
        work.commit()


def waits_for(here: Installation, minutes: int) -> None:
    with here.host.work.reading() as work:
        now = work.health().database_now
    change(here, created_at=now - minutes * MINUTE)


def receipt(here: Installation) -> Any:
    return read_status(here.host, here.office(), CAMPAIGN, PERIOD).document["inputs"]


def end(here: Installation) -> str:
    return str(receipt(here)["sentence"]).rpartition("; ")[2]


def test_one_sentence_says_from_what_when_how_long_and_by_what(here: Installation) -> None:
    file(here)
    here.drain()
    campaign = here.host.catalogue.campaign(CAMPAIGN)
    assert receipt(here)["sentence"] == (
        "Tính từ 1/17 báo cáo đã nộp (0 đã tiếp nhận), lúc 12:00:00 ngày 16/3/2021, mất 0,01 giây, theo bộ quy tắc "
        f"{campaign.rules_version} ({here.host.catalogue.origin(CAMPAIGN)}); không còn thay đổi nào đang chờ."
    )


def test_what_came_a_moment_ago_is_no_worry(here: Installation) -> None:
    file(here)
    assert end(here) == "còn 1 thay đổi đang chờ tính, thường chỉ vài giây."
    assert (receipt(here)["waiting"], receipt(here)["quarantined"]) == (1, 0)


def test_what_waits_long_says_why(here: Installation) -> None:
    file(here)
    waits_for(here, 3)
    assert end(here) == "còn 1 thay đổi đang chờ vì chưa thấy máy tính số liệu chạy lần nào, hãy báo người quản trị."
    note_work(here.host, "w1")
    assert end(here) == "còn 1 thay đổi đang chờ đến lượt, lâu nhất đã 3 phút, máy đang tính dần."
    here.clock.instant = NOON + 15 * MINUTE
    assert end(here) == (
        "còn 1 thay đổi đang chờ vì 15 phút nay không thấy máy tính số liệu chạy, hãy báo người quản trị."
    )
    here.clock.instant = NOON + 600 * MINUTE
    assert "vì 10 giờ nay không thấy máy" in end(here)


def test_what_was_set_aside_is_told_beside_what_waits(here: Installation) -> None:
    file(here)
    change(here, attempts=MOST_ATTEMPTS)
    assert end(here) == "1 thay đổi chưa được tính vì máy gặp lỗi, hãy báo người quản trị."
    assert (receipt(here)["waiting"], receipt(here)["quarantined"]) == (0, 1)


def test_how_long_something_waits_is_told_anew_every_minute(here: Installation) -> None:
    def etag() -> str:
        return status_etag(here.host, here.office(), CAMPAIGN, PERIOD)

    file(here)
    first = etag()
    here.clock.instant = NOON + MINUTE - timedelta(seconds=1)
    assert etag() == first
    here.clock.instant = NOON + MINUTE
    assert etag() != first
    here.drain()
    first = etag()
    here.clock.instant = NOON + 2 * MINUTE
    assert etag() == first
