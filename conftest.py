"""Fixtures that every level of the tests shares; the servers behind them come from packages."""

import gc
import os
import sys

import pytest
from hypothesis import HealthCheck
from hypothesis import settings

from tests.support.long_first import long_first
from thidua_testkit.scratch import memory_folder

pytest_plugins = ["thidua_testkit.postgres", "thidua_testkit.broker", "thidua_testkit.compiled_once"]

# Tests start hundreds of processes; none is to compile all modules anew, whatever the machine's habit is.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Most tests play in 2021; who came after the units of that time are many.
os.environ.setdefault("THIDUA_TEST_UNIT_FILES", "lang-son.toml")

# pytest's own word for where the folders of its tests lie.
if folder := memory_folder():
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", folder)

# How fast a busy machine draws examples says nothing about the program.
settings.register_profile("thidua", suppress_health_check=[HealthCheck.too_slow], deadline=None)
settings.load_profile("thidua")


#: Marks whose tests need something that a machine may lack; ``scripts/skipped.py`` counts those that ran.
_NEEDS = ("postgres", "broker", "browser")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Write into the results what each test needs, and let the longest begin first."""
    for item in items:
        item.user_properties += [("needs", mark) for mark in _NEEDS if item.get_closest_marker(mark)]
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if processes > 1:
        modules = [item.location[0] for item in items]
        items[:] = [items[place] for place in long_first(modules, processes)]


def pytest_collection_finish() -> None:
    """Let no search for garbage walk through modules and tests again and again: they stay to the end."""
    gc.collect()
    gc.freeze()
