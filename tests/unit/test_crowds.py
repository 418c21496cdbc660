"""Likeness among many at once comes out as from one comparison after the other."""

from __future__ import annotations

import random
from typing import Any

import pytest
from bench_modules import bench_module

from thidua.domain.crowds import Crowd
from thidua.domain.likeness import Comparison
from thidua.domain.likeness import Level
from thidua.domain.likeness import LikenessKind
from thidua.domain.likeness import Other
from thidua.domain.likeness import Portrait

NEAR = frozenset({"now"})


@pytest.fixture(scope="module")
def bench() -> Any:
    return bench_module("likeness")


def test_every_labelled_pair_gets_the_level_it_gets_alone(bench: Any) -> None:
    differing = []
    for pair in bench.pairs():
        paint = bench.PAINTERS[pair.form].portrait
        is_own = pair.kind == LikenessKind.OWN
        crowd = Crowd()
        crowd.add(unit="mine", period="now", revision=0, report_id=1, portrait=paint(pair.mine))
        crowd.add(
            unit="mine" if is_own else "other",
            period="before" if is_own else "now",
            revision=0,
            report_id=2,
            portrait=paint(pair.other),
        )
        for place, payload in enumerate(pair.crowd):
            crowd.add(unit=f"crowd-{place}", period="now", revision=0, report_id=3 + place, portrait=paint(payload))
        found = {likeness.report_id: likeness.level for likeness in crowd.alike_to(1, near=NEAR)}
        alone = bench.likeness_of(pair).level
        copied = crowd.copied_from(1, near=NEAR)
        strongest = max(found.values(), key=[Level.NONE, Level.SOME, Level.STRONG].index, default=Level.NONE)
        if found.get(2, Level.NONE) is not alone or (copied.level if copied else Level.NONE) is not strongest:
            differing.append(pair.name)
    assert differing == []


def drawn(seed: int) -> Portrait:
    source = random.Random(seed)
    counts = {
        f"/fields/c{place}": source.choice([source.randint(1, 30), source.randint(31, 3000)]) for place in range(20)
    }
    return Portrait((), counts, frozenset(counts))


@pytest.mark.parametrize("factor", [0.4, 0.5, 0.9, 1.1, 1.25, 2.0, 3.0])
def test_numbers_all_in_one_proportion_are_found_as_by_comparing_in_full(factor: float) -> None:
    for seed in range(40):
        mine = drawn(seed)
        scaled = {cell: round(count * factor) for cell, count in mine.counts.items() if round(count * factor)}
        other = Portrait((), scaled, mine.asked)
        alone = Comparison(mine)
        alone.add(Other(LikenessKind.NEIGHBOUR, "other", "now", 0, 2), other)
        crowd = Crowd()
        crowd.add(unit="mine", period="now", revision=0, report_id=1, portrait=mine)
        crowd.add(unit="other", period="now", revision=0, report_id=2, portrait=other)
        found = crowd.alike_to(1, near=NEAR)
        assert [each.level for each in found] == [each.level for each in alone.results() if each.level != Level.NONE]


def test_neighbours_of_periods_long_past_do_not_count_and_own_reports_do() -> None:
    mine = drawn(1)
    crowd = Crowd()
    crowd.add(unit="mine", period="now", revision=0, report_id=1, portrait=mine)
    crowd.add(unit="other", period="long ago", revision=0, report_id=2, portrait=mine)
    assert crowd.alike_to(1, near=NEAR) == ()
    assert crowd.copied_from(1, near=NEAR) is None
    crowd.add(unit="mine", period="long ago", revision=0, report_id=3, portrait=mine)
    crowd.add(unit="mine", period="long ago", revision=0, report_id=3, portrait=mine)
    [own] = crowd.alike_to(1, near=NEAR)
    assert crowd.copied_from(1, near=NEAR) is not None
    assert (own.report_id, own.kind, own.level) == (3, LikenessKind.OWN, Level.STRONG)
    assert (3 in crowd, 4 in crowd) == (True, False)


def test_who_shares_nothing_counts_among_those_who_do_not_write_a_sentence() -> None:
    text = " ".join(f"{first}{last}" for first in "bcdghklmnrst" for last in ("ang", "ong", "ung", "inh", "ach", "em"))
    asked = frozenset({"/fields/c"})
    mine = Portrait((("/fields/t", text),), {}, asked)
    others = [Portrait((("/fields/t", text),) if place < 5 else (), {}, asked) for place in range(40)]
    alone, crowd = Comparison(mine), Crowd()
    crowd.add(unit="mine", period="now", revision=0, report_id=1, portrait=mine)
    for place, other in enumerate(others):
        alone.add(Other(LikenessKind.NEIGHBOUR, f"u{place}", "now", 0, place + 2), other)
        crowd.add(unit=f"u{place}", period="now", revision=0, report_id=place + 2, portrait=other)
    expected = [each.level for each in alone.results() if each.level is not Level.NONE]
    assert [each.level for each in crowd.alike_to(1, near=NEAR)] == expected == [Level.STRONG] * 5
