"""Which facts an evidence rule looks at: watched while it judges, for a list beside the rule could disagree with it."""

from __future__ import annotations

from collections.abc import Mapping

from thidua_sdk import Evidence

__all__ = ["names_read"]


class _Watched(dict[str, int]):
    """Facts that remember which of them were asked for."""

    def __init__(self, facts: Mapping[str, int]) -> None:
        super().__init__(facts)
        self.read: dict[str, None] = {}

    def get(self, key: str, default: object = None) -> object:  # type: ignore[override]  # one signature serves where the library has three
        self.read[key] = None
        return super().get(key, default)

    def __getitem__(self, key: str) -> int:
        self.read[key] = None
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.read[str(key)] = None
        return super().__contains__(key)


def names_read(evidence: Evidence, facts: Mapping[str, int]) -> tuple[str, ...]:
    """Return the facts that a rule looks at to judge a unit, in its order."""
    watched = _Watched(facts)
    evidence.judge(watched)
    return tuple(watched.read)
