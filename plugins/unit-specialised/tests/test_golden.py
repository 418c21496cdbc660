"""Each rule, broken by a golden report and mended again, with the cells it points at."""

from dataclasses import dataclass
from typing import Any

import pytest
from specialised_reports import EARLIER
from specialised_reports import GOLDEN
from specialised_reports import a_case
from specialised_reports import a_record
from specialised_reports import golden
from specialised_reports import judge
from specialised_reports import values_of
from specialised_reports import with_cells
from thidua_unit_specialised.form import SpecialisedReport

from thidua_sdk import EarlierReport
from thidua_sdk import Level
from thidua_sdk import Need
from thidua_sdk import Record
from thidua_sdk import Values

ERROR, WARNING = Level.ERROR, Level.WARNING


@dataclass(frozen=True)
class Broken:
    """A golden report that breaks one rule; ``mend`` are the cells that make it hold again.

    ``cells`` are names of fields, or pointers where they begin with a slash. ``also`` are the
    codes of other findings that the same mistake cannot but cause.
    """

    name: str
    cells: tuple[str, ...]
    mend: dict[str, Any]
    level: Level = ERROR
    code: str = ""
    also: tuple[str, ...] = ()
    earlier: tuple[EarlierReport, ...] = ()

    @property
    def expected_code(self) -> str:
        return self.code or self.name.split("-", maxsplit=1)[0].upper()

    @property
    def pointers(self) -> tuple[str, ...]:
        return tuple(name if name.startswith("/") else f"/fields/{name}" for name in self.cells)


HANDLING = ("handling_reminder", "handling_criticism", "handling_self_criticism", "handling_discipline")
PARTS = ("civil_servants", "public_employees", "contract_workers")
KINDS = ("violation_alcohol", "violation_speed", "violation_other")

BROKEN = (
    Broken("c01-total-is-not-the-sum", ("staff_total", *PARTS), {"/fields/contract_workers": 1}),
    Broken(
        "c02-civil-servants-at-a-centre",
        ("civil_servants",),
        {"/fields/civil_servants": 0, "/fields/public_employees": 15},
        WARNING,
        earlier=EARLIER,
    ),
    Broken(
        "c03-public-employees-in-a-room",
        ("public_employees",),
        {"/fields/civil_servants": 6, "/fields/public_employees": 0},
        WARNING,
    ),
    Broken("c05-briefed-exceed-staff", ("staff_briefed", "staff_total"), {"/fields/staff_briefed": 6}),
    Broken("c07-first-briefing-missing", ("first_briefing_on",), {"/fields/staff_briefed": 0}),
    Broken("c07-first-briefing-before-issue", ("first_briefing_on",), {"/fields/first_briefing_on": "2021-02-01"}),
    Broken("c08-briefing-form-missing", ("briefing_form",), {"/fields/briefing_form": "platform"}),
    Broken("c09-pledges-exceed-staff", ("pledges_signed", "staff_total"), {"/fields/pledges_signed": 6}),
    Broken(
        "c10-drivers-exceed-staff",
        ("drivers", "contract_workers", "civil_servants"),
        {"/fields/drivers": 3},
        earlier=EARLIER,
    ),
    Broken("c12-inspection-missing", ("vehicles_valid_inspection",), {"/fields/vehicles": 0}, earlier=EARLIER),
    Broken(
        "c12-inspection-exceeds-vehicles",
        ("vehicles_valid_inspection", "vehicles"),
        {"/fields/vehicles": 3},
        earlier=EARLIER,
    ),
    Broken("c13-cases-are-not-the-sum", ("violation_cases", *KINDS), {"/fields/violation_speed": 1}, earlier=EARLIER),
    Broken(
        "c13-case-not-listed",
        ("violation_cases", "/violations"),
        {"/violations": [a_case("CNTT-2021-01", status="handled", handling="reminder")]},
    ),
    Broken(
        "c13-case-listed-twice",
        ("/violations/3/case_id", "/violations/2/case_id"),
        {"/violations/3/case_id": "TTCNS-2021-04", "/fields/violation_cases": 3, "/fields/violation_other": 2},
        earlier=EARLIER,
    ),
    Broken("c18-deaths-missing", ("staff_crash_deaths",), {"/fields/staff_crash_deaths": 0}, earlier=EARLIER),
    Broken("c19-injured-missing", ("staff_crash_injured",), {"/fields/staff_crash_injured": 0}, earlier=EARLIER),
    Broken("c20-handling-missing", ("/violations/0/handling",), {"/violations/0/handling": "criticism"}),
    Broken(
        "c23-decision-missing",
        ("/violations/1/decision_no", "/violations/1/decision_on"),
        {"/violations/1/decision_no": "21/QĐ-STTTT", "/violations/1/decision_on": "2021-05-20"},
        earlier=EARLIER,
    ),
    Broken(
        "c23-discipline-not-listed",
        ("handling_discipline", "/violations"),
        {
            "/violations/2/status": "handled",
            "/violations/2/handling": "discipline",
            "/violations/2/decision_no": "30/QĐ-STTTT",
            "/violations/2/decision_on": "2021-06-14",
        },
        earlier=EARLIER,
    ),
    Broken(
        "c24-cases-not-accounted-for",
        ("handling_pending", *HANDLING, "violation_cases"),
        {"/fields/handling_pending": 1},
        earlier=EARLIER,
    ),
    Broken("c26-done-exceeds-total", ("workplan_done", "workplan_total"), {"/fields/workplan_done": 10}, also=("C27",)),
    Broken(
        "c27-done-and-late-exceed-total",
        ("workplan_late", "workplan_done", "workplan_total"),
        {"/fields/workplan_late": 7},
    ),
    Broken(
        "c29-fewer-views-than-items",
        ("portal_views", "digital_support_items"),
        {"/fields/portal_views": 4},
        WARNING,
        earlier=EARLIER,
    ),
    Broken(
        "c30-too-many-movements", ("combined_movements",), {"/fields/combined_movements": ["A"] * 10}, code="length"
    ),
    Broken("c32-collective-without-name", ("/nominations/0/name",), {"/nominations/0/name": "Phòng CNTT"}),
    Broken("c32-person-without-name", ("/nominations/1/full_name",), {"/nominations/1/full_name": "Lý Mô Phỏng"}),
    Broken(
        "c32-merit-ends-before-it-begins",
        ("/nominations/1/merit_from", "/nominations/1/merit_to"),
        {"/nominations/1/merit_to": "2021-03-01"},
    ),
    Broken(
        "c32-merit-outside-campaign",
        ("/nominations/1/merit_from", "/nominations/1/merit_to"),
        {"/nominations/1/merit_from": "2021-02-01", "/nominations/1/merit_to": "2021-12-31"},
        WARNING,
    ),
    Broken(
        "c32-summary-too-long",
        ("/nominations/1/summary",),
        {"/nominations/1/summary": " ".join(["từ"] * 100)},
        WARNING,
    ),
    Broken(
        "c32-named-twice",
        ("/nominations/2/full_name", "/nominations/1/full_name"),
        {"/nominations/2/birth_year": 1979},
        WARNING,
    ),
    Broken(
        "c32-person-with-handled-case",
        ("/nominations/0/full_name", "/violations/0/status"),
        {"/violations/0/full_name": "Lý Mô Tả"},
        WARNING,
    ),
    Broken(
        "c32-collective-with-alcohol-case",
        ("/nominations/0/name", "/violations/0/behaviour"),
        {"/violations/0/behaviour": "speed"},
        WARNING,
    ),
    Broken(
        "cx1-person-with-alcohol-case",
        ("/nominations/0/full_name", "/violations/0/behaviour"),
        {"/violations/0/full_name": "Lý Mô Tả"},
    ),
    Broken(
        "cx2-person-with-pending-case",
        ("/nominations/0/full_name", "/violations/0/status"),
        {"/violations/0/status": "handled", "/violations/0/handling": "reminder"},
    ),
    Broken("cx3-deaths-without-crash", ("staff_crash_deaths", "staff_crashes"), {"/fields/staff_crashes": 1}),
    Broken(
        "cx4-briefed-without-session",
        ("briefing_sessions", "staff_briefed", "briefing_form"),
        {"/fields/briefing_form": "email"},
    ),
    Broken(
        "cx6-collective-behind-its-plan",
        ("workplan_done", "workplan_total", "/nominations/0/subject_kind"),
        {"/fields/workplan_done": 7},
        WARNING,
    ),
)

VALID = {
    "p10-room-first-quarter": (),
    "centre-half-year-with-violations": EARLIER,
    "room-year-with-nominations": (),
}


def read(case: Broken) -> tuple[dict[str, Any], Record]:
    envelope = golden(f"broken-{case.name}")
    return envelope, a_record(envelope, earlier=case.earlier)


def test_every_golden_report_is_used() -> None:
    named = {f"broken-{case.name}" for case in BROKEN} | {f"valid-{name}" for name in VALID}

    assert named == {path.stem for path in GOLDEN.glob("*.json")}


@pytest.mark.parametrize(("name", "earlier"), VALID.items())
def test_a_valid_report_has_no_finding(name: str, earlier: tuple[EarlierReport, ...]) -> None:
    envelope = golden(f"valid-{name}")

    assert judge(envelope, a_record(envelope, earlier=earlier)) == ()


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_a_broken_rule_is_found_at_its_cells_and_nothing_else_is(case: Broken) -> None:
    found = judge(*read(case))

    own = [(each.level, each.cells) for each in found if each.code == case.expected_code]
    assert own == [(case.level, case.pointers)]
    assert {each.code for each in found} == {case.expected_code, *case.also}


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_a_mended_report_no_longer_breaks_the_rule(case: Broken) -> None:
    envelope, record = read(case)

    codes = {finding.code for finding in judge(with_cells(envelope, case.mend), record)}

    assert case.expected_code not in codes


def test_every_rule_is_broken_by_a_golden_report() -> None:
    unbroken = {id(rule): rule.code for rule in (*SpecialisedReport.rules, *SpecialisedReport.record_rules)}
    for case in BROKEN:
        envelope, record = read(case)
        values = values_of(envelope)[0]
        for rule in SpecialisedReport.rules:
            if not rule.holds(values):
                unbroken.pop(id(rule), None)
        for record_rule in SpecialisedReport.record_rules:
            if tuple(record_rule.check(values, record)):
                unbroken.pop(id(record_rule), None)

    assert unbroken == {}


def test_no_message_prints_the_name_of_a_person() -> None:
    for case in BROKEN:
        envelope, record = read(case)
        rows = [row for table in ("violations", "nominations") for row in envelope.get(table, ())]
        names = [row["full_name"] for row in rows if (row.get("full_name") or "").strip()]
        messages = " ".join(finding.message for finding in judge(envelope, record))

        assert [name for name in names if name in messages] == []


def test_an_empty_report_lacks_its_required_cells_and_breaks_no_rule() -> None:
    envelope = golden("valid-p10-room-first-quarter") | {"fields": {}}
    fields = SpecialisedReport().fields
    required = [name for name, field in fields.items() if getattr(field, "need", "") is Need.REQUIRED]

    found = judge(envelope, a_record(envelope, earlier=EARLIER))

    assert {(finding.code, *finding.cells) for finding in found} == {
        ("required", f"/fields/{name}") for name in required
    }


def test_a_short_form_without_violations_and_plan_breaks_no_rule() -> None:
    envelope = golden("valid-p10-room-first-quarter")
    short = {name: envelope["fields"][name] for name in ("staff_total", *PARTS, "staff_briefed", "briefing_form")}
    values, record = Values(short), a_record(envelope, earlier=EARLIER)

    found = [finding for rule in SpecialisedReport.record_rules for finding in rule.check(values, record)]

    assert found == []


def test_placeholders_of_messages_are_cells_of_the_rule() -> None:
    for rule in SpecialisedReport.rules:
        named = {where.split("/")[2]: 0 for where in rule.cells}

        assert rule.message.format_map(named), rule.code


def test_values_without_data_satisfy_every_rule() -> None:
    assert [rule.code for rule in SpecialisedReport.rules if not rule.holds(Values({}))] == []
