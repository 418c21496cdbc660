"""How single sign-on is set; and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from thidua.domain.errors import InvalidConfigurationError
from thidua.settings import Settings

PROVIDER = {
    "THIDUA_OIDC_ISSUER": "https://sso.example.vn/realms/tinh",
    "THIDUA_OIDC_CLIENT_ID": "thidua",
    "THIDUA_OIDC_CLIENT_SECRET": "khoa-cua-chuong-trinh/+%",
    "THIDUA_PUBLIC_URL": "https://thidua.example.vn/",
}


def test_without_a_provider_people_sign_in_by_passwords(read: Callable[..., Settings]) -> None:
    settings = read()
    assert (settings.provider, settings.takes_passwords) == (None, True)


def test_a_provider_is_read_with_where_it_sends_people_back_to(read: Callable[..., Settings], tmp_path: Path) -> None:
    provider = read(**PROVIDER, THIDUA_OIDC_STRONG="mfa  otp", THIDUA_OIDC_LABEL="VNeID tỉnh").provider
    assert provider is not None
    assert provider.return_address == "https://thidua.example.vn/sign-in/provider/back"
    assert (provider.label, provider.strong) == ("VNeID tỉnh", {"mfa", "otp"})
    file = tmp_path / "client-secret"
    file.write_text("khoa-trong-tep\n")
    rest = {name: value for name, value in PROVIDER.items() if name != "THIDUA_OIDC_CLIENT_SECRET"}
    provider = read(**rest, THIDUA_OIDC_CLIENT_SECRET_FILE=str(file)).provider
    assert provider is not None
    assert provider.client_secret == "khoa-trong-tep"
    assert read(**PROVIDER, THIDUA_PASSWORDS="off").takes_passwords is False


@pytest.mark.parametrize("issuer", ["http://127.0.0.1:8080/o", "http://[::1]:8080", "http://localhost"])
def test_a_provider_on_this_machine_may_speak_plainly(read: Callable[..., Settings], issuer: str) -> None:
    assert read(**{**PROVIDER, "THIDUA_OIDC_ISSUER": issuer}).provider


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("THIDUA_OIDC_ISSUER", "http://sso.example.vn"),
        ("THIDUA_OIDC_ISSUER", "http://127.0.0.1.example.vn"),
        ("THIDUA_OIDC_ISSUER", "https://"),
        ("THIDUA_OIDC_ISSUER", "https://a:b@sso.example.vn"),
        ("THIDUA_OIDC_ISSUER", "https://sso.example.vn?x=1"),
        ("THIDUA_OIDC_ISSUER", "https://sso.example.vn:port"),
        ("THIDUA_OIDC_ISSUER", "sso.example.vn"),
        ("THIDUA_OIDC_ISSUER", ""),
        ("THIDUA_OIDC_CLIENT_ID", ""),
        ("THIDUA_OIDC_CLIENT_ID", "thi đua"),
        ("THIDUA_OIDC_CLIENT_SECRET", ""),
        ("THIDUA_OIDC_CLIENT_SECRET", "khóa bí mật"),
        ("THIDUA_OIDC_LABEL", "x" * 61),
        ("THIDUA_PUBLIC_URL", ""),
        ("THIDUA_PUBLIC_URL", "http://thidua.example.vn"),
        ("THIDUA_PUBLIC_URL", "https://thidua.example.vn/app"),
    ],
)
def test_a_provider_that_is_set_by_halves_or_unsafely_is_refused(
    read: Callable[..., Settings], name: str, value: str
) -> None:
    with pytest.raises(InvalidConfigurationError) as refusal:
        read(**{**PROVIDER, name: value})
    assert "THIDUA_" in refusal.value.message


def test_passwords_are_not_switched_off_without_a_provider(read: Callable[..., Settings]) -> None:
    with pytest.raises(InvalidConfigurationError, match="THIDUA_OIDC_ISSUER"):
        read(THIDUA_PASSWORDS="off")
    with pytest.raises(InvalidConfigurationError, match="THIDUA_PASSWORDS"):
        read(**PROVIDER, THIDUA_PASSWORDS="maybe")
