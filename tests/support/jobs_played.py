"""What tests of background work share: reports to count, derived rows to spoil, kinds of their own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from thidua.application.background.job_kinds import KINDS
from thidua.application.background.job_kinds import JobKind
from thidua.application.background.job_kinds import JobOptions
from thidua.application.background.job_kinds import Outcome
from thidua.application.background.job_kinds import Stage
from thidua.application.background.job_running import work_on_jobs
from thidua.application.derived.status_document import HOW_IT_WAS_COMPUTED
from thidua.application.ports.job_ports import NewChunk
from thidua.application.ports.job_ports import NewJob
from thidua.application.reports.filing import file_report
from thidua.application.review.reviewing import accept_report
from thidua.domain.jobs import Chunk
from thidua.domain.jobs import Job
from thidua.domain.jobs import Origin
from thidua.domain.reports import Channel
from thidua.forms.envelope import Envelope
from thidua.forms.envelope import read_envelope
from thidua_testkit.installation import Installation

NOON = datetime.fromisoformat("2021-03-16T12:00:00+07:00")
CAMPAIGN, PERIODS = "ATGT-2021", ("2021-Q1", "2021-H1")
SAMPLE = json.loads((Path(__file__).parents[1] / "samples/P01.json").read_text(encoding="utf-8"))
UNITS = [f"LS-{code}-VHTT" for code in range(180, 190)]
OPTIONS = JobOptions(rebuild_batch=3)
#: When a unit was judged is not what was found.
FILING = (
    "(SELECT campaign_code, period_code, unit_code, filing, counts, accepted, waits, turns_at, entry FROM unit_filing)"
)
DERIVED = ("fact", "rollup", "rollup_shard", FILING)
#: Cells that nobody reported; the colons are escaped for the statement they stand in.
STRAY = r'{"f"\:{"x"\:[1,1,1,1]}}'


def an_envelope(unit: str, revision: int = 0, period: str = PERIODS[0]) -> Envelope:
    fields = SAMPLE["fields"] | {"stations_total": 12, "stations_broadcasting": 10, "radio_items": 20 + revision}
    data = {**SAMPLE, "unit_code": unit, "period_code": period, "fields": fields, "revision": revision}
    envelope, findings = read_envelope(data | ({"correction_reason": "Đếm lại"} if revision else {}))
    assert envelope is not None, findings
    return replace(envelope, confirm_warnings=True)


def file(here: Installation, unit: str, revision: int = 0, period: str = PERIODS[0]) -> int:
    return file_report(
        here.host, here.reporter(unit), an_envelope(unit, revision, period), channel=Channel.API
    ).report_id


def fill(here: Installation) -> None:
    """File ten units' reports, correct some, accept some, and take all in change by change."""
    for place, unit in enumerate(UNITS):
        report_id = file(here, unit)
        here.drain()
        if place % 2:
            accept_report(here.host, here.office(), report_id, revision=0)
        if place % 3 == 0:
            file(here, unit, 1)
        here.drain()


def derived(here: Installation) -> dict[str, object]:
    """Everything computed from the ledger, as it stands."""
    with here.host.work.reading() as work:
        connection = work._connection  # type: ignore[attr-defined]
        rows = {name: sorted(map(repr, connection.execute(text(f"SELECT * FROM {name} AS kept")))) for name in DERIVED}
        digests = {code: row.digest for code in PERIODS if (row := work.statuses.get(CAMPAIGN, code))}
        documents = {
            code: {key: value for key, value in row.document.items() if key not in HOW_IT_WAS_COMPUTED}
            for code in PERIODS
            if (row := work.statuses.get(CAMPAIGN, code))
        }
    return {**rows, "digests": digests, "documents": documents}


def spoil(here: Installation) -> None:
    """Break the derived rows: some lost, some wrong, one of a unit that never was, documents of yesterday."""
    with here.host.work.writing() as work:
        connection = work._connection  # type: ignore[attr-defined]
        for statement in (
            "UPDATE fact SET numbers = replace(numbers, 'radio_items', 'radio_itemz')",
            "UPDATE rollup SET cells = replace(cells, '26', '27')",
            "UPDATE rollup_shard SET sums = '{}' WHERE shard < 32",
            "UPDATE rollup SET duties = '{}' WHERE unit_code LIKE 'LS-18%'",
            f"INSERT INTO rollup VALUES ('ATGT-2021', '2021-Q1', 'NOBODY', 't', 1, '{STRAY}', '{{}}')",
            f"INSERT INTO rollup VALUES ('ATGT-2021', '2020-XX', 'LS-180-VHTT', 't', 14, '{STRAY}', '{{}}')",
            "UPDATE unit_filing SET filing = 'late', accepted = NOT accepted WHERE unit_code LIKE 'LS-18%'",
            "DELETE FROM unit_filing WHERE unit_code LIKE 'LS-19%'",
            "UPDATE rollup_shard SET roster = replace(roster, 'overdue', 'late') WHERE shard >= 32",
            "UPDATE status SET digest = 'spoilt'",
        ):
            connection.execute(text(statement))
        work.commit()


def job_of(here: Installation, job_id: int) -> Job:
    with here.host.work.reading() as work:
        found = work.jobs.get(job_id)
    assert found is not None
    return found


def run(here: Installation, worker: str = "here/1", **options: object) -> int:
    return work_on_jobs(here.host, worker, OPTIONS, **options).pieces  # type: ignore[arg-type]


KIND = "test"


def counted(monkeypatch: pytest.MonkeyPatch, work: Callable[[Chunk], object], *, stages: int = 1) -> None:
    """Bring in a kind whose pieces do what the test says."""

    def do(host: object, chunk: Chunk, between: Callable[[], None]) -> Outcome:
        answer = work(chunk)
        between()
        return answer if isinstance(answer, Outcome) else Outcome({"pieces": 1})

    made = tuple(
        Stage(f"s{number}", f"Bước {number}", do, "phần", (lambda *_: [NewChunk({})] * 2) if number else None)
        for number in range(stages)
    )
    kinds = {**KINDS, KIND: JobKind(KIND, "Việc thử", made)}
    for module in ("job_kinds", "job_running", "job_schedule", "jobs"):
        monkeypatch.setattr(f"thidua.application.background.{module}.KINDS", kinds)


def lay_down(here: Installation, *, pieces: int = 1, subject: str = "") -> int:
    with here.host.work.writing() as work:
        job_id = work.jobs.add(
            NewJob(KIND, subject, Origin.CONSOLE, None, here.clock.now()), [NewChunk({"n": n}) for n in range(pieces)]
        )
        assert job_id is not None
        work.commit()
    return job_id
