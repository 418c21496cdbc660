"""A rule that nothing stops ends its process; whoever starts next knows which it was, and holds its form back."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from contextlib import nullcontext
from dataclasses import dataclass
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support.bent_rules import PAYLOAD
from tests.support.bent_rules import bent
from thidua.adapters.rule_fence import FileRuleFence
from thidua.application.background.plugins_seen import list_plugins
from thidua.application.ports.surroundings import EndedJudging
from thidua.application.reports.broken_rules import note_ended
from thidua.domain.plugins import TroubleKind
from thidua.forms import rule_running
from thidua.forms.rule_running import TellRule
from thidua.forms.rule_running import place_of
from thidua.forms.rule_running import tell_nobody
from thidua_testkit.installation import an_installation

PROJECT = Path(__file__).parents[2]
NOON = datetime.fromisoformat("2021-03-16T12:00:00+07:00")
CAMPAIGN, FORM, UNIT = "ATGT-2021", "A", "LS-186-VHTT"
JUDGE = """
import os, re, sys, threading
from pathlib import Path
from thidua.adapters.rule_fence import FileRuleFence

fence = FileRuleFence(Path(sys.argv[1]), 0.5)

def judged(unit, rule):
    with fence.around(campaign_code="ATGT-2021", form_code="A", unit_code=unit, digest="1") as tell:
        if unit == "LS-1" or rule is stuck:
            tell("A27")
        rule()

def stuck():
    re.match(r"(a|aa)+$", "a" * 200 + "b")

def before():
    stuck()

def killed():
    os._exit(9)

judged("LS-1", lambda: None)
thread = threading.Thread(target=judged, args=("LS-2", globals()[sys.argv[2]]))
thread.start()
thread.join()
"""


def run(folder: Path, rule: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", JUDGE, str(folder), rule], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.stdout, done.stderr) == ("", "")
    return done.returncode


def test_what_ended_a_process_is_told_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert run(tmp_path, "stuck") == 1
    [ended] = FileRuleFence(tmp_path, 1).ended()
    assert (ended.campaign_code, ended.form_code, ended.unit_code, ended.digest) == (CAMPAIGN, FORM, "LS-2", "1")
    assert ended.rule_code == "A27"
    assert ended.frames[0][0].endswith("re/__init__.py")
    assert "in stuck" in caplog.text
    assert list(FileRuleFence(tmp_path, 1).ended()) == []
    assert list(tmp_path.iterdir()) == []


def test_where_no_rule_ran_none_is_named(tmp_path: Path) -> None:
    run(tmp_path, "before")
    [ended] = FileRuleFence(tmp_path, 1).ended()
    assert (ended.unit_code, ended.rule_code) == ("LS-2", "")


def test_one_who_cannot_deal_with_it_leaves_it_to_the_next(tmp_path: Path) -> None:
    run(tmp_path, "stuck")
    found = FileRuleFence(tmp_path, 1).ended()
    assert next(found).unit_code == "LS-2"
    found.close()
    assert len(list(FileRuleFence(tmp_path, 1).ended())) == 1


def test_a_process_that_ended_otherwise_or_lives_blames_nobody(tmp_path: Path) -> None:
    assert run(tmp_path, "killed") == 9
    fence, other = FileRuleFence(tmp_path, 60), FileRuleFence(tmp_path, 60)
    with fence.around(campaign_code=CAMPAIGN, form_code=FORM, unit_code=UNIT, digest="1"):
        assert list(other.ended()) == []
    assert [path.suffix for path in sorted(tmp_path.iterdir())] == [".open", ".rules", ".trace"]
    # Damaged, as by a disk that was full.
    (tmp_path / "1-x.open").write_text("{")
    assert list(other.ended()) == []


TWO_OF_ONE_MAKE = """
import json, re, sys
from pathlib import Path
from tests.support.bent_rules import bent_by
from tests.unit.forms.test_rule_running import RECORD_VIEW
from thidua.adapters.rule_fence import FileRuleFence
from thidua.forms.envelope import read_envelope
from thidua.forms.judge import judge
from thidua_sdk import each_row, needed_if, required_if

def stuck(_):
    return re.match(r"(a|aa)+$", "a" * 200 + "b") is not None

payload = [required_if(f"X{n}", "radio_items", when, "Phải điền.") for n, when in enumerate((bool, stuck, bool), 1)]
record = [
    each_row(f"Y{n}", "violations", needed_if("status", when, "Chưa có."))
    for n, when in enumerate((bool, stuck, bool), 1)
]
form = bent_by(**{sys.argv[2]: locals()[sys.argv[2]]}).form("ATGT-2021", "2021-Q1", "A")
envelope, _ = read_envelope(json.loads(Path(sys.argv[3]).read_text(encoding="utf-8")))
fence = FileRuleFence(Path(sys.argv[1]), 0.5)
with fence.around(campaign_code="ATGT-2021", form_code="A", unit_code="LS-2", digest="1") as tell:
    judge(form, envelope, RECORD_VIEW, limit_s=60, tell=tell)
"""


@pytest.mark.parametrize(("kind", "code"), [("payload", "X2"), ("record", "Y2")])
def test_of_rules_that_one_function_made_the_one_that_ran_is_named(tmp_path: Path, kind: str, code: str) -> None:
    script = tmp_path / "two_of_one_make.py"
    script.write_text(TWO_OF_ONE_MAKE, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(PROJECT)}
    folder = tmp_path / "judging"
    report = PROJECT / "plugins/unit-district-culture/golden/valid-nine-months-with-violations.json"
    command = [sys.executable, script, folder, kind, report]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environment)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")
    [ended] = FileRuleFence(folder, 1).ended()
    line = 1 + TWO_OF_ONE_MAKE.splitlines().index('    return re.match(r"(a|aa)+$", "a" * 200 + "b") is not None')
    assert (ended.rule_code, place_of(ended.frames)) == (code, f"{tmp_path.name}/two_of_one_make.py:{line}")


@dataclass
class _Ended:
    """A fence that knows of an end."""

    told: EndedJudging

    def around(self, **_: str) -> AbstractContextManager[TellRule]:
        return nullcontext(tell_nobody)

    def ended(self) -> Iterator[EndedJudging]:
        yield self.told


def _endless(_: Any) -> bool:
    raise NotImplementedError


def test_a_form_whose_rule_ended_a_process_is_held_at_once(database_url: str) -> None:
    here = an_installation(database_url, at=NOON, campaign=CAMPAIGN, periods=("2021-Q1",))
    catalogue = bent(holds=_endless)
    code = _endless.__code__
    frames = ((re.__file__, 1), (code.co_filename, code.co_firstlineno + 1), (rule_running.__file__, 2))
    told = EndedJudging(CAMPAIGN, FORM, UNIT, catalogue.digest(CAMPAIGN, FORM), PAYLOAD, frames)
    here.host = replace(here.host, catalogue=catalogue, rule_fence=_Ended(told))
    note_ended(here.host)
    seen = list_plugins(here.host, here.admin())
    [hold], [trouble] = seen.holds, seen.troubles
    assert hold.fault == trouble.fault
    assert (hold.fault.rule_code, hold.fault.kind) == (PAYLOAD, TroubleKind.HUNG)
    assert hold.fault.place == f"integration/test_rule_fence.py:{code.co_firstlineno + 1}"
    assert (trouble.unit_code, seen.is_current(hold)) == (UNIT, True)
    # A campaign that is gone meanwhile, and no rule that ran.
    here.host = replace(here.host, rule_fence=_Ended(replace(told, campaign_code="ATGT-1999", rule_code="", frames=())))
    note_ended(here.host)
    assert {each.fault.rule_code for each in list_plugins(here.host, here.admin()).holds} == {PAYLOAD, "?"}
