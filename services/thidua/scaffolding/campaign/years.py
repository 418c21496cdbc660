"""Years in texts: which of them move with the campaign, and which are history."""

from __future__ import annotations

import re

__all__ = ["mentions", "moved_text"]

_DOCUMENT = re.compile(r"\d+/(?:\d{4}/)?[A-ZĐ]")


def moved_text(text: str, old: int, new: int, old_code: str, new_code: str) -> str:
    """Move what names the campaign's year: its code, codes of periods, "năm …", days of the year.

    A text that cites a document keeps its days: the document has them, whatever the year.
    """
    by = new - old
    years = "|".join(str(year) for year in (old - 1, old, old + 1))
    text = text.replace(old_code, new_code)
    text = re.sub(rf"(?<![\w/-]){old}(?=-[A-Z0-9]+\b)", str(new), text)
    text = re.sub(rf"(?i)(\bnăm\s+)({years})\b", lambda found: f"{found[1]}{int(found[2]) + by}", text)
    if _DOCUMENT.search(text):
        return text
    return re.sub(rf"\b(\d{{1,2}}/\d{{1,2}}/)({years})\b", lambda found: f"{found[1]}{int(found[2]) + by}", text)


def mentions(text: str, old: int) -> list[tuple[int, str]]:
    """Return the lines, with their numbers, that still name the old year or its neighbours."""
    years = re.compile(rf"(?<!\d)(?:{old - 1}|{old}|{old + 1})(?!\d)")
    return [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if years.search(line)]
