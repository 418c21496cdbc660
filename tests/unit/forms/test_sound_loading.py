"""Loading what is sound without marshmallow's machinery gives what marshmallow gives, and never more."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import marshmallow as ma
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thidua.bootstrap import installed_plugins
from thidua.forms.describe import Loader
from thidua.forms.envelope import _EnvelopeCells
from thidua_sdk import Count
from thidua_sdk import Day
from thidua_sdk import Group
from thidua_sdk import Line
from thidua_sdk import Need
from thidua_sdk import Quantity
from thidua_sdk import Records
from thidua_sdk import RowSchema

SAMPLES = Path(__file__).parents[2] / "samples"


class Inner(RowSchema):
    name = Line("Tên", length=5)
    on = Day("Ngày", need=Need.OPTIONAL)


class Outer(RowSchema):
    count = Count("Số", maximum=9)
    share = Quantity("Phần", need=Need.OPTIONAL)
    text = Line("Chữ", need=Need.OPTIONAL, length=4)
    group = Group("Nhóm", of=Inner, need=Need.OPTIONAL)
    rows = Records("Bảng", of=Inner, most=2)


def both(schema: ma.Schema, data: dict[str, Any]) -> tuple[Any, Any]:
    """Load with and without the short way."""
    short, long = Loader(schema, {}), Loader(schema, {})
    assert short._sound is not None
    long._sound = None
    return short.load(data), long.load(data)


values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 12),
    st.floats(allow_nan=False),
    st.text(max_size=6),
    st.just("2021-02-30"),
)
inner = st.dictionaries(st.sampled_from(["name", "on", "other"]), st.one_of(values, st.just("2021-03-04")), max_size=3)
outer = st.fixed_dictionaries(
    {},
    optional={
        "count": values,
        "share": values,
        "text": values,
        "group": st.one_of(values, inner),
        "rows": st.one_of(values, st.lists(st.one_of(values, inner), max_size=3)),
        "unknown": values,
    },
)


@given(outer)
def test_the_short_way_answers_as_the_schema_does(data: dict[str, Any]) -> None:
    short, long = both(Outer(), data)
    assert short == long


def test_both_ways_are_met() -> None:
    sound = {"count": 3, "group": {"name": "A", "on": "2021-03-04"}, "rows": [{"name": "B"}], "text": None}
    found = Loader(Outer(), {})
    assert found._sound is not None
    assert found._sound.load(sound) == Outer().load(sound)
    for wrong in (
        {},
        sound | {"count": 10},
        sound | {"x": 1},
        sound | {"count": None},
        sound | {"group": {"on": None}},
    ):
        assert found._sound.load(wrong) is None
        assert found.load(wrong)[1]


def samples() -> list[tuple[str, dict[str, Any]]]:
    return [(path.stem, json.loads(path.read_text(encoding="utf-8"))) for path in sorted(SAMPLES.glob("*.json"))]


@pytest.mark.parametrize(("name", "sample"), samples())
def test_real_reports_and_envelopes_load_alike(name: str, sample: dict[str, Any]) -> None:
    kinds = {form.code: form for kind in installed_plugins().unit_types.values() for form in kind.forms}
    schema = kinds[sample["form_code"]].schema()
    cells = sample["fields"] | {key: rows for key, rows in sample.items() if key in schema.fields}
    short, long = both(schema, cells)
    assert short == long, name
    envelope = _EnvelopeCells()
    short, long = both(envelope, {key: value for key, value in sample.items() if key in envelope.fields})
    assert short == long, name


def test_a_schema_that_does_more_than_read_is_left_to_marshmallow() -> None:
    class Hooked(RowSchema):
        count = Count("Số")

        @ma.post_load
        def doubled(self, data: dict[str, Any], **_: object) -> dict[str, Any]:
            return {"count": data["count"] * 2}

    class Renamed(RowSchema):
        count = Count("Số")

        def on_bind_field(self, field_name: str, field_obj: Any) -> None:
            field_obj.data_key = field_name.upper()

    class Validated(RowSchema):
        count = Count("Số")

        def on_bind_field(self, field_name: str, field_obj: Any) -> None:
            field_obj.validators = [ma.validate.Range(max=1)]

    assert Loader(Hooked(), {}).load({"count": 2}) == ({"count": 4}, [])
    assert Loader(Renamed(), {}).load({"COUNT": 2}) == ({"count": 2}, [])
    assert Loader(Validated(), {}).load({"count": 2})[1]
    open_schema = Outer(unknown=ma.INCLUDE)
    assert Loader(open_schema, {})._sound is None
