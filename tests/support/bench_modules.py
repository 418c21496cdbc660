"""The measuring programs of ``bench`` as modules: what they measure by, tests hold to."""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

_BENCH = Path(__file__).parents[2] / "bench"


@cache
def bench_module(name: str) -> ModuleType:
    """Load a program as it would be run, with those beside it."""
    sys.path.insert(0, str(_BENCH))
    try:
        spec = importlib.util.spec_from_file_location(f"bench_{name}", _BENCH / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(_BENCH))
    return module
