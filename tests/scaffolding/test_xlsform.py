"""``thidua plugins new unit-type --xlsform``: real-looking forms, every type of question, and hostile workbooks."""

import json
import re
from collections.abc import Callable
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import Workbook
from pyxform.question_type_dictionary import QUESTION_TYPE_DICT
from workbooks import COMMUNE_CHOICES
from workbooks import COMMUNE_SETTINGS
from workbooks import COMMUNE_SURVEY
from workbooks import HOUSEHOLD_CHOICES
from workbooks import HOUSEHOLD_SURVEY
from workbooks import Rows
from workbooks import an_xlsform

from thidua.cli.scaffolding import new
from thidua.domain.attachments import LARGEST_FILE
from thidua.domain.errors import ThiduaError
from thidua.domain.errors import UnwantedFileError
from thidua.scaffolding.names import unit_names
from thidua.scaffolding.xlsform.questions import is_known
from thidua.scaffolding.xlsform.reading import read_xlsform
from thidua.scaffolding.xlsform.unit_type import FromXlsform
from thidua.scaffolding.xlsform.unit_type import unit_type_from
from thidua_testkit.files import a_docx
from thidua_testkit.files import a_workbook

NAMES = unit_names("commune", "Xã", "XA")
FORM = "thidua_unit_commune/form.py"
RULES = "thidua_unit_commune/rules.py"


def made(
    path: Path, survey: Rows, choices: Rows = (), settings: Mapping[str, object] | None = None, **sheets: Rows
) -> FromXlsform:
    return unit_type_from(read_xlsform(an_xlsform(path, survey, choices, settings, **sheets)), NAMES)


def said(found: FromXlsform, place: str) -> str:
    return " | ".join(f"{each.fate}: {each.text}" for each in found.differences if each.place == place)


def refusal_of(path: Path) -> str:
    with pytest.raises(UnwantedFileError) as refused:
        unit_type_from(read_xlsform(path), NAMES)
    return refused.value.message


@pytest.fixture(scope="module")
def household(tmp_path_factory: pytest.TempPathFactory) -> FromXlsform:
    settings = {"form_title": "Hộ", "form_id": "ho", "style": "pages", "instance_name": "${tuoi}"}
    path = tmp_path_factory.mktemp("household") / "ho.xlsx"
    return made(path, HOUSEHOLD_SURVEY, HOUSEHOLD_CHOICES, settings, ghi_chu=({"a": 1},))


def test_a_dry_run_tells_the_differences_to_programs(tmp_path: Path) -> None:
    path = an_xlsform(tmp_path / "xa.xlsx", COMMUNE_SURVEY, COMMUNE_CHOICES, COMMUNE_SETTINGS)
    words = ["unit-type", "xa", "--label", "Xã", "--xlsform", str(path), "--into", str(tmp_path), "--dry-run", "--json"]
    told = json.loads(CliRunner().invoke(new, words).output)
    assert {
        "fate": "left_out",
        "place": "ngay",
        "text": "ràng buộc “. <= today()”: không phải giới hạn đơn giản, phải viết quy tắc trong mã",
    } in told["differences"]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["xa.xlsx"]


@pytest.mark.parametrize("kind", sorted({*QUESTION_TYPE_DICT, "select one", "select all that apply", "rank"}))
def test_every_type_that_pyxform_knows_is_known(kind: str) -> None:
    assert is_known(kind)


def test_no_question_and_no_word_about_one_is_lost_in_silence(household: FromXlsform) -> None:
    places = {each.place for each in household.differences}
    assert {str(row["name"]) for row in HOUSEHOLD_SURVEY if "name" in row} <= places
    text = household.content["DIFFERENCES.md"].replace("\\", "")
    for row in HOUSEHOLD_SURVEY:
        for key in ("constraint", "calculation", "default", "appearance", "relevant"):
            if key in row:
                assert str(row[key]) in text, row


def test_bounds_and_comparisons_become_the_contracts(household: FromXlsform) -> None:
    form, rules = household.content[FORM], household.content[RULES]
    assert re.search(r'tuoi = Count\(\s+"Tuổi",[^)]+minimum=0,\s+maximum=120,', form)
    assert re.search(r"nhiet_do = Quantity\([^F]+places=0,[^F]+minimum=Decimal\(-40\),\s+maximum=Decimal\(60\)", form)
    assert "số nguyên có thể âm" in said(household, "nhiet_do")
    assert '"xe_may",\n        "xe",' in rules
    assert "plus=-1" in rules
    assert re.search(r'equals\(\s+"XA\d\d",\s+"cong",\s+\(\s+"xe",\s+"xe_may",', rules)


def test_what_cannot_come_along_is_said_with_the_reason(household: FromXlsform) -> None:
    assert "left_out: ràng buộc “regex(., '^[A-Z]+$')”" in said(household, "ghi_chu")
    assert "changed: câu hỏi: chỗ chèn câu trả lời" in said(household, "ghi_chu")
    assert "“Tuổi”" in household.content[FORM]
    assert "bảng nằm trong bảng" in said(household, "benh")
    assert "bảng nằm trong bảng" in said(household, "ten_benh")
    assert "số lần lặp" in said(household, "thanh_vien")
    assert "minh chứng" in said(household, "anh")
    assert "“Xin chào bà con”" in said(household, "loi_chao")
    assert "ô tự tính" in said(household, "tinh")
    assert "giá trị điền sẵn" in said(household, "tuoi")
    assert "tên ô thành gioi_tinh" in said(household, "Gioi-tinh")
    assert "luôn hiện" in said(household, "xe")
    assert "tên đặt cho mỗi bài nộp" in said(household, "instanceName")
    assert "(style = pages)" in said(household, "settings")
    assert "không thuộc XLSForm" in said(household, "ghi_chu")
    assert "đổi thành Percent" in said(household, "ty_le")


def test_conditions_decide_what_must_be_filled(household: FromXlsform) -> None:
    # The group's condition holds for what is in it.
    assert re.search(r'"xe",\s+lambda values: values.count\("tuoi"\) >= 18,', household.content[RULES])
    assert re.search(r"xe = Count\([^)]+need=Need.CONDITIONAL", household.content[FORM].replace("(chiếc)", ""))


def test_texts_are_taken_in_vietnamese_whatever_the_default_is(tmp_path: Path) -> None:
    survey = (
        {"type": "integer", "name": "a", "label::Tiếng Việt": "Số người (người)", "label::English (en)": "People"},
        {"type": "integer", "name": "b", "label::Tiếng Việt": None, "label::English (en)": "Only here (people)"},
    )
    found = made(
        tmp_path / "a.xlsx", survey, settings={"form_title": "F", "form_id": "f", "default_language": "English (en)"}
    )
    assert '"Số người (người)"' in found.content[FORM]
    assert "không có bản tiếng Việt" in said(found, "b")
    assert "ngôn ngữ English (en): 1 chỗ" in said(found, "settings")


def test_rules_that_no_report_could_keep_are_taken_out(tmp_path: Path) -> None:
    survey = (
        {"type": "integer", "name": "a", "label": "A (lượt)", "constraint": ". >= 10"},
        {"type": "integer", "name": "b", "label": "B (lượt)", "constraint": ". <= 5"},
        {"type": "integer", "name": "c", "label": "C (lượt)", "constraint": ". >= 10 and . <= ${b}"},
    )
    found = made(tmp_path / "a.xlsx", survey)
    assert "không số nào thỏa" in said(found, "c")
    assert "at_most" not in found.content[RULES]
    assert "at_most" in made(tmp_path / "b.xlsx", (survey[0], {**survey[1], "constraint": ". <= ${a}"})).content[RULES]


def _book(path: Path, fill: Callable[[Any], None]) -> Path:
    book = Workbook()
    fill(book)
    book.save(path)
    return path


def _laughing() -> bytes:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    xml = f'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a0 "ha">{entities}]><sst>&a9;</sst>'
    return a_workbook({"xl/sharedStrings.xml": xml.encode(), "xl/_rels/workbook.xml.rels": b"<Relationships/>"})


HOSTILE: Mapping[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "bị hỏng"),
    "text": (lambda: b"type,name\ninteger,a\n", "bị hỏng"),
    "another kind": (a_docx, "không phải bảng tính XLSX"),
    "bomb": (lambda: a_workbook({"xl/worksheets/sheet1.xml": b"0" * 60_000_000}), "giải nén"),
    "macros": (lambda: a_workbook({"xl/vbaProject.bin": b"x"}), "macro"),
    "bones": (a_workbook, "theo quy tắc của XLSForm"),
    "laughing entities": (_laughing, "theo quy tắc của XLSForm"),
    "too large": (lambda: b"PK" + b"x" * LARGEST_FILE, "lớn quá"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_workbooks_are_refused_with_a_sentence(tmp_path: Path, name: str) -> None:
    content, sentence = HOSTILE[name]
    path = tmp_path / "a.xlsx"
    path.write_bytes(content())
    refusal = refusal_of(path)
    assert sentence in refusal
    assert "a.xlsx" in refusal


def test_a_workbook_of_endless_rows_is_refused(tmp_path: Path) -> None:
    def fill(book: Any) -> None:
        sheet = book.active
        sheet.title = "survey"
        sheet.append(["type", "name", "label"])
        for number in range(1200):
            sheet.append(["integer", f"q{number}", "N"])

    assert "trang survey có 1200 dòng, nhiều nhất là 1000" in refusal_of(_book(tmp_path / "a.xlsx", fill))


@pytest.mark.parametrize(
    ("survey", "sentence"),
    [
        (({"type": "integer", "name": "a", "label": "A", "relevant": "${khong_co} = 1"},), "khong_co"),
        (({"type": "select_one l", "name": "a", "label": "A"},), "XLSForm"),
        (({"type": "intger", "name": "a", "label": "A"},), "intger"),
        (({"type": "integer", "name": "a", "label": "A"}, {"type": "integer", "name": "a", "label": "B"}), "XLSForm"),
        (({"type": "note", "name": "a", "label": "A"},), "Không câu hỏi nào"),
        (({"type": "begin_group", "name": "a", "label": "A"},), "XLSForm"),
    ],
)
def test_forms_that_break_the_standards_own_rules_are_refused_in_pyxforms_words(
    tmp_path: Path, survey: Rows, sentence: str
) -> None:
    assert sentence in refusal_of(an_xlsform(tmp_path / "a.xlsx", survey))


def test_without_pyxform_the_sentence_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = an_xlsform(tmp_path / "a.xlsx", COMMUNE_SURVEY, COMMUNE_CHOICES)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ThiduaError, match=re.escape('pip install "thidua[xlsform]"')):
        read_xlsform(path)


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    assert "Không đọc được" in refusal_of(tmp_path / "gone.xlsx")
