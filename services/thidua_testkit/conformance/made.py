"""Reports made up from what a form asks, to try what golden reports do not reach."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import HealthCheck
from hypothesis import Phase
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from thidua.forms.compose import ComposedForm
from thidua.forms.describe import FieldModel
from thidua_sdk import Choice
from thidua_sdk import Count
from thidua_sdk import Day
from thidua_sdk import DocumentNumber
from thidua_sdk import Flag
from thidua_sdk import Group
from thidua_sdk import ListOf
from thidua_sdk import Moment
from thidua_sdk import Percent
from thidua_sdk import Quantity
from thidua_sdk import Records

__all__ = ["made_payloads", "payloads"]

_EXAMPLES = 6
_made: dict[str, tuple[dict[str, Any], ...]] = {}

_WORDS = ("Đã quán triệt", "Tuyên truyền lưu động", "Hữu Lũng", "Không", "Ẵm ờ ữ", "phòng, chống", "186/KH")
_LINES = ("Mô hình “Cổng trường an toàn”.", "Thiếu kinh phí;\nthiếu người.", *_WORDS)
_PLACES = 10


def made_payloads(form: ComposedForm) -> tuple[dict[str, Any], ...]:
    """Make some payloads of a form, the same ones on every run; made once for all laws, for drawing them takes longest.

    Nothing is shrunk: failures name the cell.
    """
    if form.digest not in _made:
        found: list[dict[str, Any]] = []

        @settings(
            max_examples=_EXAMPLES,
            derandomize=True,
            database=None,
            deadline=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        )
        @given(payloads(form))
        def keep(payload: dict[str, Any]) -> None:
            found.append(payload)

        keep()
        _made[form.digest] = tuple(found)
    return _made[form.digest]


def payloads(form: ComposedForm) -> st.SearchStrategy[dict[str, Any]]:
    """Make payloads whose cells hold values of their kind and bounds, or nothing; rules may be broken."""
    fields = {model.name: st.none() | _value(model) for model in form.cell_fields.values()}
    tables = {model.name: st.lists(_cells(model), max_size=min(model.most or 0, 3)) for model in form.tables.values()}
    topics = {
        model.name: st.fixed_dictionaries(
            {}, optional={topic.code: st.integers(0, model.maximum or 0) for topic in form.topics}
        )
        for model in form.split_by_topic
    }
    return st.fixed_dictionaries(
        {"fields": st.fixed_dictionaries(fields), "by_topic": st.fixed_dictionaries(topics), **tables}
    )


def _cells(model: FieldModel) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({column.name: _value(column) for column in model.columns})


def _value(model: FieldModel) -> st.SearchStrategy[Any]:  # noqa: C901, PLR0911  one return for each kind
    low, high = model.minimum or 0, model.maximum or 0
    if model.kind == Count.kind:
        return st.integers(low, high)
    if model.kind in {Quantity.kind, Percent.kind}:
        scale = _PLACES ** min(model.places, 1)
        return st.integers(low * scale, high * scale).map(lambda tenths: str(tenths / scale))
    if model.kind == Flag.kind:
        return st.booleans()
    if model.kind == Choice.kind:
        return st.sampled_from([code for code, _ in model.options])
    if model.kind == Day.kind:
        return st.dates(date(2000, 1, 1), date(2099, 12, 31)).map(date.isoformat)
    if model.kind == Moment.kind:
        return st.dates(date(2000, 1, 1), date(2099, 12, 31)).map(lambda day: f"{day}T16:30:00+07:00")
    if model.kind == DocumentNumber.kind:
        return st.just(model.example)
    if model.kind == ListOf.kind:
        return st.lists(st.sampled_from(_WORDS), min_size=1, max_size=min(model.most or 1, 3))
    if model.kind == Group.kind:
        return _cells(model)
    if model.kind == Records.kind:
        return st.lists(_cells(model), max_size=2)
    texts = [text[: model.length] for text in (_LINES if model.kind == "paragraph" else _WORDS)]
    return st.sampled_from([text.strip() for text in texts])
