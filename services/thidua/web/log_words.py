"""Words in lines of the log: whatever came from outside stays within its line."""

from __future__ import annotations

__all__ = ["in_one_line"]


def in_one_line(text: str) -> str:
    """Write a text so that it can neither begin a line of its own nor colour the reader's terminal."""
    return "".join(letter if letter.isprintable() else f"\\u{ord(letter):04x}" for letter in text)
