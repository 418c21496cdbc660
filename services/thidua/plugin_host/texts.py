"""Whether the texts of a plugin are there, in Vietnamese, and its codes are codes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import fields
from dataclasses import is_dataclass
from typing import Any

from thidua.domain.plugins import Fault
from thidua.domain.plugins import FaultKind
from thidua.forms.describe import FieldModel
from thidua_sdk import Amendment
from thidua_sdk import AwardForm
from thidua_sdk import Baseline
from thidua_sdk import Campaign
from thidua_sdk import Comparison
from thidua_sdk import Continued
from thidua_sdk import Duty
from thidua_sdk import Form
from thidua_sdk import FormSchema
from thidua_sdk import Indicator
from thidua_sdk import LegalBasis
from thidua_sdk import Period
from thidua_sdk import Plan
from thidua_sdk import Purpose
from thidua_sdk import Statistic
from thidua_sdk import Target
from thidua_sdk import Topic
from thidua_sdk import UnitType
from thidua_sdk import UnitTypeName

__all__ = ["faults_of_field_texts", "faults_of_texts"]

#: What must not be empty, by type.
_NEEDED: dict[type, tuple[str, ...]] = {
    UnitType: ("code", "label", "source"),
    Form: ("code", "title", "source"),
    Campaign: ("code", "title", "source", "rules_version"),
    Plan: ("title", "issuer", "source"),
    LegalBasis: ("code", "title", "source"),
    Topic: ("code", "label", "source"),
    Indicator: ("code", "label", "unit_of_measure", "source"),
    Purpose: ("code", "text", "source"),
    Duty: ("code", "clause", "who", "text", "source"),
    Target: ("code", "label", "source"),
    Statistic: ("code", "label", "unit_of_measure", "source"),
    Baseline: ("source",),
    UnitTypeName: ("unit_type", "label", "source"),
    Comparison: ("campaign", "source"),
    Continued: ("source",),
    Period: ("code", "name", "source"),
    Amendment: ("source",),
    AwardForm: ("code", "label", "source"),
}
#: What may be empty, because nobody knows it yet, but is Vietnamese where it is there.
_KNOWN_LATER: dict[type, tuple[str, ...]] = {Campaign: ("theme",)}
_MENDS = {
    "code": "đặt một mã ngắn, không dấu",
    "source": "ghi văn bản, điều, khoản hoặc biểu mà nó dựa vào",
    "clause": "ghi điều khoản của kế hoạch",
    "unit_of_measure": "ghi đơn vị tính bằng tiếng Việt",
    "rules_version": "ghi phiên bản cách tính, ví dụ NĂM.1",
}
#: Texts that people read.
_READ = frozenset({"label", "title", "theme", "name", "text", "who"})
#: What programs call an indicator by.
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
#: A Vietnamese phrase of so many words has at least one letter with a mark.
_WORDS = 4


def faults_of_texts(value: object, place: str = "") -> Iterator[Fault]:
    """Walk a unit type or campaign, and find texts that are missing or not Vietnamese, and odd codes."""
    if isinstance(value, tuple):
        for index, each in enumerate(value):
            yield from faults_of_texts(each, f"{place}[{index}]")
        return
    if not is_dataclass(value) or isinstance(value, type):
        return
    yield from _own(value, place)
    for each in fields(value):
        inner = getattr(value, each.name)
        if isinstance(inner, tuple) or is_dataclass(inner):
            yield from faults_of_texts(inner, f"{place}.{each.name}" if place else each.name)


def faults_of_field_texts(models: tuple[FieldModel, ...], schema: type[FormSchema], place: str) -> Iterator[Fault]:
    """Find labels, options and sentences of a form's rules that are not Vietnamese."""
    for model in models:
        yield from _vietnamese(model.label, f"{place}.fields.{model.name}.label")
        for code, label in model.options:
            yield from _vietnamese(label, f"{place}.fields.{model.name}.options[{code!r}]")
        yield from faults_of_field_texts(model.columns, FormSchema, f"{place}.fields.{model.name}")
    for index, section in enumerate(schema.sections):
        yield from _vietnamese(section.title, f"{place}.schema.sections[{index}].title")
    for index, rule in enumerate(schema.rules):
        yield from _vietnamese(rule.message, f"{place}.schema.rules[{index}].message")


def _own(value: Any, place: str) -> Iterator[Fault]:  # noqa: ANN401  any dataclass of the contract
    prefix = f"{place}." if place else ""
    for name in _KNOWN_LATER.get(type(value), ()):
        yield from _vietnamese(getattr(value, name), prefix + name)
    if isinstance(value, Indicator) and not _IDENTIFIER.fullmatch(value.identifier):
        mend = "chỉ dùng chữ thường không dấu, chữ số và gạch dưới, bắt đầu bằng chữ"
        wrong = f"tên cho chương trình (identifier) {value.identifier!r} không đúng dạng"
        yield Fault(FaultKind.NAME, f"{prefix}identifier", wrong, mend)
    for name in _NEEDED.get(type(value), ()):
        text = getattr(value, name)
        if not text.strip():
            mend = _MENDS.get(name, "ghi bằng tiếng Việt")
            yield Fault(FaultKind.TEXT, prefix + name, "trống", mend)
        elif name == "code" and not _CODE.fullmatch(text):
            mend = "chỉ dùng chữ không dấu, chữ số, gạch nối, gạch dưới và dấu chấm, tối đa 64 ký tự"
            yield Fault(FaultKind.NAME, prefix + name, f"mã {text!r} không đúng dạng", mend)
        elif name in _READ:
            yield from _vietnamese(text, prefix + name)


def _vietnamese(text: str, place: str) -> Iterator[Fault]:
    words = [word for word in re.findall(r"[^\W\d_]+", re.sub(r"\{\w+\}", "", text)) if len(word) > 1]
    if len(words) < _WORDS:
        return
    letters = unicodedata.normalize("NFD", "".join(words))
    if letters.isascii() and "đ" not in text.lower():
        yield Fault(FaultKind.TEXT, place, f"“{text[:60]}” không phải tiếng Việt có dấu", "viết bằng tiếng Việt có dấu")
