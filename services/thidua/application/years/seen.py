"""The host as one year is read, and as years are written in.

Use cases ask ``host.catalogue`` what a campaign is. To read, they ask a host whose catalogue answers
with the pinned year where the plugin does not say it any more; to count, one in which campaigns that
stand otherwise than pinned do not serve. Both are one and the same host where all is as pinned.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace

from thidua.application.ports.host import Catalogue
from thidua.application.ports.host import Host
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.years.standing import pinned_year
from thidua.application.years.standing import standing_of
from thidua.application.years.standing import standings
from thidua.domain.errors import DamagedPinError
from thidua.domain.errors import NotFoundError
from thidua.domain.errors import QuarantinedError
from thidua.domain.plugins import Plugin
from thidua.forms.compose import ComposedForm
from thidua.forms.plain_values import NotPlainError
from thidua.forms.years import WHOLE
from thidua.forms.years import Year
from thidua.forms.years import form_from
from thidua_sdk import Campaign
from thidua_sdk import UnitType

__all__ = ["ReadYear", "as_read", "as_serving", "campaign_as_read", "forms_as_filed", "require_serving"]


@dataclass(frozen=True, slots=True)
class ReadYear:
    """The host as a campaign is read, and the sentence for pages if that is from its pin, else empty.

    ``serves`` tells whether anything new is taken and counted.
    """

    host: Host
    note: str = ""
    serves: bool = True

    @property
    def is_pinned(self) -> bool:
        """Tell whether the year is read from its pin; nothing can be written in it then."""
        return bool(self.note)


@dataclass(frozen=True, slots=True)
class _Catalogue:
    """The catalogue with some years read from their pins and some campaigns stopped; else the host's own."""

    own: Catalogue
    pinned: Mapping[str, Year]
    stopped: Mapping[str, QuarantinedError]

    @property
    def campaigns(self) -> Mapping[str, Campaign]:
        return {code: year.campaign for code, year in self.years.items()}

    @property
    def years(self) -> Mapping[str, Year]:
        own = {code: year for code, year in self.own.years.items() if code not in self.stopped}
        return {**own, **self.pinned}

    @property
    def unit_types(self) -> Mapping[str, UnitType]:
        labels = {code: label for year in self.pinned.values() for code, label in year.unit_types.items()}
        named = {code: UnitType(code=code, label=label, forms=(), source="") for code, label in labels.items()}
        return {**self.own.unit_types, **named}

    @property
    def plugins(self) -> tuple[Plugin, ...]:
        return self.own.plugins

    def changed(self) -> tuple[str, ...]:
        return self.own.changed()

    def campaign(self, code: str) -> Campaign:
        if code in self.stopped:
            raise self.stopped[code]
        return self.pinned[code].campaign if code in self.pinned else self.own.campaign(code)

    def origin(self, campaign_code: str) -> str:
        year = self.pinned.get(campaign_code)
        return self.own.origin(campaign_code) if year is None else year.origin

    def digest(self, campaign_code: str, form_code: str) -> str:
        return self.own.digest(campaign_code, form_code)

    def form(self, campaign_code: str, period_code: str, form_code: str) -> ComposedForm:
        year = self.pinned.get(campaign_code)
        if year is None:
            return self.own.form(campaign_code, period_code, form_code)
        try:
            return year.forms[period_code, form_code]
        except KeyError:
            raise NotFoundError("Kỳ báo cáo này không dùng biểu đó.", subject=f"{period_code} {form_code}") from None

    def whole_form(self, campaign_code: str, form_code: str) -> ComposedForm:
        return self.form(campaign_code, WHOLE, form_code)


def as_read(host: Host, work: UnitOfWork, campaign_code: str, *, pinned: str | None = None) -> ReadYear:
    """Return the host as a campaign is read; for what was never opened or pinned, the host as it is.

    Args:
        host: the ports.
        work: a unit of work that reads.
        campaign_code: the campaign.
        pinned: digest of its pin in force, where that was read already.

    Raises:
        DamagedPinError: it is read from its pin, which cannot be read.
    """
    if _says(host, campaign_code, pinned):
        return ReadYear(host)
    row = work.campaigns.get(campaign_code)
    if row is None:
        return ReadYear(host)
    stands = standing_of(host, work, row)
    if stands.damage is not None:
        raise stands.damage
    if stands.pin is None or not stands.is_read_from_pin:
        return ReadYear(host, serves=stands.standing.serves)
    year = {campaign_code: pinned_year(work, stands.pin)}
    seen = replace(host, catalogue=_Catalogue(host.catalogue, year, {}))
    return ReadYear(seen, stands.note(host), stands.standing.serves)


def as_serving(host: Host, work: UnitOfWork) -> Host:
    """Return the host in which campaigns that stand otherwise than pinned do not serve."""
    stopped = {
        code: stands.refusal(host)
        for code, stands in standings(host, work).items()
        if code in host.catalogue.campaigns and not stands.standing.serves
    }
    return replace(host, catalogue=_Catalogue(host.catalogue, {}, stopped)) if stopped else host


def _says(host: Host, campaign_code: str, pinned: str | None) -> bool:
    """Tell whether a campaign's plugin says what this pin says."""
    live = host.catalogue.years.get(campaign_code)
    return live is not None and live.digest == pinned


def require_serving(host: Host, work: UnitOfWork, campaign_code: str, *, pinned: str | None = None) -> None:
    """Refuse to write in a campaign whose plugin is gone, in quarantine, or not what was pinned.

    Args:
        host: the ports.
        work: an open unit of work.
        campaign_code: the campaign.
        pinned: digest of its pin in force, where that was read already.

    Raises:
        QuarantinedError: it is; the sentence says what the operator should do.
        NotFoundError: no plugin brings it and it was never opened.
    """
    if _says(host, campaign_code, pinned):
        return
    row = work.campaigns.get(campaign_code)
    if row is None:
        host.catalogue.campaign(campaign_code)
        return
    stands = standing_of(host, work, row)
    if not stands.standing.serves:
        raise stands.refusal(host)


def campaign_as_read(host: Host, campaign_code: str) -> Campaign | None:
    """Return a campaign for its names and days, its plugin's if that serves, else as pinned; None where nothing tells.

    For lists and links that name campaigns in passing: what shows a year's reports or figures asks :func:`as_read`.
    """
    if (live := host.catalogue.campaigns.get(campaign_code)) is not None:
        return live
    with host.work.glancing() as work:
        try:
            return as_read(host, work, campaign_code).host.catalogue.campaigns.get(campaign_code)
        except DamagedPinError:
            return None


def forms_as_filed(
    work: UnitOfWork, campaign: Campaign, form: ComposedForm, schema_digests: Iterable[str]
) -> dict[str, ComposedForm]:
    """Return the form that each schema digest names, by digest.

    A revision is read by the very form it was filed in. Digests from before pins were kept lead nowhere;
    those revisions are read by the form at hand, as they always were.

    Args:
        work: a unit of work that reads.
        campaign: whose form it is.
        form: as the year has it now.
        schema_digests: as revisions name them.

    Raises:
        DamagedPinError: one was pinned and cannot be read.
    """
    wanted = set(schema_digests)
    found = dict.fromkeys(wanted, form)
    others = [(form.code, digest) for digest in sorted(wanted - {form.digest})]
    try:
        for (_, schema), (digest, text) in (work.pins.forms_filed(others) if others else {}).items():
            found[schema] = form_from(text, digest, campaign)
    except NotPlainError as wrong:
        raise DamagedPinError(
            f"Biểu {form.code} đã khóa của đợt {campaign.code} không đọc được ({wrong}). Báo cáo đã nộp vẫn nguyên "
            "trong sổ; người quản trị khôi phục bảng pinned_text từ bản sao lưu.",
            subject=campaign.code,
        ) from None
    return found
