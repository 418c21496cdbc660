"""What every table shares: the catalogue of tables, names of constraints, surrogate keys."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import CheckConstraint
from sqlalchemy import Column
from sqlalchemy import Identity
from sqlalchemy import MetaData

from thidua.adapters.db.types import Key

__all__ = ["key", "metadata", "one_of"]

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def key() -> Column[int]:
    """Make a surrogate key ``id``."""
    return Column("id", Key, Identity(), primary_key=True)


def one_of(column: str, words: Iterable[str]) -> CheckConstraint:
    """Make the constraint that a column holds one of some words."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")
