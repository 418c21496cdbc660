"""Expressions of a workbook are understood whole or not at all."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies

from thidua.scaffolding.xlsform.expressions import Bound
from thidua.scaffolding.xlsform.expressions import Comparison
from thidua.scaffolding.xlsform.expressions import Length
from thidua.scaffolding.xlsform.expressions import Test as Condition
from thidua.scaffolding.xlsform.expressions import constraint_parts
from thidua.scaffolding.xlsform.expressions import summands
from thidua.scaffolding.xlsform.expressions import tests_of as conditions_of


@pytest.mark.parametrize(
    ("expression", "parts"),
    [
        (". >= 0", [Bound(">=", Decimal(0))]),
        (".>0 and .<10", [Bound(">", Decimal(0)), Bound("<", Decimal(10))]),
        ("( . >= 0 ) and (. <= 100)", [Bound(">=", Decimal(0)), Bound("<=", Decimal(100))]),
        ("0 <= . and . <= 31", [Bound(">=", Decimal(0)), Bound("<=", Decimal(31))]),
        (". >= -5.5", [Bound(">=", Decimal("-5.5"))]),
        (". <= ${tong}", [Comparison("<=", "tong")]),
        ("string-length(.) <= 30", [Length("<=", 30)]),
    ],
)
def test_simple_constraints_are_read(expression: str, parts: list[object]) -> None:
    assert constraint_parts(expression) == parts


@pytest.mark.parametrize(
    "expression",
    [
        *("", ".", "not(. > 3)", ". > 0 or . < -3", ". >= 0 and regex(., 'a')", ". <= today()", ". <= ${a} + 1"),
        *(". >= 0 and", "(. >= 0", ". >= 0)", "' and ' = .", ". mod 2 = 0", "count(${a}) > 1", ". >= 0 and ()"),
        f". >= 0 {'and . >= 0 ' * 500}",
    ],
)
def test_anything_more_is_not_read_in_part(expression: str) -> None:
    assert constraint_parts(expression) is None


def test_conditions_are_read() -> None:
    assert conditions_of("${a} = 'có and không'") == [Condition("a", "=", "có and không")]
    assert conditions_of('selected(${k}, "x") and ${n} >= 3') == [
        Condition("k", "selected", "x"),
        Condition("n", ">=", Decimal(3)),
    ]
    assert conditions_of("selected(../k, 'other')") == [Condition("k", "selected", "other")]
    assert conditions_of("${a} = 'x' or ${b} = 'y'") is None
    assert conditions_of("not(${a} = 'x')") is None


def test_sums_are_read() -> None:
    assert summands("${a} + ${b}+coalesce(${c}, 0)") == ["a", "b", "c"]
    assert summands("${a} - ${b}") is None
    assert summands("${a} + 1") is None


@given(strategies.text(alphabet="().'\"${}abn d+-<>=019,", max_size=60))
def test_no_text_breaks_the_reading(text: str) -> None:
    constraint_parts(text)
    conditions_of(text)
    summands(text)
