"""The register is whole: every purpose, target, duty and indicator, with its words and its source."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from thidua_campaign_atgt_2021 import plugin

from thidua_sdk import OUTSIDE
from thidua_sdk import Duty
from thidua_sdk import DutyState
from thidua_sdk import Purpose
from thidua_sdk import TargetKind
from thidua_sdk import TimeRule
from thidua_sdk import UnitRule

# The plan wraps two sentences over a page break; apart from line breaks its text is compared byte for byte.
PLAN_TEXT = " ".join((Path(__file__).parent / "ke-hoach-2021.txt").read_text("utf-8").split())

THEME = "Nâng cao hiệu lực, hiệu quả thực thi pháp luật bảo đảm trật tự an toàn giao thông"

STATED: tuple[Purpose | Duty, ...] = (*plugin.purposes, *plugin.duties)

# Copied by hand from the register that was drawn up from the plan.
INDICATOR_LABELS = {
    "N01": "Tình trạng triển khai kế hoạch",
    "N02": "Văn bản triển khai (số, ngày)",
    "N03": "Số văn bản chỉ đạo, hướng dẫn",
    "N04": "Số văn bản tham mưu trình lãnh đạo",
    "N05": "Tổng số CC, VC, NLĐ tại thời điểm chốt",
    "N06": "Số CC, VC, NLĐ đã được quán triệt (lũy kế)",
    "N07": "Tỷ lệ được quán triệt",
    "N08": "Số người ký cam kết",
    "N09": "Số cơ sở truyền thanh có phát nội dung ATGT",
    "N10": "Số tin, bài phát thanh",
    "N11": "Số lượt phát thanh",
    "N12": "Thời lượng phát",
    "N13": "Lượt phát bằng tiếng dân tộc thiểu số",
    "N14": "Số tin, bài, phóng sự truyền hình",
    "N15": "Số tin, bài báo in",
    "N16": "Số tin, bài báo điện tử, cổng/trang TTĐT",
    "N17": "Số bài đăng mạng xã hội",
    "N18": "Số băng rôn, khẩu hiệu",
    "N19": "Số pa nô, áp phích",
    "N20": "Số tờ rơi, tài liệu phát hành",
    "N21": "Số buổi tuyên truyền lưu động",
    "N22": "Số buổi tuyên truyền trực tiếp",
    "N23": "Số tin, bài có nội dung rượu, bia",
    "N24": "Chuyên trang, chuyên mục",
    "N25": "Số trường hợp CC, VC, NLĐ vi phạm ATGT",
    "N26": "Trong đó vi phạm nồng độ cồn",
    "N27": "Số trường hợp đã xử lý",
    "N28": "Tỷ lệ đã xử lý",
    "N29": "Số thông báo vi phạm do Công an gửi",
    "N30": "Tỷ lệ đơn vị báo cáo đúng hạn",
    "N31": "Số tập thể đề nghị Giấy khen",
    "N32": "Số cá nhân đề nghị Giấy khen",
    "N33": "Số tập thể đề nghị Bằng khen",
    "N34": "Số cá nhân đề nghị Bằng khen",
    "N35": "Phong trào được lồng ghép",
    "N36": "Tỷ lệ hoàn thành chỉ tiêu kế hoạch công tác",
    "N37": "Số vấn đề phát sinh",
    "N38": "Báo cáo gửi Ban ATGT (số, ngày)",
    "N39": "Đăng tải trên trang TTĐT Sở",
    "N40": "Số vụ tai nạn giao thông",
    "N41": "Số người chết do tai nạn giao thông",
    "N42": "Số người bị thương do tai nạn giao thông",
    "N43": "Số vụ do rượu, bia",
    "N44": "Số lần ùn tắc trên tuyến ra cửa khẩu",
}
PARTS = {"N17b", "N22b", "N27a", "N27b", "N27c", "N27d", "N27e", "N36a", "N36b", "N37b"}
SPLIT_BY_TOPIC = {"N03", "N10", "N11", "N14", "N15", "N16", "N17", "N18", "N19", "N20", "N22"}


# Place in the plan of every duty and purpose, by hand.
CLAUSES = {
    "G1": "Mục I, gạch đầu dòng 1",
    "G2": "Mục I, gạch đầu dòng 1",
    "Q1": "Mục I, gạch đầu dòng 3",
    "Q2": "Mục I, gạch đầu dòng 3",
    "O01": "Mục I, gạch đầu dòng 2",
    "O02": "Mục I, gạch đầu dòng 2",
    "O03": "Mục I, gạch đầu dòng 2",
    "O04": "Mục II.1",
    "O05": "Mục II.1",
    "O06": "Mục II.2",
    "O07": "Mục II.3",
    "O08": "Mục II.3",
    "O09": "Mục II.3",
    "O10": "Mục III.1, gạch đầu dòng 1",
    "O11": "Mục III.1, gạch đầu dòng 2",
    "O12": "Mục III.1, gạch đầu dòng 3",
    "O13": "Mục III.2",
    "O14": "Mục III.3",
    "O15": "Mục III.4, đoạn 1",
    "O16": "Mục III.4, đoạn 1",
    "O17": "Mục III.4, đoạn 1",
    "O18": "Mục III.4, đoạn 2",
    "O19": "Mục III.4, đoạn 2",
    "O20": "Nơi nhận",
}


def test_the_indicators_are_n01_to_n44_in_order_with_their_parts() -> None:
    codes = [indicator.code for indicator in plugin.indicators]

    assert codes == sorted({*INDICATOR_LABELS, *PARTS})


def test_indicators_have_the_names_of_the_register() -> None:
    labels = {indicator.code: indicator.label for indicator in plugin.indicators if indicator.code not in PARTS}

    assert labels == INDICATOR_LABELS


def test_every_indicator_has_unit_clause_and_source_and_says_where_its_figure_comes_from() -> None:
    for indicator in plugin.indicators:
        assert indicator.unit_of_measure, indicator.code
        assert indicator.clause, indicator.code
        assert indicator.source, indicator.code
        assert indicator.sources or indicator.ratio or indicator.note, indicator.code
        assert not (indicator.sources and indicator.ratio), indicator.code


def test_indicators_split_by_topic_are_those_of_the_register() -> None:
    assert {indicator.code for indicator in plugin.indicators if indicator.by_topic} == SPLIT_BY_TOPIC


def test_district_and_provincial_media_never_share_a_scope() -> None:
    for indicator in plugin.indicators:
        if "N09" <= indicator.code <= "N24":
            forms_by_scope = {
                scope: {source.form for source in indicator.sources if source.scope == scope}
                for scope in indicator.scopes
            }
            assert all(len(forms) == 1 for forms in forms_by_scope.values()), indicator.code
            assert {source.scope for source in indicator.sources} == set(indicator.scopes), indicator.code


def test_scopes_have_their_vietnamese_names() -> None:
    names = {scope: name for indicator in plugin.indicators for scope, name in indicator.scopes.items()}

    assert names == {
        "district": "Truyền thông cơ sở (các huyện, thành phố)",
        "province": "Báo chí, truyền thông cấp tỉnh",
        "department": "Trang TTĐT Sở",
        "digital_support": "Nội dung hỗ trợ kỹ thuật của các phòng, Trung tâm",
    }


@pytest.mark.parametrize(
    ("code", "forms"),
    [
        ("N03", "AB"),
        ("N05", "ABC"),
        ("N06", "ABC"),
        ("N08", "AC"),
        ("N25", "AC"),
        ("N26", "AC"),
        ("N27", "ACCCC"),
        ("N36a", "CD"),
        ("N36b", "CD"),
    ],
)
def test_figures_that_may_be_added_over_forms_have_one_scope(code: str, forms: str) -> None:
    (indicator,) = (each for each in plugin.indicators if each.code == code)

    assert "".join(source.form for source in indicator.sources) == forms
    assert {source.scope for source in indicator.sources} == {""}


def test_accident_figures_come_from_one_outside_source_and_are_never_added_over_units() -> None:
    outside = [each for each in plugin.indicators if each.aggregation == OUTSIDE]

    assert [each.code for each in outside] == ["N40", "N41", "N42", "N43"]
    assert {source.form for each in outside for source in each.sources} == {"D"}
    assert OUTSIDE.units is UnitRule.SOURCE


@pytest.mark.parametrize(
    ("code", "parts"), [("N07", ("N06", "N05")), ("N28", ("N27", "N25")), ("N36", ("N36a", "N36b"))]
)
def test_ratios_divide_sums_and_are_never_folded(code: str, parts: tuple[str, str]) -> None:
    (indicator,) = (each for each in plugin.indicators if each.code == code)

    assert indicator.ratio == parts
    assert indicator.aggregation.time is TimeRule.NEVER


def test_the_purposes_and_duties_are_those_of_the_register_at_their_places_in_the_plan() -> None:
    found = {each.code: each.clause for each in STATED}

    assert found == CLAUSES
    assert all(each.source.lower() == f"kế hoạch, {each.clause}".lower() for each in STATED)


@pytest.mark.parametrize("code", list(CLAUSES))
def test_texts_of_purposes_and_duties_stand_in_the_plan_byte_for_byte(code: str) -> None:
    (stated,) = (each for each in STATED if each.code == code)

    assert len(stated.text) > 10
    assert stated.text in PLAN_TEXT


def test_titles_of_the_legal_bases_and_the_theme_stand_in_the_plan_byte_for_byte() -> None:
    assert plugin.theme == THEME
    assert PLAN_TEXT.count(THEME) == 4
    assert [basis.code for basis in plugin.legal_bases] == ["B1", "B2", "B3", "B4", "B5", "B6", "B7"]
    assert [basis.code for basis in plugin.legal_bases if basis.title not in PLAN_TEXT] == []
    assert plugin.plan.title in PLAN_TEXT
    assert plugin.plan.parent_plan in PLAN_TEXT


def test_the_plan_is_identified_and_what_is_blank_in_it_stays_unknown() -> None:
    plan = plugin.plan

    assert (plan.symbol, plan.issued_on, plan.issued_from) == ("/KH-STTTT", None, date(2021, 2, 1))
    assert plan.parent_issued_on == date(2021, 1, 26)
    assert (plan.issuer, plan.place) == ("Sở Thông tin và Truyền thông tỉnh Lạng Sơn", "Lạng Sơn")
    assert (plugin.valid_from, plugin.valid_to) == (None, date(2021, 12, 31))
    assert plugin.time_zone == "Asia/Ho_Chi_Minh"
    assert (plugin.code, plugin.year, plugin.rules_version) == ("ATGT-2021", 2021, "2021.1")


def test_topics_are_six_with_the_names_people_recognise() -> None:
    assert {topic.code: topic.label for topic in plugin.topics} == {
        "directive_18": "Chỉ thị số 18-CT/TW",
        "resolution_12": "Nghị quyết số 12/NQ-CP",
        "alcohol_law": "Luật phòng chống tác hại của rượu, bia",
        "decree_100": "Nghị định số 100/2019/NĐ-CP",
        "annual_theme": "Chủ đề năm 2021",
        "local_directions": "Chỉ đạo của Thủ tướng Chính phủ, UBND tỉnh, Ban ATGT tỉnh",
    }


def test_three_targets_have_the_band_of_the_plan_and_two_a_direction_only() -> None:
    assert "giảm từ 5% - 10% số vụ, số người chết, số người bị thương" in PLAN_TEXT
    assert [
        (each.code, each.kind, each.statistic, each.least_percent, each.most_percent) for each in plugin.targets
    ] == [
        ("T1", TargetKind.BAND, "crashes", 5, 10),
        ("T2", TargetKind.BAND, "deaths", 5, 10),
        ("T3", TargetKind.BAND, "injured", 5, 10),
        ("T4", TargetKind.DIRECTION_ONLY, "crashes_alcohol", None, None),
        ("T5", TargetKind.DIRECTION_ONLY, "border_congestion_events", None, None),
    ]
    assert [each.indicator for each in plugin.targets] == ["N40", "N41", "N42", "N43", "N44"]


def test_the_only_known_baseline_is_that_implied_by_the_nine_month_report() -> None:
    (baseline,) = plugin.baselines

    assert baseline.period == "2021-9M"
    assert (baseline.window.first_on, baseline.window.last_on) == (date(2019, 12, 15), date(2020, 9, 14))
    assert baseline.values == {"crashes": 34, "deaths": 34, "injured": 13}
    assert (baseline.version, baseline.definition_version) == (1, "TT58-2009")
    assert "112/BC-BATGT" in baseline.source_document
    assert "tính ngược" in baseline.source_document


def test_award_forms_are_those_units_may_propose() -> None:
    assert {form.code: form.label for form in plugin.award_forms} == {
        "giay_khen_department": "Giấy khen của Giám đốc Sở",
        "bang_khen_province": "Bằng khen của Chủ tịch UBND tỉnh",
    }


def facts(**values: int) -> Mapping[str, int]:
    return values


# What a unit reported so far, and the state each duty has then; by hand from the meaning of the duty.
@pytest.mark.parametrize(
    ("code", "reported", "state"),
    [
        ("O01", facts(staff_total=7, staff_briefed=7), DutyState.DONE),
        ("O01", facts(staff_total=7, staff_briefed=6), DutyState.IN_PROGRESS),
        ("O04", facts(workplan_total=10, workplan_done=3), DutyState.IN_PROGRESS),
        ("O06", facts(print_items=1), DutyState.DONE),
        ("O06", facts(radio_items=0, banners=0), DutyState.NO_EVIDENCE),
        ("O07", facts(radio_items=26), DutyState.IN_PROGRESS),
        ("O07", facts(radio_items=26, minority_language_broadcasts=36), DutyState.DONE),
        ("O08", facts(radio_items=26, alcohol_items=0), DutyState.IN_PROGRESS),
        ("O08", facts(radio_items=26, alcohol_items=15), DutyState.DONE),
        ("O10", facts(direction_docs_count=2, radio_items=0), DutyState.IN_PROGRESS),
        ("O10", facts(mobile_sessions=1), DutyState.DONE),
        ("O11", facts(staff_total=5, staff_briefed=0), DutyState.NO_EVIDENCE),
        ("O12", facts(nominations=2), DutyState.DONE),
        ("O12", facts(nominations=0), DutyState.NO_EVIDENCE),
        ("O13", facts(advisory_docs_count=1, direction_docs_count=0), DutyState.IN_PROGRESS),
        ("O13", facts(advisory_docs_count=1, direction_docs_count=1), DutyState.DONE),
        ("O14", facts(staff_total=6, staff_briefed=6), DutyState.DONE),
        ("O15", facts(reminders_sent=0), DutyState.DONE),
        ("O16", facts(police_notices=0, self_reported=0), DutyState.DONE),
        ("O16", facts(police_notices=1), DutyState.IN_PROGRESS),
        ("O16", facts(), DutyState.NO_EVIDENCE),
        ("O17", facts(issues_raised=0, issues_resolved=0), DutyState.DONE),
        ("O19", facts(council_present=7), DutyState.IN_PROGRESS),
        ("O19", facts(council_present=7, nom_individual_gk=2), DutyState.DONE),
        ("O20", facts(plan_published=0), DutyState.NO_EVIDENCE),
        ("O20", facts(plan_published=1), DutyState.DONE),
    ],
)
def test_a_duty_is_judged_by_what_shows_it(code: str, reported: Mapping[str, int], state: DutyState) -> None:
    (duty,) = (each for each in plugin.duties if each.code == code)

    assert duty.evidence.judge(reported) is state


@pytest.mark.parametrize("code", ["O02", "O03", "O05", "O09", "O18"])
def test_duties_that_no_figure_shows_are_left_to_people(code: str) -> None:
    (duty,) = (each for each in plugin.duties if each.code == code)

    assert duty.evidence.judge(facts(nominations=1, radio_items=5)) is DutyState.NOT_APPLICABLE
