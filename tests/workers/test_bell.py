"""The bell: whatever state the broker is in, ringing costs nothing and harms nobody."""

from __future__ import annotations

import json
import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.patience import PATIENCE_S
from tests.support.patience import until
from thidua.adapters.broker import BELL_EXPIRES_S
from thidua.adapters.broker import BELL_QUEUE
from thidua.adapters.broker import BELL_TASK
from thidua.adapters.broker import BrokerAddress
from thidua.adapters.broker import CeleryBell
from thidua.adapters.broker import SilentBell
from thidua.application.ports.surroundings import Bell
from thidua_testkit.broker import BrokerServer

NOWHERE = BrokerAddress("redis+socket:///nonexistent/broker.sock")
#: Who asks a frozen broker waits as long; a ring that took less, on however slow a machine, did not ask.
WAITS_FOR_A_BROKER_S = 3.0


class Publisher:
    """Counts what is published, and notes by whom; fails while told to."""

    def __init__(self) -> None:
        self.count = 0
        self.fails = False
        self.threads: set[int] = set()

    def __call__(self) -> None:
        self.count += 1
        self.threads.add(threading.get_ident())
        if self.fails:
            raise ConnectionError("nobody there")


@pytest.fixture
def bell_over() -> Iterator[Callable[..., CeleryBell]]:
    bells: list[CeleryBell] = []

    def make(address: BrokerAddress = NOWHERE, **options: object) -> CeleryBell:
        bells.append(CeleryBell(address, **options))  # type: ignore[arg-type]  # passed on as given
        return bells[-1]

    yield make
    for bell in bells:
        bell.close()


def ringing(bell: Bell, holds: Callable[[], bool]) -> Callable[[], bool]:
    """Ring before each look."""

    def look() -> bool:
        bell.ring()
        return holds()

    return look


def slowest_ring_s(bell: Bell, rings: int) -> float:
    slowest = 0.0
    for _ in range(rings):
        began = time.perf_counter()
        bell.ring()
        slowest = max(slowest, time.perf_counter() - began)
    return slowest


def test_a_ring_is_published_and_not_by_who_rings(bell_over: Callable[..., CeleryBell]) -> None:
    publish = Publisher()
    bell_over(publish=publish).ring()
    until(lambda: publish.threads)
    assert publish.count == 1
    assert threading.get_ident() not in publish.threads


def test_a_publish_that_never_ends_holds_up_no_ring(bell_over: Callable[..., CeleryBell]) -> None:
    began, may_end = threading.Event(), threading.Event()

    def publish() -> None:
        began.set()
        may_end.wait()

    bell = bell_over(publish=publish)
    try:
        bell.ring()
        assert began.wait(PATIENCE_S)
        for _ in range(100):
            bell.ring()
    finally:
        may_end.set()


def test_many_rings_become_few_messages_and_the_last_is_never_lost(bell_over: Callable[..., CeleryBell]) -> None:
    publish = Publisher()
    bell = bell_over(publish=publish)
    began = time.monotonic()
    for _ in range(1000):
        bell.ring()
    before_last = publish.count
    bell.ring()
    until(lambda: publish.count > before_last)
    assert publish.count <= 2 + (time.monotonic() - began) / 0.05


def test_nothing_is_started_before_the_first_ring() -> None:
    before = threading.active_count()
    CeleryBell(NOWHERE)
    assert threading.active_count() == before


def test_after_a_failure_it_keeps_quiet_and_then_tries_again(bell_over: Callable[..., CeleryBell]) -> None:
    publish = Publisher()
    publish.fails = True
    bell = bell_over(publish=publish, quiet_s=0.4)
    began = time.monotonic()
    bell.ring()
    until(lambda: publish.count == 1)
    for _ in range(10):
        bell.ring()
        time.sleep(0.01)
    # One, unless the machine took so long that another was due.
    assert publish.count <= 1 + (time.monotonic() - began) / 0.4
    publish.fails = False
    failed = publish.count
    until(lambda: publish.count > failed)


def test_an_outage_is_told_once_and_its_end_once(
    bell_over: Callable[..., CeleryBell], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="thidua.adapters.broker")
    publish = Publisher()
    publish.fails = True
    bell = bell_over(publish=publish, quiet_s=0.02)
    while publish.count < 5:
        bell.ring()
        time.sleep(0.005)
    publish.fails = False
    failed = publish.count
    until(ringing(bell, lambda: publish.count > failed))
    bell.close()
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]


def test_a_forked_process_has_a_thread_of_its_own(bell_over: Callable[..., CeleryBell], tmp_path: Path) -> None:
    bell = bell_over(publish=lambda: tmp_path.joinpath(str(os.getpid())).touch())
    bell.ring()
    until((tmp_path / str(os.getpid())).exists)
    child = os.fork()
    if child == 0:
        bell.ring()
        time.sleep(30)
        os._exit(0)
    try:
        until((tmp_path / str(child)).exists)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def test_a_process_that_cannot_start_a_thread_still_serves(
    bell_over: Callable[..., CeleryBell], monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_more_threads(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", no_more_threads)
    bell_over(publish=Publisher()).ring()


def test_without_a_broker_in_the_settings_ringing_does_nothing() -> None:
    before = threading.active_count()
    CeleryBell(BrokerAddress("")).ring()
    SilentBell().ring()
    assert threading.active_count() == before


def test_a_broker_that_is_not_there_holds_up_nobody(bell_over: Callable[..., CeleryBell]) -> None:
    assert slowest_ring_s(bell_over(), 200) < WAITS_FOR_A_BROKER_S


@pytest.mark.broker
class TestWithABroker:
    """Over the real transport."""

    def test_the_message_names_the_task_expires_and_carries_nothing(
        self, bell_over: Callable[..., CeleryBell], broker_url: str, broker_server: BrokerServer
    ) -> None:
        bell_over(BrokerAddress(broker_url)).ring()
        until(lambda: broker_server.ask(f"LLEN {BELL_QUEUE}") == ":1")
        message = json.loads(broker_server.ask(f"LPOP {BELL_QUEUE}").split("\r\n", 1)[1])
        headers = message["headers"]
        assert headers["task"] == BELL_TASK
        assert (headers["argsrepr"], headers["kwargsrepr"]) == ("()", "{}")
        assert headers["expires"]
        assert headers["ignore_result"] is True
        assert BELL_EXPIRES_S <= 60

    def test_rings_that_nobody_hears_fill_no_queue(
        self, bell_over: Callable[..., CeleryBell], broker_url: str, broker_server: BrokerServer
    ) -> None:
        bell = bell_over(BrokerAddress(broker_url), gap_s=0.001)
        assert slowest_ring_s(bell, 1000) < WAITS_FOR_A_BROKER_S
        until(ringing(bell, lambda: broker_server.ask(f"LLEN {BELL_QUEUE}") == ":4"))
        for _ in range(100):
            bell.ring()
            time.sleep(0.005)
        assert broker_server.ask(f"LLEN {BELL_QUEUE}") == ":4"
        broker_server.ask(f"LTRIM {BELL_QUEUE} 0 0")
        until(ringing(bell, lambda: broker_server.ask(f"LLEN {BELL_QUEUE}") != ":1"))

    def test_a_killed_broker_holds_up_nobody_and_hears_again_when_it_is_back(
        self, bell_over: Callable[..., CeleryBell], broker_url: str, broker_server: BrokerServer
    ) -> None:
        bell = bell_over(BrokerAddress(broker_url), quiet_s=0.3)
        bell.ring()
        until(lambda: broker_server.ask(f"LLEN {BELL_QUEUE}") == ":1")
        broker_server.kill()
        try:
            assert slowest_ring_s(bell, 100) < WAITS_FOR_A_BROKER_S
            time.sleep(0.5)
        finally:
            broker_server.start()
        broker_server.ask("FLUSHALL")
        until(ringing(bell, lambda: broker_server.ask(f"LLEN {BELL_QUEUE}") != ":0"))

    @pytest.mark.parametrize("is_connected", [True, False])
    def test_a_frozen_broker_holds_up_nobody_and_hears_again_when_it_wakes(
        self,
        bell_over: Callable[..., CeleryBell],
        broker_url: str,
        broker_server: BrokerServer,
        caplog: pytest.LogCaptureFixture,
        *,
        is_connected: bool,
    ) -> None:
        bell = bell_over(BrokerAddress(broker_url), quiet_s=0.3)
        if is_connected:
            bell.ring()
            until(lambda: broker_server.ask(f"LLEN {BELL_QUEUE}") == ":1")
        broker_server.freeze()
        try:
            assert slowest_ring_s(bell, 100) < WAITS_FOR_A_BROKER_S
            # Its thread gives up by itself: a publish without limits would still hang.
            until(lambda: "does not answer" in caplog.text)
            assert slowest_ring_s(bell, 100) < WAITS_FOR_A_BROKER_S
        finally:
            broker_server.thaw()
        broker_server.ask("FLUSHALL")
        until(ringing(bell, lambda: broker_server.ask(f"LLEN {BELL_QUEUE}") != ":0"))
