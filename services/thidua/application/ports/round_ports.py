"""What counting needs of the store to tell a round that ended midway from one that is under way."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple
from typing import Protocol

__all__ = ["Pending", "Rounds"]


class Pending(NamedTuple):
    """Waiting changes: those counted together, and those to be tried each by itself."""

    together: int
    alone: int


class Rounds(Protocol):
    """Notes of who counts which changes at this moment; a note that outlives its work tells of a death.

    The caller has claimed the changes it speaks of: what is noted by another and can be claimed is
    counted by nobody any more, whatever became of that process. So no clock and no process number
    has to be trusted.
    """

    def begin(self, note: str, changes: Collection[int], *, alone: bool) -> frozenset[int] | None:
        """Note, durable before the work and whatever becomes of this transaction, what is begun.

        Finds the rounds that ended midway over these changes, and removes their notes: what was counted
        together is from now on tried alone; what was tried alone has one more vain attempt, and is set
        aside after the last (``MOST_ATTEMPTS``).

        Args:
            note: names this round, never used before.
            changes: claimed by this transaction.
            alone: whether it is tried by itself.

        Returns:
            Those of the changes that are still claimed and waiting; None if there were such rounds:
            then nothing was begun, and all there is to do is to commit.
        """
        ...

    def end(self, note: str) -> None:
        """Remove a note: in the transaction of the effect, or when the round is nobody's fault."""
        ...

    def fail(self, note: str) -> None:
        """Set the changes of a round that was rolled back apart, unless another has done so."""
        ...
