from __future__ import annotations

import json
import re
from collections.abc import Callable
from collections.abc import Mapping
from typing import Any

import pytest

from thidua.forms.compose import ComposedForm
from thidua.forms.compose import compose
from thidua.forms.openapi import component_name
from thidua.forms.openapi import components
from thidua_sdk import Amendment
from thidua_sdk import Campaign
from thidua_sdk import Choice
from thidua_sdk import Form
from thidua_sdk import FormSchema
from thidua_sdk import Need


@pytest.fixture
def schema(form: ComposedForm) -> Any:
    return components([form])["ReportT_THU-2021"]


def test_a_component_is_named_by_form_and_campaign(
    every_kind: Form, a_campaign: Callable[..., Campaign], form: ComposedForm
) -> None:
    assert component_name(form) == "ReportT_THU-2021"
    odd = compose(every_kind, a_campaign(code="Đợt 1/2021"))
    assert re.fullmatch(r"[A-Za-z0-9._-]+", component_name(odd))


def test_the_document_is_plain_json_with_numbers_as_bounds(schema: Any) -> None:
    assert json.loads(json.dumps(schema, allow_nan=False)) == schema
    area = schema["properties"]["fields"]["properties"]["area"]["anyOf"][0]
    assert (area["minimum"], area["maximum"]) == (0, 9_999_999)


def test_the_envelope_is_closed_at_every_object(schema: Any) -> None:
    def objects(part: object) -> list[Mapping[str, Any]]:
        if isinstance(part, list):
            return [found for inner in part for found in objects(inner)]
        if not isinstance(part, Mapping):
            return []
        here = [part] if "properties" in part and isinstance(part.get("type"), str | list) else []
        return here + [found for inner in part.values() for found in objects(inner)]

    found = objects(schema)
    assert len(found) >= 7
    assert all(part["additionalProperties"] is False for part in found)


def test_required_and_null_follow_the_need(schema: Any) -> None:
    fields = schema["properties"]["fields"]
    assert fields["required"] == ["state", "staff", "briefed"]
    assert fields["properties"]["staff"]["type"] == "integer"
    assert fields["properties"]["items"]["type"] == ["integer", "null"]
    assert fields["properties"]["state"]["enum"] == ["none", "begun"]
    assert schema["properties"]["cases"]["items"]["required"] == ["full_name", "status"]
    assert {"type": "null"} in fields["properties"]["area"]["anyOf"]


def test_an_optional_choice_may_be_null(a_campaign: Callable[..., Campaign]) -> None:
    class Chosen(FormSchema):
        shape = Choice("Hình thức", options={"meeting": "Họp"}, need=Need.OPTIONAL)

    chosen = compose(Form(code="C", title="Biểu", schema=Chosen, version=1, source="Biểu C"), a_campaign())
    published: Any = components([chosen])["ReportC_THU-2021"]
    shape = published["properties"]["fields"]["properties"]["shape"]
    assert (shape["type"], shape["enum"]) == (["string", "null"], ["meeting", None])


def test_a_field_says_what_people_read(schema: Any) -> None:
    staff = schema["properties"]["fields"]["properties"]["staff"]
    assert staff == {
        "title": "Tổng số người",
        "type": "integer",
        "minimum": 1,
        "maximum": 5000,
        "x-code": "T02",
        "x-unit": "người",
        "x-source": "Biểu T",
        "x-aggregate": "stock",
    }
    assert schema["properties"]["fields"]["properties"]["remarks"]["x-required-in"] == ["year"]


def test_topics_and_tables_stand_beside_the_fields(schema: Any) -> None:
    split = schema["properties"]["by_topic"]["properties"]
    assert list(split) == ["items"]
    assert split["items"]["properties"]["law"]["minimum"] == 0
    assert schema["properties"]["cases"]["maxItems"] == 5
    assert schema["properties"]["violations"]["maxItems"] == 0


def test_an_optional_document_number_may_be_empty(schema: Any) -> None:
    pattern = schema["properties"]["fields"]["properties"]["document"]["pattern"]
    assert [bool(re.search(pattern, text)) for text in ("", "45/KH", "x45/KH", "45")] == [True, True, False, False]


def test_one_component_for_each_form(every_kind: Form, a_campaign: Callable[..., Campaign], form: ComposedForm) -> None:
    other = compose(every_kind, a_campaign(code="THU-2022"))
    assert list(components([other, form, form])) == ["ReportT_THU-2021", "ReportT_THU-2022"]


def test_two_forms_of_one_name_are_a_fault(
    every_kind: Form, a_campaign: Callable[..., Campaign], form: ComposedForm
) -> None:
    changed = compose(every_kind, a_campaign(Amendment(form="T", source="x", drop=("title",))))
    with pytest.raises(ValueError, match="ReportT_THU-2021"):
        components([form, changed])
