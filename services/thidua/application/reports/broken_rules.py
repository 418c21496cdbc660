"""What becomes of a report on which a rule of a plugin fails: it is not taken, and the rule is named.

One report is refused for it and no other, for the rule may hold for all others; a form is held back
as a whole only where a rule did not end for several units, so that it does not hold up the server.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager

from thidua.application.access.permissions import Right
from thidua.application.access.permissions import require_at_console
from thidua.application.ports.host import Host
from thidua.application.trail.auditing import note
from thidua.domain.accounts import Actor
from thidua.domain.audit import Act
from thidua.domain.audit import Thing
from thidua.domain.errors import RuleBrokenError
from thidua.domain.plugins import UNITS_THAT_HOLD
from thidua.domain.plugins import FormHold
from thidua.domain.plugins import RuleFault
from thidua.domain.plugins import TroubleKind
from thidua.domain.reports import Obligation
from thidua.forms.rule_running import TellRule
from thidua.forms.rule_running import place_of
from thidua_sdk import Finding
from thidua_sdk import Level

__all__ = [
    "HELD",
    "fenced",
    "is_held",
    "note_ended",
    "note_troubles",
    "release_form",
    "require_judged",
    "require_not_held",
]

_BROKEN = (
    "Một quy tắc của biểu bị lỗi phần mềm nên chưa nộp được báo cáo. Đây không phải lỗi của đơn vị; những gì đã điền "
    "được giữ trong bản nháp. Người quản trị đã được báo; hãy nộp lại sau, hoặc báo Văn phòng Sở nếu sắp hết hạn."
)
#: What whoever fills in a form that is held back is told, before the end as well as at it.
HELD = (
    "Biểu này đang tạm dừng nhận báo cáo vì một quy tắc của nó bị lỗi phần mềm. Không có gì bị mất: báo cáo đã nộp vẫn "
    "xem được, bản nháp được giữ. Hãy nộp lại sau, hoặc báo Văn phòng Sở nếu sắp hết hạn."
)


def is_held(host: Host, obligation: Obligation, held_digest: str | None) -> bool:
    """Tell whether a form is held back, and its plugins were not changed since."""
    digest = host.catalogue.digest
    return held_digest is not None and held_digest == digest(obligation.campaign_code, obligation.form_code)


def require_not_held(host: Host, obligation: Obligation, held_digest: str | None) -> None:
    """Refuse a report on a form that is held back, unless its plugins were changed since.

    Raises:
        RuleBrokenError: it is held.
    """
    if is_held(host, obligation, held_digest):
        raise RuleBrokenError(HELD, (), subject=obligation.form_code)


def require_judged(
    host: Host, obligation: Obligation, faults: Sequence[RuleFault], findings: Sequence[Finding]
) -> None:
    """Refuse a report on which rules failed, and note them; errors of the report itself come first.

    Raises:
        RuleBrokenError: nothing else is wrong with it.
    """
    note_troubles(host, obligation, faults)
    if faults and all(finding.code == "plugin" for finding in findings if finding.level is Level.ERROR):
        raise RuleBrokenError(_BROKEN, tuple(findings), subject=obligation.form_code)


def note_troubles(host: Host, obligation: Obligation, faults: Sequence[RuleFault]) -> None:
    """Write which rules failed for a unit, and hold the form back where one did not end for several units."""
    if not faults:
        return
    campaign, form = obligation.campaign_code, obligation.form_code
    digest = host.catalogue.digest(campaign, form)
    with host.work.writing() as work:
        now = host.clock.now()
        work.troubles.note(faults, unit_code=obligation.unit_code, digest=digest, now=now)
        hung = next((fault for fault in faults if fault.kind is TroubleKind.HUNG), None)
        if hung is not None and work.troubles.units_hung(campaign, form, digest) >= UNITS_THAT_HOLD:
            hold = FormHold(campaign, form, digest, hung, now)
            if work.troubles.hold(hold):
                note(host, work, None, Act.PLUGIN_HELD, Thing.PLUGIN, f"{campaign}/{form}", rule=hung.rule_code)
        work.commit()


def fenced(host: Host, obligation: Obligation) -> AbstractContextManager[TellRule]:
    """Let what one report's rules do end no more than this process, and be known; each is to be told of."""
    return host.rule_fence.around(
        campaign_code=obligation.campaign_code,
        form_code=obligation.form_code,
        unit_code=obligation.unit_code,
        digest=host.catalogue.digest(obligation.campaign_code, obligation.form_code),
    )


def note_ended(host: Host) -> None:
    """Hold back the forms whose rules ended a process, at the first time: everybody was waiting for it."""
    for ended in host.rule_fence.ended():
        rule, place = ended.rule_code or "?", place_of(ended.frames)
        campaign, form = ended.campaign_code, ended.form_code
        fault = RuleFault(campaign, form, rule, TroubleKind.HUNG, place)
        with host.work.writing() as work:
            now = host.clock.now()
            work.troubles.note([fault], unit_code=ended.unit_code, digest=ended.digest, now=now)
            if work.troubles.hold(FormHold(campaign, form, ended.digest, fault, now)):
                note(host, work, None, Act.PLUGIN_HELD, Thing.PLUGIN, f"{campaign}/{form}", rule=rule)
            work.commit()


def release_form(host: Host, actor: Actor | None, campaign_code: str, form_code: str) -> bool:
    """Let a form that was held back take reports again, and forget what went wrong with its rules.

    Returns:
        Whether anything was held or had gone wrong.

    Raises:
        NotAllowedError: the person may not.
    """
    require_at_console(actor, Right.OPERATE_PLUGINS)
    with host.work.writing() as work:
        if not work.troubles.release(campaign_code, form_code):
            return False
        note(host, work, actor, Act.PLUGIN_RELEASED, Thing.PLUGIN, f"{campaign_code}/{form_code}")
        work.commit()
    return True
