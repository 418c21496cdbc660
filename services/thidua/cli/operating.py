"""Commands of the operator: database, units, plugins."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from thidua.adapters.broker import SilentBell
from thidua.adapters.db.roles import Roles
from thidua.adapters.db.roles import apply_roles
from thidua.adapters.db.schema import current_version
from thidua.adapters.db.schema import head_version
from thidua.adapters.db.schema import require_current
from thidua.adapters.files import read_units
from thidua.adapters.files import read_units_file
from thidua.application.directory import import_units
from thidua.application.directory import list_units
from thidua.bootstrap import build_host
from thidua.bootstrap import installed_plugins
from thidua.cli.preparing import migrate
from thidua.cli.printing import json_option
from thidua.cli.printing import print_json
from thidua.cli.printing import print_table
from thidua.domain.errors import InvalidConfigurationError
from thidua.plugin_host.comparability import faults_between
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


@click.group()
def units() -> None:
    """Look after the units."""


@units.command("import")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def units_import(file: Path | None) -> None:
    """Bring in units from FILE, or from all files of config/units."""
    settings = load()
    found = read_units_file(file) if file else read_units(settings.units_dir)
    written = import_units(build_host(settings, bell=SilentBell()), found)
    click.echo(f"Đã nhập {written} đơn vị.")


@units.command("list")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Tên và loại vào ngày này (mặc định: hôm nay).")
@json_option
def units_list(on: object, *, as_json: bool) -> None:
    """List the units."""
    host = build_host(load(), bell=SilentBell())
    day: date = on.date() if hasattr(on, "date") else host.clock.now().astimezone(host.zone).date()
    rows = [(unit, version) for unit in list_units(host) if (version := unit.version_on(day))]
    if as_json:
        print_json([{"code": unit.code, "name": version.name, "type": version.type} for unit, version in rows])
    else:
        print_table([(unit.code, version.type, version.name) for unit, version in rows])


@click.group()
def plugins() -> None:
    """Look after the plugins."""


@plugins.command("list")
@json_option
def plugins_list(*, as_json: bool) -> None:
    """List the plugins that serve and those in quarantine."""
    registry = installed_plugins()
    serving = [
        *(("unit_type", each.code, each.label) for each in registry.unit_types.values()),
        *(("campaign", each.code, each.title) for each in registry.campaigns.values()),
    ]
    if as_json:
        print_json(
            {
                "serving": [{"kind": kind, "code": code, "label": label} for kind, code, label in serving],
                "quarantined": [
                    {"name": each.name, "distribution": each.distribution, "reasons": list(each.reasons)}
                    for each in registry.quarantined
                ],
            }
        )
        return
    print_table(serving)
    for each in registry.quarantined:
        click.echo(f"cách ly  {each.name} ({each.distribution} {each.version}): {'; '.join(each.reasons)}")


@plugins.command("check")
def plugins_check() -> None:
    """Fail if any installed plugin is in quarantine, none serves, or a year's map misses the year before."""
    registry = installed_plugins()
    for each in registry.quarantined:
        for reason in each.reasons:
            click.echo(f"{each.name} ({each.distribution} {each.version}): {reason}", err=True)
    between = list(faults_between(registry.campaigns))
    for code, fault in between:
        click.echo(f"{code}: {fault}", err=True)
    if registry.quarantined or between:
        sys.exit(1)
    if not (registry.unit_types and registry.campaigns):
        click.echo("Chưa cài phần mở rộng nào.", err=True)
        sys.exit(1)
    click.echo(f"{len(registry.unit_types)} loại đơn vị, {len(registry.campaigns)} đợt thi đua: đều dùng được.")


COMMANDS: tuple[click.Command, ...] = (db, units, plugins)
