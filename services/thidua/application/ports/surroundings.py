"""What surrounds a use case besides the database: time, the workers' bell, passwords, files."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from thidua.domain.attachments import MediaType
from thidua.forms.rule_running import TellRule
from thidua.forms.rule_running import tell_nobody

__all__ = [
    "DRAIN_BELL",
    "JOBS_BELL",
    "Bell",
    "Clock",
    "EndedJudging",
    "Files",
    "OpenRuleFence",
    "Passwords",
    "Received",
    "Reception",
    "RuleFence",
    "Seals",
]


#: What the workers are told of: changes to take in, and background work to do.
DRAIN_BELL = "drain"
JOBS_BELL = "jobs"


class Clock(Protocol):
    """The product's time, which may be simulated."""

    def now(self) -> datetime:
        """Return the present instant, UTC."""
        ...

    def real_now(self) -> datetime:
        """Return the present instant of the world outside, UTC, for what is agreed with its machines."""
        ...

    def at(self, database_now: datetime) -> datetime:
        """Return the product's time for an instant the database's clock gave."""
        ...

    @property
    def is_simulated(self) -> bool:
        """Tell whether the time is not the real one."""
        ...


@dataclass(frozen=True, slots=True)
class EndedJudging:
    """A report whose rules took their process with them.

    ``rule_code`` is the rule that ran, empty where none did; ``frames`` are (file, line), newest first.
    """

    campaign_code: str
    form_code: str
    unit_code: str
    digest: str
    rule_code: str
    frames: tuple[tuple[str, int], ...]


class RuleFence(Protocol):
    """The second limit of a form's rules, for what no exception can stop."""

    def around(
        self, *, campaign_code: str, form_code: str, unit_code: str, digest: str
    ) -> AbstractContextManager[TellRule]:
        """End this process if the rules of one report do not come back, and remember whose they were.

        It is to be told of each rule before it runs.
        """
        ...

    def ended(self) -> Iterable[EndedJudging]:
        """Return the reports whose rules ended processes of this machine; each is forgotten once dealt with."""
        ...


class OpenRuleFence:
    """No fence: where somebody sits before the process and can end it."""

    def around(
        self,
        *,
        campaign_code: str,  # noqa: ARG002  the port's signature
        form_code: str,  # noqa: ARG002
        unit_code: str,  # noqa: ARG002
        digest: str,  # noqa: ARG002
    ) -> AbstractContextManager[TellRule]:
        """Do nothing."""
        return nullcontext(tell_nobody)

    def ended(self) -> Iterable[EndedJudging]:
        """Know of none."""
        return ()


class Bell(Protocol):
    """Tells the workers that there is work. Loses nothing but time when it fails."""

    def ring(self, what: str = DRAIN_BELL) -> None:
        """Return at once, whatever state the broker is in; never raise."""
        ...


class Passwords(Protocol):
    """Hashes and checks passwords, normalised; both take tenths of a second on purpose.

    Both raise BusyError where too many ask at once.
    """

    def hash(self, password: str) -> str:
        """Return the string to store."""
        ...

    def matches(self, password: str, password_hash: str) -> bool:
        """Check a password; an empty hash costs as much as a wrong password."""
        ...

    def is_outdated(self, password_hash: str) -> bool:
        """Tell whether a hash costs less, or more, than hashes are meant to now."""
        ...


class Seals(Protocol):
    """Encrypts secrets that have to be kept, by keys that the database does not hold."""

    def seal(self, text: str, about: str) -> str:
        """Encrypt a text; ``about`` says what it is for, and must be the same when it is opened."""
        ...

    def open(self, sealed: str, about: str) -> str:
        """Decrypt a text.

        Raises:
            BrokenSealError: it was sealed by another key, for something else, or has been changed.
        """
        ...

    def derived(self, about: str) -> bytes:
        """Return 32 bytes that nobody without the key can know, always the same for one text."""
        ...


class Files(Protocol):
    """Contents kept by their digest, for all processes of an installation."""

    def put(self, content: bytes) -> str:
        """Keep a content durably and return its SHA-256 hex; what is kept already stays.

        Raises:
            NoRoomError: it cannot be kept.
        """
        ...

    def get(self, digest: str) -> bytes:
        """Return a content, checked against its digest.

        Raises:
            DamagedFileError: it is not there or not what was stored.
        """
        ...


@dataclass(frozen=True, slots=True)
class Received:
    """A file as it will be kept: judged, pictures turned upright and without what cameras write."""

    content: bytes
    media_type: MediaType
    width: int | None = None
    height: int | None = None
    likeness: str | None = None


class Reception(Protocol):
    """Judges files by their content and takes out what nobody meant to send."""

    def receive(self, content: bytes) -> Received:
        """Judge and clean a file.

        Raises:
            UnwantedFileError: it is not taken; the message says why.
        """
        ...

    def thumbnail(self, content: bytes) -> bytes:
        """Make a small JPEG of a stored picture."""
        ...
