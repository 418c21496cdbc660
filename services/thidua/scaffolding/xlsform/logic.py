"""What is said of a question beside its type: must it be answered, when, and what may the answer be."""

from __future__ import annotations

import math
from collections.abc import Iterable
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from thidua.scaffolding.python_text import Source
from thidua.scaffolding.python_text import decimal_source
from thidua.scaffolding.python_text import quoted
from thidua.scaffolding.xlsform.differences import Differences
from thidua.scaffolding.xlsform.draft import Cell
from thidua.scaffolding.xlsform.draft import FormDraft
from thidua.scaffolding.xlsform.draft import Rule
from thidua.scaffolding.xlsform.expressions import Bound
from thidua.scaffolding.xlsform.expressions import Comparison
from thidua.scaffolding.xlsform.expressions import Length
from thidua.scaffolding.xlsform.expressions import Test
from thidua.scaffolding.xlsform.expressions import constraint_parts
from thidua.scaffolding.xlsform.expressions import summands
from thidua.scaffolding.xlsform.expressions import tests_of
from thidua.scaffolding.xlsform.words import as_sentence
from thidua_sdk import MAX_COUNT

__all__ = ["Logic"]

_WORDS = {"=": "là", "!=": "khác", "<": "nhỏ hơn", "<=": "không quá", ">": "lớn hơn", ">=": "từ"}
_LONGEST_LENGTH = 100_000


class _Said(NamedTuple):
    """A test as Python and in words, and a value of a cell that passes it."""

    source: str
    words: str
    cell: str
    value: object


class Logic:
    """Turns bounds, conditions and sums into keywords and rules of a draft.

    ``cells`` maps a question's name to the cells that stand for it, outside of tables.
    """

    def __init__(self, draft: FormDraft, cells: Mapping[str, list[Cell]], differences: Differences) -> None:
        self._draft = draft
        self._cells = cells
        self._differences = differences

    def constrain(self, cell: Cell, expression: str, message: str, *, in_table: bool) -> None:
        """Apply a constraint, all of it or none of it."""
        parts = constraint_parts(expression)
        taken = parts is not None and self._can_take(cell, parts, in_table=in_table)
        if parts is None or not taken:
            self._differences.left_out(
                cell.place, f"ràng buộc “{expression}”: không phải giới hạn đơn giản, phải viết quy tắc trong mã"
            )
            if message:
                self._differences.left_out(cell.place, f"câu báo lỗi “{message}”: đi cùng ràng buộc ấy")
            return
        self._bound(cell, [part for part in parts if isinstance(part, Bound)])
        compared = [part for part in parts if isinstance(part, Comparison)]
        for comparison in compared:
            self._compare(cell, comparison, message)
        for part in parts:
            if isinstance(part, Length):
                _measure(cell, part)
        self._differences.kept(cell.place, f"ràng buộc “{expression}”")
        if message and not compared:
            self._differences.changed(cell.place, f"câu báo lỗi “{message}”: hệ thống báo giới hạn bằng câu chung")

    def require(self, cells: Iterable[Cell], *, required: str, conditions: list[str], in_table: bool) -> None:
        """Say which cells must be filled, always or under the conditions of the question and its groups."""
        always = required.strip().lower() in {"yes", "true", "true()"}
        tests = self._all_tests(conditions)
        for cell in cells:
            if required and not always:
                self._optional(cell, f"bắt buộc khi “{required}”: điều kiện này phải viết quy tắc trong mã")
            elif not required:
                cell.named["need"] = Source("Need.OPTIONAL")
            elif conditions and (tests is None or in_table):
                self._optional(cell, f"bắt buộc khi “{' và '.join(conditions)}”: phải viết quy tắc trong mã")
            elif conditions and tests:
                self._require_if(cell, tests)
            else:
                self._differences.kept(cell.place, "bắt buộc trả lời")
        for cell in list(cells)[:1]:
            for condition in conditions:
                self._differences.changed(cell.place, f"chỉ hiện khi “{condition}” thành luôn hiện trên biểu")

    def add_up(self, cell: Cell, expression: str) -> bool:
        """Check a calculated sum instead of calculating it; False where it is anything else."""
        names = summands(expression)
        parts = [self._count_of(name) for name in names or ()]
        if not parts or None in parts or cell.kind != "Count" or len(parts) < 2:  # noqa: PLR2004  a sum
            return False
        known = tuple(part.name for part in parts if part)
        label, labels = _safe(cell.label), " + ".join(_safe(part.label) for part in parts if part)
        self._draft.rules.append(
            Rule(
                "equals",
                (cell.name, *known),
                (cell.name, known, f"“{label}” phải bằng tổng: {labels}."),
                place=cell.place,
            )
        )
        self._differences.changed(cell.place, f"tự tính “{expression}” thành người nộp ghi, hệ thống kiểm tra tổng")
        return True

    def _optional(self, cell: Cell, why: str) -> None:
        cell.named["need"] = Source("Need.OPTIONAL")
        self._differences.left_out(cell.place, why)

    def _can_take(self, cell: Cell, parts: list[Bound | Comparison | Length], *, in_table: bool) -> bool:
        for part in parts:
            if isinstance(part, Bound) and cell.kind not in {"Count", "Quantity"}:
                return False
            if isinstance(part, Length) and (
                cell.kind not in {"Line", "Paragraph"} or not 0 < part.number < _LONGEST_LENGTH
            ):
                return False
            if isinstance(part, Comparison):
                other = self._count_of(part.name)
                if in_table or cell.kind != "Count" or other is None or other is cell:
                    return False
        return _range_of(cell, [part for part in parts if isinstance(part, Bound)]) is not None

    def _bound(self, cell: Cell, bounds: list[Bound]) -> None:
        found = _range_of(cell, bounds)
        if found is None:
            return
        low, high = found
        if cell.kind == "Count" and ((low is not None and low < 0) or (high is not None and high < 0)):
            # Only a decimal number may fall below nothing.
            cell.kind = "Quantity"
            cell.named |= {"places": 0, "aggregate": Source("NONE")}
            self._differences.changed(cell.place, "số nguyên có thể âm thành số thập phân không có chữ số lẻ")
        if low is None and high is not None and high < 0:
            low = Decimal(-MAX_COUNT)
        for word, end in (("minimum", low), ("maximum", high)):
            if end is not None:
                cell.named[word] = int(end) if cell.kind == "Count" else decimal_source(end)
        if low is not None:
            cell.least = int(low)
            cell.sample = f"{low:f}" if cell.kind == "Quantity" else None
        cell.most = int(high) if high is not None else cell.most

    def _compare(self, cell: Cell, part: Comparison, message: str) -> None:
        other = self._count_of(part.name)
        if other is None:
            return
        left, right = (cell, other) if part.operator in {"<", "<="} else (other, cell)
        plus = -1 if part.operator in {"<", ">"} else 0
        words = "phải nhỏ hơn" if plus else "không được lớn hơn"
        text = as_sentence(message) or f"“{_safe(left.label)}” {words} “{_safe(right.label)}”."
        named: tuple[tuple[str, object], ...] = (("plus", plus),) if plus else ()
        self._draft.rules.append(
            Rule(
                "at_most",
                (left.name, right.name),
                (left.name, right.name, _safe(text)),
                named,
                place=cell.place,
                plus=plus,
            )
        )

    def _count_of(self, name: str) -> Cell | None:
        cells = self._cells.get(name, [])
        return cells[0] if len(cells) == 1 and cells[0].kind == "Count" else None

    def _require_if(self, cell: Cell, tests: list[_Said]) -> None:
        cell.named["need"] = Source("Need.CONDITIONAL")
        condition = " and ".join(test.source for test in tests)
        said = " và ".join(test.words for test in tests)
        self._draft.rules.append(
            Rule(
                "required_if",
                (cell.name,),
                (cell.name, Source(f"lambda values: {condition}"), _safe(f"Phải ghi ô này khi {said}.")),
                place=cell.place,
                when=tuple((test.cell, test.value) for test in tests),
            )
        )
        self._differences.kept(cell.place, f"bắt buộc khi {said}")

    def _all_tests(self, conditions: list[str]) -> list[_Said] | None:
        """Write conditions as Python and in words; None if any of them cannot be."""
        written: list[_Said] = []
        for condition in conditions:
            tests = tests_of(condition)
            if tests is None:
                return None
            said = [self._written(test) for test in tests]
            known = [each for each in said if each is not None]
            if len(known) != len(said):
                return None
            written += known
        return written

    def _written(self, test: Test) -> _Said | None:
        cells = self._cells.get(test.name, [])
        flags = [cell for cell in cells if cell.kind == "Flag"]
        if test.operator == "selected" and len(cells) == len(flags) and cells:
            return _of_flag(test, flags)
        if len(cells) != 1:
            return None
        [cell] = cells
        if cell.kind == "Choice":
            return _of_choice(test, cell)
        if cell.kind == "Count" and isinstance(test.value, Decimal) and test.value == int(test.value):
            number = int(test.value)
            source = _of_count(quoted(cell.name), test.operator, number)
            if source is None:
                return None
            passing = {"<": number - 1, "<=": number, "=": number}.get(test.operator, number + (test.operator != ">="))
            return _Said(source, f"“{_safe(cell.label)}” {_WORDS[test.operator]} {number}", cell.name, passing)
        return None


def _of_flag(test: Test, flags: list[Cell]) -> _Said | None:
    for cell in flags:
        if cell.options == (test.value,):
            return _Said(
                f"values[{quoted(cell.name)}] is True", f"đã chọn “{_safe(cell.label)}”", cell.name, value=True
            )
    return None


def _of_choice(test: Test, cell: Cell) -> _Said | None:
    value = f"{test.value:f}" if isinstance(test.value, Decimal) else test.value
    operator = "=" if test.operator == "selected" else test.operator
    options = cell.named.get("options")
    if operator not in {"=", "!="} or value not in cell.options or not isinstance(options, Mapping):
        return None
    others = [option for option in cell.options if option != value]
    if operator == "!=" and not others:
        return None
    words = f"“{_safe(cell.label)}” {_WORDS[operator]} “{_safe(str(options[value]))}”"
    if operator == "=":
        return _Said(f"values[{quoted(cell.name)}] == {quoted(value)}", words, cell.name, value)
    # What is not answered is not known to differ.
    return _Said(f"values[{quoted(cell.name)}] not in {{None, {quoted(value)}}}", words, cell.name, others[0])


def _of_count(name: str, operator: str, number: int) -> str | None:
    """Write a test of a count, which no answer never passes."""
    if operator == "=":
        return f"values.number({name}) == {number}"
    if operator == "!=":
        return f"values.number({name}) not in {{None, {number}}}"
    if operator in {"<", "<="}:
        return f"values.number({name}) in range({number + (operator == '<=')})"
    if number + (operator == ">") > 0:
        return f"values.count({name}) {operator} {number}"
    return None


def _range_of(cell: Cell, bounds: list[Bound]) -> tuple[Decimal | None, Decimal | None] | None:
    """Return the ends that bounds set, None for an end that none sets; None where nothing fits or can be said."""
    whole = cell.kind == "Count"
    if not whole and any(bound.operator in {"<", ">"} or bound.number != int(bound.number) for bound in bounds):
        # The contract's ends are whole numbers and belong to what is taken.
        return None
    lows = [_low(bound) if whole else bound.number for bound in bounds if bound.operator in {">", ">="}]
    highs = [_high(bound) if whole else bound.number for bound in bounds if bound.operator in {"<", "<="}]
    low, high = max(lows, default=None), min(highs, default=None)
    if cell.most is not None and high is not None:
        high = min(high, Decimal(cell.most))
    if low is not None and cell.kind == "Count" and cell.named.get("minimum"):
        low = max(low, Decimal(cell.least))
    lowest = low if low is not None else Decimal(0 if high is None or high >= 0 else -MAX_COUNT)
    highest = high if high is not None else Decimal(cell.most if cell.most is not None else MAX_COUNT)
    return (low, high) if lowest <= highest else None


def _low(bound: Bound) -> Decimal:
    return Decimal(math.floor(bound.number) + 1 if bound.operator == ">" else math.ceil(bound.number))


def _high(bound: Bound) -> Decimal:
    return Decimal(math.ceil(bound.number) - 1 if bound.operator == "<" else math.floor(bound.number))


def _measure(cell: Cell, length: Length) -> None:
    if length.operator in {"<", "<=", "="}:
        cell.named["length"] = max(length.number - (length.operator == "<"), 0)
    if length.operator in {">", ">=", "="}:
        cell.min_length = length.number + (length.operator == ">")
        cell.named["min_length"] = cell.min_length
        most = cell.named.get("length", 4000)
        if isinstance(most, int) and most < cell.min_length:
            cell.named["length"] = cell.min_length


def _safe(text: str) -> str:
    """Keep what a person wrote from being read as the name of a cell."""
    return text.replace("{", "(").replace("}", ")")
