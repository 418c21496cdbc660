"""The security table is whole, names tests that exist, and says what the program does."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from thidua.adapters import passwords
from thidua.adapters import single_sign_on as provider
from thidua.adapters.broker import BrokerAddress
from thidua.adapters.broker import celery_settings
from thidua.adapters.db.options import DatabaseOptions
from thidua.adapters.db.tables import metadata
from thidua.application.access.permissions import Right
from thidua.application.access.permissions import allows
from thidua.application.access.permissions import needs_second_factor
from thidua.application.people import account_codes
from thidua.application.people import sessions
from thidua.application.people import single_sign_on
from thidua.application.ports.refusals import RefusalGate
from thidua.application.review import reviewing
from thidua.application.status import past_statuses
from thidua.application.trail import sealing
from thidua.domain import attachments
from thidua.domain import drafts
from thidua.domain import jobs
from thidua.domain.accounts import Actor
from thidua.domain.accounts import Membership
from thidua.domain.accounts import Origin
from thidua.domain.accounts import Role
from thidua.domain.attachments import MediaType
from thidua.domain.audit import Act
from thidua.domain.credentials import RECOVERY_CODES
from thidua.domain.credentials import SignInRules
from thidua.domain.passwords import LONGEST
from thidua.domain.passwords import SHORTEST
from thidua.domain.throttling import BY_NETWORK
from thidua.domain.throttling import BY_PERSON
from thidua.forms import evidence_lists
from thidua.forms import packages
from thidua.forms import strict_json
from thidua.forms.workbook.guarding import LARGEST_WORKBOOK
from thidua.settings import Settings
from thidua.settings import load
from thidua.supervisor import gunicorn_settings
from thidua.web import app
from thidua.web import limits

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
#: The settings of an installation that changes none.
USUAL = load({"THIDUA_DATA": "/nonexistent"}, ROOT / "config")
ROWS: dict[str, dict[str, Any]] = tomllib.loads((ROOT / "docs/asvs.toml").read_text(encoding="utf-8"))

#: The standard by section, each requirement by its level; a dash is one of level 3 that was not taken on.
_STANDARD = """
1.1:22 1.2:1111122223 1.3:11222222222- 1.4:222 1.5:12-
2.1:122 2.2:112 2.3:12223 2.4:2-
3.1:- 3.2:11- 3.3:1222- 3.4:112222-3 3.5:11122--- 3.6:- 3.7:22---
4.1:122-- 4.2:2---- 4.3:22 4.4:1222
5.1:2 5.2:112333 5.3:11- 5.4:222
6.1:122 6.2:111111112222 6.3:1122--33 6.4:1122-- 6.5:22222--- 6.6:222- 6.7:-- 6.8:2222
7.1:222 7.2:1111 7.3:22 7.4:11222 7.5:223 7.6:22
8.1:12-- 8.2:112- 8.3:133 8.4:2-
9.1:111 9.2:1222
10.1:22 10.2:22- 10.3:2222- 10.4:11111222222----- 10.5:22222 10.6:22 10.7:222
11.1:22-- 11.2:222-- 11.3:112-- 11.4:1222 11.5:2- 11.6:2- 11.7:--
12.1:122-- 12.2:11 12.3:2222-
13.1:233- 13.2:222223 13.3:22-- 13.4:12222--
14.1:22 14.2:1222-333 14.3:122
15.1:122-- 15.2:122-- 15.3:1222222 15.4:-33-
16.1:2 16.2:22222 16.3:2222 16.4:222 16.5:2223
17.1:2- 17.2:2222---- 17.3:22
"""
SECTIONS = dict(each.split(":") for each in _STANDARD.split())
WANTED = {
    f"{section}.{number}": int(level)
    for section, levels in SECTIONS.items()
    for number, level in enumerate(levels, 1)
    if level != "-"
}
KINDS = {"shown_by", "not_applicable", "deviation", "planned"}

#: Requirements whose tests are not written yet, by theme. EMPTY in a release.
_PLANNED: dict[str, str] = {}
STILL_PLANNED = {theme: set(numbers.split()) for theme, numbers in _PLANNED.items()}


def test_every_requirement_is_there_once_with_its_level() -> None:
    levels = list(WANTED.values())
    # 345 in all; 20 of the 92 of level 3.
    assert (levels.count(1), levels.count(2), levels.count(3)) == (70, 183, 20)
    assert sum(map(len, SECTIONS.values())) == 345
    assert {number: row["level"] for number, row in ROWS.items()} == WANTED
    assert list(ROWS) == list(WANTED), "in the standard's order"


def test_every_row_says_one_thing() -> None:
    for number, row in ROWS.items():
        [kind] = KINDS & row.keys()
        told = {"shown_by": {"how"}, "planned": {"how"}}.get(kind, set())
        assert row.keys() - {"where"} == {"level", kind} | told, number
        for text in [row[name] for name in ("how", "not_applicable", "deviation") if name in row]:
            assert re.fullmatch(r"[A-Z].{10,}\.", text), (number, text)


def test_what_is_planned_is_known_and_nothing_else() -> None:
    planned: dict[str, set[str]] = {}
    for number, row in ROWS.items():
        if "planned" in row:
            planned.setdefault(row["planned"], set()).add(number)
    assert planned == STILL_PLANNED


@cache
def names_in(path: Path) -> frozenset[str]:
    """Name the tests of a file, those of a class behind the class."""

    def named(nodes: list[ast.stmt], before: str) -> Iterator[str]:
        for node in nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                yield before + node.name
            elif isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
                yield from named(node.body, f"{before}{node.name}::")

    return frozenset(named(ast.parse(path.read_text(encoding="utf-8")).body, ""))


def test_every_test_that_is_named_exists() -> None:
    missing = []
    for number, row in ROWS.items():
        assert row.get("shown_by", ["one"]), f"{number} names no test"
        for test in row.get("shown_by", ()):
            path, _, name = test.partition("::")
            assert re.fullmatch(r"(tests|plugins)/[\w/-]+/test_\w+\.py", path), test
            if not (ROOT / path).is_file() or name not in names_in(ROOT / path):
                missing.append((number, test))
    assert missing == []


def test_every_test_that_the_text_names_exists() -> None:
    every = {name.rpartition("::")[2] for path in (ROOT / "tests").rglob("test_*.py") for name in names_in(path)}
    named = set(re.findall(r"`(test_\w+)`", TEXT))
    assert len(named) > 10
    assert named - every == set()


def headings() -> dict[str, str]:
    """Give the text below each heading, by the name that links use."""
    parts = re.split(r"^#+ (.+)$", TEXT, flags=re.MULTILINE)
    return {
        re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-"): body
        for title, body in zip(parts[1::2], parts[2::2], strict=True)
    }


def test_every_part_the_standard_asks_for_is_written() -> None:
    found = headings()
    asked = {row["where"] for row in ROWS.values() if "where" in row}
    assert {place.partition("#")[0] for place in asked} == {"SECURITY.md"}
    for place in asked:
        assert len(found[place.partition("#")[2]]) > 400, place
    for part in ("report-a-weakness", "supported-versions", "threats-and-answers", "when-data-have-leaked"):
        assert len(found[part]) > 200, part
    mends = dict(re.findall(r"^\| (\w+) \| (\d+ \w+) \|$", found["how-soon-we-mend"], re.MULTILINE))
    assert mends == {"critical": "72 hours", "high": "14 days", "other": "60 days"}
    assert "72 hours" in found["when-data-have-leaked"]


def test_every_link_leads_somewhere() -> None:
    for link in set(re.findall(r"\]\(([^)]+)\)", TEXT)):
        path, _, heading = link.partition("#")
        assert not path or (ROOT / path).exists(), link
        assert not heading or heading in headings(), link


def test_the_table_is_what_the_data_say() -> None:
    checked = subprocess.run(
        [sys.executable, "scripts/asvs.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr


def cells(part: str) -> dict[str, list[str]]:
    """Give the rows of a part's tables by their first cell."""
    rows = (
        [each.strip() for each in line.strip("|").split("|")]
        for line in headings()[part].splitlines()
        if line[:1] == "|"
    )
    return {first: rest for first, *rest in rows}


def numbers(text: str) -> list[int]:
    return [int(each) for each in re.findall(r"\d+", text)]


def test_the_limits_told_are_the_programs() -> None:
    files, most = cells("files"), cells("limits")
    megabyte = 1024 * 1024
    assert numbers(files["size"][0]) == [
        attachments.LARGEST_FILE // megabyte,
        attachments.MOST_FILES,
        attachments.MOST_PIXELS // 1_000_000,
        attachments.MOST_WEBP_PIXELS // 1_000_000,
    ]
    inside = [packages._MOST_ENTRIES, packages._MOST_INFLATED // megabyte, packages._HIGHEST_RATIO, 1]
    assert numbers(files["inside a package"][0]) == inside
    assert len(MediaType) == len(re.findall(r"JPEG|PNG|WebP|PDF|XLSX|DOCX|ODS", files["taken"][0]))
    assert {first: numbers(rest[0]) for first, rest in most.items() if numbers(rest[0])} == {
        "body of a request": [
            each // megabyte for each in (limits.MAX_BODY_BYTES, LARGEST_WORKBOOK, limits.MAX_PAGE_WITH_FILES_BYTES)
        ],
        "controls of a page": [app._MAX_FORM_PARTS],
        "JSON": [strict_json.MAX_DEPTH],
        "cells saved at once into a draft": [drafts.CELLS_AT_ONCE],
        "rows of a list": [evidence_lists.MOST_ITEMS],
        "reports accepted by one request of the API": [reviewing.MOST_AT_ONCE],
        "concurrent checks of passwords in one process": [passwords._AT_ONCE],
        "a session": [USUAL.session_hours, USUAL.session_idle_minutes],
    }
    assert numbers(cells("what-takes-long")["a status of the past"][1])[0] == past_statuses.MOST_REPORTS


def test_the_ways_in_told_are_the_programs() -> None:
    told, text = cells("signing-in"), headings()["signing-in"]
    password, second, code, at_provider, token = (told[first] for first in list(told)[2:])
    assert numbers(password[0]) == [SHORTEST, LONGEST]
    assert numbers(list(told)[3]) == [RECOVERY_CODES]
    assert numbers(second[2]) == [sessions.PENDING.total_seconds() // 60]
    assert numbers(list(told)[4]) == [account_codes._BYTES * 8]
    assert numbers(code[2]) == [account_codes.CODE_DAYS]
    assert numbers(at_provider[0])[-1:] == [single_sign_on.TRIP.total_seconds() // 60]
    assert numbers(token[0]) == [sessions._BYTES * 8]
    assert numbers(re.findall(r"after (\d+ tries.+?and after \d+) of a network", text)[0]) == [
        BY_PERSON.free,
        BY_NETWORK.free,
    ]
    assert f"`session_idle_minutes` ({USUAL.session_idle_minutes})" in text
    assert f"`session_hours` ({USUAL.session_hours})" in text
    assert "ten minutes ago" in text
    assert timedelta(minutes=10) == sessions._FRESH
    # The defaults of the rules are those of the settings.
    assert SignInRules() == SignInRules(
        idle=timedelta(minutes=USUAL.session_idle_minutes), longest=timedelta(hours=USUAL.session_hours)
    )
    required = {role.value for role in Role if needs_second_factor(an_actor(role))}
    assert required == {"admin", "office"}
    assert "required of the administrator and the Office" in text
    assert load({"THIDUA_PROFILE": "test"}, ROOT / "config").second_factor == "optional"
    assert tomllib.loads((ROOT / "config/production.toml").read_text(encoding="utf-8"))["second_factor"] == "required"


def an_actor(role: Role) -> Actor:
    return Actor(1, "x", "", "", (Membership(role, None, date(2021, 1, 1), None),), Origin())


def test_the_logs_told_are_the_programs() -> None:
    told, text = cells("logs-and-the-audit-trail"), headings()["logs-and-the-audit-trail"]
    acts = re.findall(r"`(\w+)`", text.partition("**Noted acts**")[2].partition("* **")[0])
    assert sorted(acts) == sorted(Act)
    assert numbers(told["audit trail"][4]) == [USUAL.audit_retention_days]
    limits_of = inspect.signature(RefusalGate).parameters
    bounded = re.findall(r"\*\*Refusals are bounded\*\*: (\d+) a minute .+?, (\d+) of all", text)
    assert bounded == [(str(limits_of["each"].default), str(limits_of["together"].default))]
    assert f"after {sealing.UNSEALED_LIMIT.total_seconds():.0f} seconds is an alarm" in text
    assert "every hour" in told["anchors"][0]
    assert timedelta(hours=1) == sealing._ANCHORED_EVERY
    assert "access_log off;" in (ROOT / "config/nginx.conf").read_text(encoding="utf-8")
    assert gunicorn_settings.accesslog is None
    # Who reads them.
    readers = {role.value for role in Role if allows(an_actor(role), Right.READ_AUDIT)}
    assert readers == {"office", "admin"}


def test_the_waits_told_are_the_programs() -> None:
    told, options = cells("connections"), DatabaseOptions()
    pool = told["database, connections"]
    assert numbers(pool[0]) == [options.pool_size, options.pool_overflow]
    assert numbers(pool[1]) == [options.pool_timeout_s, options.connect_timeout_s]
    waits = [options.statement_timeout_s, options.lock_timeout_s, options.answer_margin_s]
    assert numbers(told["database, a statement"][1]) == waits
    assert numbers(told["database, an idle transaction"][1]) == [options.idle_in_transaction_timeout_s]
    assert numbers(told["SQLite, its lock"][1]) == [options.busy_timeout_s]
    transport: Any = celery_settings(BrokerAddress("redis://x"))["broker_transport_options"]
    waits = [transport["socket_connect_timeout"], transport["socket_timeout"]]
    assert numbers(told["broker"][1]) == waits
    asked = told["identity provider"]
    assert numbers(asked[0]) == [provider._AT_ONCE, provider._LARGEST // 1024]
    waits = [provider._TIMEOUT.connect, provider._TIMEOUT.read, provider._TIME_S, provider._LEFT_ALONE_S]
    assert numbers(asked[1]) == waits
    assert "five attempts" in told["worker, a piece of long work"][2]
    assert jobs.MOST_ATTEMPTS == 5


def test_every_secret_of_the_settings_is_in_the_inventory() -> None:
    keys = headings()["keys"]
    secret = {f"THIDUA_{each.name.upper()}" for each in fields(Settings) if not each.repr}
    assert len(secret) >= 4
    assert {name for name in secret if f"`{name}`" not in keys} == set()


def test_every_table_has_its_class() -> None:
    rows = cells("data")
    classed: dict[str, list[str]] = {}
    for name in ("public", "internal", "personal", "violation and commendation"):
        for table in re.findall(r"`(\w+)`", rows[name][0]):
            classed.setdefault(table, []).append(name)
    assert {table: names for table, names in classed.items() if len(names) > 1} == {}
    assert set(metadata.tables) - set(classed) == set()


@pytest.mark.parametrize("role", Role)
def test_every_role_is_told_of(role: Role) -> None:
    words = role.value.replace("_", " ").replace("admin", "administrator")
    assert words.casefold() in headings()["who-may-do-what"].casefold()
