"""Who asks for background work: the schedule, whose missed turns raise alarms, and persons; and who reads of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from datetime import timedelta

import pytest
from jobs_played import CAMPAIGN
from jobs_played import NOON
from jobs_played import PERIODS
from jobs_played import UNITS
from jobs_played import counted
from jobs_played import job_of
from jobs_played import lay_down
from jobs_played import run
from sqlalchemy import text
from tampered_trail import attacker

from thidua.application.access.permissions import GRANTS
from thidua.application.access.permissions import Right
from thidua.application.background.job_kinds import REBUILD
from thidua.application.background.job_kinds import VERIFY
from thidua.application.background.job_kinds import VERIFY_TRAIL
from thidua.application.background.job_kinds import Outcome
from thidua.application.background.job_schedule import SCHEDULE
from thidua.application.background.job_schedule import find_alarms
from thidua.application.background.job_schedule import lay_down_due
from thidua.application.background.jobs import ask_for_job
from thidua.application.background.jobs import cancel_job
from thidua.application.background.jobs import list_jobs
from thidua.application.background.jobs import read_job
from thidua.application.background.jobs import retry_job
from thidua.application.trail.sealing import seal_and_anchor
from thidua.domain.accounts import Role
from thidua.domain.errors import NotAllowedError
from thidua.domain.errors import NotFoundError
from thidua.domain.jobs import JobState
from thidua.domain.jobs import Origin
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

MISSED = ["missed_verify", "missed_verify_trail"]


@pytest.fixture
def here(database_url: str) -> Installation:
    return an_installation(database_url, at=NOON, campaign=CAMPAIGN, periods=PERIODS)


def test_asking_twice_asks_for_one_job(here: Installation) -> None:
    first, is_new = ask_for_job(here.host, here.admin(), REBUILD)
    assert is_new
    made: list[tuple[int, bool]] = []
    threads = [threading.Thread(target=lambda: made.append(ask_for_job(here.host, None, REBUILD))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert made == [(first, False)] * 4
    assert ask_for_job(here.host, None, REBUILD, CAMPAIGN)[1], "another subject is another job"
    with pytest.raises(NotFoundError):
        ask_for_job(here.host, None, REBUILD, "ATGT-1999")
    with pytest.raises(NotFoundError):
        ask_for_job(here.host, None, "nothing")


def test_trouble_is_told_of_until_a_like_job_does_better(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    outcomes = iter([Outcome({}, "Sai."), Outcome({}, "Sai."), Outcome({})])
    counted(monkeypatch, lambda chunk: next(outcomes))
    for trouble in (["job_failed"], ["job_failed"], []):
        lay_down(here)
        run(here)
        assert [alarm.code for alarm in find_alarms(here.host)] == [*MISSED, *trouble]


def test_a_turn_of_the_schedule_is_laid_down_once_however_many_look(here: Installation) -> None:
    made: list[int] = []
    threads = [
        threading.Thread(target=lambda: made.extend(lay_down_due(here.host, keep=timedelta(days=365))))
        for _ in range(5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(made) == len(SCHEDULE)
    run(here)
    assert {job_of(here, each).origin for each in made} == {Origin.SCHEDULE}
    here.clock.instant = datetime.fromisoformat("2021-03-17T01:59:00+07:00")
    assert lay_down_due(here.host, keep=timedelta(days=365)) == ()
    # The machine was off for three nights: one turn is made up for, not three.
    here.clock.instant = datetime.fromisoformat("2021-03-20T08:00:00+07:00")
    late = lay_down_due(here.host, keep=timedelta(days=365))
    assert [job_of(here, each).slot for each in late] == ["verify@2021-03-20", "verify_trail@2021-03-20"]
    assert lay_down_due(here.host, keep=timedelta(days=365)) == ()


def test_a_turn_that_did_not_run_raises_an_alarm_until_one_succeeds(here: Installation) -> None:
    assert [alarm.code for alarm in find_alarms(here.host)] == MISSED
    lay_down_due(here.host, keep=timedelta(days=365))
    run(here)
    seal_and_anchor(here.host)
    assert find_alarms(here.host) == ()
    here.clock.instant += SCHEDULE[0].missed_after + timedelta(minutes=1)
    alarms = find_alarms(here.host)
    assert [alarm.code for alarm in alarms] == MISSED
    for alarm in alarms:
        assert alarm.message.endswith("chưa lần nào thành công từ ngày 16/03/2021.")
    lay_down_due(here.host, keep=timedelta(days=365))
    here.clock.instant += timedelta(minutes=3)
    assert [alarm.code for alarm in find_alarms(here.host)] == ["nobody_works", *MISSED]
    run(here)
    assert find_alarms(here.host) == ()


def test_the_first_turn_is_given_its_time_before_it_is_missed(here: Installation) -> None:
    """A demo's campaign was opened months ago when its first worker starts."""
    lay_down_due(here.host, keep=timedelta(days=365))
    seal_and_anchor(here.host)
    assert find_alarms(here.host) == ()
    # Nobody takes it: that is told at once, and the schedule's own alarm rings when its time is over.
    here.clock.instant += timedelta(minutes=3)
    assert [alarm.code for alarm in find_alarms(here.host)] == ["nobody_works"]
    here.clock.instant += SCHEDULE[0].missed_after
    lay_down_due(here.host, keep=timedelta(days=365))
    alarms = [alarm for alarm in find_alarms(here.host) if alarm.code in MISSED]
    assert [alarm.code for alarm in alarms] == MISSED
    for alarm in alarms:
        assert alarm.message.endswith("chưa lần nào thành công kể từ lượt đầu tiên ngày 16/03/2021.")


def test_each_night_the_trail_is_checked_and_tampering_is_told_with_its_place(
    here: Installation, database_url: str
) -> None:
    seal_and_anchor(here.host)
    [_, nightly] = lay_down_due(here.host, keep=timedelta(days=365))
    run(here)
    whole = job_of(here, nightly)
    assert (whole.kind, whole.state, whole.result["differences"]) == (VERIFY_TRAIL, JobState.DONE, 0)
    assert whole.result["seals"] > 0
    with attacker(database_url) as connection:
        connection.execute(text("UPDATE audit_entry SET detail = '{}' WHERE id = 1"))
    here.clock.instant += timedelta(days=1)
    [_, nightly] = lay_down_due(here.host, keep=timedelta(days=365))
    run(here)
    broken = job_of(here, nightly)
    assert broken.state is JobState.FAILED
    assert broken.error.startswith("Nhật ký kiểm soát không còn nguyên vẹn.")
    assert "audit_entry số 1" in broken.detail
    assert [alarm.code for alarm in find_alarms(here.host)] == ["job_failed"]


def test_the_history_is_kept_as_long_as_asked(here: Installation) -> None:
    lay_down_due(here.host, keep=timedelta(days=30))
    run(here)
    here.clock.instant += timedelta(days=29)
    lay_down_due(here.host, keep=timedelta(days=30))
    run(here)
    assert len(list_jobs(here.host, here.admin()).jobs) == 2 * len(SCHEDULE)
    here.clock.instant += timedelta(days=2)
    lay_down_due(here.host, keep=timedelta(days=30))
    assert len(list_jobs(here.host, here.admin()).jobs) == 2 * len(SCHEDULE)


def test_the_list_comes_page_by_page(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    counted(monkeypatch, lambda chunk: None)
    made = [lay_down(here, subject=f"s{number}") for number in range(5)]
    page = list_jobs(here.host, here.admin(), limit=2)
    assert [seen.job.id for seen in page.jobs] == made[:2:-1]
    page = list_jobs(here.host, here.admin(), limit=3, before_id=page.next_before)
    assert ([seen.job.id for seen in page.jobs], page.next_before) == (made[2::-1], None)


@pytest.fixture
def asked(here: Installation) -> int:
    return ask_for_job(here.host, None, VERIFY)[0]


@pytest.mark.parametrize("role", list(Role))
def test_who_may_do_what(here: Installation, asked: int, role: Role) -> None:
    unit = UNITS[0] if role in {Role.UNIT_REPORTER, Role.UNIT_HEAD} else None
    actor = here.add_account("somebody", (role, unit))
    acts: dict[Right, list[Callable[[], object]]] = {
        Right.READ_JOBS: [lambda: list_jobs(here.host, actor), lambda: read_job(here.host, actor, asked)],
        Right.OPERATE_JOBS: [
            lambda: ask_for_job(here.host, actor, REBUILD),
            lambda: cancel_job(here.host, actor, asked),
            lambda: retry_job(here.host, actor, asked),
        ],
    }
    for right, calls in acts.items():
        for call in calls:
            if role in GRANTS[right].roles:
                call()
            else:
                with pytest.raises(NotAllowedError):
                    call()
