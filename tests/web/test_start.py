"""The web process as a server loads it: it rings once, and no broker can hold it up."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.patience import until
from thidua.adapters.broker import BELL_QUEUE
from thidua_testkit.broker import BrokerServer

LOADED = "import thidua.web.wsgi, os; print('loaded', flush=True); input(); os._exit(0)"


def start(tmp_path: Path, broker_url: str) -> subprocess.Popen[str]:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("THIDUA_")},
        "THIDUA_DATA": str(tmp_path),
        "THIDUA_BROKER_URL": broker_url,
    }
    return subprocess.Popen(
        [sys.executable, "-c", LOADED], env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )


def end(process: subprocess.Popen[str]) -> int:
    process.communicate("\n", timeout=120)
    return process.returncode


def loads(process: subprocess.Popen[str]) -> bool:
    assert process.stdout is not None
    return process.stdout.readline() == "loaded\n"


def test_a_web_process_starts_without_its_broker(tmp_path: Path) -> None:
    process = start(tmp_path, "redis+socket:///nonexistent/broker.sock")
    assert loads(process)
    assert end(process) == 0


@pytest.mark.broker
def test_a_web_process_starts_beside_a_frozen_broker(
    tmp_path: Path, broker_url: str, broker_server: BrokerServer
) -> None:
    broker_server.freeze()
    try:
        process = start(tmp_path, broker_url)
        assert loads(process)
        assert end(process) == 0
    finally:
        broker_server.thaw()


@pytest.mark.broker
def test_a_web_process_has_rung_before_anybody_asks_for_anything(
    tmp_path: Path, broker_url: str, broker_server: BrokerServer
) -> None:
    process = start(tmp_path, broker_url)
    assert loads(process)
    until(lambda: broker_server.ask(f"LLEN {BELL_QUEUE}") != ":0", "a ring")
    assert end(process) == 0
