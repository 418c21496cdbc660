"""Campaign ATGT-2026: emulation for traffic order and safety, Lạng Sơn, 2026.

The first year under two tiers of local government: 65 communes and wards report where eleven districts did,
another department leads, and nobody has yet written down who does what. Theme and targets are not known.
How sure each piece is stands in :mod:`thidua_campaign_atgt_2026.sources`.
"""

from thidua_campaign_atgt_2026.amendments import AMENDMENTS
from thidua_campaign_atgt_2026.comparison import COMPARISON
from thidua_campaign_atgt_2026.duties import DUTIES
from thidua_campaign_atgt_2026.examples import EXAMPLES
from thidua_campaign_atgt_2026.periods import ANSWER_WITHIN
from thidua_campaign_atgt_2026.periods import PERIODS
from thidua_campaign_atgt_2026.plan import AWARD_FORMS
from thidua_campaign_atgt_2026.plan import LAST_ON
from thidua_campaign_atgt_2026.plan import LEGAL_BASES
from thidua_campaign_atgt_2026.plan import PLAN
from thidua_campaign_atgt_2026.plan import PURPOSES
from thidua_campaign_atgt_2026.plan import THEME
from thidua_campaign_atgt_2026.plan import TOPICS
from thidua_campaign_atgt_2026.plan import UNIT_TYPE_NAMES
from thidua_campaign_atgt_2026.plan import YEAR
from thidua_campaign_atgt_2026.register import INDICATORS
from thidua_campaign_atgt_2026.sources import ASSUMED
from thidua_campaign_atgt_2026.targets import STATISTICS
from thidua_campaign_atgt_2026.targets import TARGETS
from thidua_sdk import Campaign

__all__ = ["plugin"]

plugin = Campaign(
    code="ATGT-2026",
    year=YEAR,
    title="Phong trào thi đua bảo đảm trật tự, an toàn giao thông năm 2026",
    theme=THEME,
    plan=PLAN,
    valid_from=PLAN.issued_on,
    valid_to=LAST_ON,
    time_zone="Asia/Ho_Chi_Minh",
    legal_bases=LEGAL_BASES,
    topics=TOPICS,
    purposes=PURPOSES,
    targets=TARGETS,
    duties=DUTIES,
    indicators=INDICATORS,
    statistics=STATISTICS,
    baselines=(),
    periods=PERIODS,
    award_forms=AWARD_FORMS,
    rules_version="2026.1",
    source=ASSUMED,
    answer_within=ANSWER_WITHIN,
    examples=EXAMPLES,
    amendments=AMENDMENTS,
    unit_type_names=UNIT_TYPE_NAMES,
    compares_with=COMPARISON,
)
