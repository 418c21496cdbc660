"""One transaction with its repositories, and who opens it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy import Engine
from sqlalchemy import and_
from sqlalchemy import func
from sqlalchemy import select

from thidua.adapters.db import fence
from thidua.adapters.db.accounts import DatabaseAccounts
from thidua.adapters.db.audit import DatabaseAudit
from thidua.adapters.db.campaigns import DatabaseCampaigns
from thidua.adapters.db.counted_filings import DatabaseCountedFilings
from thidua.adapters.db.credentials import DatabaseCredentials
from thidua.adapters.db.derived_units import DatabaseDerivedUnits
from thidua.adapters.db.directory import DatabaseDirectory
from thidua.adapters.db.drafts import DatabaseDrafts
from thidua.adapters.db.engine import Engines
from thidua.adapters.db.evidence import DatabaseEvidences
from thidua.adapters.db.facts import DatabaseFacts
from thidua.adapters.db.filed_payloads import DatabaseFiledPayloads
from thidua.adapters.db.filed_reports import DatabaseFiledReports
from thidua.adapters.db.identities import DatabaseIdentities
from thidua.adapters.db.invitations import DatabaseInvitations
from thidua.adapters.db.jobs import DatabaseJobs
from thidua.adapters.db.memberships import DatabaseMemberships
from thidua.adapters.db.obligations import DatabaseObligations
from thidua.adapters.db.options import DatabaseOptions
from thidua.adapters.db.outbox import DatabaseOutbox
from thidua.adapters.db.pins import DatabasePins
from thidua.adapters.db.provenance import DatabaseProvenance
from thidua.adapters.db.reports import DatabaseReports
from thidua.adapters.db.rollups import DatabaseRollups
from thidua.adapters.db.rounds import DatabaseRounds
from thidua.adapters.db.shards import DatabaseShards
from thidua.adapters.db.statuses import DatabaseStatuses
from thidua.adapters.db.successions import DatabaseSuccessions
from thidua.adapters.db.tables import outbox
from thidua.adapters.db.tables import worker_seen
from thidua.adapters.db.trail import DatabaseTrail
from thidua.adapters.db.tries import DatabaseTries
from thidua.adapters.db.troubles import DatabaseTroubles
from thidua.adapters.db.types import database_now
from thidua.adapters.db.unavailable import unavailable_if_lost
from thidua.adapters.db.unit_filings import DatabaseUnitFilings
from thidua.adapters.db.version import stored_version
from thidua.adapters.db.visits import DatabaseVisits
from thidua.application.ports.reach import Crossing
from thidua.application.ports.rows import MOST_ATTEMPTS
from thidua.application.ports.rows import Health

__all__ = ["DatabaseUnitOfWork", "DatabaseUnitsOfWork"]

_waiting = and_(outbox.c.applied_at.is_(None), outbox.c.attempts < MOST_ATTEMPTS)
_HEALTH = select(
    select(func.count()).select_from(outbox).where(_waiting).scalar_subquery().label("waiting"),
    select(outbox.c.created_at)
    .where(_waiting)
    .order_by(outbox.c.id)
    .limit(1)
    .scalar_subquery()
    .label("oldest_waiting_at"),
    select(func.max(worker_seen.c.worked_at)).scalar_subquery().label("worked_at"),
    database_now().label("database_now"),
)


class DatabaseUnitOfWork:
    """The port ``UnitOfWork``; made by :class:`DatabaseUnitsOfWork`, of no use after its block."""

    def __init__(self, connection: Connection, aside: Engine) -> None:
        self._connection = connection
        self._aside = aside

    @property
    def accounts(self) -> DatabaseAccounts:
        """People, sessions, tokens."""
        return DatabaseAccounts(self._connection)

    @property
    def memberships(self) -> DatabaseMemberships:
        """Who holds which role."""
        return DatabaseMemberships(self._connection)

    @property
    def invitations(self) -> DatabaseInvitations:
        """Single-use codes."""
        return DatabaseInvitations(self._connection)

    @property
    def visits(self) -> DatabaseVisits:
        """Sessions and tokens as their people see them."""
        return DatabaseVisits(self._connection)

    @property
    def credentials(self) -> DatabaseCredentials:
        """Second factors, known machines, sign-ins under way."""
        return DatabaseCredentials(self._connection)

    @property
    def identities(self) -> DatabaseIdentities:
        """Which person of which provider signs in to which account."""
        return DatabaseIdentities(self._connection)

    @property
    def tries(self) -> DatabaseTries:
        """What was tried without success."""
        return DatabaseTries(self._connection)

    @property
    def audit(self) -> DatabaseAudit:
        """The audit trail."""
        return DatabaseAudit(self._connection)

    @property
    def trail(self) -> DatabaseTrail:
        """The seals over what was written down."""
        return DatabaseTrail(self._connection)

    @property
    def directory(self) -> DatabaseDirectory:
        """The units."""
        return DatabaseDirectory(self._connection)

    @property
    def successions(self) -> DatabaseSuccessions:
        """Who took over from whom."""
        return DatabaseSuccessions(self._connection)

    @property
    def campaigns(self) -> DatabaseCampaigns:
        """Campaigns, periods and the roster."""
        return DatabaseCampaigns(self._connection)

    @property
    def obligations(self) -> DatabaseObligations:
        """What units owe, one by one."""
        return DatabaseObligations(self._connection)

    @property
    def drafts(self) -> DatabaseDrafts:
        """What is being written."""
        return DatabaseDrafts(self._connection)

    @property
    def filed_payloads(self) -> DatabaseFiledPayloads:
        """Contents of many reports, page by page."""
        return DatabaseFiledPayloads(self._connection)

    @property
    def filed_reports(self) -> DatabaseFiledReports:
        """Many reports with their newest filings."""
        return DatabaseFiledReports(self._connection)

    @property
    def reports(self) -> DatabaseReports:
        """The ledger."""
        return DatabaseReports(self._connection)

    @property
    def counted_filings(self) -> DatabaseCountedFilings:
        """Reports as they are counted."""
        return DatabaseCountedFilings(self._connection)

    @property
    def outbox(self) -> DatabaseOutbox:
        """Changes waiting to be taken in."""
        return DatabaseOutbox(self._connection)

    @property
    def rounds(self) -> DatabaseRounds:
        """Who counts what at this moment."""
        return DatabaseRounds(self._connection, self._aside)

    @property
    def evidence(self) -> DatabaseEvidences:
        """Files laid beside reports."""
        return DatabaseEvidences(self._connection)

    @property
    def facts(self) -> DatabaseFacts:
        """Numbers of the revisions that count."""
        return DatabaseFacts(self._connection)

    @property
    def rollups(self) -> DatabaseRollups:
        """Cells by unit."""
        return DatabaseRollups(self._connection)

    @property
    def unit_filings(self) -> DatabaseUnitFilings:
        """Where each unit stands."""
        return DatabaseUnitFilings(self._connection)

    @property
    def shards(self) -> DatabaseShards:
        """Sums of parts of the units."""
        return DatabaseShards(self._connection)

    @property
    def statuses(self) -> DatabaseStatuses:
        """The stored status documents."""
        return DatabaseStatuses(self._connection)

    @property
    def derived_units(self) -> DatabaseDerivedUnits:
        """Derived rows by unit."""
        return DatabaseDerivedUnits(self._connection)

    @property
    def jobs(self) -> DatabaseJobs:
        """Background work."""
        return DatabaseJobs(self._connection)

    @property
    def provenance(self) -> DatabaseProvenance:
        """What stands behind the figures."""
        return DatabaseProvenance(self._connection)

    @property
    def pins(self) -> DatabasePins:
        """What campaigns were when they were opened."""
        return DatabasePins(self._connection)

    @property
    def troubles(self) -> DatabaseTroubles:
        """Rules that failed."""
        return DatabaseTroubles(self._connection)

    def health(self) -> Health:
        """Read what readiness is judged by; on an empty database, that it is one."""
        version = stored_version(self._connection)
        if version is None:
            return Health(None, 0, None, None, self._connection.execute(select(database_now())).scalar_one())
        row = self._connection.execute(_HEALTH).one()
        return Health(version, row.waiting, row.oldest_waiting_at, row.worked_at, row.database_now)

    def crossing(self, _why: Crossing) -> AbstractContextManager[None]:
        """Read other units' rows in this block, whoever asks."""
        return fence.crossing(self._connection)

    def commit(self) -> None:
        """Make everything durable at once.

        Raises:
            UnavailableError: at the end of the block; whether it was made durable is then not known.
        """
        self._connection.commit()


class DatabaseUnitsOfWork:
    """The port ``UnitsOfWork``; connects at first use, and anew in each process that forks off.

    A block that meets a database that does not answer ends with UnavailableError.
    """

    def __init__(self, url: str, options: DatabaseOptions | None = None) -> None:
        self._engines = Engines(url, options or DatabaseOptions())

    @contextmanager
    def writing(self) -> Iterator[DatabaseUnitOfWork]:
        """Open a transaction that may write; each statement sees what was committed before it."""
        with unavailable_if_lost(), self._engines.writer.connect() as connection:
            yield DatabaseUnitOfWork(connection, self._engines.glancer)

    @contextmanager
    def reading(self) -> Iterator[DatabaseUnitOfWork]:
        """Open a transaction that cannot write and sees one snapshot throughout."""
        with unavailable_if_lost(), self._engines.reader.connect() as connection:
            yield DatabaseUnitOfWork(connection, self._engines.glancer)
            # Nothing was written, but the driver forgets its prepared statements at a ROLLBACK.
            connection.commit()

    @contextmanager
    def glancing(self) -> Iterator[DatabaseUnitOfWork]:
        """Open look-ups that each stand alone and see the newest; nothing may be written."""
        with unavailable_if_lost(), self._engines.glancer.connect() as connection:
            yield DatabaseUnitOfWork(connection, self._engines.glancer)

    @contextmanager
    def acting(self) -> Iterator[DatabaseReports]:
        """Open one act of the ledger, which is a transaction by itself.

        Raises:
            UnavailableError: at the end of the block; whether it was made durable is then not known.
        """
        if self._engines.acts_alone:
            # One statement, which PostgreSQL commits before it answers.
            with unavailable_if_lost(), self._engines.glancer.connect() as connection:
                yield DatabaseReports(connection)
            return
        with self.writing() as work:
            yield work.reports
            work.commit()

    def close(self) -> None:
        """Close this process's idle connections."""
        self._engines.close()
