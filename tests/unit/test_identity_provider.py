"""What an identity provider says is an attacker's word: everything that can be wrong with it is refused."""

from __future__ import annotations

import base64
import hmac
import json
from typing import Any
from urllib.parse import parse_qs
from urllib.parse import unquote_plus
from urllib.parse import urlsplit

import httpx2
import pytest
from provider_trip import NOW
from provider_trip import SECONDS
from provider_trip import TRIP
from provider_trip import Trip
from signing_provider import CLIENT
from signing_provider import ISSUER
from signing_provider import RETURN
from signing_provider import SETTINGS
from signing_provider import key

from thidua.domain.errors import UnavailableError
from thidua.domain.single_sign_on import Vouched


@pytest.fixture
def trip() -> Trip:
    return Trip()


# --- the way there --------------------------------------------------------------------------------


def test_a_browser_is_sent_with_what_binds_the_answer_to_it(trip: Trip) -> None:
    address = trip.near.address(**TRIP, again=False)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    challenge = asked.pop("code_challenge")
    assert address.startswith(f"{ISSUER}/auth?")
    assert asked == {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": RETURN,
        "scope": "openid",
        "state": TRIP["state"],
        "nonce": TRIP["nonce"],
        "code_challenge_method": "S256",
    }
    assert challenge != TRIP["verifier"]
    assert len(challenge) == 43


def test_who_shall_sign_in_anew_is_sent_so(trip: Trip) -> None:
    asked = parse_qs(urlsplit(trip.near.address(**TRIP, again=True)).query)
    assert (asked["prompt"], asked["max_age"]) == (["login"], ["0"])


# --- the way back ---------------------------------------------------------------------------------


#: The library would have the name changed that providers still use.
@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256", "EdDSA"])
def test_what_the_provider_signs_is_believed(trip: Trip, algorithm: str) -> None:
    trip.far.keys, trip.far.signs_by, trip.far.algorithm = [key(algorithm)], key(algorithm), algorithm
    trip.far.claims = {"acr": "loa2", "amr": ["pwd", "mfa", 7, "x" * 200]}
    assert trip.go() == Vouched(ISSUER, "can-bo-1", NOW, frozenset({"loa2", "pwd", "mfa"}))


def test_a_code_is_shown_with_its_verifier_the_address_and_the_secret(trip: Trip) -> None:
    trip.go()
    [sent] = trip.far.redeemed
    shown = base64.b64decode(sent.pop("authorization").removeprefix("Basic ")).decode()
    assert [unquote_plus(each) for each in shown.split(":")] == [CLIENT, SETTINGS.client_secret]
    assert sent == {
        "grant_type": "authorization_code",
        "code": "code-0",
        "redirect_uri": RETURN,
        "code_verifier": TRIP["verifier"],
    }


def test_a_provider_that_takes_the_secret_in_the_body_gets_it_there(trip: Trip) -> None:
    trip.far.document["token_endpoint_auth_methods_supported"] = ["client_secret_post"]
    trip.go()
    assert trip.far.redeemed[0]["authorization"] == ""
    assert trip.far.redeemed[0]["client_secret"] == SETTINGS.client_secret


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"iss": "https://evil.example.vn"}, "iss"),
        ({"iss": ISSUER + "/"}, "iss"),
        ({"iss": None}, "iss"),
        ({"iss": [ISSUER]}, "iss"),
        ({"aud": "another"}, "aud"),
        ({"aud": None}, "aud"),
        ({"aud": []}, "aud"),
        ({"aud": {CLIENT: 1}}, "aud"),
        ({"aud": [CLIENT, "another"]}, "azp"),
        ({"aud": [CLIENT, "another"], "azp": "another"}, "azp"),
        ({"aud": [CLIENT, 7], "azp": CLIENT}, "aud"),
        ({"azp": "another"}, "azp"),
        ({"nonce": "of another trip"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"nonce": ""}, "nonce"),
        ({"exp": SECONDS - 3600}, "exp"),
        ({"exp": None}, "exp"),
        ({"exp": "2099-01-01"}, "exp"),
        ({"exp": True}, "exp"),
        ({"exp": float("nan")}, "exp"),
        ({"exp": float("inf")}, "exp"),
        ({"exp": 10**30}, "exp"),
        ({"iat": SECONDS + 3600}, "iat"),
        ({"iat": SECONDS - 3600}, "iat"),
        ({"iat": None}, "iat"),
        ({"nbf": SECONDS + 3600}, "nbf"),
        ({"auth_time": SECONDS + 3600}, "auth_time"),
        ({"auth_time": "now"}, "auth_time"),
        ({"auth_time": -1}, "auth_time"),
        ({"amr": "mfa"}, "amr"),
        ({"at_hash": "AAAA"}, "at_hash"),
        ({"sub": None}, "sub"),
        ({"sub": ""}, "sub"),
        ({"sub": 7}, "sub"),
        ({"sub": "x" * 256}, "sub"),
        ({"sub": "cán bộ"}, "sub"),
        ({"sub": "a\nb"}, "sub"),
    ],
    ids=str,
)
def test_a_claim_that_is_wrong_is_refused_by_name(trip: Trip, claims: dict[str, Any], reason: str) -> None:
    trip.far.claims = claims
    assert trip.refused() == reason


def test_a_token_for_several_says_that_it_was_given_to_us(trip: Trip) -> None:
    trip.far.claims = {"aud": [CLIENT, "another"], "azp": CLIENT}
    assert trip.go().subject == "can-bo-1"


def test_a_provider_that_does_not_say_when_is_believed_without(trip: Trip) -> None:
    trip.far.claims = {"auth_time": None}
    assert trip.go().signed_in_at is None


def unsigned(header: dict[str, Any], nonce: str = TRIP["nonce"]) -> str:
    """A token that anybody can write."""
    claims = {"iss": ISSUER, "sub": "x", "aud": CLIENT, "exp": SECONDS + 300, "iat": SECONDS, "nonce": nonce}
    parts = (base64.urlsafe_b64encode(json.dumps(each).encode()).decode().rstrip("=") for each in (header, claims))
    return ".".join((*parts, ""))


@pytest.mark.parametrize("name", ["none", "None", "NONE", ""])
def test_what_nobody_signed_is_refused(trip: Trip, name: str) -> None:
    trip.far.token = unsigned({"alg": name, "kid": key("RS256").kid})
    assert trip.refused() == "signature"


@pytest.mark.parametrize("token", ["", ".", "..", "a.b", "a.b.c", "é.é.é", "[" * 9000, "e30.e30.e30.e30.e30"])
def test_what_is_no_token_is_refused(trip: Trip, token: str) -> None:
    trip.far.token = token
    assert trip.refused() == "signature"


def signed_by_the_open_key() -> str:
    """A token signed with what everybody can read, taken for a shared secret."""
    token = unsigned({"alg": "HS256", "kid": key("RS256").kid}).rstrip(".")
    digest = hmac.digest(key("RS256").as_pem(private=False), token.encode(), "sha256")
    return f"{token}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"


def test_the_open_key_is_no_shared_secret(trip: Trip) -> None:
    trip.far.token = signed_by_the_open_key()
    assert trip.refused() == "signature"


def test_a_shared_secret_among_the_keys_is_none_of_them(trip: Trip) -> None:
    pem = base64.urlsafe_b64encode(key("RS256").as_pem(private=False)).decode().rstrip("=")
    listed = [{"kty": "oct", "k": pem, "kid": key("RS256").kid, "alg": "HS256"}]
    trip.far.answers["keys"] = httpx2.Response(200, json={"keys": [*listed, key("RS256").as_dict(private=False)]})
    trip.far.token = signed_by_the_open_key()
    assert trip.refused() == "signature"


def test_another_key_of_the_same_name_is_refused(trip: Trip) -> None:
    other = key("RS256", "other")
    trip.far.signs_by, trip.far.header = other, {"kid": key("RS256").kid}
    assert trip.refused() == "signature"


def test_a_key_that_comes_in_the_token_is_none(trip: Trip) -> None:
    other = key("RS256", "other")
    trip.far.signs_by = other
    trip.far.header = {"jwk": other.as_dict(private=False), "jku": "https://evil.example.vn/keys"}
    assert trip.refused() == "signature"
    assert {path.partition("/realms")[0] for path in trip.far.calls} == {""}


def test_a_header_that_must_be_understood_and_is_not_is_refused(trip: Trip) -> None:
    trip.far.token = unsigned({"alg": "RS256", "kid": key("RS256").kid, "crit": ["x"], "x": 1})
    assert trip.refused() == "signature"


@pytest.mark.filterwarnings("ignore:Key size should be")
def test_a_key_that_is_too_small_is_no_key(trip: Trip) -> None:
    trip.far.keys = [key("RS256", "small")]
    with pytest.raises(UnavailableError):
        trip.go()


def test_a_key_for_secrets_judges_no_signature(trip: Trip) -> None:
    listed = key("RS256").as_dict(private=False) | {"use": "enc"}
    trip.far.answers["keys"] = httpx2.Response(200, json={"keys": [listed]})
    with pytest.raises(UnavailableError):
        trip.go()


def test_an_algorithm_that_the_provider_does_not_announce_is_refused(trip: Trip) -> None:
    trip.far.document["id_token_signing_alg_values_supported"] = ["ES256"]
    assert trip.refused() == "signature"


def test_a_token_that_is_too_long_is_not_looked_at(trip: Trip) -> None:
    trip.far.claims = {"more": "x" * 20_000}
    assert trip.refused() == "size"


def test_a_code_is_good_once(trip: Trip) -> None:
    trip.go()
    assert trip.refused(code="code-0") == "code"


@pytest.mark.parametrize(("said", "announces"), [(None, True), ("https://evil.example.vn", True), ("x", False)])
def test_another_sender_is_refused_before_the_code_is_shown(trip: Trip, said: str | None, *, announces: bool) -> None:
    trip.far.document["authorization_response_iss_parameter_supported"] = announces
    assert trip.refused(iss=said) == "iss"
    assert trip.far.redeemed == []


def test_a_provider_that_does_not_name_itself_on_the_way_back_is_taken_so(trip: Trip) -> None:
    del trip.far.document["authorization_response_iss_parameter_supported"]
    assert trip.go(iss=None).subject == "can-bo-1"
