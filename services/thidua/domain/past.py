"""What reports and obligations were at a moment, told from their chains alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import takewhile

from thidua.domain.ledger import Entry
from thidua.domain.lifecycle import retold
from thidua.domain.obligations import ObligationChange
from thidua.domain.obligations import replayed
from thidua.domain.reports import Obligation
from thidua.domain.reports import Report

__all__ = ["obligation_at", "report_at"]


def report_at(report: Report, entries: Sequence[Entry], moment: datetime) -> Report | None:
    """Return a report as it stood at a moment, None if nothing was filed by then.

    What follows an entry made later is later, whatever a clock put back says of it: a chain has an
    order of its own, and no entry can be told without those before it.

    Args:
        report: as stored; only its id, place, unit type and form are taken from it.
        entries: its chain, by ``seq``.
        moment: what was done at this very moment counts.

    Raises:
        ConflictError: an entry cannot follow the one before.
    """
    known = tuple(takewhile(lambda entry: entry.at <= moment, entries))
    return retold(report, known) if known else None


def obligation_at(obligation: Obligation, changes: Sequence[ObligationChange], moment: datetime) -> Obligation:
    """Return what a unit owed at a moment, as the changes made by then left it.

    Args:
        obligation: as stored; what changes touch is not taken from it.
        changes: its chain, oldest first.
        moment: what was changed at this very moment counts.

    Raises:
        ConflictError: a change cannot follow the one before.
    """
    return replayed(obligation, takewhile(lambda change: change.at <= moment, changes))
