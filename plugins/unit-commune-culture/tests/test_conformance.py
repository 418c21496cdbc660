"""The laws that every unit type keeps."""

from thidua_testkit.conformance import TestUnitTypes

__all__ = ["TestUnitTypes"]
