"""Form E, rows E01 to E32, in the order of the printed form.

No text prescribes it: it is form A of the districts, as far as a commune can know and hold what is asked.
Left out are television (communes have none), minutes on air (nobody measures them at a loudspeaker) and
reach in social networks (few accounts tell it); meetings in villages, which only communes hold, came in.
"""

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
from thidua_unit_commune_culture.record_rules import RECORD_RULES
from thidua_unit_commune_culture.row_rules import ROW_RULES
from thidua_unit_commune_culture.rows import NominationRow
from thidua_unit_commune_culture.rows import ViolationRow
from thidua_unit_commune_culture.rules import PAYLOAD_RULES
from thidua_unit_commune_culture.sources import row

__all__ = ["CommuneReport"]


class CommuneReport(FormSchema):
    """What a commune's or ward's room of culture and society reports for one period."""

    launch_status = Choice(
        "Tình trạng triển khai",
        code="E01",
        options={
            "not_yet": "Chưa triển khai",
            "integrated": "Lồng ghép",
            "own_plan": "Ban hành kế hoạch riêng",
        },
        aggregate=TALLY,
        source=row("E01"),
    )
    plan_document_no = DocumentNumber(
        "Số, ký hiệu văn bản triển khai",
        code="E02",
        pattern=r"^[0-9]{1,5}/[A-ZĐ0-9&.]+(-[A-ZĐa-z0-9&.]+)*$",
        example="45/KH-UBND",
        need=Need.CONDITIONAL,
        source=row("E02"),
        help="Ghi như trên văn bản, ví dụ 45/KH-UBND hoặc 07/UBND-VHXH.",
        carries=True,
    )
    plan_document_date = Day("Ngày ban hành", code="E03", need=Need.CONDITIONAL, source=row("E03"), carries=True)
    direction_docs_count = Count(
        "Số văn bản chỉ đạo, hướng dẫn",
        code="E04",
        unit="văn bản",
        by_topic=True,
        source=row("E04"),
        help="Chỉ đếm văn bản ban hành trong kỳ; kế hoạch riêng ở dòng E02 cũng là một văn bản.",
        listable=True,
    )
    staff_total = Count(
        "Tổng số CC, VC, NLĐ",
        code="E05",
        unit="người",
        minimum=1,
        maximum=60,
        aggregate=STOCK,
        source=row("E05"),
        help="Số người của phòng tại ngày chốt số liệu, không tính người của các phòng khác thuộc UBND xã, phường.",
        carries=True,
    )
    staff_briefed = Count(
        "Số đã được quán triệt (lũy kế)",
        code="E06",
        unit="người",
        aggregate=CUMULATIVE,
        source=row("E06"),
        help="Lũy kế từ đầu phong trào đến ngày chốt số liệu; mỗi người chỉ tính một lần.",
    )
    briefing_sessions = Count(
        "Số buổi quán triệt",
        code="E07",
        unit="buổi",
        source=row("E07"),
        help="Chỉ đếm các buổi trong kỳ.",
        listable=True,
    )
    pledges_signed = Count(
        "Số người ký cam kết",
        code="E08",
        unit="người",
        aggregate=CUMULATIVE,
        need=Need.OPTIONAL,
        source=row("E08"),
        help="Lũy kế từ đầu phong trào đến ngày chốt số liệu; mỗi người chỉ tính một lần.",
    )
    stations_total = Count(
        "Số cơ sở truyền thanh đang hoạt động",
        code="E09",
        unit="cơ sở",
        aggregate=STOCK,
        source=row("E09"),
        help="Đài, cụm loa dùng chung một máy phát là một cơ sở; không tính cơ sở đang hỏng, ngừng hoạt động.",
        carries=True,
    )
    stations_broadcasting = Count(
        "Số cơ sở có phát nội dung ATGT",
        code="E10",
        unit="cơ sở",
        aggregate=STOCK_MAX,
        source=row("E10"),
        help="Số cơ sở khác nhau, không phải số lượt phát.",
    )
    radio_items = Count(
        "Số tin, bài phát thanh",
        code="E11",
        unit="tin, bài",
        by_topic=True,
        source=row("E11"),
        help="Mỗi tin, bài tính một lần dù phát nhiều lượt; số lượt phát ghi ở dòng E12.",
    )
    radio_broadcasts = Count(
        "Số lượt phát thanh",
        code="E12",
        unit="lượt",
        by_topic=True,
        source=row("E12"),
        help="Một tin, bài phát ba lần là ba lượt.",
    )
    minority_language_broadcasts = Count(
        "Lượt phát tiếng dân tộc thiểu số",
        code="E13",
        unit="lượt",
        need=Need.OPTIONAL,
        source=row("E13"),
        help="Nằm trong số lượt phát thanh ở dòng E12.",
    )
    online_items = Count(
        "Tin, bài trên trang TTĐT xã, phường",
        code="E14",
        unit="tin, bài",
        by_topic=True,
        source=row("E14"),
        listable=True,
    )
    social_posts = Count(
        "Bài đăng mạng xã hội",
        code="E15",
        unit="bài",
        by_topic=True,
        need=Need.OPTIONAL,
        source=row("E15"),
        listable=True,
    )
    banners = Count("Băng rôn, khẩu hiệu", code="E16", unit="chiếc", by_topic=True, source=row("E16"))
    posters = Count(
        "Pa nô, áp phích",
        code="E17",
        unit="chiếc",
        by_topic=True,
        need=Need.OPTIONAL,
        source=row("E17"),
    )
    leaflets = Count(
        "Tờ rơi, tài liệu",
        code="E18",
        unit="tờ",
        by_topic=True,
        need=Need.OPTIONAL,
        source=row("E18"),
    )
    mobile_sessions = Count("Buổi tuyên truyền lưu động", code="E19", unit="buổi", source=row("E19"), listable=True)
    direct_sessions = Count(
        "Buổi tuyên truyền trực tiếp",
        code="E20",
        unit="buổi",
        by_topic=True,
        source=row("E20"),
        listable=True,
    )
    direct_participants = Count(
        "Lượt người dự",
        code="E21",
        unit="lượt người",
        need=Need.CONDITIONAL,
        source=row("E21"),
        help="Cộng số người dự của từng buổi ở dòng E20; một người dự hai buổi là hai lượt.",
    )
    school_sessions = Count(
        "Trong đó tại trường học",
        code="E22",
        unit="buổi",
        need=Need.OPTIONAL,
        source=row("E22"),
        help="Nằm trong số buổi tuyên truyền trực tiếp ở dòng E20.",
        listable=True,
    )
    village_sessions = Count(
        "Trong đó tại thôn, khối phố, tổ dân phố",
        code="E23",
        unit="buổi",
        need=Need.OPTIONAL,
        source=row("E23"),
        help="Nằm trong số buổi tuyên truyền trực tiếp ở dòng E20, kể cả buổi lồng ghép vào họp thôn.",
        listable=True,
    )
    border_gate_sessions = Count(
        "Buổi tại khu vực cửa khẩu, tuyến ra cửa khẩu",
        code="E24",
        unit="buổi",
        need=Need.OPTIONAL,
        source=row("E24"),
        help="Nằm trong số buổi ở các dòng E19 và E20; xã, phường không có cửa khẩu để trống.",
        listable=True,
    )
    alcohol_items = Count(
        "Tin, bài có nội dung rượu, bia",
        code="E25",
        unit="tin, bài",
        source=row("E25"),
        help="Nằm trong số tin, bài ở các dòng E11, E14 và E15; mỗi tin, bài chỉ tính một lần.",
    )
    violation_cases = Count(
        "Số trường hợp CC, VC, NLĐ vi phạm",
        code="E26",
        unit="trường hợp",
        aggregate=EVENT,
        source=row("E26"),
        help="Chỉ đếm trường hợp xảy ra trong kỳ; ghi từng trường hợp vào danh sách vi phạm.",
    )
    violation_alcohol = Count(
        "Trong đó vi phạm nồng độ cồn",
        code="E27",
        unit="trường hợp",
        aggregate=EVENT,
        source=row("E27"),
    )
    violation_handled = Count(
        "Số trường hợp đã xử lý",
        code="E28",
        unit="trường hợp",
        aggregate=EVENT,
        source=row("E28"),
        help="Xử lý xong trong kỳ, kể cả trường hợp từ kỳ trước chuyển sang.",
    )
    violations = Records(
        "Danh sách vi phạm",
        of=ViolationRow,
        key=("case_id",),
        personal=True,
        source=row("E26"),
        help="Mỗi vụ việc một dòng. Vụ việc kỳ trước vừa xử lý xong thì ghi lại với mã cũ.",
    )
    good_practices = Paragraph(
        "Mô hình, cách làm hay",
        code="E29",
        length=4000,
        need=Need.OPTIONAL,
        source=row("E29"),
    )
    difficulties = Paragraph(
        "Khó khăn, vướng mắc",
        code="E30",
        length=4000,
        need=Need.OPTIONAL,
        required_in=("half_year_1", "year"),
        source=row("E30"),
        help="Phải ghi ở kỳ 6 tháng, kỳ năm và khi chưa triển khai; nếu không có thì ghi “Không có”.",
    )
    recommendations = Paragraph(
        "Kiến nghị, đề xuất",
        code="E31",
        length=4000,
        need=Need.OPTIONAL,
        source=row("E31"),
    )
    nominations = Records(
        "Đề nghị khen thưởng",
        code="E32",
        of=NominationRow,
        key=("subject_kind", "name", "full_name", "birth_year"),
        source=row("E32"),
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
                "minority_language_broadcasts",
            ),
        ),
        Section(
            "Trang thông tin điện tử, mạng xã hội",
            ("online_items", "social_posts"),
        ),
        Section("Tuyên truyền trực quan", ("banners", "posters", "leaflets")),
        Section(
            "Tuyên truyền lưu động, trực tiếp",
            (
                "mobile_sessions",
                "direct_sessions",
                "direct_participants",
                "school_sessions",
                "village_sessions",
                "border_gate_sessions",
            ),
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
