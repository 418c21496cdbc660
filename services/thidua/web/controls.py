"""A form's cells as controls of a page: what is typed in them, what is wrong with them, how they are drawn.

Controls are named by the JSON pointer of their cell, so that readers, findings and pages speak
of the same thing. What a person typed is shown again exactly as typed, right and wrong alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from functools import cached_property
from zoneinfo import ZoneInfo

from thidua.application.reports.answering import Remark
from thidua.application.reports.answering import answer_cell
from thidua.domain.drafts import DraftCell
from thidua.forms.compose import ComposedForm
from thidua.forms.describe import FieldModel
from thidua.forms.evidence_lists import COLUMNS
from thidua.forms.evidence_lists import MOST_ITEMS
from thidua.forms.evidence_lists import list_key
from thidua.forms.pointers import COMMENTS
from thidua.forms.pointers import escaped
from thidua.web import formats
from thidua.web.cells import control_id
from thidua.web.cells import takes_dots
from thidua.web.cells import text_of
from thidua.web.changed import where
from thidua.web.drawn import Asking
from thidua.web.drawn import Control
from thidua.web.drawn import Row
from thidua.web.drawn import Shown
from thidua.web.evidence import Listing
from thidua.web.reopened import Reopened
from thidua_sdk import Finding
from thidua_sdk import Level
from thidua_sdk import Need
from thidua_sdk import topic_cell

__all__ = ["MACROS", "NEW_ROW", "Drawer"]

#: The template macro that draws each kind of field.
MACROS: Mapping[str, str] = {
    "choice": "choice",
    "count": "count",
    "day": "day",
    "document_number": "document_number",
    "flag": "flag",
    "group": "group",
    "line": "line",
    "list_of": "list_of",
    "moment": "moment",
    "paragraph": "paragraph",
    "percent": "percent",
    "quantity": "quantity",
    "records": "records",
}

#: Stands for the number of a row that a script has yet to add.
NEW_ROW = "__row__"

_COMPUTED = "computed"
_SHORT = frozenset({"count", "quantity", "percent", "day", "moment", "document_number", "choice", _COMPUTED})
_COMPARED = frozenset({"count", "quantity", "percent", "choice", "flag", "day"})
_FLAG_OPTIONS = (("yes", "Có"), ("no", "Không"))
_FLAG_UNKNOWN = ("", "Chưa có thông tin")

#: A finding over more cells than this is shown at its first; marking them all would tell nothing.
_MOST_MARKED = 3


@dataclass(frozen=True, kw_only=True)
class Drawer:
    """Makes the controls of one page.

    Args:
        form: the composed form.
        typed: what stands in each control, by pointer.
        findings: everything found, in the order to show.
        tags: the period's tags, for cells required in some periods only.
        earlier: the payload of the period before, to show beside each cell; empty if none.
        rows: the rows to show of each table.
        theirs: cells that somebody else wrote in meanwhile.
        carried: cells taken over from the period before that nobody has looked at.
        laid: the files beside the report.
        reopened: what a return opened and what not, None where none binds the next filing.
    """

    form: ComposedForm
    typed: Mapping[str, str]
    findings: Sequence[Finding] = ()
    tags: frozenset[str] = frozenset()
    earlier: Mapping[str, object] = field(default_factory=dict)
    rows: Mapping[str, Sequence[int]] = field(default_factory=dict)
    theirs: Mapping[str, DraftCell] = field(default_factory=dict)
    carried: frozenset[str] = frozenset()
    laid: Listing = field(default_factory=Listing)
    reopened: Reopened | None = None

    @cached_property
    def shown(self) -> tuple[Shown, ...]:
        """The findings with the ids by which cells point at them."""
        return tuple(
            Shown(f"loi-{number}", finding.level.value, finding.message, finding.cells)
            for number, finding in enumerate(self.findings, 1)
        )

    def section(self, names: Iterable[str]) -> tuple[Control, ...]:
        """Draw the fields of a section."""
        return tuple(self.field(self.form.field(name)) for name in names)

    def field(self, model: FieldModel) -> Control:
        """Draw one field of the form, with what a return asks of it."""
        control = self._field(model)
        remarks = self.reopened.at(model.name) if self.reopened else ()
        return replace(control, asked=tuple(map(self._asking, remarks))) if remarks else control

    def _field(self, model: FieldModel) -> Control:
        if model.is_table:
            return self._records(model)
        if model.kind == "group" and not model.computed:
            return self._group(model)
        control = self._cell(model, model.pointer, is_across=True)
        if model.listable:
            control = self._with_list(model, control)
        if not model.by_topic or model.computed:
            return control
        return replace(control, topics=tuple(self._topics(model)))

    def envelope_cell(self, pointer: str, label: str, *, kind: str = "line", hint: str = "", need: Need) -> Control:
        """Draw a cell of the envelope, such as who prepared the report."""
        return self._dressed(
            Control(
                name=pointer,
                id=control_id(pointer),
                kind=kind,
                macro=MACROS[kind],
                label=label,
                hint=hint,
                is_required=need is Need.REQUIRED,
                is_optional=need is Need.OPTIONAL,
            )
        )

    def _asking(self, remark: Remark) -> Asking:
        place = where(self.form, remark.cell)
        label = f"Trả lời ({place})" if place else "Trả lời"
        answer = self.envelope_cell(answer_cell(remark.cell), label, kind="paragraph", need=Need.REQUIRED)
        return Asking(place, remark.text, remark.quote, answer)

    def _cell(self, model: FieldModel, pointer: str, *, is_across: bool = False) -> Control:
        macro = _COMPUTED if model.computed else MACROS[model.kind]
        is_required = not model.computed and (
            model.need is Need.REQUIRED or not self.tags.isdisjoint(model.required_in)
        )
        options = model.options
        if model.kind == "flag":
            options = _FLAG_OPTIONS if is_required else (*_FLAG_OPTIONS, _FLAG_UNKNOWN)
        return self._dressed(
            Control(
                name=pointer,
                id=control_id(pointer),
                kind=model.kind,
                macro=macro,
                label=model.label,
                code=model.code,
                unit=model.unit,
                hint=_hint(model),
                earlier=self._earlier(model) if is_across else "",
                is_required=is_required,
                is_optional=not is_required and not model.computed and model.need is Need.OPTIONAL,
                is_across=is_across and macro in _SHORT,
                takes_dots=model.kind == "count" and takes_dots(model),
                options=options,
            )
        )

    def _group(self, model: FieldModel) -> Control:
        return self._dressed(
            Control(
                name=model.pointer,
                id=control_id(model.pointer),
                kind=model.kind,
                macro=MACROS[model.kind],
                label=model.label,
                code=model.code,
                hint=model.help,
                is_required=model.need is Need.REQUIRED,
                is_optional=model.need is Need.OPTIONAL,
                parts=tuple(self._cell(column, f"{model.pointer}/{column.name}") for column in model.columns),
            )
        )

    def _records(self, model: FieldModel) -> Control:
        shown = self.rows.get(model.name, ())
        return self._dressed(
            Control(
                name=model.pointer,
                id=control_id(model.pointer),
                kind=model.kind,
                macro=MACROS[model.kind],
                label=model.label,
                code=model.code,
                hint=model.help,
                rows=tuple(self._row(model, str(index), str(number)) for number, index in enumerate(shown, 1)),
                blank_row=None
                if self.reopened and self.reopened.returned.closes(model.pointer)
                else self._row(model, NEW_ROW, ""),
                most=model.most or 0,
            )
        )

    def _row(self, model: FieldModel, index: str, number: str) -> Row:
        parts = (self._cell(column, f"/{model.name}/{index}/{column.name}") for column in model.columns)
        return Row(index, number, tuple(parts))

    def _with_list(self, model: FieldModel, control: Control) -> Control:
        """Draw the list beside a count; as soon as a row says something, the rows are the count."""
        key = list_key(model.name)
        rows = tuple(self._item(key, str(index), str(at)) for at, index in enumerate(self.rows.get(key, ()), 1))
        told = sum(1 for row in rows if any(part.text.strip() for part in row.parts))
        listing = Control(
            name=f"/{key}",
            id=control_id(f"/{key}"),
            kind="records",
            macro=MACROS["records"],
            label=model.label,
            rows=rows,
            blank_row=None if control.is_closed else self._item(key, NEW_ROW, ""),
            most=MOST_ITEMS,
            is_closed=control.is_closed,
        )
        control = replace(control, listing=listing, laid=self.laid)
        if not told:
            return control
        count = formats.number(told)
        unlisted = control.text if control.text.strip() not in {"", count} else ""
        return replace(control, is_listed=True, text=count, unlisted=unlisted)

    def _item(self, key: str, index: str, number: str) -> Row:
        parts = [replace(self._cell(column, f"/{key}/{index}/{column.name}"), is_optional=False) for column in COLUMNS]
        *said, shown = parts
        return Row(index, number, (*said, self._choice(shown)))

    @cached_property
    def _names(self) -> Mapping[str, str]:
        return dict(self.laid.choices)

    def _choice(self, part: Control) -> Control:
        """Draw the choice of a file; one that was taken away since stays chosen until another is."""
        known = self._names
        gone = {} if not part.text or part.text in known else {part.text: "tệp đã gỡ khỏi báo cáo"}
        return replace(
            part, macro="closed" if part.is_closed else "file_choice", options=tuple({**known, **gone}.items())
        )

    def _topics(self, model: FieldModel) -> Iterator[Control]:
        for topic in self.form.topics:
            pointer = topic_cell(model.name, topic.code)
            yield self._dressed(
                Control(
                    name=pointer,
                    id=control_id(pointer),
                    kind="count",
                    macro=MACROS["count"],
                    label=topic.label,
                    unit=model.unit,
                    takes_dots=True,
                )
            )

    def _dressed(self, control: Control) -> Control:
        """Add what is the same for all: the text, the findings, what describes it."""
        if self.reopened is not None:
            control = self.reopened.marked(control)
        own = tuple(shown for shown in self.shown if shown.cell == control.name)
        marked = [shown for shown in self.shown if control.name in shown.cells[:_MOST_MARKED]]
        hints = [f"{control.id}-hint"] if control.hint or control.earlier else []
        theirs = self.theirs.get(control.name)
        text = self.typed.get(control.name, "")
        described = [*hints, *dict.fromkeys(shown.id for shown in (*own, *marked))]
        if theirs is not None:
            described.append(f"{control.id}-khac")
        if control.name in self.carried:
            described.append(f"{control.id}-chuyen")
        return replace(
            control,
            text=text,
            findings=own,
            has_errors=any(shown.level == Level.ERROR for shown in marked),
            has_warnings=any(shown.level == Level.WARNING for shown in marked),
            describedby=" ".join(described),
            theirs=theirs,
            differs=theirs is not None and (theirs.typed or "") != text,
            is_carried=control.name in self.carried,
            comment=self._comment(control),
        )

    def _comment(self, control: Control) -> Control | None:
        """Draw what the unit says of a cell, where it says something."""
        pointer = COMMENTS + escaped(control.name)
        if pointer not in self.typed or control.name.startswith(COMMENTS):
            return None
        label = f"Ghi chú của đơn vị cho ô {control.code or control.label}"
        return self.envelope_cell(pointer, label, kind="paragraph", need=Need.OPTIONAL)

    def _earlier(self, model: FieldModel) -> str:
        fields = self.earlier.get("fields")
        value = fields.get(model.name) if isinstance(fields, Mapping) else None
        if value is None or model.kind not in _COMPARED:
            return ""
        text = text_of(model, value, ZoneInfo(self.form.time_zone))
        if model.kind == "flag":
            return dict(_FLAG_OPTIONS)[text]
        return model.option_label(text) if model.kind == "choice" else f"{text} {model.unit}".strip()


def _hint(model: FieldModel) -> str:
    own = {
        "document_number": f"Ví dụ: {model.example}" if model.example not in model.help else "",
        "list_of": f"Mỗi dòng một mục, tối đa {formats.number(model.most)} dòng.",
        "paragraph": f"Tối đa {formats.number(model.length)} ký tự."
        + (f" Ít nhất {formats.number(model.min_length)} ký tự." if model.min_length else ""),
        "percent": "Ghi phần trăm, ví dụ 97,5.",
    }.get(model.kind, "")
    return " ".join(part for part in (model.help, own) if part)
