"""How one installation is set: files over nothing, environment over files, one frozen value out.

``config/base.toml`` holds every key with its default and the reason for it, ``config/<profile>.toml``
what a profile changes, the environment what one machine changes. Unknown keys and wrong types are
refused, naming file and key. The value is passed to what needs it, never imported.

Secrets come from the environment or from files named there, never from ``config``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from ipaddress import ip_address
from pathlib import Path
from zoneinfo import ZoneInfo

from thidua.demo_clock import clock_of_demo
from thidua.provider_settings import PROVIDER_KEYS
from thidua.provider_settings import ProviderSettings
from thidua.provider_settings import read_provider
from thidua.secret_keys import AUDIT_KEY
from thidua.secret_keys import ENVIRONMENT
from thidua.secret_keys import SECRET_KEY
from thidua.secret_keys import read_former
from thidua.secret_keys import read_key
from thidua.secret_keys import read_secret
from thidua.secret_keys import refusal
from thidua.secret_keys import require_private_file
from thidua.secret_keys import require_random
from thidua.setting_values import MAY_BE_FILES
from thidua.setting_values import Values
from thidua.setting_values import choice
from thidua.setting_values import contact
from thidua.setting_values import filled_text
from thidua.setting_values import flag
from thidua.setting_values import seconds
from thidua.setting_values import text_or_empty
from thidua.setting_values import whole
from thidua.setting_values import zone

__all__ = ["EMBEDDED", "PRODUCTION", "TEST", "Settings", "load", "shipped_config"]

EMBEDDED = "embedded"
PRODUCTION = "production"
TEST = "test"


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
    #: Keys the audit trail's chain; never the same as ``secret_key``.
    audit_key: str = field(repr=False)
    #: Keys of before, under which older entries are verified; newest first.
    audit_key_fallbacks: tuple[str, ...] = field(repr=False)
    host: str
    port: int
    #: Whether ``PORT`` names the port: a chosen one is never swapped for the next free one.
    port_is_chosen: bool
    #: How many reverse proxies stand in front, whose ``X-Forwarded-*`` are believed.
    proxy_hops: int
    secure_cookies: bool
    session_idle_minutes: int
    session_hours: int
    #: ``required``: the roles that ``permissions.toml`` names can do nothing without one; ``optional``.
    second_factor: str
    #: Whether people may sign in by passwords; never off without a provider.
    takes_passwords: bool
    #: Of single sign-on; None for none.
    provider: ProviderSettings | None
    #: As ``adapters.clock.clock_from`` reads it; empty is the real time.
    clock: str
    #: Whether ``clock`` was set, and not found in the data folder of a demo.
    clock_is_chosen: bool
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
    #: Whether plugins are tried in a process of their own before they serve.
    plugin_trial: bool
    plugin_trial_s: float
    plugin_trial_mib: int
    rule_limit_s: float
    #: Where the audit trail's head is kept outside the database; absolute.
    audit_anchor_file: Path
    audit_retention_days: int
    #: While an inquiry needs the audit trail whole, nothing of it may be archived.
    audit_hold: bool
    log_level: str
    #: ``json``: a line is an object with its instant in UTC; ``text``: as people read it.
    log_format: str
    #: Where people who found a weakness write to (``mailto:``, ``https:``, ``tel:``); empty: nowhere.
    security_contact: str

    @property
    def migrating_url(self) -> str:
        """The address by which the database is migrated."""
        return self.owner_database_url or self.database_url

    @property
    def files_dir(self) -> Path:
        """Where files laid beside reports are kept; all machines of an installation share it."""
        return self.data_dir / "files"

    @property
    def judging_dir(self) -> Path:
        """Where processes of this machine write what they judge, for those who start after them."""
        return self.data_dir / "judging"

    @property
    def plugin_verdicts_file(self) -> Path:
        """Where is kept what trials of plugins found."""
        return self.data_dir / "plugins.json"

    @property
    def units_dir(self) -> Path:
        """Where the units of the province lie, one TOML file or more."""
        return self.config_dir / "units"

    @property
    def calendar_dir(self) -> Path:
        """Where holidays and swapped days lie, a TOML file per year."""
        return self.config_dir / "calendar"


def shipped_config() -> Path:
    """Return the folder of settings, calendars and units: beside the sources, or in the package of a wheel."""
    sources = Path(__file__).parents[2] / "config"
    return sources if (sources / "base.toml").is_file() else Path(__file__).parent / "config"


def load(environ: Mapping[str, str] = os.environ, config_dir: Path | None = None) -> Settings:
    """Read the settings of this process.

    Makes the data folder and, once, its own keys in ``secret-key`` and ``audit-key`` there if none
    are given and the profile is not production.

    Args:
        environ: ``PORT``, ``THIDUA_*``; a variable set to nothing counts as not set.
        config_dir: the folder of ``base.toml``; else ``THIDUA_CONFIG_DIR``, else the shipped one.

    Raises:
        InvalidConfigurationError: a file, key or variable is missing, unknown or wrong; its
            ``subject`` names file and key.
    """
    given = {name: value for name, value in environ.items() if value.strip()}
    profile = given.get("THIDUA_PROFILE", EMBEDDED)
    if profile not in {EMBEDDED, PRODUCTION, TEST}:
        raise refusal(ENVIRONMENT, "THIDUA_PROFILE", f"chỉ nhận {EMBEDDED}, {PRODUCTION} hoặc {TEST}")
    folder = config_dir or Path(given.get("THIDUA_CONFIG_DIR") or shipped_config())
    values = Values()
    values.add_file(folder / "base.toml")
    if profile != EMBEDDED:
        values.add_file(folder / f"{profile}.toml")
    values.add_environment(given)
    data_dir = Path(values.take("data_dir", filled_text)).expanduser().absolute()
    secret_key, audit_key = (
        read_key(given, key, data_dir=data_dir, must_be_given=profile == PRODUCTION) for key in (SECRET_KEY, AUDIT_KEY)
    )
    if secret_key == audit_key:
        # Who can sign a cookie must not be able to write the trail anew.
        raise refusal(ENVIRONMENT, AUDIT_KEY.variable, f"phải khác {SECRET_KEY.variable}")
    clock = values.take("clock", text_or_empty)
    takes_passwords = values.take("passwords", choice("on", "off")) == "on"
    settings = Settings(
        profile=profile,
        config_dir=folder.absolute(),
        data_dir=data_dir,
        database_url=read_secret(given, "THIDUA_DATABASE_URL", values.take("database_url", text_or_empty))
        or f"sqlite:///{data_dir}/thidua.sqlite3",
        owner_database_url=read_secret(
            given, "THIDUA_OWNER_DATABASE_URL", values.take("owner_database_url", text_or_empty)
        ),
        database_app_role=values.take("database_app_role", text_or_empty),
        database_read_role=values.take("database_read_role", text_or_empty),
        broker_url=read_secret(given, "THIDUA_BROKER_URL", values.take("broker_url", text_or_empty)),
        secret_key=secret_key,
        secret_key_fallbacks=read_former(given, SECRET_KEY),
        audit_key=audit_key,
        audit_key_fallbacks=read_former(given, AUDIT_KEY),
        host=values.take("host", filled_text),
        port=values.take("port", whole(1, 65535)),
        port_is_chosen="PORT" in given,
        proxy_hops=values.take("proxy_hops", whole(0, 5)),
        secure_cookies=values.take("secure_cookies", flag),
        session_idle_minutes=values.take("session_idle_minutes", whole(5, 720)),
        session_hours=values.take("session_hours", whole(1, 24)),
        second_factor=values.take("second_factor", choice("required", "optional")),
        clock=clock or (clock_of_demo(data_dir) if profile == EMBEDDED else ""),
        clock_is_chosen=bool(clock),
        takes_passwords=takes_passwords,
        provider=read_provider(
            given, {key: values.take(key, text_or_empty) for key in PROVIDER_KEYS}, takes_passwords=takes_passwords
        ),
        time_zone=values.take("time_zone", zone),
        web_processes=values.take("web_processes", whole(1, 64)),
        web_threads=values.take("web_threads", whole(1, 128)),
        worker_pool=values.take("worker_pool", choice("threads", "prefork")),
        worker_processes=values.take("worker_processes", whole(1, 64)),
        drain_interval_s=values.take("drain_interval_s", seconds(0.1, 60)),
        drain_batch=values.take("drain_batch", whole(1, 10_000)),
        drain_limit_s=values.take("drain_limit_s", seconds(1, 600)),
        worker_memory_mib=values.take("worker_memory_mib", whole(256, 1_048_576)),
        job_lease_s=values.take("job_lease_s", seconds(1, 3600)),
        rebuild_batch=values.take("rebuild_batch", whole(1, 1000)),
        job_retention_days=values.take("job_retention_days", whole(1, 36_500)),
        plugin_trial=values.take("plugin_trial", flag),
        plugin_trial_s=values.take("plugin_trial_s", seconds(0.5, 300)),
        plugin_trial_mib=values.take("plugin_trial_mib", whole(256, 65_536)),
        rule_limit_s=values.take("rule_limit_s", seconds(0.1, 30)),
        audit_anchor_file=_anchor_file(values.take("audit_anchor_file", text_or_empty), data_dir),
        audit_retention_days=values.take("audit_retention_days", whole(1, 36_500)),
        audit_hold=values.take("audit_hold", flag),
        log_level=values.take("log_level", choice("debug", "info", "warning", "error")),
        log_format=values.take("log_format", choice("json", "text")),
        security_contact=values.take("security_contact", contact),
    )
    values.finish()
    _require_safe(settings, given)
    return settings


def _require_safe(settings: Settings, given: Mapping[str, str]) -> None:
    """Refuse what is good enough to try out and not where others reach the installation.

    Raises:
        InvalidConfigurationError: names the variable and the way out.
    """
    if settings.profile == PRODUCTION:
        for name in MAY_BE_FILES:
            require_private_file(given, name)
        if not settings.secure_cookies:
            raise refusal(ENVIRONMENT, "THIDUA_SECURE_COOKIES", "chạy thật phải qua TLS, không được tắt")
        if settings.database_url.startswith("sqlite"):
            # Several programs write there, on several machines; and rights within the database are none.
            raise refusal(
                ENVIRONMENT, "THIDUA_DATABASE_URL", "chạy thật phải dùng PostgreSQL; một máy với SQLite: thidua serve"
            )
    if settings.profile != PRODUCTION and _is_loopback(settings.host):
        return
    if given.get("FLASK_DEBUG", "0").strip().lower() not in {"0", "false", "no"}:
        raise refusal(ENVIRONMENT, "FLASK_DEBUG", "không được bật gỡ lỗi khi máy khác vào được; hãy bỏ biến này")
    for key, current, former in (
        (SECRET_KEY, settings.secret_key, settings.secret_key_fallbacks),
        (AUDIT_KEY, settings.audit_key, settings.audit_key_fallbacks),
    ):
        require_random(key.variable, current)
        for each in former:
            require_random(key.former, each)


def _anchor_file(text: str, data_dir: Path) -> Path:
    return Path(text).expanduser().absolute() if text else data_dir / "audit-anchors.jsonl"


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
