"""How a plan's duty is judged done from what a unit reported.

Evidence rules are frozen values with one pure method; a campaign chooses one for each duty. The
facts they see are one unit's values folded over the campaign so far by each field's time rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

__all__ = ["AnyPositive", "Complete", "DutyState", "Evidence", "Flagged", "Judged"]


class DutyState(StrEnum):
    """State of one duty at one unit."""

    NO_EVIDENCE = "no_evidence"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    NOT_APPLICABLE = "not_applicable"


class Evidence(Protocol):
    """A rule from a unit's facts (field name to value, missing means no data) to a state."""

    def judge(self, facts: Mapping[str, int]) -> DutyState:
        """Return the state of the duty."""
        ...


@dataclass(frozen=True, slots=True)
class AnyPositive:
    """Work shows in any of the fields; done once ``done_when`` (a field) is positive, if named."""

    fields: tuple[str, ...]
    done_when: tuple[str, ...] = ()

    def judge(self, facts: Mapping[str, int]) -> DutyState:
        """Return in progress while work shows, done when a closing field is positive too."""
        if _any_positive(facts, self.done_when):
            return DutyState.DONE
        if _any_positive(facts, self.fields):
            return DutyState.IN_PROGRESS if self.done_when else DutyState.DONE
        return DutyState.NO_EVIDENCE


@dataclass(frozen=True, slots=True)
class Complete:
    """Done when the field ``part`` reaches the field ``whole`` (all staff briefed), in progress before."""

    part: str
    whole: str

    def judge(self, facts: Mapping[str, int]) -> DutyState:
        """Return done where part ≥ whole > 0; no evidence where nothing was reported."""
        part, whole = facts.get(self.part, 0), facts.get(self.whole, 0)
        if whole > 0 and part >= whole:
            return DutyState.DONE
        return DutyState.IN_PROGRESS if part > 0 else DutyState.NO_EVIDENCE


@dataclass(frozen=True, slots=True)
class Flagged:
    """Done when a yes/no field says yes."""

    field: str

    def judge(self, facts: Mapping[str, int]) -> DutyState:
        """Return done or no evidence."""
        return DutyState.DONE if facts.get(self.field, 0) > 0 else DutyState.NO_EVIDENCE


@dataclass(frozen=True, slots=True)
class Judged:
    """No reported figure shows it; ``reason`` is the Vietnamese sentence that says so."""

    reason: str

    def judge(self, facts: Mapping[str, int]) -> DutyState:  # noqa: ARG002  the protocol's signature
        """Return not applicable: people judge this duty, not the program."""
        return DutyState.NOT_APPLICABLE


def _any_positive(facts: Mapping[str, int], names: tuple[str, ...]) -> bool:
    # A loop and not any(): asked five times for every report, it would cost as much as reading them.
    for name in names:  # noqa: SIM110
        if facts.get(name, 0) > 0:
            return True
    return False
