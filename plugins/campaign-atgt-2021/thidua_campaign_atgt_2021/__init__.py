"""Campaign ATGT-2021: emulation for traffic order and safety, Lạng Sơn, 2021.

The plan fixes its theme, targets and duties, and two dates: the day of issue, left blank in
our copy, and 31/12/2021. Reporting periods, forms and indicators are not in it; their
``source`` says so or names the form's row.
"""

from thidua_campaign_atgt_2021.awards import AWARD_FORMS
from thidua_campaign_atgt_2021.duties import DUTIES
from thidua_campaign_atgt_2021.examples import EXAMPLES
from thidua_campaign_atgt_2021.indicators import INDICATORS
from thidua_campaign_atgt_2021.periods import ANSWER_WITHIN
from thidua_campaign_atgt_2021.periods import PERIODS
from thidua_campaign_atgt_2021.plan import LAST_ON
from thidua_campaign_atgt_2021.plan import LEGAL_BASES
from thidua_campaign_atgt_2021.plan import PLAN
from thidua_campaign_atgt_2021.plan import PURPOSES
from thidua_campaign_atgt_2021.plan import THEME
from thidua_campaign_atgt_2021.plan import TOPICS
from thidua_campaign_atgt_2021.plan import YEAR
from thidua_campaign_atgt_2021.targets import BASELINES
from thidua_campaign_atgt_2021.targets import STATISTICS
from thidua_campaign_atgt_2021.targets import TARGETS
from thidua_sdk import Campaign

__all__ = ["plugin"]

plugin = Campaign(
    code="ATGT-2021",
    year=YEAR,
    title="Phong trào thi đua bảo đảm trật tự, an toàn giao thông năm 2021",
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
    baselines=BASELINES,
    periods=PERIODS,
    award_forms=AWARD_FORMS,
    rules_version="2021.1",
    source="Kế hoạch, mục II.1",
    answer_within=ANSWER_WITHIN,
    examples=EXAMPLES,
)
