"""Hashes cost what they should, no more than two at once, and are renewed when the cost changes."""

from __future__ import annotations

import re
import threading

import pytest

from tests.support.patience import PATIENCE_S
from thidua.adapters.passwords import Argon2Passwords
from thidua.domain.errors import BusyError


def test_hashes_cost_at_least_what_owasp_asks_for() -> None:
    """Password Storage Cheat Sheet, argon2id: 19 MiB and 2 passes with one lane, or more of one."""
    made = re.fullmatch(r"\$argon2id\$v=19\$m=(\d+),t=(\d+),p=1\$[^$]{22,}\$[^$]{43}", Argon2Passwords().hash("x"))
    assert made
    assert int(made[1]) >= 19 * 1024
    assert int(made[2]) >= 2


def test_a_hash_of_other_parameters_is_good_and_outdated() -> None:
    before, now = Argon2Passwords(memory_kib=8 * 1024, passes=1), Argon2Passwords()
    made = before.hash("ba con vịt bơi")
    assert now.matches("ba con vịt bơi", made)
    assert now.is_outdated(made)
    assert not now.is_outdated(now.hash("ba con vịt bơi"))


def test_nothing_matches_an_account_without_a_password() -> None:
    passwords = Argon2Passwords()
    for typed in ("", "nobody", "x"):
        assert not passwords.matches(typed, "")
    assert not passwords.matches("x", "no hash at all")


def test_two_hashes_at_once_and_the_third_waits_for_a_while_only(monkeypatch: pytest.MonkeyPatch) -> None:
    passwords = Argon2Passwords(longest_wait_s=0.05)
    under_way, may_end = threading.Semaphore(0), threading.Event()
    real = passwords._hasher

    class Slow:
        def hash(self, password: str) -> str:
            under_way.release()
            assert may_end.wait(PATIENCE_S)
            return real.hash(password)

    monkeypatch.setattr(passwords, "_hasher", Slow())
    threads = [threading.Thread(target=passwords.hash, args=("x",)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert under_way.acquire(timeout=PATIENCE_S)
    with pytest.raises(BusyError, match="nửa phút"):
        passwords.hash("x")
    with pytest.raises(BusyError):
        passwords.matches("x", "")
    may_end.set()
    for thread in threads:
        thread.join(20)
    assert passwords.hash("x").startswith("$argon2id$")
