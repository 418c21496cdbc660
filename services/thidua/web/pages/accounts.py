"""The accounts, for who manages them: find one, look at it, change it, invite and hand over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from datetime import timedelta

from flask import Blueprint
from flask import Response
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from werkzeug.wrappers import Response as AnyResponse

from thidua.application.access.permissions import ROLES
from thidua.application.access.permissions import Right
from thidua.application.access.permissions import may_give
from thidua.application.access.permissions import require
from thidua.application.people.account_codes import reset_by_code
from thidua.application.people.account_reading import AccountsWish
from thidua.application.people.account_reading import list_accounts
from thidua.application.people.account_reading import read_account
from thidua.application.people.accounts import LONGEST_NAME
from thidua.application.people.accounts import NewPerson
from thidua.application.people.accounts import change_account
from thidua.application.people.accounts import disable_account
from thidua.application.people.accounts import enable_account
from thidua.application.people.accounts import end_sessions
from thidua.application.people.inviting import Handover
from thidua.application.people.inviting import hand_over as hand_over_account
from thidua.application.people.inviting import invite as invite_person
from thidua.application.people.memberships import end_membership as end_role
from thidua.application.people.memberships import give_membership
from thidua.application.people.memberships import today_of
from thidua.application.periods.directory import list_units
from thidua.application.ports.account_ports import Standing
from thidua.domain.accounts import Role
from thidua.domain.errors import ConflictError
from thidua.web import context
from thidua.web.errors import status_of
from thidua.web.formats import day
from thidua.web.posted import Typed
from thidua.web.posted import posted
from thidua.web.posted import typed_day
from thidua.web.posted import typed_membership

__all__ = ["page", "sheet_again"]

page = Blueprint("accounts", __name__, url_prefix="/accounts")

_STANDINGS = {Standing.DISABLED: "Đang bị khóa", Standing.NEVER_SIGNED_IN: "Chưa đăng nhập lần nào"}
_PERSON = ("name", "full_name", "position")
_ROLE = ("role", "unit", "since", "last_on")
_LONGEST_QUERY = 200
#: So long before its first day a unit may be given its people.
_AT_HAND = timedelta(days=92)
#: What a finished act says on the page it leads back to.
_DONE = {
    "changed": "Đã ghi họ tên và chức vụ.",
    "disabled": "Đã khóa tài khoản. Mọi phiên đăng nhập và mã truy cập đã hết hiệu lực.",
    "enabled": "Đã mở khóa tài khoản. Phiên đăng nhập và mã truy cập cũ vẫn hết hiệu lực.",
    "sessions": "Đã kết thúc mọi phiên đăng nhập của người này.",
    "given": "Đã giao vai trò.",
    "prepared": "Đã chuẩn bị vai trò. Người này chỉ giữ vai trò khi người có quyền giao đã xác nhận.",
    "ended": "Đã ghi việc kết thúc vai trò.",
    "linked": "Đã nối tài khoản định danh. Người ấy được báo ở trang Tài khoản của tôi.",
    "unlinked": "Đã gỡ tài khoản định danh và kết thúc mọi phiên đăng nhập của người này.",
}


@page.get("")
def show() -> str:
    """List the accounts that are asked for."""
    query = {name: request.args.get(name, "")[:_LONGEST_QUERY] for name in ("q", "role", "unit", "standing", "after")}
    wish = AccountsWish(
        text=query["q"],
        role=Role(query["role"]) if query["role"] in set(Role) else None,
        unit_code=query["unit"] or None,
        standing=Standing(query["standing"]) if query["standing"] in set(Standing) else None,
        after=query["after"],
    )
    found = list_accounts(context.host(), context.actor(), wish)
    return render_template(
        "accounts/list.html",
        found=found,
        chosen=query,
        **_units(),
        roles=_roles(),
        standings=_STANDINGS,
    )


@page.get("/invite")
def ask_invite() -> str:
    """Ask whom to invite."""
    require(context.actor(), Right.MANAGE_ACCOUNTS)
    return _invite_form(Typed())


@page.post("/invite")
def invite() -> Response:
    """Make the account and show its code, this once."""
    typed = Typed(texts=posted(*_PERSON, *_ROLE))
    host = context.host()
    try:
        wished = [typed_membership(typed.texts, today_of(host))] if typed.texts["role"] else []
        made = invite_person(host, context.actor(), NewPerson(*(typed.texts[name] for name in _PERSON)), wished)
    except ConflictError as refusal:
        return Response(_invite_form(typed.refused(refusal)), status_of(refusal)[0])
    return Response(render_template("accounts/code.html", code=made.code, waiting=made.waiting, is_new=True))


@page.get("/<int:account_id>")
def one(account_id: int) -> str:
    """Show one account with all that can be done about it."""
    return sheet_again(account_id, Typed())


@page.post("/<int:account_id>")
def change(account_id: int) -> AnyResponse:
    """Write name and position anew."""
    typed = Typed(form="change", texts=posted("full_name", "position"))
    try:
        change_account(context.host(), context.actor(), account_id, **typed.texts)
    except ConflictError as refusal:
        return Response(sheet_again(account_id, typed.refused(refusal)), status_of(refusal)[0])
    return _back(account_id, "changed")


@page.post("/<int:account_id>/disable")
def disable(account_id: int) -> AnyResponse:
    """Let nobody in by it any more."""
    posted()
    disable_account(context.host(), context.actor(), account_id)
    return _back(account_id, "disabled")


@page.post("/<int:account_id>/enable")
def enable(account_id: int) -> AnyResponse:
    """Let its person in again."""
    posted()
    enable_account(context.host(), context.actor(), account_id)
    return _back(account_id, "enabled")


@page.post("/<int:account_id>/reset")
def reset(account_id: int) -> Response:
    """Make a code for a new password and show it, this once."""
    posted()
    code = reset_by_code(context.host(), context.actor(), account_id)
    return Response(render_template("accounts/code.html", code=code, waiting=0, is_new=False))


@page.post("/<int:account_id>/sessions/end", endpoint="end_sessions")
def end_all_sessions(account_id: int) -> AnyResponse:
    """Sign its person out everywhere."""
    posted()
    end_sessions(context.host(), context.actor(), account_id)
    return _back(account_id, "sessions")


@page.post("/<int:account_id>/memberships")
def give(account_id: int) -> AnyResponse:
    """Give or prepare a role."""
    typed = Typed(form="give", texts=posted(*_ROLE))
    host = context.host()
    try:
        wished = typed_membership(typed.texts, today_of(host))
        is_held = give_membership(host, context.actor(), account_id, wished)
    except ConflictError as refusal:
        return Response(sheet_again(account_id, typed.refused(refusal)), status_of(refusal)[0])
    return _back(account_id, "given" if is_held else "prepared")


@page.post("/<int:account_id>/memberships/<int:membership_id>/end")
def end_membership(account_id: int, membership_id: int) -> AnyResponse:
    """End a role after a day, or at once."""
    typed = Typed(form=f"end-{membership_id}", texts=posted("last_on"))
    try:
        day = _day_after(typed.texts["last_on"])
        end_role(context.host(), context.actor(), membership_id, on=day, account_id=account_id)
    except ConflictError as refusal:
        return Response(sheet_again(account_id, typed.refused(refusal)), status_of(refusal)[0])
    return _back(account_id, "ended")


@page.get("/<int:account_id>/hand-over")
def ask_hand_over(account_id: int) -> str:
    """Ask who follows, and from when."""
    return _hand_over_form(account_id, Typed())


@page.post("/<int:account_id>/hand-over")
def hand_over(account_id: int) -> Response:
    """Hand the roles over, and say what became of them."""
    typed = Typed(texts=posted("last_on", "successor", *_PERSON))
    newcomer = NewPerson(*(typed.texts[name] for name in _PERSON)) if typed.texts["name"] else None
    try:
        wish = Handover(
            account_id=account_id,
            on=_day_after(typed.texts["last_on"]),
            successor=typed.texts["successor"],
            newcomer=newcomer,
        )
        done = hand_over_account(context.host(), context.actor(), wish)
    except ConflictError as refusal:
        return Response(_hand_over_form(account_id, typed.refused(refusal)), status_of(refusal)[0])
    sheet = read_account(context.host(), context.actor(), account_id)
    return Response(render_template("accounts/handed_over.html", sheet=sheet, done=done))


def _invite_form(typed: Typed) -> str:
    return render_template(
        "accounts/invite.html", typed=typed, **_units(), roles=_roles(), longest=LONGEST_NAME, gives=_gives()
    )


def sheet_again(account_id: int, typed: Typed) -> str:
    """Render an account's page with what was typed into one of its forms."""
    return render_template(
        "accounts/one.html",
        sheet=read_account(context.host(), context.actor(), account_id),
        typed=typed,
        nothing_typed=Typed(),
        **_units(),
        roles=_roles(),
        gives=_gives(),
        longest=LONGEST_NAME,
        done=_DONE.get(request.args.get("done", ""), ""),
    )


def _hand_over_form(account_id: int, typed: Typed) -> str:
    sheet = read_account(context.host(), context.actor(), account_id)
    return render_template(
        "accounts/hand_over.html", sheet=sheet, typed=typed, **_units(), roles=_roles(), longest=LONGEST_NAME
    )


def _back(account_id: int, done: str) -> AnyResponse:
    return redirect(url_for("accounts.one", account_id=account_id, done=done), 303)


def _day_after(text: str) -> date | None:
    day = typed_day(text, "last_on")
    if day == date.max:
        raise ConflictError("Ngày này xa quá.", subject="last_on")
    return None if day is None else day + timedelta(days=1)


def _units() -> Mapping[str, Mapping[str, str]]:
    """Return what every unit is called, and as ``offered`` those to choose from.

    Those are the units that there are, those that ceased, which may still owe reports, and those at hand: one that
    begins soon can be given people who begin with it, one of years to come is not offered.
    """
    today = today_of(context.host())
    units: dict[str, str] = {}
    offered: dict[str, str] = {}
    for unit in list_units(context.host()):
        begins, ends = unit.versions[0].valid_from, unit.ends_before
        name = units[unit.code] = unit.version_nearest(today).short_name
        if begins > today:
            name = f"{name} (từ {day(begins)})"
        elif ends is not None and ends <= today:
            name = f"{name} (đến hết {day(ends - timedelta(days=1))})"
        if begins <= today + _AT_HAND:
            offered[unit.code] = name
    return {"units": units, "offered": offered}


def _roles() -> Mapping[Role, str]:
    return {role: rule.says for role, rule in ROLES.items()}


def _gives() -> frozenset[Role]:
    """Return the roles that the person gives without a second person, those of all units alike."""
    return frozenset(role for role in Role if may_give(context.actor(), role, None))
