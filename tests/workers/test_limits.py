"""What lasts too long ends its process, with a traceback; what is renewed in time never does."""

from __future__ import annotations

import subprocess
import sys

import pytest

BEGIN = """
import os, re, sys, threading, time
from thidua_workers.limits import Guard, limit_memory
"""
#: Holds the interpreter: no other thread of Python's runs meanwhile.
HANG = "re.match(r'(a|aa)+$', 'a' * 200 + 'b')"


def run(source: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", BEGIN + source], capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.parametrize("hang", [HANG, "threading.Event().wait()"])
def test_a_hang_in_a_thread_ends_the_process_and_says_where(hang: str) -> None:
    ended = run(f"""
def counts():
    with Guard(0.5):
        {hang}
thread = threading.Thread(target=counts)
thread.start()
thread.join()
print("it goes on")
""")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "Timeout" in ended.stderr
    assert "in counts" in ended.stderr


def test_what_is_renewed_in_time_and_what_is_over_end_nothing() -> None:
    went_on = run("""
with Guard(4.0) as guard:
    for _ in range(3):
        time.sleep(1.5)
        guard.renew()
with Guard(0.2):
    pass
time.sleep(0.5)
print("it went on")
""")
    assert (went_on.returncode, went_on.stdout) == (0, "it went on\n"), went_on.stderr


@pytest.mark.parametrize("outer", [True, False])
def test_of_several_guards_the_earliest_holds(outer: bool) -> None:  # noqa: FBT001
    ended = run(f"""
with Guard({0.5 if outer else 600}):
    with Guard({600 if outer else 0.5}):
        {HANG}
""")
    assert ended.returncode == 1
    assert "Timeout" in ended.stderr


def test_an_inner_guard_leaves_the_outer_as_it_was() -> None:
    ended = run(f"""
with Guard(1.0):
    with Guard(0.5):
        pass
    {HANG}
""")
    assert (ended.returncode, "Timeout" in ended.stderr) == (1, True)


def test_a_child_that_forks_off_under_guard_is_free_and_has_guards_of_its_own() -> None:
    went_on = run(f"""
guard = Guard(4.0).__enter__()
child = os.fork()
if child == 0:
    time.sleep(4.2)
    child = os.fork()
    if child == 0:
        with Guard(0.3):
            {HANG}
    os._exit(10 + os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
while not os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT):
    time.sleep(0.1)
    guard.renew()
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
""")
    assert (went_on.returncode, went_on.stdout) == (0, "11\n"), went_on.stderr


def test_what_is_allocated_without_end_is_refused_to_the_thread_that_asks() -> None:
    went_on = run("""
limit_memory(1024**3)
def counts():
    try:
        bytearray(2 * 1024**3)
    except MemoryError:
        print("refused")
thread = threading.Thread(target=counts)
thread.start()
thread.join()
print("it went on")
""")
    assert went_on.stdout.split("\n") == ["refused", "it went on", ""], went_on.stderr
