"""What the machine is at, in plain words, for the Office; keeps itself fresh like the status page."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from flask import Blueprint
from flask import Response
from flask import render_template
from flask import request
from flask import url_for

from thidua.application.background.jobs import JobsSeen
from thidua.application.background.jobs import list_jobs
from thidua.domain.errors import MalformedRequestError
from thidua.domain.jobs import JOB_LABELS
from thidua.domain.jobs import ORIGIN_LABELS
from thidua.domain.jobs import Job
from thidua.domain.jobs import JobState
from thidua.web import context
from thidua.web import formats

__all__ = ["TONES", "before_asked", "live_part", "page", "result_words"]

page = Blueprint("jobs", __name__)

#: Which chip a state wears.
TONES: Mapping[JobState, str] = {
    JobState.WAITING: "",
    JobState.RUNNING: "soon",
    JobState.DONE: "ok",
    JobState.FAILED: "bad",
    JobState.QUARANTINED: "bad",
    JobState.CANCELLED: "",
}

#: What somebody in the Office can do about an end that is not a good one.
_ADVICE: Mapping[JobState, str] = {
    JobState.FAILED: "Hãy báo người quản trị; trước khi dùng số liệu, nên chờ kiểm tra lại.",
    JobState.QUARANTINED: "Các phần khác đã làm xong. Hãy báo người quản trị kèm số của việc này.",
    JobState.CANCELLED: "Phần đã làm vẫn giữ nguyên; có thể làm tiếp sau.",
}


@page.get("/jobs")
def show() -> Response:
    """Show the whole page."""
    seen = _seen()
    return Response(
        render_template(
            "pages/jobs.html",
            **_view(seen),
            etag=etag_of(seen),
            fragment_url=url_for("jobs.fragment", before=before_asked()),
        )
    )


@page.get("/jobs/fragment")
def fragment() -> Response:
    """Return the main part alone, or 304 if the asker's copy is good."""
    seen = _seen()
    return live_part("jobs/main.html", etag_of(seen), _view(seen))


def live_part(template: str, etag: str, view: Mapping[str, object]) -> Response:
    """Answer the part of a page that keeps itself fresh."""
    if request.if_none_match.contains(etag):
        response = Response(status=304)
    else:
        response = Response(render_template(template, **view))
    response.set_etag(etag)
    return response


def etag_of(seen: object) -> str:
    """Name a view by all that is in it."""
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:24]


def before_asked() -> int | None:
    """Return from which number on the page begins, None for the newest."""
    text = request.args.get("before", "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 19):  # noqa: PLR2004  more does not fit a bigint
        raise MalformedRequestError("Địa chỉ trang không đúng.", subject="before")
    return int(text)


def result_words(job: Job) -> str:
    """Say what a job that ended well has done."""
    result = job.result
    if job.state is not JobState.DONE:
        return ""
    reports = formats.number(result.get("reports", 0))
    if "differences" in result:
        left = result.get("waiting_units", 0)
        beside = f" Chưa so {formats.number(left)} đơn vị đang có thay đổi chờ tính." if left else ""
        facts = formats.number(result.get("facts", 0))
        return f"Đã so {reports} báo cáo, {facts} số liệu: không có sai lệch.{beside}"
    if "mended" in result:
        how = "đã sửa số liệu bị lệch" if result["mended"] else "số liệu vốn đã đúng"
        return f"Đã tính lại từ {reports} báo cáo: {how}."
    return ""


def _seen() -> JobsSeen:
    return list_jobs(context.host(), context.actor(), before_id=before_asked())


def _view(seen: JobsSeen) -> dict[str, object]:
    return {
        "alarms": seen.alarms,
        "open": [each for each in seen.jobs if each.job.is_open],
        "ended": [each for each in seen.jobs if not each.job.is_open],
        "next_before": seen.next_before,
        "labels": JOB_LABELS,
        "origins": ORIGIN_LABELS,
        "tones": TONES,
        "advice": _ADVICE,
        "result_words": result_words,
    }
