"""A report with a violator in it, and what the audit trail says of those who read it."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from typing import Final

from thidua.application.ports.audit_ports import EntryRow
from thidua.application.ports.audit_ports import Sought
from thidua.application.reports.filing import file_report
from thidua.domain.audit import Act
from thidua.domain.reports import Channel
from thidua.forms.envelope import read_envelope
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

CAMPAIGN, PERIOD = "ATGT-2021", "2021-Q1"
HUU_LUNG, CHI_LANG = "LS-186-VHTT", "LS-187-VHTT"
NOON: Final = datetime.fromisoformat("2021-03-16T12:00:00+07:00")
SAMPLE = json.loads((Path(__file__).parents[1] / "samples/P01.json").read_text(encoding="utf-8"))
PERSON: Final = "Nguyễn Văn Giấu Tên"


def a_watched_installation(database_url: str) -> Installation:
    """Build an installation with a period open."""
    return an_installation(database_url, at=NOON, campaign=CAMPAIGN, periods=(PERIOD,))


def violation(name: str, case: str = "V1") -> dict[str, Any]:
    """Make a row about a violator."""
    return {
        "case_id": case,
        "occurred_on": "2021-03-01",
        "full_name": name,
        "staff_kind": "civil_servant",
        "behaviour": "other",
        "alcohol_band": None,
        "status": "pending",
        "handling": None,
        "decision_no": None,
        "decision_on": None,
    }


def file_with(here: Installation, *names: str, unit_code: str = HUU_LUNG, revision: int = 0) -> int:
    """File the unit's report with these violators; returns its number."""
    figures = SAMPLE["fields"] | {
        "stations_total": 12,
        "stations_broadcasting": 10,
        "radio_items": 26 + revision,
        "violation_cases": len(names),
        "violation_alcohol": 0,
        "violation_handled": 0,
    }
    rows = [violation(name, f"V{number}") for number, name in enumerate(names)]
    data = {**SAMPLE, "unit_code": unit_code, "fields": figures, "violations": rows, "confirm_warnings": True}
    if revision:
        data |= {"revision": revision, "correction_reason": "Sửa lại số liệu."}
    envelope, findings = read_envelope(data)
    assert envelope is not None, findings
    return file_report(here.host, here.reporter(unit_code), envelope, channel=Channel.API).report_id


def entries(here: Installation, act: Act | None = None) -> tuple[EntryRow, ...]:
    """Return the trail's entries, oldest first."""
    with here.host.work.reading() as work:
        return tuple(reversed(work.audit.find(Sought(act=act), before_id=None, limit=1000)))
