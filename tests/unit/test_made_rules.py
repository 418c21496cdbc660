"""Rules made of fields and sentences: of the report alone and against the record, and how they write."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from thidua_sdk import EarlierReport
from thidua_sdk import Finding
from thidua_sdk import Level
from thidua_sdk import PeriodView
from thidua_sdk import PlanView
from thidua_sdk import Record
from thidua_sdk import RecordRule
from thidua_sdk import UnitView
from thidua_sdk import Values
from thidua_sdk import at_least
from thidua_sdk import differs_from_previous
from thidua_sdk import folded
from thidua_sdk import not_before
from thidua_sdk import positive
from thidua_sdk import positive_if
from thidua_sdk import settled_at_most
from thidua_sdk import shown_day
from thidua_sdk import shown_number


def a_record(*earlier: dict[str, object]) -> Record:
    return Record(
        unit=UnitView("U", "Đơn vị", "library"),
        period=PeriodView("P2", frozenset(), 2, date(2030, 3, 31), None),
        plan=PlanView(2030, date(2030, 1, 5), None, date(2030, 12, 31)),
        today=date(2030, 4, 1),
        earlier=tuple(EarlierReport("P1", accepted=True, fields=fields) for fields in earlier),
    )


def found(rule: RecordRule, record: Record, **fields: Any) -> list[Finding]:
    return list(rule.check(Values(fields), record))


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [(3, 3, True), (2, 3, False), (None, 3, True), (0, None, True), (None, None, True), (0, 1, False)],
)
def test_at_least(left: int | None, right: int | None, *, expected: bool) -> None:
    rule = at_least("L1", "left", "right", "Ít.", level=Level.WARNING, source="Biểu L")

    assert rule.holds(Values({"left": left, "right": right})) is expected
    assert (rule.code, rule.level, rule.cells, rule.source) == (
        "L1",
        Level.WARNING,
        ("/fields/left", "/fields/right"),
        "Biểu L",
    )


@pytest.mark.parametrize(
    ("name", "cause", "expected"),
    [(0, 1, False), (1, 1, True), (None, 1, True), (0, 0, True), (0, None, True)],
)
def test_positive_if(name: int | None, cause: int | None, *, expected: bool) -> None:
    rule = positive_if("L1", "name", "cause", "Phải lớn hơn 0.")

    assert rule.holds(Values({"name": name, "cause": cause})) is expected
    assert rule.level is Level.ERROR


def test_positive_if_is_shown_at_the_cell_that_is_said() -> None:
    own, other = ("/fields/name", "/fields/cause"), ("/fields/cause", "/fields/name")

    assert positive_if("L1", "name", "cause", "Sai.").cells == own
    assert positive_if("L1", "name", "cause", "Sai.", first="name").cells == own
    assert positive_if("L1", "name", "cause", "Sai.", first="cause").cells == other
    with pytest.raises(ValueError, match="rule L1 is shown at name or cause, not at else"):
        positive_if("L1", "name", "cause", "Sai.", first="else")


@pytest.mark.parametrize(("value", "expected"), [(None, False), (0, False), (1, True), ("1", False)])
def test_positive(value: object, *, expected: bool) -> None:
    assert positive("name")(Values({"name": value})) is expected


def test_a_day_does_not_lie_before_the_earliest() -> None:
    rule = not_before("L1", "on", lambda record: record.plan.issued_from, "{day} trước {earliest}.", source="Biểu L")

    assert found(rule, a_record(), on=date(2030, 1, 5)) == []
    assert found(rule, a_record(), on=None) == []
    assert found(rule, a_record(), on=date(2030, 1, 4)) == [
        Finding("L1", Level.ERROR, "4/1/2030 trước 5/1/2030.", ("/fields/on",), "Biểu L")
    ]


def test_no_day_is_too_early_where_no_bound_is_known() -> None:
    rule = not_before("L1", "on", lambda record: record.plan.parent_issued_on, "{day} trước {earliest}.")

    assert found(rule, a_record(), on=date(1, 1, 1)) == []


@pytest.mark.parametrize(
    ("settled", "raised", "expected"),
    [(4, 1, None), (5, 1, "5 > 1 + 3"), (None, 1, None), (3, None, None), (4, None, "4 > 0 + 3")],
)
def test_no_more_is_settled_than_was_raised(settled: int | None, raised: int | None, expected: str | None) -> None:
    rule = settled_at_most("L1", "settled", "raised", "{settled} > {raised} + {carried}")
    record = a_record({"raised": 5, "settled": 1}, {"raised": None, "settled": 1})

    findings = found(rule, record, settled=settled, raised=raised)

    cells = ("/fields/settled", "/fields/raised")
    assert findings == ([Finding("L1", Level.ERROR, expected, cells)] if expected else [])


def test_counts_that_are_all_those_of_the_report_before_look_copied() -> None:
    rule = differs_from_previous("L1", ("a", "b"), "Giống hệt kỳ trước.")
    same: dict[str, object] = {"a": 3, "b": 4}

    assert found(rule, a_record({"a": 1, "b": 1}, same), **same) == [
        Finding("L1", Level.WARNING, "Giống hệt kỳ trước.", ("/fields/a", "/fields/b"))
    ]
    assert found(rule, a_record(same, {"a": 3, "b": 5}), **same) == []
    assert found(rule, a_record(), **same) == []
    assert found(rule, a_record({"a": 3, "b": 0}), a=3, b=0) == []
    assert found(rule, a_record({"a": 3}), a=3) == []


def test_sentences_of_the_record_have_their_own_places() -> None:
    with pytest.raises(ValueError, match="has the place 'name'; offered are day, earliest"):
        not_before("L1", "on", lambda _record: None, "{name} sai.")
    with pytest.raises(ValueError, match="has the place 'name'; offered are settled, raised, carried"):
        settled_at_most("L1", "settled", "raised", "{name} sai.")
    with pytest.raises(ValueError, match="has the place 'a'; none is offered"):
        differs_from_previous("L1", ("a",), "{a} sai.")


def test_days_numbers_and_names_are_written_one_way() -> None:
    assert shown_day(date(2030, 9, 1)) == "1/9/2030"
    assert [shown_number(number) for number in (0, 999, 1000, 1234567, -1200)] == [
        "0",
        "999",
        "1.000",
        "1.234.567",
        "-1.200",
    ]
    assert [folded(text) for text in ("  ĐẤT \n Rừng ", None, "", 0)] == ["đất rừng", "", "", ""]
