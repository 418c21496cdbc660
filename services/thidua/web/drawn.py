"""One control of a page as a template draws it, and what stands beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from thidua.domain.drafts import DraftCell
from thidua.web.evidence import Listing

__all__ = ["Asking", "Control", "Row", "Shown"]


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding on a page. ``id`` is what cells point at, ``cell`` the control it is shown at."""

    id: str
    level: str
    message: str
    cells: tuple[str, ...]

    @property
    def cell(self) -> str:
        """The pointer where the sentence stands."""
        return self.cells[0]


@dataclass(frozen=True, slots=True)
class Asking:
    """A remark of the Office at a field or table, with where it is answered.

    Attributes:
        place: which part of the field or table is meant, empty for the whole of it.
        text: what is to be mended.
        quote: the sentence meant, empty for the whole cell.
        answer: where the unit answers.
    """

    place: str
    text: str
    quote: str
    answer: Control


#: What is drawn with cells inside and holds no text itself.
_WITH_CELLS = frozenset({"group", "records"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One control as the template draws it.

    ``describedby`` lists the ids of hints and findings. ``topics`` are the counts by topic under
    a count, ``parts`` the cells of a group, ``rows`` and ``blank_row`` those of a table.
    """

    name: str
    id: str
    kind: str
    macro: str
    label: str
    text: str = ""
    code: str = ""
    unit: str = ""
    hint: str = ""
    earlier: str = ""
    is_required: bool = False
    is_optional: bool = False
    is_across: bool = False
    takes_dots: bool = False
    has_errors: bool = False
    has_warnings: bool = False
    describedby: str = ""
    findings: tuple[Shown, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    topics: tuple[Control, ...] = ()
    parts: tuple[Control, ...] = ()
    rows: tuple[Row, ...] = ()
    blank_row: Row | None = None
    most: int = 0
    comment: Control | None = None
    #: The list that a count may be filed as; ``is_listed`` tells that its rows are the count.
    listing: Control | None = None
    is_listed: bool = False
    laid: Listing | None = None
    #: What was typed in the count before, where that is another number.
    unlisted: str = ""
    #: What somebody else wrote there meanwhile, and whether it is not what stands in the control.
    theirs: DraftCell | None = None
    differs: bool = False
    is_carried: bool = False
    #: What a return asks here, and whether it did not open the cell.
    asked: tuple[Asking, ...] = ()
    is_closed: bool = False
    #: What the returned filing says, None where there is nothing to set beside.
    was: str | None = None

    def needed(self) -> Iterator[Control]:
        """Yield the cells in here that must be filled."""
        inside = (*self.parts, *(part for row in self.rows for part in row.parts))
        yield from (asking.answer for asking in self.asked)
        if self.is_closed:
            return
        if self.is_required and self.macro not in _WITH_CELLS:
            yield self
        for part in inside:
            yield from part.needed()

    @property
    def is_mended(self) -> bool:
        """Tell whether something else stands in the cell than in the filing that was returned."""
        return self.was is not None and self.was.strip() != self.text.strip()

    @property
    def is_long(self) -> bool:
        """Tell whether it holds sentences."""
        return self.kind in {"paragraph", "list_of"}

    def in_words(self, text: str) -> str:
        """Return a text that may stand in the control as people read it."""
        return dict(self.options).get(text, text)

    @property
    def theirs_said(self) -> str:
        """The other's text in words."""
        return self.in_words((self.theirs.typed if self.theirs else None) or "")

    @property
    def knows_option(self) -> bool:
        """Tell whether what is typed is one of the options."""
        return any(self.text == code for code, _ in self.options)

    @property
    def topics_open(self) -> bool:
        """Tell whether the counts by topic start unfolded: something is typed or wrong there."""
        return any(topic.text or topic.findings or topic.theirs for topic in self.topics)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; ``index`` is its number in the pointers, ``number`` the one people see."""

    index: str
    number: str
    parts: tuple[Control, ...]
