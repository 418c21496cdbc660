"""Processes that work on one campaign side by side: workers, units with the Office, and the operator."""

from __future__ import annotations

import random
import time
import traceback
from collections import Counter
from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.context import SpawnContext
from multiprocessing.process import BaseProcess
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from multiprocessing.synchronize import Event
from typing import Any
from typing import Final

from played import CAMPAIGN
from played import UNITS
from played import Play
from played import dismissed

from thidua.application.background.drain import drain_round
from thidua.application.background.rebuilding import rebuild_document
from thidua.application.background.rebuilding import rebuild_units
from thidua.domain.accounts import Actor
from thidua.domain.errors import ConflictError
from thidua.domain.errors import InvalidPayloadError
from thidua.domain.errors import NotFoundError
from thidua.domain.errors import UnavailableError
from thidua.domain.reports import ObligationChangeKind
from thidua_testkit.installation import beside

__all__ = ["Race", "race"]

#: The unit everybody works on half of the time.
HOT: Final = UNITS[0]
#: How often an act that the database could not take is tried again.
_PATIENCE: Final = 20


class _RacingPlay(Play):
    refusals = (ConflictError, NotFoundError, InvalidPayloadError)


@dataclass(frozen=True)
class Race:
    """What each process is given; ``acts`` is how much each of those who are not workers does."""

    database_url: str
    now: datetime
    actors: Mapping[str, Actor]
    acts: int
    all_ready: Barrier
    all_done: Event
    answers: Queue[Any]


def _work(race: Race, play: Play, draw: random.Random, done: Counter[str]) -> None:
    """Drain in rounds of any size until the others are done and nothing waits."""
    while True:
        others_are_done = race.all_done.is_set()
        drained = _patiently(lambda: drain_round(play.here.host, limit=draw.choice((1, 2, 4, 500))), done)
        done["rounds"] += 1
        done["changes"] += drained.applied
        if not drained.applied:
            if others_are_done and not drained.leaves_more:
                return
            time.sleep(0.005)


def _file(race: Race, play: Play, draw: random.Random, done: Counter[str]) -> None:
    """File, accept, send back and take back, every other time at the hot unit."""
    for _ in range(race.acts):
        who = HOT if draw.random() < 0.5 else draw.choice(UNITS)
        when = draw.choice(sorted(play.digests()))
        acts: dict[str, Callable[[], bool]] = {
            "file": lambda who=who, when=when: play.file(who, when, draw.randrange(2**32)),
            "accept": lambda who=who, when=when: play.accept(who, when),
            "return": lambda who=who, when=when: play.give_back(who, when, incomplete=False, pins=draw.random() < 0.5),
            "withdraw": lambda who=who, when=when: play.withdraw(who, when),
        }
        name = draw.choice(("file", "file", "file", "accept", "accept", "return", "withdraw"))
        done[name] += _patiently(acts[name], done)


def _operate(race: Race, play: Play, draw: random.Random, done: Counter[str]) -> None:
    """Rebuild, change what units owe, open the periods that follow and close the first."""
    opening = {race.acts // 3: "2021-9M", race.acts // 2: "2021-H1"}
    for turn in range(race.acts):
        if turn in opening:
            done["open"] += _patiently(lambda when=opening[turn]: play.open(when), done)
        if turn == race.acts - 2:
            done["close"] += _patiently(lambda: play.close("2021-Q1"), done)
        when = draw.choice(sorted(play.digests()))
        match draw.choice(("rebuild", "document", "change", "change")):
            case "rebuild":
                units = draw.sample(UNITS, draw.randint(1, len(UNITS)))
                _patiently(lambda units=units: rebuild_units(play.here.host, CAMPAIGN, units), done)
                done["rebuilt"] += len(units)
            case "document":
                _patiently(lambda when=when: rebuild_document(play.here.host, CAMPAIGN, when), done)
                done["documents"] += 1
            case _:
                who, kind = draw.choice((HOT, *UNITS)), draw.choice(list(ObligationChangeKind))
                days = draw.choice((None, 2, 9))
                done[kind.value] += _patiently(
                    lambda who=who, when=when, kind=kind, days=days: play.change(who, when, kind, days), done
                )


def _patiently(act: Callable[[], Any], done: Counter[str]) -> Any:
    """Do it again where the database could not take it, as every caller of the program does."""
    for _ in range(_PATIENCE):
        try:
            return act()
        except UnavailableError:
            done["tried again"] += 1
    return act()


_PARTS: Final[Mapping[str, Callable[[Race, Play, random.Random, Counter[str]], None]]] = {
    "worker": _work,
    "units": _file,
    "operator": _operate,
}


def _run(race: Race, part: str, seed: int) -> None:
    done: Counter[str] = Counter()
    failure = ""
    try:
        here = beside(race.database_url, at=race.now, actors=race.actors)
        with dismissed():
            race.all_ready.wait(60)
            _PARTS[part](race, _RacingPlay(here), random.Random(seed), done)
    except BaseException:  # noqa: BLE001  told to the test, whatever it is
        failure = traceback.format_exc()
    race.answers.put((part, failure, dict(done)))


def race(
    context: SpawnContext, database_url: str, play: Play, *, workers: int, acts: int, seed: int
) -> tuple[list[str], Counter[str]]:
    """Let them all run and wait for them; returns what failed, and what was done in all."""
    parts = ["worker"] * workers + ["units"] * 2 + ["operator"]
    answers: Queue[Any] = context.Queue()
    all_done = context.Event()
    given = Race(database_url, play.now, play.here.actors, acts, context.Barrier(len(parts)), all_done, answers)
    running: list[BaseProcess] = [
        context.Process(target=_run, args=(given, part, seed * 100 + place)) for place, part in enumerate(parts)
    ]
    for each in running:
        each.start()
    failures: list[str] = []
    done: Counter[str] = Counter()
    busy = len(parts) - workers
    for _ in parts:
        part, failure, counted = answers.get(timeout=120)
        failures += [failure] if failure else []
        done.update(counted)
        busy -= part != "worker"
        # One that failed lets nobody wait for it.
        if not busy or failure:
            all_done.set()
    for each in running:
        each.join(30)
    return failures, done
