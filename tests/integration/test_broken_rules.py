"""A rule that fails stops one report and is named; one that does not end stops its form; both have a way back."""

from __future__ import annotations

import json
from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support.bent_rules import PAYLOAD
from tests.support.bent_rules import RECORD
from tests.support.bent_rules import bent
from thidua.application.background.plugins_seen import list_plugins
from thidua.application.ports.audit_ports import Sought
from thidua.application.reports.broken_rules import release_form
from thidua.application.reports.drafting import DraftPlace
from thidua.application.reports.drafts import Saved
from thidua.application.reports.drafts import open_draft
from thidua.application.reports.drafts import save_cells
from thidua.application.reports.filing import file_report
from thidua.application.review.reading import read_report
from thidua.application.trail.reading_trail import list_trail
from thidua.domain.audit import Thing
from thidua.domain.errors import InvalidPayloadError
from thidua.domain.errors import NotAllowedError
from thidua.domain.errors import RuleBrokenError
from thidua.domain.plugins import TroubleKind
from thidua.domain.reports import Channel
from thidua.forms.envelope import read_envelope
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

NOON = datetime.fromisoformat("2021-03-16T12:00:00+07:00")
SAMPLE = json.loads((Path(__file__).parents[1] / "samples/P01.json").read_text(encoding="utf-8"))
CAMPAIGN, PERIOD, UNIT, FORM = "ATGT-2021", "2021-Q1", SAMPLE["unit_code"], "A"
OTHERS = ("LS-187-VHTT", "LS-183-VHTT", "LS-185-VHTT")
ODD = 777


def _loop(*_: object) -> Any:
    while True:
        pass


def _raise_if_odd(values: Any, *_: object) -> bool:
    return 1 // (values.count("radio_items") - ODD) is not None


def _loop_if_odd(values: Any, *_: object) -> bool:
    return values.count("radio_items") != ODD or bool(_loop())


@pytest.fixture
def here(database_url: str) -> Installation:
    return an_installation(database_url, at=NOON, campaign=CAMPAIGN, periods=(PERIOD,), catalogue=bent())


def with_rule(here: Installation, *, digest: str = "1", **rules: Callable[..., Any]) -> None:
    here.host = replace(here.host, catalogue=bent(digest=digest, **rules), rule_limit_s=0.1)


def file(here: Installation, unit: str = UNIT, **fields: object) -> int:
    envelope, findings = read_envelope({**SAMPLE, "unit_code": unit})
    assert envelope is not None, findings
    # No more stations than the smallest of the units has.
    there: Mapping[str, object] = {**envelope.fields, "stations_total": 22 if unit == UNIT else 15, **fields}
    there = {**there, "stations_broadcasting": 12}
    envelope = replace(envelope, fields=there, confirm_warnings=True)
    return file_report(here.host, here.reporter(unit), envelope, channel=Channel.API).report_id


def seen(here: Installation) -> Any:
    return list_plugins(here.host, here.admin())


def test_a_rule_that_raises_stops_the_report_at_hand_and_no_other(here: Installation) -> None:
    with_rule(here, holds=_raise_if_odd)
    with pytest.raises(RuleBrokenError) as refused:
        file(here, radio_items=ODD)
    assert "không phải lỗi của đơn vị" in refused.value.message
    assert [finding.code for finding in refused.value.findings if finding.level == "error"] == ["plugin"]
    for _ in range(2):
        with pytest.raises(RuleBrokenError):
            file(here, radio_items=ODD)
    for unit in OTHERS:
        with pytest.raises(RuleBrokenError):
            file(here, unit, radio_items=ODD)
    file(here)
    found = seen(here)
    assert found.holds == (), "rules that raise hold up nobody else"
    by_unit = {each.unit_code: each for each in found.troubles}
    assert set(by_unit) == {UNIT, *OTHERS}
    assert (by_unit[UNIT].times, by_unit[UNIT].fault.rule_code) == (3, PAYLOAD)
    assert by_unit[UNIT].fault.kind is TroubleKind.RAISED
    assert all(found.is_current(each) for each in found.troubles)


def test_errors_of_the_report_itself_come_first(here: Installation) -> None:
    with_rule(here, holds=_raise_if_odd)
    with pytest.raises(InvalidPayloadError) as refused:
        file(here, radio_items=ODD, staff_briefed=9999)
    assert not isinstance(refused.value, RuleBrokenError)
    assert {"plugin"} < {finding.code for finding in refused.value.findings}


def test_a_rule_that_does_not_end_for_three_units_stops_its_form_until_it_is_released(here: Installation) -> None:
    with_rule(here, holds=_loop_if_odd)
    filed = file(here, UNIT)
    for unit in OTHERS:
        assert seen(here).holds == ()
        with pytest.raises(RuleBrokenError):
            file(here, unit, radio_items=ODD)
    [hold] = seen(here).holds
    assert (hold.campaign_code, hold.form_code, hold.since) == (CAMPAIGN, FORM, NOON)
    assert (hold.fault.rule_code, hold.fault.kind) == (PAYLOAD, TroubleKind.HUNG)
    with pytest.raises(RuleBrokenError, match="tạm dừng nhận báo cáo"):
        file(here, OTHERS[0])
    assert read_report(here.host, here.reporter(UNIT), filed).report.id == filed
    release_form(here.host, here.admin(), CAMPAIGN, FORM)
    assert (seen(here).holds, seen(here).troubles) == ((), ())
    file(here, OTHERS[0])
    acts = [row.entry.act for row in list_trail(here.host, here.office(), Sought(thing=Thing.PLUGIN)).rows]
    assert acts == ["plugin_released", "plugin_held"]
    assert not release_form(here.host, here.admin(), CAMPAIGN, FORM)


def test_a_mended_plugin_is_judged_anew_by_itself(here: Installation) -> None:
    with_rule(here, check=lambda values, _: _loop_if_odd(values) and ())
    for unit in OTHERS:
        with pytest.raises(RuleBrokenError):
            file(here, unit, radio_items=ODD)
    assert seen(here).holds[0].fault.rule_code == RECORD
    with_rule(here, digest="2")
    file(here, OTHERS[0], radio_items=26)
    [hold] = seen(here).holds
    assert not seen(here).is_current(hold)


def test_a_draft_is_kept_whatever_its_rules_do(here: Installation) -> None:
    with_rule(here, holds=_loop)
    place = DraftPlace(CAMPAIGN, PERIOD, UNIT)
    cells = {f"/fields/{name}": str(value) for name, value in SAMPLE["fields"].items() if isinstance(value, int)}
    save_cells(here.host, here.reporter(UNIT), place, base=0, cells=cells)
    page = open_draft(here.host, here.reporter(UNIT), place)
    assert page.draft is not None
    assert page.draft.cells["/fields/radio_items"].typed == "26"
    [trouble] = seen(here).troubles
    assert (trouble.unit_code, trouble.fault.kind) == (UNIT, TroubleKind.HUNG)


def test_a_draft_of_a_held_form_is_kept_its_rules_rest_and_its_writer_is_told(here: Installation) -> None:
    with_rule(here, holds=_loop_if_odd)
    for unit in OTHERS:
        with pytest.raises(RuleBrokenError):
            file(here, unit, radio_items=ODD)
    place = DraftPlace(CAMPAIGN, PERIOD, UNIT)
    saved = save_cells(here.host, here.reporter(UNIT), place, base=0, cells={"/fields/radio_items": str(ODD)})
    assert saved.is_held
    assert saved.kept == ("/fields/radio_items",)
    page = open_draft(here.host, here.reporter(UNIT), place)
    assert page.desk.sheet.is_held
    assert page.typed["/fields/radio_items"] == str(ODD)
    # The rule did not run for this unit: nothing more is noted.
    assert {each.unit_code for each in seen(here).troubles} == set(OTHERS)
    # What needs no rule of the plugin is still said.
    wrong = _saved(here, place, saved.version, "không số").findings["/fields/radio_items"]
    assert "type" in {found.code for found in wrong}
    release_form(here.host, here.admin(), CAMPAIGN, FORM)
    assert not save_cells(here.host, here.reporter(UNIT), place, base=2, cells={"/fields/radio_items": "26"}).is_held


def _saved(here: Installation, place: DraftPlace, base: int, text: str) -> Saved:
    return save_cells(here.host, here.reporter(UNIT), place, base=base, cells={"/fields/radio_items": text})


def test_rules_cannot_change_what_the_ledger_told_them(here: Installation) -> None:
    def change(_: Any, record: Any) -> tuple[()]:
        record.unit.attributes["communes"] = 1
        return ()

    with_rule(here, check=change)
    with pytest.raises(RuleBrokenError):
        file(here)


def test_only_the_administrator_sees_and_releases(here: Installation) -> None:
    for actor in (here.office(), here.reporter(UNIT)):
        with pytest.raises(NotAllowedError):
            list_plugins(here.host, actor)
        with pytest.raises(NotAllowedError):
            release_form(here.host, actor, CAMPAIGN, FORM)
