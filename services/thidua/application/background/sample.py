"""Sample data: example reports of a campaign, varied unit by unit and filed by the real use case.

For demonstrations and measurements only. Numbers are drawn from a generator seeded with unit
and period, so that the same data come out on every machine.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace
from datetime import datetime
from datetime import timedelta

from thidua.application.ports.host import Host
from thidua.application.ports.rows import EarlierPayload
from thidua.application.ports.rows import RosterRow
from thidua.application.reports.filing import file_report
from thidua.application.reports.record_view import record_for
from thidua.domain.accounts import Actor
from thidua.domain.accounts import Membership
from thidua.domain.accounts import Role
from thidua.domain.errors import ConflictError
from thidua.domain.reports import Channel
from thidua.domain.reports import Obligation
from thidua.domain.reports import Receipt
from thidua.domain.units import Unit
from thidua.domain.units import UnitVersion
from thidua.forms.compose import ComposedForm
from thidua.forms.envelope import Envelope
from thidua.forms.envelope import Person
from thidua.forms.judge import judge
from thidua_sdk import Campaign
from thidua_sdk import TimeRule

__all__ = ["FixedClock", "file_sample", "sample_envelope", "sample_units"]

#: Flows are multiplied by one of these, all alike, so that relations between cells still hold.
_FACTORS = (1, 1, 2, 2, 3)


@dataclass(frozen=True, slots=True)
class FixedClock:
    """A clock that stands still, for filing in the sample's past."""

    instant: datetime

    @property
    def is_simulated(self) -> bool:
        """Tell that the time is not the real one."""
        return True

    def now(self) -> datetime:
        """Return the instant."""
        return self.instant

    def real_now(self) -> datetime:
        """Return the instant."""
        return self.instant

    def at(self, database_now: datetime) -> datetime:  # noqa: ARG002  the port's signature
        """Return the instant, whatever the database says."""
        return self.instant


def sample_units(count: int, unit_type: str, valid_from: datetime) -> tuple[Unit, ...]:
    """Make numbered units of one type, for data at any scale."""
    return tuple(
        Unit(
            code=f"MAU-{number:05d}",
            order=100_000 + number,
            versions=(
                UnitVersion(
                    name=f"Đơn vị mẫu số {number}",
                    short_name=f"Đơn vị mẫu {number}",
                    type=unit_type,
                    parent="",
                    valid_from=valid_from.date(),
                    valid_to=None,
                    attributes={"communes": 20},
                ),
            ),
        )
        for number in range(1, count + 1)
    )


def file_sample(host: Host, row: RosterRow, *, account_id: int, at: datetime) -> Receipt:
    """File one unit's example report at an instant, warnings confirmed.

    Raises:
        ConflictError: the campaign brings no example that this unit can file.
    """
    obligation = row.obligation
    campaign = host.catalogue.campaign(obligation.campaign_code)
    with host.work.reading() as work:
        ordinal = next(place for place, period in enumerate(campaign.periods) if period.code == obligation.period_code)
        earlier = work.reports.earlier(
            campaign_code=campaign.code, unit_code=obligation.unit_code, before_ordinal=ordinal
        )
    past = replace(host, clock=FixedClock(at))
    actor = _actor(account_id, obligation)
    return file_report(past, actor, sample_envelope(past, campaign, obligation, earlier, at), channel=Channel.SAMPLE)


def sample_envelope(
    host: Host, campaign: Campaign, obligation: Obligation, earlier: tuple[EarlierPayload, ...], at: datetime
) -> Envelope:
    """Vary examples until the judge finds nothing in one, or at least no error.

    Raises:
        ConflictError: no example of the campaign fits the unit.
    """
    form = host.catalogue.form(campaign.code, obligation.period_code, obligation.form_code)
    period = next(period for period in campaign.periods if period.code == obligation.period_code)
    record = record_for(host, campaign, period, obligation, earlier, dict.fromkeys(form.sums), at)
    draw = random.Random(f"{obligation.unit_code} {obligation.period_code}")  # noqa: S311  sample data, no secret
    errors: tuple[str, ...] = ()
    doubtful: Envelope | None = None
    for envelope in _candidates(campaign, form, obligation, draw):
        judgement = judge(form, envelope, record)
        if not judgement.findings:
            return envelope
        if not judgement.errors:
            doubtful = doubtful or envelope
        errors = tuple(f"{error.code} {error.cells[0]}: {error.message}" for error in judgement.errors)
    if doubtful is not None:
        return doubtful
    raise ConflictError(
        f"Không có số liệu mẫu nào hợp với {obligation.unit_code}, kỳ {obligation.period_code}: {'; '.join(errors)}",
        subject=obligation.unit_code,
    )


def _candidates(
    campaign: Campaign, form: ComposedForm, obligation: Obligation, draw: random.Random
) -> Iterator[Envelope]:
    examples = list(campaign.examples.get(form.code, ()))
    own = [example for example in examples if example.get("period_code") == obligation.period_code]
    examples = own or [example for example in examples if "period_code" not in example]
    draw.shuffle(examples)
    for example in examples:
        yield _envelope(campaign, form, obligation, example, 1 if own else draw.choice(_FACTORS))
    for example in examples:
        yield _envelope(campaign, form, obligation, example, 1)


def _envelope(
    campaign: Campaign, form: ComposedForm, obligation: Obligation, example: Mapping[str, object], factor: int
) -> Envelope:
    flows = {field.name for field in form.fields if field.kind == "count" and field.aggregate.time is TimeRule.SUM}
    known = {field.name for field in form.fields}
    given, split = example.get("fields"), example.get("by_topic")
    fields = {
        name: value * factor if name in flows and isinstance(value, int) else value
        for name, value in (given.items() if isinstance(given, Mapping) else ())
        if name in known
    }
    by_topic = {
        name: {topic: count * factor for topic, count in counts.items()}
        for name, counts in (split.items() if isinstance(split, Mapping) else ())
        if name in known
    }
    tables = {field.name for field in form.fields if field.kind == "records"}
    return Envelope(
        campaign_code=campaign.code,
        form_code=form.code,
        form_version=form.version,
        unit_code=obligation.unit_code,
        period_code=obligation.period_code,
        revision=0,
        is_estimate=False,
        prepared_by=Person("Người lập mẫu", "Chuyên viên"),
        approved_by=Person("Người duyệt mẫu", "Trưởng phòng"),
        correction_reason="",
        confirm_warnings=True,
        fields=fields,
        by_topic=by_topic,
        rows={name: list(value) for name in tables if isinstance(value := example.get(name), Sequence)},
    )


def _actor(account_id: int, obligation: Obligation) -> Actor:
    membership = Membership(Role.UNIT_REPORTER, obligation.unit_code, obligation.due_at.date() - timedelta(days=400))
    return Actor(account_id, "", "", "", (membership,))
