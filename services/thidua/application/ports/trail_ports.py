"""What use cases need of the sealed trail, in the database and outside it."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from thidua.application.ports.refusals import RefusalGate
from thidua.domain.trail import Anchor
from thidua.domain.trail import Checkpoint
from thidua.domain.trail import Seal
from thidua.domain.trail import SealedRow
from thidua.domain.trail import Source
from thidua.domain.trail import TrailKeys
from thidua.domain.trail_check import Rows

__all__ = ["Anchors", "Trail", "TrailCustody"]


class Trail(Protocol):
    """The seals and the rows they seal."""

    def try_to_hold(self) -> bool:
        """Make sure that nobody else seals until the transaction ends; False if somebody does."""
        ...

    def head(self) -> Seal | None:
        """Return the newest seal."""
        ...

    def checkpoint(self) -> Checkpoint | None:
        """Return what the chain goes on from, None where nothing was ever archived."""
        ...

    def seals(self, after: int, limit: int) -> tuple[Seal, ...]:
        """Return seals by number, those above ``after``."""
        ...

    def rows(self, seals: Collection[Seal]) -> Rows:
        """Return the rows that some seals are about, as far as there are any."""
        ...

    def unsealed(self, source: Source, *, look_back: int | None, limit: int) -> tuple[SealedRow, ...]:
        """Return rows without a seal by id, those above the newest sealed id less ``look_back`` (None: all)."""
        ...

    def oldest_unsealed_at(self) -> datetime | None:
        """Return the moment of the oldest row above the newest sealed ones, None where there is none."""
        ...

    def add(self, seals: Sequence[Seal]) -> None:
        """Write seals."""
        ...

    def forget(self, through: int, checkpoint: Checkpoint) -> None:
        """Put a checkpoint in place of the seals up to one, and of the audit entries they seal.

        Only the owner of the tables can: for everybody else they are append-only.
        """
        ...


class Anchors(Protocol):
    """Where the chain's head is kept outside the database."""

    def put(self, head: Anchor) -> None:
        """Add an anchor, on disk when this returns.

        Raises:
            OSError: it cannot be written.
        """
        ...

    def keep_newest(self, head: Anchor) -> None:
        """Replace the one anchor that follows the chain's head pass by pass.

        Raises:
            OSError: it cannot be written.
        """
        ...

    def newest(self) -> Anchor | None:
        """Return the newest head that was kept, None if there is none."""
        ...

    def all(self) -> Iterable[Anchor | None]:
        """Return every anchor in the order written, the newest head last; None for a line that is none."""
        ...

    def last_at(self) -> datetime | None:
        """Return the moment of the last anchor added, None before the first."""
        ...


@dataclass(frozen=True, slots=True)
class TrailCustody:
    """What a process needs to keep the trail: keys, the place for anchors, the gate for refusals."""

    keys: TrailKeys
    anchors: Anchors
    refusals: RefusalGate
