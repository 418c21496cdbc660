"""A count filed as a list, on its way through drafts and pages: read, written, pointed at."""

from __future__ import annotations

from typing import Any

import pytest

from thidua.bootstrap import installed_plugins
from thidua.forms.compose import ComposedForm
from thidua.forms.envelope import read_envelope
from thidua.forms.evidence_lists import MOST_ITEMS
from thidua.forms.pointers import cell_model
from thidua.forms.pointers import is_draft_cell
from thidua.forms.readers import read_web
from thidua.forms.written import envelope_data
from thidua.forms.written import typed_of
from thidua.web.cells import label_at
from thidua.web.cells import rows_in

LIST = "/evidence/mobile_sessions"
TYPED = {
    "/fields/mobile_sessions": "17 hay 18",
    f"{LIST}/0/on": "10/3/2021",
    f"{LIST}/0/place": "Chợ phiên",
    f"{LIST}/1/on": "",
    f"{LIST}/1/place": " ",
    f"{LIST}/2/on": "11/3/2021",
    f"{LIST}/2/place": "Trường học",
    f"{LIST}/2/link": "https://langson.gov.vn/tin/1",
}


@pytest.fixture(scope="module")
def form() -> ComposedForm:
    return installed_plugins().form("ATGT-2021", "2021-9M", "A")


def data(form: ComposedForm, typed: dict[str, str]) -> dict[str, Any]:
    reading = read_web(form, dict(typed))
    return envelope_data(form, reading, unit_code="U", period_code="P", revision=0, computed={})


def test_rows_that_say_something_are_the_count_whatever_stands_in_its_cell(form: ComposedForm) -> None:
    reading = read_web(form, dict(TYPED))
    assert reading.fields["mobile_sessions"] is None
    assert reading.findings == ()
    assert len(reading.evidence["mobile_sessions"]) == 2
    assert data(form, TYPED)["evidence"]["mobile_sessions"][1]["place"] == "Trường học"


def test_rows_that_say_nothing_leave_the_typed_number(form: ComposedForm) -> None:
    typed = {"/fields/mobile_sessions": "17", f"{LIST}/0/on": "", f"{LIST}/0/place": ""}
    reading = read_web(form, dict(typed))
    assert reading.fields["mobile_sessions"] == 17
    assert "evidence" not in data(form, typed)


def test_a_day_that_cannot_be_read_is_not_called_missing_too(form: ComposedForm) -> None:
    typed = {**TYPED, f"{LIST}/2/on": "32/13", f"{LIST}/2/place": ""}
    reading = read_web(form, dict(typed))
    _, misread = read_envelope(data(form, typed))
    found = [(each.code, each.cells[0]) for each in reading.unread_with(misread)]
    assert [cell for _, cell in found if cell.startswith(LIST)].count(f"{LIST}/1/on") == 1
    assert ("required", f"{LIST}/1/place") in found


def test_a_filed_list_is_written_as_it_was_typed(form: ComposedForm) -> None:
    payload = {
        "fields": {"mobile_sessions": 1},
        "evidence": {"mobile_sessions": [{"on": "2021-03-10", "place": "Chợ phiên", "attachment": "a" * 64}]},
    }
    written = typed_of(form, payload)
    assert written["/fields/mobile_sessions"] == "1"
    assert written[f"{LIST}/0/on"] == "10/3/2021"
    assert written[f"{LIST}/0/link"] == ""
    assert data(form, written)["evidence"]["mobile_sessions"] == [
        {"on": "2021-03-10", "place": "Chợ phiên", "link": None, "attachment": "a" * 64}
    ]


@pytest.mark.parametrize(
    ("pointer", "is_cell"),
    [
        (f"{LIST}/0/on", True),
        (f"{LIST}/{MOST_ITEMS - 1}/attachment", True),
        (f"{LIST}/{MOST_ITEMS}/on", False),
        (f"{LIST}/0/unknown", False),
        (f"{LIST}/00/on", False),
        (f"{LIST}/0", False),
        ("/evidence/staff_total/0/on", False),
    ],
)
def test_a_draft_holds_the_cells_of_lists_that_the_form_takes(form: ComposedForm, pointer: str, is_cell: bool) -> None:  # noqa: FBT001
    assert (cell_model(form, pointer) is not None) is is_cell
    assert is_draft_cell(form, pointer) is is_cell


def test_a_row_that_was_dropped_moves_the_comments_on_those_behind_it(form: ComposedForm) -> None:
    reading = read_web(form, dict(TYPED))
    assert reading.as_filed(f"{LIST}/2/place") == f"{LIST}/1/place"
    assert reading.as_filed(f"{LIST}/1/place") is None


def test_people_know_a_row_of_a_list_by_its_number_on_the_page(form: ComposedForm) -> None:
    rows = rows_in(form, TYPED)
    assert rows["evidence/mobile_sessions"] == [0, 1, 2]
    assert label_at(form, f"{LIST}/2/on", rows) == "A22 Buổi tuyên truyền lưu động, danh sách kê, dòng 3"
    assert label_at(form, "/evidence/nothing/0/on", rows) == ""
