"""What an identity provider vouches for: who somebody is there, and when and how that was shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

__all__ = ["Vouched", "is_subject"]

#: OpenID Connect Core, section 2: at most 255 ASCII characters; blanks and controls would not be seen.
_SUBJECT: Final = re.compile(r"[!-~]{1,255}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Vouched:
    """A person as the provider knows him.

    Attributes:
        issuer: which provider.
        subject: the person there; never used again for another.
        signed_in_at: when the person last showed the provider who it is, None if it does not say.
        methods: what it was shown by, in the provider's words (``acr``, ``amr``).
    """

    issuer: str
    subject: str
    signed_in_at: datetime | None = None
    methods: frozenset[str] = frozenset()


def is_subject(text: str) -> bool:
    """Tell whether a text can name a person at a provider."""
    return _SUBJECT.fullmatch(text) is not None
