"""Tables handed out as CSV, so that no cell is taken for a formula by whatever opens them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from collections.abc import Sequence

__all__ = ["csv_text", "harmless"]

#: What spreadsheets begin a formula with, full-width forms included.
_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
#: What they skip before they look.
_SKIPPED = " \u00a0\u3000\u200b\ufeff\"'"


def harmless(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would compute; a number in words stays as it is."""
    return f"'{text}" if text.startswith(_BEGINNINGS) or text.lstrip(_SKIPPED).startswith(_BEGINNINGS) else text


def csv_text(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table as spreadsheets read it: a mark of its encoding first, every cell quoted."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([harmless(cell.replace("\0", "")) for cell in row] for row in rows)
    return f"\ufeff{out.getvalue()}"
