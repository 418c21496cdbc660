from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from datetime import UTC
from datetime import date
from datetime import datetime
from decimal import Decimal

import marshmallow as ma
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thidua.forms.compose import ComposedForm
from thidua.forms.compose import compose
from thidua.forms.envelope import Envelope
from thidua.forms.envelope import read_envelope
from thidua.forms.judge import Judgement
from thidua.forms.judge import judge
from thidua_sdk import Campaign
from thidua_sdk import Finding
from thidua_sdk import Form
from thidua_sdk import FormSchema
from thidua_sdk import Level
from thidua_sdk import Line
from thidua_sdk import Record
from thidua_sdk import Records

Envelopes = Callable[..., Envelope]
Earlier = Callable[..., Record]


def said(judgement: Judgement) -> list[tuple[str, str]]:
    return [(finding.code, finding.cells[0]) for finding in judgement.findings]


def test_a_sound_report_has_no_findings_and_typed_values(
    form: ComposedForm, an_envelope: Envelopes, a_record: Earlier, sound_values: Mapping[str, object]
) -> None:
    judgement = judge(form, an_envelope(), a_record("year"))
    assert judgement.findings == ()
    values = judgement.values
    assert {name: values[name] for name in sound_values} == sound_values
    assert (values.number("staff"), values.text("title"), values["ready"]) == (12, "Đội tuyên truyền", True)
    assert values["posted_at"] == datetime(2021, 9, 14, 9, 30, tzinfo=UTC)
    assert values["origin"] == {"document": "112/BC", "as_of": date(2021, 9, 14)}
    assert values.topics("items") == {"law": 3, "local": 7}
    assert values.rows("cases") == ({"full_name": "Lý Mẫu", "status": "pending", "hours": 3},)
    assert values["share"] == Decimal("99.5")


def test_null_and_absent_are_no_data_and_zero_is_none(
    form: ComposedForm, an_envelope: Envelopes, a_record: Earlier
) -> None:
    judgement = judge(form, an_envelope({"items": None, "title": ..., "briefed": 0}, by_topic={}, rows={}), a_record())
    assert judgement.findings == ()
    assert (judgement.values.number("items"), judgement.values.number("briefed")) == (None, 0)
    assert "title" not in judgement.values


@pytest.mark.parametrize(
    ("changed", "code", "pointer"),
    [
        ({"staff": "12"}, "type", "/fields/staff"),
        ({"staff": 12.0}, "type", "/fields/staff"),
        ({"staff": True}, "type", "/fields/staff"),
        ({"staff": [12]}, "type", "/fields/staff"),
        ({"staff": 5001}, "range", "/fields/staff"),
        ({"staff": None}, "required", "/fields/staff"),
        ({"staff": ...}, "required", "/fields/staff"),
        ({"state": "other"}, "choice", "/fields/state"),
        ({"state": {}}, "choice", "/fields/state"),
        ({"area": "12,5"}, "type", "/fields/area"),
        ({"area": 1e300}, "range", "/fields/area"),
        ({"area": 0.125}, "format", "/fields/area"),
        ({"share": 100.1}, "range", "/fields/share"),
        ({"ready": 1}, "type", "/fields/ready"),
        ({"met_on": "14/9/2021"}, "type", "/fields/met_on"),
        ({"met_on": "2021-02-30"}, "type", "/fields/met_on"),
        ({"posted_at": "2021-09-14T16:30"}, "type", "/fields/posted_at"),
        ({"title": "x" * 51}, "length", "/fields/title"),
        ({"title": "a\nb"}, "format", "/fields/title"),
        ({"remarks": "a\x00"}, "format", "/fields/remarks"),
        ({"remarks": 5}, "type", "/fields/remarks"),
        ({"document": "không số"}, "format", "/fields/document"),
        ({"movements": ["a", 5]}, "type", "/fields/movements"),
        ({"movements": ["a"] * 4}, "length", "/fields/movements"),
        ({"movements": "a"}, "type", "/fields/movements"),
        ({"origin": "112/BC"}, "type", "/fields/origin"),
        ({"origin": {"as_of": None}}, "required", "/fields/origin/document"),
        ({"origin": {"document": "1", "page": 3}}, "unknown", "/fields/origin/page"),
        ({"extra": 1}, "unknown", "/fields/extra"),
        ({"cases": []}, "unknown", "/fields/cases"),
        ({"_schema": 1}, "unknown", "/fields/_schema"),
        ({"a/b~": None}, "unknown", "/fields/a~1b~0"),
    ],
)
def test_each_cell_is_judged_strictly_at_its_pointer(
    form: ComposedForm,
    an_envelope: Envelopes,
    a_record: Earlier,
    changed: Mapping[str, object],
    code: str,
    pointer: str,
) -> None:
    judgement = judge(form, an_envelope(changed), a_record())
    assert said(judgement) == [(code, pointer)]
    assert judgement.errors == judgement.findings
    assert judgement.values.number("briefed") == 10


@pytest.mark.parametrize(
    ("rows", "code", "pointer"),
    [
        ({"cases": {}}, "type", "/cases"),
        ({"cases": [{"full_name": "Lý", "status": "pending"}] * 6}, "length", "/cases"),
        ({"cases": ["x"]}, "type", "/cases/0"),
        ({"cases": [{"full_name": "Lý"}]}, "required", "/cases/0/status"),
        ({"cases": [{"full_name": "Lý", "status": "gone"}]}, "choice", "/cases/0/status"),
        ({"cases": [{"full_name": "Lý", "status": "pending", "x": 1}]}, "unknown", "/cases/0/x"),
        ({"cases": [{"full_name": "Lý", "status": "pending", "_schema": 1}]}, "unknown", "/cases/0/_schema"),
        ({"others": []}, "unknown", "/others"),
        ({"staff": []}, "unknown", "/staff"),
        ({"violations": [{}]}, "unknown", "/violations"),
    ],
)
def test_tables_are_judged_row_by_row(
    form: ComposedForm,
    an_envelope: Envelopes,
    a_record: Earlier,
    rows: Mapping[str, object],
    code: str,
    pointer: str,
) -> None:
    assert said(judge(form, an_envelope(rows=rows), a_record())) == [(code, pointer)]


def test_an_empty_common_table_is_nothing_where_the_form_has_none(
    form: ComposedForm, an_envelope: Envelopes, a_record: Earlier
) -> None:
    assert judge(form, an_envelope(rows={"violations": [], "nominations": []}), a_record()).findings == ()


@pytest.mark.parametrize(
    ("by_topic", "code", "pointer"),
    [
        ({"items": {"law": "3"}}, "type", "/by_topic/items/law"),
        ({"items": {"law": True}}, "type", "/by_topic/items/law"),
        ({"items": {"law": -1}}, "range", "/by_topic/items/law"),
        ({"items": {"law": 10**7}}, "range", "/by_topic/items/law"),
        ({"items": {"gone": 1}}, "unknown", "/by_topic/items/gone"),
        ({"items": [1]}, "type", "/by_topic/items"),
        ({"staff": {"law": 1}}, "unknown", "/by_topic/staff"),
        ({"gone": {"law": 1}}, "unknown", "/by_topic/gone"),
        ({"cases": {}}, "unknown", "/by_topic/cases"),
        ({"items": {"law": 8}}, "G5", "/by_topic/items/law"),
    ],
)
def test_topics_are_judged_as_strictly_as_their_field(
    form: ComposedForm,
    an_envelope: Envelopes,
    a_record: Earlier,
    by_topic: Mapping[str, object],
    code: str,
    pointer: str,
) -> None:
    assert said(judge(form, an_envelope(by_topic=by_topic), a_record())) == [(code, pointer)]


def test_topics_may_be_null_or_overlap_beyond_the_total(
    form: ComposedForm, an_envelope: Envelopes, a_record: Earlier
) -> None:
    for by_topic in ({"items": None}, {"items": {"law": None, "local": 0}}, {"items": {"law": 7, "local": 7}}):
        assert judge(form, an_envelope(by_topic=by_topic), a_record()).findings == ()


def test_a_topic_without_a_total_is_an_error_and_not_a_total(
    form: ComposedForm, an_envelope: Envelopes, a_record: Earlier
) -> None:
    judgement = judge(form, an_envelope({"items": None}, by_topic={"items": {"law": 2, "local": 0}}), a_record())
    (finding,) = judgement.findings
    assert (finding.code, finding.cells) == ("G5", ("/by_topic/items/law", "/fields/items"))
    assert "“Luật” có 2 nhưng ô “Tin, bài” chưa có số liệu" in finding.message
    assert judgement.values.number("items") is None


def test_a_wrong_total_is_not_compared_with_its_topics(
    form: ComposedForm, an_envelope: Envelopes, a_record: Earlier
) -> None:
    assert said(judge(form, an_envelope({"items": "7"}), a_record())) == [("type", "/fields/items")]


def test_a_wrong_topic_does_not_hide_another_above_the_total(
    form: ComposedForm, an_envelope: Envelopes, a_record: Earlier
) -> None:
    judgement = judge(form, an_envelope(by_topic={"items": {"law": "x", "local": 8}}), a_record())
    assert said(judgement) == [("type", "/by_topic/items/law"), ("G5", "/by_topic/items/local")]


@pytest.mark.parametrize("empty", [None, ..., ""])
def test_what_some_periods_require_is_asked_for_in_those_alone(
    form: ComposedForm, an_envelope: Envelopes, a_record: Earlier, empty: object
) -> None:
    envelope = an_envelope({"remarks": empty})
    assert said(judge(form, envelope, a_record("year", "fourth"))) == [("required", "/fields/remarks")]
    assert judge(form, envelope, a_record("quarter")).findings == ()


def test_a_wrong_cell_is_not_called_missing_on_top(
    form: ComposedForm, an_envelope: Envelopes, a_record: Earlier
) -> None:
    assert said(judge(form, an_envelope({"remarks": 5}), a_record("year"))) == [("type", "/fields/remarks")]


def test_everything_is_found_at_once_in_form_order(
    form: ComposedForm, an_envelope: Envelopes, a_record: Earlier
) -> None:
    envelope = an_envelope(
        {"staff": "12", "title": 5, "zzz": 1, "origin": {"as_of": "x"}, "movements": None},
        by_topic={"items": {"law": 8, "local": "x"}, "gone": {}},
        rows={"cases": [{"full_name": "Lý", "status": "pending"}, {"status": "x"}], "others": [1]},
        revision=2,
    )
    assert said(judge(form, envelope, a_record("year"))) == [
        ("type", "/fields/staff"),
        ("G5", "/by_topic/items/law"),
        ("type", "/by_topic/items/local"),
        ("type", "/fields/title"),
        ("required", "/fields/origin/document"),
        ("type", "/fields/origin/as_of"),
        ("required", "/cases/1/full_name"),
        ("choice", "/cases/1/status"),
        ("G7", "/correction_reason"),
        ("unknown", "/others"),
        ("unknown", "/by_topic/gone"),
        ("unknown", "/fields/zzz"),
    ]


def test_a_row_of_a_foreign_schema_is_still_judged(
    a_campaign: Callable[..., Campaign], an_envelope: Envelopes, a_record: Earlier
) -> None:
    class ForeignRow(ma.Schema):
        name = Line("Tên")

    class Listing(FormSchema):
        people = Records("Danh sách", of=ForeignRow)

    listing = compose(Form(code="L", title="Biểu", schema=Listing, version=1, source="Biểu L"), a_campaign())
    judgement = judge(listing, an_envelope(fields={}, by_topic={}, rows={"people": ["x"]}), a_record())
    assert said(judgement) == [("type", "/people/0")]


def test_the_same_thing_is_said_once(form: ComposedForm, an_envelope: Envelopes, a_record: Earlier) -> None:
    unread = Finding("type", Level.ERROR, "Sai.", ("/fields/staff",))
    judgement = judge(form, an_envelope({"staff": ...}), a_record(), unread=[unread, unread])
    assert judgement.findings == (unread,)


def test_a_flood_of_unknown_cells_is_not_answered_one_by_one(
    form: ComposedForm, an_envelope: Envelopes, a_record: Earlier
) -> None:
    flood = {f"name_{number}": 1 for number in range(5000)}
    assert len(judge(form, an_envelope(flood), a_record()).findings) == 100


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
KNOWN = (
    "state staff briefed items area share ready met_on posted_at title remarks document movements origin cases "
    "law local full_name status _schema code detail"
)
NAMES = st.sampled_from(KNOWN.split())
CELLS = st.dictionaries(NAMES | st.text(max_size=5), JSON | st.dictionaries(NAMES, JSON, max_size=4), max_size=8)


@given(CELLS, CELLS, st.lists(JSON | CELLS, max_size=7), JSON)
def test_no_report_does_more_than_have_findings(
    form: ComposedForm,
    a_record: Earlier,
    fields: dict[str, object],
    by_topic: dict[str, object],
    cases: list[object],
    stray: object,
) -> None:
    data = {
        "campaign_code": "THU-2021",
        "form_code": "T",
        "form_version": 2,
        "unit_code": "U1",
        "period_code": "2021-Q1",
        "fields": fields,
        "by_topic": by_topic,
        "cases": cases,
        "stray": stray,
    }
    envelope, _ = read_envelope(data)
    assert envelope is not None
    judgement = judge(form, envelope, a_record("year", earlier=({"items": 2, "briefed": 9},)))
    assert all(finding.message.endswith(".") and finding.cells[0].startswith("/") for finding in judgement.findings)
    assert len(set(judgement.findings)) == len(judgement.findings)
    missing = {"state", "staff", "briefed"} - fields.keys()
    assert {f"/fields/{name}" for name in missing} <= {finding.cells[0] for finding in judgement.errors}
