"""Golden reports of form A with what the host knows around them, and the host's judge."""

from collections.abc import Mapping

from thidua_sdk import EarlierReport
from thidua_testkit.golden import Golden
from thidua_testkit.golden import with_cells

__all__ = [
    "EARLIER",
    "PERIODS",
    "a_record",
    "an_earlier_report",
    "golden",
    "judge",
    "with_cells",
]

_GOLDEN = Golden.above(__file__)

golden, a_record, judge = _GOLDEN.report, _GOLDEN.record, _GOLDEN.judge
PERIODS = {code: _GOLDEN.period(code) for code in ("2021-H1", "2021-9M")}
#: A first quarter with briefing and documents, and a half-year that left one case open.
EARLIER = _GOLDEN.past("an_open_case")


def an_earlier_report(
    period_code: str = "2021-Q1", violations: tuple[Mapping[str, object], ...] = (), **fields: object
) -> EarlierReport:
    return EarlierReport(period_code, accepted=True, fields=fields, rows={"violations": violations})
