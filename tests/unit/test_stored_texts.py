"""Texts of what is counted are those of the standard library's encoder: equal values, equal texts."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thidua.adapters.db.types import from_json
from thidua.adapters.db.types import to_json
from thidua.adapters.db.types import to_sorted_json

_whole = st.integers(-(2**63), 2**63 - 1)
_texts = st.text(st.characters(exclude_categories=["Cs"]))
_values = st.recursive(
    st.none() | _whole | _texts, lambda inner: st.lists(inner) | st.dictionaries(_texts, inner), max_leaves=20
)


@given(_values)
def test_what_is_counted_is_written_as_it_always_was(value: object) -> None:
    text = to_sorted_json(value)
    assert text == json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert from_json(text) == from_json(text.encode()) == value


def test_cells_are_written_as_lists() -> None:
    assert to_sorted_json({"A": {"b": (1, None, 3, 0), "a": (0, 0, 0, 0)}}) == '{"A":{"a":[0,0,0,0],"b":[1,null,3,0]}}'


def test_a_number_that_no_column_holds_is_refused_and_not_rounded() -> None:
    with pytest.raises(TypeError):
        to_sorted_json({"a": 2**64})


@given(_values | st.floats(allow_nan=False, allow_infinity=False))
def test_what_is_stored_is_read_as_it_was(value: object) -> None:
    assert from_json(to_json(value)) == value


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        to_json([value])
