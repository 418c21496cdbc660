"""Background work over the API: list it, look at one, ask for it, cancel it, try it again."""

from __future__ import annotations

import hashlib

from flask import Response
from flask import request

from thidua.application.background.job_kinds import KINDS
from thidua.application.background.jobs import JobSeen
from thidua.application.background.jobs import ask_for_job
from thidua.application.background.jobs import cancel_job
from thidua.application.background.jobs import list_jobs
from thidua.application.background.jobs import read_job
from thidua.application.background.jobs import retry_job
from thidua.domain.errors import MalformedRequestError
from thidua.domain.jobs import JOB_LABELS
from thidua.web import context
from thidua.web.api.answers import answer
from thidua.web.api.answers import only_query
from thidua.web.api.bodies import read_body

__all__ = ["ask_job", "cancel", "job", "jobs", "retry"]

_MOST = 200


def jobs() -> Response:
    """Answer a page of jobs, newest first, with what needs a person."""
    query = only_query("limit", "cursor")
    seen = list_jobs(
        context.host(),
        context.actor(),
        limit=_number(query.get("limit"), "limit", 50, _MOST),
        before_id=_number(query["cursor"], "cursor", 0, 2**62) if "cursor" in query else None,
    )
    return answer(
        {
            "jobs": [_as_json(each) for each in seen.jobs],
            "alarms": [{"code": alarm.code, "message": alarm.message} for alarm in seen.alarms],
            "next": None if seen.next_before is None else str(seen.next_before),
        }
    )


def job(job_id: int) -> Response:
    """Answer one job, or 304 if the asker has it as it stands."""
    return _one(job_id)


def ask_job() -> Response:
    """Ask for a job: ``{"kind": "rebuild", "subject"?: "<campaign>"}``; one that is open already is the answer."""
    body = read_body({"kind": str}, {"subject": str})
    job_id, is_new = ask_for_job(context.host(), context.actor(), str(body["kind"]), str(body.get("subject", "")))
    return _one(job_id, 202 if is_new else 200)


def cancel(job_id: int) -> Response:
    """End a job between two of its pieces."""
    cancel_job(context.host(), context.actor(), job_id)
    return _one(job_id)


def retry(job_id: int) -> Response:
    """Open an ended job again."""
    retry_job(context.host(), context.actor(), job_id)
    return _one(job_id)


def _one(job_id: int, status: int = 200) -> Response:
    response = answer(_as_json(read_job(context.host(), context.actor(), job_id)), status)
    etag = hashlib.sha256(response.get_data()).hexdigest()[:24]
    if request.method == "GET" and request.if_none_match.contains_weak(etag):
        response = Response(status=304)
    response.set_etag(etag)
    return response


def _as_json(seen: JobSeen) -> dict[str, object]:
    job, kind = seen.job, KINDS.get(seen.job.kind)
    shown: dict[str, object] = {
        "id": job.id,
        "kind": job.kind,
        "label": seen.label,
        "subject": job.subject,
        "origin": job.origin.value,
        "state": job.state.value,
        "state_label": JOB_LABELS[job.state],
        "stage": kind.stages[job.stage].code if kind is not None and job.stage < len(kind.stages) else "",
        "stage_label": seen.stage_label,
        "progress": {"done": job.progress.done, "total": job.progress.total},
        "attempts": job.attempts,
        "why_it_waits": seen.why_it_waits,
        "error": job.error,
        "result": dict(job.result),
        "created_at": job.created_at.isoformat(),
        "started_at": job.started_at.isoformat() if job.started_at else None,
        "finished_at": job.finished_at.isoformat() if job.finished_at else None,
    }
    if not seen.is_operator:
        return shown
    return shown | {
        "workers": list(job.workers),
        "leased_until": job.leased_until.isoformat() if job.leased_until else None,
        "detail": job.detail,
        "cancel_asked": job.cancel_asked,
        "slot": job.slot,
        "pieces_in_trouble": [
            {
                "number": piece.number,
                "scope": dict(piece.scope),
                "state": piece.state.value,
                "attempts": piece.attempts,
                "worker": piece.worker,
                "error": piece.error,
                "detail": piece.detail,
            }
            for piece in seen.troubled
        ],
    }


def _number(text: str | None, name: str, default: int, most: int) -> int:
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) < 19 and 0 < int(text) <= most):  # noqa: PLR2004
        raise MalformedRequestError(f"Tham số {name!r} phải là số từ 1 đến {most}.", subject=name)
    return int(text)
