"""The JSON API under ``/api/v1``: the same use cases as the pages, errors as problem documents."""

from __future__ import annotations

from flask import Blueprint

from thidua.domain.errors import InvalidPayloadError
from thidua.web.api.answers import invalid_payload
from thidua.web.api.comparison import comparison
from thidua.web.api.document import openapi
from thidua.web.api.evidence import add_file
from thidua.web.api.evidence import file as evidence_file
from thidua.web.api.evidence import files
from thidua.web.api.evidence import remove_file
from thidua.web.api.evidence import small
from thidua.web.api.inputs import inputs
from thidua.web.api.inputs import report_counted
from thidua.web.api.inputs import unit_counted
from thidua.web.api.jobs import ask_job
from thidua.web.api.jobs import cancel
from thidua.web.api.jobs import job
from thidua.web.api.jobs import jobs
from thidua.web.api.jobs import retry
from thidua.web.api.likenesses import likeness
from thidua.web.api.lineage import by_unit
from thidua.web.api.lineage import history
from thidua.web.api.obligations import change
from thidua.web.api.obligations import obligation
from thidua.web.api.obligations import obligations
from thidua.web.api.reports import file
from thidua.web.api.reports import listing
from thidua.web.api.reports import one
from thidua.web.api.reviewing import accept
from thidua.web.api.reviewing import accept_several
from thidua.web.api.reviewing import between
from thidua.web.api.reviewing import give_back
from thidua.web.api.reviewing import withdraw
from thidua.web.api.statuses import status
from thidua.web.api.trail import trail

__all__ = ["API"]

API = Blueprint("api", __name__, url_prefix="/api/v1")
API.register_error_handler(InvalidPayloadError, invalid_payload)
API.add_url_rule("/openapi.json", "openapi", openapi)
API.add_url_rule("/reports", "file", file, methods=["POST"])
API.add_url_rule("/reports", "listing", listing)
API.add_url_rule("/reports/<int:report_id>", "one", one)
API.add_url_rule("/reports/<int:report_id>/accept", "accept", accept, methods=["POST"])
API.add_url_rule("/reports/<int:report_id>/return", "give_back", give_back, methods=["POST"])
API.add_url_rule("/reports/<int:report_id>/withdraw", "withdraw", withdraw, methods=["POST"])
API.add_url_rule("/reports/<int:report_id>/differences", "between", between)
API.add_url_rule("/reports/accept", "accept_several", accept_several, methods=["POST"])
API.add_url_rule("/reports/<int:report_id>/likeness", "likeness", likeness)
API.add_url_rule("/obligations", "obligations", obligations)
API.add_url_rule("/obligations/<campaign>/<period>/<unit>", "obligation", obligation)
API.add_url_rule("/obligations/<campaign>/<period>/<unit>/changes", "change_obligation", change, methods=["POST"])
API.add_url_rule("/campaigns/<campaign>/periods/<period>/units/<unit>/evidence", "files", files)
API.add_url_rule("/campaigns/<campaign>/periods/<period>/units/<unit>/evidence", "add_file", add_file, methods=["POST"])
API.add_url_rule("/evidence/<int:evidence_id>", "evidence", evidence_file)
API.add_url_rule("/evidence/<int:evidence_id>", "remove_file", remove_file, methods=["DELETE"])
API.add_url_rule("/evidence/<int:evidence_id>/thumbnail", "evidence_small", small)
API.add_url_rule("/campaigns/<campaign>/status", "status", status)
API.add_url_rule("/campaigns/<campaign>/by-unit", "by_unit", by_unit)
API.add_url_rule("/units/<unit>/history", "unit_history", history)
API.add_url_rule("/audit", "audit", trail)
API.add_url_rule("/jobs", "jobs", jobs)
API.add_url_rule("/jobs", "ask_job", ask_job, methods=["POST"])
API.add_url_rule("/jobs/<int:job_id>", "job", job)
API.add_url_rule("/jobs/<int:job_id>/cancel", "cancel_job", cancel, methods=["POST"])
API.add_url_rule("/jobs/<int:job_id>/retry", "retry_job", retry, methods=["POST"])
API.add_url_rule("/campaigns/<campaign>/comparison", "comparison", comparison)
API.add_url_rule("/campaigns/<campaign>/status/inputs", "inputs", inputs)
API.add_url_rule("/campaigns/<campaign>/periods/<period>/units/<unit>/counted", "unit_counted", unit_counted)
API.add_url_rule("/reports/<int:report_id>/counted", "report_counted", report_counted)
