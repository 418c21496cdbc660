from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from datetime import timezone

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.exc import StatementError

from thidua.application.ports.rows import EarlierPayload
from thidua.application.ports.rows import FilingContext
from thidua.application.ports.unit_of_work import UnitsOfWork
from thidua.domain.errors import ConflictError
from thidua.domain.ledger import content_digest
from thidua.domain.reports import EventKind
from thidua.domain.reports import PeriodState
from thidua.domain.reports import ReportState
from thidua.domain.reports import Standing
from thidua_testkit.ledger import CAMPAIGN
from thidua_testkit.ledger import NOW
from thidua_testkit.ledger import a_ledger
from thidua_testkit.ledger import a_revision
from thidua_testkit.ledger import an_obligation
from thidua_testkit.ledger import write_first
from thidua_testkit.ledger import write_next


def context(
    work: UnitsOfWork, *, period: str = "2021-01", unit: str = "LS-180-VHTT", account: int = 1, key: str | None = None
) -> FilingContext:
    with work.reading() as opened:
        return opened.reports.context(
            campaign_code=CAMPAIGN, period_code=period, unit_code=unit, account_id=account, idempotency_key=key
        )


def test_the_first_filing_writes_report_revision_event_and_outbox_row(work: UnitsOfWork) -> None:
    ledger = a_ledger(work)
    wanted = a_revision(ledger.reporter, key="k1")
    with work.writing() as opened:
        report_id, revision_id = write_first(opened.reports, an_obligation(), wanted)
        opened.commit()
    report = ledger.report(report_id)
    assert (report.campaign_code, report.period_code, report.unit_code) == (CAMPAIGN, "2021-01", "LS-180-VHTT")
    assert (report.unit_type, report.form_code) == ("district-culture", "district-culture.report")
    assert (report.state, report.revision, report.accepted_revision) == (ReportState.SUBMITTED, 0, None)
    assert (report.first_received_at, report.received_at) == (NOW, NOW)
    with work.writing() as opened:
        [revision] = opened.reports.revisions(report_id)
        [entry] = opened.reports.entries([report_id])[report_id]
        [waiting] = opened.outbox.claim(10)
    assert revision.id == revision_id
    for name in wanted.__slots__:
        assert getattr(revision, name) == getattr(wanted, name)
    assert (entry.seq, entry.revision, entry.kind, entry.at, entry.by) == (0, 0, EventKind.FILED, NOW, ledger.reporter)
    assert entry.content == content_digest(revision.payload)
    assert (report.version, report.head, report.standing) == (1, entry.digest, Standing(NOW))
    assert (waiting.report_id, waiting.campaign_code, waiting.period_code, waiting.unit_code, waiting.attempts) == (
        report_id,
        CAMPAIGN,
        "2021-01",
        "LS-180-VHTT",
        0,
    )


def test_what_waits_is_dated_by_the_databases_clock(work: UnitsOfWork) -> None:
    a_ledger(work).file()
    with work.writing() as opened:
        [waiting] = opened.outbox.claim(10)
    assert abs(waiting.created_at - datetime.now(UTC)) < timedelta(hours=1)


def test_without_a_commit_nothing_is_written(work: UnitsOfWork) -> None:
    ledger = a_ledger(work)
    with work.writing() as opened:
        write_first(opened.reports, an_obligation(), a_revision(ledger.reporter))
    with work.reading() as opened:
        assert opened.reports.ids() == ()
        assert opened.outbox.waiting() == 0


def test_a_failure_in_the_block_undoes_it_whole(work: UnitsOfWork) -> None:
    ledger = a_ledger(work)

    def fail_after_filing() -> None:
        with work.writing() as opened:
            write_first(opened.reports, an_obligation(), a_revision(ledger.reporter))
            raise LookupError("something else went wrong")

    with pytest.raises(LookupError):
        fail_after_filing()
    with work.reading() as opened:
        assert opened.reports.ids() == ()


def test_the_next_filing_keeps_the_first_moment_and_all_revisions(work: UnitsOfWork) -> None:
    ledger = a_ledger(work)
    later = NOW + timedelta(hours=1)
    report = ledger.file_again(ledger.file(), received_at=later)
    assert (report.state, report.revision, report.accepted_revision) == (ReportState.SUBMITTED, 1, None)
    assert (report.first_received_at, report.received_at) == (NOW, later)
    with work.reading() as opened:
        assert [revision.number for revision in opened.reports.revisions(report.id)] == [0, 1]
        kinds = [(entry.kind, entry.revision, entry.at) for entry in opened.reports.entries([report.id])[report.id]]
        assert opened.outbox.waiting() == 2
    assert kinds == [(EventKind.FILED, 0, NOW), (EventKind.REFILED, 1, later)]


def test_accepting_marks_the_newest_revision_with_event_and_outbox_row(work: UnitsOfWork) -> None:
    ledger = a_ledger(work)
    report = ledger.accept(ledger.file_again(ledger.file()))
    assert (report.state, report.revision, report.accepted_revision) == (ReportState.ACCEPTED, 1, 1)
    with work.reading() as opened:
        event = opened.reports.entries([report.id])[report.id][-1]
        assert opened.outbox.waiting() == 3
    assert (event.kind, event.revision, event.by, event.note) == (
        EventKind.ACCEPTED,
        1,
        ledger.officer,
        "Đã đối chiếu",
    )
    assert event.at == NOW + timedelta(hours=2)


def test_a_correction_after_acceptance_leaves_the_accepted_revision_in_force(work: UnitsOfWork) -> None:
    ledger = a_ledger(work)
    report = ledger.file_again(ledger.accept(ledger.file()))
    assert (report.state, report.revision, report.accepted_revision) == (ReportState.SUBMITTED, 1, 0)


def test_who_saw_an_older_state_of_the_report_changes_nothing(work: UnitsOfWork) -> None:
    ledger = a_ledger(work)
    seen = ledger.file()
    moved = ledger.file_again(seen)
    with pytest.raises(ConflictError, match="vừa được thay đổi"):
        ledger.file_again(seen)
    with pytest.raises(ConflictError, match="vừa được thay đổi"):
        ledger.accept(seen)
    accepted = ledger.accept(moved)
    with pytest.raises(ConflictError, match="vừa được thay đổi"):
        ledger.accept(moved)
    with pytest.raises(ConflictError, match="vừa được thay đổi"):
        ledger.file_again(moved)
    assert ledger.report(seen.id) == accepted
    with work.reading() as opened:
        assert len(opened.reports.entries([seen.id])[seen.id]) == 3
        assert opened.outbox.waiting() == 3


def test_a_revision_number_cannot_be_skipped(work: UnitsOfWork) -> None:
    ledger = a_ledger(work)
    report = ledger.file()
    with pytest.raises(ConflictError), work.writing() as opened:
        write_next(opened.reports, report, a_revision(ledger.reporter, 2))


def test_a_second_first_filing_is_a_conflict(work: UnitsOfWork) -> None:
    ledger = a_ledger(work)
    ledger.file(key="k1")
    with pytest.raises(ConflictError, match="vừa được nộp") as caught:
        ledger.file(key="k2")
    assert caught.value.subject == "LS-180-VHTT"


def test_a_key_serves_one_filing_of_one_person(work: UnitsOfWork) -> None:
    ledger = a_ledger(work)
    report = ledger.file(key="k1")
    with pytest.raises(ConflictError, match="Idempotency-Key") as caught:
        ledger.file("LS-182-VHTT", key="k1")
    assert caught.value.subject == "Idempotency-Key"
    with pytest.raises(ConflictError, match="Idempotency-Key"), work.writing() as opened:
        write_next(opened.reports, report, a_revision(ledger.reporter, 1, key="k1"))
    with work.writing() as opened:
        write_first(opened.reports, an_obligation("LS-182-VHTT"), a_revision(ledger.officer, key="k1"))
        opened.commit()


def test_filings_without_a_key_do_not_collide(work: UnitsOfWork) -> None:
    ledger = a_ledger(work)
    ledger.file_again(ledger.file())
    ledger.file("LS-182-VHTT")


def test_nothing_is_filed_that_nobody_owes(work: UnitsOfWork) -> None:
    ledger = a_ledger(work)
    with pytest.raises(IntegrityError), work.writing() as opened:
        write_first(opened.reports, an_obligation("LS-999"), a_revision(ledger.reporter))
    with pytest.raises(ConflictError), work.writing() as opened:
        write_first(opened.reports, an_obligation(period_code="2021-12"), a_revision(ledger.reporter))


def test_the_context_of_a_period_that_was_never_opened_is_empty(work: UnitsOfWork) -> None:
    found = context(work)
    assert (found.period_state, found.obligation, found.report, found.replay) == (None, None, None, None)
    assert abs(found.database_now - datetime.now(UTC)) < timedelta(hours=1)


def test_the_context_has_period_obligation_and_report(work: UnitsOfWork) -> None:
    ledger = a_ledger(work)
    before = context(work)
    assert before.obligation is not None
    assert replace(before.obligation, id=0) == an_obligation(order=0)
    assert (before.period_state, before.report) == (PeriodState.OPEN, None)
    report = ledger.file()
    with work.writing() as opened:
        opened.campaigns.close_period(CAMPAIGN, "2021-01", NOW)
        opened.commit()
    after = context(work)
    assert (after.period_state, after.report) == (PeriodState.CLOSED, report)


def test_the_context_of_a_unit_that_owes_nothing_has_the_period_only(work: UnitsOfWork) -> None:
    a_ledger(work)
    found = context(work, unit="LS-999")
    assert (found.period_state, found.obligation, found.report) == (PeriodState.OPEN, None, None)


def test_a_replay_is_found_by_person_and_key_wherever_it_was_filed(work: UnitsOfWork) -> None:
    ledger = a_ledger(work)
    report = ledger.file_again(ledger.file("LS-182-VHTT", "2021-02", key="k1"))
    found = context(work, account=ledger.reporter, key="k1").replay
    assert found is not None
    replayed, revision = found
    assert replayed == report
    assert (revision.number, revision.idempotency_key, revision.payload) == (0, "k1", a_revision(1).payload)
    assert context(work, account=ledger.officer, key="k1").replay is None
    assert context(work, account=ledger.reporter, key="k2").replay is None
    assert context(work, account=ledger.reporter).replay is None


def test_earlier_payloads_are_the_newest_of_each_earlier_period_oldest_first(work: UnitsOfWork) -> None:
    ledger = a_ledger(work, periods=("2021-03", "2021-01", "2021-02", "2021-04"))
    with work.writing() as opened:
        for period, value in (("2021-01", 2), ("2021-03", 1), ("2021-02", 3)):
            owed = an_obligation(period_code=period)
            write_first(opened.reports, owed, a_revision(ledger.reporter, payload={"fields": {"a": value}}))
        opened.commit()
    with work.reading() as opened:
        first, second, _ = opened.reports.get_many(opened.reports.ids())
    ledger.accept(first)
    ledger.file_again(ledger.accept(second))
    ledger.file("LS-182-VHTT", "2021-01")
    with work.reading() as opened:
        earlier = opened.reports.earlier(campaign_code=CAMPAIGN, unit_code="LS-180-VHTT", before_ordinal=2)
    assert earlier == (
        EarlierPayload("2021-03", 0, accepted=False, payload=a_revision(1).payload),
        EarlierPayload("2021-01", 1, accepted=True, payload={"fields": {"a": 2}}),
    )


def test_a_report_is_got_with_what_it_meets(work: UnitsOfWork) -> None:
    report = a_ledger(work).file()
    with work.reading() as opened:
        found = opened.reports.get(report.id)
        assert opened.reports.get(report.id + 1) is None
    assert found is not None
    assert found[0] == report
    assert replace(found[1], id=0) == an_obligation(order=0)


def test_many_reports_come_in_id_order_and_unknown_ones_are_left_out(work: UnitsOfWork) -> None:
    ledger = a_ledger(work)
    first, second = ledger.file("LS-182-VHTT"), ledger.file("LS-180-VHTT")
    with work.reading() as opened:
        assert opened.reports.get_many([second.id, 999, first.id]) == (first, second)
        assert opened.reports.get_many(iter(())) == ()
        assert opened.reports.ids() == (first.id, second.id)


def test_payloads_come_by_report_and_number(work: UnitsOfWork) -> None:
    ledger = a_ledger(work)
    report, other = ledger.file_again(ledger.file()), ledger.file("LS-182-VHTT")
    payload = a_revision(1).payload
    with work.reading() as opened:
        found = opened.reports.payloads({(report.id, 1), (other.id, 0), (other.id, 1)})
        assert opened.reports.payloads(()) == {}
    assert found == {(report.id, 1): payload, (other.id, 0): payload}


def test_reports_are_listed_by_what_is_asked_for(work: UnitsOfWork) -> None:
    ledger = a_ledger(work, units=("A", "B", "C"))
    reports = [ledger.file(unit, period) for period in ("2021-01", "2021-02") for unit in ("A", "B", "C")]
    accepted = reports[4] = ledger.accept(reports[4])
    with work.reading() as opened:
        listed = opened.reports.list
        assert listed(unit_codes=None) == tuple(reports)
        assert listed(unit_codes=["A", "C"]) == (reports[0], reports[2], reports[3], reports[5])
        assert listed(unit_codes=[]) == ()
        assert listed(unit_codes=None, campaign_code="ATGT-2019") == ()
        assert listed(unit_codes=None, campaign_code=CAMPAIGN, period_code="2021-02") == tuple(reports[3:])
        assert listed(unit_codes=["B"], state=ReportState.ACCEPTED) == (accepted,)
        assert listed(unit_codes=None, after_id=reports[1].id, limit=2) == (reports[2], reports[3])


def test_the_newest_receipt_of_all_is_known(work: UnitsOfWork) -> None:
    ledger = a_ledger(work)
    with work.reading() as opened:
        assert opened.reports.last_received_at() is None
    ledger.file_again(ledger.file())
    ledger.file("LS-182-VHTT")
    with work.reading() as opened:
        assert opened.reports.last_received_at() == NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    "payload",
    [
        {"fields": {"remarks": "Đã tuyên truyền “rượu, bia” cho 1.234 người; 𝄞 ẩ <b> ' \" \\ \t\n"}},
        {"fields": {"count": 2**53 + 1, "none": None, "yes": True, "share": "17.6", "zero": 0}},
        {"violations": [{"rows": [[], {}, ""]}], "by_topic": {}},
        {},
    ],
    ids=["letters", "numbers", "nesting", "empty"],
)
def test_a_payload_comes_back_as_it_was_filed(work: UnitsOfWork, payload: dict[str, object]) -> None:
    ledger = a_ledger(work)
    with work.writing() as opened:
        report_id, _ = write_first(opened.reports, an_obligation(), a_revision(ledger.reporter, payload=payload))
        opened.commit()
    with work.reading() as opened:
        [revision] = opened.reports.revisions(report_id)
    assert revision.payload == payload


def test_a_number_that_is_none_is_never_stored(work: UnitsOfWork) -> None:
    ledger = a_ledger(work)
    for value in (float("nan"), float("inf")):
        with pytest.raises((StatementError, ValueError), match="JSON compliant"), work.writing() as opened:
            write_first(opened.reports, an_obligation(), a_revision(ledger.reporter, payload={"a": value}))


def test_moments_are_kept_in_utc_to_the_microsecond_whatever_zone_they_come_in(work: UnitsOfWork) -> None:
    ledger = a_ledger(work)
    local = datetime(2021, 9, 20, 23, 59, 59, 999999, tzinfo=timezone(timedelta(hours=7)))
    with work.writing() as opened:
        report_id, _ = write_first(opened.reports, an_obligation(), a_revision(ledger.reporter, received_at=local))
        opened.commit()
    report = ledger.report(report_id)
    assert report.received_at == local
    assert report.received_at.isoformat() == "2021-09-20T16:59:59.999999+00:00"


def test_a_moment_without_a_zone_is_refused(work: UnitsOfWork) -> None:
    ledger = a_ledger(work)
    naive = datetime(2021, 9, 20)  # noqa: DTZ001  what is refused
    with pytest.raises(StatementError, match="without a zone"), work.writing() as opened:
        write_first(opened.reports, an_obligation(), a_revision(ledger.reporter, received_at=naive))
