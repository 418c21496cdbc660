"""What a return opened on a form's page: the cells, the remarks, the old values; the rest stays as it was filed."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace

from thidua.application.reports.answering import Remark
from thidua.application.reports.answering import ReturnedReport
from thidua.application.reports.sheets import Sheet
from thidua.domain.drafts import Draft
from thidua.forms.compose import ComposedForm
from thidua.forms.differences import is_open
from thidua.forms.pointers import cell_model
from thidua.forms.written import typed_of
from thidua.web.cells import control_id
from thidua.web.cells import label_at
from thidua.web.cells import rows_in
from thidua.web.cells import seen_cell
from thidua.web.changed import where
from thidua.web.drawn import Control

__all__ = ["Asked", "Reopened", "reopened_by"]

#: What keeps its own drawing when it is closed: its cells are closed one by one.
_WITH_CELLS = frozenset({"group", "records", "computed"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A remark in the list above the form: where it stands in words, and the control to go to."""

    label: str
    target: str
    text: str


@dataclass(frozen=True, slots=True)
class Reopened:
    """A return as a form's page needs it.

    Attributes:
        form: the form.
        returned: the return.
        was: what the returned filing says, by cell, where it can be set beside what is typed.
        closed: what stands in the cells that were not opened.
        aside: what was typed in such cells all the same, and is not filed.
    """

    form: ComposedForm
    returned: ReturnedReport
    was: Mapping[str, str]
    closed: Mapping[str, str]
    aside: Mapping[str, str]

    def at(self, name: str) -> tuple[Remark, ...]:
        """Return the remarks on a field or table and on all that is in it."""
        pointer = self.form.by_name[name].pointer
        return tuple(remark for remark in self.returned.remarks if is_open(remark.cell, [pointer]))

    def marked(self, control: Control) -> Control:
        """Close a control that was not opened, or set beside it what the returned filing says."""
        if self.returned.closes(control.name):
            macro = control.macro if control.macro in _WITH_CELLS else "closed"
            return replace(
                control, is_closed=True, macro=macro, hint="", earlier="", is_required=False, is_optional=False
            )
        if self.returned.is_whole or cell_model(self.form, control.name) is None:
            return control
        return replace(control, was=self.was.get(control.name))

    def typed(self, typed: Mapping[str, str]) -> dict[str, str]:
        """Return what stands in the page's cells."""
        return {**{p: text for p, text in typed.items() if not self.returned.closes(p)}, **self.closed}

    def rows(self, rows: Mapping[str, Sequence[int]]) -> dict[str, Sequence[int]]:
        """Return the rows to show: of a closed table those that were filed."""
        filed = rows_in(self.form, self.closed)
        return {name: filed[name] if self.returned.closes(f"/{name}") else shown for name, shown in rows.items()}

    def list_asked(self, rows: Mapping[str, Sequence[int]]) -> list[Asked]:
        """List the remarks for the page's head."""
        return [
            Asked(
                ", ".join(filter(None, (label_at(self.form, remark.cell, {}), where(self.form, remark.cell)))),
                control_id(seen_cell(self.form, remark.cell, rows)),
                remark.text,
            )
            for remark in self.returned.remarks
        ]

    def list_aside(self) -> list[tuple[str, str]]:
        """List what was typed in closed cells, with where that was."""
        return [
            (
                ", ".join(filter(None, (label_at(self.form, pointer, {}), where(self.form, pointer)))) or "Ô khác",
                self._said(pointer, text),
            )
            for pointer, text in self.aside.items()
        ]

    def _said(self, pointer: str, text: str) -> str:
        model = cell_model(self.form, pointer)
        return model.option_label(text) if model is not None and model.kind == "choice" else text


def reopened_by(sheet: Sheet, typed: Mapping[str, str], draft: Draft | None) -> Reopened | None:
    """Say what a return opened, None where none binds the next filing.

    Args:
        sheet: the form.
        typed: what was typed in the page.
        draft: the draft, whose cells may be older than the return.
    """
    if sheet.returned is None:
        return None
    closed = sheet.closed
    written = [*(draft.typed.items() if draft else ()), *typed.items()]
    aside = {p: text for p, text in written if text and sheet.is_closed(p) and text != closed.get(p)}
    # Rows are numbered anew by each filing: set beside others they would tell nonsense.
    is_newest = sheet.report is not None and sheet.report.revision == sheet.returned.revision
    was = typed_of(sheet.form, sheet.returned.payload)
    if not is_newest:
        was = {p: text for p, text in was.items() if not _is_in_a_row(sheet.form, p)}
    return Reopened(sheet.form, sheet.returned, was, closed, aside)


def _is_in_a_row(form: ComposedForm, pointer: str) -> bool:
    return any(rows for rows in rows_in(form, [pointer]).values())
