"""What of an opened year may not change unseen, and where two descriptions of it differ in that.

What is asked of units, by when, and how it is counted is frozen. Words are not: a label, a help text, a
sentence or a source may be mended at any time. Nor is what a plan only learns later: a cut-off that hung
on a day not known, a further period, baseline figures that are published meanwhile. Nor is whatever leaves
valid what was: a wider bound, a further option, a rule that goes or only warns. A bound or rule that
refuses more is a change; what a rule does is code, which nobody can compare.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from thidua.forms.compose import ComposedForm
from thidua.forms.describe import FieldModel
from thidua.forms.plain_values import plain
from thidua.forms.plain_values import plain_rule
from thidua.forms.years import Year
from thidua_sdk import AwardForm
from thidua_sdk import Baseline
from thidua_sdk import Campaign
from thidua_sdk import DeadlineRule
from thidua_sdk import Duty
from thidua_sdk import FieldSource
from thidua_sdk import FormUse
from thidua_sdk import Indicator
from thidua_sdk import Level
from thidua_sdk import Need
from thidua_sdk import Period
from thidua_sdk import Statistic
from thidua_sdk import Target
from thidua_sdk import Topic

__all__ = ["YearChange", "changes_between", "frozen_digest"]

#: What is words, or told elsewhere, by the kind of value; all else is frozen.
_WORDS: Mapping[type, frozenset[str]] = {
    FieldModel: frozenset({"code", "label", "help", "source", "example", "carries"}),
    Topic: frozenset({"label", "source", "valid_from"}),
    Indicator: frozenset({"label", "identifier", "clause", "source", "note"}),
    # Its evidence is written apart: the code of a plugin's own rule cannot be compared.
    Duty: frozenset({"clause", "who", "text", "indicators", "when", "source", "evidence"}),
    Target: frozenset({"label", "clause", "source"}),
    Statistic: frozenset({"label", "source"}),
    Baseline: frozenset({"source_document", "as_of", "source"}),
    Period: frozenset({"name", "source", "opens_with"}),
    DeadlineRule: frozenset({"source"}),
    AwardForm: frozenset({"label", "decided_by", "source"}),
    Campaign: frozenset(
        {
            "title",
            "theme",
            "plan",
            "legal_bases",
            "purposes",
            "rules_version",
            "source",
            "examples",
            "amendments",
            "unit_type_names",
            "compares_with",
            "api_version",
        }
    ),
}

#: By what a value is known again among others of its kind; the order in which they stand is no matter.
_KEYS: Mapping[type, Callable[[Any], str]] = {
    FieldModel: lambda each: each.name,
    Baseline: lambda each: f"{each.period} v{each.version}",
    FormUse: lambda each: f"{each.form} ({', '.join(sorted(each.unit_types))})",
    FieldSource: lambda each: ".".join(filter(None, (each.form, each.field, each.scope))),
    **{kind: lambda each: each.code for kind in (Topic, Indicator, Duty, Target, Statistic, Period, AwardForm)},
}

#: What may come later: what was not there, or not known.
_MAY_COME = re.compile(r"(periods|baselines)\.[^.]+|periods\.[^.]+\.(cutoff_on|statistics|activity)|valid_from")

#: Of a form: bounds that may only widen, by whether a larger number is wider.
_WIDER = {"maximum": True, "length": True, "most": True, "minimum": False, "min_length": False}
_NEEDS = [Need.OPTIONAL.value, Need.CONDITIONAL.value, Need.REQUIRED.value]

_SHOWN = 60


@dataclass(frozen=True, slots=True)
class YearChange:
    """One place where a year differs from its pin; ``form`` is empty for what is the campaign's own.

    ``was`` and ``now`` are empty where the thing is not there.
    """

    form: str
    place: str
    was: str
    now: str

    @property
    def sentence(self) -> str:
        """The change in a few words of Vietnamese, without a full stop."""
        where = f"biểu {self.form}, {self.place}" if self.form else self.place
        if not self.was:
            return f"{where}: thêm {self.now}"
        return f"{where}: {self.was} → {self.now}" if self.now else f"{where}: bỏ {self.was}"


@lru_cache(maxsize=64)
def changes_between(pinned: Year, live: Year) -> tuple[YearChange, ...]:
    """Return where what is frozen of a year differs, none where only words do."""
    if pinned.digest == live.digest:
        return ()
    found = list(_differing("", "", _frozen(pinned.campaign), _frozen(live.campaign)))
    for place, form in sorted(pinned.forms.items()):
        # A form that went is told with the period or use that went.
        if (other := live.forms.get(place)) is not None and _marks(form) != _marks(other):
            found += _differing(form.code, "", _frozen_form(form), _frozen_form(other))
    return tuple(dict.fromkeys(found))


def frozen_digest(campaign: Campaign) -> str:
    """Return the SHA-256 of what is frozen of a campaign, its forms apart."""
    text = json.dumps(_frozen(campaign), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _marks(form: ComposedForm) -> tuple[object, ...]:
    """Return what is the same only where nothing frozen differs: the digest, and what it leaves out."""
    return form.digest, form.version, [model.key for model in form.tables.values()]


def _frozen_form(form: ComposedForm) -> dict[str, object]:
    return {
        "version": form.version,
        "fields": _frozen(form.fields),
        "rules": {rule.code: rule.level.value for rule in form.rules},
        "record_rules": {rule.code: "có" for rule in form.record_rules},
    }


def _frozen(value: object) -> Any:  # noqa: ANN401  plain values, lists of what has a key as objects
    if isinstance(value, tuple):
        key = _KEYS.get(type(value[0])) if value else None
        return {key(each): _frozen(each) for each in value} if key else [_frozen(each) for each in value]
    if isinstance(value, Mapping):
        return {str(name): _frozen(each) for name, each in value.items()}
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return plain(value)
    words = _WORDS.get(type(value), frozenset())
    found = {
        field.name: _frozen(getattr(value, field.name))
        for field in dataclasses.fields(value)
        if field.name not in words
    }
    if isinstance(value, FieldModel):
        found |= {"options": {code: "có" for code, _ in value.options}} if value.options else {}
    if isinstance(value, Indicator) and value.scopes:
        found["scopes"] = dict.fromkeys(value.scopes, "có")
    if isinstance(value, Duty):
        rule = plain_rule(value.evidence)
        found["evidence"] = {**rule, "of": {name: each for name, each in rule["of"].items() if name != "reason"}}
    return found


def _differing(form: str, place: str, was: Any, now: Any) -> Iterator[YearChange]:  # noqa: ANN401
    if was == now:
        return
    # Of what has keys and is empty, nothing tells that it has.
    was, now = ({} if each == [] and isinstance(other, dict) else each for each, other in ((was, now), (now, was)))
    if isinstance(was, dict) and isinstance(now, dict):
        for name in _in_order(was, now):
            inner = f"{place}.{name}" if place else name
            if name in was and name in now:
                yield from _differing(form, inner, was[name], now[name])
            elif not _may_go(form, inner) if name in was else not _may_come(form, inner, now[name]):
                yield YearChange(form, inner, _said(was.get(name)), _said(now.get(name)))
        return
    if not (was is None and _may_come(form, place, now)) and not (form and _is_looser(place, was, now)):
        yield YearChange(form, place, _said(was), _said(now))


def _may_come(form: str, place: str, now: object) -> bool:
    if not form:
        return _MAY_COME.fullmatch(place) is not None
    return place.rpartition(".")[0].endswith(".options") or (place.startswith("rules.") and now == Level.WARNING)


def _may_go(form: str, place: str) -> bool:
    return bool(form) and place.startswith(("rules.", "record_rules."))


def _is_looser(place: str, was: Any, now: Any) -> bool:  # noqa: ANN401
    """Tell whether a change of a form leaves valid whatever was."""
    name = place.rpartition(".")[2]
    if place.startswith("rules."):
        return bool(now == Level.WARNING)
    if name == "need":
        return _NEEDS.index(now) < _NEEDS.index(was)
    if name == "required_in":
        return set(now) <= set(was)
    if name not in _WIDER or was is None:
        return False
    return now is None or bool((now > was) is _WIDER[name])


def _in_order(was: Iterable[str], now: Iterable[str]) -> Iterable[str]:
    return dict.fromkeys((*was, *now))


def _said(value: object) -> str:
    """Write a value short, empty for none; of an object its names tell enough."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, dict):
        return _cut("{" + ", ".join(value) + "}")
    if isinstance(value, list):
        return _cut("[" + ", ".join(_said(each) for each in value) + "]")
    return _cut(str(value))


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
