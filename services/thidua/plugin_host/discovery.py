"""Read entry points; nothing here judges what a plugin says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from importlib.metadata import entry_points

__all__ = ["CAMPAIGNS", "UNIT_TYPES", "Found", "found_plugins"]

UNIT_TYPES = "thidua.unit_types"
CAMPAIGNS = "thidua.campaigns"


@dataclass(frozen=True, slots=True)
class Found:
    """An entry point as installed: what it loaded, or the reason it could not."""

    group: str
    name: str
    distribution: str
    version: str
    value: object | None
    failure: str = ""


def found_plugins(entries: Iterable[EntryPoint] | None = None) -> tuple[Found, ...]:
    """Load every entry point of the two groups, by group then name.

    A plugin that fails to import is reported, not raised: others must still serve.
    """
    if entries is None:
        entries = (*entry_points(group=UNIT_TYPES), *entry_points(group=CAMPAIGNS))
    return tuple(_load(entry) for entry in sorted(entries, key=lambda entry: (entry.group, entry.name)))


def _load(entry: EntryPoint) -> Found:
    distribution = entry.dist.name if entry.dist else "?"
    version = entry.dist.version if entry.dist else "?"
    try:
        value = entry.load()
    except (Exception, SystemExit) as failure:  # noqa: BLE001  the outermost edge towards code that is not ours
        reason = f"không nạp được: {type(failure).__name__}: {failure}"
        return Found(entry.group, entry.name, distribution, version, None, reason)
    return Found(entry.group, entry.name, distribution, version, value)
