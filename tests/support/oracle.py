"""The whole status of a campaign, told a second time: from payloads, ledger entries and declarations alone.

Written from what the plan and the contract say, in plain Python and without speed. It reads four
tables (what is owed, how that was changed, what was filed, what happened to it) and the values that
plugins declare, and shares no code with the program's own counting; only the campaign's evidence
rules are asked, for they are declarations.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Any
from typing import Final

from oracle_filing import Filed
from oracle_filing import OracleOfFiling
from oracle_filing import percent

__all__ = ["READINGS", "Oracle", "Source", "added"]

READINGS: Final = ("official", "provisional")

#: Numbers of one report or one unit: field, then part ("" is the whole field).
Numbers = dict[str, dict[str, int]]


def added(values: Iterable[int | None]) -> int | None:
    """Add what is known; nothing known is no data."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


@dataclass(frozen=True)
class Source:
    """A field of a form."""

    form: str
    field: str


class Oracle(OracleOfFiling):
    """What a campaign's status must say as of a moment."""

    def __post_init__(self) -> None:
        """Read the forms' declarations too."""
        super().__post_init__()
        self.fields = {
            (form.code, name): declared
            for each in entry_points(group="thidua.unit_types")
            for form in each.load().forms
            for name, declared in form.schema._declared_fields.items()
        }
        self._folded: dict[tuple[str, str, str, bool], dict[str, Numbers]] = {}

    # What was reported

    def numbers(self, report: Filed, reading: str) -> Numbers:
        """Take the numbers out of the payload that counts, each by its declaration."""
        number = report.counting(reading)
        if number is None:
            return {}
        payload, found = report.payloads[number], Numbers()
        asked = self._asked(report)
        for (form, name), declared in self.fields.items():
            if form == report.form and (asked is None or name in asked):
                parts = dict(self._parts(name, declared, payload))
                if parts:
                    found[name] = parts
        return found

    def _asked(self, report: Filed) -> frozenset[str] | None:
        """Return the fields of a short form, None where the whole form was asked."""
        period = self.campaign.periods[report.ordinal]
        only = next(use.only for use in period.forms if use.form == report.form)
        return None if only is None else frozenset(only)

    def _parts(self, name: str, declared: Any, payload: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
        if declared.kind == "records":
            yield from self._rows(declared, payload.get(name))
            return
        if declared.aggregate.units.value == "never":
            return
        value = payload["fields"].get(name)
        if declared.kind == "count" and type(value) is int:
            yield "", value
        elif declared.kind == "flag" and value is not None:
            yield "", 1 if value else 0
        elif declared.kind == "choice" and value:
            yield f"is:{value}", 1
        if getattr(declared, "by_topic", False):
            split = payload["by_topic"].get(name) or {}
            for topic in self.campaign.topics:
                if type(split.get(topic.code)) is int:
                    yield f"topic:{topic.code}", split[topic.code]

    @staticmethod
    def _rows(declared: Any, rows: Any) -> Iterator[tuple[str, int]]:
        if rows is None:
            return
        yield "", len(rows)
        for column, cell in declared.of._declared_fields.items():
            if cell.kind == "choice":
                for option in cell.options:
                    if chosen := sum(row.get(column) == option for row in rows):
                        yield f"{column}={option}", chosen

    def folded(self, unit: str, period: str, reading: str, *, over_time: bool) -> dict[str, Numbers]:
        """Fold one unit's numbers by form: the period's own, or the campaign's up to it by each field's time rule."""
        key = unit, period, reading, over_time
        if key not in self._folded:
            self._folded[key] = self._fold(*key)
        return self._folded[key]

    def _fold(self, unit: str, period: str, reading: str, over_time: bool) -> dict[str, Numbers]:  # noqa: FBT001
        here = self.order[period]
        reaches_back = over_time and self.periods[period].cumulative
        found: dict[str, Numbers] = {}
        records: dict[tuple[str, str], dict[object, list[str]]] = {}
        for report in sorted(self.filed, key=lambda each: each.ordinal):
            # One whose days are in another period, too, stands alone.
            counts = reaches_back and report.ordinal < here and self.campaign.periods[report.ordinal].cumulative
            if report.unit != unit or not (report.ordinal == here or counts):
                continue
            into = found.setdefault(report.form, {})
            for name, parts in self.numbers(report, reading).items():
                rule = self._rule(report.form, name)
                if not over_time or rule == "latest":
                    # Who moved from one choice to another stands under the new one alone.
                    into[name] = parts
                elif rule == "distinct":
                    # The latest report that tells of a record says how it is.
                    known = records.setdefault((report.form, name), {})
                    known.update(self._records(report, name, reading))
                    into[name] = {"": len(known), **Counter(part for chosen in known.values() for part in chosen)}
                elif rule in {"sum", "max"}:
                    before = into.setdefault(name, {})
                    for part, value in parts.items():
                        both = [before[part], value] if part in before else [value]
                        before[part] = sum(both) if rule == "sum" else max(both)
        if reaches_back and self._is_gone(unit, period):
            # What was there went with the unit; what it did stays done.
            return {
                form: {name: parts for name, parts in numbers.items() if not self._is_stock(form, name)}
                for form, numbers in found.items()
            }
        return found

    def _is_stock(self, form: str, name: str) -> bool:
        declared = self.fields[form, name]
        return declared.kind != "records" and declared.aggregate.kind == "stock"

    def _records(self, report: Filed, name: str, reading: str) -> dict[object, list[str]]:
        """Return what is chosen in each row, by what the row is known again by; one without is like no other."""
        declared = self.fields[report.form, name]
        rows = report.payloads[report.counting(reading) or 0].get(name) or []
        found: dict[object, list[str]] = {}
        for place, row in enumerate(rows):
            key = tuple(str(row.get(column) or "").casefold().split() for column in declared.key)
            told = str(key) if any(key) else (report.ordinal, place)
            found[told] = [
                f"{column}={row[column]}"
                for column, cell in declared.of._declared_fields.items()
                if cell.kind == "choice" and row.get(column) in cell.options
            ]
        return found

    def _rule(self, form: str, name: str) -> str:
        declared = self.fields[form, name]
        if declared.kind == "records":
            return "distinct" if declared.key else "sum"
        return str(declared.aggregate.time.value)

    def _is_gone(self, unit: str, period: str) -> bool:
        """Tell whether a unit is no more: its type was asked last without it."""
        unit_type, gone = None, False
        for code in sorted(self.rows.owed, key=lambda each: self.order[each]):
            if self.order[code] > self.order[period]:
                break
            own = [each for each in self.rows.owed[code] if each.unit == unit]
            if own:
                unit_type, gone = own[0].unit_type, False
            elif any(unit_type in use.unit_types for use in self.periods[code].forms):
                gone = True
        return gone

    def type_of(self, unit: str, period: str) -> str:
        """Return the type under which a unit's figures stand: that of its newest report."""
        reports = [
            each
            for each in self.filed
            if each.unit == unit and each.ordinal <= self.order[period] and each.counting("provisional") is not None
        ]
        return max(reports, key=lambda each: each.ordinal).unit_type

    def by_unit(
        self, sources: Iterable[Any], period: str, reading: str, part: str = "", *, over_time: bool = False
    ) -> dict[str, int]:
        """Return each unit's figure over some sources; units without data are left out."""
        found: dict[str, int] = {}
        for unit in sorted({each.unit for each in self.filed}):
            numbers = self.folded(unit, period, reading, over_time=over_time)
            value = added(numbers.get(each.form, {}).get(each.field, {}).get(part) for each in sources)
            if value is not None:
                found[unit] = value
        return found

    def total(
        self,
        sources: Iterable[Any],
        period: str,
        reading: str,
        part: str = "",
        *,
        over_time: bool = False,
        units: Collection[str] | None = None,
    ) -> int | None:
        """Add a figure over the units, or some; of what an outside source tells, take what was told last."""
        found = self.by_unit(sources, period, reading, part, over_time=over_time)
        values = {unit: value for unit, value in found.items() if units is None or unit in units}
        if values and all(self._is_told(each) for each in sources):
            return max((self._told_at(sources, unit, period, reading), value) for unit, value in values.items())[1]
        return added(values.values())

    def _is_told(self, source: Any) -> bool:
        declared = self.fields[source.form, source.field]
        return declared.kind != "records" and declared.aggregate.units.value == "source"

    def _told_at(self, sources: Iterable[Any], unit: str, period: str, reading: str) -> int:
        """Return the place of the newest period in which a unit told a figure."""
        return max(
            report.ordinal
            for report in self.filed
            if report.unit == unit and report.ordinal <= self.order[period]
            and any(each.field in self.numbers(report, reading) for each in sources if each.form == report.form)
        )  # fmt: skip

    def indicators(self, period: str) -> dict[str, dict[str, Any]]:
        """Tell every indicator, once for each scope, as a status document does."""
        found = {}
        for indicator in self.campaign.indicators:
            if indicator.filing_states:
                found[indicator.code] = self._share(indicator, period)
                continue
            for scope in dict.fromkeys(each.scope for each in indicator.sources) or [""]:
                key = f"{indicator.code}.{scope}" if scope else indicator.code
                sources = [each for each in indicator.sources if each.scope == scope]
                found[key] = self._ratio(indicator, period) if indicator.ratio else self._entry(
                    indicator, sources, period)  # fmt: skip
        return found

    def _share(self, indicator: Any, period: str) -> dict[str, Any]:
        """Share the units that stand so over those that must report; acceptance has no part in it."""
        filing = self.filing(period)
        share = percent(sum(filing[state] for state in indicator.filing_states), filing["expected"])
        return {
            **dict.fromkeys(READINGS, share),
            "cumulative": dict.fromkeys(READINGS),
            "by_unit_type": {}, "by_unit": {}, "by_topic": {}, "by_value": {},
        }  # fmt: skip

    def _told(self, figure: Callable[..., Any]) -> dict[str, Any]:
        """Tell a figure in both readings, over the period and over time."""
        return {
            **{reading: figure(reading, over_time=False) for reading in READINGS},
            "cumulative": {reading: figure(reading, over_time=True) for reading in READINGS},
        }

    def _split(self, period: str, figure: Callable[..., Any]) -> dict[str, dict[str, Any]]:
        """Tell a figure of some units by type of units and by unit."""
        units = sorted({each.unit for each in self.filed if each.ordinal <= self.order[period]
                        and each.counting("provisional") is not None})  # fmt: skip
        of_type: dict[str, list[str]] = {}
        for unit in units:
            of_type.setdefault(self.type_of(unit, period), []).append(unit)

        def of(some: Collection[str]) -> dict[str, Any]:
            return self._told(lambda reading, *, over_time: figure(reading, over_time=over_time, units=some))

        return {
            "by_unit_type": {unit_type: of(some) for unit_type, some in of_type.items()},
            "by_unit": {unit: of([unit]) for unit in units},
        }

    def _ratio(self, indicator: Any, period: str) -> dict[str, Any]:
        sides = [
            next(each.sources for each in self.campaign.indicators if each.code == code) for code in indicator.ratio
        ]

        def share(reading: str, **of: Any) -> str | None:
            part, whole = (self.total(sources, period, reading, **of) for sources in sides)
            return percent(part, whole)

        return {**self._told(share), **self._split(period, share), "by_topic": {}, "by_value": {}}

    def _entry(self, indicator: Any, sources: list[Any], period: str) -> dict[str, Any]:
        def figure(reading: str, **of: Any) -> int | None:
            return self.total(sources, period, reading, **of)

        def split(part: str) -> dict[str, Any]:
            return self._told(lambda reading, *, over_time: figure(reading, part=part, over_time=over_time))

        options = dict.fromkeys(
            option
            for each in sources
            if (declared := self.fields[each.form, each.field]).kind == "choice"
            for option in declared.options
        )
        return {
            **self._told(figure),
            **self._split(period, figure),
            "by_topic": {each.code: split(f"topic:{each.code}") for each in self.campaign.topics}
            if indicator.by_topic
            else {},
            "by_value": {option: split(f"is:{option}") for option in options},
        }

    # Duties and registers

    def duties(self, period: str, reading: str = "provisional") -> dict[str, dict[str, str]]:
        """Tell the state of each duty at each unit that must report."""
        states: dict[str, dict[str, str]] = {each.code: {} for each in self.campaign.duties}
        for owes in self.owed(period):
            if owes.is_exempt(self.now):
                continue
            facts = {
                f"{name}={part.removeprefix('is:')}" if part else name: value
                for numbers in self.folded(owes.unit, period, reading, over_time=True).values()
                for name, parts in numbers.items()
                for part, value in parts.items()
            }
            for duty in self.campaign.duties:
                if owes.unit_type in duty.unit_types:
                    states[duty.code][owes.unit] = duty.evidence.judge(facts).value
        return states

    def registers(self, period: str) -> dict[str, dict[str, Any]]:
        """Count the rows of each table of records, and those of each choice; nothing is known of one nobody filed."""
        tables: dict[str, list[Source]] = {}
        for (form, name), declared in self.fields.items():
            asked = any(use.form == form for each in self.campaign.periods for use in each.forms)
            if declared.kind == "records" and asked:
                tables.setdefault(name, []).append(Source(form, name))
        return {name: self._register(sources, period) for name, sources in tables.items()}

    def _register(self, sources: list[Source], period: str) -> dict[str, Any]:
        def rows(part: str) -> dict[str, int | None]:
            told = {reading: self.total(sources, period, reading, over_time=True) for reading in READINGS}
            some = {reading: self.total(sources, period, reading, part, over_time=True) for reading in READINGS}
            return {reading: None if told[reading] is None else some[reading] or 0 for reading in READINGS}

        columns = self.fields[sources[0].form, sources[0].field].of._declared_fields
        by = {
            column: {option: rows(f"{column}={option}") for option in cell.options}
            for column, cell in columns.items()
            if cell.kind == "choice"
        }
        return {**rows(""), "by": by}
