"""What of an XLSForm came along, what changed, and what did not: nothing is lost in silence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field
from enum import StrEnum

__all__ = ["HEADINGS", "Difference", "Differences", "Fate"]


class Fate(StrEnum):
    """What became of a question or of something said of it."""

    KEPT = "kept"
    CHANGED = "changed"
    LEFT_OUT = "left_out"


HEADINGS = {Fate.LEFT_OUT: "Không chuyển được", Fate.CHANGED: "Đã đổi", Fate.KEPT: "Giữ nguyên"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of the report; ``place`` is the question's name in the workbook."""

    fate: Fate
    place: str
    text: str


@dataclass(slots=True)
class Differences:
    """The report while it is gathered."""

    found: list[Difference] = field(default_factory=list)

    def kept(self, place: str, text: str) -> None:
        """Note what came along as it was."""
        self._note(Fate.KEPT, place, text)

    def changed(self, place: str, text: str) -> None:
        """Note what came along in another form."""
        self._note(Fate.CHANGED, place, text)

    def left_out(self, place: str, text: str) -> None:
        """Note what did not come along, with the reason."""
        self._note(Fate.LEFT_OUT, place, text)

    def of(self, fate: Fate) -> list[Difference]:
        """Return the lines of one fate, in the order of the workbook."""
        return [each for each in self.found if each.fate is fate]

    def lines(self) -> Iterator[str]:
        """Give the report as lines of Markdown, what was lost first."""
        for fate, heading in HEADINGS.items():
            lines = self.of(fate)
            yield f"## {heading} ({len(lines)})"
            yield ""
            yield from (f"- **{_plain(each.place)}**: {_plain(each.text)}" for each in lines)
            if lines:
                yield ""

    def _note(self, fate: Fate, place: str, text: str) -> None:
        difference = Difference(fate, place, text)
        if difference not in self.found:
            self.found.append(difference)


def _plain(text: str) -> str:
    """Keep a text of the workbook one line of text, whatever stands in it."""
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    for mark in "\\`*_[]<>#|":
        line = line.replace(mark, f"\\{mark}")
    return line
