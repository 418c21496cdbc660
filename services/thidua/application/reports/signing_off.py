"""Where a unit type asks for its head's word before filing."""

from __future__ import annotations

from thidua.application.access.permissions import Right
from thidua.application.access.permissions import reaches
from thidua.application.ports.host import Host
from thidua.domain.accounts import Actor
from thidua.domain.errors import NotAllowedError
from thidua.domain.reports import Obligation

__all__ = ["heads_unit", "needs_sign_off", "require_sign_off"]


def needs_sign_off(host: Host, unit_type: str) -> bool:
    """Tell whether units of a type file only with their head's approval."""
    found = host.catalogue.unit_types.get(unit_type)
    return found is not None and found.head_signs


def heads_unit(actor: Actor, unit_code: str) -> bool:
    """Tell whether a person is the head of a unit."""
    return reaches(actor, Right.SIGN_OFF, unit_code)


def require_sign_off(host: Host, actor: Actor, obligation: Obligation) -> None:
    """Refuse a filing that lacks its head's word: where it is asked for, the head files.

    Raises:
        NotAllowedError: the person is not the head of this unit.
    """
    if needs_sign_off(host, obligation.unit_type) and not heads_unit(actor, obligation.unit_code):
        raise NotAllowedError(
            "Báo cáo của đơn vị này phải do lãnh đạo đơn vị duyệt và nộp; hãy bấm Trình lãnh đạo duyệt.",
            subject=obligation.unit_code,
        )
