"""Files laid beside a report: photos, scans, sheets that show what a count counts.

A unit lays them beside its own report, the Office beside any. What is taken away leaves the list
and keeps its row; a file that a filed report names stays readable, since the ledger must be.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass

from thidua.application.access.permissions import Field
from thidua.application.access.permissions import Right
from thidua.application.access.permissions import reaches
from thidua.application.access.permissions import require
from thidua.application.access.permissions import require_unit
from thidua.application.access.permissions import sees
from thidua.application.access.permissions import sees_all_units
from thidua.application.ports.host import Host
from thidua.application.ports.reach import Crossing
from thidua.application.ports.rows import FilingContext
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.reports.answering import read_return
from thidua.application.trail.auditing import note
from thidua.application.trail.auditing import note_alone
from thidua.application.years.seen import as_read
from thidua.application.years.seen import require_serving
from thidua.domain.accounts import Actor
from thidua.domain.attachments import MOST_FILES
from thidua.domain.attachments import SCAN_POINTER
from thidua.domain.attachments import Attachment
from thidua.domain.attachments import Evidence
from thidua.domain.attachments import are_alike
from thidua.domain.attachments import clean_file_name
from thidua.domain.audit import Act
from thidua.domain.audit import Thing
from thidua.domain.errors import ConflictError
from thidua.domain.errors import MalformedRequestError
from thidua.domain.errors import NotFoundError
from thidua.domain.filing import is_locked
from thidua.domain.reports import Obligation
from thidua.domain.reports import PeriodState
from thidua.forms.compose import ComposedForm
from thidua.forms.listed_counts import is_evidence_cell

__all__ = [
    "LaidFile",
    "Use",
    "add_evidence",
    "files_of",
    "form_of",
    "list_evidence",
    "named_files",
    "read_evidence",
    "remove_evidence",
    "thumbnail_of",
]

_NOT_FOUND = "Không tìm thấy tệp này."


@dataclass(frozen=True, slots=True)
class Use:
    """Another place at which the same file, or a picture like it, is used.

    Attributes:
        is_same: the same file; otherwise a picture that looks the same.
        where: campaign, period, unit and cell, None where that is not for this reader.
    """

    is_same: bool
    where: tuple[str, str, str, str] | None


@dataclass(frozen=True, slots=True)
class LaidFile:
    """A file beside a report with where else it is used; several uses hidden from the reader are one."""

    evidence: Evidence
    uses: tuple[Use, ...] = ()


def add_evidence(
    host: Host,
    actor: Actor,
    *,
    campaign_code: str,
    period_code: str,
    unit_code: str,
    pointer: str,
    file_name: str,
    content: bytes,
) -> LaidFile:
    """Receive a file and lay it beside a cell, or beside the whole report.

    Args:
        host: the ports.
        actor: who sends it.
        campaign_code: whose report it is, with period and unit.
        period_code: as above.
        unit_code: as above.
        pointer: a cell of the form, empty for the whole report.
        file_name: as the sender's machine calls it.
        content: the file.

    Returns:
        The row, with where else the same file is used. The same file at the same cell is laid once.

    Raises:
        NotAllowedError, NotFoundError: the person may not, or nothing is owed there.
        MalformedRequestError: the form has no such cell.
        ConflictError: the period takes nothing any more, a return did not open the cell, or as many
            files as a report takes lie there.
        UnwantedFileError: the file is not taken.
        NoRoomError: it cannot be kept.
    """
    require_unit(actor, Right.ADD_EVIDENCE, unit_code)
    place = (campaign_code, period_code, unit_code)
    with host.work.glancing() as work:
        obligation = _open_place(host, work, actor, place, pointer)
    form = host.catalogue.form(campaign_code, period_code, obligation.form_code)
    if not _is_place_for_files(form, pointer):
        raise MalformedRequestError("Biểu này không có ô như vậy.", subject="pointer")
    received = host.reception.receive(content)
    # The file before its row: a row without a file would be a promise nobody can keep.
    digest = host.files.put(received.content)
    attachment = Attachment(
        digest, received.media_type, len(received.content), received.width, received.height, received.likeness
    )
    name = clean_file_name(file_name, received.media_type)
    with host.work.writing() as work:
        # A file takes its time to arrive and to be looked at, in which the period may have closed.
        _open_place(host, work, actor, place, pointer)
        row = work.evidence.add(place, pointer, attachment, name, actor.account_id, host.clock.now())
        if row is None:
            raise ConflictError(
                f"Mỗi báo cáo kèm nhiều nhất {MOST_FILES} tệp; hãy bỏ bớt tệp không cần.", subject="files"
            )
        note(host, work, actor, Act.EVIDENCE_ADDED, Thing.EVIDENCE, str(row.id))
        work.commit()
    with host.work.reading() as work:
        return _with_uses(work, actor, [row])[0]


def list_evidence(
    host: Host, actor: Actor, *, campaign_code: str, period_code: str, unit_code: str
) -> tuple[LaidFile, ...]:
    """List the files beside a report, oldest first, with where else each is used.

    Raises:
        NotAllowedError, NotFoundError: the person may not, or nothing is owed there.
    """
    require_unit(actor, Right.READ_EVIDENCE, unit_code)
    place = (campaign_code, period_code, unit_code)
    with host.work.reading() as work:
        form = _place(host, work, actor, place)
        rows = [row for row in work.evidence.of(place) if _may_see(work, actor, form, row)]
        return _with_uses(work, actor, rows)


def form_of(host: Host, actor: Actor, *, campaign_code: str, period_code: str, unit_code: str) -> ComposedForm:
    """Return the form that the files of a report lie beside.

    Raises:
        NotAllowedError, NotFoundError: the person may not, or nothing is owed there.
    """
    require_unit(actor, Right.READ_EVIDENCE, unit_code)
    with host.work.glancing() as work:
        return _place(host, work, actor, (campaign_code, period_code, unit_code))


def files_of(work: UnitOfWork, place: tuple[str, str, str]) -> Mapping[str, Evidence]:
    """Return the files beside a report by digest, for use cases that have asked for their right."""
    return {row.attachment.digest: row for row in work.evidence.of(place)}


def remove_evidence(host: Host, actor: Actor, evidence_id: int) -> Evidence:
    """Take a file away from a report that may still be changed.

    Raises:
        NotAllowedError, NotFoundError: the person may not, or there is no such file.
        ConflictError: the period takes nothing any more, or a return did not open the file's cell.
    """
    require(actor, Right.ADD_EVIDENCE)
    with host.work.writing() as work:
        row = work.evidence.get(evidence_id)
        # Another unit's file and none at all get one answer, word for word.
        if row is None or row.removed_at is not None or not reaches(actor, Right.ADD_EVIDENCE, row.unit_code):
            raise NotFoundError(_NOT_FOUND, subject=str(evidence_id))
        _open_place(host, work, actor, row.place, row.pointer)
        if not work.evidence.remove(evidence_id, host.clock.now()):
            raise NotFoundError(_NOT_FOUND, subject=str(evidence_id))
        note(host, work, actor, Act.EVIDENCE_REMOVED, Thing.EVIDENCE, str(evidence_id))
        work.commit()
    return row


def read_evidence(host: Host, actor: Actor, evidence_id: int) -> tuple[Evidence, bytes]:
    """Return a file with its row.

    Raises:
        NotAllowedError, NotFoundError: the person may not, or there is no such file.
        DamagedFileError: the store no longer has it as it was.
    """
    require(actor, Right.READ_EVIDENCE)
    row, names_people = _readable(host, actor, evidence_id)
    # A file beside rows that name persons shows what they show; any other is data carried out.
    act = Act.READ_PEOPLE if names_people else Act.EXPORT
    note_alone(host, actor, act, Thing.EVIDENCE, str(evidence_id))
    return row, host.files.get(row.attachment.digest)


def _readable(host: Host, actor: Actor, evidence_id: int) -> tuple[Evidence, bool]:
    """Return a file's row, and whether it lies beside rows that name persons."""
    with host.work.reading() as work:
        row = work.evidence.get(evidence_id)
        if row is None or not reaches(actor, Right.READ_EVIDENCE, row.unit_code):
            raise NotFoundError(_NOT_FOUND, subject=str(evidence_id))
        form = _place(host, work, actor, row.place)
        if not _may_see(work, actor, form, row) or (row.removed_at is not None and not _is_named(work, row)):
            raise NotFoundError(_NOT_FOUND, subject=str(evidence_id))
        return row, _shows_people(work, form, row)


def thumbnail_of(host: Host, actor: Actor, evidence_id: int) -> bytes:
    """Return a small JPEG of a picture.

    Raises:
        NotAllowedError, NotFoundError: the person may not, there is no such file, or it is no picture.
    """
    require(actor, Right.READ_EVIDENCE)
    row, names_people = _readable(host, actor, evidence_id)
    if not row.attachment.media_type.is_picture:
        raise NotFoundError("Tệp này không phải ảnh.", subject=str(evidence_id))
    if names_people:
        # Pages are full of small pictures: only those that may show persons are told of.
        note_alone(host, actor, Act.READ_PEOPLE, Thing.EVIDENCE, str(evidence_id), small=True)
    return host.reception.thumbnail(host.files.get(row.attachment.digest))


def named_files(payload: Mapping[str, object]) -> frozenset[str]:
    """Return the digests that a payload's lists name."""
    lists = payload.get("evidence")
    return frozenset(
        str(item["attachment"])
        for items in (lists.values() if isinstance(lists, Mapping) else ())
        for item in (items if isinstance(items, Sequence) else ())
        if isinstance(item, Mapping) and item.get("attachment")
    )


def _place(host: Host, work: UnitOfWork, actor: Actor, place: tuple[str, str, str]) -> ComposedForm:
    """Return the form of what is owed there, as the year is read.

    Raises:
        NotFoundError: no such campaign, or nothing is owed.
    """
    obligation, context = _context(work, actor, place)
    catalogue = as_read(host, work, place[0], pinned=context.pin).host.catalogue
    catalogue.campaign(place[0])
    return catalogue.form(place[0], place[1], obligation.form_code)


def _open_place(host: Host, work: UnitOfWork, actor: Actor, place: tuple[str, str, str], pointer: str) -> Obligation:
    """Return what is owed there, if the files of a cell may still be changed."""
    obligation, context = _context(work, actor, place)
    require_serving(host, work, place[0], pinned=context.pin)
    if context.period_state is not PeriodState.OPEN or is_locked(obligation, host.clock.now()):
        raise ConflictError("Kỳ báo cáo này đã khóa nên không thêm, bớt tệp được nữa.", subject=place[1])
    binding = None if pointer == SCAN_POINTER else read_return(work, context.report)
    if binding is not None and not binding.returned.opens(pointer):
        raise ConflictError("Báo cáo bị trả lại để sửa một số ô; chỉ thêm, bớt tệp ở các ô được mở.", subject="pointer")
    return obligation


def _context(work: UnitOfWork, actor: Actor, place: tuple[str, str, str]) -> tuple[Obligation, FilingContext]:
    campaign_code, period_code, unit_code = place
    context = work.reports.context(
        campaign_code=campaign_code,
        period_code=period_code,
        unit_code=unit_code,
        account_id=actor.account_id,
        idempotency_key=None,
    )
    if context.obligation is None:
        raise NotFoundError("Không tìm thấy đơn vị hoặc báo cáo này.", subject=unit_code)
    return context.obligation, context


def _is_place_for_files(form: ComposedForm, pointer: str) -> bool:
    return pointer in {"", SCAN_POINTER} or pointer in form.cells or is_evidence_cell(form, pointer)


def _may_see(work: UnitOfWork, actor: Actor, form: ComposedForm, row: Evidence) -> bool:
    """Tell whether a file is for this reader: what shows rows that name people is seldom."""
    return sees(actor, Field.PEOPLE_FILES, row.unit_code) or not _shows_people(work, form, row)


def _shows_people(work: UnitOfWork, form: ComposedForm, row: Evidence) -> bool:
    """Tell whether a file lies beside rows that name people, or is a whole report on paper that has such rows.

    The Office may choose as the scan what lies anywhere beside the report, and the same file may lie there twice.
    """
    table = form.tables.get(row.pointer.split("/")[1]) if row.pointer else None
    if table is not None and table.personal:
        return True
    if not any(field.personal for field in form.fields):
        return False
    return row.pointer == SCAN_POINTER or row.attachment.digest in _scans(work, row.place)


def _scans(work: UnitOfWork, place: tuple[str, str, str]) -> frozenset[str]:
    """Return the digests that the ledger names as scans of what was entered there."""
    campaign_code, period_code, unit_code = place
    reports = [
        report.id
        for report in work.reports.list(unit_codes=[unit_code], campaign_code=campaign_code, period_code=period_code)
    ]
    entries = work.reports.entries(reports) if reports else {}
    return frozenset(str(entry.body["scan"]) for each in reports for entry in entries[each] if entry.body.get("scan"))


def _is_named(work: UnitOfWork, row: Evidence) -> bool:
    """Tell whether something that was filed names the file: an item of a list, or a paper's scan."""
    digest = row.attachment.digest
    if digest in _scans(work, row.place):
        return True
    campaign_code, period_code, unit_code = row.place
    for report in work.reports.list(unit_codes=[unit_code], campaign_code=campaign_code, period_code=period_code):
        if any(digest in named_files(revision.payload) for revision in work.reports.revisions(report.id)):
            return True
    return False


def _with_uses(work: UnitOfWork, actor: Actor, rows: Sequence[Evidence]) -> tuple[LaidFile, ...]:
    with work.crossing(Crossing.USED_FILES):
        others = work.evidence.used_elsewhere(row.attachment for row in rows)
    return tuple(LaidFile(row, tuple(_uses(actor, row, others))) for row in rows)


def _uses(actor: Actor, row: Evidence, others: Iterable[Evidence]) -> list[Use]:
    """Say where else a file is used; who reads one unit only learns of other units that they do, not which."""
    uses: list[Use] = []
    mine = row.attachment
    for other in others:
        is_same = other.attachment.digest == mine.digest
        if other.id == row.id or not (is_same or are_alike(other.attachment.likeness, mine.likeness)):
            continue
        is_known = sees_all_units(actor) or other.unit_code in actor.unit_codes
        use = Use(is_same, (*other.place, other.pointer) if is_known else None)
        if use not in uses:
            uses.append(use)
    return uses
