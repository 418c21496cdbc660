"""How a draft is written: decided on what was read, written only if nobody wrote in between."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import replace

from thidua.application.ports.draft_ports import NewCell
from thidua.application.ports.draft_ports import NewDraft
from thidua.application.ports.host import Host
from thidua.application.reports.drafting import Desk
from thidua.application.reports.drafting import DraftPlace
from thidua.domain.accounts import Actor
from thidua.domain.drafts import Draft
from thidua.domain.drafts import DraftCell
from thidua.domain.drafts import Merge
from thidua.domain.drafts import as_kept
from thidua.domain.drafts import first_version
from thidua.domain.drafts import merge
from thidua.domain.errors import UnavailableError

__all__ = ["MOST_ATTEMPTS", "merged_with", "write_draft"]

#: Saves of one draft at the same instant: each round of them lets one through, so this many people
#: would have to type in one form within milliseconds before one is asked to send again.
MOST_ATTEMPTS = 20


def merged_with(desk: Desk, draft: Draft | None, sent: Mapping[str, str | None], base: int) -> Merge:
    """Merge what is sent with the draft, which lies over what was filed last."""
    stored = draft.cells if draft else {}
    # Where nothing was touched yet, what was filed stands in the cell: typing it again is no change.
    filed = desk.filed if desk.sheet.report is not None else {}
    unchanged = {p for p, text in sent.items() if filed and p not in stored and text == as_kept(filed.get(p))}
    found = merge(stored, {p: text for p, text in sent.items() if p not in unchanged}, base=base)
    return replace(found, same=found.same | unchanged)


def write_draft(
    host: Host,
    actor: Actor,
    place: DraftPlace,
    desk: Desk,
    decide: Callable[[Draft | None], Merge],
    *,
    is_carried: bool = False,
    is_from_workbook: bool = False,
    revision: int | None = None,
) -> tuple[Draft | None, Draft | None, Merge]:
    """Read the draft, decide, and write what was decided unless somebody wrote in between; then decide anew.

    A draft into which cells of a workbook were once taken (``is_from_workbook``) stays one.

    Returns:
        The draft before and after, and what was decided.
    """
    for _ in range(MOST_ATTEMPTS):
        with host.work.writing() as work:
            seen = work.drafts.get(
                campaign_code=place.campaign_code, period_code=place.period_code, unit_code=place.unit_code
            )
            merged = decide(seen)
            follows = seen is not None and revision is not None and revision > seen.revision
            if not merged.changed and not follows:
                return seen, seen, merged
            new = _next(actor, place, desk, seen, revision=revision, keeps_proposal=not merged.changed)
            if is_from_workbook and merged.changed:
                new = replace(new, is_from_workbook=True)
            cells = [NewCell(pointer, text, is_carried) for pointer, text in merged.changed.items()]
            if work.drafts.write(seen, new, cells):
                work.commit()
                return seen, _after(actor, seen, new, cells), merged
    raise UnavailableError("Nhiều người đang ghi cùng lúc; hãy gửi lại sau giây lát.", subject="draft")


def _next(
    actor: Actor,
    place: DraftPlace,
    desk: Desk,
    seen: Draft | None,
    *,
    revision: int | None,
    keeps_proposal: bool,
) -> NewDraft:
    """Make the next version; a change withdraws the proposal to the head, and his note stays to be read."""
    sheet = desk.sheet
    # A draft that was thrown away or never was begins for the filing that is due now.
    begun_for = seen.revision if seen is not None and seen.cells else sheet.next_revision
    proposed = seen if seen is not None and keeps_proposal else None
    return NewDraft(
        campaign_code=place.campaign_code,
        period_code=place.period_code,
        unit_code=place.unit_code,
        version=seen.version + 1 if seen else first_version(sheet.report.version if sheet.report else 0),
        revision=max(begun_for, min(revision or 0, sheet.next_revision)),
        is_from_workbook=seen is not None and seen.is_from_workbook,
        proposed_by=proposed.proposed_by if proposed else None,
        proposed_at=proposed.proposed_at if proposed else None,
        note=seen.note if seen else "",
        saved_by=actor.account_id,
        saved_at=sheet.now,
    )


def _after(actor: Actor, seen: Draft | None, new: NewDraft, cells: Iterable[NewCell]) -> Draft:
    """Say how the draft stands now without reading it back."""
    written = {
        cell.pointer: DraftCell(cell.pointer, cell.typed, new.version, cell.is_carried, actor.full_name, new.saved_at)
        for cell in cells
    }
    return Draft(
        id=seen.id if seen else 0,
        version=new.version,
        revision=new.revision,
        cells={**(seen.cells if seen else {}), **written},
        is_from_workbook=new.is_from_workbook,
        note=new.note,
        proposed_by=new.proposed_by,
        proposed_at=new.proposed_at,
        proposer=seen.proposer if seen and new.proposed_by else "",
        proposer_position=seen.proposer_position if seen and new.proposed_by else "",
        saved_by=actor.full_name,
        saved_at=new.saved_at,
    )
