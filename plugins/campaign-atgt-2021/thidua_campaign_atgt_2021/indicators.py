"""The campaign's register of indicators, N01 to N44, in order.

The plan names none; each stands for a duty of the plan (``clause``) and is fed by rows of the
forms (``source``). A letter behind the number marks a figure of its own that belongs to the
indicator of that number: reach beside posts, the parts of a ratio, the ways of handling a case.
"""

from thidua_campaign_atgt_2021.conduct import CONDUCT_INDICATORS
from thidua_campaign_atgt_2021.media import MEDIA_INDICATORS
from thidua_campaign_atgt_2021.outcomes import OUTCOME_INDICATORS
from thidua_campaign_atgt_2021.rollout import ROLLOUT_INDICATORS
from thidua_sdk import Indicator

__all__ = ["INDICATORS"]

INDICATORS: tuple[Indicator, ...] = (
    *ROLLOUT_INDICATORS,
    *MEDIA_INDICATORS,
    *CONDUCT_INDICATORS,
    *OUTCOME_INDICATORS,
)
