"""A campaign that was opened and pinned, what is written in it, and what is read of it."""

from __future__ import annotations

import json
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

from thidua.application.background.rebuilding import rebuild_document
from thidua.application.background.rebuilding import rebuild_units
from thidua.application.periods.campaigns import close_campaign
from thidua.application.periods.campaigns import close_period
from thidua.application.periods.campaigns import open_period
from thidua.application.periods.obligations import Wish
from thidua.application.periods.obligations import change_obligation
from thidua.application.ports.host import Catalogue
from thidua.application.reports.drafts import DraftPlace
from thidua.application.reports.drafts import save_cells
from thidua.application.reports.filing import file_report
from thidua.application.review.reading import ReportSheet
from thidua.application.review.reviewing import accept_report
from thidua.application.review.reviewing import return_report
from thidua.application.review.reviewing import withdraw_report
from thidua.application.status.past_statuses import past_status
from thidua.application.status.statuses import read_status
from thidua.domain.accounts import Actor
from thidua.domain.accounts import Role
from thidua.domain.reports import Channel
from thidua.domain.reports import ObligationChangeKind
from thidua.forms.envelope import read_envelope
from thidua.web.filed import lines_of
from thidua_testkit.installation import Installation
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

DUTIES_OF_OWN_RULES = [each.code for each in plugin.duties if isinstance(each.evidence, Reported)]


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
