"""How well copied reports are told from honest ones, and what it costs. One command: python bench/likeness.py

Precision and recall on the half of the labelled pairs that no threshold was chosen on, every wrong
answer with its pair, then the cost against that of judging one report.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from likeness_pairs import Pair
from likeness_pairs import pairs

from thidua.bootstrap import installed_plugins
from thidua.domain.likeness import THRESHOLDS
from thidua.domain.likeness import Comparison
from thidua.domain.likeness import Level
from thidua.domain.likeness import Likeness
from thidua.domain.likeness import LikenessKind
from thidua.domain.likeness import Other
from thidua.domain.likeness import Thresholds
from thidua.forms.envelope import read_envelope
from thidua.forms.judge import judge
from thidua.forms.portraits import Painter
from thidua_sdk import EarlierReport
from thidua_sdk import PeriodView
from thidua_sdk import PlanView
from thidua_sdk import Record
from thidua_sdk import UnitView

ROOT = Path(__file__).parents[1]
CAMPAIGN = "ATGT-2021"
PERIOD = "2021-9M"
CATALOGUE = installed_plugins()
PAINTERS = {code: Painter(CATALOGUE.form(CAMPAIGN, PERIOD, code)) for code in "ABCD"}


def likeness_of(pair: Pair, thresholds: Thresholds = THRESHOLDS) -> Likeness:
    """Compare a pair as the product does: beside the reports of the crowd."""
    paint = PAINTERS[pair.form].portrait
    comparison = Comparison(paint(pair.mine), thresholds)
    comparison.add(Other(LikenessKind(pair.kind), "other", PERIOD, 0), paint(pair.other))
    for place, payload in enumerate(pair.crowd):
        comparison.add(Other(LikenessKind.NEIGHBOUR, f"crowd-{place}", PERIOD, 0), paint(payload))
    return next(found for found in comparison.results() if found.unit == "other")


def scores(chosen: Iterable[Pair], *levels: Level) -> tuple[float, float, list[tuple[Pair, Likeness]]]:
    """Return precision, recall and the wrong answers, an alarm being one of the levels."""
    right = alarms = copies = 0
    wrong = []
    for pair in chosen:
        found = likeness_of(pair)
        alarm = found.level in levels
        alarms, copies, right = alarms + alarm, copies + pair.is_copy, right + (alarm and pair.is_copy)
        if alarm is not pair.is_copy:
            wrong.append((pair, found))
    return right / alarms if alarms else 1.0, right / copies if copies else 1.0, wrong


def timed(action: Callable[[], object], rounds: int) -> float:
    """Return the median processor seconds of one call: other work on the machine does not count."""
    took = []
    for _ in range(rounds):
        began = time.thread_time()
        action()
        took.append(time.thread_time() - began)
    return statistics.median(took)


def costs(neighbours: int) -> None:
    sample = json.loads((ROOT / "tests/samples/P01.json").read_text(encoding="utf-8"))
    form = CATALOGUE.form(CAMPAIGN, sample["period_code"], "A")
    envelope, _ = read_envelope(sample)
    assert envelope is not None
    unit = UnitView(envelope.unit_code, "", "district_culture_office", {"communes": 24, "has_border_gate": False})
    period = next(each for each in CATALOGUE.campaign(CAMPAIGN).periods if each.code == sample["period_code"])
    assert period.cutoff_on is not None
    assert period.activity is not None
    record = Record(
        unit=unit,
        period=PeriodView(period.code, period.tags, 1, period.cutoff_on, period.activity),
        plan=PlanView(
            year=2021, issued_from=period.activity.first_on, parent_issued_on=None, valid_to=period.cutoff_on
        ),
        today=period.cutoff_on,
        earlier=(EarlierReport("2021-LAUNCH", accepted=True, fields=envelope.fields),),
    )
    judging = timed(lambda: judge(form, envelope, record), 500)
    crowd = [pair.mine for pair in pairs() if pair.form == "A"]
    painter = PAINTERS["A"]
    mine = painter.portrait(crowd[0])
    several = 0

    def one() -> None:
        nonlocal several
        several += 1
        Comparison(mine).add(Other(LikenessKind.NEIGHBOUR, "", "", 0), painter.portrait(crowd[several % len(crowd)]))

    def many() -> None:
        comparison = Comparison(mine)
        for place in range(neighbours):
            payload = crowd[place % len(crowd)]
            comparison.add(Other(LikenessKind.NEIGHBOUR, str(place), "", 0), painter.portrait(payload))
        comparison.results()

    pair, all_of_them = timed(one, 500), timed(many, 5)
    print(f"judging one report      {judging * 1e6:8.0f} µs")
    print(f"one comparison          {pair * 1e6:8.0f} µs = {pair / judging:.1f} x judging")
    print(f"{neighbours} neighbours        {all_of_them * 1e3:8.0f} ms = {all_of_them / judging:.0f} x judging")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--half", choices=("tune", "publish"), default="publish")
    options.add_argument("--neighbours", type=int, default=3321)
    options.add_argument("--no-cost", action="store_true")
    asked = options.parse_args()
    everything = pairs()
    chosen = [pair for pair in everything if pair.half == asked.half]
    print(
        f"{len(everything)} pairs; {asked.half}: {len(chosen)}, of them {sum(pair.is_copy for pair in chosen)} copies"
    )
    for title, levels in (("some or strong", (Level.SOME, Level.STRONG)), ("strong alone", (Level.STRONG,))):
        precision, recall, _ = scores(chosen, *levels)
        print(f"{title:16} precision {precision:.3f}  recall {recall:.3f}")
    _, _, wrong = scores(chosen, Level.SOME, Level.STRONG)
    for pair, found in wrong:
        print(
            f"  wrong: {pair.name} ({pair.reason}) -> {found.level}, text {found.text_share:.2f}, "
            f"numbers {found.number_share:.2f} ({found.equal}/{found.compared})"
        )
    print("by kind of pair: alarms of all")
    asked_of = Counter(pair.what.split("-LS-")[0] for pair in chosen)
    alarmed = Counter(pair.what.split("-LS-")[0] for pair in chosen if likeness_of(pair).level is not Level.NONE)
    for what, count in asked_of.items():
        is_copy = any(pair.is_copy for pair in chosen if pair.what.startswith(what))
        print(f"  {'copy  ' if is_copy else 'honest'} {what:20} {alarmed[what]:3} of {count}")
    if not asked.no_cost:
        costs(asked.neighbours)


if __name__ == "__main__":
    main()
