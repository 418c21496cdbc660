"""Run a form's rules, which are code of plugins: whatever one does, the report is judged or the rule is named.

A rule that raises, answers nonsense or does not end in time becomes a fault, not an error of the
program; what it was handed cannot be changed. Faults hold the kind of error and its line and
nothing of the report, for those who read them may not read reports.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from itertools import takewhile
from pathlib import Path
from pathlib import PurePath
from types import MappingProxyType
from types import TracebackType
from typing import Any
from typing import Final
from typing import TypeAlias

import thidua_sdk
from thidua.domain.plugins import RuleFault
from thidua.domain.plugins import TroubleKind
from thidua.forms.compose import ComposedForm
from thidua.forms.describe import named_by
from thidua.forms.soundness import RESERVED
from thidua.forms.time_limit import OverTimeError
from thidua.forms.time_limit import within
from thidua.forms.wording import filled
from thidua_sdk import Finding
from thidua_sdk import Level
from thidua_sdk import PayloadRule
from thidua_sdk import Record
from thidua_sdk import RecordRule
from thidua_sdk import Values

__all__ = [
    "RULES_LIMIT_S",
    "RuleRun",
    "TellRule",
    "frozen",
    "frozen_rows",
    "place_of",
    "run_rules",
    "tell_nobody",
]

#: Told the code of each rule before it runs, and nothing once all are done. Whoever watches over the process
#: names by it the rule that ended it: the functions of the SDK's rules are the same for many of them.
TellRule: TypeAlias = Callable[[str], None]

#: How long all rules of one report may run together.
RULES_LIMIT_S: Final = 2.0
#: More than a form has cells: a rule that finds without end is stopped here.
_MOST_FINDINGS: Final = 5000
#: Files in which no plugin's lines stand: the host's, the SDK's, the interpreter's own.
_NOT_PLUGINS: Final = (Path(__file__).parents[1], Path(thidua_sdk.__file__).parent, Path(os.__file__).parent)


def tell_nobody(_code: str) -> None:
    """Do nothing: nobody watches over the process."""


@dataclass(slots=True)
class RuleRun:
    """What rules found, and which of them are broken; ``running`` is the one at work."""

    found: list[Finding]
    faults: list[RuleFault]
    tell: TellRule = tell_nobody
    running: PayloadRule | RecordRule | None = None

    def begin(self, rule: PayloadRule | RecordRule) -> None:
        """Say that a rule is the next to run."""
        self.running = rule
        self.tell(rule.code)


def frozen(value: object) -> object:
    """Return a view of a value in which nothing can be put."""
    return MappingProxyType(value) if isinstance(value, dict) else value


def frozen_rows(rows: Iterable[Mapping[str, object]]) -> tuple[Mapping[str, object], ...]:
    """Return views of a table's rows in which nothing can be put."""
    return tuple(MappingProxyType(row) if isinstance(row, dict) else row for row in rows)


def run_rules(
    form: ComposedForm,
    values: Values,
    wrong: frozenset[str],
    record: Record,
    *,
    limit_s: float = RULES_LIMIT_S,
    tell: TellRule = tell_nobody,
) -> RuleRun:
    """Run every rule whose cells could be read, all within a time.

    Args:
        form: whose rules.
        values: the report; hand over views in which nothing can be put.
        wrong: names of fields and tables with errors: their rules do not run, and against the
            record none does where any of the form's is among them.
        record: what rules judge against.
        limit_s: for all of them together.
        tell: which runs.
    """
    run = RuleRun([], [], tell)
    try:
        within(limit_s, lambda: _all(form, values, wrong, record, run))
    except OverTimeError as over:
        _note(run, form, TroubleKind.HUNG, over)
    tell("")
    return run


def place_of(frames: Iterable[tuple[str, int]]) -> str:
    """Return the line of a plugin's code at which a rule stood, empty where it was in none.

    Args:
        frames: (file, line), newest first.
    """
    # What lies beyond the runner is whoever had the report judged.
    of_rule = takewhile(lambda frame: frame[0] != __file__, frames)
    return next((_short(*frame) for frame in of_rule if _is_of_a_plugin(frame[0])), "")


def _all(form: ComposedForm, values: Values, wrong: frozenset[str], record: Record, run: RuleRun) -> None:
    for rule, names in form.rule_names:
        if not names.isdisjoint(wrong):
            continue
        run.begin(rule)
        try:
            holds: object = rule.holds(values)
            if type(holds) is not bool:
                _note(run, form, TroubleKind.NONSENSE)
            elif not holds:
                message = filled(rule.message, values, form.by_name.get)
                run.found.append(Finding(rule.code, rule.level, message, rule.cells, rule.source))
        except BaseException as failure:  # noqa: BLE001  whatever a rule raises, the others run
            _raised(run, form, failure)
    if not wrong.isdisjoint(form.by_name):
        return
    for record_rule in form.record_rules:
        run.begin(record_rule)
        try:
            run.found += _checked(record_rule, form, values, record)
        except _NonsenseError:
            _note(run, form, TroubleKind.NONSENSE)
        except BaseException as failure:  # noqa: BLE001  whatever a rule raises, the others run
            _raised(run, form, failure)


def _raised(run: RuleRun, form: ComposedForm, failure: BaseException) -> None:
    """Note what a rule raised; the end of the time, and an interrupt that may be the keyboard's, go on."""
    if isinstance(failure, OverTimeError):
        raise failure
    if isinstance(failure, KeyboardInterrupt):
        is_in_front = threading.current_thread() is threading.main_thread()
        if is_in_front and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            raise failure
    _note(run, form, TroubleKind.RAISED, failure)


class _NonsenseError(Exception):
    """A rule answered something that is no list of findings."""


def _checked(rule: RecordRule, form: ComposedForm, values: Values, record: Record) -> list[Finding]:
    """Take what a rule says; of cells this form leaves out it is left out too."""
    answer: Any = rule.check(values, record)
    if not hasattr(answer, "__iter__") or isinstance(answer, str | bytes | Mapping):
        raise _NonsenseError
    said = list(islice(answer, _MOST_FINDINGS + 1))
    if len(said) > _MOST_FINDINGS or not all(map(_is_finding, said)):
        raise _NonsenseError
    return [finding for finding in said if form.by_name.keys() >= named_by(finding.cells) - RESERVED]


def _is_finding(said: Any) -> bool:  # noqa: ANN401  whatever a plugin answers
    parts: tuple[tuple[Any, type], ...]
    if not isinstance(said, Finding):
        return False
    parts = ((said.code, str), (said.message, str), (said.level, Level), (said.cells, tuple))
    return all(isinstance(part, kind) for part, kind in parts) and all(isinstance(each, str) for each in said.cells)


def _note(run: RuleRun, form: ComposedForm, kind: TroubleKind, failure: BaseException | None = None) -> None:
    rule = run.running
    code = rule.code if rule is not None else "?"
    run.faults.append(RuleFault(form.campaign_code, form.code, code, kind, _told(rule, failure)))
    cells = rule.cells if isinstance(rule, PayloadRule) else form.cells[:1]
    message = (
        f"Quy tắc {code} của biểu bị lỗi phần mềm nên chưa kiểm tra được báo cáo. Đây không phải lỗi của đơn vị; "
        "những gì đã điền vẫn được giữ trong bản nháp. Hãy báo Văn phòng Sở rồi nộp lại sau."
    )
    run.found.append(Finding("plugin", Level.ERROR, message, cells))


def _told(rule: PayloadRule | RecordRule | None, failure: BaseException | None) -> str:
    """Name the kind of error and the line it came from; the words of an error may quote the report."""
    function = rule.holds if isinstance(rule, PayloadRule) else rule.check if rule is not None else None
    code = getattr(function, "__code__", None)
    home = _short(code.co_filename, code.co_firstlineno) if code is not None else ""
    if failure is None:
        return home
    place = place_of(reversed(list(_lines(failure.__traceback__)))) or home
    return place if isinstance(failure, OverTimeError) else f"{place} ({type(failure).__name__})"


def _lines(step: TracebackType | None) -> Iterator[tuple[str, int]]:
    while step is not None:
        yield step.tb_frame.f_code.co_filename, step.tb_lineno
        step = step.tb_next


def _is_of_a_plugin(filename: str) -> bool:
    path = PurePath(filename)
    # What is installed may lie within the interpreter's own folder.
    is_installed = "site-packages" in path.parts
    return path.is_absolute() and not any(
        path.is_relative_to(folder) for folder in _NOT_PLUGINS[: 2 if is_installed else 3]
    )


def _short(filename: str, line: int) -> str:
    return f"{'/'.join(PurePath(filename).parts[-2:])}:{line}" if filename else ""
