"""Every kind of field goes through every use; a new kind fails here until each use knows it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from collections.abc import Mapping
from decimal import Decimal

import pytest
from filled_workbooks import a_filling
from filled_workbooks import read_back
from filled_workbooks import write_workbook

import thidua_sdk
from thidua.forms.compose import ComposedForm
from thidua.forms.compose import compose
from thidua.forms.describe import FieldModel
from thidua.forms.envelope import Envelope
from thidua.forms.facts import numbers_of
from thidua.forms.judge import judge
from thidua.forms.kinds import KIND_NAMES
from thidua.forms.kinds import KINDS
from thidua.forms.openapi import components
from thidua.forms.readers import read_web
from thidua.forms.wording import said
from thidua_sdk import Campaign
from thidua_sdk import Field
from thidua_sdk import Form
from thidua_sdk import Record

#: What is typed, the JSON value read from it, and how the judged value is said in a sentence.
TYPED: Mapping[str, tuple[Mapping[str, str], object, str]] = {
    "count": ({"/fields/staff": "1.234"}, 1234, "1.234"),
    "quantity": ({"/fields/area": "12,5"}, "12.5", "12,5"),
    "percent": ({"/fields/share": "99,5"}, "99.5", "99,5"),
    "flag": ({"/fields/ready": "no"}, False, "Không"),
    "choice": ({"/fields/state": "begun"}, "begun", "Đã làm"),
    "day": ({"/fields/met_on": "14/9/2021"}, "2021-09-14", "14/9/2021"),
    "moment": ({"/fields/posted_at": "14/9/2021 8:05"}, "2021-09-14T08:05:00+07:00", "8:05 ngày 14/9/2021"),
    "line": ({"/fields/title": "Đội"}, "Đội", "Đội"),
    "paragraph": ({"/fields/remarks": "a\r\nb"}, "a\nb", "a\nb"),
    "document_number": ({"/fields/document": "45/KH"}, "45/KH", "45/KH"),
    "list_of": ({"/fields/movements": "a\nb"}, ["a", "b"], "a; b"),
    "group": (
        {"/fields/origin/document": "112/BC", "/fields/origin/as_of": "14/9/2021"},
        {"document": "112/BC", "as_of": "2021-09-14"},
        "112/BC; 14/9/2021",
    ),
    "records": (
        {"/cases/0/full_name": "Lý", "/cases/0/status": "handled"},
        [{"full_name": "Lý", "status": "handled"}],
        "",
    ),
}
NUMBERS: Mapping[str, Mapping[str, int]] = {
    "count": {"staff": 1234},
    "flag": {"ready": 0},
    "choice": {"state/is:begun": 1},
    "records": {"cases": 1, "cases/status=handled": 1},
}


def one_of(form: ComposedForm, kind: str) -> FieldModel:
    return next(model for model in form.fields if model.kind == kind)


def test_the_registry_holds_every_kind_of_the_contract() -> None:
    classes = [member for _, member in inspect.getmembers(thidua_sdk, inspect.isclass)]
    assert set(KINDS) == {member for member in classes if issubclass(member, Field) and member is not Field}
    assert len(KIND_NAMES) == len(KINDS)
    assert "" not in KIND_NAMES


def test_every_kind_is_in_the_form_of_these_tests_and_in_the_table_above(form: ComposedForm) -> None:
    assert {model.kind for model in form.fields} == KIND_NAMES
    assert TYPED.keys() == KIND_NAMES


@pytest.mark.parametrize("kind", sorted(KIND_NAMES))
def test_each_kind_goes_through_every_use(
    every_kind: Form,
    a_campaign: Callable[..., Campaign],
    form: ComposedForm,
    an_envelope: Callable[..., Envelope],
    a_record: Callable[..., Record],
    kind: str,
) -> None:
    model = one_of(form, kind)
    typed, value, sentence = TYPED[kind]
    short = compose(every_kind, a_campaign(), only=(model.name,))
    # Read as typed.
    reading = read_web(short, typed)
    assert reading.findings == ()
    assert (reading.rows if model.is_table else reading.fields)[model.name] == value
    # Written into a workbook and read back.
    back = read_web(short, dict(read_back(short, write_workbook(short, a_filling(typed))).typed))
    assert back.findings == ()
    # The workbook has every cell of a row, the empty ones too.
    came = [{k: v for k, v in row.items() if v is not None} for row in back.rows.get(model.name, ())]
    assert (came if model.is_table else back.fields[model.name]) == value
    # Judged.
    envelope = an_envelope(fields=reading.fields, by_topic={}, rows=reading.rows)
    judgement = judge(short, envelope, a_record())
    assert judgement.findings == ()
    # Said in a sentence.
    if not model.is_table:
        assert said(judgement.values[model.name], model) == sentence
    # Counted.
    assert numbers_of(short, envelope.payload) == NUMBERS.get(kind, {})
    # Published.
    properties = components([short])[f"ReportT_{short.campaign_code}"]["properties"]
    assert isinstance(properties, Mapping)
    published = properties[model.name] if model.is_table else properties["fields"]["properties"][model.name]
    assert published["title"] == model.label
    assert {"type", "anyOf"} & published.keys()


@pytest.mark.parametrize("kind", sorted(KIND_NAMES - {"line", "paragraph", "records"}))
def test_each_kind_refuses_what_it_is_not(
    form: ComposedForm, an_envelope: Callable[..., Envelope], a_record: Callable[..., Record], kind: str
) -> None:
    model = one_of(form, kind)
    findings = judge(form, an_envelope({model.name: "\u0111\u00e2y"}), a_record()).errors
    assert model.pointer in {finding.cells[0] for finding in findings}


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (None, "không có số liệu"),
        ("", "không có số liệu"),
        ((), "không có số liệu"),
        (0, "0"),
        (True, "Có"),
        (-1234567, "-1.234.567"),
        (Decimal("1234.50"), "1.234,50"),
        (1.5, "1.5"),
    ],
)
def test_values_are_said_the_vietnamese_way(value: object, sentence: str) -> None:
    assert said(value) == sentence
