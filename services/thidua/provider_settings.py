"""How the installation's identity provider is set, and what is refused about it before anything starts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from thidua.domain.errors import InvalidConfigurationError
from thidua.secret_keys import ENVIRONMENT
from thidua.secret_keys import read_secret
from thidua.secret_keys import refusal

__all__ = ["CLIENT_SECRET", "PROVIDER_KEYS", "RETURN_PATH", "ProviderSettings", "is_safe_address", "read_provider"]

CLIENT_SECRET: Final = "THIDUA_OIDC_CLIENT_SECRET"  # noqa: S105  the variable's name
#: What ``config`` may hold of it.
PROVIDER_KEYS: Final = ("oidc_issuer", "oidc_client_id", "oidc_label", "oidc_strong", "public_url")
#: Where the provider sends people back to, under the public address.
RETURN_PATH: Final = "/sign-in/provider/back"

_VISIBLE: Final = re.compile(r"[!-~]+", re.ASCII)
_LONGEST_LABEL: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSettings:
    """The provider and how we are known there.

    ``strong`` are words of ``acr`` and ``amr`` by which the provider says that a second factor was shown.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    label: str
    public_url: str
    strong: frozenset[str] = frozenset()

    @property
    def return_address(self) -> str:
        """Where people come back to, letter by letter as the provider must know it."""
        return self.public_url + RETURN_PATH


def read_provider(
    given: Mapping[str, str], texts: Mapping[str, str], *, takes_passwords: bool
) -> ProviderSettings | None:
    """Return the provider's settings, None if there is no provider.

    Args:
        given: the environment.
        texts: the values of :data:`PROVIDER_KEYS`.
        takes_passwords: whether people may sign in by passwords.

    Raises:
        InvalidConfigurationError: something is missing or unsafe.
    """
    secret = read_secret(given, CLIENT_SECRET)
    public_url = texts["public_url"].rstrip("/")
    if public_url and not (is_safe_address(public_url) and urlsplit(public_url).path == ""):
        raise _wrong("public_url", "phải là địa chỉ https:// của trang này, không có đường dẫn phía sau")
    issuer = texts["oidc_issuer"]
    if not issuer:
        if not takes_passwords:
            raise _wrong(
                "passwords", "không tắt mật khẩu được khi chưa có cổng đăng nhập một lần; hãy đặt THIDUA_OIDC_ISSUER"
            )
        if secret or texts["oidc_client_id"]:
            raise _wrong("oidc_issuer", "chưa đặt, mà đã đặt mã hoặc khóa của chương trình ở cổng đăng nhập")
        return None
    _require_sound(issuer, texts["oidc_client_id"], secret, public_url)
    label = texts["oidc_label"]
    if not (label and label.isprintable() and len(label) <= _LONGEST_LABEL):
        raise _wrong("oidc_label", f"phải có chữ, dài nhất {_LONGEST_LABEL} ký tự")
    return ProviderSettings(
        issuer=issuer,
        client_id=texts["oidc_client_id"],
        client_secret=secret,
        label=label,
        public_url=public_url,
        strong=frozenset(texts["oidc_strong"].split()),
    )


def _require_sound(issuer: str, client_id: str, secret: str, public_url: str) -> None:
    # Over plain http anybody on the way could say who somebody is.
    if not is_safe_address(issuer):
        raise _wrong("oidc_issuer", "phải là địa chỉ https:// (http:// chỉ được với chính máy này)")
    if not _VISIBLE.fullmatch(client_id):
        raise _wrong("oidc_client_id", "phải đặt, chỉ gồm chữ không dấu, chữ số và dấu, không có dấu cách")
    if not public_url:
        raise _wrong("public_url", "phải đặt khi có cổng đăng nhập, để cổng biết đưa người dùng về đâu")
    if not secret:
        raise refusal(ENVIRONMENT, CLIENT_SECRET, f"phải đặt khi có cổng đăng nhập (hoặc {CLIENT_SECRET}_FILE)")
    if not _VISIBLE.fullmatch(secret):
        # It travels in a header that takes nothing else.
        raise refusal(ENVIRONMENT, CLIENT_SECRET, "chỉ được gồm chữ không dấu, chữ số và dấu, không có dấu cách")


def is_safe_address(address: str) -> bool:
    """Tell whether an address is https, or http on this very machine; without user, query and fragment."""
    if not _VISIBLE.fullmatch(address) or "\\" in address:
        return False
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or parts.query or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_this_machine(host))


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _wrong(key: str, reason: str) -> InvalidConfigurationError:
    return refusal(ENVIRONMENT, f"THIDUA_{key.upper()}", reason)
