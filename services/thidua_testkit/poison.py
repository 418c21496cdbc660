"""A campaign some of whose reports make counting fail, each in a way of its own.

``installed_in`` makes a folder that, on ``PYTHONPATH``, is an installed plugin: real workers load it
as they load any. A report is bad by its number of leaflets, until the mark of the mend exists.
"""

from __future__ import annotations

import ctypes
import os
import re
import signal
import sys
from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace
from importlib.metadata import entry_points
from operator import attrgetter
from pathlib import Path

from thidua.plugin_host.discovery import CAMPAIGNS
from thidua.plugin_host.discovery import Found
from thidua.plugin_host.discovery import found_plugins
from thidua.plugin_host.registry import Registry
from thidua.plugin_host.registry import registry_of
from thidua_sdk import Campaign
from thidua_sdk import DutyState
from thidua_sdk import Evidence

__all__ = ["CODE", "ENDING", "KINDS", "MENDED", "catalogue", "installed_in", "made"]

CODE = "POISON-TEST"
#: Names the file whose existence mends everything.
MENDED = "THIDUA_TEST_POISON_MENDED"
_FIELD = "leaflets"
_NAME = "thidua-poison"
_TWO_GB = 2 * 1024**3


def _raise() -> None:
    raise ZeroDivisionError("a defect")


def _recurse() -> None:
    _recurse()


def _loop() -> None:
    while True:
        pass


def _search() -> None:
    # Holds the interpreter: no other thread runs, and no exception can be raised in this one.
    re.match(r"(a|aa)+$", "a" * 200 + "b")


def _allocate() -> None:
    bytearray(_TWO_GB)


def _exit() -> None:
    os._exit(3)


def _leave() -> None:
    sys.exit(3)


def _crash() -> None:
    ctypes.string_at(0)


def _be_killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


_ACTS: dict[str, Callable[[], None]] = {
    "raise": _raise,
    "loop": _loop,
    "allocate": _allocate,
    "exit": _exit,
    "segfault": _crash,
    "recursion": _recurse,
    "regex": _search,
    "sys.exit": _leave,
    "killed": _be_killed,
}
#: Kind of badness to the number of leaflets that marks it.
KINDS = {kind: 4301 + place for place, kind in enumerate(_ACTS)}
#: Kinds that take the process with them, one way or another.
ENDING = frozenset({"loop", "exit", "segfault", "regex", "killed"})
_BY_MARK = {mark: _ACTS[kind] for kind, mark in KINDS.items()}


@dataclass(frozen=True, slots=True)
class _Poisoned:
    """Judges as another rule does, but not what is marked."""

    rule: Evidence

    def judge(self, facts: Mapping[str, int]) -> DutyState:
        """Fail in the way that is marked, or judge."""
        act = _BY_MARK.get(facts.get(_FIELD, 0))
        if act is not None and not Path(os.environ.get(MENDED, "/nonexistent")).exists():
            act()
        return self.rule.judge(facts)


def made() -> Campaign:
    """Make the bad campaign of the earliest one that is installed."""
    entries = (entry for entry in entry_points(group=CAMPAIGNS) if entry.name != CODE)
    installed = (found.value for found in found_plugins(entries) if isinstance(found.value, Campaign))
    campaign = min(installed, key=attrgetter("year"))
    first, *others = campaign.duties
    return replace(campaign, code=CODE, duties=(replace(first, evidence=_Poisoned(first.evidence)), *others))


def catalogue() -> Registry:
    """Return the installed plugins and the bad one, for the process that asks."""
    return registry_of((*found_plugins(), Found.of(CAMPAIGNS, CODE, _NAME, "1", made())))


def installed_in(folder: Path) -> Path:
    """Make an installed plugin of this module in a folder to be put on ``PYTHONPATH``."""
    about = folder / f"{_NAME.replace('-', '_')}-1.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {_NAME}\nVersion: 1\n", encoding="utf-8")
    module = _NAME.replace("-", "_")
    (about / "entry_points.txt").write_text(f"[{CAMPAIGNS}]\n{CODE} = {module}:plugin\n", encoding="utf-8")
    (folder / f"{module}.py").write_text(f"from {__name__} import made\n\nplugin = made()\n", encoding="utf-8")
    return folder
