"""Commands about the audit trail: seal it, show its head, check it, ask it, archive its oldest part."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from datetime import datetime
from datetime import time
from datetime import timedelta
from pathlib import Path

import click

from thidua.adapters.db.options import DatabaseOptions
from thidua.adapters.trail_archive import TrailArchive
from thidua.application.people.erasing import erase_account
from thidua.application.ports.host import Host
from thidua.application.trail.archived_trail import check_archive
from thidua.application.trail.archived_trail import shorten_trail
from thidua.application.trail.checking_trail import as_json as break_as_json
from thidua.application.trail.checking_trail import check_trail
from thidua.application.trail.reading_trail import Sighting
from thidua.application.trail.reading_trail import Who
from thidua.application.trail.reading_trail import who_saw
from thidua.application.trail.sealing import anchor_head
from thidua.application.trail.sealing import read_head
from thidua.application.trail.sealing import seal_waiting
from thidua.cli.hosting import command_host
from thidua.cli.printing import json_option
from thidua.cli.printing import print_json
from thidua.cli.printing import print_table
from thidua.domain.audit import DOOR_LABELS
from thidua.settings import Settings
from thidua.settings import load

__all__ = ["ACCOUNT_COMMANDS", "COMMANDS"]

_DAY = click.DateTime(["%Y-%m-%d", "%d/%m/%Y"])
#: Statements over a whole trail take longer than anything a person waits for in a page.
_PATIENT = DatabaseOptions(application_name="thidua-audit", statement_timeout_s=3600)


@click.group()
def audit() -> None:
    """Look after the audit trail."""


@audit.command("seal")
@json_option
def audit_seal(*, as_json: bool) -> None:
    """Seal everything that is not sealed yet; the workers do it every few seconds by themselves."""
    host = _host(load())
    sealed = 0
    while batch := seal_waiting(host, look_back=None):
        sealed += batch
    if sealed:
        anchor_head(host)
    head = read_head(host)
    if as_json:
        print_json({"sealed": sealed, "seq": head.seal.seq if head.seal else 0, "unsealed_s": head.unsealed_for_s})
    else:
        click.echo(f"Đã niêm phong {sealed} dòng.")


@audit.command("head")
@json_option
def audit_head(*, as_json: bool) -> None:
    """Print the chain's head, to be kept on paper or elsewhere outside the database."""
    head = read_head(_host(load()))
    seal = head.seal
    if as_json:
        print_json(
            {
                "seq": seal.seq if seal else 0,
                "count": head.count,
                "digest": seal.digest if seal else "",
                "sealed_at": seal.sealed_at.isoformat() if seal else None,
                "unsealed_s": head.unsealed_for_s,
                "anchored_at": head.anchored_at.isoformat() if head.anchored_at else None,
            }
        )
    elif seal is None:
        click.echo("Nhật ký chưa có dòng nào được niêm phong.")
    else:
        click.echo(f"Vị trí {seal.seq}, {head.count} dòng, niêm phong lúc {seal.sealed_at.isoformat()}")
        click.echo(f"Mã niêm phong {seal.digest}")


@audit.command("verify")
@click.option("--from-seq", type=click.IntRange(1, 2**62), help="Kiểm tra từ vị trí này; phần trước được tin.")
@click.option("--archive", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Kiểm tra một tệp lưu.")
@json_option
def audit_verify(from_seq: int | None, archive: Path | None, *, as_json: bool) -> None:
    """Check the trail against its seals and the anchors outside; exit 1 on any finding."""
    host = _host(load())
    progress, end = _progress(shows=not as_json)
    if archive is not None:
        found = check_archive(host, TrailArchive(archive))
    else:
        found = check_trail(host, from_seq=from_seq, progress=progress)
    end()
    if as_json:
        print_json(
            {
                "is_whole": found.break_ is None,
                "sealed": found.sealed,
                "first_seq": found.first_seq,
                "head": found.head,
                "anchors": found.anchors,
                "unsealed": found.unsealed,
                "oldest_unsealed_at": found.oldest_unsealed_at.isoformat() if found.oldest_unsealed_at else None,
                "finding": break_as_json(found.break_),
            }
        )
    else:
        click.echo(found.sentence)
        if found.unsealed:
            click.echo(f"{found.unsealed} dòng mới chưa được niêm phong.")
    sys.exit(0 if found.break_ is None else 1)


@audit.command("seen")
@click.option("--person", default="", help="Họ tên hoặc một phần họ tên, không phân biệt chữ hoa.")
@click.option("--loose", is_flag=True, help="Không phân biệt dấu: 'Nguyen Van A' tìm cả 'Nguyễn Văn A'.")
@click.option("--report", "report_id", type=click.IntRange(1, 2**62), help="Số báo cáo.")
@click.option("--from", "since", type=_DAY, required=True, help="Từ ngày này.")
@click.option("--to", "until", type=_DAY, required=True, help="Đến hết ngày này.")
@json_option
def audit_seen(
    person: str, report_id: int | None, since: datetime, until: datetime, *, loose: bool, as_json: bool
) -> None:
    """Tell who was given a person's record, or any record of a report, and when."""
    settings = load()
    host = _host(settings)
    first, last = _moment(host, since.date()), _moment(host, until.date() + timedelta(days=1))
    seen = who_saw(host, None, Who(person=person, loose=loose, report_id=report_id, since=first, until=last))
    if as_json:
        print_json([_sighting(each) for each in seen])
        return
    for each in seen:
        entry = each.row.entry
        what = f"báo cáo số {each.report_id}" if each.report_id is not None else f"bản nháp {entry.key}"
        shown = f", lần nộp {', '.join(str(number + 1) for number in each.revisions)}" if each.revisions else ""
        at, by = entry.happened_at.astimezone(host.zone), f"{each.row.name or 'máy chủ'} {each.full_name}"
        way = f"{DOOR_LABELS[entry.origin.door]} {entry.origin.network}"
        click.echo(f"{at:%d/%m/%Y %H:%M:%S}  {by}  {what}{shown}  {way}")
    click.echo(f"{len(seen)} lần xem.")


@audit.command("shorten")
@click.option("--before", type=_DAY, required=True, help="Phần niêm phong trước ngày này.")
@click.option(
    "--archive", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Tệp lưu mới (.jsonl.gz)."
)
@click.confirmation_option(prompt="Các dòng này sẽ chỉ còn trong tệp lưu. Tiếp tục?")
def audit_shorten(before: datetime, archive: Path) -> None:
    """Put the part of the trail that is past its retention into an archive file.

    Needs the owner of the tables: for everybody else the trail only grows.
    """
    settings = load()
    host = _host(replace(settings, database_url=settings.migrating_url))
    progress, end = _progress(shows=True)
    made = shorten_trail(
        host,
        TrailArchive(archive),
        before=_moment(host, before.date()),
        retention=timedelta(days=settings.audit_retention_days),
        is_held=settings.audit_hold,
        progress=progress,
    )
    end()
    print_table(
        [("Số dòng đã lưu", str(made.seals)), ("Vị trí cuối", str(made.through)), ("SHA-256 của tệp", made.archive)]
    )


@click.command("erase")
@click.argument("name")
@click.confirmation_option(prompt="Họ tên sẽ mất hẳn, không lấy lại được. Tiếp tục?")
def account_erase(name: str) -> None:
    """Erase a person's name from their account where the law asks for it; what they did stays in the trail."""
    neutral = erase_account(_host(load()), name)
    click.echo(f"Đã xóa họ tên; tài khoản nay là {neutral} và không dùng được nữa.")


COMMANDS: tuple[click.Command, ...] = (audit,)
#: Commands of the group ``account``.
ACCOUNT_COMMANDS: tuple[click.Command, ...] = (account_erase,)


def _host(settings: Settings) -> Host:
    return command_host(settings, database=_PATIENT)


def _moment(host: Host, day: date) -> datetime:
    return datetime.combine(day, time.min, host.zone)


def _progress(*, shows: bool) -> tuple[Callable[[int, int], None], Callable[[], None]]:
    """Return what shows how far a check is, on a terminal only, and what ends the line."""
    if not (shows and sys.stderr.isatty()):
        return (lambda _done, _of: None), (lambda: None)
    return (
        lambda done, of: click.echo(f"\r\x1b[KĐã kiểm tra {done}/{of} dòng", nl=False, err=True),
        lambda: click.echo(err=True),
    )


def _sighting(each: Sighting) -> dict[str, object]:
    entry = each.row.entry
    return {
        "entry": each.row.id,
        "at": entry.happened_at.isoformat(),
        "account": each.row.name,
        "full_name": each.full_name,
        "thing": entry.thing.value,
        "key": entry.key,
        "report": each.report_id,
        "revisions": list(each.revisions),
        "door": entry.origin.door.value,
        "network": entry.origin.network,
        "request_id": entry.origin.request_id,
    }
