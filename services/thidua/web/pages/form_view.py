"""What the page of the report form shows besides the sheet, and how it is drawn."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from functools import partial

from flask import render_template
from flask import url_for

from thidua.application.reports.answering import ESTIMATE
from thidua.application.reports.answering import answer_cell
from thidua.application.reports.broken_rules import HELD
from thidua.application.reports.drafts import DraftPage
from thidua.application.reports.paper import REASON_LENGTH
from thidua.application.reports.sheets import Sheet
from thidua.application.reports.signing_off import heads_unit
from thidua.application.reports.signing_off import needs_sign_off
from thidua.domain.accounts import Actor
from thidua.domain.attachments import SCAN_POINTER
from thidua.domain.deadlines import Deadline
from thidua.domain.drafts import Draft
from thidua.domain.drafts import DraftCell
from thidua.forms.compose import ComposedForm
from thidua.forms.envelope import CORRECTION_REASON_LENGTH
from thidua.forms.pointers import COMMENTS
from thidua.forms.pointers import unescaped
from thidua.web import context
from thidua.web.cells import control_id
from thidua.web.cells import label_at
from thidua.web.cells import rows_in
from thidua.web.cells import seen_cell
from thidua.web.controls import Drawer
from thidua.web.drawn import Control
from thidua.web.drawn import Shown
from thidua.web.evidence import listing_of
from thidua.web.evidence import place_of
from thidua.web.formats import number
from thidua.web.reopened import reopened_by
from thidua_sdk import Finding
from thidua_sdk import Level
from thidua_sdk import Need
from thidua_sdk import cell

__all__ = ["View", "draw", "prefilled", "summed_up", "view_of"]

_PEOPLE = {"prepared_by": "Người lập", "approved_by": "Người duyệt"}


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What the page shows besides the sheet.

    Attributes:
        form: the form.
        typed: what stands in the cells.
        version: the version of the draft that the page is made from, 0 for none.
        draft: the draft, None where there is none.
        is_older: somebody filed since the draft was begun.
        findings: what is wrong or doubtful.
        may_confirm: filing waits only for a word on what is doubtful.
        notice: why what the person asked for did not happen.
        rows: the rows to show of each table.
        go_to: id of the control to go to.
        theirs: cells that somebody else changed to something else meanwhile.
        news: cells that hold what somebody else wrote meanwhile.
        needs_sign_off: the unit's head files; ``is_head`` tells that it is he who looks.
        is_answer: the page answers a press of a button, and is not just opened.
        deadline: until when it is to be filed.
        note_typed: what the head was about to write when sending the draft back.
        refused_files: a sentence for each file that was not taken.
        on_paper: the Office enters what came on paper.
    """

    form: ComposedForm
    typed: Mapping[str, str]
    version: int
    draft: Draft | None
    deadline: Deadline
    is_older: bool = False
    findings: Sequence[Finding] = ()
    may_confirm: bool = False
    notice: str = ""
    rows: Mapping[str, Sequence[int]] = field(default_factory=dict)
    go_to: str = ""
    theirs: Mapping[str, DraftCell] = field(default_factory=dict)
    news: Mapping[str, DraftCell] = field(default_factory=dict)
    needs_sign_off: bool = False
    is_head: bool = False
    note_typed: str = ""
    is_answer: bool = False
    refused_files: Sequence[str] = ()
    on_paper: bool = False

    @property
    def has_draft(self) -> bool:
        """Tell whether something is typed that was not filed."""
        return self.draft is not None and bool(self.draft.cells)

    @property
    def carried(self) -> frozenset[str]:
        """The cells taken over from the period before that nobody has looked at."""
        cells = self.draft.cells if self.draft else {}
        return frozenset(
            pointer
            for pointer, each in cells.items()
            if each.is_carried and self.typed.get(pointer, "") == (each.typed or "")
        )


def prefilled(person: Actor) -> dict[str, str]:
    """Say who prepared the report as far as the page knows: who opens it."""
    return {"/prepared_by/full_name": person.full_name, "/prepared_by/position": person.position}


def view_of(opened: DraftPage, person: Actor) -> View:
    """View a draft as it was left; who prepared the report is the person, until somebody wrote otherwise."""
    sheet = opened.desk.sheet
    needs = needs_sign_off(context.host(), sheet.obligation.unit_type)
    is_head = heads_unit(person, sheet.obligation.unit_code)
    typed = opened.typed
    if not (needs and is_head) and not any(typed.get(f"/prepared_by/{part}") for part in ("full_name", "position")):
        typed |= prefilled(person)
    if sheet.payload.get("is_estimate") is True:
        typed.setdefault("/is_estimate", "yes")
    return View(
        form=sheet.form,
        typed=typed,
        version=opened.version,
        draft=opened.draft,
        deadline=opened.deadline,
        is_older=opened.is_older,
        findings=opened.findings,
        rows=rows_in(sheet.form, (name for name, text in typed.items() if text)),
        needs_sign_off=needs,
        is_head=is_head,
    )


def draw(sheet: Sheet, view: View) -> str:
    """Draw the page."""
    place = (sheet.campaign.code, sheet.period.code, sheet.obligation.unit_code)
    reopened = reopened_by(sheet, view.typed, view.draft)
    if reopened is not None:
        answers = {answer_cell(asked): text for asked, text in sheet.answers.items()}
        view = replace(view, typed=answers | reopened.typed(view.typed), rows=reopened.rows(view.rows))
    listing = listing_of(context.host(), place, sheet.form)
    computed = {name: value for name, value in sheet.computed.items() if name in sheet.form.cell_fields}
    drawer = Drawer(
        form=sheet.form,
        typed={**view.typed, **{cell(name): number(value) for name, value in computed.items()}},
        findings=view.findings,
        tags=sheet.period.tags,
        earlier=sheet.previous.payload if sheet.previous else {},
        rows=view.rows,
        theirs={**view.news, **view.theirs},
        carried=view.carried,
        laid=listing,
        reopened=reopened,
    )
    errors = sum(1 for finding in view.findings if finding.level is Level.ERROR)
    sections = [(section.title, drawer.section(section.fields)) for section in sheet.form.sections]
    people = _people(drawer)
    correction = _correction(drawer) if sheet.next_revision else None
    return render_template(
        "pages/form.html",
        sheet=sheet,
        sections=sections,
        people=people,
        correction=correction,
        progress=_progress(
            {
                "phan-dieu-chinh": (correction,) if correction else (),
                **{f"phan-{place}": controls for place, (_, controls) in enumerate(sections, 1)},
                "phan-nguoi": [control for _, pair in people for control in pair],
            }
        ),
        summary=summed_up(drawer),
        differing=[
            (label_at(sheet.form, pointer, view.rows), control_id(pointer)) for pointer in (*view.theirs, *view.news)
        ],
        errors=errors,
        warnings=len(view.findings) - errors,
        view=view,
        held=HELD if sheet.is_held else "",
        commented=_commented(sheet, view),
        reopened=reopened,
        tick_is_closed=sheet.is_closed(ESTIMATE),
        can_carry=_can_carry(sheet),
        person=context.actor(),
        listing=listing,
        post_to=url_for(
            "paper.file" if view.on_paper else "form.file", campaign=place[0], period=place[1], unit=place[2]
        ),
        paper=_paper(drawer) if view.on_paper else (),
        scans=[file for file in listing.files if file.is_scan],
        shown_elsewhere=[
            *(model.pointer for model in sheet.form.listable.values()),
            *([SCAN_POINTER] if view.on_paper else []),
        ],
        cells=[
            (model.pointer, f"{model.code} {model.label}".strip())
            for model in sheet.form.fields
            if not sheet.is_closed(model.pointer)
        ],
        place_of=partial(place_of, sheet.form),
        idempotency_key=secrets.token_urlsafe(18),
    )


def summed_up(drawer: Drawer) -> list[tuple[Shown, str, str]]:
    """List the findings, each with the words for its cell and the id of the control that shows it."""
    return [
        (
            shown,
            label_at(drawer.form, shown.cell, drawer.rows),
            control_id(seen_cell(drawer.form, shown.cell, drawer.rows)),
        )
        for shown in drawer.shown
    ]


def _progress(parts: Mapping[str, Iterable[Control]]) -> dict[str, tuple[int, int]]:
    """Count, for each part of the page, the cells that must be filled: those that are, and all of them."""
    needed = {part: [cell for control in controls for cell in control.needed()] for part, controls in parts.items()}
    return {part: (sum(1 for cell in cells if cell.text.strip()), len(cells)) for part, cells in needed.items()}


def _can_carry(sheet: Sheet) -> bool:
    return (
        sheet.previous is not None
        and sheet.report is None
        and any(model.carries for model in sheet.form.cell_fields.values())
    )


def _commented(sheet: Sheet, view: View) -> list[tuple[str, str]]:
    """List the fields that have no comment yet and may have one, with their labels."""
    said = {unescaped(name.removeprefix(COMMENTS)) for name in view.typed if name.startswith(COMMENTS)}
    return [
        (model.pointer, f"{model.code} {model.label}".strip())
        for model in sheet.form.fields
        if model.pointer not in said and not model.computed and not sheet.is_closed(model.pointer)
    ]


def _people(drawer: Drawer) -> list[tuple[str, tuple[Control, Control]]]:
    return [
        (
            title,
            (
                drawer.envelope_cell(f"/{who}/full_name", "Họ và tên", need=Need.CONDITIONAL),
                drawer.envelope_cell(f"/{who}/position", "Chức vụ", need=Need.CONDITIONAL),
            ),
        )
        for who, title in _PEOPLE.items()
    ]


def _paper(drawer: Drawer) -> tuple[Control, Control, Control]:
    return (
        drawer.envelope_cell(
            "/on_behalf/paper_received_at",
            "Thời điểm nhận bản giấy",
            kind="moment",
            hint="Theo dấu công văn đến. Đúng hạn hay muộn tính từ lúc này, không tính từ lúc nhập.",
            need=Need.REQUIRED,
        ),
        drawer.envelope_cell(
            "/on_behalf/reason",
            "Lý do nhập thay",
            kind="paragraph",
            hint=f"Vì sao đơn vị không tự nộp; đơn vị đọc được. Tối đa {number(REASON_LENGTH)} ký tự.",
            need=Need.REQUIRED,
        ),
        drawer.envelope_cell(
            SCAN_POINTER,
            "Bản quét hoặc ảnh chụp bản giấy",
            hint="Tệp PDF hoặc ảnh; nhiều trang thì quét thành một tệp PDF.",
            need=Need.REQUIRED,
        ),
    )


def _correction(drawer: Drawer) -> Control:
    return drawer.envelope_cell(
        "/correction_reason",
        "Lý do điều chỉnh",
        kind="paragraph",
        hint=f"Ghi ngắn gọn số nào sai và vì sao; tối đa {CORRECTION_REASON_LENGTH} ký tự.",
        need=Need.REQUIRED,
    )
