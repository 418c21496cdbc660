"""Throwing cases at places: what is answered, how fast, and whether an answer betrays that something got through."""

from __future__ import annotations

import json
import logging
import random
import re
import resource
import signal
import time
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

from werkzeug.test import TestResponse

from tests.corpora.cases import Body
from tests.corpora.cases import File
from tests.corpora.cases import Text
from tests.corpora.places import Place
from tests.corpora.site import Site
from tests.corpora.sql import DELAY_S
from tests.corpora.sql import MARK
from tests.corpora.sql import boolean_pairs
from tests.corpora.tally import Tally

__all__ = ["HANG_S", "asked", "pairs", "throw_bodies", "throw_files", "throw_pairs", "throw_texts"]

#: An answer later than this is a hang.
HANG_S = 5

#: Where JSON is written around a text.
_JSON = frozenset({"value", "name"})
#: What a browser could take for markup.
_TAG = re.compile(r"<[A-Za-z/!?]")
_TEXT_KINDS = frozenset({"path", "query", "header", "value", "name", "control", "file name", "type"})


class _HungError(BaseException):
    """No answer in time; above everything that the application catches."""


def _ring(signum: int, frame: FrameType | None) -> NoReturn:
    raise _HungError


class _LastError(logging.Handler):
    """Remembers what the application logged last, so that a failure can be told."""

    last = ""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        trace = error.__traceback__ if error else None
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        where = f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}" if trace else ""
        self.last = f"{type(error).__name__} {str(error)[:160]!r} at {where}" if error else record.getMessage()[:200]


_errors = _LastError()


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what fails on purpose off the screen."""
    logger = logging.getLogger("thidua")
    kept, logger.propagate = logger.propagate, False
    logger.addHandler(_errors)
    try:
        yield
    finally:
        logger.removeHandler(_errors)
        logger.propagate = kept


def asked(tally: Tally, told: str, ask: Callable[[], TestResponse]) -> TestResponse | None:
    """Ask, watching the clock; counts the answer, None where none came.

    An answer that does not come in time is asked for once more: a busy machine is late once, and what hangs hangs
    again. Both are counted.
    """
    tally.thrown += 1
    answer = _in_time(tally, ask)
    if answer is None:
        answer = _in_time(tally, ask)
        if answer is None:
            tally.hangs += 1
            tally.fail("hang", told)
            return None
        tally.late += 1
    tally.answers[f"{answer.status_code // 100}xx"] += 1
    if answer.status_code >= 500:
        tally.fail(str(answer.status_code), f"{told}: {_errors.last}")
    return answer


def _in_time(tally: Tally, ask: Callable[[], TestResponse]) -> TestResponse | None:
    before, began = signal.signal(signal.SIGALRM, _ring), time.perf_counter()
    signal.setitimer(signal.ITIMER_REAL, HANG_S)
    try:
        with _quiet():
            return ask()
    except _HungError:
        return None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        tally.last_s = time.perf_counter() - began
        tally.slowest_s = max(tally.slowest_s, tally.last_s)


def pairs(places: Sequence[Place], cases: Sequence[object], examples: int, seed: int) -> list[tuple[int, int]]:
    """Choose which case goes to which place, as evenly as can be; all of them where they are few enough."""
    if len(places) * len(cases) <= examples:
        return [(place, case) for place in range(len(places)) for case in range(len(cases))]
    draw = random.Random(seed)
    # Kept in the order of drawing, so that a run that is broken off has been everywhere.
    chosen: dict[tuple[int, int], None] = {}
    left: tuple[list[int], list[int]] = ([], [])
    while len(chosen) < examples:
        for side, most in zip(left, (len(places), len(cases)), strict=True):
            if not side:
                side.extend(range(most))
                draw.shuffle(side)
        chosen[left[0].pop(), left[1].pop()] = None
    return list(chosen)


def _cast(
    site: Site,
    tally: Tally,
    places: Sequence[Place],
    chosen: Sequence[tuple[int, int]],
    written: Callable[[Place, int], tuple[str, bytes]],
    look: Callable[[Place, int, TestResponse], None],
) -> Tally:
    """Throw what was chosen, putting the site back after whatever changed it."""
    is_changed = False
    for place_number, case_number in site.portion.of(chosen):
        place = places[place_number]
        if is_changed:
            site.restore()
            is_changed = False
        name, case = written(place, case_number)
        told = f"{place.label} <- {name}"
        answer = asked(tally, told, lambda place=place, case=case: place.throw(site, case))  # type: ignore[misc]
        if answer is None:
            is_changed = True
            continue
        is_changed |= answer.request.method != "GET" and answer.status_code < 400
        if answer.status_code == 303 and (answer.location or "").startswith("/sign-in"):
            tally.figures["turned away"] = tally.figures.get("turned away", 0) + 1
        _look_at_shape(tally, told, answer)
        look(place, case_number, answer)
    site.restore()
    return tally


def _look_at_shape(tally: Tally, told: str, answer: TestResponse) -> None:
    """Check that a refusal of the API is a problem document in words."""
    if answer.request.path.startswith("/api/") and answer.status_code >= 400:
        is_problem = answer.content_type == "application/problem+json"
        if not is_problem or not json.loads(answer.data)["title"]:
            tally.fail("no problem document", f"{told}: {answer.status_code} {answer.content_type}")


def throw_texts(
    site: Site, corpus: str, cases: Sequence[Text], places: Sequence[Place], *, examples: int, seed: int
) -> Tally:
    """Throw texts at everything that takes text."""
    places = [place for place in places if place.kind in _TEXT_KINDS]
    tally = Tally(corpus, seed=seed, cases=len(cases), places=len(places))

    def written(place: Place, number: int) -> tuple[str, bytes]:
        name, text = cases[number]
        return name, json.dumps(text).encode() if place.kind in _JSON else text.encode("utf-8", "surrogateescape")

    def look(place: Place, number: int, answer: TestResponse) -> None:
        text = cases[number].text
        told = f"{place.label} <- {cases[number].name}"
        shown = answer.get_data().decode("utf-8", "replace")
        if answer.mimetype == "text/html" and _TAG.search(text) and text in shown:
            # Some cases are plain tags, which every page has.
            harmless = place.throw(site, b"x").get_data().decode("utf-8", "replace")
            if shown.count(text) > harmless.count(text):
                tally.fail("unescaped", told)
        if MARK in shown and MARK not in text:
            tally.fail("statement ran", told)
        if corpus == "sql" and tally.last_s >= DELAY_S:
            # The machine may have been busy; a statement that waits waits again.
            asked(tally, told, lambda: place.throw(site, written(place, number)[1]))
            if tally.last_s >= DELAY_S:
                tally.fail("waited", told)

    return _cast(site, tally, places, pairs(places, cases, examples, seed), written, look)


def throw_bodies(site: Site, cases: Sequence[Body], places: Sequence[Place], *, examples: int, seed: int) -> Tally:
    """Throw JSON texts: whole bodies everywhere, then values at every pointer."""
    bodies = [place for place in places if place.kind == "body"]
    places = [*bodies, *(place for place in places if place.kind == "value")]
    tally = Tally("json", seed=seed, cases=len(cases), places=len(places))
    whole = [(place, case) for place in range(len(bodies)) for case in range(len(cases))]
    rest = [
        (len(bodies) + place, case)
        for place, case in pairs(places[len(bodies) :], cases, max(0, examples - len(whole)), seed)
    ]

    def look(place: Place, number: int, answer: TestResponse) -> None:
        case, status = cases[number], answer.status_code
        told = f"{place.label} <- {case.name}: {status}"
        if place.kind == "body" and case.verdict == "n" and not 400 <= status < 500:
            tally.fail("took what is no JSON", told)
        if place.kind == "body" and case.verdict == "y" and status == 400 and _is_readable(answer):
            tally.fail("refused what is JSON", told)

    return _cast(site, tally, places, [*whole, *rest], lambda _, number: cases[number][:2], look)


#: Why sound JSON is refused all the same, as the reader says it.
_ON_PURPOSE = ("hai lần", "không lưu được", "quá lớn", "Cần đúng", "đối tượng rỗng")


def _is_readable(answer: TestResponse) -> bool:
    return not any(words in json.loads(answer.data).get("detail", "") for words in _ON_PURPOSE)


def throw_files(
    site: Site, corpus: str, cases: Sequence[File], places: Sequence[Place], *, examples: int, seed: int
) -> Tally:
    """Throw files at everything that takes files, and tell which kinds were taken."""
    kinds = {"mime"} if corpus == "mime" else {"file", "mime"} if corpus == "mail" else {"file"}
    places = [place for place in places if place.kind in kinds]
    tally = Tally(corpus, seed=seed, cases=len(cases), places=len(places))
    taken: set[str] = set()
    before = _resident_mib()

    def look(place: Place, number: int, answer: TestResponse) -> None:
        if place.endpoint == "api.add_file" and answer.status_code == 201:
            taken.add(cases[number].name)

    _cast(site, tally, places, pairs(places, cases, examples, seed), lambda _, number: cases[number], look)
    tally.figures["files taken"] = len(taken)
    tally.figures["grown MiB"] = max(0, _resident_mib() - before)
    if corpus != "mutants":
        tally.taken = sorted(taken)
    return tally


def _resident_mib() -> int:
    """Return the most memory this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _differ(
    site: Site, tally: Tally, told: str, place: Place, texts: tuple[str, str], *, is_fresh: bool = False
) -> bool:
    answers = []
    for text in texts:
        if is_fresh:
            site.restore()
        answers.append(asked(tally, told, lambda text=text: place.throw(site, text.encode())))  # type: ignore[misc]
    # Both texts are equally long, and so is whatever repeats them.
    return len({answer and (answer.status_code, len(answer.data)) for answer in answers}) > 1


def throw_pairs(site: Site, places: Sequence[Place], *, examples: int, seed: int) -> Tally:
    """Throw conditions that are true and their twins that are false at every parameter: the answers must be alike."""
    places = [place for place in places if place.kind in {"query", "path"}]
    twins = list(boolean_pairs())
    tally = Tally("sql pairs", seed=seed, cases=len(twins), places=len(places))
    for place_number, number in site.portion.of(pairs(places, twins, examples // 2, seed)):
        place, told = places[place_number], f"{places[place_number].label} <- pair {number}"
        # An export stands in the next one, and some are signed out by what was thrown: a real difference shows
        # where both begin from the same.
        if _differ(site, tally, told, place, twins[number]) and _differ(
            site, tally, told, place, twins[number], is_fresh=True
        ):
            tally.fail("true and false differ", told)
    site.restore()
    return tally
