"""Plugins whose texts, codes and names are not what they look like."""

from __future__ import annotations

from tests.gallery.showcase import Specimen
from tests.gallery.showcase import unit
from thidua.domain.plugins import FaultKind as Kind

__all__ = ["TEXTS"]

_LABEL = "Số tin, bài đã phát"
_ITEMS = "forms[0].fields.items"
#: A subclass that says of itself whatever it likes, at every comparison.
_OWN_TEXT = "class Text(str):\n    def __eq__(self, other): raise KeyboardInterrupt\n    __hash__ = str.__hash__\n"

TEXTS = (
    Specimen("bidi", unit("Trường học", "Trường \\u202ehọc"), "U+202E", Kind.TEXT, "label", "xóa ký tự đó rồi gõ lại"),
    Specimen("zero_width", unit(_LABEL, "Số tin\\u200b, bài"), "U+200B", Kind.TEXT, f"{_ITEMS}.label"),
    Specimen("nul", unit(_LABEL, "Số tin\\x00, bài"), "U+0000", Kind.TEXT, f"{_ITEMS}.label"),
    Specimen("surrogate", unit("Trường học", "Trường \\ud800học"), "U+D800", Kind.TEXT, "label"),
    Specimen("private_use", unit("Trường học", "Trường \\ue000học"), "U+E000", Kind.TEXT, "label"),
    Specimen("endless_label", unit('"Trường học"', '"Trường học " * 5000'), "dài hơn", Kind.TEXT, "label"),
    Specimen("greek_code", unit('code="T1"', 'code="\\u03a41"'), "mã dòng", Kind.NAME, f"{_ITEMS}.code"),
    Specimen(
        "cyrillic_rule", unit('"T9"', '"\\u04229"'), "không đúng dạng", Kind.NAME, "forms[0].schema.rules[0].code"
    ),
    Specimen(
        "own_text",
        unit('label="Trường học"', 'label=Text("Trường học")', before=_OWN_TEXT),
        "phải là str",
        Kind.TYPE,
        "label",
    ),
    Specimen(
        "own_kind",
        unit("items = Count", "items = Odd", before="from thidua_sdk import Count\nclass Odd(Count):\n    pass\n"),
        "kiểu ô Odd không phải của thidua_sdk",
        Kind.REFERENCE,
        _ITEMS,
    ),
    Specimen(
        "own_unit_type",
        unit("plugin = UnitType(", "class Own(UnitType):\n    pass\n\nplugin = Own("),
        "phải là UnitType, đang là Own",
        Kind.TYPE,
    ),
    Specimen(
        "field_named_rules",
        unit(' items = Count("', ' rules = Count("').replace('("items", "note")', '("rules", "note")'),
        "là tên của hợp đồng",
        Kind.REFERENCE,
        "forms[0].fields.rules",
    ),
)
