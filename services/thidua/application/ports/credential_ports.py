"""What use cases need of how people prove who they are. Digests are SHA-256 hex of the secret."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from thidua.domain.throttling import Bucket
from thidua.domain.throttling import Tried

__all__ = ["Credentials", "Tries"]


class Credentials(Protocol):
    """Second factors, known machines, sign-ins under way."""

    def add_pending(self, digest: str, account_id: int, now: datetime, expires_at: datetime) -> None:
        """Store that the second factor is asked for; forgets what has expired."""
        ...

    def pending(self, digest: str, now: datetime) -> int | None:
        """Return whose sign-in is under way, None if it has expired or ended."""
        ...

    def end_pending(self, digest: str) -> bool:
        """End a sign-in under way; False if it had ended, so that of two one goes on."""
        ...

    def sealed_seed(self, account_id: int) -> str | None:
        """Return the seed of the second factor as it was sealed."""
        ...

    def set_second_factor(self, account_id: int, sealed_seed: str, step: int, now: datetime) -> None:
        """Store a second factor in place of any other; its code of ``step`` is used."""
        ...

    def use_step(self, account_id: int, step: int) -> bool:
        """Use up the codes up to a step; False if it was used up before."""
        ...

    def remove_second_factor(self, account_id: int) -> bool:
        """Forget the second factor with its recovery codes; False if there is none."""
        ...

    def set_recovery_codes(self, account_id: int, digests: Collection[str]) -> None:
        """Store recovery codes in place of any others."""
        ...

    def use_recovery_code(self, account_id: int, digest: str) -> bool:
        """Use up a recovery code; False if there is no such one (any more)."""
        ...

    def recovery_codes_left(self, account_id: int) -> int:
        """Count the recovery codes that are not used up."""
        ...

    def knows_device(self, digest: str, name: str, now: datetime) -> bool:
        """Tell whether a browser is known for an account."""
        ...

    def is_device(self, digest: str, now: datetime) -> bool:
        """Tell whether a browser is known for anybody."""
        ...

    def add_device(self, digest: str, account_id: int, now: datetime, expires_at: datetime) -> None:
        """Remember a browser for an account, and forget those that have expired."""
        ...


class Tries(Protocol):
    """What was tried without success."""

    def locked(self, buckets: Sequence[Bucket], now: datetime) -> Mapping[str, Tried]:
        """Return what was tried, by key, and keep others from counting until the transaction's end."""
        ...

    def write(self, counted: Sequence[tuple[Bucket, Tried]]) -> None:
        """Store counts, and forget some of those that no longer matter."""
        ...

    def forget(self, keys: Collection[str]) -> None:
        """Forget what was tried."""
        ...

    def take_back(self, key: str, before: datetime, after: datetime) -> None:
        """Count one try less; where ``free_at`` is still ``after``, it is ``before`` again."""
        ...
