from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thidua.forms.envelope import Envelope
from thidua.forms.envelope import Person
from thidua.forms.envelope import read_envelope

WHO = {"full_name": "Hoàng Thị Mẫu Đơn", "position": "Chuyên viên"}


def body(**parts: object) -> dict[str, object]:
    """Make an envelope's JSON; ``...`` takes a part out."""
    given: dict[str, object] = {
        "campaign_code": "THU-2021",
        "form_code": "T",
        "form_version": 1,
        "unit_code": "U1",
        "period_code": "2021-Q1",
        "fields": {"staff": 5},
    }
    return {name: value for name, value in (given | parts).items() if value is not ...}


def test_a_whole_envelope_is_read() -> None:
    envelope, findings = read_envelope(
        body(
            revision=1,
            is_estimate=True,
            status="submitted",
            prepared_by=WHO,
            approved_by=WHO,
            submitted_at="2021-03-16T10:05:00+07:00",
            by_topic={"items": {"law": 1}},
            violations=[{"a": 1}],
            nominations=[],
            cases=[1],
            attachments=[],
            correction_reason="Cộng sót một xã.",
            confirm_warnings=True,
        )
    )
    assert findings == ()
    assert envelope == Envelope(
        campaign_code="THU-2021",
        form_code="T",
        form_version=1,
        unit_code="U1",
        period_code="2021-Q1",
        revision=1,
        is_estimate=True,
        prepared_by=Person("Hoàng Thị Mẫu Đơn", "Chuyên viên"),
        approved_by=Person("Hoàng Thị Mẫu Đơn", "Chuyên viên"),
        correction_reason="Cộng sót một xã.",
        confirm_warnings=True,
        fields={"staff": 5},
        by_topic={"items": {"law": 1}},
        rows={"violations": [{"a": 1}], "nominations": [], "cases": [1]},
    )


def test_what_is_stored_is_json_and_leaves_out_what_the_server_decides() -> None:
    envelope, _ = read_envelope(
        body(status="submitted", prepared_by=WHO, violations=[{"a": 1}], by_topic={"items": {"law": 1}})
    )
    assert envelope is not None
    assert json.loads(json.dumps(envelope.payload)) == {
        "fields": {"staff": 5},
        "by_topic": {"items": {"law": 1}},
        "violations": [{"a": 1}],
        "prepared_by": WHO,
        "approved_by": None,
        "is_estimate": False,
        "correction_reason": "",
    }


def test_null_is_not_given() -> None:
    names = "revision is_estimate prepared_by approved_by correction_reason confirm_warnings status submitted_at"
    nulls = dict.fromkeys([*names.split(), "by_topic", "violations", "nominations", "attachments"])
    assert read_envelope(body(**nulls)) == read_envelope(body())


@pytest.mark.parametrize(
    ("parts", "code", "pointer"),
    [
        ({"form_version": "1"}, "type", "/form_version"),
        ({"form_version": True}, "type", "/form_version"),
        ({"form_version": 1.0}, "type", "/form_version"),
        ({"form_version": 0}, "range", "/form_version"),
        ({"form_version": ...}, "required", "/form_version"),
        ({"revision": -1}, "range", "/revision"),
        ({"revision": "0"}, "type", "/revision"),
        ({"is_estimate": 1}, "type", "/is_estimate"),
        ({"confirm_warnings": "true"}, "type", "/confirm_warnings"),
        ({"prepared_by": "Lý Mẫu"}, "type", "/prepared_by"),
        ({"prepared_by": {"full_name": "Lý Mẫu"}}, "required", "/prepared_by/position"),
        ({"prepared_by": WHO | {"full_name": "x" * 101}}, "length", "/prepared_by/full_name"),
        ({"approved_by": WHO | {"email": "a@b"}}, "unknown", "/approved_by/email"),
        ({"approved_by": WHO | {"_schema": 1}}, "unknown", "/approved_by/_schema"),
        ({"correction_reason": "x" * 1001}, "length", "/correction_reason"),
        ({"correction_reason": "a\x00"}, "format", "/correction_reason"),
        ({"status": "accepted"}, "choice", "/status"),
        ({"submitted_at": "16/3/2021"}, "type", "/submitted_at"),
        ({"fields": ...}, "required", "/fields"),
        ({"fields": None}, "required", "/fields"),
        ({"fields": []}, "type", "/fields"),
        ({"by_topic": []}, "type", "/by_topic"),
        ({"violations": {}}, "type", "/violations"),
        ({"nominations": "x"}, "type", "/nominations"),
        ({"attachments": ["a.pdf"]}, "type", "/attachments"),
        ({"attachments": {}}, "type", "/attachments"),
        ({"received_at": "2021-03-16"}, "unknown", "/received_at"),
        ({"a/b~c": 1}, "unknown", "/a~1b~0c"),
        ({"x" * 500: 1}, "unknown", "/" + "x" * 80 + "…"),
    ],
)
def test_each_fault_is_found_at_its_place_and_the_rest_is_read(
    parts: dict[str, object], code: str, pointer: str
) -> None:
    envelope, findings = read_envelope(body(**parts))
    assert [(finding.code, finding.cells) for finding in findings] == [(code, (pointer,))]
    assert envelope is not None
    assert envelope.unit_code == "U1"


@pytest.mark.parametrize("name", ["campaign_code", "form_code", "unit_code", "period_code"])
@pytest.mark.parametrize("value", [..., None, "", 5, ["A"], "x" * 61, "a\nb"])
def test_without_campaign_form_unit_or_period_there_is_no_envelope(name: str, value: object) -> None:
    envelope, findings = read_envelope(body(**{name: value}))
    assert envelope is None
    assert [finding.cells for finding in findings] == [(f"/{name}",)]


@pytest.mark.parametrize("data", [None, 5, "x", [], [body()], True])
def test_what_is_no_object_is_no_report(data: object) -> None:
    envelope, (finding,) = read_envelope(data)
    assert envelope is None
    assert finding.cells == ("",)


def test_all_faults_are_found_at_once_in_the_order_of_the_envelope() -> None:
    _, findings = read_envelope({"zzz": 1, "fields": 5, "form_code": 7, "prepared_by": {}})
    assert [finding.cells[0] for finding in findings] == [
        "/campaign_code",
        "/form_code",
        "/form_version",
        "/unit_code",
        "/period_code",
        "/prepared_by/full_name",
        "/prepared_by/position",
        "/fields",
        "/zzz",
    ]


def test_a_flood_of_unknown_names_is_not_answered_one_by_one() -> None:
    _, findings = read_envelope(body(**{f"name_{number}": 1 for number in range(5000)}))
    assert len(findings) == 100


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from([*body(), "revision", "prepared_by", "by_topic", "violations", "attachments", "submitted_at"])


@given(JSON | st.dictionaries(NAMES | st.text(max_size=5), JSON))
def test_no_json_value_does_more_than_be_refused(data: object) -> None:
    envelope, findings = read_envelope(data)
    assert envelope is not None or findings


@pytest.mark.parametrize("text", ["a\x0bb", "\x0b\x0c\x85", "chu\x1b[31mong", "\x7f"])
def test_a_comment_with_control_characters_is_refused_like_any_text(text: str) -> None:
    _, found = read_envelope(body(comments={"/fields/banners": text, "/fields/posters": "Đã đếm.\nHai lần."}))
    assert [(finding.code, finding.cells) for finding in found] == [("format", ("/comments/~1fields~1banners",))]
