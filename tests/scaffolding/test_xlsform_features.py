"""What becomes of each common feature of XLSForm: translated, or named in the report; nothing is lost in silence."""

import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from workbooks import Rows
from workbooks import an_xlsform

from thidua.cli.scaffolding import new
from thidua.scaffolding.names import unit_names
from thidua.scaffolding.xlsform import child
from thidua.scaffolding.xlsform.differences import Fate
from thidua.scaffolding.xlsform.reading import read_xlsform
from thidua.scaffolding.xlsform.unit_type import unit_type_from

NAMES = unit_names("commune", "Xã", "XA")
FORM, RULES = "thidua_unit_commune/form.py", "thidua_unit_commune/rules.py"
NUMBER = {"type": "integer", "name": "a", "label": "Số hộ (hộ)"}
OPTIONS = (
    {"list_name": "l", "name": "x", "label": "Một", "vung": "b", "media::image": "x.png"},
    {"list_name": "l", "name": "y", "label": "Hai", "vung": "n"},
)
BEGIN, END = {"type": "begin_group", "name": "g", "label": "Nhóm"}, {"type": "end_group"}

#: Feature: questions, what the form or its rules hold of it, and what the report says: (fate, place, words).
FEATURES: dict[str, tuple[Rows, tuple[str, str], tuple[Fate, str, str]]] = {
    "select_one": (
        ({"type": "select_one l", "name": "a", "label": "A"},),
        (FORM, "a = Choice("),
        (Fate.KEPT, "a", "select one → Choice (a)"),
    ),
    "select_multiple": (
        ({"type": "select_multiple l", "name": "a", "label": "A"},),
        (FORM, "a_x = Flag("),
        (Fate.CHANGED, "a", "chọn nhiều thành 2 ô Có/Không"),
    ),
    "calculate": (
        (NUMBER, {"type": "calculate", "name": "c", "calculation": "${a} * 2"}),
        (FORM, "a = Count("),
        (Fate.LEFT_OUT, "c", "calculate = ${ a } * 2"),
    ),
    "a calculated sum": (
        (
            NUMBER,
            {**NUMBER, "name": "b"},
            {"type": "calculate", "name": "c", "label": "Cộng (hộ)", "calculation": "${a} + ${b}"},
        ),
        (RULES, "equals("),
        (Fate.CHANGED, "c", "hệ thống kiểm tra tổng"),
    ),
    "relevant": (
        (NUMBER, {"type": "text", "name": "b", "label": "B", "relevant": "${a} > 3"}),
        (FORM, "b = Line("),
        (Fate.CHANGED, "b", "chỉ hiện khi “ ${a}  > 3” thành luôn hiện trên biểu"),
    ),
    "relevant and required": (
        (NUMBER, {"type": "text", "name": "b", "label": "B", "relevant": "${a} > 3", "required": "yes"}),
        (RULES, "required_if("),
        (Fate.KEPT, "b", "bắt buộc khi “Số hộ (hộ)” lớn hơn 3"),
    ),
    "constraint": (
        ({**NUMBER, "constraint": ". <= 50"},),
        (FORM, "maximum=50"),
        (Fate.KEPT, "a", "ràng buộc “. <= 50”"),
    ),
    "a constraint that is no bound": (
        ({**NUMBER, "constraint": ". mod 2 = 0", "constraint_message": "Số chẵn."},),
        (FORM, "a = Count("),
        (Fate.LEFT_OUT, "a", "ràng buộc “. mod 2 = 0”"),
    ),
    "constraint_message": (
        ({**NUMBER, "constraint": ". <= 50", "constraint_message": "Nhiều nhất 50."},),
        (FORM, "maximum=50"),
        (Fate.CHANGED, "a", "câu báo lỗi “Nhiều nhất 50.”"),
    ),
    "required": (
        ({**NUMBER, "required": "yes"}, {**NUMBER, "name": "b"}),
        (FORM, "need=Need.OPTIONAL"),
        (Fate.KEPT, "a", "bắt buộc trả lời"),
    ),
    "required_message": (
        ({**NUMBER, "required": "yes", "required_message": "Ghi vào."},),
        (FORM, "a = Count("),
        (Fate.LEFT_OUT, "a", "câu nhắc khi bỏ trống"),
    ),
    "repeat": (
        ({"type": "begin_repeat", "name": "r", "label": "Bảng"}, NUMBER, {"type": "end_repeat"}),
        (FORM, "r = Records("),
        (Fate.KEPT, "r", "nhóm lặp → Records (r), 1 cột"),
    ),
    "repeat_count": (
        ({"type": "begin_repeat", "name": "r", "label": "Bảng", "repeat_count": "3"}, NUMBER, {"type": "end_repeat"}),
        (FORM, "r = Records("),
        (Fate.LEFT_OUT, "r", "số lần lặp định trước"),
    ),
    "group": ((BEGIN, NUMBER, END), (FORM, '"Nhóm",'), (Fate.KEPT, "g", "nhóm → mục “Nhóm”")),
    "a group that is relevant": (
        (NUMBER, {**BEGIN, "relevant": "${a} > 3"}, {"type": "text", "name": "b", "label": "B"}, END),
        (FORM, "b = Line("),
        (Fate.CHANGED, "b", "thành luôn hiện trên biểu"),
    ),
    "note": (
        (NUMBER, {"type": "note", "name": "n", "label": "Xin chào"}),
        (FORM, "a = Count("),
        (Fate.LEFT_OUT, "n", "note: là lời dặn, không có gì để trả lời. Nội dung: “Xin chào”."),
    ),
    "appearance": (
        ({**NUMBER, "appearance": "thousands-sep"},),
        (FORM, "a = Count("),
        (Fate.LEFT_OUT, "a", "appearance = thousands-sep"),
    ),
    "hint": (
        ({**NUMBER, "hint": "chỉ đếm hộ thường trú"},),
        (FORM, 'help="Chỉ đếm hộ thường trú."'),
        (Fate.KEPT, "a", "lời hướng dẫn → chữ nhỏ dưới nhãn"),
    ),
    "guidance_hint": (
        ({**NUMBER, "guidance_hint": "xem sổ"},),
        (FORM, 'help="Xem sổ."'),
        (Fate.KEPT, "a", "lời hướng dẫn → chữ nhỏ dưới nhãn"),
    ),
    "labels by language": (
        (
            {
                "type": "integer",
                "name": "a",
                "label::Tiếng Việt (vi)": "Số hộ (hộ)",
                "label::English (en)": "Households",
                "hint::Tiếng Việt (vi)": "Đếm.",
                "hint::English (en)": "Count.",
            },
        ),
        (FORM, '"Số hộ (hộ)"'),
        (Fate.LEFT_OUT, "settings", "ngôn ngữ English (en): 2 chỗ"),
    ),
    "media of a question": (
        ({**NUMBER, "media::image": "a.png"},),
        (FORM, "a = Count("),
        (Fate.LEFT_OUT, "a", "hình, tiếng của câu hỏi"),
    ),
    "media of a choice": (
        ({"type": "select_one l", "name": "a", "label": "A"},),
        (FORM, "a = Choice("),
        (Fate.LEFT_OUT, "a", "hình, tiếng của lựa chọn x"),
    ),
    "choice_filter": (
        (
            {"type": "text", "name": "v", "label": "Vùng"},
            {"type": "select_one l", "name": "a", "label": "A", "choice_filter": "vung = ${v}"},
        ),
        (FORM, "a = Choice("),
        (Fate.LEFT_OUT, "a", "lọc lựa chọn theo câu khác"),
    ),
    "choices in a file": (
        (NUMBER, {"type": "select_one_from_file xa.csv", "name": "f", "label": "Xã"}),
        (FORM, "a = Count("),
        (Fate.LEFT_OUT, "f", "biểu không đọc gì ở ngoài"),
    ),
    "an external instance": (
        (NUMBER, {"type": "csv-external", "name": "tep"}),
        (FORM, "a = Count("),
        (Fate.LEFT_OUT, "tep", "lấy dữ liệu ở tệp ngoài"),
    ),
    "default": (({**NUMBER, "default": "7"},), (FORM, "a = Count("), (Fate.LEFT_OUT, "a", "giá trị điền sẵn")),
    "read_only": (({**NUMBER, "read_only": "yes"},), (FORM, "a = Count("), (Fate.LEFT_OUT, "a", "chỉ đọc")),
    "parameters": (
        ({"type": "range", "name": "a", "label": "Điểm", "parameters": "start=0 end=10 step=2"},),
        (FORM, "maximum=10"),
        (Fate.LEFT_OUT, "a", "bước 2"),
    ),
}


@pytest.fixture(autouse=True)
def read_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Starting a process for each form takes half a second; hostile ones are read as they are in use, elsewhere."""

    def run(command: list[str], *, input: bytes, **_: object) -> "subprocess.CompletedProcess[bytes]":  # noqa: A002
        return subprocess.CompletedProcess(command, 0, json.dumps(child._read(input), default=str).encode(), b"")

    monkeypatch.setattr("thidua.scaffolding.xlsform.reading.subprocess.run", run)


@pytest.mark.parametrize("feature", FEATURES)
def test_a_feature_is_translated_or_named(tmp_path: Path, feature: str) -> None:
    survey, (module, held), (fate, place, words) = FEATURES[feature]
    choices = OPTIONS if any("select" in str(row["type"]) for row in survey) else ()
    found = unit_type_from(read_xlsform(an_xlsform(tmp_path / "a.xlsx", survey, choices)), NAMES)
    assert held in found.content[module]
    said = [each.text for each in found.differences if (each.fate, each.place) == (fate, place)]
    assert any("".join(words.split()) in "".join(text.split()) for text in said), found.differences


def _survey() -> tuple[Workbook, Worksheet]:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "survey"
    sheet.append(["type", "name", "label"])
    sheet.append(["integer", "a", "Số hộ (hộ)"])
    return book, sheet


@pytest.mark.parametrize(("row", "is_read"), [(62, True), (63, True), (64, False), (300, False)])
def test_questions_behind_a_gap_are_read_or_named(tmp_path: Path, row: int, is_read: bool) -> None:  # noqa: FBT001
    book, sheet = _survey()
    for column, text in enumerate(("integer", "b", "Số xe (xe)"), start=1):
        sheet.cell(row, column, text)
    book.save(tmp_path / "a.xlsx")
    found = unit_type_from(read_xlsform(tmp_path / "a.xlsx"), NAMES)
    said = [each.text for each in found.differences if each.place == "survey"]
    assert ("b = Count(" in found.content[FORM]) is is_read
    told = f"từ dòng {row}: đứng sau hơn 60 dòng trống nên không được đọc; hãy xóa các dòng trống rồi chạy lại"
    assert said == ([] if is_read else [told])


def test_columns_behind_a_gap_and_formulas_are_named(tmp_path: Path) -> None:
    book, sheet = _survey()
    sheet.cell(1, 40, "required")
    sheet.cell(2, 40, "yes")
    sheet.cell(3, 1, "integer")
    sheet.cell(3, 2, "b")
    sheet.cell(3, 3, "Số xe (xe)")
    sheet.cell(1, 4, "hint")
    sheet.cell(3, 4, '="Đếm "&"xe"')
    book.save(tmp_path / "a.xlsx")
    found = unit_type_from(read_xlsform(tmp_path / "a.xlsx"), NAMES)
    said = [each.text for each in found.differences if each.place == "survey"]
    assert [text.partition(":")[0] for text in said] == ["từ cột AN", "ô D3 là công thức"]


@pytest.mark.parametrize(
    ("sheet", "rows", "said"),
    [
        ("khao_sat", [["type", "name", "label"], ["integer", "a", "A"]], "survey"),
        ("survey", [["loại", "tên"], ["integer", "a"]], "type"),
        ("survey", [["type", "name", "label"]], "Không câu hỏi nào của a.xlsx thành ô"),
        ("survey", [["type", "name", "label"], ["integer", "=1+1", "A"]], "theo quy tắc của XLSForm"),
        ("survey", [["type", "name", "label"], ["integer", "a b", "A"]], "a b"),
    ],
)
def test_a_workbook_that_is_no_xlsform_ends_in_one_sentence_and_leaves_nothing(
    tmp_path: Path, sheet: str, rows: list[list[str]], said: str
) -> None:
    book = Workbook()
    book.worksheets[0].title = sheet
    book.create_sheet("ghi_chu")
    for row in rows:
        book.worksheets[0].append(row)
    book.save(tmp_path / "a.xlsx")
    into = tmp_path / "plugins"
    into.mkdir()
    words = ["unit-type", "commune", "--label", "Xã", "--xlsform", str(tmp_path / "a.xlsx"), "--into", str(into)]
    result = CliRunner().invoke(new, words)
    message = getattr(result.exception, "message", "")
    assert said in message, result.exception
    assert "\n" not in message
    assert list(into.iterdir()) == []
