"""The receipt of one filing, to keep and to print."""

from __future__ import annotations

from flask import Blueprint
from flask import render_template

from thidua.application.review.reading import read_report
from thidua.application.review.reading import receipt_of
from thidua.web import context
from thidua.web.ledger import paper_of

__all__ = ["page"]

page = Blueprint("receipt", __name__)


@page.get("/reports/<int:report_id>/receipts/<int:revision>")
def show(report_id: int, revision: int) -> str:
    """Show number, server time, on time or late, and what happens next."""
    host, person = context.host(), context.actor()
    receipt = receipt_of(host, person, report_id, revision)
    sheet = read_report(host, person, report_id)
    return render_template("pages/receipt.html", receipt=receipt, sheet=sheet, paper=paper_of(sheet, revision))
