"""Small counts about violations stay with the units and the Office."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from thidua.application.access.permissions import SMALLEST_SHOWN
from thidua.application.status.veiled_status import accepted_only
from thidua.bootstrap import installed_plugins
from thidua.domain.small_cells import is_small
from thidua.domain.small_cells import with_cover
from thidua.domain.small_cells import without_small

CAMPAIGN = installed_plugins().campaigns["ATGT-2021"]


@given(st.dictionaries(st.integers(), st.integers(0, 12), max_size=8))
def test_no_hidden_part_can_be_had_back_from_the_total(parts: dict[int, int]) -> None:
    shown = without_small(parts, SMALLEST_SHOWN)
    hidden = [parts[key] for key, value in shown.items() if value is None]
    assert not any(is_small(value, SMALLEST_SHOWN) for value in shown.values())
    assert {key: value for key, value in shown.items() if value is not None}.items() <= parts.items()
    if hidden:
        # Several stand for their sum, which is not small itself, or everything else is nought.
        left = sum(parts.values()) - sum(value or 0 for value in shown.values())
        assert (len(hidden) > 1 and left >= SMALLEST_SHOWN) or not any(shown.values())


def test_two_that_come_to_two_are_one_each_so_a_third_covers_them() -> None:
    assert without_small({"a": 1, "b": 1, "c": 9, "d": 7}, 5) == {"a": None, "b": None, "c": 9, "d": None}


def test_what_is_nowhere_shown_covers_as_well() -> None:
    assert with_cover({"a": 2, "b": 9}, {"a"}, 5, beside=3) == {"a"}
    assert with_cover({"a": 2, "b": 9}, {"a"}, 5, beside=2) == {"a", "b"}
    assert with_cover({"a": 2, "b": 9}, (), 5) == set()


def test_nought_and_no_data_point_at_nobody() -> None:
    assert without_small({"a": 0, "b": 9, "c": 0}, 5) == {"a": 0, "b": 9, "c": 0}
    assert not is_small(None, 5)
    assert not is_small(0, 5)


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


def a_document(*entries: dict[str, Any]) -> dict[str, Any]:
    return {
        "digest": "of the whole",
        "indicators": list(entries),
        "duties": [],
        "filing": {"units": [1]},
        "targets": [],
        "registers": {"v": 1},
    }


def seen(
    *entries: dict[str, Any], campaign: Any = CAMPAIGN, earlier: Any = (), is_past: bool = False
) -> dict[str, dict[str, Any]]:
    reduced: Any = accepted_only(a_document(*entries), campaign, earlier, is_past=is_past)
    assert reduced["registers"] == {}
    return {entry["code"]: entry for entry in reduced["indicators"]}


def alone(code: str, official: object, cumulative: object = 30) -> dict[str, Any]:
    """An indicator without splits."""
    told = {"official": cumulative, "provisional": cumulative}
    return an_entry(code, official, cumulative=told, by_unit_type={})


def test_what_parts_come_to_over_time_tells_nothing_of_what_is_hidden() -> None:
    split = {"rooms": {"label": "Phòng", "official": 2, "cumulative": {"official": 9}}, "centres": {"official": 28}}
    found = seen(an_entry("N25", 30, by_unit_type=split), an_entry("N10", 30, by_unit_type=split))
    assert found["N25"]["by_unit_type"]["rooms"] == {"label": "Phòng", "official": None}
    assert found["N10"]["by_unit_type"]["rooms"]["cumulative"] == {"official": 9}


def test_the_committee_reads_no_small_count_of_violations() -> None:
    found = seen(an_entry("N25", 18), an_entry("N10", 3))
    assert found["N25"]["official"] == 18
    assert found["N25"]["small_hidden"] is True
    assert {key: part["official"] for key, part in found["N25"]["by_unit_type"].items()} == {
        "district": None,
        "rooms": 9,
        "centres": None,
    }
    assert found["N10"]["official"] == 3
    assert found["N10"]["by_unit_type"]["district"] == {"official": 2}
    assert "by_unit" not in found["N10"]
    assert "small_hidden" not in found["N10"]


def test_the_parts_of_a_hidden_total_do_not_add_up_to_it() -> None:
    found = seen(an_entry("N25", 3, by_unit_type={"rooms": {"official": 0}, "centres": {"official": 3}}))["N25"]
    assert [part["official"] for part in found["by_unit_type"].values()] == [None, None]


def test_a_cumulative_figure_is_shown_where_all_that_it_adds_up_is() -> None:
    """Otherwise what is shown of the periods, taken from it, is what is hidden of one."""
    now = alone("N25", 10, 12), alone("N26", 10, 20)
    before = a_document(alone("N25", 2, 2), alone("N26", 10, 10))
    assert [each["cumulative"]["official"] for each in seen(*now, earlier=[before]).values()] == [None, 20]
    assert seen(alone("N25", 3, 18))["N25"]["cumulative"] == {"official": None}


def test_one_hidden_part_of_an_indicator_is_not_had_back_from_the_others() -> None:
    """N27 adds up the kinds of handling, N27a to N27d, and what districts handled."""
    kinds = alone("N27a", 9), alone("N27b", 2), alone("N27c", 7), alone("N27d", 0)
    found = seen(alone("N27", 18), *kinds)
    assert {code: each["official"] for code, each in found.items()} == {
        "N27": 18,
        "N27a": 9,
        "N27b": None,
        "N27c": None,
        "N27d": 0,
    }
    assert not any(each["cumulative"]["official"] for each in found.values())
    two = seen(alone("N27", 6), alone("N27b", 2), alone("N27a", 4))
    assert [each["official"] for each in two.values()] == [6, None, None]
    # Parts that come to more than the whole tell that the figures are of different readings: nothing is sure then.
    assert seen(alone("N27", 9), alone("N27b", 2), alone("N27a", 8))["N27"]["official"] is None
    # What districts handled is shown nowhere and covers it.
    assert seen(alone("N27", 30), alone("N27b", 2), alone("N27a", 9))["N27a"]["official"] == 9


def test_what_is_in_a_whole_and_in_none_of_its_parts_is_not_had_back_either() -> None:
    """N27 less its kinds, which rooms and centres tell, is what districts handled: two."""
    found = seen(alone("N27", 9), alone("N27a", 7))
    assert [each["official"] for each in found.values()] == [9, None]
    found = seen(alone("N27", 16), alone("N27a", 7), alone("N27b", 4 + 3))
    assert [each["official"] for each in found.values()] == [16, None, 7]


def test_how_an_indicator_splits_is_hidden_while_one_of_its_parts_is() -> None:
    split = {"rooms": {"official": 9}, "centres": {"official": 21}}
    found = seen(an_entry("N27", 30, by_unit_type=split), alone("N27b", 2), alone("N27a", 9))
    assert [part["official"] for part in found["N27"]["by_unit_type"].values()] == [None, None]
    small = {"rooms": {"official": 2}, "centres": {"official": 28}}
    found = seen(an_entry("N27", 40, by_unit_type=split), an_entry("N27a", 30, by_unit_type=small))
    assert [part["official"] for part in found["N27"]["by_unit_type"].values()] == [None, None]


def test_a_ratio_tells_nothing_of_a_small_side() -> None:
    ratio = an_entry("N28", "50.0", cumulative={"official": "66.7", "provisional": "66.7"}, by_unit_type={})
    found = seen(alone("N27", 6), alone("N25", 3, 9), ratio)
    assert (found["N28"]["official"], found["N28"]["cumulative"]) == (None, {"official": None})
    found = seen(alone("N27", 6), alone("N25", 12, 12), ratio)
    assert (found["N28"]["official"], found["N28"]["cumulative"]["official"]) == ("50.0", "66.7")


def test_of_the_past_nothing_about_people_is_shown() -> None:
    """Two moments differ by what one report brought."""
    found = seen(an_entry("N25", 30), an_entry("N10", 30), is_past=True)
    assert (found["N25"]["official"], found["N25"]["cumulative"]) == (None, {"official": None})
    assert [part["official"] for part in found["N25"]["by_unit_type"].values()] == [None] * 3
    assert found["N10"]["official"] == 30


def test_the_digest_is_that_of_what_is_shown() -> None:
    digests = {accepted_only(a_document(alone("N25", value)), CAMPAIGN)["digest"] for value in range(1, SMALLEST_SHOWN)}
    assert len(digests) == 1
    assert digests.isdisjoint({"of the whole", accepted_only(a_document(alone("N25", 9)), CAMPAIGN)["digest"]})


def test_while_the_plugin_does_not_serve_every_small_count_is_hidden() -> None:
    found = seen(an_entry("N10", 3), alone("N25", 30), campaign=None)
    assert found["N10"]["official"] is None
    assert found["N25"]["cumulative"]["official"] is None


def test_what_is_about_people_is_the_campaigns_to_say() -> None:
    harmless = replace(CAMPAIGN, indicators=tuple(replace(each, about_people=False) for each in CAMPAIGN.indicators))
    assert seen(an_entry("N25", 3), campaign=harmless)["N25"]["official"] == 3
