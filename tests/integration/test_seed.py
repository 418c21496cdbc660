"""``thidua seed``: sample data by the real use cases, at the scale asked for, counted to the last cell."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from click.testing import Result

from thidua.adapters.broker import SilentBell
from thidua.application.background.drain import drain
from thidua.application.background.verifying import verify
from thidua.application.ports.host import Host
from thidua.bootstrap import build_host
from thidua.cli import thidua
from thidua.domain.errors import ConflictError
from thidua.domain.reports import Channel
from thidua.domain.reports import ReportState
from thidua.settings import load

CAMPAIGN = "ATGT-2021"
PERIODS = ("2021-Q1", "2021-H1")


@pytest.fixture
def environment(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THIDUA_DATABASE_URL", database_url)
    monkeypatch.setenv("THIDUA_DATA", str(tmp_path / "data"))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(thidua, ["seed", "--campaign", CAMPAIGN, *arguments])


def installed() -> Host:
    return build_host(load(), bell=SilentBell())


@pytest.mark.usefixtures("environment")
def test_what_is_seeded_was_filed_by_the_real_use_case_and_is_counted_whole() -> None:
    found = run("--units", "5", "--periods", "2")
    assert found.exit_code == 0, found.output
    host = installed()
    with host.work.reading() as work:
        rosters = {code: work.campaigns.roster(CAMPAIGN, code) for code in PERIODS}
        assert [row.code for row in work.campaigns.periods(CAMPAIGN)] == list(PERIODS)
        documents = {code: work.statuses.get(CAMPAIGN, code) for code in PERIODS}
        assert work.outbox.waiting() == 0
        real = {unit.code for unit in work.directory.all() if not unit.code.startswith("MAU-")}
        ids = work.reports.ids()
        revisions = [revision for report_id in ids for revision in work.reports.revisions(report_id)]
    assert real
    for code, roster in rosters.items():
        seeded = [row for row in roster if row.obligation.unit_code.startswith("MAU-")]
        assert [row.obligation.unit_code for row in seeded] == [f"MAU-{number:05d}" for number in range(1, 6)]
        assert {row.obligation.unit_code for row in roster} - real == {row.obligation.unit_code for row in seeded}
        # Everyone who owes has filed, once and in time.
        assert all(row.report is not None and row.report.state is ReportState.SUBMITTED for row in roster)
        document = documents[code]
        assert document is not None
        filing, inputs = document.document["filing"], document.document["inputs"]
        assert isinstance(filing, dict)
        assert isinstance(inputs, dict)
        assert filing["roster"] == filing["received"] == filing["on_time"] == inputs["revisions"] == len(roster)
    filed = sum(map(len, rosters.values()))
    assert len(ids) == len(revisions) == filed
    assert {revision.channel for revision in revisions} == {Channel.SAMPLE}
    verified = verify(host)
    assert (verified.reports, verified.differences, verified.waiting) == (filed, (), 0)
    assert drain(host) == 0
    # Each step is named while it lasts, and the last line says how much there is.
    assert all(f"Nộp báo cáo kỳ {code}" in found.output for code in PERIODS)
    assert "Tổng hợp" in found.output
    assert found.output.splitlines()[-1].startswith(f"Đã nộp và tổng hợp {filed} báo cáo mẫu, 2 kỳ")


@pytest.mark.usefixtures("environment")
def test_a_second_run_is_refused_and_changes_nothing() -> None:
    assert run("--units", "2", "--periods", "1").exit_code == 0
    with installed().work.reading() as work:
        before = work.reports.ids(), work.directory.all()
    again = run("--units", "3", "--periods", "1")
    assert isinstance(again.exception, ConflictError)
    assert "khi chưa mở đợt nào" in again.exception.message
    with installed().work.reading() as work:
        assert (work.reports.ids(), work.directory.all()) == before


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "--units"),
        (("--units", "3"), "--periods"),
        (("--units", "0", "--periods", "1"), "--units"),
        (("--units", "100001", "--periods", "1"), "--units"),
        (("--units", "ba", "--periods", "1"), "--units"),
        (("--units", "3", "--periods", "0"), "--periods"),
        (("--units", "3", "--periods", "99"), f"Đợt {CAMPAIGN} chỉ có 5 kỳ đã có ngày chốt."),
        (("--units", "3", "--periods", "1", "--campaign", "ATGT-1900"), f"một trong: {CAMPAIGN}"),
        (("7", "--units", "3", "--periods", "1"), "7"),
    ],
)
def test_wrong_usage_is_told_before_anything_is_made(
    arguments: tuple[str, ...], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THIDUA_DATABASE_URL", f"sqlite:///{tmp_path / 'thidua.sqlite3'}")
    monkeypatch.setenv("THIDUA_DATA", str(tmp_path / "data"))
    found = run(*arguments)
    assert found.exit_code == 2
    assert told in found.output.splitlines()[-1]
    assert not (tmp_path / "thidua.sqlite3").exists()
