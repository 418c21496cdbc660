"""What is measured is still what there is: every bench finds the names it uses."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import pytest

_BENCH = Path(__file__).parents[2] / "bench"
_BENCHES = sorted(_BENCH.glob("*.py"))


@pytest.mark.parametrize("bench", _BENCHES, ids=lambda path: path.name)
def test_a_bench_imports_only_what_there_is(bench: Path) -> None:
    own = {path.stem for path in _BENCHES}
    tree = ast.parse(bench.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom) or node.module is None or node.module in own:
            continue
        module = importlib.import_module(node.module)
        for alias in node.names:
            found = hasattr(module, alias.name) or (Path(module.__file__ or "").parent / f"{alias.name}.py").exists()
            assert found, f"{bench.name} wants {alias.name} of {node.module}"


def test_benches_are_looked_at() -> None:
    assert len(_BENCHES) > 10
