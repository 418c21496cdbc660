"""Commands of the operator: database, plugins."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from thidua.adapters.db.roles import Roles
from thidua.adapters.db.roles import apply_roles
from thidua.adapters.db.schema import current_version
from thidua.adapters.db.schema import head_version
from thidua.adapters.db.schema import require_current
from thidua.cli.preparing import migrate
from thidua.cli.printing import json_option
from thidua.cli.printing import print_json
from thidua.domain.errors import InvalidConfigurationError
from thidua.settings import load

__all__ = ["COMMANDS"]


_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def db() -> None:
    """Look after the database schema."""


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to the schema of this release."""
    migrate(load())
    click.echo(f"Cơ sở dữ liệu đã ở phiên bản {head_version()}.")


@db.command("roles")
@click.option("--app-password-file", type=_FILE, help="Tệp chứa mật khẩu cho vai trò của chương trình.")
@click.option("--read-password-file", type=_FILE, help="Tệp chứa mật khẩu cho vai trò chỉ đọc.")
def db_roles(app_password_file: Path | None, read_password_file: Path | None) -> None:
    """Make the roles of the program and of readers, and let each do what it needs; run it as often as you like."""
    settings = load()
    names = (settings.database_app_role, settings.database_read_role)
    if not any(names):
        raise InvalidConfigurationError(
            "Chưa đặt tên vai trò nào (THIDUA_DATABASE_APP_ROLE, THIDUA_DATABASE_READ_ROLE).",
            subject="database_app_role",
        )
    files = dict(zip(names, (app_password_file, read_password_file), strict=True))
    passwords = {name: path.read_text(encoding="utf-8").strip() for name, path in files.items() if path}
    apply_roles(settings.migrating_url, Roles(*names, passwords))
    click.echo(f"Đã cấp quyền cho vai trò: {', '.join(filter(None, names))}.")


@db.command("check")
@json_option
def db_check(*, as_json: bool) -> None:
    """Tell whether the database has the schema of this release."""
    settings = load()
    found, wanted = current_version(settings.database_url), head_version()
    if as_json:
        print_json({"current": found, "head": wanted, "is_current": found == wanted})
        sys.exit(0 if found == wanted else 1)
    require_current(settings.database_url)
    click.echo(f"Cơ sở dữ liệu ở đúng phiên bản {found}.")


COMMANDS: tuple[click.Command, ...] = (db,)
