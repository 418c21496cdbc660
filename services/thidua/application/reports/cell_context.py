"""What a person wants to know at one cell: its rules, its history, what the unit said of it."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass

from thidua.application.access.permissions import Right
from thidua.application.access.permissions import require_unit
from thidua.application.ports.host import Host
from thidua.application.reports.drafting import DraftPlace
from thidua.application.reports.sheets import Sheet
from thidua.application.reports.sheets import read_sheet
from thidua.application.trail.auditing import note_people
from thidua.domain.accounts import Actor
from thidua.domain.audit import Thing
from thidua.domain.errors import NotFoundError
from thidua.domain.reports import Revision
from thidua.forms.compose import ComposedForm
from thidua.forms.describe import FieldModel
from thidua.forms.pointers import COMMENTS
from thidua.forms.pointers import ENVELOPE_CELLS
from thidua.forms.pointers import cell_model
from thidua.forms.pointers import escaped
from thidua.forms.pointers import value_at
from thidua.forms.wording import PLACEHOLDER
from thidua_sdk import Level
from thidua_sdk import cell

__all__ = ["MOST_EARLIER", "CellContext", "CellRule", "EarlierValue", "cell_context"]

#: Most earlier values shown at one cell: a year of months.
MOST_EARLIER = 12


@dataclass(frozen=True, slots=True)
class CellRule:
    """A rule that looks at the cell; ``level`` is None where its finding decides."""

    code: str
    message: str
    level: Level | None
    source: str


@dataclass(frozen=True, slots=True)
class EarlierValue:
    """What stood in the cell once: a JSON value of an earlier period, or of an earlier filing of this one."""

    period_code: str
    name: str
    value: object
    is_accepted: bool


@dataclass(frozen=True, slots=True)
class CellContext:
    """A cell with its history, newest first; ``model`` is None for a cell of the envelope."""

    form: ComposedForm
    model: FieldModel | None
    rules: tuple[CellRule, ...]
    earlier: tuple[EarlierValue, ...]
    comment: str


def cell_context(host: Host, actor: Actor, place: DraftPlace, pointer: str) -> CellContext:
    """Gather what is known of one cell of the form a unit owes.

    Raises:
        NotAllowedError, NotFoundError: the person may not, nothing is owed there, or the form has no
            such cell.
    """
    require_unit(actor, Right.WRITE_DRAFT, place.unit_code)
    with host.work.reading() as work:
        sheet = read_sheet(
            host,
            work,
            actor,
            campaign_code=place.campaign_code,
            period_code=place.period_code,
            unit_code=place.unit_code,
        )
        model = _model(sheet.form, pointer)
        if model is None and pointer not in ENVELOPE_CELLS:
            raise NotFoundError("Biểu này không có ô nào như vậy.", subject=pointer)
        draft = work.drafts.get(
            campaign_code=place.campaign_code, period_code=place.period_code, unit_code=place.unit_code
        )
        revisions = work.reports.revisions(sheet.report.id) if sheet.report is not None else ()
    table = sheet.form.tables.get(pointer.split("/")[1])
    if sheet.report is not None and table is not None and table.personal:
        filed_rows = {revision.number: revision.payload for revision in revisions}
        note_people(host, actor, sheet.form, Thing.REPORT, str(sheet.report.id), filed_rows)
    said = draft.cells.get(COMMENTS + escaped(pointer)) if draft is not None else None
    filed = value_at(sheet.payload, COMMENTS + escaped(pointer))
    return CellContext(
        form=sheet.form,
        model=model,
        rules=tuple(_rules(sheet.form, model, pointer)),
        earlier=tuple(_earlier(sheet, revisions, pointer))[:MOST_EARLIER],
        comment=(said.typed or "") if said is not None else str(filed or ""),
    )


def _model(form: ComposedForm, pointer: str) -> FieldModel | None:
    """Return the model of a cell, a whole group or a whole table."""
    found = cell_model(form, pointer)
    return found or next((model for model in form.fields if model.pointer == pointer), None)


def _rules(form: ComposedForm, model: FieldModel | None, pointer: str) -> Iterator[CellRule]:
    parts = pointer.split("/")
    whole = cell(parts[2]) if parts[1] in {"fields", "by_topic"} else f"/{parts[1]}"
    owner = next((each for each in form.fields if each.pointer == whole), model)
    for rule in form.rules:
        if pointer in rule.cells or whole in rule.cells:
            yield CellRule(rule.code, _said(form, rule.message), rule.level, rule.source)
    for code, source in dict.fromkeys((rule.code, rule.source) for rule in form.record_rules):
        # These name no cells; by the project's rule table the code of one about a row is the row's.
        if owner is not None and owner.code and code == owner.code:
            yield CellRule(code, "Đối chiếu với hồ sơ đơn vị và các kỳ trước.", None, source)


def _said(form: ComposedForm, message: str) -> str:
    """Write a rule's sentence without a report at hand: cells by their row in the form."""

    def name(match: object) -> str:
        model = form.by_name.get(match[1])  # type: ignore[index]  # a match of PLACEHOLDER
        return (model.code or model.label) if model is not None else ""

    return PLACEHOLDER.sub(name, message)


def _earlier(sheet: Sheet, revisions: tuple[Revision, ...], pointer: str) -> Iterator[EarlierValue]:
    names = {period.code: period.name for period in sheet.campaign.periods}
    accepted = sheet.report.accepted_revision if sheet.report is not None else None
    for revision in reversed(revisions):
        value = value_at(revision.payload, pointer)
        name = f"{sheet.period.name}, lần nộp {revision.number + 1}"
        yield EarlierValue(sheet.period.code, name, value, revision.number == accepted)
    if pointer.split("/")[1] in sheet.form.tables:
        # Rows of one period have nothing to do with those of another.
        return
    for earlier in reversed(sheet.earlier):
        if _has(earlier.payload, pointer):
            name = names.get(earlier.period_code, earlier.period_code)
            yield EarlierValue(earlier.period_code, name, value_at(earlier.payload, pointer), earlier.accepted)


def _has(payload: Mapping[str, object], pointer: str) -> bool:
    """Tell whether a period asked for the cell at all: short forms leave some out."""
    parts = pointer.split("/")
    if parts[1] not in {"fields", "by_topic"}:
        return True
    fields = payload.get("fields")
    return isinstance(fields, Mapping) and parts[2] in fields
