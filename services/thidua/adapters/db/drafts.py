"""Drafts: written only from what was read, so that of two people saving at once one reads again."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection
from sqlalchemy import RowMapping
from sqlalchemy import UniqueConstraint
from sqlalchemy import bindparam
from sqlalchemy import delete
from sqlalchemy import exists
from sqlalchemy import insert
from sqlalchemy import select
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from thidua.adapters.db.tables import account
from thidua.adapters.db.tables import draft
from thidua.adapters.db.tables import draft_cell
from thidua.adapters.db.types import Texts
from thidua.adapters.db.types import is_any_of
from thidua.adapters.db.unavailable import breaks
from thidua.adapters.db.upsert import upsert
from thidua.application.ports.draft_ports import DraftSeen
from thidua.application.ports.draft_ports import NewCell
from thidua.application.ports.draft_ports import NewDraft
from thidua.domain.drafts import Draft
from thidua.domain.drafts import DraftCell

__all__ = ["DatabaseDrafts"]

_PLACE: Final = ("campaign_code", "period_code", "unit_code")
_ONE_FOR_EACH_PLACE: Final = next(
    each for each in draft.constraints if isinstance(each, UniqueConstraint) and tuple(each.columns.keys()) == _PLACE
)

_saver = account.alias("saver")
_writer = account.alias("writer")
_proposer = account.alias("proposer")
_WHOLE: Final = (
    draft,
    _saver.c.full_name.label("saver"),
    _proposer.c.full_name.label("proposer"),
    _proposer.c.position.label("proposer_position"),
)
_signed = draft.join(_saver, _saver.c.id == draft.c.saved_by).outerjoin(
    _proposer, _proposer.c.id == draft.c.proposed_by
)
_GET: Final = (
    select(
        *_WHOLE,
        draft_cell.c.pointer,
        draft_cell.c.typed,
        draft_cell.c.version.label("cell_version"),
        draft_cell.c.is_carried,
        draft_cell.c.saved_at.label("cell_saved_at"),
        _writer.c.full_name.label("writer"),
    )
    .select_from(
        _signed.outerjoin(draft_cell, draft_cell.c.draft_id == draft.c.id).outerjoin(
            _writer, _writer.c.id == draft_cell.c.saved_by
        )
    )
    .where(*(draft.c[name] == bindparam(name, type_=draft.c[name].type) for name in _PLACE))
)
_OF_UNITS: Final = (
    select(*_WHOLE)
    .select_from(_signed)
    .where(
        is_any_of(draft.c.unit_code, bindparam("units", type_=Texts)),
        exists().where(draft_cell.c.draft_id == draft.c.id),
    )
)
_VALUES: Final = [column.name for column in draft.c if column.name != "id"]
_WRITE: Final = (
    update(draft)
    .where(draft.c.id == bindparam("seen_id"), draft.c.version == bindparam("seen_version"))
    .values({name: bindparam(f"new_{name}", type_=draft.c[name].type) for name in _VALUES})
)
_EMPTY: Final = delete(draft_cell).where(draft_cell.c.draft_id == bindparam("seen_id"))


class DatabaseDrafts:
    """The port ``Drafts``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, *, campaign_code: str, period_code: str, unit_code: str) -> Draft | None:
        """Return a draft with all its cells, in one statement and so from one moment."""
        wanted = {"campaign_code": campaign_code, "period_code": period_code, "unit_code": unit_code}
        rows = self._connection.execute(_GET, wanted).mappings().all()
        if not rows:
            return None
        return _draft(rows[0], {row["pointer"]: _cell(row) for row in rows if row["pointer"] is not None})

    def of_units(self, unit_codes: Iterable[str]) -> tuple[DraftSeen, ...]:
        """Return the drafts of some units in which something is typed, without their cells."""
        rows = self._connection.execute(_OF_UNITS, {"units": unit_codes}).mappings()
        return tuple(
            DraftSeen(row["campaign_code"], row["period_code"], row["unit_code"], _draft(row, {})) for row in rows
        )

    def write(self, seen: Draft | None, new: NewDraft, cells: Iterable[NewCell]) -> bool:
        """Write a draft's next version and the cells that changed.

        Returns:
            False if somebody wrote since ``seen`` was read: nothing is written then, and the
            transaction is of no more use.
        """
        values = {
            "campaign_code": new.campaign_code,
            "period_code": new.period_code,
            "unit_code": new.unit_code,
            "version": new.version,
            "revision": new.revision,
            "is_from_workbook": new.is_from_workbook,
            "proposed_by": new.proposed_by,
            "proposed_at": new.proposed_at,
            "note": new.note,
            "saved_by": new.saved_by,
            "saved_at": new.saved_at,
        }
        draft_id = self._begin(values) if seen is None else self._go_on(seen, values)
        if draft_id is None:
            return False
        rows = [
            {
                "draft_id": draft_id,
                "pointer": cell.pointer,
                "typed": cell.typed,
                "version": new.version,
                "is_carried": cell.is_carried,
                "saved_by": new.saved_by,
                "saved_at": new.saved_at,
            }
            for cell in cells
        ]
        if rows:
            self._connection.execute(upsert(self._connection, draft_cell), rows)
        return True

    def empty(self, seen: Draft) -> None:
        """Forget the cells of a draft that was just written; its version stays and goes on counting."""
        self._connection.execute(_EMPTY, {"seen_id": seen.id})

    def _begin(self, values: Mapping[str, object]) -> int | None:
        try:
            draft_id: int = self._connection.execute(insert(draft).returning(draft.c.id), values).scalar_one()
        except IntegrityError as error:
            if not breaks(error, _ONE_FOR_EACH_PLACE):
                raise
            return None
        return draft_id

    def _go_on(self, seen: Draft, values: Mapping[str, object]) -> int | None:
        parameters = {f"new_{name}": value for name, value in values.items()}
        written = self._connection.execute(_WRITE, parameters | {"seen_id": seen.id, "seen_version": seen.version})
        return seen.id if written.rowcount == 1 else None


def _draft(row: RowMapping, cells: Mapping[str, DraftCell]) -> Draft:
    return Draft(
        id=row["id"],
        version=row["version"],
        revision=row["revision"],
        cells=cells,
        is_from_workbook=bool(row["is_from_workbook"]),
        note=row["note"],
        proposed_by=row["proposed_by"],
        proposed_at=row["proposed_at"],
        proposer=row["proposer"] or "",
        proposer_position=row["proposer_position"] or "",
        saved_by=row["saver"],
        saved_at=row["saved_at"],
    )


def _cell(row: RowMapping) -> DraftCell:
    return DraftCell(
        pointer=row["pointer"],
        typed=row["typed"],
        version=row["cell_version"],
        is_carried=bool(row["is_carried"]),
        by=row["writer"],
        at=row["cell_saved_at"],
    )
