"""Says aloud which tests did not run, from pytest's result file; fails where all must run."""

from __future__ import annotations

import os
import sys
import xml.etree.ElementTree as ET
from pathlib import Path


def main(results: Path) -> int:
    """Return 1 if something was skipped and ``THIDUA_REQUIRE_ALL_TESTS`` is 1."""
    if not results.exists() or not results.stat().st_size:
        return 0
    skipped = [
        f"  {case.get('classname')}::{case.get('name')}: {reason.get('message')}"
        for case in ET.parse(results).iter("testcase")  # noqa: S314  pytest wrote it just now
        for reason in case.iter("skipped")
        if reason.get("type") == "pytest.skip"
    ]
    if not skipped:
        return 0
    bar = "!" * 80
    lines = [bar, f"KHÔNG CHẠY / NOT RUN: {len(skipped)}", *skipped, bar]
    sys.stderr.write("\n".join(lines) + "\n")
    return int(os.environ.get("THIDUA_REQUIRE_ALL_TESTS") == "1")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
