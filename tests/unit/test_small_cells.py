"""Small counts about violations stay with the units and the Office."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from thidua.application.veiled_status import accepted_only
from thidua.bootstrap import installed_plugins
from thidua.domain.small_cells import SMALLEST_SHOWN
from thidua.domain.small_cells import is_small
from thidua.domain.small_cells import without_small

CAMPAIGN = installed_plugins().campaigns["ATGT-2021"]


@given(st.dictionaries(st.integers(), st.integers(0, 12), max_size=8))
def test_no_hidden_part_can_be_had_back_from_the_total(parts: dict[int, int]) -> None:
    shown = without_small(parts)
    hidden = [key for key, value in shown.items() if value is None]
    assert not any(is_small(value) for value in shown.values())
    assert {key: value for key, value in shown.items() if value is not None}.items() <= parts.items()
    if hidden:
        # Either several stand for their sum, or everything else is nought and the total is small itself.
        assert len(hidden) > 1 or sum(parts.values()) < SMALLEST_SHOWN


def test_nought_and_no_data_point_at_nobody() -> None:
    assert without_small({"a": 0, "b": 9, "c": 0}) == {"a": 0, "b": 9, "c": 0}
    assert not is_small(None)
    assert not is_small(0)


def an_entry(code: str, official: object, **changed: object) -> dict[str, Any]:
    entry = {
        "key": code,
        "code": code,
        "official": official,
        "provisional": official,
        "cumulative": {"official": official, "provisional": official},
        "by_unit_type": {"district": {"official": 2}, "rooms": {"official": 9}, "centres": {"official": 7}},
        "by_topic": {},
        "by_value": {},
        "by_unit": {"LS-186-VHTT": {"official": 2}},
    }
    return entry | changed


def seen(*entries: dict[str, Any], campaign: Any = CAMPAIGN) -> dict[str, Any]:
    document = {
        "indicators": list(entries),
        "duties": [],
        "filing": {"units": [1]},
        "targets": [],
        "registers": {"v": 1},
    }
    reduced: Any = accepted_only(document, campaign)
    assert reduced["registers"] == {}
    return {entry["code"]: entry for entry in reduced["indicators"]}


def test_what_parts_come_to_over_time_tells_nothing_of_what_is_hidden() -> None:
    split = {"rooms": {"official": 2, "cumulative": {"official": 9}}}
    found = seen(an_entry("N25", 30, by_unit_type=split), an_entry("N10", 30, by_unit_type=split))
    assert "cumulative" not in found["N25"]["by_unit_type"]["rooms"]
    assert found["N10"]["by_unit_type"]["rooms"]["cumulative"] == {"official": 9}


def test_the_committee_reads_no_small_count_of_violations() -> None:
    found = seen(an_entry("N25", 3, cumulative={"official": 18, "provisional": 18}), an_entry("N10", 3))
    assert found["N25"]["official"] is None
    assert found["N25"]["cumulative"] == {"official": 18}
    assert found["N25"]["small_hidden"] is True
    assert {key: part["official"] for key, part in found["N25"]["by_unit_type"].items()} == {
        "district": None,
        "rooms": 9,
        "centres": None,
    }
    assert found["N10"]["official"] == 3
    assert found["N10"]["by_unit_type"]["district"] == {"official": 2}
    assert "by_unit" not in found["N10"]


def test_a_ratio_tells_nothing_of_a_small_side() -> None:
    sides = an_entry("N27", 6), an_entry("N25", 3, cumulative={"official": 9, "provisional": 9})
    ratio = an_entry("N28", "50.0", cumulative={"official": "66.7", "provisional": "66.7"}, by_unit_type={})
    found = seen(*sides, ratio)
    assert (found["N28"]["official"], found["N28"]["cumulative"]) == (None, {"official": "66.7"})


def test_while_the_plugin_does_not_serve_every_small_count_is_hidden() -> None:
    found = seen(an_entry("N10", 3), campaign=None)
    assert found["N10"]["official"] is None


def test_what_is_about_people_is_the_campaigns_to_say() -> None:
    harmless = replace(CAMPAIGN, indicators=tuple(replace(each, about_people=False) for each in CAMPAIGN.indicators))
    assert seen(an_entry("N25", 3), campaign=harmless)["N25"]["official"] == 3
