"""The plan's duties O01 to O20: exact words, who owes them, and what shows that they are done.

``unit_types`` are the types whose forms can show the duty. A duty of the department as a whole
names none. Texts are the plan's, byte for byte; line breaks inside its sentences are blanks.
"""

from thidua_campaign_atgt_2021.clauses import CONTENT_1
from thidua_campaign_atgt_2021.clauses import CONTENT_2
from thidua_campaign_atgt_2021.clauses import CONTENT_3
from thidua_campaign_atgt_2021.clauses import DEPARTMENT_OFFICE_1
from thidua_campaign_atgt_2021.clauses import DEPARTMENT_OFFICE_2
from thidua_campaign_atgt_2021.clauses import DISTRICT_1
from thidua_campaign_atgt_2021.clauses import DISTRICT_2
from thidua_campaign_atgt_2021.clauses import DISTRICT_3
from thidua_campaign_atgt_2021.clauses import PRESS_ROOM
from thidua_campaign_atgt_2021.clauses import PURPOSE_2
from thidua_campaign_atgt_2021.clauses import RECIPIENTS
from thidua_campaign_atgt_2021.clauses import ROOMS
from thidua_campaign_atgt_2021.clauses import cited
from thidua_campaign_atgt_2021.evidence import Reported
from thidua_campaign_atgt_2021.plan import THEME
from thidua_campaign_atgt_2021.unit_types import CENTRE
from thidua_campaign_atgt_2021.unit_types import DISTRICT
from thidua_campaign_atgt_2021.unit_types import OFFICE
from thidua_campaign_atgt_2021.unit_types import PRESS
from thidua_campaign_atgt_2021.unit_types import ROOM
from thidua_sdk import AnyPositive
from thidua_sdk import Complete
from thidua_sdk import Duty
from thidua_sdk import Flagged
from thidua_sdk import Judged

__all__ = ["DUTIES"]

_DEPARTMENT = "Sở Thông tin và Truyền thông"
_ALL_UNITS = "Tất cả các đơn vị"
_INFORMERS = "Các đơn vị làm công tác thông tin, tuyên truyền"
_DISTRICTS = "Phòng Văn hóa và Thông tin các huyện, thành phố"
_PRESS_ROOM = "Phòng Thông tin – Báo chí – Xuất bản"
_ROOMS = "Các phòng chuyên môn và Trung tâm trực thuộc"
_OFFICE = "Văn phòng Sở"

_THROUGHOUT = "Trong suốt thời gian của phong trào"
_ON_EVENT = "Khi có vụ việc"
_ON_REQUEST = "Theo yêu cầu của Ban An toàn giao thông tỉnh và cơ quan có thẩm quyền"

_STAFF = ("N05", "N06", "N07", "N08")
_CONDUCT = ("N25", "N26", "N27", "N28", "N29")
_AWARDS = ("N31", "N32", "N33", "N34")
_MEDIA = tuple(f"N{number:02d}" for number in range(9, 25))
_BY_TOPIC = ("N10", "N11", "N14", "N15", "N16", "N17", "N18", "N19", "N20", "N22")

_ALL_BRIEFED = Complete("staff_briefed", "staff_total")

#: Fields of forms A and B that count communication; a unit has those of its own form.
_OUTPUT = (
    "radio_items",
    "radio_broadcasts",
    "tv_items",
    "print_items",
    "online_items",
    "department_site_items",
    "social_posts",
    "banners",
    "posters",
    "leaflets",
    "mobile_sessions",
    "direct_sessions",
)
#: Ways that go beyond the usual broadcast, as far as the forms count them.
_NEW_WAYS = (
    "social_posts",
    "minority_language_broadcasts",
    "minority_language_programmes",
    "thematic_columns",
    "sms_campaign_messages",
)

DUTIES = (
    Duty(
        code="O01",
        clause=PURPOSE_2,
        who=_DEPARTMENT,
        text=(
            "Quán triệt cho toàn thể công chức, viên chức, người lao động ngành Thông tin và Truyền thông "
            f"thực hiện tốt chủ đề “{THEME}”"
        ),
        # Form D has no head-count of the Office's own.
        unit_types=(DISTRICT, PRESS, ROOM, CENTRE),
        indicators=_STAFF,
        evidence=_ALL_BRIEFED,
        when="Từ khi ban hành Kế hoạch",
        source=cited(PURPOSE_2),
    ),
    Duty(
        code="O02",
        clause=PURPOSE_2,
        who=_DEPARTMENT,
        text=("Kịp thời đề xuất khen thưởng những tập thể, cá nhân có thành tích xuất sắc trong phong trào thi đua"),
        unit_types=(),
        indicators=_AWARDS,
        evidence=Judged("Nhiệm vụ chung của Sở; kết quả xem ở danh sách đề nghị khen thưởng."),
        when="Kịp thời",
        source=cited(PURPOSE_2),
    ),
    Duty(
        code="O03",
        clause=PURPOSE_2,
        who=_DEPARTMENT,
        text=("nhắc nhở, phê bình và xử lý theo quy định những tập thể, cá nhân vi phạm an toàn giao thông"),
        unit_types=(),
        indicators=_CONDUCT,
        evidence=Judged("Nhiệm vụ chung của Sở; xét theo từng trường hợp trong danh sách vi phạm."),
        when=_ON_EVENT,
        source=cited(PURPOSE_2),
    ),
    Duty(
        code="O04",
        clause=CONTENT_1,
        who=_ALL_UNITS,
        text=(
            "Thi đua gắn với thực hiện các nhiệm vụ chính trị, hoàn thành xuất sắc các chỉ tiêu kế hoạch "
            "công tác năm 2021"
        ),
        # Forms A and B do not ask for the work plan, so districts and the press room cannot show it.
        unit_types=(ROOM, CENTRE, OFFICE),
        indicators=("N36",),
        evidence=Complete("workplan_done", "workplan_total"),
        when="Trong năm 2021",
        source=cited(CONTENT_1),
    ),
    Duty(
        code="O05",
        clause=CONTENT_1,
        who=_ALL_UNITS,
        text="từ khi Kế hoạch này được ban hành đến hết ngày 31/12/2021",
        unit_types=(),
        indicators=(),
        evidence=Judged("Câu này quy định thời gian của phong trào, không có số liệu để báo cáo."),
        when="Từ khi ban hành Kế hoạch đến hết ngày 31/12/2021",
        source=cited(CONTENT_1),
    ),
    Duty(
        code="O06",
        clause=CONTENT_2,
        who=_INFORMERS,
        text=(
            "Tiếp tục tuyên truyền Chỉ thị số 18-CT/TW ngày 04/9/2012 của Ban Bí thư Trung ương Đảng về tăng cường "
            "sự lãnh đạo của Đảng đối với công tác bảo đảm trật tự, an toàn giao thông đường bộ, đường sắt, "
            "đường thủy nội địa và Nghị quyết số 12/NQ-CP ngày 19/02/2019 của Chính phủ về tăng cường bảo đảm "
            "trật tự an toàn giao thông và chống ùn tắc giao thông giai đoạn 2019-2021 và các chỉ đạo của "
            "Thủ tướng Chính phủ, UBND tỉnh, Ban An toàn giao thông tỉnh về công tác bảo đảm trật tự an toàn "
            "giao thông năm 2021"
        ),
        unit_types=(DISTRICT, PRESS),
        indicators=_MEDIA,
        evidence=AnyPositive(_OUTPUT),
        when=_THROUGHOUT,
        source=cited(CONTENT_2),
    ),
    Duty(
        code="O07",
        clause=CONTENT_3,
        who=_INFORMERS,
        text=(
            "Đổi mới và nâng cao hiệu quả công tác tuyên truyền, phổ biến các văn bản quy phạm pháp luật về "
            "trật tự an toàn giao thông"
        ),
        unit_types=(DISTRICT, PRESS),
        indicators=_MEDIA,
        evidence=AnyPositive(_OUTPUT, done_when=_NEW_WAYS),
        when=_THROUGHOUT,
        source=cited(CONTENT_3),
    ),
    Duty(
        code="O08",
        clause=CONTENT_3,
        who=_INFORMERS,
        text=(
            "nâng cao nhận thức và ý thức của người tham gia giao thông về chấp hành pháp luật trật tự "
            "an toàn giao thông, nhất là Luật phòng chống tác hại của rượu, bia, Nghị định số 100/2019/NĐ-CP "
            "ngày 30/12/2019 của Chính phủ quy định xử phạt vi phạm hành chính trong lĩnh vực giao thông vận tải "
            "đường bộ và đường sắt"
        ),
        unit_types=(DISTRICT, PRESS),
        indicators=("N22", "N23"),
        evidence=AnyPositive(_OUTPUT, done_when=("alcohol_items",)),
        when=_THROUGHOUT,
        source=cited(CONTENT_3),
    ),
    Duty(
        code="O09",
        clause=CONTENT_3,
        who=_INFORMERS,
        text="các nội dung tuyên truyền gắn với chủ đề năm 2021",
        unit_types=(DISTRICT, PRESS),
        indicators=_BY_TOPIC,
        evidence=Judged("Xem số liệu chia theo nội dung “Chủ đề năm 2021” của từng chỉ số tuyên truyền."),
        when=_THROUGHOUT,
        source=cited(CONTENT_3),
    ),
    Duty(
        code="O10",
        clause=DISTRICT_1,
        who=_DISTRICTS,
        text=(
            "Tổ chức, phối hợp tuyên truyền các nội dung về trật tự an toàn giao thông năm 2021 theo phân công "
            "nhiệm vụ của UBND huyện và các cơ quan có thẩm quyền theo quy định"
        ),
        unit_types=(DISTRICT,),
        indicators=(
            "N01",
            "N02",
            "N03",
            "N09",
            "N10",
            "N11",
            "N12",
            "N13",
            "N14",
            "N16",
            "N17",
            "N18",
            "N19",
            "N20",
            "N21",
            "N22",
            "N23",
        ),
        evidence=AnyPositive(("direction_docs_count", "stations_broadcasting"), done_when=_OUTPUT),
        when=_THROUGHOUT,
        source=cited(DISTRICT_1),
    ),
    Duty(
        code="O11",
        clause=DISTRICT_2,
        who=_DISTRICTS,
        text=(
            "Quán triệt tới công chức, viên chức, người lao động thuộc đơn vị về các quy định khi tham gia "
            "giao thông đảm bảo theo các quy định về an toàn giao thông hiện hành"
        ),
        unit_types=(DISTRICT,),
        indicators=_STAFF,
        evidence=_ALL_BRIEFED,
        when=_THROUGHOUT,
        source=cited(DISTRICT_2),
    ),
    Duty(
        code="O12",
        clause=DISTRICT_3,
        who=_DISTRICTS,
        text=(
            "Đề xuất khen thưởng các tập thể, cá nhân có nhiều thành tích cho ngành Thông tin và Truyền thông "
            "góp phần thực hiện nhiệm vụ bảo đảm trật tự, an toàn giao thông năm 2021"
        ),
        unit_types=(DISTRICT,),
        indicators=_AWARDS,
        evidence=AnyPositive(("nominations",)),
        when="Trước khi Sở trình hồ sơ khen thưởng",
        source=cited(DISTRICT_3),
    ),
    Duty(
        code="O13",
        clause=PRESS_ROOM,
        who=_PRESS_ROOM,
        text=(
            "Tham mưu cho lãnh đạo Sở, chỉ đạo, hướng dẫn các cơ quan báo chí, hệ thống truyền thanh cơ sở "
            "thực hiện tuyên truyền các nội dung nêu Kế hoạch này"
        ),
        unit_types=(PRESS,),
        indicators=("N03", "N04", "N09", "N10", "N12", "N14", "N15", "N16", "N20", "N23", "N24"),
        evidence=AnyPositive(
            ("advisory_docs_count", "press_agencies_guided", "radio_systems_guided"),
            done_when=("direction_docs_count",),
        ),
        when=_THROUGHOUT,
        source=cited(PRESS_ROOM),
    ),
    Duty(
        code="O14",
        clause=ROOMS,
        who=_ROOMS,
        text=(
            "Quán triệt tới công chức, viên chức, người lao động thuộc đơn vị về các quy định khi tham gia "
            "giao thông đảm bảo theo các quy định về an toàn giao thông hiện hành"
        ),
        unit_types=(ROOM, CENTRE),
        indicators=_STAFF,
        evidence=_ALL_BRIEFED,
        when=_THROUGHOUT,
        source=cited(ROOMS),
    ),
    Duty(
        code="O15",
        clause=DEPARTMENT_OFFICE_1,
        who=_OFFICE,
        text="theo dõi nhiệm vụ các phòng chuyên môn tổ chức thực hiện kế hoạch này",
        unit_types=(OFFICE,),
        indicators=("N30",),
        evidence=Reported(("reminders_sent",)),
        when=_THROUGHOUT,
        source=cited(DEPARTMENT_OFFICE_1),
    ),
    Duty(
        code="O16",
        clause=DEPARTMENT_OFFICE_1,
        who=_OFFICE,
        text=("theo dõi công chức, viên chức, người lao động thuộc Sở chấp hành các quy định về an toàn giao thông"),
        unit_types=(OFFICE,),
        indicators=_CONDUCT,
        evidence=Reported(("police_notices", "self_reported")),
        when=_THROUGHOUT,
        source=cited(DEPARTMENT_OFFICE_1),
    ),
    Duty(
        code="O17",
        clause=DEPARTMENT_OFFICE_1,
        who=_OFFICE,
        text="báo cáo kịp thời các vấn đề phát sinh để xử lý kịp thời",
        unit_types=(OFFICE,),
        indicators=("N37",),
        evidence=Reported(("issues_raised", "issues_resolved")),
        when=_ON_EVENT,
        source=cited(DEPARTMENT_OFFICE_1),
    ),
    Duty(
        code="O18",
        clause=DEPARTMENT_OFFICE_2,
        who=_OFFICE,
        text="Tổng hợp, báo cáo",
        unit_types=(OFFICE,),
        indicators=("N38",),
        evidence=Judged("Xét theo số, ngày của báo cáo đã gửi Ban An toàn giao thông tỉnh, không theo số liệu."),
        when=_ON_REQUEST,
        source=cited(DEPARTMENT_OFFICE_2),
    ),
    Duty(
        code="O19",
        clause=DEPARTMENT_OFFICE_2,
        who=_OFFICE,
        text=(
            "tham mưu đề xuất khen thưởng các tập thể cá nhân có nhiều thành tích góp phần thực hiện nhiệm vụ "
            "bảo đảm trật tự, an toàn giao thông năm 2021"
        ),
        unit_types=(OFFICE,),
        indicators=_AWARDS,
        evidence=AnyPositive(
            ("council_present",),
            done_when=("nom_collective_gk", "nom_collective_bk", "nom_individual_gk", "nom_individual_bk"),
        ),
        when=_ON_REQUEST,
        source=cited(DEPARTMENT_OFFICE_2),
    ),
    Duty(
        code="O20",
        clause=RECIPIENTS,
        who=_DEPARTMENT,
        text="Đăng trên trang TTĐT Sở",
        # Form B asks the press room whether the plan was published.
        unit_types=(PRESS,),
        indicators=("N39",),
        evidence=Flagged("plan_published"),
        when="Khi ban hành Kế hoạch",
        source=cited(RECIPIENTS),
    ),
)
