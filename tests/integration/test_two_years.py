"""Two years side by side: what compares has both numbers and the change, what does not has a sentence and no number."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from datetime import timedelta
from pathlib import Path

import pytest
from filed_years import NOW
from filed_years import file_all
from filed_years import two_years
from next_year import CODE
from next_year import a_comparison
from next_year import next_year
from next_year import serving

from thidua.adapters.db import fence
from thidua.application.periods.campaigns import open_period
from thidua.application.periods.obligations import Wish
from thidua.application.periods.obligations import change_obligation
from thidua.application.ports.reach import reach_of
from thidua.application.status.figures import Reading
from thidua.application.status.figures import Span
from thidua.application.status.statuses import read_status
from thidua.application.status.two_years import TwoYears
from thidua.application.status.two_years import compare_years
from thidua.application.status.year_rows import YearRow
from thidua.domain.accounts import Actor
from thidua.domain.accounts import Role
from thidua.domain.errors import NotAllowedError
from thidua.domain.errors import NotFoundError
from thidua.domain.reports import ObligationChangeKind
from thidua.forms.envelope import Envelope
from thidua_sdk import Continued
from thidua_sdk import Continuity
from thidua_testkit.installation import Installation

HUU_LUNG = "LS-186-VHTT"
ROOM = "STTTT-BCVT"
ENTRIES = (
    Continued(continuity=Continuity.RENAMED, now=("N23",), before=("N23",), source="Kế hoạch", reason="Đổi tên."),
    Continued(continuity=Continuity.MERGED, now=("N27a",), before=("N27a", "N27b"), source="Kế hoạch", reason="Gộp."),
    Continued(continuity=Continuity.DROPPED, before=("N19",), source="Kế hoạch", reason="Không hỏi nữa."),
)


def later() -> object:
    """A year without two of the indicators: one was dropped, one is in another now."""
    campaign = next_year()
    merged = next(each for each in campaign.indicators if each.code == "N27b").sources
    indicators = tuple(
        replace(each, sources=(*each.sources, *merged)) if each.code == "N27a" else each
        for each in campaign.indicators
        if each.code not in {"N19", "N27b"}
    )
    duties = tuple(
        replace(duty, indicators=tuple(code for code in duty.indicators if code not in {"N19", "N27b"}))
        for duty in campaign.duties
    )
    purposes = tuple(
        replace(each, indicators=tuple(code for code in each.indicators if code != "N19")) for each in campaign.purposes
    )
    return replace(
        campaign, indicators=indicators, duties=duties, purposes=purposes, compares_with=a_comparison(*ENTRIES)
    )


def violations(**numbers: int) -> Callable[[Envelope], Envelope]:
    """Let one district and one room report so many cases, all settled with a reminder."""

    def changed(envelope: Envelope) -> Envelope:
        count = numbers.get({HUU_LUNG: "district", ROOM: "room"}.get(envelope.unit_code, ""), 0)
        if not count:
            return envelope
        year = envelope.period_code[:4]
        cases = [
            {
                "case_id": f"VV-{number}",
                "occurred_on": f"{year}-02-03",
                "full_name": f"Người thứ {number}",
                "staff_kind": "civil_servant",
                "behaviour": "other",
                "alcohol_band": None,
                "status": "handled",
                "handling": "reminder",
            }
            for number in range(count)
        ]
        handled = "violation_handled" if envelope.form_code == "A" else "handling_reminder"
        fields = {**envelope.fields, "violation_cases": count, handled: count}
        if envelope.form_code == "C":
            fields["violation_other"] = count
        return replace(envelope, fields=fields, rows={**envelope.rows, "violations": cases})

    return changed


@pytest.fixture
def here(sqlite_url: str) -> Installation:
    return two_years(sqlite_url, later())  # type: ignore[arg-type]


def seen(here: Installation, actor: Actor | None = None, **asked: object) -> TwoYears:
    return compare_years(here.host, actor or here.office(), CODE, "2022-Q1", **asked)  # type: ignore[arg-type]


def row(found: TwoYears, *keys: str) -> YearRow:
    (wanted,) = (each for each in found.rows if each.keys == keys or (not each.keys and each.before_keys == keys))
    return wanted


def more(envelope: Envelope) -> Envelope:
    if envelope.form_code != "A":
        return envelope
    return replace(envelope, fields={**envelope.fields, "mobile_sessions": 20})


def test_a_year_is_set_beside_the_year_before(database_url: str) -> None:
    here = two_years(database_url, later())  # type: ignore[arg-type]
    file_all(here, "ATGT-2021")
    found = seen(here)
    assert {each.refusal for each in found.rows if each.value is not None} == set()
    assert row(found, "N21.district").refusal == "Số năm nay chưa đủ: Quý I năm 2021 mới tiếp nhận 0/11 báo cáo."

    file_all(here, CODE, change=more, leave_out=frozenset({HUU_LUNG}))
    found = seen(here)
    assert row(found, "N21.district").refusal == "Số năm nay chưa đủ: Quý I năm 2021 mới tiếp nhận 10/11 báo cáo."
    # Another form's figures are whole.
    assert row(found, "N15.province").refusal == ""

    file_all(here, CODE, change=more)
    found = seen(here)
    status = {
        year: {
            entry["key"]: entry for entry in read_status(here.host, here.office(), year, period).document["indicators"]
        }  # type: ignore[attr-defined]
        for year, period in ((CODE, "2022-Q1"), ("ATGT-2021", "2021-Q1"))
    }
    compared = [each for each in found.rows if not each.refusal]
    assert len(compared) > 30
    for each in compared:
        sides = [
            [status[year][key]["official"] for key in keys]
            for year, keys in ((CODE, each.keys), ("ATGT-2021", each.before_keys))
        ]
        assert each.value == (sides[0][0] if each.is_ratio else sum(sides[0]))
        assert each.before == (sides[1][0] if each.is_ratio else sum(sides[1]))
    sessions = row(found, "N21.district")
    assert sessions.value == 11 * 20
    assert isinstance(sessions.before, int)
    assert sessions.change is not None
    assert sessions.change.difference == 220 - sessions.before
    assert row(found, "N27a").before_keys == ("N27a", "N27b")
    assert row(found, "N27a").before == 0
    assert row(found, "N23.district").reason == "Đổi tên."

    # Behind the database's own fence, too: the committee may read what was counted, and no report.
    observer = here.add_account("observer", (Role.OBSERVER, None))
    with fence.within(reach_of(observer)):
        assert seen(here, observer).rows == found.rows


def test_what_does_not_compare_has_a_reason_and_no_number(here: Installation) -> None:
    file_all(here, "ATGT-2021")
    file_all(here, CODE)
    found = seen(here)
    for each in found.rows:
        assert (
            (each.refusal == "") == (each.value is not None) == (each.before is not None) == (each.change is not None)
        )
    assert row(found, "N19.district").refusal == "Không hỏi nữa."
    assert row(found, "N01").refusal == "Chỉ số này đếm theo từng lựa chọn; hãy mở số của mỗi năm."
    assert row(found, "N02").refusal == "Chỉ số này được liệt kê, không cộng thành số."
    assert row(found, "N43").refusal == "Chưa có số liệu kỳ này."


def test_provisional_figures_are_for_who_may_read_them(here: Installation) -> None:
    file_all(here, "ATGT-2021")
    file_all(here, CODE)
    observer = here.add_account("observer", (Role.OBSERVER, None))
    assert row(seen(here, reading=Reading.PROVISIONAL), "N21.district").refusal == ""
    with pytest.raises(NotFoundError):
        seen(here, observer, reading=Reading.PROVISIONAL)
    with pytest.raises(NotAllowedError):
        seen(here, here.reporter(HUU_LUNG))
    # What the committee reads is in what it reads of the statuses, and nothing else.
    official = seen(here, observer)
    assert [each.refusal for each in official.rows] == [each.refusal for each in seen(here).rows]
    assert not official.sees_units


def test_figures_over_the_year_want_every_period_of_it(here: Installation) -> None:
    file_all(here, "ATGT-2021")
    file_all(here, CODE)
    assert row(seen(here, span=Span.CUMULATIVE), "N21.district").refusal == ""
    assert row(seen(here, span=Span.CUMULATIVE), "N30").refusal == "Tỷ lệ này chỉ tính theo từng kỳ."
    here.clock.instant = NOW + timedelta(days=92)
    open_period(here.host, CODE, "2022-H1")
    here.drain()
    half = compare_years(here.host, here.office(), CODE, "2022-H1", span=Span.CUMULATIVE)
    assert half.earlier is None
    assert {each.refusal for each in half.rows if each.continuity is Continuity.SAME} == {
        "6 tháng đầu năm 2021 chưa mở nên chưa có số liệu."
    }


def test_units_that_one_year_lets_off_are_not_compared_with_one_that_does_not(here: Installation) -> None:
    wish = Wish(kind=ObligationChangeKind.EXEMPTED, reason="Lũ", document_number="1/CV", requested_by="UBND")
    place = {"campaign_code": CODE, "period_code": "2022-Q1", "unit_code": HUU_LUNG}
    change_obligation(here.host, here.office(), **place, wish=wish)
    file_all(here, "ATGT-2021")
    file_all(here, CODE, leave_out=frozenset({HUU_LUNG}))
    assert row(seen(here), "N21.district").refusal == "Hai năm không cùng những đơn vị phải báo cáo."
    # The province's own figures, and those from outside, do not hang on it.
    assert row(seen(here), "N15.province").refusal == ""
    assert row(seen(here), "N40").refusal == ""


def test_days_and_definitions_that_differ_are_said(sqlite_url: str) -> None:
    plan = next_year()
    first = plan.periods[1]
    assert first.activity is not None
    longer = replace(first, activity=replace(first.activity, first_on=date(2022, 1, 6)))
    crashes = replace(plan.statistics[0], definition_version="TT26-2024", source_field="")
    changed = replace(
        plan, periods=(plan.periods[0], longer, *plan.periods[2:]), statistics=(crashes, *plan.statistics[1:])
    )
    here = two_years(sqlite_url, changed)
    file_all(here, "ATGT-2021")
    file_all(here, CODE)
    found = seen(here)
    assert row(found, "N21.district").refusal == (
        "Hai năm tính những ngày khác nhau: năm nay từ 6/1/2022 đến 14/3/2022, năm trước từ 1/2/2021 đến 14/3/2021."
    )
    # Head-counts are of the day, counts since the beginning of all days since.
    assert row(found, "N05").refusal == ""
    assert row(found, "N06").refusal.startswith("Hai năm tính những ngày khác nhau: năm nay từ 6/1/2022")
    assert row(found, "N07").refusal == row(found, "N06").refusal
    assert row(found, "N40").refusal == (
        "Hai năm dùng định nghĩa thống kê khác nhau: năm nay TT26-2024, năm trước TT58-2009."
    )
    assert row(found, "N41").refusal == ""


def test_a_year_whose_plugin_is_gone_is_refused_as_a_whole(here: Installation) -> None:
    file_all(here, CODE)
    whole = here.host.catalogue
    here.host = replace(
        here.host, catalogue=replace(serving(whole.campaign(CODE)), campaigns={CODE: whole.campaign(CODE)})
    )
    found = seen(here)
    assert found.earlier is None
    assert {each.refusal for each in found.rows if each.continuity is Continuity.SAME} == {
        "Phần mở rộng của đợt ATGT-2021 không còn phục vụ nên không biết năm ấy đếm thế nào."
    }


def test_a_campaign_that_compares_with_none_says_so(here: Installation) -> None:
    found = compare_years(here.host, here.office(), "ATGT-2021", "2021-Q1")
    assert (found.comparison, found.rows) == (None, ())
    assert found.earlier_sentence == "Đợt thi đua này không so với năm nào trước đó."
    for code, earlier in (("ATGT-2021", CODE), (CODE, "ATGT-1999")):
        with pytest.raises(NotFoundError):
            compare_years(here.host, here.office(), code, earlier_code=earlier)


def test_no_difference_tells_the_committee_of_a_small_count(sqlite_template: Path, tmp_path: Path) -> None:
    """Two and seven, or three and six: the committee is told the same of both; the Office is not."""
    told: list[dict[str, list[YearRow]]] = []
    for district, room in ((2, 7), (3, 6)):
        path = shutil.copyfile(sqlite_template, tmp_path / f"{district}.db")
        here = two_years(f"sqlite:///{path}", later())  # type: ignore[arg-type]
        file_all(here, "ATGT-2021", change=violations(district=district, room=room))
        file_all(here, CODE, change=violations(district=8, room=8))
        observer = here.add_account("observer", (Role.OBSERVER, None))
        told.append(
            {
                who: [each for span in Span for each in seen(here, actor, span=span).rows]
                for who, actor in (("observer", observer), ("office", here.office()))
            }
        )
    assert told[0]["observer"] == told[1]["observer"]
    assert told[0]["office"] != told[1]["office"]
    rows = {each.keys[0]: each for each in told[0]["observer"] if each.keys}
    assert (rows["N25"].value, rows["N25"].before) == (16, 9)
    assert rows["N27a"].refusal == "Số nhỏ về cá nhân không hiện ở đây nên không so được."
