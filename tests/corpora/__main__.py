"""``python -m tests.corpora all --seed 7 --examples 20000``: one line of JSON for each collection.

The exit code is 1 on any answer of 500 or more, any answer later than five seconds, and any text lost or changed.
"""

from __future__ import annotations

import argparse
import logging
import math
import signal
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from tests.corpora.browser import NoBrowserError
from tests.corpora.browser import look_at_pages
from tests.corpora.cases import FILES
from tests.corpora.cases import TEXTS
from tests.corpora.cases import bodies
from tests.corpora.contract import against_document
from tests.corpora.fetching import NotFetchedError
from tests.corpora.keeping import keep_normalisations
from tests.corpora.keeping import keep_texts
from tests.corpora.lives import live
from tests.corpora.mime import malformed
from tests.corpora.mutants import mutants
from tests.corpora.places import Place
from tests.corpora.places import all_places
from tests.corpora.portions import Portion
from tests.corpora.site import Site
from tests.corpora.site import on_postgresql
from tests.corpora.site import on_sqlite
from tests.corpora.tally import Tally
from tests.corpora.throwing import throw_bodies
from tests.corpora.throwing import throw_files
from tests.corpora.throwing import throw_pairs
from tests.corpora.throwing import throw_texts
from thidua_testkit.postgres import private_postgres

_LINES = Path(__file__).parents[2] / "bench" / "corpora.jsonl"

Run = Callable[[Site, list[Place], int, int], Tally]


def _texts(name: str, site: Site, places: list[Place], examples: int, seed: int) -> Tally:
    return throw_texts(site, name, list(TEXTS[name]()), places, examples=examples, seed=seed)


def _files(name: str, site: Site, places: list[Place], examples: int, seed: int) -> Tally:
    return throw_files(site, name, list(FILES[name]()), places, examples=examples, seed=seed)


def _bodies(site: Site, places: list[Place], examples: int, seed: int) -> Tally:
    return throw_bodies(site, list(bodies()), places, examples=examples, seed=seed)


def _mime(site: Site, places: list[Place], examples: int, seed: int) -> Tally:
    return throw_files(site, "mime", list(malformed(seed)), places, examples=examples, seed=seed)


def _twins(site: Site, places: list[Place], examples: int, seed: int) -> Tally:
    return throw_pairs(site, places, examples=examples, seed=seed)


def _kept(site: Site, places: list[Place], examples: int, seed: int) -> Tally:
    cases = [case for name in ("naughty", "xss", "html", "formulas") for case in TEXTS[name]()]
    return keep_texts(site, cases, examples=examples, seed=seed)


def _normalised(site: Site, places: list[Place], examples: int, seed: int) -> Tally:
    return keep_normalisations(site, examples=examples, seed=seed)


def _lived(runs: int, steps: int, site: Site, places: list[Place], examples: int, seed: int) -> Tally:
    return live(site, places, runs, seed, steps=steps)


def _mutated(site: Site, places: list[Place], examples: int, seed: int) -> Tally:
    cases = list(mutants(seed, min(2000, examples)))
    return throw_files(site, "mutants", cases, _bare(places), examples=examples, seed=seed)


def _bare(places: list[Place]) -> list[Place]:
    return [place for place in places if place.kind == "file" and place.endpoint == "api.add_file"]


def _seen(site: Site, places: list[Place], examples: int, seed: int) -> Tally:
    cases = [case for name in ("xss", "naughty") for case in TEXTS[name]()]
    return look_at_pages(site, cases, examples=examples, seed=seed)


CORPORA: dict[str, Run] = {
    "json": _bodies,
    **{name: partial(_texts, name) for name in TEXTS},
    "sql-pairs": _twins,
    **{name: partial(_files, name) for name in FILES},
    "mime": _mime,
    "contract": against_document,
    "keeping": _kept,
    "normalisation": _normalised,
    "browser": _seen,
    "mutants": _mutated,
}


def main() -> int:
    """Run what is asked for; the exit code is 1 if a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.corpora")
    parser.add_argument("what", nargs="*", default=["all"], help=f"all, or of {', '.join(CORPORA)}, lives")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--examples", type=int, default=20_000, help="most requests for each collection")
    parser.add_argument("--runs", type=int, default=2000, help="lives of reports")
    parser.add_argument("--steps", type=int, default=50, help="steps of a life")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--minutes", type=float, default=0, help="stop each collection after so long, telling where")
    parser.add_argument("--skip", type=int, default=0, help="begin where it stopped")
    options = parser.parse_args()
    runs: dict[str, Run] = {**CORPORA, "lives": partial(_lived, options.runs, options.steps)}
    names = list(runs) if "all" in options.what else options.what
    if unknown := [name for name in names if name not in runs]:
        parser.error(f"there is no {', '.join(unknown)}")
    # What fails on purpose would fill the screen.
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    is_kept = True
    with ExitStack() as stack:
        if options.database == "sqlite":
            site = stack.enter_context(on_sqlite())
        else:
            site = stack.enter_context(on_postgresql(stack.enter_context(private_postgres())))
        places = all_places(site)
        for name in names:
            began = time.monotonic()
            until = began + options.minutes * 60 if options.minutes else math.inf
            site.portion = Portion(options.skip, until)
            # Who is told to end says how far it came.
            signal.signal(signal.SIGTERM, site.portion.end)
            try:
                tally = runs[name](site, places, options.examples, options.seed)
            except (NotFetchedError, NoBrowserError) as error:
                print(f"{name}: NOT RUN, {error}", flush=True)
                is_kept = False
                continue
            tally.database, tally.took_s = options.database, round(time.monotonic() - began)
            if site.portion.stopped_at >= 0:
                tally.figures["stopped at"] = site.portion.stopped_at
            if options.skip:
                tally.figures["began at"] = options.skip
            print(tally.line(), flush=True)
            with _LINES.open("a", encoding="utf-8") as lines:
                lines.write(tally.line() + "\n")
            is_kept &= tally.is_kept
    return 0 if is_kept else 1


if __name__ == "__main__":
    sys.exit(main())
