"""Reading the ledger: what was filed, and what filing must know."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from sqlalchemy import Connection
from sqlalchemy import and_
from sqlalchemy import bindparam
from sqlalchemy import func
from sqlalchemy import literal
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from thidua.adapters.db.direct import DirectStatement
from thidua.adapters.db.rows import OBLIGATION_COLUMNS
from thidua.adapters.db.rows import REPORT_COLUMNS
from thidua.adapters.db.rows import REVISION_COLUMNS
from thidua.adapters.db.rows import entry_from
from thidua.adapters.db.rows import obligation_from
from thidua.adapters.db.rows import report_from
from thidua.adapters.db.rows import revision_from
from thidua.adapters.db.tables import campaign_pin
from thidua.adapters.db.tables import form_hold
from thidua.adapters.db.tables import obligation
from thidua.adapters.db.tables import period
from thidua.adapters.db.tables import report
from thidua.adapters.db.tables import report_event
from thidua.adapters.db.tables import report_revision
from thidua.adapters.db.types import JsonValue
from thidua.adapters.db.types import Keys
from thidua.adapters.db.types import Texts
from thidua.adapters.db.types import database_now
from thidua.adapters.db.types import is_any_of
from thidua.adapters.db.types import is_any_pair_of
from thidua.application.ports.rows import EarlierPayload
from thidua.application.ports.rows import FilingContext
from thidua.domain.ledger import Entry
from thidua.domain.reports import Channel
from thidua.domain.reports import Obligation
from thidua.domain.reports import PeriodState
from thidua.domain.reports import Report
from thidua.domain.reports import ReportState
from thidua.domain.reports import Revision

__all__ = ["ReportReader"]

_single = select(literal(1).label("one")).subquery("single")
_campaign_code = bindparam("campaign_code", type_=report.c.campaign_code.type)
_period_code = bindparam("period_code", type_=report.c.period_code.type)
_unit_code = bindparam("unit_code", type_=report.c.unit_code.type)

_HISTORY = (
    "id",
    "state",
    "revision",
    "accepted_revision",
    "first_received_at",
    "received_at",
    "version",
    "head",
    "counted_at",
    "answer_by",
    "answered_late",
)

# Each table is reached by the whole of a unique key, so this is four look-ups in one round trip.
# Every column costs on this, the busiest statement of all: a report is named by its obligation,
# and what a repeated key finds is read only when it finds something.
_PLACE = select(
    database_now().label("database_now"),
    period.c.state.label("period_state"),
    period.c.ordinal.label("period_ordinal"),
    *OBLIGATION_COLUMNS,
    *(report.c[name].label(f"report_{name}") for name in _HISTORY),
    report_revision.c.id.label("replayed_id"),
    form_hold.c.digest.label("held_digest"),
    select(campaign_pin.c.digest)
    .where(campaign_pin.c.campaign_code == _campaign_code)
    .order_by(campaign_pin.c.number.desc())
    .limit(1)
    .scalar_subquery()
    .label("pin"),
).select_from(
    _single.outerjoin(period, and_(period.c.campaign_code == _campaign_code, period.c.code == _period_code))
    .outerjoin(
        obligation,
        and_(
            obligation.c.campaign_code == _campaign_code,
            obligation.c.period_code == _period_code,
            obligation.c.unit_code == _unit_code,
        ),
    )
    .outerjoin(
        report,
        and_(
            report.c.campaign_code == _campaign_code,
            report.c.period_code == _period_code,
            report.c.unit_code == _unit_code,
        ),
    )
    .outerjoin(
        report_revision,
        and_(
            report_revision.c.filed_by == bindparam("account_id", type_=report_revision.c.filed_by.type),
            report_revision.c.idempotency_key
            == bindparam("idempotency_key", type_=report_revision.c.idempotency_key.type),
        ),
    )
    .outerjoin(
        form_hold,
        and_(form_hold.c.campaign_code == _campaign_code, form_hold.c.form_code == obligation.c.form_code),
    )
)
_REPLAYED = (
    select(*REPORT_COLUMNS, *REVISION_COLUMNS)
    .select_from(report.join(report_revision, report_revision.c.report_id == report.c.id))
    .where(report_revision.c.id == bindparam("revision_id"))
)

_newest = and_(report_revision.c.report_id == report.c.id, report_revision.c.number == report.c.revision)
_EARLIER = (
    select(
        period.c.code,
        period.c.ordinal,
        (report.c.accepted_revision == report.c.revision).label("accepted"),
        report_revision.c.payload,
    )
    .select_from(
        period.join(
            report, and_(report.c.campaign_code == period.c.campaign_code, report.c.period_code == period.c.code)
        ).join(report_revision, _newest)
    )
    .where(
        period.c.campaign_code == _campaign_code,
        period.c.ordinal < bindparam("before_ordinal"),
        report.c.unit_code == _unit_code,
    )
    .order_by(period.c.ordinal)
)

# The same in the same round trip, where there are round trips.
_before = period.alias("before")
_REPORTED = (
    select(
        func.jsonb_agg(
            aggregate_order_by(
                func.jsonb_build_array(
                    _before.c.code,
                    _before.c.ordinal,
                    report.c.accepted_revision == report.c.revision,
                    report_revision.c.payload,
                ),
                _before.c.ordinal,
            )
        )
    )
    .select_from(
        _before.join(
            report, and_(report.c.campaign_code == _before.c.campaign_code, report.c.period_code == _before.c.code)
        ).join(report_revision, _newest)
    )
    .where(
        _before.c.campaign_code == _campaign_code,
        _before.c.ordinal < period.c.ordinal,
        report.c.unit_code == _unit_code,
    )
    .correlate(period)
    .scalar_subquery()
)
_CONTEXT = DirectStatement(_PLACE)
_CONTEXT_AND_EARLIER = DirectStatement(_PLACE.add_columns(_REPORTED.label("earlier")))

_ONE = select(*REPORT_COLUMNS, *OBLIGATION_COLUMNS).select_from(
    report.join(
        obligation,
        and_(
            obligation.c.campaign_code == report.c.campaign_code,
            obligation.c.period_code == report.c.period_code,
            obligation.c.unit_code == report.c.unit_code,
        ),
    )
)
_GET = _ONE.where(report.c.id == bindparam("report_id"))
_MANY = select(*REPORT_COLUMNS).where(is_any_of(report.c.id, bindparam("ids", type_=Keys))).order_by(report.c.id)
_REVISIONS = (
    select(*REVISION_COLUMNS)
    .where(report_revision.c.report_id == bindparam("report_id"))
    .order_by(report_revision.c.number)
)
_PAYLOADS = select(report_revision.c.report_id, report_revision.c.number, report_revision.c.payload).where(
    is_any_pair_of(report_revision.c.report_id, report_revision.c.number, bindparam("wanted", type_=JsonValue))
)
_ENTRIES = (
    select(report_event)
    .where(is_any_of(report_event.c.report_id, bindparam("ids", type_=Keys)))
    .order_by(report_event.c.report_id, report_event.c.seq)
)
_LIST = (
    select(*REPORT_COLUMNS)
    .where(report.c.id > bindparam("after_id"))
    .order_by(report.c.id)
    .limit(bindparam("at_most", type_=report.c.id.type))
)
_IDS = select(report.c.id).order_by(report.c.id)


_LAST_RECEIVED = select(func.max(report.c.received_at))


class ReportReader:
    """The reading half of the port ``Reports``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def context(
        self, *, campaign_code: str, period_code: str, unit_code: str, account_id: int, idempotency_key: str | None
    ) -> FilingContext:
        """Read what filing must know: one statement on PostgreSQL, one more if the key was used before."""
        wanted = {
            "campaign_code": campaign_code,
            "period_code": period_code,
            "unit_code": unit_code,
            "account_id": account_id,
            "idempotency_key": idempotency_key,
        }
        at_once = self._connection.dialect.name == "postgresql"
        [row] = (_CONTEXT_AND_EARLIER if at_once else _CONTEXT).rows(self._connection, wanted)
        state, ordinal = row["period_state"], row["period_ordinal"]
        if at_once:
            earlier = tuple(
                EarlierPayload(code, before, bool(accepted), payload)
                for code, before, accepted, payload in row["earlier"] or ()
            )
        else:
            earlier = self.earlier(campaign_code=campaign_code, unit_code=unit_code, before_ordinal=ordinal or 0)
        return FilingContext(
            database_now=row["database_now"],
            period_state=None if state is None else PeriodState(state),
            obligation=None if row["obligation_id"] is None else obligation_from(row),
            report=None if row["report_id"] is None else report_from(row, place="obligation"),
            earlier=earlier,
            replay=None if row["replayed_id"] is None else self._replayed(row["replayed_id"]),
            held_digest=row["held_digest"],
            pin=row["pin"],
        )

    def _replayed(self, revision_id: int) -> tuple[Report, Revision]:
        row = self._connection.execute(_REPLAYED, {"revision_id": revision_id}).mappings().one()
        return report_from(row), revision_from(row)

    def earlier(self, *, campaign_code: str, unit_code: str, before_ordinal: int) -> tuple[EarlierPayload, ...]:
        """Return the unit's newest payloads of earlier periods, oldest period first."""
        wanted = {"campaign_code": campaign_code, "unit_code": unit_code, "before_ordinal": before_ordinal}
        return tuple(
            EarlierPayload(row.code, row.ordinal, bool(row.accepted), row.payload)
            for row in self._connection.execute(_EARLIER, wanted)
        )

    def get(self, report_id: int) -> tuple[Report, Obligation] | None:
        """Return a report with its obligation."""
        row = self._connection.execute(_GET, {"report_id": report_id}).mappings().one_or_none()
        return None if row is None else (report_from(row), obligation_from(row))

    def get_many(self, report_ids: Iterable[int]) -> tuple[Report, ...]:
        """Return reports by id, in id order."""
        rows = self._connection.execute(_MANY, {"ids": report_ids}).mappings()
        return tuple(report_from(row) for row in rows)

    def revisions(self, report_id: int) -> tuple[Revision, ...]:
        """Return all revisions, oldest first."""
        rows = self._connection.execute(_REVISIONS, {"report_id": report_id}).mappings()
        return tuple(revision_from(row) for row in rows)

    def payloads(self, wanted: Iterable[tuple[int, int]]) -> Mapping[tuple[int, int], Mapping[str, object]]:
        """Return payloads by (report id, revision number)."""
        rows = self._connection.execute(_PAYLOADS, {"wanted": [list(pair) for pair in wanted]})
        return {(row.report_id, row.number): row.payload for row in rows}

    def entries(self, report_ids: Iterable[int]) -> Mapping[int, tuple[Entry, ...]]:
        """Return the ledger of some reports by report id, oldest first; a report without one is left out."""
        rows = self._connection.execute(_ENTRIES, {"ids": report_ids}).mappings()
        grouped = groupby(rows, key=itemgetter("report_id"))
        return {report_id: tuple(map(entry_from, entries)) for report_id, entries in grouped}

    def list(
        self,
        *,
        unit_codes: Iterable[str] | None,
        campaign_code: str | None = None,
        period_code: str | None = None,
        state: ReportState | None = None,
        channel: Channel | None = None,
        after_id: int = 0,
        limit: int = 100,
    ) -> tuple[Report, ...]:
        """Return reports with id above ``after_id``, by id; None for ``unit_codes`` means all units.

        ``channel`` is that of the newest filing.
        """
        statement, wanted = _LIST, {"after_id": after_id, "at_most": limit}
        if unit_codes is not None:
            statement = statement.where(is_any_of(report.c.unit_code, bindparam("units", unit_codes, type_=Texts)))
        if campaign_code is not None:
            statement = statement.where(report.c.campaign_code == campaign_code)
        if period_code is not None:
            statement = statement.where(report.c.period_code == period_code)
        if state is not None:
            statement = statement.where(report.c.state == state.value)
        if channel is not None:
            newest = select(literal(1)).where(_newest, report_revision.c.channel == channel.value)
            statement = statement.where(newest.correlate(report).exists())
        return tuple(report_from(row) for row in self._connection.execute(statement, wanted).mappings())

    def ids(self) -> tuple[int, ...]:
        """Return every report id in order."""
        return tuple(self._connection.execute(_IDS).scalars())

    def last_received_at(self) -> datetime | None:
        """Return the newest receipt of all, None before the first."""
        found: datetime | None = self._connection.execute(_LAST_RECEIVED).scalar_one()
        return found
