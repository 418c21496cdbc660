"""``thidua plugins new unit-type``: what it writes works at once, and what it refuses leaves nothing behind."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from click.testing import Result

from thidua.cli.scaffolding import new
from thidua.domain.errors import ThiduaError
from thidua.scaffolding.names import plain_words
from thidua.scaffolding.names import unit_names
from thidua.scaffolding.python_text import quoted
from thidua.scaffolding.unit_types import example_unit_type
from thidua.scaffolding.writing import put_in_place

LABEL = "Ủy ban nhân dân xã"


def asked(*words: str) -> Result:
    return CliRunner().invoke(new, words)


def refusal_of(*words: str) -> str:
    result = asked(*words)
    assert isinstance(result.exception, ThiduaError), result.output
    return result.exception.message


def test_each_kind_of_field_is_shown() -> None:
    form = example_unit_type(unit_names("commune_office", LABEL))["thidua_unit_commune_office/form.py"]
    kinds = ("Choice", "Count", "Day", "DocumentNumber", "Flag", "Group", "Line", "ListOf", "Moment", "Paragraph")
    for kind in (*kinds, "Percent", "Quantity", "Records"):
        assert f" = {kind}(" in form


def test_a_dry_run_says_what_it_would_write_and_writes_nothing(tmp_path: Path) -> None:
    result = asked("unit-type", "commune", "--label", LABEL, "--into", str(tmp_path), "--dry-run", "--json")
    told = json.loads(result.output)
    assert told["written"] is False
    assert "thidua_unit_commune/form.py" in told["files"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("Ủy ban xã", "Ví dụ: uy_ban_xa"),
        ("commune-office", "Ví dụ: commune_office"),
        ("../../etc", "Ví dụ: etc"),
        ("1st", "bắt đầu bằng chữ"),
        ("class", "không dùng được"),
        ("a" * 41, "40 ký tự"),
        ("a__b", "Ví dụ: a_b"),
        ("", "không dùng được"),
        ("a\n", "Ví dụ: a."),
        ("specialised_room", "hãy chọn mã khác"),
    ],
)
def test_a_bad_code_is_refused_with_what_would_do(tmp_path: Path, code: str, said: str) -> None:
    assert said in refusal_of("unit-type", code, "--label", LABEL, "--into", str(tmp_path))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--label", "  "), "Tên loại đơn vị"),
        (("--label", "x" * 91), "90 ký tự"),
        (("--label", "a\x00b"), "Tên loại đơn vị"),
        (("--label", LABEL, "--form", "a"), "ví dụ E hoặc XA1"),
        (("--label", LABEL, "--form", "X10"), "có thể thêm một chữ số"),
        (("--label", LABEL, "--form", "ABCDE"), "1 đến 4 chữ in hoa"),
        (("--label", LABEL, "--form", "A"), "đã có loại đơn vị khác dùng"),
        (("--label", LABEL, "--into", "/nonexistent/plugins"), "hãy tạo thư mục ấy"),
    ],
)
def test_other_bad_names_are_refused(words: tuple[str, ...], said: str) -> None:
    assert said in refusal_of("unit-type", "commune", *words)


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    mine = tmp_path / "unit-commune"
    mine.mkdir()
    (mine / "notes").write_text("mine")
    said = refusal_of("unit-type", "commune", "--label", LABEL, "--into", str(tmp_path))
    assert "chuyển thư mục ấy đi nơi khác" in said
    assert [each.name for each in mine.iterdir()] == ["notes"]


def test_a_distribution_of_that_name_is_refused() -> None:
    with pytest.raises(ThiduaError, match="đã được cài"):
        unit_names("commune", LABEL, distributions=["thidua-unit-commune"])


def test_what_cannot_be_written_whole_is_not_written_at_all(tmp_path: Path) -> None:
    # A file where a folder is needed: fails after the first file is there.
    with pytest.raises(ThiduaError, match="Không ghi được"):
        put_in_place(tmp_path / "unit-x", {"a": "text", "a/b": "text"})
    assert list(tmp_path.iterdir()) == []


def test_the_code_of_the_form_is_the_next_that_is_free() -> None:
    assert unit_names("commune_office", LABEL).form == "CO"
    assert unit_names("commune_office", LABEL, forms_in_use=["CO", "CO2"]).form == "CO3"


def test_labels_with_quotes_and_control_characters_stay_python() -> None:
    for text in (
        "\"hai\" và 'một'",
        'chỉ "hai"',
        "it's",
        "gạch \\ chéo",
        "xuống\ndòng",
        "\u202edảo",
        "{x} %s $y",
        "\U000e0001",
    ):
        source = quoted(text)
        assert eval(source) == text  # noqa: S307  what was written just above
        assert source.isprintable()


def test_names_are_made_of_any_text() -> None:
    assert plain_words("Số người ĐƯỢC dự (lượt)") == "so_nguoi_duoc_du_luot"
    assert plain_words("staffTotal") == "staff_total"
    assert plain_words("…") == ""
