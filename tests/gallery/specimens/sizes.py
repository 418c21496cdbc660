"""Plugins that are of no size a form, a number or a page can have."""

from __future__ import annotations

from tests.gallery.showcase import Specimen
from tests.gallery.showcase import unit
from thidua.domain.plugins import FaultKind as Kind

__all__ = ["SIZES"]

_MANY = "".join(
    f'    more{each} = Count("Số tin thứ {each}", code="M{each}", unit="tin", source="Biểu T", aggregate=FLOW)\n'
    for each in range(5000)
)
_NAMES = ", ".join(f'"more{each}"' for each in range(5000))
_ITEMS = "aggregate=FLOW"

SIZES = (
    Specimen(
        "five_thousand_fields",
        unit("    items = Count", f"{_MANY}    items = Count").replace(
            '("items", "note")', f'("items", "note", {_NAMES})'
        ),
        "Có 5.002 ô, nhiều nhất được 1.000",
        Kind.BOUNDS,
        "forms[0].schema",
        "tách thành nhiều biểu",
    ),
    Specimen(
        "endless_number",
        unit(_ITEMS, f"{_ITEMS}, maximum=10**30"),
        "lớn hơn số máy giữ được",
        Kind.BOUNDS,
        "forms[0].fields.items",
    ),
    Specimen(
        "endless_version",
        unit("version=1", "version=10**30"),
        "Phiên bản phải từ 1 đến",
        Kind.BOUNDS,
        "forms[0].version",
    ),
    Specimen(
        "endless_name",
        unit(" note = Line", f" {'n' * 65} = Line").replace('"note"', f'"{"n" * 65}"'),
        "dài hơn 64",
        Kind.REFERENCE,
        f"forms[0].fields.{'n' * 65}",
    ),
)
