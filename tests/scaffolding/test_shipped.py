"""The host as a wheel brings what new plugins are made from."""

import zipfile
from pathlib import Path

from scaffolded import ROOT
from scaffolded import output_of
from scaffolded import run


def test_the_wheel_of_the_host_brings_the_templates(tmp_path: Path) -> None:
    build = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    name = output_of(run("python", "-c", build, str(tmp_path), cwd=ROOT)).strip().splitlines()[-1]
    with zipfile.ZipFile(tmp_path / name) as wheel:
        brought = set(wheel.namelist())
    package = ROOT / "services" / "thidua" / "scaffolding"
    templates = {f"thidua/scaffolding/{path.relative_to(package).as_posix()}" for path in package.rglob("*.txt")}
    assert templates
    assert templates <= brought
