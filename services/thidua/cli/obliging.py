"""Commands that change what one unit owes in a period: more time, let off, owed again.

Every change keeps who made it, so each command names the account of the person it is made for; the
person's own rights decide.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from typing import TypedDict
from typing import Unpack

import click

from thidua.application.people.sessions import actor_named
from thidua.application.periods.obligations import ObligationSheet
from thidua.application.periods.obligations import Wish
from thidua.application.periods.obligations import change_obligation
from thidua.application.periods.obligations import read_obligation
from thidua.application.ports.host import Host
from thidua.cli.hosting import command_host
from thidua.cli.printing import json_option
from thidua.cli.printing import print_json
from thidua.domain.deadlines import say_deadline
from thidua.domain.deadlines import say_grant
from thidua.domain.deadlines import say_moment
from thidua.domain.obligations import CHANGE_LABELS
from thidua.domain.reports import ObligationChangeKind
from thidua.forms.days import read_moment
from thidua.forms.numerals import Unreadable

__all__ = ["COMMANDS"]

_WHEN = "Ngày và giờ, ví dụ '21/9/2021 17:00'."


def _about(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what all three commands take: whose report, who changes it and why."""
    for option in (
        json_option,
        click.option("--requested-by", default="", help="Người hoặc cơ quan đề nghị."),
        click.option("--document", default="", help="Số văn bản đề nghị hoặc cho phép."),
        click.option("--reason", required=True, help="Lý do; đơn vị sẽ đọc nguyên văn."),
        click.option("--by", "name", required=True, help="Tài khoản của người thực hiện, ghi vào lịch sử."),
        click.argument("unit_code"),
        click.argument("period_code"),
        click.argument("campaign_code"),
    ):
        command = option(command)
    return command


class _Given(TypedDict):
    campaign_code: str
    period_code: str
    unit_code: str
    name: str
    reason: str
    document: str
    requested_by: str
    as_json: bool


@click.command("extend")
@_about
@click.option("--until", required=True, help=f"Hạn mới. {_WHEN}")
def extend(*, until: str, **given: Unpack[_Given]) -> None:
    """Give a unit more time."""
    _change(ObligationChangeKind.EXTENDED, until, given)


@click.command("exempt")
@_about
@click.option("--until", default="", help=f"Hết miễn lúc nào; không ghi là miễn hẳn. {_WHEN}")
def exempt(*, until: str, **given: Unpack[_Given]) -> None:
    """Let a unit off, for good or until a moment."""
    _change(ObligationChangeKind.EXEMPTED, until, given)


@click.command("owe")
@_about
def owe(**given: Unpack[_Given]) -> None:
    """Take an exemption back: the unit owes the report again."""
    _change(ObligationChangeKind.OWED_AGAIN, "", given)


def _change(kind: ObligationChangeKind, until: str, given: _Given) -> None:
    host = command_host()
    wish = Wish(
        kind=kind,
        reason=given["reason"],
        document_number=given["document"],
        requested_by=given["requested_by"],
        ends_at=_moment(host, until),
    )
    actor = actor_named(host, given["name"])
    campaign_code, period_code, unit_code = given["campaign_code"], given["period_code"], given["unit_code"]
    change_obligation(host, actor, campaign_code=campaign_code, period_code=period_code, unit_code=unit_code, wish=wish)
    sheet = read_obligation(host, actor, campaign_code=campaign_code, period_code=period_code, unit_code=unit_code)
    if given["as_json"]:
        print_json(_told(sheet, host))
        return
    owes = sheet.obligation
    click.echo(f"Đã ghi: {CHANGE_LABELS[kind]} – {owes.unit_name}, {sheet.period.name}.")
    if owes.is_exempt(sheet.now):
        until_when = f" đến {say_moment(owes.exempt_until, host.zone)}" if owes.exempt_until else ""
        click.echo(f"Đơn vị được miễn báo cáo{until_when}.")
    else:
        click.echo(f"{say_deadline(sheet.deadline, sheet.now, host.zone)}.")
        if granted := say_grant(sheet.deadline):
            click.echo(f"{granted}.")


def _told(sheet: ObligationSheet, host: Host) -> dict[str, object]:
    owes, change = sheet.obligation, sheet.changes[-1]
    return {
        "campaign": owes.campaign_code,
        "period": owes.period_code,
        "unit": owes.unit_code,
        "change": {
            "seq": change.seq,
            "kind": change.kind.value,
            "reason": change.reason,
            "document_number": change.document_number,
            "requested_by": change.requested_by,
            "ends_at": change.ends_at.isoformat() if change.ends_at else None,
            "by": sheet.people.get(change.by, ""),
            "at": change.at.isoformat(),
        },
        "is_exempt": owes.is_exempt(sheet.now),
        "exempt_until": owes.exempt_until.isoformat() if owes.exempt_until else None,
        "deadline": {
            **{moment.value: at.isoformat() for moment, at in sheet.deadline.moments},
            "working_days_left": sheet.deadline.working_days_left,
            "sentence": say_deadline(sheet.deadline, sheet.now, host.zone),
        },
    }


def _moment(host: Host, text: str) -> datetime | None:
    try:
        read = read_moment(text, zone=host.zone)
    except Unreadable as problem:
        raise click.BadParameter(problem.sentence, param_hint="--until") from None
    return None if read is None else datetime.fromisoformat(read)


COMMANDS: tuple[click.Command, ...] = (extend, exempt, owe)
