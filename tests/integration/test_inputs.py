"""Every number opens to its inputs, which add up to it, on both databases.

The oracle adds straight from the payloads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from datetime import timedelta
from typing import Any

import pytest
from ledger_rows import connection_of
from ledger_rows import read_ledger
from oracle import Oracle
from oracle import Source

from thidua.application.background.sample import file_sample
from thidua.application.review.reviewing import accept_report
from thidua.application.review.reviewing import return_report
from thidua.application.review.reviewing import withdraw_report
from thidua.application.status.figures import Asked
from thidua.application.status.figures import Reading
from thidua.application.status.figures import Span
from thidua.application.status.inputs import FigureInputs
from thidua.application.status.inputs import figure_inputs
from thidua.application.status.opened_status import Page
from thidua.application.status.statuses import read_status
from thidua.domain.accounts import Role
from thidua.domain.errors import ConflictError
from thidua.domain.errors import MalformedRequestError
from thidua.domain.errors import NotAllowedError
from thidua.domain.errors import NotFoundError
from thidua.domain.reports import ReportState
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

CAMPAIGN = "ATGT-2021"
MOMENTS = {
    "2021-Q1": datetime.fromisoformat("2021-03-15T09:00:00+07:00"),
    "2021-H1": datetime.fromisoformat("2021-06-15T09:00:00+07:00"),
    "2021-9M": datetime.fromisoformat("2021-09-15T09:00:00+07:00"),
}
HUU_LUNG = "LS-186-VHTT"
WHOLE = Page(limit=10_000)


def a_campaign_under_way(database_url: str) -> Installation:
    """Three periods filed by nearly everybody; some accepted, some sent back, some taken back, one filed again."""
    here = an_installation(
        database_url, at=MOMENTS["2021-9M"] + timedelta(days=1), campaign=CAMPAIGN, periods=dict(MOMENTS)
    )
    officer, reporter = here.office(), here.reporter(HUU_LUNG)
    here.add_account("observer", (Role.OBSERVER, None))
    here.add_account("leader", (Role.LEADER, None))
    number = 0
    for code, at in MOMENTS.items():
        with here.host.work.reading() as work:
            roster = work.campaigns.roster(CAMPAIGN, code)
        for place, row in enumerate(roster):
            if (place + len(code) + at.month) % 7 == 0:
                continue
            receipt = file_sample(here.host, row, account_id=reporter.account_id, at=at + timedelta(minutes=place))
            number += 1
            here.clock.instant = at + timedelta(hours=3)
            if number % 4 == 1:
                accept_report(here.host, officer, receipt.report_id, revision=0)
            elif number % 9 == 2:
                return_report(here.host, officer, receipt.report_id, revision=0, reason="Số chưa khớp.", remarks=())
            elif number % 9 == 3:
                unit = here.reporter(row.obligation.unit_code)
                withdraw_report(here.host, unit, receipt.report_id, revision=0, reason="Gửi nhầm bản.")
    here.clock.instant = MOMENTS["2021-9M"] + timedelta(days=1)
    here.drain()
    return here


@pytest.fixture
def here(database_url: str) -> Installation:
    return a_campaign_under_way(database_url)


def opened(here: Installation, key: str = "", *, by: str = "office", page: Page = WHOLE, **asked: Any) -> FigureInputs:
    return figure_inputs(
        here.host, here.actors[by], CAMPAIGN, asked.pop("period", "2021-9M"), Asked(key=key, **asked), page
    )


def document(here: Installation, period: str = "2021-9M", by: str = "office") -> Any:
    return read_status(here.host, here.actors[by], CAMPAIGN, period).document


def parts_by_oracle(oracle: Oracle, entry: Mapping[str, Any], asked: Asked, period: str) -> dict[tuple[str, str], int]:
    """Tell each unit's part of a figure, by field."""
    part = f"topic:{asked.topic}" if asked.topic else f"is:{asked.value}" if asked.value else ""
    sources = [Source(each["form"], each["field"]) for each in entry["sources"]]
    return {
        (unit, source.field): value
        for source in sources
        for unit, value in oracle.by_unit(
            [source], period, asked.reading, part, over_time=asked.span is Span.CUMULATIVE
        ).items()
    }


@pytest.fixture
def oracle(here: Installation) -> Oracle:
    with here.host.work.reading() as work:
        return Oracle(read_ledger(connection_of(work), CAMPAIGN), here.clock.now())


def test_the_parts_of_every_indicator_add_up_to_the_document_and_to_the_payloads(
    here: Installation, oracle: Oracle
) -> None:
    compared = 0
    for period in MOMENTS:
        for entry in document(here, period)["indicators"]:
            if entry["kind"] == "ratio":
                continue
            for reading in Reading:
                for span in Span:
                    found = opened(here, entry["key"], period=period, reading=reading, span=span)
                    holder = entry if span is Span.PERIOD else entry["cumulative"]
                    place = (period, entry["key"], reading, span)
                    assert found.adds_up, place
                    assert found.total == found.documented == holder[reading], place
                    parts = {(part.unit_code, part.field): part.value for part in found.parts}
                    assert parts == parts_by_oracle(oracle, entry, found.asked, period), place
                    assert found.part_count == len(parts)
                    for part in found.parts:
                        taken = [source.value for source in part.sources if source.counts]
                        assert sum(taken) == part.value, place
                    compared += found.total is not None
    assert compared > 150


def test_topics_choices_types_and_units_add_up_too(here: Installation, oracle: Oracle) -> None:
    compared = 0
    for entry in document(here)["indicators"]:
        for reading in Reading:
            wanted = [({"topic": code}, each) for code, each in entry["by_topic"].items()]
            wanted += [({"value": code}, each) for code, each in entry["by_value"].items()]
            wanted += [({"unit_type": code}, each) for code, each in entry["by_unit_type"].items()]
            wanted += [({"unit": code}, each) for code, each in entry["by_unit"].items()]
            for narrowed, each in wanted:
                found = opened(here, entry["key"], reading=reading, **narrowed)
                assert found.total == each[reading], (entry["key"], narrowed)
                assert found.adds_up
                if "topic" in narrowed or "value" in narrowed:
                    parts = {(part.unit_code, part.field): part.value for part in found.parts}
                    assert parts == parts_by_oracle(oracle, entry, found.asked, "2021-9M")
                    later = opened(here, entry["key"], reading=reading, span=Span.CUMULATIVE, **narrowed)
                    parts = {(part.unit_code, part.field): part.value for part in later.parts}
                    assert parts == parts_by_oracle(oracle, entry, later.asked, "2021-9M"), (entry["key"], narrowed)
                compared += found.total is not None
    assert compared > 200


def test_a_cumulative_part_says_which_period_gave_what(here: Installation) -> None:
    flow = opened(here, "N10.district", reading=Reading.PROVISIONAL, span=Span.CUMULATIVE)
    part = max(flow.parts, key=lambda part: len(part.sources))
    assert len(part.sources) > 1
    assert all(source.counts for source in part.sources)
    assert [source.period_code for source in part.sources] == sorted(
        (source.period_code for source in part.sources), key=list(MOMENTS).index
    )
    assert sum(group.value or 0 for group in flow.by_period) == flow.total
    stock = opened(here, "N05", reading=Reading.PROVISIONAL, span=Span.CUMULATIVE)
    part = max(stock.parts, key=lambda part: len(part.sources))
    assert [source.counts for source in part.sources] == [False] * (len(part.sources) - 1) + [True]
    assert part.value == part.sources[-1].value
    assert "gần nhất" in stock.rule
    assert "cộng các kỳ từ đầu phong trào" in flow.rule


def test_a_part_names_its_field_revision_and_people(here: Installation) -> None:
    found = opened(here, "N10.district", reading=Reading.PROVISIONAL)
    part = found.parts[0]
    [source] = part.sources
    assert (part.form_code, part.field, part.field_code) == ("A", "radio_items", "A11")
    assert source.revision == 0
    assert source.received_at >= MOMENTS["2021-9M"]
    assert source.filed_by == "Người dùng reporter-ls-186-vhtt"
    assert source.prepared_by == "Người lập mẫu, Chuyên viên"
    assert source.approved_by == "Người duyệt mẫu, Trưởng phòng"
    assert not source.moved_on
    assert {each.sources[0].is_accepted for each in found.parts} == {True, False}
    assert found.figure.clause.startswith("Mục II.2")
    assert "Biểu A, dòng A11" in found.figure.source


def test_a_ratio_opens_to_its_two_sums(here: Installation) -> None:
    found = opened(here, "N36", reading=Reading.PROVISIONAL)
    entries = {entry["key"]: entry for entry in document(here)["indicators"]}
    done, whole = found.components
    assert (done.value, whole.value) == (entries["N36a"]["provisional"], entries["N36b"]["provisional"])
    assert found.total == entries["N36"]["provisional"]
    assert found.adds_up
    assert done.keys == ("N36a",)
    with pytest.raises(MalformedRequestError):
        opened(here, "N30", unit=HUU_LUNG)


def test_a_ratio_opens_to_the_two_sums_of_a_type_of_units_and_of_one_unit(here: Installation) -> None:
    ratio = next(entry for entry in document(here)["indicators"] if entry["key"] == "N07")
    compared = 0
    for span in Span:
        for name, split in (("unit_type", "by_unit_type"), ("unit", "by_unit")):
            for code, told in ratio[split].items():
                found = opened(here, "N07", reading=Reading.PROVISIONAL, span=span, **{name: code})
                expected = told if span is Span.PERIOD else told["cumulative"]
                assert found.adds_up
                assert found.total == expected["provisional"], (span, name, code)
                compared += found.total is not None
    assert compared > 20


def test_the_share_of_units_on_time_opens_to_the_filing(here: Installation) -> None:
    found = opened(here, "N30")
    filing = document(here)["filing"]
    assert [each.value for each in found.components] == [filing["on_time"], filing["expected"]]
    assert (found.total, found.adds_up) == (filing["rates"]["received_on_time"], True)
    assert "sổ nộp báo cáo" in found.rule


def test_an_outside_figure_opens_to_its_document_day_and_definition(here: Installation) -> None:
    found = opened(here, "N40", reading=Reading.PROVISIONAL)
    [part] = found.parts
    origin = part.sources[0].origin
    assert origin is not None
    assert (origin.document, origin.as_of, origin.definition_version) == (
        "112/BC-BATGT ngày 15/9/2021",
        "2021-09-14",
        "TT58-2009",
    )
    assert "nguồn bên ngoài" in found.rule


def test_registers_open_to_the_units_that_keep_them(here: Installation) -> None:
    for name, register in document(here)["registers"].items():
        for reading in Reading:
            asked = {"register": name, "reading": reading, "span": Span.CUMULATIVE}
            assert opened(here, **asked).total == register[reading]
            assert opened(here, **asked).adds_up
            for column, counts in register["by"].items():
                for value, each in counts["values"].items():
                    found = opened(here, **asked, column=column, value=value)
                    assert found.total == (each[reading] or None), (name, column, value)
                    assert found.adds_up


def test_parts_and_missing_units_make_the_roster_of_the_form(here: Installation) -> None:
    found = opened(here, "N10.district", reading=Reading.OFFICIAL)
    with here.host.work.reading() as work:
        roster = {row.obligation.unit_code: row for row in work.campaigns.roster(CAMPAIGN, "2021-9M")}
    asked = {code for code, row in roster.items() if row.obligation.form_code == "A"}
    assert {part.unit_code for part in found.parts} | {unit.unit_code for unit in found.missing} == asked
    for unit in found.missing:
        report = roster[unit.unit_code].report
        expected = {
            None: "Chưa nộp, còn trong hạn",
            ReportState.SUBMITTED: "Đã nộp, Văn phòng Sở chưa tiếp nhận",
            ReportState.RETURNED: "Báo cáo bị trả lại, chưa nộp lại",
            ReportState.WITHDRAWN: "Đơn vị đã thu hồi, chưa nộp lại",
        }
        assert unit.reason == expected[report.state if report else None]


def test_what_was_filed_since_does_not_shake_the_sum_and_is_told(here: Installation) -> None:
    before = opened(here, "N10.district", reading=Reading.OFFICIAL)
    assert before.status.waiting == 0
    waiting = next(
        part
        for part in opened(here, "N10.district", reading=Reading.PROVISIONAL).parts
        if not part.sources[0].is_accepted
    )
    accept_report(here.host, here.actors["office"], waiting.sources[0].report_id, revision=0)
    after = opened(here, "N10.district", reading=Reading.OFFICIAL)
    assert (after.total, after.adds_up) == (before.total, True)
    assert after.status.waiting == 1
    assert "còn 1 thay đổi đang chờ" in after.status.freshness
    assert after.status.etag != before.status.etag
    provisional = opened(here, "N10.district", reading=Reading.PROVISIONAL)
    [same] = [part for part in provisional.parts if part.unit_code == waiting.unit_code]
    assert same.sources[0].is_accepted
    return_waiting = [each for each in after.missing if each.unit_code == waiting.unit_code]
    assert [each.reason for each in return_waiting] == ["Đã nộp, đang chờ hệ thống tính"]
    here.drain()
    assert opened(here, "N10.district", reading=Reading.OFFICIAL).total == (before.total or 0) + waiting.value


def test_a_report_sent_back_since_is_marked(here: Installation) -> None:
    part = next(
        part
        for part in opened(here, "N10.district", reading=Reading.PROVISIONAL).parts
        if not part.sources[0].is_accepted
    )
    return_report(here.host, here.actors["office"], part.sources[0].report_id, revision=0, reason="Sai số.", remarks=())
    found = opened(here, "N10.district", reading=Reading.PROVISIONAL)
    [same] = [each for each in found.parts if each.unit_code == part.unit_code]
    assert same.sources[0].moved_on
    assert found.adds_up


def test_pages_are_parts_of_one_document(here: Installation) -> None:
    whole = opened(here, "N10.district", reading=Reading.PROVISIONAL)
    version = whole.status.version
    pages = [
        opened(here, "N10.district", reading=Reading.PROVISIONAL, page=Page(offset, 3, version))
        for offset in range(0, whole.part_count, 3)
    ]
    assert [part for page in pages for part in page.parts] == list(whole.parts)
    assert {page.total for page in pages} == {whole.total}
    here.clock.instant += timedelta(days=3)
    here.refresh()
    with pytest.raises(ConflictError):
        opened(here, "N10.district", reading=Reading.PROVISIONAL, page=Page(3, 3, version))


def test_who_sees_accepted_aggregates_only_sees_no_units(here: Installation) -> None:
    found = opened(here, "N10.district", by="observer")
    assert found.total == document(here, by="observer")["indicators"][
        [entry["key"] for entry in document(here)["indicators"]].index("N10.district")
    ].get("official")
    assert found.parts == found.missing == ()
    assert sum(group.value or 0 for group in found.by_type) == found.total
    for asked in (
        {"reading": Reading.PROVISIONAL},
        {"unit": HUU_LUNG},
        {"register": "violations", "reading": Reading.PROVISIONAL},
    ):
        with pytest.raises(NotAllowedError):
            opened(here, "" if "register" in asked else "N10.district", by="observer", **asked)
    with pytest.raises(NotAllowedError):
        figure_inputs(here.host, here.reporter(HUU_LUNG), CAMPAIGN, "2021-9M", Asked(key="N05"), WHOLE)


def test_small_counts_about_people_are_not_for_the_committee(here: Installation) -> None:
    """The sample has no violations, so every indicator is taken for one that is about people."""
    plan = here.host.catalogue.campaigns[CAMPAIGN]
    indicators = tuple(replace(each, about_people=True) for each in plan.indicators)
    catalogue: Any = here.host.catalogue
    host = replace(here.host, catalogue=replace(catalogue, campaigns={CAMPAIGN: replace(plan, indicators=indicators)}))
    hidden = 0
    said: Any = read_status(host, here.actors["observer"], CAMPAIGN, "2021-9M").document
    for entry in said["indicators"]:
        asked = Asked(key=entry["key"])
        mine = figure_inputs(host, here.actors["office"], CAMPAIGN, "2021-9M", asked, WHOLE)
        seen = figure_inputs(host, here.actors["observer"], CAMPAIGN, "2021-9M", asked, WHOLE)
        sides = [each.value for each in mine.components] or [mine.total]
        is_small = any(isinstance(value, int) and 0 < value < 5 for value in sides)
        # What opens says what the status does: nothing where it is small, or would tell of what is.
        assert seen.total == entry["official"], entry["key"]
        assert seen.total in ({None} if is_small else {None, mine.total}), entry["key"]
        shown = [group.value for group in (*seen.by_type, *seen.by_period)]
        shown += [each.value for each in seen.components]
        assert not any(value is not None and 0 < value < 5 for value in shown), entry["key"]
        assert (seen.hides_small, mine.hides_small) == (True, False)
        hidden += is_small
    assert hidden > 0


def test_unknown_figures_are_not_found(here: Installation) -> None:
    for asked in ({"key": "N99"}, {"key": "N10"}, {"key": "N10.moon"}, {"key": "N05", "topic": "alcohol_law"}):
        with pytest.raises(NotFoundError):
            opened(here, **asked)
    for asked in ({"register": "moon"}, {"register": "violations", "column": "moon", "value": "x"}):
        with pytest.raises(NotFoundError):
            opened(here, **asked)
    with pytest.raises(NotFoundError):
        opened(here, "N05", period="2021-MOON")
