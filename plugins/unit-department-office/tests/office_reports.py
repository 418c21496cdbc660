"""Golden reports of form D with what the host knows around them, and the host's judge."""

from thidua_sdk import EarlierReport
from thidua_testkit.golden import Golden
from thidua_testkit.golden import with_cells

__all__ = [
    "EARLIER",
    "a_record",
    "an_earlier_report",
    "golden",
    "judge",
    "with_cells",
]

_GOLDEN = Golden.above(__file__)

golden, a_record, judge = _GOLDEN.report, _GOLDEN.record, _GOLDEN.judge
#: Nine months that left one issue open, with the figures of another document than the year's.
EARLIER = _GOLDEN.past("an_open_issue")


def an_earlier_report(period_code: str = "2021-9M", **fields: object) -> EarlierReport:
    return EarlierReport(period_code, accepted=True, fields=fields)
