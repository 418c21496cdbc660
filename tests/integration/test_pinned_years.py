"""An opened year stays readable as it was, though its plugin is gone, and nobody writes in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta

import pytest
from pinned_years import CAMPAIGN
from pinned_years import DUTIES_OF_OWN_RULES
from pinned_years import NOON
from pinned_years import OTHER
from pinned_years import PERIOD
from pinned_years import UNIT
from pinned_years import VIOLATOR
from pinned_years import alter
from pinned_years import documents
from pinned_years import file
from pinned_years import leader
from pinned_years import lived
from pinned_years import noted
from pinned_years import observer
from pinned_years import pins
from pinned_years import readers
from pinned_years import refuses_to_write
from pinned_years import served_by
from pinned_years import shown
from pinned_years import without_guards
from sqlalchemy import text

from tests.support.bent_rules import without_campaign
from tests.support.changed_years import CAMPAIGNS
from tests.support.changed_years import uninstalled
from tests.support.changed_years import with_fields
from thidua.application.background.verifying import verify
from thidua.application.periods.campaigns import close_campaign
from thidua.application.periods.campaigns import open_campaign
from thidua.application.periods.obligations import read_obligation
from thidua.application.ports.host import Catalogue
from thidua.application.reports.evidence import list_evidence
from thidua.application.reports.owing import owed
from thidua.application.reports.plain_reports import read_plain_report
from thidua.application.review.likenesses import likenesses_of_report
from thidua.application.review.reading import campaigns_seen
from thidua.application.review.reading import list_reports
from thidua.application.review.reading import read_report
from thidua.application.review.reading import receipt_of
from thidua.application.review.reviewing import accept_many
from thidua.application.review.reviewing import accept_report
from thidua.application.status.counted import counted_report
from thidua.application.status.duty_inputs import duty_inputs
from thidua.application.status.figures import Asked
from thidua.application.status.filing_inputs import filing_inputs
from thidua.application.status.inputs import figure_inputs
from thidua.application.status.opened_status import Page
from thidua.application.status.past_statuses import past_status
from thidua.application.status.statuses import read_status
from thidua.application.status.target_inputs import target_inputs
from thidua.application.trail.reading_trail import Who
from thidua.application.trail.reading_trail import who_saw
from thidua.application.years.pinning import years_seen
from thidua.application.years.standing import Standing
from thidua.bootstrap import installed_plugins
from thidua.domain.errors import DamagedPinError
from thidua.domain.errors import NotFoundError
from thidua.domain.errors import QuarantinedError
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation
from thidua_testkit.postgres import owners_connection

GONE: dict[str, Callable[[], Catalogue]] = {
    "uninstalled": lambda: uninstalled(*CAMPAIGNS, "district_culture_office"),
    "in quarantine": without_campaign,
}


@pytest.fixture
def here(database_url: str) -> Installation:
    return an_installation(database_url, at=NOON, campaign=CAMPAIGN, periods=(PERIOD,))


@pytest.mark.parametrize("how", GONE)
def test_a_year_whose_plugin_is_gone_is_read_as_it_was(here: Installation, how: str) -> None:
    report = lived(here)
    sheets = [shown(read_report(here.host, actor, report)) for actor in readers(here)]
    was = documents(here)
    titles = [(each.code, each.title, each.theme, each.periods) for each in campaigns_seen(here.host, here.office())]
    receipts = [receipt_of(here.host, here.office(), report, number) for number in (0, 1)]
    served_by(here, GONE[how]())
    assert [shown(read_report(here.host, actor, report)) for actor in readers(here)] == sheets
    assert documents(here) == was
    assert DUTIES_OF_OWN_RULES[0] in str(
        past_status(here.host, here.office(), CAMPAIGN, PERIOD, at=NOON + timedelta(hours=2)).document["inputs"]
    ), "what cannot be judged anew is said"
    seen = campaigns_seen(here.host, here.office())
    assert [(each.code, each.title, each.theme, each.periods) for each in seen] == titles
    assert [receipt_of(here.host, here.office(), report, number) for number in (0, 1)] == receipts
    assert [each.id for each in list_reports(here.host, here.office())] == [1, 2]
    said = "Năm này đọc theo bản đã khóa lúc 12:00 ngày 20/5/2020"
    sheet = read_report(here.host, here.office(), report)
    status = read_status(here.host, here.office(), CAMPAIGN, PERIOD)
    for note in (seen[0].pinned, sheet.pinned, status.pinned):
        assert note.startswith(said)
        assert "Chỉ xem" in note
    assert not any(getattr(sheet, each.name) for each in fields(sheet) if each.name.startswith("can_"))


def test_of_a_closed_year_without_its_plugin_the_ledger_is_verified_and_nothing_is_called_wrong(
    here: Installation,
) -> None:
    file(here)
    here.drain()
    served_by(here, uninstalled(CAMPAIGN))
    [amiss] = verify(here.host).differences
    assert amiss == f"{CAMPAIGN}: phần mở rộng đã gỡ nên chưa so được số liệu", "it is still under way"
    served_by(here, installed_plugins())
    close_campaign(here.host, CAMPAIGN)
    served_by(here, uninstalled(CAMPAIGN))
    found = verify(here.host)
    assert (found.differences, found.unverified, found.reports) == ((), (amiss,), 1)
    alter(here, "UPDATE report SET head = 'x'")
    assert any("sổ theo dõi báo cáo" in each for each in verify(here.host).differences)


def test_everything_that_opens_a_figure_opens_from_the_pin(here: Installation) -> None:
    report = lived(here)

    def opened() -> list[object]:
        office = here.office()
        figure = figure_inputs(here.host, office, CAMPAIGN, PERIOD, Asked(key="N05"), Page())
        duties = [
            duty_inputs(here.host, office, CAMPAIGN, PERIOD, code, Page()) for code in ("O01", *DUTIES_OF_OWN_RULES)
        ]
        filing = filing_inputs(here.host, office, CAMPAIGN, PERIOD, "received", Page())
        target = target_inputs(here.host, office, CAMPAIGN, PERIOD, "T1")
        counted = counted_report(here.host, office, report)
        owes = read_obligation(here.host, office, campaign_code=CAMPAIGN, period_code=PERIOD, unit_code=UNIT)
        likeness = likenesses_of_report(here.host, office, report)
        return [
            (figure.total, figure.rule, figure.by_type, figure.parts, figure.figure),
            [(each.counts, each.looked_at, each.units, each.adds_up) for each in duties],
            (filing.count, filing.clause, filing.units),
            (target.entry, target.steps, target.baseline),
            [told.code for told in counted.told if told.code != "quarantined"],
            (owes.deadline, owes.period.name, owes.filing, owes.changes),
            (likeness.own, likeness.neighbours),
        ]

    was = opened()
    served_by(here, uninstalled(CAMPAIGN))
    assert opened() == was


def test_the_pinned_path_is_no_second_door(here: Installation) -> None:
    report = lived(here)
    served_by(here, uninstalled(CAMPAIGN))
    stranger, place = here.reporter(OTHER), {"campaign_code": CAMPAIGN, "period_code": PERIOD, "unit_code": UNIT}
    for asked in (
        lambda: read_report(here.host, stranger, report),
        lambda: read_plain_report(here.host, stranger, report),
        lambda: receipt_of(here.host, stranger, report, 0),
        lambda: likenesses_of_report(here.host, stranger, report),
        lambda: counted_report(here.host, stranger, report),
        lambda: read_obligation(here.host, stranger, **place),
        lambda: list_evidence(here.host, stranger, **place),
    ):
        with pytest.raises(NotFoundError):
            asked()
    assert [each.unit_code for each in list_reports(here.host, stranger)] == [OTHER]
    assert VIOLATOR in str(read_report(here.host, here.reporter(UNIT), report).revisions)
    assert VIOLATOR not in str(read_report(here.host, leader(here), report).revisions)
    [cases] = [
        each
        for each in read_status(here.host, observer(here), CAMPAIGN, PERIOD).document["indicators"]  # type: ignore[attr-defined]
        if each["code"] == "N25"
    ]
    assert cases["official"] is None
    assert cases["small_hidden"]
    with owners_connection(here.database_url) as connection:
        read = connection.execute(text("SELECT count(*) FROM audit_entry WHERE act = 'read_people'")).scalar_one()
    assert read == 1, "who reads names from the pin is noted as ever"


def test_who_saw_a_person_is_found_though_the_plugin_is_gone(here: Installation) -> None:
    report = file(here)
    read_report(here.host, here.office(), report)
    served_by(here, uninstalled(*CAMPAIGNS))
    asked = who_saw(
        here.host, here.office(), Who(person=VIOLATOR, since=NOON - timedelta(days=1), until=NOON + timedelta(days=1))
    )
    assert len(list(asked)) == 1


@pytest.mark.parametrize("how", GONE)
def test_nothing_is_written_in_a_year_whose_plugin_is_gone(here: Installation, how: str) -> None:
    report = file(here)
    here.drain()
    before = read_status(here.host, here.office(), CAMPAIGN, PERIOD).document
    served_by(here, GONE[how]())
    refuses_to_write(here, report, QuarantinedError, "[Nn]gười quản trị")
    assert accept_many(here.host, here.office(), [(report, 0)]).reports == ()
    for actor in readers(here):
        sheet = read_report(here.host, actor, report)
        assert not any(getattr(sheet, each.name) for each in fields(sheet) if each.name.startswith("can_"))
    assert owed(here.host, here.reporter(UNIT)) == ()
    here.refresh()
    here.drain()
    after = read_status(here.host, here.office(), CAMPAIGN, PERIOD).document
    assert {**before, "inputs": 0} == {**after, "inputs": 0}


def test_what_was_opened_before_pins_were_kept_is_pinned_by_the_first_who_looks_or_files(here: Installation) -> None:
    report = file(here)
    without_guards(here)
    alter(here, "DELETE FROM campaign_pin", "DELETE FROM pinned_text")
    assert [year.standing for year in years_seen(here.host)] == [Standing.UNPINNED]
    served = here.host.catalogue
    served_by(here, without_campaign())
    with pytest.raises(QuarantinedError):
        read_report(here.host, here.office(), report)
    assert read_plain_report(here.host, here.office(), report).fields["radio_items"] == 26
    served_by(here, served)
    here.refresh()
    assert pins(here) == [(1, "found")]
    assert noted(here)[-1] == "found"
    alter(here, "DELETE FROM campaign_pin", "DELETE FROM pinned_text")
    file(here, 1)
    assert pins(here) == [(1, "found")]
    served_by(here, uninstalled(CAMPAIGN))
    assert read_report(here.host, here.office(), report).form.field("radio_items").label == "Số tin, bài phát thanh"


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE pinned_text SET document = replace(document, 'tin, bài', 'bài')",
        "UPDATE pinned_text SET document = '{'",
        "UPDATE pinned_text SET document = '[]' WHERE form_code = ''",
        "DELETE FROM pinned_text WHERE form_code = 'A'",
    ],
)
def test_a_damaged_pin_is_told_and_shows_nothing_it_should_not(here: Installation, damage: str) -> None:
    report = file(here)
    accept_report(here.host, here.office(), report, revision=0)
    here.drain()
    without_guards(here)
    alter(here, damage)
    served_by(here, uninstalled(CAMPAIGN))
    with pytest.raises(DamagedPinError, match="khôi phục bảng pinned_text từ bản sao lưu"):
        read_report(here.host, here.office(), report)
    plain = read_plain_report(here.host, leader(here), report)
    assert VIOLATOR not in str(plain.tables)
    document = read_status(here.host, observer(here), CAMPAIGN, PERIOD).document
    [cases] = [each for each in document["indicators"] if each["code"] == "N25"]  # type: ignore[attr-defined]
    assert (cases["official"], cases["small_hidden"]) == (None, True)
    [seen] = campaigns_seen(here.host, here.office())
    assert "khôi phục" in seen.pinned
    served_by(here, with_fields(maximum=9))
    with pytest.raises(DamagedPinError):
        file(here, 1)


def test_opening_pins_once(here: Installation) -> None:
    assert pins(here) == [(1, "opened")]
    assert not open_campaign(here.host, CAMPAIGN)
    assert pins(here) == [(1, "opened")]
    assert noted(here) == ["opened"]
    open_campaign(here.host, CAMPAIGNS[1])
    with owners_connection(here.database_url) as connection:
        forms = connection.execute(text("SELECT count(*) FROM pinned_text WHERE form_code <> ''")).scalar_one()
    assert forms > 0
