"""Builders for the tests: golden envelopes, the record around them, and the judging of both."""

import copy
import json
from collections.abc import Mapping
from datetime import date
from datetime import datetime
from pathlib import Path
from typing import Any

from thidua_unit_specialised.form import SpecialisedReport

from thidua_sdk import EarlierReport
from thidua_sdk import Finding
from thidua_sdk import Level
from thidua_sdk import PeriodView
from thidua_sdk import PlanView
from thidua_sdk import Record
from thidua_sdk import UnitView
from thidua_sdk import Values
from thidua_sdk import Window

GOLDEN = Path(__file__).parents[1] / "golden"
TABLES = ("violations", "nominations")

UNIT_TYPES = {"STTTT-CNTT": "specialised_room", "STTTT-TTCNS": "affiliated_centre"}
PERIODS = {
    "2021-Q1": PeriodView(
        "2021-Q1", frozenset({"quarter"}), 1, date(2021, 3, 14), Window(date(2021, 2, 1), date(2021, 3, 14))
    ),
    "2021-H1": PeriodView(
        "2021-H1", frozenset({"half_year_1"}), 2, date(2021, 6, 14), Window(date(2021, 3, 15), date(2021, 6, 14))
    ),
    "2021-Y": PeriodView(
        "2021-Y", frozenset({"year"}), 4, date(2021, 12, 14), Window(date(2021, 9, 15), date(2021, 12, 14))
    ),
}
PLAN = PlanView(
    year=2021,
    issued_from=date(2021, 2, 1),
    parent_issued_on=date(2021, 1, 26),
    valid_to=date(2021, 12, 31),
)


def golden(name: str) -> dict[str, Any]:
    envelope: dict[str, Any] = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    return envelope


def with_cells(envelope: Mapping[str, Any], cells: Mapping[str, object]) -> dict[str, Any]:
    """Copy an envelope with other values at some pointers (``/fields/vehicles``, ``/violations/0/status``)."""
    changed = copy.deepcopy(dict(envelope))
    for pointer, value in cells.items():
        *path, last = pointer.split("/")[1:]
        place: Any = changed
        for part in path:
            place = place[int(part)] if isinstance(place, list) else place.setdefault(part, {})
        place[int(last) if isinstance(place, list) else last] = value
    return changed


def an_earlier_report(
    period_code: str = "2021-Q1",
    violations: tuple[Mapping[str, object], ...] = (),
    **fields: object,
) -> EarlierReport:
    return EarlierReport(period_code, accepted=True, fields=fields, rows={"violations": violations})


def a_case(case_id: str = "TTCNS-2021-01", **columns: object) -> dict[str, object]:
    return {
        "case_id": case_id,
        "occurred_on": "2021-03-03",
        "full_name": "Mã Văn Thí Dụ",
        "staff_kind": "public_employee",
        "behaviour": "speed",
        "status": "pending",
    } | columns


#: A first quarter with one briefing that left one case open.
EARLIER = (an_earlier_report("2021-Q1", (a_case(),), briefing_sessions=1, violation_cases=1, handling_pending=1),)


def a_record(envelope: Mapping[str, Any], *, earlier: tuple[EarlierReport, ...] = (), **replaced: object) -> Record:
    unit_code, period_code = envelope["unit_code"], envelope["period_code"]
    facts: dict[str, Any] = {
        "unit": UnitView(unit_code, "Đơn vị thuộc Sở", UNIT_TYPES[unit_code]),
        "period": PERIODS[period_code],
        "plan": PLAN,
        "today": datetime.fromisoformat(envelope["submitted_at"]).date(),
        "earlier": earlier,
    }
    return Record(**{**facts, **replaced})


def values_of(envelope: Mapping[str, Any]) -> tuple[Values, tuple[Finding, ...]]:
    """Load an envelope: the values that could be read, and the findings on the cells that could not."""
    raw = {**envelope["fields"], **{name: envelope[name] for name in TABLES if name in envelope}}
    errors = SpecialisedReport().validate(raw)
    found = tuple(finding for name, error in errors.items() for finding in _cell_findings(str(name), error))
    data = SpecialisedReport(partial=True).load({name: value for name, value in raw.items() if name not in errors})
    rows = {name: data.pop(name) for name in TABLES if name in data}
    return Values(data, envelope.get("by_topic"), rows), found


def judge(envelope: Mapping[str, Any], record: Record) -> tuple[Finding, ...]:
    """Load an envelope and run every rule as the host does: those against the record only if every cell was read."""
    values, found = values_of(envelope)
    unread = {where for finding in found for where in finding.cells}
    broken = [rule for rule in SpecialisedReport.rules if unread.isdisjoint(rule.cells) and not rule.holds(values)]
    return (
        *found,
        *(Finding(rule.code, rule.level, rule.message.format_map(values), rule.cells, rule.source) for rule in broken),
        *(finding for rule in SpecialisedReport.record_rules if not found for finding in rule.check(values, record)),
    )


def _cell_findings(name: str, error: Any) -> tuple[Finding, ...]:
    if isinstance(error, dict) and "code" not in error:
        nested = [(f"{name}/{part}", inner) for part, inner in error.items()]
        return tuple(finding for path, inner in nested for finding in _cell_findings(path, inner))
    coded = error[0] if isinstance(error, list) else error
    pointer = f"/{name}" if name.split("/", maxsplit=1)[0] in TABLES else f"/fields/{name}"
    return (Finding(coded["code"], Level.ERROR, coded["detail"], (pointer,)),)
