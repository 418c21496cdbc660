"""A report is sent back by cell: only the named cells open, and each remark is answered; on both databases."""

import json
from dataclasses import replace
from datetime import datetime

import pytest
from reviewed import HUU_LUNG
from reviewed import RADIO
from reviewed import SAMPLES
from reviewed import a_review
from reviewed import file
from reviewed import found_by
from reviewed import give_back
from reviewed import sample

from thidua.application.reports.answering import Remark
from thidua.application.reports.filing import file_report
from thidua.application.review.reading import read_report
from thidua.application.review.reviewing import accept_report
from thidua.application.review.reviewing import withdraw_report
from thidua.domain.reports import Channel
from thidua.domain.reports import Receipt
from thidua.domain.reports import ReportState
from thidua.forms.envelope import Answer
from thidua.forms.envelope import read_envelope
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation


@pytest.fixture
def here(database_url: str) -> Installation:
    return a_review(database_url)


def test_only_the_opened_cells_may_change_and_each_remark_is_answered(here: Installation) -> None:
    file(here)
    returned = give_back(here, RADIO)
    assert returned.state is ReportState.RETURNED
    wrong = lambda: file(here, 1, ("/fields/radio_items", "Đã đếm lại."), radio_items=27, banners=25)  # noqa: E731
    assert found_by(wrong) == [("not_open", "/fields/banners")]
    assert found_by(lambda: file(here, 1, radio_items=27)) == [("answer", "/fields/radio_items")]
    assert ("answer", "/fields/radio_items") in found_by(
        lambda: file(here, 1, ("/fields/radio_items", " \n "), radio_items=27)
    )
    assert ("unknown", "/answers") in found_by(
        lambda: file(here, 1, ("/fields/radio_items", "Đã đếm lại."), ("/fields/banners", "Đúng rồi."))
    )
    assert read_report(here.host, here.office(), 1).report.revision == 0
    receipt = file(here, 1, ("/fields/radio_items", "Đã đếm lại."), radio_items=27)
    assert receipt.revision == 1
    sheet = read_report(here.host, here.office(), 1)
    assert sheet.report.state is ReportState.SUBMITTED
    assert sheet.returned is not None
    assert (sheet.returned.revision, sheet.returned.remarks) == (0, (RADIO,))
    assert sheet.answers == {"/fields/radio_items": "Đã đếm lại."}
    assert sheet.broken_at is None


def test_an_answered_return_binds_until_acceptance_however_often_it_is_filed(here: Installation) -> None:
    file(here)
    give_back(here, RADIO)
    answered = ("/fields/radio_items", "Đã đếm lại.")
    file(here, 1, answered, radio_items=27)
    # Filing once more before the Office looks again is no way around it.
    assert found_by(lambda: file(here, 2, answered, radio_items=27, banners=25)) == [("not_open", "/fields/banners")]
    assert found_by(lambda: file(here, 2, radio_items=28)) == [("answer", "/fields/radio_items")]
    withdraw_report(here.host, here.reporter(HUU_LUNG), 1, revision=1, reason="Xem lại.")
    # Nor is taking it back.
    assert found_by(lambda: file(here, 2, answered, radio_items=27, banners=25)) == [("not_open", "/fields/banners")]
    file(here, 2, answered, radio_items=28)
    accept_report(here.host, here.office(), 1, revision=2)
    assert file(here, 3, banners=25).revision == 3


def test_a_second_return_opens_its_own_cells_and_closes_the_first_ones(here: Installation) -> None:
    file(here)
    give_back(here, RADIO)
    file(here, 1, ("/fields/radio_items", "Đã đếm lại."), radio_items=27)
    give_back(here, Remark("/fields/banners", "Đếm lại băng rôn."), revision=1)
    answered = ("/fields/banners", "Đã đếm lại.")
    assert found_by(lambda: file(here, 2, answered, radio_items=26, banners=25)) == [
        ("not_open", "/fields/radio_items")
    ]
    file(here, 2, answered, radio_items=27, banners=25)
    assert read_report(here.host, here.office(), 1).answers == {"/fields/banners": "Đã đếm lại."}


def test_a_return_without_remarks_opens_everything_and_asks_for_no_answer(here: Installation) -> None:
    file(here)
    give_back(here)
    file(here, 1, radio_items=27, banners=25)


def test_an_estimate_stays_an_estimate_while_single_cells_are_open(here: Installation) -> None:
    file(here)
    give_back(here, RADIO)
    envelope = replace(
        sample(1, radio_items=27), is_estimate=True, answers=(Answer("/fields/radio_items", "Đã đếm lại."),)
    )
    assert found_by(lambda: file_report(here.host, here.reporter(HUU_LUNG), envelope, channel=Channel.API)) == [
        ("not_open", "/is_estimate")
    ]


def test_rows_of_an_opened_table_come_and_go_and_others_stay(here: Installation) -> None:
    case = {"case_id": "V1", "occurred_on": "2021-03-01", "full_name": "Nguyễn Văn Mẫu", "staff_kind": "civil_servant",
            "behaviour": "other", "status": "pending"}  # fmt: skip

    def with_cases(revision: int, *cases: dict[str, str], answers: tuple[Answer, ...] = ()) -> Receipt:
        fields = {"violation_cases": len(cases), "violation_handled": 0}
        envelope = replace(sample(revision, **fields), answers=answers)
        envelope = replace(envelope, rows={**envelope.rows, "violations": list(cases)}, confirm_warnings=True)
        return file_report(here.host, here.reporter(HUU_LUNG), envelope, channel=Channel.API)

    with_cases(0, case)
    give_back(here, Remark("/fields/violation_cases", "Thiếu một trường hợp."))
    answer = Answer("/fields/violation_cases", "Đã bổ sung.")
    found = found_by(lambda: with_cases(1, case, case | {"case_id": "V2"}, answers=(answer,)))
    assert ("not_open", "/violations/1/case_id") in found
    with_cases(1, case, answers=(answer,))
    give_back(
        here,
        Remark("/violations/0", "Bổ sung trường hợp tháng 2."),
        Remark("/fields/violation_cases", "Khớp với danh sách."),
        revision=1,
    )
    answers = (answer, Answer("/violations/0", "Đã bổ sung."))
    with_cases(2, case, case | {"case_id": "V2"}, answers=answers)
    give_back(
        here, Remark("/violations", "Bỏ trường hợp trùng."), Remark("/fields/violation_cases", "Sửa."), revision=2
    )
    with_cases(3, case, answers=(answer, Answer("/violations", "Đã bỏ.")))


@pytest.mark.parametrize(
    ("remark", "code", "pointer"),
    [
        (Remark("/fields/nothing", "Sửa."), "unknown", "/remarks/0/cell"),
        (Remark("", "Sửa."), "unknown", "/remarks/0/cell"),
        (Remark("/fields", "Sửa."), "unknown", "/remarks/0/cell"),
        (Remark("/violations/0", "Không có dòng này."), "unknown", "/remarks/0/cell"),
        (Remark("/violations/00", "Sửa."), "unknown", "/remarks/0/cell"),
        (Remark("/violations/" + "9" * 5000, "Sửa."), "unknown", "/remarks/0/cell"),
        (Remark("/fields/radio_items", "  "), "required", "/remarks/0/text"),
        (Remark("/fields/radio_items", "a" * 1001), "length", "/remarks/0/text"),
        (Remark("/fields/difficulties", "Sửa.", "Câu không có."), "quote", "/remarks/0/quote"),
        (Remark("/fields/radio_items", "Sửa.", "26"), "quote", "/remarks/0/quote"),
        (Remark("/fields/difficulties", "Sửa.", "a" * 1001), "length", "/remarks/0/quote"),
    ],
)
def test_a_remark_stands_at_a_cell_says_something_and_quotes_what_is_there(
    here: Installation, remark: Remark, code: str, pointer: str
) -> None:
    file(here)
    assert found_by(lambda: give_back(here, remark)) == [(code, pointer)]
    assert read_report(here.host, here.office(), 1).report.state is ReportState.SUBMITTED


def test_a_return_says_everything_that_is_wrong_with_it_at_once(here: Installation) -> None:
    file(here)
    assert found_by(lambda: give_back(here, RADIO, RADIO, Remark("/x", ""), reason=" ")) == [
        ("required", "/reason"),
        ("twice", "/remarks/1/cell"),
        ("unknown", "/remarks/2/cell"),
        ("required", "/remarks/2/text"),
    ]
    assert found_by(lambda: give_back(here, *[RADIO] * 201)) == [("length", "/remarks")]
    assert found_by(lambda: give_back(here, reason="a" * 1001)) == [("length", "/reason")]


def test_a_quoted_sentence_is_found_across_line_breaks_and_kept_with_the_remark(here: Installation) -> None:
    file(here, difficulties="Loa xã Hòa Bình\nhỏng từ tháng 2.  Chưa có kinh phí sửa.")
    give_back(here, Remark("/fields/difficulties", "Nêu rõ tháng nào.", "Hòa Bình hỏng từ tháng 2. Chưa"))
    returned = read_report(here.host, here.office(), 1).returned
    assert returned is not None
    assert returned.remarks[0].quote == "Hòa Bình hỏng từ tháng 2. Chưa"


def test_a_computed_cell_takes_no_remark(database_url: str) -> None:
    here = an_installation(
        database_url,
        at=datetime.fromisoformat("2021-09-20T11:00:00+07:00"),
        campaign="ATGT-2021",
        periods=("2021-9M",),
    )
    envelope, _ = read_envelope(json.loads((SAMPLES / "P11.json").read_text(encoding="utf-8")))
    assert envelope is not None
    file_report(here.host, here.reporter("STTTT-VP"), envelope, channel=Channel.API)
    assert found_by(lambda: give_back(here, Remark("/fields/units_expected", "Sai."))) == [
        ("computed", "/remarks/0/cell")
    ]
