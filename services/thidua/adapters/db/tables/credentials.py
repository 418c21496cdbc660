"""How people prove who they are: second factors, identities elsewhere, machines that are known, what was tried."""

from __future__ import annotations

from sqlalchemy import Column
from sqlalchemy import ForeignKey
from sqlalchemy import Integer
from sqlalchemy import Table
from sqlalchemy import Text
from sqlalchemy import UniqueConstraint

from thidua.adapters.db.tables.base import key
from thidua.adapters.db.tables.base import metadata
from thidua.adapters.db.types import Code
from thidua.adapters.db.types import Instant
from thidua.adapters.db.types import Key
from thidua.adapters.db.types import Whole

__all__ = ["identity", "known_device", "pending_sign_in", "recovery_code", "second_factor", "tried", "used_trip"]

#: The seed is sealed with a key that the database does not hold.
second_factor = Table(
    "second_factor",
    metadata,
    Column("account_id", Key, ForeignKey("account.id"), primary_key=True, autoincrement=False),
    Column("sealed_seed", Text, nullable=False),
    Column("last_step", Whole, nullable=False),
    Column("added_at", Instant, nullable=False),
)

recovery_code = Table(
    "recovery_code",
    metadata,
    Column("digest", Code, primary_key=True),
    Column("account_id", Key, ForeignKey("account.id"), nullable=False, index=True),
)

#: The password was right and the second factor is asked for: no session yet.
pending_sign_in = Table(
    "pending_sign_in",
    metadata,
    Column("digest", Code, primary_key=True),
    Column("account_id", Key, ForeignKey("account.id"), nullable=False, index=True),
    Column("expires_at", Instant, nullable=False),
)

#: A browser that this person has signed in by before.
known_device = Table(
    "known_device",
    metadata,
    Column("digest", Code, primary_key=True),
    Column("account_id", Key, ForeignKey("account.id"), primary_key=True, autoincrement=False, index=True),
    Column("expires_at", Instant, nullable=False),
)

#: A provider's person who signs in to an account; each link was made by somebody, none by a name or an address.
identity = Table(
    "identity",
    metadata,
    key(),
    Column("issuer", Code, nullable=False),
    Column("subject", Code, nullable=False),
    Column("account_id", Key, ForeignKey("account.id"), nullable=False, index=True),
    Column("linked_at", Instant, nullable=False),
    # Nobody where the operator's command linked it.
    Column("linked_by", Key, ForeignKey("account.id")),
    Column("used_at", Instant),
    UniqueConstraint("issuer", "subject"),
)

#: Trips to the provider from which somebody has come back: each is good once.
used_trip = Table(
    "used_trip",
    metadata,
    Column("digest", Code, primary_key=True),
    Column("expires_at", Instant, nullable=False, index=True),
)

#: Tries that have not succeeded, by what they are counted for; only digests of names and networks.
tried = Table(
    "tried",
    metadata,
    Column("bucket", Code, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("counted_at", Instant, nullable=False),
    Column("free_at", Instant, nullable=False),
    Column("forgotten_at", Instant, nullable=False, index=True),
)
