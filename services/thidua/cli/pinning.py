"""What commands tell of pinned years, and the command that adopts a changed one."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from collections.abc import Sequence
from pathlib import Path

import click

from thidua.adapters.broker import SilentBell
from thidua.adapters.db.schema import require_current
from thidua.application.ports.host import Host
from thidua.application.years.pinning import adopt_year
from thidua.application.years.pinning import years_seen
from thidua.application.years.standing import Standing
from thidua.application.years.standing import YearStanding
from thidua.bootstrap import build_host
from thidua.cli.hosting import command_host
from thidua.cli.printing import json_option
from thidua.cli.printing import print_json
from thidua.domain.errors import InvalidConfigurationError
from thidua.domain.errors import NotFoundError
from thidua.domain.errors import UnavailableError
from thidua.domain.errors import UnknownSchemaError
from thidua.plugin_host.registry import Registry
from thidua.settings import load

__all__ = [
    "adopt_command",
    "hinders",
    "lines_of",
    "missing_years",
    "standing_document",
    "standing_words",
    "years_beside",
]

_WORDS = {
    Standing.AS_PINNED: "như bản đã khóa",
    Standing.REWORDED: "như bản đã khóa, chỉ khác lời hoặc được bổ sung",
    Standing.UNPINNED: "chưa khóa, sẽ khóa khi máy chủ chạy",
    Standing.CHANGED: "KHÁC bản đã khóa, tạm ngừng nhận và tính",
    Standing.DAMAGED: "bản khóa hỏng, tạm ngừng nhận và tính",
    Standing.QUARANTINED: "phần mềm bị cách ly, chỉ xem",
    Standing.GONE: "phần mềm đã gỡ, chỉ xem",
}


@click.command("adopt")
@click.argument("code")
@click.option("--yes", "is_sure", is_flag=True, help="Nhận thay đổi; không có thì chỉ in ra.")
@json_option
def adopt_command(code: str, *, is_sure: bool, as_json: bool) -> None:
    """Show where an opened campaign's plugin differs from its pin; with --yes, go on with the plugin as it is now.

    Reports filed from then on are of the changed forms; those filed before keep theirs.
    """
    host = command_host()
    stands = adopt_year(host, code) if is_sure else _standing(host, code)
    is_done = is_sure and stands.standing is Standing.CHANGED
    if as_json:
        print_json({**standing_document(stands), "adopted": is_done})
    else:
        for line in lines_of(stands):
            click.echo(line)
        if is_done:
            click.echo(f"Đã nhận {len(stands.changes)} thay đổi của đợt {code}; việc đang chờ được tính tiếp.")
        elif stands.standing is Standing.CHANGED:
            click.echo(f"Chưa nhận gì. Nếu đúng, chạy lại: thidua campaign adopt {code} --yes", err=True)
        else:
            click.echo("Không có thay đổi nào phải nhận.")
    sys.exit(1 if stands.standing is Standing.CHANGED and not is_done else 0)


def _standing(host: Host, code: str) -> YearStanding:
    found = next((each for each in years_seen(host) if each.campaign.code == code), None)
    if found is None:
        raise NotFoundError("Đợt thi đua này chưa mở.", subject=code)
    return found


def years_beside(registry: Registry) -> tuple[YearStanding, ...] | None:
    """Return how opened campaigns stand to their pins with these plugins, None where no database tells."""
    settings = load()
    file = settings.database_url.partition("sqlite:///")[2]
    if file and not Path(file).exists():
        # Looking would make it.
        return None
    try:
        require_current(settings.database_url)
        return years_seen(build_host(settings, bell=SilentBell(), catalogue=registry))
    except (UnknownSchemaError, UnavailableError, InvalidConfigurationError):
        return None


def missing_years(years: Iterable[YearStanding] | None) -> tuple[str, ...] | None:
    """Return the campaigns, not closed yet, that no installed plugin brings; None where no database tells."""
    if years is None:
        return None
    gone = (each.campaign for each in years if each.standing is Standing.GONE)
    return tuple(row.code for row in gone if row.closed_at is None)


def hinders(stands: YearStanding) -> bool:
    """Tell whether a campaign that is still under way would stop with the plugins as they are."""
    return stands.campaign.closed_at is None and not stands.standing.serves


def standing_words(stands: YearStanding) -> str:
    """Say in a few words how a campaign stands to its pin."""
    closed = "đã kết thúc, " if stands.campaign.closed_at is not None else ""
    return f"{closed}{_WORDS[stands.standing]}"


def lines_of(stands: YearStanding) -> Sequence[str]:
    """Write a campaign's standing, one line for each change."""
    return [
        f"{stands.campaign.code}: {standing_words(stands)}",
        *(f"  {change.sentence}" for change in stands.changes),
        *([f"  {stands.damage.message}"] if stands.damage else []),
    ]


def standing_document(stands: YearStanding) -> dict[str, object]:
    """Write a campaign's standing for programs."""
    pin = stands.pin
    return {
        "campaign": stands.campaign.code,
        "state": stands.standing.value,
        "serves": stands.standing.serves,
        "read_from_pin": stands.is_read_from_pin,
        "pin": None
        if pin is None
        else {
            "number": pin.number,
            "digest": pin.digest,
            "plugin": pin.origin,
            "reason": pin.reason.value,
            "pinned_at": pin.pinned_at.isoformat(),
        },
        "changes": [
            {"form": change.form, "place": change.place, "was": change.was, "now": change.now}
            for change in stands.changes
        ],
    }
