"""Indicators of communication.

A scope keeps apart what must never be added: districts count grassroots media, the press room provincial
media, and one item can be in both.
"""

from thidua_campaign_atgt_2022.sources import CONTENT
from thidua_campaign_atgt_2022.writing import fed
from thidua_sdk import STOCK_MAX
from thidua_sdk import Indicator

__all__ = ["COMMUNICATION"]


def _media(names: tuple[str, str, str], cells: tuple[str, ...], rows: str, unit: str, *, split: bool) -> Indicator:
    return fed(names, cells, rows, clause=CONTENT, unit=unit, by_topic=split)


COMMUNICATION = (
    fed(
        ("N09", "Số cơ sở truyền thanh có phát nội dung ATGT", "stations_broadcasting"),
        ("A.stations_broadcasting@district", "B.stations_broadcasting@province"),
        "Biểu A, dòng A10; Biểu B, dòng B28",
        clause=CONTENT,
        aggregation=STOCK_MAX,
        unit="cơ sở",
        note="Hai số cùng đếm các cơ sở truyền thanh trong tỉnh, để đối chiếu với nhau.",
    ),
    _media(
        ("N10", "Số tin, bài phát thanh", "radio_items"),
        ("A.radio_items@district", "B.radio_items@province"),
        "Biểu A, dòng A11; Biểu B, dòng B09",
        "tin, bài",
        split=True,
    ),
    _media(
        ("N11", "Số lượt phát thanh", "radio_broadcasts"),
        ("A.radio_broadcasts@district",),
        "Biểu A, dòng A12",
        "lượt",
        split=True,
    ),
    _media(
        ("N12", "Thời lượng phát", "radio_minutes"),
        ("A.radio_minutes@district", "B.broadcast_minutes@province"),
        "Biểu A, dòng A13; Biểu B, dòng B11",
        "phút",
        split=False,
    ),
    _media(
        ("N13", "Lượt phát bằng tiếng dân tộc thiểu số", "minority_language_broadcasts"),
        ("A.minority_language_broadcasts@district",),
        "Biểu A, dòng A14",
        "lượt",
        split=False,
    ),
    _media(
        ("N14", "Số tin, bài, phóng sự truyền hình", "tv_items"),
        ("A.tv_items@district", "B.tv_items@province"),
        "Biểu A, dòng A15; Biểu B, dòng B10",
        "tin, bài, phóng sự",
        split=True,
    ),
    _media(
        ("N15", "Số tin, bài báo in", "print_items"),
        ("B.print_items@province",),
        "Biểu B, dòng B07",
        "tin, bài",
        split=True,
    ),
    _media(
        ("N16", "Số tin, bài báo điện tử, cổng/trang TTĐT", "online_items"),
        (
            "A.online_items@district",
            "B.online_items@province",
            "B.department_site_items@department",
            "C.digital_support_items@digital_support",
        ),
        "Biểu A, dòng A16; Biểu B, dòng B08, B15; Biểu C, dòng C28",
        "tin, bài",
        split=True,
    ),
    _media(
        ("N17", "Số bài đăng mạng xã hội", "social_posts"),
        ("A.social_posts@district",),
        "Biểu A, dòng A17",
        "bài",
        split=True,
    ),
    _media(
        ("N17b", "Lượt tiếp cận mạng xã hội", "social_reach"),
        ("A.social_reach@district",),
        "Biểu A, dòng A18",
        "lượt",
        split=False,
    ),
    _media(
        ("N18", "Số băng rôn, khẩu hiệu treo", "banners"),
        ("A.banners@district",),
        "Biểu A năm 2022, dòng A19",
        "chiếc",
        split=True,
    ),
    _media(
        ("N18b", "Số khẩu hiệu trên bảng điện tử, màn hình", "screen_slogans"),
        ("A.screen_slogans@district",),
        "Biểu A năm 2022, dòng A19b",
        "chiếc",
        split=True,
    ),
    _media(
        ("N20", "Số tờ rơi, tài liệu phát hành", "leaflets"),
        ("A.leaflets@district", "B.licensed_copies@province"),
        "Biểu A, dòng A21; Biểu B, dòng B20",
        "tờ",
        split=True,
    ),
    _media(
        ("N21", "Số buổi tuyên truyền lưu động", "mobile_sessions"),
        ("A.mobile_sessions@district",),
        "Biểu A, dòng A22",
        "buổi",
        split=False,
    ),
    _media(
        ("N22", "Số buổi tuyên truyền trực tiếp", "direct_sessions"),
        ("A.direct_sessions@district",),
        "Biểu A, dòng A23",
        "buổi",
        split=True,
    ),
    _media(
        ("N22b", "Lượt người dự tuyên truyền trực tiếp", "direct_participants"),
        ("A.direct_participants@district",),
        "Biểu A, dòng A24",
        "lượt người",
        split=False,
    ),
    _media(
        ("N23", "Số tin, bài về phòng, chống tác hại của rượu, bia khi lái xe", "alcohol_items"),
        ("A.alcohol_items@district", "B.alcohol_items@province"),
        "Biểu A, dòng A27; Biểu B, dòng B30",
        "tin, bài",
        split=False,
    ),
    fed(
        ("N24", "Chuyên trang, chuyên mục", "thematic_columns"),
        ("B.thematic_columns@province",),
        "Biểu B, dòng B12",
        clause=CONTENT,
        aggregation=STOCK_MAX,
        unit="chuyên mục",
    ),
    _media(
        ("N46", "Số tin, bài gắn với kiểm soát dịch COVID-19", "pandemic_items"),
        ("A.pandemic_items@district", "B.pandemic_items@province"),
        "Biểu A năm 2022, dòng A27b; Biểu B năm 2022, dòng B30b",
        "tin, bài",
        split=False,
    ),
)
