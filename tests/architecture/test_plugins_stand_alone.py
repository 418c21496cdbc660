"""Plugins know the contract and the standard library, and the core knows no plugin."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLUGINS = sorted(path.parent for path in (ROOT / "plugins").glob("*/pyproject.toml"))
CORE = [
    path
    for folder in ("services/thidua", "services/thidua_sdk", "workers")
    for path in sorted((ROOT / folder).rglob("*.py"))
]
FIXED = {"thidua_sdk", *sys.stdlib_module_names}


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield (node.module or "").partition(".")[0]


def packages(plugin: Path) -> list[Path]:
    return sorted(path for path in plugin.glob("thidua_*") if path.is_dir())


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda path: path.name)
def test_a_plugin_imports_only_the_contract_and_the_standard_library(plugin: Path) -> None:
    [package] = packages(plugin)
    foreign = {
        (path.name, name)
        for path in package.rglob("*.py")
        for name in imported(path)
        if name not in FIXED | {package.name}
    }
    assert foreign == set()


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda path: path.name)
def test_a_plugin_declares_entry_points_of_the_two_groups_only(plugin: Path) -> None:
    project = tomllib.loads((plugin / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = project["entry-points"]
    assert groups
    assert set(groups) <= {"thidua.unit_types", "thidua.campaigns"}
    [package] = packages(plugin)
    for target in (target for group in groups.values() for target in group.values()):
        assert target.startswith(f"{package.name}:")


def test_the_core_names_no_plugin() -> None:
    plugin_packages = {package.name for plugin in PLUGINS for package in packages(plugin)}
    guilty = {(path.name, name) for path in CORE for name in imported(path) if name in plugin_packages}
    assert guilty == set()


def without_docstrings(path: Path) -> str:
    """Return the code that runs: examples in docstrings and comments may name a year."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if (
            isinstance(body, list)
            and body
            and isinstance(body[0], ast.Expr)
            and isinstance(body[0].value, ast.Constant)
        ):
            body[0].value.value = ""
    return ast.unparse(tree)


@pytest.mark.parametrize("path", CORE, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_core_knows_no_year_no_campaign_and_no_province(path: Path) -> None:
    # Years of examples in sentences people read ("14/9/2021") are no knowledge of a year.
    code = re.sub(r"\d{1,2}[/.-]\d{1,2}[/.-]20\d\d|20\d\d-\d\d-\d\d", "", without_docstrings(path))
    found = re.findall(
        r"ATGT|Lạng Sơn|lang.?son|\b20[123]\d\b|year *[<>]=? *\d|district_culture|press_publishing",
        code,
        re.IGNORECASE,
    )
    assert found == []


def entry_points(plugin: Path, group: str) -> list[str]:
    project = tomllib.loads((plugin / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return list(project["entry-points"].get(group, {}))


#: The demo plays one campaign, and documentation and tests of the core tell of it; all others stand in their folders.
PLAYED = tomllib.loads((ROOT / "config" / "demo.toml").read_text(encoding="utf-8"))["campaign"]
CAMPAIGNS = [
    (code, plugin) for plugin in PLUGINS for code in entry_points(plugin, "thidua.campaigns") if code != PLAYED
]


@pytest.mark.parametrize(("code", "plugin"), CAMPAIGNS, ids=[code for code, _ in CAMPAIGNS])
def test_a_new_year_is_a_new_folder_and_nothing_else_had_to_learn_of_it(code: str, plugin: Path) -> None:
    """A later campaign that is set beside it names it, in its own folder."""
    if not (ROOT / ".git").exists():
        pytest.skip("not in a checkout")
    later = [other for name, other in CAMPAIGNS if name > code]
    listed = subprocess.run(
        [
            *("git", "grep", "-l", "-i", "-E", code.replace("-", "[-_]"), "--", "."),
            *(f":(exclude){folder.relative_to(ROOT)}" for folder in (plugin, *later)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (listed.returncode, listed.stdout) == (1, "")
