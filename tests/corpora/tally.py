"""What came of one collection: how much was thrown, what was answered, what failed."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from dataclasses import field

__all__ = ["Tally"]

_MOST_SHOWN = 40


@dataclass
class Tally:
    """Counts of one run; ``failures`` are sentences that name place and case."""

    corpus: str
    database: str = ""
    seed: int = 0
    cases: int = 0
    places: int = 0
    thrown: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    #: Answers that came in time only when they were asked for again; and those that did not then either.
    late: int = 0
    hangs: int = 0
    slowest_s: float = 0.0
    failures: list[str] = field(default_factory=list)
    figures: dict[str, int] = field(default_factory=dict)
    #: Names of files that were taken.
    taken: list[str] = field(default_factory=list)
    took_s: int = 0
    #: How long the last answer took.
    last_s: float = 0.0

    def fail(self, kind: str, told: str) -> None:
        """Note a failure; the same kind at the same place counts once more and is told once."""
        sentence = f"{kind}: {told}"
        self.figures[f"failed {kind}"] = self.figures.get(f"failed {kind}", 0) + 1
        if sentence not in self.failures and len(self.failures) < _MOST_SHOWN:
            self.failures.append(sentence)

    @property
    def is_kept(self) -> bool:
        """Tell whether every promise was kept."""
        return not self.failures and not self.hangs and not self.answers["5xx"]

    def line(self) -> str:
        """Write it as one line of JSON."""
        told = {name: value for name, value in vars(self).items() if value not in ("", [], {})}
        told["answers"] = dict(sorted(self.answers.items()))
        told["slowest_s"] = round(self.slowest_s, 2)
        del told["last_s"]
        return json.dumps(told, ensure_ascii=False)
