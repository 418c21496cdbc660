"""Numbers in addresses: those that the database can hold; a larger one leads nowhere."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import IntegerConverter
from werkzeug.routing import Map

__all__ = ["bound_numbers"]

#: The largest whole number of a database column, 64 bits with a sign.
_LARGEST = 2**63 - 1


class _Number(IntegerConverter):
    """``<int:…>`` that does not match what no id can be."""

    def __init__(self, map: Map) -> None:  # noqa: A002  werkzeug's name
        super().__init__(map, max=_LARGEST)


def bound_numbers(app: Flask) -> None:
    """Let ``<int:…>`` in addresses match only what the database can look up."""
    app.url_map.converters["int"] = _Number
