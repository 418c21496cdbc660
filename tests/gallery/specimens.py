"""The gallery: every way we know in which a plugin is broken, and the sentence that refuses it."""

from __future__ import annotations

import unicodedata

from tests.gallery.showcase import CAMPAIGNS
from tests.gallery.showcase import Specimen
from tests.gallery.showcase import campaign
from tests.gallery.showcase import unit
from thidua.domain.plugins import FaultKind as Kind

__all__ = ["BROKEN", "SOUND"]

_ITEMS = 'items = Count("Số tin, bài đã phát"'

SOUND = (
    Specimen("school", unit()),
    Specimen("S2030", campaign(), group=CAMPAIGNS),
    # Standard library at work on import, without reaching out.
    Specimen(
        "stdlib",
        unit(
            before="import re, math, itertools, functools, dataclasses, enum, decimal, statistics, calendar, logging\n"
            "import zoneinfo, json, typing, collections.abc, textwrap, string, operator, fractions\n"
            "ZONE = zoneinfo.ZoneInfo('Asia/Ho_Chi_Minh')\nPATTERN = re.compile('a+')\nlog = logging.getLogger('x')\n"
            "class Kind(enum.StrEnum):\n    A = 'a'\n@functools.cache\n"
            "def f(): return decimal.Decimal('1.5').sqrt()\nf()\n"
        ),
    ),
    # Slow to make, within the limit; much memory, within the limit.
    Specimen("busy", unit(before="TABLE = tuple(sum(range(i)) for i in range(300))\nBIG = bytes(20_000_000)\n")),
    Specimen(
        "tables",
        unit(
            'note = Line("Ghi chú của đơn vị", code="T2", source="Biểu T, dòng 2", need=Need.OPTIONAL)',
            'note = Records("Các vụ việc", code="T2", source="Biểu T, dòng 2", of=Row, key=("number",))',
            before="from thidua_sdk import *\nclass Row(RowSchema):\n"
            "    number = Line('Số hiệu vụ việc', source='Biểu T')\n",
        ),
    ),
)

_IMPORTING = (
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

_REACHING = (
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

_LEAVING = (
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
)

_VALUES = (
    Specimen("number", "plugin = 5\n", "phải là UnitType, đang là int", Kind.TYPE, "", "trỏ tới"),
    Specimen("class_only", unit() + "\nclass plugin: pass\n", "đang là lớp plugin", Kind.TYPE),
    Specimen(
        "newer",
        unit('label="Trường học"', 'api_version=9, label="Trường học"'),
        "phiên bản API 9, hệ thống dùng phiên bản 1",
        Kind.API,
        "api_version",
        "nâng cấp hệ thống",
    ),
    Specimen(
        "older",
        unit('label="Trường học"', 'api_version=0, label="Trường học"'),
        "phiên bản API 0",
        Kind.API,
        "api_version",
        "bản mới hơn của phần mở rộng",
    ),
    Specimen(
        "no_version",
        unit('label="Trường học"', 'api_version=None, label="Trường học"'),
        "không nói viết cho phiên bản API nào",
        Kind.API,
    ),
    Specimen(
        "misnamed",
        unit('code="@CODE@"', 'code="other"'),
        "tên điểm vào 'misnamed' khác mã 'other'",
        Kind.NAME,
        "code",
        "pyproject.toml",
    ),
    Specimen(
        "mutable",
        unit("forms=(", "forms=[").replace('source="Biểu T"),)', 'source="Biểu T"),]'),
        "còn sửa được",
        Kind.TYPE,
        "forms",
        "đổi list thành tuple",
    ),
    Specimen(
        "no_forms",
        unit(
            'forms=(Form(code="F@CODE@", title="Báo cáo của trường", schema=Report, version=1, source="Biểu T"),)',
            "forms=()",
        ),
        "không có biểu nào",
        Kind.REFERENCE,
        "forms",
    ),
    Specimen("no_label", unit('"Số tin, bài đã phát"', '""'), "thiếu nhãn", Kind.TEXT, "forms[0].fields.items.label"),
    Specimen(
        "number_label",
        unit('"Số tin, bài đã phát"', "7"),
        "phải là str, đang là int",
        Kind.TYPE,
        "forms[0].fields.items.label",
    ),
    Specimen(
        "english",
        unit('"Số tin, bài đã phát"', '"Number of items broadcast"'),
        "không phải tiếng Việt",
        Kind.TEXT,
        "forms[0].fields.items.label",
    ),
    Specimen(
        "no_source", unit('source="Biểu T, dòng 1", ', ""), "thiếu căn cứ", Kind.TEXT, "forms[0].fields.items.source"
    ),
    Specimen("no_unit", unit('unit="tin, bài", ', ""), "thiếu đơn vị tính", Kind.TEXT, "forms[0].fields.items.unit"),
    Specimen(
        "bounds",
        unit(_ITEMS, f"{_ITEMS}, minimum=9, maximum=1"),
        "giới hạn dưới lớn hơn",
        Kind.BOUNDS,
        "forms[0].fields.items",
    ),
    Specimen(
        "sections",
        unit('("items", "note")', '("items",)'),
        "nằm trong 0 mục",
        Kind.REFERENCE,
        "forms[0].schema.sections",
    ),
    Specimen(
        "rule_cell",
        unit("/fields/items", "/fields/nothing"),
        "nhắc ô “nothing”",
        Kind.REFERENCE,
        "forms[0].schema.rules[0].cells",
    ),
    Specimen("rule_code", unit("lambda values: True", "5"), "phải là hàm", Kind.TYPE, "forms[0].schema.rules[0].holds"),
    Specimen("decomposed", unit("Trường học", unicodedata.normalize("NFD", "Trường học")), "NFC", Kind.TEXT, "label"),
    Specimen(
        "sums",
        unit("version=1,", 'version=1, sums=(("Fnone", "x"),),'),
        "biểu Fnone không có ô x",
        Kind.REFERENCE,
        "forms[0].sums",
    ),
)

_CAMPAIGNS = tuple(
    Specimen(name, source, says, kind, place, group=CAMPAIGNS)
    for name, source, says, kind, place in (
        (
            "c_unit",
            campaign('unit_types=("school",), deadline', 'unit_types=("moon",), deadline'),
            "không có loại đơn vị moon",
            Kind.REFERENCE,
            "periods[0].forms[0].unit_types",
        ),
        (
            "c_form",
            campaign('FormUse(form="Fschool"', 'FormUse(form="Fmoon"'),
            "không có biểu Fmoon",
            Kind.REFERENCE,
            "periods[0].forms[0].form",
        ),
        (
            "c_field",
            campaign('field="items")', 'field="moons")'),
            "biểu Fschool không có ô moons",
            Kind.REFERENCE,
            "indicators[0].sources",
        ),
        (
            "c_baseline",
            campaign('source_field=""', 'source_field="", baseline_field="nothing"'),
            "không có nhóm ô nothing",
            Kind.REFERENCE,
            "statistics[0].baseline_field",
        ),
        (
            "c_source_field",
            campaign('source_field=""', 'source_field="note"'),
            "không có nhóm ô note",
            Kind.REFERENCE,
            "statistics[0].source_field",
        ),
        (
            "c_evidence",
            campaign('AnyPositive(("items",))', 'AnyPositive(("moons",))'),
            "không biểu nào cho số liệu ở ô moons",
            Kind.REFERENCE,
            "duties[0].evidence",
        ),
        ("c_judge", campaign('AnyPositive(("items",))', "5"), "judge()", Kind.TYPE, "duties[0].evidence"),
        ("c_percent", campaign("least_percent=5", "least_percent=500"), "mức phần trăm", Kind.BOUNDS, "targets[0]"),
        (
            "c_topic",
            campaign('topic="road"', 'topic="sea"'),
            "không có chủ đề sea",
            Kind.REFERENCE,
            "legal_bases[0].topic",
        ),
        (
            "c_dates",
            campaign("valid_from=FROM", "valid_from=date(2031, 1, 1)"),
            "hết hiệu lực trước khi",
            Kind.BOUNDS,
            "valid_to",
        ),
        ("c_zone", campaign("Asia/Ho_Chi_Minh", "Asia/Nowhere"), "không có múi giờ", Kind.BOUNDS, "time_zone"),
        ("c_no_text", campaign('text="Phát tin, bài về an toàn"', 'text=" "'), "trống", Kind.TEXT, "duties[0].text"),
        (
            "c_feed",
            campaign('sources=(FieldSource(form="Fschool", field="items"),)', 'note=""'),
            "không nói lấy số liệu từ đâu",
            Kind.REFERENCE,
            "indicators[0]",
        ),
        (
            "c_twice",
            campaign(
                "legal_bases=(", 'legal_bases=(LegalBasis(code="L1", title="Luật khác", topic="", source="Kế hoạch"), '
            ),
            "mã căn cứ L1 bị trùng",
            Kind.DUPLICATE,
            "legal_bases",
        ),
        (
            "c_amends",
            campaign(
                'rules_version="2030.1"',
                'rules_version="2030.1", amendments=(Amendment(form="Fmoon", source="Điều 1"),)',
            ),
            "sửa biểu Fmoon",
            Kind.REFERENCE,
            "amendments[0].form",
        ),
        (
            "c_cutoff",
            campaign("date(2030, 1, 31)", "date(2035, 1, 31)"),
            "sau ngày đợt hết hiệu lực",
            Kind.BOUNDS,
            "periods[0].cutoff_on",
        ),
        (
            "c_needs",
            campaign('unit_types=("school",), deadline', 'unit_types=("raises",), deadline'),
            "cần loại đơn vị raises đang bị cách ly",
            Kind.NEEDS,
            "periods",
        ),
    )
)

#: Of one code or form from several, so that all of them are out.
_SEVERAL = (
    Specimen(
        "one",
        unit(),
        "mã shared có ở hơn một nơi: shared (gallery-one 1.0), shared (gallery-other 1.0)",
        Kind.DUPLICATE,
        "code",
        code="shared",
    ),
    Specimen("other", unit(), "mã shared có ở hơn một nơi", Kind.DUPLICATE, "code", code="shared"),
    Specimen(
        "form_a",
        unit("F@CODE@", "FORM"),
        "mã biểu FORM có ở hơn một nơi: form_a (gallery-form-a 1.0), form_b",
        Kind.DUPLICATE,
        "code",
    ),
    Specimen("form_b", unit("F@CODE@", "FORM"), "mã biểu FORM có ở hơn một nơi", Kind.DUPLICATE, "code"),
)

BROKEN = (*_IMPORTING, *_REACHING, *_LEAVING, *_VALUES, *_CAMPAIGNS, *_SEVERAL)
