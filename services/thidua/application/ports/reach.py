"""Whose rows a person's requests may touch: the second fence, kept by the database itself.

The first fence is :mod:`thidua.application.access.permissions`, which every use case asks. This one asks
nobody: it holds also where a use case forgot to ask. It knows units and nothing finer, so what of a
unit's rows a person reads, and in which form, stays the first fence's business.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from thidua.domain.accounts import Actor
from thidua.domain.accounts import Role

__all__ = ["EVERYTHING", "NOTHING", "Crossing", "Reach", "reach_of"]


@dataclass(frozen=True, slots=True)
class Reach:
    """The units whose rows can be touched.

    Attributes:
        units: their codes.
        figures: what was counted from all units' reports can be read, the reports cannot.
        everything: all units.
    """

    units: frozenset[str] = frozenset()
    figures: bool = False
    everything: bool = False


NOTHING = Reach()
#: Of workers, of the operator's commands, and of people who work with every unit's reports.
EVERYTHING = Reach(everything=True)

# Said here once more on purpose: a fence that asked the first one would fall with it.
_WITH_ALL_UNITS = (Role.OFFICE, Role.LEADER)
_WITH_FIGURES = (Role.OBSERVER,)


def reach_of(actor: Actor) -> Reach:
    """Return whose rows a person's requests may touch; the administrator's touch no unit's."""
    if actor.is_any(*_WITH_ALL_UNITS):
        return EVERYTHING
    return Reach(actor.unit_codes, figures=actor.is_any(*_WITH_FIGURES))


class Crossing(StrEnum):
    """Why a use case reads other units' rows for a person who may not: the whole list, each with its reason."""

    #: A report is compared with its neighbours'. The person is told how alike they are; whose the other
    #: is, and its texts, only where the use case says so.
    LIKENESS = "likeness"
    #: A photo is looked for beside every unit's reports. The person is told that it was used elsewhere.
    USED_FILES = "used_files"
    #: A form of the department sums what all units filed; its reporter sees the sums.
    SUMS = "sums"
    #: A past status is counted anew from the ledger; observers see its figures, as of the present one.
    PAST_FIGURES = "past_figures"
