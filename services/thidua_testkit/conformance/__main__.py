"""Run the laws on plugins named by their folders alone: ``python -m thidua_testkit.conformance FOLDER …``."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from thidua.plugin_host.discovery import CAMPAIGNS
from thidua.plugin_host.discovery import UNIT_TYPES
from thidua_testkit.conformance.project import ProjectError
from thidua_testkit.conformance.project import project_of
from thidua_testkit.conformance.suite import FOLDER

__all__ = ["main"]

_LAWS = Path(__file__).with_name("of_a_folder.py")
#: Nothing of the settings around the folder holds, and nothing is written into it.
_OPTIONS = (
    *("-q", "--import-mode=importlib", "-p", "no:cacheprovider", "-c", "/dev/null", "--rootdir", str(_LAWS.parent)),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),
)
_CLASSES = {UNIT_TYPES: "TestUnitTypes", CAMPAIGNS: "TestCampaigns"}


class _Plugin:
    """Tells the laws which folder they are about."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def pytest_configure(self, config: pytest.Config) -> None:
        config.stash[FOLDER] = self._folder


def main(arguments: list[str]) -> int:
    """Judge each folder; 0 where all keep the laws, 1 where one does not, 2 where one holds no plugin."""
    if not arguments:
        sys.stderr.write("python -m thidua_testkit.conformance FOLDER …\n")
        return 2
    worst = 0
    for name in arguments:
        folder = Path(name).resolve()
        try:
            groups = {group for group, _ in project_of(folder).declared}
        except ProjectError as error:
            sys.stderr.write(f"{error}\n")
            worst = 2
            continue
        laws = [f"{_LAWS}::{_CLASSES[group]}" for group in sorted(groups)]
        sys.stdout.write(f"{folder.name}\n")
        sys.stdout.flush()
        failed = pytest.main([*_OPTIONS, *laws], plugins=[_Plugin(folder)]) != pytest.ExitCode.OK
        worst = max(worst, int(failed))
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
