"""The tables, as the newest migration leaves them, one module for each thing they are about."""

from __future__ import annotations

from thidua.adapters.db.tables.audit import audit_checkpoint
from thidua.adapters.db.tables.audit import audit_entry
from thidua.adapters.db.tables.audit import audit_seal
from thidua.adapters.db.tables.base import metadata
from thidua.adapters.db.tables.credentials import identity
from thidua.adapters.db.tables.credentials import known_device
from thidua.adapters.db.tables.credentials import pending_sign_in
from thidua.adapters.db.tables.credentials import recovery_code
from thidua.adapters.db.tables.credentials import second_factor
from thidua.adapters.db.tables.credentials import tried
from thidua.adapters.db.tables.credentials import used_trip
from thidua.adapters.db.tables.derived import fact
from thidua.adapters.db.tables.derived import rollup
from thidua.adapters.db.tables.derived import rollup_shard
from thidua.adapters.db.tables.derived import round_under_way
from thidua.adapters.db.tables.derived import status
from thidua.adapters.db.tables.derived import unit_filing
from thidua.adapters.db.tables.derived import worker_seen
from thidua.adapters.db.tables.drafts import attachment
from thidua.adapters.db.tables.drafts import draft
from thidua.adapters.db.tables.drafts import draft_cell
from thidua.adapters.db.tables.drafts import evidence
from thidua.adapters.db.tables.jobs import job
from thidua.adapters.db.tables.jobs import job_chunk
from thidua.adapters.db.tables.ledger import outbox
from thidua.adapters.db.tables.ledger import report
from thidua.adapters.db.tables.ledger import report_event
from thidua.adapters.db.tables.ledger import report_revision
from thidua.adapters.db.tables.people import account
from thidua.adapters.db.tables.people import api_token
from thidua.adapters.db.tables.people import invitation
from thidua.adapters.db.tables.people import membership
from thidua.adapters.db.tables.people import prepared_membership
from thidua.adapters.db.tables.people import session
from thidua.adapters.db.tables.pins import campaign_pin
from thidua.adapters.db.tables.pins import pinned_text
from thidua.adapters.db.tables.plans import campaign
from thidua.adapters.db.tables.plans import obligation
from thidua.adapters.db.tables.plans import obligation_change
from thidua.adapters.db.tables.plans import period
from thidua.adapters.db.tables.plans import unit
from thidua.adapters.db.tables.plans import unit_version
from thidua.adapters.db.tables.plugins import form_hold
from thidua.adapters.db.tables.plugins import rule_trouble
from thidua.adapters.db.tables.successions import unit_succession
from thidua.adapters.db.tables.successions import unit_succession_link

__all__ = [
    "account",
    "api_token",
    "attachment",
    "audit_checkpoint",
    "audit_entry",
    "audit_seal",
    "campaign",
    "campaign_pin",
    "draft",
    "draft_cell",
    "evidence",
    "fact",
    "form_hold",
    "identity",
    "invitation",
    "job",
    "job_chunk",
    "known_device",
    "membership",
    "metadata",
    "obligation",
    "obligation_change",
    "outbox",
    "pending_sign_in",
    "period",
    "pinned_text",
    "prepared_membership",
    "recovery_code",
    "report",
    "report_event",
    "report_revision",
    "rollup",
    "rollup_shard",
    "round_under_way",
    "rule_trouble",
    "second_factor",
    "session",
    "status",
    "tried",
    "unit",
    "unit_filing",
    "unit_succession",
    "unit_succession_link",
    "unit_version",
    "used_trip",
    "worker_seen",
]
