"""The installed plugins without one of them, or with a form or campaign of theirs changed as a new version might."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from thidua.domain.plugins import PluginGroup
from thidua.plugin_host.discovery import Found
from thidua.plugin_host.discovery import found_plugins
from thidua.plugin_host.registry import Registry
from thidua.plugin_host.registry import registry_of
from thidua_sdk import Campaign
from thidua_sdk import Count
from thidua_sdk import Section
from thidua_sdk import UnitType

__all__ = ["CAMPAIGNS", "RADIO", "uninstalled", "with_campaign", "with_fields"]

_FORM_A = "district_culture_office"
_found = cache(found_plugins)

#: The field of form A that tests change, as the plugin declares it.
RADIO: dict[str, Any] = {
    "code": "A11",
    "unit": "tin, bài",
    "by_topic": True,
    "source": "Biểu A, dòng A11",
    "help": "Mỗi tin, bài tính một lần dù phát nhiều lượt; số lượt phát ghi ở dòng A12.",
}


#: Every campaign that is installed, the earliest first.
CAMPAIGNS = sorted(each.plugin.code for each in _found() if each.plugin.group is PluginGroup.CAMPAIGN)


def uninstalled(*codes: str) -> Registry:
    """Judge the installed plugins but some, as after ``pip uninstall``."""
    return registry_of(each for each in _found() if each.plugin.code not in codes)


def with_fields(
    *, label: str = "Số tin, bài phát thanh", added: Mapping[str, Any] | None = None, **changed: Any
) -> Registry:
    """Judge the installed plugins with ``radio_items`` of form A declared otherwise, and fields added to it."""

    def bent(found: Found) -> Found:
        if found.plugin.code != _FORM_A or not isinstance(found.value, UnitType):
            return found
        [form] = found.value.forms
        declared = {"radio_items": Count(label, **{**RADIO, **changed}), **(added or {})}
        if added:
            declared["sections"] = (*form.schema.sections, Section("Phần thêm", tuple(added)))
        schema = type("Changed", (form.schema,), declared)
        return Found(
            replace(found.plugin, version="9.0.0", digest="changed"),
            replace(found.value, forms=(replace(form, schema=schema),)),
        )

    return registry_of(map(bent, _found()))


def with_campaign(code: str = "ATGT-2021", **changed: Any) -> Registry:
    """Judge the installed plugins with a campaign changed."""
    return registry_of(
        Found(replace(each.plugin, version="9.0.0"), replace(each.value, **changed))
        if each.plugin.code == code and isinstance(each.value, Campaign)
        else each
        for each in _found()
    )
