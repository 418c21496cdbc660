"""Payloads as people would have typed them, and what was typed as the envelope that every door takes.

The two are each other's way back: reading what was written gives the same values.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from datetime import date
from datetime import datetime
from datetime import tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

from thidua.forms.compose import ComposedForm
from thidua.forms.describe import FieldModel
from thidua.forms.evidence_lists import COLUMNS
from thidua.forms.evidence_lists import list_key
from thidua.forms.pointers import ANSWERS
from thidua.forms.pointers import COMMENTS
from thidua.forms.pointers import PEOPLE
from thidua.forms.pointers import escaped
from thidua.forms.pointers import unescaped
from thidua.forms.readers import WebReading
from thidua.forms.texts import clean_text
from thidua.forms.wording import number
from thidua_sdk import Day
from thidua_sdk import Group
from thidua_sdk import Moment
from thidua_sdk import Percent
from thidua_sdk import Quantity
from thidua_sdk import topic_cell

__all__ = ["TICKED", "envelope_data", "takes_dots", "text_of", "typed", "typed_of"]

#: Counts bounded below this are years and the like, written 1988 and not 1.988.
_MOST_WITHOUT_DOTS = 9999
_MINUS = "\N{MINUS SIGN}"
#: What stands in a ticked box.
TICKED = "yes"


def typed(kind: str, value: object, zone: tzinfo) -> str:  # noqa: PLR0911  one return for each type of value
    """Write a stored JSON value the way a person would have typed it into a cell of a kind.

    Reading the text back gives the same value. Lists give one line each; tables and groups are
    written cell by cell elsewhere.
    """
    match value:
        case None:
            return ""
        case bool():
            return TICKED if value else "no"
        case int():
            return number(value).replace("-", _MINUS)
        case list() | tuple():
            return "\n".join(map(str, value))
    text = str(value)
    if kind in {Quantity.kind, Percent.kind}:
        return f"{number(_plain(Decimal(text)))}".replace("-", _MINUS)
    if kind == Day.kind:
        day = date.fromisoformat(text)
        return f"{day.day}/{day.month}/{day.year}"
    if kind == Moment.kind:
        at = datetime.fromisoformat(text).astimezone(zone)
        return f"{at.day}/{at.month}/{at.year} {at:%H:%M}"
    return text


def _plain(value: Decimal) -> Decimal:
    """Drop zeros that end a fraction; never write an exponent."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def text_of(model: FieldModel, value: object, zone: tzinfo) -> str:
    """Write one cell's value as a person would have typed it; small counts, such as years, without dots."""
    if isinstance(value, int) and not isinstance(value, bool) and not takes_dots(model):
        return str(value)
    return typed(model.kind, value, zone)


def takes_dots(model: FieldModel) -> bool:
    """Tell whether numbers of a field are written with dots between thousands."""
    return model.maximum is None or model.maximum > _MOST_WITHOUT_DOTS


def typed_of(form: ComposedForm, payload: Mapping[str, object]) -> dict[str, str]:
    """Write a filed payload as a person would have typed it, by pointer, comments included.

    The reason for a correction and the tick of an estimate are left out: they speak of one filing.
    """
    zone = ZoneInfo(form.time_zone)
    fields = _mapping(payload.get("fields"))
    written: dict[str, str] = {}
    for model in form.cell_fields.values():
        value = fields.get(model.name)
        if model.kind == Group.kind:
            written |= _typed_cells(model.columns, _mapping(value), model.pointer, zone)
        else:
            written[model.pointer] = text_of(model, value, zone)
    for name, counts in _mapping(payload.get("by_topic")).items():
        for topic, count in _mapping(counts).items():
            written[topic_cell(name, topic)] = typed("count", count, zone)
    tables = {model.name: (model.columns, payload.get(model.name)) for model in form.tables.values()}
    lists = _mapping(payload.get("evidence"))
    tables |= {list_key(name): (COLUMNS, lists.get(name)) for name in form.listable}
    for name, (columns, rows) in tables.items():
        for index, row in enumerate(_rows(rows)):
            written |= _typed_cells(columns, row, f"/{name}/{index}", zone)
    for person in PEOPLE:
        for name, value in _mapping(payload.get(person)).items():
            written[f"/{person}/{name}"] = str(value)
    for pointer, text in _mapping(payload.get("comments")).items():
        written[COMMENTS + escaped(pointer)] = str(text)
    return written


def envelope_data(
    form: ComposedForm,
    reading: WebReading,
    *,
    unit_code: str,
    period_code: str,
    revision: int,
    computed: Mapping[str, int],
    confirm_warnings: bool = False,
) -> dict[str, object]:
    """Write what was typed as the JSON value that :func:`read_envelope` takes.

    Args:
        form: the form.
        reading: what was typed, read.
        unit_code: whose report it is.
        period_code: of which period.
        revision: the filing's number.
        computed: what the ledger says of the form's computed cells; nobody types them.
        confirm_warnings: whether the person confirmed what was doubtful.
    """
    raw = reading.typed
    people = {
        who: {part: clean_text(raw.get(f"/{who}/{part}", ""), lines=False) for part in ("full_name", "position")}
        for who in PEOPLE
    }
    comments = {reading.as_filed(about): text for about, text in _said(raw, COMMENTS)}
    return {
        **reading.rows,
        **{who: cells for who, cells in people.items() if any(cells.values())},
        "campaign_code": form.campaign_code,
        "form_code": form.code,
        "form_version": form.version,
        "unit_code": unit_code,
        "period_code": period_code,
        "revision": revision,
        "is_estimate": raw.get("/is_estimate") == TICKED,
        "correction_reason": clean_text(raw.get("/correction_reason", ""), lines=True),
        "confirm_warnings": confirm_warnings,
        "fields": {
            **reading.fields,
            **{name: value for name, value in computed.items() if name in form.cell_fields},
        },
        "by_topic": {name: dict(counts) for name, counts in reading.by_topic.items()},
        **({"evidence": dict(reading.evidence)} if reading.evidence else {}),
        "answers": [{"cell": about, "text": text} for about, text in _said(raw, ANSWERS)],
        "comments": {about: text for about, text in comments.items() if about is not None},
    }


def _said(raw: Mapping[str, str], prefix: str) -> Iterable[tuple[str, str]]:
    for name, text in raw.items():
        if name.startswith(prefix) and (cleaned := clean_text(text, lines=True)):
            yield unescaped(name.removeprefix(prefix)), cleaned


def _typed_cells(
    columns: Iterable[FieldModel], values: Mapping[str, object], pointer: str, zone: tzinfo
) -> dict[str, str]:
    return {f"{pointer}/{column.name}": text_of(column, values.get(column.name), zone) for column in columns}


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _rows(value: object) -> list[Mapping[str, object]]:
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
