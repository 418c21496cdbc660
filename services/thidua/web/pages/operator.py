"""Background work for who operates the installation: who does it, how often it was tried, what went wrong."""

from __future__ import annotations

from flask import Blueprint
from flask import Response
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from werkzeug.wrappers import Response as AnyResponse

from thidua.application.access.permissions import Right
from thidua.application.access.permissions import require
from thidua.application.background.job_kinds import KINDS
from thidua.application.background.job_schedule import SCHEDULE
from thidua.application.background.jobs import JobsSeen
from thidua.application.background.jobs import ask_for_job
from thidua.application.background.jobs import cancel_job
from thidua.application.background.jobs import list_jobs
from thidua.application.background.jobs import read_job
from thidua.application.background.jobs import retry_job
from thidua.application.trail.reading_trail import trail_head
from thidua.domain.jobs import JOB_LABELS
from thidua.domain.jobs import ORIGIN_LABELS
from thidua.web import context
from thidua.web.pages.jobs import TONES
from thidua.web.pages.jobs import before_asked
from thidua.web.pages.jobs import etag_of
from thidua.web.pages.jobs import live_part
from thidua.web.pages.jobs import result_words

__all__ = ["page"]

page = Blueprint("operator", __name__, url_prefix="/operator/jobs")


@page.get("")
def show() -> Response:
    """Show the whole page."""
    seen = _seen()
    return Response(
        render_template(
            "pages/operator.html",
            **_view(seen),
            kinds=KINDS.values(),
            schedule=[(KINDS[each.kind].label, each) for each in SCHEDULE],
            head=trail_head(context.host(), context.actor()),
            etag=etag_of(seen),
            fragment_url=url_for("operator.fragment", before=before_asked()),
        )
    )


@page.get("/fragment")
def fragment() -> Response:
    """Return the main part alone, or 304 if the asker's copy is good."""
    seen = _seen()
    return live_part("jobs/operator.html", etag_of(seen), _view(seen))


@page.get("/<int:job_id>")
def one(job_id: int) -> str:
    """Show one job with the pieces that made trouble."""
    require(context.actor(), Right.OPERATE_JOBS)
    seen = read_job(context.host(), context.actor(), job_id)
    return render_template("pages/operator_job.html", each=seen, **_words())


@page.post("")
def ask() -> AnyResponse:
    """Ask for a job of a kind, about everything."""
    ask_for_job(context.host(), context.actor(), request.form.get("kind", ""))
    return redirect(url_for("operator.show"), 303)


@page.post("/<int:job_id>/cancel")
def cancel(job_id: int) -> AnyResponse:
    """End a job."""
    cancel_job(context.host(), context.actor(), job_id)
    return redirect(url_for("operator.one", job_id=job_id), 303)


@page.post("/<int:job_id>/retry")
def retry(job_id: int) -> AnyResponse:
    """Open an ended job again."""
    retry_job(context.host(), context.actor(), job_id)
    return redirect(url_for("operator.one", job_id=job_id), 303)


def _seen() -> JobsSeen:
    require(context.actor(), Right.OPERATE_JOBS)
    return list_jobs(context.host(), context.actor(), before_id=before_asked())


def _view(seen: JobsSeen) -> dict[str, object]:
    return {"alarms": seen.alarms, "jobs": seen.jobs, "next_before": seen.next_before, **_words()}


def _words() -> dict[str, object]:
    return {"labels": JOB_LABELS, "origins": ORIGIN_LABELS, "tones": TONES, "result_words": result_words}
