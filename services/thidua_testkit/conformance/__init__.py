"""The laws that every plugin keeps, as tests that an author gets with one line.

In a file of tests inside the plugin's folder::

    from thidua_testkit.conformance import TestUnitTypes

or ``TestCampaigns``. The plugin is found by the ``pyproject.toml`` above the file, its reports in
``golden/`` beside that. Needs nothing but ``thidua``, pytest and hypothesis installed.
"""

from __future__ import annotations

from thidua_testkit.conformance.suite import TestCampaigns
from thidua_testkit.conformance.suite import TestUnitTypes

__all__ = ["TestCampaigns", "TestUnitTypes"]
