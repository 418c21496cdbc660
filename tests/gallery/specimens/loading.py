"""Plugins that cannot be loaded, end or hold their process, or speak while they are loaded."""

from __future__ import annotations

from tests.gallery.showcase import Specimen
from tests.gallery.showcase import unit
from thidua.domain.plugins import FaultKind as Kind

__all__ = ["LOADING"]

LOADING = (
    Specimen("raises", unit(before="\n1 / 0\n"), "ZeroDivisionError", Kind.IMPORT, "gallery_raises.py:2", "sửa lỗi"),
    Specimen("syntax", "def plugin(:\n", "SyntaxError", Kind.IMPORT, "gallery_syntax.py:1"),
    Specimen(
        "absent", "import no_such_package_x\n", "no_such_package_x", Kind.IMPORT, "gallery_absent.py:1", "cài gói"
    ),
    Specimen("attribute", unit(), "plugin_x", Kind.IMPORT, "", "sửa điểm vào", attribute="plugin_x"),
    Specimen(
        "base_exception", "raise KeyboardInterrupt\n", "KeyboardInterrupt", Kind.IMPORT, "gallery_base_exception.py:1"
    ),
    Specimen("leaves", "import sys\nsys.exit(3)\n", "SystemExit", Kind.IMPORT, "gallery_leaves.py:2", "bỏ lệnh thoát"),
    Specimen("recursion", "def f():\n    f()\nf()\n", "RecursionError", Kind.IMPORT, "gallery_recursion.py:2"),
    Specimen("exits", "import os\nos._exit(3)\n", "mã thoát 3", Kind.CRASH),
    Specimen("crashes", "import ctypes\nctypes.string_at(0)\n", "SIGSEGV", Kind.CRASH, "gallery_crashes.py:2"),
    Specimen("killed", "import os\nos.abort()\n", "SIGABRT", Kind.CRASH, "gallery_killed.py:2"),
    Specimen("loops", "while True:\n    pass\n", "giây chưa nạp xong", Kind.HANG, "gallery_loops.py:"),
    Specimen(
        "stuck",
        "import re\nre.match(r'(a|aa)+$', 'a' * 200 + 'b')\n",
        "giây chưa nạp xong",
        Kind.HANG,
        "gallery_stuck.py:2",
    ),
    Specimen("sleeps", "import time\ntime.sleep(60)\n", "giây chưa nạp xong", Kind.HANG, "gallery_sleeps.py:2"),
    Specimen("allocates", "x = bytearray(8 * 1024**3)\n", "bộ nhớ", Kind.MEMORY, "gallery_allocates.py:1"),
    Specimen(
        "prints", unit(before="print('xin chào')\n"), "gọi print()", Kind.PRINTED, "gallery_prints.py:1", "bỏ lệnh"
    ),
    Specimen(
        "writes_out",
        unit(before="import sys\nsys.stderr.write('chào')\n"),
        "in ra màn hình khi nạp: “chào”",
        Kind.PRINTED,
    ),
    Specimen("warns", unit(before="import warnings\nwarnings.warn('cũ', UserWarning)\n"), "UserWarning", Kind.PRINTED),
)
