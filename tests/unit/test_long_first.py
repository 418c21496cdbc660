"""Whatever the tests and the processes, each test stands once, and the longest are the first of some process."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from long_first import LONGEST
from long_first import long_first

ROOT = Path(__file__).parents[2]
NAMES = st.sampled_from([*LONGEST, "tests/one.py", "tests/two.py"])


@given(modules=st.lists(NAMES), processes=st.integers(1, 6))
def test_each_test_stands_once_and_those_of_a_module_in_their_order(modules: list[str], processes: int) -> None:
    order = long_first(modules, processes)
    assert sorted(order) == list(range(len(modules)))
    for name in set(modules):
        places = [place for place in order if modules[place] == name]
        assert places == sorted(places)


def test_the_longest_stand_at_the_heads_of_what_each_process_begins_with() -> None:
    longest = sorted(LONGEST, key=lambda name: (-LONGEST[name], name))
    modules = [*["tests/one.py"] * 500, *(name for name in reversed(longest) for _ in range(2)), "tests/two.py"]
    order = [modules[place] for place in long_first(modules, 3)]
    # As xdist divides.
    first = len(order) // 3
    second = first + (len(order) - first) // 2
    assert [order[0], order[first], order[second]] == longest[:3]
    heads = [order[:first], order[first:second], order[second:]]
    loads = [sum(LONGEST.get(name, 0) for name in head) for head in heads]
    assert max(loads) - min(loads) <= 2 * max(LONGEST.values())
    for head in heads:
        is_long = [name in LONGEST for name in head]
        assert is_long == sorted(is_long, reverse=True)


@pytest.mark.parametrize("name", LONGEST)
def test_every_name_is_one_of_a_module(name: str) -> None:
    assert (ROOT / name).is_file()
