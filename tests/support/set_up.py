"""What tests of settings share: the shipped files, keys, and what production asks for at least."""

from __future__ import annotations

from pathlib import Path

import pytest

from thidua.domain.errors import InvalidConfigurationError

CONFIG = Path(__file__).parents[2] / "config"
A_KEY = "k" * 32
ANOTHER_KEY = "a" * 32
OLD_KEY = "o" * 32
KEYS = ("THIDUA_SECRET_KEY", "THIDUA_AUDIT_KEY")
#: What production asks for at least; drawn once.
PRODUCTION = {
    "THIDUA_PROFILE": "production",
    "THIDUA_SECRET_KEY": "mU3qZ0sT8vWcXyR1bN5kLp7dGhJfE2aQ",  # pragma: allowlist secret
    "THIDUA_AUDIT_KEY": "9f3b1c7e0a5d48f26b8e4c1d7a90f3e5",  # pragma: allowlist secret
    "THIDUA_DATABASE_URL": "postgresql+psycopg://thidua@db/thidua",
}
REFUSED = pytest.raises(InvalidConfigurationError)
