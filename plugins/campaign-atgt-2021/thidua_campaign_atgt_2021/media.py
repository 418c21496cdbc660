"""Indicators N09 to N24: communication.

District offices count grassroots media, the press room counts provincial media; one item can be
broadcast by both, so the two are never added. The department's own website and the technical
support of rooms and centres stand apart for the same reason.
"""

from thidua_campaign_atgt_2021.clauses import CONTENT_2
from thidua_campaign_atgt_2021.clauses import CONTENT_3
from thidua_campaign_atgt_2021.clauses import DISTRICT_1
from thidua_campaign_atgt_2021.clauses import PRESS_ROOM
from thidua_sdk import FLOW
from thidua_sdk import STOCK_MAX
from thidua_sdk import FieldSource
from thidua_sdk import Indicator

__all__ = ["MEDIA_INDICATORS"]

_DISTRICT = "district"
_PROVINCE = "province"
_DEPARTMENT = "department"
_SUPPORT = "digital_support"

_IN_DISTRICTS = {_DISTRICT: "Truyền thông cơ sở (các huyện, thành phố)"}
_IN_PROVINCE = {_PROVINCE: "Báo chí, truyền thông cấp tỉnh"}
_IN_BOTH = _IN_DISTRICTS | _IN_PROVINCE

_COMMUNICATION = f"{CONTENT_2}; {CONTENT_3}"

MEDIA_INDICATORS = (
    Indicator(
        code="N09",
        label="Số cơ sở truyền thanh có phát nội dung ATGT",
        identifier="stations_broadcasting",
        unit_of_measure="cơ sở",
        aggregation=STOCK_MAX,
        clause=DISTRICT_1,
        source="Biểu A, dòng A10; Biểu B, dòng B28",
        sources=(
            FieldSource(form="A", field="stations_broadcasting", scope=_DISTRICT),
            FieldSource(form="B", field="stations_broadcasting", scope=_PROVINCE),
        ),
        scopes=_IN_BOTH,
        note="Hai số cùng đếm các cơ sở truyền thanh trong tỉnh, để đối chiếu với nhau.",
    ),
    Indicator(
        code="N10",
        label="Số tin, bài phát thanh",
        identifier="radio_items",
        unit_of_measure="tin, bài",
        aggregation=FLOW,
        clause=_COMMUNICATION,
        source="Biểu A, dòng A11; Biểu B, dòng B09",
        sources=(
            FieldSource(form="A", field="radio_items", scope=_DISTRICT),
            FieldSource(form="B", field="radio_items", scope=_PROVINCE),
        ),
        by_topic=True,
        scopes=_IN_BOTH,
    ),
    Indicator(
        code="N11",
        label="Số lượt phát thanh",
        identifier="radio_broadcasts",
        unit_of_measure="lượt",
        aggregation=FLOW,
        clause=_COMMUNICATION,
        source="Biểu A, dòng A12",
        sources=(FieldSource(form="A", field="radio_broadcasts", scope=_DISTRICT),),
        by_topic=True,
        scopes=_IN_DISTRICTS,
    ),
    Indicator(
        code="N12",
        label="Thời lượng phát",
        identifier="radio_minutes",
        unit_of_measure="phút",
        aggregation=FLOW,
        clause=CONTENT_2,
        source="Biểu A, dòng A13; Biểu B, dòng B11",
        sources=(
            FieldSource(form="A", field="radio_minutes", scope=_DISTRICT),
            FieldSource(form="B", field="broadcast_minutes", scope=_PROVINCE),
        ),
        scopes=_IN_BOTH,
        note="Số của cấp tỉnh gồm cả phát thanh và truyền hình.",
    ),
    Indicator(
        code="N13",
        label="Lượt phát bằng tiếng dân tộc thiểu số",
        identifier="minority_language_broadcasts",
        unit_of_measure="lượt",
        aggregation=FLOW,
        clause=CONTENT_3,
        source="Biểu A, dòng A14",
        sources=(FieldSource(form="A", field="minority_language_broadcasts", scope=_DISTRICT),),
        scopes=_IN_DISTRICTS,
    ),
    Indicator(
        code="N14",
        label="Số tin, bài, phóng sự truyền hình",
        identifier="tv_items",
        unit_of_measure="tin, bài, phóng sự",
        aggregation=FLOW,
        clause=CONTENT_2,
        source="Biểu A, dòng A15; Biểu B, dòng B10",
        sources=(
            FieldSource(form="A", field="tv_items", scope=_DISTRICT),
            FieldSource(form="B", field="tv_items", scope=_PROVINCE),
        ),
        by_topic=True,
        scopes=_IN_BOTH,
    ),
    Indicator(
        code="N15",
        label="Số tin, bài báo in",
        identifier="print_items",
        unit_of_measure="tin, bài",
        aggregation=FLOW,
        clause=PRESS_ROOM,
        source="Biểu B, dòng B07",
        sources=(FieldSource(form="B", field="print_items", scope=_PROVINCE),),
        by_topic=True,
        scopes=_IN_PROVINCE,
    ),
    Indicator(
        code="N16",
        label="Số tin, bài báo điện tử, cổng/trang TTĐT",
        identifier="online_items",
        unit_of_measure="tin, bài",
        aggregation=FLOW,
        clause=CONTENT_2,
        source="Biểu A, dòng A16; Biểu B, dòng B08, B15; Biểu C, dòng C28",
        sources=(
            FieldSource(form="A", field="online_items", scope=_DISTRICT),
            FieldSource(form="B", field="online_items", scope=_PROVINCE),
            FieldSource(form="B", field="department_site_items", scope=_DEPARTMENT),
            # Banners and videos for pages that count their items themselves, so not added to them.
            FieldSource(form="C", field="digital_support_items", scope=_SUPPORT),
        ),
        by_topic=True,
        scopes=_IN_BOTH
        | {
            _DEPARTMENT: "Trang TTĐT Sở",
            _SUPPORT: "Nội dung hỗ trợ kỹ thuật của các phòng, Trung tâm",
        },
        note="Nội dung hỗ trợ kỹ thuật (Biểu C, dòng C28) là banner, video, không phải tin, bài.",
    ),
    Indicator(
        code="N17",
        label="Số bài đăng mạng xã hội",
        identifier="social_posts",
        unit_of_measure="bài",
        aggregation=FLOW,
        clause=CONTENT_3,
        source="Biểu A, dòng A17",
        sources=(FieldSource(form="A", field="social_posts", scope=_DISTRICT),),
        by_topic=True,
        scopes=_IN_DISTRICTS,
        note="Biểu B không hỏi mục này.",
    ),
    Indicator(
        code="N17b",
        label="Lượt tiếp cận mạng xã hội",
        identifier="social_reach",
        unit_of_measure="lượt",
        aggregation=FLOW,
        clause=CONTENT_3,
        source="Biểu A, dòng A18",
        sources=(FieldSource(form="A", field="social_reach", scope=_DISTRICT),),
        scopes=_IN_DISTRICTS,
        note="Đếm lượt, không phải số người: một người xem nhiều lần tính nhiều lượt.",
    ),
    Indicator(
        code="N18",
        label="Số băng rôn, khẩu hiệu",
        identifier="banners",
        unit_of_measure="chiếc",
        aggregation=FLOW,
        clause=CONTENT_2,
        source="Biểu A, dòng A19",
        sources=(FieldSource(form="A", field="banners", scope=_DISTRICT),),
        by_topic=True,
        scopes=_IN_DISTRICTS,
    ),
    Indicator(
        code="N19",
        label="Số pa nô, áp phích",
        identifier="posters",
        unit_of_measure="chiếc",
        aggregation=FLOW,
        clause=CONTENT_2,
        source="Biểu A, dòng A20",
        sources=(FieldSource(form="A", field="posters", scope=_DISTRICT),),
        by_topic=True,
        scopes=_IN_DISTRICTS,
    ),
    Indicator(
        code="N20",
        label="Số tờ rơi, tài liệu phát hành",
        identifier="leaflets",
        unit_of_measure="tờ",
        aggregation=FLOW,
        clause=CONTENT_2,
        source="Biểu A, dòng A21; Biểu B, dòng B20",
        sources=(
            FieldSource(form="A", field="leaflets", scope=_DISTRICT),
            FieldSource(form="B", field="licensed_copies", scope=_PROVINCE),
        ),
        by_topic=True,
        scopes=_IN_BOTH,
        note="Số của cấp tỉnh là số bản in được cấp giấy phép, không chia theo nội dung.",
    ),
    Indicator(
        code="N21",
        label="Số buổi tuyên truyền lưu động",
        identifier="mobile_sessions",
        unit_of_measure="buổi",
        aggregation=FLOW,
        clause=DISTRICT_1,
        source="Biểu A, dòng A22",
        sources=(FieldSource(form="A", field="mobile_sessions", scope=_DISTRICT),),
        scopes=_IN_DISTRICTS,
    ),
    Indicator(
        code="N22",
        label="Số buổi tuyên truyền trực tiếp",
        identifier="direct_sessions",
        unit_of_measure="buổi",
        aggregation=FLOW,
        clause=CONTENT_3,
        source="Biểu A, dòng A23",
        sources=(FieldSource(form="A", field="direct_sessions", scope=_DISTRICT),),
        by_topic=True,
        scopes=_IN_DISTRICTS,
    ),
    Indicator(
        code="N22b",
        label="Lượt người dự tuyên truyền trực tiếp",
        identifier="direct_participants",
        unit_of_measure="lượt người",
        aggregation=FLOW,
        clause=CONTENT_3,
        source="Biểu A, dòng A24",
        sources=(FieldSource(form="A", field="direct_participants", scope=_DISTRICT),),
        scopes=_IN_DISTRICTS,
    ),
    Indicator(
        code="N23",
        label="Số tin, bài có nội dung rượu, bia",
        identifier="alcohol_items",
        unit_of_measure="tin, bài",
        aggregation=FLOW,
        clause=CONTENT_3,
        source="Biểu A, dòng A27; Biểu B, dòng B30",
        sources=(
            FieldSource(form="A", field="alcohol_items", scope=_DISTRICT),
            FieldSource(form="B", field="alcohol_items", scope=_PROVINCE),
        ),
        scopes=_IN_BOTH,
        note=(
            "Tin, bài về Luật phòng chống tác hại của rượu, bia hoặc Nghị định số 100/2019/NĐ-CP; "
            "mỗi tin, bài tính một lần."
        ),
    ),
    Indicator(
        code="N24",
        label="Chuyên trang, chuyên mục",
        identifier="thematic_columns",
        unit_of_measure="chuyên mục",
        aggregation=STOCK_MAX,
        clause=PRESS_ROOM,
        source="Biểu B, dòng B12",
        sources=(FieldSource(form="B", field="thematic_columns", scope=_PROVINCE),),
        scopes=_IN_PROVINCE,
    ),
)
