"""How an installation is set: files and environment; and what is refused."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest
from set_up import CONFIG
from set_up import PRODUCTION
from set_up import REFUSED

from thidua.provider_settings import PROVIDER_KEYS
from thidua.settings import Settings
from thidua.settings import load


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
