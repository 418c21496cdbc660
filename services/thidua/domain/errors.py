"""Everything that can be refused, as one tree.

The web maps each leaf once to a status, a problem document and a page; the command line maps
them to an exit code. ``message`` is a whole Vietnamese sentence for the person who asked,
``subject`` names the thing at fault (a code, a file, a key), and never holds personal data.
"""

from __future__ import annotations

from collections.abc import Sequence

from thidua_sdk import Finding

__all__ = [
    "BrokenSealError",
    "BusyError",
    "ConfirmationNeededError",
    "ConflictError",
    "DamagedFileError",
    "DamagedPinError",
    "InvalidConfigurationError",
    "InvalidPayloadError",
    "KeyReusedError",
    "MalformedRequestError",
    "NoRoomError",
    "NotAllowedError",
    "NotConfirmedError",
    "NotFoundError",
    "NotSignedInError",
    "PluginError",
    "QuarantinedError",
    "RuleBrokenError",
    "StaleVersionError",
    "StoppedYearError",
    "ThiduaError",
    "TooLargeError",
    "TooManyTriesError",
    "UnavailableError",
    "UnknownSchemaError",
    "UnsoundPasswordError",
    "UnwantedFileError",
]


class ThiduaError(Exception):
    """Root of the tree."""

    def __init__(self, message: str, *, subject: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.subject = subject


class NotSignedInError(ThiduaError):
    """Nobody is signed in, or the session or token is no longer good."""


class NotConfirmedError(ThiduaError):
    """The person has not shown for a while who it is, and this asks for it."""


class TooManyTriesError(ThiduaError):
    """Names, passwords or codes were tried too often; the message says when to go on."""

    def __init__(self, message: str, *, subject: str = "", retry_after_s: int = 1) -> None:
        super().__init__(message, subject=subject)
        self.retry_after_s = retry_after_s


class NotAllowedError(ThiduaError):
    """The person may not do this."""


class NotFoundError(ThiduaError):
    """There is no such thing, or it is not for this person to know."""


class ConflictError(ThiduaError):
    """The thing is not in a state that allows this."""


class UnsoundPasswordError(ConflictError):
    """A new password is too short, too long or easy to guess; the message says which."""


class StaleVersionError(ConflictError):
    """The sender named the version it had seen, and the thing has moved on since."""


class MalformedRequestError(ThiduaError):
    """The request cannot be read at all."""


class KeyReusedError(ThiduaError):
    """An idempotency key came back with another payload."""


class TooLargeError(ThiduaError):
    """What is asked for is too much to be done while somebody waits; the message says how else."""


class InvalidPayloadError(ThiduaError):
    """The report has errors; ``findings`` lists all of them, warnings too."""

    def __init__(self, message: str, findings: Sequence[Finding], *, subject: str = "") -> None:
        super().__init__(message, subject=subject)
        self.findings = tuple(findings)


class ConfirmationNeededError(InvalidPayloadError):
    """The report has warnings only, and nobody has confirmed them yet."""


class RuleBrokenError(InvalidPayloadError):
    """A rule of a plugin failed, so that the report cannot be judged: not its sender's fault."""


class InvalidConfigurationError(ThiduaError):
    """A configuration file or variable is wrong; ``subject`` names file and key."""


class PluginError(ThiduaError):
    """A plugin cannot be used; ``subject`` names plugin and distribution."""


class QuarantinedError(ThiduaError):
    """The plugin that brings a campaign is in quarantine: what is kept stays, and nothing new is taken."""


class StoppedYearError(QuarantinedError):
    """An opened campaign is read by its pin alone: its plugin is gone, or is no longer what was pinned."""


class DamagedPinError(QuarantinedError):
    """What was pinned of a campaign cannot be read back; ``subject`` is the campaign."""


class UnknownSchemaError(ThiduaError):
    """The database has a schema this release does not know."""


class UnavailableError(ThiduaError):
    """The database does not answer; trying again later may help."""


class BrokenSealError(ThiduaError):
    """A stored secret cannot be opened with the keys at hand; ``subject`` says what it is for."""


class BusyError(UnavailableError):
    """Too many ask for the same costly thing at once; the message says so."""


class UnwantedFileError(ThiduaError):
    """A file is not of a kind, size or soundness that is taken; the message says why."""


class NoRoomError(ThiduaError):
    """The file store is full or cannot be written; ``subject`` names the folder."""


class DamagedFileError(ThiduaError):
    """A stored file is gone or no longer what was stored; ``subject`` is its digest."""
