"""How often the projected interval holds the year's count. One command: python bench/projection.py

Thousands of years are drawn by chance, even ones and ones that break what the interval assumes.
Printed: in how many of a hundred years the final count lay inside, and how wide the interval was.
"""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Callable

from thidua.domain.projection import CONFIDENCE_PERCENT
from thidua.domain.projection import project

YEAR = 365
CUT_OFFS = {"Q1": 90, "H1": 182, "9M": 274}
#: A year's expected count: a district, a province's injured and crashes, a large province.
EXPECTED = (4, 13, 34, 150)

Year = list[int]
Drawer = Callable[[random.Random, int], Year]


def poisson(chance: random.Random, mean: float) -> int:
    limit, count, product = math.exp(-mean), 0, chance.random()
    while product > limit:
        count += 1
        product *= chance.random()
    return count


def even(chance: random.Random, expected: int) -> Year:
    return [poisson(chance, expected / YEAR) for _ in range(YEAR)]


def holidays(chance: random.Random, expected: int) -> Year:
    """Half as many again in the eight weeks around the lunar new year."""
    weights = [1.5 if 20 <= day < 76 else 1.0 for day in range(YEAR)]
    return [poisson(chance, expected * weight / sum(weights)) for weight in weights]


def several_at_once(chance: random.Random, expected: int) -> Year:
    """Deaths: one crash in seven takes two, one in fifty takes four."""
    crash = expected / (1 + 1 / 7 + 3 / 50) / YEAR
    days = []
    for _ in range(YEAR):
        victims = 0
        for _ in range(poisson(chance, crash)):
            draw = chance.random()
            victims += 4 if draw < 1 / 50 else 2 if draw < 1 / 50 + 1 / 7 else 1
        days.append(victims)
    return days


def campaign_works(chance: random.Random, expected: int) -> Year:
    """A fifth fewer from the middle of the year on."""
    weights = [1.0 if day < YEAR // 2 else 0.8 for day in range(YEAR)]
    return [poisson(chance, expected * weight / sum(weights)) for weight in weights]


KINDS: dict[str, Drawer] = {
    "even rate": even,
    "more around the new year": holidays,
    "several victims at once": several_at_once,
    "a fifth fewer from July": campaign_works,
}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--years", type=int, default=2000)
    options.add_argument("--seed", type=int, default=2021)
    given = options.parse_args()
    chance = random.Random(given.seed)
    print(f"{given.years} years each, seed {given.seed}, interval of {CONFIDENCE_PERCENT} %")
    print(f"{'years':26} {'expected':>8}  " + "  ".join(f"{name:>16}" for name in CUT_OFFS))
    for kind, draw in KINDS.items():
        for expected in EXPECTED:
            drawn = [draw(chance, expected) for _ in range(given.years)]
            cells = []
            for days in CUT_OFFS.values():
                inside = wide = 0
                for year in drawn:
                    found = project(sum(year[:days]), elapsed_days=days, total_days=YEAR)
                    inside += found.low <= sum(year) <= found.high
                    wide += found.high - found.low
                cells.append(f"{100 * inside / len(drawn):5.1f} % (±{wide / len(drawn) / 2:4.1f})")
            print(f"{kind:26} {expected:8}  " + "  ".join(f"{cell:>16}" for cell in cells))


if __name__ == "__main__":
    main()
