"""A form filled in offline: handed out as a workbook, compared with the draft, and taken into it.

Nothing is filed here. What a workbook says is first shown beside what the draft holds; only what the
person then takes over is written, by the same merge as any typing, so that nobody's words are lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from zoneinfo import ZoneInfo

from thidua.application.access.permissions import Right
from thidua.application.access.permissions import require_unit
from thidua.application.ports.host import Host
from thidua.application.reports.draft_writing import merged_with
from thidua.application.reports.draft_writing import write_draft
from thidua.application.reports.drafting import Desk
from thidua.application.reports.drafting import DraftPlace
from thidua.application.reports.drafting import lay_out
from thidua.application.reports.drafting import require_writable
from thidua.application.trail.auditing import note_alone
from thidua.domain.accounts import Actor
from thidua.domain.audit import Act
from thidua.domain.audit import Thing
from thidua.domain.drafts import TEXT_LENGTH
from thidua.domain.drafts import Draft
from thidua.domain.drafts import DraftCell
from thidua.domain.drafts import Merge
from thidua.domain.drafts import as_kept
from thidua.forms.describe import FieldModel
from thidua.forms.pointers import cell_model
from thidua.forms.pointers import is_draft_cell
from thidua.forms.workbook.cells import says_the_same
from thidua.forms.workbook.plan import COMMENT
from thidua.forms.workbook.plan import ENVELOPE
from thidua.forms.workbook.reading import WorkbookReading
from thidua.forms.workbook.reading import read_workbook
from thidua.forms.workbook.writing import Filling
from thidua.forms.workbook.writing import identity_of
from thidua.forms.workbook.writing import write_workbook
from thidua.forms.written import typed_of
from thidua_sdk import Finding
from thidua_sdk import Level
from thidua_sdk import topic_cell

__all__ = ["Compared", "Difference", "Filled", "Remark", "compare_workbook", "fill_draft", "make_workbook"]

#: The code of findings at cells that must be filled.
_UNFILLED = "required"


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell where workbook and draft differ.

    ``before`` is what stands in the draft now, ``after`` what the workbook says. ``newer`` is the cell
    as somebody changed it after the workbook was handed out, None where nobody did.
    """

    pointer: str
    before: str
    after: str
    place: str
    newer: DraftCell | None


@dataclass(frozen=True, slots=True)
class Remark:
    """What is wrong or doubtful at a cell, and where that stands in the workbook, empty where it does not."""

    pointer: str
    place: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A workbook beside the draft.

    Attributes:
        desk: the form with what it lies on.
        draft: the draft now, None where there is none.
        differences: the cells that differ, in form order.
        same: how many filled cells of the workbook say what the draft says.
        errors: what is wrong with the draft as it would be.
        warnings: what is doubtful.
        unfilled: the cells that must be filled and are not yet.
        missing: cells of the form that the workbook does not have any more.
        cells: every cell in which the draft or the workbook says something.
    """

    desk: Desk
    draft: Draft | None
    differences: tuple[Difference, ...]
    same: int
    errors: tuple[Remark, ...]
    warnings: tuple[Remark, ...]
    unfilled: tuple[Remark, ...]
    missing: tuple[str, ...]
    cells: frozenset[str]

    @property
    def version(self) -> int:
        """The draft's version that was compared with, 0 where there never was one."""
        return self.draft.version if self.draft else 0


@dataclass(frozen=True, slots=True)
class Filled:
    """What became of a workbook: how many cells were written, and those that somebody changed meanwhile."""

    version: int
    written: int
    conflicts: tuple[DraftCell, ...] = ()
    sent: Mapping[str, str | None] = field(default_factory=dict)


def make_workbook(host: Host, actor: Actor, place: DraftPlace) -> bytes:
    """Write the form as a workbook, with what the draft holds.

    Raises:
        NotAllowedError, NotFoundError: the person may not, or nothing is owed there.
    """
    require_unit(actor, Right.WRITE_DRAFT, place.unit_code)
    with host.work.reading() as work:
        desk = lay_out(host, work, actor, place)
        draft = work.drafts.get(
            campaign_code=place.campaign_code, period_code=place.period_code, unit_code=place.unit_code
        )
    filling = _filling(desk, draft)
    names = tuple(f"/{model.name}/" for model in desk.sheet.form.fields if model.personal)
    cells = sum(1 for pointer, text in filling.typed.items() if text and names and pointer.startswith(names))
    # A file that names persons shows what its rows show; any other is data carried out.
    act = Act.READ_PEOPLE if cells else Act.EXPORT
    note_alone(host, actor, act, Thing.DRAFT, _key(place), workbook=True, cells=cells)
    return write_workbook(desk.sheet.form, filling)


def compare_workbook(host: Host, actor: Actor, place: DraftPlace, content: bytes) -> Compared:
    """Read a filled workbook and say in what it differs from the draft; nothing is written.

    Raises:
        NotAllowedError, NotFoundError: the person may not, or nothing is owed there.
        ConflictError: nothing could be filed: locked, or exempt.
        UnwantedFileError: it is unsafe, or no workbook of this form, unit and period.
        BusyError: too many workbooks are being read.
    """
    require_unit(actor, Right.WRITE_DRAFT, place.unit_code)
    with host.work.reading() as work:
        desk = lay_out(host, work, actor, place)
        draft = work.drafts.get(
            campaign_code=place.campaign_code, period_code=place.period_code, unit_code=place.unit_code
        )
    require_writable(desk.sheet)
    form = desk.sheet.form
    reading = read_workbook(form, content, identity_of(form, _filling(desk, draft)))
    now = desk.typed(draft)
    differences = sorted(_differences(desk, draft, reading, now), key=lambda each: form.place(each.pointer))
    then = now | {each.pointer: each.after for each in differences}
    misread = {finding.cells for finding in reading.findings}
    found = [*reading.findings, *(each for each in desk.judge(then).findings if each.cells not in misread)]
    _note_names(host, actor, place, desk, now)
    return Compared(
        desk=desk,
        draft=draft,
        differences=tuple(differences),
        same=sum(1 for text in reading.typed.values() if text) - sum(1 for each in differences if each.after),
        errors=_remarks(reading, (each for each in found if each.level is Level.ERROR and each.code != _UNFILLED)),
        warnings=_remarks(reading, (each for each in found if each.level is Level.WARNING)),
        unfilled=_remarks(reading, (each for each in found if each.code == _UNFILLED)),
        missing=tuple(at for at in reading.missing if not desk.sheet.is_closed(at)),
        cells=frozenset(at for typed in (now, reading.typed) for at, text in typed.items() if text),
    )


def fill_draft(
    host: Host, actor: Actor, place: DraftPlace, *, base: int, cells: Mapping[str, str | None], revision: int
) -> Filled:
    """Take cells of a workbook over into the draft, as the person chose them; it is then one filled from a workbook.

    Args:
        host: the ports.
        actor: who takes them over.
        place: whose draft.
        base: the draft's version that they were compared with.
        cells: text by pointer; what this form or a return does not take is left out.
        revision: the filing that they were compared for.

    Raises:
        NotAllowedError, NotFoundError: the person may not, or nothing is owed there.
        ConflictError: nothing could be filed: locked, or exempt.
        UnavailableError: too many saves at the same instant; sending again helps.
    """
    require_unit(actor, Right.WRITE_DRAFT, place.unit_code)
    with host.work.glancing() as work:
        desk = lay_out(host, work, actor, place)
    require_writable(desk.sheet)
    sent = {pointer: as_kept(text) for pointer, text in cells.items() if _is_taken(desk, pointer, text or "")}

    def decide(draft: Draft | None) -> Merge:
        return merged_with(desk, draft, sent, base)

    _, after, merged = write_draft(host, actor, place, desk, decide, is_from_workbook=True, revision=revision)
    version = after.version if after else 0
    if merged.changed:
        note_alone(
            host, actor, Act.DRAFT_FILLED, Thing.DRAFT, _key(place), cells=len(merged.changed), draft_version=version
        )
    return Filled(version, len(merged.changed), merged.conflicts, sent)


def _key(place: DraftPlace) -> str:
    return f"{place.campaign_code}/{place.period_code}/{place.unit_code}"


def _is_taken(desk: Desk, pointer: str, text: str) -> bool:
    return is_draft_cell(desk.sheet.form, pointer) and not desk.sheet.is_closed(pointer) and len(text) <= TEXT_LENGTH


def _filling(desk: Desk, draft: Draft | None) -> Filling:
    sheet = desk.sheet
    typed = desk.typed(draft)
    if sheet.payload.get("is_estimate") is True:
        typed.setdefault("/is_estimate", "yes")
    topics = (topic_cell(model.name, topic.code) for model in sheet.form.split_by_topic for topic in sheet.form.topics)
    shown = {*sheet.form.cells, *ENVELOPE, *topics, *typed}
    return Filling(
        campaign_title=sheet.campaign.title,
        unit_code=sheet.obligation.unit_code,
        unit_name=sheet.obligation.unit_name,
        period_code=sheet.period.code,
        period_name=sheet.period.name,
        tags=frozenset(sheet.period.tags),
        typed=typed,
        closed=frozenset(pointer for pointer in shown if sheet.is_closed(pointer)),
        earlier=typed_of(sheet.form, sheet.previous.payload) if sheet.previous else {},
        computed={name: value for name, value in sheet.computed.items() if name in sheet.form.cell_fields},
        draft_version=draft.version if draft else 0,
    )


def _differences(
    desk: Desk, draft: Draft | None, reading: WorkbookReading, now: Mapping[str, str]
) -> Iterator[Difference]:
    zone = ZoneInfo(desk.sheet.form.time_zone)
    unreadable = {cell for finding in reading.findings for cell in finding.cells}
    stored = draft.cells if draft else {}
    # A row that is gone from the workbook's table is emptied, cell by cell.
    gone = {at: "" for at in now if _table_of(at) in reading.tables and at not in reading.typed}
    for pointer, text in {**reading.typed, **gone}.items():
        if pointer in unreadable or not _is_taken(desk, pointer, text):
            continue
        before = now.get(pointer, "")
        if says_the_same(_model(desk, pointer), before, text, zone):
            continue
        there = stored.get(pointer)
        newer = there if there is not None and there.version > reading.identity.draft_version else None
        place = reading.place_of(pointer)
        yield Difference(pointer, before, text, str(place) if place else "dòng không còn trong tệp", newer)


def _model(desk: Desk, pointer: str) -> FieldModel:
    return cell_model(desk.sheet.form, pointer) or ENVELOPE.get(pointer, COMMENT)


def _table_of(pointer: str) -> str:
    parts = pointer.split("/")
    return "/".join(parts[1:3]) if parts[1] == "evidence" else parts[1]


def _remarks(reading: WorkbookReading, found: Iterable[Finding]) -> tuple[Remark, ...]:
    def remark(finding: Finding) -> Remark:
        pointer = next((cell for cell in finding.cells if reading.place_of(cell)), finding.cells[0])
        return Remark(pointer, str(reading.place_of(pointer) or ""), finding.message)

    return tuple(dict.fromkeys(map(remark, found)))


def _note_names(host: Host, actor: Actor, place: DraftPlace, desk: Desk, now: Mapping[str, str]) -> None:
    """Write that cells of the draft which may name persons are about to be shown."""
    names = tuple(f"/{model.name}/" for model in desk.sheet.form.fields if model.personal)
    cells = sum(1 for pointer, text in now.items() if text and names and pointer.startswith(names))
    if cells:
        note_alone(host, actor, Act.READ_PEOPLE, Thing.DRAFT, _key(place), cells=cells)
