"""What one process of a worker has: its settings and its host, built once after every fork.

A database connection that two processes share answers one with the other's rows, so nothing
built before a fork is used after it. Works for threads (one host for the whole process) and for
forked pools (one each, and one for the timer in the parent).
"""

from __future__ import annotations

import os
import socket
import threading
from dataclasses import replace
from datetime import timedelta
from functools import cache

from celery.signals import worker_process_init

from thidua.adapters.broker import SilentBell
from thidua.adapters.db.fence import open_this_process
from thidua.adapters.db.options import DatabaseOptions
from thidua.application.background.job_kinds import JobOptions
from thidua.application.ports.host import Host
from thidua.bootstrap import build_host
from thidua.bootstrap import settle
from thidua.settings import Settings
from thidua.settings import load
from thidua.supervisor.orphans import die_with_parent
from thidua_workers.draining import Pace
from thidua_workers.limits import GuardedUnitsOfWork

__all__ = ["host", "job_options", "job_slot", "machine_name", "pace", "settings", "worker_name"]

#: A statement may take this share of what a transaction may.
_STATEMENT_SHARE = 2 / 3

# By process id and never emptied: closing what the parent built would hang up the parent's
# connections, and dropping it is closing it.
_hosts: dict[int, Host] = {}
_paces: dict[int, Pace] = {}


class _Lock:
    """Replaced in every fork: the parent's timers may hold them at the moment of forking."""

    held = threading.Lock()
    #: One long piece of work at a time in one process: its other threads are for the drains.
    job_slot = threading.Lock()

    @classmethod
    def renew(cls) -> None:
        cls.held = threading.Lock()
        cls.job_slot = threading.Lock()


os.register_at_fork(after_in_child=_Lock.renew)


@cache
def settings() -> Settings:
    """Return the settings this worker was started with."""
    return load()


def host() -> Host:
    """Return this process's own host, built by the first that asks."""
    pid = os.getpid()
    found = _hosts.get(pid)
    if found is None:
        with _Lock.held:
            found = _hosts.get(pid)
            if found is None:
                found = _hosts[pid] = _build_host(settings())
                settle()
    return found


def _build_host(chosen: Settings) -> Host:
    limit_s = chosen.drain_limit_s
    # A server that is frozen is given up before the process is: waiting for it is no hang.
    options = DatabaseOptions(
        application_name="thidua-worker", statement_timeout_s=max(1, round(limit_s * _STATEMENT_SHARE))
    )
    open_this_process()
    # Whoever drains has no need to be told that there is work.
    built = build_host(chosen, bell=SilentBell(), database=options)
    return replace(built, work=GuardedUnitsOfWork(built.work, limit_s))


def pace() -> Pace:
    """Return the pace of this process's drains."""
    # No lock: of two made at once one is kept, and neither has rested yet.
    return _paces.get(os.getpid()) or _paces.setdefault(os.getpid(), Pace())


def machine_name() -> str:
    """Name this machine: what it worked is noted under one name, whatever its process ids."""
    return socket.gethostname()


def worker_name() -> str:
    """Name this process of this machine, for leases on pieces of work."""
    return f"{machine_name()}/{os.getpid()}"


def job_slot() -> threading.Lock:
    """Return the lock of whoever does background work in this process; never wait for it."""
    return _Lock.job_slot


@cache
def job_options() -> JobOptions:
    """Return what the installation chose about background work."""
    chosen = settings()
    return JobOptions(lease=timedelta(seconds=chosen.job_lease_s), rebuild_batch=chosen.rebuild_batch)


@worker_process_init.connect
def _start_child(**_given: object) -> None:
    die_with_parent(os.getppid())
    host()
