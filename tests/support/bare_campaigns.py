"""Parts of a campaign with no more in them than their kind demands."""

from __future__ import annotations

from datetime import date

from thidua_sdk import Amendment
from thidua_sdk import Campaign
from thidua_sdk import Plan
from thidua_sdk import Target
from thidua_sdk import TargetKind
from thidua_sdk import Topic


def a_bare_campaign(*amendments: Amendment, code: str = "THU-2021", source: str = "Kế hoạch thử") -> Campaign:
    """Make a campaign of two topics that asks for nothing."""
    return Campaign(
        code=code,
        year=2021,
        title="Phong trào thử",
        theme="Thử",
        plan=Plan(
            symbol="",
            title="Kế hoạch thử",
            issuer="",
            place="",
            issued_on=None,
            issued_from=date(2021, 2, 23),
            parent_plan="",
            parent_issued_on=None,
            signer_role="",
            source=source,
        ),
        valid_from=None,
        valid_to=date(2021, 12, 31),
        time_zone="Asia/Ho_Chi_Minh",
        legal_bases=(),
        topics=(
            Topic(code="law", label="Luật", source=source),
            Topic(code="local", label="Địa phương", source=source),
        ),
        purposes=(),
        targets=(),
        duties=(),
        indicators=(),
        statistics=(),
        baselines=(),
        periods=(),
        award_forms=(),
        rules_version="1",
        source=source,
        amendments=amendments,
    )


def a_target(kind: TargetKind = TargetKind.BAND, *, least: int | None = 5, most: int | None = 10) -> Target:
    """Make a target of fewer crashes."""
    return Target(
        code="T1",
        label="Số vụ",
        kind=kind,
        indicator="N40",
        statistic="crashes",
        clause="I.1",
        source="Kế hoạch",
        least_percent=least,
        most_percent=most,
    )
