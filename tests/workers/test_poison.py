"""Real workers and reports that raise, hang, grow without end and crash: good ones are counted, bad ones set aside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from thidua.application.background.verifying import verify
from thidua.application.ports.rows import MOST_ATTEMPTS
from thidua_testkit import poison
from thidua_testkit.poisoned_site import GOOD
from thidua_testkit.poisoned_site import PoisonedSite

pytestmark = pytest.mark.broker

_WITHIN_S = 400
#: What each kind leaves in the log.
_TRACES = {
    "raise": "ZeroDivisionError",
    "regex": "Timeout (0:00:0",
    "allocate": "MemoryError",
    "exit": "",
    "segfault": "Segmentation fault",
    "recursion": "RecursionError",
}


@pytest.fixture(params=["threads", pytest.param("prefork", marks=pytest.mark.postgres)])
def site(request: pytest.FixtureRequest, tmp_path: Path, broker_url: str) -> Iterator[PoisonedSite]:
    """Work as the embedded installation does, and as the served one does."""
    pool: str = request.param
    database_url = request.getfixturevalue("sqlite_url" if pool == "threads" else "postgres_url")
    # A hang is told from work by the second here, so that five of them do not take minutes.
    found = PoisonedSite(
        tmp_path, database_url=database_url, broker_url=broker_url, pool=pool, units=20, limit_s=2, is_forked=True
    )
    try:
        yield found
    finally:
        found.close()


def test_bad_reports_of_six_kinds_are_set_aside_after_five_attempts_each_and_hold_up_nobody(
    site: PoisonedSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = dict(zip(site.units[3::2], _TRACES, strict=False))
    for unit in site.units:
        site.file(unit, poison.KINDS[bad[unit]] if unit in bad else GOOD)
    site.work_until(lambda: site.attempts() == dict.fromkeys(bad, MOST_ATTEMPTS), within_s=_WITHIN_S)
    assert site.counted() == set(site.units) - set(bad)
    log = site.log
    assert [trace for trace in _TRACES.values() if trace not in log] == []
    found = verify(site.here.host)
    assert (found.differences, found.waiting) == ((), len(bad))

    site.mended.touch()
    monkeypatch.setenv(poison.MENDED, str(site.mended))
    assert f"{len(bad)} thay đổi" in site.retry()
    site.work_until(lambda: not site.attempts(), within_s=_WITHIN_S)
    assert site.counted() == set(site.units)
    site.work_until(lambda: not verify(site.here.host).waiting, within_s=_WITHIN_S)
    assert verify(site.here.host).differences == ()
