"""The baseline: a bare Flask app that checks the same fields and makes three inserts in one commit.

Same server, same schema objects, same database; no accounts, no rules, no record, no status.
"""

from __future__ import annotations

import json
import os

from flask import Flask
from flask import Response
from flask import request
from sqlalchemy import create_engine
from sqlalchemy import text

from thidua.bootstrap import installed_plugins

_form = next(
    form for unit_type in installed_plugins().unit_types.values() for form in unit_type.forms if form.code == "A"
)
_schema = _form.schema()
_engine = create_engine(
    os.environ["BARE_DATABASE_URL"].replace("postgresql:", "postgresql+psycopg:"), pool_size=10, max_overflow=20
)
_REPORT = text("INSERT INTO bare_report (unit, payload) VALUES (:unit, :payload) RETURNING id")
_OUTBOX = text("INSERT INTO bare_outbox (report) VALUES (:report)")
_AUDIT = text("INSERT INTO bare_audit (report, note) VALUES (:report, 'filed')")

app = Flask(__name__)


@app.post("/reports")
def file() -> Response:
    """Validate, insert three rows, commit."""
    body = json.loads(request.get_data())
    errors = _schema.validate({**body["fields"], "violations": body["violations"], "nominations": body["nominations"]})
    if errors:
        return Response(json.dumps(errors, default=str), 422)
    with _engine.begin() as connection:
        report = connection.execute(_REPORT, {"unit": body["unit_code"], "payload": json.dumps(body)}).scalar_one()
        connection.execute(_OUTBOX, {"report": report})
        connection.execute(_AUDIT, {"report": report})
    return Response(json.dumps({"report": report}), 201, content_type="application/json")
