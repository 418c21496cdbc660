from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thidua.domain.rollups import parts_of
from thidua.forms.compose import ComposedForm
from thidua.forms.compose import compose
from thidua.forms.envelope import Envelope
from thidua.forms.facts import numbers_of
from thidua_sdk import NONE
from thidua_sdk import OUTSIDE
from thidua_sdk import Campaign
from thidua_sdk import Choice
from thidua_sdk import Count
from thidua_sdk import Form
from thidua_sdk import FormSchema
from thidua_sdk import Quantity


class Fact(NamedTuple):
    """One number as a test tells it."""

    field: str
    part: str
    value: int


def facts_of(form: ComposedForm, payload: Mapping[str, object]) -> tuple[Fact, ...]:
    return tuple(Fact(*parts_of(key), value) for key, value in numbers_of(form, payload).items())


def test_a_reports_whole_numbers_are_its_facts_in_form_order(
    form: ComposedForm, an_envelope: Callable[..., Envelope]
) -> None:
    assert facts_of(form, an_envelope().payload) == (
        Fact("state", "is:begun", 1),
        Fact("staff", "", 12),
        Fact("briefed", "", 10),
        Fact("items", "", 7),
        Fact("items", "topic:law", 3),
        Fact("items", "topic:local", 7),
        Fact("ready", "", 1),
        Fact("cases", "", 1),
        Fact("cases", "status=pending", 1),
    )


def test_null_gives_no_fact_and_zero_does(form: ComposedForm, an_envelope: Callable[..., Envelope]) -> None:
    envelope = an_envelope(
        {"state": None, "staff": ..., "briefed": 0, "items": None, "ready": False},
        by_topic={"items": {"law": None, "local": 0}},
        rows={"cases": []},
    )
    assert facts_of(form, envelope.payload) == (
        Fact("briefed", "", 0),
        Fact("items", "topic:local", 0),
        Fact("ready", "", 0),
        Fact("cases", "", 0),
    )


def test_a_table_not_sent_gives_no_fact(form: ComposedForm, an_envelope: Callable[..., Envelope]) -> None:
    assert "cases" not in {fact.field for fact in facts_of(form, an_envelope(rows={}).payload)}


def test_rows_are_counted_by_each_choice(form: ComposedForm, an_envelope: Callable[..., Envelope]) -> None:
    rows = [
        {"full_name": name, "status": status} for name, status in (("A", "handled"), ("B", "pending"), ("C", "handled"))
    ]
    facts = [fact for fact in facts_of(form, an_envelope(rows={"cases": rows}).payload) if fact.field == "cases"]
    assert facts == [Fact("cases", "", 3), Fact("cases", "status=pending", 1), Fact("cases", "status=handled", 2)]


def test_what_does_not_aggregate_gives_none_and_an_outside_figure_does(a_campaign: Callable[..., Campaign]) -> None:
    class Figures(FormSchema):
        expected = Count("Phải báo cáo", unit="đơn vị", aggregate=NONE, computed=True)
        crashes = Count("Số vụ", unit="vụ", aggregate=OUTSIDE)
        shape = Choice("Hình thức", options={"meeting": "Họp"})
        area = Quantity("Diện tích", unit="ha")

    figures = compose(Form(code="D", title="Biểu", schema=Figures, version=1, source="Biểu D"), a_campaign())
    payload = {
        "fields": {"expected": 16, "crashes": 28, "shape": "meeting", "area": 5},
        "by_topic": {"crashes": {"law": 1}},
    }
    assert facts_of(figures, payload) == (Fact("crashes", "", 28),)


@pytest.mark.parametrize("payload", [{}, {"fields": None}, {"fields": [], "by_topic": 5, "cases": "x"}])
def test_a_payload_without_cells_has_no_facts(form: ComposedForm, payload: dict[str, object]) -> None:
    assert facts_of(form, payload) == ()


@given(
    st.dictionaries(
        st.sampled_from(["state", "staff", "items", "ready", "area", "title"]),
        st.integers() | st.text() | st.booleans() | st.floats(),
    )
)
def test_only_whole_numbers_are_facts(form: ComposedForm, fields: dict[str, object]) -> None:
    for fact in facts_of(form, {"fields": fields}):
        assert type(fact.value) is int
        assert fact.field not in {"area", "title"}
