"""An installation with the bad campaign of ``poison``, and a real worker that is always started again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC
from datetime import datetime
from pathlib import Path

from thidua.adapters.broker import BrokerAddress
from thidua.adapters.broker import CeleryBell
from thidua.adapters.clock import SimulatedClock
from thidua.application.background.sample import sample_units
from thidua.application.periods.directory import import_units
from thidua.application.reports.filing import file_report
from thidua.domain.reports import Channel
from thidua.forms.envelope import read_envelope
from thidua_testkit import poison
from thidua_testkit.broker import KeptWorker
from thidua_testkit.installation import an_installation

__all__ = ["GOOD", "PoisonedSite"]

#: As many leaflets as no bad kind has.
GOOD = 100

_NOON = datetime.fromisoformat("2021-03-16T12:00:00+07:00")
_LONG_AGO = datetime.fromisoformat("2019-01-01T00:00:00+07:00")
_PERIOD = "2021-Q1"
_UNIT_TYPE = "district_culture_office"
_SAMPLE = Path(__file__).parents[2] / "tests/samples/P01.json"


class PoisonedSite:
    """Files good and bad reports, and keeps a worker going until something holds."""

    def __init__(
        self,
        folder: Path,
        *,
        database_url: str,
        broker_url: str,
        pool: str,
        units: int,
        limit_s: int,
        is_forked: bool = False,
    ) -> None:
        """Open the campaign; no worker runs yet.

        Args:
            folder: an empty one.
            database_url: an empty, migrated database.
            broker_url: a broker.
            pool: the kind of the worker's pool.
            units: how many units there are, by number.
            limit_s: after which the worker takes a round for a hang.
            is_forked: the worker's lives are forked, which costs less than starting them.
        """
        clock = SimulatedClock(_NOON, datetime.now(UTC)).text
        self.mended = folder / "mended"
        self.here = an_installation(database_url, at=_NOON, catalogue=poison.catalogue(), unit_files=())
        sample = sample_units(units, _UNIT_TYPE, _LONG_AGO)
        import_units(self.here.host, sample)
        self.units = tuple(unit.code for unit in sample)
        self.here.open(poison.CODE, _PERIOD)
        self.environment = {
            "PYTHONPATH": str(poison.installed_in(folder / "plugins")),
            "THIDUA_PROFILE": "test",
            # It is bad on purpose and reaches into this package: no trial would let it serve.
            "THIDUA_PLUGIN_TRIAL": "false",
            "THIDUA_DATA": str(folder / "data"),
            "THIDUA_DATABASE_URL": database_url,
            "THIDUA_BROKER_URL": broker_url,
            "THIDUA_CLOCK": clock,
            "THIDUA_LOG_LEVEL": "info",
            "THIDUA_WORKER_POOL": pool,
            "THIDUA_DRAIN_LIMIT_S": str(limit_s),
            poison.MENDED: str(self.mended),
        }
        self._log = folder / "worker.log"
        self._bell = CeleryBell(BrokerAddress(broker_url), quiet_s=0.5)
        self._is_forked = is_forked
        self._worker: KeptWorker | None = None

    @property
    def deaths(self) -> int:
        """How often the worker as a whole has ended; its pool's processes are its own affair."""
        return self._worker.deaths if self._worker else 0

    @property
    def log(self) -> str:
        """What the worker has logged in all its lives."""
        return self._log.read_text(errors="replace")

    def file(self, unit: str, leaflets: int) -> None:
        """File a report."""
        sample = json.loads(_SAMPLE.read_text(encoding="utf-8"))
        fields = sample["fields"] | {"stations_total": 12, "stations_broadcasting": 10, "leaflets": leaflets}
        envelope, findings = read_envelope(
            sample | {"campaign_code": poison.CODE, "unit_code": unit, "fields": fields, "confirm_warnings": True}
        )
        if envelope is None:
            raise ValueError(findings)
        sound = replace(envelope, confirm_warnings=True)
        file_report(self.here.host, self.here.reporter(unit), sound, channel=Channel.API)

    def attempts(self) -> dict[str, int]:
        """Return how often each change that is not counted was tried, by unit."""
        with self.here.host.work.reading() as work:
            rows = work._connection.exec_driver_sql(  # type: ignore[attr-defined]  # noqa: SLF001  no port says so
                "SELECT unit_code, attempts FROM outbox WHERE applied_at IS NULL AND report_id IS NOT NULL"
            )
            return {row[0]: row[1] for row in rows}

    def counted(self) -> set[str]:
        """Return the units whose reports are counted."""
        with self.here.host.work.reading() as work:
            return {unit.unit_code for unit in work.rollups.of_period(poison.CODE, _PERIOD)}

    def work_until(self, holds: Callable[[], bool], *, within_s: float) -> float:
        """Keep the worker going, with bells; return the seconds it took.

        Raises:
            TimeoutError: it took too long; the end of the log is in it.
        """
        began = time.monotonic()
        if self._worker is None:
            self._worker = KeptWorker(self._log, self.environment, is_forked=self._is_forked)
        while not holds():
            if time.monotonic() - began > within_s:
                raise TimeoutError(f"{self.attempts()}\n{self.log[-4000:]}")
            self._worker.look()
            self._bell.ring()
            time.sleep(0.1)
        return time.monotonic() - began

    def retry(self) -> str:
        """Run ``thidua status retry`` and return what it says."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("THIDUA_")}
        command = (sys.executable, "-m", "thidua.cli", "status", "retry")
        told = subprocess.run(  # noqa: S603  our own program
            command, env=own | self.environment, capture_output=True, text=True, timeout=60, check=True
        )
        return told.stdout

    def close(self) -> None:
        """End the worker."""
        if self._worker is not None:
            self._worker.stop()
        self._bell.close()
