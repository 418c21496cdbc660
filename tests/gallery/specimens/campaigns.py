"""Campaigns that are not what the contract says, or fit no unit type."""

from __future__ import annotations

from tests.gallery.showcase import CAMPAIGNS as GROUP
from tests.gallery.showcase import Specimen
from tests.gallery.showcase import campaign
from thidua.domain.plugins import FaultKind as Kind

__all__ = ["CAMPAIGNS"]

CAMPAIGNS = tuple(
    Specimen(name, source, says, kind, place, group=GROUP)
    for name, source, says, kind, place in (
        (
            "c_unit",
            campaign('unit_types=("school",), deadline', 'unit_types=("moon",), deadline'),
            "không có loại đơn vị moon",
            Kind.REFERENCE,
            "periods[0].forms[0].unit_types",
        ),
        (
            "c_form",
            campaign('FormUse(form="Fschool"', 'FormUse(form="Fmoon"'),
            "không có biểu Fmoon",
            Kind.REFERENCE,
            "periods[0].forms[0].form",
        ),
        (
            "c_field",
            campaign('field="items")', 'field="moons")'),
            "biểu Fschool không có ô moons",
            Kind.REFERENCE,
            "indicators[0].sources",
        ),
        (
            "c_baseline",
            campaign('source_field=""', 'source_field="", baseline_field="nothing"'),
            "không có nhóm ô nothing",
            Kind.REFERENCE,
            "statistics[0].baseline_field",
        ),
        (
            "c_source_field",
            campaign('source_field=""', 'source_field="note"'),
            "không có nhóm ô note",
            Kind.REFERENCE,
            "statistics[0].source_field",
        ),
        (
            "c_evidence",
            campaign('AnyPositive(("items",))', 'AnyPositive(("moons",))'),
            "không biểu nào cho số liệu ở ô moons",
            Kind.REFERENCE,
            "duties[0].evidence",
        ),
        ("c_judge", campaign('AnyPositive(("items",))', "5"), "judge()", Kind.TYPE, "duties[0].evidence"),
        (
            "c_duty_raises",
            campaign('AnyPositive(("items",))', "type('Own', (), {'judge': lambda self, facts: facts['items'] > 0})()"),
            "cách xét nhiệm vụ O1 báo lỗi KeyError khi đơn vị chưa báo cáo gì",
            Kind.TYPE,
            "duties[0].evidence",
        ),
        (
            "c_duty_loops",
            campaign(
                'AnyPositive(("items",))', "type('Own', (), {'judge': lambda self, facts: [0 for _ in iter(int, 1)]})()"
            ),
            "cách xét nhiệm vụ O1 xét mãi không xong",
            Kind.HANG,
            "duties[0].evidence",
        ),
        ("c_percent", campaign("least_percent=5", "least_percent=500"), "mức phần trăm", Kind.BOUNDS, "targets[0]"),
        (
            "c_topic",
            campaign('topic="road"', 'topic="sea"'),
            "không có chủ đề sea",
            Kind.REFERENCE,
            "legal_bases[0].topic",
        ),
        (
            "c_dates",
            campaign("valid_from=FROM", "valid_from=date(2031, 1, 1)"),
            "hết hiệu lực trước khi",
            Kind.BOUNDS,
            "valid_to",
        ),
        ("c_zone", campaign("Asia/Ho_Chi_Minh", "Asia/Nowhere"), "không có múi giờ", Kind.BOUNDS, "time_zone"),
        ("c_no_text", campaign('text="Phát tin, bài về an toàn"', 'text=" "'), "trống", Kind.TEXT, "duties[0].text"),
        (
            "c_feed",
            campaign('sources=(FieldSource(form="Fschool", field="items"),)', 'note=""'),
            "không nói lấy số liệu từ đâu",
            Kind.REFERENCE,
            "indicators[0]",
        ),
        (
            "c_twice",
            campaign(
                "legal_bases=(", 'legal_bases=(LegalBasis(code="L1", title="Luật khác", topic="", source="Kế hoạch"), '
            ),
            "mã căn cứ L1 bị trùng",
            Kind.DUPLICATE,
            "legal_bases",
        ),
        (
            "c_amends",
            campaign(
                'rules_version="2030.1"',
                'rules_version="2030.1", amendments=(Amendment(form="Fmoon", source="Điều 1"),)',
            ),
            "sửa biểu Fmoon",
            Kind.REFERENCE,
            "amendments[0].form",
        ),
        (
            "c_cutoff",
            campaign("date(2030, 1, 31)", "date(2035, 1, 31)"),
            "sau ngày đợt hết hiệu lực",
            Kind.BOUNDS,
            "periods[0].cutoff_on",
        ),
        (
            "c_needs",
            campaign('unit_types=("school",), deadline', 'unit_types=("raises",), deadline'),
            "cần loại đơn vị raises đang bị cách ly",
            Kind.NEEDS,
            "periods",
        ),
    )
)
