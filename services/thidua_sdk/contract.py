"""What a plugin is: one frozen value behind one entry point.

``thidua.unit_types`` entries are :class:`UnitType` values, ``thidua.campaigns`` entries are
:class:`Campaign` values; the entry point's name is the value's ``code``. A plugin brings no
routes, tables, tasks or settings, reads nothing on import, and imports only this package and
the standard library. Everything that a law or a year decides is stated here with its source
and nowhere in the host.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from datetime import date
from enum import StrEnum

from thidua_sdk.aggregates import Aggregation
from thidua_sdk.calendar import DeadlineRule
from thidua_sdk.calendar import Window
from thidua_sdk.comparison import Comparison
from thidua_sdk.evidence import Evidence
from thidua_sdk.schema import FormSchema

__all__ = [
    "API_VERSION",
    "Amendment",
    "AwardForm",
    "Baseline",
    "Campaign",
    "Duty",
    "FieldSource",
    "Form",
    "FormUse",
    "FromForms",
    "FromRoster",
    "Indicator",
    "LegalBasis",
    "Period",
    "Plan",
    "Purpose",
    "Statistic",
    "Target",
    "TargetKind",
    "Topic",
    "UnitType",
    "UnitTypeName",
]

#: Raised when a plugin written for the old contract would no longer work.
API_VERSION = 1


@dataclass(frozen=True, slots=True)
class FromRoster:
    """A computed cell: how many units of the period's roster are in some states.

    ``states`` are filing states (``on_time``, ``late``, ``overdue`` …), added; ``forms`` are the forms
    whose units count, none of them for every form but the one that the cell stands in.
    """

    states: tuple[str, ...]
    forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FromForms:
    """A computed cell: the sum of fields over the units that filed them in the same period."""

    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A report form.

    ``sums`` lists the (form, field) totals over other units' accepted reports that its record
    rules compare with. ``title`` is the heading of the page. ``computed`` says for each computed
    field where the host takes it from.
    """

    code: str
    title: str
    schema: type[FormSchema]
    version: int
    source: str
    sums: tuple[tuple[str, str], ...] = ()
    computed: Mapping[str, FromRoster | FromForms] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitType:
    """A kind of reporting unit with the forms it can file.

    ``head_signs``: a report is filed only with the word of the unit's head; reporters propose.
    """

    code: str
    label: str
    forms: tuple[Form, ...]
    source: str
    head_signs: bool = False
    api_version: int = API_VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Identity of the plan document.

    ``issued_on`` is None while the day is unknown; ``issued_from`` is then the earliest
    possible day and serves rules and windows.
    """

    symbol: str
    title: str
    issuer: str
    place: str
    issued_on: date | None
    issued_from: date
    parent_plan: str
    parent_issued_on: date | None
    signer_role: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalBasis:
    """A text the plan rests on. ``topic`` links it to the topic that communicates it."""

    code: str
    title: str
    topic: str
    source: str
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A content by which counts are split. Topics overlap, so their sum is never a total."""

    code: str
    label: str
    source: str
    valid_from: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSource:
    """A form's field that feeds an indicator.

    ``scope`` keeps apart what must never be added (district and provincial media count
    different things); sources of one scope are added.
    """

    form: str
    field: str
    scope: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A figure the campaign tracks.

    Exactly one of ``sources``, ``ratio`` and ``filing_states`` feeds it: fields of forms, the codes of the
    two indicators (part, whole) whose sums are divided, or the filing states (``on_time``, ``late`` …)
    whose units are shared over those that must report. An indicator with none of them is known
    to the plan but produced elsewhere, and ``note`` says where. ``scopes`` maps scope code to
    Vietnamese label. ``about_people``: a small count points at a person, so that readers outside
    the units and the Office see none. ``by_topic``: the figure is also shown for each topic.
    """

    code: str
    label: str
    identifier: str
    unit_of_measure: str
    aggregation: Aggregation
    clause: str
    source: str
    sources: tuple[FieldSource, ...] = ()
    ratio: tuple[str, str] | None = None
    filing_states: tuple[str, ...] = ()
    by_topic: bool = False
    scopes: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    about_people: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """A purpose or requirement of the plan that carries no number (G, Q)."""

    code: str
    clause: str
    text: str
    source: str
    indicators: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A duty of the plan.

    ``unit_types`` are the types that owe it; empty means that the department as a whole does
    and no unit is judged. ``indicators`` are its evidence in the plan's register; ``evidence``
    is the rule by which a unit's state is judged.
    """

    code: str
    clause: str
    who: str
    text: str
    unit_types: tuple[str, ...]
    indicators: tuple[str, ...]
    evidence: Evidence
    when: str
    source: str


class TargetKind(StrEnum):
    """How a target is judged."""

    #: A reduction inside two percentages; more is exceeded.
    BAND = "band"
    #: A reduction of at least one percentage.
    AT_LEAST = "at_least"
    #: No number was set: only the direction is tracked.
    DIRECTION_ONLY = "direction_only"
    #: Not one case.
    ZERO = "zero"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A criterion judged against the same window of the year before.

    ``least_percent`` and ``most_percent`` are the reduction that is asked for, as far as the kind has them:
    whole numbers, so that the comparison stays in integers.
    ``small_below``: a baseline under it is flagged as a small number.
    """

    code: str
    label: str
    kind: TargetKind
    indicator: str
    statistic: str
    clause: str
    source: str
    least_percent: int | None = None
    most_percent: int | None = None
    small_below: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistic:
    """A published figure that the department does not produce itself.

    ``form`` and ``field`` say where the Office enters it; ``source_field`` is the group that
    names document, day and definition. ``baseline_field`` is the group in which the Office enters the
    figure of the same window a year before, under the field's own name, beside its ``version``.
    """

    code: str
    label: str
    unit_of_measure: str
    definition_version: str
    form: str
    field: str
    source_field: str
    source: str
    baseline_field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """Figures of the comparison year for one period's statistics window, one version of them.

    ``values`` maps statistic code to figure; a missing code means not known.
    """

    period: str
    version: int
    window: Window
    values: Mapping[str, int]
    source_document: str
    as_of: date | None
    definition_version: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormUse:
    """A form filed in a period by the units of some types.

    ``only`` names the fields of a short form, None means the whole form. ``deadline`` decides
    when these units must have filed, ``locks`` when nothing is taken any more; None leaves that to
    the Office, who closes the period.
    """

    form: str
    unit_types: tuple[str, ...]
    deadline: DeadlineRule
    only: tuple[str, ...] | None = None
    locks: DeadlineRule | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A reporting period.

    ``statistics`` is the window of the outside figures, ``activity`` that of the units' own
    work; ``cutoff_on`` ends data taking and never moves, whatever day it falls on. It is None
    where it hangs on a day not yet known (``opens_with`` says which), and such a period cannot
    be opened. ``tags`` name the kinds of period for ``required_in``. ``cumulative`` periods
    add up with the campaign's earlier ones; one that is not stands alone, and adds nothing to later ones.
    """

    code: str
    name: str
    tags: frozenset[str]
    cutoff_on: date | None
    forms: tuple[FormUse, ...]
    source: str
    statistics: Window | None = None
    activity: Window | None = None
    cumulative: bool = True
    opens_with: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """A year's change to a unit type's form, with the article that orders it.

    ``add`` is a form class whose fields and rules come in behind the field ``after``, at the end without
    one. ``drop`` names fields that go; one that is dropped and added by the same amendment is changed.
    """

    form: str
    source: str
    add: type[FormSchema] | None = None
    after: str = ""
    drop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardForm:
    """A form of award units may propose."""

    code: str
    label: str
    decided_by: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitTypeName:
    """What a year calls a unit type, where that is not the name its plugin gives it."""

    unit_type: str
    label: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """One year's campaign: everything that changes from year to year.

    ``valid_from`` is None while the plan's day of issue is unknown, ``theme`` empty while the theme is.
    ``due_soon_days``: calendar days before a deadline from which a report counts as due soon.
    ``answer_within``: how long a unit has to answer a return, from the day it was sent back; None: no limit.
    """

    code: str
    year: int
    title: str
    theme: str
    plan: Plan
    valid_from: date | None
    valid_to: date
    time_zone: str
    legal_bases: tuple[LegalBasis, ...]
    topics: tuple[Topic, ...]
    purposes: tuple[Purpose, ...]
    targets: tuple[Target, ...]
    duties: tuple[Duty, ...]
    indicators: tuple[Indicator, ...]
    statistics: tuple[Statistic, ...]
    baselines: tuple[Baseline, ...]
    periods: tuple[Period, ...]
    award_forms: tuple[AwardForm, ...]
    rules_version: str
    source: str
    due_soon_days: int = 5
    answer_within: DeadlineRule | None = None
    #: Example reports by form code: envelopes with ``fields``, ``by_topic`` and rows only. They
    #: show authors and API users a filled form, and sample data is made from them.
    examples: Mapping[str, tuple[Mapping[str, object], ...]] = field(default_factory=dict)
    amendments: tuple[Amendment, ...] = ()
    unit_type_names: tuple[UnitTypeName, ...] = ()
    #: None where no earlier year is worth a comparison.
    compares_with: Comparison | None = None
    api_version: int = API_VERSION
