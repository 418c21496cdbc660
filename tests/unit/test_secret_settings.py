"""Secrets: made, read from files, changed, and never shown."""

from __future__ import annotations

import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from set_up import A_KEY
from set_up import ANOTHER_KEY
from set_up import CONFIG
from set_up import KEYS
from set_up import OLD_KEY
from set_up import REFUSED

from thidua.settings import Settings
from thidua.settings import load


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
