"""A count filed as the list of what was counted: how a list is read.

``evidence: {field: [{"on": day, "place": text, "link": address, "attachment": digest}]}`` stands
beside ``fields``. Day and place say what is meant; a link or a stored file shows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from thidua.forms.describe import FieldModel
from thidua.forms.describe import Loader
from thidua.forms.describe import describe
from thidua.forms.describe import pointer_part
from thidua_sdk import Day
from thidua_sdk import Finding
from thidua_sdk import Level
from thidua_sdk import Line
from thidua_sdk import Need
from thidua_sdk import Records
from thidua_sdk import RowSchema

__all__ = ["COLUMNS", "MOST_ITEMS", "evidence_cell", "list_key", "read_lists"]

#: Items of one list: what is counted by the hundred is counted and not listed.
MOST_ITEMS = 200
#: Far above the number of counts of any form.
_MOST_LISTS = 200
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
#: What no address of a page has in it; an address is copied, not typed.
_NOT_IN_LINKS = re.compile(r'[\s<>"\\^`{|}\x00-\x20\x7f]')


class _ItemCells(RowSchema):
    on = Day("Ngày")
    place = Line("Địa điểm, nội dung", length=200)
    link = Line("Đường dẫn (nếu có)", length=500, need=Need.OPTIONAL)
    attachment = Line("Tệp minh chứng (nếu có)", length=64, need=Need.OPTIONAL)


class _ListCells(RowSchema):
    items = Records("Danh sách", of=_ItemCells, most=MOST_ITEMS)


#: The cells of one item, in order.
COLUMNS: tuple[FieldModel, ...] = describe(_ItemCells)

_LOADER = Loader(_ListCells(), {"items": ""})


def list_key(field: str) -> str:
    """Return by which name the rows of a field's list go where tables go by theirs."""
    return f"evidence/{field}"


def evidence_cell(field: str, index: int, column: str) -> str:
    """Return the pointer of one cell of a list."""
    return f"/evidence/{field}/{index}/{column}"


def read_lists(data: object) -> tuple[dict[str, tuple[Mapping[str, str], ...]], list[Finding]]:
    """Read the lists of an envelope strictly.

    Returns:
        Field to items, each with the cells that say something; empty lists are left out. And all
        errors. Whether the form has such fields is the judge's to say.
    """
    if data is None:
        return {}, []
    if not isinstance(data, Mapping):
        return {}, [_error("type", "Danh sách kê phải là một đối tượng: tên ô và các dòng.", "/evidence")]
    if len(data) > _MOST_LISTS:
        return {}, [_error("length", f"Nhiều nhất {_MOST_LISTS} danh sách kê.", "/evidence")]
    lists: dict[str, tuple[Mapping[str, str], ...]] = {}
    found: list[Finding] = []
    for name, rows in data.items():
        pointer = f"/evidence/{pointer_part(name)}"
        _, wrong = _LOADER.load({"items": rows})
        found += [replace(each, cells=tuple(pointer + cell for cell in each.cells)) for each in wrong]
        if not isinstance(rows, list):
            continue
        items = [row for row in rows if isinstance(row, Mapping)]
        found += _wrong_cells(items, pointer)
        if items:
            lists[name] = tuple(
                {
                    column.name: item[column.name]
                    for column in COLUMNS
                    if isinstance(item.get(column.name), str) and item[column.name]
                }
                for item in items
            )
    return lists, found


def _wrong_cells(items: list[Mapping[str, object]], pointer: str) -> Iterator[Finding]:
    for index, item in enumerate(items):
        link, digest = item.get("link"), item.get("attachment")
        if isinstance(link, str) and link and not _is_link(link):
            message = "Đường dẫn phải bắt đầu bằng http:// hoặc https:// và chép nguyên từ trình duyệt."
            yield _error("format", message, f"{pointer}/{index}/link")
        if isinstance(digest, str) and digest and not _DIGEST.fullmatch(digest):
            yield _error("format", "Chọn một tệp trong danh sách tệp minh chứng.", f"{pointer}/{index}/attachment")


def _is_link(text: str) -> bool:
    if _NOT_IN_LINKS.search(text):
        return False
    try:
        parts = urlsplit(text)
        # An address that carries a name shows one site and leads to another.
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False


def _error(code: str, message: str, pointer: str) -> Finding:
    return Finding(code, Level.ERROR, message, (pointer,))
