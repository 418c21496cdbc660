"""The installed plugins, with rules of a test's own in the form of the district offices."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from thidua.plugin_host.discovery import Found
from thidua.plugin_host.discovery import found_plugins
from thidua.plugin_host.registry import Registry
from thidua.plugin_host.registry import registry_of
from thidua_sdk import Finding
from thidua_sdk import FormSchema
from thidua_sdk import Level
from thidua_sdk import PayloadRule
from thidua_sdk import Record
from thidua_sdk import RecordRule
from thidua_sdk import UnitType
from thidua_sdk import Values

__all__ = ["PAYLOAD", "RECORD", "bent", "bent_by", "without_campaign"]

PAYLOAD, RECORD = "TEST1", "TEST2"
_BENT = "district_culture_office"
_found = cache(found_plugins)


def bent(
    holds: Callable[[Values], bool] = lambda _: True,
    check: Callable[[Values, Record], Iterable[Finding]] = lambda _, __: (),
    *,
    digest: str = "1",
) -> Registry:
    """Judge the installed plugins with two more rules in form A; ``digest`` names this version of them."""
    payload = PayloadRule(PAYLOAD, Level.ERROR, "Số tin, bài chưa đúng.", ("/fields/radio_items",), holds)
    return bent_by([payload], [RecordRule(RECORD, check)], digest=digest)


def bent_by(payload: Iterable[PayloadRule] = (), record: Iterable[RecordRule] = (), *, digest: str = "1") -> Registry:
    """Judge the installed plugins with rules added to form A; ``digest`` names this version of them."""
    rules, record_rules = tuple(payload), tuple(record)
    return registry_of(_with(found, rules, record_rules, digest) for found in _found())


def _with(found: Found, rules: tuple[PayloadRule, ...], record_rules: tuple[RecordRule, ...], digest: str) -> Found:
    if found.plugin.code != _BENT or not isinstance(found.value, UnitType):
        return found
    [form] = found.value.forms
    added = {"rules": form.schema.rules + rules, "record_rules": form.schema.record_rules + record_rules}
    schema: type[FormSchema] = type("Bent", (form.schema,), added)
    value = replace(found.value, forms=(replace(form, schema=schema),))
    return Found(replace(found.plugin, digest=digest), value)


def without_campaign() -> Registry:
    """Judge the installed plugins with the campaign broken."""
    return registry_of(
        Found(each.plugin, replace(each.value, title="")) if each.plugin.code == "ATGT-2021" else each  # type: ignore[type-var]  # a campaign
        for each in _found()
    )
