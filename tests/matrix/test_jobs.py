"""A job's row says who asked; what it tells goes by what its reader may see, not by what the worker saw."""

from __future__ import annotations

from typing import Any

import pytest
from jobs_played import OPTIONS

from tests.matrix.house import FILE_OF_VIOLATOR
from tests.matrix.house import TEXT
from tests.matrix.house import VIOLATOR
from tests.matrix.house import House
from thidua.application.background.job_kinds import KINDS
from thidua.application.background.job_running import work_on_jobs
from thidua.application.background.jobs import ask_for_job

INSIDE = ("detail", "workers", "pieces_in_trouble")


@pytest.fixture(scope="module")
def done(house: House) -> dict[str, int]:
    """A job of every kind, asked for by the administrator and done; some sums were lost, and one finds that."""
    house.execute("DELETE FROM rollup WHERE unit_code = ?", house.places["a"].unit)
    asked = {kind: ask_for_job(house.here.host, house.here.actors["admin"], kind)[0] for kind in KINDS}
    work_on_jobs(house.here.host, "worker", OPTIONS)
    return asked


def read(house: House, who: str, job: int) -> Any:
    client, _ = house.client(who)
    answer = client.get(f"/api/v1/jobs/{job}")
    return answer.json if answer.status_code == 200 else answer.status_code


def test_a_job_is_its_askers(house: House, done: dict[str, int]) -> None:
    with house.here.host.work.reading() as work:
        askers = {work.jobs.get(job).asked_by for job in done.values()}  # type: ignore[union-attr]
    assert askers == {house.here.actors["admin"].account_id}


def test_what_a_job_found_names_places_and_never_what_stands_there(house: House, done: dict[str, int]) -> None:
    for kind, job in done.items():
        for who in ("admin", "office"):
            told = str(read(house, who, job))
            for secret in (VIOLATOR, TEXT, FILE_OF_VIOLATOR):
                assert secret not in told, (kind, who)
    assert read(house, "admin", done["verify"])["state"] != "done"


def test_the_office_sees_that_it_was_done_and_the_operator_how(house: House, done: dict[str, int]) -> None:
    for job in done.values():
        office, admin = read(house, "office", job), read(house, "admin", job)
        assert office["state"] == admin["state"]
        assert office["id"] == job
        assert set(office) <= set(admin)
        for name in INSIDE:
            assert not office.get(name), name
    for who in ("reporter-a", "head-a", "leader", "observer", "nobody"):
        assert {read(house, who, job) for job in done.values()} == {403}, who
