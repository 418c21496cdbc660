"""Second factors: codes from a clock and a seed, and codes on paper for when the phone is gone."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta
from typing import Final

import pyotp

__all__ = ["RECOVERY_CODES", "SignInRules", "matching_step", "new_recovery_codes", "recovery_digest", "setup_address"]

RECOVERY_CODES: Final = 10
#: Of 32 letters each: 120 bits, for which a plain digest is enough.
_RECOVERY_LETTERS: Final = 24
_ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_STEP_S: Final = 30
#: A phone's clock may be off by a step.
_STEPS_AROUND: Final = (0, -1, 1)
_CODE = re.compile(r"[0-9]{6}", re.ASCII)
_BLANKS = re.compile(r"[\s-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInRules:
    """What an installation asks of people who sign in.

    Attributes:
        idle: how long a session may be left alone.
        longest: how long a session lasts at most.
        needs_second_factor: whether the roles that call for one are of no use without it.
        takes_passwords: whether anybody signs in by a password.
        strong_methods: the provider's words for a second factor that was shown there.
    """

    idle: timedelta = timedelta(minutes=30)
    longest: timedelta = timedelta(hours=12)
    needs_second_factor: bool = False
    takes_passwords: bool = True
    strong_methods: frozenset[str] = frozenset()


def setup_address(seed: str, *, name: str, issuer: str) -> str:
    """Return what a phone reads from the square: the seed (base32) with the names to show."""
    return pyotp.TOTP(seed, interval=_STEP_S).provisioning_uri(name=name, issuer_name=issuer)


def matching_step(seed: str, code: str, now: datetime) -> int | None:
    """Return the 30 s step that a code belongs to, of the present and the two around it; None if of none.

    Args:
        seed: base32.
        code: as typed; blanks are ignored.
        now: the telephone's time, never a simulated one.
    """
    typed = _BLANKS.sub("", code)
    if not _CODE.fullmatch(typed):
        return None
    clock = pyotp.TOTP(seed, interval=_STEP_S)
    present = int(now.timestamp()) // _STEP_S
    for around in _STEPS_AROUND:
        if secrets.compare_digest(clock.generate_otp(present + around), typed):
            return present + around
    return None


def new_recovery_codes() -> tuple[str, ...]:
    """Make recovery codes, in groups of four letters."""
    made = ("".join(secrets.choice(_ALPHABET) for _ in range(_RECOVERY_LETTERS)) for _ in range(RECOVERY_CODES))
    return tuple("-".join(code[place : place + 4] for place in range(0, _RECOVERY_LETTERS, 4)) for code in made)


def recovery_digest(account_id: int, code: str) -> str | None:
    """Return what is stored of a recovery code, however it is typed; None if it cannot be one."""
    bare = _BLANKS.sub("", code).upper()
    if len(bare) != _RECOVERY_LETTERS or not set(bare) <= set(_ALPHABET):
        return None
    return hashlib.sha256(f"{account_id}:{bare}".encode()).hexdigest()
