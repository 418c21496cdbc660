"""Duties, targets and the numbers of filing open to what made them; on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from datetime import timedelta
from typing import Any

import pytest

from thidua.application.background.sample import file_sample
from thidua.application.periods.obligations import Wish
from thidua.application.periods.obligations import change_obligation
from thidua.application.review.reviewing import accept_report
from thidua.application.review.reviewing import return_report
from thidua.application.status.duty_inputs import DutyInputs
from thidua.application.status.duty_inputs import duty_inputs
from thidua.application.status.figures import Asked
from thidua.application.status.figures import Reading
from thidua.application.status.figures import Span
from thidua.application.status.filing_inputs import FILING_NUMBERS
from thidua.application.status.filing_inputs import FilingInputs
from thidua.application.status.filing_inputs import filing_inputs
from thidua.application.status.inputs import figure_inputs
from thidua.application.status.opened_status import Page
from thidua.application.status.statuses import read_status
from thidua.application.status.target_inputs import target_inputs
from thidua.domain.accounts import Role
from thidua.domain.errors import NotAllowedError
from thidua.domain.errors import NotFoundError
from thidua.domain.reports import ObligationChangeKind
from thidua.forms.watched_rules import names_read
from thidua_sdk import AnyPositive
from thidua_sdk import Complete
from thidua_sdk import DutyState
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

CAMPAIGN, PERIOD = "ATGT-2021", "2021-9M"
MORNING = datetime.fromisoformat("2021-09-15T09:00:00+07:00")
WHOLE = Page(limit=10_000)


@pytest.fixture
def here(database_url: str) -> Installation:
    """Nearly everybody filed, some late; one was let off, one sent back, the Office's report accepted."""
    here = an_installation(database_url, at=MORNING, campaign=CAMPAIGN, periods=(PERIOD,))
    officer = here.office()
    reporter = here.reporter("LS-186-VHTT")
    here.add_account("observer", (Role.OBSERVER, None))
    with here.host.work.reading() as work:
        roster = work.campaigns.roster(CAMPAIGN, PERIOD)
    for place, row in enumerate(roster):
        at = MORNING + timedelta(hours=6 * place)
        if place in {3, 7}:
            continue
        receipt = file_sample(here.host, row, account_id=reporter.account_id, at=at)
        here.clock.instant = at + timedelta(minutes=5)
        if place % 3 == 0 or row.obligation.form_code == "D":
            accept_report(here.host, officer, receipt.report_id, revision=0)
        if place == 4:
            return_report(
                here.host,
                officer,
                receipt.report_id,
                revision=0,
                reason="Bỏ trống gần hết.",
                remarks=(),
                incomplete=True,
            )
    here.clock.instant = MORNING + timedelta(days=6)
    wish = Wish(
        kind=ObligationChangeKind.EXEMPTED,
        reason="Trụ sở bị bão.",
        document_number="12/CV-VP",
        requested_by="Trưởng phòng",
    )
    change_obligation(
        here.host,
        officer,
        campaign_code=CAMPAIGN,
        period_code=PERIOD,
        unit_code=roster[3].obligation.unit_code,
        wish=wish,
    )
    here.drain()
    return here


def document(here: Installation, by: str = "office") -> Any:
    return read_status(here.host, here.actors[by], CAMPAIGN, PERIOD).document


def filing(here: Installation, name: str, by: str = "office") -> FilingInputs:
    return filing_inputs(here.host, here.actors[by], CAMPAIGN, PERIOD, name, WHOLE)


def duty(here: Installation, code: str, by: str = "office", **asked: Any) -> DutyInputs:
    return duty_inputs(here.host, here.actors[by], CAMPAIGN, PERIOD, code, asked.pop("page", WHOLE), **asked)


# Filing


@pytest.mark.parametrize("name", sorted(FILING_NUMBERS))
def test_every_number_of_filing_is_the_number_of_its_units(here: Installation, name: str) -> None:
    found = filing(here, name)
    said = document(here)
    number = said["inputs"]["expected"] if name == "expected" else said["filing"][name]
    assert len(found.units) == found.count == found.documented == number
    assert found.adds_up
    assert found.rule.endswith(".")


def test_a_number_of_filing_opens_to_the_revision_the_people_and_the_clause(here: Installation) -> None:
    found = filing(here, "accepted")
    assert found.units
    assert {unit["accepted_by"] for unit in found.units} == {"Người dùng office"}
    assert {unit["filed_by"] for unit in found.units} == {"Người dùng reporter-ls-186-vhtt"}
    assert all(unit["prepared_by"] for unit in found.units)
    assert all(isinstance(unit["revision"], int) for unit in found.units)
    waiting = next(unit for unit in filing(here, "received").units if unit["accepted_revision"] is None)
    assert (waiting["filed_by"], waiting["accepted_by"]) == ("Người dùng reporter-ls-186-vhtt", "")
    nobody = next(unit for unit in filing(here, "roster").units if unit["report"] is None)
    assert {nobody[name] for name in ("filed_by", "prepared_by", "approved_by", "accepted_by", "channel")} == {""}
    period = next(each for each in here.host.catalogue.campaign(CAMPAIGN).periods if each.code == PERIOD)
    assert found.clause.startswith(period.source)
    assert period.forms[0].deadline.source in found.clause


def test_every_kind_of_number_tells_who_accepted_what_it_counts(here: Installation) -> None:
    officer = "Người dùng office"
    sources = [
        source for unit in duty(here, "O01").units for cell in unit.cells for source in cell.sources if source.counts
    ]
    assert {source.accepted_by for source in sources if source.is_accepted} == {officer}
    assert {source.accepted_by for source in sources if not source.is_accepted} == {""}
    accepted = next(source for source in sources if source.is_accepted)
    assert accepted.accepted_at is not None
    assert accepted.accepted_at > accepted.received_at
    target = target_inputs(here.host, here.actors["office"], CAMPAIGN, PERIOD, "T1")
    assert target.figure is not None
    assert target.figure.parts[0].sources[0].accepted_by == officer
    assert target.target.clause
    for key, register in (("N10.district", ""), ("", "violations"), ("", "nominations")):
        asked = Asked(key=key, register=register, reading=Reading.PROVISIONAL, span=Span.CUMULATIVE)
        figure = figure_inputs(here.host, here.actors["office"], CAMPAIGN, PERIOD, asked, WHOLE)
        assert figure.figure.clause, register
        if key:
            assert officer in {source.accepted_by for part in figure.parts for source in part.sources}


def test_the_numbers_of_the_scene_are_not_all_nought(here: Installation) -> None:
    said = document(here)["filing"]
    assert said["exempt"] == 1
    assert min(said["on_time"], said["late"], said["overdue"], said["accepted"]) > 0
    assert said["received"] < said["roster"] - said["exempt"]


def test_a_committee_sees_how_many_and_not_who(here: Installation) -> None:
    found = filing(here, "overdue", by="observer")
    assert found.units == ()
    assert found.documented == document(here)["filing"]["overdue"]
    with pytest.raises(NotAllowedError):
        filing_inputs(here.host, here.reporter("LS-186-VHTT"), CAMPAIGN, PERIOD, "overdue", WHOLE)
    with pytest.raises(NotFoundError):
        filing(here, "moon")


# Duties


def test_every_duty_opens_to_its_units_with_the_state_of_the_document(here: Installation) -> None:
    judged = 0
    for entry in document(here)["duties"]:
        found = duty(here, entry["code"])
        assert found.adds_up, entry["code"]
        if entry["unit_types"]:
            assert found.counts == entry["counts"]
        assert {unit.unit_code: unit.state.value for unit in found.units} == {
            code: state for code, state in entry["units"].items() if code in {unit.unit_code for unit in found.units}
        }
        for unit in found.units:
            facts = {cell.field: cell.value for cell in unit.cells if cell.value is not None}
            if facts:
                assert found.duty.evidence.judge(facts) is unit.state, (entry["code"], unit.unit_code)
                judged += 1
        for state in DutyState:
            filtered = duty(here, entry["code"], state=state)
            assert len(filtered.units) == (entry["counts"][state.value] if entry["unit_types"] else 0)
    assert judged > 30


def test_a_units_state_opens_to_its_cells_and_revisions(here: Installation) -> None:
    found = duty(here, "O01")
    unit = next(unit for unit in found.units if unit.state is DutyState.DONE and unit.form_code == "A")
    cells = {cell.field: cell for cell in unit.cells}
    assert set(cells) == {"staff_total", "staff_briefed"}
    assert (cells["staff_total"].value or 0) <= (cells["staff_briefed"].value or 0)
    assert all(cell.decides for cell in unit.cells)
    assert cells["staff_total"].sources[0].report_id == unit.report_id
    assert ("A05", found.looked_at[0][1]) == found.looked_at[0] or found.looked_at
    nobody = next(unit for unit in found.units if unit.state is DutyState.NO_EVIDENCE and unit.report_id is None)
    assert [cell.value for cell in nobody.cells] == [None, None]


def test_duties_of_the_department_say_why_no_unit_is_judged(here: Installation) -> None:
    found = duty(here, "O02")
    assert found.units == ()
    assert found.reason.startswith("Nhiệm vụ chung của Sở")


def test_pages_and_readers_of_a_duty(here: Installation) -> None:
    whole = duty(here, "O01")
    first, second = (duty(here, "O01", page=Page(offset, 4)) for offset in (0, 4))
    assert (*first.units, *second.units) == whole.units[:8]
    seen = duty(here, "O01", by="observer")
    assert seen.units == ()
    # The committee reads what was accepted alone.
    [entry] = [each for each in document(here)["duties"] if each["code"] == "O01"]
    assert (seen.counts, whole.counts) == (entry["official_counts"], entry["counts"])
    assert seen.adds_up
    one = duty(here, "O01", unit=whole.units[2].unit_code)
    assert one.units == (whole.units[2],)
    with pytest.raises(NotFoundError):
        duty(here, "O99")


def test_what_a_rule_looks_at_is_watched_and_not_guessed() -> None:
    rule = AnyPositive(("a", "b", "c"), done_when=("d",))
    assert set(names_read(rule, {})) == {"a", "b", "c", "d"}
    assert names_read(rule, {"d": 1}) == ("d",)
    assert set(names_read(Complete("part", "whole"), {"part": 2, "whole": 2})) == {"part", "whole"}


# Targets


def test_a_target_opens_to_figure_baseline_and_the_comparison_written_out(here: Installation) -> None:
    found = target_inputs(here.host, here.actors["office"], CAMPAIGN, PERIOD, "T1")
    assert (found.entry["baseline"], found.entry["actual"]) == (34, 28)
    assert found.steps == (
        "100 × (34 − 28) = 600 ≥ 5 × 34 = 170 nên đã giảm ít nhất 5%.",
        "100 × (34 − 28) = 600 > 10 × 34 = 340 nên giảm hơn 10%, vượt chỉ tiêu.",
    )
    assert found.baseline is not None
    assert found.baseline.source_document.startswith("Báo cáo số 112/BC-BATGT")
    assert found.figure is not None
    assert found.figure.total == 28
    [part] = found.figure.parts
    assert part.field_code == "D17"
    origin = part.sources[0].origin
    assert origin is not None
    assert origin.definition_version == found.statistic.definition_version == "TT58-2009"


def test_a_target_without_a_baseline_says_so(here: Installation) -> None:
    found = target_inputs(here.host, here.actors["office"], CAMPAIGN, PERIOD, "T4")
    assert found.baseline is None
    assert found.steps == (found.entry["reason"],)
    assert "Chưa có số liệu" in found.steps[0]
    seen = target_inputs(here.host, here.actors["observer"], CAMPAIGN, PERIOD, "T1")
    assert seen.figure is not None
    assert seen.figure.parts == ()
    with pytest.raises(NotFoundError):
        target_inputs(here.host, here.actors["office"], CAMPAIGN, PERIOD, "T9")


def test_a_provisional_target_is_not_for_the_committee(database_url: str) -> None:
    here = an_installation(database_url, at=MORNING, campaign=CAMPAIGN, periods=(PERIOD,))
    here.office()
    here.add_account("observer", (Role.OBSERVER, None))
    with here.host.work.reading() as work:
        row = next(row for row in work.campaigns.roster(CAMPAIGN, PERIOD) if row.obligation.form_code == "D")
    file_sample(here.host, replace(row), account_id=here.office().account_id, at=MORNING)
    here.drain()
    assert target_inputs(here.host, here.actors["office"], CAMPAIGN, PERIOD, "T1").entry["is_provisional"]
    with pytest.raises(NotFoundError):
        target_inputs(here.host, here.actors["observer"], CAMPAIGN, PERIOD, "T1")


def test_a_unit_let_off_after_it_filed_owes_no_duty_here_either(here: Installation) -> None:
    wish = Wish(kind=ObligationChangeKind.EXEMPTED, reason="Bão.", document_number="13/CV-VP", requested_by="Phòng")
    place = {"campaign_code": CAMPAIGN, "period_code": PERIOD, "unit_code": "LS-180-VHTT"}
    assert "LS-180-VHTT" in {unit.unit_code for unit in duty(here, "O06").units}
    change_obligation(here.host, here.actors["office"], **place, wish=wish)
    here.drain()
    found = duty(here, "O06")
    assert found.adds_up
    assert "LS-180-VHTT" not in {unit.unit_code for unit in found.units}
