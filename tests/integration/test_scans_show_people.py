"""The scan of a paper report shows its rows that name persons: it is for whom they are, and reading it is noted."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from datetime import timedelta
from pathlib import Path

import pytest
from trails import trail

from thidua.application.reports.evidence import add_evidence
from thidua.application.reports.evidence import list_evidence
from thidua.application.reports.evidence import read_evidence
from thidua.application.reports.evidence import thumbnail_of
from thidua.application.reports.filing import file_report
from thidua.application.trail.reading_trail import Who
from thidua.application.trail.reading_trail import who_saw
from thidua.domain.accounts import Role
from thidua.domain.attachments import SCAN_POINTER
from thidua.domain.attachments import Evidence
from thidua.domain.errors import NotFoundError
from thidua.domain.reports import Channel
from thidua.forms.envelope import PaperTold
from thidua.forms.envelope import read_envelope
from thidua_testkit.files import a_photo
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

SAMPLES = Path(__file__).parents[1] / "samples"
CAMPAIGN, PERIOD, UNIT = "ATGT-2021", "2021-Q1", "LS-186-VHTT"
NOON = datetime.fromisoformat("2021-03-16T12:00:00+07:00")
CELL = "/fields/direct_sessions"


@pytest.fixture
def here(database_url: str, tmp_path: Path) -> Installation:
    found = an_installation(database_url, at=NOON, campaign=CAMPAIGN, periods=(PERIOD,), files_dir=tmp_path / "files")
    found.add_account("leader", (Role.LEADER, None))
    return found


def lay(here: Installation, pointer: str, number: int = 1) -> Evidence:
    where = {"campaign_code": CAMPAIGN, "period_code": PERIOD, "unit_code": UNIT, "pointer": pointer}
    return add_evidence(here.host, here.office(), **where, file_name="quét.jpg", content=a_photo(number)).evidence


def enter(here: Installation, scan: Evidence) -> int:
    envelope, findings = read_envelope(json.loads((SAMPLES / "P01.json").read_text(encoding="utf-8")))
    assert envelope
    assert not findings
    told = PaperTold(NOON - timedelta(hours=3), "Đơn vị mất mạng.", scan.attachment.digest)
    return file_report(here.host, here.office(), replace(envelope, on_behalf=told), channel=Channel.WEB).report_id


def listed(here: Installation, who: str) -> list[int]:
    where = {"campaign_code": CAMPAIGN, "period_code": PERIOD, "unit_code": UNIT}
    return [each.evidence.id for each in list_evidence(here.host, here.actors[who], **where)]


@pytest.mark.parametrize("pointer", [SCAN_POINTER, "", CELL])
def test_whoever_sees_no_names_gets_no_scan_wherever_it_was_laid(here: Installation, pointer: str) -> None:
    scan = lay(here, pointer)
    enter(here, scan)
    other = lay(here, CELL, 2)
    again = lay(here, "/fields/banners", 1)
    assert again.attachment.digest == scan.attachment.digest, "the same file, laid once more"
    leader = here.actors["leader"]
    assert listed(here, "leader") == [other.id]
    for row in (scan, again):
        for read in (read_evidence, thumbnail_of):
            with pytest.raises(NotFoundError, match="Không tìm thấy tệp này"):
                read(here.host, leader, row.id)
    assert thumbnail_of(here.host, leader, other.id)
    here.reporter(UNIT)
    for who in ("office", f"reporter-{UNIT}".lower()):
        assert listed(here, who) == sorted([scan.id, other.id, again.id])
        assert read_evidence(here.host, here.actors[who], scan.id)


@pytest.mark.parametrize("pointer", [SCAN_POINTER, ""])
def test_whoever_reads_a_scan_has_seen_the_report(here: Installation, pointer: str) -> None:
    scan = lay(here, pointer)
    report = enter(here, scan)
    other = lay(here, CELL, 2)
    before = len(trail(here))
    for row in (scan, other):
        read_evidence(here.host, here.office(), row.id)
    assert [line[0] for line in trail(here)[before:]] == ["read_people", "export"]
    asked = Who(report_id=report, since=NOON - timedelta(days=1), until=NOON + timedelta(days=1))
    found = who_saw(here.host, here.office(), asked)
    assert [(each.row.entry.key, each.report_id) for each in found] == [(str(scan.id), report)]
