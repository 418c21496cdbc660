"""Fold counted numbers as the cells were folded, keeping which period gave what."""

from __future__ import annotations

from collections import Counter
from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass

from thidua.application.ports.provenance_ports import CountedFact
from thidua.domain.rollups import PeriodPlace
from thidua.domain.rollups import counting_periods
from thidua_sdk import TimeRule
from thidua_sdk import over_time

__all__ = ["Contribution", "FoldedPart", "fold_parts"]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one revision of one period said; ``counts`` tells whether the time rule took it."""

    period_code: str
    report_id: int
    revision: int
    value: int
    counts: bool


@dataclass(frozen=True, slots=True)
class FoldedPart:
    """One unit's figure of one field, with the revisions it comes from, oldest period first.

    ``told_at`` is the place of the newest period that has a part in it.
    """

    unit_code: str
    unit_name: str
    unit_type: str
    form_code: str
    field: str
    part: str
    value: int
    contributions: tuple[Contribution, ...]
    told_at: int


def fold_parts(
    facts: Iterable[CountedFact], rules: Mapping[tuple[str, str], TimeRule], place: PeriodPlace, *, cumulative: bool
) -> tuple[FoldedPart, ...]:
    """Fold facts into one part for each unit, field and part that has data.

    Args:
        facts: with all parts of a field where its rule takes the latest period, for a period in
            which the unit spoke of the field at all counts.
        rules: time rule by (form, field); facts of other fields are left out.
        place: the period the figures are of.
        cumulative: fold the campaign's periods up to it, else take its own numbers only.
    """
    found: dict[tuple[str, str, str, str], list[CountedFact]] = defaultdict(list)
    spoken: dict[tuple[str, str, str], set[int]] = defaultdict(set)
    records: dict[tuple[str, str, str], list[CountedFact]] = defaultdict(list)
    for fact in facts:
        rule = rules.get((fact.form_code, fact.field))
        if rule is TimeRule.DISTINCT and cumulative:
            records[fact.unit_code, fact.form_code, fact.field].append(fact)
        elif rule is not None and not (rule is TimeRule.DISTINCT and "@" in fact.part):
            found[fact.unit_code, fact.form_code, fact.field, fact.part].append(fact)
            spoken[fact.unit_code, fact.form_code, fact.field].add(fact.ordinal)
    parts: list[FoldedPart] = []
    for (unit_code, form_code, field, part), given in found.items():
        given.sort(key=lambda fact: fact.ordinal)
        rule = rules[form_code, field]
        if cumulative:
            counting = counting_periods(rule, spoken[unit_code, form_code, field], place)
        else:
            rule, counting = TimeRule.SUM, [place.ordinal]
        value = over_time(rule, [fact.value for fact in given if fact.ordinal in counting])
        if value is not None:
            last = given[-1]
            parts.append(
                FoldedPart(
                    unit_code,
                    last.unit_name,
                    last.unit_type,
                    form_code,
                    field,
                    part,
                    value,
                    _contributions(given, rule, value, counting),
                    max(fact.ordinal for fact in given if fact.ordinal in counting),
                )
            )
    for given in records.values():
        parts += _distinct(given, place)
    return tuple(parts)


def _distinct(facts: Sequence[CountedFact], place: PeriodPlace) -> Iterator[FoldedPart]:
    """Fold one unit's table of records: each counts once, where the latest report that tells of it has it."""
    counting = counting_periods(TimeRule.DISTINCT, {fact.ordinal for fact in facts}, place)
    given = sorted((fact for fact in facts if fact.ordinal in counting), key=lambda fact: fact.ordinal)
    latest = {_record(fact): fact.ordinal for fact in given if "@" in fact.part}
    taken = Counter(
        (fact.part.partition("@")[0], fact.ordinal)
        for fact in given
        if "@" in fact.part and latest[_record(fact)] == fact.ordinal
    )
    told: dict[str, list[CountedFact]] = defaultdict(list)
    for fact in given:
        if "@" not in fact.part:
            told[fact.part].append(fact)
    for part, periods in told.items():
        counts = [taken[part, fact.ordinal] for fact in periods]
        if part and not any(counts):
            # All that were told so have moved on to something else.
            continue
        last = given[-1]
        yield FoldedPart(
            last.unit_code,
            last.unit_name,
            last.unit_type,
            last.form_code,
            last.field,
            part,
            sum(counts),
            tuple(
                Contribution(fact.period_code, fact.report_id, fact.revision, count, counts=count > 0)
                for fact, count in zip(periods, counts, strict=True)
            ),
            last.ordinal,
        )


def _record(fact: CountedFact) -> tuple[str, int]:
    """Name a record; one without a key is like none of another report."""
    record = fact.part.partition("@")[2]
    return record, fact.ordinal if record.startswith("#") else -1


def _contributions(
    given: Sequence[CountedFact], rule: TimeRule, value: int, counting: Sequence[int]
) -> tuple[Contribution, ...]:
    taken = {fact.ordinal for fact in given if fact.ordinal in counting}
    if rule is TimeRule.MAX:
        # The first period that reached the largest value gave it.
        taken = {next(fact.ordinal for fact in given if fact.ordinal in counting and fact.value == value)}
    return tuple(
        Contribution(fact.period_code, fact.report_id, fact.revision, fact.value, counts=fact.ordinal in taken)
        for fact in given
    )
