"""Rules over a table as a whole: when it may have rows, and how many.

Sentences are the plugin's, with the places that each function names; what is filled in are numbers and days.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from datetime import date

from thidua_sdk.findings import Finding
from thidua_sdk.findings import Level
from thidua_sdk.findings import cell
from thidua_sdk.findings import row_cell
from thidua_sdk.record import Record
from thidua_sdk.rules import RecordRule
from thidua_sdk.rules import Values
from thidua_sdk.sentences import Sentence
from thidua_sdk.wording import folded

__all__ = ["counts_rows", "rows_only_if"]


def rows_only_if(
    code: str,
    table: str,
    when: Callable[[Record], bool],
    message: str,
    *,
    at: str,
    level: Level = Level.ERROR,
    source: str = "",
) -> RecordRule:
    """Make the rule that a table has rows only where ``when`` says so of the record.

    The sentence has no places and is said once; column ``at`` of every row is pointed at.
    """
    sentence = Sentence(message, ())

    def check(values: Values, record: Record) -> Iterator[Finding]:
        rows = values.rows(table)
        if rows and not when(record):
            cells = tuple(row_cell(table, index, at) for index in range(len(rows)))
            yield Finding(code, level, sentence.said(), cells, source)

    return RecordRule(code, check, source)


def counts_rows(
    code: str,
    name: str,
    table: str,
    message: str,
    *,
    in_window: str,
    day: str,
    key: str,
    level: Level = Level.ERROR,
    source: str = "",
) -> RecordRule:
    """Make the rule that a count is that of a table's rows, of those dated in the period where it has a window.

    It holds where the count has no data. A row that is dated outside is pointed at beside the count, unless an
    earlier report has its key: that one was brought forward and is rightly of another period.

    Args:
        code: of the rule.
        name: the field that counts.
        table: whose rows are counted; one without a day counts.
        message: the sentence, with the places ``{counted}`` and ``{listed}``.
        in_window: the sentence for a period with a window, with ``{first_on}`` and ``{last_on}`` besides.
        day: the column of the row's day.
        key: the column that is the same in all reports of one thing.
        level: of the finding.
        source: of the rule.
    """
    anywhere = Sentence(message, ("counted", "listed"))
    within = Sentence(in_window, ("counted", "listed", "first_on", "last_on"))

    def check(values: Values, record: Record) -> Iterator[Finding]:
        counted, window, rows = values.number(name), record.period.activity, values.rows(table)
        if counted is None:
            return
        days = {} if window is None else {index: row.get(day) for index, row in enumerate(rows)}
        outside = [index for index, on in days.items() if isinstance(on, date) and window and on not in window]
        listed = len(rows) - len(outside)
        if counted == listed:
            return
        known = record.known(table, key)
        misdated = [index for index in outside if folded(rows[index].get(key)) not in known]
        said = (
            within.said(counted=counted, listed=listed, first_on=window.first_on, last_on=window.last_on)
            if window
            else anywhere.said(counted=counted, listed=listed)
        )
        yield Finding(code, level, said, (cell(name), *(row_cell(table, index, day) for index in misdated)), source)

    return RecordRule(code, check, source)
