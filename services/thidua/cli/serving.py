"""Commands that start something and stay: the whole tree, or one part of it.

Parts become what they run (``exec``): no process of ours stays in between. The whole tree is run
by ``thidua.supervisor``, for which everything is written down here, by the same functions that
the single parts use.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import socket
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from typing import NoReturn

import click

from thidua.adapters.broker import BELL_QUEUE
from thidua.adapters.broker import JOBS_QUEUE
from thidua.adapters.broker import SilentBell
from thidua.adapters.clock import SimulatedClock
from thidua.adapters.clock import clock_from
from thidua.adapters.embedded_broker import embedded_broker
from thidua.adapters.embedded_broker import private_socket_dir
from thidua.adapters.log_lines import JSON
from thidua.application.background.job_schedule import NOBODY_WORKS
from thidua.application.background.job_schedule import find_alarms
from thidua.bootstrap import build_host
from thidua.cli.preparing import prepare_demo
from thidua.cli.preparing import prepare_serve
from thidua.cli.preparing import require_database
from thidua.cli.preparing import require_way_in
from thidua.demo_clock import clock_file
from thidua.domain.errors import InvalidConfigurationError
from thidua.domain.errors import UnavailableError
from thidua.settings import Settings
from thidua.settings import load

__all__ = ["COMMANDS"]

_LOG_BYTES = 10_000_000
#: Ports tried after the usual one, unless one was asked for.
_PORTS_TRIED = 50
#: What a worker can be told to serve; all if it is told nothing.
_QUEUES = (BELL_QUEUE, JOBS_QUEUE)
#: A worker that has done no task for this long does not hear.
_SILENT_LIMIT_S = 60


def _queues(_context: click.Context, _option: click.Parameter, value: str) -> tuple[str, ...]:
    queues = tuple(dict.fromkeys(name.strip() for name in value.split(",") if name.strip()))
    if unknown := [name for name in queues if name not in _QUEUES]:
        raise click.BadParameter(f"không có hàng đợi {', '.join(unknown)}; chỉ có {', '.join(_QUEUES)}.")
    return queues


def queues_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--queues`` to a command."""
    return click.option(
        "--queues",
        default="",
        callback=_queues,
        help=f"Chỉ phục vụ các hàng đợi này, cách nhau bằng dấu phẩy: {', '.join(_QUEUES)}.",
    )(command)


@click.command()
@click.option("--empty", is_flag=True, help="Chỉ có đơn vị, phong trào và tài khoản, chưa có báo cáo nào.")
@click.option("--port", type=click.IntRange(1, 65535), help="Cổng (mặc định: PORT, hoặc 8000).")
def demo(port: int | None, *, empty: bool) -> None:
    """Run a sample campaign under way, in a simulated September 2021, with everything it needs."""
    settings = _with_port(load(), port)
    lock, listener = _take_places(settings)
    info = prepare_demo(settings, empty=empty, say=click.echo)
    width = max((len(role) for role, _, _ in info.accounts), default=0)
    names = max((len(name) for _, name, _ in info.accounts), default=0)
    # The clock that the folder keeps is that of the start before.
    clock = _anchored(settings.clock if settings.clock_is_chosen else info.clock)
    _supervise(
        _with_clock(settings, clock),
        lock=lock,
        listener=listener,
        lines=(
            f"Đồng hồ mô phỏng / simulated clock: {clock.partition('@')[0]}",
            "Tài khoản / accounts:",
            *(f"  {role:<{width}}  {name:<{names}}  {password}" for role, name, password in info.accounts),
        ),
    )


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Cổng (mặc định: PORT, hoặc 8000).")
def serve(port: int | None) -> None:
    """Run everything on this machine, with real data in the data folder."""
    settings = _with_port(load(), port)
    lock, listener = _take_places(settings)
    settings = _with_clock(settings, _anchored(settings.clock if settings.clock_is_chosen else ""))
    prepare_serve(settings, say=click.echo)
    require_way_in(settings)
    _supervise(settings, lock=lock, listener=listener, lines=())


@click.command()
def web() -> None:
    """Run the pages and the API (one part; ``serve`` runs all)."""
    settings = load()
    require_database(settings)
    require_way_in(settings)
    address = f"[{settings.host}]" if ":" in settings.host else settings.host
    _become(_web_command(settings, bind=f"{address}:{settings.port}"))


@click.command()
@queues_option
def worker(queues: tuple[str, ...]) -> None:
    """Run a worker (one part; ``serve`` runs all)."""
    settings = load()
    _require_broker(settings)
    require_database(settings)
    _become((*_worker_command(), *queues))


@click.command()
def beat() -> None:
    """Run the beat, exactly one in an installation (one part; ``serve`` runs all)."""
    settings = load()
    _require_broker(settings)
    require_database(settings)
    _become(_beat_command())


@click.command()
@click.argument("part", type=click.Choice(["web", "worker", "beat"]))
@queues_option
def healthcheck(part: str, queues: tuple[str, ...]) -> None:
    """Exit 0 if PART does its work, 1 if not; for containers and timers.

    A worker and the beat are judged by work done in the last minute, never by their processes; a
    worker of the queue jobs alone by whether free work lies about that nobody takes.
    """
    settings = load()
    if part == "web":
        problem = _page_problem(settings)
    else:
        problem = _jobs_problem(settings) if queues == (JOBS_QUEUE,) else _work_problem(settings)
    if problem:
        click.echo(problem, err=True)
        sys.exit(1)


COMMANDS: tuple[click.Command, ...] = (demo, serve, web, worker, beat, healthcheck)


# --- the parts ------------------------------------------------------------------------------------


def _web_command(settings: Settings, *, bind: str) -> tuple[str, ...]:
    return (
        *(sys.executable, "-m", "gunicorn", "--config", "python:thidua.supervisor.gunicorn_settings"),
        *("--bind", bind),
        *("--workers", str(settings.web_processes), "--threads", str(settings.web_threads)),
        *("--log-level", settings.log_level),
        *(("--logger-class", "thidua.supervisor.gunicorn_lines.JsonLogger") if settings.log_format == JSON else ()),
        "thidua.web.wsgi:app",
    )


def _worker_command() -> tuple[str, ...]:
    return (sys.executable, "-m", "thidua_workers.worker")


def _beat_command() -> tuple[str, ...]:
    return (sys.executable, "-m", "thidua_workers.beat")


def _become(command: tuple[str, ...]) -> NoReturn:
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(command[0], command)  # noqa: S606  no shell is wanted


def _require_broker(settings: Settings) -> None:
    if not settings.broker_url:
        raise InvalidConfigurationError(
            "Chưa đặt THIDUA_BROKER_URL; lệnh thidua serve và thidua demo tự chạy hàng đợi của mình.",
            subject="THIDUA_BROKER_URL",
        )


# --- the whole tree -------------------------------------------------------------------------------


def _with_port(settings: Settings, port: int | None) -> Settings:
    return settings if port is None else replace(settings, port=port, port_is_chosen=True)


def _anchored(clock: str) -> str:
    """Fix when a simulated clock started: every process of the tree has to agree."""
    found = clock_from(clock)
    return found.text if isinstance(found, SimulatedClock) else ""


def _with_clock(settings: Settings, clock: str) -> Settings:
    """Go by a clock, empty for the real one, and let the commands that are given beside it do so too."""
    kept = clock_file(settings.data_dir)
    if clock:
        kept.write_text(f"{clock}\n", encoding="ascii")
    else:
        kept.unlink(missing_ok=True)
    return replace(settings, clock=clock)


def _take_places(settings: Settings) -> tuple[int, socket.socket]:
    """Take the data folder and the port before any work is done for them.

    Returns:
        The descriptor that holds the lock, and the listening socket; both outlive ``exec``.
    """
    lock = _lock(settings.data_dir)
    listener = _listen(settings)
    os.set_inheritable(lock, True)  # noqa: FBT003  takes no keyword
    listener.set_inheritable(True)
    return lock, listener


def _lock(data_dir: Path) -> int:
    """Take the data folder for this start; the kernel gives it back when the tree ends, however it ends."""
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(data_dir / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise InvalidConfigurationError(
            f"Không ghi được vào thư mục {data_dir} ({error.strerror}). / Cannot write to {data_dir}.",
            subject=str(data_dir),
        ) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise UnavailableError(
            f"Đã có một thidua khác đang chạy với thư mục dữ liệu {data_dir}; hãy dừng nó, hoặc đặt THIDUA_DATA là "
            "thư mục khác. / Another thidua is running on this data folder; stop it, or set THIDUA_DATA.",
            subject=str(data_dir),
        ) from None
    return lock


def _listen(settings: Settings) -> socket.socket:
    """Listen on the port; if it was not asked for by number, on the next free one.

    The supervisor keeps the socket: when the web server is replaced, visitors wait a moment
    instead of being refused.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    tries = 1 if settings.port_is_chosen else _PORTS_TRIED
    for port in range(settings.port, min(settings.port + tries, 65536)):
        try:
            return socket.create_server((settings.host, port), family=family, backlog=512)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise InvalidConfigurationError(
                    f"Không mở được cổng {port} tại {settings.host} ({error.strerror}). / Cannot listen there.",
                    subject="PORT",
                ) from None
    raise UnavailableError(
        f"Cổng {settings.port} đang có chương trình khác dùng; hãy đặt PORT là số khác. / "
        f"Port {settings.port} is taken; set PORT to another.",
        subject="PORT",
    )


def _supervise(settings: Settings, *, lock: int, listener: socket.socket, lines: Sequence[str]) -> NoReturn:
    """Write down the tree and become its supervisor, which carries none of our imports."""
    host, port = listener.getsockname()[:2]
    seen_host = "127.0.0.1" if host == "0.0.0.0" else f"[{host}]" if ":" in host else host  # noqa: S104  not bound here
    logs = settings.data_dir / "logs"
    logs.mkdir(mode=0o700, exist_ok=True)
    environment = {
        "THIDUA_DATA": str(settings.data_dir),
        "THIDUA_CONFIG_DIR": str(settings.config_dir),
        "THIDUA_CLOCK": settings.clock,
        "PORT": str(port),
        # Fewer heaps for a few threads: some MB less in each process.
        "MALLOC_ARENA_MAX": "2",
    }
    children: list[dict[str, object]] = []
    remove: list[str] = []
    if not settings.broker_url:
        broker = embedded_broker(data_dir=settings.data_dir, socket_dir=private_socket_dir(settings.data_dir))
        environment["THIDUA_BROKER_URL"] = broker.url
        remove.append(str(broker.socket.parent))
        children.append(
            {
                "name": "broker",
                "command": broker.command,
                "ready_socket": str(broker.socket),
                "discard": str(broker.state_dir),
                "ends_last": True,
            }
        )
    children += [
        {"name": "web", "command": _web_command(settings, bind="fd://{listen_fd}"), "is_essential": True},
        {"name": "worker", "command": _worker_command()},
        {"name": "beat", "command": _beat_command(), "delay_s": 1.0},
    ]
    spec = {
        "children": children,
        "log": str(logs / "thidua.log"),
        "log_bytes": _LOG_BYTES,
        "lock_fd": lock,
        "listen_fd": listener.detach(),
        "host": seen_host.strip("[]"),
        "port": port,
        "alive_path": "/healthz",
        "ready_path": "/readyz",
        "deaf_after_s": _SILENT_LIMIT_S,
        "environment": environment,
        "remove": remove,
        "started": [
            f"thidua đang chạy tại / is running at: http://{seen_host}:{port}/",
            *(
                (f"Cổng {settings.port} đang bận nên dùng cổng {port}. / Port {settings.port} is taken.",)
                * (port != settings.port)
            ),
            *lines,
            f"Nhật ký / log: {logs / 'thidua.log'}",
            "Nhấn Ctrl-C để dừng. / Press Ctrl-C to stop.",
        ],
    }
    with tempfile.NamedTemporaryFile(  # mode 0600; the supervisor removes it once read
        "w", encoding="utf-8", dir=settings.data_dir, prefix="tree-", suffix=".json", delete=False
    ) as file:
        json.dump(spec, file, ensure_ascii=False)
    _become((sys.executable, "-m", "thidua.supervisor", file.name))


# --- health ---------------------------------------------------------------------------------------


def _page_problem(settings: Settings) -> str:
    """Ask the web server of this very machine; the empty text is health."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{settings.port}/readyz", timeout=5):
            return ""
    except (urllib.error.URLError, OSError) as error:
        return f"Trang web không sẵn sàng: {error}."


def _jobs_problem(settings: Settings) -> str:
    """Look for background work that nobody takes; the empty text is health."""
    alarms = find_alarms(build_host(settings, bell=SilentBell()))
    return next((alarm.message for alarm in alarms if alarm.code == NOBODY_WORKS), "")


def _work_problem(settings: Settings) -> str:
    """Look into the database for the last task that worked; the empty text is health."""
    host = build_host(settings, bell=SilentBell())
    with host.work.reading() as work:
        health = work.health()
    if health.worked_at is None:
        return "Chưa có việc nào được làm."
    silent_s = (host.clock.at(health.database_now) - health.worked_at).total_seconds()
    return f"Không có việc nào được làm trong {silent_s:.0f} giây." if silent_s > _SILENT_LIMIT_S else ""
