"""Identity of the plan: document, theme, the texts it rests on, topics, purposes."""

from datetime import date

from thidua_campaign_atgt_2021.clauses import CONTENT_2
from thidua_campaign_atgt_2021.clauses import CONTENT_3
from thidua_campaign_atgt_2021.clauses import PURPOSE_1
from thidua_campaign_atgt_2021.clauses import PURPOSE_3
from thidua_campaign_atgt_2021.clauses import cited
from thidua_sdk import LegalBasis
from thidua_sdk import Plan
from thidua_sdk import Purpose
from thidua_sdk import Topic

__all__ = ["LAST_ON", "LEGAL_BASES", "PLAN", "PURPOSES", "THEME", "TOPICS", "YEAR"]

YEAR = 2021
#: "đến hết ngày 31/12/2021", mục II.1.
LAST_ON = date(2021, 12, 31)

THEME = "Nâng cao hiệu lực, hiệu quả thực thi pháp luật bảo đảm trật tự an toàn giao thông"

_HEAD = "Kế hoạch, phần mở đầu"

PLAN = Plan(
    # Number and day are blank in our copy, which is dated "ngày … tháng 02 năm 2021".
    symbol="/KH-STTTT",
    title="Thực hiện phong trào thi đua bảo đảm trật tự, an toàn giao thông năm 2021",
    issuer="Sở Thông tin và Truyền thông tỉnh Lạng Sơn",
    place="Lạng Sơn",
    issued_on=None,
    issued_from=date(2021, 2, 1),
    parent_plan=(
        "Kế hoạch số 11/KH-BATGT ngày 26/01/2021 của Ban An toàn giao thông tỉnh Lạng Sơn về việc Phát động "
        "phong trào thi đua bảo đảm trật tự, an toàn giao thông năm 2021"
    ),
    parent_issued_on=date(2021, 1, 26),
    signer_role="director",
    source=_HEAD,
)

LEGAL_BASES = (
    LegalBasis(
        code="B1",
        title=PLAN.parent_plan,
        topic="",
        source=_HEAD,
        valid_from=date(2021, 1, 26),
    ),
    LegalBasis(
        code="B2",
        title=(
            "Chỉ thị số 18-CT/TW ngày 04/9/2012 của Ban Bí thư Trung ương Đảng về tăng cường sự lãnh đạo của Đảng "
            "đối với công tác bảo đảm trật tự, an toàn giao thông đường bộ, đường sắt, đường thủy nội địa"
        ),
        topic="directive_18",
        source=cited(CONTENT_2),
        valid_from=date(2012, 9, 4),
    ),
    LegalBasis(
        code="B3",
        title=(
            "Nghị quyết số 12/NQ-CP ngày 19/02/2019 của Chính phủ về tăng cường bảo đảm trật tự an toàn giao thông "
            "và chống ùn tắc giao thông giai đoạn 2019-2021"
        ),
        topic="resolution_12",
        source=cited(CONTENT_2),
        valid_from=date(2019, 2, 19),
        valid_to=date(2021, 12, 31),
    ),
    LegalBasis(
        code="B4",
        title="Luật phòng chống tác hại của rượu, bia",
        topic="alcohol_law",
        source=f"{cited(CONTENT_3)}; Luật số 44/2019/QH14, có hiệu lực từ 01/01/2020",
        valid_from=date(2020, 1, 1),
    ),
    LegalBasis(
        code="B5",
        title=(
            "Nghị định số 100/2019/NĐ-CP ngày 30/12/2019 của Chính phủ quy định xử phạt vi phạm hành chính trong "
            "lĩnh vực giao thông vận tải đường bộ và đường sắt"
        ),
        topic="decree_100",
        source=cited(CONTENT_3),
        valid_from=date(2020, 1, 1),
    ),
    LegalBasis(
        code="B6",
        title=(
            "các chỉ đạo của Thủ tướng Chính phủ, UBND tỉnh, Ban An toàn giao thông tỉnh về công tác bảo đảm "
            "trật tự an toàn giao thông năm 2021"
        ),
        topic="local_directions",
        source=cited(CONTENT_2),
    ),
    LegalBasis(
        code="B7",
        title=f"chủ đề năm 2021 “{THEME}”",
        topic="annual_theme",
        source=cited(PURPOSE_1),
    ),
)

# In the order of the plan; labels are the short forms people recognise in a table's head.
TOPICS = (
    Topic(code="directive_18", label="Chỉ thị số 18-CT/TW", source=cited(CONTENT_2)),
    Topic(code="resolution_12", label="Nghị quyết số 12/NQ-CP", source=cited(CONTENT_2)),
    Topic(code="alcohol_law", label="Luật phòng chống tác hại của rượu, bia", source=cited(CONTENT_3)),
    Topic(code="decree_100", label="Nghị định số 100/2019/NĐ-CP", source=cited(CONTENT_3)),
    Topic(code="annual_theme", label="Chủ đề năm 2021", source=cited(CONTENT_3)),
    Topic(
        code="local_directions",
        label="Chỉ đạo của Thủ tướng Chính phủ, UBND tỉnh, Ban ATGT tỉnh",
        source=cited(CONTENT_2),
    ),
)

PURPOSES = (
    Purpose(
        code="G1",
        clause=PURPOSE_1,
        text=(
            "Phát huy vai trò, nhiệm vụ của thành viên Ban An toàn giao thông tỉnh trong hoạt động bảo đảm "
            "trật tự an toàn giao thông ở tất cả các lĩnh vực giao thông vận tải"
        ),
        source=cited(PURPOSE_1),
        indicators=("N04", "N30"),
    ),
    Purpose(
        code="G2",
        clause=PURPOSE_1,
        text=f"thực hiện hiệu quả chủ đề năm 2021 “{THEME}”",
        source=cited(PURPOSE_1),
        # Those that are split by topic: the theme is one of the topics.
        indicators=("N03", "N10", "N11", "N14", "N15", "N16", "N17", "N18", "N19", "N20", "N22"),
    ),
    Purpose(
        code="Q1",
        clause=PURPOSE_3,
        text=(
            "Nội dung, hình thức tổ chức thực hiện phong trào thi đua phải thực chất, hiệu quả, phù hợp với "
            f"chức năng, nhiệm vụ, quyền hạn, điều kiện của đơn vị và bám sát chủ đề “{THEME}”"
        ),
        source=cited(PURPOSE_3),
    ),
    Purpose(
        code="Q2",
        clause=PURPOSE_3,
        text=(
            "kết hợp chặt chẽ giữa thực hiện phong trào thi đua bảo đảm trật tự an toàn giao thông năm 2021 với "
            "các phong trào thi đua của tỉnh"
        ),
        source=cited(PURPOSE_3),
        indicators=("N35",),
    ),
)
