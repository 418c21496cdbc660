"""One filled installation for each module of the matrix."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.matrix.house import House
from tests.matrix.house import a_house


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> House:
    """Who may do what is decided above the database, so that one of the two is enough here."""
    return a_house(sqlite_template, tmp_path_factory.mktemp("house"))
