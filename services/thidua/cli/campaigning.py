"""Commands about campaigns: open and close, show, rebuild and verify the status, sample data."""

from __future__ import annotations

import sys
from datetime import UTC
from datetime import datetime
from datetime import timedelta

import click

from thidua.adapters.broker import SilentBell
from thidua.adapters.files import read_directory
from thidua.application.background.drain import drain
from thidua.application.background.drain import try_again
from thidua.application.background.sample import file_sample
from thidua.application.background.sample import sample_units
from thidua.application.background.verifying import verify
from thidua.application.periods.campaigns import close_campaign
from thidua.application.periods.campaigns import close_period
from thidua.application.periods.campaigns import open_campaign
from thidua.application.periods.campaigns import open_period
from thidua.application.periods.directory import import_directory
from thidua.application.periods.directory import import_units
from thidua.application.ports.host import Host
from thidua.application.review.reading import campaigns_seen
from thidua.application.status.past_statuses import past_status
from thidua.application.status.statuses import read_status
from thidua.bootstrap import build_host
from thidua.cli.hosting import command_host
from thidua.cli.pinning import adopt_command
from thidua.cli.pinning import standing_document
from thidua.cli.pinning import standing_words
from thidua.cli.preparing import migrate
from thidua.cli.printing import json_option
from thidua.cli.printing import print_json
from thidua.cli.printing import print_table
from thidua.cli.working import rebuild_command
from thidua.domain.accounts import Actor
from thidua.domain.accounts import Membership
from thidua.domain.accounts import Role
from thidua.domain.errors import ConflictError
from thidua.forms.days import read_moment
from thidua.forms.numerals import Unreadable
from thidua.settings import load

__all__ = ["COMMANDS", "period"]


def _host() -> Host:
    return command_host()


def _operator(host: Host) -> Actor:
    """Stand for the person at the server's console, who reads what the Office reads."""
    today = host.clock.now().astimezone(host.zone).date()
    return Actor(0, "operator", "", "", (Membership(Role.OFFICE, None, today),))


def _moment(host: Host, text: str) -> datetime:
    try:
        read = read_moment(text, zone=host.zone)
        if read is not None:
            return datetime.fromisoformat(read).astimezone(UTC).astimezone(host.zone)
    except Unreadable as problem:
        raise click.UsageError(problem.sentence) from problem
    except OverflowError:
        pass
    raise click.UsageError("Không có thời điểm như vậy.")


@click.group()
def campaign() -> None:
    """Open, close and list campaigns."""


@campaign.command("list")
@json_option
def campaign_list(*, as_json: bool) -> None:
    """List the campaigns that were opened, with their periods and how each stands to its pin."""
    host = _host()
    seen = campaigns_seen(host, _operator(host))
    if as_json:
        print_json(
            [
                {
                    "code": each.code,
                    "title": each.title,
                    "periods": [{"code": period.code, "state": period.state.value} for period in each.periods],
                    "year": standing_document(each.stands),
                }
                for each in seen
            ]
        )
        return
    for each in seen:
        click.echo(f"{each.code}  {each.title}  [{standing_words(each.stands)}]")
        if each.pinned:
            click.echo(f"  {each.pinned}")
        for period in each.periods:
            click.echo(f"  {period.code}  {period.name}  {period.state.value}")


campaign.add_command(adopt_command)


@campaign.command("open")
@click.argument("code")
def campaign_open(code: str) -> None:
    """Open a campaign whose plugin is installed, and pin what it is."""
    is_new = open_campaign(_host(), code)
    click.echo(f"Đã mở đợt {code}." if is_new else f"Đợt {code} đã mở từ trước.")


@campaign.command("close")
@click.argument("code")
def campaign_close(code: str) -> None:
    """Close a campaign with all its periods."""
    close_campaign(_host(), code)
    click.echo(f"Đã kết thúc đợt {code}.")


@click.group()
def period() -> None:
    """Open and close reporting periods, and change what one unit owes in one."""


@period.command("open")
@click.argument("campaign_code")
@click.argument("code")
def period_open(campaign_code: str, code: str) -> None:
    """Open a period and freeze its roster."""
    owed = open_period(_host(), campaign_code, code)
    click.echo(f"Đã mở kỳ {code}: {owed} đơn vị phải báo cáo.")


@period.command("close")
@click.argument("campaign_code")
@click.argument("code")
def period_close(campaign_code: str, code: str) -> None:
    """Close a period: it takes no more reports."""
    consolidated = close_period(_host(), campaign_code, code)
    click.echo(f"Đã khóa kỳ {code}: {consolidated} báo cáo đã tiếp nhận được tổng hợp.")


@click.group()
def status() -> None:
    """Show, rebuild and verify the status of campaigns."""


@status.command("show")
@click.argument("campaign_code")
@click.option("--period", "period_code", help="Mã kỳ (mặc định: kỳ mở gần nhất).")
@click.option("--at", help="Tình hình lúc này, tính lại từ sổ báo cáo, ví dụ '5/10/2021 17:00' (mặc định: bây giờ).")
@json_option
def status_show(campaign_code: str, period_code: str | None, at: str | None, *, as_json: bool) -> None:
    """Show the status of a period, now or as it stood at a moment that is past."""
    host = _host()
    if at is None:
        document = read_status(host, _operator(host), campaign_code, period_code).document
    else:
        # Lines for people tell no unit; a program gets what it gets of now.
        details = None if as_json else 0
        document = past_status(
            host,
            _operator(host),
            campaign_code,
            period_code,
            at=_moment(host, at),
            most_reports=None,
            most_in_details=details,
        ).document
    if as_json:
        print_json(document)
        return
    filing, inputs, reasons = document["filing"], document["inputs"], document["reasons"]
    if not (isinstance(filing, dict) and isinstance(inputs, dict) and isinstance(reasons, list)):
        raise ConflictError("Tài liệu tình hình không đọc được; hãy chạy: thidua status rebuild", subject=campaign_code)
    click.echo(f"{document['campaign']} · {document['period_name']} · {document['state_label']} · {document['light']}")
    for reason in reasons:
        click.echo(f"  - {reason}")
    print_table([(str(label), str(filing[state])) for state, label in filing["labels"].items()])
    click.echo(inputs["sentence"])
    if "pinned" in inputs:
        click.echo(inputs["pinned"])


status.add_command(rebuild_command)


@status.command("retry")
def status_retry() -> None:
    """Count anew the changes that were set aside because counting them failed."""
    changes = try_again(_host())
    click.echo(f"{changes} thay đổi sẽ được tính lại." if changes else "Không có thay đổi nào bị để lại.")


@status.command("verify")
@json_option
def status_verify(*, as_json: bool) -> None:
    """Compare what is stored with a recomputation from the ledger; exit 1 on any difference.

    Of a closed year whose plugin was removed the ledger alone is checked, and that is said.
    """
    found = verify(_host())
    if as_json:
        print_json(
            {
                "reports": found.reports,
                "facts": found.facts,
                "cells": found.cells,
                "documents": found.documents,
                "waiting_units": found.waiting,
                "differences": list(found.differences),
                "unverified": list(found.unverified),
            }
        )
    else:
        for difference in found.differences:
            click.echo(difference)
        click.echo(
            f"Đã kiểm tra {found.reports} báo cáo, {found.facts} số liệu, {found.cells} ô tổng hợp, "
            f"{found.documents} bảng tình hình: {len(found.differences)} chỗ khác."
        )
        for said in found.unverified:
            click.echo(f"{said}; sổ báo cáo đã được kiểm tra.")
        if found.waiting:
            click.echo(f"Chưa so {found.waiting} đơn vị có thay đổi đang chờ tính.")
    sys.exit(1 if found.differences else 0)


@click.command()
@click.option("--units", "unit_count", type=click.IntRange(1, 100_000), required=True, help="Số đơn vị mẫu thêm vào.")
@click.option(
    "--periods", "period_count", type=click.IntRange(1, 100), required=True, help="Số kỳ đầu tiên có báo cáo."
)
@click.option("--campaign", "campaign_code", help="Mã đợt (mặc định: đợt duy nhất đã cài).")
def seed(unit_count: int, period_count: int, campaign_code: str | None) -> None:
    """Fill an empty installation with units and reports, at any scale.

    The real units of the province are there as well. Nothing is added to a campaign that is open:
    a second run, or one after a run that was cut off, wants an empty database.
    """
    settings = load()
    # On a database that may be empty yet: wrong usage is told before anything is made.
    host = build_host(settings, bell=SilentBell())
    plan = host.catalogue.campaign(_chosen_campaign(host, campaign_code))
    periods = [period for period in plan.periods if period.cutoff_on is not None][:period_count]
    if len(periods) < period_count:
        raise click.UsageError(f"Đợt {plan.code} chỉ có {len(periods)} kỳ đã có ngày chốt.")
    migrate(settings)
    if campaigns_seen(host, _operator(host)):
        raise ConflictError(
            "Chỉ tạo dữ liệu mẫu khi chưa mở đợt nào; hãy dùng cơ sở dữ liệu mới (hoặc thư mục dữ liệu mới).",
            subject=plan.code,
        )
    unit_type = periods[0].forms[0].unit_types[0]
    start = host.calendar.due_at(periods[0].forms[0].deadline, periods[0].cutoff_on or plan.valid_to, host.zone)
    import_directory(host, read_directory(settings.units_dir))
    import_units(host, sample_units(unit_count, unit_type, start - timedelta(days=800)))
    open_campaign(host, plan.code)
    filer = _filer(host)
    filed = 0
    for period in periods:
        open_period(host, plan.code, period.code)
        with host.work.reading() as work:
            roster = work.campaigns.roster(plan.code, period.code)
        with click.progressbar(roster, label=f"Nộp báo cáo kỳ {period.code}") as rows:
            for row in rows:
                file_sample(host, row, account_id=filer, at=row.obligation.due_at - timedelta(hours=3))
        filed += len(roster)
    with click.progressbar(length=filed, label="Tổng hợp") as bar:
        while applied := drain(host):
            bar.update(applied)
    click.echo(f"Đã nộp và tổng hợp {filed} báo cáo mẫu, {len(periods)} kỳ của đợt {plan.code}.")


def _chosen_campaign(host: Host, wanted: str | None) -> str:
    codes = tuple(host.catalogue.campaigns)
    if not codes:
        raise ConflictError("Chưa cài đợt thi đua nào chạy được; hãy xem: thidua plugins list", subject="campaign")
    if wanted in codes:
        return wanted
    if wanted is not None or len(codes) > 1:
        raise click.UsageError(f"Hãy chọn --campaign, một trong: {', '.join(codes)}.")
    return codes[0]


def _filer(host: Host) -> int:
    """Return the account behind sample reports, made when it is first needed."""
    with host.work.writing() as work:
        account = work.accounts.by_name("sample")
        if account is not None:
            return account.id
        made = work.accounts.add(
            name="sample",
            full_name="Người nộp mẫu",
            position="",
            password_hash="",
            memberships=(),
            now=host.clock.now(),
        )
        work.commit()
    return made


COMMANDS: tuple[click.Command, ...] = (campaign, period, status, seed)
