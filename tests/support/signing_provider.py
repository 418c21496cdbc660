"""An identity provider of the tests' own making, within the process: it signs whatever a test wants it to.

It is carried by the transport that the adapter is given, so that all of the adapter runs; and everything
about it can be spoiled: documents, keys, tokens, answers.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import parse_qs
from urllib.parse import urlsplit

import httpx2
from joserfc import jwt
from joserfc.jwk import ECKey
from joserfc.jwk import OKPKey
from joserfc.jwk import RSAKey

from thidua.adapters.single_sign_on import OpenIdProvider
from thidua.application.ports.host import Host
from thidua.provider_settings import ProviderSettings

__all__ = ["CLIENT", "ISSUER", "RETURN", "SETTINGS", "SigningProvider", "Streamed", "key", "with_provider"]

ISSUER = "https://sso.example.vn/realms/tinh"
CLIENT = "thidua"
SETTINGS = ProviderSettings(
    issuer=ISSUER,
    client_id=CLIENT,
    client_secret="khoa~cua/chuong+trinh%20",
    label="tài khoản tỉnh",
    public_url="https://thidua.example.vn",
    strong=frozenset({"mfa"}),
)
RETURN = SETTINGS.return_address


@cache
def key(algorithm: str, name: str = "first") -> Any:
    """A pair of keys; made once in a process, for primes take their time."""
    about = {"kid": f"{name}-{algorithm}", "use": "sig", "alg": algorithm}
    if algorithm in {"RS256", "PS256"}:
        # Of a small one even the maker warns.
        with warnings.catch_warnings(action="ignore"):
            return RSAKey.generate_key(1024 if name == "small" else 2048, about)
    if algorithm == "ES256":
        return ECKey.generate_key("P-256", about)
    return OKPKey.generate_key("Ed25519", about)


class Streamed(httpx2.SyncByteStream):
    """A body that comes bit by bit."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts = parts
        self.taken = 0

    def __iter__(self) -> Iterator[bytes]:
        for part in self._parts:
            self.taken += len(part)
            yield part


class SigningProvider(httpx2.BaseTransport):
    """What stands at the other end. ``calls`` lists the paths that were asked for, in order."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.calls: list[str] = []
        self.keys = [key("RS256")]
        self.signs_by: Any = key("RS256")
        self.algorithm = "RS256"
        self.document: dict[str, Any] = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/auth",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys",
            "end_session_endpoint": f"{ISSUER}/logout",
            "code_challenge_methods_supported": ["plain", "S256"],
            "id_token_signing_alg_values_supported": ["RS256", "PS256", "ES256", "EdDSA", "HS256", "none"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "authorization_response_iss_parameter_supported": True,
        }
        #: Claims in place of the sound ones; None takes one out.
        self.claims: dict[str, Any] = {}
        self.header: dict[str, Any] = {}
        #: Whole answers in place of the sound ones, by the last part of the path.
        self.answers: dict[str, httpx2.Response | Exception] = {}
        self.token: str | None = None
        #: Of the answer that holds the token.
        self.status = 200
        self.subject = "can-bo-1"
        self.visits = 0
        #: What the browser was sent with, by the code that it brings back.
        self.asked: dict[str, dict[str, str]] = {}
        self.redeemed: list[dict[str, str]] = []

    def visit(self, address: str) -> dict[str, str]:
        """Be the browser at the provider: sign in there and return what it brings back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = f"code-{self.visits}"
        self.visits += 1
        self.asked[code] = asked
        return {"state": asked["state"], "code": code, "iss": ISSUER}

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        self.calls.append(request.url.path)
        place = request.url.path.rpartition("/")[2]
        if place in self.answers:
            answer = self.answers[place]
            if isinstance(answer, Exception):
                raise answer
            return answer
        if place == "openid-configuration":
            return httpx2.Response(200, json=self.document)
        if place == "keys":
            return httpx2.Response(200, json={"keys": [each.as_dict(private=False) for each in self.keys]})
        request.read()
        return self._redeem(request)

    def _redeem(self, request: httpx2.Request) -> httpx2.Response:
        sent = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        sent["authorization"] = request.headers.get("Authorization", "")
        self.redeemed.append(sent)
        # Once, as the standard has it.
        asked = self.asked.pop(sent["code"], None)
        if asked is None:
            return httpx2.Response(400, json={"error": "invalid_grant", "error_description": "<script>\r\nforged line"})
        token = self.token if self.token is not None else self.signed(asked["nonce"])
        return httpx2.Response(
            self.status, json={"access_token": "access-of-the-provider", "token_type": "Bearer", "id_token": token}
        )

    def signed(self, nonce: str) -> str:
        """Sign a token with what the test has changed about it."""
        now = int(self._now().timestamp())
        claims: dict[str, Any] = {
            "iss": ISSUER,
            "sub": self.subject,
            "aud": CLIENT,
            "exp": now + 300,
            "iat": now,
            "auth_time": now,
            "nonce": nonce,
        }
        claims = {name: value for name, value in (claims | self.claims).items() if value is not None}
        header = {"alg": self.algorithm, "kid": self.signs_by.kid} | self.header
        return jwt.encode(header, claims, self.signs_by, algorithms=[self.algorithm])


def with_provider(host: Host, **rules: Any) -> tuple[Host, SigningProvider]:
    """Give a host a provider, and rules of signing in."""
    provider = SigningProvider(host.clock.real_now)
    adapter = OpenIdProvider(SETTINGS, transport=provider)
    changed = replace(host.sign_in_rules, strong_methods=SETTINGS.strong, **rules)
    return replace(host, provider=adapter, sign_in_rules=changed), provider
