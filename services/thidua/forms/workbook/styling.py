"""How a workbook looks, and what it says to whoever types something wrong into it."""

from __future__ import annotations

from datetime import date
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from thidua.forms.describe import FieldModel
from thidua.forms.wording import number
from thidua.forms.written import takes_dots
from thidua_sdk import Choice
from thidua_sdk import Count
from thidua_sdk import Day
from thidua_sdk import DocumentNumber
from thidua_sdk import Flag
from thidua_sdk import Level
from thidua_sdk import Line
from thidua_sdk import ListOf
from thidua_sdk import Moment
from thidua_sdk import Paragraph
from thidua_sdk import Percent
from thidua_sdk import Quantity

__all__ = ["Styles", "help_of", "kept_in_bounds", "laid_out", "width_of"]

_A4 = 9
_FONT = "Times New Roman"
#: What Excel takes of a sentence at a cell, and of its title.
_LONGEST_MESSAGE = 255
_LONGEST_MESSAGE_TITLE = 32
_NUMBERS = {Quantity.kind: "General", Percent.kind: "General", Day.kind: "dd/mm/yyyy", Moment.kind: "dd/mm/yyyy hh:mm"}
_WIDTHS = {
    Paragraph.kind: 44,
    Line.kind: 26,
    DocumentNumber.kind: 22,
    ListOf.kind: 34,
    Choice.kind: 26,
    Moment.kind: 17,
}
_NONE_OR_UNKNOWN = "Không có thì ghi 0, chưa có số liệu thì để trống."


class Styles:
    """The formats of one workbook, each made once and always in the same order."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[str, Format] = {}
        self._broken: dict[Level, Format] = {}

    def of(self, name: str, **properties: object) -> Format:
        """Return a format by its name; the first to ask says what it is like."""
        if name not in self._made:
            self._made[name] = self._book.add_format(
                {"font_name": _FONT, "font_size": 12, "valign": "top", **properties}
            )
        return self._made[name]

    @property
    def title(self) -> Format:
        """The form's title."""
        return self.of("title", bold=True, font_size=14, text_wrap=True)

    @property
    def plain(self) -> Format:
        """Words around the form."""
        return self.of("plain", text_wrap=True)

    @property
    def head(self) -> Format:
        """The headings of columns."""
        return self.of(
            "head", bold=True, text_wrap=True, border=1, bg_color="#DCE6F1", align="center", valign="vcenter"
        )

    @property
    def section(self) -> Format:
        """The heading of a part of the form."""
        return self.of("section", bold=True, border=1, bg_color="#EEF3F8", text_wrap=True)

    @property
    def words(self) -> Format:
        """Labels, units of measure and help."""
        return self.of("words", text_wrap=True, border=1)

    def cell(self, model: FieldModel, *, is_open: bool) -> Format:
        """A cell that holds a value: light yellow where it may be typed in."""
        # Text stays text however it is edited: “=” begins no formula in such a cell, and “05” keeps its nought.
        shown = _NUMBERS.get(model.kind, "@")
        if model.kind == Count.kind:
            shown = "#,##0" if takes_dots(model) else "0"
        return self.of(
            f"cell {shown} {is_open}",
            num_format=shown,
            border=1,
            text_wrap=shown == "@",
            locked=not is_open,
            bg_color="#FFFBE6" if is_open else "#F2F2F2",
            align="left" if shown == "@" else "right",
        )

    def broken(self, level: Level) -> Format:
        """What is laid over a cell whose value does not fit to others: red for an error, orange for a warning."""
        if level not in self._broken:
            colours = {"bg_color": "#F8CBAD", "font_color": "#9C0006"}
            if level is Level.WARNING:
                colours = {"bg_color": "#FFE699", "font_color": "#7F4F00"}
            self._broken[level] = self._book.add_format(colours)
        return self._broken[level]


def width_of(model: FieldModel) -> int:
    """Return how wide the column of a table is, in characters."""
    return _WIDTHS.get(model.kind, 14)


def laid_out(sheet: Worksheet, *, footer: str, head_row: int, still_columns: int, widths: list[float]) -> None:
    """Set what all sheets have: paper, panes, hidden keys, protection."""
    sheet.set_column(0, 0, None, None, {"hidden": True})
    sheet.set_row(0, None, None, {"hidden": True})
    for column, width in enumerate(widths, 1):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(head_row + 1, still_columns)
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(head_row)
    sheet.hide_gridlines(2)
    sheet.set_footer(f"&L{footer.replace('&', '&&')[:180]}&RTrang &P/&N")
    allowed = ("format_columns", "format_rows", "insert_rows", "sort", "autofilter")
    sheet.protect("", dict.fromkeys(allowed, True))


def help_of(model: FieldModel) -> str:
    """Say how a cell is filled, for the column of help."""
    own = {
        Count.kind: f"Số nguyên từ {number(model.minimum or 0)} đến {number(model.maximum or 0)}.",
        Quantity.kind: f"Số từ {number(model.minimum or 0)} đến {number(model.maximum or 0)}.",
        Percent.kind: "Phần trăm từ 0 đến 100, ví dụ 97,5.",
        Day.kind: "Ngày/tháng/năm, ví dụ 14/9/2021.",
        Moment.kind: "Ngày và giờ, ví dụ 14/9/2021 16:30.",
        Flag.kind: "Chọn Có hoặc Không.",
        Choice.kind: "Chọn trong danh sách.",
        DocumentNumber.kind: f"Ví dụ: {model.example}" if model.example and model.example not in model.help else "",
        ListOf.kind: f"Mỗi dòng một mục (xuống dòng bằng Alt+Enter), tối đa {model.most} dòng.",
        Paragraph.kind: f"Tối đa {number(model.length or 0)} ký tự; xuống dòng bằng Alt+Enter.",
    }.get(model.kind, "")
    return " ".join(part for part in (model.help, own) if part)


def kept_in_bounds(sheet: Worksheet, cells: tuple[int, int, int, int], model: FieldModel, options: str) -> None:
    """Let Excel itself check what is typed into some cells, and say in Vietnamese what is wrong.

    Args:
        sheet: where.
        cells: first row, first column, last row, last column.
        model: what the cells hold.
        options: the range that lists the words of a choice, empty for other kinds.
    """
    rule = _rule(model, options)
    if rule is None:
        return
    sheet.data_validation(
        *cells,
        {
            "ignore_blank": True,
            "input_title": model.label[:_LONGEST_MESSAGE_TITLE],
            "input_message": help_of(model)[:_LONGEST_MESSAGE],
            "error_title": "Giá trị chưa đúng",
            **rule,
            "error_message": str(rule["error_message"])[:_LONGEST_MESSAGE],
        },
    )


def _rule(model: FieldModel, options: str) -> dict[str, Any] | None:
    low, high = model.minimum or 0, model.maximum or 0
    bounds = {"criteria": "between", "minimum": low, "maximum": high}
    match model.kind:
        case Count.kind:
            message = f"Ô này phải là số nguyên từ {number(low)} đến {number(high)}. {_NONE_OR_UNKNOWN}"
            return {"validate": "integer", **bounds, "error_message": message}
        case Quantity.kind | Percent.kind:
            message = f"Ô này phải là số từ {number(low)} đến {number(high)}. {_NONE_OR_UNKNOWN}"
            return {"validate": "decimal", **bounds, "error_message": message}
        case Flag.kind | Choice.kind:
            return {"validate": "list", "source": options, "error_message": "Hãy chọn một giá trị trong danh sách."}
        case Day.kind | Moment.kind:
            # Dates typed as text are read, too: only asked about.
            return {
                "validate": "date",
                "criteria": ">=",
                "value": date(1901, 1, 1),
                "error_type": "warning",
                "error_message": help_of(model) + " Vẫn giữ như đã gõ?",
            }
        case Line.kind | Paragraph.kind | DocumentNumber.kind:
            most = model.length or 0
            message = f"Tối đa {number(most)} ký tự."
        case ListOf.kind:
            most = ((model.length or 0) + 1) * (model.most or 1)
            message = f"Tối đa {model.most} dòng, mỗi dòng {number(model.length or 0)} ký tự."
        case _:
            return None
    return {"validate": "length", "criteria": "<=", "value": most, "error_message": message}
