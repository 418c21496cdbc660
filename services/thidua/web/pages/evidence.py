"""Files beside reports, handed out to whoever may see them."""

from __future__ import annotations

from flask import Blueprint
from flask import Response

from thidua.web.evidence import handed_out
from thidua.web.evidence import thumbnail

__all__ = ["page"]

page = Blueprint("evidence", __name__, url_prefix="/evidence/<int:evidence_id>")


@page.get("")
def file(evidence_id: int) -> Response:
    """Hand a file out to be saved."""
    return handed_out(evidence_id)


@page.get("/thumbnail")
def small(evidence_id: int) -> Response:
    """Show a picture in small."""
    return thumbnail(evidence_id)
