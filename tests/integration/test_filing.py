"""Filing through the one use case, on both databases: once, completely, or not at all."""

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from thidua.application.background.verifying import verify
from thidua.application.periods.campaigns import close_period
from thidua.application.periods.obligations import Wish
from thidua.application.periods.obligations import change_obligation
from thidua.application.reports.filing import file_report
from thidua.application.reports.owing import owed
from thidua.application.reports.sheets import open_sheet
from thidua.application.review.reading import list_reports
from thidua.application.review.reading import read_report
from thidua.application.review.reviewing import accept_report
from thidua.application.review.reviewing import withdraw_report
from thidua.application.status.statuses import read_status
from thidua.domain.accounts import Actor
from thidua.domain.accounts import Role
from thidua.domain.errors import ConfirmationNeededError
from thidua.domain.errors import ConflictError
from thidua.domain.errors import InvalidPayloadError
from thidua.domain.errors import KeyReusedError
from thidua.domain.errors import NotAllowedError
from thidua.domain.errors import NotFoundError
from thidua.domain.errors import ThiduaError
from thidua.domain.filing import FilingState
from thidua.domain.reports import Channel
from thidua.domain.reports import ObligationChangeKind
from thidua.domain.reports import Receipt
from thidua.forms.envelope import Envelope
from thidua.forms.envelope import read_envelope
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

SAMPLES = Path(__file__).parents[1] / "samples"
HUU_LUNG = "LS-186-VHTT"
CHI_LANG = "LS-187-VHTT"
NOON = datetime.fromisoformat("2021-03-16T12:00:00+07:00")


def sample(name: str, **changes: object) -> Envelope:
    data = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    envelope, findings = read_envelope(data)
    assert envelope is not None, findings
    return replace(envelope, **changes)  # type: ignore[arg-type]


def with_fields(envelope: Envelope, **fields: object) -> Envelope:
    return replace(envelope, fields={**envelope.fields, **fields})


@pytest.fixture
def here(database_url: str) -> Installation:
    return an_installation(database_url, at=NOON, campaign="ATGT-2021", periods=("2021-Q1",))


def file(here: Installation, envelope: Envelope, **options: Any) -> Receipt:
    return file_report(here.host, here.reporter(envelope.unit_code), envelope, channel=Channel.API, **options)


def refusal(attempt: Callable[[], object]) -> ThiduaError:
    with pytest.raises(ThiduaError) as caught:
        attempt()
    return caught.value


def reports(here: Installation) -> int:
    return len(list_reports(here.host, here.office()))


def test_a_filed_report_is_stored_waits_for_the_worker_and_rings_the_bell(here: Installation) -> None:
    receipt = file(here, sample("P01"))
    assert receipt.received_at == NOON
    assert receipt.is_on_time
    assert receipt.number == "BN-000001"
    assert here.bell.rings == 1
    with here.host.work.reading() as work:
        assert work.outbox.waiting() == 1
    sheet = read_report(here.host, here.office(), receipt.report_id)
    assert sheet.revisions[0].payload["fields"]["radio_items"] == 26  # type: ignore[index]
    assert [entry.kind.value for entry in sheet.entries] == ["filed"]


def test_a_report_with_errors_leaves_no_trace_and_lists_them_all(here: Installation) -> None:
    wrong = with_fields(sample("P01"), staff_briefed=9, radio_items=-1, direct_participants=None)
    found = refusal(lambda: file(here, wrong))
    assert isinstance(found, InvalidPayloadError)
    cells = {finding.cells[0] for finding in found.findings}
    assert {"/fields/staff_briefed", "/fields/radio_items", "/fields/direct_participants"} <= cells
    assert reports(here) == 0
    assert here.bell.rings == 0


def test_warnings_alone_ask_for_a_confirmation_and_the_confirmation_is_stored(here: Installation) -> None:
    # More minutes than broadcasts can last: doubtful, not impossible.
    doubtful = with_fields(sample("P01"), radio_minutes=148 * 60 + 1)
    assert isinstance(refusal(lambda: file(here, doubtful)), ConfirmationNeededError)
    assert reports(here) == 0
    receipt = file(here, replace(doubtful, confirm_warnings=True))
    assert [warning["code"] for warning in receipt.confirmed] == ["A13"]
    stored = read_report(here.host, here.office(), receipt.report_id).revisions[0]
    assert [warning["code"] for warning in stored.confirmed] == ["A13"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"campaign_code": "ATGT-1999"}, "/campaign_code"),
        ({"period_code": "2021-Q7"}, "/period_code"),
        ({"form_code": "B"}, "/form_code"),
        ({"form_version": 9}, "/form_version"),
    ],
)
def test_a_wrong_campaign_period_form_or_version_is_refused_at_its_cell(
    here: Installation, change: dict[str, object], pointer: str
) -> None:
    found = refusal(lambda: file(here, sample("P01", **change)))
    assert isinstance(found, InvalidPayloadError)
    assert [finding.cells[0] for finding in found.findings] == [pointer]
    assert reports(here) == 0


def test_another_units_code_does_not_exist_for_a_reporter(here: Installation) -> None:
    with pytest.raises(NotFoundError):
        file_report(here.host, here.reporter(CHI_LANG), sample("P01"), channel=Channel.API)
    assert reports(here) == 0


def test_another_units_report_and_form_do_not_exist_for_a_reporter(here: Installation) -> None:
    receipt = file(here, sample("P01"))
    stranger = here.reporter(CHI_LANG)
    with pytest.raises(NotFoundError):
        read_report(here.host, stranger, receipt.report_id)
    with pytest.raises(NotFoundError):
        open_sheet(here.host, stranger, campaign_code="ATGT-2021", period_code="2021-Q1", unit_code=HUU_LUNG)
    assert list_reports(here.host, stranger) == ()
    with pytest.raises(NotAllowedError):
        read_status(here.host, stranger, "ATGT-2021")


def test_the_office_cannot_file_for_a_unit_and_a_unit_cannot_accept(here: Installation) -> None:
    with pytest.raises(NotAllowedError):
        file_report(here.host, here.office(), sample("P01"), channel=Channel.API)
    receipt = file(here, sample("P01"))
    with pytest.raises(NotAllowedError):
        accept_report(here.host, here.reporter(HUU_LUNG), receipt.report_id, revision=0)


def test_a_period_that_is_not_open_or_closed_takes_nothing(here: Installation) -> None:
    assert isinstance(refusal(lambda: file(here, sample("P01", period_code="2021-H1"))), ConflictError)
    close_period(here.host, "ATGT-2021", "2021-Q1")
    found = refusal(lambda: file(here, sample("P01")))
    assert isinstance(found, ConflictError)
    assert "khóa" in found.message
    assert reports(here) == 0


def test_the_same_key_gets_the_same_receipt_and_another_payload_is_refused(here: Installation) -> None:
    first = file(here, sample("P01"), idempotency_key="k1", request_digest="d1")
    again = file(here, sample("P01"), idempotency_key="k1", request_digest="d1")
    assert replace(again, replayed=False) == first
    assert again.replayed
    assert isinstance(
        refusal(lambda: file(here, sample("P01"), idempotency_key="k1", request_digest="d2")), KeyReusedError
    )
    assert reports(here) == 1


def test_what_happens_to_a_report_later_changes_no_answer_that_was_given(here: Installation) -> None:
    def first() -> Receipt:
        return replace(file(here, sample("P01"), idempotency_key="k1", request_digest="d1"), replayed=False)

    given = first()
    reporter = here.reporter(HUU_LUNG)
    here.clock.instant = NOON + timedelta(hours=1)
    give_more_time = Wish(
        kind=ObligationChangeKind.EXTENDED,
        reason="Mưa lũ.",
        document_number="12/CV",
        requested_by="UBND",
        ends_at=NOON + timedelta(days=5),
    )
    place = {"campaign_code": "ATGT-2021", "period_code": "2021-Q1", "unit_code": HUU_LUNG}
    change_obligation(here.host, here.office(), **place, wish=give_more_time)
    assert first() == given, "more time"
    withdraw_report(here.host, reporter, given.report_id, revision=0, reason="Nhầm kỳ.")
    assert first() == given, "taken back"
    here.clock.instant = NOON + timedelta(days=9)
    again = sample("P01", revision=1, correction_reason="Đếm lại.")
    late = file(here, again, idempotency_key="k2", request_digest="d2")
    assert not late.is_on_time
    assert first() == given, "filed again too late"
    accept_report(here.host, here.office(), given.report_id, revision=1)
    assert first() == given, "accepted"
    assert replace(file(here, again, idempotency_key="k2", request_digest="d2"), replayed=False) == late


def test_a_key_belongs_to_the_person_who_used_it(here: Installation) -> None:
    file(here, sample("P01"), idempotency_key="k1", request_digest="d1")
    other = sample("P01", unit_code=CHI_LANG)
    receipt = file(here, with_fields(other, stations_total=20), idempotency_key="k1", request_digest="d2")
    assert not receipt.replayed


def test_filing_again_needs_the_next_number_and_a_reason(here: Installation) -> None:
    file(here, sample("P01"))
    assert isinstance(refusal(lambda: file(here, sample("P01"))), ConflictError)
    without_reason = refusal(lambda: file(here, sample("P01", revision=1)))
    assert isinstance(without_reason, InvalidPayloadError)
    assert [finding.cells[0] for finding in without_reason.findings] == ["/correction_reason"]
    better = sample("P01", revision=1, correction_reason="Đếm thiếu một xã.")
    receipt = file(here, with_fields(better, radio_items=27))
    assert receipt.revision == 1
    assert isinstance(refusal(lambda: file(here, better)), ConflictError)
    sheet = read_report(here.host, here.office(), receipt.report_id)
    assert [entry.kind.value for entry in sheet.entries] == ["filed", "refiled"]
    assert sheet.report.first_received_at == NOON


def test_simultaneous_filings_leave_one_report_and_every_loser_is_told(here: Installation) -> None:
    outcomes = race(8, lambda number: file(here, sample("P01"), idempotency_key=f"k{number}", request_digest="d"), here)
    assert sum(1 for outcome in outcomes if isinstance(outcome, Receipt)) == 1
    assert all(isinstance(outcome, Receipt | ConflictError) for outcome in outcomes), outcomes
    assert reports(here) == 1


def test_a_double_click_gets_one_report_and_the_same_receipt_twice(here: Installation) -> None:
    outcomes = race(8, lambda _: file(here, sample("P01"), idempotency_key="one", request_digest="d"), here)
    receipts = {replace(outcome, replayed=False).number for outcome in outcomes if isinstance(outcome, Receipt)}
    assert receipts == {"BN-000001"}
    assert all(isinstance(outcome, Receipt) for outcome in outcomes), outcomes
    assert reports(here) == 1


def race(threads: int, attempt: Callable[[int], Receipt], here: Installation) -> list[Receipt | ThiduaError]:
    here.reporter(HUU_LUNG)
    start = threading.Barrier(threads)
    outcomes: list[Receipt | ThiduaError] = []

    def run(number: int) -> None:
        start.wait()
        try:
            outcomes.append(attempt(number))
        except ThiduaError as refused:
            outcomes.append(refused)

    running = [threading.Thread(target=run, args=(number,)) for number in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join(30)
    assert len(outcomes) == threads
    return outcomes


def test_a_late_report_is_taken_and_marked_late(here: Installation) -> None:
    here.clock.instant = datetime.fromisoformat("2021-03-18T09:00:00+07:00")
    envelope = sample("P10")
    here.add_account("reporter-late", (Role.UNIT_REPORTER, envelope.unit_code))
    receipt = file_report(here.host, here.actors["reporter-late"], envelope, channel=Channel.API)
    assert not receipt.is_on_time


def test_what_is_owed_shows_deadline_state_and_report(here: Installation) -> None:
    reporter: Actor = here.reporter(HUU_LUNG)
    [before] = owed(here.host, reporter)
    assert before.deadline.due_at == datetime.fromisoformat("2021-03-16T17:00:00+07:00")
    assert (before.filing, before.report) == (FilingState.DUE_SOON, None)
    file(here, sample("P01"))
    [after] = owed(here.host, reporter)
    assert after.filing is FilingState.ON_TIME
    here.clock.instant += timedelta(days=1)
    assert owed(here.host, here.reporter(CHI_LANG))[0].filing is FilingState.OVERDUE


def test_the_worker_takes_a_report_in_and_acceptance_makes_it_official(here: Installation) -> None:
    receipt = file(here, sample("P01"))
    assert here.drain() == 1
    provisional = indicator(here, "N10.district")
    assert (provisional["official"], provisional["provisional"]) == (None, 26)
    accept_report(here.host, here.office(), receipt.report_id, revision=0)
    assert here.drain() == 1
    official = indicator(here, "N10.district")
    assert (official["official"], official["provisional"]) == (26, 26)
    assert official["by_topic"]["alcohol_law"]["official"] == 9
    both = {"official": 26, "provisional": 26}
    assert official["by_unit"] == {HUU_LUNG: {**both, "cumulative": both}}
    assert verify(here.host).differences == ()


def test_a_correction_after_acceptance_moves_only_provisional_figures(here: Installation) -> None:
    receipt = file(here, sample("P01"))
    accept_report(here.host, here.office(), receipt.report_id, revision=0)
    better = sample("P01", revision=1, correction_reason="Đếm thiếu một xã.")
    file(here, with_fields(better, radio_items=30))
    here.drain()
    found = indicator(here, "N10.district")
    assert (found["official"], found["provisional"]) == (26, 30)
    assert verify(here.host).differences == ()


def indicator(here: Installation, key: str) -> dict[str, Any]:
    document: Any = read_status(here.host, here.office(), "ATGT-2021", "2021-Q1").document
    return next(entry for entry in document["indicators"] if entry["key"] == key)


def test_accepting_what_was_replaced_meanwhile_is_a_conflict(here: Installation) -> None:
    receipt = file(here, sample("P01"))
    file(here, sample("P01", revision=1, correction_reason="Sửa"))
    with pytest.raises(ConflictError):
        accept_report(here.host, here.office(), receipt.report_id, revision=0)
    accept_report(here.host, here.office(), receipt.report_id, revision=1)
    with pytest.raises(ConflictError):
        accept_report(here.host, here.office(), receipt.report_id, revision=1)


def test_a_deadline_that_passes_changes_the_status_without_any_filing(here: Installation) -> None:
    from_start: Any = read_status(here.host, here.office(), "ATGT-2021").document
    assert from_start["filing"]["due_soon"] == from_start["filing"]["roster"]
    here.clock.instant = datetime.fromisoformat("2021-03-16T17:00:01+07:00")
    assert here.refresh() == 1
    later: Any = read_status(here.host, here.office(), "ATGT-2021").document
    # The Office itself has three more working days.
    assert (later["filing"]["overdue"], later["filing"]["due_soon"]) == (from_start["filing"]["roster"] - 1, 1)
    assert later["light"] == "red"
    assert here.refresh() == 0
