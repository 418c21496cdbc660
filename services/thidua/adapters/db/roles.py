"""Who may do what to which table: the program's role and the readers' role on PostgreSQL.

Three roles share one database. The **owner** migrates and is used for nothing else. The **program**
(web, workers, beat, commands) changes rows and no table; to what was filed or noted it can only add.
**Readers** (exports, other programs) read, and what opens doors they do not see. Everything a role may
do stands here, table by table; a table that does not stand here is closed to both.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from typing import Any
from typing import Final

from psycopg import sql
from sqlalchemy import Connection
from sqlalchemy import text

from thidua.adapters.db.engine import make_engine
from thidua.adapters.db.options import DatabaseOptions
from thidua.adapters.db.unavailable import unavailable_if_lost
from thidua.domain.errors import InvalidConfigurationError

__all__ = ["TABLES", "Access", "Roles", "apply_roles", "is_kept_by_no_fence"]


@dataclass(frozen=True, slots=True)
class Access:
    """What the program may do to a table, and which columns readers read.

    Attributes:
        program: privileges as PostgreSQL names them.
        readers: None for all columns.
        open_because: why every unit's rows are shown to whoever may read at all; empty where
            row-level security keeps the table.
    """

    program: str
    open_because: str = ""
    readers: tuple[str, ...] | None = None


_ADDED: Final = "SELECT, INSERT"
_CHANGED: Final = "SELECT, INSERT, UPDATE"
_WHOLE: Final = "SELECT, INSERT, UPDATE, DELETE"
_NO_UNITS_ROWS: Final = "holds no unit's rows"
_IDENTITY: Final = "who asks is found out here, before it is known whose rows may be seen"

TABLES: Final[Mapping[str, Access]] = {
    # The ledger.
    "report": Access(_CHANGED),
    "report_revision": Access(_ADDED),
    "report_event": Access(_ADDED),
    "obligation": Access(_CHANGED),
    "obligation_change": Access(_ADDED),
    "outbox": Access(_WHOLE),
    # What is being written.
    "draft": Access(_WHOLE),
    "draft_cell": Access(_WHOLE),
    "evidence": Access(_CHANGED),
    "attachment": Access(_ADDED, "a file's digest and size; whose it is stands in evidence"),
    # What is counted.
    "fact": Access(_WHOLE),
    "rollup": Access(_WHOLE),
    "unit_filing": Access(_WHOLE),
    "rollup_shard": Access(_WHOLE),
    "status": Access(_WHOLE),
    "round_under_way": Access(_WHOLE, _NO_UNITS_ROWS),
    "worker_seen": Access(_CHANGED, _NO_UNITS_ROWS),
    "job": Access(_WHOLE, "background work of the whole installation"),
    "job_chunk": Access(_WHOLE, "background work of the whole installation"),
    "rule_trouble": Access(_WHOLE, "codes of rules that failed and of the units they failed for, nothing of reports"),
    "form_hold": Access(_WHOLE, _NO_UNITS_ROWS),
    # The plan.
    "unit": Access(_CHANGED, "names of the units are known to all"),
    "unit_version": Access(_WHOLE, "names of the units are known to all"),
    "unit_succession": Access(_ADDED, "names of the units are known to all"),
    "unit_succession_link": Access(_ADDED, "names of the units are known to all"),
    "campaign": Access(_CHANGED, _NO_UNITS_ROWS),
    "period": Access(_CHANGED, _NO_UNITS_ROWS),
    # What campaigns were when they were opened: to be added to, never changed.
    "pinned_text": Access(_ADDED, _NO_UNITS_ROWS),
    "campaign_pin": Access(_ADDED, _NO_UNITS_ROWS),
    # People.
    "account": Access(_CHANGED, _IDENTITY, ("id", "name", "full_name", "position", "created_at", "disabled_at")),
    "membership": Access(_CHANGED, _IDENTITY),
    "session": Access(_WHOLE, _IDENTITY, ()),
    "api_token": Access(_WHOLE, _IDENTITY, ()),
    "prepared_membership": Access(_CHANGED, _IDENTITY),
    "invitation": Access(_CHANGED, _IDENTITY, ()),
    "second_factor": Access(_WHOLE, _IDENTITY, ()),
    "recovery_code": Access(_WHOLE, _IDENTITY, ()),
    "pending_sign_in": Access(_WHOLE, _IDENTITY, ()),
    "known_device": Access(_WHOLE, _IDENTITY, ()),
    "identity": Access(_WHOLE, _IDENTITY, ()),
    "used_trip": Access(_WHOLE, _IDENTITY, ()),
    "tried": Access(_WHOLE, _IDENTITY, ()),
    # What is noted about who did what: to be added to, never changed.
    "audit_entry": Access(_ADDED, "read by no unit's people; who may read it is the use cases' business"),
    "audit_seal": Access(_ADDED, _NO_UNITS_ROWS),
    # The owner alone archives the trail's beginning.
    "audit_checkpoint": Access("SELECT", _NO_UNITS_ROWS),
    "alembic_version": Access("SELECT", _NO_UNITS_ROWS),
}

_OPTIONS: Final = DatabaseOptions(application_name="thidua-db-roles", pool_size=1, pool_overflow=0)
_LOCK: Final = text("SELECT pg_advisory_xact_lock(hashtextextended('thidua roles', 0))")
_PRESENT: Final = text(
    "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')"
)
_OWN_DATABASE: Final = text(
    "SELECT datname FROM pg_database WHERE datname = current_database() AND pg_has_role(datdba, 'USAGE')"
)
_ROLE: Final = text(
    "SELECT rolsuper OR rolbypassrls AS is_above,"
    " EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'"
    " AND pg_has_role(rolname, relowner, 'MEMBER')) AS is_owner"
    " FROM pg_roles WHERE rolname = :name"
)


@dataclass(frozen=True, slots=True)
class Roles:
    """Names of the two roles, empty for none; passwords of those whose password is to be set."""

    program: str
    readers: str = ""
    passwords: Mapping[str, str] = field(default_factory=dict, repr=False)


def apply_roles(url: str, roles: Roles) -> None:
    """Make the roles that are missing and let each do what stands in :data:`TABLES`; any number of times.

    Args:
        url: the address of the owner of the tables.
        roles: whom to make.

    Raises:
        InvalidConfigurationError: it is no PostgreSQL, a role is above the fence, or the owner may
            make no roles and one is missing.
        UnavailableError: the database does not answer.
    """
    engine = make_engine(url, _OPTIONS)
    try:
        if engine.dialect.name != "postgresql":
            raise InvalidConfigurationError(
                "Chỉ PostgreSQL có vai trò; SQLite do một tệp giữ, không có vai trò nào.", subject="database_app_role"
            )
        with unavailable_if_lost(), engine.begin() as connection:
            connection.execute(_LOCK)
            if database := connection.execute(_OWN_DATABASE).scalar_one_or_none():
                # A table for the time of a session is a table.
                _run(connection, sql.SQL("REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC").format(_id(database)))
            for name in filter(None, (roles.program, roles.readers)):
                _make(connection, name, roles.passwords.get(name, ""))
            present = set(connection.execute(_PRESENT).scalars())
            if roles.program:
                _grant_program(connection, roles.program, present)
            if roles.readers:
                _grant_readers(connection, roles.readers, present)
    finally:
        engine.dispose()


def is_kept_by_no_fence(url: str) -> bool:
    """Tell whether row-level security does not hold for this address: a superuser's, or the tables' owner's.

    Raises:
        UnavailableError: the database does not answer.
    """
    engine = make_engine(url, _OPTIONS)
    try:
        if engine.dialect.name != "postgresql":
            return False
        with unavailable_if_lost(), engine.connect() as connection:
            name = connection.execute(text("SELECT current_user")).scalar_one()
            row = connection.execute(_ROLE, {"name": name}).one()
            return bool(row.is_above or row.is_owner)
    finally:
        engine.dispose()


def _make(connection: Connection, name: str, password: str) -> None:
    found = connection.execute(_ROLE, {"name": name}).one_or_none()
    if found is None:
        may = "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
        if not connection.execute(text(may)).scalar_one():
            raise InvalidConfigurationError(
                f"Chưa có vai trò {name} và chủ cơ sở dữ liệu không được tạo vai trò. "
                f"Hãy nhờ người quản trị PostgreSQL chạy: CREATE ROLE {name} LOGIN;",
                subject=name,
            )
        _run(connection, sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(name)))
    elif found.is_above or found.is_owner:
        raise InvalidConfigurationError(
            f"Vai trò {name} là chủ các bảng hoặc có quyền vượt rào, không dùng được cho chương trình.", subject=name
        )
    if password:
        driver: Any = connection.connection.driver_connection
        # Hashed here: what is sent may stand in the server's log.
        secret = driver.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
        _run(connection, sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(name), sql.Literal(secret)))


def _grant_program(connection: Connection, role: str, present: Iterable[str]) -> None:
    name = sql.Identifier(role)
    _close(connection, name)
    for table in sorted(present):
        if table in TABLES:
            _run(connection, sql.SQL("GRANT {} ON {} TO {}").format(_sql(TABLES[table].program), _id(table), name))


def _grant_readers(connection: Connection, role: str, present: Iterable[str]) -> None:
    name = sql.Identifier(role)
    _close(connection, name)
    for table in sorted(present):
        access = TABLES.get(table)
        if access is None or access.readers == ():
            continue
        columns: sql.Composable = sql.SQL("")
        if access.readers is not None:
            columns = sql.SQL("({})").format(sql.SQL(", ").join(map(sql.Identifier, access.readers)))
        _run(connection, sql.SQL("GRANT SELECT {} ON {} TO {}").format(columns, _id(table), name))
    [database] = connection.execute(text("SELECT current_database()")).scalars()
    for setting, value in (("default_transaction_read_only", "on"), ("thidua.units", "*")):
        _run(
            connection,
            sql.SQL("ALTER ROLE {} IN DATABASE {} SET {} = {}").format(
                name, sql.Identifier(database), _sql(setting), sql.Literal(value)
            ),
        )


def _close(connection: Connection, role: sql.Identifier) -> None:
    _run(connection, sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA {} FROM {}").format(_schema(connection), role))
    _run(connection, sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(_schema(connection), role))


def _schema(connection: Connection) -> sql.Identifier:
    return sql.Identifier(connection.execute(text("SELECT current_schema()")).scalar_one())


def _id(name: str) -> sql.Identifier:
    return sql.Identifier(name)


def _sql(words: str) -> sql.SQL:
    return sql.SQL(words)


def _run(connection: Connection, statement: sql.Composed) -> None:
    driver: Any = connection.connection.driver_connection
    connection.exec_driver_sql(statement.as_string(driver).replace("%", "%%"))
