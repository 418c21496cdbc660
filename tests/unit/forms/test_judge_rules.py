"""Rules of the form, of its payload and against the record."""

from __future__ import annotations

from collections.abc import Callable

from thidua.forms.compose import ComposedForm
from thidua.forms.compose import compose
from thidua.forms.envelope import Envelope
from thidua.forms.judge import Judgement
from thidua.forms.judge import judge
from thidua_sdk import Campaign
from thidua_sdk import Finding
from thidua_sdk import Form
from thidua_sdk import FormSchema
from thidua_sdk import Level
from thidua_sdk import Line
from thidua_sdk import Record
from thidua_sdk import RecordRule

Envelopes = Callable[..., Envelope]
Earlier = Callable[..., Record]


def said(judgement: Judgement) -> list[tuple[str, str]]:
    return [(finding.code, finding.cells[0]) for finding in judgement.findings]


def test_a_broken_rule_says_the_values_and_names_its_cells(
    form: ComposedForm, an_envelope: Envelopes, a_record: Earlier
) -> None:
    (finding,) = judge(form, an_envelope({"staff": 1200, "briefed": 1300}), a_record()).findings
    assert finding == Finding(
        "T3",
        Level.ERROR,
        "Số quán triệt 1.300 lớn hơn tổng số 1.200.",
        ("/fields/briefed", "/fields/staff"),
        "Biểu T, dòng T03",
    )


def test_a_rules_warning_is_apart_from_errors(form: ComposedForm, an_envelope: Envelopes, a_record: Earlier) -> None:
    judgement = judge(form, an_envelope({"state": "none", "staff": 5}), a_record())
    assert [finding.code for finding in judgement.errors] == ["T3"]
    assert [finding.message for finding in judgement.warnings] == ["Có 7 tin, bài mà tình trạng là Chưa."]


def test_a_rule_rests_while_one_of_its_cells_is_wrong(
    form: ComposedForm, an_envelope: Envelopes, a_record: Earlier
) -> None:
    judgement = judge(form, an_envelope({"staff": "5", "state": "none"}), a_record())
    assert said(judgement) == [("type", "/fields/staff"), ("T4", "/fields/items")]


def test_rules_against_the_record_run_once_nothing_is_wrong_in_the_cells(
    form: ComposedForm, an_envelope: Envelopes, a_record: Earlier
) -> None:
    (finding,) = judge(form, an_envelope({"briefed": 0}), a_record()).findings
    assert (finding.code, finding.message) == ("T9", "Đơn vị Đơn vị Một ghi 1 trường hợp.")
    assert said(judge(form, an_envelope({"briefed": 0, "title": 5}), a_record())) == [("type", "/fields/title")]
    with_unknown = said(judge(form, an_envelope({"briefed": 0, "zzz": 5}), a_record()))
    assert with_unknown == [("T9", "/cases"), ("unknown", "/fields/zzz")]


def test_a_rule_against_the_record_may_point_at_the_envelope(
    every_kind: Form, a_campaign: Callable[..., Campaign], an_envelope: Envelopes, a_record: Earlier
) -> None:
    class Sourced(FormSchema):
        title = Line("Tên")
        record_rules = (
            RecordRule("S1", lambda _values, _record: [Finding("S1", Level.ERROR, "Sai.", ("/correction_reason",))]),
            RecordRule("S2", lambda _values, _record: [Finding("S2", Level.ERROR, "Sai.", ("/fields/gone",))]),
        )

    sourced = compose(Form(code="S", title="Biểu", schema=Sourced, version=1, source="Biểu S"), a_campaign())
    envelope = an_envelope(fields={"title": "x"}, by_topic={}, rows={})
    assert said(judge(sourced, envelope, a_record())) == [("S1", "/correction_reason")]


def test_a_reason_that_could_not_be_read_is_not_called_missing_on_top(
    form: ComposedForm, an_envelope: Envelopes, a_record: Earlier
) -> None:
    too_long = Finding("length", Level.ERROR, "Dài quá.", ("/correction_reason",))
    assert judge(form, an_envelope(revision=1), a_record(), unread=[too_long]).findings == (too_long,)


def test_a_short_form_asks_and_judges_only_what_it_keeps(
    every_kind: Form, a_campaign: Callable[..., Campaign], an_envelope: Envelopes, a_record: Earlier
) -> None:
    short = compose(every_kind, a_campaign(), only=("state", "cases"))
    assert judge(short, an_envelope(fields={"state": "begun"}, by_topic={}), a_record("year")).findings == ()
    outside = judge(short, an_envelope(fields={"state": "begun", "staff": 3}, by_topic={}), a_record())
    assert said(outside) == [("unknown", "/fields/staff")]
