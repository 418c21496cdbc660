""" "Vì sao chưa có?" is answered for any report and for any unit that owes one; on both databases."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from thidua.adapters.clock import SimulatedClock
from thidua.adapters.db.tables import outbox
from thidua.application.background.drain import drain
from thidua.application.background.drain import note_work
from thidua.application.periods.campaigns import close_period
from thidua.application.periods.obligations import Wish
from thidua.application.periods.obligations import change_obligation
from thidua.application.reports.filing import file_report
from thidua.application.review.reviewing import accept_report
from thidua.application.review.reviewing import return_report
from thidua.application.review.reviewing import withdraw_report
from thidua.application.status.counted import Counted
from thidua.application.status.counted import counted_report
from thidua.application.status.counted import counted_unit
from thidua.domain.accounts import Role
from thidua.domain.errors import NotAllowedError
from thidua.domain.errors import NotFoundError
from thidua.domain.reports import Channel
from thidua.domain.reports import ObligationChangeKind
from thidua.forms.envelope import read_envelope
from thidua.plugin_host.registry import registry_of
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

NOON = datetime.fromisoformat("2021-03-16T12:00:00+07:00")
SAMPLE = json.loads((Path(__file__).parents[1] / "samples/P01.json").read_text(encoding="utf-8"))
CAMPAIGN, PERIOD, UNIT, NEIGHBOUR = "ATGT-2021", "2021-Q1", SAMPLE["unit_code"], "LS-187-VHTT"


@pytest.fixture
def here(database_url: str) -> Installation:
    here = an_installation(database_url, at=NOON, campaign=CAMPAIGN, periods=(PERIOD,))
    here.office()
    here.reporter(UNIT)
    here.drain()
    return here


def file(here: Installation, revision: int = 0, unit: str = UNIT) -> None:
    changed = {"revision": revision, "unit_code": unit, "correction_reason": "Đếm lại." * (revision > 0)}
    envelope, findings = read_envelope({**SAMPLE, **changed})
    assert envelope is not None, findings
    fields = {**envelope.fields, "radio_items": 26 + revision, "stations_total": 22 if unit == UNIT else 20}
    envelope = replace(envelope, fields=fields, confirm_warnings=True)
    file_report(here.host, here.reporter(unit), envelope, channel=Channel.API)


def why(here: Installation, unit: str = UNIT) -> Counted:
    return counted_unit(here.host, here.office(), CAMPAIGN, PERIOD, unit)


def codes(counted: Counted) -> list[str]:
    return [each.code for each in counted.told]


def test_a_unit_that_filed_nothing(here: Installation) -> None:
    found = why(here)
    assert codes(found) == ["not_filed"]
    assert "hạn nộp là 17:00 ngày 16/3/2021" in found.told[0].sentence
    here.clock.instant = NOON + timedelta(days=1)
    assert codes(why(here)) == ["overdue"]
    assert "nộp ngay" in why(here).told[0].todo
    wish = Wish(kind=ObligationChangeKind.EXEMPTED, reason="Trụ sở bị bão.", document_number="1/CV", requested_by="Lý")
    change_obligation(here.host, here.office(), campaign_code=CAMPAIGN, period_code=PERIOD, unit_code=UNIT, wish=wish)
    assert codes(why(here)) == ["exempt"]
    assert "Trụ sở bị bão." in why(here).told[0].sentence


def test_a_filing_that_waits_says_how_many_go_before_and_when_work_was_last_done(here: Installation) -> None:
    note_work(here.host, "w1")
    file(here, unit=NEIGHBOUR)
    here.clock.instant = NOON + timedelta(minutes=5)
    file(here)
    found = why(here)
    assert codes(found) == ["waiting", "not_accepted"]
    assert found.waits
    assert "có 1 thay đổi đứng trước" in found.told[0].sentence
    assert "hệ thống tính lần gần nhất lúc 12:00 ngày 16/3/2021" in found.told[0].sentence
    assert "sẽ được tính vào số tạm tính" in found.told[1].sentence
    assert drain(here.host, limit=1) == 1
    assert "không còn thay đổi nào đứng trước" in why(here).told[0].sentence
    here.drain()
    assert codes(why(here)) == ["not_accepted"]
    assert "đã được tính vào số tạm tính" in why(here).told[0].sentence


def test_accepted_then_corrected_then_returned(here: Installation) -> None:
    file(here)
    accept_report(here.host, here.office(), 1, revision=0)
    here.drain()
    assert codes(why(here)) == ["official"]
    file(here, 1)
    here.drain()
    found = why(here)
    assert codes(found) == ["not_accepted", "accepted_earlier"]
    assert (found.in_official, found.in_provisional) == (0, 1)
    assert "vẫn lấy từ lần nộp 1" in found.told[1].sentence
    return_report(here.host, here.office(), 1, revision=1, reason="Thiếu phụ lục.", remarks=())
    here.drain()
    found = why(here)
    assert codes(found) == ["returned", "official"]
    assert "Người dùng office" in found.told[0].sentence
    assert "lần nộp 2" in found.told[0].sentence
    assert found.told[0].sentence.endswith("Lý do: Thiếu phụ lục.")
    assert (found.in_official, found.in_provisional) == (0, 0)


def test_filed_over_and_taken_back(here: Installation) -> None:
    file(here)
    file(here, 1)
    here.drain()
    found = why(here)
    assert codes(found) == ["not_accepted", "superseded"]
    assert "đã được lần nộp 2 thay thế" in found.told[1].sentence
    withdraw_report(here.host, here.reporter(UNIT), 1, revision=1, reason="Gửi nhầm bản.")
    here.drain()
    found = why(here)
    assert codes(found) == ["withdrawn"]
    assert "Gửi nhầm bản." in found.told[0].sentence
    assert found.in_provisional is None


def test_a_campaign_in_quarantine_says_so_and_stays_readable(here: Installation) -> None:
    file(here)
    stopped = replace(here.host, catalogue=registry_of(()))
    found = counted_report(stopped, here.office(), 1)
    assert codes(found)[:2] == ["quarantined", "waiting"]
    assert codes(counted_unit(stopped, here.office(), CAMPAIGN, PERIOD, NEIGHBOUR)) == ["quarantined", "not_filed"]


def test_a_closed_period_says_that_nothing_more_will_come(here: Installation) -> None:
    file(here)
    file(here, unit=NEIGHBOUR)
    return_report(here.host, here.office(), 2, revision=0, reason="Chưa khớp.")
    here.drain()
    here.clock.instant = NOON + timedelta(hours=6)
    close_period(here.host, CAMPAIGN, PERIOD)
    here.drain()
    found = why(here)
    assert codes(found) == ["closed"]
    assert "khóa lúc 18:00 ngày 16/3/2021 khi lần nộp 1 chưa được tiếp nhận" in found.told[0].sentence
    assert "chỉ ở số tạm tính" in found.told[0].sentence
    found = why(here, NEIGHBOUR)
    assert codes(found) == ["returned", "closed"]
    assert not found.told[0].todo
    found = why(here, "LS-183-VHTT")
    assert codes(found) == ["closed"]
    assert "mà đơn vị chưa nộp" in found.told[0].sentence
    assert "nộp ngay" not in found.told[0].todo


def test_what_waits_for_a_worker_that_is_not_there_says_so(here: Installation) -> None:
    file(here)
    with here.host.work.writing() as work:
        connection = work._connection  # type: ignore[attr-defined]  # the adapter's
        now = work.health().database_now
        connection.execute(
            update(outbox).where(outbox.c.applied_at.is_(None)).values(created_at=now - timedelta(minutes=9))
        )
        work.commit()
    assert codes(why(here)) == ["worker_not_seen", "not_accepted"]
    assert "chưa thấy máy tính số liệu chạy lần nào" in why(here).told[0].sentence
    note_work(here.host, "w1")
    assert codes(why(here)) == ["waiting", "not_accepted"]
    here.clock.instant = NOON + timedelta(minutes=8)
    assert "đang chờ vì 8 phút nay không thấy máy tính số liệu chạy" in why(here).told[0].sentence


def test_when_a_change_came_is_told_in_the_products_time(here: Installation) -> None:
    file(here)
    start, anchor = NOON - timedelta(days=30), datetime.now(NOON.tzinfo)
    simulated = replace(here.host, clock=SimulatedClock(start, anchor))
    told = counted_report(simulated, here.office(), 1).told[0].sentence
    assert told.startswith("Thay đổi lúc ")
    assert "ngày 14/2/2021 đang chờ" in told


def test_who_may_ask(here: Installation) -> None:
    file(here)
    here.add_account("observer", (Role.OBSERVER, None))
    here.add_account("leader", (Role.LEADER, None))
    assert counted_report(here.host, here.actors["leader"], 1) == counted_report(here.host, here.reporter(UNIT), 1)
    with pytest.raises(NotFoundError):
        counted_report(here.host, here.reporter(NEIGHBOUR), 1)
    with pytest.raises(NotFoundError):
        counted_unit(here.host, here.reporter(NEIGHBOUR), CAMPAIGN, PERIOD, UNIT)
    with pytest.raises(NotAllowedError):
        counted_report(here.host, here.actors["observer"], 1)
    with pytest.raises(NotFoundError):
        counted_report(here.host, here.office(), 99)
    with pytest.raises(NotFoundError):
        counted_unit(here.host, here.office(), CAMPAIGN, PERIOD, "LS-000")
