"""A relation between counts is shown in the workbook as its rule judges it, and keeps nobody from typing."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from itertools import product

import pytest
from filled_workbooks import a_filling
from filled_workbooks import read_back
from filled_workbooks import write_workbook
from openpyxl import load_workbook

from tests.support.bent_rules import bent
from thidua.domain.errors import NotFoundError
from thidua.forms.compose import ComposedForm
from thidua.forms.workbook.relations import words_on_relations
from thidua_sdk import Campaign
from thidua_sdk import Level
from thidua_sdk import PayloadRule
from thidua_sdk import Values
from thidua_sdk import at_most

ORANGE, RED = "FFFFE699", "FFF8CBAD"


def _rules(form: ComposedForm) -> dict[str, tuple[str, str]]:
    """Read formula and colour by cell from the workbook's first sheet."""
    [sheet, *_] = load_workbook(io.BytesIO(write_workbook(form, a_filling()))).worksheets
    return {
        str(where.sqref): (rule.formula[0], rule.dxf.fill.bgColor.rgb)
        for where in sheet.conditional_formatting
        for rule in where.rules
    }


def _ruled(form: ComposedForm, *rules: PayloadRule) -> ComposedForm:
    return replace(form, rules=rules)


def test_each_relation_colours_its_cell_and_a_warning_otherwise_than_an_error(form: ComposedForm) -> None:
    ruled = _ruled(
        form,
        at_most("T03", "briefed", "staff", "Số ở T03 ({briefed}) không được lớn hơn T02 ({staff} người)."),
        at_most("T04", "items", ("staff", "briefed"), "{items} là quá nhiều.", times=2, plus=3, level=Level.WARNING),
    )
    assert _rules(ruled) == {
        "D10": ("AND(ISNUMBER(D10),COUNT(D9)=1,D10>SUM(D9))", RED),
        "D11": ("AND(ISNUMBER(D11),COUNT(D9,D10)=2,D11>SUM(D9,D10)*2+3)", ORANGE),
    }
    assert words_on_relations(ruled, "briefed") == "Nếu ô đổi màu: Số ở T03 không được lớn hơn T02."
    assert words_on_relations(ruled, "items") == "Nếu ô đổi màu: … là quá nhiều."
    assert words_on_relations(ruled, "staff") == ""
    [sheet, *_] = load_workbook(io.BytesIO(write_workbook(ruled, a_filling()))).worksheets
    assert str(sheet["G10"].value).endswith(words_on_relations(ruled, "briefed"))


def test_what_breaks_a_relation_comes_back_as_typed(form: ComposedForm) -> None:
    ruled = _ruled(form, at_most("T03", "briefed", "staff", "Số ở T03 lớn hơn."))
    typed = {"/fields/staff": "1", "/fields/briefed": "2"}
    back = read_back(ruled, write_workbook(ruled, a_filling(typed)))
    assert {at: back.typed[at] for at in typed} == typed


def test_a_relation_to_what_is_not_on_the_sheet_is_left_to_the_judge(form: ComposedForm) -> None:
    assert _rules(_ruled(form, at_most("T03", "briefed", "cases", "Số ở T03 lớn hơn."))) == {}


def test_a_relation_is_no_part_of_what_a_form_asks(form: ComposedForm, a_campaign: Callable[..., Campaign]) -> None:
    known = [rule for rule in form.rules if rule.relation is not None]
    assert known
    bare = tuple(replace(rule, relation=None) for rule in form.rules)
    assert replace(form, rules=bare).digest == form.digest


def _installed() -> list[ComposedForm]:
    found = bent()
    forms = sorted({form.code for each in found.unit_types.values() for form in each.forms})
    composed = []
    for campaign, form in product(sorted(found.campaigns), forms):
        with suppress(NotFoundError):
            composed.append(found.whole_form(campaign, form))
    return composed


@pytest.mark.parametrize("form", _installed(), ids=lambda form: f"{form.campaign_code}-{form.code}")
def test_relations_of_the_installed_forms_say_what_their_rules_judge(form: ComposedForm) -> None:
    related = [rule for rule in form.rules if rule.relation is not None]
    shown = _rules(form)
    for rule in related:
        relation = rule.relation
        assert relation is not None
        for left, right in product((0, 1, 7, 130, 9000), (0, 1, 7, 130)):
            values = Values({relation.left: left} | dict.fromkeys(relation.right, right))
            said = left <= right * len(relation.right) * relation.times + relation.plus
            assert rule.holds(values) is said, rule.code
        assert not re.search(r"[{}]", words_on_relations(form, relation.left))
    assert len(shown) == len({rule.relation.left for rule in related if rule.relation})
