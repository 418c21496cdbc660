"""The plugin whose tests run: found by the ``pyproject.toml`` above the test that asks."""

from __future__ import annotations

import importlib
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from datetime import date
from functools import cache
from functools import cached_property
from pathlib import Path
from typing import Any
from typing import TypeAlias

from thidua.domain.plugins import PluginGroup
from thidua.forms.compose import ComposedForm
from thidua.forms.compose import compose
from thidua.plugin_host.discovery import CAMPAIGNS
from thidua.plugin_host.discovery import UNIT_TYPES
from thidua.plugin_host.discovery import found_plugins
from thidua_sdk import Campaign
from thidua_sdk import Form
from thidua_sdk import FormSchema
from thidua_sdk import PayloadRule
from thidua_sdk import Plan
from thidua_sdk import RecordRule
from thidua_sdk import Topic
from thidua_sdk import UnitType

__all__ = ["AnyRule", "Project", "ProjectError", "plain_campaign", "project_of", "rules_of"]

#: A rule of either kind.
AnyRule: TypeAlias = PayloadRule | RecordRule

_ZONE = "Asia/Ho_Chi_Minh"


class ProjectError(Exception):
    """The folder holds no plugin that could be judged; the message says what to mend."""


@dataclass(frozen=True, eq=False)
class Project:
    """A plugin's distribution as its folder states it.

    Args:
        folder: where ``pyproject.toml`` and ``golden/`` are.
        declared: (group, name) of each entry point to ``module:attribute``.
        values: what the entry points give, by the same key.
    """

    folder: Path
    declared: Mapping[tuple[str, str], str]
    values: Mapping[tuple[str, str], object] = field(repr=False)

    @property
    def unit_types(self) -> dict[str, UnitType]:
        """The unit types the plugin brings, by entry point's name."""
        return {
            name: value
            for (group, name), value in self.values.items()
            if group == UNIT_TYPES and isinstance(value, UnitType)
        }

    @property
    def campaigns(self) -> dict[str, Campaign]:
        """The campaigns the plugin brings, by entry point's name."""
        return {
            name: value
            for (group, name), value in self.values.items()
            if group == CAMPAIGNS and isinstance(value, Campaign)
        }

    @cached_property
    def forms(self) -> dict[str, Form]:
        """The forms the plugin brings, each once however many of its unit types file it."""
        return {form.code: form for unit_type in self.unit_types.values() for form in unit_type.forms}

    @property
    def only_campaign(self) -> Campaign | None:
        """The campaign, of a plugin that brings one and no unit types: its golden reports are of its forms."""
        campaigns = self.campaigns
        return next(iter(campaigns.values())) if len(campaigns) == 1 and not self.unit_types else None

    @property
    def form_codes(self) -> tuple[str, ...]:
        """The codes of the forms that golden reports of the plugin may be of."""
        campaign = self.only_campaign
        if campaign is None:
            return tuple(self.forms)
        return tuple(use for use, form in self.uses(campaign).items() if use == form.code)

    def filing(self, form_code: str) -> tuple[str, ...]:
        """Return the unit types that file a form: the plugin's own, of a campaign those installed beside it."""
        known = self.unit_types.values() if self.unit_types else self.around.values()
        return tuple(each.code for each in known if any(form.code == form_code for form in each.forms))

    @cached_property
    def around(self) -> dict[str, UnitType]:
        """The unit types a campaign of the plugin can name: its own and those installed beside it."""
        installed = (found.value for found in found_plugins() if found.plugin.group is PluginGroup.UNIT_TYPE)
        known = {value.code: value for value in installed if isinstance(value, UnitType)}
        return known | {value.code: value for value in self.unit_types.values()}

    @property
    def packages(self) -> tuple[Path, ...]:
        """The folders of code the entry points lead into."""
        names = sorted({target.partition(":")[0].partition(".")[0] for target in self.declared.values()})
        files = [importlib.import_module(name).__file__ for name in names]
        return tuple(Path(file).parent for file in files if file)

    def uses(self, campaign: Campaign) -> dict[str, ComposedForm]:
        """Return a campaign's forms as composed: whole ones by code, short ones by code and period."""
        return self._uses[campaign.code]

    @cached_property
    def _uses(self) -> dict[str, dict[str, ComposedForm]]:
        return {campaign.code: self._uses_of(campaign) for campaign in self.campaigns.values()}

    def _uses_of(self, campaign: Campaign) -> dict[str, ComposedForm]:
        forms = {form.code: form for unit_type in self.around.values() for form in unit_type.forms}
        found: dict[str, ComposedForm] = {}
        for period in campaign.periods:
            for use in period.forms:
                if use.form in forms:
                    found.setdefault(use.form, compose(forms[use.form], campaign))
                    if use.only is not None:
                        found[f"{use.form} {period.code}"] = compose(forms[use.form], campaign, use.only)
        return dict(sorted(found.items()))


@cache
def project_of(start: Path) -> Project:
    """Find the plugin of a test.

    Args:
        start: the test's file, or any folder of the plugin.

    Raises:
        ProjectError: no ``pyproject.toml`` with entry points of the two groups stands above, or one of
            them leads nowhere.
    """
    for folder in (start, *start.parents):
        path = folder / "pyproject.toml"
        if path.is_file():
            groups = tomllib.loads(path.read_text(encoding="utf-8")).get("project", {}).get("entry-points", {})
            declared = {
                (group, name): target
                for group in (UNIT_TYPES, CAMPAIGNS)
                for name, target in groups.get(group, {}).items()
            }
            if declared:
                return Project(folder, declared, {key: _load(folder, key, target) for key, target in declared.items()})
    raise ProjectError(
        f'No pyproject.toml above {start} declares [project.entry-points."{UNIT_TYPES}"] or '
        f'[project.entry-points."{CAMPAIGNS}"]: put the test inside the plugin\'s folder and declare the plugin there.'
    )


def _load(folder: Path, key: tuple[str, str], target: str) -> object:
    # The code beside the declaration is the one to judge, also where it is not installed yet.
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    module, _, attribute = target.partition(":")
    try:
        value: Any = importlib.import_module(module)
        return getattr(value, attribute)
    except (ImportError, AttributeError) as failure:
        raise ProjectError(
            f"{folder / 'pyproject.toml'}: the entry point {key[1]!r} names {target!r}, which cannot be loaded "
            f"({failure}): name the module and the value in it, as in 'thidua_unit_x:plugin'."
        ) from failure


def rules_of(form: ComposedForm | type[FormSchema]) -> list[AnyRule]:
    """Return the rules of both kinds."""
    return [*form.rules, *form.record_rules]


def plain_campaign(topics: tuple[Topic, ...] = (), *, code: str = "plain", year: int = 2000) -> Campaign:
    """Return a campaign that asks and changes nothing, to use a unit type's form by itself."""
    return Campaign(
        code=code,
        year=year,
        title="Đợt thi đua thử",
        theme="Thử",
        plan=Plan(
            symbol="/KH",
            title="Kế hoạch thử",
            issuer="Sở",
            place="Việt Nam",
            issued_on=None,
            issued_from=date(year, 1, 1),
            parent_plan="",
            parent_issued_on=None,
            signer_role="Giám đốc",
            source="thử",
        ),
        valid_from=None,
        valid_to=date(year, 12, 31),
        time_zone=_ZONE,
        legal_bases=(),
        topics=topics,
        purposes=(),
        targets=(),
        duties=(),
        indicators=(),
        statistics=(),
        baselines=(),
        periods=(),
        award_forms=(),
        rules_version="1",
        source="thử",
    )
