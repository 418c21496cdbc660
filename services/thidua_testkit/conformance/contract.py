"""Whether the host takes the plugin."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from thidua.plugin_host.judging import faults_of_campaign
from thidua.plugin_host.judging import faults_of_unit_type
from thidua_testkit.conformance.project import Project

__all__ = ["faults_of_contract", "faults_of_imports"]


def faults_of_contract(project: Project, group: str, name: str) -> list[str]:
    """Judge one entry point as the host does when it starts."""
    value = project.values[group, name]
    if group.endswith("unit_types"):
        faults = faults_of_unit_type(name, value)
    else:
        faults = faults_of_campaign(name, value, project.around)
    return [fault.sentence for fault in faults]


def faults_of_imports(project: Project) -> list[str]:
    """Say which modules reach beyond the contract and the standard library."""
    own = {package.name for package in project.packages}
    return [
        f"{path.relative_to(package.parent)} imports {name}; a plugin imports thidua_sdk and the standard library only."
        for package in project.packages
        for path in sorted(package.rglob("*.py"))
        for name in _imported(path)
        if name not in own | {"thidua_sdk"} | sys.stdlib_module_names
    ]


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield (node.module or "").partition(".")[0]
