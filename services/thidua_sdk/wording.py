"""How days, numbers and names stand in the sentences of findings, and how names are compared."""

from __future__ import annotations

from datetime import date

__all__ = ["folded", "shown_day", "shown_number"]


def shown_day(day: date) -> str:
    """Write a day as ``14/9/2021``."""
    return f"{day.day}/{day.month}/{day.year}"


def shown_number(number: int) -> str:
    """Write a whole number with dots between thousands."""
    return f"{number:,}".replace(",", ".")


def folded(text: object) -> str:
    """Return a name or key as it is compared: one space between words, no case; empty if there is none."""
    return " ".join(str(text or "").split()).casefold()
