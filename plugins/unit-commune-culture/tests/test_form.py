"""The form of a commune: its rows, what each was taken from, and how its figures add up."""

from __future__ import annotations

import re

from thidua_unit_commune_culture import plugin
from thidua_unit_commune_culture.form import CommuneReport

from thidua_sdk import CUMULATIVE
from thidua_sdk import EVENT
from thidua_sdk import FLOW
from thidua_sdk import NONE
from thidua_sdk import STOCK
from thidua_sdk import STOCK_MAX
from thidua_sdk import TALLY
from thidua_sdk import Aggregation
from thidua_sdk import Field

FIELDS = {name: field for name, field in CommuneReport().fields.items() if isinstance(field, Field)}
CODES = {field.code: name for name, field in FIELDS.items() if field.code}
#: How rows add up, by their numbers.
AGGREGATES: dict[Aggregation, set[int]] = {
    TALLY: {1},
    NONE: {2, 3, *range(29, 33)},
    STOCK: {5, 9},
    CUMULATIVE: {6, 8},
    STOCK_MAX: {10},
    EVENT: {26, 27, 28},
    FLOW: {4, 7, *range(11, 26)},
}


def test_rows_stand_in_order_and_beside_them_only_the_cases() -> None:
    assert list(CODES) == [f"E{number:02}" for number in range(1, 33)]
    assert set(FIELDS) - set(CODES.values()) == {"violations"}


def test_every_row_says_what_it_was_taken_from() -> None:
    sources = {code: FIELDS[name].source for code, name in CODES.items()}
    assert sources["E05"] == "Biểu E, dòng E05; theo Biểu A, dòng A05"
    assert sources["E32"] == "Biểu E, dòng E32; theo Biểu A, dòng A34"
    proposed = {code for code, source in sources.items() if "đề xuất cho cấp xã, cần Văn phòng Sở xác nhận" in source}
    assert proposed == {"E23"}
    taken = [match[1] for source in sources.values() if (match := re.search(r"dòng (A\d\d)", source))]
    # Television, minutes on air and reach are what no commune can tell.
    assert sorted({f"A{number:02}" for number in range(1, 35)} - set(taken)) == ["A13", "A15", "A18"]
    assert len(taken) == len(set(taken)) == 31


def test_rows_add_up_by_their_rule() -> None:
    found = {
        each: {int(code[1:]) for code, name in CODES.items() if FIELDS[name].aggregate is each} for each in AGGREGATES
    }
    assert found == AGGREGATES


def test_people_read_that_the_duty_is_not_settled() -> None:
    (form,) = plugin.forms
    assert "cần xác nhận" in form.title
    assert "cần Văn phòng Sở xác nhận" in plugin.source
    assert plugin.code == "commune_culture_office"
