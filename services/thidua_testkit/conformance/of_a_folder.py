"""The laws as the command collects them."""

from __future__ import annotations

from thidua_testkit.conformance.suite import TestCampaigns
from thidua_testkit.conformance.suite import TestUnitTypes

__all__ = ["TestCampaigns", "TestUnitTypes"]
