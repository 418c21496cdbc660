"""Plugins that leave the process other than they found it."""

from __future__ import annotations

from tests.gallery.showcase import Specimen
from tests.gallery.showcase import unit
from thidua.domain.plugins import FaultKind as Kind

__all__ = ["LEAVING"]

LEAVING = (
    Specimen(
        "patches",
        unit(before="import json\njson.dumps = lambda *a, **k: ''\n"),
        "thay json.dumps",
        Kind.PATCHED,
        "gallery_patches.py:2",
        "không sửa gì",
    ),
    Specimen(
        "builtin",
        unit(before="import builtins\nbuiltins.sorted = lambda x: x\n"),
        "thay builtins.sorted",
        Kind.PATCHED,
        "gallery_builtin.py:2",
    ),
    Specimen(
        "adds_builtin",
        unit(before="import builtins\nbuiltins.helper = lambda: 1\n"),
        "thêm builtins.helper",
        Kind.PATCHED,
    ),
    Specimen(
        "contract",
        unit(before="import thidua_sdk\nthidua_sdk.Count._deserialize = lambda *a, **k: 1\n"),
        "_deserialize",
        Kind.PATCHED,
        "gallery_contract.py:2",
    ),
    Specimen(
        "module",
        unit(before="import sys, types\nsys.modules['json'] = types.ModuleType('json')\n"),
        "thay mô-đun json",
        Kind.PATCHED,
    ),
    Specimen(
        "thread",
        unit(
            before="import threading, time\n"
            "threading.Thread(target=time.sleep, args=(60,), daemon=True, name='tho').start()\n"
        ),
        "luồng đang chạy “tho”",
        Kind.LEFT_BEHIND,
    ),
    Specimen(
        "signals",
        unit(before="import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"),
        "tín hiệu",
        Kind.PATCHED,
    ),
    Specimen(
        "environment",
        unit(before="import os\nos.environ['TZ'] = 'UTC'\n"),
        "biến môi trường",
        Kind.PATCHED,
        "gallery_environment.py:2",
    ),
    Specimen(
        "moves", unit(before="import os\nos.chdir('/')\n"), "thư mục làm việc", Kind.PATCHED, "gallery_moves.py:2"
    ),
    Specimen(
        "locale", unit(before="import locale\nlocale.setlocale(locale.LC_ALL, 'C.UTF-8')\n"), "locale", Kind.PATCHED
    ),
    Specimen(
        "filters", unit(before="import warnings\nwarnings.simplefilter('ignore')\n"), "bộ lọc cảnh báo", Kind.PATCHED
    ),
    Specimen("logs", unit(before="import logging\nlogging.basicConfig(level=10)\n"), "ghi nhật ký", Kind.PATCHED),
    Specimen("decimals", unit(before="import decimal\ndecimal.getcontext().prec = 3\n"), "decimal", Kind.PATCHED),
    Specimen(
        "recurses_more", unit(before="import sys\nsys.setrecursionlimit(9999)\n"), "giới hạn đệ quy", Kind.PATCHED
    ),
    Specimen("searches", unit(before="import sys\nsys.path.insert(0, '/nowhere')\n"), "đường tìm mô-đun", Kind.PATCHED),
    Specimen("pipes", unit(before="import os\nPIPE = os.pipe()\n"), "đang mở", Kind.LEFT_BEHIND),
    Specimen(
        "at_exit",
        unit(before="import atexit\natexit.register(len, '')\n"),
        "atexit",
        Kind.LEFT_BEHIND,
        "gallery_at_exit.py:2",
    ),
    Specimen(
        "at_exit_by_another",
        unit(before="import weakref\nclass Kept: pass\nKEPT = Kept()\nweakref.finalize(KEPT, len, '')\n"),
        "atexit",
        Kind.LEFT_BEHIND,
        "gallery_at_exit_by_another.py:4",
    ),
    Specimen(
        "poisons_modules",
        unit(before="import sys\nsys.modules['sched'] = None\n"),
        "chặn mô-đun sched",
        Kind.PATCHED,
    ),
    Specimen(
        "false_module",
        unit(before="import sys, types\nsys.modules['sched'] = types.ModuleType('sched')\n"),
        "đặt mô-đun giả sched",
        Kind.PATCHED,
    ),
    Specimen(
        "contract_number",
        unit(before="import thidua_sdk\nthidua_sdk.API_VERSION = 9\n"),
        "thay thidua_sdk.API_VERSION",
        Kind.PATCHED,
        "gallery_contract_number.py:2",
    ),
    Specimen(
        "contract_value",
        unit(before="import thidua_sdk\nobject.__setattr__(thidua_sdk.FLOW, 'kind', 'stock')\n"),
        "sửa thidua_sdk.FLOW",
        Kind.PATCHED,
        "gallery_contract_value.py:2",
    ),
    Specimen(
        "quiet_logs",
        unit(before="import logging\nlogging.getLogger('thidua').setLevel(60)\n"),
        "ghi nhật ký",
        Kind.PATCHED,
    ),
    Specimen("seeds", unit(before="import random\nrandom.seed(1)\n"), "số ngẫu nhiên", Kind.PATCHED),
    Specimen(
        "listens",
        unit(before="import sys\nsys.addaudithook(lambda *_: None)\n"),
        "đặt hàm nghe sự kiện",
        Kind.REACHED_OUT,
        "gallery_listens.py:2",
    ),
)
