"""What a status document is composed from."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from datetime import tzinfo
from typing import NamedTuple

from thidua.application.ports.rows import RollupTotal
from thidua.application.ports.shard_sums import RosterSums
from thidua.forms.compose import ComposedForm
from thidua_sdk import Campaign
from thidua_sdk import Period

__all__ = ["Closed", "Inputs", "ratio_percent"]


class Closed(NamedTuple):
    """Whether a campaign, and one of its periods, is closed."""

    campaign: bool
    period: bool


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that a status document is composed from.

    ``roster`` is what the period's units come to, ``totals`` the sums of their figures by form and field.
    ``statistics`` maps (form, group of cells) to what the Office entered there with the newest
    report that counts, and ``forms`` the campaign's whole forms by code.
    """

    campaign: Campaign
    period: Period
    roster: RosterSums
    totals: Mapping[tuple[str, str], Sequence[RollupTotal]]
    statistics: Mapping[tuple[str, str], Mapping[str, object]]
    forms: Mapping[str, ComposedForm]
    closed: Closed
    now: datetime
    zone: tzinfo


def ratio_percent(part: int | None, whole: int | None) -> str | None:
    """Write part of whole in per cent, one decimal, half up; None without data or with nothing to share."""
    if part is None or not whole:
        return None
    tenths = (2000 * part + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}"
