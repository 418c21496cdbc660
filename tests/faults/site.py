"""An installation to file into: units, an open period, an account with a token for every unit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from typing import Any

from thidua.adapters.broker import SilentBell
from thidua.adapters.db.schema import upgrade
from thidua.application.background.sample import sample_units
from thidua.application.people.sessions import digest_of
from thidua.application.periods.campaigns import open_campaign
from thidua.application.periods.campaigns import open_period
from thidua.application.periods.directory import import_units
from thidua.application.ports.host import Host
from thidua.application.ports.rows import TokenRow
from thidua.bootstrap import build_host
from thidua.domain.accounts import Membership
from thidua.domain.accounts import Role
from thidua.settings import load

__all__ = ["CAMPAIGN", "PERIOD", "ROOT", "START", "envelope", "populate", "prepare"]

ROOT = Path(__file__).parents[2]
START = datetime.fromisoformat("2021-03-15T08:00:00+07:00")
CAMPAIGN, PERIOD = "ATGT-2021", "2021-Q1"
_SAMPLE = json.loads((ROOT / "tests/samples/P01.json").read_text(encoding="utf-8"))


def prepare(environ: Mapping[str, str], units: int) -> dict[str, str]:
    """Fill the database that an environment names; returns token by unit code."""
    settings = load(environ)
    upgrade(settings.database_url)
    host = build_host(settings, bell=SilentBell())
    open_campaign_for(host, units)
    tokens = populate(host, units)
    host.work.close()  # type: ignore[attr-defined]  # the database's
    return tokens


def open_campaign_for(host: Host, units: int) -> None:
    """Open the campaign and its first period for some units."""
    import_units(host, sample_units(units, "district_culture_office", START - timedelta(days=400)))
    open_campaign(host, CAMPAIGN)
    open_period(host, CAMPAIGN, PERIOD)


def populate(host: Host, units: int) -> dict[str, str]:
    """Add an account with a token for every unit; returns token by unit code."""
    tokens = {}
    now = datetime.now(UTC) - timedelta(days=3000)
    with host.work.writing() as work:
        for number in range(1, units + 1):
            unit = f"MAU-{number:05d}"
            account = work.accounts.add(
                name=f"u{number}",
                full_name="Người nộp",
                position="",
                password_hash="",
                memberships=(Membership(Role.UNIT_REPORTER, unit, START.date() - timedelta(days=30)),),
                now=now,
            )
            tokens[unit] = f"token-{number}"
            lasts_until = now + timedelta(days=9000)
            work.accounts.add_token(TokenRow(digest_of(tokens[unit]), account, "faults", now, lasts_until))
        work.commit()
    return tokens


def envelope(unit: str, revision: int, mark: str) -> dict[str, Any]:
    """Write a report whose content tells it from every other."""
    fields = {**_SAMPLE["fields"], "difficulties": f"Khó khăn đã ghi: {mark}.", "stations_total": 20}
    report = {**_SAMPLE, "unit_code": unit, "period_code": PERIOD, "fields": fields, "confirm_warnings": True}
    return report if revision == 0 else {**report, "revision": revision, "correction_reason": "Đếm lại."}
