"""Somebody else's plugins, from a wheel to a counted report and out again, in processes as an operator runs them.

The unit type and the campaign are those of the author's guide. They are built outside the tree and
installed with pip into an environment beside a running installation; what is done then is what
``docs/plugins.md`` says.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from collections.abc import Iterator
from datetime import UTC
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from typing import NamedTuple

import pytest
from psycopg import sql
from visited_house import DOC
from visited_house import FORM
from visited_house import FORM_PAGE
from visited_house import NOW
from visited_house import InOne
from visited_house import InParts
from visited_house import Until
from visited_house import has_worked

from tests.support.third_party import CAMPAIGN
from tests.support.third_party import PERIOD
from tests.support.third_party import UNIT_TYPE
from tests.support.third_party import Elsewhere
from tests.support.third_party import project
from tests.support.third_party import wheel
from thidua.adapters.clock import SimulatedClock
from thidua.adapters.db.schema import upgrade
from thidua_testkit.postgres import private_postgres

pytestmark = pytest.mark.broker

_RULES = "    rules = (\n"
_LOOPING = """    rules = (
        PayloadRule("L99", Level.ERROR, "Số bạn đọc chưa đúng.", ("/fields/readers",), _holds),
"""
_IMPORTED = "from thidua_sdk import Paragraph\n"
_NAMES = '__all__ = ["plugin"]\n'
_SDK = "from thidua_sdk import FLOW\n"
_ENDLESS = """

def _holds(values) -> bool:
    while values.count("readers") == 1999:
        pass
    # One call of C, which holds the interpreter for longer than anybody waits.
    return values.count("readers") < 1999 or re.match("(a|aa)+$", "a" * 200 + "b") is None

"""


class Wheels(NamedTuple):
    """Releases of the guide's plugins."""

    campaign: Path
    unit_type: Path
    broken: Path
    endless: Path
    mended: Path


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Wheels:
    folder = tmp_path_factory.mktemp("authors")
    guide = project(folder / "guide")
    build = partial(wheel, guide, to=folder)
    with_rule = (_RULES, _LOOPING), (_IMPORTED, _IMPORTED + "from thidua_sdk import PayloadRule\n")
    last_import = "from thidua_sdk import at_most\n"
    return Wheels(
        build(CAMPAIGN, "1.0.0"),
        build(UNIT_TYPE, "1.0.0"),
        build(UNIT_TYPE, "1.0.1", (last_import, last_import + '\nraise RuntimeError("bản đóng gói thiếu tệp")\n')),
        build(UNIT_TYPE, "1.0.2", *with_rule, (_NAMES, _NAMES + _ENDLESS), (_SDK, "import re\n\n" + _SDK)),
        build(UNIT_TYPE, "1.0.3"),
    )


QUICK = {"THIDUA_DRAIN_INTERVAL_S": "0.3", "THIDUA_RULE_LIMIT_S": "0.3"}
KEYS = {"THIDUA_SECRET_KEY": "x" * 40, "THIDUA_AUDIT_KEY": "a" * 40}


@pytest.fixture
def elsewhere(tmp_path: Path) -> Elsewhere:
    return Elsewhere(tmp_path / "environment")


@pytest.fixture
def durable_url() -> Iterator[str]:
    """A database on a server of its own: the programs refuse one that does not keep what it was told."""
    with private_postgres(durable=True) as server:
        server.execute(sql.SQL("CREATE DATABASE third_party"))
        upgrade(server.url_of("third_party"))
        yield server.url_of("third_party")


@pytest.fixture
def in_parts(tmp_path: Path, durable_url: str, redis_url: str, parts: Any, elsewhere: Elsewhere) -> InParts:
    given = QUICK | KEYS | {"THIDUA_DATABASE_URL": durable_url, "THIDUA_BROKER_URL": redis_url}
    given["THIDUA_CLOCK"] = SimulatedClock(NOW, datetime.now(UTC)).text
    return InParts(tmp_path, durable_url, parts, elsewhere.python, given)


@pytest.fixture
def in_pages(tmp_path: Path, sqlite_url: str, parts: Any, elsewhere: Elsewhere) -> InParts:
    """Pages alone, over SQLite."""
    given = (
        QUICK | KEYS | {"THIDUA_DATABASE_URL": sqlite_url, "THIDUA_CLOCK": SimulatedClock(NOW, datetime.now(UTC)).text}
    )
    return InParts(tmp_path, sqlite_url, parts, elsewhere.python, given)


@pytest.fixture
def in_one(tmp_path: Path, sqlite_url: str, tree: Any, parts: Any, elsewhere: Elsewhere) -> InOne:
    given = QUICK | KEYS | {"THIDUA_DATABASE_URL": sqlite_url}
    given["THIDUA_CLOCK"] = SimulatedClock(NOW, datetime.now(UTC)).text
    found = InOne(tmp_path, sqlite_url, parts, elsewhere.python, given)
    found.begin = partial(tree, over=tmp_path / "data", command="serve", python=elsewhere.python, **given)
    return found


def figures(readers: int, active: int, sessions: int, received: int) -> dict[str, int]:
    return {"N1": readers, "N2": active, "N3": sessions, "received": received}


@pytest.mark.postgres
def test_a_plugin_comes_breaks_is_mended_and_goes_while_all_else_serves(  # noqa: PLR0915  one story, in its order
    in_parts: InParts, elsewhere: Elsewhere, wheels: Wheels, waiting_for: Until
) -> None:
    site = in_parts
    site.start()
    waiting_for(has_worked(site), what="the worker works")
    site.all_else_serves()

    # Installed beside running programs: they go on as they are, and the operator reads what to do.
    elsewhere.install(wheels.campaign, wheels.unit_type)
    site.all_else_serves()
    page = site.operator_page()
    assert "Đã cài, thay hoặc gỡ sau khi chương trình khởi động" in page
    assert f"{CAMPAIGN}, {UNIT_TYPE}" in page
    assert site.plugins("check")[DOC]["state"] == "serving"
    site.thidua("campaign", "open", DOC)
    site.thidua("period", "open", DOC, PERIOD)
    assert site.file("TV-HL")[0] == 503
    site.all_else_serves()

    # The pages are started again before the worker: what is filed waits for the worker, and says so.
    site.restart_web()
    assert "Đã cài, thay hoặc gỡ" not in site.operator_page()
    assert site.file("TV-HL")[0] == 201
    waiting_for(lambda: site.inputs() == (0, 0, 1), what="the old worker leaves it")
    site.all_else_serves()
    site.restart_worker()
    waiting_for(lambda: site.figures() == figures(1234, 610, 4, 1), what="counted")

    # Filed on the page, and not yet counted when a broken release comes.
    site.worker.stop()
    cells = {"readers": "100", "active_readers": "50", "sessions": "2"}
    status, page = site.browser("tv-cl").file(FORM_PAGE.format("TV-CL"), **cells)
    assert (status, "Đã nhận báo cáo" in page) == (200, True), page
    elsewhere.install(wheels.broken)
    site.all_else_serves()
    site.restart_web()
    site.start_worker()
    site.is_quarantined(waiting_for)
    assert site.figures() == figures(1234, 610, 4, 1)

    # The mended release: what waited is counted, nothing has to be said.
    elsewhere.install(wheels.mended)
    site.restart_worker()
    site.restart_web()
    waiting_for(lambda: site.figures() == figures(1334, 660, 6, 2), what="what waited is counted")
    assert site.file("TV-VL", readers=3000, active_readers=50, sessions=2)[0] == 201
    waiting_for(lambda: site.figures() == figures(4334, 710, 8, 3), what="counted")
    site.thidua("status", "verify")

    # Removed while the campaign is open.
    elsewhere.uninstall(CAMPAIGN, UNIT_TYPE)
    site.restart_worker()
    site.restart_web()
    site.all_else_serves()
    site.is_read_as_a_removed_one()
    assert DOC not in site.plugins("check", fails=True)
    assert site.missing == [DOC]
    assert f"Đợt đã mở mà không còn phần mở rộng nào mang: {DOC}" in site.operator_page()
    assert "plugin_missing" in site.ready()["alarms"]
    waiting_for(has_worked(site), what="the worker works")

    # Removed after it was closed.
    elsewhere.install(wheels.campaign, wheels.mended)
    site.thidua("campaign", "close", DOC)
    elsewhere.uninstall(CAMPAIGN, UNIT_TYPE)
    site.all_else_serves()
    site.is_read_as_a_removed_one()
    page = site.operator_page()
    assert f"Đợt đã kết thúc mà phần mở rộng đã gỡ: {DOC}" in page
    assert "plugin_missing" not in site.ready()["alarms"]
    site.plugins("check")
    assert site.missing == []
    assert "Traceback" not in site.web.output() + site.worker.output()


def test_rules_without_an_end_are_named_and_one_that_nothing_stops_holds_everybody_up_once(
    in_pages: InParts, elsewhere: Elsewhere, wheels: Wheels, waiting_for: Until
) -> None:
    site = in_pages
    elsewhere.install(wheels.campaign, wheels.endless)
    site.thidua("campaign", "open", DOC)
    site.thidua("period", "open", DOC, PERIOD)
    site.start_web()
    site.all_else_serves()
    # A loop of Python's is stopped where it stands: the report is refused, and kept as it was typed.
    cells = {"readers": "1999", "active_readers": "50", "sessions": "2"}
    status, page = site.browser("tv-cl").file(FORM_PAGE.format("TV-CL"), **cells)
    assert (status, "Một quy tắc của biểu bị lỗi phần mềm" in page) == (503, True), page
    site.all_else_serves()
    # A call of C is not.
    page, cells = FORM_PAGE.format("TV-VL"), {"readers": "3000", "active_readers": "50", "sessions": "2"}
    library = site.browser("tv-vl")
    with pytest.raises(OSError, match=r"closed|reset"):
        library.file(page, **cells)
    waiting_for(lambda: answers(site.ready), what="the pages are started again")
    site.all_else_serves()
    # Nothing was lost, whoever fills in the form is told before the end, and nobody can do it again.
    status, shown = library.ask(page)
    assert (status, 'value="3000"' in shown, 'id="tam-dung"' in shown) == (200, True, True)
    assert library.file(page, **cells)[0] == 503
    status, told = site.file("TV-HL")
    assert (status, "tạm dừng nhận báo cáo" in told["detail"]) == (503, True)
    # The rule is named, like one that loops.
    found = json.loads(site.thidua("plugins", "troubles", "--json").stdout)
    [hold] = found["holds"]
    named = {(each["rule"], each["kind"], each["unit"]) for each in found["troubles"]}
    assert named == {("L99", "hung", "TV-CL"), ("L99", "hung", "TV-VL")}
    assert {each["place"].partition(":")[0] for each in found["troubles"]} == {"thidua_unit_library/__init__.py"}
    assert (hold["campaign"], hold["form"], hold["rule"], hold["current"]) == (DOC, FORM, "L99", True)
    assert "in _holds" in site.web.output()
    assert "form_held" in site.ready()["alarms"]
    site.thidua("plugins", "release", DOC, FORM)
    assert site.file("TV-HL")[0] == 201


def answers(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except OSError:
        return False
    return True


def test_everything_in_one_takes_plugins_in_by_a_restart(
    in_one: InOne, elsewhere: Elsewhere, wheels: Wheels, waiting_for: Until
) -> None:
    site = in_one
    elsewhere.install(wheels.campaign, wheels.unit_type)
    site.thidua("campaign", "open", DOC)
    site.thidua("period", "open", DOC, PERIOD)
    site.start()
    assert site.file("TV-HL")[0] == 201
    waiting_for(lambda: site.figures() == figures(1234, 610, 4, 1), what="counted")
    elsewhere.install(wheels.broken)
    site.all_else_serves()
    site.restart()
    site.is_quarantined(waiting_for)
    elsewhere.install(wheels.mended)
    site.restart()
    assert site.file("TV-CL", readers=100, active_readers=50, sessions=2)[0] == 201
    waiting_for(lambda: site.figures() == figures(1334, 660, 6, 2), what="counted")
    assert "Traceback" not in site.tree.log()
