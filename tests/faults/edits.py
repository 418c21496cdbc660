"""People who change one report at the same moment, and a period that closes meanwhile: F23."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial

from tests.faults.outcome import Budget
from tests.faults.outcome import Outcome
from tests.faults.races import at_once
from tests.faults.races import close_over
from tests.faults.races import file_one
from tests.faults.races import note_failures
from tests.faults.races import rows
from tests.faults.races import site_on
from tests.faults.races import unit_code
from tests.faults.site import CAMPAIGN
from tests.faults.site import PERIOD
from thidua.application.periods.campaigns import close_period
from thidua.application.review.reviewing import accept_report
from thidua.application.review.reviewing import withdraw_report
from thidua.domain.accounts import Actor
from thidua.domain.accounts import Role
from thidua.domain.errors import ConflictError
from thidua.domain.errors import ThiduaError
from thidua.domain.errors import UnavailableError
from thidua.domain.reports import Receipt
from thidua_testkit.installation import Installation

__all__ = ["edited_by_two"]


def edited_by_two(url: str, budget: Budget) -> Outcome:
    """F23: two correct the same report at once; one corrects, one takes back, one accepts, one closes the period."""
    outcome, chance = Outcome(), random.Random(budget.seed)
    here = site_on(url, units := 10)
    seconds = {unit_code(n): here.add_account(f"second-{n}", (Role.UNIT_REPORTER, unit_code(n))) for n in range(units)}
    state: dict[str, int] = {}
    for number in budget:
        unit = unit_code(number % units)
        one, two = here.reporter(unit), seconds[unit]
        if unit not in state:
            state[unit] = file_one(here.host, one, unit, 0, "đầu").report_id
        report_id = state[unit]
        [[newest]] = rows(here.host, "SELECT revision FROM report WHERE id = :id", id=report_id)
        mark = f"vòng {number}"
        edits: list[Callable[[], object]] = [
            partial(file_one, here.host, one, unit, newest + 1, f"{mark} một"),
            partial(file_one, here.host, two, unit, newest + 1, f"{mark} hai"),
        ]
        if is_mixed := number % 3 == 2:
            other = chance.choice((_withdraw, _accept))
            edits[1] = partial(other, here, report_id, newest, two)
        results = at_once(edits)
        won = [each for each in results if not isinstance(each, Exception)]
        refused = [each for each in results if isinstance(each, ThiduaError) and not isinstance(each, UnavailableError)]
        note_failures([each for each in results if each not in refused], outcome)
        outcome.add(won=len(won), refused=len(refused))
        if not is_mixed and len(won) > 1:
            outcome.violations.append(f"I8 {unit}: both edits of revision {newest} were taken")
        line = [row[0] for row in rows(here.host, _LINE, id=report_id)]
        if line != list(range(len(line))) or len(line) > newest + 2:
            outcome.violations.append(f"I8 {unit}: revisions {line}")
        if number % 50 == 49:
            here.drain()
    _close_against_filing(here, chance, outcome)
    return close_over(here, outcome)


_LINE = "SELECT number FROM report_revision WHERE report_id = :id ORDER BY number"


def _withdraw(here: Installation, report_id: int, revision: int, actor: Actor) -> object:
    return withdraw_report(here.host, actor, report_id, revision=revision, reason="Số liệu nhầm.")


def _accept(here: Installation, report_id: int, revision: int, _actor: Actor) -> object:
    return accept_report(here.host, here.office(), report_id, revision=revision)


def _close_against_filing(here: Installation, chance: random.Random, outcome: Outcome) -> None:
    """Close the period while reports come in: each is in before, or refused."""
    here.office()
    acts: list[Callable[[], object]] = []
    revisions = dict(rows(here.host, "SELECT unit_code, revision FROM report"))
    for unit, revision in sorted(revisions.items()):
        actor = here.reporter(unit)
        acts.append(partial(file_one, here.host, actor, unit, revision + 1, "đóng kỳ"))
    acts.insert(chance.randrange(len(acts)), lambda: close_period(here.host, CAMPAIGN, PERIOD))
    results = at_once(acts)
    filed = sum(isinstance(each, Receipt) for each in results)
    refused = [each for each in results if isinstance(each, ThiduaError)]
    note_failures([each for each in results if each not in refused], outcome)
    now = dict(rows(here.host, "SELECT unit_code, revision FROM report"))
    outcome.add(filed_at_closing=filed, refused_at_closing=len(refused))
    if (grown := sum(now[unit] - revisions[unit] for unit in now)) != filed:
        outcome.violations.append(f"I1 {filed} filings were acknowledged while the period closed, {grown} are there")
    try:
        unit = min(revisions)
        file_one(here.host, here.reporter(unit), unit, now[unit] + 1, "sau khi đóng")
    except ConflictError:
        return
    outcome.violations.append("I8 a report was taken after its period was closed")
