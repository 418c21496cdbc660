"""The files of another year's campaign."""

from __future__ import annotations

from collections.abc import Mapping

from thidua.scaffolding.campaign.carrying import carried_modules
from thidua.scaffolding.campaign.golden import golden_files
from thidua.scaffolding.campaign.sources import Package
from thidua.scaffolding.campaign.todo import todo_file
from thidua.scaffolding.names import CampaignNames
from thidua.scaffolding.writing import filled_template
from thidua_sdk import Campaign
from thidua_sdk import UnitType

__all__ = ["campaign_files"]


def campaign_files(
    package: Package, campaign: Campaign, names: CampaignNames, unit_types: Mapping[str, UnitType]
) -> dict[str, str]:
    """Write the files, by path inside the folder.

    Args:
        package: the sources of the old campaign.
        campaign: its value, of which every item is listed.
        names: the new names.
        unit_types: those that serve, for the forms that the campaign changes.
    """
    values = {
        "code": names.code,
        "old_code": names.old_code,
        "year": str(names.year),
        "package": names.package,
        "distribution": names.distribution,
    }
    modules = carried_modules(package, names)
    return {
        "pyproject.toml": filled_template("campaign/pyproject.toml", values),
        "TODO.md": todo_file(campaign, names, modules),
        **{f"{names.package}/{name}.py": text for name, text in modules.items()},
        f"{names.package}/carried.py": filled_template("campaign/carried.py", values),
        f"{names.package}/py.typed": "",
        **golden_files(campaign, unit_types, names),
        "tests/conftest.py": filled_template("conftest.py", {}),
        "tests/test_campaign.py": filled_template("campaign/test_campaign.py", values),
    }
