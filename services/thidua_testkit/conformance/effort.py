"""How much work the rules of a form are, in lines of Python executed: the same on every machine."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import replace
from types import FrameType
from typing import Any

from thidua.forms.judge import judge
from thidua_testkit.conformance.cases import GoldenReport

__all__ = ["TIMES", "faults_of_effort", "lines_of"]

#: The rules of a form may take this many times the work of judging the report without them …
TIMES = 20
#: … and as many lines on top, so that a form of three cells may have a rule that looks at a long list.
_FREE = 20_000


class _TooMuchError(BaseException):
    """More lines than allowed: the work is cut off, past those who catch what rules raise."""


@dataclass(slots=True)
class _Counter:
    most: int | None
    lines: int = 0

    def __call__(self, frame: FrameType, event: str, argument: object) -> Any:  # noqa: ANN401, ARG002  the shape of a trace
        self.lines += 1
        if self.most is not None and self.lines > self.most:
            raise _TooMuchError
        return self


def lines_of(work: Callable[[], object], *, most: int | None = None) -> int:
    """Run something and count the lines it executes; one more than ``most`` where it was cut off."""
    counter = _Counter(most)
    before = sys.gettrace()
    sys.settrace(counter)
    try:
        work()
    except _TooMuchError:
        return counter.lines
    finally:
        sys.settrace(before)
    return counter.lines


def faults_of_effort(report: GoldenReport) -> list[str]:
    """Judge a golden report with its form's rules and without, and say where the rules are too much work."""
    envelope, unread = report.envelope()
    bare = replace(report.form, rules=(), record_rules=())
    judge(bare, envelope, report.record, unread=unread)
    baseline = lines_of(lambda: judge(bare, envelope, report.record, unread=unread))
    allowed = baseline * TIMES + _FREE
    taken = lines_of(lambda: judge(report.form, envelope, report.record, unread=unread), most=allowed)
    if taken <= allowed:
        return []
    return [
        (
            f"{report.name}: judging takes more than {allowed:,} lines of Python, {TIMES} times the {baseline:,} "
            f"without the rules of form {report.form.code} and {_FREE:,}: a rule of it loops; look at each row once."
        )
    ]
