"""The supervisor with small programs in place of ours: what it promises about any of them."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.patience import until

SLEEPER = "import time; time.sleep(600)"
#: A server that forks, as gunicorn and Celery's pool do.
FORKING = """
import os, time
from thidua.supervisor.orphans import die_with_parent
parent = os.getpid()
if os.fork() == 0:
    die_with_parent(parent)
time.sleep(600)
"""
#: Answers every request on the socket it is given with what a file says.
SITE = """
import socket, sys, time
listener = socket.socket(fileno=int(sys.argv[1]))
while True:
    connection, _ = listener.accept()
    connection.recv(4096)
    open(sys.argv[3], "ab").write(b"!")
    connection.sendall(b"HTTP/1.0 200 OK\\r\\n\\r\\n" + open(sys.argv[2], "rb").read())
    connection.close()
"""


def python(source: str, *arguments: str) -> list[str]:
    return [sys.executable, "-c", source, *arguments]


class Tree:
    """A running supervisor over a spec."""

    def __init__(self, folder: Path, children: list[dict[str, Any]], **spec: Any) -> None:
        self.log = folder / "log"
        self.answer = folder / "answer.json"
        self.answer.write_text('{"worked_s_ago": 0}')
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.mark = f"tree-{os.getpid()}-{time.monotonic_ns()}"
        file = folder / "spec.json"
        file.write_text(
            json.dumps(
                {
                    "children": children,
                    "log": str(self.log),
                    "log_bytes": 100_000,
                    "lock_fd": -1,
                    "listen_fd": self.listener.fileno(),
                    "host": "127.0.0.1",
                    "port": self.listener.getsockname()[1],
                    "alive_path": "/",
                    "ready_path": "/",
                    "started": ["it answers"],
                    # Marks the whole family, so that the dead can be counted too.
                    "environment": {"TREE_MARK": self.mark},
                    "probe_interval_s": 0.1,
                    **spec,
                }
            )
        )
        self.process = subprocess.Popen(
            [sys.executable, "-m", "thidua.supervisor", str(file)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            pass_fds=(self.listener.fileno(),),
        )
        self.said: list[str] = []

    def family(self) -> set[int]:
        found = set()
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                environment = (folder / "environ").read_bytes()
                state = (folder / "stat").read_text().rpartition(") ")[2][0]
            except OSError:
                continue
            if f"TREE_MARK={self.mark}".encode() in environment and state != "Z":
                found.add(int(folder.name))
        return found

    def finish(self) -> int:
        """Wait for the end, and return the exit code."""
        output, _ = self.process.communicate(timeout=60)
        self.said = output.splitlines()
        return self.process.returncode

    def close(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=60)
        self.listener.close()


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Callable[..., Tree]]:
    running: list[Tree] = []

    def start(*children: dict[str, Any], **spec: Any) -> Tree:
        running.append(Tree(tmp_path, list(children), **spec))
        return running[-1]

    yield start
    for each in running:
        each.close()


def child(name: str, command: list[str], **more: Any) -> dict[str, Any]:
    return {"name": name, "command": command, **more}


def site(tmp_path: Path) -> dict[str, Any]:
    return child(
        "web", [*python(SITE), "{listen_fd}", str(tmp_path / "answer.json"), str(tmp_path / "asked")], is_essential=True
    )


def test_a_killed_supervisor_leaves_no_orphan_not_even_forked_ones(tree: Callable[..., Tree]) -> None:
    running = tree(child("web", python(FORKING)), child("worker", python(SLEEPER)))
    until(lambda: len(running.family()) == 3)
    running.process.kill()
    until(lambda: not running.family())


def test_it_ends_everything_when_told_to_stop(tree: Callable[..., Tree]) -> None:
    running = tree(child("web", python(FORKING)), child("broker", python(SLEEPER), ends_last=True))
    until(lambda: len(running.family()) == 3)
    running.process.send_signal(signal.SIGINT)
    assert running.finish() == 0
    assert running.said[-1] == "Đã dừng. / Stopped."
    assert not running.family()


def test_a_program_that_will_not_end_is_killed_after_its_time(tree: Callable[..., Tree]) -> None:
    stubborn = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
    )
    running = tree(child("worker", python(stubborn), stop_s=0.3))
    until(lambda: running.log.exists() and "up" in running.log.read_text())
    running.process.terminate()
    assert running.finish() == 0
    assert not running.family()


def test_what_dies_is_started_again_with_all_it_forked(tree: Callable[..., Tree]) -> None:
    running = tree(child("web", python(FORKING)))
    until(lambda: len(running.family()) == 2)
    before = running.family()
    os.kill(min(before), signal.SIGKILL)
    until(lambda: len(running.family()) == 2 and not before & running.family())


def test_the_start_message_comes_when_the_page_answers(tree: Callable[..., Tree], tmp_path: Path) -> None:
    running = tree(site(tmp_path))
    assert running.process.stdout is not None
    assert running.process.stdout.readline() == "it answers\n"


def test_an_essential_program_that_cannot_start_ends_the_start_with_its_own_words(
    tree: Callable[..., Tree],
) -> None:
    running = tree(child("web", python("raise SystemExit('no database')"), is_essential=True))
    assert running.finish() == 1
    assert "giving up" in running.said[-2]
    assert running.said[-1].strip() == "no database"


def test_a_program_that_is_not_there_is_told_of(tree: Callable[..., Tree]) -> None:
    running = tree(child("web", ["/nonexistent/program"], is_essential=True))
    assert running.finish() == 1
    assert any("No such file" in line for line in running.said)


def test_a_deaf_worker_is_replaced(tree: Callable[..., Tree], tmp_path: Path) -> None:
    running = tree(site(tmp_path), child("worker", python(SLEEPER)), deaf_after_s=0.5)
    until(lambda: len(running.family()) == 2)
    before = running.family()
    running.answer.write_text('{"worked_s_ago": 61.0}')
    until(lambda: len(running.family()) == 2 and running.family() != before)
    assert "worker không làm việc gì" in running.log.read_text()


def test_a_worker_that_works_is_left_alone(tree: Callable[..., Tree], tmp_path: Path) -> None:
    running = tree(site(tmp_path), child("worker", python(SLEEPER)), deaf_after_s=0.2)
    until(lambda: len(running.family()) == 2)
    before = running.family()
    asked = tmp_path / "asked"
    asked.unlink(missing_ok=True)
    until(lambda: asked.exists() and asked.stat().st_size >= 10)
    assert running.family() == before


def test_a_site_that_stopped_answering_is_replaced(tree: Callable[..., Tree], tmp_path: Path) -> None:
    # Long enough for a site that is only slow.
    running = tree(site(tmp_path), mute_after_s=3)
    assert running.process.stdout is not None
    assert running.process.stdout.readline() == "it answers\n"
    (before,) = running.family()
    os.kill(before, signal.SIGSTOP)
    until(lambda: running.family() not in ({before}, set()))


def test_state_without_worth_is_moved_aside_when_it_keeps_a_program_from_starting(
    tree: Callable[..., Tree], tmp_path: Path
) -> None:
    state = tmp_path / "state"
    state.mkdir()
    (state / "broken").touch()
    picky = f"import os, time; os.listdir({str(state)!r}) and exit('broken'); time.sleep(600)"
    running = tree(child("broker", python(picky), discard=str(state)))
    until(lambda: (tmp_path / "state.bad" / "broken").exists() and len(running.family()) == 1)


def test_the_log_is_bounded_and_keeps_the_newest_lines(tree: Callable[..., Tree]) -> None:
    talker = "import time\nfor n in range(20000): print('line', n)\nprint('the end', flush=True); time.sleep(600)"
    running = tree(child("worker", python(talker)))
    until(lambda: "the end" in said_in(running.log))
    kept = sum(path.stat().st_size for path in running.log.parent.glob("log*"))
    assert kept <= 100_000


def said_in(log: Path) -> str:
    try:
        return log.read_text()
    except FileNotFoundError:
        return ""  # just put aside for a new one


def test_a_closed_output_does_not_keep_the_loop_busy(tree: Callable[..., Tree]) -> None:
    silent = "import os, time; os.close(1); os.close(2); time.sleep(600)"
    running = tree(child("worker", python(silent)))
    until(lambda: len(running.family()) == 1)
    time.sleep(0.5)
    before = cpu_s(running.process.pid)
    time.sleep(1)
    assert cpu_s(running.process.pid) - before < 0.3


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
