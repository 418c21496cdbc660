"""The rig's worker: the product's, with failpoints, a name of its own, and a note of each bell it hears."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import replace
from typing import Any

from celery.signals import task_prerun

from tests.faults.failpoints import Points
from tests.faults.seams import PLANTS
from tests.faults.seams import seamed
from thidua.adapters.broker import BELL_TASK
from thidua.adapters.db.options import DatabaseOptions
from thidua.adapters.db.unit_of_work import DatabaseUnitsOfWork
from thidua.application.ports.host import Host
from thidua.bootstrap import build_host
from thidua_workers import process
from thidua_workers import worker
from thidua_workers.timer import JobsTimer

_points = Points()
_plant = os.environ.get("FAULT_PLANT", "")


def _build(settings: Any, **named: Any) -> Host:
    host = build_host(settings, **named)
    if idle_s := os.environ.get("FAULT_IDLE_S"):
        # The same bound as the product's, in less time than it takes to wait for that one.
        options = DatabaseOptions(idle_in_transaction_timeout_s=int(idle_s))
        host = replace(host, work=DatabaseUnitsOfWork(settings.database_url, options))
    return seamed(host, points=_points, plant=_plant if _plant in PLANTS else "")


@task_prerun.connect
def _note_bell(sender: Any = None, **_given: object) -> None:
    if sender is not None and sender.name == BELL_TASK:
        descriptor = os.open(os.environ["FAULT_HEARD"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, f"{os.environ['FAULT_NAME']} {time.time():.3f}\n".encode())
        finally:
            os.close(descriptor)


if __name__ == "__main__":
    # What the process builds its host with.
    vars(process)["build_host"] = _build
    if _plant == "timer_that_needs_the_broker":
        worker._TIMERS.update(drain=JobsTimer)
    sys.exit(worker.main(sys.argv[1:]))
