"""The one command, as a newcomer types it: starts, survives, stops, leaves nothing."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.broker

CONFIG = Path(__file__).parents[2] / "config"
Until = Callable[..., float]


def test_the_demo_answers_counts_and_leaves_nothing_behind(
    tree: Callable[..., Any], report: Callable[..., dict[str, Any]], waiting_for: Until
) -> None:
    running = tree()
    for account in ("reporter-ls-186-vhtt", "office", "leader", "observer", "admin"):
        assert account in running.output
    running.wait_for_all()
    office = running.client("office")
    before = office.status("2021-9M")["filing"]
    reply = running.client("reporter-ls-186-vhtt").file(
        report("LS-186-VHTT", "2021-9M", plan_document_date="2021-03-02") | {"confirm_warnings": True}
    )
    assert reply.status == 201, reply.body
    waiting_for(lambda: office.status("2021-9M")["filing"]["late"] == before["late"] + 1, what="counted")
    assert running.interrupt() == 0
    waiting_for(lambda: not running.family(), what=f"nothing left: {running.family()}")
    # A second start keeps the data.
    running.start()
    assert running.client("office").status("2021-9M")["filing"]["late"] == before["late"] + 1


def test_a_killed_supervisor_leaves_no_orphan(tree: Callable[..., Any], waiting_for: Until) -> None:
    running = tree()
    running.wait_for_all()
    os.kill(running.leader("supervisor"), signal.SIGKILL)
    waiting_for(lambda: not running.family(), what=f"no orphan: {running.family()}")


@pytest.mark.parametrize("program", ["web", "worker", "beat", "broker"])
def test_a_killed_program_of_the_tree_is_started_again(
    tree: Callable[..., Any], waiting_for: Until, program: str
) -> None:
    running = tree()
    running.wait_for_all()
    before = running.pids(program)
    os.kill(running.leader(program), signal.SIGKILL)
    waiting_for(lambda: running.pids(program) - before != set(), what=f"{program} again")
    waiting_for(running.client().answers, what="the site answers")


def test_a_second_start_on_the_same_data_is_refused_in_one_line(tree: Callable[..., Any]) -> None:
    running = tree()
    second = subprocess.run(
        [sys.executable, "-m", "thidua.cli", "demo"],
        env=os.environ | {"THIDUA_DATA": str(running.data)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert second.returncode == 1
    assert len(second.stderr.strip().splitlines()) == 1, second.stderr
    assert "Traceback" not in second.stderr


def test_a_port_that_was_asked_for_and_is_taken_is_refused_in_both_languages(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        refused = subprocess.run(
            [sys.executable, "-m", "thidua.cli", "demo"],
            env=os.environ | {"THIDUA_DATA": str(tmp_path / "data"), "PORT": str(taken.getsockname()[1])},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert refused.returncode == 1
    [line] = refused.stderr.strip().splitlines()
    assert " / " in line


def test_a_usual_port_that_is_taken_gives_way_to_the_next_and_says_so(tree: Callable[..., Any], tmp_path: Path) -> None:
    config = shutil.copytree(CONFIG, tmp_path / "config")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        base = config / "base.toml"
        usual = re.sub(r"(?m)^port = \d+$", f"port = {port}", base.read_text(encoding="utf-8"))
        base.write_text(usual, encoding="utf-8")
        running = tree("--empty", THIDUA_CONFIG_DIR=str(config))
    used = int(running.address.rpartition(":")[2])
    assert port < used <= port + 50
    [line] = [line for line in running.output.splitlines() if str(port) in line and " / " in line]
    assert str(used) in line
    assert running.client().answers()


def test_a_data_folder_that_cannot_be_written_is_refused_in_both_languages(tmp_path: Path) -> None:
    (tmp_path / "a-file").touch()
    refused = subprocess.run(
        [sys.executable, "-m", "thidua.cli", "demo"],
        env=os.environ | {"THIDUA_DATA": str(tmp_path / "a-file/data")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert refused.returncode == 1
    [line] = refused.stderr.strip().splitlines()
    assert " / " in line


def test_a_first_start_killed_while_it_makes_its_data_is_made_up_for(
    tmp_path: Path, tree: Callable[..., Any], begun: Callable[..., Any], waiting_for: Until
) -> None:
    data = tmp_path / "data"
    first = begun(data)

    def has_reports() -> bool:
        address = f"file:{data / 'thidua.sqlite3'}?mode=ro"
        with suppress(sqlite3.Error), closing(sqlite3.connect(address, uri=True)) as connection:
            return bool(connection.execute("SELECT count(*) > 20 FROM report").fetchone()[0])
        return False

    try:
        waiting_for(has_reports, what="half of the sample is there")
    finally:
        os.kill(first.session, signal.SIGKILL)
    assert "http://" not in first.output
    again = tree(over=data).client("office")
    whole = tree().client("office")
    for period in ("2021-Q1", "2021-H1", "2021-9M"):
        found, expected = again.status(period), whole.status(period)
        assert found["filing"] == expected["filing"]
        assert found["indicators"] == expected["indicators"]


def test_an_empty_demo_has_units_and_accounts_and_no_report(tree: Callable[..., Any]) -> None:
    running = tree("--empty")
    filing = running.client("office").status("2021-9M")["filing"]
    assert (filing["roster"], filing["received"]) == (17, 0)
