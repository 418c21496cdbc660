"""Lines of the process log: one object each, with an instant that every machine reads alike."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from celery.app.log import Logging
from celery.signals import setup_logging
from flask import Flask

from thidua.adapters.log_lines import JSON
from thidua.adapters.log_lines import TEXT
from thidua.adapters.log_lines import JsonLines
from thidua.settings import Settings
from thidua.settings import load
from thidua.supervisor.logs import LogFile
from thidua.web import context
from thidua_testkit.installation import CONFIG_DIR
from thidua_workers.app import app
from thidua_workers.app import configure

AT = 1632384000.25


def a_record(message: str, *arguments: object, error: BaseException | None = None) -> logging.LogRecord:
    fault: Any = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("thidua.x", logging.WARNING, "x.py", 1, message, arguments, fault)
    record.created = AT
    return record


def test_a_line_is_one_object_with_its_instant_in_utc() -> None:
    line = JsonLines(lambda: "abc123").format(a_record("đếm %s", "lại"))
    told = json.loads(line)
    assert told.pop("process") > 0
    assert told == {
        "at": "2021-09-23T08:00:00.250Z",
        "level": "warning",
        "logger": "thidua.x",
        "message": "đếm lại",
        "request": "abc123",
    }
    assert "đếm lại" in line, "as people read it"


@pytest.mark.parametrize("end", ["\n", "\r", "\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x00", "\x1b[31m"])
def test_what_stands_in_a_record_begins_no_line_of_its_own(end: str) -> None:
    forged = f'a{end}{{"level": "error"}}'
    line = JsonLines().format(a_record("%s", forged))
    assert len(line.splitlines()) == 1
    assert json.loads(line)["message"] == forged
    assert "request" not in json.loads(line)


def test_a_fault_stands_in_its_line_whole() -> None:
    line = JsonLines().format(a_record("lỗi", error=ValueError("hai\ndòng")))
    assert len(line.splitlines()) == 1
    told = json.loads(line)["error"]
    assert told == "ValueError: hai\ndòng"


def test_a_request_is_named_only_while_it_is_answered() -> None:
    assert context.request_id_if_any() == ""
    with Flask("x").test_request_context():
        assert context.request_id_if_any() == ""
        context.g.request_id = "abc123"
        assert context.request_id_if_any() == "abc123"


@pytest.fixture
def as_found() -> Iterator[None]:
    """Leave logging as it was."""
    root = logging.getLogger()
    kept = root.handlers, root.level, Logging._setup
    yield
    root.handlers, root.level, Logging._setup = kept
    logging.captureWarnings(capture=False)
    setup_logging.disconnect(dispatch_uid="thidua-log-lines")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load({"THIDUA_DATA": str(tmp_path), "THIDUA_BROKER_URL": "memory://"}, CONFIG_DIR)


@pytest.mark.parametrize(("level", "least"), [("", logging.INFO), ("warning", logging.WARNING)])
@pytest.mark.usefixtures("as_found")
def test_worker_and_beat_write_all_of_celerys_lines_so(settings: Settings, level: str, least: int) -> None:
    configure(replace(settings, log_format=JSON), level)
    # What every process of a pool does again.
    for _ in range(2):
        Logging._setup = False
        app.log.setup(loglevel="DEBUG")
    root = logging.getLogger()
    [handler] = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    assert isinstance(handler.formatter, JsonLines)
    assert handler.stream is sys.stderr
    assert root.level == least
    assert all(isinstance(each, logging.NullHandler) for each in logging.getLogger("celery").handlers)


@pytest.mark.usefixtures("as_found")
def test_without_it_celery_writes_as_it_does(settings: Settings) -> None:
    assert settings.log_format == TEXT
    configure(settings)
    assert setup_logging.send(sender=None) == []


def test_the_one_folders_own_file_tells_its_offset(tmp_path: Path) -> None:
    LogFile(str(tmp_path / "log"), most_bytes=1000).write("web", "một dòng")
    stamp, _, rest = (tmp_path / "log").read_text(encoding="utf-8").partition(" web ")
    assert datetime.strptime(stamp, "%Y-%m-%d %H:%M:%S%z").utcoffset() is not None
    assert rest.endswith("| một dòng\n")
