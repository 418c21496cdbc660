"""Tasks that work at background jobs."""

from __future__ import annotations

from thidua.adapters.broker import JOBS_QUEUE
from thidua.adapters.broker import JOBS_TASK
from thidua_workers.tasking import task
from thidua_workers.working import PIECE_LIMIT_S
from thidua_workers.working import tell_others
from thidua_workers.working import work

__all__ = ["work_at_jobs"]


@task(name=JOBS_TASK, queue=JOBS_QUEUE, soft_limit_s=240, hard_limit_s=PIECE_LIMIT_S)
def work_at_jobs() -> None:
    """Do pieces for a while, and ring for the rest."""
    if work().has_more:
        tell_others(1)
