"""Rules that hold for every form: G2 to G7."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping

import pytest

from thidua.forms.compose import ComposedForm
from thidua.forms.envelope import Envelope
from thidua.forms.envelope import Person
from thidua.forms.judge import Judgement
from thidua.forms.judge import judge
from thidua_sdk import Level
from thidua_sdk import Record

Envelopes = Callable[..., Envelope]
Earlier = Callable[..., Record]


def said(judgement: Judgement) -> list[tuple[str, str]]:
    return [(finding.code, finding.cells[0]) for finding in judgement.findings]


def test_ten_times_the_earlier_most_asks_for_a_second_look(
    form: ComposedForm, an_envelope: Envelopes, a_record: Earlier
) -> None:
    record = a_record(earlier=({"items": 2}, {"items": 3}, {"items": None}))
    (finding,) = judge(form, an_envelope({"items": 31}), record).findings
    assert (finding.code, finding.level, finding.cells) == ("G2", Level.WARNING, ("/fields/items",))
    assert "31" in finding.message
    assert "(3)" in finding.message
    assert judge(form, an_envelope({"items": 30}), record).findings == ()


@pytest.mark.parametrize(
    ("now", "earlier"),
    [(10, ({"items": 0},)), (9000, ({"items": 0},)), (10, ({"items": 1},)), (9000, ()), (9000, ({},))],
)
def test_nothing_or_little_before_gives_no_jump(
    form: ComposedForm,
    an_envelope: Envelopes,
    a_record: Earlier,
    now: int,
    earlier: tuple[Mapping[str, object], ...],
) -> None:
    assert judge(form, an_envelope({"items": now}), a_record(earlier=earlier)).findings == ()


def test_a_falling_cumulative_stock_asks_for_a_second_look_unless_a_reason_is_given(
    form: ComposedForm, an_envelope: Envelopes, a_record: Earlier
) -> None:
    # Staff come and go and items are those of one period; who was briefed stays briefed.
    record = a_record(earlier=({"briefed": 8, "items": 99}, {"briefed": 1200, "staff": 1300}, {}))
    (finding,) = judge(form, an_envelope({"briefed": 10}), record).findings
    assert (finding.code, finding.level, finding.cells) == ("G3", Level.WARNING, ("/fields/briefed",))
    assert "giảm từ 1.200 (kỳ 2021-K2) xuống 10" in finding.message
    assert judge(form, an_envelope(correction_reason="Cộng nhầm."), record).findings == ()


def test_one_person_in_both_places_is_a_warning(form: ComposedForm, an_envelope: Envelopes, a_record: Earlier) -> None:
    one, same, other = Person("Lý Mẫu", "Trưởng phòng"), Person("LÝ MẪU", "Q. Trưởng phòng"), Person("Bế Thị", "Phó")
    (finding,) = judge(form, an_envelope(prepared_by=one, approved_by=same), a_record()).findings
    assert (finding.code, finding.level, finding.cells[0]) == ("G6", Level.WARNING, "/approved_by")
    assert judge(form, an_envelope(prepared_by=one, approved_by=other), a_record()).findings == ()
    assert judge(form, an_envelope(prepared_by=one), a_record()).findings == ()


def test_a_correction_says_why_in_at_most_a_thousand_characters(
    form: ComposedForm, an_envelope: Envelopes, a_record: Earlier
) -> None:
    assert said(judge(form, an_envelope(revision=1), a_record())) == [("G7", "/correction_reason")]
    assert said(judge(form, an_envelope(revision=1, correction_reason=" "), a_record())) == [
        ("G7", "/correction_reason")
    ]
    assert judge(form, an_envelope(revision=1, correction_reason="Cộng nhầm."), a_record()).errors == ()
    assert said(judge(form, an_envelope(correction_reason="x" * 1001), a_record())) == [("G7", "/correction_reason")]
