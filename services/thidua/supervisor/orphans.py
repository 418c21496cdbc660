"""Ties a process's life to its parent's, so that ``kill -9`` of a parent leaves no orphan."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

__all__ = ["die_with_parent"]

_PR_SET_PDEATHSIG = 1

# Looked up at import: between fork and exec nothing may be loaded any more. Elsewhere than on
# Linux the parent's orderly stop has to do.
_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


def die_with_parent(parent: int) -> None:
    """Ask the kernel to kill this process when its parent ends, however it ends.

    Call it in the child, between fork and exec, or first thing after a fork. It outlives ``exec``
    and is not inherited by further forks. The kernel watches the *thread* that forked, so fork
    from threads that last.

    Args:
        parent: the process id of the parent as it was before the fork.
    """
    if _prctl is None:
        return
    _prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != parent:  # it died before the request was made
        os.kill(os.getpid(), signal.SIGKILL)
