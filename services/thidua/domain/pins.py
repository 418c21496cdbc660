"""A campaign's pin: what the campaign was, kept in the store so that it is read by it for ever."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

__all__ = ["Pin", "PinReason"]


class PinReason(StrEnum):
    """Why a pin was written."""

    #: The campaign was opened.
    OPENED = "opened"
    #: It was open before pins were kept.
    FOUND = "found"
    #: Words changed, or something came that was not known before.
    REWORDED = "reworded"
    #: The operator took a changed plugin as the year's.
    ADOPTED = "adopted"


@dataclass(frozen=True, slots=True)
class Pin:
    """One pin of a campaign, the first has number 1; ``digest`` names the year's text, ``origin`` its plugin."""

    campaign_code: str
    number: int
    digest: str
    origin: str
    reason: PinReason
    pinned_at: datetime
