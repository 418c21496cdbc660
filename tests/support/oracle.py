"""The whole status of a campaign, told a second time: from payloads, ledger entries and declarations alone.

Written from what the plan and the contract say, in plain Python and without speed. It reads four
tables (what is owed, how that was changed, what was filed, what happened to it) and the values that
plugins declare, and shares no code with the program's own counting; only the campaign's evidence
rules are asked, for they are declarations.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from datetime import timedelta
from importlib.metadata import entry_points
from typing import Any
from typing import Final

from ledger_rows import LedgerRows
from ledger_rows import Standing
from ledger_rows import standing_of

__all__ = ["Filed", "Oracle", "Source", "percent"]

SIX: Final = ("not_due", "due_soon", "on_time", "late", "overdue", "exempt")
#: By reading, what a figure of one period and one over time is called in a status document.
READINGS: Final = ("official", "provisional")

#: Numbers of one report or one unit: field, then part ("" is the whole field).
Numbers = dict[str, dict[str, int]]


def percent(part: int | None, whole: int | None) -> str | None:
    """Write part of whole in per cent with one decimal, half up."""
    if part is None or not whole:
        return None
    tenths, rest = divmod(1000 * part, whole)
    tenths += 2 * rest >= whole
    return f"{tenths // 10}.{tenths % 10}"


def added(values: Iterable[int | None]) -> int | None:
    """Add what is known; nothing known is no data."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


@dataclass(frozen=True)
class Source:
    """A field of a form."""

    form: str
    field: str


@dataclass(frozen=True)
class Filed:
    """One report as its ledger tells it: which revisions count, and what they say."""

    unit: str
    unit_type: str
    form: str
    ordinal: int
    state: str
    revision: int
    accepted: int | None
    standing: Standing
    payloads: Mapping[int, Mapping[str, Any]]

    def counting(self, reading: str) -> int | None:
        """Return the revision that counts: the accepted one, or also the newest while it waits for the Office."""
        return self.revision if reading == "provisional" and self.state == "submitted" else self.accepted


@dataclass
class Owed:
    """What a unit owes, changes included."""

    unit: str
    unit_type: str
    form: str
    last_moment: datetime
    let_off: bool = False
    let_off_until: datetime | None = None

    def is_exempt(self, now: datetime) -> bool:
        """Tell whether the unit need not report."""
        return self.let_off and (self.let_off_until is None or now <= self.let_off_until)


@dataclass
class Oracle:
    """A campaign as of a moment; ``units`` leaves out all others where it is given."""

    rows: LedgerRows
    now: datetime
    units: frozenset[str] | None = None
    campaign: Any = None
    fields: dict[tuple[str, str], Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read the declarations and put the ledger's rows together."""
        self.campaign = next(
            each.load() for each in entry_points(group="thidua.campaigns") if each.name == self.rows.campaign_code
        )
        for each in entry_points(group="thidua.unit_types"):
            for form in each.load().forms:
                for name, declared in form.schema._declared_fields.items():
                    self.fields[form.code, name] = declared
        self.periods = {each.code: each for each in self.campaign.periods}
        self.order = {code: place for place, code in enumerate(self.periods)}
        self.filed = [each for each in self._filed() if self.units is None or each.unit in self.units]
        self._folded: dict[tuple[str, str, str, bool], Numbers] = {}

    def _filed(self) -> Iterator[Filed]:
        for report in self.rows.reports:
            state, revision, accepted = "", -1, None
            for entry in report.entries:
                match entry.kind:
                    case "filed" | "refiled" | "entered_on_behalf":
                        state, revision = "submitted", entry.revision
                    case "returned":
                        state = "returned"
                    case "withdrawn":
                        state = "withdrawn" if accepted is None else "accepted"
                    case "accepted":
                        state, accepted = "accepted", entry.revision
                    case "consolidated":
                        state = "consolidated"
            yield Filed(report.unit, report.unit_type, report.form, self.order[report.period], state, revision,
                        accepted, standing_of(report.entries), report.payloads)  # fmt: skip

    # Who has filed

    def owed(self, period: str) -> list[Owed]:
        """Tell what each unit of the roster owes."""
        found = []
        for row in self.rows.owed[period]:
            if self.units is not None and row.unit not in self.units:
                continue
            owes = Owed(row.unit, row.unit_type, row.form, row.due_at)
            for kind, ends_at, owed_by in row.changes:
                if kind == "extended":
                    owes.last_moment, owes.let_off, owes.let_off_until = ends_at, False, None
                elif kind == "exempted":
                    owes.let_off, owes.let_off_until = True, ends_at
                    owes.last_moment = max(owes.last_moment, owed_by or owes.last_moment)
                else:
                    owes.let_off, owes.let_off_until = False, None
            found.append(owes)
        return found

    def report(self, unit: str, period: str) -> Filed | None:
        """Return a unit's report in a period."""
        place = self.order[period]
        return next((each for each in self.filed if (each.unit, each.ordinal) == (unit, place)), None)

    def state_of(self, owes: Owed, report: Filed | None) -> str:
        """Tell where a unit stands."""
        if owes.is_exempt(self.now):
            return "exempt"
        stands = report.standing if report else Standing()
        if stands.counted_at is not None:
            unanswered = stands.answer_by is not None and self.now > stands.answer_by
            return "late" if stands.counted_at > owes.last_moment or stands.answered_late or unanswered else "on_time"
        if self.now > owes.last_moment or stands.answered_late:
            return "overdue"
        soon = owes.last_moment - timedelta(days=self.campaign.due_soon_days)
        return "due_soon" if self.now >= soon else "not_due"

    def filing(self, period: str) -> dict[str, Any]:
        """Tell the roster's states, sums and rates."""
        units, states = {}, []
        for owes in self.owed(period):
            report = self.report(owes.unit, period)
            state = self.state_of(owes, report)
            states.append((state, report))
            units[owes.unit] = {
                "filing": state,
                "state": report.state if report else None,
                "revision": report.revision if report else None,
                "accepted_revision": report.accepted if report else None,
                "due_at": owes.last_moment,
                "counted_at": report.standing.counted_at if report else None,
                "answer_by": report.standing.answer_by if report else None,
            }
        counts = {each: sum(state == each for state, _ in states) for each in SIX}
        expected = len(states) - counts["exempt"]
        received = counts["on_time"] + counts["late"]
        accepted = sum(1 for state, report in states if state != "exempt" and report and report.accepted is not None)
        return {
            **counts,
            "roster": len(states),
            "expected": expected,
            "received": received,
            "received_on_time": counts["on_time"],
            "accepted": accepted,
            "rates": {
                "received": percent(received, expected),
                "received_on_time": percent(counts["on_time"], expected),
                "accepted": percent(accepted, expected),
            },
            "units": units,
        }

    def inputs(self, period: str) -> dict[str, int]:
        """Tell from how many reports the figures come."""
        owed = [(owes.is_exempt(self.now), self.report(owes.unit, period)) for owes in self.owed(period)]
        mine = [report for is_exempt, report in owed if not is_exempt and report and self._counts(report)]
        return {
            "revisions": len(mine),
            "accepted": sum(1 for report in mine if report.accepted is not None),
            "expected": sum(1 for is_exempt, _ in owed if not is_exempt),
            "from_exempt": sum(1 for is_exempt, report in owed if is_exempt and report and self._counts(report)),
        }

    @staticmethod
    def _counts(report: Filed) -> bool:
        return report.counting("provisional") is not None

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
        here = self.order[period]
        over_past = over_time and self.periods[period].cumulative
        reports = sorted((each for each in self.filed if each.unit == unit), key=lambda each: each.ordinal)
        found: dict[str, Numbers] = {}
        records: dict[tuple[str, str], dict[object, list[str]]] = {}
        for report in reports:
            stands_alone = not self.campaign.periods[report.ordinal].cumulative
            if report.ordinal > here or (report.ordinal < here and (not over_past or stands_alone)):
                continue
            into = found.setdefault(report.form, {})
            for name, parts in self.numbers(report, reading).items():
                rule = self._rule(report.form, name)
                if not over_time:
                    into[name] = parts
                elif rule == "latest":
                    # Who moved from one choice to another stands under the new one alone.
                    into[name] = parts
                elif rule == "distinct":
                    # The latest report that tells of a record says how it is.
                    known = records.setdefault((report.form, name), {})
                    known.update(self._records(report, name, reading))
                    into[name] = {"": len(known)}
                    for chosen in known.values():
                        for part in chosen:
                            into[name][part] = into[name].get(part, 0) + 1
                elif rule in {"sum", "max"}:
                    before = into.setdefault(name, {})
                    for part, value in parts.items():
                        fold = (before[part] + value if rule == "sum" else max(before[part], value)) \
                            if part in before else value  # fmt: skip
                        before[part] = fold
        return found

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

    def type_of(self, unit: str, period: str) -> str:
        """Return the type under which a unit's figures stand: that of its newest report."""
        reports = [each for each in self.filed if each.unit == unit and each.ordinal <= self.order[period]]
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

    def total(self, sources: Iterable[Any], period: str, reading: str, part: str = "", **span: bool) -> int | None:
        """Add a figure over the units."""
        return added(self.by_unit(sources, period, reading, part, **span).values())

    def indicators(self, period: str) -> dict[str, dict[str, Any]]:
        """Tell every indicator, once for each scope, as a status document does."""
        found = {}
        for indicator in self.campaign.indicators:
            for scope in dict.fromkeys(each.scope for each in indicator.sources) or [""]:
                key = f"{indicator.code}.{scope}" if scope else indicator.code
                sources = [each for each in indicator.sources if each.scope == scope]
                found[key] = self._ratio(indicator, period) if indicator.ratio else self._entry(
                    indicator, sources, period)  # fmt: skip
        return found

    def _ratio(self, indicator: Any, period: str) -> dict[str, Any]:
        def of(reading: str, **span: bool) -> str | None:
            part, whole = (
                self.total(next(each.sources for each in self.campaign.indicators if each.code == code),
                           period, reading, **span)
                for code in indicator.ratio
            )  # fmt: skip
            return percent(part, whole)

        return {
            **{reading: of(reading) for reading in READINGS},
            "cumulative": {reading: of(reading, over_time=True) for reading in READINGS},
            "by_unit_type": {}, "by_unit": {}, "by_topic": {}, "by_value": {},
        }  # fmt: skip

    def _entry(self, indicator: Any, sources: list[Any], period: str) -> dict[str, Any]:
        types: dict[str, dict[str, int | None]] = {}
        units: dict[str, dict[str, int | None]] = {}
        for reading in READINGS:
            for unit, value in self.by_unit(sources, period, reading).items():
                units.setdefault(unit, dict.fromkeys(READINGS))[reading] = value
                of_type = types.setdefault(self.type_of(unit, period), dict.fromkeys(READINGS))
                of_type[reading] = (of_type[reading] or 0) + value

        def split(part: str) -> dict[str, int | None]:
            return {reading: self.total(sources, period, reading, part) for reading in READINGS}

        options = dict.fromkeys(
            option
            for each in sources
            if (declared := self.fields[each.form, each.field]).kind == "choice"
            for option in declared.options
        )
        return {
            **{reading: self.total(sources, period, reading) for reading in READINGS},
            "cumulative": {reading: self.total(sources, period, reading, over_time=True) for reading in READINGS},
            "by_unit_type": types,
            "by_unit": units,
            "by_topic": {each.code: split(f"topic:{each.code}") for each in self.campaign.topics}
            if indicator.by_topic
            else {},
            "by_value": {option: split(f"is:{option}") for option in options},
        }

    # Duties and registers

    def duties(self, period: str) -> dict[str, dict[str, str]]:
        """Tell the state of each duty at each unit that must report."""
        states: dict[str, dict[str, str]] = {each.code: {} for each in self.campaign.duties}
        for owes in self.owed(period):
            if owes.is_exempt(self.now):
                continue
            facts = {
                f"{name}={part.removeprefix('is:')}" if part else name: value
                for numbers in self.folded(owes.unit, period, "provisional", over_time=True).values()
                for name, parts in numbers.items()
                for part, value in parts.items()
            }
            for duty in self.campaign.duties:
                if owes.unit_type in duty.unit_types:
                    states[duty.code][owes.unit] = duty.evidence.judge(facts).value
        return states

    def registers(self, period: str) -> dict[str, dict[str, Any]]:
        """Count the rows of each table of records, and those of each choice."""
        found: dict[str, dict[str, Any]] = {}
        for (form, name), declared in self.fields.items():
            if declared.kind != "records" or not any(use.form == form for each in self.campaign.periods
                                                     for use in each.forms):  # fmt: skip
                continue
            register = found.setdefault(name, {"total": None, "by": {}})
            sources = [Source(form, name)]
            total = self.total(sources, period, "provisional", over_time=True)
            register["total"] = added((register["total"], total))
            for column, cell in declared.of._declared_fields.items():
                if cell.kind == "choice":
                    for option in cell.options:
                        chosen = self.total(sources, period, "provisional", f"{column}={option}", over_time=True)
                        place = register["by"].setdefault(column, {})
                        place[option] = added((place.get(option), chosen))
        return found
