"""Rules of the house that no linter knows."""

import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYTHON = [
    path
    for folder in ("services", "workers", "plugins", "tests", "bench", "scripts")
    for path in sorted((ROOT / folder).rglob("*.py"))
]
TEXT = [
    path
    for folder in ("services", "workers", "plugins", "config", "docs", "bench")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in {".py", ".toml", ".html", ".css", ".js", ".svg", ".md", ".conf"} and ".venv" not in path.parts
]

#: A module that passes this asks to be split; those that hold one idea all the same say so here.
LONGEST = 400
ONE_IDEA = {
    "services/thidua_sdk/contract.py",
    "services/thidua_sdk/fields.py",
    # One article of law after the other.
    "tests/gallery/law_specimens.py",
}


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_holds_one_idea_in_four_hundred_lines(path: Path) -> None:
    if str(path.relative_to(ROOT)) in ONE_IDEA:
        return
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("path", TEXT, ids=lambda path: str(path.relative_to(ROOT)))
def test_text_is_in_normal_form_and_names_no_foreign_asset(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", text)
    assert not any(host in text for host in ("googleapis", "gstatic", "jsdelivr", "unpkg", "cdnjs"))


def test_layers_hold() -> None:
    result = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports"))],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, result.stdout


def test_no_import_hides_in_a_function() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--select", "PLC0415", "services", "workers", "plugins"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, result.stdout
