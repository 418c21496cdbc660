"""Settings as tests read them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from set_up import CONFIG

from thidua.settings import Settings
from thidua.settings import load


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Settings]:
    """Load with the shipped files and a data folder of its own."""

    def load_with(**environment: str) -> Settings:
        return load({"THIDUA_DATA": str(tmp_path / "data"), **environment}, CONFIG)

    return load_with


@pytest.fixture
def read_file(tmp_path: Path) -> Callable[[str], Settings]:
    """Load with a line added to, or replaced in, the shipped base file."""

    def load_with(line: str) -> Settings:
        key = line.split(" = ", maxsplit=1)[0]
        kept = [old for old in (CONFIG / "base.toml").read_text().splitlines() if not old.startswith(f"{key} =")]
        (tmp_path / "base.toml").write_text("\n".join([*kept, line]))
        return load({"THIDUA_DATA": str(tmp_path / "data")}, tmp_path)

    return load_with
