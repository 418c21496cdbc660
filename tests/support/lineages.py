"""Units and the steps by which they come from one another."""

from datetime import date
from datetime import timedelta
from itertools import pairwise

from thidua.domain.successions import Link
from thidua.domain.successions import Succession
from thidua.domain.successions import SuccessionKind
from thidua.domain.units import Unit
from thidua.domain.units import UnitVersion

FIRST = date(2020, 1, 1)
CHANGE = date(2025, 7, 1)
EVE = CHANGE - timedelta(days=1)
LATER = date(2026, 1, 1)


def a_unit(code: str, first: date = FIRST, end: date | None = None, *, renamed_on: date | None = None) -> Unit:
    days = [first, *([renamed_on] if renamed_on else []), end]
    versions = [
        UnitVersion(
            name=f"Phòng {code} {place}",
            short_name=f"{code} {place}",
            type="room",
            parent="Sở",
            valid_from=since or FIRST,
            valid_to=until,
        )
        for place, (since, until) in enumerate(pairwise(days))
    ]
    return Unit(code=code, order=len(code) * 1000 + sum(map(ord, code)), versions=tuple(versions))


def a_step(*links: tuple[str, str] | tuple[str, str, int], **changes: object) -> Succession:
    made = tuple(
        Link(predecessor=link[0], successor=link[1], weight=link[2] if len(link) > 2 else None) for link in links
    )
    told: dict[str, object] = {
        "code": "S1",
        "kind": SuccessionKind.SPLIT,
        "effective_on": CHANGE,
        "legal_basis": "NQ 1",
        "source": "Công báo",
        "weighed_by": "số xã",
        "links": made,
    }
    return Succession(**{**told, **changes})
