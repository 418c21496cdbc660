"""Each rule, broken by a golden report and mended again, with the cells it points at."""

from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from typing import Any

import pytest
from district_culture_reports import EARLIER
from district_culture_reports import GOLDEN
from district_culture_reports import a_record
from district_culture_reports import an_earlier_report
from district_culture_reports import golden
from district_culture_reports import judge
from district_culture_reports import values_of
from district_culture_reports import with_cells
from thidua_unit_district_culture.form import DistrictReport

from thidua_sdk import EarlierReport
from thidua_sdk import Level
from thidua_sdk import Need
from thidua_sdk import Values

ERROR, WARNING = Level.ERROR, Level.WARNING

FIRST_QUARTER = EARLIER[:1]


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
    earlier: tuple[EarlierReport, ...] = ()
    attributes: dict[str, int | bool | str] = field(default_factory=dict)

    @property
    def pointers(self) -> tuple[str, ...]:
        return tuple(name if name.startswith("/") else f"/fields/{name}" for name in self.cells)


ALCOHOL_TOPICS = tuple(
    f"/by_topic/{name}/{topic}"
    for name in ("radio_items", "tv_items", "online_items", "social_posts")
    for topic in ("alcohol_law", "decree_100")
)
STATION_OUTPUT = ("radio_items", "radio_broadcasts", "radio_minutes", "minority_language_broadcasts")
GATE = {"communes": 24, "has_border_gate": True}

BROKEN = (
    Broken("a02-number-missing", "A02", ("plan_document_no",), {"/fields/plan_document_no": "12/KH-VHTT"}),
    Broken("a02-number-malformed", "format", ("plan_document_no",), {"/fields/plan_document_no": "12/KH-VHTT"}),
    Broken("a03-date-missing", "A03", ("plan_document_date",), {"/fields/plan_document_date": "2021-03-02"}),
    Broken(
        "a03-date-of-another-year",
        "A03",
        ("plan_document_date",),
        {"/fields/plan_document_date": "2021-02-01"},
        also=("AX8",),
    ),
    Broken("a03-date-in-the-future", "A03", ("plan_document_date",), {"/fields/plan_document_date": "2021-03-16"}),
    Broken(
        "a04-own-plan-not-counted",
        "A04",
        ("direction_docs_count", "launch_status"),
        {"/fields/direction_docs_count": 1},
    ),
    Broken("a05-staff-out-of-range", "range", ("staff_total",), {"/fields/staff_total": 60}),
    Broken("a06-briefed-exceed-staff", "A06", ("staff_briefed", "staff_total"), {"/fields/staff_briefed": 7}),
    Broken("a08-pledges-exceed-staff", "A08", ("pledges_signed", "staff_total"), {"/fields/pledges_signed": 7}),
    Broken("a09-stations-exceed-communes", "A09", ("stations_total",), {"/fields/stations_total": 25}),
    Broken(
        "a10-broadcasting-exceed-stations",
        "A10",
        ("stations_broadcasting", "stations_total"),
        {"/fields/stations_broadcasting": 22},
    ),
    Broken(
        "a12-fewer-broadcasts-than-items",
        "A12",
        ("radio_broadcasts", "radio_items"),
        {"/fields/radio_broadcasts": 26},
        WARNING,
    ),
    Broken(
        "a13-minutes-too-long",
        "A13",
        ("radio_minutes", "radio_broadcasts"),
        {"/fields/radio_minutes": 148 * 60},
        WARNING,
    ),
    Broken(
        "a14-minority-exceed-broadcasts",
        "A14",
        ("minority_language_broadcasts", "radio_broadcasts"),
        {"/fields/minority_language_broadcasts": 148},
    ),
    Broken("a18-reach-without-posts", "A18", ("social_reach", "social_posts"), {"/fields/social_reach": 0}),
    Broken("a24-participants-missing", "A24", ("direct_participants",), {"/fields/direct_participants": 1}),
    Broken(
        "a24-participants-zero", "A24", ("direct_participants", "direct_sessions"), {"/fields/direct_participants": 1}
    ),
    Broken(
        "a24-participants-too-many",
        "A24",
        ("direct_participants", "direct_sessions"),
        {"/fields/direct_participants": 8000},
        WARNING,
    ),
    Broken("a25-school-exceed-direct", "A25", ("school_sessions", "direct_sessions"), {"/fields/school_sessions": 4}),
    Broken(
        "a26-gate-sessions-exceed-sessions",
        "A26",
        ("border_gate_sessions", "mobile_sessions", "direct_sessions"),
        {"/fields/border_gate_sessions": 10},
        attributes=GATE,
    ),
    Broken("a26-gate-sessions-without-gate", "A26", ("border_gate_sessions",), {"/fields/border_gate_sessions": 0}),
    Broken(
        "a27-alcohol-exceed-items",
        "A27",
        ("alcohol_items", "radio_items", "tv_items", "online_items", "social_posts"),
        {"/fields/alcohol_items": 51},
    ),
    Broken("a28-case-not-listed", "A28", ("violation_cases",), {"/fields/violation_cases": 2}, earlier=EARLIER),
    Broken(
        "a28-case-outside-period",
        "A28",
        ("violation_cases", "/violations/1/occurred_on"),
        {"/violations/1/occurred_on": "2021-06-15"},
        earlier=EARLIER,
    ),
    Broken(
        "a28-case-listed-twice",
        "A28",
        ("/violations/1/case_id", "/violations/0/case_id"),
        {"/violations/1/case_id": "LS-186-2021-03"},
        earlier=EARLIER,
    ),
    Broken(
        "a29-alcohol-exceed-cases",
        "A29",
        ("violation_alcohol", "violation_cases"),
        {"/fields/violation_alcohol": 2},
        earlier=EARLIER,
    ),
    Broken(
        "a30-handled-exceed-cases",
        "A30",
        ("violation_handled", "violation_cases"),
        {"/fields/violation_handled": 3},
        earlier=EARLIER,
    ),
    Broken(
        "a30-handling-missing",
        "A30",
        ("/violations/0/handling",),
        {"/violations/0/handling": "reminder"},
        earlier=EARLIER,
    ),
    Broken(
        "a30-discipline-without-decision",
        "A30",
        ("/violations/0/decision_no", "/violations/0/decision_on"),
        {"/violations/0/decision_no": "15/QĐ-UBND", "/violations/0/decision_on": "2021-07-12"},
        earlier=EARLIER,
    ),
    Broken("a34-nominated-outside-year", "A34", ("/nominations/0/subject_kind",), {"/nominations": []}, WARNING),
    Broken("a34-collective-without-name", "A34", ("/nominations/0/name",), {"/nominations/0/name": "Đài huyện"}),
    Broken("a34-person-without-name", "A34", ("/nominations/1/full_name",), {"/nominations/1/full_name": "Vi Thị Mẫu"}),
    Broken(
        "a34-merit-ends-before-it-begins",
        "A34",
        ("/nominations/1/merit_from", "/nominations/1/merit_to"),
        {"/nominations/1/merit_to": "2021-03-01"},
    ),
    Broken(
        "a34-merit-outside-campaign",
        "A34",
        ("/nominations/1/merit_from",),
        {"/nominations/1/merit_from": "2021-02-01"},
        WARNING,
    ),
    Broken(
        "a34-summary-too-long",
        "A34",
        ("/nominations/1/summary",),
        {"/nominations/1/summary": " ".join(["từ"] * 100)},
        WARNING,
    ),
    Broken(
        "a34-named-twice",
        "A34",
        ("/nominations/2/full_name", "/nominations/1/full_name"),
        {"/nominations/2/birth_year": 1979},
        WARNING,
    ),
    Broken(
        "a34-person-with-pending-case",
        "A34",
        ("/nominations/1/full_name", "/violations/0/status"),
        {"/violations/0/full_name": "Hứa Văn Hình Tượng"},
    ),
    Broken(
        "a34-person-with-handled-case",
        "A34",
        ("/nominations/1/full_name", "/violations/0/status"),
        {"/violations/0/full_name": "Hứa Văn Hình Tượng"},
        WARNING,
    ),
    Broken(
        "a34-collective-with-alcohol-case",
        "A34",
        ("/nominations/0/name", "/violations/0/status"),
        {"/violations/0/behaviour": "speed"},
        WARNING,
    ),
    Broken(
        "ax1-activity-before-launch",
        "AX1",
        ("launch_status", "banners", "mobile_sessions"),
        {"/fields/banners": 0, "/fields/mobile_sessions": 0},
    ),
    Broken("ax1-difficulties-missing", "AX1", ("difficulties",), {"/fields/difficulties": "Chờ kế hoạch."}),
    Broken(
        "ax2-items-without-station",
        "AX2",
        ("stations_broadcasting", *STATION_OUTPUT),
        {"/fields/stations_broadcasting": 1},
        also=("A12",),
    ),
    Broken(
        "ax3-broadcasts-without-station",
        "AX3",
        ("radio_broadcasts", "stations_broadcasting"),
        {"/fields/stations_broadcasting": 1},
        also=("AX2",),
    ),
    Broken(
        "ax4-not-all-briefed",
        "AX4",
        ("staff_briefed", "staff_total"),
        {"/fields/staff_briefed": 7},
        WARNING,
        earlier=(an_earlier_report(briefing_sessions=1),),
    ),
    Broken(
        "ax5-alcohol-without-topic",
        "AX5",
        ("alcohol_items", *ALCOHOL_TOPICS),
        {"/by_topic/tv_items/decree_100": 1},
    ),
    Broken("ax5-topic-not-counted", "AX5", ("alcohol_items", *ALCOHOL_TOPICS), {"/fields/alcohol_items": 1}),
    Broken(
        "ax6-briefed-without-session",
        "AX6",
        ("briefing_sessions", "staff_briefed"),
        {"/fields/briefing_sessions": 1},
    ),
    Broken(
        "ax7-printed-matter-copied",
        "AX7",
        ("banners", "posters", "leaflets"),
        {"/fields/posters": 4},
        WARNING,
        earlier=FIRST_QUARTER,
    ),
    Broken(
        "ax8-plan-before-the-departments",
        "AX8",
        ("plan_document_date",),
        {"/fields/plan_document_date": "2021-02-01"},
        WARNING,
    ),
)
VALID = {
    "p01-ordinary-quarter": (),
    "p02-not-launched": (),
    "p05-year-with-nominations": FIRST_QUARTER,
    "nine-months-with-violations": EARLIER,
}


def case_record(case: Broken, envelope: dict[str, Any]) -> Any:
    record = a_record(envelope, earlier=case.earlier)
    if not case.attributes:
        return record
    return replace(record, unit=replace(record.unit, attributes=case.attributes))


def test_the_table_names_every_golden_report() -> None:
    named = {f"broken-{case.name}" for case in BROKEN} | {f"valid-{name}" for name in VALID}

    assert named == {path.stem for path in GOLDEN.glob("*.json")}


@pytest.mark.parametrize(("name", "earlier"), VALID.items())
def test_a_valid_report_has_no_finding(name: str, earlier: tuple[EarlierReport, ...]) -> None:
    envelope = golden(f"valid-{name}")

    assert judge(envelope, a_record(envelope, earlier=earlier)) == ()


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_a_broken_rule_is_found_at_its_cells_and_nothing_else_is(case: Broken) -> None:
    envelope = golden(f"broken-{case.name}")

    found = judge(envelope, case_record(case, envelope))

    assert [(each.level, each.cells) for each in found if each.code == case.code] == [(case.level, case.pointers)]
    assert {each.code for each in found} == {case.code, *case.also}


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_a_mended_report_no_longer_breaks_the_rule(case: Broken) -> None:
    envelope = golden(f"broken-{case.name}")
    record = case_record(case, envelope)

    codes = {finding.code for finding in judge(with_cells(envelope, case.mend), record)}

    assert case.code not in codes


def test_every_rule_is_broken_by_a_golden_report() -> None:
    unbroken = {id(rule): rule.code for rule in (*DistrictReport.rules, *DistrictReport.record_rules)}
    for case in BROKEN:
        envelope = golden(f"broken-{case.name}")
        values, record = values_of(envelope)[0], case_record(case, envelope)
        for rule in DistrictReport.rules:
            if not rule.holds(values):
                unbroken.pop(id(rule), None)
        for record_rule in DistrictReport.record_rules:
            if tuple(record_rule.check(values, record)):
                unbroken.pop(id(record_rule), None)

    assert unbroken == {}


def test_no_message_prints_the_name_of_a_person() -> None:
    for case in BROKEN:
        envelope = golden(f"broken-{case.name}")
        names = [
            row["full_name"]
            for table in ("violations", "nominations")
            for row in envelope.get(table, ())
            if row.get("full_name")
        ]
        messages = " ".join(finding.message for finding in judge(envelope, case_record(case, envelope)))

        assert [name for name in names if name in messages] == []


def test_an_empty_report_lacks_its_required_cells_and_breaks_no_rule() -> None:
    envelope = golden("valid-p01-ordinary-quarter") | {"fields": {}, "by_topic": {}}
    required = [name for name, field in DistrictReport().fields.items() if getattr(field, "need", "") is Need.REQUIRED]

    found = judge(envelope, a_record(envelope, earlier=EARLIER))

    assert {(finding.code, *finding.cells) for finding in found} == {
        ("required", f"/fields/{name}") for name in required
    }


@pytest.mark.parametrize(
    "name", [name for name, field in DistrictReport().fields.items() if getattr(field, "need", "") is Need.REQUIRED]
)
def test_a_report_that_lacks_one_required_cell_breaks_no_rule_by_it(name: str) -> None:
    envelope = with_cells(golden("valid-nine-months-with-violations"), {f"/fields/{name}": None})

    found = judge(envelope, a_record(envelope, earlier=EARLIER))

    assert [(finding.code, finding.cells) for finding in found] == [("required", (f"/fields/{name}",))]


def test_placeholders_of_messages_are_cells_of_the_rule() -> None:
    for rule in DistrictReport.rules:
        named = {where.split("/")[2]: 0 for where in rule.cells}

        assert rule.message.format_map(named), rule.code


def test_values_without_data_satisfy_every_rule() -> None:
    assert [rule.code for rule in DistrictReport.rules if not rule.holds(Values({}))] == []
