"""A year whose plugin is gone opens no door that was shut: whoever was refused is, and nobody reads a word more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.matrix.expected import Answer
from tests.matrix.house import ABOUT_VIOLATOR
from tests.matrix.house import CAMPAIGN
from tests.matrix.house import FILE_OF_VIOLATOR
from tests.matrix.house import PREPARED_BY
from tests.matrix.house import REMARK_ON_VIOLATOR
from tests.matrix.house import TEXT
from tests.matrix.house import VIOLATOR
from tests.matrix.house import House
from tests.matrix.requests import SAFE
from tests.matrix.requests import Case
from tests.matrix.requests import send
from tests.matrix.test_routes import CASES
from tests.matrix.test_routes import HELD
from tests.matrix.test_routes import places
from tests.matrix.test_routes import told
from tests.support.changed_years import uninstalled

#: What stands in one place each.
WORDS = (VIOLATOR, ABOUT_VIOLATOR, REMARK_ON_VIOLATOR, FILE_OF_VIOLATOR, PREPARED_BY, TEXT)
#: What is about a unit, a report, a file or a campaign: nothing else can depend on a year's plugin.
ABOUT_A_YEAR = frozenset({"unit", "report_id", "evidence_id", "campaign", "period"})
#: Pages that write, or prepare to: in a year that is only read they say so.
READ_ONLY = 503


def about_a_year(case: Case) -> bool:
    return not case.names.isdisjoint(ABOUT_A_YEAR) or case.endpoint in {"reports.show", "api.listing", "home.campaigns"}


def heard(house: House, case: Case) -> dict[tuple[str, str], tuple[object, frozenset[str]]]:
    """How everybody's request ended, and which words were in the answer."""
    found: dict[tuple[str, str], tuple[object, frozenset[str]]] = {}
    for who in HELD:
        for place, job, _ in places(house, case):
            # Whole: where it waits for a review, the page would else show what changed.
            whole = {"query_string": {"revision": place.revision}} if case.endpoint == "report.show" else {}
            if case.method in SAFE:
                answer = send(house, case, place, who, job=job, **whole)
            else:
                with house.put_back():
                    answer = send(house, case, place, who, job=job)
            text = answer.data.decode(errors="replace")
            found[who, place.unit] = told(answer), frozenset(word for word in WORDS if word in text)
    return found


@pytest.mark.parametrize("case", [each for each in CASES if about_a_year(each)], ids=str)
def test_nobody_is_let_in_by_a_pin(house: House, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    before = heard(house, case)
    without = replace(house.here.host, catalogue=uninstalled(CAMPAIGN))
    monkeypatch.setattr("thidua.web.context.host", lambda: without)
    after = heard(house, case)
    wrong = {
        place: (was, found)
        for place, found in after.items()
        for was in (before[place],)
        if not (found[0] == was[0] or (was[0], found[0]) == (Answer.REACHED, READ_ONLY)) or not found[1] <= was[1]
    }
    assert wrong == {}


@pytest.mark.parametrize("page", ["GET report.show", "GET api.one", "GET receipt.show", "GET deadline.show"])
def test_what_is_read_is_read_all_the_same(house: House, page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    case = next(each for each in CASES if str(each) == page)
    without = replace(house.here.host, catalogue=uninstalled(CAMPAIGN))
    monkeypatch.setattr("thidua.web.context.host", lambda: without)
    found = {who: answer for (who, unit), answer in heard(house, case).items() if unit == house.places["a"].unit}
    assert {who for who, (answer, _) in found.items() if answer is Answer.REACHED} >= {"reporter-a", "office", "leader"}
    if page in {"GET report.show", "GET api.one"}:
        assert VIOLATOR in found["office"][1]
        assert VIOLATOR not in found["leader"][1]
