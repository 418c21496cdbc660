"""Writes SECURITY.md's table of the ASVS from docs/asvs.toml, or checks that it is what would be written."""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
DATA = ROOT / "docs/asvs.toml"
DOCUMENT = ROOT / "SECURITY.md"

_BEGIN = "<!-- written by scripts/asvs.py from docs/asvs.toml: begin -->\n"
_END = "<!-- end -->\n"
_CHAPTERS = {
    "1": "Encoding and sanitization",
    "2": "Validation and business logic",
    "3": "Web frontend",
    "4": "API and web service",
    "5": "Files",
    "6": "Authentication",
    "7": "Sessions",
    "8": "Authorization",
    "9": "Self-contained tokens",
    "10": "OAuth and OIDC",
    "11": "Cryptography",
    "12": "Communication",
    "13": "Configuration",
    "14": "Data protection",
    "15": "Coding and architecture",
    "16": "Logging and errors",
    "17": "WebRTC",
}
#: How a row is met, and what the count over the table calls it.
KINDS = {
    "shown_by": "shown by tests",
    "not_applicable": "cannot apply",
    "deviation": "deviations",
    "planned": "still to be shown",
}


def table(rows: Mapping[str, Any]) -> str:
    """Return the part of the document between its two marks."""
    counts = {words: sum(1 for row in rows.values() if kind in row) for kind, words in KINDS.items()}
    told = ", ".join(f"{count} {words}" for words, count in counts.items() if count)
    lines = [f"{len(rows)} requirements: {told}.", ""]
    chapter = ""
    for number, row in rows.items():
        if number.partition(".")[0] != chapter:
            chapter = number.partition(".")[0]
            lines += [
                "",
                f"### V{chapter} {_CHAPTERS[chapter]}",
                "",
                "| | level | how | shown by |",
                "|---|---|---|---|",
            ]
        lines.append(f"| {number} | {row['level']} | {_how(row)} | {_shown(row)} |")
    return "\n".join(lines) + "\n"


def _how(row: Mapping[str, Any]) -> str:
    text = row.get("how") or row.get("not_applicable") or row["deviation"]
    lead = "**Deviation:** " if "deviation" in row else "Cannot apply: " if "not_applicable" in row else ""
    where = row.get("where", "")
    link = f" See [{where.rpartition('#')[2]}]({where.removeprefix(DOCUMENT.name)})." if where else ""
    return f"{lead}{text}{link}".replace("|", "\\|")


def _shown(row: Mapping[str, Any]) -> str:
    if "planned" in row:
        return f"*planned: {row['planned']}*"
    links = []
    for test in row.get("shown_by", ()):
        path, *names = test.split("::")
        links.append(f"[{names[-1]}]({path})")
    return ", ".join(links) or "–"


def written(document: str, rows: Mapping[str, Any]) -> str:
    """Return the document with its table as the rows say."""
    before, begin, rest = document.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not begin or not end:
        sys.exit(f"{DOCUMENT.name} lacks the marks of the table")
    return f"{before}{begin}{table(rows)}{end}{after}"


def main() -> int:
    """Write or check; 1 if the document differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--write", action="store_true", help="write the table")
    what.add_argument("--check", action="store_true", help="exit 1 if the table is not what would be written")
    asked = parser.parse_args()
    document = DOCUMENT.read_text(encoding="utf-8")
    wanted = written(document, tomllib.loads(DATA.read_text(encoding="utf-8")))
    if asked.write:
        DOCUMENT.write_text(wanted, encoding="utf-8")
    elif document != wanted:
        sys.stderr.write(f"{DOCUMENT.name} is not what {DATA.name} says: python3 scripts/asvs.py --write\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
