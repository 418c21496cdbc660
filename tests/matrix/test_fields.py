"""Who sees which part of things, on every page and in every answer there is: as the file says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.matrix.expected import FILE
from tests.matrix.house import ABOUT_VIOLATOR
from tests.matrix.house import FILE_OF_VIOLATOR
from tests.matrix.house import NETWORK
from tests.matrix.house import PEOPLE
from tests.matrix.house import PREPARED_BY
from tests.matrix.house import REMARK_ON_VIOLATOR
from tests.matrix.house import UNITS
from tests.matrix.house import VIOLATOR
from tests.matrix.house import House
from tests.matrix.requests import Case
from tests.matrix.requests import send
from tests.matrix.test_routes import CASES
from thidua.domain.accounts import Role

DEFECT, PROCESS = "Lỗi kín trong máy", "may-tinh-kin-7"
#: Words by which each part is known.
SIGNS: dict[str, tuple[str, ...]] = {
    "people_rows": (VIOLATOR,),
    "people_words": (ABOUT_VIOLATOR, REMARK_ON_VIOLATOR),
    "people_files": (FILE_OF_VIOLATOR,),
    "signatures": (PREPARED_BY,),
    "job_innards": (DEFECT, PROCESS),
    "network": (NETWORK,),
}
#: Parts without words of their own: counts are tried in ``test_small_counts.py``.
ELSEWHERE = {"small_counts"}
#: What else is asked of some routes, beside what every route is asked.
MORE: dict[str, tuple[dict[str, str], ...]] = {
    "report.show": ({"revision": "0"}, {"revision": "1"}),
    "inputs.show": (
        {"register": "violations", "reading": "provisional"},
        {"register": "violations", "reading": "official"},
        {"indicator": "N25", "reading": "provisional"},
        {"indicator": "N25", "reading": "provisional", "unit": UNITS["a"]},
        {"filing": "received"},
        {"duty": "O01"},
        {"target": "T1"},
    ),
}
MORE["api.inputs"] = MORE["inputs.show"]


@pytest.fixture(scope="module")
def troubled(house: House) -> House:
    """The job has a piece that went wrong."""
    house.execute("UPDATE job_chunk SET attempts = 2, error = ?, detail = ?, worker = ?", DEFECT, DEFECT, PROCESS)
    return house


def readable(house: House, who: str) -> str:
    """Everything that somebody can read about Hữu Lũng; the own sign-ins are everybody's own to read."""
    mine, told = house.places["a"], []
    for case in CASES:
        if case.method != "GET" or case.endpoint.startswith(("static", "sign_in", "own_account")):
            continue
        told += [_read(house, case, who, dict(query)) for query in ({}, *MORE.get(case.endpoint, ()))]
        if "evidence_id" in case.names:
            answer = send(house, case, replace(mine, evidence=house.kin_file), who)
            # The file's name comes with the file, written for all languages.
            told.append(FILE_OF_VIOLATOR if answer.status_code == 200 else "")
    return "\n".join(told)


def _read(house: House, case: Case, who: str, query: dict[str, str]) -> str:
    answer = send(house, case, house.places["a"], who, **({"query_string": query} if query else {}))
    try:
        return answer.get_data(as_text=True) if answer.status_code < 300 else ""
    except UnicodeDecodeError:
        return ""


def whole(table: dict[str, list[str]], who: str) -> bool:
    return any(
        role in table.get("all", ()) or (role in table.get("own", ()) and unit == UNITS["a"])
        for role, unit in PEOPLE[who]
    )


def test_every_part_has_its_signs() -> None:
    assert SIGNS.keys() | ELSEWHERE == set(FILE["fields"])


@pytest.mark.parametrize("who", sorted(PEOPLE))
def test_everybody_sees_the_parts_that_the_file_says(troubled: House, who: str) -> None:
    text = readable(troubled, who)
    wrong = []
    for name, signs in SIGNS.items():
        table = FILE["fields"][name]
        for sign in signs:
            expected = whole(table, who)
            if name == "signatures" and not expected and any(unit == UNITS["b"] for _, unit in PEOPLE[who]):
                continue  # the same person signs for Chi Lăng, who reads it in its own report
            if (sign in text) != expected:
                wrong.append((name, sign, expected))
    assert wrong == []


def test_who_reads_masked_reads_the_thing() -> None:
    """Whoever is in none of the three lists gets no thing that holds the part."""
    readers = {
        name: {
            role
            for right, table in FILE["rights"].items()
            if set(table.get("use_cases", ())) & set(kind["use_cases"]) and right.startswith("read_")
            for role in (*table.get("own", ()), *table.get("all", ()))
        }
        for name, kind in FILE["objects"].items()
    }
    for name, kind in FILE["objects"].items():
        for field in kind.get("fields", ()):
            table = FILE["fields"][field]
            told = {*table.get("own", ()), *table.get("all", ()), *table.get("masked", ())}
            assert readers[name] <= told, (name, field)
            assert told <= set(Role)
