"""What is different about the last report of a unit that was dissolved inside a period."""

from __future__ import annotations

from thidua.domain.reports import Obligation
from thidua_sdk import Period
from thidua_sdk import Window

__all__ = ["activity_of"]


def activity_of(period: Period, obligation: Obligation) -> Window | None:
    """Return the days that a report covers: the period's, for a closing report up to the unit's last day."""
    covered, ends_on = period.activity, obligation.ends_on
    if covered is None or ends_on is None:
        return covered
    # The unit ceased inside what the report covers, so there is at least one day.
    return Window(covered.first_on, min(covered.last_on, max(covered.first_on, ends_on)))
