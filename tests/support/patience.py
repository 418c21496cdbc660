"""How long tests wait for what must come: so long that only what never comes is missed.

A wait ends when its event is there, so patience costs nothing while all is well; a machine under load,
or one core of an old one, may take many times as long as ours.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

#: Seconds.
PATIENCE_S: Final = 240.0


def until(holds: Callable[[], object], what: str = "what was awaited", *, every_s: float = 0.02) -> None:
    """Look again and again, until it is so."""
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, f"it never came: {what}"
        time.sleep(every_s)
