"""How a year's indicators compare with those of an earlier campaign.

The map belongs to the later year: it says of each of its indicators, and of those it gave up, what became
of them. The earlier campaign is named by code and need not be installed. Whether two figures really may
be set beside each other is judged by the host, which looks at both years' windows and definitions; what
is ``new`` or ``dropped`` here never is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from enum import StrEnum

__all__ = ["Comparison", "Continued", "Continuity"]


class Continuity(StrEnum):
    """What became of an indicator."""

    #: The same figure under the same code.
    SAME = "same"
    #: The same figure under another name or code.
    RENAMED = "renamed"
    #: One figure of the earlier year is several now; only their sum compares.
    SPLIT = "split"
    #: Several figures of the earlier year are one now; only their sum compares.
    MERGED = "merged"
    #: The earlier year had no such figure.
    NEW = "new"
    #: The earlier year had a figure that is asked no more.
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Continued:
    """What became of one indicator, or of those that only compare together.

    Args:
        continuity: what it is.
        now: codes of this year's indicators, none for what was dropped.
        before: codes of the earlier year's, none for what is new.
        source: what orders it, or that nothing does.
        reason: a Vietnamese sentence for people; every continuity but ``same`` has one.
    """

    continuity: Continuity
    now: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    source: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The map from this year's campaign to an earlier one.

    Args:
        campaign: the earlier campaign's code.
        indicators: every indicator of this year stands in one entry, every one given up in one too.
        periods: the earlier campaign's period by this year's; one without is compared with nothing.
        source: what the map rests on.
    """

    campaign: str
    indicators: tuple[Continued, ...]
    periods: Mapping[str, str] = field(default_factory=dict)
    source: str

    @classmethod
    def of_same(cls, *codes: str, source: str) -> tuple[Continued, ...]:
        """Write the entries of indicators that stayed what they were."""
        return tuple(
            Continued(continuity=Continuity.SAME, now=(code,), before=(code,), source=source) for code in codes
        )
