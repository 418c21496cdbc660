"""A rule that nothing stops ends its process; whoever starts next knows which it was, and holds its form back."""

from __future__ import annotations

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
from thidua_testkit.installation import an_installation

NOON = datetime.fromisoformat("2021-03-16T12:00:00+07:00")
CAMPAIGN, FORM, UNIT = "ATGT-2021", "A", "LS-186-VHTT"
JUDGE = """
import os, re, sys, threading
from pathlib import Path
from thidua.adapters.rule_fence import FileRuleFence

fence = FileRuleFence(Path(sys.argv[1]), 0.5)

def judged(unit, rule):
    with fence.around(campaign_code="ATGT-2021", form_code="A", unit_code=unit, digest="1"):
        rule()

def stuck():
    re.match(r"(a|aa)+$", "a" * 200 + "b")

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
    assert "stuck" in [function for _, _, function in ended.frames]
    assert "in stuck" in caplog.text
    assert list(FileRuleFence(tmp_path, 1).ended()) == []
    assert list(tmp_path.iterdir()) == []


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
    assert [path.suffix for path in sorted(tmp_path.iterdir())] == [".open", ".trace"]
    # Damaged, as by a disk that was full.
    (tmp_path / "1-x.open").write_text("{")
    assert list(other.ended()) == []


@dataclass
class _Ended:
    """A fence that knows of an end."""

    told: EndedJudging

    def around(self, **_: str) -> AbstractContextManager[None]:
        return nullcontext()

    def ended(self) -> Iterator[EndedJudging]:
        yield self.told


def _endless(_: Any) -> bool:
    raise NotImplementedError


def test_a_form_whose_rule_ended_a_process_is_held_at_once(database_url: str) -> None:
    here = an_installation(database_url, at=NOON, campaign=CAMPAIGN, periods=("2021-Q1",))
    catalogue = bent(holds=_endless)
    code = _endless.__code__
    frames = (("re.py", 1, "match"), (code.co_filename, code.co_firstlineno + 1, "_endless"), ("x.py", 2, "_all"))
    told = EndedJudging(CAMPAIGN, FORM, UNIT, catalogue.digest(CAMPAIGN, FORM), frames)
    here.host = replace(here.host, catalogue=catalogue, rule_fence=_Ended(told))
    note_ended(here.host)
    seen = list_plugins(here.host, here.admin())
    [hold], [trouble] = seen.holds, seen.troubles
    assert hold.fault == trouble.fault
    assert (hold.fault.rule_code, hold.fault.kind) == (PAYLOAD, TroubleKind.HUNG)
    assert hold.fault.place == f"integration/test_rule_fence.py:{code.co_firstlineno + 1}"
    assert (trouble.unit_code, seen.is_current(hold)) == (UNIT, True)
    # A campaign that is gone meanwhile, and a rule that cannot be told.
    here.host = replace(here.host, rule_fence=_Ended(replace(told, campaign_code="ATGT-1999", frames=())))
    note_ended(here.host)
    assert {each.fault.rule_code for each in list_plugins(here.host, here.admin()).holds} == {PAYLOAD, "?"}
