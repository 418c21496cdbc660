"""Plugins that do much and are sound."""

from __future__ import annotations

from tests.gallery.showcase import CAMPAIGNS
from tests.gallery.showcase import Specimen
from tests.gallery.showcase import campaign
from tests.gallery.showcase import unit

__all__ = ["SOUND"]

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
