"""The author's guide is run: its files are written into an empty folder, its commands typed there in order.

``pip install`` is done without an index and without touching our environment: the wheel is built, and
unpacked where only these commands find it.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "plugins" / "README.md"
STEP = re.compile(r"^(?:`(?P<file>[^`\n]+)`:\n\n)?```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
PROGRAMS = {"python": [sys.executable], "thidua": [sys.executable, "-m", "thidua.cli"]}


def steps() -> list[tuple[str, str]]:
    """File name, empty for commands, and text of every snippet."""
    found = [(match["file"] or "", match["kind"], match["text"]) for match in STEP.finditer(GUIDE.read_text("utf-8"))]
    assert [kind for name, kind, _ in found if not name and kind != "console"] == []
    return [(name, text) for name, _, text in found]


def test_every_snippet_of_the_guide_runs_in_order(tmp_path: Path) -> None:
    site = tmp_path / "site"
    environment = os.environ | {"PYTHONPATH": str(site), "THIDUA_PROFILE": "test", "PYTHONDONTWRITEBYTECODE": "1"}
    folder = tmp_path / "guide"
    commands = 0
    for name, text in steps():
        if name:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            continue
        for line in text.splitlines():
            program, *arguments = shlex.split(line)
            commands += 1
            if program == "pip":
                install(folder / arguments[-1], site)
                continue
            done = subprocess.run(
                [*PROGRAMS[program], *arguments],
                cwd=folder,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
    assert commands >= 8
    assert (folder / "thidua-unit-library" / "schema.lock").is_file()


def install(project: Path, site: Path) -> None:
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = (project / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
