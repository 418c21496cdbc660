"""An opened year stays readable as it was, and nobody writes in one that is no longer what was pinned."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from dataclasses import replace
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from thidua_campaign_atgt_2021 import plugin
from thidua_campaign_atgt_2021.evidence import Reported

from tests.support.bent_rules import bent
from tests.support.bent_rules import without_campaign
from tests.support.changed_years import CAMPAIGNS
from tests.support.changed_years import uninstalled
from tests.support.changed_years import with_campaign
from tests.support.changed_years import with_fields
from thidua.application.background.rebuilding import rebuild_document
from thidua.application.background.rebuilding import rebuild_units
from thidua.application.background.verifying import verify
from thidua.application.periods.campaigns import close_campaign
from thidua.application.periods.campaigns import close_period
from thidua.application.periods.campaigns import open_campaign
from thidua.application.periods.campaigns import open_period
from thidua.application.periods.obligations import Wish
from thidua.application.periods.obligations import change_obligation
from thidua.application.periods.obligations import read_obligation
from thidua.application.ports.host import Catalogue
from thidua.application.reports.drafts import DraftPlace
from thidua.application.reports.drafts import save_cells
from thidua.application.reports.evidence import list_evidence
from thidua.application.reports.filing import file_report
from thidua.application.reports.owing import owed
from thidua.application.reports.plain_reports import read_plain_report
from thidua.application.review.likenesses import likenesses_of_report
from thidua.application.review.reading import ReportSheet
from thidua.application.review.reading import campaigns_seen
from thidua.application.review.reading import list_reports
from thidua.application.review.reading import read_report
from thidua.application.review.reading import receipt_of
from thidua.application.review.reviewing import accept_many
from thidua.application.review.reviewing import accept_report
from thidua.application.review.reviewing import return_report
from thidua.application.review.reviewing import withdraw_report
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
from thidua.application.years.pinning import adopt_year
from thidua.application.years.pinning import keep_pins
from thidua.application.years.pinning import years_seen
from thidua.application.years.standing import Standing
from thidua.bootstrap import installed_plugins
from thidua.domain.accounts import Actor
from thidua.domain.accounts import Role
from thidua.domain.errors import ConflictError
from thidua.domain.errors import DamagedPinError
from thidua.domain.errors import NotFoundError
from thidua.domain.errors import QuarantinedError
from thidua.domain.errors import StoppedYearError
from thidua.domain.reports import Channel
from thidua.domain.reports import ObligationChangeKind
from thidua.forms.envelope import read_envelope
from thidua.web.filed import lines_of
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation
from thidua_testkit.postgres import owners_connection

SAMPLE = json.loads((Path(__file__).parents[1] / "samples/P01.json").read_text(encoding="utf-8"))
CAMPAIGN, PERIOD, NEXT = "ATGT-2021", "2021-Q1", "2021-H1"
UNIT, OTHER = "LS-186-VHTT", "LS-187-VHTT"
NOON = datetime.fromisoformat("2021-03-16T12:00:00+07:00")
VIOLATOR = "Dương Văn Kín"
CASE = {
    "case_id": "VV-1",
    "occurred_on": "2021-02-03",
    "full_name": VIOLATOR,
    "staff_kind": "civil_servant",
    "behaviour": "other",
    "alcohol_band": None,
    "status": "handled",
    "handling": "reminder",
}
GONE: dict[str, Callable[[], Catalogue]] = {
    "uninstalled": lambda: uninstalled(*CAMPAIGNS, "district_culture_office"),
    "in quarantine": without_campaign,
}
DUTIES_OF_OWN_RULES = [each.code for each in plugin.duties if isinstance(each.evidence, Reported)]


@pytest.fixture
def here(database_url: str) -> Installation:
    return an_installation(database_url, at=NOON, campaign=CAMPAIGN, periods=(PERIOD,))


def file(here: Installation, revision: int = 0, unit: str = UNIT, **changed: Any) -> int:
    own = {"stations_total": 15, "stations_broadcasting": 15} if unit == OTHER else {}
    fields = {**SAMPLE["fields"], "violation_cases": 1, "violation_handled": 1, **own, **changed}
    reason = {"correction_reason": "Đếm lại."} if revision else {}
    envelope, findings = read_envelope(
        {**SAMPLE, **reason, "unit_code": unit, "fields": fields, "violations": [CASE], "revision": revision}
    )
    assert envelope is not None, findings
    envelope = replace(envelope, confirm_warnings=True)
    return file_report(here.host, here.reporter(unit), envelope, channel=Channel.API).report_id


def served_by(here: Installation, catalogue: Catalogue) -> None:
    """Give the installation other plugins, as a restart would."""
    here.host = replace(here.host, catalogue=catalogue)


def leader(here: Installation) -> Actor:
    return here.actors.get("leader") or here.add_account("leader", (Role.LEADER, None))


def observer(here: Installation) -> Actor:
    return here.actors.get("observer") or here.add_account("observer", (Role.OBSERVER, None))


def readers(here: Installation) -> tuple[Actor, ...]:
    return here.reporter(UNIT), here.office(), leader(here)


def pins(here: Installation) -> list[tuple[int, str]]:
    with owners_connection(here.database_url) as connection:
        rows = connection.execute(text("SELECT number, reason FROM campaign_pin ORDER BY number"))
        return [(row.number, row.reason) for row in rows]


def noted(here: Installation) -> list[str]:
    with owners_connection(here.database_url) as connection:
        found = connection.execute(
            text("SELECT detail FROM audit_entry WHERE act = 'campaign_pinned' ORDER BY id")
        ).scalars()
        return [(json.loads(each) if isinstance(each, str) else each)["reason"] for each in found]


def alter(here: Installation, *statements: str) -> None:
    """Change what the program cannot: as somebody would who holds the database."""
    with owners_connection(here.database_url) as connection:
        for statement in statements:
            connection.execute(text(statement))


def without_guards(here: Installation) -> None:
    if here.database_url.startswith("sqlite"):
        names = [
            f"{table}_refuse_{change}" for table in ("pinned_text", "campaign_pin") for change in ("update", "delete")
        ]
        alter(here, *(f"DROP TRIGGER {name}" for name in names))
    else:
        alter(here, *(f"ALTER TABLE {each} DISABLE TRIGGER USER" for each in ("pinned_text", "campaign_pin")))


def shown(sheet: ReportSheet) -> dict[str, object]:
    """What a page of a report is made of, less what stands for the program itself."""
    told = {each.name: getattr(sheet, each.name) for each in fields(sheet)}
    for name in ("campaign", "period", "form", "forms", "pinned"):
        del told[name]
    told = {name: value for name, value in told.items() if not name.startswith("can_")}
    parts = {
        revision.number: lines_of(sheet.forms[revision.number], revision.payload, None, sees_people=sheet.sees_people)
        for revision in sheet.revisions
    }
    return told | {"titles": (sheet.campaign.title, sheet.period.name, sheet.form.title), "parts": parts}


def documents(here: Installation) -> dict[str, object]:
    """The status as everybody sees it, without what tells of the moment of reading."""
    found: dict[str, object] = {}
    for actor in (here.office(), leader(here), observer(here)):
        now = read_status(here.host, actor, CAMPAIGN, PERIOD).document
        past = past_status(here.host, actor, CAMPAIGN, PERIOD, at=NOON + timedelta(hours=2)).document
        found[f"{actor.name} now"] = {name: each for name, each in now.items() if name != "inputs"}
        found[f"{actor.name} then"] = {
            # A recomputed status has no duties whose rule went with the plugin, so neither reasons nor digest of them.
            name: [duty for duty in each if duty["code"] not in DUTIES_OF_OWN_RULES] if name == "duties" else each
            for name, each in past.items()
            if name not in {"inputs", "computed_at", "took_ms", "digest"}
        }
    return found


def counted(here: Installation) -> object:
    """How many filings the status has taken in."""
    return read_status(here.host, here.office(), CAMPAIGN, PERIOD).document["inputs"]["revisions"]  # type: ignore[index]


def lived(here: Installation) -> int:
    """File twice, accept, count, close the campaign; returns the report."""
    report = file(here)
    file(here, unit=OTHER)
    file(here, 1, radio_items=27)
    accept_report(here.host, here.office(), report, revision=1)
    here.drain()
    here.clock.instant = NOON + timedelta(hours=3)
    close_campaign(here.host, CAMPAIGN)
    here.drain()
    return report


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


def refuses_to_write(here: Installation, report: int, kind: type[Exception], match: str) -> None:
    office, own = here.office(), here.reporter(UNIT)
    place = {"campaign_code": CAMPAIGN, "period_code": PERIOD, "unit_code": UNIT}
    wish = Wish(
        kind=ObligationChangeKind.EXTENDED,
        reason="Mưa",
        document_number="1/CV",
        requested_by="UBND",
        ends_at=NOON + timedelta(days=9),
    )
    for wanted in (
        lambda: file(here, 1),
        lambda: file(here, unit=OTHER),
        lambda: save_cells(here.host, own, DraftPlace(CAMPAIGN, PERIOD, UNIT), base=0, cells={"/fields/banners": "3"}),
        lambda: accept_report(here.host, office, report, revision=0),
        lambda: return_report(here.host, office, report, revision=0, reason="Chưa khớp."),
        lambda: withdraw_report(here.host, own, report, revision=0, reason="Gửi nhầm."),
        lambda: change_obligation(here.host, office, **place, wish=wish),
        lambda: open_period(here.host, CAMPAIGN, NEXT),
        lambda: close_period(here.host, CAMPAIGN, PERIOD),
        lambda: close_campaign(here.host, CAMPAIGN),
        lambda: rebuild_document(here.host, CAMPAIGN, PERIOD),
        lambda: rebuild_units(here.host, CAMPAIGN, [UNIT]),
    ):
        with pytest.raises(kind, match=match):
            wanted()


def test_a_changed_form_stops_the_year_until_the_operator_adopts_it(here: Installation) -> None:
    report = file(here)
    file(here, unit=OTHER)
    served_by(here, with_fields(maximum=900, by_topic=False, label="Số bài phát thanh"))
    refuses_to_write(here, report, StoppedYearError, "thidua campaign adopt ATGT-2021")
    with pytest.raises(StoppedYearError) as refusal:
        file(here, 1)
    assert "biểu A, fields.radio_items.maximum: 9999999 → 900" in refusal.value.message
    assert "thidua-campaign-atgt-2021" in refusal.value.message
    here.drain()
    here.refresh()
    assert counted(here) == 0
    sheet = read_report(here.host, here.office(), report)
    assert sheet.form.field("radio_items").label == "Số tin, bài phát thanh"
    assert "đã khác bản đã khóa" in sheet.pinned
    assert any("nên chưa so được số liệu" in each for each in verify(here.host).differences)
    assert pins(here) == [(1, "opened")]
    stands = adopt_year(here.host, CAMPAIGN)
    assert {change.place for change in stands.changes} == {"fields.radio_items.maximum", "fields.radio_items.by_topic"}
    assert adopt_year(here.host, CAMPAIGN).standing is Standing.AS_PINNED
    assert pins(here) == [(1, "opened"), (2, "adopted")]
    assert noted(here) == ["opened", "adopted"]
    here.refresh()
    here.drain()
    assert counted(here) == 2
    by_topic = {name: each for name, each in SAMPLE["by_topic"].items() if name != "radio_items"}
    changed = {**SAMPLE, "by_topic": by_topic}
    envelope, _ = read_envelope({**changed, "revision": 1, "correction_reason": "Đếm lại."})
    assert envelope is not None
    file_report(here.host, here.reporter(UNIT), replace(envelope, confirm_warnings=True), channel=Channel.API)
    after_adoption(here, report)
    served_by(here, uninstalled(CAMPAIGN, "district_culture_office"))
    after_adoption(here, report)


def after_adoption(here: Installation, report: int) -> None:
    """Each filing is read by the form it was filed in."""
    sheet = read_report(here.host, here.office(), report)
    old, new = (sheet.forms[number].field("radio_items") for number in (0, 1))
    assert (old.label, old.maximum, old.by_topic) == ("Số tin, bài phát thanh", 9999999, True)
    assert (new.label, new.maximum, new.by_topic) == ("Số bài phát thanh", 900, False)
    assert [revision.schema_digest for revision in sheet.revisions] == [sheet.forms[0].digest, sheet.forms[1].digest]


def test_a_changed_plan_stops_the_year(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    # Whether the plugin is sound otherwise is another matter.
    monkeypatch.setattr("thidua.plugin_host.registry.faults_of_campaign", lambda *_: ())
    for changed, place in (
        ({"due_soon_days": 9}, "due_soon_days: 5 → 9"),
        ({"topics": ()}, "topics."),
        ({"indicators": ()}, "indicators."),
        ({"periods": ()}, f"periods.{PERIOD}: bỏ"),
    ):
        served_by(here, with_campaign(**changed))
        with pytest.raises(StoppedYearError) as refusal:
            close_period(here.host, CAMPAIGN, PERIOD)
        assert place in refusal.value.message


def test_mended_words_stop_nothing_and_each_filing_keeps_those_it_was_filed_under(here: Installation) -> None:
    report = file(here)
    served_by(here, with_fields(label="Số tin, bài phát trên đài", help="Đếm một lần."))
    file(here, 1)
    assert pins(here) == [(1, "opened"), (2, "reworded")]
    sheet = read_report(here.host, here.office(), report)
    assert sheet.pinned == ""
    labels = [sheet.forms[number].field("radio_items").label for number in (0, 1)]
    assert labels == ["Số tin, bài phát thanh", "Số tin, bài phát trên đài"]
    # Two versions side by side, as while machines are upgraded one by one, take no turns in pinning.
    served_by(here, with_fields())
    file(here, unit=OTHER)
    assert keep_pins(here.host) == 0
    assert pins(here) == [(1, "opened"), (2, "reworded")]
    served_by(here, uninstalled(CAMPAIGN, "district_culture_office"))
    sheet = read_report(here.host, here.office(), report)
    assert [sheet.forms[number].field("radio_items").label for number in (0, 1)] == labels


def test_rules_that_refuse_more_are_a_change_and_those_that_refuse_less_are_none(here: Installation) -> None:
    ordinary = here.host.catalogue
    served_by(here, bent())
    with pytest.raises(StoppedYearError, match=r"biểu A, rules\.TEST1: thêm error"):
        file(here)
    adopt_year(here.host, CAMPAIGN)
    file(here)
    served_by(here, ordinary)
    file(here, 1)
    assert [reason for _, reason in pins(here)] == ["opened", "adopted"]


def test_a_closed_year_stays_as_it_was_pinned(here: Installation) -> None:
    report = lived(here)
    served_by(here, with_fields(label="Số bài"))
    keep_pins(here.host)
    assert pins(here) == [(1, "opened")]
    sheet = read_report(here.host, here.office(), report)
    assert sheet.form.field("radio_items").label == "Số tin, bài phát thanh"
    assert "đợt đã kết thúc" in sheet.pinned
    served_by(here, with_fields(maximum=9))
    with pytest.raises(ConflictError, match="không nhận thay đổi nữa"):
        adopt_year(here.host, CAMPAIGN)
    assert read_report(here.host, here.office(), report).form.field("radio_items").maximum == 9999999


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
