"""What is refused where others reach the installation."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from secrets import token_urlsafe

import pytest
from set_up import A_KEY
from set_up import CONFIG
from set_up import KEYS
from set_up import OLD_KEY
from set_up import PRODUCTION
from set_up import REFUSED

from thidua.domain.errors import InvalidConfigurationError
from thidua.settings import Settings

#: Long enough, and known to everybody or soon guessed.
GUESSABLE = [
    "k" * 40,
    "0123456789" * 4,
    "akua5kuak5uka5uaku5ak5ukau5kaku5uakak",
    "abcdefghijklmnopqrstuvwxyz0123456789",
    "aaaaaaaabbbbbbbbccccccccddddddddeeeeeeeeffffffffgggggggghhhhhhhh",
    "correcthorse-correcthorse-correcthorse-",
    "changeme-changeme-please-4f8a0b2c9d1e7",
    "CHANGE_ME_4f8a0b2c9d1e7f3a5b6c8d0e2f4a",
    "django-insecure-h4+x$k2!mq9z7w&3vbn8c5",
    "this-is-my-secret-key-at-least-32-bytes",
    "thidua-LangSon-2021-Van.phong.So#4471",
    "thay-khoa-nay-truoc-khi-chay-that-2026!",
    "your-secret-here-7h2k9d4m1p6q3r8s5t0v",
]


@pytest.mark.parametrize("key", GUESSABLE)
@pytest.mark.parametrize("name", KEYS)
def test_a_key_that_can_be_guessed_is_refused_where_others_reach_it(
    read: Callable[..., Settings], name: str, key: str
) -> None:
    assert read(**{name: key})
    for exposed in (PRODUCTION, {**PRODUCTION, "THIDUA_PROFILE": "embedded", "THIDUA_HOST": "0.0.0.0"}):  # noqa: S104
        with REFUSED as refusal:
            read(**{**exposed, name: key})
        assert name in refusal.value.subject
        assert "openssl rand" in refusal.value.message
        with REFUSED as refusal:
            read(**exposed, **{f"{name}_FALLBACKS": key})
        assert name in refusal.value.subject


@pytest.mark.parametrize("draw", [token_urlsafe, token_hex])
@pytest.mark.parametrize("count", [16, 24, 32, 48])
def test_keys_that_are_drawn_are_taken(read: Callable[..., Settings], draw: Callable[[int], str], count: int) -> None:
    size = max(count, 24) if draw is token_urlsafe else count
    for _ in range(25):
        read(**{**PRODUCTION, "THIDUA_SECRET_KEY": draw(size), "THIDUA_AUDIT_KEY": draw(size)})


def test_the_projects_own_texts_hold_no_key_that_would_be_taken(read: Callable[..., Settings]) -> None:
    """Somebody copies what a manual shows."""
    root = CONFIG.parent
    shown = [*root.glob("*.md"), *root.glob("docs/*.md"), *root.glob("config/*"), root / "docker-compose.yml"]
    words = {word for path in shown if path.is_file() for word in re.findall(r"[\w+/=-]{32,}", path.read_text())}
    taken = []
    for word in words:
        with suppress(InvalidConfigurationError):
            read(**{**PRODUCTION, "THIDUA_SECRET_KEY": word})
            taken.append(word)
    # Addresses, names of tests and identifiers are no keys that anybody would copy.
    assert [word for word in taken if not re.search(r"[a-z]{3,}[/_-]|[A-Z]{3,}_|--", word)] == []


@pytest.mark.parametrize("value", ["1", "true", "yes", "on"])
def test_debugging_is_refused_where_others_reach_it(read: Callable[..., Settings], value: str) -> None:
    assert read(FLASK_DEBUG=value).host == "127.0.0.1"
    assert read(**PRODUCTION, FLASK_DEBUG="0")
    for exposed in (PRODUCTION, {"THIDUA_HOST": "0.0.0.0"}, {"THIDUA_HOST": "::"}, {"THIDUA_HOST": "thidua.example"}):  # noqa: S104
        with REFUSED as refusal:
            read(**exposed, FLASK_DEBUG=value)
        assert "FLASK_DEBUG" in refusal.value.subject


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.8.8.8"])
def test_this_machine_alone_may_try_things_out(read: Callable[..., Settings], host: str) -> None:
    assert read(THIDUA_HOST=host, FLASK_DEBUG="1", THIDUA_SECRET_KEY=A_KEY).host == host


def test_production_refuses_cookies_without_tls_and_a_database_of_one_writer(read: Callable[..., Settings]) -> None:
    with REFUSED as refusal:
        read(**PRODUCTION, THIDUA_SECURE_COOKIES="false")
    assert "THIDUA_SECURE_COOKIES" in refusal.value.subject
    for url in ("sqlite:////var/lib/thidua/thidua.sqlite3", ""):
        with REFUSED as refusal:
            read(**{**PRODUCTION, "THIDUA_DATABASE_URL": url})
        assert "THIDUA_DATABASE_URL" in refusal.value.subject
        assert "thidua serve" in refusal.value.message


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o610])
@pytest.mark.parametrize(
    "name",
    [*sorted(PRODUCTION.keys() - {"THIDUA_PROFILE"}), "THIDUA_BROKER_URL", *(f"{key}_FALLBACKS" for key in KEYS)],
)
def test_production_refuses_a_secret_that_others_of_the_machine_may_read(
    read: Callable[..., Settings], tmp_path: Path, name: str, mode: int
) -> None:
    file = tmp_path / "secret"
    file.write_text(PRODUCTION.get(name, token_urlsafe(32)))
    given = {other: value for other, value in PRODUCTION.items() if other != name} | {f"{name}_FILE": str(file)}
    file.chmod(0o400)
    assert read(**given)
    file.chmod(mode)
    with REFUSED as refusal:
        read(**given)
    assert name in refusal.value.subject
    assert f"chmod 600 {file}" in refusal.value.message


def test_former_keys_that_are_short_are_refused(read: Callable[..., Settings]) -> None:
    with REFUSED as refusal:
        read(THIDUA_SECRET_KEY_FALLBACKS=f"{OLD_KEY} short")
    assert "THIDUA_SECRET_KEY_FALLBACKS" in refusal.value.subject


# --- where weaknesses are told ---------------------------------------------------------------------


@pytest.mark.parametrize("contact", ["mailto:an-toan@langson.gov.vn", "https://langson.gov.vn/bao-loi", "tel:+84-205"])
def test_a_contact_for_weaknesses_is_an_address(read: Callable[..., Settings], contact: str) -> None:
    assert read(THIDUA_SECURITY_CONTACT=contact).security_contact == contact


@pytest.mark.parametrize(
    "contact", ["an-toan@langson.gov.vn", "http://langson.gov.vn", "mailto:a b@c", "javascript:alert(1)", "mailto:x"]
)
def test_what_is_no_address_is_no_contact(read: Callable[..., Settings], contact: str) -> None:
    with REFUSED as refusal:
        read(THIDUA_SECURITY_CONTACT=contact)
    assert "THIDUA_SECURITY_CONTACT" in refusal.value.subject
