"""What use cases need of pinned years."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from typing import Protocol

from thidua.domain.pins import Pin
from thidua.forms.years import WrittenYear

__all__ = ["Pins"]


class Pins(Protocol):
    """Pins of campaigns, none of which is ever changed; the one in force comes with its campaign."""

    def has(self, campaign_code: str, digest: str) -> bool:
        """Tell whether a campaign was ever pinned as this."""
        ...

    def texts(self, digests: Iterable[str]) -> Mapping[str, str]:
        """Return those texts of years and forms that there are, by digest."""
        ...

    def forms_filed(self, filed: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], tuple[str, str]]:
        """Return digest and text of forms by their code and schema digest, the first that was pinned of each."""
        ...

    def all_forms(self) -> Mapping[str, str]:
        """Return the texts of all forms by digest."""
        ...

    def put(self, pin: Pin, year: WrittenYear) -> bool:
        """Write a pin with its texts, those that are not there yet; False if another took its number."""
        ...
