"""The reporting periods of 2021.

The plan sets none. Windows follow the data windows of periodic reports (Nghị định
09/2019/NĐ-CP, Điều 12): months from the 15th to the 14th, so the statistical year ends on
14/12/2021. The days left until the campaign's end have a closing period of their own, and
their accident figures belong to the statistical year 2022.
"""

from datetime import time

from thidua_campaign_atgt_2021.plan import LAST_ON
from thidua_campaign_atgt_2021.plan import PLAN
from thidua_campaign_atgt_2021.plan import YEAR
from thidua_campaign_atgt_2021.short_forms import CLOSE_DISTRICT
from thidua_campaign_atgt_2021.short_forms import CLOSE_PRESS
from thidua_campaign_atgt_2021.short_forms import CLOSE_ROOM
from thidua_campaign_atgt_2021.short_forms import LAUNCH_DISTRICT
from thidua_campaign_atgt_2021.short_forms import LAUNCH_OFFICE
from thidua_campaign_atgt_2021.short_forms import LAUNCH_ROOM
from thidua_campaign_atgt_2021.targets import FIRST_DAY
from thidua_campaign_atgt_2021.unit_types import CENTRE
from thidua_campaign_atgt_2021.unit_types import DISTRICT
from thidua_campaign_atgt_2021.unit_types import FORM_DISTRICT
from thidua_campaign_atgt_2021.unit_types import FORM_OFFICE
from thidua_campaign_atgt_2021.unit_types import FORM_PRESS
from thidua_campaign_atgt_2021.unit_types import FORM_ROOM
from thidua_campaign_atgt_2021.unit_types import OFFICE
from thidua_campaign_atgt_2021.unit_types import PRESS
from thidua_campaign_atgt_2021.unit_types import ROOM
from thidua_sdk import DeadlineRule
from thidua_sdk import FormUse
from thidua_sdk import Period
from thidua_sdk import StatisticalYear
from thidua_sdk import Window

__all__ = ["ANSWER_WITHIN", "PERIODS"]

_SOURCE = "Kế hoạch không ấn định kỳ báo cáo; thời gian chốt số liệu theo Điều 12 Nghị định 09/2019/NĐ-CP"
_DEADLINE_SOURCE = "Kế hoạch không ấn định thời hạn; đặt theo khoản 5 Điều 8 Nghị định 09/2019/NĐ-CP"
_END_OF_DAY = time(17, 0)

#: As long as a unit has for the report itself.
ANSWER_WITHIN = DeadlineRule(
    working_days=2,
    at=_END_OF_DAY,
    source="Kế hoạch không ấn định thời hạn trả lời; đặt bằng thời hạn nộp sau ngày chốt số liệu",
)

_STATISTICAL = StatisticalYear(YEAR, FIRST_DAY)
#: Work counts from the plan's day of issue, at the earliest the first day it can have been issued.
_FROM_ISSUE = Window(PLAN.issued_on or PLAN.issued_from, LAST_ON)


def _due(working_days: int) -> DeadlineRule:
    return DeadlineRule(working_days=working_days, at=_END_OF_DAY, source=_DEADLINE_SOURCE)


def _whole_forms() -> tuple[FormUse, ...]:
    """Every type files its whole form: units two working days after the cut-off, the Office five."""
    return (
        FormUse(form=FORM_DISTRICT, unit_types=(DISTRICT,), deadline=_due(2)),
        FormUse(form=FORM_PRESS, unit_types=(PRESS,), deadline=_due(2)),
        FormUse(form=FORM_ROOM, unit_types=(ROOM, CENTRE), deadline=_due(2)),
        FormUse(form=FORM_OFFICE, unit_types=(OFFICE,), deadline=_due(5)),
    )


def _regular(code: str, name: str, tag: str, statistics: Window, own: Window) -> Period:
    """Make a period that is cut off when its statistics end; ``own`` is what no earlier period covers."""
    return Period(
        code=f"{YEAR}-{code}",
        name=name,
        tags=frozenset({tag}),
        cutoff_on=statistics.last_on,
        forms=_whole_forms(),
        source=_SOURCE,
        statistics=statistics,
        activity=own.clipped_to(_FROM_ISSUE),
    )


PERIODS = (
    Period(
        code=f"{YEAR}-LAUNCH",
        name="Triển khai Kế hoạch",
        tags=frozenset({"launch"}),
        cutoff_on=None,
        opens_with=(
            "Kỳ này chờ ngày ban hành Kế hoạch: số liệu chốt sau ngày ban hành 10 ngày làm việc. "
            "Hãy bổ sung ngày ban hành."
        ),
        forms=(
            FormUse(form=FORM_DISTRICT, unit_types=(DISTRICT,), deadline=_due(1), only=LAUNCH_DISTRICT),
            FormUse(form=FORM_ROOM, unit_types=(ROOM, CENTRE), deadline=_due(1), only=LAUNCH_ROOM),
            FormUse(form=FORM_OFFICE, unit_types=(OFFICE,), deadline=_due(3), only=LAUNCH_OFFICE),
        ),
        source=_SOURCE,
        # Its days are the first ones of the first quarter, whose reports count them again.
        cumulative=False,
    ),
    _regular("Q1", "Quý I năm 2021", "quarter", _STATISTICAL.quarter(1), _STATISTICAL.quarter(1)),
    _regular("H1", "6 tháng đầu năm 2021", "half_year_1", _STATISTICAL.half(1), _STATISTICAL.quarter(2)),
    _regular("9M", "9 tháng năm 2021", "nine_months", _STATISTICAL.nine_months, _STATISTICAL.quarter(3)),
    _regular("Y", "Năm 2021", "year", _STATISTICAL.whole, _STATISTICAL.quarter(4)),
    Period(
        code=f"{YEAR}-CLOSE",
        name="Kết thúc phong trào (15/12–31/12/2021)",
        tags=frozenset({"close"}),
        cutoff_on=LAST_ON,
        forms=(
            FormUse(form=FORM_DISTRICT, unit_types=(DISTRICT,), deadline=_due(2), only=CLOSE_DISTRICT),
            FormUse(form=FORM_PRESS, unit_types=(PRESS,), deadline=_due(2), only=CLOSE_PRESS),
            FormUse(form=FORM_ROOM, unit_types=(ROOM, CENTRE), deadline=_due(2), only=CLOSE_ROOM),
            FormUse(form=FORM_OFFICE, unit_types=(OFFICE,), deadline=_due(5)),
        ),
        source=_SOURCE,
        # Work adds up with the campaign's; these accident figures open the statistical year 2022.
        statistics=_STATISTICAL.closing_tail(LAST_ON),
        activity=_STATISTICAL.closing_tail(LAST_ON),
    ),
)
