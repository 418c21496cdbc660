"""Ways of adding up that this campaign's register asks for beyond the usual ones."""

from thidua_sdk import Aggregation
from thidua_sdk import TimeRule
from thidua_sdk import UnitRule

__all__ = ["LISTED", "LISTED_STOCK", "NOMINATED", "RATIO"]

#: Recomputed from summed parts, never folded itself.
RATIO = Aggregation("ratio", TimeRule.NEVER, UnitRule.NEVER)
#: Documents and days: listed one by one, never added.
LISTED = Aggregation("event", TimeRule.NEVER, UnitRule.NEVER)
#: What a unit names at the cut-off; the latest list holds.
LISTED_STOCK = Aggregation("stock", TimeRule.NEVER, UnitRule.NEVER)
#: Distinct persons and collectives: a later list replaces the earlier one.
NOMINATED = Aggregation("event", TimeRule.LATEST, UnitRule.SUM)
