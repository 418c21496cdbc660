"""What is computed from the ledger.

No foreign keys: all of it can be dropped and rebuilt at any time.
"""

from __future__ import annotations

from sqlalchemy import Boolean
from sqlalchemy import CheckConstraint
from sqlalchemy import Column
from sqlalchemy import Index
from sqlalchemy import Integer
from sqlalchemy import Table

from thidua.adapters.db.tables.base import metadata
from thidua.adapters.db.types import Code
from thidua.adapters.db.types import Document
from thidua.adapters.db.types import Instant
from thidua.adapters.db.types import Key

__all__ = ["fact", "rollup", "rollup_shard", "round_under_way", "status", "unit_filing", "worker_seen"]

# Numbers, cells and states are JSON texts with their keys in order: they are written and read whole,
# and equal texts mean equal content. `numbers::jsonb` and json_each open them for people.
fact = Table(
    "fact",
    metadata,
    Column("report_id", Key, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("campaign_code", Code, nullable=False),
    Column("period_code", Code, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("unit_code", Code, nullable=False),
    Column("unit_type", Code, nullable=False),
    Column("form_code", Code, nullable=False),
    Column("filed", Boolean, nullable=False),
    Column("accepted", Boolean, nullable=False),
    # By key: "field" or "field/part".
    Column("numbers", Code, nullable=False),
    Index(None, "campaign_code", "unit_code"),
)

rollup = Table(
    "rollup",
    metadata,
    Column("campaign_code", Code, primary_key=True),
    Column("period_code", Code, primary_key=True),
    Column("unit_code", Code, primary_key=True),
    Column("unit_type", Code, nullable=False),
    Column("shard", Integer, nullable=False),
    # By form and key: [filed, accepted, filed cumulative, accepted cumulative].
    Column("cells", Code, nullable=False),
    # State by duty.
    Column("duties", Code, nullable=False),
    Index(None, "campaign_code", "period_code", "shard"),
)

# Where each unit of a period's roster stood at the moment it was judged, and until when that holds.
unit_filing = Table(
    "unit_filing",
    metadata,
    Column("campaign_code", Code, primary_key=True),
    Column("period_code", Code, primary_key=True),
    Column("unit_code", Code, primary_key=True),
    Column("unit_type", Code, nullable=False),
    Column("shard", Integer, nullable=False),
    Column("place", Integer, nullable=False),
    Column("filing", Code, nullable=False),
    # Whether a filing of the unit counts, whether one was accepted, whether one waits for that.
    Column("counts", Boolean, nullable=False),
    Column("accepted", Boolean, nullable=False),
    Column("waits", Boolean, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("judged_at", Instant, nullable=False),
    # The next moment at which time alone moves the unit; null if none is left.
    Column("turns_at", Instant),
    # The unit's entry in the status document.
    Column("entry", Code, nullable=False),
    Index(None, "campaign_code", "period_code", "shard"),
    Index(None, "turns_at"),
)

# One part of the units: their cells added up by unit type, and what its roster comes to.
rollup_shard = Table(
    "rollup_shard",
    metadata,
    Column("campaign_code", Code, primary_key=True),
    Column("period_code", Code, primary_key=True),
    Column("shard", Integer, primary_key=True),
    Column("sums", Code, nullable=False),
    Column("roster", Code, nullable=False),
)

status = Table(
    "status",
    metadata,
    Column("campaign_code", Code, primary_key=True),
    Column("period_code", Code, primary_key=True),
    Column("document", Document, nullable=False),
    Column("digest", Code, nullable=False),
    Column("version", Integer, nullable=False),
    Column("computed_at", Instant, nullable=False),
    Column("valid_until", Instant),
    CheckConstraint("version >= 1", name="version_positive"),
)

# What each process is counting at this moment: written before the work, gone with its effect. A row
# that outlives the work tells that its process did not.
round_under_way = Table(
    "round_under_way",
    metadata,
    Column("id", Code, primary_key=True),
    # For people: nothing is judged by it.
    Column("worker", Code, nullable=False),
    Column("began_at", Instant, nullable=False),
    Column("alone", Boolean, nullable=False),
    # Numbers of outbox rows.
    Column("changes", Document, nullable=False),
)

worker_seen = Table(
    "worker_seen",
    metadata,
    Column("worker", Code, primary_key=True),
    Column("worked_at", Instant, nullable=False),
)
