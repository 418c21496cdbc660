"""Each rule, broken by a golden report and mended again, with the cells it points at."""

from dataclasses import dataclass
from typing import Any

import pytest
from press_publishing_reports import EARLIER
from press_publishing_reports import GOLDEN
from press_publishing_reports import a_record
from press_publishing_reports import golden
from press_publishing_reports import judge
from press_publishing_reports import values_of
from press_publishing_reports import with_cells
from thidua_unit_press_publishing.form import PressReport

from thidua_sdk import Level
from thidua_sdk import Need
from thidua_sdk import Values

ERROR, WARNING = Level.ERROR, Level.WARNING


@dataclass(frozen=True)
class Broken:
    """A golden report that breaks one rule; ``mend`` are the cells that make it hold again.

    ``cells`` are names of fields, or pointers where they begin with a slash. ``also`` are the
    codes of other findings that the same mistake cannot but cause.
    """

    name: str
    code: str
    cells: tuple[str, ...]
    mend: dict[str, Any]
    level: Level = ERROR
    also: tuple[str, ...] = ()

    @property
    def pointers(self) -> tuple[str, ...]:
        return tuple(name if name.startswith("/") else f"/fields/{name}" for name in self.cells)


ITEM_COUNTS = ("print_items", "online_items", "radio_items", "tv_items", "department_site_items")

BROKEN = (
    Broken(
        "b02-issued-exceed-drafted",
        "B02",
        ("direction_docs_count", "advisory_docs_count"),
        {"/fields/direction_docs_count": 8},
        WARNING,
    ),
    Broken("b03-agencies-exceed-register", "B03", ("press_agencies_guided",), {"/fields/press_agencies_guided": 4}),
    Broken(
        "b04-reported-exceed-guided",
        "B04",
        ("press_agencies_reported", "press_agencies_guided"),
        {"/fields/press_agencies_reported": 3},
    ),
    Broken("b05-systems-exceed-districts", "B05", ("radio_systems_guided",), {"/fields/radio_systems_guided": 11}),
    Broken(
        "b11-minutes-without-items",
        "B11",
        ("broadcast_minutes", "radio_items", "tv_items"),
        {"/fields/tv_items": 1},
    ),
    Broken(
        "b13-programmes-exceed-items",
        "B13",
        ("minority_language_programmes", "radio_items", "tv_items"),
        {"/fields/minority_language_programmes": 39},
    ),
    Broken("b16-published-missing", "required", ("plan_published",), {"/fields/plan_published": True}),
    Broken("b17-day-missing", "B17", ("plan_published_at",), {"/fields/plan_published_at": "2021-02-01"}),
    Broken("b17-published-before-issue", "B17", ("plan_published_at",), {"/fields/plan_published_at": "2021-02-01"}),
    Broken("b20-copies-missing", "B20", ("licensed_copies",), {"/fields/licensed_copies": 1}),
    Broken("b20-copies-zero", "B20", ("licensed_copies", "publication_licences"), {"/fields/licensed_copies": 1}),
    Broken(
        "b21-messages-out-of-range", "range", ("sms_campaign_messages",), {"/fields/sms_campaign_messages": 50_000_000}
    ),
    Broken("b23-handled-missing", "B23", ("false_information_handled",), {"/fields/false_information_handled": 0}),
    Broken(
        "b23-handled-exceed-found",
        "B23",
        ("false_information_handled", "false_information_found"),
        {"/fields/false_information_handled": 3},
    ),
    Broken("b25-trainees-missing", "B25", ("trainees",), {"/fields/trainees": 1}),
    Broken("b25-trainees-zero", "B25", ("trainees", "training_classes"), {"/fields/trainees": 1}),
    Broken(
        "b26-province-below-districts",
        "B26",
        ("stations_total_province",),
        {"/fields/stations_total_province": 200},
        WARNING,
    ),
    Broken(
        "b27-operating-exceed-total",
        "B27",
        ("stations_operating", "stations_total_province"),
        {"/fields/stations_operating": 208},
    ),
    Broken(
        "b28-differs-from-districts",
        "B28",
        ("stations_broadcasting",),
        {"/fields/stations_broadcasting": 171},
        WARNING,
    ),
    Broken("b30-alcohol-exceed-items", "B30", ("alcohol_items", *ITEM_COUNTS), {"/fields/alcohol_items": 108}),
    Broken("b32-briefed-exceed-staff", "B32", ("staff_briefed", "staff_total"), {"/fields/staff_briefed": 5}),
    Broken("b33-assessment-too-short", "B33", ("assessment",), {"/fields/assessment": "đ" * 50}),
    Broken("b35-nominated-outside-year", "B35", ("/nominations/0/subject_kind",), {"/nominations": []}, WARNING),
    Broken("b35-collective-without-name", "B35", ("/nominations/0/name",), {"/nominations/0/name": "Báo tỉnh"}),
    Broken("b35-person-without-name", "B35", ("/nominations/1/full_name",), {"/nominations/1/full_name": "Vi Thị Mẫu"}),
    Broken(
        "b35-merit-ends-before-it-begins",
        "B35",
        ("/nominations/1/merit_from", "/nominations/1/merit_to"),
        {"/nominations/1/merit_to": "2021-03-01"},
    ),
    Broken(
        "b35-merit-outside-campaign",
        "B35",
        ("/nominations/0/merit_to",),
        {"/nominations/0/merit_to": "2021-12-31"},
        WARNING,
    ),
    Broken(
        "b35-summary-too-long",
        "B35",
        ("/nominations/1/summary",),
        {"/nominations/1/summary": " ".join(["từ"] * 100)},
        WARNING,
    ),
    Broken(
        "b35-named-twice",
        "B35",
        ("/nominations/2/name", "/nominations/0/name"),
        {"/nominations/2/name": "Phòng Chuyên đề, Đài Phát thanh và Truyền hình tỉnh"},
        WARNING,
    ),
    Broken(
        "bx1-broadcasting-exceed-operating",
        "BX1",
        ("stations_broadcasting", "stations_operating"),
        {"/fields/stations_broadcasting": 193},
        also=("B28",),
    ),
    Broken(
        "bx3-plan-not-published",
        "BX3",
        ("plan_published",),
        {"/fields/plan_published": True, "/fields/plan_published_at": "2021-03-15"},
        WARNING,
    ),
    Broken(
        "bx4-agencies-silent",
        "BX4",
        ("press_agencies_reported", "press_agencies_guided", "assessment"),
        {"/fields/press_agencies_reported": 3},
        WARNING,
    ),
    Broken("bx6-districts-not-guided", "BX6", ("radio_systems_guided",), {"/fields/radio_systems_guided": 11}, WARNING),
)
VALID = ("first-quarter", "nine-months", "year-with-nominations")


def case_record(envelope: dict[str, Any]) -> Any:
    is_first = envelope["period_code"] == "2021-Q1"
    return a_record(envelope, earlier=() if is_first else EARLIER)


def test_the_table_names_every_golden_report() -> None:
    named = {f"broken-{case.name}" for case in BROKEN} | {f"valid-{name}" for name in VALID}

    assert named == {path.stem for path in GOLDEN.glob("*.json")}


@pytest.mark.parametrize("name", VALID)
def test_a_valid_report_has_no_finding(name: str) -> None:
    envelope = golden(f"valid-{name}")

    assert judge(envelope, case_record(envelope)) == ()


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_a_broken_rule_is_found_at_its_cells_and_nothing_else_is(case: Broken) -> None:
    envelope = golden(f"broken-{case.name}")

    found = judge(envelope, case_record(envelope))

    assert [(each.level, each.cells) for each in found if each.code == case.code] == [(case.level, case.pointers)]
    assert {each.code for each in found} == {case.code, *case.also}


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_a_mended_report_no_longer_breaks_the_rule(case: Broken) -> None:
    envelope = golden(f"broken-{case.name}")

    codes = {finding.code for finding in judge(with_cells(envelope, case.mend), case_record(envelope))}

    assert case.code not in codes


def test_every_rule_is_broken_by_a_golden_report() -> None:
    unbroken = {id(rule): rule.code for rule in (*PressReport.rules, *PressReport.record_rules)}
    for case in BROKEN:
        envelope = golden(f"broken-{case.name}")
        values, record = values_of(envelope)[0], case_record(envelope)
        for rule in PressReport.rules:
            if not rule.holds(values):
                unbroken.pop(id(rule), None)
        for record_rule in PressReport.record_rules:
            if tuple(record_rule.check(values, record)):
                unbroken.pop(id(record_rule), None)

    assert unbroken == {}


def test_no_message_prints_the_name_of_a_person() -> None:
    for case in BROKEN:
        envelope = golden(f"broken-{case.name}")
        names = [row["full_name"] for row in envelope["nominations"] if row.get("full_name")]
        messages = " ".join(finding.message for finding in judge(envelope, case_record(envelope)))

        assert [name for name in names if name in messages] == []


def test_an_empty_report_lacks_its_required_cells_and_breaks_no_rule() -> None:
    envelope = golden("valid-nine-months") | {"fields": {}, "by_topic": {}}
    required = [name for name, field in PressReport().fields.items() if getattr(field, "need", "") is Need.REQUIRED]

    found = judge(envelope, case_record(envelope))

    assert {(finding.code, *finding.cells) for finding in found} == {
        ("required", f"/fields/{name}") for name in required
    }


@pytest.mark.parametrize(
    "name", [name for name, field in PressReport().fields.items() if getattr(field, "need", "") is Need.REQUIRED]
)
def test_a_report_that_lacks_one_required_cell_breaks_no_rule_by_it(name: str) -> None:
    envelope = with_cells(golden("valid-nine-months"), {f"/fields/{name}": None})

    found = judge(envelope, case_record(envelope))

    assert [(finding.code, finding.cells) for finding in found] == [("required", (f"/fields/{name}",))]


def test_placeholders_of_messages_are_cells_of_the_rule() -> None:
    for rule in PressReport.rules:
        named = {where.split("/")[2]: 0 for where in rule.cells}

        assert rule.message.format_map(named), rule.code


def test_values_without_data_satisfy_every_rule() -> None:
    assert [rule.code for rule in PressReport.rules if not rule.holds(Values({}))] == []
