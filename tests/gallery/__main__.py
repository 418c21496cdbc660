"""Show the galleries: ``python -m tests.gallery`` counts the specimens and those that are told as they should be."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest

#: By the test that shows them.
GALLERIES = {
    "test_a_broken_plugin_is_refused_with_the_right_sentence": "broken plugins, refused by the host",
    "test_a_sound_plugin_passes": "sound plugins, taken by the host",
    "test_a_broken_law_is_told_by_its_own_test": "broken laws, told by the kit",
    "test_a_broken_law_of_years_is_told_by_its_own_test": "broken laws of campaigns, told by the kit",
}


class _Count:
    def __init__(self) -> None:
        self.shown: Counter[str] = Counter()
        self.hit: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        name = report.location[2].partition("[")[0]
        if report.when == "call" and name in GALLERIES:
            self.shown[name] += 1
            self.hit[name] += report.passed


if __name__ == "__main__":
    count = _Count()
    code = pytest.main(["-q", str(Path(__file__).parent)], plugins=[count])
    for name, what in GALLERIES.items():
        sys.stdout.write(f"{count.hit[name]:4} of {count.shown[name]:4} {what}\n")
    sys.exit(code)
