"""The plugins that serve, and those in quarantine with the reason."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace
from types import MappingProxyType

from thidua.domain.errors import NotFoundError
from thidua.domain.errors import QuarantinedError
from thidua.domain.plugins import Fault
from thidua.domain.plugins import FaultKind
from thidua.domain.plugins import Plugin
from thidua.domain.plugins import PluginGroup
from thidua.forms.compose import ComposedForm
from thidua.forms.compose import compose
from thidua.forms.years import WHOLE
from thidua.forms.years import Year
from thidua.forms.years import year_of
from thidua.plugin_host.discovery import Found
from thidua.plugin_host.discovery import candidates
from thidua.plugin_host.discovery import with_faults
from thidua.plugin_host.judging import faults_of_campaign
from thidua.plugin_host.judging import faults_of_unit_type
from thidua.plugin_host.references import faults_between_forms
from thidua_sdk import Campaign
from thidua_sdk import Form
from thidua_sdk import UnitType

__all__ = ["Registry", "registry_of"]


@dataclass(frozen=True, slots=True)
class Registry:
    """Serving plugins by code; fulfils ``application.ports.host.Catalogue``.

    ``plugins`` are all that were found, unit types first, each with what is wrong with it.
    """

    unit_types: Mapping[str, UnitType]
    campaigns: Mapping[str, Campaign]
    plugins: tuple[Plugin, ...]
    years: Mapping[str, Year]
    _origins: Mapping[str, str]
    _forms: Mapping[tuple[str, str, str], ComposedForm]

    @property
    def quarantined(self) -> tuple[Plugin, ...]:
        """The plugins that do not serve."""
        return tuple(plugin for plugin in self.plugins if not plugin.is_sound)

    def campaign(self, code: str) -> Campaign:
        """Return a campaign; QuarantinedError if its plugin is out, NotFoundError if none brings it."""
        found = self.campaigns.get(code)
        if found is not None:
            return found
        if any(each.code == code and each.group is PluginGroup.CAMPAIGN for each in self.quarantined):
            raise QuarantinedError(
                f"Đợt {code} đang tạm dừng vì phần mềm riêng của đợt này có lỗi. Không có gì bị mất: báo cáo đã nộp và "
                "bản nháp vẫn được giữ nguyên, các đợt khác vẫn chạy. Người quản trị xem lỗi ở trang “Phần mở rộng”; "
                "nếu sắp hết hạn nộp, hãy báo Văn phòng Sở.",
                subject=code,
            )
        raise NotFoundError("Không có đợt thi đua này.", subject=code)

    def origin(self, campaign_code: str) -> str:
        """Name the distribution and version that bring a campaign, empty if none does."""
        return self._origins.get(campaign_code, "")

    def digest(self, campaign_code: str, form_code: str) -> str:
        """Name the files of the plugins that bring a campaign's form, as they are."""
        bringing = {
            code for code, each in self.unit_types.items() if any(form.code == form_code for form in each.forms)
        }
        parts = (
            each.digest
            for each in self.plugins
            if each.code == (campaign_code if each.group is PluginGroup.CAMPAIGN else None)
            or (each.group is PluginGroup.UNIT_TYPE and each.code in bringing)
        )
        return hashlib.sha256(" ".join(parts).encode()).hexdigest()

    def changed(self) -> tuple[str, ...]:
        """Name the distributions that were installed, replaced or removed since these plugins were loaded."""
        known = {(each.group, each.code, each.digest): each.distribution for each in self.plugins}
        there = {(each.plugin.group, each.plugin.code, each.plugin.digest): each.plugin for each in candidates()}
        new = {plugin.distribution for place, plugin in there.items() if place not in known}
        return tuple(sorted(new | {name for place, name in known.items() if place not in there}))

    def form(self, campaign_code: str, period_code: str, form_code: str) -> ComposedForm:
        """Return a form as filed in a period; NotFoundError if the period does not use it."""
        try:
            return self._forms[campaign_code, period_code, form_code]
        except KeyError:
            raise NotFoundError("Kỳ báo cáo này không dùng biểu đó.", subject=f"{period_code} {form_code}") from None

    def whole_form(self, campaign_code: str, form_code: str) -> ComposedForm:
        """Return the campaign's whole form; NotFoundError if no unit type brings it."""
        return self.form(campaign_code, WHOLE, form_code)


def registry_of(found: Iterable[Found]) -> Registry:
    """Judge what was found: unit types first, then the campaigns that need them."""
    found = sorted(found, key=lambda each: each.plugin.group is not PluginGroup.UNIT_TYPE)
    overlaps = _overlaps(found)
    judged: list[Plugin] = []
    unit_types: dict[str, UnitType] = {}
    campaigns: dict[str, Campaign] = {}
    origins: dict[str, str] = {}
    is_settled = False
    for each in found:
        plugin = with_faults(each.plugin, overlaps.get(id(each), ()))
        if each.plugin.group is PluginGroup.CAMPAIGN and not is_settled:
            judged, unit_types = _settled(judged, unit_types)
            is_settled = True
        if plugin.is_sound and plugin.group is PluginGroup.UNIT_TYPE:
            plugin = with_faults(plugin, faults_of_unit_type(plugin.code, each.value))
        elif plugin.is_sound:
            out = {other.code for other in judged if not other.is_sound and other.group is PluginGroup.UNIT_TYPE}
            plugin = with_faults(plugin, faults_of_campaign(plugin.code, each.value, unit_types, out))
        if plugin.is_sound and isinstance(each.value, UnitType):
            unit_types[plugin.code] = each.value
            plugin = replace(plugin, label=each.value.label)
        elif plugin.is_sound and isinstance(each.value, Campaign):
            campaigns[plugin.code] = each.value
            origins[plugin.code] = plugin.origin
            plugin = replace(plugin, label=each.value.title)
        judged.append(plugin)
    if not is_settled:
        judged, unit_types = _settled(judged, unit_types)
    composed = _composed(campaigns.values(), unit_types.values())
    return Registry(
        MappingProxyType(unit_types),
        MappingProxyType(campaigns),
        tuple(judged),
        MappingProxyType(_years(campaigns, unit_types, origins, composed)),
        MappingProxyType(origins),
        MappingProxyType(composed),
    )


def _settled(judged: list[Plugin], unit_types: dict[str, UnitType]) -> tuple[list[Plugin], dict[str, UnitType]]:
    """Judge what forms say of other unit types' forms, until nobody leans on one that is out."""
    while True:
        wrong = {code: tuple(faults_between_forms(each, unit_types)) for code, each in unit_types.items()}
        if not any(wrong.values()):
            return judged, unit_types
        judged = [
            with_faults(plugin, wrong.get(plugin.code, ())) if plugin.group is PluginGroup.UNIT_TYPE else plugin
            for plugin in judged
        ]
        unit_types = {code: each for code, each in unit_types.items() if not wrong[code]}


def _overlaps(found: Iterable[Found]) -> dict[int, list[Fault]]:
    """Find codes that several bring: none of them serves, for nobody knows which was meant.

    People take codes apart by ear and file systems by neither case: capitals alone make no other code.
    """
    faults: dict[int, list[Fault]] = defaultdict(list)
    by_code: dict[tuple[str, str], list[Found]] = defaultdict(list)
    # Unit types may share one form; two forms of one code nobody could tell apart.
    by_form: dict[str, list[tuple[Found, Form]]] = defaultdict(list)
    for each in found:
        by_code[each.plugin.group, each.plugin.code.casefold()].append(each)
        if isinstance(each.value, UnitType) and isinstance(each.value.forms, tuple):
            for form in each.value.forms:
                if isinstance(form, Form):
                    by_form[str(form.code).casefold()].append((each, form))
    for many in by_code.values():
        if len(many) > 1:
            _blame(
                faults, many, f"mã {many[0].plugin.code}", "gỡ bớt, chỉ giữ một bản phân phối; hoặc đổi mã của một bên"
            )
    for brought in by_form.values():
        many = list({id(each): each for each, _ in brought}.values())
        if len({id(form.schema) for _, form in brought}) > 1 and len(many) > 1:
            _blame(faults, many, f"mã biểu {brought[0][1].code}", "đổi mã biểu của một bên")
    return faults


def _blame(faults: dict[int, list[Fault]], many: Iterable[Found], what: str, mend: str) -> None:
    who = sorted(f"{each.plugin.code} ({each.plugin.origin})" for each in many)
    for each in many:
        faults[id(each)].append(Fault(FaultKind.DUPLICATE, "code", f"{what} có ở hơn một nơi: {', '.join(who)}", mend))


def _composed(
    campaigns: Iterable[Campaign], unit_types: Iterable[UnitType]
) -> dict[tuple[str, str, str], ComposedForm]:
    """Compose every form once per campaign and shortening; the period "" stands for the whole form."""
    forms: dict[str, Form] = {form.code: form for unit_type in unit_types for form in unit_type.forms}
    composed: dict[tuple[str, str, str], ComposedForm] = {}
    for campaign in campaigns:
        variants: dict[tuple[str, tuple[str, ...] | None], ComposedForm] = {}
        for code, form in forms.items():
            variants[code, None] = composed[campaign.code, WHOLE, code] = compose(form, campaign)
        for period in campaign.periods:
            for use in period.forms:
                key = use.form, use.only
                if key not in variants:
                    variants[key] = compose(forms[use.form], campaign, use.only)
                composed[campaign.code, period.code, use.form] = variants[key]
    return composed


def _years(
    campaigns: Mapping[str, Campaign],
    unit_types: Mapping[str, UnitType],
    origins: Mapping[str, str],
    composed: Mapping[tuple[str, str, str], ComposedForm],
) -> dict[str, Year]:
    """Describe each campaign with its forms, as it is pinned when it is opened."""
    labels = {code: each.label for code, each in unit_types.items()}
    forms: dict[str, dict[tuple[str, str], ComposedForm]] = {code: {} for code in campaigns}
    for (campaign, period, form), made in composed.items():
        forms[campaign][period, form] = made
    return {code: year_of(campaign, forms[code], labels, origins[code]) for code, campaign in campaigns.items()}
