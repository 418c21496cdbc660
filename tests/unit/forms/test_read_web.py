from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from thidua.forms.compose import ComposedForm
from thidua.forms.compose import compose
from thidua.forms.envelope import Envelope
from thidua.forms.judge import judge
from thidua.forms.readers import read_web
from thidua_sdk import Campaign
from thidua_sdk import Count
from thidua_sdk import Finding
from thidua_sdk import Form
from thidua_sdk import FormSchema
from thidua_sdk import Level
from thidua_sdk import Record

SOUND = {
    "/fields/state": "begun",
    "/fields/staff": "1.234",
    "/fields/briefed": " 05 ",
    "/fields/items": "7",
    "/by_topic/items/law": "3",
    "/by_topic/items/local": "",
    "/fields/area": "12,5",
    "/fields/share": "99,5",
    "/fields/ready": "yes",
    "/fields/met_on": "14/9/2021",
    "/fields/posted_at": "14/9/2021 16:30",
    "/fields/title": "  \u00d0ội\u00a0một ",
    "/fields/remarks": "một\r\nhai",
    "/fields/document": "45/KH",
    "/fields/movements": "Nông thôn mới\r\n\r\n Gia đình văn hóa ",
    "/fields/origin/document": "112/BC",
    "/fields/origin/as_of": "14.9.2021",
    "/cases/0/full_name": "Lý Mẫu",
    "/cases/0/status": "pending",
    "/cases/0/hours": "",
    "/prepared_by/full_name": "Hoàng Thị Mẫu Đơn",
    "csrf_token": "x",
}


def test_a_page_filled_the_vietnamese_way_becomes_json_values(form: ComposedForm) -> None:
    reading = read_web(form, SOUND)
    assert reading.findings == ()
    assert reading.fields == {
        "state": "begun",
        "staff": 1234,
        "briefed": 5,
        "items": 7,
        "area": "12.5",
        "share": "99.5",
        "ready": True,
        "met_on": "2021-09-14",
        "posted_at": "2021-09-14T16:30:00+07:00",
        "title": "Đội một",
        "remarks": "một\nhai",
        "document": "45/KH",
        "movements": ["Nông thôn mới", "Gia đình văn hóa"],
        "origin": {"document": "112/BC", "as_of": "2021-09-14"},
    }
    assert reading.by_topic == {"items": {"law": 3}}
    assert reading.rows == {"cases": [{"full_name": "Lý Mẫu", "status": "pending", "hours": None}]}


def test_what_is_read_passes_the_judge(
    form: ComposedForm, an_envelope: Callable[..., Envelope], a_record: Callable[..., Record]
) -> None:
    reading = read_web(form, SOUND)
    envelope = an_envelope(fields=reading.fields, by_topic=reading.by_topic, rows=reading.rows)
    assert judge(form, envelope, a_record(), unread=reading.unread).findings == ()


def test_empty_cells_are_no_data_and_cells_not_sent_stay_out(form: ComposedForm) -> None:
    sent = ["/fields/staff", "/fields/title", "/fields/ready", "/fields/movements", "/fields/origin/document"]
    reading = read_web(form, dict.fromkeys(sent, " "))
    assert reading.fields == {"staff": None, "title": None, "ready": None, "movements": None, "origin": None}
    assert reading.by_topic == {}
    assert reading.rows == {"cases": []}


def test_zero_and_no_are_not_no_data(form: ComposedForm) -> None:
    reading = read_web(form, {"/fields/briefed": "0", "/fields/ready": "no", "/by_topic/items/law": "0"})
    assert reading.fields == {"briefed": 0, "ready": False}
    assert reading.by_topic == {"items": {"law": 0}}


def test_unreadable_cells_are_found_all_at_once_and_kept_as_typed(form: ComposedForm) -> None:
    raw = {
        "/fields/staff": "hơn 20",
        "/by_topic/items/law": "l2",
        "/fields/met_on": "31/4/2021",
        "/fields/ready": "maybe",
        "/fields/origin/document": "112/BC",
        "/fields/origin/as_of": "hôm qua",
        "/cases/3/full_name": "Lý Mẫu",
        "/cases/3/hours": "7h30",
    }
    reading = read_web(form, raw)
    assert sorted(finding.cells[0] for finding in reading.findings) == [
        "/by_topic/items/law",
        "/cases/3/hours",
        "/fields/met_on",
        "/fields/origin/as_of",
        "/fields/ready",
        "/fields/staff",
    ]
    assert reading.fields == {"origin": {"document": "112/BC"}}
    assert reading.by_topic == {}
    assert reading.rows == {"cases": [{"full_name": "Lý Mẫu"}]}
    assert reading.typed == raw


def test_an_unreadable_cell_is_not_called_missing_on_top(
    form: ComposedForm, an_envelope: Callable[..., Envelope], a_record: Callable[..., Record]
) -> None:
    raw = SOUND | {
        "/fields/staff": "hơn 20",
        "/cases/0/full_name": "",
        "/cases/2/full_name": "Lý",
        "/cases/2/hours": "~3",
    }
    reading = read_web(form, raw)
    envelope = an_envelope(fields=reading.fields, by_topic=reading.by_topic, rows=reading.rows)
    judgement = judge(form, envelope, a_record(), unread=reading.unread)
    shown = [(finding.code, finding.cells[0]) for finding in reading.as_seen(judgement.findings)]
    assert shown == [
        ("type", "/fields/staff"),
        ("required", "/cases/0/full_name"),
        ("required", "/cases/2/status"),
        ("type", "/cases/2/hours"),
    ]


def test_empty_rows_go_and_findings_still_name_the_rows_as_seen(form: ComposedForm) -> None:
    raw = {
        "/cases/0/full_name": " ",
        "/cases/0/hours": "",
        "/cases/10/full_name": "Mười",
        "/cases/2/full_name": "Hai",
        "/cases/2/hours": "x",
    }
    reading = read_web(form, raw)
    assert reading.rows == {"cases": [{"full_name": "Hai"}, {"full_name": "Mười"}]}
    assert reading.kept == {"cases": (2, 10)}
    assert [finding.cells for finding in reading.findings] == [("/cases/2/hours",)]
    assert [finding.cells for finding in reading.unread] == [("/cases/0/hours",)]
    judged = Finding("T", Level.ERROR, "Sai.", ("/cases/1/full_name", "/cases", "/fields/staff", "/cases/9/hours"))
    assert reading.as_seen([judged])[0].cells == ("/cases/10/full_name", "/cases", "/fields/staff", "/cases/9/hours")


def test_a_control_the_form_does_not_have_is_found_unless_empty(form: ComposedForm) -> None:
    raw = {
        "/fields/gone": "12",
        "/fields/empty": " ",
        "/by_topic/staff/law": "1",
        "/by_topic/items/gone": "1",
        "/cases/0/gone": "x",
        "/cases/0/full_name": "Lý",
        "/cases/99999/full_name": "x",
        "/others/0/name": "x",
        "/": "x",
        "/approved_by/position": "x",
        "/correction_reason": "x",
        "_": "x",
    }
    findings = read_web(form, raw).findings
    assert [finding.code for finding in findings] == ["unknown"] * 7
    assert [finding.cells[0] for finding in findings] == [
        "/",
        "/by_topic/items/gone",
        "/by_topic/staff/law",
        "/cases/0/gone",
        "/cases/99999/full_name",
        "/fields/gone",
        "/others/0/name",
    ]


def test_a_repeated_control_is_refused_but_a_list_takes_several(form: ComposedForm) -> None:
    reading = read_web(form, {"/fields/staff": ["1", "2"], "/fields/briefed": ["3"], "/fields/movements": ["a", "b"]})
    assert [finding.cells for finding in reading.findings] == [("/fields/staff",)]
    assert reading.fields == {"briefed": 3, "movements": ["a", "b"]}
    assert reading.typed["/fields/staff"] == "1\n2"


def test_computed_cells_are_the_hosts(a_campaign: Callable[..., Campaign]) -> None:
    class Counted(FormSchema):
        expected = Count("Phải báo cáo", unit="đơn vị", computed=True)
        sent = Count("Đã nộp", unit="đơn vị")

    computed = compose(Form(code="D", title="Biểu", schema=Counted, version=1, source="Biểu D"), a_campaign())
    reading = read_web(computed, {"/fields/expected": "nhiều", "/fields/sent": "3"})
    assert reading.fields == {"sent": 3}
    assert reading.findings == ()


@given(st.dictionaries(st.sampled_from(sorted(SOUND)) | st.text(max_size=12).map("/".__add__), st.text(max_size=20)))
def test_no_page_does_more_than_have_findings(form: ComposedForm, raw: dict[str, str]) -> None:
    reading = read_web(form, raw)
    found = {finding.cells[0] for finding in reading.findings}
    assert reading.typed == {name: text for name, text in raw.items() if name.startswith("/")}
    for model in form.cell_fields.values():
        if model.pointer in found:
            assert model.name not in reading.fields
