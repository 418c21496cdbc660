"""Commands about accounts. Whoever may run them on the server may give any role; the trail says it was a command."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from datetime import timedelta
from typing import Any

import click

from thidua.application.access.permissions import Right
from thidua.application.people.account_codes import Code
from thidua.application.people.account_codes import reset_by_code
from thidua.application.people.account_reading import AccountsWish
from thidua.application.people.account_reading import list_accounts
from thidua.application.people.accounts import NewPerson
from thidua.application.people.accounts import create_account
from thidua.application.people.accounts import disable_account
from thidua.application.people.accounts import enable_account
from thidua.application.people.accounts import id_of
from thidua.application.people.accounts import reset_password
from thidua.application.people.bearer_tokens import LONGEST_TOKEN_DAYS
from thidua.application.people.bearer_tokens import issue_token
from thidua.application.people.identities import link_identity
from thidua.application.people.identities import linked_identities
from thidua.application.people.identities import require_way_in
from thidua.application.people.identities import unlink_identity
from thidua.application.people.inviting import Handover
from thidua.application.people.inviting import hand_over
from thidua.application.people.inviting import invite
from thidua.application.people.memberships import check_wish
from thidua.application.people.memberships import today_of
from thidua.application.people.second_factors import reset_second_factor
from thidua.application.ports.account_ports import Standing
from thidua.application.ports.host import Host
from thidua.cli.hosting import command_host
from thidua.cli.printing import json_option
from thidua.cli.printing import print_json
from thidua.cli.printing import print_table
from thidua.domain.accounts import Membership
from thidua.domain.accounts import Role
from thidua.domain.accounts import is_unit_role
from thidua.domain.errors import NotFoundError

__all__ = ["COMMANDS"]

_ALL = 1_000_000
_ROLES = click.Choice([role.value for role in Role])
_DAY = click.DateTime(["%Y-%m-%d"])


def _person(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what tells of a new person and the one role."""
    for option in (
        click.option("--until", type=_DAY, help="Ngày cuối giữ vai trò; không ghi là không thời hạn."),
        click.option("--unit", help="Mã đơn vị, với vai trò của đơn vị."),
        click.option("--role", type=_ROLES, required=True),
        click.option("--position", default=""),
        click.option("--full-name", required=True),
        click.argument("name"),
    ):
        command = option(command)
    return command


@click.group()
def account() -> None:
    """Look after accounts."""


@account.command("create")
@_person
@click.password_option()
@json_option
def account_create(
    *,
    name: str,
    full_name: str,
    position: str,
    role: str,
    unit: str | None,
    until: object,
    password: str,
    as_json: bool,
) -> None:
    """Add an account with one role and its password."""
    host = _host()
    account_id = create_account(
        host,
        name=name,
        full_name=full_name,
        position=position,
        password=password,
        memberships=[_membership(host, role, unit, until)],
    )
    if as_json:
        print_json({"id": account_id, "name": name.strip().lower()})
    else:
        click.echo(f"Đã tạo tài khoản {name}.")


@account.command("invite")
@_person
@json_option
def account_invite(
    *, name: str, full_name: str, position: str, role: str, unit: str | None, until: object, as_json: bool
) -> None:
    """Add an account with one role, and print the code by which its person sets the password, once."""
    host = _host()
    wished = _membership(host, role, unit, until)
    _print_code(invite(host, None, NewPerson(name, full_name, position), [wished]).code, as_json=as_json)


@account.command("reset")
@click.argument("name")
@click.option("--code", "by_code", is_flag=True, help="In mã một lần để người ấy tự đặt mật khẩu mới.")
@click.option("--password", default="", help="Mật khẩu mới; không ghi thì hỏi.")
@json_option
def account_reset(*, name: str, by_code: bool, password: str, as_json: bool) -> None:
    """Set a new password and end the account's sessions, or print a code for it, once."""
    host = _host()
    if by_code:
        if password:
            raise click.UsageError("Chọn một: --code, hoặc --password.")
        _print_code(reset_by_code(host, None, id_of(host, name)), as_json=as_json)
        return
    password = password or click.prompt("Password", hide_input=True, confirmation_prompt=True)
    reset_password(host, name=name, password=password)
    _done(name, f"Đã đặt lại mật khẩu của {name}.", as_json=as_json)


@account.command("second-factor-reset")
@click.argument("name")
@json_option
def account_second_factor_reset(*, name: str, as_json: bool) -> None:
    """Forget the second factor of somebody who has lost it."""
    reset_second_factor(_host(), None, name=name)
    _done(name, f"Đã gỡ lớp xác thực thứ hai của {name}.", as_json=as_json)


@account.command("token")
@click.argument("name")
@click.option("--label", default="dòng lệnh", help="Tên để nhớ mã này dùng làm gì.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([right.value for right in Right]),
    help="Quyền giao cho mã, ghi được nhiều lần; không ghi là mọi quyền tài khoản đang có.",
)
@click.option(
    "--days", type=click.IntRange(1, LONGEST_TOKEN_DAYS), default=LONGEST_TOKEN_DAYS, help="Dùng được mấy ngày."
)
@json_option
def account_token(*, name: str, label: str, scopes: tuple[str, ...], days: int, as_json: bool) -> None:
    """Print a bearer token for the API, once."""
    token = issue_token(_host(), name=name, label=label, scopes=scopes, days=days)
    if as_json:
        print_json({"token": token, "name": name.strip().lower(), "days": days, "scopes": list(scopes)})
    else:
        click.echo(token)


@account.command("list")
@click.option("--role", type=_ROLES)
@click.option("--unit", help="Mã đơn vị.")
@click.option("--standing", type=click.Choice([each.value for each in Standing]))
@json_option
def account_list(*, role: str | None, unit: str | None, standing: str | None, as_json: bool) -> None:
    """List the accounts with the roles they hold today."""
    wish = AccountsWish(
        role=Role(role) if role else None,
        unit_code=unit,
        standing=Standing(standing) if standing else None,
        limit=_ALL,
    )
    found = list_accounts(_host(), None, wish)
    held = {line.id: [_spelled(each) for each in found.held.get(line.id, ())] for line in found.lines}
    if as_json:
        print_json(
            [
                {
                    "id": line.id,
                    "name": line.name,
                    "full_name": line.full_name,
                    "position": line.position,
                    "roles": held[line.id],
                    "is_disabled": line.disabled_at is not None,
                    "last_signed_in_at": line.last_signed_in_at.isoformat() if line.last_signed_in_at else None,
                }
                for line in found.lines
            ]
        )
        return
    print_table(
        [
            (line.name, line.full_name, ", ".join(held[line.id]), "đang bị khóa" if line.disabled_at else "")
            for line in found.lines
        ]
    )


@account.command("disable")
@click.argument("name")
@json_option
def account_disable(*, name: str, as_json: bool) -> None:
    """Let nobody in by an account any more; its sessions and tokens end."""
    host = _host()
    disable_account(host, None, id_of(host, name))
    _done(name, f"Đã khóa tài khoản {name}.", as_json=as_json)


@account.command("enable")
@click.argument("name")
@json_option
def account_enable(*, name: str, as_json: bool) -> None:
    """Let an account in again."""
    host = _host()
    enable_account(host, None, id_of(host, name))
    _done(name, f"Đã mở khóa tài khoản {name}.", as_json=as_json)


@account.command("handover")
@click.argument("name")
@click.option("--to", "successor", default="", help="Tài khoản của người nhận; không ghi là không ai nhận.")
@click.option("--last-day", type=_DAY, help="Ngày làm việc cuối; không ghi là thôi ngay và khóa tài khoản.")
@json_option
def account_handover(*, name: str, successor: str, last_day: object, as_json: bool) -> None:
    """End an account's roles and give the same to another; its sessions and tokens end at once."""
    host = _host()
    done = hand_over(host, None, Handover(account_id=id_of(host, name), on=_day_after(last_day), successor=successor))
    if as_json:
        print_json({"name": name.strip().lower(), "ended": done.ended, "held": done.held, "waiting": done.waiting})
    else:
        click.echo(f"Đã bàn giao: {done.ended} vai trò kết thúc, người nhận giữ {done.held}.")


@account.command("link")
@click.argument("name")
@click.argument("subject")
@json_option
def account_link(*, name: str, subject: str, as_json: bool) -> None:
    """Let SUBJECT, a person of the identity provider, sign in to an account."""
    host = _host()
    made = link_identity(host, None, id_of(host, name), subject)
    if as_json:
        print_json({"id": made, "name": name.strip().lower(), "subject": subject.strip()})
    else:
        click.echo(f"Đã nối {name} với tài khoản định danh số {made}.")


@account.command("unlink")
@click.argument("name")
@click.argument("subject")
@json_option
def account_unlink(*, name: str, subject: str, as_json: bool) -> None:
    """Let SUBJECT sign in to an account no more; the account's sessions end."""
    host = _host()
    found = [each for each in linked_identities(host, name) if each.subject == subject.strip()]
    if not found:
        raise NotFoundError("Tài khoản này không nối với mã định danh ấy.", subject=name)
    for each in found:
        unlink_identity(host, None, each.account_id, each.id)
    _done(name, f"Đã gỡ tài khoản định danh của {name}.", as_json=as_json)


@account.command("links")
@click.argument("name", default="")
@json_option
def account_links(*, name: str, as_json: bool) -> None:
    """List the links of an account, or of all."""
    found = linked_identities(_host(), name)
    if as_json:
        print_json(
            [
                {
                    "id": each.id,
                    "name": each.account_name,
                    "issuer": each.issuer,
                    "subject": each.subject,
                    "linked_at": each.linked_at.isoformat(),
                    "used_at": each.used_at.isoformat() if each.used_at else None,
                }
                for each in found
            ]
        )
        return
    print_table([(each.account_name, each.subject, each.issuer) for each in found])


@account.command("check-provider")
def account_check_provider() -> None:
    """Ask the identity provider what it announces, and whether people could sign in by it."""
    host = _host()
    if host.provider is None:
        raise NotFoundError("Chưa đặt cổng đăng nhập một lần (THIDUA_OIDC_ISSUER).", subject="THIDUA_OIDC_ISSUER")
    host.provider.check()
    require_way_in(host)
    click.echo(f"Cổng {host.provider.issuer} trả lời đúng; đã nối {len(linked_identities(host))} tài khoản.")


def _host() -> Host:
    return command_host()


def _membership(host: Host, role: str, unit: str | None, until: object) -> Membership:
    if is_unit_role(Role(role)) != (unit is not None):
        raise click.UsageError("Vai trò của đơn vị phải kèm --unit, các vai trò khác thì không.")
    today = today_of(host)
    wished = Membership(Role(role), unit, today, _day_after(until))
    check_wish(wished, today)
    return wished


def _day_after(day: object) -> date | None:
    return day.date() + timedelta(days=1) if hasattr(day, "date") else None


def _spelled(held: Membership) -> str:
    return f"{held.role.value}:{held.unit_code}" if held.unit_code else held.role.value


def _print_code(code: Code, *, as_json: bool) -> None:
    if as_json:
        print_json(
            {"id": code.account_id, "name": code.name, "code": code.text, "expires_at": code.expires_at.isoformat()}
        )
    else:
        click.echo(code.text)


def _done(name: str, sentence: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"name": name.strip().lower()})
    else:
        click.echo(sentence)


COMMANDS: tuple[click.Command, ...] = (account,)
