"""Commands that begin a new plugin: ``thidua plugins new …``."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import distributions
from importlib.metadata import entry_points
from pathlib import Path
from types import MappingProxyType

import click

from thidua.bootstrap import installed_plugins
from thidua.cli.printing import json_option
from thidua.cli.printing import print_json
from thidua.domain.errors import NotFoundError
from thidua.plugin_host.discovery import CAMPAIGNS
from thidua.plugin_host.discovery import UNIT_TYPES
from thidua.scaffolding.campaign.sources import read_package
from thidua.scaffolding.campaign.todo import decisions
from thidua.scaffolding.campaign.writing import campaign_files
from thidua.scaffolding.names import UnitNames
from thidua.scaffolding.names import campaign_names
from thidua.scaffolding.names import unit_names
from thidua.scaffolding.unit_types import example_unit_type
from thidua.scaffolding.writing import put_in_place
from thidua.scaffolding.writing import require_free
from thidua.scaffolding.xlsform.differences import HEADINGS
from thidua.scaffolding.xlsform.differences import Fate
from thidua.scaffolding.xlsform.reading import read_xlsform
from thidua.scaffolding.xlsform.unit_type import unit_type_from
from thidua.settings import load

__all__ = ["new"]

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_INTO = click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("plugins"),
    show_default=True,
    help="Thư mục chứa các phần mở rộng.",
)
_DRY_RUN = click.option("--dry-run", is_flag=True, help="Chỉ nói sẽ ghi gì, không ghi.")


@click.group()
def new() -> None:
    """Begin a new plugin from one that works."""


@new.command("unit-type")
@click.argument("code")
@click.option("--label", required=True, help="Tên loại đơn vị bằng tiếng Việt.")
@click.option("--form", default="", help="Mã biểu (mặc định: chữ đầu của mã loại đơn vị).")
@click.option("--xlsform", type=_FILE, help="Bảng tính XLSForm (.xlsx) mô tả biểu.")
@_INTO
@_DRY_RUN
@json_option
def new_unit_type(
    code: str, label: str, form: str, xlsform: Path | None, into: Path, *, dry_run: bool, as_json: bool
) -> None:
    """Write a unit type CODE with a report form and tests that pass."""
    names = _unit_names(code, label, form)
    folder = into / names.folder
    require_free(folder)
    if xlsform is None:
        _write(folder, example_unit_type(names), dry_run=dry_run, as_json=as_json)
        return
    made = unit_type_from(read_xlsform(xlsform), names)
    told = [{"fate": each.fate, "place": each.place, "text": each.text} for each in made.differences]
    _write(folder, made.content, dry_run=dry_run, as_json=as_json, more={"differences": told})
    if as_json:
        return
    for fate, heading in HEADINGS.items():
        lines = [each for each in made.differences if each.fate is fate]
        click.echo(f"{heading}: {len(lines)}")
        for each in lines if fate is not Fate.KEPT else ():
            click.echo(f"  {each.place}: {each.text}")


@new.command("campaign")
@click.option("--from", "source", required=True, help="Mã đợt thi đua đã cài, ví dụ PHONG-TRAO-NAM.")
@click.option("--year", required=True, type=int, help="Năm của đợt mới.")
@_INTO
@_DRY_RUN
@json_option
def new_campaign(source: str, year: int, into: Path, *, dry_run: bool, as_json: bool) -> None:
    """Write the campaign of another year, begun from one that is installed; TODO.md lists what people must decide."""
    catalogue = installed_plugins(load())
    campaigns = catalogue.campaigns
    entries = {entry.name: entry for entry in entry_points(group=CAMPAIGNS)}
    code = next((code for code in campaigns if code.casefold() == source.casefold()), "")
    if not code:
        known = ", ".join(sorted(campaigns)) or "chưa cài đợt nào"
        raise NotFoundError(f"Không có đợt thi đua “{source}” đang dùng được; hiện có: {known}.", subject=source)
    entry = entries[code]
    package = read_package(entry.value, code)
    names = campaign_names(
        code,
        campaigns[code].year,
        package.name,
        entry.dist.name if entry.dist else "",
        year,
        codes_in_use=entries,
        distributions=(each.name for each in distributions()),
    )
    folder = into / names.folder
    require_free(folder)
    questions = decisions(campaigns[code], names)
    content = campaign_files(package, campaigns[code], names, catalogue.unit_types)
    _write(folder, content, dry_run=dry_run, as_json=as_json, more={"decisions": questions})
    if not as_json:
        click.echo(f"Phải quyết định trước khi mở đợt (TODO.md): {len(questions)}")
        for question in questions:
            click.echo(f"  {question}")


def _unit_names(code: str, label: str, form: str) -> UnitNames:
    catalogue = installed_plugins(load())
    installed = {entry.name for entry in entry_points(group=UNIT_TYPES)}
    return unit_names(
        code,
        label,
        form,
        codes_in_use=installed,
        forms_in_use={each.code for unit_type in catalogue.unit_types.values() for each in unit_type.forms},
        distributions=(each.name for each in distributions()),
    )


def _write(
    folder: Path,
    content: dict[str, str],
    *,
    dry_run: bool,
    as_json: bool,
    more: Mapping[str, object] = MappingProxyType({}),
) -> None:
    if not dry_run:
        put_in_place(folder, content)
    if as_json:
        print_json({"folder": str(folder), "written": not dry_run, "files": sorted(content), **more})
        return
    click.echo(f"{'Sẽ ghi' if dry_run else 'Đã ghi'} {folder}:")
    for name in sorted(content):
        click.echo(f"  {name}")
    if not dry_run:
        click.echo("Bước tiếp theo:")
        click.echo(f"  pip install --no-deps --no-build-isolation -e {folder}")
        click.echo("  thidua plugins check")
        click.echo(f"  pytest {folder / 'tests'}")
