"""What both ways of a workbook agree on: its sheets, the hidden keys in them, and whose workbook it is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass

from thidua.forms.compose import ComposedForm
from thidua.forms.describe import FieldModel
from thidua.forms.describe import describe
from thidua.forms.envelope import COMMENT_LENGTH
from thidua.forms.envelope import CORRECTION_REASON_LENGTH
from thidua.forms.evidence_lists import COLUMNS
from thidua.forms.pointers import COMMENTS
from thidua.forms.pointers import escaped
from thidua.forms.wording import quoted
from thidua_sdk import Choice
from thidua_sdk import Flag
from thidua_sdk import Group
from thidua_sdk import Line
from thidua_sdk import Need
from thidua_sdk import Paragraph
from thidua_sdk import RowSchema

__all__ = [
    "COMMENT",
    "COMMENT_KEY",
    "ENVELOPE",
    "FIELDS",
    "HEAD",
    "IDENTITY",
    "ITEM_COLUMNS",
    "LISTS",
    "LIST_OF",
    "TOPICS",
    "VALUE",
    "Identity",
    "SheetLine",
    "address",
    "comment_cell",
    "lines_of",
    "list_choice",
    "table_key",
    "title_of",
]

#: Stands in the corner where the hidden keys of a sheet's rows and columns meet: which sheet it is.
FIELDS = "thidua:o"
TOPICS = "thidua:chu-de"
LISTS = "thidua:danh-sach"
_TABLE = "thidua:bang:"
#: The first cell of the sheet, very hidden, that says whose workbook it is.
IDENTITY = "thidua:bieu"
#: Keys of columns, and of the rows of a table that are headings.
VALUE, COMMENT_KEY, LIST_OF, HEAD = "o", "ghi-chu", "of", "#"

#: Changes whenever an older program could misread a newer file.
_FORMAT = "1"
_LONGEST_TITLE = 31
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\]")


class _EnvelopeCells(RowSchema):
    prepared_name = Line("Người lập – họ và tên", length=100, need=Need.OPTIONAL)
    prepared_position = Line("Người lập – chức vụ", length=200, need=Need.OPTIONAL)
    approved_name = Line("Người duyệt – họ và tên", length=100, need=Need.OPTIONAL)
    approved_position = Line("Người duyệt – chức vụ", length=200, need=Need.OPTIONAL)
    is_estimate = Flag("Số liệu ước tính", need=Need.OPTIONAL, help="Chọn Có nếu sẽ nộp lại số chính thức.")
    correction_reason = Paragraph(
        "Lý do điều chỉnh",
        length=CORRECTION_REASON_LENGTH,
        need=Need.OPTIONAL,
        help="Chỉ ghi khi nộp lại báo cáo: số nào sai và vì sao.",
    )


class _CommentCells(RowSchema):
    comment = Paragraph("Ghi chú", length=COMMENT_LENGTH, need=Need.OPTIONAL)


#: What every form has besides its own cells, by pointer.
ENVELOPE: Mapping[str, FieldModel] = dict(
    zip(
        (
            "/prepared_by/full_name",
            "/prepared_by/position",
            "/approved_by/full_name",
            "/approved_by/position",
            "/is_estimate",
            "/correction_reason",
        ),
        describe(_EnvelopeCells),
        strict=True,
    )
)
COMMENT: FieldModel = describe(_CommentCells)[0]
ITEM_COLUMNS = COLUMNS


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line of the sheet of single cells: its pointer, what judges it, and its words."""

    pointer: str
    model: FieldModel
    code: str
    label: str


def lines_of(model: FieldModel) -> Iterator[SheetLine]:
    """Give the lines a field takes: one, or one for each cell of a group; a table takes none."""
    if model.kind == Group.kind:
        for column in model.columns:
            yield SheetLine(f"{model.pointer}/{column.name}", column, model.code, f"{model.label} – {column.label}")
    elif not model.is_table:
        yield SheetLine(model.pointer, model, model.code, model.label)


def comment_cell(pointer: str) -> str:
    """Return where the unit's comment on a cell stands."""
    return COMMENTS + escaped(pointer)


def table_key(name: str) -> str:
    """Return what stands in the corner of a table's sheet."""
    return _TABLE + name


def list_choice(form: ComposedForm) -> FieldModel:
    """Make the choice of the count that an item of a list is counted in."""

    class Cells(RowSchema):
        of = Choice(
            "Thuộc ô",
            options={name: f"{model.code} {model.label}".strip() for name, model in form.listable.items()},
        )

    return describe(Cells)[0]


def title_of(words: str, taken: Iterable[str]) -> str:
    """Make a sheet's name of some words: short, without what Excel forbids, unlike the others."""
    plain = " ".join(_NOT_IN_TITLES.sub(" ", words).split()).strip("' ") or "Trang"
    known = {each.casefold() for each in taken}
    title, number = plain[:_LONGEST_TITLE].strip("' "), 2
    while title.casefold() in known:
        ending = f" ({number})"
        title, number = plain[: _LONGEST_TITLE - len(ending)].strip("' ") + ending, number + 1
    return title


def address(row: int, column: int) -> str:
    """Return a cell's name as people see it, ``D12``; both count from 0."""
    letters, left = "", column + 1
    while left:
        left, digit = divmod(left - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return f"{letters}{row + 1}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Whose workbook it is: the form as it was when the file was made, the unit, the period, the draft's version."""

    campaign_code: str
    form_code: str
    form_version: int
    schema_digest: str
    unit_code: str
    period_code: str
    draft_version: int = 0

    def rows(self) -> list[tuple[str, str]]:
        """Write it as the rows of its sheet."""
        return [
            (IDENTITY, _FORMAT),
            ("campaign_code", self.campaign_code),
            ("form_code", self.form_code),
            ("form_version", str(self.form_version)),
            ("schema_digest", self.schema_digest),
            ("unit_code", self.unit_code),
            ("period_code", self.period_code),
            ("draft_version", str(self.draft_version)),
        ]

    @classmethod
    def of_rows(cls, rows: Mapping[str, str]) -> Identity | None:
        """Read it back; None where it is not one of ours, or of a later program's."""
        version, draft = rows.get("form_version", ""), rows.get("draft_version", "")
        if rows.get(IDENTITY) != _FORMAT or not _is_whole(version) or not _is_whole(draft):
            return None
        names = ("campaign_code", "form_code", "schema_digest", "unit_code", "period_code")
        if not all(rows.get(name) for name in names):
            return None
        return cls(form_version=int(version), draft_version=int(draft), **{name: rows[name] for name in names})

    def differences(self, wanted: Identity) -> list[str]:
        """Say in what a workbook is not the wanted one, a sentence's part for each; empty if it is."""
        told = [
            (f"của đợt {quoted(self.campaign_code)}, không phải {wanted.campaign_code}", "campaign_code"),
            (f"là biểu {quoted(self.form_code)}, không phải biểu {wanted.form_code}", "form_code"),
            (f"của đơn vị {quoted(self.unit_code)}, không phải {wanted.unit_code}", "unit_code"),
            (f"của kỳ {quoted(self.period_code)}, không phải {wanted.period_code}", "period_code"),
        ]
        found = [words for words, name in told if getattr(self, name) != getattr(wanted, name)]
        if found:
            return found
        if self.form_version != wanted.form_version:
            return [f"là biểu theo phiên bản {self.form_version}, nay biểu theo phiên bản {wanted.form_version}"]
        if self.schema_digest != wanted.schema_digest:
            return ["tải về trước khi các ô hoặc quy tắc của biểu thay đổi"]
        return []


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 12  # noqa: PLR2004  far above any version
