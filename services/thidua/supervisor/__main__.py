"""The supervisor's loop: ``python -m thidua.supervisor <spec.json>``.

One thread, one loop: signals, the children's output, the answers of the site and the passing of
time all come in at one place, so nothing has to be locked.
"""

from __future__ import annotations

import os
import selectors
import signal
import sys
import time

from thidua.supervisor.child import Child
from thidua.supervisor.logs import LogFile
from thidua.supervisor.probe import Probe
from thidua.supervisor.spec import Spec
from thidua.supervisor.spec import read_spec

__all__ = ["Supervisor", "main"]

_TICK_S = 0.25
#: While it starts, a person is waiting.
_STARTING_TICK_S = 0.05
_READY_SOCKET_S = 5.0
#: Failed starts in a row after which somebody has to be told; sooner while a person is waiting. A
#: change that ends whoever counts it does so six times before it is set aside: that is no such case.
_HOPELESS_AFTER = 8
_HOPELESS_START_AFTER = 3
_HOPELESS_PAUSE_S = 60.0
#: A machine that slept makes every worker look deaf for one sweep.
_DEAF_ANSWERS = 3


class Supervisor:
    """Runs the tree of one spec until it is told to stop."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._log = LogFile(spec.log, most_bytes=spec.log_bytes)
        environment = os.environ | spec.environment
        self._children = [
            Child(child, listen_fd=spec.listen_fd, environment=dict(environment)) for child in spec.children
        ]
        self._selector = selectors.DefaultSelector()
        self._probe: Probe | None = None
        self._probed_at = 0.0
        self._answered_at = time.monotonic()
        self._has_answered = False
        self._deaf_answers = 0
        self._told_hopeless: set[str] = set()
        self._stop_signals = 0

    def run(self) -> int:
        """Return the exit code: 0 when it was told to stop, 1 when it gave up."""
        wakeup, wakeup_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(wakeup_write)
        self._selector.register(wakeup, selectors.EVENT_READ, wakeup)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number is not signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:  # nohup
                signal.signal(number, self._note_stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # only to wake the loop
        gave_up = False
        started_at = time.monotonic()
        while not self._is_stopping() and not gave_up:
            self._wait(_TICK_S if self._has_answered else _STARTING_TICK_S)
            self._reap_all()
            gave_up = self._give_up()
            if not gave_up and not self._is_stopping():
                self._start_due(started_at)
                self._watch()
        self._stop_all()
        for folder in self._spec.remove:
            _remove(folder)
        if not gave_up:
            _say("Đã dừng. / Stopped.")
        return 1 if gave_up else 0

    def _is_stopping(self) -> bool:
        return self._stop_signals > 0

    # --- what comes in ---

    def _note_stop(self, *_: object) -> None:
        self._stop_signals += 1

    def _wait(self, timeout_s: float) -> None:
        for key, _ in self._selector.select(timeout_s):
            if isinstance(key.data, Child):
                self._forward(key.data)
            elif isinstance(key.data, Probe):
                self._hear(key.data)
            else:
                os.read(key.data, 4096)

    def _forward(self, child: Child) -> None:
        lines = child.read()
        if lines is None:
            self._selector.unregister(child.output)
        for line in lines or ():
            self._log.write(child.spec.name, line)

    def _reap(self, child: Child) -> int | None:
        """Return the exit code of a child that ran and has ended."""
        if not child.is_running:
            return None
        output = child.output
        code = child.reap(self._log.write)
        if code is not None and output in self._selector.get_map():
            self._selector.unregister(output)
        return code

    def _reap_all(self) -> None:
        for child in self._children:
            code = self._reap(child)
            if code is not None and not self._is_stopping():
                how = f"tín hiệu {-code}" if code < 0 else f"mã {code}"
                self._note(f"{child.spec.name} đã dừng ({how}), sẽ chạy lại.")

    # --- what has to run ---

    def _start_due(self, started_at: float) -> None:
        now = time.monotonic()
        for child in self._children:
            socket = child.spec.ready_socket
            if not child.is_running and now >= child.start_at:
                if socket and os.path.exists(socket):  # noqa: PTH110  pathlib costs a megabyte
                    os.unlink(socket)  # noqa: PTH108  left by one that was killed
                if child.start():
                    self._selector.register(child.output, selectors.EVENT_READ, child)
            # Whatever comes behind waits for what it needs, but not for ever: it can do without.
            if socket and not os.path.exists(socket) and now - started_at < _READY_SOCKET_S:  # noqa: PTH110
                return

    def _give_up(self) -> bool:
        for child in self._children:
            name = child.spec.name
            is_hopeless = child.failures >= (_HOPELESS_AFTER if self._has_answered else _HOPELESS_START_AFTER)
            if not is_hopeless or child.is_running:
                continue
            if child.spec.discard and name not in self._told_hopeless:
                self._told_hopeless.add(name)
                self._note(f"{name} không chạy được với {child.spec.discard}; bỏ thư mục ấy đi và thử lại.")
                _remove(f"{child.spec.discard}.bad")
                os.replace(child.spec.discard, f"{child.spec.discard}.bad")  # noqa: PTH105
                os.mkdir(child.spec.discard, 0o700)  # noqa: PTH102
                child.failures = 0
                continue
            if child.spec.is_essential and not self._has_answered:
                _say(f"{name} không chạy được, xin thôi. / {name} cannot be started, giving up. {self._spec.log}")
                for line in child.last_lines:
                    _say(f"  {line}")
                return True
            child.start_at = max(child.start_at, child.started_at + _HOPELESS_PAUSE_S)
            if f"{name}!" not in self._told_hopeless:
                self._told_hopeless.add(f"{name}!")
                self._note(f"{name} cứ chạy là dừng; mỗi phút thử lại một lần, xem {self._spec.log}.")
        return False

    # --- whether it works ---

    def _watch(self) -> None:
        now = time.monotonic()
        interval_s = self._spec.probe_interval_s if self._has_answered else _STARTING_TICK_S
        if self._probe is None and self._spec.listen_fd >= 0 and now - self._probed_at >= interval_s:
            self._probed_at = now
            path = self._spec.ready_path if self._has_answered else self._spec.alive_path
            try:
                self._probe = Probe(self._spec.host, self._spec.port, path)
            except OSError:
                return
            self._selector.register(self._probe, selectors.EVENT_READ, self._probe)
        elif self._probe is not None and now - self._probed_at > max(interval_s, 20.0):
            self._drop_probe()
        web = self._child(self._spec.web)
        # One that was started again has its own time to answer: silence is not inherited.
        silent_s = now - max(self._answered_at, web.started_at) if web else 0.0
        if self._has_answered and silent_s > self._spec.mute_after_s:
            self._answered_at = now
            self._drop_probe()
            self._replace(self._spec.web, f"không trả lời đã {self._spec.mute_after_s:.0f} giây")

    def _hear(self, probe: Probe) -> None:
        try:
            answer = probe.go_on()
        except OSError:
            self._drop_probe()
            return
        if answer is None:
            return
        self._drop_probe()
        self._answered_at = time.monotonic()
        if not self._has_answered:
            self._has_answered = answer.status == 200  # noqa: PLR2004
            if self._has_answered:
                for line in self._spec.started:
                    _say(line)
            return
        self._judge_worker(answer.body)

    def _drop_probe(self) -> None:
        if self._probe is not None:
            self._selector.unregister(self._probe)
            self._probe.close()
            self._probe = None

    def _judge_worker(self, body: dict[str, object]) -> None:
        """Replace a worker that runs and hears nothing: judged by its work, never by its process."""
        worker = self._child(self._spec.worker)
        if worker is None or not worker.is_running or "worked_s_ago" not in body:
            return
        silent_s = body["worked_s_ago"]
        limit_s = self._spec.deaf_after_s
        is_silent = silent_s is None or (isinstance(silent_s, int | float) and silent_s > limit_s)
        self._deaf_answers = self._deaf_answers + 1 if is_silent and worker.age_s > limit_s else 0
        if self._deaf_answers >= _DEAF_ANSWERS:
            self._deaf_answers = 0
            self._replace(self._spec.worker, f"không làm việc gì đã quá {limit_s:.0f} giây")

    def _replace(self, name: str, why: str) -> None:
        child = self._child(name)
        if child is not None and child.is_running:
            self._note(f"{name} {why}, thay bằng tiến trình mới.")
            # Killed: one that hears nothing does not hear a polite request either.
            child.signal(signal.SIGKILL)

    def _child(self, name: str) -> Child | None:
        return next((child for child in self._children if child.spec.name == name), None)

    # --- the end ---

    def _stop_all(self) -> None:
        self._drop_probe()
        first = [child for child in self._children if not child.spec.ends_last]
        last = [child for child in self._children if child.spec.ends_last]
        for children in (first, last):
            for child in children:
                child.signal(signal.SIGTERM, to_leader=True)
            self._until_ended(children)

    def _until_ended(self, children: list[Child]) -> None:
        began_at = time.monotonic()
        asked = self._stop_signals
        while any(child.is_running for child in children):
            for child in children:
                # Asked twice to stop means: now.
                if time.monotonic() - began_at > child.spec.stop_s or self._stop_signals > max(asked, 1):
                    child.signal(signal.SIGKILL)
            self._wait(_STARTING_TICK_S)
            for child in children:
                self._reap(child)

    def _note(self, sentence: str) -> None:
        self._log.write("thidua", sentence)
        _say(sentence)


def _remove(folder: str) -> None:
    """Remove a folder and all in it as far as possible; shutil would cost a megabyte."""
    for path, folders, files in os.walk(folder, topdown=False):
        try:
            for name in files:
                os.unlink(os.path.join(path, name))  # noqa: PTH108, PTH118
            for name in folders:
                os.rmdir(os.path.join(path, name))  # noqa: PTH106, PTH118
            os.rmdir(path)  # noqa: PTH106
        except OSError:
            return


def _say(line: str) -> None:
    """Print for the person at the terminal, who may have closed it."""
    try:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
    except (OSError, ValueError):
        return


def main() -> int:
    """Run the spec named on the command line."""
    spec = read_spec(sys.argv[1])
    os.unlink(sys.argv[1])  # noqa: PTH108  read; nothing of this start is left for the next
    for descriptor in (spec.lock_fd, spec.listen_fd):
        if descriptor >= 0:
            os.set_inheritable(descriptor, False)  # noqa: FBT003  takes no keyword
    return Supervisor(spec).run()


if __name__ == "__main__":
    sys.exit(main())
