"""What an identity provider announces, its keys, and its answers: kept a while, cut off, refused."""

from __future__ import annotations

import logging
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from provider_trip import NOW
from provider_trip import TRIP
from provider_trip import Trip
from signing_provider import CLIENT
from signing_provider import ISSUER
from signing_provider import SETTINGS
from signing_provider import Streamed
from signing_provider import key

from thidua.adapters.single_sign_on import OpenIdProvider
from thidua.domain.errors import NotSignedInError
from thidua.domain.errors import UnavailableError


@pytest.fixture
def trip() -> Trip:
    return Trip()


def test_documents_are_kept_and_asked_for_again_after_an_hour(trip: Trip) -> None:
    trip.go()
    trip.go()
    assert sorted(path.rpartition("/")[2] for path in trip.far.calls) == [
        *("keys", "openid-configuration", "token", "token"),
    ]
    trip.clock.at += 3601
    trip.go()
    assert len(trip.far.calls) == 7


def test_a_new_key_is_fetched_and_unknown_names_make_no_flood(trip: Trip) -> None:
    trip.go()
    trip.clock.at += 61
    fresh = key("RS256", "other")
    trip.far.keys, trip.far.signs_by = [fresh], fresh
    assert trip.go().subject == "can-bo-1"
    trip.far.header = {"kid": "nobody's"}
    for _ in range(5):
        assert trip.refused() == "signature"
    assert [path.rpartition("/")[2] for path in trip.far.calls].count("keys") == 2


def endless() -> Iterator[bytes]:
    while True:
        yield b" " * 65536


@pytest.mark.parametrize("place", ["openid-configuration", "keys", "token"])
@pytest.mark.parametrize(
    "answer",
    [
        httpx2.Response(302, headers={"Location": "https://evil.example.vn/"}),
        httpx2.Response(307, headers={"Location": ISSUER}),
        httpx2.Response(200, headers={"Content-Encoding": "gzip"}, stream=Streamed(iter([b"\x1f\x8b"]))),
        httpx2.ConnectError("no"),
        httpx2.ReadTimeout("slow"),
        httpx2.RemoteProtocolError("rubbish"),
    ],
    ids=["redirect", "redirect with body", "packed", "no answer", "slow", "rubbish"],
)
def test_what_is_no_answer_says_that_the_provider_is_away(trip: Trip, place: str, answer: Any) -> None:
    trip.far.answers[place] = answer
    with pytest.raises(UnavailableError):
        trip.go()
    assert "evil" not in " ".join(trip.far.calls)


def test_a_token_that_comes_with_a_redirect_is_none(trip: Trip) -> None:
    trip.far.status = 302
    with pytest.raises(UnavailableError):
        trip.go()


@pytest.mark.parametrize("place", ["openid-configuration", "keys", "token"])
def test_an_answer_without_end_is_cut_off(trip: Trip, place: str) -> None:
    stream = Streamed(endless())
    trip.far.answers[place] = httpx2.Response(200, stream=stream)
    with pytest.raises(UnavailableError):
        trip.go()
    assert stream.taken < 400_000


def test_an_answer_that_trickles_is_cut_off(trip: Trip) -> None:
    def trickle() -> Iterator[bytes]:
        while True:
            trip.clock.at += 3
            yield b" "

    stream = Streamed(trickle())
    trip.far.answers["openid-configuration"] = httpx2.Response(200, stream=stream)
    with pytest.raises(UnavailableError):
        trip.go()
    assert stream.taken < 10


@pytest.mark.parametrize("place", ["openid-configuration", "keys"])
@pytest.mark.parametrize("body", [b"", b"null", b"[]", b'"x"', b"[" * 100_000, b"\xff", b'{"keys": 1}', b"<html>"])
def test_a_document_that_is_none_is_refused(trip: Trip, place: str, body: bytes) -> None:
    trip.far.answers[place] = httpx2.Response(200, content=body)
    with pytest.raises(UnavailableError):
        trip.go()


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b'"x"', b"{}", b'{"id_token": 7}', b'{"id_token": null}', b"[" * 100_000, b"\xff"]
)
def test_an_answer_without_a_token_is_refused(trip: Trip, body: bytes) -> None:
    trip.far.answers["token"] = httpx2.Response(200, content=body)
    assert trip.refused() == "token"


@pytest.mark.parametrize("status", [400, 401, 403, 500, 503])
def test_a_code_that_the_provider_refuses_is_refused(trip: Trip, status: int) -> None:
    trip.far.answers["token"] = httpx2.Response(status, json={"error": "invalid_client"})
    with pytest.raises((NotSignedInError, UnavailableError)):
        trip.go()


@pytest.mark.parametrize(
    "changed",
    [
        {"issuer": "https://evil.example.vn"},
        {"issuer": ISSUER + "/"},
        {"issuer": None},
        {"token_endpoint": "http://sso.example.vn/token"},
        {"token_endpoint": "http://127.0.0.1/token"},
        {"token_endpoint": "file:///etc/passwd"},
        {"token_endpoint": "https://user:pass@sso.example.vn/token"},
        {"token_endpoint": 7},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": None},
        {"jwks_uri": ["https://sso.example.vn/keys"]},
        {"end_session_endpoint": "javascript:alert(1)"},
        {"code_challenge_methods_supported": ["plain"]},
        {"id_token_signing_alg_values_supported": ["HS256", "none"]},
        {"token_endpoint_auth_methods_supported": ["private_key_jwt"]},
    ],
    ids=str,
)
def test_a_provider_that_announces_what_is_unsafe_is_of_no_use(trip: Trip, changed: dict[str, Any]) -> None:
    trip.far.document |= changed
    with pytest.raises(UnavailableError):
        trip.near.check()


def test_a_provider_that_is_away_is_left_alone_for_a_moment(trip: Trip) -> None:
    trip.far.answers["openid-configuration"] = httpx2.ConnectError("no")
    for _ in range(3):
        with pytest.raises(UnavailableError):
            trip.near.address(**TRIP, again=False)
    assert len(trip.far.calls) == 1
    trip.far.answers.clear()
    trip.clock.at += 6
    assert trip.near.address(**TRIP, again=False)


def test_nothing_that_the_provider_says_is_logged(trip: Trip, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    trip.refused(code="never given")
    trip.far.answers["keys"] = httpx2.Response(500, content=b"forged\nline")
    trip.clock.at += 3601
    with pytest.raises(UnavailableError):
        trip.near.check()
    ours = [each for each in caplog.records if each.name.startswith("thidua")]
    assert [each.getMessage() for each in ours] == ["the identity provider is of no use: keys, status 500"]
    assert "forged" not in caplog.text
    assert SETTINGS.client_secret not in caplog.text


def test_a_certificate_that_nobody_vouches_for_ends_the_talk(tmp_path: Path) -> None:
    pair = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder(name, name, pair.public_key(), 7, NOW, NOW + timedelta(days=9999))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(pair, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    file = tmp_path / "own.pem"
    file.write_bytes(made.public_bytes(pem) + pair.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        heard: list[bytes] = []

        def serve() -> None:
            with listening.accept()[0] as raw, suppress(OSError), context.wrap_socket(raw, server_side=True) as talk:
                heard.append(talk.recv(10))

        serving = threading.Thread(target=serve)
        serving.start()
        issuer = f"https://localhost:{listening.getsockname()[1]}"
        with pytest.raises(UnavailableError):
            OpenIdProvider(replace(SETTINGS, issuer=issuer)).check()
        serving.join()
    assert heard == []


def test_where_to_leave_is_told_once_it_is_known(trip: Trip) -> None:
    assert trip.near.leaving_address() == ""
    trip.near.check()
    assert trip.near.leaving_address() == f"{ISSUER}/logout?client_id={CLIENT}"


def test_the_secret_is_in_no_representation() -> None:
    assert SETTINGS.client_secret not in repr(SETTINGS)
    assert SETTINGS.client_secret not in repr(replace(SETTINGS, label="x"))
