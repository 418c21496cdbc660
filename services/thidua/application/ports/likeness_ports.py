"""What comparing reports needs of the store."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

__all__ = ["FiledPayload", "FiledPayloads"]


@dataclass(frozen=True, slots=True)
class FiledPayload:
    """The newest filing of a report; ``unit_name`` is that of the roster."""

    report_id: int
    period_code: str
    unit_code: str
    unit_name: str
    revision: int
    received_at: datetime
    payload: Mapping[str, object]


class FiledPayloads(Protocol):
    """Contents of many reports, page by page."""

    def of_form(
        self,
        *,
        campaign_code: str,
        form_code: str,
        period_codes: Iterable[str],
        unit_codes: Iterable[str] | None = None,
        after_id: int = 0,
        limit: int = 200,
    ) -> tuple[FiledPayload, ...]:
        """Return the newest filings of reports on a form in some periods, by report id above ``after_id``.

        What was taken back by its unit is left out. ``unit_codes`` keeps to some units.
        """
        ...
