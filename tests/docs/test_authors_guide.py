"""The author's guide is run as its reader would: an empty folder, the wheel alone, the commands typed in order.

No index is asked: what ``thidua`` builds upon is lent by the environment of the tests, without ``thidua``
itself and without the plugins of the tree, so that what the wheel lacks is missing here, too.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "plugins" / "README.md"
STEP = re.compile(r"^(?:`(?P<file>[^`\n]+)`:\n\n)?```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
#: What the reader does first; done here without an index.
BEFORE = ["python3 -m venv .venv", ". .venv/bin/activate", "pip install ./thidua-*.whl pytest"]
BUILD = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"


def steps() -> tuple[list[str], list[tuple[str, str]]]:
    """What is typed to begin with; then file name, empty for commands, and text of every snippet."""
    found = [(match["file"] or "", match["kind"], match["text"]) for match in STEP.finditer(GUIDE.read_text("utf-8"))]
    unnamed = [kind for name, kind, _ in found if not name]
    assert unnamed == ["sh", *["console"] * (len(unnamed) - 1)]
    return found[0][2].splitlines(), [(name, text) for name, _, text in found[1:]]


def run(*command: str, cwd: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, f"{shlex.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def readers_place(folder: Path, environment: dict[str, str]) -> Path:
    """Make the reader's environment in the folder; returns where its programs are."""
    run(sys.executable, "-m", "venv", "--without-pip", ".venv", cwd=folder, environment=environment)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    library = folder / ".venv" / "lib" / version / "site-packages"
    for each in Path(sysconfig.get_path("purelib")).iterdir():
        if "thidua" not in each.name and each.suffix != ".pth":
            (library / each.name).symlink_to(each)
    run(sys.executable, "-c", BUILD, str(folder), cwd=ROOT, environment=environment)
    (wheel,) = folder.glob("thidua-*.whl")
    programs = folder / ".venv" / "bin"
    install = [str(programs / "python"), "-m", "pip", "--disable-pip-version-check", "install", "--no-deps"]
    run(*install, "--no-index", str(wheel), cwd=folder, environment=environment)
    return programs


def test_every_snippet_of_the_guide_runs_in_order(tmp_path: Path) -> None:
    foreign = ("THIDUA_", "PIP_", "PYTHON")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    environment |= {"PIP_CONFIG_FILE": os.devnull, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INDEX": "1"}
    folder = tmp_path / "guide"
    folder.mkdir()
    first, following = steps()
    assert first == BEFORE
    programs = readers_place(folder, environment)
    said: dict[str, str] = {}
    for name, text in following:
        if name:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            continue
        for line in text.splitlines():
            program, *arguments = shlex.split(line)
            command = {
                "pip": [str(programs / "python"), "-m", "pip"],
                "python": [str(programs / "python")],
                "thidua": [str(programs / "thidua")],
            }[program]
            said[line] = run(*command, *arguments, cwd=folder, environment=environment)
    assert len(said) >= 12
    assert "1 loại đơn vị, 1 đợt thi đua: đều dùng được." in said["thidua plugins check"]
    assert "1 đơn vị phải báo cáo" in said["thidua period open DOC-2022 2022-Q1"]
    assert (folder / "thidua-unit-library" / "schema.lock").is_file()
