"""A year whose plugin is gone opens no door that was shut: whoever was refused is, and nobody reads a word more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.matrix.expected import Answer
from tests.matrix.expected import of_route
from tests.matrix.house import ABOUT_VIOLATOR
from tests.matrix.house import CAMPAIGN
from tests.matrix.house import FILE_OF_VIOLATOR
from tests.matrix.house import PREPARED_BY
from tests.matrix.house import REMARK_ON_VIOLATOR
from tests.matrix.house import TEXT
from tests.matrix.house import VIOLATOR
from tests.matrix.house import House
from tests.matrix.house import Place
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
#: One of each kind; who is not let in at all meets no year.
WHO = ("reporter-a", "reporter-b", "head-a", "office", "leader", "observer", "admin", "two-roles", "nobody", "stranger")
#: Pages that write, or prepare to: in a year that is only read they say so.
READ_ONLY = 503


def about_a_year(case: Case) -> bool:
    return not case.names.isdisjoint(ABOUT_A_YEAR) or case.endpoint in {"reports.show", "api.listing", "home.campaigns"}


def heard(house: House, case: Case, who: str, place: Place, job: int) -> tuple[object, frozenset[str]]:
    """How somebody's request ended, and which words were in the answer."""
    # Whole: where it waits for a review, the page would else show what changed.
    whole = {"query_string": {"revision": place.revision}} if case.endpoint == "report.show" else {}
    if case.method in SAFE:
        answer = send(house, case, place, who, job=job, **whole)
    else:
        with house.put_back():
            answer = send(house, case, place, who, job=job)
    text = answer.data.decode(errors="replace")
    return told(answer), frozenset(word for word in WORDS if word in text)


@pytest.mark.parametrize("case", [each for each in CASES if about_a_year(each)], ids=str)
def test_nobody_is_let_in_by_a_pin(house: House, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    without = replace(house.here.host, catalogue=uninstalled(CAMPAIGN))
    wrong = []
    for who in WHO:
        for place, job, exists in places(house, case):
            with monkeypatch.context() as served:
                served.setattr("thidua.web.context.host", lambda: without)
                ended, words = heard(house, case, who, place, job)
            allowed = of_route(case, HELD[who], place.unit, exists=exists)
            if ended != allowed and (allowed, ended) != (Answer.REACHED, READ_ONLY):
                wrong.append((who, place.unit, allowed, ended))
            if words and not words <= heard(house, case, who, place, job)[1]:
                wrong.append((who, place.unit, words))
    assert wrong == []


@pytest.mark.parametrize("page", ["GET report.show", "GET api.one", "GET receipt.show", "GET deadline.show"])
def test_what_is_read_is_read_all_the_same(house: House, page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    case = next(each for each in CASES if str(each) == page)
    without = replace(house.here.host, catalogue=uninstalled(CAMPAIGN))
    monkeypatch.setattr("thidua.web.context.host", lambda: without)
    found = {who: heard(house, case, who, house.places["a"], house.job) for who in WHO}
    assert {who for who, (answer, _) in found.items() if answer is Answer.REACHED} >= {"reporter-a", "office", "leader"}
    if page in {"GET report.show", "GET api.one"}:
        assert VIOLATOR in found["office"][1]
        assert VIOLATOR not in found["leader"][1]
