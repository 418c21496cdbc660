"""Pin campaigns: when they are opened, when words change, and when the operator adopts a change.

Whoever writes in a campaign sees to it first that what its plugin says is pinned, so that no revision
ever names a schema that nobody could read back.
"""

from __future__ import annotations

from thidua.application.ports.host import Host
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.trail.auditing import note
from thidua.application.years.standing import Standing
from thidua.application.years.standing import YearStanding
from thidua.application.years.standing import standing_of
from thidua.application.years.standing import standings
from thidua.domain.audit import Act
from thidua.domain.audit import Thing
from thidua.domain.errors import ConflictError
from thidua.domain.errors import NotFoundError
from thidua.domain.pins import Pin
from thidua.domain.pins import PinReason

__all__ = ["adopt_year", "keep_pins", "pin_year", "require_pinned", "years_seen"]

_REASONS = {Standing.UNPINNED: PinReason.FOUND, Standing.REWORDED: PinReason.REWORDED}


def pin_year(host: Host, work: UnitOfWork, campaign_code: str, reason: PinReason) -> bool:
    """Pin what a campaign's plugin says now, in the caller's transaction; False if another did a moment ago.

    The next pin is in force; those before it stay, for revisions were filed by them.
    """
    year = host.catalogue.years[campaign_code]
    row = work.campaigns.get(campaign_code)
    number = 1 if row is None or row.pin is None else row.pin.number + 1
    pin = Pin(campaign_code, number, year.digest, year.origin, reason, host.clock.now())
    if not work.pins.put(pin, year.written):
        return False
    note(
        host,
        work,
        None,
        Act.CAMPAIGN_PINNED,
        Thing.CAMPAIGN,
        campaign_code,
        reason=reason.value,
        number=number,
        digest=year.digest,
        plugin=year.origin,
    )
    return True


def require_pinned(host: Host, campaign_code: str, pinned: str | None) -> None:
    """See to it, before a report is judged, that its form can be read back for ever.

    Args:
        host: the ports.
        campaign_code: a campaign whose plugin serves.
        pinned: digest of the pin in force, as just read.

    Raises:
        StoppedYearError: the plugin differs from the pin in what is frozen.
        DamagedPinError: it may, and the pin cannot be read.
    """
    digest = host.catalogue.years[campaign_code].digest
    if digest == pinned:
        return
    with host.work.glancing() as work:
        row = work.campaigns.get(campaign_code)
        if row is not None and work.pins.has(campaign_code, digest):
            # An earlier wording, as on a machine that is yet to be upgraded.
            stands = standing_of(host, work, row)
            if not stands.standing.serves:
                raise stands.refusal(host)
            return
    _keep(host, campaign_code)


def keep_pins(host: Host) -> int:
    """Pin what was never pinned, and what words have changed; returns how many were.

    Campaigns opened before pins were kept come in here, with the first worker that looks; what differs
    in what is frozen waits for the operator.
    """
    with host.work.glancing() as work:
        waiting = [code for code, stands in standings(host, work).items() if _reason(stands) is not None]
    return sum(_keep(host, code) for code in waiting)


def _reason(stands: YearStanding) -> PinReason | None:
    """Return why what the plugin says is to be pinned, None where it is not."""
    reason = _REASONS.get(stands.standing)
    if reason is PinReason.REWORDED and stands.campaign.closed_at is not None:
        return None
    return reason


def _keep(host: Host, campaign_code: str) -> bool:
    with host.work.writing() as work:
        row = work.campaigns.get(campaign_code)
        if row is None:
            return False
        stands = standing_of(host, work, row)
        if not stands.standing.serves:
            raise stands.refusal(host)
        reason = _reason(stands)
        # During an upgrade two versions serve side by side: each is pinned once, not in turns.
        if reason is None or work.pins.has(campaign_code, host.catalogue.years[campaign_code].digest):
            return False
        is_pinned = pin_year(host, work, campaign_code, reason)
        work.commit()
    return is_pinned


def adopt_year(host: Host, campaign_code: str) -> YearStanding:
    """Take what a campaign's plugin says now as the year's; an operator's command.

    Revisions filed from now on carry the new digests; those before keep theirs and are read by the pin
    they were filed under.

    Returns:
        How it stood before; nothing was done where only words differ, for those are taken anyway.

    Raises:
        NotFoundError: it was never opened.
        QuarantinedError: its plugin does not serve.
        ConflictError: the campaign is closed, or another adopted it a moment ago.
    """
    with host.work.writing() as work:
        row = work.campaigns.get(campaign_code)
        if row is None:
            raise NotFoundError("Đợt thi đua này chưa mở.", subject=campaign_code)
        stands = standing_of(host, work, row)
        if stands.standing in {Standing.GONE, Standing.QUARANTINED}:
            raise stands.refusal(host)
        if row.closed_at is not None:
            raise ConflictError(
                "Đợt thi đua này đã kết thúc: năm đã khóa đọc theo bản đã khóa, không nhận thay đổi nữa.",
                subject=campaign_code,
            )
        if stands.standing is Standing.CHANGED:
            if not pin_year(host, work, campaign_code, PinReason.ADOPTED):
                raise ConflictError("Bản khóa vừa được thay đổi; hãy chạy lại lệnh.", subject=campaign_code)
            work.commit()
    if stands.standing is Standing.CHANGED:
        # What waited while the year was stopped.
        host.bell.ring()
    return stands


def years_seen(host: Host) -> tuple[YearStanding, ...]:
    """Return how every opened campaign stands to its pin, in the order of opening; an operator's command."""
    with host.work.reading() as work:
        return tuple(standings(host, work).values())
