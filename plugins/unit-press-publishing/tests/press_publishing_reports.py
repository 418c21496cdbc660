"""Golden reports of form B with what the host knows around them, and the host's judge."""

from thidua_testkit.golden import Golden
from thidua_testkit.golden import with_cells

__all__ = [
    "EARLIER",
    "PERIODS",
    "a_record",
    "golden",
    "judge",
    "with_cells",
]

_GOLDEN = Golden.above(__file__)

golden, a_record, judge = _GOLDEN.report, _GOLDEN.record, _GOLDEN.judge
PERIODS = {code: _GOLDEN.period(code) for code in ("2021-Q1", "2021-H1", "2021-Y")}
#: A half-year that left one piece of false information open.
EARLIER = _GOLDEN.past("an_open_find")
