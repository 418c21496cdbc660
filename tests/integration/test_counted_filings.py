"""What counting reads of a report: the revisions it may be counted by, and which of them count as what."""

from __future__ import annotations

from thidua.application.ports.unit_of_work import UnitsOfWork
from thidua.domain.lifecycle import give_back
from thidua.domain.reports import Report
from thidua_testkit.ledger import CAMPAIGN
from thidua_testkit.ledger import NOW
from thidua_testkit.ledger import Ledger
from thidua_testkit.ledger import a_ledger
from thidua_testkit.ledger import a_revision

UNIT, OTHER = "LS-180-VHTT", "LS-182-VHTT"


def counted(work: UnitsOfWork, *reports: Report) -> list[tuple[int, bool, bool]]:
    """Return number, filed, accepted of every revision of some reports that counting reads."""
    with work.reading() as opened:
        filings = opened.counted_filings.of_reports(report.id for report in reports)
    return sorted((filing.revision, filing.filed, filing.accepted) for filing in filings)


def give_back_to(ledger: Ledger, report: Report) -> Report:
    with ledger.work.writing() as work:
        move = give_back(report, at=NOW, by=ledger.officer, reason="Sai.", remarks=(), answer_by=NOW, incomplete=False)
        work.reports.move(move)
        work.commit()
    return ledger.report(report.id)


def test_a_report_is_counted_as_filed_and_once_accepted_as_both(work: UnitsOfWork) -> None:
    ledger = a_ledger(work)
    report = ledger.file()
    assert counted(work, report) == [(0, True, False)]
    assert counted(work, ledger.accept(report)) == [(0, True, True)]


def test_a_correction_is_counted_as_filed_beside_what_was_accepted(work: UnitsOfWork) -> None:
    ledger = a_ledger(work)
    corrected = ledger.file_again(ledger.accept(ledger.file()))
    assert counted(work, corrected) == [(0, False, True), (1, True, False)]


def test_a_report_that_was_given_back_is_read_and_not_counted(work: UnitsOfWork) -> None:
    ledger = a_ledger(work)
    returned = give_back_to(ledger, ledger.file())
    assert counted(work, returned) == [(0, False, False)]
    with work.reading() as opened:
        assert opened.counted_filings.versions(CAMPAIGN, [UNIT]) == {(returned.id, returned.version)}


def test_filings_come_with_where_they_stand_and_what_they_say(work: UnitsOfWork) -> None:
    ledger = a_ledger(work)
    report, other = ledger.file(), ledger.file(OTHER)
    with work.reading() as opened:
        [filing] = opened.counted_filings.of_units(CAMPAIGN, [UNIT])
        both = opened.counted_filings.of_units(CAMPAIGN, [UNIT, OTHER])
        assert opened.counted_filings.of_units("ATGT-1999", [UNIT]) == ()
        assert opened.counted_filings.of_reports(()) == ()
    assert filing == (
        *(report.id, report.version, CAMPAIGN, report.period_code, UNIT, report.unit_type, report.form_code),
        *(0, True, False, a_revision(1).payload, a_revision(1).form_version),
    )
    assert {each.report_id for each in both} == {report.id, other.id}


def test_the_versions_of_reports_tell_that_one_moved_on(work: UnitsOfWork) -> None:
    ledger = a_ledger(work)
    report = ledger.file()
    with work.reading() as opened:
        before = opened.counted_filings.versions(CAMPAIGN, [UNIT])
    ledger.accept(report)
    with work.reading() as opened:
        assert opened.counted_filings.versions(CAMPAIGN, [UNIT]) != before
        assert opened.counted_filings.versions(CAMPAIGN, [OTHER]) == frozenset()
