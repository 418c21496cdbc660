"""Each rule, broken by a golden report and mended again, with the cells it points at."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from typing import Any

import pytest
from office_reports import EARLIER
from office_reports import GOLDEN
from office_reports import a_record
from office_reports import golden
from office_reports import judge
from office_reports import values_of
from office_reports import with_cells
from thidua_unit_department_office.form import OfficeReport

from thidua_sdk import EarlierReport
from thidua_sdk import Level
from thidua_sdk import Need
from thidua_sdk import Record
from thidua_sdk import Values

ERROR, WARNING = Level.ERROR, Level.WARNING


@dataclass(frozen=True)
class Broken:
    """A golden report that breaks one rule; ``mend`` are the fields that make it hold again.

    ``cells`` are names of fields; ``code`` is given where it is not the first word of the name.
    """

    name: str
    cells: tuple[str, ...]
    mend: dict[str, Any]
    level: Level = ERROR
    code: str = ""
    sums: Mapping[tuple[str, str], int | None] = field(default_factory=dict)

    @property
    def expected_code(self) -> str:
        return self.code or self.name.split("-", maxsplit=1)[0].upper()

    @property
    def pointers(self) -> tuple[str, ...]:
        return tuple(f"/fields/{name}" for name in self.cells)


SOURCE = {
    "source_document": "112/BC-BATGT ngày 15/9/2021",
    "as_of": "2021-09-14",
    "definition_version": "TT58-2009",
}

BROKEN = (
    Broken(
        "d04-units-do-not-add-up",
        ("units_expected", "units_on_time", "units_late", "units_missing"),
        {"units_expected": 17},
    ),
    Broken("d05-missing-units-not-reminded", ("reminders_sent", "units_missing"), {"reminders_sent": 1}, WARNING),
    Broken("d08-resolved-exceed-issues", ("issues_resolved", "issues_raised"), {"issues_resolved": 2}),
    Broken("d09-overdue-exceed-open", ("issues_overdue", "issues_raised", "issues_resolved"), {"issues_overdue": 1}),
    Broken(
        "d11-briefed-exceed-staff",
        ("department_staff_briefed", "department_staff_total"),
        {"department_staff_briefed": 55},
    ),
    Broken("d15-unmatched-not-explained", ("shortcomings", "unmatched_notices"), {"shortcomings": "Đang xác minh."}),
    Broken("d16-handled-exceed-cases", ("department_handled", "department_violations"), {"department_handled": 2}),
    Broken("d17-source-missing", ("crashes_source",), {"crashes_source": SOURCE}, code="required"),
    Broken(
        "d17-source-without-definition",
        ("crashes_source/definition_version",),
        {"crashes_source": SOURCE},
        code="required",
    ),
    Broken("d20-alcohol-exceeds-crashes", ("crashes_alcohol", "crashes"), {"crashes_alcohol": 28}),
    Broken("d21-version-zero", ("baseline_same_period/version",), {"baseline_same_period/version": 1}, code="range"),
    Broken("d22-congestion-not-defined", ("border_congestion_definition",), {"border_congestion_events": None}),
    Broken("d27-council-day-missing", ("council_met_on",), {"council_met_on": "2021-12-20"}),
    Broken("d27-council-after-submission", ("council_met_on", "submission_date"), {"submission_date": "2021-12-21"}),
    Broken("d28-present-missing", ("council_present",), {"council_present": 0}),
    Broken("d28-total-missing", ("council_total",), {"council_total": 7}),
    Broken("d28-present-exceed-total", ("council_present", "council_total"), {"council_present": 9}),
    Broken("d29-collectives-gk-missing", ("nom_collective_gk",), {"nom_collective_gk": 0}),
    Broken("d29-collectives-bk-missing", ("nom_collective_bk",), {"nom_collective_bk": 0}),
    Broken("d30-individuals-gk-missing", ("nom_individual_gk",), {"nom_individual_gk": 0}),
    Broken("d30-individuals-bk-missing", ("nom_individual_bk",), {"nom_individual_bk": 0}),
    Broken("d31-report-number-missing", ("report_no",), {"report_no": "12/BC-STTTT"}),
    Broken("d31-report-day-missing", ("report_date",), {"report_no": None}),
    Broken("d31-report-number-malformed", ("report_no",), {"report_no": "12345/BC-STTTT"}, code="format"),
    Broken("d31-report-before-cutoff", ("report_date",), {"report_date": "2021-12-14"}),
    Broken("d32-submission-number-missing", ("submission_no",), {"submission_no": "45/TTr-STTTT"}),
    Broken("d32-submission-day-missing", ("submission_date",), {"submission_date": "2021-12-17"}),
    Broken("d32-submission-number-malformed", ("submission_no",), {"submission_no": "45/TTr-STTTT"}, code="format"),
    Broken("d34-done-exceeds-total", ("workplan_done", "workplan_total"), {"workplan_done": 40}),
    Broken(
        "cx5-staff-differs-from-units",
        ("department_staff_total",),
        {"department_staff_total": 55},
        WARNING,
        sums={("C", "staff_total"): 48, ("B", "staff_total"): 8},
    ),
    Broken(
        "dx1-figures-fall-without-source",
        ("crashes", "injured", "crashes_source/source_document"),
        {"crashes_source/source_document": "Đính chính 115/BC-BATGT"},
    ),
    Broken(
        "dx5-persons-while-cases-pend",
        ("nom_individual_gk", "nom_individual_bk"),
        {"nom_individual_gk": 0, "nom_individual_bk": 0},
        WARNING,
        sums={("C", "handling_pending"): 1},
    ),
)

VALID = {"p11-nine-months": (), "year-with-awards": EARLIER}


def read(case: Broken) -> tuple[dict[str, Any], Record]:
    envelope = golden(f"broken-{case.name}")
    earlier = EARLIER if envelope["period_code"] == "2021-Y" else ()
    return envelope, a_record(envelope, earlier=earlier, accepted_sums=case.sums)


def test_every_golden_report_is_used() -> None:
    named = {f"broken-{case.name}" for case in BROKEN} | {f"valid-{name}" for name in VALID}

    assert named == {path.stem for path in GOLDEN.glob("*.json")}


@pytest.mark.parametrize(("name", "earlier"), VALID.items())
def test_a_valid_report_has_no_finding(name: str, earlier: tuple[EarlierReport, ...]) -> None:
    envelope = golden(f"valid-{name}")

    assert judge(envelope, a_record(envelope, earlier=earlier)) == ()


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_a_broken_rule_is_found_at_its_cells_and_nothing_else_is(case: Broken) -> None:
    (found,) = judge(*read(case))

    assert (found.code, found.level, found.cells) == (case.expected_code, case.level, case.pointers)


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_a_mended_report_has_no_finding(case: Broken) -> None:
    envelope, record = read(case)

    mended = with_cells(envelope, {f"/fields/{name}": value for name, value in case.mend.items()})

    assert [finding.code for finding in judge(mended, record)] == []


def test_every_rule_is_broken_by_a_golden_report() -> None:
    unbroken = {id(rule): rule.code for rule in (*OfficeReport.rules, *OfficeReport.record_rules)}
    for case in BROKEN:
        envelope, record = read(case)
        values = values_of(envelope)[0]
        for rule in OfficeReport.rules:
            if not rule.holds(values):
                unbroken.pop(id(rule), None)
        for record_rule in OfficeReport.record_rules:
            if tuple(record_rule.check(values, record)):
                unbroken.pop(id(record_rule), None)

    assert unbroken == {}


def test_an_empty_report_lacks_its_required_cells_and_breaks_no_rule() -> None:
    envelope = golden("valid-p11-nine-months") | {"fields": {}}
    fields = OfficeReport().fields
    required = [name for name, each in fields.items() if getattr(each, "need", "") is Need.REQUIRED]

    found = judge(envelope, a_record(envelope, earlier=EARLIER))

    assert {(finding.code, *finding.cells) for finding in found} == {
        ("required", f"/fields/{name}") for name in required
    }


def test_a_short_form_with_the_first_rows_only_breaks_no_rule() -> None:
    envelope = golden("valid-p11-nine-months")
    names = ("units_expected", "units_on_time", "units_late", "units_missing", "reminders_sent")
    values, record = Values({name: envelope["fields"][name] for name in names}), a_record(envelope, earlier=EARLIER)

    found = [finding for rule in OfficeReport.record_rules for finding in rule.check(values, record)]

    assert found == []


def test_placeholders_of_messages_are_fields_of_the_form() -> None:
    named = dict.fromkeys(OfficeReport().fields, 0)

    assert all(rule.message.format_map(named) for rule in OfficeReport.rules)


def test_values_without_data_satisfy_every_rule() -> None:
    assert [rule.code for rule in OfficeReport.rules if not rule.holds(Values({}))] == []
