"""The identity provider over HTTP: authlib speaks the protocol, httpx2 carries.

Nothing the provider says is believed before it is judged, and nothing it says is written down: not in logs,
not in pages. Every call has its time and size, goes where the provider's own document says, and follows no
redirect. Certificates are judged by what the machine trusts.
"""

from __future__ import annotations

import json
import logging
import math
import ssl
import threading
import time
from base64 import b64encode
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from typing import Final
from typing import cast
from urllib.parse import quote_plus
from urllib.parse import urlencode
from urllib.parse import urlsplit

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from joserfc.jwk import KeySet

from thidua.adapters.id_tokens import ALGORITHMS
from thidua.adapters.id_tokens import LONGEST_TOKEN
from thidua.adapters.id_tokens import Expected
from thidua.adapters.id_tokens import UnsoundTokenError
from thidua.adapters.id_tokens import judged
from thidua.adapters.id_tokens import key_name
from thidua.adapters.id_tokens import usable_keys
from thidua.domain.errors import BusyError
from thidua.domain.errors import NotSignedInError
from thidua.domain.errors import UnavailableError
from thidua.domain.single_sign_on import Vouched
from thidua.provider_settings import ProviderSettings
from thidua.provider_settings import is_safe_address

__all__ = ["OpenIdProvider"]

_log = logging.getLogger(__name__)

_LARGEST: Final = 256 * 1024
_MOST_KEYS: Final = 50
#: A call in all, and each wait within it.
_TIME_S: Final = 8.0
_TIMEOUT: Final = httpx2.Timeout(5.0, connect=3.0)
#: Threads that may wait for the provider at once; the others go on serving pages.
_AT_ONCE: Final = 4
_KEPT_S: Final = 3600.0
#: A provider that did not answer is left alone for this long.
_LEFT_ALONE_S: Final = 5.0
#: Keys are fetched before their time for a name that is not known, this seldom.
_KEYS_AGAIN_S: Final = 60.0

_NO_ANSWER: Final = "Cổng đăng nhập một lần đang không trả lời. Xin thử lại sau ít phút."
_NO_GOOD: Final = "Không nhận được xác nhận hợp lệ từ cổng đăng nhập. Xin bắt đầu đăng nhập lại từ đầu."


@dataclass(frozen=True, slots=True)
class _Metadata:
    """What is used of the provider's document."""

    authorization: str
    token: str
    keys: str
    leaving: str
    algorithms: tuple[str, ...]
    says_issuer: bool
    by_post: bool


class _Bounded(httpx2.BaseTransport):
    """Carries requests, and cuts off what is too large, too slow or packed."""

    def __init__(self, inner: httpx2.BaseTransport, clock: Callable[[], float]) -> None:
        self._inner = inner
        self._clock = clock

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        until = self._clock() + _TIME_S
        request.headers["Accept-Encoding"] = "identity"
        response = self._inner.handle_request(request)
        try:
            if response.status_code // 100 == 3:  # noqa: PLR2004  wherever it leads
                raise httpx2.RemoteProtocolError("redirects", request=request)
            if response.headers.get("Content-Encoding", "identity") != "identity":
                raise httpx2.DecodingError("is packed", request=request)
            body = bytearray()
            for part in cast("httpx2.SyncByteStream", response.stream):
                body += part
                if len(body) > _LARGEST:
                    raise httpx2.RemoteProtocolError("is too large", request=request)
                if self._clock() > until:
                    raise httpx2.ReadTimeout("is too slow", request=request)
        finally:
            response.close()
        headers = [(name, value) for name, value in response.headers.multi_items() if name != "transfer-encoding"]
        return httpx2.Response(response.status_code, headers=headers, content=bytes(body), request=request)

    def close(self) -> None:
        self._inner.close()


class OpenIdProvider:
    """The port ``Provider``; one for all threads of a process. Connects at first use."""

    def __init__(
        self,
        settings: ProviderSettings,
        *,
        transport: httpx2.BaseTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._transport = transport
        self._clock = clock
        self._lock = threading.Lock()
        self._slots = threading.BoundedSemaphore(_AT_ONCE)
        self._metadata: tuple[float, _Metadata] | None = None
        self._keys: tuple[float, KeySet] | None = None
        self._failed_at = -math.inf

    @property
    def issuer(self) -> str:
        """Its name in everything it signs."""
        return self._settings.issuer

    @property
    def label(self) -> str:
        """Its name on buttons."""
        return self._settings.label

    def address(self, *, state: str, nonce: str, verifier: str, again: bool) -> str:
        """Return where the browser goes; ``again``: the person shall show anew who it is."""
        metadata = self._announced()
        more: dict[str, str] = {"prompt": "login", "max_age": "0"} if again else {}
        with self._client(metadata) as client:
            address, _ = client.create_authorization_url(
                metadata.authorization, state=state, code_verifier=verifier, nonce=nonce, **more
            )
        return str(address)

    def redeem(self, *, code: str, verifier: str, nonce: str, issuer: str | None, now: datetime) -> Vouched:
        """Exchange a code for what the provider vouches for."""
        metadata = self._announced()
        # RFC 9207: whoever mixes up providers cannot make this one say it was the sender.
        if (issuer is None and metadata.says_issuer) or issuer not in {None, self.issuer}:
            raise _refused("iss")
        with self._slot(), self._client(metadata) as client:
            try:
                answer: Any = client.fetch_token(
                    metadata.token, grant_type="authorization_code", code=code, code_verifier=verifier
                )
            except AuthlibBaseError:
                raise _refused("code") from None
            except (httpx2.HTTPError, httpx2.InvalidURL) as error:
                raise self._unavailable("token", error) from None
            except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
                raise _refused("token") from None
        if not isinstance(answer, dict) or not isinstance(answer.get("id_token"), str):
            raise _refused("token")
        token, access = answer["id_token"], answer.get("access_token")
        if len(token) > LONGEST_TOKEN:
            raise _refused("size")
        expected = Expected(self.issuer, self._settings.client_id, nonce, access if isinstance(access, str) else "")
        try:
            return judged(token, self._keys_for(token, metadata), metadata.algorithms, expected, now)
        except UnsoundTokenError as unsound:
            raise _refused(unsound.reason) from None

    def leaving_address(self) -> str:
        """Return where people end their session at the provider, empty if that is not known; asks nobody."""
        kept = self._metadata
        if kept is None or not kept[1].leaving:
            return ""
        back = {"client_id": self._settings.client_id}
        return f"{kept[1].leaving}{'&' if urlsplit(kept[1].leaving).query else '?'}{urlencode(back)}"

    def check(self) -> None:
        """Ask anew for what the provider announces, its keys too; raises where people could not sign in."""
        with self._lock:
            self._metadata, self._failed_at = None, -math.inf
        self._fetched_keys(self._announced())

    # --- keys

    def _keys_for(self, token: str, metadata: _Metadata) -> KeySet:
        """Return the provider's keys, fetched anew for a name that is not known, seldom."""
        keys = self._fetched_keys(metadata)
        named = key_name(token)
        is_known = named is None or named in {key.kid for key in keys.keys}
        return keys if is_known else self._fetched_keys(metadata, again=True)

    def _fetched_keys(self, metadata: _Metadata, *, again: bool = False) -> KeySet:
        with self._lock:
            kept = self._keys
        if kept is not None and self._clock() - kept[0] < (_KEYS_AGAIN_S if again else _KEPT_S):
            return kept[1]
        document = self._fetched(metadata.keys, "keys")
        listed = document.get("keys")
        if not isinstance(listed, list) or len(listed) > _MOST_KEYS:
            raise self._unavailable("keys", "no list")
        keys = usable_keys(listed)
        if not keys.keys:
            raise self._unavailable("keys", "none usable")
        with self._lock:
            self._keys = (self._clock(), keys)
        return keys

    # --- what the provider announces

    def _announced(self) -> _Metadata:
        with self._lock:
            kept, failed_at = self._metadata, self._failed_at
        now = self._clock()
        if kept is not None and now - kept[0] < _KEPT_S:
            return kept[1]
        if now - failed_at < _LEFT_ALONE_S:
            raise UnavailableError(_NO_ANSWER, subject="provider")
        try:
            document = self._fetched(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration", "discovery")
            metadata = self._read(document)
        except UnavailableError as error:
            if not isinstance(error, BusyError):
                with self._lock:
                    self._failed_at = self._clock()
            raise
        with self._lock:
            self._metadata = (self._clock(), metadata)
        return metadata

    def _read(self, document: Mapping[str, Any]) -> _Metadata:
        if document.get("issuer") != self.issuer:
            raise self._unavailable("discovery", "another issuer")
        places = {}
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri", "end_session_endpoint"):
            place = document.get(name)
            if place is None and name == "end_session_endpoint":
                place = ""
            elif not isinstance(place, str) or not self._is_place(place):
                raise self._unavailable("discovery", f"no sound {name}")
            places[name] = place
        challenges = document.get("code_challenge_methods_supported", ["S256"])
        if not isinstance(challenges, list) or "S256" not in challenges:
            raise self._unavailable("discovery", "no S256")
        signs = document.get("id_token_signing_alg_values_supported", ["RS256"])
        algorithms = tuple(each for each in ALGORITHMS if isinstance(signs, list) and each in signs)
        if not algorithms:
            raise self._unavailable("discovery", "no algorithm of ours")
        ways = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if not isinstance(ways, list) or not ("client_secret_basic" in ways or "client_secret_post" in ways):
            raise self._unavailable("discovery", "no way to show a secret")
        return _Metadata(
            authorization=places["authorization_endpoint"],
            token=places["token_endpoint"],
            keys=places["jwks_uri"],
            leaving=places["end_session_endpoint"],
            algorithms=algorithms,
            says_issuer=document.get("authorization_response_iss_parameter_supported") is True,
            by_post="client_secret_basic" not in ways,
        )

    def _is_place(self, address: str) -> bool:
        """Take https addresses; plain ones only where the provider itself is on this machine."""
        if not is_safe_address(address):
            return False
        return address.startswith("https:") or self.issuer.startswith("http:")

    # --- calls

    def _fetched(self, address: str, what: str) -> Mapping[str, Any]:
        with self._slot(), self._connected() as client:
            try:
                response = client.get(address, headers={"Accept": "application/json"})
            except (httpx2.HTTPError, httpx2.InvalidURL) as error:
                raise self._unavailable(what, error) from None
        if response.status_code != httpx2.codes.OK:
            raise self._unavailable(what, f"status {response.status_code}")
        try:
            document = json.loads(response.content)
        except (ValueError, RecursionError):
            document = None
        if not isinstance(document, dict):
            raise self._unavailable(what, "no JSON object")
        return document

    @contextmanager
    def _slot(self) -> Iterator[None]:
        if not self._slots.acquire(timeout=_TIME_S):
            raise BusyError("Nhiều người đang đăng nhập cùng lúc. Xin thử lại sau ít phút.", subject="provider")
        try:
            yield
        finally:
            self._slots.release()

    def _carrier(self) -> _Bounded:
        # What the environment says of proxies is not asked: it would carry the secret past this bound.
        inner = self._transport or httpx2.HTTPTransport(verify=ssl.create_default_context(), trust_env=False)
        return _Bounded(inner, self._clock)

    def _connected(self) -> httpx2.Client:
        return httpx2.Client(transport=self._carrier(), timeout=_TIMEOUT, follow_redirects=False, trust_env=False)

    def _client(self, metadata: _Metadata) -> OAuth2Client:
        client = OAuth2Client(
            self._settings.client_id,
            self._settings.client_secret,
            token_endpoint_auth_method="client_secret_post" if metadata.by_post else "client_secret_basic",
            scope="openid",
            redirect_uri=self._settings.return_address,
            code_challenge_method="S256",
            transport=self._carrier(),
            timeout=_TIMEOUT,
            follow_redirects=False,
            trust_env=False,
        )
        client.register_client_auth_method(("client_secret_basic", _basic))
        return client

    def _unavailable(self, what: str, why: Exception | str) -> UnavailableError:
        """Log by our own words which part failed, and say that the provider does not answer."""
        told = why if isinstance(why, str) else type(why).__name__
        _log.warning("the identity provider is of no use: %s, %s", what, told)
        return UnavailableError(_NO_ANSWER, subject="provider")


def _basic(
    client: OAuth2Client, _method: str, uri: str, headers: httpx2.Headers, body: bytes
) -> tuple[str, httpx2.Headers, bytes]:
    """Show id and secret as RFC 6749 (2.3.1) has it: each encoded before both are joined."""
    text = f"{quote_plus(client.client_id)}:{quote_plus(client.client_secret)}"
    headers["Authorization"] = f"Basic {b64encode(text.encode()).decode()}"
    return uri, headers, body


def _refused(reason: str) -> NotSignedInError:
    return NotSignedInError(_NO_GOOD, subject=reason)
