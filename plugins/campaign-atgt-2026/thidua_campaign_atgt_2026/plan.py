"""Identity of the plan: the texts it rests on, topics, purposes; its theme is not known."""

from datetime import date

from thidua_campaign_atgt_2026.sources import ASSUMED
from thidua_campaign_atgt_2026.sources import CODIFIED
from thidua_campaign_atgt_2026.sources import COMMUNES
from thidua_campaign_atgt_2026.sources import CONTENT
from thidua_campaign_atgt_2026.sources import GOALS
from thidua_campaign_atgt_2026.sources import OWNER
from thidua_campaign_atgt_2026.sources import UNCHECKED
from thidua_campaign_atgt_2026.sources import UNKNOWN_THEME
from thidua_sdk import AwardForm
from thidua_sdk import LegalBasis
from thidua_sdk import Plan
from thidua_sdk import Purpose
from thidua_sdk import Topic
from thidua_sdk import UnitTypeName

__all__ = [
    "AWARD_FORMS",
    "LAST_ON",
    "LEGAL_BASES",
    "PLAN",
    "PURPOSES",
    "THEME",
    "TOPICS",
    "UNIT_TYPE_NAMES",
    "YEAR",
]

YEAR = 2026
LAST_ON = date(2026, 12, 31)

#: Not known. The year has one; whoever finds it writes it here, with its source.
THEME = ""

PLAN = Plan(
    # Neither number nor day is known. The aims were in the papers on 06/01/2026: no earlier day can be meant.
    symbol="/KH-SKHCN",
    title="Thực hiện phong trào thi đua bảo đảm trật tự, an toàn giao thông năm 2026",
    issuer="Sở Khoa học và Công nghệ tỉnh Lạng Sơn",
    place="Lạng Sơn",
    issued_on=None,
    issued_from=date(2026, 1, 6),
    parent_plan="Kế hoạch năm 2026 của Ban An toàn giao thông tỉnh Lạng Sơn (chưa rõ số, ngày)",
    parent_issued_on=None,
    signer_role="director",
    source=f"{ASSUMED}; cơ quan chủ trì: {OWNER}",
)


def _law(
    code: str, title: str, since: date | None = None, *, topic: str = "", source: str = CODIFIED, note: str = ""
) -> LegalBasis:
    told = f"{source}; {note}" if note else source
    return LegalBasis(code=code, title=title, topic=topic, source=told, valid_from=since)


LEGAL_BASES = (
    _law("B1", PLAN.parent_plan, source=ASSUMED),
    _law(
        "B2",
        "Chỉ thị số 23-CT/TW ngày 25/5/2023 của Ban Bí thư Trung ương Đảng",
        date(2023, 5, 25),
        topic="directive_23",
        source=f"Truyền hình Công an nhân dân; {UNCHECKED}",
        note="tiếp theo Chỉ thị số 18-CT/TW",
    ),
    _law(
        "B3",
        "Nghị quyết số 149 của Chính phủ thực hiện Chỉ thị số 23-CT/TW (chưa rõ ngày)",
        topic="resolution_149",
        source=f"Báo Tin tức; {UNCHECKED}",
        note="Nghị quyết số 48/NQ-CP chỉ cho giai đoạn 2022-2025",
    ),
    _law(
        "B4",
        "Luật phòng chống tác hại của rượu, bia",
        date(2020, 1, 1),
        topic="alcohol_law",
        note="Luật số 44/2019/QH14",
    ),
    _law(
        "B5",
        "Nghị định số 168/2024/NĐ-CP về xử phạt vi phạm giao thông đường bộ",
        date(2025, 1, 1),
        topic="penalty_decree",
        note="thay phần đường bộ của Nghị định số 100/2019/NĐ-CP",
    ),
    _law(
        "B5a",
        "Nghị định số 238/2026/NĐ-CP sửa đổi Nghị định số 168/2024/NĐ-CP",
        date(2026, 7, 1),
        topic="penalty_decree",
        note="một phần đọc từ bản quét",
    ),
    _law(
        "B6",
        "các chỉ đạo của Thủ tướng Chính phủ, UBND tỉnh, Ban An toàn giao thông tỉnh năm 2026",
        topic="local_directions",
        source=ASSUMED,
    ),
    _law("B7", "chủ đề năm 2026 (chưa rõ)", topic="annual_theme", source=UNKNOWN_THEME),
    _law("B8", "Thông tư số 26/2024/TT-BCA về thống kê tai nạn giao thông", date(2024, 8, 15)),
    _law("B9", "Nghị quyết số 1672/NQ-UBTVQH15 ngày 16/6/2025", date(2025, 7, 1), source=COMMUNES),
    _law(
        "B10",
        "Luật Thi đua, khen thưởng số 06/2022/QH15; Nghị định số 98/2023/NĐ-CP",
        date(2024, 1, 1),
        note="một danh mục ghi có luật sửa đổi số 06/2026/QH16, chưa xác nhận được",
    ),
    _law(
        "B11",
        "Nghị định số 152/2025/NĐ-CP về phân cấp, phân quyền trong thi đua, khen thưởng; Thông tư số 15/2025/TT-BNV",
        date(2025, 7, 1),
    ),
    _law("B12", "Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15", date(2026, 1, 1)),
    _law(
        "B13",
        "Nghị định số 172/2025/NĐ-CP về xử lý kỷ luật cán bộ, công chức",
        note="ngày hiệu lực chưa rõ",
    ),
    _law(
        "B14",
        "Nghị định số 234/2026/NĐ-CP về xử lý kỷ luật viên chức",
        date(2026, 7, 1),
        note="trước ngày ấy vẫn theo Nghị định số 112/2020/NĐ-CP",
    ),
)

TOPICS = (
    Topic(code="directive_23", label="Chỉ thị số 23-CT/TW", source=f"Truyền hình Công an nhân dân; {UNCHECKED}"),
    Topic(code="resolution_149", label="Nghị quyết số 149 của Chính phủ", source=f"Báo Tin tức; {UNCHECKED}"),
    Topic(code="alcohol_law", label="Luật phòng chống tác hại của rượu, bia", source=CODIFIED),
    Topic(code="penalty_decree", label="Nghị định số 168/2024/NĐ-CP và văn bản sửa đổi", source=CODIFIED),
    # Units are told the theme by the committee, whether or not we have found it.
    Topic(code="annual_theme", label="Chủ đề năm 2026 (theo văn bản của Ban ATGT tỉnh)", source=UNKNOWN_THEME),
    Topic(
        code="local_directions",
        label="Chỉ đạo của Thủ tướng Chính phủ, UBND tỉnh, Ban ATGT tỉnh",
        source=ASSUMED,
    ),
)

PURPOSES = (
    Purpose(
        code="G1",
        clause=GOALS,
        text="phát huy vai trò, nhiệm vụ của thành viên Ban An toàn giao thông tỉnh",
        source=ASSUMED,
        indicators=("N04", "N30"),
    ),
    Purpose(
        code="G2",
        clause=GOALS,
        text="thực hiện hiệu quả chủ đề năm 2026 (chưa rõ nội dung)",
        source=UNKNOWN_THEME,
        indicators=("N03", "N10", "N11", "N14", "N15", "N16", "N17", "N18", "N20", "N22"),
    ),
    Purpose(
        code="Q1",
        clause=CONTENT,
        text="kết hợp chặt chẽ với các phong trào thi đua của tỉnh",
        source=ASSUMED,
        indicators=("N35",),
    ),
)

UNIT_TYPE_NAMES = (
    UnitTypeName(
        unit_type="commune_culture_office",
        label="Phòng Văn hóa - Xã hội các xã, phường (cần xác nhận)",
        source=COMMUNES,
    ),
    UnitTypeName(
        unit_type="press_publishing_office",
        label="Đơn vị phụ trách báo chí, thông tin cơ sở (chưa rõ thuộc Sở nào)",
        source=OWNER,
    ),
    UnitTypeName(
        unit_type="specialised_room",
        label="Phòng chuyên môn thuộc Sở Khoa học và Công nghệ (tên cần xác nhận)",
        source=OWNER,
    ),
    UnitTypeName(
        unit_type="affiliated_centre",
        label="Trung tâm thuộc Sở Khoa học và Công nghệ (tên cần xác nhận)",
        source=OWNER,
    ),
    UnitTypeName(
        unit_type="department_office",
        label="Văn phòng Sở Khoa học và Công nghệ (cần xác nhận)",
        source=OWNER,
    ),
)

_AWARDS = f"Luật số 06/2022/QH15; Nghị định số 98/2023/NĐ-CP, Nghị định số 152/2025/NĐ-CP; {CODIFIED}"

AWARD_FORMS = (
    AwardForm(
        code="giay_khen_department",
        label="Giấy khen của Giám đốc Sở",
        decided_by="Giám đốc Sở Khoa học và Công nghệ",
        source=_AWARDS,
    ),
    AwardForm(
        code="bang_khen_province",
        label="Bằng khen của Chủ tịch UBND tỉnh",
        decided_by="Chủ tịch UBND tỉnh Lạng Sơn",
        source=_AWARDS,
    ),
)
