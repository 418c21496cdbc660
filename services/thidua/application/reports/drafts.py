"""Write a draft: cell by cell, as typed, right and wrong alike; nothing anybody typed is lost.

A save says which version its sender has seen. A cell that somebody else changed since, to something
else, is left as it is and comes back as a conflict; the cells beside it are saved. What others
changed meanwhile comes back, too, so that the sender has seen everything up to the answer's version.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from datetime import datetime

from thidua.application.access.permissions import Right
from thidua.application.access.permissions import require_unit
from thidua.application.periods.deadlines import read_deadline
from thidua.application.ports.draft_ports import NewDraft
from thidua.application.ports.host import Host
from thidua.application.reports.answering import NOT_OPEN
from thidua.application.reports.broken_rules import note_troubles
from thidua.application.reports.draft_writing import merged_with
from thidua.application.reports.draft_writing import write_draft
from thidua.application.reports.drafting import Desk
from thidua.application.reports.drafting import DraftPlace
from thidua.application.reports.drafting import Judged
from thidua.application.reports.drafting import by_first_cell
from thidua.application.reports.drafting import lay_out
from thidua.application.reports.drafting import require_writable
from thidua.application.trail.auditing import note_alone
from thidua.domain.accounts import Actor
from thidua.domain.audit import Act
from thidua.domain.audit import Thing
from thidua.domain.deadlines import Deadline
from thidua.domain.drafts import CELLS_AT_ONCE
from thidua.domain.drafts import TEXT_LENGTH
from thidua.domain.drafts import Draft
from thidua.domain.drafts import DraftCell
from thidua.domain.drafts import Merge
from thidua.domain.drafts import as_kept
from thidua.domain.errors import ConflictError
from thidua.domain.errors import InvalidPayloadError
from thidua.forms.compose import ComposedForm
from thidua.forms.envelope import MOST_UNKNOWN
from thidua.forms.pointers import cell_model
from thidua.forms.pointers import is_draft_cell
from thidua.forms.wording import number
from thidua.forms.written import typed_of
from thidua_sdk import Finding
from thidua_sdk import Group
from thidua_sdk import Level

__all__ = [
    "DraftPage",
    "PageSaved",
    "Saved",
    "carry_forward",
    "discard_draft",
    "open_draft",
    "save_cells",
    "save_page",
]


@dataclass(frozen=True, slots=True)
class DraftPage:
    """A draft with what it lies on; ``judged`` is what the judge says of it, ``deadline`` until when it is owed."""

    desk: Desk
    draft: Draft | None
    judged: Judged
    deadline: Deadline

    @property
    def version(self) -> int:
        """The version seen, 0 where there never was a draft."""
        return self.draft.version if self.draft else 0

    @property
    def typed(self) -> dict[str, str]:
        """What stands in the cells."""
        return self.desk.typed(self.draft)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is found at the cells that were touched; an untouched one is not called missing yet."""
        touched = self.draft.cells.keys() if self.draft else frozenset[str]()
        return tuple(
            finding
            for finding in self.judged.findings
            if not touched.isdisjoint(finding.cells) and (finding.code != "required" or finding.cells[0] in touched)
        )

    @property
    def is_older(self) -> bool:
        """Tell whether somebody filed since the draft was begun."""
        return self.draft is not None and bool(self.draft.cells) and self.draft.revision < self.desk.sheet.next_revision


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What became of a save.

    Attributes:
        version: the draft's version now; the sender has seen everything up to it.
        revision: the filing that the form is being filled for now.
        saved_at: the server's time.
        kept: the cells sent that are stored as sent, changed or the same.
        findings: everything found in the whole draft, by the cell where it is shown.
        others: what is found now at cells that were not sent, where that changed with this save.
        conflicts: cells left as they were, since somebody changed them to something else.
        unseen: cells not sent that somebody changed since the version the sender had seen.
        carried: cells taken over from the period before by this act, by pointer.
        is_held: the form takes no reports for now; its rules were not run.
    """

    version: int
    revision: int
    saved_at: datetime
    kept: tuple[str, ...]
    findings: Mapping[str, tuple[Finding, ...]]
    others: Mapping[str, tuple[Finding, ...]]
    conflicts: tuple[DraftCell, ...]
    unseen: tuple[DraftCell, ...]
    carried: Mapping[str, str] = field(default_factory=dict)
    is_held: bool = False


@dataclass(frozen=True, slots=True)
class PageSaved:
    """What became of a posted page: the draft as it stands now, and what somebody else wrote meanwhile."""

    draft: Draft | None
    conflicts: tuple[DraftCell, ...]
    unseen: tuple[DraftCell, ...]

    @property
    def version(self) -> int:
        """The draft's version now, 0 where there never was one."""
        return self.draft.version if self.draft else 0


def open_draft(host: Host, actor: Actor, place: DraftPlace, *, idempotency_key: str | None = None) -> DraftPage:
    """Read a draft and judge it; with a key, find out whether it was filed under it before.

    Raises:
        NotAllowedError, NotFoundError: the person may not, or nothing is owed there.
    """
    require_unit(actor, Right.WRITE_DRAFT, place.unit_code)
    with host.work.reading() as work:
        desk = lay_out(host, work, actor, place, idempotency_key=idempotency_key)
        draft = work.drafts.get(
            campaign_code=place.campaign_code, period_code=place.period_code, unit_code=place.unit_code
        )
        deadline = read_deadline(host, work, desk.sheet.obligation, now=desk.sheet.now)
    typed = desk.typed(draft)
    _note_names(host, actor, place, desk, [pointer for pointer, text in typed.items() if text])
    judged = desk.judge(typed)
    note_troubles(host, desk.sheet.obligation, judged.faults)
    return DraftPage(desk, draft, judged, deadline)


def save_cells(
    host: Host,
    actor: Actor,
    place: DraftPlace,
    *,
    base: int,
    cells: Mapping[str, str | None],
) -> Saved:
    """Save some cells of a draft; begins the draft if there is none.

    Args:
        host: the ports.
        actor: who types.
        place: whose draft.
        base: the newest version that the sender has seen with all its cells, 0 for none.
        cells: text by pointer, None or empty for an emptied cell.

    Returns:
        What was saved, what was not and why, and what the judge finds.

    Raises:
        NotAllowedError, NotFoundError: the person may not, or nothing is owed there.
        ConflictError: nothing could be filed: locked, or exempt.
        InvalidPayloadError: a pointer is no cell of this form, or one that a return did not open and
            the text is not what was filed, a text is too long, or there are too many; nothing is
            saved then.
        UnavailableError: too many saves at the same instant; sending again helps.
    """
    require_unit(actor, Right.WRITE_DRAFT, place.unit_code)
    sent = {pointer: as_kept(text) for pointer, text in cells.items()}
    with host.work.glancing() as work:
        desk = lay_out(host, work, actor, place)
    require_writable(desk.sheet)
    _require_cells(desk, sent)

    def decide(draft: Draft | None) -> Merge:
        found = merged_with(desk, draft, sent, base)
        # A carried cell that is sent has been looked at, whatever stands in it.
        looked_at = {p: sent[p] for p in found.same if draft and p in draft.cells and draft.cells[p].is_carried}
        return replace(found, changed={**found.changed, **looked_at}, same=found.same - looked_at.keys())

    before, after, merged = write_draft(host, actor, place, desk, decide)
    _note_names(host, actor, place, desk, _of_others(merged))
    return _saved(host, desk, before, after, merged)


def save_page(
    host: Host, actor: Actor, place: DraftPlace, *, base: int, cells: Mapping[str, str | None], revision: int
) -> PageSaved:
    """Save all the cells of a posted page, touched or not; nothing is judged.

    What cannot be kept (a cell this form does not have or a return did not open, a text beyond all
    measure) is left out: the page still shows it. An empty cell never beats what somebody else wrote
    there since; it counts as not sent.

    Args:
        host: the ports.
        actor: who typed.
        place: whose draft.
        base: the version that the page was made from.
        cells: text by pointer.
        revision: the filing that the page was made for; a draft begun for an older one is from then
            on for this one, since the page said so.

    Raises:
        NotAllowedError, NotFoundError, ConflictError, UnavailableError: as in :func:`save_cells`.
    """
    require_unit(actor, Right.WRITE_DRAFT, place.unit_code)
    with host.work.glancing() as work:
        desk = lay_out(host, work, actor, place)
    require_writable(desk.sheet)
    sent = {
        pointer: as_kept(text)
        for pointer, text in cells.items()
        if is_draft_cell(desk.sheet.form, pointer)
        and len(text or "") <= TEXT_LENGTH
        and not desk.sheet.is_closed(pointer)
    }

    def decide(draft: Draft | None) -> Merge:
        stored = draft.cells if draft else {}
        said = {p: text for p, text in sent.items() if text is not None or p not in stored or stored[p].version <= base}
        return merged_with(desk, draft, said, base)

    _, after, merged = write_draft(host, actor, place, desk, decide, revision=revision)
    _note_names(host, actor, place, desk, _of_others(merged))
    return PageSaved(after, merged.conflicts, merged.unseen)


def carry_forward(host: Host, actor: Actor, place: DraftPlace) -> Saved:
    """Take over from the period before what honestly stays, into cells that are still empty.

    Raises:
        NotAllowedError, NotFoundError: the person may not, or nothing is owed there.
        ConflictError: locked or exempt, a report was filed already, or there is no period before.
        UnavailableError: as in :func:`save_cells`.
    """
    require_unit(actor, Right.WRITE_DRAFT, place.unit_code)
    with host.work.glancing() as work:
        desk = lay_out(host, work, actor, place)
    require_writable(desk.sheet)
    previous = desk.sheet.previous
    if previous is None or desk.sheet.report is not None:
        raise ConflictError("Không có số liệu kỳ trước để chuyển sang.", subject=place.period_code)
    form = desk.sheet.form
    wanted = _carried_cells(form, typed_of(form, previous.payload))

    def decide(draft: Draft | None) -> Merge:
        typed = draft.typed if draft else {}
        return Merge({p: text for p, text in wanted.items() if typed.get(p) is None}, frozenset(), (), ())

    before, after, merged = write_draft(host, actor, place, desk, decide, is_carried=True)
    return _saved(host, desk, before, after, merged, carried=True)


def discard_draft(host: Host, actor: Actor, place: DraftPlace, *, version: int) -> None:
    """Throw a draft away; its version goes on counting, so that a page left open is not mistaken.

    Raises:
        NotAllowedError, NotFoundError: the person may not, or nothing is owed there.
        ConflictError: somebody wrote since ``version``.
    """
    require_unit(actor, Right.WRITE_DRAFT, place.unit_code)
    with host.work.writing() as work:
        draft = work.drafts.get(
            campaign_code=place.campaign_code, period_code=place.period_code, unit_code=place.unit_code
        )
        if draft is None or not draft.cells:
            return
        new = NewDraft(
            campaign_code=place.campaign_code,
            period_code=place.period_code,
            unit_code=place.unit_code,
            version=draft.version + 1,
            revision=draft.revision,
            saved_by=actor.account_id,
            saved_at=host.clock.now(),
        )
        if draft.version != version or not work.drafts.write(draft, new, ()):
            raise ConflictError("Bản nháp vừa được người khác ghi thêm; hãy xem lại rồi mới hủy.", subject="version")
        work.drafts.empty(draft)
        work.commit()


def _of_others(merged: Merge) -> list[str]:
    """Return the cells whose text, typed by somebody else, is shown to whoever saves."""
    return [cell.pointer for cell in (*merged.conflicts, *merged.unseen)]


def _note_names(host: Host, actor: Actor, place: DraftPlace, desk: Desk, shown: Iterable[str]) -> None:
    """Write that cells which may name persons are about to be shown, if any of those shown may."""
    personal = tuple(f"/{field.name}/" for field in desk.sheet.form.fields if field.personal)
    cells = sum(pointer.startswith(personal) for pointer in shown) if personal else 0
    if cells:
        key = f"{place.campaign_code}/{place.period_code}/{place.unit_code}"
        # What was filed last lies below the draft.
        below = [] if desk.sheet.report is None else [desk.sheet.report.revision]
        note_alone(host, actor, Act.READ_PEOPLE, Thing.DRAFT, key, cells=cells, revisions=below)


def _saved(
    host: Host, desk: Desk, before: Draft | None, after: Draft | None, merged: Merge, *, carried: bool = False
) -> Saved:
    judged = desk.judge(desk.typed(after))
    note_troubles(host, desk.sheet.obligation, judged.faults)
    now = by_first_cell(judged.findings)
    was = now if before is after else by_first_cell(desk.judge(desk.typed(before)).findings)
    kept = (*merged.changed, *sorted(merged.same))
    sent = {*kept, *(cell.pointer for cell in merged.conflicts)}
    return Saved(
        version=after.version if after else 0,
        revision=desk.sheet.next_revision,
        saved_at=desk.sheet.now,
        kept=kept,
        findings=now,
        others={
            pointer: now.get(pointer, ())
            for pointer in sorted({*was, *now} - sent)
            if was.get(pointer, ()) != now.get(pointer, ())
        },
        conflicts=merged.conflicts,
        unseen=merged.unseen,
        carried={pointer: text or "" for pointer, text in merged.changed.items()} if carried else {},
        is_held=desk.sheet.is_held,
    )


def _require_cells(desk: Desk, sent: Mapping[str, str | None]) -> None:
    form = desk.sheet.form
    filed = desk.filed if desk.sheet.returned is not None else {}
    findings: list[Finding] = []
    if len(sent) > CELLS_AT_ONCE:
        message = f"Mỗi lần chỉ lưu nhiều nhất {number(CELLS_AT_ONCE)} ô."
        raise InvalidPayloadError(message, [Finding("length", Level.ERROR, message, ("/cells",))], subject="cells")
    for pointer, text in sent.items():
        if not is_draft_cell(form, pointer):
            findings.append(Finding("unknown", Level.ERROR, "Biểu này không có ô nào như vậy.", (pointer,)))
        elif text is not None and len(text) > TEXT_LENGTH:
            message = f"Mỗi ô chỉ giữ nhiều nhất {number(TEXT_LENGTH)} ký tự; ô này có {number(len(text))}."
            findings.append(Finding("length", Level.ERROR, message, (pointer,)))
        elif desk.sheet.is_closed(pointer) and text != as_kept(filed.get(pointer)):
            findings.append(Finding("not_open", Level.ERROR, NOT_OPEN, (pointer,)))
    if findings:
        raise InvalidPayloadError("Có ô không lưu được nên chưa lưu ô nào.", findings[:MOST_UNKNOWN], subject=form.code)


def _carried_cells(form: ComposedForm, typed: Mapping[str, str]) -> dict[str, str]:
    """Choose from a filed payload the texts of cells that may be carried."""
    wanted: dict[str, str] = {}
    for model in form.cell_fields.values():
        if not model.carries:
            continue
        cells = (
            [f"{model.pointer}/{column.name}" for column in model.columns]
            if model.kind == Group.kind
            else [model.pointer]
        )
        wanted |= {
            pointer: text
            for pointer in cells
            if cell_model(form, pointer) is not None and (text := typed.get(pointer, ""))
        }
    return wanted
