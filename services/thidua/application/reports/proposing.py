"""The way to the head's word: a draft is laid before the head, who files it or sends it back."""

from __future__ import annotations

from dataclasses import replace

from thidua.application.access.permissions import Right
from thidua.application.access.permissions import require_unit
from thidua.application.ports.draft_ports import NewDraft
from thidua.application.ports.host import Host
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.reports.broken_rules import HELD
from thidua.application.reports.drafting import DraftPlace
from thidua.application.reports.drafting import lay_out
from thidua.application.reports.drafting import require_writable
from thidua.application.reports.signing_off import heads_unit
from thidua.application.reports.signing_off import needs_sign_off
from thidua.domain.accounts import Actor
from thidua.domain.drafts import Draft
from thidua.domain.errors import ConflictError
from thidua.domain.errors import InvalidPayloadError
from thidua.domain.errors import RuleBrokenError
from thidua.forms.envelope import Envelope
from thidua.forms.envelope import Person
from thidua_sdk import Finding
from thidua_sdk import Level

__all__ = ["NOTE_LENGTH", "propose_draft", "send_back", "signed_off"]

#: Longest note with which the head sends a draft back.
NOTE_LENGTH = 1000

_WROTE = "Bản nháp vừa được người khác ghi thêm; hãy xem lại rồi làm tiếp."


def propose_draft(host: Host, actor: Actor, place: DraftPlace, *, version: int) -> Draft:
    """Lay a draft before the unit's head; a change to any cell takes it back.

    Args:
        host: the ports.
        actor: who vouches for it, and is named as who prepared the report.
        place: whose draft.
        version: the version that was seen.

    Returns:
        The draft as it stands now.

    Raises:
        NotAllowedError, NotFoundError: the person may not, or nothing is owed there.
        ConflictError: units of this type file by themselves, nothing can be filed, nothing is typed,
            or somebody wrote since.
        InvalidPayloadError: the draft has errors; all findings are listed.
        RuleBrokenError: the form is held back.
    """
    require_unit(actor, Right.WRITE_DRAFT, place.unit_code)
    with host.work.glancing() as work:
        desk = lay_out(host, work, actor, place)
        draft = _get(work, place)
    require_writable(desk.sheet)
    if not needs_sign_off(host, desk.sheet.obligation.unit_type):
        raise ConflictError("Đơn vị này nộp báo cáo trực tiếp, không cần trình.", subject=place.unit_code)
    if draft is None or not draft.cells:
        raise ConflictError("Chưa có bản nháp nào để trình.", subject="draft")
    if draft.version != version:
        raise ConflictError(_WROTE, subject="draft_version")
    if desk.sheet.is_held:
        raise RuleBrokenError(HELD, (), subject=desk.sheet.form.code)
    judged = desk.judge(desk.typed(draft))
    if judged.has_errors:
        raise InvalidPayloadError("Bản nháp còn ô sai, chưa trình được.", judged.findings, subject=desk.sheet.form.code)
    now = host.clock.now()
    new = _next(place, draft, actor, host)
    return _write(host, draft, replace(new, proposed_by=actor.account_id, proposed_at=now))


def send_back(host: Host, actor: Actor, place: DraftPlace, *, version: int, note: str) -> Draft:
    """Send a proposed draft back to whoever writes it, with a note.

    Raises:
        NotAllowedError, NotFoundError: the person is not the head of this unit.
        InvalidPayloadError: the note is missing or too long.
        ConflictError: the draft is not proposed, or somebody wrote since ``version``.
    """
    require_unit(actor, Right.SIGN_OFF, place.unit_code)
    note = note.strip()
    if not note or len(note) > NOTE_LENGTH:
        message = "Hãy ghi cần sửa gì." if not note else f"Lời nhắn tối đa {NOTE_LENGTH} ký tự."
        code = "required" if not note else "length"
        raise InvalidPayloadError("Chưa trả lại được.", [Finding(code, Level.ERROR, message, ("/note",))])
    with host.work.glancing() as work:
        draft = _get(work, place)
    if draft is None or draft.proposed_by is None:
        raise ConflictError("Bản nháp này không còn chờ duyệt.", subject="draft")
    if draft.version != version:
        raise ConflictError(_WROTE, subject="draft_version")
    return _write(host, draft, replace(_next(place, draft, actor, host), note=note))


def signed_off(host: Host, actor: Actor, envelope: Envelope, unit_type: str, draft: Draft | None) -> Envelope:
    """Name in a report who prepared and who approved it, where its head's word is asked for.

    Args:
        host: the ports.
        actor: who files.
        envelope: the report.
        unit_type: of the unit.
        draft: what is filed; who laid it before the head prepared the report, else it is as typed.
    """
    if not needs_sign_off(host, unit_type) or not heads_unit(actor, envelope.unit_code):
        return envelope
    head = Person(actor.full_name, actor.position)
    prepared = envelope.prepared_by or head
    if draft is not None and draft.proposed_by is not None:
        prepared = Person(draft.proposer, draft.proposer_position)
    return replace(envelope, prepared_by=prepared, approved_by=head)


def _get(work: UnitOfWork, place: DraftPlace) -> Draft | None:
    return work.drafts.get(campaign_code=place.campaign_code, period_code=place.period_code, unit_code=place.unit_code)


def _next(place: DraftPlace, draft: Draft, actor: Actor, host: Host) -> NewDraft:
    return NewDraft(
        campaign_code=place.campaign_code,
        period_code=place.period_code,
        unit_code=place.unit_code,
        version=draft.version + 1,
        revision=draft.revision,
        is_from_workbook=draft.is_from_workbook,
        saved_by=actor.account_id,
        saved_at=host.clock.now(),
    )


def _write(host: Host, draft: Draft, new: NewDraft) -> Draft:
    with host.work.writing() as work:
        if not work.drafts.write(draft, new, ()):
            raise ConflictError(_WROTE, subject="draft_version")
        work.commit()
    return replace(
        draft,
        version=new.version,
        note=new.note,
        proposed_by=new.proposed_by,
        proposed_at=new.proposed_at,
        saved_at=new.saved_at,
    )
