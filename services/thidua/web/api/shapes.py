"""How the API writes a report, and what its requests share."""

from __future__ import annotations

from datetime import datetime

from flask import Response
from flask import request
from werkzeug.datastructures import ETags

from thidua.application.review.reading import ReportSheet
from thidua.domain.deadlines import Deadline
from thidua.domain.deadlines import DeadlineMoment
from thidua.domain.deadlines import say_deadline
from thidua.domain.errors import MalformedRequestError
from thidua.domain.filing import FILING_LABELS
from thidua.domain.reports import CHANNEL_LABELS
from thidua.domain.reports import REPORT_LABELS
from thidua.domain.reports import Report
from thidua.domain.revisions import REVISION_LABELS
from thidua.web import context

__all__ = ["deadline_json", "idempotency_key", "report_json", "sheet_json", "tags_of", "with_etag"]

_LONGEST_KEY = 255
#: What the ledger keeps for itself, to know a repeated request again.
_OWN = frozenset({"key", "request"})


def idempotency_key() -> str | None:
    """Return the request's ``Idempotency-Key``, None without one.

    Raises:
        MalformedRequestError: it is empty, too long or no plain ASCII.
    """
    key = request.headers.get("Idempotency-Key")
    if key is not None and not (0 < len(key) <= _LONGEST_KEY and key.isascii() and key.isprintable()):
        raise MalformedRequestError(
            f"Idempotency-Key phải là 1 đến {_LONGEST_KEY} ký tự ASCII.", subject="Idempotency-Key"
        )
    return key


def tags_of(tags: ETags, *, weak: bool) -> frozenset[str]:
    """Return the tags that a header names; an empty one names no version of anything."""
    # The header's reader gives None for an empty tag, whatever it promises.
    return frozenset(tag or "" for tag in tags.as_set(include_weak=weak))


def with_etag(response: Response, report: Report) -> Response:
    """Give an answer the tag by which ``If-Match`` names this version of the report."""
    response.set_etag(f"{report.id}.{report.version}")
    return response


def report_json(report: Report) -> dict[str, object]:
    """Write a report in short."""
    return {
        "id": report.id,
        "campaign_code": report.campaign_code,
        "period_code": report.period_code,
        "unit_code": report.unit_code,
        "unit_type": report.unit_type,
        "form_code": report.form_code,
        "state": report.state.value,
        "state_label": REPORT_LABELS[report.state],
        "revision": report.revision,
        "accepted_revision": report.accepted_revision,
        "version": report.version,
        "first_received_at": report.first_received_at.isoformat(),
        "received_at": report.received_at.isoformat(),
        "answer_by": report.standing.answer_by.isoformat() if report.standing.answer_by else None,
    }


def deadline_json(deadline: Deadline, now: datetime) -> dict[str, object]:
    """Write a deadline: its moments by name, the working days, the sentence that people read."""
    moments = {name: at.isoformat() for name, at in deadline.moments}
    grant = deadline.grant
    return {
        **{name.value: moments.get(name) for name in DeadlineMoment},
        "last_moment": deadline.last_moment.isoformat(),
        "working_days": deadline.working_days,
        "working_days_left": deadline.working_days_left,
        "sentence": say_deadline(deadline, now, context.host().zone),
        "granted": None
        if grant is None
        else {
            "kind": grant.kind.value,
            "reason": grant.reason,
            "document_number": grant.document_number,
            "requested_by": grant.requested_by,
        },
    }


def sheet_json(sheet: ReportSheet) -> dict[str, object]:
    """Write a report with its revisions and its ledger."""
    return {
        **report_json(sheet.report),
        "due_at": sheet.obligation.due_at.isoformat(),
        "is_closing": sheet.obligation.is_closing,
        "ends_on": sheet.obligation.ends_on.isoformat() if sheet.obligation.ends_on else None,
        "deadline": deadline_json(sheet.deadline, sheet.now),
        "filing": sheet.filing.value,
        "filing_label": FILING_LABELS[sheet.filing],
        "ledger_is_whole": sheet.broken_at is None,
        "pinned": sheet.pinned or None,
        "returned": _returned(sheet),
        "revisions": [
            {
                "number": revision.number,
                "state": sheet.states[revision.number].value,
                "state_label": REVISION_LABELS[sheet.states[revision.number]],
                "form_version": revision.form_version,
                "schema_digest": revision.schema_digest,
                "channel": revision.channel.value,
                "channel_label": CHANNEL_LABELS[revision.channel],
                "received_at": revision.received_at.isoformat(),
                "confirmed": list(revision.confirmed),
                "payload": revision.payload,
            }
            for revision in sheet.revisions
        ],
        "events": [
            {
                "seq": entry.seq,
                "kind": entry.kind.value,
                "revision": entry.revision,
                "at": entry.at.isoformat(),
                "note": entry.note,
                **{name: value for name, value in entry.body.items() if name not in _OWN},
                "previous": entry.previous,
                "digest": entry.digest,
            }
            for entry in sheet.entries
        ],
    }


def _returned(sheet: ReportSheet) -> dict[str, object] | None:
    """Write the return that binds the next filing: what is open, what was asked, by when."""
    returned = sheet.returned
    if returned is None:
        return None
    return {
        "revision": returned.revision,
        "reason": returned.reason,
        "at": returned.at.isoformat(),
        "answer_by": returned.answer_by.isoformat() if returned.answer_by else None,
        "incomplete": returned.is_incomplete,
        "everything_open": returned.is_whole,
        "remarks": [
            {"cell": each.cell, "text": each.text, "quote": each.quote, "answer": sheet.answers.get(each.cell, "")}
            for each in returned.remarks
        ],
    }
