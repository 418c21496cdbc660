from __future__ import annotations

from decimal import Decimal

import marshmallow as ma
import pytest

from thidua.domain.errors import PluginError
from thidua.forms.compose import ComposedForm
from thidua.forms.describe import describe
from thidua_sdk import NONE
from thidua_sdk import STOCK
from thidua_sdk import Count
from thidua_sdk import FormSchema
from thidua_sdk import Need
from thidua_sdk import Quantity
from thidua_sdk import RowSchema


def test_a_count_is_described_whole(form: ComposedForm) -> None:
    staff = form.field("staff")
    assert (staff.kind, staff.code, staff.label, staff.unit) == ("count", "T02", "Tổng số người", "người")
    assert (staff.need, staff.minimum, staff.maximum, staff.aggregate) == (Need.REQUIRED, 1, 5000, STOCK)
    assert (staff.by_topic, staff.computed, staff.pointer) == (False, False, "/fields/staff")
    assert form.field("items").by_topic
    assert form.field("items").maximum == 9_999_999


def test_every_kind_says_what_is_its_own(form: ComposedForm) -> None:
    assert form.field("state").options == (("none", "Chưa"), ("begun", "Đã làm"))
    assert form.field("state").option_label("none") == "Chưa"
    assert form.field("state").option_label("other") == "other"
    assert (form.field("area").minimum, form.field("area").maximum, form.field("area").places) == (0, 9_999_999, 2)
    share = form.field("share")
    assert (share.weight, share.minimum, share.maximum, share.places, share.unit) == ("staff", 0, 100, 1, "%")
    assert (form.field("title").length, form.field("remarks").length) == (50, 4000)
    assert form.field("remarks").required_in == ("year",)
    assert (form.field("document").pattern, form.field("document").example) == (r"[0-9]{1,5}/[A-ZĐ]+", "45/KH")
    assert (form.field("movements").most, form.field("movements").length) == (3, 200)
    assert [column.name for column in form.field("origin").columns] == ["document", "as_of"]


def test_a_table_stands_beside_the_fields(form: ComposedForm) -> None:
    cases = form.field("cases")
    assert (cases.is_table, cases.pointer, cases.most, cases.personal) == (True, "/cases", 5, True)
    assert [(column.name, column.kind) for column in cases.columns] == [
        ("full_name", "line"),
        ("status", "choice"),
        ("hours", "count"),
    ]
    assert not form.field("origin").is_table


def test_fields_come_in_declared_order_inherited_first() -> None:
    class First(RowSchema):
        z = Count("Z")
        a = Count("A")

    class Second(First):
        m = Count("M")

    assert [model.name for model in describe(Second)] == ["z", "a", "m"]


def test_a_field_of_another_make_is_refused_by_name() -> None:
    class Foreign(FormSchema):
        stray = ma.fields.Integer()

    with pytest.raises(PluginError, match="stray"):
        describe(Foreign)


def test_a_bound_that_is_not_whole_is_refused_by_name() -> None:
    class Half(FormSchema):
        area = Quantity("Diện tích", minimum=Decimal("0.5"), aggregate=NONE)

    with pytest.raises(PluginError, match="area"):
        describe(Half)
