"""How an installation is set: files, environment, secrets; and what is refused."""

from __future__ import annotations

import stat
import subprocess
import sys
import tomllib
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest

from thidua.domain.errors import InvalidConfigurationError
from thidua.settings import Settings
from thidua.settings import load

CONFIG = Path(__file__).parents[2] / "config"
A_KEY = "k" * 32
ANOTHER_KEY = "a" * 32
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
    settings = read(THIDUA_PROFILE="production", THIDUA_SECRET_KEY=A_KEY, THIDUA_AUDIT_KEY=ANOTHER_KEY)
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
    assert set(base) <= {field.name for field in fields(Settings)}


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
@pytest.mark.parametrize("name", ["THIDUA_SECRET_KEY", "THIDUA_AUDIT_KEY"])
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
        THIDUA_SECRET_KEY_FALLBACKS="old older",
    )
    assert settings.secret_key == A_KEY
    assert settings.database_url == "postgresql+psycopg://a:b@c/d"
    assert settings.broker_url == "redis://:x@y/0"
    assert settings.secret_key_fallbacks == ("old", "older")


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
