"""Pinned years."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection
from sqlalchemy import bindparam
from sqlalchemy import func
from sqlalchemy import select

from thidua.adapters.db.tables import campaign_pin
from thidua.adapters.db.tables import pinned_text
from thidua.adapters.db.types import Texts
from thidua.adapters.db.types import is_any_of
from thidua.adapters.db.upsert import insert_unless_there
from thidua.domain.pins import Pin
from thidua.forms.years import WrittenYear

__all__ = ["DatabasePins"]

_TEXTS = select(pinned_text.c.digest, pinned_text.c.document).where(
    is_any_of(pinned_text.c.digest, bindparam("digests", type_=Texts))
)
_ALL_FORMS = select(pinned_text.c.digest, pinned_text.c.document).where(pinned_text.c.form_code != "")
_FORMS = (
    select(pinned_text)
    .where(is_any_of(pinned_text.c.schema_digest, bindparam("digests", type_=Texts)))
    .order_by(pinned_text.c.digest)
)


class DatabasePins:
    """The port ``Pins``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def has(self, campaign_code: str, digest: str) -> bool:
        """Tell whether a campaign was ever pinned as this."""
        found = select(func.count()).where(
            campaign_pin.c.campaign_code == campaign_code, campaign_pin.c.digest == digest
        )
        return bool(self._connection.execute(found).scalar_one())

    def texts(self, digests: Iterable[str]) -> Mapping[str, str]:
        """Return those texts of years and forms that there are, by digest."""
        rows = self._connection.execute(_TEXTS, {"digests": list(digests)})
        return {row.digest: row.document for row in rows}

    def forms_filed(self, filed: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], tuple[str, str]]:
        """Return digest and text of forms by their code and schema digest, one of each."""
        wanted = set(filed)
        found: dict[tuple[str, str], tuple[str, str]] = {}
        for row in self._connection.execute(_FORMS, {"digests": sorted({digest for _, digest in wanted})}):
            if (place := (row.form_code, row.schema_digest)) in wanted:
                found.setdefault(place, (row.digest, row.document))
        return found

    def all_forms(self) -> Mapping[str, str]:
        """Return the texts of all forms by digest."""
        rows = self._connection.execute(_ALL_FORMS)
        return {row.digest: row.document for row in rows}

    def put(self, pin: Pin, year: WrittenYear) -> bool:
        """Write a pin with its texts, those that are not there yet; False if another took its number."""
        texts = [(each.digest, each.form_code, each.schema_digest, each.text) for each in year.forms]
        for digest, form_code, schema_digest, document in sorted([*texts, (year.digest, "", "", year.text)]):
            self._connection.execute(
                insert_unless_there(self._connection, pinned_text),
                {"digest": digest, "form_code": form_code, "schema_digest": schema_digest, "document": document},
            )
        values: dict[str, Any] = {
            "campaign_code": pin.campaign_code,
            "number": pin.number,
            "digest": pin.digest,
            "origin": pin.origin,
            "reason": pin.reason.value,
            "pinned_at": pin.pinned_at,
        }
        statement = insert_unless_there(self._connection, campaign_pin).returning(campaign_pin.c.number)
        return self._connection.execute(statement, values).one_or_none() is not None
