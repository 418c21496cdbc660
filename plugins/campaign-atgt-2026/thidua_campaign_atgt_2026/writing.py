"""How this campaign writes an indicator in few lines."""

from collections.abc import Mapping

from thidua_sdk import FLOW
from thidua_sdk import Aggregation
from thidua_sdk import Indicator
from thidua_sdk import TimeRule
from thidua_sdk import UnitRule
from thidua_sdk import fed_by

__all__ = ["RATIO", "divided", "fed"]

#: Recomputed from summed parts, never folded itself.
RATIO = Aggregation("ratio", TimeRule.NEVER, UnitRule.NEVER)

_SCOPES = {
    # The year before called its districts so; what may meet their sum over the province keeps the code.
    "district": "Cơ sở, cộng cả tỉnh (các xã, phường)",
    "commune": "Cơ sở (các xã, phường)",
    "province": "Báo chí, truyền thông cấp tỉnh",
    "department": "Trang TTĐT Sở",
    "digital_support": "Nội dung hỗ trợ kỹ thuật của các phòng, Trung tâm",
}


def fed(
    names: tuple[str, str, str],
    cells: tuple[str, ...],
    rows: str,
    *,
    clause: str,
    aggregation: Aggregation = FLOW,
    unit: str,
    by_topic: bool = False,
    about_people: bool = False,
    note: str = "",
) -> Indicator:
    """Write an indicator that cells feed; ``names`` are code, label, identifier."""
    sources = fed_by(*cells)
    scopes: Mapping[str, str] = {each.scope: _SCOPES[each.scope] for each in sources if each.scope}
    return Indicator(
        code=names[0],
        label=names[1],
        identifier=names[2],
        unit_of_measure=unit,
        aggregation=aggregation,
        clause=clause,
        source=rows,
        sources=sources,
        by_topic=by_topic,
        scopes=scopes,
        note=note,
        about_people=about_people,
    )


def divided(
    names: tuple[str, str, str], parts: tuple[str, str], *, clause: str, about_people: bool = False
) -> Indicator:
    """Write a ratio of two indicators."""
    return Indicator(
        code=names[0],
        label=names[1],
        identifier=names[2],
        unit_of_measure="%",
        aggregation=RATIO,
        clause=clause,
        source=f"Tính từ {parts[0]} và {parts[1]}",
        ratio=parts,
        about_people=about_people,
    )
