"""Identity of the plan: theme, the texts it rests on, topics, purposes."""

from datetime import date

from thidua_campaign_atgt_2022.sources import ASSUMED
from thidua_campaign_atgt_2022.sources import CONTENT
from thidua_campaign_atgt_2022.sources import GOALS
from thidua_campaign_atgt_2022.sources import NAMES
from thidua_campaign_atgt_2022.sources import PRESS_NEWS
from thidua_campaign_atgt_2022.sources import UNCHECKED
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

YEAR = 2022
LAST_ON = date(2022, 12, 31)

THEME = "Xây dựng văn hóa giao thông an toàn gắn với kiểm soát hiệu quả dịch COVID-19"

PLAN = Plan(
    # Neither number nor day is known. The theme was in the papers on 06/01/2022: no earlier day can be meant.
    symbol="/KH-STTTT",
    title="Thực hiện phong trào thi đua bảo đảm trật tự, an toàn giao thông năm 2022",
    issuer="Sở Thông tin và Truyền thông tỉnh Lạng Sơn",
    place="Lạng Sơn",
    issued_on=None,
    issued_from=date(2022, 1, 6),
    parent_plan="Kế hoạch năm 2022 của Ban An toàn giao thông tỉnh Lạng Sơn (chưa rõ số, ngày)",
    parent_issued_on=None,
    signer_role="director",
    source=ASSUMED,
)

LEGAL_BASES = (
    LegalBasis(code="B1", title=PLAN.parent_plan, topic="", source=ASSUMED),
    LegalBasis(
        code="B2",
        title="Chỉ thị số 18-CT/TW ngày 04/9/2012 của Ban Bí thư Trung ương Đảng",
        topic="directive_18",
        source=ASSUMED,
        valid_from=date(2012, 9, 4),
    ),
    LegalBasis(
        code="B3",
        title=(
            "Nghị quyết số 48/NQ-CP ngày 05/4/2022 của Chính phủ về tăng cường bảo đảm trật tự, an toàn giao thông "
            "và chống ùn tắc giao thông giai đoạn 2022-2025"
        ),
        topic="resolution_48",
        source=f"Thay Nghị quyết số 12/NQ-CP, hết giai đoạn năm 2021; {UNCHECKED}",
        valid_from=date(2022, 4, 5),
        valid_to=date(2025, 12, 31),
    ),
    LegalBasis(
        code="B4",
        title="Luật phòng chống tác hại của rượu, bia",
        topic="alcohol_law",
        source=f"Luật số 44/2019/QH14, có hiệu lực từ 01/01/2020; {ASSUMED}",
        valid_from=date(2020, 1, 1),
    ),
    LegalBasis(
        code="B5",
        title="Nghị định số 100/2019/NĐ-CP ngày 30/12/2019, được Nghị định số 123/2021/NĐ-CP sửa đổi từ 01/01/2022",
        topic="decree_100",
        source=f"Nghị định số 123/2021/NĐ-CP; {UNCHECKED}",
        valid_from=date(2022, 1, 1),
    ),
    LegalBasis(
        code="B6",
        title="các chỉ đạo của Thủ tướng Chính phủ, UBND tỉnh, Ban An toàn giao thông tỉnh năm 2022",
        topic="local_directions",
        source=ASSUMED,
    ),
    LegalBasis(code="B7", title=f"chủ đề năm 2022 “{THEME}”", topic="annual_theme", source=PRESS_NEWS),
)

TOPICS = (
    Topic(code="directive_18", label="Chỉ thị số 18-CT/TW", source=ASSUMED),
    Topic(
        code="resolution_48",
        label="Nghị quyết số 48/NQ-CP",
        source=f"Nghị quyết số 48/NQ-CP; {UNCHECKED}",
        valid_from=date(2022, 4, 5),
    ),
    Topic(code="alcohol_law", label="Luật phòng chống tác hại của rượu, bia", source=ASSUMED),
    # The code stays: it is the same decree, and forms look for it.
    Topic(
        code="decree_100",
        label="Nghị định số 100/2019/NĐ-CP (sửa đổi năm 2021)",
        source=f"Nghị định số 123/2021/NĐ-CP; {UNCHECKED}",
    ),
    Topic(code="annual_theme", label="Chủ đề năm 2022", source=PRESS_NEWS),
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
        text=f"thực hiện hiệu quả chủ đề năm 2022 “{THEME}”",
        source=PRESS_NEWS,
        indicators=("N03", "N10", "N11", "N14", "N15", "N16", "N17", "N18", "N20", "N22", "N46"),
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
        unit_type="specialised_room",
        label="Phòng chuyên môn (Phòng Hạ tầng số, Phòng Chuyển đổi số, Thanh tra Sở)",
        source=NAMES,
    ),
    UnitTypeName(unit_type="affiliated_centre", label="Trung tâm Công nghệ số", source=NAMES),
)

_LAW = "Luật Thi đua, khen thưởng (2003, sửa đổi 2005, 2009, 2013); Nghị định số 91/2017/NĐ-CP"

AWARD_FORMS = (
    AwardForm(
        code="giay_khen_department",
        label="Giấy khen của Giám đốc Sở",
        decided_by="Giám đốc Sở Thông tin và Truyền thông",
        source=_LAW,
    ),
    AwardForm(
        code="bang_khen_province",
        label="Bằng khen của Chủ tịch UBND tỉnh",
        decided_by="Chủ tịch UBND tỉnh Lạng Sơn",
        source=_LAW,
    ),
)
