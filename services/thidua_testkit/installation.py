"""A small installation for tests: real database, real plugins and units, a clock one can set."""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from datetime import UTC
from datetime import date
from datetime import datetime
from datetime import timedelta
from functools import cache
from pathlib import Path

from thidua.adapters.anchor_file import AnchorFile
from thidua.adapters.db.unit_of_work import DatabaseUnitsOfWork
from thidua.adapters.files import read_calendar
from thidua.adapters.files import read_directory_file
from thidua.adapters.reception import FileReception
from thidua.adapters.seals import AesSeals
from thidua.adapters.stored_files import DiskFiles
from thidua.application.background.drain import drain
from thidua.application.background.drain import refresh_expired
from thidua.application.background.rebuilding import rebuild_document
from thidua.application.background.rebuilding import rebuild_units
from thidua.application.periods.campaigns import open_campaign
from thidua.application.periods.campaigns import open_period
from thidua.application.periods.directory import import_directory
from thidua.application.ports.host import Catalogue
from thidua.application.ports.host import Host
from thidua.application.ports.refusals import RefusalGate
from thidua.application.ports.surroundings import DRAIN_BELL
from thidua.application.ports.trail_ports import TrailCustody
from thidua.bootstrap import installed_plugins
from thidua.domain.accounts import Actor
from thidua.domain.accounts import Membership
from thidua.domain.accounts import Role
from thidua.domain.calendar import WorkingCalendar
from thidua.domain.credentials import SignInRules
from thidua.domain.directories import UnitDirectory
from thidua.domain.directories import joined
from thidua.domain.trail import TrailKeys
from thidua.plugin_host.registry import Registry
from thidua.settings import Settings
from thidua.settings import load
from thidua.settings import shipped_config
from thidua_testkit.closing import closed_with_its_database

__all__ = [
    "CONFIG_DIR",
    "CountingBell",
    "HandClock",
    "Installation",
    "QuickPasswords",
    "an_installation",
    "beside",
]

#: Which of ``config/units`` an installation has that asks for none, with blanks between; unset: all of them.
_UNIT_FILES = "THIDUA_TEST_UNIT_FILES"
CONFIG_DIR = Path(os.environ.get("THIDUA_CONFIG_DIR") or shipped_config())

_scratch = tempfile.TemporaryDirectory(prefix="thidua-files-", ignore_cleanup_errors=True)

#: Long before any campaign a test plays.
_SINCE = date(2020, 1, 1)


@dataclass(slots=True)
class HandClock:
    """A clock that shows what the test sets."""

    instant: datetime

    @property
    def is_simulated(self) -> bool:
        """Tell that the time is not the real one."""
        return True

    def now(self) -> datetime:
        """Return the instant set, UTC."""
        return self.instant.astimezone(UTC)

    def real_now(self) -> datetime:
        """Return the instant set, UTC."""
        return self.now()

    def at(self, database_now: datetime) -> datetime:  # noqa: ARG002  the port's signature
        """Return the instant set, whatever the database says."""
        return self.now()


@dataclass(slots=True)
class CountingBell:
    """A bell that counts its rings, those for background work apart."""

    rings: int = 0
    rings_for_jobs: int = 0

    def ring(self, what: str = DRAIN_BELL) -> None:
        """Count one."""
        if what == DRAIN_BELL:
            self.rings += 1
        else:
            self.rings_for_jobs += 1


class QuickPasswords:
    """Passwords without the cost that real ones have on purpose."""

    def hash(self, password: str) -> str:
        """Return a marked copy."""
        return f"quick:{password}"

    def matches(self, password: str, password_hash: str) -> bool:
        """Compare with the marked copy."""
        return password_hash == f"quick:{password}"

    def is_outdated(self, password_hash: str) -> bool:  # noqa: ARG002  the port's signature
        """Tell that it is not."""
        return False


@dataclass(slots=True)
class Installation:
    """A host with its accounts; ``actors`` maps sign-in name to who acts."""

    host: Host
    database_url: str
    clock: HandClock
    bell: CountingBell
    actors: dict[str, Actor] = field(default_factory=dict)

    def add_account(self, name: str, *memberships: tuple[Role, str | None], password: str = "") -> Actor:
        """Add an account with roles and return who acts for it."""
        held = tuple(Membership(role, unit_code, _SINCE) for role, unit_code in memberships)
        with self.host.work.writing() as work:
            account_id = work.accounts.add(
                name=name,
                full_name=f"Người dùng {name}",
                position="Chuyên viên",
                password_hash=self.host.passwords.hash(password) if password else "",
                memberships=held,
                now=self.clock.now(),
            )
            work.commit()
        self.actors[name] = Actor(account_id, name, f"Người dùng {name}", "Chuyên viên", held)
        return self.actors[name]

    def reporter(self, unit_code: str) -> Actor:
        """Return the reporter of a unit, added when first asked for."""
        name = f"reporter-{unit_code}".lower()
        return self.actors.get(name) or self.add_account(name, (Role.UNIT_REPORTER, unit_code))

    def admin(self) -> Actor:
        """Return the administrator's account, added when first asked for."""
        return self.actors.get("admin") or self.add_account("admin", (Role.ADMIN, None))

    def office(self) -> Actor:
        """Return the Office's account, added when first asked for."""
        return self.actors.get("office") or self.add_account("office", (Role.OFFICE, None))

    def open(self, campaign_code: str, *periods: str) -> None:
        """Open a campaign and periods of it, at the moment the clock shows."""
        open_campaign(self.host, campaign_code)
        for code in periods:
            open_period(self.host, campaign_code, code)

    def drain(self) -> int:
        """Apply everything that waits; returns how many events."""
        applied = 0
        while batch := drain(self.host):
            applied += batch
        return applied

    def rebuild(self) -> int:
        """Make everything derived what the ledger says; returns how many reports were counted."""
        reports = 0
        with self.host.work.reading() as work:
            opened = [row.code for row in work.campaigns.all() if row.code in self.host.catalogue.campaigns]
            units = {code: work.derived_units.codes(code) for code in opened}
            periods = [
                (period.campaign_code, period.code) for code in opened for period in work.campaigns.periods(code)
            ]
        for code in opened:
            reports += rebuild_units(self.host, code, units[code])["reports"]
        for place in periods:
            rebuild_document(self.host, *place)
        return reports

    def refresh(self) -> int:
        """Recompute the documents that time alone has changed; returns how many."""
        return refresh_expired(self.host)


@cache
def _plugins() -> Registry:
    """Find and judge the installed plugins, once for all tests of a process: they are values that nobody changes."""
    return installed_plugins()


def beside(
    database_url: str,
    *,
    at: datetime,
    actors: Mapping[str, Actor] | None = None,
    catalogue: Catalogue | None = None,
    files_dir: Path | None = None,
) -> Installation:
    """Build what another process works with: a host on a database that is set up already, with its people."""
    settings, clock, bell = _settings(), HandClock(at), CountingBell()
    kept = Path(_scratch.name) / hashlib.sha256(database_url.encode()).hexdigest()[:16]
    host = Host(
        work=closed_with_its_database(database_url, DatabaseUnitsOfWork(database_url)),
        clock=clock,
        bell=bell,
        catalogue=catalogue or _plugins(),
        passwords=QuickPasswords(),
        calendar=_calendar(),
        zone=settings.time_zone,
        files=DiskFiles(files_dir or Path(_scratch.name) / secrets.token_hex(8), reserve_bytes=0),
        reception=FileReception(),
        # Hosts on one database share the anchors, as they do where they serve.
        custody=TrailCustody(TrailKeys.of(settings.audit_key), AnchorFile(kept / "audit-anchors.jsonl"), RefusalGate()),
        seals=AesSeals(settings.secret_key),
        sign_in_rules=SignInRules(),
    )
    return Installation(host, database_url, clock, bell, dict(actors or {}))


@cache
def _calendar() -> WorkingCalendar:
    return read_calendar(_settings().calendar_dir)


@cache
def _settings() -> Settings:
    keys = {"THIDUA_SECRET_KEY": "x" * 40, "THIDUA_AUDIT_KEY": "a" * 40}
    return load({"THIDUA_DATA": "/nonexistent", **keys}, CONFIG_DIR)


def _usual_files() -> tuple[str, ...]:
    named = os.environ.get(_UNIT_FILES)
    return tuple(named.split()) if named else tuple(sorted(file.name for file in _settings().units_dir.glob("*.toml")))


@cache
def _directory(files: tuple[str, ...]) -> UnitDirectory:
    """Read files of ``config/units``, once for all tests of a process."""
    return joined(read_directory_file(_settings().units_dir / name) for name in files)


def an_installation(
    database_url: str,
    *,
    at: datetime,
    campaign: str | None = None,
    periods: Mapping[str, datetime] | tuple[str, ...] = (),
    catalogue: Catalogue | None = None,
    files_dir: Path | None = None,
    unit_files: tuple[str, ...] | None = None,
) -> Installation:
    """Build an installation on a migrated database.

    Args:
        database_url: an empty, migrated database.
        at: what the clock shows.
        campaign: opened if given.
        periods: opened in this order; a mapping gives the moment of each opening.
        catalogue: the plugins that serve, by default those installed.
        files_dir: where files are kept; by default a folder that is gone with the process.
        unit_files: which of ``config/units`` are brought in, with the successions they tell; by default those that
            the environment names in ``THIDUA_TEST_UNIT_FILES``, or all.
    """
    found = beside(database_url, at=at, catalogue=catalogue, files_dir=files_dir)
    host, clock = found.host, found.clock
    import_directory(host, _directory(_usual_files() if unit_files is None else unit_files))
    if campaign is not None:
        clock.instant = min((at, *periods.values())) if isinstance(periods, Mapping) else at - timedelta(days=300)
        open_campaign(host, campaign)
        for code in periods:
            clock.instant = periods[code] if isinstance(periods, Mapping) else at
            open_period(host, campaign, code)
        clock.instant = at
    return found
