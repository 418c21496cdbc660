"""Does a filing say hardly anything? A hint for the reviewer, never a verdict."""

from __future__ import annotations

from collections.abc import Mapping

from thidua.forms.compose import ComposedForm
from thidua_sdk import Need

__all__ = ["looks_empty"]


def looks_empty(form: ComposedForm, payload: Mapping[str, object]) -> bool:
    """Tell whether at least two thirds of the counts that are asked for say 0 or nothing.

    Args:
        form: the form it was filed in.
        payload: as stored.
    """
    fields = payload.get("fields")
    said = fields if isinstance(fields, Mapping) else {}
    asked = [model for model in form.counts if model.need is Need.REQUIRED] or list(form.counts)
    blank = sum(1 for model in asked if not said.get(model.name))
    return bool(asked) and 3 * blank >= 2 * len(asked)
