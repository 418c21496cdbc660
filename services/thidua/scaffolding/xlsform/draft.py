"""The form as it will be written: cells, tables, sections and rules of the contract."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field

__all__ = ["Cell", "FormDraft", "Rule", "Table"]


@dataclass(slots=True)
class Cell:
    """One field; ``named`` holds its keywords, ``place`` is the question's name in the workbook."""

    name: str
    kind: str
    label: str
    place: str
    named: dict[str, object]
    #: Bounds as numbers, for sample values; None where the kind has none.
    least: int = 0
    most: int | None = None
    options: tuple[str, ...] = ()
    min_length: int = 0
    code: str = ""
    #: What a golden report says here, where the kind alone does not tell.
    sample: object = None


@dataclass(slots=True)
class Table:
    """A repeat: its cell, the name of its rows' class, and their columns."""

    cell: Cell
    class_name: str
    columns: list[Cell] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule across cells: the call that makes it, and what sample values must observe.

    ``maker`` is ``at_most``, ``equals`` or ``required_if``; ``cells`` begins with the cell that is judged.
    """

    maker: str
    cells: tuple[str, ...]
    positional: tuple[object, ...]
    named: tuple[tuple[str, object], ...] = ()
    place: str = ""
    plus: int = 0
    #: Cells with values under which the rule asks for its own, by name; for ``required_if``.
    when: tuple[tuple[str, object], ...] = ()


@dataclass(slots=True)
class FormDraft:
    """A form; sections are titles with the names of their cells and tables."""

    title: str
    sections: list[tuple[str, list[str]]] = field(default_factory=list)
    cells: dict[str, Cell] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    rules: list[Rule] = field(default_factory=list)

    def place(self, title: str, name: str) -> None:
        """Put a cell or table under a heading; one that comes again goes on."""
        for known, names in self.sections:
            if known == title:
                names.append(name)
                return
        self.sections.append((title, [name]))

    def in_order(self) -> Iterator[Cell | Table]:
        """Give cells and tables as they follow each other on the form."""
        for _, names in self.sections:
            for name in names:
                yield self.tables[name] if name in self.tables else self.cells[name]
