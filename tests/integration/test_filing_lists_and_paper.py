"""Counts filed as lists, and paper reports that the Office enters, on both databases."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from thidua.application.background.verifying import verify
from thidua.application.reports.evidence import add_evidence
from thidua.application.reports.evidence import read_evidence
from thidua.application.reports.evidence import remove_evidence
from thidua.application.reports.filing import file_report
from thidua.application.reports.paper import Paper
from thidua.application.review.reading import read_report
from thidua.application.review.reviewing import accept_report
from thidua.domain.errors import ConfirmationNeededError
from thidua.domain.errors import InvalidPayloadError
from thidua.domain.errors import NotAllowedError
from thidua.domain.errors import NotFoundError
from thidua.domain.filing import FilingState
from thidua.domain.reports import Channel
from thidua.domain.reports import EventKind
from thidua.domain.reports import Receipt
from thidua.forms.envelope import Envelope
from thidua.forms.envelope import PaperTold
from thidua.forms.envelope import read_envelope
from thidua_testkit.files import a_pdf
from thidua_testkit.files import a_photo
from thidua_testkit.files import a_workbook
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

SAMPLES = Path(__file__).parents[1] / "samples"
CAMPAIGN, PERIOD, HUU_LUNG, CHI_LANG = "ATGT-2021", "2021-Q1", "LS-186-VHTT", "LS-187-VHTT"
NOON = datetime.fromisoformat("2021-03-16T12:00:00+07:00")
ITEM = {"on": "2021-03-10", "place": "Chợ phiên thị trấn Hữu Lũng"}


@pytest.fixture
def here(database_url: str, tmp_path: Path) -> Installation:
    return an_installation(database_url, at=NOON, campaign=CAMPAIGN, periods=(PERIOD,), files_dir=tmp_path / "files")


def sample(**changes: object) -> Envelope:
    data = json.loads((SAMPLES / "P01.json").read_text(encoding="utf-8")) | changes
    envelope, findings = read_envelope(data)
    assert envelope is not None
    assert not findings, findings
    return envelope


def with_list(*items: dict[str, str], count: int | None = None, name: str = "mobile_sessions") -> Envelope:
    envelope = sample(evidence={name: list(items)})
    return replace(envelope, fields={**envelope.fields, name: count})


def file(here: Installation, envelope: Envelope, **options: Any) -> Receipt:
    return file_report(here.host, here.reporter(HUU_LUNG), envelope, channel=Channel.API, **options)


def lay(here: Installation, content: bytes, unit: str = HUU_LUNG) -> Any:
    actor = here.office()
    said = {"campaign_code": CAMPAIGN, "period_code": PERIOD, "unit_code": unit, "pointer": "", "file_name": "x"}
    return add_evidence(here.host, actor, **said, content=content).evidence


def findings(attempt: Callable[[], object]) -> list[tuple[str, str, str]]:
    with pytest.raises(InvalidPayloadError) as caught:
        attempt()
    return [(each.code, each.level.value, each.cells[0]) for each in caught.value.findings]


def test_a_count_left_empty_is_counted_from_its_list(here: Installation) -> None:
    photo = lay(here, a_photo()).attachment.digest
    items = [
        {**ITEM, "attachment": photo},
        {**ITEM, "on": "2021-03-11", "link": "https://huulung.langson.gov.vn/tin/1"},
    ]
    receipt = file(here, with_list(*items))
    sheet = read_report(here.host, here.office(), receipt.report_id)
    assert sheet.revisions[0].payload["fields"]["mobile_sessions"] == 2  # type: ignore[index]
    assert sheet.revisions[0].payload["evidence"] == {"mobile_sessions": items}
    assert here.drain() == 1
    assert verify(here.host).differences == ()


def test_a_number_that_is_the_lists_length_is_fine_and_another_is_an_error(here: Installation) -> None:
    assert findings(lambda: file(here, with_list(ITEM, count=2))) == [("listed", "error", "/fields/mobile_sessions")]
    assert file(here, with_list(ITEM, count=1)).revision == 0


def test_only_what_the_form_marks_may_be_listed(here: Installation) -> None:
    for name in ("banners", "staff_total", "difficulties", "nothing"):
        envelope = replace(sample(), evidence={name: (ITEM,)})
        assert ("unknown", "error", f"/evidence/{name}") in findings(lambda envelope=envelope: file(here, envelope))


def test_an_item_outside_the_period_or_listed_twice_asks_for_a_second_look(here: Installation) -> None:
    envelope = with_list({**ITEM, "on": "2020-12-31"}, {**ITEM, "on": "2021-03-17"}, ITEM, ITEM)
    with pytest.raises(ConfirmationNeededError) as asked:
        file(here, envelope)
    assert [(each.code, each.cells[0]) for each in asked.value.findings] == [
        ("G4", "/evidence/mobile_sessions/0/on"),
        ("G4", "/evidence/mobile_sessions/1/on"),
        ("twice", "/evidence/mobile_sessions/3/place"),
    ]
    assert file(here, replace(envelope, confirm_warnings=True)).revision == 0


def test_an_item_names_only_files_beside_this_report(here: Installation) -> None:
    theirs = lay(here, a_photo(2), CHI_LANG).attachment.digest
    removed = lay(here, a_photo(3))
    remove_evidence(here.host, here.office(), removed.id)
    for digest in (theirs, removed.attachment.digest, "0" * 64):
        envelope = with_list({**ITEM, "attachment": digest})
        wrong = findings(lambda envelope=envelope: file(here, envelope))
        assert wrong == [("unknown", "error", "/evidence/mobile_sessions/0/attachment")]


def test_a_file_that_a_filed_report_names_stays_readable_after_it_was_taken_away(here: Installation) -> None:
    laid = lay(here, a_photo())
    file(here, with_list({**ITEM, "attachment": laid.attachment.digest}))
    remove_evidence(here.host, here.reporter(HUU_LUNG), laid.id)
    assert read_evidence(here.host, here.office(), laid.id)[0].removed_at is not None
    neighbour = here.reporter(CHI_LANG)
    with pytest.raises(NotFoundError):
        read_evidence(here.host, neighbour, laid.id)


# --- paper ---------------------------------------------------------------------------------------


def told(here: Installation, **changes: Any) -> PaperTold:
    scan = lay(here, a_pdf()).attachment.digest
    return replace(PaperTold(NOON - timedelta(hours=3), "Đơn vị mất mạng từ sáng 16/3.", scan), **changes)


def enter(here: Installation, paper: PaperTold, envelope: Envelope | None = None) -> Receipt:
    envelope = replace(envelope or sample(), on_behalf=paper)
    return file_report(here.host, here.office(), envelope, channel=Channel.WEB)


def test_the_office_enters_a_paper_report_and_punctuality_counts_from_its_stamp(here: Installation) -> None:
    here.clock.instant = NOON + timedelta(days=3)
    paper = told(here, received_at=NOON + timedelta(hours=4))
    receipt = enter(here, paper)
    assert receipt.is_on_time
    sheet = read_report(here.host, here.office(), receipt.report_id)
    assert sheet.revisions[0].channel is Channel.ON_BEHALF
    [entry] = sheet.entries
    assert entry.kind is EventKind.ENTERED_ON_BEHALF
    assert entry.note == "Đơn vị mất mạng từ sáng 16/3."
    assert entry.body == {"paper_received_at": (NOON + timedelta(hours=4)).isoformat(), "scan": paper.scan}
    assert "on_behalf" not in sheet.revisions[0].payload
    assert sheet.filing is FilingState.ON_TIME
    assert sheet.delay.unit == timedelta()
    assert verify(here.host).differences == ()


def test_a_paper_stamped_late_is_late_by_its_stamp_and_the_rest_is_the_offices_time(here: Installation) -> None:
    due = datetime.fromisoformat("2021-03-16T17:00:00+07:00")
    here.clock.instant = due + timedelta(days=3)
    receipt = enter(here, told(here, received_at=due + timedelta(hours=2)))
    sheet = read_report(here.host, here.office(), receipt.report_id)
    assert sheet.filing is FilingState.LATE
    assert sheet.delay.unit == timedelta(hours=2)
    assert sheet.delay.office == timedelta(days=3) - timedelta(hours=2)


@pytest.mark.parametrize(
    ("changes", "cell"),
    [
        ({"received_at": NOON + timedelta(seconds=1)}, "paper_received_at"),
        ({"received_at": datetime.fromisoformat("2021-01-01T08:00:00+07:00")}, "paper_received_at"),
        ({"received_at": None}, "paper_received_at"),
        ({"reason": "  "}, "reason"),
        ({"reason": "x" * 1001}, "reason"),
        ({"scan": ""}, "scan"),
        ({"scan": "0" * 64}, "scan"),
    ],
)
def test_a_paper_without_stamp_reason_or_scan_is_refused(
    here: Installation, changes: dict[str, object], cell: str
) -> None:
    paper = told(here, **changes)
    assert [where for _, _, where in findings(lambda: enter(here, paper))] == [f"/on_behalf/{cell}"]


def test_a_scan_is_a_picture_or_a_pdf_beside_this_report(here: Installation) -> None:
    sheet = lay(here, a_workbook()).attachment.digest
    theirs = lay(here, a_photo(9), CHI_LANG).attachment.digest
    for scan, code in ((sheet, "paper"), (theirs, "unknown")):
        paper = told(here, scan=scan)
        assert findings(lambda paper=paper: enter(here, paper)) == [(code, "error", "/on_behalf/scan")]
    photo = lay(here, a_photo()).attachment.digest
    assert enter(here, told(here, scan=photo)).revision == 0


def test_only_the_office_enters_for_a_unit(here: Installation) -> None:
    paper = told(here)
    envelope = replace(sample(), on_behalf=paper)
    for who in (here.reporter(HUU_LUNG), here.reporter(CHI_LANG)):
        with pytest.raises(NotAllowedError):
            file_report(here.host, who, envelope, channel=Channel.API)
        given = Paper(NOON, paper.reason, paper.scan)
        with pytest.raises(NotAllowedError):
            file_report(here.host, who, sample(), channel=Channel.API, paper=given)
    with pytest.raises(NotAllowedError):
        file_report(here.host, here.office(), sample(), channel=Channel.API)


def test_the_unit_sees_what_was_entered_for_it_and_may_correct_it(here: Installation) -> None:
    paper = told(here)
    receipt = enter(here, paper)
    reporter = here.reporter(HUU_LUNG)
    sheet = read_report(here.host, reporter, receipt.report_id)
    assert sheet.entries[0].kind is EventKind.ENTERED_ON_BEHALF
    corrected = sample(revision=1, correction_reason="Văn phòng gõ nhầm số buổi.")
    file_report(here.host, reporter, corrected, channel=Channel.WEB)
    sheet = read_report(here.host, reporter, receipt.report_id)
    assert [revision.channel for revision in sheet.revisions] == [Channel.ON_BEHALF, Channel.WEB]
    assert sheet.report.standing.counted_at == paper.received_at


def test_the_scan_of_an_entered_paper_stays_readable_even_when_it_is_taken_away(here: Installation) -> None:
    paper = told(here)
    enter(here, paper)
    scan = lay(here, a_pdf())
    remove_evidence(here.host, here.office(), scan.id)
    assert read_evidence(here.host, here.reporter(HUU_LUNG), scan.id)[1].startswith(b"%PDF-")


def test_a_correction_on_paper_of_an_accepted_report_is_a_revision_too(here: Installation) -> None:
    receipt = file(here, sample())
    accept_report(here.host, here.office(), receipt.report_id, revision=0)
    again = enter(here, told(here), sample(revision=1, correction_reason="Đơn vị gửi bản sửa bằng giấy."))
    sheet = read_report(here.host, here.office(), again.report_id)
    assert sheet.report.revision == 1
    assert sheet.entries[-1].kind is EventKind.ENTERED_ON_BEHALF
    assert verify(here.host).differences == ()
