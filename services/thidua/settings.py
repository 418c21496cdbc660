"""How one installation is set: files over nothing, environment over files, one frozen value out.

``config/base.toml`` holds every key with its default and the reason for it, ``config/<profile>.toml``
what a profile changes, the environment what one machine changes. Unknown keys and wrong types are
refused, naming file and key. The value is passed to what needs it, never imported.

Secrets come from the environment or from files named there, never from ``config``.
"""

from __future__ import annotations

import os
import secrets
import tomllib
from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path
from typing import Any
from typing import TypeVar
from zoneinfo import ZoneInfo
from zoneinfo import ZoneInfoNotFoundError

from thidua.domain.errors import InvalidConfigurationError

__all__ = ["EMBEDDED", "PRODUCTION", "TEST", "Settings", "load"]

EMBEDDED = "embedded"
PRODUCTION = "production"
TEST = "test"

#: A signing key below this can be searched for.
_SHORTEST_KEY_BYTES = 32
_ENVIRONMENT = "biến môi trường"
#: Read elsewhere, or by ``load`` before the keys.
_NOT_SETTINGS = frozenset({"THIDUA_PROFILE", "THIDUA_CONFIG_DIR", "THIDUA_REQUIRE_ALL_TESTS"})
_TESTS_PREFIX = "THIDUA_TEST_"

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything an installation can choose; ``config/base.toml`` says why for each.

    Addresses and keys are kept out of the representation, for they may hold passwords.
    """

    profile: str
    config_dir: Path
    #: Absolute; made by the first that writes into it.
    data_dir: Path
    database_url: str = field(repr=False)
    #: Of who migrates, with the right to make tables; empty where one role does everything.
    owner_database_url: str = field(repr=False)
    #: PostgreSQL's roles of the program and of readers, which the owner lets do what they need; empty for none.
    database_app_role: str
    database_read_role: str
    #: Empty: a private broker is started with the rest (``demo``, ``serve``).
    broker_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    #: Keys of before, which still open what they signed; newest first.
    secret_key_fallbacks: tuple[str, ...] = field(repr=False)
    host: str
    port: int
    #: Whether ``PORT`` names the port: a chosen one is never swapped for the next free one.
    port_is_chosen: bool
    #: How many reverse proxies stand in front, whose ``X-Forwarded-*`` are believed.
    proxy_hops: int
    secure_cookies: bool
    #: As ``adapters.clock.clock_from`` reads it; empty is the real time.
    clock: str
    #: Where civil dates are counted and times are shown.
    time_zone: ZoneInfo
    web_processes: int
    web_threads: int
    worker_pool: str
    worker_processes: int
    drain_interval_s: float
    drain_batch: int
    drain_limit_s: float
    worker_memory_mib: int
    job_lease_s: float
    rebuild_batch: int
    job_retention_days: int
    log_level: str

    @property
    def migrating_url(self) -> str:
        """The address by which the database is migrated."""
        return self.owner_database_url or self.database_url

    @property
    def files_dir(self) -> Path:
        """Where files laid beside reports are kept; all machines of an installation share it."""
        return self.data_dir / "files"

    @property
    def units_dir(self) -> Path:
        """Where the units of the province lie, one TOML file or more."""
        return self.config_dir / "units"

    @property
    def calendar_dir(self) -> Path:
        """Where holidays and swapped days lie, a TOML file per year."""
        return self.config_dir / "calendar"


def load(environ: Mapping[str, str] = os.environ, config_dir: Path | None = None) -> Settings:
    """Read the settings of this process.

    Makes the data folder and, once, its own signing key in ``secret-key`` there if none is given
    and the profile is not production.

    Args:
        environ: ``PORT``, ``THIDUA_*``; a variable set to nothing counts as not set.
        config_dir: the folder of ``base.toml``; else ``THIDUA_CONFIG_DIR``, else ``config`` beside
            the sources.

    Raises:
        InvalidConfigurationError: a file, key or variable is missing, unknown or wrong; its
            ``subject`` names file and key.
    """
    given = {name: value for name, value in environ.items() if value.strip()}
    profile = given.get("THIDUA_PROFILE", EMBEDDED)
    if profile not in {EMBEDDED, PRODUCTION, TEST}:
        raise _refusal(_ENVIRONMENT, "THIDUA_PROFILE", f"chỉ nhận {EMBEDDED}, {PRODUCTION} hoặc {TEST}")
    folder = config_dir or Path(given.get("THIDUA_CONFIG_DIR") or Path(__file__).parents[2] / "config")
    values = _Values()
    values.add_file(folder / "base.toml")
    if profile != EMBEDDED:
        values.add_file(folder / f"{profile}.toml")
    values.add_environment(given)
    data_dir = Path(values.take("data_dir", _text)).expanduser().absolute()
    settings = Settings(
        profile=profile,
        config_dir=folder.absolute(),
        data_dir=data_dir,
        database_url=_or_from_file(given, "THIDUA_DATABASE_URL", values.take("database_url", _text_or_empty))
        or f"sqlite:///{data_dir}/thidua.sqlite3",
        owner_database_url=_or_from_file(
            given, "THIDUA_OWNER_DATABASE_URL", values.take("owner_database_url", _text_or_empty)
        ),
        database_app_role=values.take("database_app_role", _text_or_empty),
        database_read_role=values.take("database_read_role", _text_or_empty),
        broker_url=_or_from_file(given, "THIDUA_BROKER_URL", values.take("broker_url", _text_or_empty)),
        secret_key=_secret_key(given, profile=profile, data_dir=data_dir),
        secret_key_fallbacks=tuple(_or_from_file(given, "THIDUA_SECRET_KEY_FALLBACKS", "").split()),
        host=values.take("host", _text),
        port=values.take("port", _whole(1, 65535)),
        port_is_chosen="PORT" in given,
        proxy_hops=values.take("proxy_hops", _whole(0, 5)),
        secure_cookies=values.take("secure_cookies", _flag),
        clock=values.take("clock", _text_or_empty),
        time_zone=values.take("time_zone", _zone),
        web_processes=values.take("web_processes", _whole(1, 64)),
        web_threads=values.take("web_threads", _whole(1, 128)),
        worker_pool=values.take("worker_pool", _choice("threads", "prefork")),
        worker_processes=values.take("worker_processes", _whole(1, 64)),
        drain_interval_s=values.take("drain_interval_s", _seconds(0.1, 60)),
        drain_batch=values.take("drain_batch", _whole(1, 10_000)),
        drain_limit_s=values.take("drain_limit_s", _seconds(1, 600)),
        worker_memory_mib=values.take("worker_memory_mib", _whole(256, 1_048_576)),
        job_lease_s=values.take("job_lease_s", _seconds(1, 3600)),
        rebuild_batch=values.take("rebuild_batch", _whole(1, 1000)),
        job_retention_days=values.take("job_retention_days", _whole(1, 36_500)),
        log_level=values.take("log_level", _choice("debug", "info", "warning", "error")),
    )
    values.finish()
    return settings


# --- where values come from -----------------------------------------------------------------------

#: Variables that do not carry their key's name.
_VARIABLES = {"data_dir": "THIDUA_DATA", "port": "PORT"}
#: Read by name, together with the file variable beside each.
_SECRETS = ("THIDUA_SECRET_KEY", "THIDUA_SECRET_KEY_FALLBACKS")
_MAY_BE_FILES = (*_SECRETS, "THIDUA_DATABASE_URL", "THIDUA_OWNER_DATABASE_URL", "THIDUA_BROKER_URL")


class _Values:
    """Values by key, each with the place that set it last; every key is asked for once."""

    def __init__(self) -> None:
        self._set: dict[str, tuple[object, str, str]] = {}
        self._known: set[str] = set()

    def add_file(self, path: Path) -> None:
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise _refusal(str(path), "", f"không đọc được ({error.strerror})") from None
        except ValueError as error:  # not TOML, or not UTF-8
            raise _refusal(str(path), "", f"không đúng dạng TOML ({error})") from None
        self._set.update({key: (value, str(path), key) for key, value in table.items()})

    def add_environment(self, given: Mapping[str, str]) -> None:
        keys = {name: key for key, name in _VARIABLES.items()}
        file_variables = {f"{name}_FILE" for name in _MAY_BE_FILES}
        for name in sorted(given):
            if not (name.startswith("THIDUA_") or name in keys):
                continue
            if name in _NOT_SETTINGS or name in _SECRETS or name in file_variables or name.startswith(_TESTS_PREFIX):
                continue
            key = keys.get(name, name.removeprefix("THIDUA_").lower())
            if key in _VARIABLES and name != _VARIABLES[key]:
                raise _refusal(_ENVIRONMENT, name, f"không có; hãy dùng {_VARIABLES[key]}")
            self._set[key] = (_FromEnvironment(given[name]), _ENVIRONMENT, name)

    def take(self, key: str, read: Callable[[object], _Value]) -> _Value:
        self._known.add(key)
        if key not in self._set:
            raise _refusal("base.toml", key, "thiếu khóa này")
        value, place, name = self._set[key]
        try:
            return read(value)
        except ValueError as error:
            raise _refusal(place, name, str(error)) from None

    def finish(self) -> None:
        for key, (_, place, name) in self._set.items():
            if key not in self._known:
                raise _refusal(place, name, "không có khóa nào tên như vậy")


class _FromEnvironment(str):
    """A text that may stand for a number or a yes or no; one in a file may not."""

    __slots__ = ()


def _or_from_file(given: Mapping[str, str], name: str, value: str) -> str:
    """Return the content of the file that ``<name>_FILE`` names, else ``value`` or the variable's."""
    path = given.get(f"{name}_FILE")
    if path is None:
        return value or given.get(name, "")
    if name in given:
        raise _refusal(_ENVIRONMENT, name, f"chỉ đặt một trong hai: {name} hoặc {name}_FILE")
    try:
        content = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise _refusal(_ENVIRONMENT, f"{name}_FILE", f"không đọc được {path} ({error})") from None
    if not content:
        raise _refusal(_ENVIRONMENT, f"{name}_FILE", f"tệp {path} trống")
    return content


def _refusal(place: str, key: str, reason: str) -> InvalidConfigurationError:
    subject = f"{place}: {key}" if key else place
    return InvalidConfigurationError(f"Cấu hình sai tại {subject}: {reason}.", subject=subject)


# --- the signing key ------------------------------------------------------------------------------


def _secret_key(given: Mapping[str, str], *, profile: str, data_dir: Path) -> str:
    key = _or_from_file(given, "THIDUA_SECRET_KEY", "")
    if not key and profile == PRODUCTION:
        raise _refusal(
            _ENVIRONMENT,
            "THIDUA_SECRET_KEY",
            f"chạy thật phải có khóa bí mật riêng, ít nhất {_SHORTEST_KEY_BYTES} byte "
            "(THIDUA_SECRET_KEY hoặc THIDUA_SECRET_KEY_FILE)",
        )
    if not key:
        return _own_key(data_dir)
    if len(key.encode()) < _SHORTEST_KEY_BYTES:
        raise _refusal(_ENVIRONMENT, "THIDUA_SECRET_KEY", f"ngắn quá, phải có ít nhất {_SHORTEST_KEY_BYTES} byte")
    return key


def _own_key(data_dir: Path) -> str:
    """Return the data folder's own key, made at the first start."""
    path = data_dir / "secret-key"
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            # Written whole under another name, then linked: of two first starts one wins, and a
            # start that was cut off leaves no half a key.
            draft = data_dir / f"secret-key.{secrets.token_hex(8)}"
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                with os.fdopen(descriptor, "w", encoding="ascii") as file:
                    file.write(secrets.token_urlsafe(48))
                    file.flush()
                    os.fsync(file.fileno())
                _link_once(draft, path)
            finally:
                draft.unlink(missing_ok=True)
        key = path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise InvalidConfigurationError(
            f"Không ghi được vào thư mục {data_dir} ({error.strerror}); hãy đặt THIDUA_DATA là thư mục khác. / "
            f"Cannot write to {data_dir}; set THIDUA_DATA to another folder.",
            subject="THIDUA_DATA",
        ) from None
    if len(key) < _SHORTEST_KEY_BYTES:
        raise _refusal(str(path), "", "khóa bị cắt cụt; hãy xóa tệp này để tạo khóa mới")
    return key


def _link_once(draft: Path, path: Path) -> None:
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return
    except OSError:  # a file system without hard links
        draft.rename(path)


# --- how values are read --------------------------------------------------------------------------


def _text_or_empty(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("phải là chữ")  # noqa: TRY004  one kind of refusal
    return str(value).strip()


def _text(value: object) -> str:
    text = _text_or_empty(value)
    if not text:
        raise ValueError("không được để trống")
    return text


def _zone(value: object) -> ZoneInfo:
    try:
        return ZoneInfo(_text(value))
    except (ZoneInfoNotFoundError, OSError):
        raise ValueError("không có múi giờ này") from None


def _flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, _FromEnvironment) and value.strip().lower() in {"true", "false", "1", "0"}:
        return value.strip().lower() in {"true", "1"}
    raise ValueError("phải là true hoặc false")


def _choice(*allowed: str) -> Callable[[object], str]:
    def read(value: object) -> str:
        if isinstance(value, str) and value in allowed:
            return str(value)
        raise ValueError(f"chỉ nhận {', '.join(allowed)}")

    return read


def _whole(lowest: int, highest: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        number: Any = value
        if isinstance(value, _FromEnvironment) and value.strip().isascii() and value.strip().isdigit():
            number = int(value)
        if type(number) is not int or not lowest <= number <= highest:
            raise ValueError(f"phải là số nguyên từ {lowest} đến {highest}")
        return number

    return read


def _seconds(lowest: float, highest: float) -> Callable[[object], float]:
    def read(value: object) -> float:
        refusal = ValueError(f"phải là số giây từ {lowest:g} đến {highest:g}")
        if isinstance(value, _FromEnvironment):
            try:
                number = float(value)
            except ValueError:
                raise refusal from None
        elif type(value) in {int, float}:
            number = float(str(value))
        else:
            raise refusal
        if not lowest <= number <= highest:
            raise refusal
        return number

    return read
