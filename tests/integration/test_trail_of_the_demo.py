"""The demo plays in the past; its trail tells of no other day."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.support.ports import free_port
from thidua.adapters.broker import SilentBell
from thidua.application.trail.auditing import note_alone
from thidua.application.trail.checking_trail import check_trail
from thidua.application.trail.sealing import seal_and_anchor
from thidua.bootstrap import build_host
from thidua.cli import serving
from thidua.cli import thidua
from thidua.cli.preparing import prepare_demo
from thidua.domain.audit import Act
from thidua.domain.audit import Thing
from thidua.settings import Settings
from thidua.settings import load


def test_what_happens_in_a_demo_is_not_taken_for_put_in(tmp_path: Path) -> None:
    settings = load({"THIDUA_DATA": str(tmp_path)})
    info = prepare_demo(settings, empty=True, say=lambda _: None)
    host = build_host(replace(settings, clock=info.clock), bell=SilentBell())
    assert seal_and_anchor(host) > 0
    note_alone(host, None, Act.EXPORT, Thing.REPORT, "1")
    seal_and_anchor(host)
    assert check_trail(host).break_ is None


def test_a_command_beside_a_demo_goes_by_its_clock_and_the_next_start_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THIDUA_DATA", str(tmp_path))
    monkeypatch.delenv("THIDUA_CLOCK", raising=False)
    started: list[Settings] = []

    def supervised(settings: Settings, *, lock: int, listener: socket.socket, lines: Sequence[str]) -> None:
        assert lines or not settings.clock
        started.append(settings)
        os.close(lock)
        listener.close()

    monkeypatch.setattr(serving, "_supervise", supervised)
    for turn in range(2):
        found = CliRunner().invoke(thidua, ["demo", "--empty", "--port", str(free_port())])
        assert found.exit_code == 0, found.output
        host = build_host(started[turn], bell=SilentBell())
        seal_and_anchor(host)
        # An operator's command, in a process and with settings of its own.
        assert CliRunner().invoke(thidua, ["account", "token", "office", "--label", "x"]).exit_code == 0
        seal_and_anchor(host)
        note_alone(host, None, Act.EXPORT, Thing.REPORT, "1")
        seal_and_anchor(host)
        assert check_trail(host).break_ is None
    first, second = (datetime.fromisoformat(each.clock.partition("@")[0]) for each in started)
    assert datetime.fromisoformat("2021-09-17T08:00:00+07:00") == first < second
    # What is served for real goes by the real clock, and so does what is typed beside it.
    assert CliRunner().invoke(thidua, ["serve", "--port", str(free_port())]).exit_code == 0
    assert (started[2].clock, load({"THIDUA_DATA": str(tmp_path)}).clock) == ("", "")
