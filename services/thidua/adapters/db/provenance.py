"""What stands behind the figures: counted numbers with their revisions."""

from __future__ import annotations

import json
from collections.abc import Iterable
from collections.abc import Mapping

from sqlalchemy import Connection
from sqlalchemy import and_
from sqlalchemy import bindparam
from sqlalchemy import func
from sqlalchemy import select

from thidua.adapters.db.rows import REVISION_COLUMNS
from thidua.adapters.db.rows import revision_from
from thidua.adapters.db.tables import fact
from thidua.adapters.db.tables import obligation
from thidua.adapters.db.tables import outbox
from thidua.adapters.db.tables import report
from thidua.adapters.db.tables import report_revision
from thidua.adapters.db.tables import rollup
from thidua.adapters.db.types import JsonValue
from thidua.adapters.db.types import Texts
from thidua.adapters.db.types import is_any_of
from thidua.adapters.db.types import is_any_pair_of
from thidua.application.ports.provenance_ports import CountedFact
from thidua.application.ports.provenance_ports import WaitingChange
from thidua.application.ports.rows import MOST_ATTEMPTS
from thidua.domain.reports import Revision
from thidua.domain.rollups import parts_of

__all__ = ["DatabaseProvenance"]

# From the roster to the report to its revisions, each step by a unique key, so that a fact is found
# by the whole of its own.
_FACTS = (
    select(
        obligation.c.unit_code,
        obligation.c.unit_name,
        obligation.c.unit_order,
        fact.c.unit_type,
        fact.c.period_code,
        fact.c.ordinal,
        fact.c.report_id,
        fact.c.revision,
        fact.c.form_code,
        fact.c.numbers,
    )
    .select_from(
        obligation.join(
            report,
            and_(
                report.c.campaign_code == obligation.c.campaign_code,
                report.c.period_code == obligation.c.period_code,
                report.c.unit_code == obligation.c.unit_code,
            ),
        )
        .join(report_revision, report_revision.c.report_id == report.c.id)
        .join(fact, and_(fact.c.report_id == report.c.id, fact.c.revision == report_revision.c.number))
    )
    .where(
        obligation.c.campaign_code == bindparam("campaign_code"),
        is_any_of(obligation.c.period_code, bindparam("periods", type_=Texts)),
        is_any_of(fact.c.form_code, bindparam("forms", type_=Texts)),
    )
    .order_by(obligation.c.unit_order, obligation.c.unit_code, fact.c.ordinal)
)
_REVISIONS = select(*REVISION_COLUMNS).where(
    is_any_pair_of(report_revision.c.report_id, report_revision.c.number, bindparam("wanted", type_=JsonValue))
)
_DUTIES = select(rollup.c.unit_code, rollup.c.duties).where(
    rollup.c.campaign_code == bindparam("campaign_code"), rollup.c.period_code == bindparam("period_code")
)
_UNIT_TYPES = select(rollup.c.unit_code, rollup.c.unit_type).where(
    rollup.c.campaign_code == bindparam("campaign_code"), rollup.c.period_code == bindparam("period_code")
)
_first = (
    select(outbox.c.id, outbox.c.created_at, (outbox.c.attempts >= MOST_ATTEMPTS).label("is_set_aside"))
    .where(outbox.c.report_id == bindparam("report_id"), outbox.c.applied_at.is_(None))
    .order_by(outbox.c.id)
    .limit(1)
    .subquery("first")
)
_before = outbox.alias("before")
_WAITING = select(
    select(func.count())
    .select_from(_before)
    .where(_before.c.applied_at.is_(None), _before.c.id < _first.c.id)
    .scalar_subquery(),
    _first.c.created_at,
    _first.c.is_set_aside,
)


class DatabaseProvenance:
    """The port ``Provenance``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def facts(
        self,
        campaign_code: str,
        period_codes: Iterable[str],
        *,
        form_codes: Iterable[str],
        fields: Iterable[str],
        part: str | None,
        accepted: bool,
        unit_codes: Iterable[str] | None = None,
    ) -> tuple[CountedFact, ...]:
        """Return the counted numbers of some fields, by unit order, unit and period.

        Those of accepted revisions, or of the newest filed ones; None for ``part`` means the field
        with all its parts, None for ``unit_codes`` all units.
        """
        wanted: dict[str, object] = {"campaign_code": campaign_code, "periods": period_codes, "forms": form_codes}
        statement = _FACTS.where(fact.c.accepted if accepted else fact.c.filed)
        if unit_codes is not None:
            statement = statement.where(is_any_of(obligation.c.unit_code, bindparam("units", type_=Texts)))
            wanted["units"] = unit_codes
        names = frozenset(fields)
        return tuple(
            CountedFact._make((*place, field, of_part, value))
            for *place, numbers in self._connection.execute(statement, wanted)
            for key, value in sorted(json.loads(numbers).items())
            for field, of_part in (parts_of(key),)
            if field in names and part in (None, of_part)
        )

    def revisions(self, wanted: Iterable[tuple[int, int]]) -> Mapping[tuple[int, int], Revision]:
        """Return revisions by (report id, revision number)."""
        rows = self._connection.execute(_REVISIONS, {"wanted": [list(pair) for pair in wanted]}).mappings()
        found = map(revision_from, rows)
        return {(revision.report_id, revision.number): revision for revision in found}

    def duty_states(self, campaign_code: str, period_code: str, duty: str) -> Mapping[str, str]:
        """Return the states of one duty by unit; a unit that reported nothing is left out."""
        wanted = {"campaign_code": campaign_code, "period_code": period_code}
        states = {unit: json.loads(duties) for unit, duties in self._connection.execute(_DUTIES, wanted)}
        return {unit: duties[duty] for unit, duties in states.items() if duty in duties}

    def unit_types(self, campaign_code: str, period_code: str) -> Mapping[str, str]:
        """Return the type under which each unit's figures of a period stand."""
        wanted = {"campaign_code": campaign_code, "period_code": period_code}
        return dict(map(tuple, self._connection.execute(_UNIT_TYPES, wanted)))

    def waiting_change(self, report_id: int) -> WaitingChange | None:
        """Return a report's oldest change that is not taken in yet, None if there is none."""
        row = self._connection.execute(_WAITING, {"report_id": report_id}).one_or_none()
        return None if row is None else WaitingChange(*row)
