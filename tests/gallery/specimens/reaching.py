"""Plugins that reach out of their own code while they are loaded."""

from __future__ import annotations

from tests.gallery.showcase import Specimen
from tests.gallery.showcase import unit
from thidua.domain.plugins import FaultKind as Kind

__all__ = ["REACHING"]

REACHING = (
    Specimen(
        "reads",
        unit(before="import io\nio.open('/etc/hostname').read()\n"),
        "mở tệp khi nạp: /etc/hostname",
        Kind.REACHED_OUT,
        "gallery_reads.py:2",
    ),
    Specimen(
        "opens",
        unit(before="def f():\n    return open('/etc/hostname')\n"),
        "gọi open()",
        Kind.REACHED_OUT,
        "gallery_opens.py:2",
    ),
    Specimen(
        "writes",
        unit(before="import pathlib\npathlib.Path('/tmp/gallery-x').write_text('x')\n"),
        "mở tệp khi nạp",
        Kind.REACHED_OUT,
        "gallery_writes.py:2",
    ),
    Specimen(
        "deletes",
        unit(before="import pathlib\npathlib.Path('/tmp/gallery-y').unlink(missing_ok=True)\n"),
        "xóa tệp khi nạp",
        Kind.REACHED_OUT,
        "gallery_deletes.py:2",
    ),
    Specimen(
        "calls_home",
        unit(before="import socket\nsocket.create_connection(('127.0.0.1', 9))\n"),
        "mạng",
        Kind.REACHED_OUT,
        "gallery_calls_home.py:2",
    ),
    Specimen(
        "runs",
        unit(before="import subprocess\nsubprocess.run(['true'])\n"),
        "chạy chương trình khác",
        Kind.REACHED_OUT,
        "gallery_runs.py:2",
    ),
    Specimen("forks", unit(before="import os\nos.fork()\n"), "tách tiến trình", Kind.REACHED_OUT, "gallery_forks.py:2"),
    Specimen("evaluates", unit(before="X = eval('1 + 1')\n"), "gọi eval()", Kind.REACHED_OUT, "gallery_evaluates.py:1"),
    Specimen(
        "foreign",
        unit(before="import flask\n"),
        "import flask, gói ngoài",
        Kind.FOREIGN,
        "gallery_foreign.py:1",
        "thidua_sdk",
    ),
    Specimen(
        "innards",
        unit(before="from thidua.domain import accounts\n"),
        "ruột của hệ thống",
        Kind.FOREIGN,
        "gallery_innards.py:1",
    ),
    Specimen(
        "hidden",
        unit(before="import importlib\nimportlib.import_module('flask')\n"),
        "nạp gói ngoài flask",
        Kind.FOREIGN,
    ),
)
