from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import ClassVar

import marshmallow as ma
import pytest

from thidua.forms.compose import check_form
from thidua_sdk import FLOW
from thidua_sdk import NONE
from thidua_sdk import Choice
from thidua_sdk import Count
from thidua_sdk import Form
from thidua_sdk import FormSchema
from thidua_sdk import Group
from thidua_sdk import Level
from thidua_sdk import Line
from thidua_sdk import PayloadRule
from thidua_sdk import Percent
from thidua_sdk import Quantity
from thidua_sdk import RecordRule
from thidua_sdk import Records
from thidua_sdk import RowSchema
from thidua_sdk import Section


class OneCell(RowSchema):
    name = Line("Tên")


class NoCells(RowSchema):
    pass


class DeepCells(RowSchema):
    inner = Group("Trong", of=OneCell)


class SplitCells(RowSchema):
    split = Count("Chia", by_topic=True)


class NamelessCells(RowSchema):
    name = Line("")


def form_of(**members: object) -> Form:
    """Make a form of the given fields, all in one section, and of class members such as rules."""
    names = tuple(name for name, member in members.items() if isinstance(member, ma.fields.Field))
    schema = type("Made", (FormSchema,), {"sections": (Section("Mục", names),), **members})
    return Form(code="T", title="Biểu", schema=schema, version=1, source="Biểu T")


def test_a_sound_form_lacks_nothing(every_kind: Form) -> None:
    assert check_form(every_kind) == ()


def rule(*cells: str, message: str = "Sai.", code: str = "R1") -> PayloadRule:
    return PayloadRule(code, Level.ERROR, message, cells, lambda _values: True)


@pytest.mark.parametrize(
    ("members", "hint"),
    [
        ({}, "Không có ô nào"),
        ({"a": Line("Tên")}, "“a” thiếu căn cứ"),
        ({"a": Line(" ", source="B")}, "“a” thiếu nhãn"),
        ({"A1": Line("Tên", source="B")}, "Tên ô “A1”"),
        ({"a": Line("Te\u0302n", source="B")}, "NFC"),
        ({"a": Count("Số", source="B")}, "“a” thiếu đơn vị tính"),
        ({"a": Count("Số", unit="vụ", minimum=5, maximum=4, source="B")}, "giới hạn dưới lớn hơn"),
        ({"a": Quantity("Số", unit="ha", source="B")}, "aggregate=NONE"),
        ({"a": Line("Tên", aggregate=FLOW, source="B")}, "aggregate=NONE"),
        ({"a": Choice("Chọn", options={"x": "X"}, aggregate=FLOW, source="B")}, "TALLY"),
        ({"a": Choice("Chọn", options={}, source="B")}, "thiếu lựa chọn"),
        ({"a": Choice("Chọn", options={"x": ""}, source="B")}, "thiếu lựa chọn"),
        ({"a": Percent("Tỷ lệ", weight="b", source="B")}, "bình quân theo ô “b”"),
        ({"a": Group("Nhóm", of=NoCells, source="B")}, "không có cột nào"),
        ({"a": Group("Nhóm", of=DeepCells, source="B")}, "“a.inner” không được là bảng"),
        ({"a": Records("Bảng", of=SplitCells, source="B")}, "“a.split” không được chia"),
        ({"a": Records("Bảng", of=NamelessCells, source="B")}, "“a.name” thiếu nhãn"),
        ({"status": Records("Bảng", of=OneCell, source="B")}, "phong bì"),
        ({"a": Line("Tên", source="B"), "sections": ()}, "“a” nằm trong 0 mục"),
        ({"a": Line("Tên", source="B"), "sections": (Section("M", ("a", "a")),)}, "“a” nằm trong 2 mục"),
        ({"a": Line("Tên", source="B"), "sections": (Section("M", ("a", "b")),)}, "nhắc ô “b”"),
        ({"a": Line("Tên", source="B"), "sections": (Section("", ("a",)),)}, "thiếu tiêu đề"),
        ({"a": Line("Tên", source="B"), "rules": (rule("/fields/b"),)}, "R1 nhắc ô “b”"),
        ({"a": Line("Tên", source="B"), "rules": (rule("/b"),)}, "R1 nhắc ô “b”"),
        ({"a": Line("Tên", source="B"), "rules": (rule("/fields/a", message="{b}"),)}, "nhắc ô “b”"),
        ({"a": Line("Tên", source="B"), "rules": (rule(),)}, "thiếu mã"),
        ({"a": Line("Tên", source="B"), "record_rules": (RecordRule("", lambda _v, _r: ()),)}, "thiếu mã"),
        ({"a": ma.fields.String()}, "không thuộc các kiểu ô"),
        ({"a": Quantity("Số", unit="ha", maximum=Decimal("1.5"), aggregate=NONE, source="B")}, "số nguyên"),
    ],
)
def test_each_lack_is_said_in_a_sentence(members: dict[str, object], hint: str) -> None:
    said = check_form(form_of(**members))
    assert len(said) == 1
    assert hint in said[0]
    assert said[0].endswith(".")


def test_a_form_says_who_it_is(every_kind: Form) -> None:
    assert len(check_form(replace(every_kind, source=""))) == 1
    assert len(check_form(replace(every_kind, version=0))) == 1


def test_everything_that_lacks_is_said_at_once() -> None:
    class Poor(FormSchema):
        a = Count("")
        b = Line("Tên", source="B")
        sections: ClassVar[tuple[Section, ...]] = (Section("Mục", ("a",)),)

    said = check_form(Form(code="T", title="Biểu", schema=Poor, version=1, source="Biểu T"))
    assert len(said) == 4
