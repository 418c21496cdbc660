"""Reports that the new form must take, and reports that it must refuse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from thidua.scaffolding.xlsform.differences import Differences
from thidua.scaffolding.xlsform.draft import Cell
from thidua.scaffolding.xlsform.draft import FormDraft
from thidua.scaffolding.xlsform.draft import Rule
from thidua_sdk import MAX_COUNT

__all__ = ["broken_reports", "valid_report"]

_ROUNDS = 100
_SAMPLES = {"Flag": True, "Day": "2000-03-01", "Moment": "2000-03-01T08:00:00+07:00"}

Report = dict[str, Any]


def valid_report(draft: FormDraft, differences: Differences) -> tuple[Report, Report]:
    """Fill every cell so that all rules hold: cells by name, tables by name.

    A rule that no numbers satisfy together with the bounds and the other rules is taken out of the
    draft: a form that nobody can file would help nobody.
    """
    cells = {name: _sample(cell) for name, cell in draft.cells.items()}
    tables = {name: [{each.name: _sample(each) for each in table.columns}] for name, table in draft.tables.items()}
    numbers = [rule for rule in draft.rules if rule.maker != "required_if"]
    for _ in range(_ROUNDS):
        broken = [rule for rule in numbers if not _holds(rule, cells)]
        if not broken:
            break
        for rule in broken:
            _mend(rule, cells)
    for rule in numbers:
        if not all(_holds(rule, cells) and _fits(draft.cells[name], cells) for name in rule.cells):
            draft.rules.remove(rule)
            differences.left_out(
                rule.place, f"quy tắc giữa {', '.join(rule.cells)}: không số nào thỏa cùng các giới hạn"
            )
            return valid_report(draft, differences)
    return cells, tables


def broken_reports(draft: FormDraft, cells: Report) -> Iterator[tuple[str, Report]]:
    """Give reports with one mistake each, by a name that begins with the code of what finds it."""
    yield "unknown-cell", {**cells, "khong_co_o_nay": 1}
    for each in draft.in_order():
        if isinstance(each, Cell) and "need" not in each.named:
            yield f"required-{each.name}", {**cells, each.name: None}
            break
    for rule in draft.rules:
        left = draft.cells[rule.cells[0]]
        name = f"{left.code.lower()}-{'-'.join(rule.cells)}"[:90]
        if rule.maker == "required_if":
            yield name, _others_kept(draft, rule, {**cells, **dict(rule.when), left.name: None})
            continue
        wrong = sum(cells[name] for name in rule.cells[1:]) + rule.plus + 1
        if wrong <= (left.most if left.most is not None else MAX_COUNT):
            yield name, _others_kept(draft, rule, {**cells, left.name: wrong})


def _others_kept(draft: FormDraft, broken: Rule, cells: Report) -> Report:
    """Let the other rules hold again, as far as that leaves the broken one as it is."""
    others = [
        rule
        for rule in draft.rules
        if rule is not broken and rule.maker != "required_if" and not any(cells[name] is None for name in rule.cells)
    ]
    kept = dict(cells)
    for _ in range(_ROUNDS):
        wrong = [rule for rule in others if not _holds(rule, kept)]
        if not wrong:
            break
        for rule in wrong:
            _mend(rule, kept)
    if broken.maker == "required_if":
        still = kept[broken.cells[0]] is None and all(kept[name] == value for name, value in broken.when)
    else:
        still = not _holds(broken, kept)
    fitting = all(kept[name] is None or _fits(draft.cells[name], kept) for rule in others for name in rule.cells)
    return kept if still and fitting else cells


def _sample(cell: Cell) -> object:
    if cell.sample is not None:
        return cell.sample
    if cell.kind in _SAMPLES:
        return _SAMPLES[cell.kind]
    if cell.kind == "Count":
        return max(cell.least, 0)
    if cell.kind == "Quantity":
        return str(cell.least)
    if cell.kind == "Choice":
        return cell.options[0]
    most = cell.named.get("length", 200)
    return "Ví dụ".ljust(cell.min_length, ".")[: most if isinstance(most, int) else 200]


def _holds(rule: Rule, cells: Report) -> bool:
    left, right = cells[rule.cells[0]], sum(cells[name] for name in rule.cells[1:])
    return bool(left == right if rule.maker == "equals" else left <= right + rule.plus)


def _mend(rule: Rule, cells: Report) -> None:
    left, *right = rule.cells
    if rule.maker == "equals":
        cells[left] = sum(cells[name] for name in right)
    else:
        cells[right[0]] = max(cells[right[0]], cells[left] - rule.plus)


def _fits(cell: Cell, cells: Report) -> bool:
    return bool(cell.least <= cells[cell.name] <= (cell.most if cell.most is not None else MAX_COUNT))
