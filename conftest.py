"""Fixtures that every level of the tests shares; the servers behind them come from packages."""

from hypothesis import HealthCheck
from hypothesis import settings

pytest_plugins = ["thidua_testkit.postgres", "thidua_testkit.broker"]

# How fast a busy machine draws examples says nothing about the program.
settings.register_profile("thidua", suppress_health_check=[HealthCheck.too_slow], deadline=None)
settings.load_profile("thidua")
