"""The base class of forms and of the rows inside them.

A form is one marshmallow schema whose attributes are the SDK's field kinds, in the order of
the printed form. It is closed: a name it does not declare is refused, never stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from typing import ClassVar

import marshmallow as ma

from thidua_sdk.rules import PayloadRule
from thidua_sdk.rules import RecordRule

__all__ = ["FormSchema", "RowSchema", "Section"]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the form and the fields under it, in order."""

    title: str
    fields: tuple[str, ...]


class RowSchema(ma.Schema):
    """One row of a table of records, or one group of cells."""

    error_messages: ClassVar[dict[str, Any]] = {  # type: ignore[misc]  # ours are coded, theirs are text
        "unknown": {"code": "unknown", "detail": "Không có ô nào tên như vậy."},
        "type": {"code": "type", "detail": "Phải là một đối tượng gồm các ô."},
    }

    class Meta:
        """Closed: unknown names are refused."""

        unknown = ma.RAISE


class FormSchema(RowSchema):
    """A report form.

    Subclasses declare fields, ``sections`` (every field in exactly one), ``rules`` and
    ``record_rules``.
    """

    sections: ClassVar[tuple[Section, ...]] = ()
    rules: ClassVar[tuple[PayloadRule, ...]] = ()
    record_rules: ClassVar[tuple[RecordRule, ...]] = ()
