"""Form B, rows B01 to B35, in the order of the printed form."""

from typing import ClassVar

from thidua_sdk import CUMULATIVE
from thidua_sdk import EVENT
from thidua_sdk import STOCK
from thidua_sdk import STOCK_MAX
from thidua_sdk import TALLY
from thidua_sdk import Count
from thidua_sdk import Day
from thidua_sdk import Flag
from thidua_sdk import FormSchema
from thidua_sdk import Need
from thidua_sdk import Paragraph
from thidua_sdk import PayloadRule
from thidua_sdk import RecordRule
from thidua_sdk import Records
from thidua_sdk import Section
from thidua_unit_press_publishing.nomination_rules import NOMINATION_RULES
from thidua_unit_press_publishing.record_rules import RECORD_RULES
from thidua_unit_press_publishing.rows import NominationRow
from thidua_unit_press_publishing.rules import PAYLOAD_RULES

__all__ = ["PressReport"]

_PROVINCIAL = "Chỉ đếm báo, đài của tỉnh; không đếm tin, bài của huyện (Biểu A) và của báo chí trung ương (dòng B14)."


class PressReport(FormSchema):
    """What the information, press and publishing room reports for one period."""

    advisory_docs_count = Count(
        "Văn bản tham mưu trình lãnh đạo Sở",
        code="B01",
        unit="văn bản",
        source="Biểu B, dòng B01",
        listable=True,
    )
    direction_docs_count = Count(
        "Văn bản chỉ đạo, hướng dẫn đã ban hành",
        code="B02",
        unit="văn bản",
        by_topic=True,
        source="Biểu B, dòng B02",
        listable=True,
    )
    press_agencies_guided = Count(
        "Cơ quan báo chí được hướng dẫn",
        code="B03",
        unit="cơ quan",
        aggregate=CUMULATIVE,
        source="Biểu B, dòng B03",
        help="Tính từ đầu phong trào đến ngày chốt số liệu; mỗi cơ quan chỉ tính một lần.",
    )
    press_agencies_reported = Count(
        "Cơ quan báo chí có báo cáo kết quả",
        code="B04",
        unit="cơ quan",
        aggregate=CUMULATIVE,
        source="Biểu B, dòng B04",
        help="Trong số cơ quan ở dòng B03; mỗi cơ quan chỉ tính một lần.",
    )
    radio_systems_guided = Count(
        "Hệ thống truyền thanh cơ sở được hướng dẫn",
        code="B05",
        unit="hệ thống",
        aggregate=CUMULATIVE,
        source="Biểu B, dòng B05",
        help="Mỗi huyện, thành phố là một hệ thống; tính từ đầu phong trào, mỗi hệ thống chỉ tính một lần.",
    )
    press_briefing_mentions = Count(
        "Lượt nội dung ATGT trong giao ban báo chí",
        code="B06",
        unit="lượt",
        need=Need.OPTIONAL,
        source="Biểu B, dòng B06",
    )
    print_items = Count(
        "Tin, bài báo in",
        code="B07",
        unit="tin, bài",
        by_topic=True,
        source="Biểu B, dòng B07",
        help=_PROVINCIAL,
        listable=True,
    )
    online_items = Count(
        "Tin, bài báo điện tử",
        code="B08",
        unit="tin, bài",
        by_topic=True,
        source="Biểu B, dòng B08",
        help=_PROVINCIAL,
        listable=True,
    )
    radio_items = Count(
        "Tin, bài phát thanh tỉnh",
        code="B09",
        unit="tin, bài",
        by_topic=True,
        source="Biểu B, dòng B09",
        help=_PROVINCIAL,
    )
    tv_items = Count(
        "Tin, bài, phóng sự truyền hình tỉnh",
        code="B10",
        unit="tin, bài, phóng sự",
        by_topic=True,
        source="Biểu B, dòng B10",
        help=_PROVINCIAL,
        listable=True,
    )
    broadcast_minutes = Count(
        "Thời lượng phát thanh, truyền hình",
        code="B11",
        unit="phút",
        need=Need.OPTIONAL,
        source="Biểu B, dòng B11",
        help="Đổi ra phút: 2 giờ 30 phút ghi 150.",
    )
    thematic_columns = Count(
        "Chuyên trang, chuyên mục",
        code="B12",
        unit="chuyên mục",
        aggregate=STOCK_MAX,
        source="Biểu B, dòng B12",
        help="Số chuyên trang, chuyên mục khác nhau đang duy trì, không phải số kỳ đăng, phát.",
        listable=True,
    )
    minority_language_programmes = Count(
        "Chương trình tiếng dân tộc",
        code="B13",
        unit="chương trình",
        need=Need.OPTIONAL,
        source="Biểu B, dòng B13",
        help="Nằm trong số tin, bài ở các dòng B09 và B10.",
    )
    central_press_items = Count(
        "Tin, bài của báo chí trung ương thường trú",
        code="B14",
        unit="tin, bài",
        need=Need.OPTIONAL,
        source="Biểu B, dòng B14",
        help="Không nằm trong các dòng B07 đến B10.",
        listable=True,
    )
    department_site_items = Count(
        "Tin, bài trên trang TTĐT Sở",
        code="B15",
        unit="tin, bài",
        by_topic=True,
        source="Biểu B, dòng B15",
        listable=True,
    )
    plan_published = Flag(
        "Kế hoạch đã đăng trên trang TTĐT Sở",
        code="B16",
        aggregate=TALLY,
        source="Biểu B, dòng B16",
    )
    plan_published_at = Day("Thời điểm đăng", code="B17", need=Need.CONDITIONAL, source="Biểu B, dòng B17")
    bulletin_issues = Count(
        "Số kỳ bản tin",
        code="B18",
        unit="kỳ",
        need=Need.OPTIONAL,
        source="Biểu B, dòng B18",
        listable=True,
    )
    publication_licences = Count(
        "Giấy phép XB tài liệu không kinh doanh có nội dung ATGT",
        code="B19",
        unit="giấy phép",
        need=Need.OPTIONAL,
        source="Biểu B, dòng B19",
        listable=True,
    )
    licensed_copies = Count(
        "Số bản in",
        code="B20",
        unit="bản",
        need=Need.CONDITIONAL,
        source="Biểu B, dòng B20",
        help="Cộng số bản in của các giấy phép ở dòng B19.",
    )
    sms_campaign_messages = Count(
        "Tin nhắn tuyên truyền",
        code="B21",
        unit="tin nhắn",
        maximum=50_000_000,
        need=Need.OPTIONAL,
        source="Biểu B, dòng B21",
        help="Số tin nhắn đã gửi đi, không phải số đợt nhắn tin.",
    )
    false_information_found = Count(
        "Thông tin sai về TNGT phát hiện",
        code="B22",
        unit="vụ việc",
        aggregate=EVENT,
        need=Need.OPTIONAL,
        source="Biểu B, dòng B22",
        help="Chỉ đếm vụ việc phát hiện trong kỳ.",
    )
    false_information_handled = Count(
        "Đã xử lý",
        code="B23",
        unit="vụ việc",
        aggregate=EVENT,
        need=Need.CONDITIONAL,
        source="Biểu B, dòng B23",
        help="Xử lý xong trong kỳ, kể cả vụ việc từ kỳ trước chuyển sang.",
    )
    training_classes = Count(
        "Lớp tập huấn cán bộ truyền thanh",
        code="B24",
        unit="lớp",
        need=Need.OPTIONAL,
        source="Biểu B, dòng B24",
        listable=True,
    )
    trainees = Count(
        "Lượt học viên",
        code="B25",
        unit="lượt người",
        need=Need.CONDITIONAL,
        source="Biểu B, dòng B25",
        help="Một người học hai lớp là hai lượt.",
    )
    stations_total_province = Count(
        "Tổng cơ sở truyền thanh toàn tỉnh",
        code="B26",
        unit="cơ sở",
        aggregate=STOCK,
        source="Biểu B, dòng B26",
        help="Kể cả cơ sở đang hỏng, ngừng hoạt động.",
    )
    stations_operating = Count(
        "Cơ sở đang hoạt động",
        code="B27",
        unit="cơ sở",
        aggregate=STOCK,
        source="Biểu B, dòng B27",
    )
    stations_broadcasting = Count(
        "Cơ sở có phát nội dung ATGT",
        code="B28",
        unit="cơ sở",
        aggregate=STOCK_MAX,
        source="Biểu B, dòng B28",
        help="Số cơ sở khác nhau, không phải số lượt phát.",
    )
    monitoring_visits = Count(
        "Lượt kiểm tra, nhắc nhở",
        code="B29",
        unit="lượt",
        need=Need.OPTIONAL,
        source="Biểu B, dòng B29",
        listable=True,
    )
    alcohol_items = Count(
        "Tin, bài có nội dung rượu, bia",
        code="B30",
        unit="tin, bài",
        source="Biểu B, dòng B30",
        help="Nằm trong số tin, bài ở các dòng B07, B08, B09, B10 và B15; mỗi tin, bài chỉ tính một lần.",
    )
    staff_total = Count(
        "Tổng số CC, NLĐ của phòng",
        code="B31",
        unit="người",
        aggregate=STOCK,
        source="Biểu B, dòng B31",
        help="Tại ngày chốt số liệu.",
    )
    staff_briefed = Count(
        "Đã được quán triệt",
        code="B32",
        unit="người",
        aggregate=CUMULATIVE,
        source="Biểu B, dòng B32",
        help="Lũy kế từ đầu phong trào đến ngày chốt số liệu; mỗi người chỉ tính một lần.",
    )
    assessment = Paragraph(
        "Đánh giá chung",
        code="B33",
        length=6000,
        source="Biểu B, dòng B33",
        help="Ít nhất 50 ký tự ở kỳ 6 tháng, 9 tháng và kỳ năm.",
    )
    recommendations = Paragraph(
        "Kiến nghị, đề xuất",
        code="B34",
        length=4000,
        need=Need.OPTIONAL,
        source="Biểu B, dòng B34",
    )
    nominations = Records(
        "Đề nghị khen thưởng",
        code="B35",
        of=NominationRow,
        key=("subject_kind", "name", "full_name", "birth_year"),
        source="Biểu B, dòng B35",
        help="Ghi ở kỳ báo cáo năm hoặc khi Văn phòng Sở có thông báo. "
        "Có thể đề nghị cho cơ quan báo chí và cơ sở truyền thanh của huyện.",
    )

    sections: ClassVar[tuple[Section, ...]] = (
        Section(
            "Tham mưu, chỉ đạo, hướng dẫn",
            (
                "advisory_docs_count",
                "direction_docs_count",
                "press_agencies_guided",
                "press_agencies_reported",
                "radio_systems_guided",
                "press_briefing_mentions",
            ),
        ),
        Section(
            "Báo chí",
            (
                "print_items",
                "online_items",
                "radio_items",
                "tv_items",
                "broadcast_minutes",
                "thematic_columns",
                "minority_language_programmes",
                "central_press_items",
            ),
        ),
        Section(
            "Trang thông tin điện tử của Sở",
            ("department_site_items", "plan_published", "plan_published_at"),
        ),
        Section(
            "Xuất bản, tin nhắn",
            ("bulletin_issues", "publication_licences", "licensed_copies", "sms_campaign_messages"),
        ),
        Section("Thông tin sai về tai nạn giao thông", ("false_information_found", "false_information_handled")),
        Section("Tập huấn", ("training_classes", "trainees")),
        Section(
            "Truyền thanh cơ sở",
            ("stations_total_province", "stations_operating", "stations_broadcasting", "monitoring_visits"),
        ),
        Section("Nội dung phòng, chống tác hại của rượu, bia", ("alcohol_items",)),
        Section("Quán triệt trong phòng", ("staff_total", "staff_briefed")),
        Section("Đánh giá, kiến nghị", ("assessment", "recommendations")),
        Section("Khen thưởng", ("nominations",)),
    )
    rules: ClassVar[tuple[PayloadRule, ...]] = PAYLOAD_RULES
    record_rules: ClassVar[tuple[RecordRule, ...]] = (*RECORD_RULES, *NOMINATION_RULES)
