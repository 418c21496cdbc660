"""Indicators of communication.

A scope keeps apart what must never be added: communes count grassroots media, the press room provincial
media, and one item can be in both. What a commune writes anew (items) is of a scope that no earlier year has.
"""

from thidua_campaign_atgt_2026.sources import CONTENT
from thidua_campaign_atgt_2026.writing import fed
from thidua_sdk import STOCK_MAX
from thidua_sdk import Indicator

__all__ = ["COMMUNICATION"]


def _media(names: tuple[str, str, str], cells: tuple[str, ...], rows: str, unit: str, *, split: bool) -> Indicator:
    return fed(names, cells, rows, clause=CONTENT, unit=unit, by_topic=split)


COMMUNICATION = (
    fed(
        ("N09", "Số cơ sở truyền thanh có phát nội dung ATGT", "stations_broadcasting"),
        ("E.stations_broadcasting@district", "B.stations_broadcasting@province"),
        "Biểu E, dòng E10; Biểu B, dòng B28",
        clause=CONTENT,
        aggregation=STOCK_MAX,
        unit="cơ sở",
        note="Hai số cùng đếm các cơ sở truyền thanh trong tỉnh, để đối chiếu với nhau.",
    ),
    _media(
        ("N10", "Số tin, bài phát thanh", "radio_items"),
        ("E.radio_items@commune", "B.radio_items@province"),
        "Biểu E, dòng E11; Biểu B, dòng B09",
        "tin, bài",
        split=True,
    ),
    _media(
        ("N11", "Số lượt phát thanh", "radio_broadcasts"),
        ("E.radio_broadcasts@district",),
        "Biểu E, dòng E12",
        "lượt",
        split=True,
    ),
    _media(
        ("N12", "Thời lượng phát", "radio_minutes"),
        ("B.broadcast_minutes@province",),
        "Biểu B, dòng B11",
        "phút",
        split=False,
    ),
    _media(
        ("N13", "Lượt phát bằng tiếng dân tộc thiểu số", "minority_language_broadcasts"),
        ("E.minority_language_broadcasts@district",),
        "Biểu E, dòng E13",
        "lượt",
        split=False,
    ),
    _media(
        ("N14", "Số tin, bài, phóng sự truyền hình", "tv_items"),
        ("B.tv_items@province",),
        "Biểu B, dòng B10",
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
            "E.online_items@commune",
            "B.online_items@province",
            "B.department_site_items@department",
            "C.digital_support_items@digital_support",
        ),
        "Biểu E, dòng E14; Biểu B, dòng B08, B15; Biểu C, dòng C28",
        "tin, bài",
        split=True,
    ),
    _media(
        ("N17", "Số bài đăng mạng xã hội", "social_posts"),
        ("E.social_posts@commune",),
        "Biểu E, dòng E15",
        "bài",
        split=True,
    ),
    _media(
        ("N18", "Số băng rôn, khẩu hiệu", "banners"),
        ("E.banners@district",),
        "Biểu E, dòng E16",
        "chiếc",
        split=True,
    ),
    _media(
        ("N19", "Số pa nô, áp phích", "posters"),
        ("E.posters@commune",),
        "Biểu E, dòng E17",
        "chiếc",
        split=True,
    ),
    _media(
        ("N20", "Số tờ rơi, tài liệu phát hành", "leaflets"),
        ("E.leaflets@district", "B.licensed_copies@province"),
        "Biểu E, dòng E18; Biểu B, dòng B20",
        "tờ",
        split=True,
    ),
    _media(
        ("N21", "Số buổi tuyên truyền lưu động", "mobile_sessions"),
        ("E.mobile_sessions@district",),
        "Biểu E, dòng E19",
        "buổi",
        split=False,
    ),
    _media(
        ("N22", "Số buổi tuyên truyền trực tiếp", "direct_sessions"),
        ("E.direct_sessions@district",),
        "Biểu E, dòng E20",
        "buổi",
        split=True,
    ),
    _media(
        ("N22b", "Lượt người dự tuyên truyền trực tiếp", "direct_participants"),
        ("E.direct_participants@district",),
        "Biểu E, dòng E21",
        "lượt người",
        split=False,
    ),
    _media(
        ("N22c", "Số buổi tại thôn, khối phố, tổ dân phố", "village_sessions"),
        ("E.village_sessions@commune",),
        "Biểu E, dòng E23",
        "buổi",
        split=False,
    ),
    _media(
        ("N23", "Số tin, bài về phòng, chống tác hại của rượu, bia khi lái xe", "alcohol_items"),
        ("E.alcohol_items@commune", "B.alcohol_items@province"),
        "Biểu E, dòng E25; Biểu B, dòng B30",
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
)
