"""A status as of a past moment is the one that was computed then, whatever has happened since; on both databases."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from thidua.application.periods.campaigns import close_campaign
from thidua.application.periods.campaigns import close_period
from thidua.application.periods.campaigns import open_campaign
from thidua.application.periods.campaigns import open_period
from thidua.application.periods.obligations import Wish
from thidua.application.periods.obligations import change_obligation
from thidua.application.ports.derived_ports import FilingOrder
from thidua.application.reports.filing import file_report
from thidua.application.review.reviewing import accept_report
from thidua.application.review.reviewing import return_report
from thidua.application.review.reviewing import withdraw_report
from thidua.application.status.past_statuses import past_status
from thidua.application.status.statuses import Listing
from thidua.application.status.statuses import StatusView
from thidua.application.status.statuses import read_status
from thidua.domain.accounts import Actor
from thidua.domain.accounts import Role
from thidua.domain.errors import MalformedRequestError
from thidua.domain.errors import NotAllowedError
from thidua.domain.errors import NotFoundError
from thidua.domain.errors import TooLargeError
from thidua.domain.filing import FilingState
from thidua.domain.reports import Channel
from thidua.domain.reports import ObligationChangeKind
from thidua.domain.reports import Receipt
from thidua.forms.envelope import read_envelope
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation
from thidua_testkit.postgres import owners_connection

SAMPLES = Path(__file__).parents[1] / "samples"
FORM_A, FORM_D = (json.loads((SAMPLES / name).read_text(encoding="utf-8")) for name in ("P01.json", "P11.json"))
CAMPAIGN, Q1, H1, NINE_MONTHS = "ATGT-2021", "2021-Q1", "2021-H1", "2021-9M"
HUU_LUNG, CHI_LANG, CAO_LOC, OFFICE = "LS-186-VHTT", "LS-187-VHTT", "LS-183-VHTT", "STTTT-VP"
OPENED = datetime.fromisoformat("2021-03-08T08:00:00+07:00")
DAY, INSTANT = timedelta(days=1), timedelta(microseconds=1)

#: What is told of the making of a document, and what only the moment of reading knows.
_OF_THE_READING = ("computed_at", "took_ms", "inputs", "as_of")


@pytest.fixture
def here(database_url: str) -> Installation:
    found = an_installation(database_url, at=OPENED)
    found.office()
    return found


class History:
    """What is done one thing after the other, each taken in, with what every status said then."""

    def __init__(self, here: Installation) -> None:
        self.here = here
        self.opened: list[str] = []
        self.seen: dict[tuple[str, datetime], dict[str, Any]] = {}

    def does(self, act: Callable[[], Any], *, after: timedelta = timedelta(hours=5)) -> Any:
        """Let time pass, do something, take it in and remember every status."""
        self.here.clock.instant += after
        done = act()
        self.here.drain()
        self.here.refresh()
        for period in self.opened:
            document = dict(read_status(self.here.host, self.here.office(), CAMPAIGN, period).document)
            self.seen[period, self.here.clock.now()] = document
        return done

    def opens(self, period: str, **after: timedelta) -> None:
        self.opened.append(period)
        self.does(lambda: open_period(self.here.host, CAMPAIGN, period), **after)

    def files(self, unit: str, period: str, revision: int = 0, **fields: object) -> Receipt:
        """File form A, or, for the Office itself, form D."""
        sample = FORM_D if unit == OFFICE else FORM_A
        figures = sample["fields"] | ({} if unit == OFFICE else {"stations_total": 12, "stations_broadcasting": 10})
        data = {
            **sample,
            "unit_code": unit,
            "period_code": period,
            "fields": figures | fields,
            "confirm_warnings": True,
        }
        if revision:
            data |= {"revision": revision, "correction_reason": "Sửa lại số liệu."}
        envelope, findings = read_envelope(data)
        assert envelope is not None, findings
        receipt: Receipt = self.does(
            lambda: file_report(self.here.host, self.here.reporter(unit), envelope, channel=Channel.API)
        )
        return receipt

    def accepts(self, report: int, revision: int = 0) -> None:
        self.does(lambda: accept_report(self.here.host, self.here.office(), report, revision=revision))

    def changes(self, unit: str, period: str, kind: ObligationChangeKind, ends_at: datetime | None = None) -> None:
        wish = Wish(kind=kind, reason="Mưa lũ", document_number="12/CV", requested_by="UBND huyện", ends_at=ends_at)
        place = {"campaign_code": CAMPAIGN, "period_code": period, "unit_code": unit}
        self.does(lambda: change_obligation(self.here.host, self.here.office(), **place, wish=wish))


def past(here: Installation, period: str | None, at: datetime, by: Actor | None = None, **how: Any) -> StatusView:
    return past_status(here.host, by or here.office(), CAMPAIGN, period, at=at, **how)


def content(document: Any) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key not in _OF_THE_READING}


@pytest.fixture
def history(here: Installation) -> History:
    """Play a year: corrections, returns, withdrawals, changed deadlines, four periods, closings."""
    told = History(here)
    told.does(lambda: open_campaign(here.host, CAMPAIGN))
    told.opens(Q1)
    first = told.files(HUU_LUNG, Q1, radio_items=26).report_id
    told.accepts(first)
    told.files(HUU_LUNG, Q1, 1, radio_items=28)
    other = told.files(CHI_LANG, Q1, radio_items=30).report_id
    office = here.office()
    told.does(lambda: return_report(here.host, office, other, revision=0, reason="Chưa khớp.", incomplete=True))
    told.changes(CAO_LOC, Q1, ObligationChangeKind.EXEMPTED, here.clock.now() + 20 * DAY)
    told.does(lambda: None, after=9 * DAY)
    told.changes(CHI_LANG, Q1, ObligationChangeKind.EXTENDED, here.clock.now() + 6 * DAY)
    told.files(CHI_LANG, Q1, 1, radio_items=31)
    told.does(lambda: withdraw_report(here.host, here.reporter(HUU_LUNG), first, revision=1, reason="Gửi nhầm."))
    told.does(lambda: None, after=30 * DAY)
    told.opens(H1, after=45 * DAY)
    told.accepts(told.files(HUU_LUNG, H1, radio_items=40).report_id)
    told.accepts(other, 1)
    told.does(lambda: close_period(here.host, CAMPAIGN, Q1))
    told.opens(NINE_MONTHS, after=85 * DAY)
    entered = told.files(OFFICE, NINE_MONTHS).report_id
    told.accepts(entered)
    source = FORM_D["fields"]["crashes_source"] | {"source_document": "BC số 99/BC-CAT"}
    told.files(OFFICE, NINE_MONTHS, 1, crashes_source=source)
    told.accepts(entered, 1)
    told.does(lambda: close_campaign(here.host, CAMPAIGN), after=100 * DAY)
    return told


def test_every_status_of_a_year_is_told_again_as_it_was(history: History) -> None:
    here = history.here
    here.clock.instant += 3 * DAY
    assert len({document["digest"] for document in history.seen.values()}) > len(history.seen) // 2
    for (period, at), document in history.seen.items():
        told = past(here, period, at).document
        assert told["digest"] == document["digest"], (period, at)
        assert content(told) == content(document), (period, at)
        assert told["as_of"] == at.isoformat()
    # Until the next thing was done, nothing but time changed; a moment before it, nothing had been done.
    moments = sorted({at for period, at in history.seen if period == Q1})
    for before, after in pairwise(moments):
        between = past(here, Q1, after - INSTANT).document
        filing = {key: between["filing"][key] for key in ("received", "accepted")}
        was = {key: history.seen[Q1, before]["filing"][key] for key in ("received", "accepted")}
        assert filing == was, after


def test_what_the_workers_keep_is_not_believed(history: History) -> None:
    here = history.here
    (period, at), document = list(history.seen.items())[-4]
    with here.host.work.writing() as work:
        connection = work._connection  # type: ignore[attr-defined]  # the adapter's
        for table in ("status", "rollup_shard", "rollup", "unit_filing", "fact"):
            connection.execute(text(f"DELETE FROM {table}"))
        connection.execute(text("UPDATE report SET state = 'submitted', accepted_revision = NULL, counted_at = NULL"))
        connection.execute(text("UPDATE obligation SET extended_to = NULL, exempt_reason = 'Không biết'"))
        work.commit()
    assert past(here, period, at).document["digest"] == document["digest"]


def test_the_units_are_listed_as_they_are_now(history: History) -> None:
    here = history.here
    listing = Listing(states=[FilingState.OVERDUE, FilingState.ON_TIME], order=FilingOrder.URGENCY, at_most=5)
    now = read_status(here.host, here.office(), CAMPAIGN, NINE_MONTHS, most_in_details=3, listing=listing)
    then = past(here, NINE_MONTHS, here.clock.now(), most_in_details=3, listing=listing)
    assert len(then.listed) == 5
    assert list(then.listed) == list(now.listed)
    assert then.document["filing"] == now.document["filing"]
    for order in FilingOrder:
        listing = Listing(order=order)
        now = read_status(here.host, here.office(), CAMPAIGN, NINE_MONTHS, listing=listing)
        assert list(past(here, NINE_MONTHS, here.clock.now(), listing=listing).listed) == list(now.listed)


def test_what_is_told_unit_by_unit_hangs_on_the_periods_own_roster(history: History) -> None:
    here = history.here
    with owners_connection(here.database_url) as connection:
        gone = {"period": NINE_MONTHS, "unit": CAO_LOC}
        connection.execute(text("DELETE FROM obligation WHERE period_code = :period AND unit_code = :unit"), gone)
    document: Any = past(here, NINE_MONTHS, here.clock.now(), most_in_details=16).document
    assert len(document["filing"]["units"]) == 16
    assert {unit for each in document["indicators"] for unit in each["by_unit"]} == {OFFICE, HUU_LUNG, CHI_LANG}
    document = past(here, NINE_MONTHS, here.clock.now(), most_in_details=15).document
    assert document["filing"]["units"] == []
    assert not any("by_unit" in each for each in document["indicators"])


def test_who_sees_accepted_aggregates_now_sees_no_more_of_the_past(history: History) -> None:
    here = history.here
    observer = here.add_account("observer", (Role.OBSERVER, None))
    at = here.clock.now()
    now = read_status(here.host, observer, CAMPAIGN, NINE_MONTHS, listing=Listing())
    then = past(here, NINE_MONTHS, at, observer, listing=Listing())
    about = {each.code for each in here.host.catalogue.campaigns[CAMPAIGN].indicators if each.about_people}
    shown, hidden = [], []
    for view in (then, now):
        told: Any = content(view.document)
        # The digest is that of what is shown.
        del told["digest"]
        shown.append({**told, "indicators": [each for each in told["indicators"] if each["code"] not in about]})
        hidden.append([each for each in told["indicators"] if each["code"] in about])
    assert shown[0] == shown[1]
    # What two moments differ by is what one report brought, so that of the past nothing about people is shown.
    assert {(each["official"], each["cumulative"]["official"]) for each in hidden[0]} == {(None, None)}
    assert all(each["small_hidden"] for each in hidden[0])
    assert not any("small_hidden" in each for each in hidden[1])
    assert (then.listed, then.document["filing"]["units"]) == ([], [])
    with pytest.raises(NotAllowedError):
        past(here, NINE_MONTHS, at, here.reporter(HUU_LUNG))


def test_what_was_not_open_then_says_when_it_was_opened(history: History) -> None:
    here = history.here
    opened = min(at for period, at in history.seen if period == H1)
    with pytest.raises(NotFoundError) as refused:
        past(here, H1, opened - INSTANT)
    assert "kỳ “6 tháng đầu năm 2021” chưa mở; kỳ này mở lúc" in refused.value.message
    assert f"mở lúc {opened.astimezone(here.host.zone):%H:%M} ngày" in refused.value.message
    # Without a period it is the newest that was open then.
    assert past(here, None, opened - INSTANT).document["period"] == Q1
    assert past(here, None, opened).document["period"] == H1
    with pytest.raises(NotFoundError, match="đợt mở lúc 13:00 ngày 8/3/2021"):
        past(here, Q1, OPENED)
    with pytest.raises(NotFoundError, match="chưa mở kỳ báo cáo nào"):
        past(here, None, OPENED + timedelta(hours=5))
    with pytest.raises(NotFoundError):
        past(here, "2021-X", opened)
    with pytest.raises(NotFoundError):
        past_status(here.host, here.office(), "ATGT-2020", Q1, at=opened)


def test_a_moment_that_has_not_come_has_no_status(history: History) -> None:
    here = history.here
    now = here.clock.now()
    assert past(here, Q1, now).document["as_of"] == now.isoformat()
    with pytest.raises(MalformedRequestError, match="chưa đến"):
        past(here, Q1, now + INSTANT)


def test_the_receipt_says_that_it_is_computed_anew_by_the_rules_of_today(history: History) -> None:
    here = history.here
    at = datetime(2021, 3, 9, 3, 0, tzinfo=UTC)
    document: Any = past(here, Q1, at).document
    inputs = document["inputs"]
    assert (inputs["waiting"], inputs["quarantined"]) == (None, None)
    assert document["computed_at"] == here.clock.now().isoformat()
    assert document["computed_by"] == here.host.catalogue.origin(CAMPAIGN)
    rules = here.host.catalogue.campaign(CAMPAIGN).rules_version
    assert inputs["sentence"].startswith(
        "Tình hình lúc 10:00 ngày 9/3/2021, tính từ 1/17 báo cáo đã nộp (1 đã tiếp nhận); tính lại từ sổ báo cáo lúc "
    )
    assert f"theo bộ quy tắc {rules} ({document['computed_by']}) đang dùng hôm nay." in inputs["sentence"]


def test_more_reports_than_a_page_can_count_are_left_to_the_command(history: History) -> None:
    here = history.here
    first = min(at for period, at in history.seen if period == Q1)
    with pytest.raises(TooLargeError) as refused:
        past(here, Q1, here.clock.now(), most_reports=1)
    assert "thidua status show ATGT-2021 --period 2021-Q1 --at 20" in refused.value.message
    assert past(here, Q1, here.clock.now(), most_reports=2).document["filing"]["received"] == 2
    # Counted are the reports that there were by then.
    assert past(here, Q1, first, most_reports=0).document["filing"]["received"] == 0
    assert past(here, NINE_MONTHS, here.clock.now(), most_reports=None).document["digest"]
