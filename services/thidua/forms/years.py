"""A campaign's year as everything that reads it sees it: the campaign with its composed forms, live or pinned.

A year is made of the plugins that serve, or read back from what was pinned when the campaign was
opened; both are one shape, so that whatever shows a report or a status shows either. Each text is named
by its SHA-256: a pin that was altered or cut is known at once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace
from functools import cached_property
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from thidua.forms.compose import ComposedForm
from thidua.forms.describe import FieldModel
from thidua.forms.plain_values import NotPlainError
from thidua.forms.plain_values import plain
from thidua.forms.plain_values import rebuilt
from thidua_sdk import Campaign
from thidua_sdk import FormSchema
from thidua_sdk import Level
from thidua_sdk import PayloadRule
from thidua_sdk import RecordRule
from thidua_sdk import Section
from thidua_sdk import Topic

__all__ = [
    "WHOLE",
    "WrittenForm",
    "WrittenYear",
    "Year",
    "form_from",
    "named_forms",
    "personal_tables",
    "year_from",
    "year_of",
]

#: Stands for the period of a form that no period shortens.
WHOLE = ""

#: Raised when this release can no longer read what an earlier one wrote.
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class WrittenForm:
    """A form as text; ``digest`` names the text, ``schema_digest`` is what revisions say they were filed with."""

    digest: str
    form_code: str
    schema_digest: str
    text: str


@dataclass(frozen=True, slots=True)
class WrittenYear:
    """A year as text, which names its forms by digest."""

    digest: str
    text: str
    forms: tuple[WrittenForm, ...]


@dataclass(frozen=True, eq=False)
class Year:
    """A campaign with what its reports and figures are read by.

    Attributes:
        campaign: the campaign.
        unit_types: Vietnamese label by code, of the unit types that the campaign names.
        forms: by period and code; the period :data:`WHOLE` stands for the whole form.
        origin: distribution and version that brought the campaign.
    """

    campaign: Campaign
    unit_types: Mapping[str, str]
    forms: Mapping[tuple[str, str], ComposedForm]
    origin: str

    @cached_property
    def written(self) -> WrittenYear:
        """The year as text, the same for the same year in every process."""
        # One form serves many periods, as one value.
        made = {id(form): _written_form(form) for form in self.forms.values()}
        periods: dict[str, list[str]] = {}
        for (period, _), form in sorted(self.forms.items()):
            periods.setdefault(made[id(form)].digest, []).append(period)
        forms = {each.digest: each for each in made.values()}
        text = _canonical(
            {
                "format": _FORMAT,
                "campaign": plain(replace(self.campaign, examples={}, amendments=())),
                "unit_types": dict(self.unit_types),
                "forms": [
                    {"code": forms[digest].form_code, "pin": digest, "periods": found}
                    for digest, found in sorted(periods.items())
                ],
            }
        )
        return WrittenYear(_digest(text), text, tuple(forms[digest] for digest in sorted(forms)))

    @property
    def digest(self) -> str:
        """What tells this year from any other."""
        return self.written.digest


def year_of(
    campaign: Campaign, forms: Mapping[tuple[str, str], ComposedForm], unit_types: Mapping[str, str], origin: str
) -> Year:
    """Make the year of a campaign that serves.

    Args:
        campaign: the campaign.
        forms: every form of every unit type, as composed for it, by period and code.
        unit_types: label of every unit type that serves.
        origin: distribution and version.
    """
    uses = [use for period in campaign.periods for use in period.forms]
    asked = {use.form for use in uses}
    named = {code for use in uses for code in use.unit_types} | {
        code for duty in campaign.duties for code in duty.unit_types
    }
    return Year(
        campaign,
        {code: unit_types[code] for code in sorted(named) if code in unit_types},
        {place: form for place, form in forms.items() if place[1] in asked},
        origin,
    )


def named_forms(text: str, digest: str) -> tuple[str, ...]:
    """Return the digests of the forms that a year's text names.

    Raises:
        NotPlainError: it is not the text that the digest names.
    """
    return tuple(dict.fromkeys(str(_at(each, "pin")) for each in _listed(_document(text, digest), "forms")))


def year_from(text: str, digest: str, forms: Mapping[str, str], origin: str) -> Year:
    """Read a year back.

    Args:
        text: as written.
        digest: what names it.
        forms: the texts of its forms by digest.
        origin: distribution and version that brought the campaign.

    Raises:
        NotPlainError: something is missing, altered, or of no form this release knows.
    """
    document = _document(text, digest)
    campaign = rebuilt(Campaign, document.get("campaign"), "campaign")
    labels = document.get("unit_types")
    if not isinstance(labels, dict) or not all(isinstance(label, str) for label in labels.values()):
        raise NotPlainError("unit_types: labels were expected")
    found: dict[tuple[str, str], ComposedForm] = {}
    for each in _listed(document, "forms"):
        pin, periods = str(_at(each, "pin")), _at(each, "periods")
        if pin not in forms:
            raise NotPlainError(f"form {pin[:12]} is missing")
        form = form_from(forms[pin], pin, campaign)
        found |= {(str(period), form.code): form for period in (periods if isinstance(periods, list) else ())}
    for period in campaign.periods:
        for use in period.forms:
            if (period.code, use.form) not in found or (WHOLE, use.form) not in found:
                raise NotPlainError(f"form {use.form} of period {period.code} is missing")
    return Year(campaign, labels, found, origin)


def form_from(text: str, digest: str, campaign: Campaign) -> ComposedForm:
    """Read one form back, as composed for a campaign.

    Raises:
        NotPlainError: as :func:`year_from`.
    """
    read = _read_form(text, digest)
    return replace(read, campaign_code=campaign.code, time_zone=_zone(campaign.time_zone))


def personal_tables(text: str, digest: str) -> frozenset[str]:
    """Return the tables of a pinned form that name persons.

    Raises:
        NotPlainError: as :func:`year_from`.
    """
    return frozenset(model.name for model in _read_form(text, digest).fields if model.personal)


@lru_cache(maxsize=256)
def _read_form(text: str, digest: str) -> ComposedForm:
    document = _document(text, digest)
    form = rebuilt(_Form, {name: each for name, each in document.items() if name != "format"}, "form")
    names = {model.name for model in form.fields}
    if any(name not in names for section in form.sections for name in section.fields):
        raise NotPlainError("form: a section names a field that is not there")
    return ComposedForm(
        code=form.code,
        title=form.title,
        version=form.version,
        campaign_code="",
        topics=form.topics,
        fields=form.fields,
        sections=form.sections,
        rules=tuple(
            PayloadRule(each.code, each.level, each.message, each.cells, _never_asked, each.source)
            for each in form.rules
        ),
        record_rules=tuple(RecordRule(each.code, _never_asked, each.source) for each in form.record_rules),
        sums=form.sums,
        time_zone="",
        digest=form.schema,
        schema=FormSchema(),
    )


def _never_asked(*_: object) -> Any:  # noqa: ANN401  stands in two kinds of rules
    message = "a pinned form judges nothing: its rules went with the plugin"
    raise AssertionError(message)


@dataclass(frozen=True, slots=True)
class _PayloadRule:
    """A rule without its code, in both senses that can be kept."""

    code: str
    level: Level
    message: str
    cells: tuple[str, ...]
    source: str = ""


@dataclass(frozen=True, slots=True)
class _RecordRule:
    code: str
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """What is written of a form: all but its campaign, so that years which ask the same share one text."""

    code: str
    title: str
    version: int
    schema: str
    topics: tuple[Topic, ...] = ()
    fields: tuple[FieldModel, ...]
    sections: tuple[Section, ...]
    rules: tuple[_PayloadRule, ...] = ()
    record_rules: tuple[_RecordRule, ...] = ()
    sums: tuple[tuple[str, str], ...] = ()


def _written_form(form: ComposedForm) -> WrittenForm:
    document = plain(
        _Form(
            code=form.code,
            title=form.title,
            version=form.version,
            schema=form.digest,
            topics=form.topics,
            fields=form.fields,
            sections=form.sections,
            rules=tuple(
                _PayloadRule(rule.code, rule.level, rule.message, rule.cells, rule.source) for rule in form.rules
            ),
            record_rules=tuple(_RecordRule(rule.code, rule.source) for rule in form.record_rules),
            sums=form.sums,
        )
    )
    text = _canonical({"format": _FORMAT, **document})
    return WrittenForm(_digest(text), form.code, form.digest, text)


def _canonical(document: Mapping[str, object]) -> str:
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _document(text: str, digest: str) -> dict[str, Any]:
    try:
        if _digest(text) != digest:
            raise NotPlainError(f"{digest[:12]}: the text is not the one that was pinned")
        document = json.loads(text)
    except (ValueError, RecursionError) as wrong:
        raise NotPlainError(f"{digest[:12]}: no JSON ({type(wrong).__name__})") from None
    if not isinstance(document, dict) or document.get("format") != _FORMAT:
        raise NotPlainError(f"{digest[:12]}: this release reads pins of format {_FORMAT}")
    return document


def _listed(document: Mapping[str, object], name: str) -> Iterable[Mapping[str, object]]:
    found = document.get(name)
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise NotPlainError(f"{name}: a list was expected")
    return found


def _at(each: Mapping[str, object], name: str) -> object:
    if name not in each:
        raise NotPlainError(f"forms: {name} is missing")
    return each[name]


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        raise NotPlainError("campaign.time_zone: no such zone") from None
    return name
