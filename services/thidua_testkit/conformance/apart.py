"""Work with a plugin's code in a process of its own, which may be ended when it holds still."""

from __future__ import annotations

import json
import os
import select
import signal
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from typing import Final

from thidua.forms.rule_running import RULES_LIMIT_S

__all__ = ["STILL_S", "Outcome", "apart"]

#: The host stops what runs Python after its limit; what has not gone on for so long holds the interpreter itself.
STILL_S: Final = 5 * RULES_LIMIT_S
_CHUNK: Final = 65536


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of the work.

    Attributes:
        answer: what it returned, as JSON gives it back; None where it was ended.
        held: the number of the step that it began last and never finished, None where it came to an end.
    """

    answer: Any
    held: int | None = None


def apart(work: Callable[[Callable[[int], None]], object], *, still_s: float = STILL_S) -> Outcome:
    """Run something in a copy of this process.

    Args:
        work: is given a function to tell which step begins, and returns what JSON can hold.
        still_s: how long one step may take.

    Raises:
        RuntimeError: the work raised, or ended the process; the message says how.
    """
    ours, theirs = os.pipe()
    with warnings.catch_warnings():
        # Other threads do not come along; nothing of the copy waits for one.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        _work_and_end(work, theirs)
    os.close(theirs)
    try:
        said, is_whole = _listen(ours, still_s)
    finally:
        os.close(ours)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    *steps, last = said.decode().split("\n")
    if not is_whole:
        return Outcome(None, int(steps[-1]) if steps else 0)
    told = json.loads(last) if last.startswith("{") else {"failed": "it ended the process that ran it"}
    if "failed" in told:
        raise RuntimeError(told["failed"])
    return Outcome(told["answer"])


def _listen(pipe: int, still_s: float) -> tuple[bytes, bool]:
    """Read until the other side has said all, or holds still."""
    said = b""
    while select.select([pipe], [], [], still_s)[0]:
        chunk = os.read(pipe, _CHUNK)
        if not chunk:
            return said, True
        # Of the steps only the last counts.
        said = (said + chunk)[-_CHUNK:] if b"{" not in said + chunk else said + chunk
    return said, False


def _work_and_end(work: Callable[[Callable[[int], None]], object], pipe: int) -> None:
    """Do the work and end this copy, whatever happens: nothing that follows in the original may run twice."""
    try:
        answer = work(lambda step: _write(pipe, f"{step}\n"))
        _write(pipe, json.dumps({"answer": answer}))
    except BaseException as failure:  # noqa: BLE001  the outermost edge of a process
        _write(pipe, json.dumps({"failed": f"{type(failure).__name__}: {failure}"}))
    finally:
        os._exit(0)


def _write(pipe: int, text: str) -> None:
    left = text.encode()
    while left:
        left = left[os.write(pipe, left) :]
