"""How an opened campaign stands to its pin: served as pinned, changed since, or without its plugin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from thidua.application.ports.host import Host
from thidua.application.ports.rows import CampaignRow
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.domain.errors import DamagedPinError
from thidua.domain.errors import QuarantinedError
from thidua.domain.errors import StoppedYearError
from thidua.domain.pins import Pin
from thidua.domain.plugins import PluginGroup
from thidua.forms.plain_values import NotPlainError
from thidua.forms.year_changes import YearChange
from thidua.forms.year_changes import changes_between
from thidua.forms.years import Year
from thidua.forms.years import named_forms
from thidua.forms.years import year_from

__all__ = ["Standing", "YearStanding", "pinned_year", "standing_of", "standings"]

#: Changes named in one sentence; the command lists them all.
_NAMED = 5


class Standing(StrEnum):
    """How a campaign stands to its pin."""

    #: Its plugin serves and says what was pinned.
    AS_PINNED = "as_pinned"
    #: Its plugin serves, and only words differ or something came that was not known.
    REWORDED = "reworded"
    #: Its plugin serves, and nothing was pinned yet.
    UNPINNED = "unpinned"
    #: Its plugin serves and differs in what is frozen.
    CHANGED = "changed"
    #: Its plugin serves, and what was pinned cannot be read back to be compared.
    DAMAGED = "damaged"
    #: Its plugin is in quarantine.
    QUARANTINED = "quarantined"
    #: No plugin brings it any more.
    GONE = "gone"

    @property
    def serves(self) -> bool:
        """Tell whether anything new may be taken and counted."""
        return self in {Standing.AS_PINNED, Standing.REWORDED, Standing.UNPINNED}


@dataclass(frozen=True, slots=True)
class YearStanding:
    """A campaign that was opened, with its pin in force, and where the plugin's year differs from that."""

    campaign: CampaignRow
    standing: Standing
    changes: tuple[YearChange, ...] = ()
    damage: DamagedPinError | None = None

    @property
    def pin(self) -> Pin | None:
        """The pin in force."""
        return self.campaign.pin

    @property
    def is_read_from_pin(self) -> bool:
        """Tell whether pages show what was pinned and not what the plugin says; a closed year is as it was."""
        if self.pin is None:
            return False
        return not self.standing.serves or (self.campaign.closed_at is not None and self.standing is Standing.REWORDED)

    def note(self, host: Host) -> str:
        """Say on pages that the year is read from its pin, and why; empty where it is not."""
        if self.pin is None or not self.is_read_from_pin:
            return ""
        why = {
            Standing.GONE: "phần mềm riêng của đợt đã gỡ khỏi máy chủ",
            Standing.QUARANTINED: "phần mềm riêng của đợt đang bị cách ly",
            Standing.CHANGED: "phần mềm riêng của đợt đã khác bản đã khóa",
        }.get(self.standing, "đợt đã kết thúc")
        rest = "" if self.standing.serves else " Chỉ xem, không nộp hay tính lại được; không có gì bị mất."
        return f"Năm này đọc theo bản đã khóa lúc {_said(host, self.pin.pinned_at)} vì {why}.{rest}"

    def refusal(self, host: Host) -> QuarantinedError:
        """Return the error for whoever would write in a year that does not serve: what the operator should do."""
        code = self.campaign.code
        if self.standing is Standing.CHANGED:
            return self._changed(host)
        if self.damage is not None:
            return self.damage
        if self.standing is Standing.GONE:
            origin = f" {self.pin.origin}" if self.pin and self.pin.origin else ""
            return StoppedYearError(
                f"Phần mềm riêng của đợt {code} không còn trên máy chủ nên đợt này chỉ xem được; không có gì bị mất. "
                f"Người quản trị cài lại gói{origin}, chạy thidua plugins check rồi khởi động lại.",
                subject=code,
            )
        try:
            host.catalogue.campaign(code)
        except QuarantinedError as refused:
            return refused
        raise ValueError("a campaign that serves refuses nothing")

    def _changed(self, host: Host) -> QuarantinedError:
        code, origin = self.campaign.code, host.catalogue.origin(self.campaign.code)
        named = "; ".join(change.sentence for change in self.changes[:_NAMED])
        more = f"; và {len(self.changes) - _NAMED} chỗ khác" if len(self.changes) > _NAMED else ""
        was = f" ({self.pin.origin})" if self.pin and self.pin.origin else ""
        mend = (
            f"Đợt đã kết thúc nên không nhận thay đổi nữa: người quản trị cài lại bản cũ{was}."
            if self.campaign.closed_at is not None
            else f"Người quản trị xem và nhận thay đổi bằng lệnh: thidua campaign adopt {code}; "
            f"hoặc cài lại bản cũ{was}."
        )
        return StoppedYearError(
            f"Đợt {code} tạm ngừng nhận và tính vì gói {origin} khác bản đã khóa khi mở đợt: {named}{more}. "
            f"Không có gì bị mất. {mend}",
            subject=code,
        )


def standing_of(host: Host, work: UnitOfWork, campaign: CampaignRow) -> YearStanding:
    """Compare a campaign's plugin with its pin; the texts are read only where they may differ."""
    live, pin = host.catalogue.years.get(campaign.code), campaign.pin
    if live is None:
        is_out = any(
            each.code == campaign.code and each.group is PluginGroup.CAMPAIGN for each in host.catalogue.plugins
        )
        return YearStanding(campaign, Standing.QUARANTINED if is_out else Standing.GONE)
    if pin is None:
        return YearStanding(campaign, Standing.UNPINNED)
    if pin.digest == live.digest:
        return YearStanding(campaign, Standing.AS_PINNED)
    try:
        changes = changes_between(pinned_year(work, pin), live)
    except DamagedPinError as damage:
        return YearStanding(campaign, Standing.DAMAGED, damage=damage)
    return YearStanding(campaign, Standing.CHANGED if changes else Standing.REWORDED, changes)


def standings(host: Host, work: UnitOfWork) -> Mapping[str, YearStanding]:
    """Return how every opened campaign stands to its pin, by code, in the order of opening."""
    return {row.code: standing_of(host, work, row) for row in work.campaigns.all()}


def pinned_year(work: UnitOfWork, pin: Pin) -> Year:
    """Read back what was pinned.

    Raises:
        DamagedPinError: it is not there, was altered, or is of no form that this release reads.
    """
    text = work.pins.texts([pin.digest]).get(pin.digest, "")
    try:
        forms = work.pins.texts(named_forms(text, pin.digest))
        return _read(text, pin.digest, tuple(sorted(forms.items())), pin.origin)
    except NotPlainError as wrong:
        raise DamagedPinError(
            f"Bản khóa của đợt {pin.campaign_code} trong cơ sở dữ liệu không đọc được ({wrong}). Báo cáo đã nộp vẫn "
            "nguyên trong sổ; người quản trị khôi phục bảng pinned_text từ bản sao lưu.",
            subject=pin.campaign_code,
        ) from None


@lru_cache(maxsize=16)
def _read(text: str, digest: str, forms: tuple[tuple[str, str], ...], origin: str) -> Year:
    return year_from(text, digest, dict(forms), origin)


def _said(host: Host, at: datetime) -> str:
    local = at.astimezone(host.zone)
    return f"{local:%H:%M} ngày {local.day}/{local.month}/{local.year}"
