"""Precision and recall on the half of the labelled pairs that no threshold was chosen on."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from bench_modules import bench_module

from thidua.domain.likeness import Level

#: What docs/measurements.md publishes is above these; a change that loses more has to say so here.
PRECISION, RECALL, STRONG_PRECISION, STRONG_RECALL = 0.97, 0.93, 0.99, 0.62


@pytest.fixture(scope="module")
def bench() -> Any:
    return bench_module("likeness")


def test_the_set_is_large_has_both_kinds_and_tells_why(bench: Any) -> None:
    made = bench.pairs()
    assert len(made) >= 240
    assert len({pair.name for pair in made}) == len(made)
    for half in ("tune", "publish"):
        labels = Counter(pair.is_copy for pair in made if pair.half == half)
        assert min(labels.values()) >= 60
        assert {pair.form for pair in made if pair.half == half} == set("ABCD")
    assert all(pair.reason.endswith(".") for pair in made)


def test_no_text_stands_in_both_halves(bench: Any) -> None:
    shared = {"Không có", "Không"}
    texts: dict[str, set[str]] = {"tune": set(), "publish": set()}
    for pair in bench.pairs():
        if pair.what in {"only-dates", "pasted-all", "two-periods"}:
            texts[pair.half] |= {text for text in pair.other["fields"].values() if isinstance(text, str)}
    assert texts["tune"] & texts["publish"] <= shared


@pytest.mark.parametrize("half", ["tune", "publish"])
def test_precision_and_recall_stay_above_their_floors(bench: Any, half: str) -> None:
    chosen = [pair for pair in bench.pairs() if pair.half == half]
    precision, recall, wrong = bench.scores(chosen, Level.SOME, Level.STRONG)
    assert precision >= PRECISION, [pair.name for pair, _ in wrong]
    assert recall >= RECALL, [pair.name for pair, _ in wrong]
    precision, recall, _ = bench.scores(chosen, Level.STRONG)
    assert precision >= STRONG_PRECISION
    assert recall >= STRONG_RECALL
