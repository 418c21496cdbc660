"""A unit type whose form was described in a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from thidua.domain.errors import UnwantedFileError
from thidua.scaffolding.names import UnitNames
from thidua.scaffolding.unit_types import common_files
from thidua.scaffolding.unit_types import golden_report
from thidua.scaffolding.xlsform.differences import Difference
from thidua.scaffolding.xlsform.differences import Differences
from thidua.scaffolding.xlsform.golden import broken_reports
from thidua.scaffolding.xlsform.golden import valid_report
from thidua.scaffolding.xlsform.mapping import drafted
from thidua.scaffolding.xlsform.reading import ReadForm
from thidua.scaffolding.xlsform.rendering import form_module
from thidua.scaffolding.xlsform.rendering import rules_module

__all__ = ["FromXlsform", "unit_type_from"]


@dataclass(frozen=True, slots=True)
class FromXlsform:
    """The files of a unit type, and what became of everything the workbook said."""

    content: dict[str, str]
    differences: Sequence[Difference]


def unit_type_from(read: ReadForm, names: UnitNames) -> FromXlsform:
    """Write a unit type from a form as pyxform understood it.

    Raises:
        UnwantedFileError: no question of the workbook can be a cell.
    """
    differences = Differences()
    draft = drafted(read, names.form, differences)
    if not (draft.cells or draft.tables):
        raise UnwantedFileError(
            f"Không câu hỏi nào của {read.name} thành ô của biểu được; hãy thêm câu hỏi có trả lời.", subject=read.name
        )
    cells, tables = valid_report(draft, differences)
    package = names.package
    content = {
        **common_files(names, draft.title),
        f"{package}/form.py": form_module(draft, names),
        f"{package}/rules.py": rules_module(draft, names),
        "golden/valid-whole.json": golden_report(names, cells, tables),
        "DIFFERENCES.md": _report(read, names, differences),
    }
    for name, broken in broken_reports(draft, cells):
        content[f"golden/broken-{name}.json"] = golden_report(names, broken, tables)
    return FromXlsform(content, tuple(differences.found))


def _report(read: ReadForm, names: UnitNames, differences: Differences) -> str:
    name = "".join(char if char.isprintable() and char not in "`<>" else " " for char in read.name)
    head = (
        f"# Biểu {names.form} so với {name}\n\n"
        "Biểu được viết từ bảng tính XLSForm. Mỗi câu hỏi và mỗi điều nói về nó đều có ở dưới đây. Cách cộng dồn\n"
        "(`FLOW`: cộng các kỳ; `TALLY`: đếm theo lựa chọn; `STOCK`: lấy kỳ gần nhất) không có trong XLSForm: hãy xem\n"
        "lại từng ô trong `form.py`. Ô chữ nhận nhiều nhất 200 ký tự (đoạn văn: 4000), ô số thập phân nhận hai chữ số\n"
        "lẻ và không nhận số âm, nếu bảng tính không nói khác.\n\n"
    )
    return head + "\n".join(differences.lines()).rstrip() + "\n"
