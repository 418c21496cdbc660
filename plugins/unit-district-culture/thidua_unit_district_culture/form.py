"""Form A, rows A01 to A34, in the order of the printed form."""

from typing import ClassVar

from thidua_sdk import CUMULATIVE
from thidua_sdk import EVENT
from thidua_sdk import STOCK
from thidua_sdk import STOCK_MAX
from thidua_sdk import TALLY
from thidua_sdk import Choice
from thidua_sdk import Count
from thidua_sdk import Day
from thidua_sdk import DocumentNumber
from thidua_sdk import FormSchema
from thidua_sdk import Need
from thidua_sdk import Paragraph
from thidua_sdk import PayloadRule
from thidua_sdk import RecordRule
from thidua_sdk import Records
from thidua_sdk import Section
from thidua_unit_district_culture.record_rules import RECORD_RULES
from thidua_unit_district_culture.row_rules import ROW_RULES
from thidua_unit_district_culture.rows import NominationRow
from thidua_unit_district_culture.rows import ViolationRow
from thidua_unit_district_culture.rules import PAYLOAD_RULES

__all__ = ["DistrictReport"]


class DistrictReport(FormSchema):
    """What a district's culture and information office reports for one period."""

    launch_status = Choice(
        "Tình trạng triển khai",
        code="A01",
        options={
            "not_yet": "Chưa triển khai",
            "integrated": "Lồng ghép",
            "own_plan": "Ban hành kế hoạch riêng",
        },
        aggregate=TALLY,
        source="Biểu A, dòng A01",
    )
    plan_document_no = DocumentNumber(
        "Số, ký hiệu văn bản triển khai",
        code="A02",
        pattern=r"^[0-9]{1,5}/[A-ZĐ0-9&.]+(-[A-ZĐa-z0-9&.]+)*$",
        example="45/KH-VHTT",
        need=Need.CONDITIONAL,
        source="Biểu A, dòng A02",
        help="Ghi như trên văn bản, ví dụ 45/KH-VHTT hoặc 07/UBND-VHTT.",
        carries=True,
    )
    plan_document_date = Day(
        "Ngày ban hành", code="A03", need=Need.CONDITIONAL, source="Biểu A, dòng A03", carries=True
    )
    direction_docs_count = Count(
        "Số văn bản chỉ đạo, hướng dẫn",
        code="A04",
        unit="văn bản",
        by_topic=True,
        source="Biểu A, dòng A04",
        help="Chỉ đếm văn bản ban hành trong kỳ; kế hoạch riêng ở dòng A02 cũng là một văn bản.",
        listable=True,
    )
    staff_total = Count(
        "Tổng số CC, VC, NLĐ",
        code="A05",
        unit="người",
        minimum=1,
        maximum=60,
        aggregate=STOCK,
        source="Biểu A, dòng A05",
        help="Số người của phòng tại ngày chốt số liệu, không tính người của các xã, phường, thị trấn.",
        carries=True,
    )
    staff_briefed = Count(
        "Số đã được quán triệt (lũy kế)",
        code="A06",
        unit="người",
        aggregate=CUMULATIVE,
        source="Biểu A, dòng A06",
        help="Lũy kế từ đầu phong trào đến ngày chốt số liệu; mỗi người chỉ tính một lần.",
    )
    briefing_sessions = Count(
        "Số buổi quán triệt",
        code="A07",
        unit="buổi",
        source="Biểu A, dòng A07",
        help="Chỉ đếm các buổi trong kỳ.",
        listable=True,
    )
    pledges_signed = Count(
        "Số người ký cam kết",
        code="A08",
        unit="người",
        aggregate=CUMULATIVE,
        need=Need.OPTIONAL,
        source="Biểu A, dòng A08",
        help="Lũy kế từ đầu phong trào đến ngày chốt số liệu; mỗi người chỉ tính một lần.",
    )
    stations_total = Count(
        "Số cơ sở truyền thanh đang hoạt động",
        code="A09",
        unit="cơ sở",
        aggregate=STOCK,
        source="Biểu A, dòng A09",
        help="Tại ngày chốt số liệu; không tính cơ sở đang hỏng, ngừng hoạt động.",
        carries=True,
    )
    stations_broadcasting = Count(
        "Số cơ sở có phát nội dung ATGT",
        code="A10",
        unit="cơ sở",
        aggregate=STOCK_MAX,
        source="Biểu A, dòng A10",
        help="Số cơ sở khác nhau, không phải số lượt phát.",
    )
    radio_items = Count(
        "Số tin, bài phát thanh",
        code="A11",
        unit="tin, bài",
        by_topic=True,
        source="Biểu A, dòng A11",
        help="Mỗi tin, bài tính một lần dù phát nhiều lượt; số lượt phát ghi ở dòng A12.",
    )
    radio_broadcasts = Count(
        "Số lượt phát thanh",
        code="A12",
        unit="lượt",
        by_topic=True,
        source="Biểu A, dòng A12",
        help="Một tin, bài phát ba lần là ba lượt.",
    )
    radio_minutes = Count(
        "Thời lượng phát",
        code="A13",
        unit="phút",
        need=Need.OPTIONAL,
        source="Biểu A, dòng A13",
        help="Đổi ra phút: 2 giờ 30 phút ghi 150.",
    )
    minority_language_broadcasts = Count(
        "Lượt phát tiếng dân tộc thiểu số",
        code="A14",
        unit="lượt",
        need=Need.OPTIONAL,
        source="Biểu A, dòng A14",
        help="Nằm trong số lượt phát thanh ở dòng A12.",
    )
    tv_items = Count(
        "Tin, bài, phóng sự truyền hình",
        code="A15",
        unit="tin, bài, phóng sự",
        by_topic=True,
        need=Need.OPTIONAL,
        source="Biểu A, dòng A15",
        listable=True,
    )
    online_items = Count(
        "Tin, bài trên trang TTĐT huyện",
        code="A16",
        unit="tin, bài",
        by_topic=True,
        source="Biểu A, dòng A16",
        listable=True,
    )
    social_posts = Count(
        "Bài đăng mạng xã hội",
        code="A17",
        unit="bài",
        by_topic=True,
        need=Need.OPTIONAL,
        source="Biểu A, dòng A17",
        listable=True,
    )
    social_reach = Count(
        "Lượt tiếp cận mạng xã hội",
        code="A18",
        unit="lượt",
        need=Need.OPTIONAL,
        source="Biểu A, dòng A18",
        help="Số lượt xem, không phải số người; một người xem nhiều lần tính nhiều lượt.",
    )
    banners = Count("Băng rôn, khẩu hiệu", code="A19", unit="chiếc", by_topic=True, source="Biểu A, dòng A19")
    posters = Count(
        "Pa nô, áp phích",
        code="A20",
        unit="chiếc",
        by_topic=True,
        need=Need.OPTIONAL,
        source="Biểu A, dòng A20",
    )
    leaflets = Count(
        "Tờ rơi, tài liệu",
        code="A21",
        unit="tờ",
        by_topic=True,
        need=Need.OPTIONAL,
        source="Biểu A, dòng A21",
    )
    mobile_sessions = Count(
        "Buổi tuyên truyền lưu động", code="A22", unit="buổi", source="Biểu A, dòng A22", listable=True
    )
    direct_sessions = Count(
        "Buổi tuyên truyền trực tiếp",
        code="A23",
        unit="buổi",
        by_topic=True,
        source="Biểu A, dòng A23",
        listable=True,
    )
    direct_participants = Count(
        "Lượt người dự",
        code="A24",
        unit="lượt người",
        need=Need.CONDITIONAL,
        source="Biểu A, dòng A24",
        help="Cộng số người dự của từng buổi ở dòng A23; một người dự hai buổi là hai lượt.",
    )
    school_sessions = Count(
        "Trong đó tại trường học",
        code="A25",
        unit="buổi",
        need=Need.OPTIONAL,
        source="Biểu A, dòng A25",
        help="Nằm trong số buổi tuyên truyền trực tiếp ở dòng A23.",
        listable=True,
    )
    border_gate_sessions = Count(
        "Buổi tại khu vực cửa khẩu, tuyến ra cửa khẩu",
        code="A26",
        unit="buổi",
        need=Need.OPTIONAL,
        source="Biểu A, dòng A26",
        help="Nằm trong số buổi ở các dòng A22 và A23; huyện không có cửa khẩu để trống.",
        listable=True,
    )
    alcohol_items = Count(
        "Tin, bài có nội dung rượu, bia",
        code="A27",
        unit="tin, bài",
        source="Biểu A, dòng A27",
        help="Nằm trong số tin, bài ở các dòng A11, A15, A16 và A17; mỗi tin, bài chỉ tính một lần.",
    )
    violation_cases = Count(
        "Số trường hợp CC, VC, NLĐ vi phạm",
        code="A28",
        unit="trường hợp",
        aggregate=EVENT,
        source="Biểu A, dòng A28",
        help="Chỉ đếm trường hợp xảy ra trong kỳ; ghi từng trường hợp vào danh sách vi phạm.",
    )
    violation_alcohol = Count(
        "Trong đó vi phạm nồng độ cồn",
        code="A29",
        unit="trường hợp",
        aggregate=EVENT,
        source="Biểu A, dòng A29",
    )
    violation_handled = Count(
        "Số trường hợp đã xử lý",
        code="A30",
        unit="trường hợp",
        aggregate=EVENT,
        source="Biểu A, dòng A30",
        help="Xử lý xong trong kỳ, kể cả trường hợp từ kỳ trước chuyển sang.",
    )
    violations = Records(
        "Danh sách vi phạm",
        of=ViolationRow,
        key=("case_id",),
        personal=True,
        source="Biểu A, dòng A28",
        help="Mỗi vụ việc một dòng. Vụ việc kỳ trước vừa xử lý xong thì ghi lại với mã cũ.",
    )
    good_practices = Paragraph(
        "Mô hình, cách làm hay",
        code="A31",
        length=4000,
        need=Need.OPTIONAL,
        source="Biểu A, dòng A31",
    )
    difficulties = Paragraph(
        "Khó khăn, vướng mắc",
        code="A32",
        length=4000,
        need=Need.OPTIONAL,
        required_in=("half_year_1", "year"),
        source="Biểu A, dòng A32",
        help="Phải ghi ở kỳ 6 tháng, kỳ năm và khi chưa triển khai; nếu không có thì ghi “Không có”.",
    )
    recommendations = Paragraph(
        "Kiến nghị, đề xuất",
        code="A33",
        length=4000,
        need=Need.OPTIONAL,
        source="Biểu A, dòng A33",
    )
    nominations = Records(
        "Đề nghị khen thưởng",
        code="A34",
        of=NominationRow,
        key=("subject_kind", "name", "full_name", "birth_year"),
        source="Biểu A, dòng A34",
        help="Ghi ở kỳ báo cáo năm hoặc khi Văn phòng Sở có thông báo đề nghị khen thưởng.",
    )

    sections: ClassVar[tuple[Section, ...]] = (
        Section(
            "Triển khai",
            ("launch_status", "plan_document_no", "plan_document_date", "direction_docs_count"),
        ),
        Section(
            "Quán triệt trong đơn vị",
            ("staff_total", "staff_briefed", "briefing_sessions", "pledges_signed"),
        ),
        Section(
            "Truyền thanh cơ sở",
            (
                "stations_total",
                "stations_broadcasting",
                "radio_items",
                "radio_broadcasts",
                "radio_minutes",
                "minority_language_broadcasts",
            ),
        ),
        Section(
            "Truyền hình, trang thông tin điện tử, mạng xã hội",
            ("tv_items", "online_items", "social_posts", "social_reach"),
        ),
        Section("Tuyên truyền trực quan", ("banners", "posters", "leaflets")),
        Section(
            "Tuyên truyền lưu động, trực tiếp",
            ("mobile_sessions", "direct_sessions", "direct_participants", "school_sessions", "border_gate_sessions"),
        ),
        Section("Nội dung phòng, chống tác hại của rượu, bia", ("alcohol_items",)),
        Section(
            "Chấp hành quy định về an toàn giao thông",
            ("violation_cases", "violation_alcohol", "violation_handled", "violations"),
        ),
        Section("Đánh giá, kiến nghị", ("good_practices", "difficulties", "recommendations")),
        Section("Khen thưởng", ("nominations",)),
    )
    rules: ClassVar[tuple[PayloadRule, ...]] = PAYLOAD_RULES
    record_rules: ClassVar[tuple[RecordRule, ...]] = (*RECORD_RULES, *ROW_RULES)
