"""A campaign of twelve monthly periods for any number of units, and its reports, written in bulk.

For measuring only: the host's own code opens the periods and writes the ledger, but a thousand
reports to a commit, and one example's figures for all, varied a little.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from datetime import timedelta
from pathlib import Path

from thidua.application.background.sample import sample_units
from thidua.application.periods.campaigns import open_campaign
from thidua.application.periods.campaigns import open_period
from thidua.application.periods.directory import import_units
from thidua.application.ports.host import Host
from thidua.application.ports.rows import NewRevision
from thidua.domain.accounts import Membership
from thidua.domain.accounts import Role
from thidua.domain.lifecycle import accept
from thidua.domain.lifecycle import file_first
from thidua.domain.reports import Channel
from thidua.forms.envelope import read_envelope
from thidua.plugin_host.discovery import found_plugins
from thidua.plugin_host.registry import registry_of
from thidua_sdk import Campaign
from thidua_sdk import StatisticalYear

__all__ = ["CAMPAIGN", "fill", "monthly", "with_monthly"]

CAMPAIGN = "ATGT-2021"
SAMPLE = json.loads((Path(__file__).parents[1] / "tests/samples/P01.json").read_text(encoding="utf-8"))
_BATCH = 1000


def monthly(campaign: Campaign) -> Campaign:
    """Give a campaign the twelve months of its year as periods, with the whole forms of its quarters."""
    quarter = next(period for period in campaign.periods if "quarter" in period.tags)
    months = [StatisticalYear(campaign.year, 15).month(number) for number in range(1, 13)]
    return replace(
        campaign,
        baselines=(),
        periods=tuple(
            replace(
                quarter,
                code=f"{campaign.year}-M{number:02d}",
                name=f"Tháng {number}",
                tags=frozenset({"month"}),
                cutoff_on=month.last_on,
                statistics=month,
                activity=month,
            )
            for number, month in enumerate(months, 1)
        ),
    )


def with_monthly(host: Host) -> Host:
    """Return the host with the monthly campaign in place of the installed one."""
    found = [
        replace(each, value=monthly(each.value)) if isinstance(each.value, Campaign) else each
        for each in found_plugins()
    ]
    return replace(host, catalogue=registry_of(found))


def fill(host: Host, *, units: int, periods: int, accepted: bool = True) -> int:
    """Open the campaign and write one report for each unit and period; nothing is drained.

    Returns:
        The number of reports.
    """
    campaign = host.catalogue.campaign(CAMPAIGN)
    since = datetime.fromisoformat("2019-01-01T00:00:00+07:00")
    import_units(host, sample_units(units, "district_culture_office", since))
    open_campaign(host, CAMPAIGN)
    with host.work.writing() as work:
        account = work.accounts.add(
            name="filer",
            full_name="Người nộp",
            position="",
            password_hash="",
            memberships=(Membership(Role.OFFICE, None, since.date()),),
            now=since,
        )
        work.commit()
    envelope, findings = read_envelope({**SAMPLE, "confirm_warnings": True})
    assert envelope is not None, findings
    written = 0
    for period in campaign.periods[:periods]:
        open_period(host, CAMPAIGN, period.code)
        form = host.catalogue.form(CAMPAIGN, period.code, envelope.form_code)
        with host.work.reading() as work:
            roster = [row.obligation for row in work.campaigns.roster(CAMPAIGN, period.code)]
        for start in range(0, len(roster), _BATCH):
            with host.work.writing() as work:
                for obligation in roster[start : start + _BATCH]:
                    at = obligation.due_at - timedelta(hours=3)
                    fields = {**envelope.fields, "radio_items": written % 50, "leaflets": written % 997}
                    payload = replace(
                        envelope, unit_code=obligation.unit_code, period_code=period.code, fields=fields
                    ).payload
                    move = file_first(obligation, payload, at=at, by=account)
                    revision = NewRevision(
                        number=0,
                        form_version=form.version,
                        schema_digest=form.digest,
                        payload=payload,
                        channel=Channel.SAMPLE,
                        is_estimate=False,
                        filed_by=account,
                        received_at=at,
                        confirmed=(),
                        idempotency_key=None,
                        request_digest=None,
                    )
                    report_id, _ = work.reports.file_first(move, revision)
                    written += 1
                    if accepted and written % 2:
                        filed = replace(move.after, id=report_id)
                        work.reports.move(accept(filed, at=at + timedelta(hours=1), by=account))
                work.commit()
    return written
