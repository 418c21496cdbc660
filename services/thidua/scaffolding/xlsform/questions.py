"""One question of an XLSForm as cells of the contract, by its type.

Every type of the standard stands in one of the tables below or has a function; a test walks
through all types that pyxform knows.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from decimal import Decimal
from decimal import InvalidOperation
from typing import Any

from thidua.scaffolding.python_text import Source
from thidua.scaffolding.python_text import decimal_source
from thidua.scaffolding.xlsform.differences import Differences
from thidua.scaffolding.xlsform.draft import Cell
from thidua.scaffolding.xlsform.words import Words
from thidua.scaffolding.xlsform.words import free_name
from thidua.scaffolding.xlsform.words import unit_in
from thidua_sdk import MAX_COUNT

__all__ = ["LEFT_OUT", "MOST_PARTS", "Question", "cells_of", "is_known"]

#: More options than this would be more cells than anybody ticks.
MOST_PARTS = 40

_RECORDED = "hệ thống tự ghi ai nộp, lúc nào, qua đâu"
_FILES = "ảnh, ghi âm, tệp được nộp kèm báo cáo làm minh chứng, không phải một ô của biểu"
_AREA = "không có loại ô cho hình vẽ trên bản đồ"
_OUTSIDE = "lấy dữ liệu ở tệp ngoài, mà biểu không đọc gì ở ngoài"

#: Type, as pyxform names it: why no cell can stand for it.
LEFT_OUT: Mapping[str, str] = {
    **dict.fromkeys(
        (
            *("start", "start time", "get start time", "end", "end time", "get end time", "today", "get today"),
            *("deviceid", "device id", "get device id", "imei", "uri:deviceid", "username", "uri:username"),
            *("phonenumber", "get phone number", "uri:phonenumber", "email", "uri:email"),
            *("simserial", "sim id", "get sim id", "uri:simserial", "audit", "start-geopoint"),
            *("subscriberid", "subscriber id", "get subscriber id", "uri:subscriberid"),
            "background-geopoint",
        ),
        _RECORDED,
    ),
    **dict.fromkeys(
        (
            *("image", "q image", "q picture", "photo", "add image prompt"),
            *("audio", "q audio", "add audio prompt", "background-audio"),
            *("video", "q video", "add video prompt", "file", "add file prompt"),
        ),
        _FILES,
    ),
    **dict.fromkeys(("geotrace", "q geotrace", "geoshape", "q geoshape", "osm"), _AREA),
    **dict.fromkeys(("xml-external", "csv-external", "select one external"), _OUTSIDE),
    **dict.fromkeys(("note", "q note", "add note prompt"), "là lời dặn, không có gì để trả lời"),
    **dict.fromkeys(("hidden",), "là ô ẩn, người nộp không thấy nên không ghi được"),
    **dict.fromkeys(
        ("calculate", "q calculate", "add calculate prompt"),
        "là ô tự tính; biểu chỉ kiểm tra được tổng của các ô đếm, chỉ số của đợt thi đua tính phần còn lại",
    ),
}
_TEXTS = frozenset({"text", "string", "q string", "add text prompt"})
_COUNTS = frozenset({"integer", "int", "q int", "add integer prompt"})
_DAYS_WITHIN = {
    "number of days in last month": 31,
    "number of days in last six months": 183,
    "number of days in last year": 365,
}
_QUANTITIES = frozenset({"decimal", "q decimal", "add decimal prompt"})
_DATES = frozenset({"date", "q date", "add date prompt"})
_MOMENTS = frozenset({"dateTime", "datetime", "date time", "q dateTime", "q date time"}) | {
    "add date time prompt",
    "add dateTime prompt",
}
_TICKS = frozenset({"acknowledge", "q acknowledge", "add acknowledge prompt", "trigger"})
_POINTS = frozenset({"geopoint", "gps", "location", "q geopoint", "q location", "add location prompt"})
_CODES = frozenset({"barcode", "q barcode", "add barcode prompt"})
_ONE = frozenset({"select one", "q select1", "select one using", "add select one prompt using"})
_MANY = frozenset({"select all that apply", "select all that apply from", "select multiple from", "q select"}) | {
    "select multiple using",
    "add select multiple prompt using",
}
_LINES = {
    **dict.fromkeys(("time",), "giờ trong ngày thành một dòng chữ, ví dụ 16:30"),
    **dict.fromkeys(_POINTS, "tọa độ thành một dòng chữ: vĩ độ, kinh độ"),
    **dict.fromkeys(_CODES, "mã vạch thành một dòng chữ, gõ tay"),
    **dict.fromkeys(("phone number",), "số điện thoại thành một dòng chữ"),
}


class Question:
    """One question while it is turned into cells."""

    def __init__(
        self, element: Mapping[str, Any], taken: set[str], words: Words, differences: Differences, *, in_table: bool
    ) -> None:
        self.element = element
        self.type = str(element.get("type", ""))
        self.place = str(element.get("name", "?"))
        self.words = words
        self.differences = differences
        self.in_table = in_table
        self._taken = taken
        self.label = words.pick(element.get("label"), self.place, "câu hỏi")
        if not self.label:
            self.label = self.place
            if self.type not in LEFT_OUT:
                differences.changed(self.place, "câu hỏi không có chữ, đã lấy tên của nó")

    def cell(self, kind: str, label: str = "", suffix: str = "", **named: object) -> Cell:
        """Make a cell of a kind; the keywords are the kind's own."""
        name = free_name(f"{self.place}_{suffix}" if suffix else self.place, self._taken)
        if name != self.place and not suffix:
            self.differences.changed(self.place, f"tên ô thành {name}")
        return Cell(name, kind, label or self.label, self.place, named)

    def measured(self, usual: str) -> str:
        """Find the unit of measure, or take a word for it and say so."""
        unit = unit_in(self.label)
        if not unit:
            self.differences.changed(self.place, f"XLSForm không nói đơn vị tính, đã ghi “{usual}”; hãy sửa cho đúng")
        return unit or usual

    @property
    def options(self) -> dict[str, str]:
        """The coded answers with their labels, as far as the workbook holds them."""
        found: dict[str, str] = {}
        for choice in self.element.get("choices") or ():
            name = str(choice.get("name", ""))
            label = self.words.pick(choice.get("label"), self.place, f"lựa chọn {name}") or name
            if choice.get("media"):
                self.differences.left_out(
                    self.place, f"hình, tiếng của lựa chọn {name}: trang nhập không có chỗ cho nó"
                )
            found[name] = label
        return found


def is_known(kind: str) -> bool:
    """Tell whether a type is known here, be it only to say why no cell stands for it."""
    return kind in LEFT_OUT or kind in _MAKERS


def cells_of(question: Question) -> list[Cell]:
    """Turn a question into cells; none where no cell can stand for it, and the report says why."""
    if reason := LEFT_OUT.get(question.type):
        text = f" Nội dung: “{question.label}”." if question.label != question.place else ""
        question.differences.left_out(question.place, f"{question.type}: {reason}.{text}")
        return []
    maker = _MAKERS.get(question.type)
    if maker is None:
        question.differences.left_out(question.place, f"{question.type}: loại câu hỏi này chưa có trong XLSForm chuẩn")
        return []
    cells = maker(question)
    if cells:
        kinds = " + ".join(dict.fromkeys(cell.kind for cell in cells))
        question.differences.kept(
            question.place, f"{question.type} → {kinds} ({', '.join(each.name for each in cells)})"
        )
    return cells


def _text(question: Question) -> list[Cell]:
    appearance = str((question.element.get("control") or {}).get("appearance", ""))
    if "multiline" in appearance:
        return [question.cell("Paragraph")]
    return [question.cell("Line", length=200)]


def _line(question: Question) -> list[Cell]:
    question.differences.changed(question.place, _LINES[question.type])
    return [question.cell("Line", length=100)]


def _count(question: Question) -> list[Cell]:
    most = _DAYS_WITHIN.get(question.type)
    unit = "ngày" if most else question.measured("lượt")
    aggregate = Source("NONE") if question.in_table or most or unit == "%" else Source("FLOW")
    cell = question.cell("Count", unit=unit, aggregate=aggregate)
    if most is not None or unit == "%":
        cell.most = most if most is not None else 100
        cell.named["maximum"] = cell.most
    return [cell]


def _quantity(question: Question) -> list[Cell]:
    unit = question.measured("đơn vị")
    cell = question.cell("Quantity", unit=unit, places=2, aggregate=Source("NONE"))
    if unit == "%":
        cell.most = 100
        cell.named["maximum"] = Source("Decimal(100)")
        question.differences.changed(
            question.place,
            "tỷ lệ thành số thập phân 0–100; muốn tính bình quân thì đổi thành Percent và chọn ô làm gốc",
        )
    return [cell]


def _percentage(question: Question) -> list[Cell]:
    question.label = question.label if "%" in question.label else f"{question.label} (%)"
    return _quantity(question)


def _range(question: Question) -> list[Cell]:
    parameters = question.element.get("parameters") or {}
    try:
        low, high, step = (_finite(parameters.get(key, usual)) for key, usual in _RANGE)
    except (InvalidOperation, OverflowError):
        low, high, step = (Decimal(usual) for _, usual in _RANGE)
        question.differences.changed(question.place, "giới hạn không phải số, đã lấy 1 đến 10")
    low, high = min(low, high), max(low, high)
    if step != 1:
        question.differences.left_out(question.place, f"bước {step:f}: ô nhận mọi số từ {low:f} đến {high:f}")
    if all(number == number.to_integral_value() for number in (low, high, step)) and low >= 0:
        cell = question.cell("Count", unit=question.measured("điểm"), aggregate=Source("NONE"))
        cell.named |= {"minimum": int(low), "maximum": int(high)}
    else:
        cell = question.cell("Quantity", unit=question.measured("điểm"), places=2, aggregate=Source("NONE"))
        floor, ceiling = low.to_integral_value("ROUND_FLOOR"), high.to_integral_value("ROUND_CEILING")
        if (floor, ceiling) != (low, high):
            question.differences.changed(question.place, f"giới hạn lẻ thành số nguyên: từ {floor:f} đến {ceiling:f}")
        cell.named |= {"minimum": decimal_source(floor), "maximum": decimal_source(ceiling)}
        cell.sample = f"{low:f}"
    cell.least, cell.most = int(low), int(high)
    return [cell]


_RANGE = (("start", "1"), ("end", "10"), ("step", "1"))


def _finite(text: object) -> Decimal:
    number = Decimal(str(text))
    if not number.is_finite() or abs(number) > MAX_COUNT:
        raise OverflowError(str(text))
    return round(number, 2).normalize()


def _one(question: Question) -> list[Cell]:
    options = question.options
    if not options:
        return _no_options(question)
    aggregate = Source("NONE") if question.in_table else Source("TALLY")
    cell = question.cell("Choice", options=options, aggregate=aggregate)
    cell.options = tuple(options)
    return [cell]


def _many(question: Question) -> list[Cell]:
    options = question.options
    if not options:
        return _no_options(question)
    if len(options) > MOST_PARTS:
        return _too_many(question, len(options))
    question.differences.changed(question.place, f"chọn nhiều thành {len(options)} ô Có/Không, mỗi lựa chọn một ô")
    aggregate = Source("NONE") if question.in_table else Source("STOCK")
    cells = []
    for name, label in options.items():
        cell = question.cell("Flag", f"{question.label} – {label}", name, aggregate=aggregate)
        cell.options = (name,)
        cells.append(cell)
    return cells


def _rank(question: Question) -> list[Cell]:
    options = question.options
    if not options:
        return _no_options(question)
    if len(options) > MOST_PARTS:
        return _too_many(question, len(options))
    question.differences.changed(question.place, f"xếp hạng thành {len(options)} ô ghi thứ hạng")
    question.differences.left_out(question.place, "thứ hạng không được trùng nhau: phải viết quy tắc trong mã")
    cells = []
    for name, label in options.items():
        cell = question.cell("Count", f"{question.label} – {label}", name, unit="hạng", aggregate=Source("NONE"))
        cell.named |= {"minimum": 1, "maximum": len(options)}
        cell.least, cell.most = 1, len(options)
        cells.append(cell)
    return cells


def _no_options(question: Question) -> list[Cell]:
    listed = question.element.get("itemset", "")
    question.differences.left_out(
        question.place, f"{question.type}: các lựa chọn ở ngoài trang choices ({listed}); biểu không đọc gì ở ngoài"
    )
    return []


def _too_many(question: Question, number: int) -> list[Cell]:
    question.differences.left_out(
        question.place, f"{question.type}: {number} lựa chọn là quá nhiều ô (nhiều nhất {MOST_PARTS})"
    )
    return []


_MAKERS: Mapping[str, Callable[[Question], list[Cell]]] = {
    **dict.fromkeys(_TEXTS, _text),
    **dict.fromkeys(_LINES, _line),
    **dict.fromkeys((*_COUNTS, *_DAYS_WITHIN), _count),
    **dict.fromkeys(_QUANTITIES, _quantity),
    "percentage": _percentage,
    "range": _range,
    **dict.fromkeys(_DATES, lambda question: [question.cell("Day")]),
    **dict.fromkeys(_MOMENTS, lambda question: [question.cell("Moment")]),
    **dict.fromkeys(_TICKS, lambda question: [question.cell("Flag")]),
    **dict.fromkeys(_ONE, _one),
    **dict.fromkeys(_MANY, _many),
    "rank": _rank,
}
