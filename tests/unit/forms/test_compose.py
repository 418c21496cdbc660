from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import pytest

from thidua.domain.errors import PluginError
from thidua.forms.compose import ComposedForm
from thidua.forms.compose import compose
from thidua_sdk import Amendment
from thidua_sdk import Campaign
from thidua_sdk import Count
from thidua_sdk import Form
from thidua_sdk import FormSchema
from thidua_sdk import Line
from thidua_sdk import Need
from thidua_sdk import PayloadRule
from thidua_sdk import RecordRule
from thidua_sdk import at_most
from thidua_sdk import topic_cell

ARTICLE = "Kế hoạch 2022, mục III.2"


class Added(FormSchema):
    pledges = Count("Cam kết", unit="người", need=Need.OPTIONAL, source=ARTICLE)
    place = Line("Địa điểm", need=Need.OPTIONAL, source=ARTICLE)
    rules: ClassVar[tuple[PayloadRule, ...]] = (
        at_most("N1", "pledges", "staff", "Cam kết {pledges} lớn hơn tổng số {staff}."),
    )
    record_rules: ClassVar[tuple[RecordRule, ...]] = (RecordRule("N2", lambda _values, _record: ()),)


class OtherBriefed(FormSchema):
    briefed = Count("Đã quán triệt trực tuyến", unit="người", source=ARTICLE)


def amend(**parts: object) -> Amendment:
    return Amendment(**{"form": "T", "source": ARTICLE} | parts)  # type: ignore[arg-type]  # keywords of a builder


def test_a_form_without_amendments_is_the_schema_in_its_order(form: ComposedForm, every_kind: Form) -> None:
    assert (form.code, form.title, form.version, form.campaign_code) == ("T", "Biểu thử", 2, "THU-2021")
    assert [model.name for model in form.fields][:3] == ["state", "staff", "briefed"]
    assert form.sections == every_kind.schema.sections
    assert form.rules == every_kind.schema.rules
    assert form.record_rules == every_kind.schema.record_rules
    assert form.sums == (("A", "staff"),)
    assert form.field("items").by_topic
    assert [model.name for model in form.in_section(form.sections[0])] == list(form.sections[0].fields)


def test_cells_are_listed_in_form_order(form: ComposedForm) -> None:
    place = form.cells.index("/fields/items")
    assert form.cells[place : place + 3] == ("/fields/items", topic_cell("items", "law"), topic_cell("items", "local"))
    assert form.cells[-4:] == ("/fields/origin", "/fields/origin/document", "/fields/origin/as_of", "/cases")
    assert len(set(form.cells)) == len(form.cells)


def test_added_fields_stand_behind_their_place_in_its_section(
    every_kind: Form, a_campaign: Callable[..., Campaign]
) -> None:
    amended = compose(every_kind, a_campaign(amend(add=Added, after="briefed")))
    names = [model.name for model in amended.fields]
    assert names[2:6] == ["briefed", "pledges", "place", "items"]
    assert amended.sections[0].fields[2:5] == ("briefed", "pledges", "place")
    assert [rule.code for rule in amended.rules] == ["T3", "T4", "N1"]
    assert [rule.code for rule in amended.record_rules] == ["T9", "N2"]


def test_added_fields_without_a_place_stand_at_the_end(every_kind: Form, a_campaign: Callable[..., Campaign]) -> None:
    amended = compose(every_kind, a_campaign(amend(add=Added)))
    assert [model.name for model in amended.fields][-2:] == ["pledges", "place"]
    assert amended.sections[-1].fields[-2:] == ("pledges", "place")
    assert "pledges" not in amended.sections[0].fields


def test_a_dropped_field_takes_its_rules_along(every_kind: Form, a_campaign: Callable[..., Campaign]) -> None:
    amended = compose(every_kind, a_campaign(amend(drop=("staff", "cases"))))
    assert {"staff", "cases"}.isdisjoint(amended.by_name)
    assert [rule.code for rule in amended.rules] == ["T4"]
    assert "staff" not in amended.sections[0].fields


def test_a_field_dropped_and_added_at_once_is_changed_in_its_place(
    every_kind: Form, a_campaign: Callable[..., Campaign]
) -> None:
    amended = compose(every_kind, a_campaign(amend(drop=("briefed",), add=OtherBriefed, after="briefed")))
    assert amended.field("briefed").label == "Đã quán triệt trực tuyến"
    assert [model.name for model in amended.fields][1:4] == ["staff", "briefed", "items"]
    assert amended.sections[0].fields.count("briefed") == 1
    assert [rule.code for rule in amended.rules] == ["T3", "T4"]


def test_amendments_follow_one_another(every_kind: Form, a_campaign: Callable[..., Campaign]) -> None:
    amended = compose(every_kind, a_campaign(amend(add=Added, after="staff"), amend(drop=("place",))))
    assert "pledges" in amended.by_name
    assert "place" not in amended.by_name


def test_amendments_to_other_forms_change_nothing(
    every_kind: Form, a_campaign: Callable[..., Campaign], form: ComposedForm
) -> None:
    assert compose(every_kind, a_campaign(amend(form="X", drop=("nothing",)))).digest == form.digest


@pytest.mark.parametrize("parts", [{"drop": ("nothing",)}, {"add": Added, "after": "nothing"}, {"add": OtherBriefed}])
def test_an_impossible_amendment_names_its_article(
    every_kind: Form, a_campaign: Callable[..., Campaign], parts: dict[str, object]
) -> None:
    with pytest.raises(PluginError, match=ARTICLE):
        compose(every_kind, a_campaign(amend(**parts)))


def test_a_short_form_keeps_its_fields_in_form_order(every_kind: Form, a_campaign: Callable[..., Campaign]) -> None:
    short = compose(every_kind, a_campaign(), only=("cases", "items", "state"))
    assert [model.name for model in short.fields] == ["state", "items", "cases"]
    assert [section.fields for section in short.sections] == [("state", "items"), ("cases",)]
    assert [rule.code for rule in short.rules] == ["T4"]
    only_one = compose(every_kind, a_campaign(), only=("state",))
    assert [section.title for section in only_one.sections] == ["Số liệu"]


def test_a_short_form_cannot_keep_what_is_not_there(every_kind: Form, a_campaign: Callable[..., Campaign]) -> None:
    with pytest.raises(PluginError, match="nothing"):
        compose(every_kind, a_campaign(), only=("state", "nothing"))


def test_the_same_form_has_the_same_digest(
    every_kind: Form, a_campaign: Callable[..., Campaign], form: ComposedForm
) -> None:
    assert compose(every_kind, a_campaign()).digest == form.digest
    assert len(form.digest) == 64


def test_whatever_changes_what_is_asked_changes_the_digest(
    every_kind: Form, a_campaign: Callable[..., Campaign], form: ComposedForm
) -> None:
    digests = [
        form.digest,
        compose(every_kind, a_campaign(), only=("state",)).digest,
        compose(every_kind, a_campaign(amend(add=Added))).digest,
        compose(every_kind, a_campaign(amend(add=Added, after="staff"))).digest,
        compose(every_kind, a_campaign(amend(drop=("briefed",), add=OtherBriefed, after="briefed"))).digest,
    ]
    assert len(set(digests)) == len(digests)


def test_composing_leaves_the_unit_types_schema_alone(every_kind: Form, a_campaign: Callable[..., Campaign]) -> None:
    before = compose(every_kind, a_campaign()).digest
    compose(every_kind, a_campaign(amend(add=Added), amend(drop=("state",))))
    assert compose(every_kind, a_campaign()).digest == before


def test_places_follow_the_form_then_the_envelope_then_the_unknown(form: ComposedForm) -> None:
    pointers = [
        "/fields/state",
        "/fields/items",
        "/by_topic/items",
        "/by_topic/items/law",
        "/by_topic/items/local",
        "/by_topic/items/zzz",
        "/fields/origin",
        "/fields/origin/document",
        "/fields/origin/as_of",
        "/cases",
        "/cases/2/full_name",
        "/cases/2/status",
        "/cases/10",
        "/approved_by",
        "/correction_reason",
        "/by_topic/zzz",
        "/fields/zzz",
    ]
    assert sorted(set(pointers), key=form.place) == pointers
    assert form.place("")[0] == len(form.fields)
