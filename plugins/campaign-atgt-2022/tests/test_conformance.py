"""The laws that every campaign keeps."""

from thidua_testkit.conformance import TestCampaigns

__all__ = ["TestCampaigns"]
