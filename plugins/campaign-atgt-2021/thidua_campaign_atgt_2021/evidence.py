"""Evidence rules of this campaign beyond those of the contract."""

from collections.abc import Mapping
from dataclasses import dataclass

from thidua_sdk import DutyState

__all__ = ["Reported"]


@dataclass(frozen=True, slots=True)
class Reported:
    """Done once a figure was given at all: a 0 shows that somebody watched and nothing happened."""

    fields: tuple[str, ...]

    def judge(self, facts: Mapping[str, int]) -> DutyState:
        """Return done where every field has data, in progress where some have."""
        given = sum(name in facts for name in self.fields)
        if given == len(self.fields):
            return DutyState.DONE
        return DutyState.IN_PROGRESS if given else DutyState.NO_EVIDENCE
