"""A report goes out as the form's workbook and comes back in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from thidua.forms.compose import ComposedForm
from thidua.forms.envelope import Envelope
from thidua.forms.envelope import read_envelope
from thidua.forms.readers import read_web
from thidua.forms.workbook.child import read_here
from thidua.forms.workbook.reading import read_workbook
from thidua.forms.workbook.writing import Filling
from thidua.forms.workbook.writing import identity_of
from thidua.forms.workbook.writing import write_workbook
from thidua.forms.written import envelope_data
from thidua.forms.written import typed_of

__all__ = ["through_the_workbook"]


def through_the_workbook(form: ComposedForm, payload: Mapping[str, Any]) -> Envelope | None:
    """Write a payload into the form's workbook and read it back, as a unit that fills it in offline does.

    The file is our own, so it is read in this process: what is tried is the form, not the guard.
    """
    filling = Filling(
        campaign_title=form.campaign_code,
        unit_code="X",
        unit_name="X",
        period_code="X",
        period_name="X",
        typed=typed_of(form, payload),
    )
    identity = identity_of(form, filling)
    reading = read_workbook(form, write_workbook(form, filling), identity, read_here)
    if reading.findings:
        return None
    fields = payload.get("fields") or {}
    computed = {name: fields[name] for name, model in form.cell_fields.items() if model.computed and name in fields}
    read = read_web(form, dict(reading.typed))
    data = envelope_data(form, read, unit_code="X", period_code="X", revision=0, computed=computed)
    return read_envelope(data)[0]
