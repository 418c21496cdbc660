"""Make an installation ready to serve: migrated, and for the demo filled with a campaign under way."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import replace
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from thidua.adapters.broker import SilentBell
from thidua.adapters.clock import SimulatedClock
from thidua.adapters.db.engine import require_durable
from thidua.adapters.db.options import DatabaseOptions
from thidua.adapters.db.roles import Roles
from thidua.adapters.db.roles import apply_roles
from thidua.adapters.db.roles import is_kept_by_no_fence
from thidua.adapters.db.schema import require_current
from thidua.adapters.db.schema import upgrade
from thidua.adapters.files import read_directory
from thidua.application.background.drain import drain
from thidua.application.background.job_running import free_leases
from thidua.application.background.sample import FixedClock
from thidua.application.background.sample import file_sample
from thidua.application.people import identities
from thidua.application.people.passwords import hash_of_sound
from thidua.application.periods.campaigns import open_campaign
from thidua.application.periods.campaigns import open_period
from thidua.application.periods.directory import import_directory
from thidua.application.periods.directory import list_units
from thidua.application.ports.audit_ports import Sought
from thidua.application.ports.host import Host
from thidua.application.review.reviewing import accept_report
from thidua.bootstrap import build_host
from thidua.domain.accounts import Actor
from thidua.domain.accounts import Membership
from thidua.domain.accounts import Role
from thidua.domain.errors import InvalidConfigurationError
from thidua.domain.reports import ReportState
from thidua.settings import PRODUCTION
from thidua.settings import TEST
from thidua.settings import Settings

__all__ = ["DemoInfo", "migrate", "prepare_demo", "prepare_serve", "require_database", "require_way_in"]


@dataclass(frozen=True, slots=True)
class DemoInfo:
    """What the start message of the demo says.

    ``clock`` is the simulated clock as ``START@REAL``; ``accounts`` are (role in Vietnamese,
    name, password), one a role.
    """

    clock: str
    accounts: tuple[tuple[str, str, str], ...]


def require_database(settings: Settings) -> None:
    """Refuse a database of another release, or one on which what was acknowledged may be lost.

    Raises:
        UnknownSchemaError: it has another schema.
        InvalidConfigurationError: the server does not write durably; a test's may.
        UnavailableError: it does not answer.
    """
    require_durable(settings.database_url, DatabaseOptions(is_test=settings.profile == TEST))
    require_current(settings.database_url)
    _require_fence(settings)


def _require_fence(settings: Settings) -> None:
    """Refuse to serve as the tables' owner where the roles are apart; warn where one does everything."""
    are_apart = bool(settings.owner_database_url or settings.database_app_role)
    if settings.profile != PRODUCTION and not are_apart:
        return
    if not is_kept_by_no_fence(settings.database_url):
        return
    if are_apart:
        raise InvalidConfigurationError(
            "THIDUA_DATABASE_URL đang dùng vai trò chủ cơ sở dữ liệu (hoặc superuser), nên rào chắn giữa các đơn vị "
            "không có tác dụng. Hãy dùng vai trò của chương trình (lệnh `thidua db roles`).",
            subject="THIDUA_DATABASE_URL",
        )
    click.echo(
        "Cảnh báo: chương trình đang dùng vai trò chủ cơ sở dữ liệu, nên rào chắn thứ hai giữa các đơn vị "
        "không có tác dụng. Xem `thidua db roles`.",
        err=True,
    )


def require_way_in(settings: Settings) -> None:
    """Refuse to serve pages that no administrator could come into.

    Raises:
        InvalidConfigurationError: passwords are off and no administrator is linked to the provider.
        UnavailableError: the database does not answer.
    """
    if not settings.takes_passwords:
        identities.require_way_in(build_host(settings, bell=SilentBell()))


def migrate(settings: Settings) -> None:
    """Bring the database to the schema of this release, and let the roles do what they need in it."""
    upgrade(settings.migrating_url)
    if settings.database_app_role or settings.database_read_role:
        apply_roles(settings.migrating_url, Roles(settings.database_app_role, settings.database_read_role))


def prepare_serve(settings: Settings, *, say: Callable[[str], None], at: datetime | None = None) -> None:
    """Migrate the database, and bring the units in if there are none yet; ``at``: on a simulated day."""
    migrate(settings)
    require_database(settings)
    host = build_host(settings, bell=SilentBell())
    if settings.database_url.startswith("sqlite"):
        # Nobody else runs on this folder, so what the last start's worker held is held by nobody.
        free_leases(host)
    if at is not None:
        host = replace(host, clock=FixedClock(at))
    if not list_units(host):
        say(f"Đã nhập {import_directory(host, read_directory(settings.units_dir)).written} đơn vị.")


def prepare_demo(settings: Settings, *, empty: bool, say: Callable[[str], None]) -> DemoInfo:
    """Migrate, and fill an empty installation with the sample campaign of ``config/demo.toml``.

    A second start keeps everything, and the clock goes on where the demo was stopped. A filling
    that was cut off is completed: every step leaves alone what is there.

    Args:
        settings: the installation's; the clock in them is ignored.
        empty: units, campaign and accounts only, no filings.
        say: prints a line of progress.
    """
    script = _script(settings.config_dir / "demo.toml")
    # The trail tells no later day than what follows.
    prepare_serve(settings, say=say, at=script["periods"][0]["opened_at"])
    start: datetime = script["clock"]
    host = build_host(replace(settings, clock=""), bell=SilentBell())
    with host.work.reading() as work:
        is_empty = work.accounts.count() == 0
        # Product time never runs backwards, not even over a restart.
        told = [row.entry.happened_at for row in work.audit.find(Sought(), before_id=None, limit=1)]
        seen = (work.reports.last_received_at(), work.health().worked_at, *told)
        last = max(filter(None, seen), default=start)
    unfinished = settings.data_dir / "demo-unfinished"
    if is_empty or unfinished.exists():
        say("Đang tạo dữ liệu mẫu…")
        unfinished.touch()
        office = _accounts(host, script, start)
        _campaign(host, script, office, empty=empty)
        unfinished.unlink()
    start = max(start, last + timedelta(seconds=1))
    clock = SimulatedClock(start, datetime.now(UTC))
    return DemoInfo(
        clock.text, tuple((each["role_label"], each["name"], script["password"]) for each in script["shown_accounts"])
    )


def _script(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except (OSError, ValueError) as error:
        raise InvalidConfigurationError(f"Không đọc được {path}: {error}.", subject=str(path)) from None


def _accounts(host: Host, script: dict[str, Any], start: datetime) -> Actor:
    """Make one account per role and unit; one hash serves all, for the password is printed anyway."""
    password_hash = hash_of_sound(host, script["password"])
    since = (start - timedelta(days=365)).date()
    wanted: list[tuple[str, str, str, Role, str | None]] = [
        (each["name"], each["full_name"], each["position"], Role(each["role"]), None) for each in script["accounts"]
    ]
    for unit in list_units(host):
        version = unit.version_on(start.date())
        if version is None:
            continue
        wanted += [
            (f"reporter-{unit.code}".lower(), "Người lập báo cáo", "Chuyên viên", Role.UNIT_REPORTER, unit.code),
            (f"head-{unit.code}".lower(), "Người đứng đầu đơn vị", "Trưởng đơn vị", Role.UNIT_HEAD, unit.code),
        ]
    office: Actor | None = None
    with host.work.writing() as work:
        for name, full_name, position, role, unit_code in wanted:
            memberships = (Membership(role, unit_code, since),)
            found = work.accounts.by_name(name)
            account_id = (
                found.id
                if found
                else work.accounts.add(
                    name=name,
                    full_name=full_name,
                    position=position,
                    password_hash=password_hash,
                    memberships=memberships,
                    now=start,
                )
            )
            if role is Role.OFFICE and office is None:
                office = Actor(account_id, name, full_name, position, memberships)
        work.commit()
    if office is None:
        raise InvalidConfigurationError("config/demo.toml thiếu tài khoản Văn phòng.", subject="config/demo.toml")
    return office


def _campaign(host: Host, script: dict[str, Any], office: Actor, *, empty: bool) -> None:
    code = script["campaign"]
    for number, period in enumerate(script["periods"]):
        then = replace(host, clock=FixedClock(period["opened_at"]))
        if number == 0:
            open_campaign(then, code)
        with host.work.reading() as work:
            opened = {row.code for row in work.campaigns.periods(code)}
        if period["code"] not in opened:
            open_period(then, code, period["code"])
        if not empty:
            _file_period(then, code, period, office)
    # The reports were filed in the past, but what is overdue is judged at the demo's present.
    present = replace(host, clock=FixedClock(script["clock"]))
    while drain(present):
        pass


def _file_period(host: Host, campaign_code: str, period: dict[str, Any], office: Actor) -> None:
    with host.work.reading() as work:
        roster = work.campaigns.roster(campaign_code, period["code"])
    first, last = period["filed_from"], period["filed_to"]
    step = (last - first) / max(len(roster) - 1, 1)
    for place, row in enumerate(roster):
        unit_code = row.obligation.unit_code
        if unit_code in period["missing"]:
            continue
        at = period["filed_at"].get(unit_code, first + place * step)
        if row.report is None:
            report_id = file_sample(host, row, account_id=_reporter(host, unit_code), at=at).report_id
        else:
            report_id = row.report.id
        is_read = row.report is not None and row.report.state is not ReportState.SUBMITTED
        if unit_code not in period["not_accepted"] and not is_read:
            accepted_at = max(at, period["accepted_from"]) + timedelta(minutes=20)
            accept_report(replace(host, clock=FixedClock(accepted_at)), office, report_id, revision=0)


def _reporter(host: Host, unit_code: str) -> int:
    with host.work.reading() as work:
        account = work.accounts.by_name(f"reporter-{unit_code}".lower())
    if account is None:
        raise InvalidConfigurationError(f"Đơn vị {unit_code} không có tài khoản mẫu.", subject=unit_code)
    return account.id
