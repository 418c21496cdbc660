"""What a campaign calls the unit types: its own names, else those their plugins give them."""

from __future__ import annotations

from thidua.application.ports.host import Host
from thidua_sdk import Campaign

__all__ = ["unit_type_labels"]


def unit_type_labels(host: Host, campaign: Campaign) -> dict[str, str]:
    """Return the label of every unit type that serves, by code."""
    labels = {code: unit_type.label for code, unit_type in host.catalogue.unit_types.items()}
    return labels | {name.unit_type: name.label for name in campaign.unit_type_names}
