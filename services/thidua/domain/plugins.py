"""Plugins as the host knows them: which there are, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

__all__ = [
    "TROUBLE_LABELS",
    "UNITS_THAT_HOLD",
    "Fault",
    "FaultKind",
    "FormHold",
    "Plugin",
    "PluginGroup",
    "RuleFault",
    "RuleTrouble",
    "TroubleKind",
]

#: As many units in whose reports a rule did not end stop the form for all: one may have an odd report.
UNITS_THAT_HOLD = 3


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


class TroubleKind(StrEnum):
    """How a rule failed while it judged a report."""

    RAISED = "raised"
    #: It did not end in time.
    HUNG = "hung"
    #: It answered something that rules do not answer.
    NONSENSE = "nonsense"


TROUBLE_LABELS: Mapping[TroubleKind, str] = {
    TroubleKind.RAISED: "báo lỗi khi chạy",
    TroubleKind.HUNG: "chạy quá thời gian cho phép",
    TroubleKind.NONSENSE: "trả lời không đúng dạng",
}


@dataclass(frozen=True, slots=True)
class RuleFault:
    """A rule that failed; ``place`` is its line, with nothing of the report."""

    campaign_code: str
    form_code: str
    rule_code: str
    kind: TroubleKind
    place: str


@dataclass(frozen=True, slots=True)
class RuleTrouble:
    """How often a rule failed on one unit's reports; ``digest`` names the plugins as they were."""

    fault: RuleFault
    unit_code: str
    digest: str
    times: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class FormHold:
    """A form of a campaign that takes no reports, because a rule of it did not end for several units.

    It holds for the plugins of ``digest`` only: mended ones are judged anew.
    """

    campaign_code: str
    form_code: str
    digest: str
    fault: RuleFault
    since: datetime
