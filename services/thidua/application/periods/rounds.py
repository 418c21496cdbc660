"""One round of counting: claim, note, work, mark; and what becomes of the changes of one that ends badly.

Before the work the round is noted where neither a rollback nor the end of the process takes the note
away; the transaction of the effect removes it. A round that raises, hangs until it is ended, runs out
of memory or takes its process with it leaves the same trace, and whoever claims its changes next sets
them apart: those of a round of many are tried one by one, and one that fails alone has one more vain
attempt.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from thidua.application.ports.host import Host
from thidua.application.ports.rows import OutboxRow
from thidua.application.ports.unit_of_work import Outbox
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.domain.errors import UnavailableError

__all__ = ["Taken", "take_round"]

_log = logging.getLogger(__name__)


class Taken(NamedTuple):
    """What came of a round: how many changes it applied, or that some were set apart."""

    applied: int = 0
    has_set_apart: bool = False


def take_round(
    host: Host,
    claim: Callable[[Outbox], Sequence[OutboxRow]],
    apply: Callable[[UnitOfWork, Sequence[OutboxRow]], None],
    *,
    alone: bool,
) -> Taken:
    """Count what is claimed in one transaction, all or nothing.

    Args:
        host: the ports.
        claim: locks changes.
        apply: counts changes and marks them applied; whatever it raises is a failure of theirs.
        alone: what is claimed is one change, tried by itself.

    Raises:
        UnavailableError: the database does not answer, which is no failure of a change.
    """
    note = secrets.token_hex(8)
    try:
        with host.work.writing() as work:
            claimed = claim(work.outbox)
            if not claimed:
                return Taken()
            waiting = work.rounds.begin(note, [row.id for row in claimed], alone=alone)
            if waiting is None:
                work.commit()
                return Taken(has_set_apart=True)
            apply(work, [row for row in claimed if row.id in waiting])
            work.rounds.end(note)
            work.commit()
    except UnavailableError:
        with suppress(UnavailableError), host.work.writing() as work:
            work.rounds.end(note)
            work.commit()
        raise
    except (Exception, SystemExit) as error:  # what one report makes fail must not hold up the others
        _log.exception("a round of counting failed; what it had taken is tried one by one")
        with host.work.writing() as work:
            work.rounds.fail(note)
            work.commit()
        if isinstance(error, SystemExit):
            raise
        return Taken(has_set_apart=True)
    return Taken(len(waiting))
