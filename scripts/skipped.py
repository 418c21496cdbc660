"""Says aloud which tests did not run and how many had what they need, from pytest's result file.

Fails where all must run and one did not, or nothing ran that needs a server or a browser.
"""

from __future__ import annotations

import os
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

#: What a machine may lack; ``conftest.py`` writes it beside the tests that need it.
_NEEDS = ("postgres", "broker", "browser")


def main(results: Path) -> int:
    """Return 1 if ``THIDUA_REQUIRE_ALL_TESTS`` is 1 and something was skipped or never there."""
    if not results.exists() or not results.stat().st_size:
        return 0
    cases = list(ET.parse(results).iter("testcase"))  # noqa: S314  pytest wrote it just now
    skipped = {
        f"  {case.get('classname')}::{case.get('name')}: {reason.get('message')}": case
        for case in cases
        for reason in case.iter("skipped")
        if reason.get("type") == "pytest.skip"
    }
    if skipped:
        bar = "!" * 80
        lines = [bar, f"KHÔNG CHẠY / NOT RUN: {len(skipped)}", *skipped, bar]
        sys.stderr.write("\n".join(lines) + "\n")
    if os.environ.get("THIDUA_REQUIRE_ALL_TESTS") != "1":
        return 0
    ran = Counter(
        needed.get("value")
        for case in cases
        if case not in skipped.values()
        for needed in case.iter("property")
        if needed.get("name") == "needs"
    )
    for need in _NEEDS:
        sys.stderr.write(f"== {ran[need]} tests need {need}, and ran\n")
    return int(bool(skipped) or not all(ran[need] for need in _NEEDS))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
