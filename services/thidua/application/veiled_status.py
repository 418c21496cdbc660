"""What the committee may see of a status: accepted aggregates, and of violations no small count."""

from __future__ import annotations

from collections.abc import Mapping

from thidua.domain.small_cells import is_small
from thidua.domain.small_cells import without_small
from thidua_sdk import Campaign

__all__ = ["accepted_only"]

#: What an indicator's entry splits its figure by.
_SPLITS = ("by_unit_type", "by_topic", "by_value")
#: For a document from before what was accepted was told apart.
_NOT_TOLD_APART = {"light": "amber", "reasons": ["Chưa tính lại theo số liệu đã tiếp nhận."]}


def accepted_only(document: Mapping[str, object], campaign: Campaign | None) -> dict[str, object]:
    """Leave accepted aggregates: no units, nothing provisional, no small count that points at persons.

    Args:
        document: with its details by unit.
        campaign: tells which indicators are about persons; None while its plugin does not serve,
            and then no indicator can be told to be harmless.
    """
    indicators = _entries(document, "indicators")
    about_people = {
        str(entry["code"])
        for entry in indicators
        if campaign is None or any(each.code == entry["code"] and each.about_people for each in campaign.indicators)
    }
    ratios = {} if campaign is None else {each.code: each.ratio for each in campaign.indicators if each.ratio}
    small = {
        (str(entry["code"]), span)
        for entry in indicators
        if entry["code"] in about_people
        for span, figure in _official(entry).items()
        if is_small(figure)
    }
    targets = _entries(document, "targets")
    reduced = dict(document)
    reduced["indicators"] = [
        _without_small(entry, ratios.get(str(entry["code"])), small) if entry["code"] in about_people else entry
        for entry in map(_without_provisional, indicators)
    ]
    reduced["duties"] = [
        {key: value for key, value in duty.items() if key not in {"units", "official_counts"}}
        | {"counts": duty["official_counts"]}
        for duty in _entries(document, "duties")
        # A document from before they were told apart has none that the committee may read.
        if "official_counts" in duty
    ]
    light = reduced.pop("official_light", None)
    reduced |= light if isinstance(light, Mapping) else _NOT_TOLD_APART
    filing = document["filing"]
    if isinstance(filing, Mapping):
        reduced["filing"] = {key: value for key, value in filing.items() if key != "units"} | {"units": []}
    if any(target.get("is_provisional") and target.get("verdict") != "tracked" for target in targets):
        reduced["targets_together"] = None
    reduced["targets"] = [target for target in targets if not target.get("is_provisional")]
    reduced["registers"] = {}
    return reduced


def _without_provisional(entry: Mapping[str, object]) -> dict[str, object]:
    return {
        key: _without_provisional(value) if isinstance(value, Mapping) else value
        for key, value in entry.items()
        if key not in {"provisional", "by_unit"}
    }


def _without_small(
    entry: Mapping[str, object], ratio: tuple[str, str] | None, small: set[tuple[str, str]]
) -> dict[str, object]:
    """Hide small counts; a ratio one of whose sides is hidden would tell of it."""
    veiled, code = dict(entry), str(entry["code"])
    hides = {span for span in ("period", "cumulative") if any((each, span) in small for each in ratio or (code,))}
    if "period" in hides:
        veiled["official"] = None
    if "cumulative" in hides:
        veiled["cumulative"] = {"official": None}
    hidden = bool(hides)
    for name in _SPLITS:
        parts = veiled.get(name)
        if not isinstance(parts, Mapping):
            continue
        counts = {key: value for key, part in parts.items() if (value := _count(part)) is not None}
        shown = without_small(counts)
        hidden = hidden or shown != counts
        # What two periods' cumulative parts differ by would tell what is hidden of one.
        veiled[name] = {
            key: {**{word: told for word, told in part.items() if word != "cumulative"}, "official": shown.get(key)}
            for key, part in parts.items()
        }
    return {**veiled, "small_hidden": True} if hidden else veiled


def _official(entry: Mapping[str, object]) -> dict[str, int | None]:
    return {"period": _count(entry), "cumulative": _count(entry.get("cumulative"))}


def _count(holder: object) -> int | None:
    value = holder.get("official") if isinstance(holder, Mapping) else None
    return value if isinstance(value, int) else None


def _entries(holder: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    value = holder.get(key)
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []
