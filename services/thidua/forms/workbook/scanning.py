"""How far the cells of a workbook reach, and which of them show an error: looked at before it is parsed.

A parser that makes a sheet a rectangle dies of two cells in opposite corners; it also says nothing of
cells that show an error or hold a formula nobody computed, which must not pass for empty ones. Runs in
the process that reads a stranger's workbook, and imports nothing of ours.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from xml.parsers import expat

__all__ = ["MOST_CELLS", "MOST_COLUMNS", "MOST_ROWS", "MOST_SHEETS", "Refused", "scanned"]

MOST_SHEETS = 60
MOST_ROWS = 20_000
MOST_COLUMNS = 200
#: Of all sheets: five times the cells of a form with every table full.
MOST_CELLS = 100_000

_CELL = re.compile(r"\$?([A-Za-z]{1,7})\$?([0-9]{1,9})")
_LONGEST_NUMBER = 9
_RELATIONS = "xl/_rels/workbook.xml.rels"


class Refused(Exception):  # noqa: N818  it is not a fault of the program but an answer
    """The workbook is not read; the only argument is a word that says why."""


@dataclass(slots=True)
class _Sheet:
    """One sheet while it is gone through; rows and columns count from 0."""

    row: int = -1
    column: int = -1
    kind: str = ""
    has_formula: bool = False
    text: list[str] = field(default_factory=list)
    is_value: bool = False
    in_cell: bool = False
    cells: int = 0
    flawed: dict[tuple[int, int], str] = field(default_factory=dict)


def scanned(content: bytes) -> dict[str, dict[tuple[int, int], str]]:
    """Go through all sheets; returns the flawed cells by sheet and place: the error shown, or ``""`` for not computed.

    Raises:
        Refused: a sheet reaches too far or holds too much, or a part is no plain XML.
    """
    found: dict[str, dict[tuple[int, int], str]] = {}
    left = MOST_CELLS
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = {name.casefold(): name for name in package.namelist()}
        sheets = _sheets(package, names)
        if len(sheets) > MOST_SHEETS:
            raise Refused("sheets")
        for title, part in sheets:
            if part.casefold() in names:
                sheet = _gone_through(package.read(names[part.casefold()]), left)
                left -= sheet.cells
                found[title] = sheet.flawed
    return found


def _sheets(package: zipfile.ZipFile, names: Mapping[str, str]) -> list[tuple[str, str]]:
    targets: dict[str, str] = {}
    for name, attributes in _tags(package, names, _RELATIONS):
        if name == "Relationship":
            target = attributes.get("Target", "")
            targets[attributes.get("Id", "")] = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    return [
        (attributes.get("name", ""), targets.get(attributes.get("id", ""), ""))
        for name, attributes in _tags(package, names, "xl/workbook.xml")
        if name == "sheet"
    ]


def _tags(package: zipfile.ZipFile, names: Mapping[str, str], part: str) -> list[tuple[str, dict[str, str]]]:
    """List the tags of a small part, names without their prefixes."""
    found: list[tuple[str, dict[str, str]]] = []

    def begin(name: str, attributes: dict[str, str]) -> None:
        found.append((_local(name), {_local(key): value for key, value in attributes.items()}))

    if part.casefold() not in names:
        raise Refused("broken")
    parser = _parser()
    parser.StartElementHandler = begin
    _parse(parser, package.read(names[part.casefold()]))
    return found


def _gone_through(content: bytes, most_cells: int) -> _Sheet:  # noqa: C901  one case for each tag
    sheet = _Sheet()

    def begin(name: str, attributes: dict[str, str]) -> None:
        match _local(name):
            case "row":
                _begin_row(sheet, attributes)
            case "c":
                _begin_cell(sheet, attributes)
            case "f":
                sheet.has_formula = sheet.in_cell
            case "v" | "t":
                sheet.is_value = sheet.in_cell

    def end(name: str) -> None:
        match _local(name):
            case "v" | "t":
                sheet.is_value = False
            case "c":
                _end_cell(sheet, most_cells)

    def text(part: str) -> None:
        if sheet.is_value:
            sheet.text.append(part)

    parser = _parser()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = begin, end, text
    _parse(parser, content)
    return sheet


def _begin_row(sheet: _Sheet, attributes: Mapping[str, str]) -> None:
    told = attributes.get("r", "")
    sheet.row = int(told) - 1 if told.isdecimal() and told.isascii() and len(told) <= _LONGEST_NUMBER else sheet.row + 1
    sheet.column = -1


def _begin_cell(sheet: _Sheet, attributes: Mapping[str, str]) -> None:
    place = _CELL.fullmatch(attributes.get("r", ""))
    if place:
        column = 0
        for letter in place[1].upper():
            column = column * 26 + ord(letter) - ord("A") + 1
        sheet.row, sheet.column = int(place[2]) - 1, column - 1
    else:
        sheet.column += 1
    sheet.kind, sheet.in_cell, sheet.has_formula = attributes.get("t", ""), True, False
    sheet.text.clear()


def _end_cell(sheet: _Sheet, most_cells: int) -> None:
    sheet.in_cell = False
    value = "".join(sheet.text)
    if not value and not sheet.has_formula and sheet.kind != "e":
        return
    sheet.cells += 1
    if sheet.row >= MOST_ROWS or sheet.column >= MOST_COLUMNS:
        raise Refused("corner")
    if sheet.cells > most_cells:
        raise Refused("cells")
    if sheet.kind == "e":
        sheet.flawed[sheet.row, sheet.column] = value[:20] or "#"
    elif sheet.has_formula and not value and sheet.kind != "str":
        sheet.flawed[sheet.row, sheet.column] = ""


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise Refused("dtd")

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    return parser


def _parse(parser: expat.XMLParserType, content: bytes) -> None:
    try:
        parser.Parse(content, True)  # noqa: FBT003  expat takes it by position only
    except expat.ExpatError as error:
        raise Refused("broken") from error


def _local(name: str) -> str:
    return name.rpartition(":")[2]
