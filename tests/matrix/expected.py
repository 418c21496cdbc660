"""What the file says must come of a request, or of a use case."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from enum import StrEnum
from pathlib import Path
from typing import Any

from tests.matrix.requests import Case
from thidua.application.access import permissions
from thidua.domain.accounts import Role

FILE: dict[str, Any] = tomllib.loads(Path(permissions.__file__).with_suffix(".toml").read_text(encoding="utf-8"))
Held = Collection[tuple[Role, str | None]]


class Answer(StrEnum):
    """How it ends."""

    REACHED = "reached"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not found"
    STRANGER = "stranger"


#: Parts of addresses for which there is nothing in the house.
NOT_HERE = frozenset({"membership_id", "prepared_id", "handle", "identity_id"})
#: Nobody in the house has a second factor, and nobody is named to write to.
NOBODY_HAS = frozenset(
    {"security_txt.contact", "second_factor.turn_off", "second_factor.remake_recovery_codes", "second_factor.reset"}
)


def by_right(right: str, held: Held, unit: str | None, *, exists: bool) -> Answer:
    """What comes of asking for a right about a thing; ``unit`` is whose it is, None where it is nobody's own."""
    table = FILE["rights"][right]
    own, everywhere = table.get("own", ()), table.get("all", ())
    if not any(role in own or role in everywhere for role, _ in held):
        return Answer.FORBIDDEN
    reaches = any(role in everywhere or (role in own and unit in (None, of)) for role, of in held)
    return Answer.REACHED if reaches and exists else Answer.NOT_FOUND


def of_route(case: Case, held: Held | None, unit: str, *, exists: bool) -> Answer:
    """What comes of a request; ``held`` is None for who is not signed in."""
    needed = FILE["routes"][case.endpoint]
    if needed == "public":
        return Answer.NOT_FOUND if case.endpoint in NOBODY_HAS else Answer.REACHED
    if held is None:
        return Answer.STRANGER
    if case.names & NOT_HERE or case.endpoint in NOBODY_HAS:
        holds = needed == "person" or by_right(needed, held, None, exists=True) is Answer.REACHED
        return Answer.NOT_FOUND if holds else Answer.FORBIDDEN
    if needed == "person":
        # The list of campaigns is for whoever has something to do in one.
        return Answer.REACHED if held or case.endpoint != "home.campaigns" else Answer.FORBIDDEN
    has_object = bool(case.names)
    return by_right(needed, held, unit if case.is_of_a_unit else None, exists=exists or not has_object)
