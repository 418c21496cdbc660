"""Fixtures that every level of the tests shares; the servers behind them come from packages."""

import gc
import os

from hypothesis import HealthCheck
from hypothesis import settings

from thidua_testkit.scratch import memory_folder

pytest_plugins = ["thidua_testkit.postgres", "thidua_testkit.broker", "thidua_testkit.compiled_once"]

# pytest's own word for where the folders of its tests lie.
if folder := memory_folder():
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", folder)

# How fast a busy machine draws examples says nothing about the program.
settings.register_profile("thidua", suppress_health_check=[HealthCheck.too_slow], deadline=None)
settings.load_profile("thidua")


def pytest_collection_finish() -> None:
    """Let no search for garbage walk through modules and tests again and again: they stay to the end."""
    gc.collect()
    gc.freeze()
