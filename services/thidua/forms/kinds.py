"""The registry of field kinds: every use of a form handles each of these.

A test walks these kinds through all uses and fails on a hole, so a new kind in the SDK is
entered here first and then followed until that test passes.
"""

from __future__ import annotations

from thidua_sdk import Choice
from thidua_sdk import Count
from thidua_sdk import Day
from thidua_sdk import DocumentNumber
from thidua_sdk import Field
from thidua_sdk import Flag
from thidua_sdk import Group
from thidua_sdk import Line
from thidua_sdk import ListOf
from thidua_sdk import Moment
from thidua_sdk import Paragraph
from thidua_sdk import Percent
from thidua_sdk import Quantity
from thidua_sdk import Records

__all__ = ["KINDS", "KIND_NAMES"]

#: Every kind, in the order of the author's guide.
KINDS: tuple[type[Field], ...] = (
    Count,
    Quantity,
    Percent,
    Flag,
    Choice,
    Day,
    Moment,
    Line,
    Paragraph,
    DocumentNumber,
    ListOf,
    Group,
    Records,
)

#: The kinds' names, the keys of every use.
KIND_NAMES: frozenset[str] = frozenset(kind.kind for kind in KINDS)
