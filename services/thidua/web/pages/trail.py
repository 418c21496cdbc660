"""The audit trail for those who supervise: what happened, and who saw which record."""

from __future__ import annotations

import json
from datetime import timedelta

from flask import Blueprint
from flask import Response
from flask import render_template
from flask import request

from thidua.application.access.permissions import Right
from thidua.application.access.permissions import require
from thidua.application.access.permissions import sees_people
from thidua.application.ports.audit_ports import EntryRow
from thidua.application.trail.reading_trail import Sighting
from thidua.application.trail.reading_trail import Who
from thidua.application.trail.reading_trail import export_trail
from thidua.application.trail.reading_trail import list_trail
from thidua.application.trail.reading_trail import trail_head
from thidua.application.trail.reading_trail import who_saw
from thidua.domain.audit import ACT_LABELS
from thidua.domain.audit import DOOR_LABELS
from thidua.domain.audit import OUTCOME_LABELS
from thidua.domain.audit import THING_LABELS
from thidua.domain.errors import MalformedRequestError
from thidua.web import context
from thidua.web import formats
from thidua.web.tables_out import csv_text
from thidua.web.trail_query import FILTERS
from thidua.web.trail_query import cursor
from thidua.web.trail_query import first_moment
from thidua.web.trail_query import report_number
from thidua.web.trail_query import sought

__all__ = ["page"]

page = Blueprint("trail", __name__, url_prefix="/audit")

_HEAD = (
    "Số",
    "Lúc",
    "Tài khoản",
    "Việc",
    "Đối tượng",
    "Mã",
    "Kết quả",
    "Đường vào",
    "Địa chỉ mạng",
    "Mã yêu cầu",
    "Chi tiết",
)
#: What is asked about without dates.
_LAST_DAYS = 30
_LONGEST_NAME = 200


@page.get("")
def show() -> str:
    """Show a page of the trail, newest first, with filters."""
    host, person = context.host(), context.actor()
    chosen = _chosen()
    found = list_trail(host, person, sought(chosen), before_id=cursor(request.args.get("before", "")))
    return render_template(
        "pages/trail.html",
        rows=found.rows,
        details={row.id: _detail(row) for row in found.rows},
        next_before=found.next_before,
        chosen=chosen,
        head=trail_head(host, person),
        **_words(),
    )


@page.get("/entries.csv")
def export() -> Response:
    """Hand out everything that is sought as a table for spreadsheets."""
    rows = export_trail(context.host(), context.actor(), sought(_chosen()))
    zone = context.host().zone
    lines = (
        (
            str(row.id),
            formats.moment_exact(row.entry.happened_at, zone=zone),
            row.name,
            ACT_LABELS[row.entry.act],
            THING_LABELS[row.entry.thing],
            row.entry.key,
            OUTCOME_LABELS[row.entry.outcome],
            DOOR_LABELS[row.entry.origin.door],
            row.entry.origin.network,
            row.entry.origin.request_id,
            _detail(row),
        )
        for row in rows
    )
    return Response(
        csv_text(_HEAD, lines),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="nhat-ky-kiem-soat.csv"'},
    )


@page.get("/seen")
def ask_seen() -> str:
    """Ask whose record it is about."""
    require(context.actor(), Right.READ_AUDIT)
    today = context.host().clock.now().astimezone(context.host().zone).date()
    asked = {
        "person": "",
        "loose": "",
        "report": request.args.get("report", ""),
        "since": (today - timedelta(days=_LAST_DAYS)).isoformat(),
        "until": today.isoformat(),
    }
    return _seen(asked, None, "")


@page.post("/seen")
def seen() -> Response:
    """Tell who saw it. The name travels in the body: addresses stand in logs and histories."""
    require(context.actor(), Right.READ_AUDIT)
    asked = {name: request.form.get(name, "").strip() for name in ("person", "loose", "report", "since", "until")}
    try:
        who = _who(asked)
        found = who_saw(context.host(), context.actor(), who)
    except MalformedRequestError as refusal:
        return Response(_seen(asked, None, refusal.message), 400)
    return Response(_seen(asked, found, ""))


def _who(asked: dict[str, str]) -> Who:
    since, until = (first_moment(asked[name], name) for name in ("since", "until"))
    if since is None or until is None or len(asked["person"]) > _LONGEST_NAME:
        raise MalformedRequestError("Hãy chọn ngày đầu và ngày cuối.", subject="since")
    return Who(
        person=asked["person"],
        loose=bool(asked["loose"]),
        report_id=report_number(asked["report"], "report"),
        since=since,
        until=until + timedelta(days=1),
    )


def _seen(asked: dict[str, str], found: tuple[Sighting, ...] | None, message: str) -> str:
    return render_template(
        "pages/trail_seen.html",
        asked=asked,
        found=found,
        message=message,
        may_name=sees_people(context.actor(), ""),
        **_words(),
    )


def _chosen() -> dict[str, str]:
    return {name: request.args.get(name, "") for name in FILTERS}


def _detail(row: EntryRow) -> str:
    return json.dumps(dict(row.entry.detail), ensure_ascii=False) if row.entry.detail else ""


def _words() -> dict[str, object]:
    return {"acts": ACT_LABELS, "outcomes": OUTCOME_LABELS, "things": THING_LABELS, "doors": DOOR_LABELS}
