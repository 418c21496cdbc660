"""Plugins of somebody else: the guide's own, built as wheels outside the tree, and a place to install them into."""

from __future__ import annotations

import os
import re
import site
import subprocess
import sys
from pathlib import Path

__all__ = ["CAMPAIGN", "PERIOD", "UNIT_TYPE", "Elsewhere", "project", "wheel"]

ROOT = Path(__file__).parents[2]
UNIT_TYPE, CAMPAIGN = "thidua-unit-library", "thidua-campaign-doc-2022"
PERIOD = "2022-Q1"
_FILE = re.compile(r"^`(?P<name>[^`\n]+)`:\n\n```\w+\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_BUILD = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"


def project(folder: Path) -> Path:
    """Write the files of the author's guide into a folder."""
    for match in _FILE.finditer((ROOT / "plugins" / "README.md").read_text(encoding="utf-8")):
        path = folder / match["name"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(match["text"], encoding="utf-8")
    return folder


def wheel(folder: Path, name: str, version: str, *changes: tuple[str, str], to: Path) -> Path:
    """Build a release of one of the guide's plugins; ``changes`` are texts of its module and what stands for them."""
    told, module = folder / name / "pyproject.toml", folder / name / name.replace("-", "_") / "__init__.py"
    before = told.read_text(encoding="utf-8"), module.read_text(encoding="utf-8")
    text = before[1]
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    told.write_text(before[0].replace('version = "1.0.0"', f'version = "{version}"'), encoding="utf-8")
    module.write_text(text, encoding="utf-8")
    try:
        built = subprocess.run(
            [sys.executable, "-c", _BUILD, str(to)],
            cwd=folder / name,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
    finally:
        told.write_text(before[0], encoding="utf-8")
        module.write_text(before[1], encoding="utf-8")
    assert built.returncode == 0, built.stderr
    return to / built.stdout.strip().splitlines()[-1]


class Elsewhere:
    """A virtual environment of its own in which the program is installed, and whatever a test adds to it."""

    def __init__(self, folder: Path) -> None:
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True, timeout=300)
        self.python = str(folder / "bin" / "python")
        library = folder / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
        # The program as it is installed where the tests run; its files of paths are read, too.
        lines = [f"import site; site.addsitedir({place!r})" for place in site.getsitepackages()]
        (library / "program.pth").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def install(self, *wheels: Path) -> None:
        """Install wheels, in place of other releases."""
        self._pip("install", "--no-index", "--no-deps", "--force-reinstall", "--no-compile", *map(str, wheels))

    def uninstall(self, *names: str) -> None:
        """Remove distributions."""
        self._pip("uninstall", "--yes", *names)

    def _pip(self, *arguments: str) -> None:
        own = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
        done = subprocess.run(
            [self.python, "-m", "pip", "--disable-pip-version-check", *arguments],
            env=own | {"PIP_CONFIG_FILE": os.devnull},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, done.stdout + done.stderr
