"""The adapter of single sign-on with a provider of the tests' own at its other end."""

from __future__ import annotations

from datetime import UTC
from datetime import datetime
from typing import Any

import pytest
from signing_provider import SETTINGS
from signing_provider import SigningProvider

from thidua.adapters.single_sign_on import OpenIdProvider
from thidua.domain.errors import NotSignedInError
from thidua.domain.single_sign_on import Vouched

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
TRIP = {"state": "s" * 43, "nonce": "n" * 43, "verifier": "v" * 43}


class Clock:
    """Seconds that a test moves on."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


class Trip:
    """The adapter with the provider at its other end."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.far = SigningProvider(lambda: NOW)
        self.near = OpenIdProvider(SETTINGS, transport=self.far, clock=self.clock)

    def go(self, **brought: Any) -> Vouched:
        """Send a browser there and take in what it brings back."""
        back = {**self.far.visit(self.near.address(**TRIP, again=False)), **brought}
        return self.near.redeem(
            code=back["code"], verifier=TRIP["verifier"], nonce=TRIP["nonce"], issuer=back["iss"], now=NOW
        )

    def refused(self, **brought: Any) -> str:
        """Return the word for why it was refused."""
        with pytest.raises(NotSignedInError) as refusal:
            self.go(**brought)
        return refusal.value.subject
