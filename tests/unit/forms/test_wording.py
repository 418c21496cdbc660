from __future__ import annotations

from thidua.forms.compose import ComposedForm
from thidua.forms.wording import filled
from thidua.forms.wording import quoted
from thidua_sdk import Values


def test_a_message_is_filled_with_what_the_cells_hold(form: ComposedForm) -> None:
    values = Values({"staff": 1234, "state": "none", "title": "{staff}"}, rows={"cases": ({}, {})})
    message = "{staff} người, {briefed}, {state}, {cases} dòng, {title}, {zzz}, {Not} {}"
    assert filled(message, values, form.by_name.get) == (
        "1.234 người, không có số liệu, Chưa, 2 dòng, {staff}, không có số liệu, {Not} {}"
    )


def test_a_long_text_is_quoted_in_part() -> None:
    assert quoted("Đội") == "“Đội”"
    assert len(quoted("x" * 1000)) < 50
