"""What gunicorn is told the same way everywhere; counts and addresses come on its command line.

Read by gunicorn's master, which stays light: it must not import the application.
"""

from __future__ import annotations

import os
from typing import Any

from gunicorn.http import wsgi  # type: ignore[import-untyped]  # it ships no types

from thidua.supervisor.orphans import die_with_parent

#: Threads, since a request mostly waits for the database; no monkey patching next to its drivers.
worker_class = "gthread"
#: The application is imported in each worker: connections made before a fork are shared by accident.
preload_app = False
#: Longer than the pages' polling, which would otherwise reconnect each time (and lose a request
#: to a connection closed that very moment).
keepalive = 75
#: A worker whose main thread is silent this long is replaced.
timeout = 60
#: Requests under way when told to stop are given this long.
graceful_timeout = 4
#: The heartbeat file is touched every second; on a disk that stalls it would kill healthy workers.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108  gunicorn unlinks it at once
#: Our longest address is a tenth of this.
limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190
#: nginx writes one; here everything goes to the one log on standard error.
accesslog = None
errorlog = "-"
#: Answers do not say what serves them.
wsgi.SERVER = "thidua"
#: Nobody steers it from outside.
control_socket_disable = True


def pre_request(worker: Any, request: Any) -> None:  # noqa: ANN401, ARG001  gunicorn's signature
    """Hang up after a body of undeclared length.

    One whose chunks are broken was answered twice, by the application and by the server, and a proxy that
    shares its connections would have given the second answer to somebody else.
    """
    if any(name == "TRANSFER-ENCODING" for name, _ in request.headers):
        request.force_close()


def post_fork(server: Any, worker: Any) -> None:  # noqa: ANN401, ARG001  gunicorn's signature
    """Let a worker end with a master that was killed outright."""
    die_with_parent(worker.ppid)
