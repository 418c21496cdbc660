"""Column types and expressions that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC
from datetime import datetime
from typing import Any
from typing import Self

import orjson
from sqlalchemy import JSON
from sqlalchemy import BigInteger
from sqlalchemy import DateTime
from sqlalchemy import Dialect
from sqlalchemy import Integer
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import Boolean
from sqlalchemy.types import TypeDecorator
from sqlalchemy.types import TypeEngine

__all__ = [
    "Code",
    "Document",
    "Instant",
    "JsonValue",
    "Key",
    "Keys",
    "Texts",
    "Whole",
    "database_now",
    "from_json",
    "is_any_of",
    "is_any_pair_of",
    "to_json",
    "to_sorted_json",
]


# Made once: json.dumps makes one for every call that asks for anything special.
_encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def to_json(value: object) -> str:
    """Write a value as it is stored: compact, letters as they are; NaN and infinities are refused."""
    return _encoder.encode(value)


def to_sorted_json(value: object) -> str:
    """Write names and whole numbers of 64 bits with keys in order, so that equal values are equal texts.

    Not for anything else: what has no text (NaN, a larger number) is refused by :func:`to_json` alone.

    Raises:
        TypeError: a number is larger.
    """
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def from_json(text: str | bytes) -> Any:  # noqa: ANN401  whatever was stored
    """Read what is stored as JSON; whole numbers have 64 bits there."""
    return orjson.loads(text)


class Instant(TypeDecorator[datetime]):
    """A moment: aware in Python, UTC in the database (text without a zone on SQLite)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware moment into UTC.

        Raises:
            ValueError: the moment has no zone.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the moment its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


#: Codes, names of states, digests: compared and sorted by code point on both engines, whatever
#: collation the server was installed with.
Code = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")

#: Surrogate keys; SQLite hands out row numbers to INTEGER only.
Key = BigInteger().with_variant(Integer(), "sqlite")

#: Whole numbers as counted by forms.
Whole = BigInteger()

#: Structured values that are looked into; key order is not kept on PostgreSQL.
JsonValue = JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")

#: Documents that are only ever written and read whole: kept as text, key order included.
Document = JSON(none_as_null=True)


class _Array(TypeDecorator[Iterable[object]]):
    """Many values in one parameter: an array on PostgreSQL, JSON text on SQLite.

    The statement's text then does not depend on how many there are, so that it is prepared once,
    and no limit on the number of parameters is ever met.
    """

    impl = Text
    cache_ok = True
    item: Text | BigInteger

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the array or the text."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.ARRAY(self.item))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: Iterable[object] | None, dialect: Dialect) -> object:
        """Pack the values."""
        values = [] if value is None else list(value)
        return values if dialect.name == "postgresql" else to_json(values)


class Texts(_Array):
    """Many texts in one parameter."""

    cache_ok = True
    item = Text()


class Keys(_Array):
    """Many whole numbers in one parameter."""

    cache_ok = True
    item = BigInteger()


class _Test(FunctionElement[bool]):
    """A test that stands as it is in a WHERE: compared with 1, as SQLite is told truth, no index would serve it."""

    def self_group(self, against: OperatorType | None = None) -> Self:  # noqa: ARG002  the library's signature
        """Return the test itself, whatever it is joined to."""
        return self


class _IsAnyOf(_Test):
    """``column`` is one of the values packed into one parameter."""

    type = Boolean()
    inherit_cache = True


class _IsAnyPairOf(_Test):
    """Two whole-number columns are one of the pairs packed into one JSON parameter."""

    type = Boolean()
    inherit_cache = True


def is_any_of(column: ColumnElement[str] | ColumnElement[int], values: BindParameter[object]) -> ColumnElement[bool]:
    """Test membership; ``values`` is a parameter of type :class:`Texts` or :class:`Keys`."""
    return _IsAnyOf(column, values)


def is_any_pair_of(
    first: ColumnElement[int], second: ColumnElement[int], values: BindParameter[object]
) -> ColumnElement[bool]:
    """Test membership of a pair; ``values`` is a JSON parameter holding a list of pairs."""
    return _IsAnyPairOf(first, second, values)


@compiles(_IsAnyOf, "postgresql")
def _any_of_array(element: _IsAnyOf, compiler: SQLCompiler, **options: object) -> str:
    column, values = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} = ANY ({values})"


@compiles(_IsAnyOf, "sqlite")
def _any_of_json(element: _IsAnyOf, compiler: SQLCompiler, **options: object) -> str:
    column, values = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608  parts that the compiler wrote


@compiles(_IsAnyPairOf, "postgresql")
def _any_pair_of_array(element: _IsAnyPairOf, compiler: SQLCompiler, **options: object) -> str:
    first, second, values = (compiler.process(clause, **options) for clause in element.clauses)
    pairs = f"SELECT (pair->>0)::bigint, (pair->>1)::bigint FROM jsonb_array_elements({values}) AS pair"  # noqa: S608
    return f"({first}, {second}) IN ({pairs})"


@compiles(_IsAnyPairOf, "sqlite")
def _any_pair_of_json(element: _IsAnyPairOf, compiler: SQLCompiler, **options: object) -> str:
    first, second, values = (compiler.process(clause, **options) for clause in element.clauses)
    pairs = f"SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each({values})"  # noqa: S608
    return f"({first}, {second}) IN ({pairs})"


class database_now(FunctionElement[datetime]):  # noqa: N801  reads as the SQL function it is
    """The database's clock; on SQLite, which has none of its own, the machine's."""

    type = Instant()
    inherit_cache = True


@compiles(database_now, "postgresql")
def _server_clock(_element: database_now, _compiler: SQLCompiler, **_options: object) -> str:
    return "clock_timestamp()"


@compiles(database_now, "sqlite")
def _machine_clock(_element: database_now, _compiler: SQLCompiler, **_options: object) -> str:
    return "strftime('%Y-%m-%d %H:%M:%f000', 'now')"
