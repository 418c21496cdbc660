"""The plugins that serve, and those in quarantine with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from thidua.domain.errors import NotFoundError
from thidua.forms.compose import ComposedForm
from thidua.forms.compose import compose
from thidua.plugin_host.discovery import CAMPAIGNS
from thidua.plugin_host.discovery import UNIT_TYPES
from thidua.plugin_host.discovery import Found
from thidua.plugin_host.judging import faults_of_campaign
from thidua.plugin_host.judging import faults_of_unit_type
from thidua_sdk import Campaign
from thidua_sdk import Form
from thidua_sdk import UnitType

__all__ = ["Quarantined", "Registry", "registry_of"]


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A plugin that does not serve; ``reasons`` are Vietnamese sentences."""

    group: str
    name: str
    distribution: str
    version: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Registry:
    """Serving plugins by code; fulfils ``application.host.Catalogue``."""

    unit_types: Mapping[str, UnitType]
    campaigns: Mapping[str, Campaign]
    quarantined: tuple[Quarantined, ...]
    _origins: Mapping[str, str]
    _forms: Mapping[tuple[str, str, str], ComposedForm]

    def campaign(self, code: str) -> Campaign:
        """Return a campaign; NotFoundError if no serving plugin brings it."""
        try:
            return self.campaigns[code]
        except KeyError:
            raise NotFoundError("Không có đợt thi đua này.", subject=code) from None

    def origin(self, campaign_code: str) -> str:
        """Name the distribution and version that bring a campaign, empty if none does."""
        return self._origins.get(campaign_code, "")

    def form(self, campaign_code: str, period_code: str, form_code: str) -> ComposedForm:
        """Return a form as filed in a period; NotFoundError if the period does not use it."""
        try:
            return self._forms[campaign_code, period_code, form_code]
        except KeyError:
            raise NotFoundError("Kỳ báo cáo này không dùng biểu đó.", subject=f"{period_code} {form_code}") from None

    def whole_form(self, campaign_code: str, form_code: str) -> ComposedForm:
        """Return the campaign's whole form; NotFoundError if no unit type brings it."""
        return self.form(campaign_code, "", form_code)


def registry_of(found: Iterable[Found]) -> Registry:
    """Judge what was found: unit types first, then the campaigns that need them."""
    quarantined: list[Quarantined] = []
    unit_types: dict[str, UnitType] = {}
    campaigns: dict[str, Campaign] = {}
    origins: dict[str, str] = {}
    found = tuple(found)
    repeated = {key for key, times in Counter((plugin.group, plugin.name) for plugin in found).items() if times > 1}
    for plugin in sorted(found, key=lambda plugin: plugin.group != UNIT_TYPES):
        if plugin.failure:
            reasons: tuple[str, ...] = (plugin.failure,)
        elif (plugin.group, plugin.name) in repeated:
            reasons = (f"mã {plugin.name} có ở hơn một bản phân phối",)
        elif plugin.group == UNIT_TYPES:
            reasons = faults_of_unit_type(plugin.name, plugin.value)
        else:
            reasons = faults_of_campaign(plugin.name, plugin.value, unit_types)
        if reasons:
            quarantined.append(Quarantined(plugin.group, plugin.name, plugin.distribution, plugin.version, reasons))
        elif isinstance(plugin.value, UnitType) and plugin.group == UNIT_TYPES:
            unit_types[plugin.value.code] = plugin.value
        elif isinstance(plugin.value, Campaign) and plugin.group == CAMPAIGNS:
            campaigns[plugin.value.code] = plugin.value
            origins[plugin.value.code] = f"{plugin.distribution} {plugin.version}"
    return Registry(
        MappingProxyType(unit_types),
        MappingProxyType(campaigns),
        tuple(quarantined),
        MappingProxyType(origins),
        MappingProxyType(_composed(campaigns.values(), unit_types.values())),
    )


def _composed(
    campaigns: Iterable[Campaign], unit_types: Iterable[UnitType]
) -> dict[tuple[str, str, str], ComposedForm]:
    """Compose every form once per campaign and shortening; the period "" stands for the whole form."""
    forms: dict[str, Form] = {form.code: form for unit_type in unit_types for form in unit_type.forms}
    composed: dict[tuple[str, str, str], ComposedForm] = {}
    for campaign in campaigns:
        variants: dict[tuple[str, tuple[str, ...] | None], ComposedForm] = {}
        for code, form in forms.items():
            variants[code, None] = composed[campaign.code, "", code] = compose(form, campaign)
        for period in campaign.periods:
            for use in period.forms:
                key = use.form, use.only
                if key not in variants:
                    variants[key] = compose(forms[use.form], campaign, use.only)
                composed[campaign.code, period.code, use.form] = variants[key]
    return composed
