"""Whatever a rule does, the report is judged or the rule is named, and nothing it was handed is changed."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.support.bent_rules import PAYLOAD
from tests.support.bent_rules import RECORD
from tests.support.bent_rules import bent
from thidua.domain.plugins import TroubleKind
from thidua.forms.envelope import read_envelope
from thidua.forms.judge import Judgement
from thidua.forms.judge import judge
from thidua.forms.time_limit import OverTimeError
from thidua.forms.time_limit import within
from thidua_sdk import EarlierReport
from thidua_sdk import Finding
from thidua_sdk import Level
from thidua_sdk import PeriodView
from thidua_sdk import PlanView
from thidua_sdk import Record
from thidua_sdk import UnitView
from thidua_sdk import required_if

SAMPLE = json.loads((Path(__file__).parents[2] / "samples/P01.json").read_text(encoding="utf-8"))
RECORD_VIEW = Record(
    unit=UnitView(SAMPLE["unit_code"], "Phòng", "district_culture_office", {"communes": 24}),
    period=PeriodView("2021-Q1", frozenset({"quarter"}), 2, date(2021, 3, 14), None),
    plan=PlanView(2021, date(2021, 1, 1), None, date(2021, 12, 31)),
    today=date(2021, 3, 16),
    earlier=(EarlierReport("2021-M01", accepted=True, fields={"radio_items": 20}),),
)


def _loop(*_: object) -> Any:
    while True:
        pass


def _swallow(*_: object) -> Any:
    while True:
        with suppress(Exception):
            _loop()


def _raise(*_: object) -> Any:
    raise ZeroDivisionError("Nguyễn Văn Kín")


def _leave(*_: object) -> Any:
    sys.exit(3)


class _OwnError(BaseException):
    """Let through by whoever catches every Exception."""


def _raise_own(*_: object) -> Any:
    raise _OwnError


def _interrupt(*_: object) -> Any:
    raise KeyboardInterrupt


def _recurse(*_: object) -> Any:
    return _recurse()


def _endless(*_: object) -> Iterator[Finding]:
    while True:
        yield Finding("X", Level.WARNING, "Xem lại.", ("/fields/radio_items",))


def judged(limit_s: float = 20.0, report: dict[str, Any] = SAMPLE, **rules: Callable[..., Any]) -> Judgement:
    envelope, findings = read_envelope(report)
    assert envelope is not None, findings
    form = bent(**rules).form("ATGT-2021", "2021-Q1", "A")
    return judge(form, envelope, RECORD_VIEW, limit_s=limit_s)


@pytest.mark.parametrize("rule", ["holds", "check"])
@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (_raise, TroubleKind.RAISED),
        (_leave, TroubleKind.RAISED),
        (_recurse, TroubleKind.RAISED),
        (_raise_own, TroubleKind.RAISED),
        (lambda *_: None, TroubleKind.NONSENSE),
        (lambda *_: "đúng", TroubleKind.NONSENSE),
        (lambda *_: 7, TroubleKind.NONSENSE),
    ],
    ids=["raises", "leaves", "recurses", "own", "none", "text", "number"],
)
def test_a_rule_that_fails_is_named_and_all_others_run(rule: str, act: Callable[..., Any], kind: TroubleKind) -> None:
    before = judged()
    found = judged(**{rule: act})
    [fault] = found.faults
    assert (fault.campaign_code, fault.form_code, fault.kind) == ("ATGT-2021", "A", kind)
    assert fault.rule_code == (PAYLOAD if rule == "holds" else RECORD)
    assert "test_rule_running.py:" in fault.place
    assert "Kín" not in fault.place, "an error's words may quote the report"
    [said] = [finding for finding in found.findings if finding.code == "plugin"]
    assert said.level is Level.ERROR
    assert "không phải lỗi của đơn vị" in said.message
    assert [finding for finding in found.findings if finding is not said] == list(before.findings)


@pytest.mark.parametrize("rule", ["holds", "check"])
def test_an_interrupt_that_a_rule_raises_is_the_rules_where_no_keyboard_is(rule: str) -> None:
    found: list[Judgement] = []
    # As servers judge: not in the thread that signals come to.
    judging = threading.Thread(target=lambda: found.append(judged(**{rule: _interrupt})))
    judging.start()
    judging.join()
    [fault] = found[0].faults
    assert fault.kind is TroubleKind.RAISED
    assert "KeyboardInterrupt" in fault.place
    with pytest.raises(KeyboardInterrupt):
        judged(**{rule: _interrupt})


@pytest.mark.parametrize("act", [_loop, _swallow], ids=["loops", "swallows"])
@pytest.mark.parametrize("rule", ["holds", "check"])
def test_a_rule_that_does_not_end_is_stopped_and_named(rule: str, act: Callable[..., Any]) -> None:
    [fault] = judged(limit_s=0.1, **{rule: act}).faults
    assert fault.kind is TroubleKind.HUNG
    assert fault.rule_code == (PAYLOAD if rule == "holds" else RECORD)
    assert "test_rule_running.py:" in fault.place


@pytest.mark.parametrize(
    "answer",
    [
        _endless,
        lambda *_: [1],
        lambda *_: [Finding("X", Level.ERROR, "Sai.", (5,))],  # type: ignore[arg-type]  # as a bad rule would
        lambda *_: [Finding("X", "error", "Sai.", ("/fields/radio_items",))],  # type: ignore[arg-type]
        lambda *_: {"X": 1},
    ],
    ids=["endless", "numbers", "cells", "level", "mapping"],
)
def test_findings_that_are_none_are_nonsense(answer: Callable[..., Any]) -> None:
    found = judged(check=answer)
    assert [fault.kind for fault in found.faults] == [TroubleKind.NONSENSE]
    assert not any(finding.code == "X" for finding in found.findings)


@pytest.mark.parametrize(
    "change",
    [
        lambda values, _: values._fields.update(radio_items=1),
        lambda values, _: values._by_topic["radio_items"].update(alcohol_law=1),
        lambda values, _: values.rows("violations")[0].update(status="x"),
    ],
    ids=["fields", "topics", "rows"],
)
def test_what_a_rule_is_handed_cannot_be_changed(change: Callable[..., Any]) -> None:
    row = {
        "case_id": "LS-186-2021-01",
        "occurred_on": "2021-03-03",
        "full_name": "Vi Văn Giả Định",
        "staff_kind": "public_employee",
        "behaviour": "speed",
        "status": "pending",
    }
    report = SAMPLE | {"violations": [row]}
    [fault] = judged(report=report, check=lambda values, record: change(values, record) or ()).faults
    assert fault.kind is TroubleKind.RAISED
    assert "(AttributeError)" in fault.place, fault.place


@pytest.mark.parametrize(
    ("act", "kind"), [(_raise, TroubleKind.RAISED), (_loop, TroubleKind.HUNG)], ids=["raises", "loops"]
)
def test_of_a_rule_made_by_the_sdk_the_plugins_line_is_told(act: Callable[..., Any], kind: TroubleKind) -> None:
    rule = required_if(PAYLOAD, "radio_items", act, "Phải điền.")
    [fault] = judged(limit_s=0.1 if kind is TroubleKind.HUNG else 20.0, holds=rule.holds).faults
    assert (fault.rule_code, fault.kind) == (PAYLOAD, kind)
    assert fault.place.startswith("forms/test_rule_running.py:"), fault.place


def test_whoever_watches_is_told_which_rule_runs_and_when_all_are_done() -> None:
    envelope, _ = read_envelope(SAMPLE)
    assert envelope is not None
    form = bent().form("ATGT-2021", "2021-Q1", "A")
    told: list[str] = []
    judge(form, envelope, RECORD_VIEW, tell=told.append)
    assert told == [*(rule.code for rule in form.rules), *(rule.code for rule in form.record_rules), ""]


def test_time_ends_in_any_thread_and_leaves_nothing_behind() -> None:
    ended: list[str] = []

    def run(limit_s: float) -> None:
        try:
            within(limit_s, _loop)
        except OverTimeError:
            ended.append("stopped")
        # Whatever was raised too late would come here.
        for _ in range(1000):
            time.sleep(0)
        ended.append("went on")

    threads = [threading.Thread(target=run, args=(0.05 + number * 0.02,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == ["stopped"] * 4 + ["went on"] * 4


def test_what_ends_just_in_time_gives_its_answer_or_is_stopped_and_never_both() -> None:
    answers = []
    for number in range(12):
        until = time.monotonic() + 0.095 + number * 0.001

        def spin(until: float = until) -> str:
            while time.monotonic() < until:
                pass
            return "answer"

        try:
            answers.append(within(0.1, spin))
        except OverTimeError:
            answers.append("stopped")
        sum(range(1000))
    assert len(answers) == 12


def test_after_a_limit_the_interpreter_runs_on_under_a_tracer() -> None:
    """A flag left up would keep every traced call from beginning: coverage and debuggers would hang."""
    code = (
        "import sys\n"
        "from thidua.forms.time_limit import OverTimeError, within\n"
        "def ends(): return 7\n"
        "def never():\n"
        "    while True: pass\n"
        "def traced():\n"
        "    sys.settrace(lambda *_: None)\n"
        "    found = ends()\n"
        "    sys.settrace(None)\n"
        "    return found\n"
        "assert within(5, ends) == 7 == traced()\n"
        "try:\n"
        "    within(0.05, never)\n"
        "except OverTimeError:\n"
        "    print(traced())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout == "7\n"
