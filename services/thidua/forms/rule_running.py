"""Run a form's rules, which are code of plugins: whatever one does, the report is judged or the rule is named.

A rule that raises, answers nonsense or does not end in time becomes a fault, not an error of the
program; what it was handed cannot be changed. Faults hold the kind of error and its line and
nothing of the report, for those who read them may not read reports.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePath
from types import MappingProxyType
from types import TracebackType
from typing import Any
from typing import Final

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

__all__ = ["RULES_LIMIT_S", "RuleRun", "frozen", "frozen_rows", "rule_at", "run_rules"]

#: How long all rules of one report may run together.
RULES_LIMIT_S: Final = 2.0
#: More than a form has cells: a rule that finds without end is stopped here.
_MOST_FINDINGS: Final = 5000


@dataclass(slots=True)
class RuleRun:
    """What rules found, and which of them are broken; ``running`` is the one at work."""

    found: list[Finding]
    faults: list[RuleFault]
    running: PayloadRule | RecordRule | None = None


def frozen(value: object) -> object:
    """Return a view of a value in which nothing can be put."""
    return MappingProxyType(value) if isinstance(value, dict) else value


def frozen_rows(rows: Iterable[Mapping[str, object]]) -> tuple[Mapping[str, object], ...]:
    """Return views of a table's rows in which nothing can be put."""
    return tuple(MappingProxyType(row) if isinstance(row, dict) else row for row in rows)


def run_rules(
    form: ComposedForm, values: Values, wrong: frozenset[str], record: Record, *, limit_s: float = RULES_LIMIT_S
) -> RuleRun:
    """Run every rule whose cells could be read, all within a time.

    Args:
        form: whose rules.
        values: the report; hand over views in which nothing can be put.
        wrong: names of fields and tables with errors: their rules do not run, and against the
            record none does where any of the form's is among them.
        record: what rules judge against.
        limit_s: for all of them together.
    """
    run = RuleRun([], [])
    try:
        within(limit_s, lambda: _all(form, values, wrong, record, run))
    except OverTimeError as over:
        _note(run, form, TroubleKind.HUNG, over)
    return run


def rule_at(form: ComposedForm, frames: Iterable[tuple[str, int, str]]) -> tuple[str, str]:
    """Return code and line of the rule in which a process stood when it was ended.

    Args:
        form: whose rules.
        frames: (file, line, function), newest first.
    """
    known = {}
    functions = [(rule.code, rule.holds) for rule in form.rules] + [(r.code, r.check) for r in form.record_rules]
    for code, function in functions:
        about = getattr(function, "__code__", None)
        if about is not None:
            known[about.co_filename, about.co_name] = code
    for filename, line, name in frames:
        if (filename, name) in known:
            return known[filename, name], _short(filename, line)
    return "?", ""


def _all(form: ComposedForm, values: Values, wrong: frozenset[str], record: Record, run: RuleRun) -> None:
    for rule, names in form.rule_names:
        if not names.isdisjoint(wrong):
            continue
        run.running = rule
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
        run.running = record_rule
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
    home = getattr(getattr(function, "__code__", None), "co_filename", "")
    line = getattr(getattr(function, "__code__", None), "co_firstlineno", 0)
    if failure is None:
        return _short(home, line)
    lines = list(_lines(failure.__traceback__))
    own = [each for each in lines if each[0] == home] or lines[-1:]
    place = _short(*own[-1]) if own else _short(home, line)
    return place if isinstance(failure, OverTimeError) else f"{place} ({type(failure).__name__})"


def _lines(step: TracebackType | None) -> Iterator[tuple[str, int]]:
    while step is not None:
        yield step.tb_frame.f_code.co_filename, step.tb_lineno
        step = step.tb_next


def _short(filename: str, line: int) -> str:
    return f"{'/'.join(PurePath(filename).parts[-2:])}:{line}" if filename else ""
