"""Plugins as the host knows them: which there are, and what is wrong with one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Fault", "FaultKind", "Plugin", "PluginGroup"]


class PluginGroup(StrEnum):
    """What a plugin brings, by the group of its entry point."""

    UNIT_TYPE = "thidua.unit_types"
    CAMPAIGN = "thidua.campaigns"


class FaultKind(StrEnum):
    """What sort of thing is wrong, for programs that read findings."""

    #: It could not be loaded.
    IMPORT = "import"
    #: It ended the process that tried it.
    CRASH = "crash"
    HANG = "hang"
    MEMORY = "memory"
    #: It did something on import besides making its value.
    PRINTED = "printed"
    PATCHED = "patched"
    LEFT_BEHIND = "left_behind"
    REACHED_OUT = "reached_out"
    #: It uses what is not its own, the contract's or the standard library's.
    FOREIGN = "foreign"
    TYPE = "type"
    API = "api"
    NAME = "name"
    DUPLICATE = "duplicate"
    REFERENCE = "reference"
    TEXT = "text"
    BOUNDS = "bounds"
    #: It needs another plugin that does not serve.
    NEEDS = "needs"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a plugin, in Vietnamese.

    ``place`` is an attribute path from the plugin's value (``forms[0].fields.items.label``), or
    ``package/file.py:12``; empty where the whole plugin is meant.
    """

    kind: FaultKind
    place: str
    wrong: str
    mend: str

    @property
    def sentence(self) -> str:
        """Where, what and how to mend it, as pages and commands show it."""
        where = f"{self.place}: " if self.place else ""
        return f"{where}{self.wrong.rstrip('.')}. Cách sửa: {self.mend.rstrip('.')}."


@dataclass(frozen=True, slots=True)
class Plugin:
    """One entry point as installed, and what was found wrong with it.

    ``digest`` names its files as they are: a mended plugin has another. ``took_ms`` is how long it
    took to try it and ``tried_at`` when (ISO 8601, UTC), both unknown where it was never tried apart.
    """

    group: PluginGroup
    code: str
    distribution: str
    version: str
    label: str = ""
    digest: str = ""
    faults: tuple[Fault, ...] = ()
    took_ms: int | None = None
    tried_at: str = ""

    @property
    def is_sound(self) -> bool:
        """Tell whether nothing is wrong with it."""
        return not self.faults

    @property
    def origin(self) -> str:
        """Name distribution and version."""
        return f"{self.distribution} {self.version}"

    @property
    def sentences(self) -> tuple[str, ...]:
        """What is wrong, a sentence each."""
        return tuple(fault.sentence for fault in self.faults)
