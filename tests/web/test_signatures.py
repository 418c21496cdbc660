"""The cookie and the tokens of forms are signed with HMAC-SHA-256; what is signed otherwise is nobody's."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadSignature
from itsdangerous import Signer
from itsdangerous import URLSafeSerializer
from itsdangerous import URLSafeTimedSerializer

from thidua.web import form_tokens

#: A signature's length in the alphabet of addresses: 32 bytes, where SHA-1 has 20.
SHA256_LENGTH = 43


def cookie_of(visitor: Any) -> str:
    cookie = visitor.client.get_cookie("thidua")
    assert cookie is not None
    return str(cookie.value)


def test_both_are_signed_with_sha_256(site: Any) -> None:
    visitor = site.visit("officer")
    for signed in (visitor.token(), cookie_of(visitor)):
        assert len(signed.rpartition(".")[2]) == SHA256_LENGTH


def test_a_cookie_signed_with_sha_1_and_the_same_key_signs_nobody_in(site: Any) -> None:
    visitor = site.visit("officer")
    visitor.token()
    app = visitor.client.application
    ours = app.session_interface.get_signing_serializer(app)
    theirs = SecureCookieSessionInterface().get_signing_serializer(app)
    assert isinstance(theirs, URLSafeTimedSerializer)
    held = ours.loads(cookie_of(visitor))
    visitor.client.set_cookie("thidua", theirs.dumps(held))
    assert visitor.client.get("/reports/due").status_code == 303
    visitor.client.set_cookie("thidua", ours.dumps(held))
    assert visitor.client.get("/reports/due").status_code == 200


@pytest.mark.parametrize("digest", [hashlib.sha1, hashlib.sha256])
def test_a_forms_token_is_taken_by_its_digest_and_salt_alone(site: Any, digest: Callable[..., Any]) -> None:
    visitor = site.visit("officer")
    token = visitor.token()
    app = visitor.client.application
    keys = [app.secret_key]
    kinds: dict[str, Any] = {"signer": Signer, "signer_kwargs": {"digest_method": digest}}
    with visitor.client.session_transaction() as session:
        held = session["csrf_token"]
    for salt in (form_tokens.SALT, "cookie-session", "wtf-csrf-token"):
        made = URLSafeSerializer(keys, salt=salt, **kinds).dumps(held)
        is_ours = digest is hashlib.sha256 and salt == form_tokens.SALT
        assert (made == token) is is_ours
        answer = visitor.client.post("/my-account/news/read", data={"csrf_token": made})
        assert (answer.status_code == 400) is not is_ours, (salt, answer.status_code)


def test_a_token_of_another_browser_or_of_nothing_is_refused(site: Any) -> None:
    visitor, other = site.visit("officer"), site.visit("officer")
    for token in ("", "x", "a.b", other.token(), visitor.token() + "x", "é", "\udc80"):
        form = {"csrf_token": token.encode("utf-8", "surrogateescape")}
        assert visitor.client.post("/my-account/news/read", data=form).status_code == 400
    header = {"X-CSRFToken": visitor.token()}
    assert visitor.client.post("/my-account/news/read", headers=header).status_code == 303


@pytest.mark.parametrize(
    ("referrer", "status"),
    [
        ("https://localhost/reports", 303),
        ("https://localhost:443/", 303),
        ("https://localhost:99999/", 400),
        ("https://localhost:x/", 400),
        ("https://[localhost/", 400),
        ("http://localhost/", 400),
        ("https://localhost.example/", 400),
        ("", 400),
    ],
)
def test_over_tls_a_form_comes_from_a_page_of_this_site(site: Any, referrer: str, status: int) -> None:
    visitor = site.visit("officer")
    headers = {"X-CSRFToken": visitor.token()} | ({"Referer": referrer} if referrer else {})
    answer = visitor.client.post("/my-account/news/read", headers=headers, base_url="https://localhost")
    assert answer.status_code == status


def test_a_broken_signature_is_told_from_a_broken_program(site: Any) -> None:
    visitor = site.visit("officer")
    visitor.token()
    app = visitor.client.application
    with pytest.raises(BadSignature):
        app.session_interface.get_signing_serializer(app).loads(cookie_of(visitor) + "x")
