"""Builders for the tests: golden envelopes, the record around them, and the judging of both."""

import copy
import json
from collections.abc import Mapping
from datetime import date
from datetime import datetime
from pathlib import Path
from typing import Any

from thidua_unit_department_office.form import OfficeReport

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

PERIODS = {
    "2021-9M": PeriodView(
        "2021-9M", frozenset({"nine_months"}), 3, date(2021, 9, 14), Window(date(2021, 6, 15), date(2021, 9, 14))
    ),
    "2021-Y": PeriodView(
        "2021-Y", frozenset({"year"}), 4, date(2021, 12, 14), Window(date(2021, 9, 15), date(2021, 12, 14))
    ),
    "2021-CLOSE": PeriodView(
        "2021-CLOSE", frozenset({"close"}), 5, date(2021, 12, 31), Window(date(2021, 12, 15), date(2021, 12, 31))
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
    """Copy an envelope with other values at some pointers (``/fields/crashes``, ``/fields/crashes_source/as_of``)."""
    changed = copy.deepcopy(dict(envelope))
    for pointer, value in cells.items():
        *path, last = pointer.split("/")[1:]
        place: Any = changed
        for part in path:
            place = place.setdefault(part, {})
        place[last] = value
    return changed


def an_earlier_report(period_code: str = "2021-9M", **fields: object) -> EarlierReport:
    return EarlierReport(period_code, accepted=True, fields=fields)


#: Nine months that left one issue open, with the figures of another document than the year's.
EARLIER = (
    an_earlier_report(
        issues_raised=2,
        issues_resolved=1,
        crashes=28,
        deaths=27,
        injured=7,
        crashes_source={
            "source_document": "112/BC-BATGT ngày 15/9/2021",
            "as_of": "2021-09-14",
            "definition_version": "TT58-2009",
        },
    ),
)


def a_record(envelope: Mapping[str, Any], *, earlier: tuple[EarlierReport, ...] = (), **replaced: object) -> Record:
    facts: dict[str, Any] = {
        "unit": UnitView(envelope["unit_code"], "Văn phòng Sở", "department_office"),
        "period": PERIODS[envelope["period_code"]],
        "plan": PLAN,
        "today": datetime.fromisoformat(envelope["submitted_at"]).date(),
        "earlier": earlier,
    }
    return Record(**{**facts, **replaced})


def values_of(envelope: Mapping[str, Any]) -> tuple[Values, tuple[Finding, ...]]:
    """Load an envelope: the values that could be read, and the findings on the cells that could not."""
    raw = envelope["fields"]
    errors = OfficeReport().validate(raw)
    found = tuple(finding for name, error in errors.items() for finding in _cell_findings(str(name), error))
    data = OfficeReport(partial=True).load({name: value for name, value in raw.items() if name not in errors})
    return Values(data), found


def judge(envelope: Mapping[str, Any], record: Record) -> tuple[Finding, ...]:
    """Load an envelope and run every rule as the host does: those against the record only if every cell was read."""
    values, found = values_of(envelope)
    unread = {where for finding in found for where in finding.cells}
    broken = [rule for rule in OfficeReport.rules if unread.isdisjoint(rule.cells) and not rule.holds(values)]
    return (
        *found,
        *(Finding(rule.code, rule.level, rule.message.format_map(values), rule.cells, rule.source) for rule in broken),
        *(finding for rule in OfficeReport.record_rules if not found for finding in rule.check(values, record)),
    )


def _cell_findings(name: str, error: Any) -> tuple[Finding, ...]:
    if isinstance(error, dict) and "code" not in error:
        nested = [(f"{name}/{part}", inner) for part, inner in error.items()]
        return tuple(finding for path, inner in nested for finding in _cell_findings(path, inner))
    coded = error[0] if isinstance(error, list) else error
    return (Finding(coded["code"], Level.ERROR, coded["detail"], (f"/fields/{name}",)),)
