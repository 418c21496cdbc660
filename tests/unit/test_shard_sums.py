"""Parts of the units add up to what their units come to, however they are divided."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from datetime import datetime
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from thidua.application.ports.shard_sums import KeptCells
from thidua.application.ports.shard_sums import KeptFiling
from thidua.application.ports.shard_sums import ShardSums
from thidua.application.ports.shard_sums import add_shards
from thidua.application.ports.shard_sums import sum_shard
from thidua.domain.filing import FilingState

START = datetime(2021, 3, 1, tzinfo=UTC)
TYPES = st.sampled_from(["room", "office"])
READING = st.none() | st.integers(0, 9)
Unit = tuple[KeptCells, KeptFiling]


@st.composite
def units(draw: st.DrawFn) -> list[Unit]:
    found = []
    for number in range(draw(st.integers(0, 9))):
        code, unit_type, state = f"U{number}", draw(TYPES), draw(st.sampled_from(FilingState))
        cells = {"A": draw(st.dictionaries(st.sampled_from("xyz"), st.tuples(*[READING] * 4)))}
        duties = draw(st.dictionaries(st.sampled_from(["O1", "O2"]), st.sampled_from(["done", "in_progress"])))
        turns_at = draw(st.none() | st.integers(0, 9).map(lambda days: START + timedelta(days=days)))
        flags = [draw(st.booleans()) for _ in range(3)]
        found.append(
            (
                KeptCells(code, unit_type, cells, duties),
                KeptFiling(code, unit_type, state.value, *flags, turns_at, f'{{"unit":"{code}"}}'),
            )
        )
    return found


def summed(units: Sequence[Unit]) -> ShardSums:
    return sum_shard([cells for cells, _ in units], [filing for _, filing in units])


@given(units(), st.integers(0, 9), st.randoms())
def test_parts_add_up_to_the_whole_in_any_order(given_units: list[Unit], cut: int, random: object) -> None:
    whole = add_shards({0: summed(given_units)})
    shuffled = list(given_units)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert add_shards({0: summed(shuffled)}) == whole
    parts = add_shards({1: summed(given_units[cut:]), 0: summed(given_units[:cut])})
    assert parts.cells == whole.cells
    for name in ("states", "expected", "counted", "accepted", "exempt_counted", "waiting", "duties", "turns_at"):
        assert getattr(parts.roster, name) == getattr(whole.roster, name), name


@given(units())
def test_what_a_roster_comes_to_is_counted_unit_by_unit(given_units: list[Unit]) -> None:
    roster = summed(given_units).roster
    filings = [filing for _, filing in given_units]
    assert sum(roster.states.values()) == len(filings)
    owing = [each for each in filings if each.filing != "exempt"]
    assert sum(roster.expected.values()) == len(owing)
    assert roster.counted + roster.exempt_counted == sum(each.counts for each in filings)
    assert roster.accepted == sum(1 for each in owing if each.accepted)
    said = [duties for cells, filing in given_units if filing.filing != "exempt" for duties in cells.duties.values()]
    counted = [n for by_type in roster.duties.values() for by_state in by_type.values() for n in by_state.values()]
    assert sum(counted) == len(said)


def test_another_revision_gives_another_digest() -> None:
    first = KeptFiling("U1", "room", "on_time", True, False, True, None, '{"revision":0}')  # noqa: FBT003  a row
    assert summed_alone(first) != summed_alone(first._replace(entry='{"revision":1}'))
    assert summed_alone(first) == summed_alone(first)


def summed_alone(filing: KeptFiling) -> str:
    return sum_shard([], [filing]).roster.digest
