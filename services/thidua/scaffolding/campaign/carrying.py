"""Moves the sources of a campaign into another year."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator

from thidua.domain.errors import PluginError
from thidua.scaffolding.campaign.sources import Module
from thidua.scaffolding.campaign.sources import Package
from thidua.scaffolding.campaign.years import moved_text
from thidua.scaffolding.names import CampaignNames
from thidua.scaffolding.python_text import quoted

__all__ = ["CARRIED", "carried_modules"]

#: What a campaign lists item by item, each with its code and source.
CARRIED = (
    *("legal_bases", "topics", "purposes", "targets", "duties", "indicators", "statistics", "periods", "award_forms"),
)
#: What belongs to the old year alone, and what stands in its place; None takes the argument out.
_EMPTIED = {"baselines": "()", "examples": None, "compares_with": None}
_STRINGS = {tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}

Edit = tuple[int, int, str]


def carried_modules(package: Package, names: CampaignNames) -> dict[str, str]:
    """Return the text of each module of the new year's package, by name."""
    return _Carrying(package, names).texts()


class _Carrying:
    def __init__(self, package: Package, names: CampaignNames) -> None:
        self._package = package
        self._names = names
        self._edits: dict[str, list[Edit]] = {name: [] for name in package.modules}
        self._gone: set[str] = set()

    def texts(self) -> dict[str, str]:
        self._campaign()
        self._plan()
        for module in self._package.modules.values():
            self._days_and_years(module)
            self._strings(module)
        texts = {name: self._applied(module) for name, module in self._package.modules.items()}
        try:
            texts = _pruned(texts, self._names, self._gone)
            return {name: self._headed(name, text) for name, text in texts.items()}
        except SyntaxError as failure:
            raise PluginError(
                f"Mã nguồn của đợt {self._names.old_code} viết khác thường nên không chép được ({failure.msg}); "
                "hãy chép phần mở rộng ấy bằng tay.",
                subject=self._names.old_code,
            ) from failure

    def _replace(self, module: Module, node: ast.AST, text: str) -> None:
        start, end = module.span(node)
        # Brackets around a long text belong to it.
        before, behind = module.content[:start].rstrip(), module.content[end:]
        if before.endswith(b"(") and start > len(before) and behind.lstrip().startswith(b")"):
            start, end = len(before) - 1, end + len(behind) - len(behind.lstrip()) + 1
        self._edits[module.name].append((start, end, text))

    def _campaign(self) -> None:
        package, call, home = self._package, self._package.call, self._package.home
        for name in CARRIED:
            if (word := package.keyword(call, name)) and not _is_empty(word.value) and not _is_marked(word.value):
                start, end = home.span(word.value)
                self._edits[home.name] += [(start, start, f'carried("{name}", '), (end, end, ")")]
        if (word := package.keyword(call, "plan")) and not _is_marked(word.value):
            start, end = home.span(word.value)
            self._edits[home.name] += [(start, start, "carried_plan("), (end, end, ")")]
        if word := package.keyword(call, "theme"):
            module, _, value = package.definition(home, word.value)
            self._replace(module, value, quoted(f"Chưa có chủ đề năm {self._names.year}, chờ Kế hoạch"))
        if (word := package.keyword(call, "rules_version")) and isinstance(word.value, ast.Constant):
            version = str(word.value.value).replace(str(self._names.old_year), str(self._names.year))
            self._replace(home, word.value, quoted(version))
        if (word := package.keyword(call, "valid_from")) and not isinstance(word.value, ast.Attribute):
            self._replace(home, word.value, "None")
        for name, instead in _EMPTIED.items():
            if word := package.keyword(call, name):
                self._empty(word, instead)

    def _empty(self, word: ast.keyword, instead: str | None) -> None:
        package, home = self._package, self._package.home
        module, statement, _ = package.definition(home, word.value)
        if instead is None:
            start, end = home.span(word)
            line = home.content.rfind(b"\n", 0, start) + 1
            self._edits[home.name].append((line, home.content.index(b"\n", end) + 1, ""))
        else:
            self._replace(home, word.value, instead)
        if statement is not None and isinstance(word.value, ast.Name):
            start, end = module.span(statement)
            self._edits[module.name].append((_with_comments(module.content, start), end, ""))
            self._gone.add(word.value.id)

    def _plan(self) -> None:
        package = self._package
        word = package.keyword(package.call, "plan")
        if word is None:
            return
        # In a campaign that was carried over itself, the plan stands inside its mark.
        value = word.value.args[0] if isinstance(word.value, ast.Call) and _is_marked(word.value) else word.value
        module, _, plan = package.definition(package.home, value)
        if not isinstance(plan, ast.Call) or _called(plan) != "Plan":
            raise PluginError(
                f"Kế hoạch của đợt {self._names.old_code} không viết bằng Plan(…) nên không bỏ được số và ngày của nó; "
                "hãy chép phần mở rộng ấy bằng tay.",
                subject=self._names.old_code,
            )
        year = self._names.year
        changed = {
            "issued_on": "None",
            "issued_from": f"date({year}, 1, 1)",
            "parent_issued_on": "None",
            "parent_plan": quoted(f"Chưa biết kế hoạch của cấp trên cho năm {year}"),
        }
        for name, text in changed.items():
            if said := package.keyword(plan, name):
                self._replace(module, said.value, text)
        symbol = package.keyword(plan, "symbol")
        if symbol and isinstance(symbol.value, ast.Constant):
            self._replace(module, symbol.value, quoted(str(symbol.value.value).lstrip("0123456789 ")))

    def _days_and_years(self, module: Module) -> None:
        """Move days and years, but not those of laws: they are in force from their own day on."""
        by = self._names.year - self._names.old_year
        near = range(self._names.old_year - 1, self._names.old_year + 2)
        for node, inside in _walk(module.tree, ()):
            if isinstance(node, ast.Call) and _called(node) == "LegalBasis":
                self._parent(module, node)
            lasting = any(_called(call) in {"LegalBasis", "Topic"} for call in inside)
            if lasting or not isinstance(node, ast.Constant) or type(node.value) is not int or node.value not in near:
                continue
            self._replace(module, node, str(node.value + by))
            day = inside[-1] if inside and _called(inside[-1]) == "date" else None
            if day and ast.unparse(day).endswith(", 2, 29)") and day.args[0] is node:
                # Not every year has that day; the one before it is in every year.
                self._replace(module, day.args[2], "28")

    def _parent(self, module: Module, basis: ast.Call) -> None:
        """Forget the day of the superior plan, whose successor is not known yet."""
        title = self._package.keyword(basis, "title")
        day = self._package.keyword(basis, "valid_from")
        if title and day and isinstance(title.value, ast.Attribute) and title.value.attr == "parent_plan":
            self._replace(module, day.value, "None")

    def _strings(self, module: Module) -> None:
        names = self._names
        docstrings = {module.span(node)[0] for node in _docstrings(module.tree)}
        starts = [0]
        for line in module.content.splitlines(keepends=True):
            starts.append(starts[-1] + len(line))
        lines = module.content.decode().splitlines(keepends=True)
        for token in tokenize.generate_tokens(io.StringIO(module.content.decode()).readline):
            if token.type not in _STRINGS:
                continue
            (row, column), (last, end_column) = token.start, token.end
            start = starts[row - 1] + len(lines[row - 1][:column].encode())
            end = starts[last - 1] + len(lines[last - 1][:end_column].encode())
            moved = moved_text(token.string, names.old_year, names.year, names.old_code, names.code)
            if start not in docstrings and moved != token.string:
                self._edits[module.name].append((start, end, moved))

    def _applied(self, module: Module) -> str:
        """Apply the edits from behind; one inside another is left out."""
        content = module.content
        # What was said first of a piece holds: a text that is replaced is not moved on top.
        first: dict[tuple[int, int], Edit] = {}
        for edit in self._edits[module.name]:
            first.setdefault(edit[:2], edit)
        edits = [edit for edit in self._edits[module.name] if edit[0] == edit[1] or edit is first[edit[:2]]]
        wide = [(start, end) for start, end, _ in edits if start < end]
        kept = [
            (start, end, text)
            for start, end, text in edits
            if not any(low <= start and end <= high and (low, high) != (start, end) for low, high in wide)
            or (start == end and any(start in {low, high} for low, high in wide))
        ]
        for start, end, text in sorted(kept, key=lambda edit: (edit[0], edit[1]), reverse=True):
            content = content[:start] + text.encode() + content[end:]
        return content.decode().replace(self._package.name, self._names.package)

    def _headed(self, name: str, text: str) -> str:
        old, code = self._names.old_year, self._names.old_code
        if name == "__init__":
            said = f'"""Campaign {self._names.code}, begun from {code}; TODO.md says what people must decide."""'
            text = _with_docstring(text, ast.parse(text), said)
            if f"from {self._names.package}.carried import" in text:
                return text
            return _with_import(text, f"{self._names.package}.carried", ("carried", "carried_plan"))
        if str(old) in text:
            return f"# Begun from {code}: what is said of {old} is to be read again.\n{text}"
        return text


def _pruned(texts: dict[str, str], names: CampaignNames, gone: set[str]) -> dict[str, str]:
    """Take out what nobody uses any more: imports, names in ``__all__``, whole modules."""
    while True:
        before = dict(texts)
        texts = {name: _without_unused(text, gone) for name, text in texts.items()}
        imported = {
            (node.module or "").removeprefix(f"{names.package}.")
            for text in texts.values()
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.ImportFrom)
        }
        was = {
            (node.module or "").removeprefix(f"{names.package}.")
            for text in before.values()
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.ImportFrom)
        }
        texts = {name: text for name, text in texts.items() if name in imported or name not in was}
        if texts == before:
            return texts


def _without_unused(text: str, gone: set[str]) -> str:
    tree = ast.parse(text)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    used |= set(_texts(tree)) - gone
    lines = text.splitlines(keepends=True)
    for node in reversed(tree.body):
        if isinstance(node, ast.ImportFrom) and node.module != "__future__":
            kept = [each for each in node.names if (each.asname or each.name) in used]
            if not kept:
                lines[node.lineno - 1 : node.end_lineno] = []
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            listed = list(_texts(node.value))
            if gone.intersection(listed):
                kept_names = ", ".join(quoted(each) for each in listed if each not in gone)
                lines[node.lineno - 1 : node.end_lineno] = [f"__all__ = [{kept_names}]\n"]
    # Where an import or the last statement went, its blank lines go with it.
    return re.sub(r"\n{3,}(?=from |import )", "\n\n", "".join(lines)).rstrip() + "\n"


def _with_import(text: str, module: str, imported: tuple[str, ...]) -> str:
    lines = text.splitlines(keepends=True)
    nodes = [node for node in ast.parse(text).body if isinstance(node, ast.ImportFrom)]
    place = next((node.lineno - 1 for node in nodes if (node.module or "") > module), nodes[-1].end_lineno or 0)
    return "".join([*lines[:place], *(f"from {module} import {name}\n" for name in imported), *lines[place:]])


def _with_docstring(text: str, tree: ast.Module, said: str) -> str:
    lines = text.splitlines(keepends=True)
    first = tree.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        lines[first.lineno - 1 : first.end_lineno] = [f"{said}\n"]
        return "".join(lines)
    return f"{said}\n\n{text}"


def _docstrings(tree: ast.Module) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if (
            isinstance(body, list)
            and body
            and isinstance(body[0], ast.Expr)
            and isinstance(body[0].value, ast.Constant)
        ):
            yield body[0].value


def _with_comments(content: bytes, start: int) -> int:
    """Return where the comment lines right above a statement begin."""
    while start:
        line = content.rfind(b"\n", 0, start - 1) + 1
        if not content[line:start].strip().startswith(b"#"):
            break
        start = line
    return start


def _walk(node: ast.AST, inside: tuple[ast.Call, ...]) -> Iterator[tuple[ast.AST, tuple[ast.Call, ...]]]:
    yield node, inside
    deeper = (*inside, node) if isinstance(node, ast.Call) else inside
    for child in ast.iter_child_nodes(node):
        yield from _walk(child, deeper)


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _is_marked(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and _called(value) in {"carried", "carried_plan"}


def _is_empty(value: ast.expr) -> bool:
    return isinstance(value, ast.Tuple) and not value.elts


def _texts(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
