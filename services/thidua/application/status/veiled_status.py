"""What the committee may see of a status: accepted aggregates, and of violations no small count.

A count is hidden where it is small, and where it would tell of one that is, together with all else
that is shown: the other parts of a total, other indicators fed by the same cells, other periods,
other moments, the digest.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping

from thidua.application.access.permissions import SMALLEST_SHOWN
from thidua.application.derived.status_document import digest_of
from thidua.domain.small_cells import is_small
from thidua.domain.small_cells import with_cover
from thidua.domain.small_cells import without_small
from thidua_sdk import Campaign
from thidua_sdk import Indicator

__all__ = ["accepted_only"]

#: What an indicator's entry splits its figure by.
_SPLITS = ("by_unit_type", "by_topic", "by_value")
#: What is in a whole and in none of its parts.
_BESIDE = ""
#: For a document from before what was accepted was told apart.
_NOT_TOLD_APART = {"light": "amber", "reasons": ["Chưa tính lại theo số liệu đã tiếp nhận."]}


def accepted_only(
    document: Mapping[str, object],
    campaign: Campaign | None,
    earlier: Iterable[Mapping[str, object]] = (),
    *,
    is_past: bool = False,
) -> dict[str, object]:
    """Leave accepted aggregates: no units, nothing provisional, no small count that points at persons.

    Args:
        document: with its details by unit.
        campaign: tells which indicators are about persons; None while its plugin does not serve,
            and then no indicator can be told to be harmless.
        earlier: the documents of the periods before, which go into the cumulative figures.
        is_past: the document is of a moment that is past. What two moments differ by is what one
            report brought, so that nothing about people is shown then.
    """
    people = _People(campaign, [document, *earlier], is_past=is_past)
    targets = _entries(document, "targets")
    reduced = dict(document)
    indicators = map(_without_provisional, _entries(document, "indicators"))
    reduced["indicators"] = [people.veiled(entry) for entry in indicators]
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
    if "digest" in reduced:
        # Of the whole, it would tell which of a few numbers stands behind what is hidden.
        reduced["digest"] = digest_of({key: value for key, value in reduced.items() if key != "inputs"})
    return reduced


class _People:
    """Which counts about people are hidden.

    An indicator all whose cells feed another one too is a part of it; both are kin then, and so are
    all that hang together in this way.
    """

    def __init__(self, campaign: Campaign | None, documents: Iterable[Mapping[str, object]], *, is_past: bool) -> None:
        told = [_entries(document, "indicators") for document in documents]
        plan = {each.code: each for each in campaign.indicators} if campaign else {}
        codes = {str(entry["code"]) for entries in told for entry in entries}
        self._about = {code for code in codes if campaign is None or (code in plan and plan[code].about_people)}
        self._ratios = {code: each.ratio for code, each in plan.items() if each.ratio}
        self._parts = _parts(plan[code] for code in sorted(self._about & plan.keys()))
        self._plan_is_known = campaign is not None
        self._split_small = {
            str(entry["code"])
            for entry in told[0]
            if any(is_small(value, SMALLEST_SHOWN) for name in _SPLITS for value in _split(entry, name).values())
        }
        self._hidden = [set(self._about) if is_past else self._hidden_in(entries) for entries in told]

    def veiled(self, entry: Mapping[str, object]) -> dict[str, object]:
        """Hide in an entry what tells of small counts; a ratio one of whose sides is hidden would."""
        code = str(entry["code"])
        if code not in self._about:
            return dict(entry)
        sides = self._ratios.get(code) or (code,)
        veiled, is_hidden = dict(entry), not self._hidden[0].isdisjoint(sides)
        if is_hidden:
            veiled["official"] = None
        hides = is_hidden
        # It shows no more than the periods it adds up do, as long as each of them is shown, and of its kin.
        if "cumulative" in entry:
            kin = self._kin(sides)
            is_told = all(hidden.isdisjoint(kin) for hidden in self._hidden)
            veiled["cumulative"] = entry["cumulative"] if is_told else {"official": None}
            hides = hides or not is_told
        parts = self._parts.get(code, set())
        for name in _SPLITS:
            if not isinstance(parted := entry.get(name), Mapping):
                continue
            counts = _split(entry, name)
            if is_hidden or not parts.isdisjoint(self._hidden[0] | self._split_small):
                shown: Mapping[str, int | None] = dict.fromkeys(counts)
            else:
                shown = without_small(counts, SMALLEST_SHOWN)
            hides = hides or shown != counts
            # What two periods' cumulative parts differ by would tell what is hidden of one.
            veiled[name] = {
                key: {word: told for word, told in part.items() if word != "cumulative"} | {"official": shown[key]}
                for key, part in parted.items()
            }
        return {**veiled, "small_hidden": True} if hides else veiled

    def _kin(self, codes: Iterable[str]) -> set[str]:
        """Return the indicators that hang together with some; all of them where no plan tells."""
        if not self._plan_is_known:
            return self._about
        found, more = set(codes), set(codes)
        while more:
            found |= more
            families = [{whole, *parts} for whole, parts in self._parts.items()]
            more = {code for family in families if not family.isdisjoint(found) for code in family} - found
        return found

    def _hidden_in(self, entries: Iterable[Mapping[str, object]]) -> set[str]:
        """Find whose own figure of a period is hidden: the small ones, and those that would tell of them."""
        totals: dict[str, int] = dict.fromkeys(self._about, 0)
        hidden: set[str] = set()
        for entry in entries:
            code, count = str(entry["code"]), _count(entry)
            if code in self._about:
                totals[code] += count or 0
                if is_small(count, SMALLEST_SHOWN):
                    hidden.add(code)
        for whole, parts in self._parts.items():
            if whole in hidden:
                continue
            counts = {code: totals[code] for code in sorted(parts)}
            # What no part tells is shown nowhere: it covers the others, unless it is small itself.
            beside, mine = totals[whole] - sum(counts.values()), hidden & parts
            if is_small(beside, SMALLEST_SHOWN):
                counts[_BESIDE] = beside
                mine.add(_BESIDE)
            elif mine and beside < 0:
                # Parts and whole are not of one reading, and nothing can be said of what they tell together.
                hidden.add(whole)
            rest = 0 if _BESIDE in mine else max(beside, 0)
            hidden |= with_cover(counts, mine, SMALLEST_SHOWN, rest) - {_BESIDE}
        return hidden


def _parts(indicators: Iterable[Indicator]) -> dict[str, set[str]]:
    """Return for each indicator those all whose cells feed it, if it has more cells than they."""
    cells = {each.code: {(source.form, source.field) for source in each.sources} for each in indicators}
    return {
        whole: parts
        for whole, fed in cells.items()
        if (parts := {code for code, own in cells.items() if own and own < fed})
    }


def _without_provisional(entry: Mapping[str, object]) -> dict[str, object]:
    return {
        key: _without_provisional(value) if isinstance(value, Mapping) else value
        for key, value in entry.items()
        if key not in {"provisional", "by_unit"}
    }


def _split(entry: Mapping[str, object], name: str) -> dict[str, int | None]:
    parts = entry.get(name)
    return {str(key): _count(part) for key, part in parts.items()} if isinstance(parts, Mapping) else {}


def _count(holder: object) -> int | None:
    value = holder.get("official") if isinstance(holder, Mapping) else None
    return value if isinstance(value, int) else None


def _entries(holder: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    value = holder.get(key)
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []
