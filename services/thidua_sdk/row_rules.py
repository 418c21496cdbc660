"""Rules over the rows of a table, of this report and of earlier ones.

``each_row`` makes a rule of checks that every row is to pass. Sentences are the plugin's, with the places that
each function names; what is filled in are numbers and days, never a cell's text.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from datetime import date
from typing import NamedTuple
from typing import TypeAlias

from thidua_sdk.findings import Finding
from thidua_sdk.findings import Level
from thidua_sdk.findings import row_cell
from thidua_sdk.record import Record
from thidua_sdk.row_states import LatestRow
from thidua_sdk.row_states import latest_rows
from thidua_sdk.rules import RecordRule
from thidua_sdk.rules import Values
from thidua_sdk.sentences import Sentence
from thidua_sdk.wording import folded

__all__ = [
    "RowCheck",
    "clear_of",
    "column_is",
    "each_row",
    "needed_if",
    "span_in_order",
    "span_within",
    "stands_once",
    "words_at_most",
]


@dataclass(slots=True)
class _Table:
    """The rows under judgement and what they may be held against."""

    name: str
    rows: Sequence[Mapping[str, object]]
    values: Values
    record: Record
    _latest: dict[tuple[str, str], tuple[LatestRow, ...]] = field(default_factory=dict)

    def latest(self, table: str, key: str) -> tuple[LatestRow, ...]:
        """Collect another table's rows in their latest state, once for all checks of a rule."""
        if (table, key) not in self._latest:
            self._latest[table, key] = latest_rows(self.values, self.record, table, key)
        return self._latest[table, key]

    def cell(self, index: int, column: str) -> str:
        return row_cell(self.name, index, column)


class _Hit(NamedTuple):
    """A row that does not pass: what to point at, and what stands in the sentence beside the row's number."""

    cells: tuple[str, ...]
    places: Mapping[str, int | date] = {}


#: Called with the place of a row and the row; None where it passes.
_Judge: TypeAlias = Callable[[int, Mapping[str, object]], _Hit | None]


@dataclass(frozen=True, slots=True)
class RowCheck:
    """What each row is to pass, made by a function of this module and handed to ``each_row``.

    ``sentence`` is said at ``level`` of a row that does not; ``begin`` is called with the table, once, and gives
    the judge of its rows.
    """

    level: Level
    sentence: Sentence
    begin: Callable[[_Table], _Judge]


def each_row(code: str, table: str, *checks: RowCheck, source: str = "") -> RecordRule:
    """Make the rule that every row of a table passes the checks.

    They stand in order, and the first that a row does not pass speaks for it: one mistake gets one sentence.

    Raises:
        ValueError: there is no check.
    """
    if not checks:
        message = f"rule {code} over the rows of {table} checks nothing"
        raise ValueError(message)

    def check(values: Values, record: Record) -> Iterator[Finding]:
        judged = _Table(table, values.rows(table), values, record)
        if not judged.rows:
            return
        begun = [(each, each.begin(judged)) for each in checks]
        for index, row in enumerate(judged.rows):
            for each, judge in begun:
                hit = judge(index, row)
                if hit is not None:
                    message = each.sentence.said(row=index + 1, **hit.places)
                    yield Finding(code, each.level, message, hit.cells, source)
                    break

    return RecordRule(code, check, source)


def column_is(column: str, value: object) -> Callable[[Mapping[str, object]], bool]:
    """Make the condition that a column of the row has a value."""
    return lambda row: row.get(column) == value


def needed_if(
    columns: str | Sequence[str],
    when: Callable[[Mapping[str, object]], bool],
    message: str,
    *,
    level: Level = Level.ERROR,
) -> RowCheck:
    """Check that columns are filled in wherever ``when`` says so of the row; those that are not are pointed at.

    Place: ``{row}``.

    Raises:
        ValueError: no column is named.
    """
    names = (columns,) if isinstance(columns, str) else tuple(columns)
    if not names:
        text = f"no column is needed: {message}"
        raise ValueError(text)

    def begin(table: _Table) -> _Judge:
        def judge(index: int, row: Mapping[str, object]) -> _Hit | None:
            if not when(row):
                return None
            missing = [name for name in names if _is_blank(row.get(name))]
            return _Hit(tuple(table.cell(index, name) for name in missing)) if missing else None

        return judge

    return RowCheck(level, Sentence(message, ("row",)), begin)


def stands_once(
    text: str | Callable[[Mapping[str, object]], str],
    message: str,
    *,
    beside: Sequence[str] = (),
    level: Level = Level.ERROR,
) -> RowCheck:
    """Check that no two rows have the same text, small and capital letters and spaces aside.

    Places: ``{row}``, ``{other}``: the number of the first row that has it. A row without the text is like no other.

    Args:
        text: the column, or a function of the row that names it.
        message: the sentence.
        beside: columns that must be equal, too.
        level: of the finding.
    """

    def begin(table: _Table) -> _Judge:
        first_rows: dict[tuple[object, ...], int] = {}
        hits: dict[int, _Hit] = {}
        for index, row in enumerate(table.rows):
            column = text if isinstance(text, str) else text(row)
            words = folded(row.get(column))
            first = first_rows.setdefault((words, *map(row.get, beside)), index) if words else index
            if first != index:
                hits[index] = _Hit((table.cell(index, column), table.cell(first, column)), {"other": first + 1})
        return lambda index, _row: hits.get(index)

    return RowCheck(level, Sentence(message, ("row", "other")), begin)


def span_in_order(first: str, last: str, message: str, *, level: Level = Level.ERROR) -> RowCheck:
    """Check that a day of the row does not lie after another; passed where either is not known.

    Places: ``{row}``, ``{first_on}``, ``{last_on}``: the row's days.
    """

    def begin(table: _Table) -> _Judge:
        def judge(index: int, row: Mapping[str, object]) -> _Hit | None:
            first_on, last_on = row.get(first), row.get(last)
            if not isinstance(first_on, date) or not isinstance(last_on, date) or first_on <= last_on:
                return None
            cells = (table.cell(index, first), table.cell(index, last))
            return _Hit(cells, {"first_on": first_on, "last_on": last_on})

        return judge

    return RowCheck(level, Sentence(message, ("row", "first_on", "last_on")), begin)


def span_within(
    first: str,
    last: str,
    bounds: Callable[[Record], tuple[date, date]],
    message: str,
    *,
    level: Level = Level.ERROR,
) -> RowCheck:
    """Check that the days from one column to another lie within the two days that ``bounds`` reads in the record.

    Passed where either day is not known; only the days outside are pointed at.
    Places: ``{row}``, ``{first_on}``, ``{last_on}``: the bounds.
    """

    def begin(table: _Table) -> _Judge:
        earliest, latest = bounds(table.record)

        def judge(index: int, row: Mapping[str, object]) -> _Hit | None:
            first_on, last_on = row.get(first), row.get(last)
            if not isinstance(first_on, date) or not isinstance(last_on, date):
                return None
            sides = ((first, first_on < earliest), (last, last_on > latest))
            outside = tuple(table.cell(index, column) for column, is_outside in sides if is_outside)
            return _Hit(outside, {"first_on": earliest, "last_on": latest}) if outside else None

        return judge

    return RowCheck(level, Sentence(message, ("row", "first_on", "last_on")), begin)


def words_at_most(column: str, most: int, message: str, *, level: Level = Level.ERROR) -> RowCheck:
    """Check that a text has no more than so many words.

    Places: ``{row}``, ``{words}``: how many it has, ``{most}``.

    Raises:
        ValueError: no word is allowed.
    """
    if most < 1:
        text = f"a text of at most {most} words cannot be written"
        raise ValueError(text)

    def begin(table: _Table) -> _Judge:
        def judge(index: int, row: Mapping[str, object]) -> _Hit | None:
            words = len(str(row.get(column) or "").split())
            return _Hit((table.cell(index, column),), {"words": words, "most": most}) if words > most else None

        return judge

    return RowCheck(level, Sentence(message, ("row", "words", "most")), begin)


def clear_of(
    table: str,
    key: str,
    message: str,
    *,
    at: str,
    shows: str,
    which: Callable[[Mapping[str, object]], bool] | None = None,
    same: str | None = None,
    when: Callable[[Mapping[str, object]], bool] | None = None,
    level: Level = Level.ERROR,
) -> RowCheck:
    """Check that no row of another table weighs on this one, by the latest state of each (see ``latest_rows``).

    Case and spaces of texts do not matter, and nothing weighs on a row without the text. Place: ``{row}``.

    Args:
        table: the other table.
        key: its column that is the same in all reports of one thing.
        message: the sentence.
        at: the column of this row to point at.
        shows: the column to point at of each row that weighs and stands in this very report.
        which: tells of a row of the other table whether it weighs; without it all do.
        same: a column in which both rows must have the same text; without it a row that weighs, weighs on all.
        when: tells of which rows the check is; without it of all.
        level: of the finding.
    """

    def weighing(judged: _Table) -> dict[str, list[LatestRow]]:
        found: dict[str, list[LatestRow]] = {}
        for each in judged.latest(table, key):
            if which is None or which(each.row):
                found.setdefault(folded(each.row.get(same)) if same else "", []).append(each)
        return found

    def begin(judged: _Table) -> _Judge:
        found: dict[str, list[LatestRow]] | None = None

        def judge(index: int, row: Mapping[str, object]) -> _Hit | None:
            nonlocal found
            words = folded(row.get(same)) if same else ""
            if (same and not words) or (when is not None and not when(row)):
                return None
            if found is None:
                found = weighing(judged)
            others = found.get(words)
            if not others:
                return None
            return _Hit((judged.cell(index, at), *(where for each in others for where in each.cells(shows))))

        return judge

    return RowCheck(level, Sentence(message, ("row",)), begin)


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
