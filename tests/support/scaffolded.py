"""What is done with a plugin that was just written: linted as in a checkout, built, installed, asked, tested."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
_BUILD = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"


def run(*command: str, cwd: Path, path: tuple[Path, ...] = (), **more: str) -> "subprocess.CompletedProcess[str]":
    """Run a command of this environment in a folder; more folders to import from come first."""
    program = Path(sys.executable).with_name(command[0])
    settings = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, path)), "PYTHONDONTWRITEBYTECODE": "1", **more}
    return subprocess.run(
        [str(program), *command[1:]],
        cwd=cwd,
        env=settings,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def output_of(result: "subprocess.CompletedProcess[str]") -> str:
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def thidua(*words: str, cwd: Path, path: tuple[Path, ...] = ()) -> "subprocess.CompletedProcess[str]":
    return run("python", "-m", "thidua.cli", *words, cwd=cwd, path=path)


def a_checkout(folder: Path) -> Path:
    """Make a folder where tools judge plugins as they do in this checkout; returns where plugins go."""
    (folder / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    plugins = folder / "plugins"
    plugins.mkdir()
    return plugins


def lint(plugins: Path) -> None:
    """Refuse what the house's linter, formatter or type checker would refuse in ``plugins``."""
    top = plugins.parent
    checked = run("ruff", "check", "plugins", cwd=top)
    assert checked.returncode == 0, checked.stdout
    formatted = run("ruff", "format", "--check", "--diff", "plugins", cwd=top)
    assert formatted.returncode == 0, formatted.stdout
    packages = sorted(str(each) for each in plugins.glob("*/thidua_*"))
    # From here, so that what was learnt of the host is used again.
    typed = run("mypy", *packages, cwd=ROOT, MYPYPATH=os.pathsep.join(map(str, plugins.glob("*"))))
    assert typed.returncode == 0, typed.stdout + typed.stderr


def installed(plugin: Path, site: Path) -> Path:
    """Build the plugin's wheel and unpack it into a folder, as installers do with a wheel of plain Python."""
    wheels = plugin.parent.parent / "wheels"
    wheels.mkdir(exist_ok=True)
    name = output_of(run("python", "-c", _BUILD, str(wheels), cwd=plugin)).strip().splitlines()[-1]
    with zipfile.ZipFile(wheels / name) as wheel:
        wheel.extractall(site)
    return site


def own_tests(plugin: Path, *path: Path) -> str:
    """Run the plugin's own tests in a process of their own; returns their last line."""
    result = run(
        "python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "tests", cwd=plugin, path=path
    )
    return output_of(result).strip().splitlines()[-1]
