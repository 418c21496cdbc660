"""Golden reports of form C with what the host knows around them, and the host's judge."""

from collections.abc import Mapping

from thidua_sdk import EarlierReport
from thidua_testkit.golden import Golden
from thidua_testkit.golden import with_cells

__all__ = [
    "EARLIER",
    "PERIODS",
    "a_case",
    "a_record",
    "an_earlier_report",
    "golden",
    "judge",
    "with_cells",
]

_GOLDEN = Golden.above(__file__)

golden, a_record, judge = _GOLDEN.report, _GOLDEN.record, _GOLDEN.judge
PERIODS = {code: _GOLDEN.period(code) for code in ("2021-Q1",)}
#: A first quarter with one briefing that left one case open.
EARLIER = _GOLDEN.past("an_open_case")


def an_earlier_report(
    period_code: str = "2021-Q1", violations: tuple[Mapping[str, object], ...] = (), **fields: object
) -> EarlierReport:
    return EarlierReport(period_code, accepted=True, fields=fields, rows={"violations": violations})


def a_case(case_id: str = "TTCNS-2021-01", **columns: object) -> dict[str, object]:
    return {
        "case_id": case_id,
        "occurred_on": "2021-03-03",
        "full_name": "Mã Văn Thí Dụ",
        "staff_kind": "public_employee",
        "behaviour": "speed",
        "status": "pending",
    } | columns
