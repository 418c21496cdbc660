"""Strangers cannot fill the trail: what is written in a minute is bounded, and the rest is counted."""

from __future__ import annotations

from thidua.application.ports.refusals import RefusalGate


class Watch:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_a_network_has_its_share_of_a_minute_and_the_rest_is_told_once() -> None:
    watch = Watch()
    gate = RefusalGate(each=3, together=100, clock=watch)
    assert [gate.admit("192.0.2.1") for _ in range(5)] == [True, True, True, False, False]
    assert gate.admit("192.0.2.2")
    assert gate.left_out() == {}
    watch.seconds += 60
    assert gate.left_out() == {"192.0.2.1": 2}
    assert gate.left_out() == {}
    assert gate.admit("192.0.2.1")


def test_all_networks_together_have_a_share_too() -> None:
    gate = RefusalGate(each=3, together=10, clock=Watch())
    assert sum(gate.admit(f"192.0.2.{number}") for number in range(200)) == 10


def test_what_is_remembered_and_told_is_bounded() -> None:
    watch = Watch()
    gate = RefusalGate(each=3, together=10, most_known=50, clock=watch)
    for number in range(10_000):
        gate.admit(f"10.0.{number // 250}.{number % 250}")
    assert len(gate._seen) <= 51
    assert len(gate._left_out) <= 51
    watch.seconds += 60
    told = gate.left_out()
    assert len(told) <= 4
    assert sum(told.values()) == 10_000 - 10
