"""Commands about the units: bring them in, list them, tell what became of one, take a province's from a list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from datetime import datetime
from datetime import timedelta
from pathlib import Path

import click

from thidua.adapters.divisions import divisions_source
from thidua.adapters.divisions import read_divisions
from thidua.adapters.files import read_directory
from thidua.adapters.files import read_directory_file
from thidua.application.periods.directory import Effects
from thidua.application.periods.directory import import_directory
from thidua.application.periods.directory import list_units
from thidua.application.periods.lineages import UnitHistory
from thidua.application.periods.lineages import unit_history
from thidua.application.ports.succession_ports import Hanging
from thidua.cli.hosting import command_host
from thidua.cli.printing import json_option
from thidua.cli.printing import print_json
from thidua.cli.printing import print_table
from thidua.domain.divisions import Office
from thidua.domain.divisions import Province
from thidua.domain.divisions import units_file
from thidua.domain.divisions import units_of
from thidua.domain.errors import NotFoundError
from thidua.domain.successions import KIND_LABELS
from thidua.settings import load

__all__ = ["COMMANDS"]

_DAY = click.DateTime(["%Y-%m-%d"])
_TWO_TIERS_FROM = "2025-07-01"


@click.group()
def units() -> None:
    """Look after the units."""


@units.command("import")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Chỉ cho xem điều gì sẽ thay đổi, không ghi gì.")
@json_option
def units_import(file: Path | None, *, dry_run: bool, as_json: bool) -> None:
    """Bring in units and the successions between them from FILE, or from all files of config/units."""
    settings = load()
    found = read_directory_file(file) if file else read_directory(settings.units_dir)
    effects = import_directory(command_host(settings), found, dry_run=dry_run)
    if as_json:
        print_json(_in_json(effects, is_written=not dry_run))
        return
    for line in _told(effects):
        click.echo(line)
    click.echo(f"{'Sẽ nhập' if dry_run else 'Đã nhập'} {effects.written} đơn vị.")


@units.command("list")
@click.option("--on", type=_DAY, help="Tên và loại vào ngày này (mặc định: hôm nay).")
@json_option
def units_list(on: datetime | None, *, as_json: bool) -> None:
    """List the units."""
    host = command_host()
    day: date = on.date() if on else host.clock.now().astimezone(host.zone).date()
    rows = [(unit, version) for unit in list_units(host) if (version := unit.version_on(day))]
    if as_json:
        print_json([{"code": unit.code, "name": version.name, "type": version.type} for unit, version in rows])
    else:
        print_table([(unit.code, version.type, version.name) for unit, version in rows])


@units.command("history")
@click.argument("code")
@json_option
def units_history(code: str, *, as_json: bool) -> None:
    """Tell what the unit CODE was called over time, from whom it came and into whom it went."""
    history = unit_history(command_host(), None, code)
    if as_json:
        print_json(history.in_json())
        return
    for line in _history_told(history):
        click.echo(line)


@units.command("divisions")
@click.option("--province", help="Mã tỉnh theo danh mục (ví dụ 20); không ghi thì liệt kê các tỉnh.")
@click.option("--write", "file", type=click.Path(dir_okay=False, path_type=Path), help="Ghi thành tệp đơn vị để nhập.")
@click.option("--from", "since", type=_DAY, default=_TWO_TIERS_FROM, show_default=True, help="Ngày bắt đầu hiệu lực.")
@click.option("--code", default=Office.code, show_default=True, help="Mẫu mã đơn vị.")
@click.option("--name", default=Office.name, show_default=True, help="Mẫu tên đơn vị.")
@click.option("--short-name", default=Office.short_name, show_default=True, help="Mẫu tên ngắn.")
@click.option("--type", "unit_type", default="", help="Mã loại đơn vị; thidua plugins list kê các loại đã cài.")
@click.option("--legal-basis", default="", help="Văn bản thành lập.")
@json_option
def units_divisions(
    province: str | None,
    file: Path | None,
    since: datetime,
    code: str,
    name: str,
    short_name: str,
    unit_type: str,
    legal_basis: str,
    *,
    as_json: bool,
) -> None:
    """Take the communes and wards of a province from the list of administrative divisions."""
    provinces = read_divisions()
    if province is None:
        if as_json:
            print_json([{"code": each.code, "name": each.name, "communes": len(each.communes)} for each in provinces])
        else:
            print_table([(each.code, each.name, str(len(each.communes))) for each in provinces])
        return
    if not unit_type:
        raise click.UsageError("Cần --type: mã loại đơn vị (thidua plugins list kê các loại đã cài).")
    office = Office(
        code=code,
        name=name,
        short_name=short_name,
        type=unit_type,
        valid_from=since.date(),
        legal_basis=legal_basis,
    )
    chosen = _of_code(provinces, province)
    found = units_of(chosen, office)
    if file is not None:
        file.write_text(units_file(found, f"{divisions_source()}, {chosen.name}"), encoding="utf-8")
        click.echo(f"Đã ghi {len(found)} đơn vị của {chosen.name} vào {file}. Xem lại rồi chạy: thidua units import")
    elif as_json:
        print_json([{"code": each.code, "area_code": each.area_code, "name": each.versions[0].name} for each in found])
    else:
        print_table([(each.code, each.area_code, each.versions[0].name) for each in found])


def _of_code(provinces: tuple[Province, ...], code: str) -> Province:
    found = next((each for each in provinces if each.code == code.zfill(2)), None)
    if found is None:
        raise NotFoundError(f"Danh mục không có tỉnh nào mã {code}.", subject=code)
    return found


def _told(effects: Effects) -> Iterator[str]:
    if effects.added:
        yield f"Đơn vị mới: {', '.join(unit.code for unit in effects.added)}."
    if effects.changed:
        yield f"Đơn vị có thay đổi: {', '.join(unit.code for unit in effects.changed)}."
    for succession in effects.recorded:
        yield (
            f"{KIND_LABELS[succession.kind]} từ {_said(succession.effective_on)} ({succession.legal_basis}): "
            f"{len(succession.predecessors)} đơn vị trước, {len(succession.successors)} đơn vị sau."
        )
        for predecessor in succession.predecessors:
            after = ", ".join(link.successor for link in succession.links_of(predecessor))
            yield f"  {predecessor} → {after}"
    for unit, day in effects.ends:
        yield f"Kết thúc từ {_said(day)}: {unit.code} {unit.versions[-1].short_name}"
        yield from _hanging_told(effects.hanging.get(unit.code, Hanging()))
    if effects.begins:
        yield f"Bắt đầu: {', '.join(unit.code for unit, _ in effects.begins)}."


def _hanging_told(hanging: Hanging) -> Iterator[str]:
    if hanging.accounts:
        yield f"  còn tài khoản giữ vai trò: {', '.join(hanging.accounts)}"
    if hanging.obligations:
        yield f"  còn báo cáo ở kỳ đang mở: {', '.join('/'.join(place) for place in hanging.obligations)}"
    if hanging.drafts:
        yield f"  còn bản nháp: {', '.join('/'.join(place) for place in hanging.drafts)}"


def _in_json(effects: Effects, *, is_written: bool) -> dict[str, object]:
    return {
        "is_written": is_written,
        "units": effects.written,
        "added": [unit.code for unit in effects.added],
        "changed": [unit.code for unit in effects.changed],
        "recorded": [succession.code for succession in effects.recorded],
        "ends": [{"unit": unit.code, "on": day} for unit, day in effects.ends],
        "begins": [{"unit": unit.code, "on": day} for unit, day in effects.begins],
        "hanging": {
            code: {
                "accounts": list(hanging.accounts),
                "obligations": ["/".join(place) for place in hanging.obligations],
                "drafts": ["/".join(place) for place in hanging.drafts],
            }
            for code, hanging in effects.hanging.items()
        },
    }


def _history_told(history: UnitHistory) -> Iterator[str]:
    yield history.unit.code
    for version in history.unit.versions:
        until = f"đến hết {_said(version.valid_to - timedelta(days=1))}" if version.valid_to else "đến nay"
        told = f"  từ {_said(version.valid_from)} {until}: {version.name} ({version.parent}) {version.legal_basis}"
        yield told.rstrip()
    for step in history.steps:
        yield f"  {KIND_LABELS[step.kind]} từ {_said(step.effective_on)}, {step.legal_basis}"
        if step.came_from:
            yield f"    từ: {', '.join(step.came_from)}"
        if step.went_to:
            yield f"    thành: {', '.join(step.went_to)}"


def _said(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"


COMMANDS: tuple[click.Command, ...] = (units,)
