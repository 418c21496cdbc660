"""The host as use cases see it: one frozen bundle of ports, built once per process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from datetime import tzinfo
from typing import Protocol

from thidua.application.ports.identity_ports import Provider
from thidua.application.ports.surroundings import Bell
from thidua.application.ports.surroundings import Clock
from thidua.application.ports.surroundings import Files
from thidua.application.ports.surroundings import OpenRuleFence
from thidua.application.ports.surroundings import Passwords
from thidua.application.ports.surroundings import Reception
from thidua.application.ports.surroundings import RuleFence
from thidua.application.ports.surroundings import Seals
from thidua.application.ports.trail_ports import TrailCustody
from thidua.application.ports.unit_of_work import UnitsOfWork
from thidua.domain.calendar import WorkingCalendar
from thidua.domain.credentials import SignInRules
from thidua.domain.plugins import Plugin
from thidua.forms.compose import ComposedForm
from thidua.forms.rule_running import RULES_LIMIT_S
from thidua.forms.years import Year
from thidua_sdk import Campaign
from thidua_sdk import UnitType

__all__ = ["Catalogue", "Host"]


class Catalogue(Protocol):
    """The plugins that serve: unit types and campaigns with their composed forms."""

    @property
    def campaigns(self) -> Mapping[str, Campaign]:
        """Campaigns by code."""
        ...

    @property
    def unit_types(self) -> Mapping[str, UnitType]:
        """Unit types by code."""
        ...

    @property
    def plugins(self) -> tuple[Plugin, ...]:
        """All plugins that are installed, unit types first, each with what is wrong with it."""
        ...

    @property
    def years(self) -> Mapping[str, Year]:
        """The same campaigns by code, each with its forms: what is pinned when one is opened."""
        ...

    def campaign(self, code: str) -> Campaign:
        """Return a campaign.

        Raises:
            QuarantinedError: the plugin that brings it is in quarantine.
            NotFoundError: no plugin brings it.
        """
        ...

    def origin(self, campaign_code: str) -> str:
        """Name the distribution and version that bring a campaign, empty if none does."""
        ...

    def digest(self, campaign_code: str, form_code: str) -> str:
        """Name the files of the plugins that bring a campaign's form, as they are; a mended one has another."""
        ...

    def changed(self) -> tuple[str, ...]:
        """Name the distributions whose plugins are not installed as this process knows them, by a look at the disk."""
        ...

    def form(self, campaign_code: str, period_code: str, form_code: str) -> ComposedForm:
        """Return the form as filed in one period of a campaign.

        Raises:
            NotFoundError: the period does not use the form.
        """
        ...

    def whole_form(self, campaign_code: str, form_code: str) -> ComposedForm:
        """Return the campaign's whole form, whatever period shortens it.

        Raises:
            NotFoundError: no unit type brings the form.
        """
        ...


@dataclass(frozen=True, slots=True)
class Host:
    """What every use case is given."""

    work: UnitsOfWork
    clock: Clock
    bell: Bell
    catalogue: Catalogue
    passwords: Passwords
    calendar: WorkingCalendar
    #: Where civil dates are counted and times are shown.
    zone: tzinfo
    files: Files
    reception: Reception
    custody: TrailCustody
    seals: Seals
    sign_in_rules: SignInRules
    #: How long all rules of one report may run together.
    rule_limit_s: float = RULES_LIMIT_S
    #: For rules that no limit stops.
    rule_fence: RuleFence = field(default_factory=OpenRuleFence)
    #: Of single sign-on, None for none.
    provider: Provider | None = None
