"""How an installation is set: files, environment, secrets; and what is refused."""

from __future__ import annotations

import re
import stat
import subprocess
import sys
import tomllib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from secrets import token_hex
from secrets import token_urlsafe

import pytest

from thidua.domain.errors import InvalidConfigurationError
from thidua.provider_settings import PROVIDER_KEYS
from thidua.settings import Settings
from thidua.settings import load

CONFIG = Path(__file__).parents[2] / "config"
A_KEY = "k" * 32
ANOTHER_KEY = "a" * 32
OLD_KEY = "o" * 32
KEYS = ("THIDUA_SECRET_KEY", "THIDUA_AUDIT_KEY")
#: What production asks for at least; drawn once.
PRODUCTION = {
    "THIDUA_PROFILE": "production",
    "THIDUA_SECRET_KEY": "mU3qZ0sT8vWcXyR1bN5kLp7dGhJfE2aQ",  # pragma: allowlist secret
    "THIDUA_AUDIT_KEY": "9f3b1c7e0a5d48f26b8e4c1d7a90f3e5",  # pragma: allowlist secret
    "THIDUA_DATABASE_URL": "postgresql+psycopg://thidua@db/thidua",
}
REFUSED = pytest.raises(InvalidConfigurationError)


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Settings]:
    """Load with the shipped files and a data folder of its own."""

    def load_with(**environment: str) -> Settings:
        return load({"THIDUA_DATA": str(tmp_path / "data"), **environment}, CONFIG)

    return load_with


@pytest.fixture
def read_file(tmp_path: Path) -> Callable[[str], Settings]:
    """Load with a line added to, or replaced in, the shipped base file."""

    def load_with(line: str) -> Settings:
        key = line.split(" = ", maxsplit=1)[0]
        kept = [old for old in (CONFIG / "base.toml").read_text().splitlines() if not old.startswith(f"{key} =")]
        (tmp_path / "base.toml").write_text("\n".join([*kept, line]))
        return load({"THIDUA_DATA": str(tmp_path / "data")}, tmp_path)

    return load_with


def test_without_any_setting_everything_is_embedded_and_only_for_this_machine(read: Callable[..., Settings]) -> None:
    settings = read()
    assert settings.profile == "embedded"
    assert settings.database_url == f"sqlite:///{settings.data_dir}/thidua.sqlite3"
    assert settings.broker_url == ""
    assert settings.host == "127.0.0.1"
    assert (settings.port, settings.port_is_chosen) == (8000, False)


def test_the_data_folder_is_var_where_the_program_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load({}, CONFIG).data_dir == tmp_path / "var"


def test_the_environment_overrides_the_files(read: Callable[..., Settings]) -> None:
    settings = read(
        PORT="9000",
        THIDUA_WEB_THREADS="3",
        THIDUA_DRAIN_INTERVAL_S="0.5",
        THIDUA_SECURE_COOKIES="true",
        THIDUA_LOG_LEVEL="debug",
        THIDUA_CLOCK="2021-09-17T08:00:00+07:00",
        THIDUA_DATABASE_URL="postgresql+psycopg://thidua@db/thidua",
    )
    assert (settings.port, settings.port_is_chosen) == (9000, True)
    assert settings.web_threads == 3
    assert settings.drain_interval_s == 0.5
    assert settings.secure_cookies is True
    assert settings.log_level == "debug"
    assert settings.clock == "2021-09-17T08:00:00+07:00"
    assert settings.database_url == "postgresql+psycopg://thidua@db/thidua"


def test_a_variable_set_to_nothing_is_not_set(read: Callable[..., Settings]) -> None:
    assert read(PORT="", THIDUA_PROFILE="", THIDUA_SECRET_KEY=" ").port_is_chosen is False


def test_variables_of_other_programs_are_not_ours_to_judge(read: Callable[..., Settings]) -> None:
    assert read(HOME="/root", HOST="example.org", THIDUA_REQUIRE_ALL_TESTS="1").host == "127.0.0.1"


def test_the_production_profile_adds_its_file(read: Callable[..., Settings]) -> None:
    settings = read(**PRODUCTION)
    assert settings.secure_cookies is True
    assert settings.worker_pool == "prefork"
    assert settings.proxy_hops == 1


@pytest.mark.parametrize("profile", ["production", "test"])
def test_a_profile_changes_only_keys_that_the_base_explains(profile: str) -> None:
    base = tomllib.loads((CONFIG / "base.toml").read_text())
    assert set(tomllib.loads((CONFIG / f"{profile}.toml").read_text())) <= set(base)


@pytest.mark.parametrize("name", ["base", "production", "test"])
def test_every_key_in_a_file_has_its_reason_above_it(name: str) -> None:
    lines = (CONFIG / f"{name}.toml").read_text().splitlines()
    bare = [
        line
        for before, line in zip(["", *lines], lines, strict=False)
        if "=" in line and not line.startswith("#") and not before.startswith("#")
    ]
    assert bare == []


def test_every_key_of_the_base_file_is_a_setting() -> None:
    base = tomllib.loads((CONFIG / "base.toml").read_text())
    of_the_provider = {*PROVIDER_KEYS, "passwords"}
    assert set(base) - of_the_provider <= {field.name for field in fields(Settings)}
    assert of_the_provider <= set(base)


# --- single sign-on -------------------------------------------------------------------------------

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


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('port = "8000"', "port"),
        ("port = 0", "port"),
        ("port = 8000.0", "port"),
        ("web_threads = true", "web_threads"),
        ("secure_cookies = 1", "secure_cookies"),
        ('secure_cookies = "true"', "secure_cookies"),
        ("drain_interval_s = '5'", "drain_interval_s"),
        ("drain_interval_s = nan", "drain_interval_s"),
        ("drain_interval_s = true", "drain_interval_s"),
        ("host = 5", "host"),
        ('host = ""', "host"),
        ('worker_pool = "gevent"', "worker_pool"),
        ('log_level = "INFO"', "log_level"),
        ('time_zone = "Asia/Nowhere"', "time_zone"),
        ('time_zone = "../../etc/passwd"', "time_zone"),
        ("web_thread = 8", "web_thread"),
        ('secret_key = "x"', "secret_key"),
    ],
)
def test_a_wrong_or_unknown_key_in_a_file_is_refused_by_file_and_key(
    read_file: Callable[[str], Settings], tmp_path: Path, line: str, key: str
) -> None:
    with REFUSED as refusal:
        read_file(line)
    assert refusal.value.subject == f"{tmp_path / 'base.toml'}: {key}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eight"),
        ("PORT", "70000"),
        ("PORT", "-1"),
        ("PORT", "٨٠٠٠"),
        ("THIDUA_WEB_THREADS", "1_0"),
        ("THIDUA_WEB_THREDS", "8"),
        ("THIDUA_DATA_DIR", "/srv"),
        ("THIDUA_PORT", "8000"),
        ("THIDUA_SECURE_COOKIES", "yes please"),
        ("THIDUA_DRAIN_INTERVAL_S", "inf"),
        ("THIDUA_PROFILE", "prod"),
    ],
)
def test_a_wrong_or_unknown_variable_is_refused_by_name(read: Callable[..., Settings], name: str, value: str) -> None:
    with REFUSED as refusal:
        read(**{name: value})
    assert name in refusal.value.subject
    assert "\n" not in refusal.value.message


def test_a_file_that_is_no_toml_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text("port = ")
    with REFUSED as refusal:
        load({}, tmp_path)
    assert refusal.value.subject == str(tmp_path / "base.toml")


def test_a_missing_file_and_a_missing_key_are_refused(tmp_path: Path) -> None:
    with REFUSED as refusal:
        load({}, tmp_path)
    assert refusal.value.subject == str(tmp_path / "base.toml")
    (tmp_path / "base.toml").write_text('data_dir = "data"')
    with REFUSED as refusal:
        load({"THIDUA_DATA": str(tmp_path / "data")}, tmp_path)
    assert refusal.value.subject.startswith("base.toml: ")


# --- secrets ---------------------------------------------------------------------------------------


def test_the_embedded_installation_makes_its_own_key_once(read: Callable[..., Settings]) -> None:
    first = read()
    path = first.data_dir / "secret-key"
    assert len(first.secret_key) >= 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read().secret_key == first.secret_key
    assert sorted(each.name for each in first.data_dir.iterdir()) == ["audit-key", "secret-key"]


def test_the_audit_trail_has_a_key_of_its_own(read: Callable[..., Settings]) -> None:
    first = read()
    path = first.data_dir / "audit-key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert first.audit_key == path.read_text() == read().audit_key
    assert first.audit_key != first.secret_key
    with REFUSED as refusal:
        read(THIDUA_SECRET_KEY=A_KEY, THIDUA_AUDIT_KEY=A_KEY)
    assert "THIDUA_AUDIT_KEY" in refusal.value.subject


def test_an_audit_key_that_is_changed_leaves_the_former_ones(read: Callable[..., Settings]) -> None:
    settings = read(THIDUA_AUDIT_KEY="n" * 32, THIDUA_AUDIT_KEY_FALLBACKS=f"{'o' * 32} {'p' * 32}")
    assert settings.audit_key == "n" * 32
    assert settings.audit_key_fallbacks == ("o" * 32, "p" * 32)


def test_first_starts_at_the_same_moment_agree_on_the_key(tmp_path: Path) -> None:
    environment = {"THIDUA_DATA": str(tmp_path / "data"), "THIDUA_CONFIG_DIR": str(CONFIG)}
    source = "from thidua.settings import load; print(load().secret_key)"
    starts = [
        subprocess.Popen([sys.executable, "-c", source], env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(6)
    ]
    keys = [start.communicate(timeout=30)[0] for start in starts]
    assert len(set(keys)) == 1
    assert len(keys[0].strip()) >= 32


def test_a_key_that_was_cut_off_is_refused_not_used(read: Callable[..., Settings]) -> None:
    path = read().data_dir / "secret-key"
    path.write_text("abc")
    with REFUSED as refusal:
        read()
    assert refusal.value.subject == str(path)


def test_a_data_folder_that_cannot_be_written_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with REFUSED as refusal:
        load({"THIDUA_DATA": str(tmp_path / "file" / "data")}, CONFIG)
    assert str(tmp_path / "file" / "data") in refusal.value.message


@pytest.mark.parametrize("missing", ["THIDUA_SECRET_KEY", "THIDUA_AUDIT_KEY"])
def test_production_refuses_to_start_without_a_key(read: Callable[..., Settings], tmp_path: Path, missing: str) -> None:
    keys = {"THIDUA_SECRET_KEY": A_KEY, "THIDUA_AUDIT_KEY": ANOTHER_KEY}
    del keys[missing]
    with REFUSED as refusal:
        read(THIDUA_PROFILE="production", **keys)
    assert missing in refusal.value.subject
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("profile", ["production", "embedded"])
@pytest.mark.parametrize("name", KEYS)
def test_a_short_key_is_refused_everywhere(read: Callable[..., Settings], profile: str, name: str) -> None:
    keys = {"THIDUA_SECRET_KEY": A_KEY, "THIDUA_AUDIT_KEY": ANOTHER_KEY, name: "k" * 31}
    with REFUSED as refusal:
        read(THIDUA_PROFILE=profile, **keys)
    assert name in refusal.value.subject


def test_secrets_may_lie_in_files(read: Callable[..., Settings], tmp_path: Path) -> None:
    for name, content in {
        "key": f"{A_KEY}\n",
        "db": "postgresql+psycopg://a:b@c/d\n",
        "broker": "redis://:x@y/0",
    }.items():
        (tmp_path / name).write_text(content)
    settings = read(
        THIDUA_SECRET_KEY_FILE=str(tmp_path / "key"),
        THIDUA_DATABASE_URL_FILE=str(tmp_path / "db"),
        THIDUA_BROKER_URL_FILE=str(tmp_path / "broker"),
        THIDUA_SECRET_KEY_FALLBACKS=f"{OLD_KEY} {ANOTHER_KEY}",
    )
    assert settings.secret_key == A_KEY
    assert settings.database_url == "postgresql+psycopg://a:b@c/d"
    assert settings.broker_url == "redis://:x@y/0"
    assert settings.secret_key_fallbacks == (OLD_KEY, ANOTHER_KEY)


def test_a_secret_given_twice_or_in_an_empty_or_missing_file_is_refused(
    read: Callable[..., Settings], tmp_path: Path
) -> None:
    (tmp_path / "key").write_text(A_KEY)
    (tmp_path / "empty").touch()
    with REFUSED:
        read(THIDUA_SECRET_KEY=A_KEY, THIDUA_SECRET_KEY_FILE=str(tmp_path / "key"))
    with REFUSED:
        read(THIDUA_SECRET_KEY_FILE=str(tmp_path / "empty"))
    with REFUSED:
        read(THIDUA_DATABASE_URL_FILE=str(tmp_path / "nothing"))


def test_no_secret_shows_when_settings_are_printed(read: Callable[..., Settings]) -> None:
    shown = repr(
        read(
            THIDUA_SECRET_KEY="s3cret" * 6,
            THIDUA_SECRET_KEY_FALLBACKS="s3cret" * 6,
            THIDUA_AUDIT_KEY="s3cret" * 7,
            THIDUA_AUDIT_KEY_FALLBACKS="s3cret" * 7,
            THIDUA_DATABASE_URL="postgresql+psycopg://a:s3cret@c/d",
            THIDUA_BROKER_URL="redis://:s3cret@y/0",
        )
    )
    assert "s3cret" not in shown


# --- what is refused where others reach the installation -------------------------------------------

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
