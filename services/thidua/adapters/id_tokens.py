"""ID tokens, judged: joserfc checks the signature, authlib the claims, and what both let pass is checked here.

A token is what anybody may have written until the signature is the provider's; and what the provider writes
is checked for whom, when and upon which request it was written.
"""

from __future__ import annotations

import binascii
import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from datetime import datetime
from typing import Any
from typing import Final

from authlib.common.errors import AuthlibBaseError
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import ClaimError
from joserfc.errors import JoseError
from joserfc.jwk import Key
from joserfc.jwk import KeySet
from joserfc.jwk import RSAKey
from joserfc.jws import JWSRegistry

from thidua.domain.single_sign_on import Vouched
from thidua.domain.single_sign_on import is_subject

__all__ = ["ALGORITHMS", "LONGEST_TOKEN", "Expected", "UnsoundTokenError", "judged", "key_name", "usable_keys"]

#: Signatures by keys of which the provider alone holds the secret half.
ALGORITHMS: Final = ("RS256", "PS256", "ES256", "EdDSA", "Ed25519")
LONGEST_TOKEN: Final = 16 * 1024
_SMALLEST_RSA_BITS: Final = 2048
#: Clocks may differ by this much, and a token may have been on its way for so long.
_LEEWAY_S: Final = 60
_OLDEST_S: Final = 600
#: Beyond every moment that a calendar has a name for.
_LATEST_S: Final = 2**37
_MOST_WORDS: Final = 20
_LONGEST_WORD: Final = 100


class UnsoundTokenError(Exception):
    """A token is no good; ``reason`` is a word of ours."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token has to say."""

    issuer: str
    client_id: str
    nonce: str
    access_token: str


def judged(token: str, keys: KeySet, algorithms: Sequence[str], expected: Expected, now: datetime) -> Vouched:
    """Judge a token, its signature first, and return what it vouches for.

    Raises:
        UnsoundTokenError: it is no good.
    """
    allowed = list(algorithms)
    registry = JWSRegistry(algorithms=allowed, strict_check_header=False)
    try:
        signed = jwt.decode(token, keys, algorithms=allowed, registry=registry)
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise UnsoundTokenError("signature") from None
    claims = CodeIDToken(
        signed.claims,
        signed.header,
        {
            "iss": {"essential": True, "value": expected.issuer},
            "aud": {"essential": True, "value": expected.client_id},
            "nonce": {"essential": True, "value": expected.nonce},
        },
        {"nonce": expected.nonce, "client_id": expected.client_id, "access_token": expected.access_token},
    )
    seconds = now.timestamp()
    _require_moments(claims, seconds)
    try:
        claims.validate(now=int(seconds), leeway=_LEEWAY_S)
    except (JoseError, AuthlibBaseError) as error:
        raise UnsoundTokenError(_claim_of(error)) from None
    except (ValueError, TypeError, AttributeError):
        raise UnsoundTokenError("claims") from None
    _require_audience(claims, expected.client_id)
    if not isinstance(claims.get("sub"), str) or not is_subject(claims["sub"]):
        raise UnsoundTokenError("sub")
    shown_at = claims.get("auth_time")
    return Vouched(
        expected.issuer,
        claims["sub"],
        None if shown_at is None else datetime.fromtimestamp(shown_at, UTC),
        _words(claims),
    )


def usable_keys(listed: Sequence[object]) -> KeySet:
    """Return those of the listed keys that may judge signatures; what cannot be read is left out."""
    usable = []
    for key in listed:
        if not (isinstance(key, dict) and key.get("kty") in {"RSA", "EC", "OKP"} and key.get("use", "sig") == "sig"):
            continue
        try:
            read = KeySet.import_key_set({"keys": [key]}).keys
        except (JoseError, ValueError, TypeError, KeyError, AttributeError, binascii.Error):
            continue
        usable += [each for each in read if not _is_small(each)]
    return KeySet(usable)


def _claim_of(error: Exception) -> str:
    """Name the claim at fault by our own words."""
    claim = error.claim if isinstance(error, ClaimError) else ""
    return claim if claim in CodeIDToken.REGISTERED_CLAIMS else "claims"


def _require_moments(claims: Mapping[str, Any], now: float) -> None:
    """Refuse moments that are none: texts, truths, and numbers to which nothing compares."""
    for name in ("exp", "iat", "nbf", "auth_time"):
        value = claims.get(name)
        if value is None and name in {"nbf", "auth_time"}:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < _LATEST_S:
            raise UnsoundTokenError(name)
        if name != "exp" and value > now + _LEEWAY_S:
            raise UnsoundTokenError(name)
    if claims["iat"] < now - _OLDEST_S:
        raise UnsoundTokenError("iat")


def _require_audience(claims: Mapping[str, Any], client_id: str) -> None:
    """Refuse what was written for others as well, unless it says that it was given to us."""
    audience = claims["aud"]
    listed = audience if isinstance(audience, list) else [audience]
    if not all(isinstance(each, str) for each in listed) or client_id not in listed:
        raise UnsoundTokenError("aud")
    if len(listed) > 1 and claims.get("azp") != client_id:
        raise UnsoundTokenError("azp")


def _words(claims: Mapping[str, Any]) -> frozenset[str]:
    said = [claims.get("acr"), *(claims.get("amr") or [])][:_MOST_WORDS]
    return frozenset(each for each in said if isinstance(each, str) and len(each) <= _LONGEST_WORD)


def key_name(token: str) -> str | None:
    """Return which key a token says to be signed by; only to know whether to look for newer ones."""
    try:
        header = json.loads(urlsafe_b64decode(token.partition(".")[0] + "=="))
    except (ValueError, RecursionError):
        return None
    found = header.get("kid") if isinstance(header, dict) else None
    return found if isinstance(found, str) else None


def _is_small(key: Key) -> bool:
    return isinstance(key, RSAKey) and key.raw_value.key_size < _SMALLEST_RSA_BITS
