"""Every use case, by every role, about what is one's own, another's and nobody's: as the file says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.matrix.calls import CALLS
from tests.matrix.calls import LISTS
from tests.matrix.expected import FILE
from tests.matrix.expected import Answer
from tests.matrix.expected import by_right
from tests.matrix.house import NO_JOB
from tests.matrix.house import NOWHERE
from tests.matrix.house import PEOPLE
from tests.matrix.house import House
from tests.matrix.house import Place
from thidua.application.access.permissions import Right
from thidua.domain.accounts import Actor
from thidua.domain.errors import NotAllowedError
from thidua.domain.errors import NotFoundError
from thidua.domain.errors import ThiduaError

#: Which role gives which to whom is a table of its own (tests/integration/test_giving_roles.py); there is no second
#: factor in the house to take away (tests/web/test_second_factor_pages.py).
TRIED_APART = frozenset(
    {
        "memberships:confirm_membership",
        "memberships:decline_membership",
        "memberships:end_membership",
        "memberships:give_membership",
        "memberships:list_waiting",
        "second_factors:reset_second_factor",
    }
)
#: Use case and the right it asks for; None for what anybody may who holds a role.
ASKED: list[tuple[str, str | None]] = [
    *(
        (name, right)
        for right, table in FILE["rights"].items()
        for name in table.get("use_cases", ())
        if name not in TRIED_APART
    ),
    *((name, None) for name in FILE["doors"]["person"]),
]
OF_A_UNIT = {name for table in FILE["objects"].values() if table["of"] == "unit" for name in table["use_cases"]}


def call_of(name: str, right: str | None) -> str:
    return f"{name} {right}" if f"{name} {right}" in CALLS else name


def tried(house: House, name: str, actor: Actor, place: Place, job: int) -> Answer:
    with house.put_back():
        try:
            CALLS[name](house.here.host, actor, place, job)
        except NotAllowedError:
            return Answer.FORBIDDEN
        except NotFoundError:
            return Answer.NOT_FOUND
        except ThiduaError:
            return Answer.REACHED
    return Answer.REACHED


def test_there_is_a_call_of_each_and_nothing_else() -> None:
    assert {call_of(name, right) for name, right in ASKED} == CALLS.keys()


@pytest.mark.parametrize(("name", "right"), ASKED)
def test_a_use_case_ends_as_the_file_says(house: House, name: str, right: str | None) -> None:
    wrong = []
    for who, held in PEOPLE.items():
        for letter in ("a", "b", ""):
            place = house.places[letter] if letter else NOWHERE
            call = call_of(name, right)
            exists = bool(letter) or call in LISTS
            if right is None:
                expected = Answer.REACHED if held else Answer.FORBIDDEN
            else:
                unit = place.unit if name in OF_A_UNIT else None
                expected = by_right(right, held, unit, exists=exists)
            found = tried(house, call, house.here.actors[who], place, house.job if letter else NO_JOB)
            if found is not expected:
                wrong.append((who, place.unit, expected.value, found.value))
    assert wrong == [], wrong


@pytest.mark.parametrize(("name", "right"), [each for each in ASKED if each[1]])
def test_a_token_does_no_more_than_it_was_given(house: House, name: str, right: str) -> None:
    """With every right but the one, it is as if its person did not hold it; with the one alone, as with all."""
    for who in ("reporter-a", "head-a", "office", "leader", "admin"):
        actor, place = house.here.actors[who], house.places["a"]
        whole = tried(house, call_of(name, right), actor, place, house.job)
        if whole is not Answer.REACHED:
            continue
        without = replace(actor, scopes=frozenset(Right) - {Right(right)})
        assert tried(house, call_of(name, right), without, place, house.job) is Answer.FORBIDDEN, who
        none = replace(actor, scopes=frozenset())
        assert tried(house, call_of(name, right), none, place, house.job) is Answer.FORBIDDEN, who
