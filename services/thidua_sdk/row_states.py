"""The latest state of what a table tells of again and again, over earlier reports and this one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from thidua_sdk.findings import row_cell
from thidua_sdk.record import Record
from thidua_sdk.rules import Values
from thidua_sdk.wording import folded

__all__ = ["LatestRow", "latest_rows"]


@dataclass(frozen=True, slots=True)
class LatestRow:
    """A row of ``table`` in its latest state.

    ``index`` is its place in this report, None where only an earlier one has it: then ``row`` holds JSON values
    (days as text).
    """

    table: str
    row: Mapping[str, object]
    index: int | None

    def cells(self, column: str) -> tuple[str, ...]:
        """Point at a column where the row stands in this report, at nothing elsewhere."""
        return () if self.index is None else (row_cell(self.table, self.index, column),)


def latest_rows(values: Values, record: Record, table: str, key: str) -> tuple[LatestRow, ...]:
    """Collect the rows of earlier reports and this one, each key once and as last told, oldest key first.

    Args:
        values: this report.
        record: has the earlier ones.
        table: the table of records.
        key: the column that is the same in all reports of one thing; a row without it stands by itself.
    """
    found: dict[object, LatestRow] = {}
    for report in record.earlier:
        for row in report.rows.get(table, ()):
            found[folded(row.get(key)) or object()] = LatestRow(table, row, None)
    for index, row in enumerate(values.rows(table)):
        found[folded(row.get(key)) or object()] = LatestRow(table, row, index)
    return tuple(found.values())
