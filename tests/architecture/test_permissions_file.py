"""One file says who may do what, says it wholly, and every use case asks on its first line for what the file says."""

from __future__ import annotations

import ast
import tomllib
from collections import Counter
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

import thidua
import thidua_workers
from thidua.application.access import permissions
from thidua.application.access.permissions import Field
from thidua.application.access.permissions import Right
from thidua.bootstrap import build_host
from thidua.domain.accounts import Role
from thidua.settings import load
from thidua.web.app import create_app

FILE = tomllib.loads(Path(permissions.__file__).with_suffix(".toml").read_text(encoding="utf-8"))
HOST = Path(thidua.__file__).parent
APPLICATION = HOST / "application"
WORKERS = Path(thidua_workers.__file__).parent
#: What asks: the first argument of each but the last is who acts, the second the right.
ASKING = {"require", "require_unit", "require_at_console"}
#: What asks for one right, and for a person who is there.
ASKING_OF_A_PERSON = {"require_manager": "manage_accounts", "require_giver": "give_memberships"}
OPENS = {"reading", "writing", "glancing", "acting"}
WORDS = {
    "rights": {"says", "own", "all", "use_cases"},
    "objects": {"says", "of", "fields", "use_cases"},
    "fields": {"says", "own", "all", "masked"},
    "roles": {"says", "given_by"},
}


def functions() -> dict[str, ast.FunctionDef]:
    """Every public function of the application, by ``module:function``."""
    return {
        f"{path.stem}:{node.name}": node
        for path in sorted(APPLICATION.rglob("*.py"))
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }


FUNCTIONS = functions()
DECLARED: dict[str, set[str]] = defaultdict(set)
for _right, _table in FILE["rights"].items():
    for _name in _table.get("use_cases", ()):
        DECLARED[_name].add(_right)
BY_DOOR = {name for names in FILE["doors"].values() for name in names}


def arguments(node: ast.FunctionDef) -> dict[str, str]:
    given = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
    return {each.arg: ast.unparse(each.annotation) if each.annotation else "" for each in given}


def is_given_a_person(node: ast.FunctionDef) -> bool:
    return any("Actor" in annotation for annotation in arguments(node).values())


def first_statement(node: ast.FunctionDef) -> ast.stmt:
    body = node.body
    is_documented = isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
    return body[1] if is_documented else body[0]


def rights_asked_for(node: ast.FunctionDef) -> set[str]:
    """The rights that a function's first statement asks its person for."""
    first = first_statement(node)
    if not (isinstance(first, ast.Expr) and isinstance(first.value, ast.Call)):
        return set()
    call = first.value
    if ast.unparse(call) in {f"{name}(actor)" for name in ASKING_OF_A_PERSON}:
        return {ASKING_OF_A_PERSON[ast.unparse(call.func)]}
    if not (isinstance(call.func, ast.Name) and call.func.id in ASKING and ast.unparse(call.args[0]) == "actor"):
        return set()
    named = (each for each in ast.walk(call.args[1]) if isinstance(each, ast.Attribute))
    return {Right[each.attr].value for each in named if ast.unparse(each.value) == "Right"}


def opens_a_unit_of_work(node: ast.AST) -> bool:
    return any(
        isinstance(each, ast.Attribute)
        and each.attr in OPENS
        and isinstance(each.value, ast.Attribute)
        and each.value.attr == "work"
        for each in ast.walk(node)
    )


def that_open() -> set[str]:
    """Public functions that open the database, themselves or by functions of their own module."""
    found: set[str] = set()
    for path in sorted(APPLICATION.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8")).body
        here = {node.name: node for node in tree if isinstance(node, ast.FunctionDef)}
        opening = {name for name, node in here.items() if opens_a_unit_of_work(node)}
        while more := {
            name
            for name, node in here.items()
            if name not in opening and any(isinstance(each, ast.Name) and each.id in opening for each in ast.walk(node))
        }:
            opening |= more
        found |= {f"{path.stem}:{name}" for name in opening}
    return found & FUNCTIONS.keys()


def imported(folder: Path) -> Iterator[str]:
    """What the modules of a folder import of the application, as ``module:name``."""
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("thidua.application."):
                yield from (f"{(node.module or '').rpartition('.')[2]}:{alias.name}" for alias in node.names)


def test_every_right_is_told_and_nothing_else() -> None:
    assert set(FILE["rights"]) == set(Right)
    assert set(FILE["fields"]) == set(Field)
    assert set(FILE) == {
        *("rights", "objects", "fields", "small_counts", "roles", "second_factor", "doors", "steps", "routes")
    }
    for part, words in WORDS.items():
        for name, table in FILE[part].items():
            assert table["says"], name
            assert set(table) <= words, name
            assert {role for key in ("own", "all", "masked", "given_by") for role in table.get(key, ())} <= set(Role), (
                name
            )


def test_every_route_says_what_it_needs(tmp_path: Path) -> None:
    settings = load({"THIDUA_DATA": str(tmp_path), "THIDUA_PROFILE": "test"})
    app = create_app(build_host(settings), settings)
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(FILE["routes"])
    assert set(FILE["routes"].values()) <= {*Right, "public", "person"}


def test_every_function_that_the_file_names_is_there() -> None:
    named = {*DECLARED, *BY_DOOR, *FILE["steps"]}
    named.update(name for table in FILE["objects"].values() for name in table["use_cases"])
    assert named <= FUNCTIONS.keys()


def test_every_function_that_is_given_a_person_is_in_the_file_once() -> None:
    given = {name for name, node in FUNCTIONS.items() if is_given_a_person(node)}
    places = Counter([*DECLARED, *BY_DOOR, *FILE["steps"]])
    assert given <= set(places)
    assert [name for name, times in places.items() if times > 1] == []


@pytest.mark.parametrize("name", sorted(DECLARED))
def test_the_first_line_of_a_use_case_asks_for_what_the_file_says(name: str) -> None:
    assert rights_asked_for(FUNCTIONS[name]) == DECLARED[name], (
        f"{name} {ast.unparse(first_statement(FUNCTIONS[name]))}"
    )


@pytest.mark.parametrize("name", FILE["doors"]["self"])
def test_what_anybody_may_about_the_own_account_no_token_may(name: str) -> None:
    assert ast.unparse(first_statement(FUNCTIONS[name])) == "require_person(actor)"


@pytest.mark.parametrize("name", FILE["doors"]["person"])
def test_what_anybody_may_who_holds_a_role_asks_for_one(name: str) -> None:
    assert ast.unparse(first_statement(FUNCTIONS[name])) == "require_a_role(actor)"


def test_every_use_case_is_about_one_kind_of_thing() -> None:
    about = Counter(name for table in FILE["objects"].values() for name in table["use_cases"])
    assert set(about) == {*DECLARED, *FILE["doors"]["person"]}
    assert [name for name, times in about.items() if times > 1] == []
    for name, table in FILE["objects"].items():
        assert table["of"] in {"unit", "all"}, name
        assert set(table.get("fields", ())) <= set(Field), name


def test_what_opens_the_database_without_a_person_says_who_asks_for_it() -> None:
    alone = {name for name in that_open() if not is_given_a_person(FUNCTIONS[name])}
    of_the_program = {
        name
        for folder in (HOST / "cli", HOST / "supervisor", WORKERS)
        for name in imported(folder)
        if name in FUNCTIONS
        and not is_given_a_person(FUNCTIONS[name])
        and "host" in arguments(FUNCTIONS[name])
        and "work" not in arguments(FUNCTIONS[name])
    }
    told = {name for name in BY_DOOR if not is_given_a_person(FUNCTIONS[name])}
    assert (alone | of_the_program) - FILE["steps"].keys() == told


def test_pages_and_api_reach_nothing_of_the_operator_and_the_workers() -> None:
    closed = {*FILE["doors"]["operator"], *FILE["doors"]["worker"]}
    assert closed.isdisjoint(imported(HOST / "web"))


def test_nobody_but_the_file_says_what_a_role_may() -> None:
    """Roles by name are for those who make accounts and for sample people; rights are asked for by their names."""
    # The first page greets also those who hold no role; the second fence does not lean on the first.
    allowed = {"permissions.py", "sample.py", "home.py", "reach.py"}
    for path in (*APPLICATION.rglob("*.py"), *(HOST / "web").rglob("*.py")):
        if path.name not in allowed:
            named = [
                ast.unparse(node)
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                if isinstance(node, ast.Attribute)
                and (ast.unparse(node.value) == "Role" or node.attr in {"is_any", "roles"})
            ]
            assert named == [], path
