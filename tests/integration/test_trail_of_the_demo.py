"""The demo plays in the past; its trail tells of no other day."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from thidua.adapters.broker import SilentBell
from thidua.application.auditing import note_alone
from thidua.application.checking_trail import check_trail
from thidua.application.sealing import seal_and_anchor
from thidua.bootstrap import build_host
from thidua.cli.preparing import prepare_demo
from thidua.domain.audit import Act
from thidua.domain.audit import Thing
from thidua.settings import load


def test_what_happens_in_a_demo_is_not_taken_for_put_in(tmp_path: Path) -> None:
    settings = load({"THIDUA_DATA": str(tmp_path)})
    info = prepare_demo(settings, empty=True, say=lambda _: None)
    host = build_host(replace(settings, clock=info.clock), bell=SilentBell())
    assert seal_and_anchor(host) > 0
    note_alone(host, None, Act.EXPORT, Thing.REPORT, "1")
    seal_and_anchor(host)
    assert check_trail(host).break_ is None
