"""Campaign ATGT-2022: emulation for traffic order and safety, Lạng Sơn, 2022.

A new theme, one more goal without a number, two rooms and the centre under new names, forms amended, and
a map to the year before. How sure each piece is stands in :mod:`thidua_campaign_atgt_2022.sources`.
"""

from thidua_campaign_atgt_2022.amendments import AMENDMENTS
from thidua_campaign_atgt_2022.comparison import COMPARISON
from thidua_campaign_atgt_2022.duties import DUTIES
from thidua_campaign_atgt_2022.examples import EXAMPLES
from thidua_campaign_atgt_2022.periods import ANSWER_WITHIN
from thidua_campaign_atgt_2022.periods import PERIODS
from thidua_campaign_atgt_2022.plan import AWARD_FORMS
from thidua_campaign_atgt_2022.plan import LAST_ON
from thidua_campaign_atgt_2022.plan import LEGAL_BASES
from thidua_campaign_atgt_2022.plan import PLAN
from thidua_campaign_atgt_2022.plan import PURPOSES
from thidua_campaign_atgt_2022.plan import THEME
from thidua_campaign_atgt_2022.plan import TOPICS
from thidua_campaign_atgt_2022.plan import UNIT_TYPE_NAMES
from thidua_campaign_atgt_2022.plan import YEAR
from thidua_campaign_atgt_2022.register import INDICATORS
from thidua_campaign_atgt_2022.sources import ASSUMED
from thidua_campaign_atgt_2022.targets import STATISTICS
from thidua_campaign_atgt_2022.targets import TARGETS
from thidua_sdk import Campaign

__all__ = ["plugin"]

plugin = Campaign(
    code="ATGT-2022",
    year=YEAR,
    title="Phong trào thi đua bảo đảm trật tự, an toàn giao thông năm 2022",
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
    rules_version="2022.1",
    source=ASSUMED,
    answer_within=ANSWER_WITHIN,
    examples=EXAMPLES,
    amendments=AMENDMENTS,
    unit_type_names=UNIT_TYPE_NAMES,
    compares_with=COMPARISON,
)
