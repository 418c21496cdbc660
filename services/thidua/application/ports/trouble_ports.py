"""What use cases need of rules that failed and of forms that take no reports for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from thidua.domain.plugins import FormHold
from thidua.domain.plugins import RuleFault
from thidua.domain.plugins import RuleTrouble

__all__ = ["Troubles"]


class Troubles(Protocol):
    """Rules that failed, by unit, and the forms held back for it: the same for every process."""

    def note(self, faults: Sequence[RuleFault], *, unit_code: str, digest: str, now: datetime) -> None:
        """Write that rules failed on a unit's report; what is known of an older digest is forgotten."""
        ...

    def units_hung(self, campaign_code: str, form_code: str, digest: str) -> int:
        """Count the units on whose reports a rule of a form did not end."""
        ...

    def hold(self, hold: FormHold) -> bool:
        """Let a form take no reports; False if it is held for this digest already."""
        ...

    def release(self, campaign_code: str, form_code: str) -> bool:
        """Let a form take reports again and forget its troubles; False if there was neither."""
        ...

    def all(self) -> tuple[RuleTrouble, ...]:
        """Return every trouble, the newest first."""
        ...

    def holds(self) -> tuple[FormHold, ...]:
        """Return the forms that are held, by campaign and form."""
        ...
