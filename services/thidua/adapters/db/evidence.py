"""Files laid beside reports: rows only, the bytes lie in the file store."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import Connection
from sqlalchemy import Row
from sqlalchemy import Select
from sqlalchemy import bindparam
from sqlalchemy import func
from sqlalchemy import insert
from sqlalchemy import or_
from sqlalchemy import select
from sqlalchemy import update

from thidua.adapters.db.tables import attachment
from thidua.adapters.db.tables import evidence
from thidua.adapters.db.tables import obligation
from thidua.adapters.db.types import Texts
from thidua.adapters.db.types import is_any_of
from thidua.adapters.db.upsert import insert_unless_there
from thidua.domain.attachments import MOST_FILES
from thidua.domain.attachments import Attachment
from thidua.domain.attachments import Evidence
from thidua.domain.attachments import MediaType

__all__ = ["DatabaseEvidences"]

_PLACE: Final = ("campaign_code", "period_code", "unit_code")
#: Four digits of a likeness: two that differ in three marks or fewer agree in one of the four bands.
_BAND: Final = 4
_STARTS: Final = (1, 5, 9, 13)

_ROWS: Select[tuple[object, ...]] = select(
    *(evidence.c[name] for name in ("id", *_PLACE, "pointer", "file_name", "account_id", "added_at", "removed_at")),
    *(attachment.c[name] for name in ("digest", "media_type", "size", "width", "height", "likeness")),
).join_from(evidence, attachment)
_STANDS = evidence.c.removed_at.is_(None)
_HERE = [evidence.c[name] == bindparam(f"of_{name}", type_=evidence.c[name].type) for name in _PLACE]

_OF = _ROWS.where(*_HERE, _STANDS).order_by(evidence.c.id)
_ONE = _ROWS.where(evidence.c.id == bindparam("evidence_id"))
_USED = _ROWS.where(
    _STANDS,
    or_(
        is_any_of(evidence.c.digest, bindparam("digests", type_=Texts)),
        *(
            is_any_of(func.substr(attachment.c.likeness, start, _BAND), bindparam(f"band_{start}", type_=Texts))
            for start in _STARTS
        ),
    ),
).order_by(evidence.c.id)
# SQLite leaves FOR UPDATE out; its one writer at a time is the lock.
_LOCK = (
    select(obligation.c.id)
    .where(*(obligation.c[name] == bindparam(f"of_{name}", type_=obligation.c[name].type) for name in _PLACE))
    .with_for_update()
)
_REMOVE = (
    update(evidence)
    .where(evidence.c.id == bindparam("evidence_id"), _STANDS)
    .values(removed_at=bindparam("now", type_=evidence.c.removed_at.type))
)


class DatabaseEvidences:
    """The port ``Evidences``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self,
        place: tuple[str, str, str],
        pointer: str,
        attachment: Attachment,
        file_name: str,
        account_id: int,
        now: datetime,
    ) -> Evidence | None:
        """Lay a stored file beside a cell and return its row, the one that is there if it is there already.

        Returns None where as many files as a report takes lie there.
        """
        self._connection.execute(_LOCK, _named(place)).scalar_one()
        there = self.of(place)
        for each in there:
            if each.pointer == pointer and each.attachment.digest == attachment.digest:
                return each
        if len(there) >= MOST_FILES:
            return None
        self._keep(attachment, now)
        row = dict(zip(_PLACE, place, strict=True)) | {
            "pointer": pointer,
            "digest": attachment.digest,
            "file_name": file_name,
            "account_id": account_id,
            "added_at": now,
        }
        evidence_id = self._connection.execute(insert(evidence).returning(evidence.c.id), row).scalar_one()
        return self.get(evidence_id)

    def get(self, evidence_id: int) -> Evidence | None:
        """Return a row, removed or not."""
        row = self._connection.execute(_ONE, {"evidence_id": evidence_id}).one_or_none()
        return None if row is None else _evidence(row)

    def remove(self, evidence_id: int, now: datetime) -> bool:
        """Take a file away, keeping the row; False if it was away already."""
        return self._connection.execute(_REMOVE, {"evidence_id": evidence_id, "now": now}).rowcount > 0

    def of(self, place: tuple[str, str, str]) -> tuple[Evidence, ...]:
        """Return what lies beside a report, oldest first, without what was removed."""
        return tuple(map(_evidence, self._connection.execute(_OF, _named(place))))

    def used_elsewhere(self, attachments: Iterable[Attachment]) -> tuple[Evidence, ...]:
        """Return every row, not removed, of one of these files or of a picture that may be like one of them."""
        wanted = list(attachments)
        if not wanted:
            return ()
        marks = [each.likeness for each in wanted if each.likeness]
        bands = {f"band_{at}": sorted({mark[at - 1 : at - 1 + _BAND] for mark in marks}) for at in _STARTS}
        found = self._connection.execute(_USED, {"digests": [each.digest for each in wanted], **bands})
        return tuple(map(_evidence, found))

    def _keep(self, file: Attachment, now: datetime) -> None:
        row = {
            "digest": file.digest,
            "media_type": file.media_type.value,
            "size": file.size,
            "width": file.width,
            "height": file.height,
            "likeness": file.likeness,
            "stored_at": now,
        }
        self._connection.execute(insert_unless_there(self._connection, attachment), row)


def _named(place: tuple[str, str, str]) -> dict[str, str]:
    return {f"of_{name}": code for name, code in zip(_PLACE, place, strict=True)}


def _evidence(row: Row[tuple[object, ...]]) -> Evidence:
    said = row._mapping  # noqa: SLF001  the documented way to a row's columns by name
    return Evidence(
        id=said["id"],
        campaign_code=said["campaign_code"],
        period_code=said["period_code"],
        unit_code=said["unit_code"],
        pointer=said["pointer"],
        file_name=said["file_name"],
        account_id=said["account_id"],
        added_at=said["added_at"],
        removed_at=said["removed_at"],
        attachment=Attachment(
            said["digest"],
            MediaType(said["media_type"]),
            said["size"],
            said["width"],
            said["height"],
            said["likeness"],
        ),
    )
