"""The sources of an installed campaign, and where in them its parts stand."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from thidua.domain.errors import PluginError

__all__ = ["Module", "Package", "read_package"]


@dataclass(slots=True)
class Module:
    """One module: its text as bytes, for that is how the parser counts columns, and its tree."""

    name: str
    content: bytes
    tree: ast.Module

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Return where a node begins and ends, in bytes."""
        starts = [0]
        for line in self.content.splitlines(keepends=True):
            starts.append(starts[-1] + len(line))
        first, last = getattr(node, "lineno", 1), getattr(node, "end_lineno", 1)
        return starts[first - 1] + getattr(node, "col_offset", 0), starts[last - 1] + getattr(node, "end_col_offset", 0)


@dataclass(slots=True)
class Package:
    """A campaign's package; ``call`` makes the campaign, in the module ``home``."""

    name: str
    modules: Mapping[str, Module]
    home: Module
    call: ast.Call

    def keyword(self, call: ast.Call, name: str) -> ast.keyword | None:
        """Return an argument of a call by name, None if it is not given."""
        return next((each for each in call.keywords if each.arg == name), None)

    def definition(self, module: Module, value: ast.expr) -> tuple[Module, ast.stmt | None, ast.expr]:
        """Follow a name to what it stands for: module, the statement that says so, the expression."""
        if not isinstance(value, ast.Name):
            return module, None, value
        for statement in module.tree.body:
            if isinstance(statement, ast.ImportFrom) and any(each.name == value.id for each in statement.names):
                other = self.modules.get((statement.module or "").removeprefix(f"{self.name}."))
                return self.definition(other, value) if other and other is not module else (module, None, value)
            targets = statement.targets if isinstance(statement, ast.Assign) else ()
            if isinstance(statement, ast.AnnAssign):
                targets = [statement.target]
            if any(isinstance(each, ast.Name) and each.id == value.id for each in targets):
                said = getattr(statement, "value", None)
                if isinstance(said, ast.expr):
                    return module, statement, said
        return module, None, value


def read_package(value: str, code: str) -> Package:
    """Read the package behind an entry point such as ``thidua_campaign_x:plugin``.

    Raises:
        PluginError: the campaign is not written there in a way that can be carried over.
    """
    name, _, attribute = value.partition(":")
    top = name.partition(".")[0]
    modules = {module.name: module for module in _modules(top)}
    home = modules.get(name.removeprefix(top).removeprefix(".") or "__init__")
    for statement in home.tree.body if home else ():
        targets = [each.id for each in getattr(statement, "targets", ()) if isinstance(each, ast.Name)]
        said = getattr(statement, "value", None)
        if home and attribute in targets and isinstance(said, ast.Call):
            return Package(top, modules, home, said)
    raise PluginError(
        f"Không tìm thấy {attribute} = Campaign(…) trong {name}; đợt {code} phải được chép sang năm mới bằng tay.",
        subject=code,
    )


def _modules(package: str) -> Iterator[Module]:
    for each in sorted(files(package).iterdir(), key=lambda each: each.name):
        if each.name.endswith(".py"):
            content = each.read_bytes()
            yield Module(each.name.removesuffix(".py"), content, ast.parse(content))
