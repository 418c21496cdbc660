"""Numbers in addresses: those that the database can hold; a larger one leads nowhere."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import IntegerConverter

__all__ = ["bound_numbers"]

#: The largest whole number of a database column, 64 bits with a sign.
_LARGEST = 2**63 - 1


class _Number(IntegerConverter):
    """``<int:…>`` that reads what no id can be as the largest one, which nothing has.

    Were it no match, an address with several methods would be "not allowed" instead of "not found".
    """

    def to_python(self, value: str) -> int:
        """Read the digits; however many there are, they are not read beyond need."""
        digits = value.lstrip("0")
        return min(int(digits or "0"), _LARGEST) if len(digits) <= len(str(_LARGEST)) else _LARGEST


def bound_numbers(app: Flask) -> None:
    """Let ``<int:…>`` in addresses read only what the database can look up."""
    app.url_map.converters["int"] = _Number
