"""Unit types that are not what the contract says."""

from __future__ import annotations

import unicodedata

from tests.gallery.showcase import Specimen
from tests.gallery.showcase import unit
from thidua.domain.plugins import FaultKind as Kind

__all__ = ["VALUES"]

_ITEMS = 'items = Count("Số tin, bài đã phát"'

VALUES = (
    Specimen("number", "plugin = 5\n", "phải là UnitType, đang là int", Kind.TYPE, "", "trỏ tới"),
    Specimen("class_only", unit() + "\nclass plugin: pass\n", "đang là lớp plugin", Kind.TYPE),
    Specimen(
        "newer",
        unit('label="Trường học"', 'api_version=9, label="Trường học"'),
        "phiên bản API 9, hệ thống dùng phiên bản 1",
        Kind.API,
        "api_version",
        "nâng cấp hệ thống",
    ),
    Specimen(
        "older",
        unit('label="Trường học"', 'api_version=0, label="Trường học"'),
        "phiên bản API 0",
        Kind.API,
        "api_version",
        "bản mới hơn của phần mở rộng",
    ),
    Specimen(
        "no_version",
        unit('label="Trường học"', 'api_version=None, label="Trường học"'),
        "không nói viết cho phiên bản API nào",
        Kind.API,
    ),
    Specimen(
        "misnamed",
        unit('code="@CODE@"', 'code="other"'),
        "tên điểm vào 'misnamed' khác mã 'other'",
        Kind.NAME,
        "code",
        "pyproject.toml",
    ),
    Specimen(
        "mutable",
        unit("forms=(", "forms=[").replace('source="Biểu T"),)', 'source="Biểu T"),]'),
        "còn sửa được",
        Kind.TYPE,
        "forms",
        "đổi list thành tuple",
    ),
    Specimen(
        "no_forms",
        unit(
            'forms=(Form(code="F@CODE@", title="Báo cáo của trường", schema=Report, version=1, source="Biểu T"),)',
            "forms=()",
        ),
        "không có biểu nào",
        Kind.REFERENCE,
        "forms",
    ),
    Specimen("no_label", unit('"Số tin, bài đã phát"', '""'), "thiếu nhãn", Kind.TEXT, "forms[0].fields.items.label"),
    Specimen(
        "number_label",
        unit('"Số tin, bài đã phát"', "7"),
        "phải là str, đang là int",
        Kind.TYPE,
        "forms[0].fields.items.label",
    ),
    Specimen(
        "english",
        unit('"Số tin, bài đã phát"', '"Number of items broadcast"'),
        "không phải tiếng Việt",
        Kind.TEXT,
        "forms[0].fields.items.label",
    ),
    Specimen(
        "no_source", unit('source="Biểu T, dòng 1", ', ""), "thiếu căn cứ", Kind.TEXT, "forms[0].fields.items.source"
    ),
    Specimen("no_unit", unit('unit="tin, bài", ', ""), "thiếu đơn vị tính", Kind.TEXT, "forms[0].fields.items.unit"),
    Specimen(
        "bounds",
        unit(_ITEMS, f"{_ITEMS}, minimum=9, maximum=1"),
        "giới hạn dưới lớn hơn",
        Kind.BOUNDS,
        "forms[0].fields.items",
    ),
    Specimen(
        "sections",
        unit('("items", "note")', '("items",)'),
        "nằm trong 0 mục",
        Kind.REFERENCE,
        "forms[0].schema.sections",
    ),
    Specimen(
        "rule_cell",
        unit("/fields/items", "/fields/nothing"),
        "nhắc ô “nothing”",
        Kind.REFERENCE,
        "forms[0].schema.rules[0].cells",
    ),
    Specimen("rule_code", unit("lambda values: True", "5"), "phải là hàm", Kind.TYPE, "forms[0].schema.rules[0].holds"),
    Specimen("decomposed", unit("Trường học", unicodedata.normalize("NFD", "Trường học")), "NFC", Kind.TEXT, "label"),
    Specimen(
        "sums",
        unit("version=1,", 'version=1, sums=(("Fnone", "x"),),'),
        "biểu Fnone không có ô x",
        Kind.REFERENCE,
        "forms[0].sums",
    ),
)
