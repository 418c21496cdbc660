"""Addresses that no link of ours says: a parameter that comes twice, a name that no column takes.

A parameter that comes twice is refused: what reads the first and what reads the last would differ.

The one guard for addresses of pages and of the API alike. Fields of posted forms are each read by
name, once, and digested whole, so they need none.
"""

from __future__ import annotations

from flask import Flask
from flask import request

from thidua.domain.errors import MalformedRequestError
from thidua.domain.errors import NotFoundError

__all__ = ["refuse_repeated"]

#: Parameters of addresses that may come several times; there is no such filter yet.
_MAY_REPEAT: frozenset[str] = frozenset()

#: Parameters by which the database is asked as they come; others are cleaned or looked up elsewhere first.
_NAMES_ROWS = frozenset({"period"})


def refuse_repeated(app: Flask) -> None:
    """Refuse before any view what its address says twice, and what names nothing in any database."""

    @app.before_request
    def refuse() -> None:
        if any("\x00" in value for value in (request.view_args or {}).values() if isinstance(value, str)):
            # SQLite would look for it in vain; PostgreSQL refuses the question.
            raise NotFoundError("Không có trang này.")
        for name, values in request.args.lists():
            if len(values) > 1 and name not in _MAY_REPEAT:
                raise MalformedRequestError(f"Tham số {name!r} có hai lần.", subject=name)
            if name in _NAMES_ROWS and "\x00" in values[0]:
                raise MalformedRequestError(f"Tham số {name!r} có ký tự không dùng được.", subject=name)
