"""Fixtures that every level of the tests shares; the servers behind them come from packages."""

pytest_plugins = ["thidua_testkit.postgres", "thidua_testkit.broker"]
