"""Seals on secrets that are kept in the database, by keys that are not."""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from thidua.domain.errors import BrokenSealError

__all__ = ["AesSeals"]

_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_SALT: Final = b"thidua"


class AesSeals:
    """Fulfils ``application.ports.surroundings.Seals``: AES-256-GCM, keys by HKDF-SHA-256 from the signing key."""

    def __init__(self, secret_key: str, fallbacks: Sequence[str] = ()) -> None:
        self._secret_key = secret_key
        self._ciphers = [AESGCM(_derived(each, b"seal")) for each in (secret_key, *fallbacks)]

    def seal(self, text: str, about: str) -> str:
        """Encrypt a text; ``about`` says what it is for, and must be the same when it is opened."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = nonce + self._ciphers[0].encrypt(nonce, text.encode(), about.encode())
        return base64.urlsafe_b64encode(sealed).decode()

    def open(self, sealed: str, about: str) -> str:
        """Decrypt a text, sealed by the present key or a former one.

        Raises:
            BrokenSealError: it was sealed by another key, for something else, or has been changed.
        """
        try:
            raw = base64.urlsafe_b64decode(sealed.encode("ascii"))
        except (UnicodeEncodeError, binascii.Error):
            raw = b""
        for cipher in self._ciphers if len(raw) > _NONCE_BYTES else ():
            try:
                return cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], about.encode()).decode()
            except InvalidTag:
                continue
        raise BrokenSealError("Không mở được dữ liệu đã mã hóa.", subject=about)

    def derived(self, about: str) -> bytes:
        """Return 32 bytes that nobody without the present key can know, always the same for one text."""
        return _derived(self._secret_key, b"derived:" + about.encode())


def _derived(secret_key: str, info: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=_KEY_BYTES, salt=_SALT, info=info).derive(secret_key.encode())
