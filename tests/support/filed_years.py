"""Two years of a campaign with their reports filed and accepted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from next_year import CODE
from next_year import serving

from thidua.application.background.sample import sample_envelope
from thidua.application.reports.filing import file_report
from thidua.application.review.reviewing import accept_report
from thidua.domain.reports import Channel
from thidua.forms.envelope import Envelope
from thidua_sdk import Campaign
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

THEN = datetime.fromisoformat("2021-03-15T09:00:00+07:00")
NOW = datetime.fromisoformat("2022-03-15T09:00:00+07:00")

Change = Callable[[Envelope], Envelope]


def two_years(database_url: str, later: Campaign, *, files_dir: Path | None = None) -> Installation:
    """An installation with the first quarter of both years opened, and nothing filed."""
    here = an_installation(
        database_url,
        at=THEN,
        campaign="ATGT-2021",
        periods=("2021-Q1",),
        catalogue=serving(later),
        files_dir=files_dir,
    )
    here.office()
    here.clock.instant = NOW
    here.open(CODE, "2022-Q1")
    return here


def file_all(
    here: Installation, campaign: str, *, change: Change | None = None, leave_out: frozenset[str] = frozenset()
) -> None:
    """File and accept what every unit owes in the first quarter, each as its example says or changed."""
    period, at = ("2021-Q1", THEN) if campaign == "ATGT-2021" else ("2022-Q1", NOW)
    here.clock.instant = at
    with here.host.work.reading() as work:
        roster = work.campaigns.roster(campaign, period)
    for row in roster:
        owed = row.obligation
        if owed.unit_code in leave_out or row.report is not None:
            continue
        plan = here.host.catalogue.campaign(campaign)
        envelope = sample_envelope(here.host, plan, owed, (), at)
        filed = file_report(
            here.host, here.reporter(owed.unit_code), change(envelope) if change else envelope, channel=Channel.API
        )
        accept_report(here.host, here.office(), filed.report_id, revision=0)
    here.drain()


__all__ = ["NOW", "THEN", "file_all", "two_years"]
