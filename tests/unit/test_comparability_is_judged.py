"""A map to the year before says of every indicator what became of it, soundly; what it says of others is told apart."""

from __future__ import annotations

from dataclasses import replace

import pytest
from next_year import a_comparison
from next_year import next_year
from thidua_campaign_atgt_2021 import plugin as this_year

from thidua.bootstrap import installed_plugins
from thidua.plugin_host.comparability import faults_between
from thidua.plugin_host.judging import faults_of_campaign
from thidua_sdk import Amendment
from thidua_sdk import Comparison
from thidua_sdk import Continued
from thidua_sdk import Continuity
from thidua_sdk import Count
from thidua_sdk import FieldSource
from thidua_sdk import FormSchema
from thidua_sdk import UnitTypeName
from thidua_sdk import fed_by

UNIT_TYPES = installed_plugins().unit_types


def entry(continuity: Continuity, now: str = "", before: str = "", **changed: str) -> Continued:
    told = {"reason": "Vì thế.", "source": "Kế hoạch", **changed}
    return Continued(continuity=continuity, now=tuple(now.split()), before=tuple(before.split()), **told)


def faults(comparison: Comparison, **changed: object) -> tuple[str, ...]:
    campaign = replace(next_year(), compares_with=comparison, **changed)  # type: ignore[arg-type]  # a test's own fields
    found = faults_of_campaign(campaign.code, campaign, UNIT_TYPES)
    return tuple(f"{fault.place} trống" if fault.wrong == "trống" else fault.wrong for fault in found)


def test_a_map_in_which_all_is_the_same_is_sound() -> None:
    assert faults(a_comparison()) == ()


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        (entry(Continuity.RENAMED, "N10", "N10", reason=" "), "bảng so sánh, N10: thiếu lý do"),
        (entry(Continuity.RENAMED, "N10", "N10", source=""), "compares_with.indicators[{}].source trống"),
        (entry(Continuity.NEW, "N10", "N10"), "bảng so sánh, N10: số chỉ số ở hai năm không hợp với “new”"),
        (entry(Continuity.SPLIT, "N10", "N10"), "bảng so sánh, N10: số chỉ số ở hai năm không hợp với “split”"),
        (
            entry(Continuity.MERGED, "N10 N11", "N10"),
            "bảng so sánh, N10, N11: số chỉ số ở hai năm không hợp với “merged”",
        ),
        (entry(Continuity.DROPPED, "N10", "N10"), "bảng so sánh, N10: số chỉ số ở hai năm không hợp với “dropped”"),
        (entry(Continuity.SAME, "N10", "N98"), "bảng so sánh, N10: “same” là cùng mã; đổi mã thì ghi “renamed”"),
    ],
)
def test_an_entry_that_is_not_well_formed_is_a_fault(told: Continued, fault: str) -> None:
    comparison = a_comparison(told)
    assert fault.format(comparison.indicators.index(told)) in faults(comparison)


def test_an_indicator_without_an_entry_an_unknown_one_and_one_told_twice_are_faults() -> None:
    whole = a_comparison()
    assert faults(replace(whole, indicators=whole.indicators[1:])) == (
        "bảng so sánh: chưa nói chỉ số N01 so với năm trước thế nào",
    )
    assert faults(replace(whole, indicators=(*whole.indicators, entry(Continuity.NEW, "N99")))) == (
        "bảng so sánh: đợt không có chỉ số N99",
    )
    twice = faults(replace(whole, indicators=(*whole.indicators, entry(Continuity.RENAMED, "N10", "N10"))))
    assert set(twice) == {
        "bảng so sánh: chỉ số N10 của năm nay có hơn một dòng",
        "bảng so sánh: chỉ số N10 của năm trước có hơn một dòng",
    }


def test_periods_and_the_other_campaign_are_judged() -> None:
    whole = a_comparison()
    assert faults(replace(whole, periods={"2022-Q9": "2021-Q1"})) == ("bảng so sánh: đợt không có kỳ 2022-Q9",)
    assert faults(replace(whole, periods={"2022-Q1": "2021-Q1", "2022-H1": "2021-Q1"})) == (
        "bảng so sánh: kỳ 2021-Q1 được so hai lần",
    )
    assert faults(replace(whole, campaign="LATER")) == ("bảng so sánh: phải nêu mã của một đợt khác, đang là 'LATER'",)
    assert faults(replace(whole, source="")) == ("compares_with.source trống",)


def test_what_is_said_of_the_earlier_campaign_is_told_apart_and_quarantines_nobody() -> None:
    wrong = a_comparison(
        entry(Continuity.RENAMED, "N10", "N98"), entry(Continuity.NEW, "N11"), periods={"2022-Q1": "2021-Q9"}
    )
    later = next_year(compares_with=wrong)
    assert faults_of_campaign(later.code, later, UNIT_TYPES) == ()
    assert [fault for _, fault in faults_between({each.code: each for each in (this_year, later)})] == [
        "bảng so sánh: đợt ATGT-2021 không có chỉ số N98",
        "bảng so sánh: chưa nói chỉ số N10 của đợt ATGT-2021 nay ra sao",
        "bảng so sánh: chưa nói chỉ số N11 của đợt ATGT-2021 nay ra sao",
        "bảng so sánh: đợt ATGT-2021 không có kỳ 2021-Q9",
    ]
    assert list(faults_between({later.code: later})) == []
    assert list(faults_between({each.code: each for each in (this_year, next_year())})) == []


def test_an_earlier_campaign_is_of_an_earlier_year() -> None:
    later = next_year(year=2021)
    assert [fault for _, fault in faults_between({each.code: each for each in (this_year, later)})] == [
        "bảng so sánh: đợt ATGT-2021 không phải của năm trước"
    ]


class _Added(FormSchema):
    drills = Count("Buổi diễn tập", code="A35", unit="buổi", source="Biểu A, dòng A35")


def test_indicators_are_fed_by_the_form_as_the_year_amends_it() -> None:
    added = Amendment(form="A", source="Kế hoạch", add=_Added)
    dropped = Amendment(form="A", source="Kế hoạch", drop=("posters",))
    fed = replace(this_year.indicators[0], code="N01", sources=fed_by("A.drills"), note="")
    indicators = (fed, *this_year.indicators[1:])
    assert "chỉ số N01: biểu A không có ô drills" in faults(a_comparison(), indicators=indicators)
    assert faults(a_comparison(), indicators=indicators, amendments=(added,)) == ()
    assert "chỉ số N19: biểu A không có ô posters" in faults(a_comparison(), amendments=(dropped,))


def test_names_of_unit_types_are_judged() -> None:
    room = UnitTypeName(unit_type="specialised_room", label="Phòng", source="Quyết định")
    assert faults(a_comparison(), unit_type_names=(room,)) == ()
    assert faults(a_comparison(), unit_type_names=(room, room)) == (
        "tên gọi của loại đơn vị specialised_room bị trùng",
    )
    assert faults(a_comparison(), unit_type_names=(replace(room, unit_type="moon", label=" "),)) == (
        "tên gọi: không có loại đơn vị moon",
        "unit_type_names[0].label trống",
    )


def test_cells_are_written_in_one_word() -> None:
    assert fed_by("A.radio_items", "B.radio_items@province") == (
        FieldSource(form="A", field="radio_items"),
        FieldSource(form="B", field="radio_items", scope="province"),
    )


@pytest.mark.parametrize("cell", ["radio_items", ".radio_items", "A.", "A.radio_items@", ""])
def test_a_cell_that_is_not_written_so_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="a cell is written as"):
        fed_by(cell)
