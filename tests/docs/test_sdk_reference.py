"""The reference of the SDK is up to date, and nothing public is left unexplained."""

from __future__ import annotations

import dataclasses
import importlib.util
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

import thidua_sdk
from thidua_sdk import contract

ROOT = Path(__file__).parents[2]


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    spec = importlib.util.spec_from_file_location("sdk_reference", ROOT / "scripts/sdk_reference.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(sys, "argv", ["sdk_reference.py"])
    return module


def test_the_reference_is_what_the_script_writes(script: ModuleType) -> None:
    assert script.main() == 0


def test_every_public_name_and_every_attribute_stands_in_the_reference(script: ModuleType) -> None:
    text = (ROOT / "plugins/REFERENCE.md").read_text(encoding="utf-8")
    assert script.documented() == set(thidua_sdk.__all__)
    for name in thidua_sdk.__all__:
        assert f"### `{name}" in text, name
        value = getattr(thidua_sdk, name)
        for each in dataclasses.fields(value) if dataclasses.is_dataclass(value) and isinstance(value, type) else ():
            assert f"- `{each.name}: " in text.partition(f"### `{name}`")[2].partition("\n### ")[0], (name, each.name)


def test_an_attribute_that_nothing_explains_is_refused(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    @dataclass(frozen=True)
    class Topic:
        """A content."""

        hue: str

    monkeypatch.setattr(contract, "Topic", Topic)
    with pytest.raises(script.UndocumentedError, match=r"Topic\.hue"):
        script.reference()
