"""My account: roles, sessions, what happened to it, and the password."""

from __future__ import annotations

from flask import Blueprint
from flask import Response
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from werkzeug.wrappers import Response as AnyResponse

from thidua.application.people.own_account import change_own_password
from thidua.application.people.own_account import end_other_sessions
from thidua.application.people.own_account import end_own_session
from thidua.application.people.own_account import read_own_account
from thidua.application.people.own_account import read_own_news
from thidua.application.people.passwords import require_passwords
from thidua.domain.errors import ConflictError
from thidua.web import context
from thidua.web import sessions
from thidua.web.account_words import news_words
from thidua.web.browsers import browser_words
from thidua.web.errors import status_of
from thidua.web.posted import posted
from thidua.web.posted import secrets_posted
from thidua.web.unit_names import short_names

__all__ = ["page"]

page = Blueprint("own_account", __name__, url_prefix="/my-account")

#: What a finished act says on the page it leads back to.
_DONE = {
    "password": "Đã đổi mật khẩu.",
    "others": "Đã kết thúc các phiên đăng nhập khác.",
    "session": "Đã kết thúc phiên đăng nhập.",
    "news": "Đã đánh dấu là đã đọc.",
    "linked": "Đã nối tài khoản định danh. Từ nay bạn đăng nhập được bằng tài khoản ấy.",
    "unlinked": "Đã gỡ tài khoản định danh.",
}


@page.get("")
def show() -> str:
    """Show the account to its person."""
    seen = read_own_account(context.host(), context.actor(), sessions.secret())
    units = {each.held.unit_code for each in seen.memberships} | {each.wished.unit_code for each in seen.waiting}
    return render_template(
        "accounts/own.html",
        seen=seen,
        units=short_names(context.host(), [code for code in units if code]),
        browser_words=browser_words,
        news_words=news_words,
        done=_DONE.get(request.args.get("done", ""), ""),
    )


@page.get("/password")
def ask_password() -> str:
    """Ask for the old password and the new one."""
    require_passwords(context.host())
    return render_template("accounts/password.html", wrong={})


@page.post("/password")
def change_password() -> AnyResponse:
    """Change the password."""
    old, new, again, end_others = secrets_posted("old", "password", "again", "end_others")
    if new != again:
        wrong = {"again": "Hai lần gõ mật khẩu mới không giống nhau."}
        return Response(render_template("accounts/password.html", wrong=wrong), 422)
    try:
        change_own_password(
            context.host(),
            context.actor(),
            old=old,
            new=new,
            secret=sessions.secret(),
            end_others=end_others == "1",
        )
    except ConflictError as refusal:
        wrong = {refusal.subject: refusal.message}
        return Response(render_template("accounts/password.html", wrong=wrong), status_of(refusal)[0])
    return _back("password")


@page.post("/sessions/<handle>/end")
def end_session(handle: str) -> AnyResponse:
    """End one session; the page that asks goes on unless it was its own."""
    posted()
    end_own_session(context.host(), context.actor(), handle)
    return _back("session")


@page.post("/sessions/end-others")
def end_others() -> AnyResponse:
    """End all sessions but this one."""
    posted()
    end_other_sessions(context.host(), context.actor(), sessions.secret())
    return _back("others")


@page.post("/news/read")
def read_news() -> AnyResponse:
    """Mark what changed as read: the banner goes."""
    posted()
    read_own_news(context.host(), context.actor())
    return _back("news")


def _back(done: str) -> AnyResponse:
    return redirect(url_for("own_account.show", done=done), 303)
