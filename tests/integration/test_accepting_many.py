"""What is looked at before many reports are accepted, on both databases."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from thidua.application.reports.answering import Remark
from thidua.application.reports.filing import file_report
from thidua.application.review.accepting import MOST_ON_A_PAGE
from thidua.application.review.accepting import Doubt
from thidua.application.review.accepting import WaitingReport
from thidua.application.review.accepting import preview_acceptance
from thidua.application.review.accepting import unit_names_of
from thidua.application.review.accepting import waiting_reports
from thidua.application.review.reviewing import accept_report
from thidua.application.review.reviewing import return_report
from thidua.application.review.reviewing import withdraw_report
from thidua.domain.accounts import Role
from thidua.domain.errors import ConflictError
from thidua.domain.errors import NotAllowedError
from thidua.domain.errors import NotFoundError
from thidua.domain.reports import Channel
from thidua.forms.envelope import Answer
from thidua.forms.envelope import read_envelope
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

SAMPLE = json.loads((Path(__file__).parents[1] / "samples/P01.json").read_text(encoding="utf-8"))
UNITS = ("LS-186-VHTT", "LS-187-VHTT", "LS-188-VHTT", "LS-189-VHTT")
PLACE = {"campaign_code": "ATGT-2021", "period_code": "2021-Q1"}
NOON = datetime.fromisoformat("2021-03-16T12:00:00+07:00")
LATE = datetime.fromisoformat("2021-03-16T17:30:00+07:00")
#: Sound in every place, and far from each other.
COUNTS = ("radio_minutes", "online_items", "social_reach", "leaflets", "direct_participants", "social_posts", "banners")


@pytest.fixture
def here(database_url: str) -> Installation:
    found = an_installation(database_url, at=NOON, campaign="ATGT-2021", periods=("2021-Q1",))
    found.office()
    return found


def file(here: Installation, place: int, revision: int = 0, *, like: int | None = None, **changes: Any) -> int:
    """File a report with the figures of a place, or of another one it is copied from."""
    of = place if like is None else like
    data = json.loads(json.dumps(SAMPLE))
    drawn = {name: 131 + (7919 * (of + 2) * (at + 3)) % 1777 for at, name in enumerate(COUNTS)}
    data["fields"] |= {**drawn, "stations_total": 8, "stations_broadcasting": 7, "difficulties": ""}
    data["fields"] |= {
        "radio_items": 40 + 9 * of,
        "radio_broadcasts": 170 + 31 * of,
        "minority_language_broadcasts": None,
    }
    data["fields"] |= changes.pop("fields", {})
    data["unit_code"] = UNITS[place]
    answers = changes.pop("answers", ())
    data |= changes
    if revision:
        data |= {"revision": revision, "correction_reason": "Sửa."}
    envelope, findings = read_envelope(data)
    assert envelope is not None, findings
    envelope = replace(envelope, answers=tuple(Answer(*each) for each in answers), confirm_warnings=True)
    return file_report(here.host, here.reporter(UNITS[place]), envelope, channel=Channel.API).report_id


def waiting(here: Installation) -> dict[int, WaitingReport]:
    return {each.report.id: each for each in waiting_reports(here.host, here.office(), **PLACE).reports}


def test_only_what_waits_is_listed_and_clean_ones_are_clean(here: Installation) -> None:
    ids = [file(here, place) for place in range(4)]
    accept_report(here.host, here.office(), ids[0], revision=0)
    return_report(here.host, here.office(), ids[1], revision=0, reason="Sai.")
    withdraw_report(here.host, here.reporter(UNITS[2]), ids[2], revision=0, reason="Nhầm.")
    page = waiting_reports(here.host, here.office(), **PLACE)
    assert [each.report.id for each in page.reports] == [ids[3]]
    assert (page.waiting, page.following) == (1, None)
    [each] = page.reports
    assert (each.is_clean, each.unit_name) == (True, "Phòng VH&TT huyện Đình Lập"), each.doubts


def test_each_doubt_is_found(here: Installation) -> None:
    ids = [file(here, place) for place in range(3)]
    return_report(
        here.host, here.office(), ids[0], revision=0, reason="Sai.", remarks=[Remark("/fields/banners", "Đếm lại.")]
    )
    file(here, 0, 1, fields={"banners": 301}, answers=[("/fields/banners", "Đã đếm.")])
    accept_report(here.host, here.office(), ids[1], revision=0)
    file(here, 1, 1, fields={"banners": 302}, is_estimate=True)
    here.clock.instant = LATE
    copied = file(here, 3, like=2)
    found = waiting(here)
    assert found[ids[0]].doubts.keys() == {Doubt.ANSWER}
    assert found[ids[1]].doubts.keys() == {Doubt.CORRECTION, Doubt.ESTIMATE}
    assert found[ids[2]].doubts.keys() == {Doubt.ALIKE}
    assert found[copied].doubts.keys() == {Doubt.ALIKE, Doubt.LATE}
    assert "Lộc Bình" in found[copied].doubts[Doubt.ALIKE]


def test_warnings_and_empty_filings_are_doubtful_and_a_placeholder_stays_one(here: Installation) -> None:
    nothing = {name: 0 for name in SAMPLE["fields"] if isinstance(SAMPLE["fields"][name], int)}
    kept = {"staff_total": 7, "direction_docs_count": 2, "stations_total": 8}
    report_id = file(here, 0, fields={**nothing, **kept}, by_topic={})
    warned = file(here, 1, fields={"radio_broadcasts": 30})
    found = waiting(here)
    assert Doubt.BARE in found[report_id].doubts
    assert found[warned].doubts.keys() == {Doubt.WARNINGS}
    assert found[warned].doubts[Doubt.WARNINGS].startswith("1 cảnh báo số liệu do đơn vị tự xác nhận (")
    file(here, 0, 1)
    assert waiting(here)[report_id].doubts.keys() == {Doubt.PLACEHOLDER}


def test_a_preview_shows_what_moved_on_and_what_is_of_another_period(here: Installation) -> None:
    ids = [file(here, place) for place in range(3)]
    accept_report(here.host, here.office(), ids[0], revision=0)
    file(here, 1, 1, fields={"banners": 302})
    seen = [(ids[0], 0), (ids[1], 0), (ids[2], 0), (999, 0)]
    found = preview_acceptance(here.host, here.office(), **PLACE, seen=seen)
    assert [each.report.id for each in found.clean] == [ids[2]]
    assert {each.report_id: each.reason for each in found.moved} == {
        ids[0]: "Không còn chờ duyệt: đã tiếp nhận",
        ids[1]: "Đơn vị vừa nộp lần 2; hãy xem bản mới",
        999: "Không tìm thấy báo cáo này trong kỳ",
    }
    assert unit_names_of(here.host, here.office(), [ids[2], 999]) == {ids[2]: "Phòng VH&TT huyện Lộc Bình"}
    with pytest.raises(ConflictError):
        preview_acceptance(here.host, here.office(), **PLACE, seen=[(each, 0) for each in range(MOST_ON_A_PAGE + 1)])


def test_pages_follow_each_other(here: Installation) -> None:
    ids = [file(here, place) for place in range(3)]
    first = waiting_reports(here.host, here.office(), **PLACE, limit=2)
    assert ([each.report.id for each in first.reports], first.waiting) == (ids[:2], 3)
    second = waiting_reports(here.host, here.office(), **PLACE, after_id=first.following or 0, limit=2)
    assert ([each.report.id for each in second.reports], second.following) == (ids[2:], None)


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect what is sent to the database."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def test_many_reports_cost_as_many_statements_as_one(here: Installation) -> None:
    counts = []
    for place in range(4):
        report_id = file(here, place)
        return_report(here.host, here.office(), report_id, revision=0, reason="Sai.")
        file(here, place, 1, fields={"banners": 300 + place})
        with statements() as sent:
            found = waiting_reports(here.host, here.office(), **PLACE)
        assert len(found.reports) == place + 1
        counts.append(len(sent))
    assert len(set(counts)) == 1, counts


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OFFICE])
def test_only_the_office_looks_at_what_waits(here: Installation, role: Role) -> None:
    unit = UNITS[0] if role in {Role.UNIT_REPORTER, Role.UNIT_HEAD} else None
    somebody = here.add_account("somebody", (role, unit))
    with pytest.raises(NotAllowedError):
        waiting_reports(here.host, somebody, **PLACE)
    with pytest.raises(NotAllowedError):
        preview_acceptance(here.host, somebody, **PLACE, seen=[])
    with pytest.raises(NotAllowedError):
        unit_names_of(here.host, somebody, [1])


@pytest.mark.parametrize("wrong", [{"campaign_code": "X"}, {"period_code": "X"}, {"period_code": "2021-9M"}])
def test_a_period_that_was_never_opened_is_not_there(here: Installation, wrong: dict[str, str]) -> None:
    with pytest.raises(NotFoundError):
        waiting_reports(here.host, here.office(), **(PLACE | wrong))
    with pytest.raises(NotFoundError):
        preview_acceptance(here.host, here.office(), **(PLACE | wrong), seen=[])
