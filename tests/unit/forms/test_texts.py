from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thidua.forms.readers import clean_json
from thidua.forms.readers import clean_text

SURVIVORS = [
    "Đặng Thị Ỷ Ỹ",
    "ẵ ẳ ặ ẫ ậ ộ ợ ữ ự",
    "Nguyễn",
    "đường sắt",
    "x" * 4000,
    "“”" * 15,
    "– — -",
    "=SUM(A1)",
    "👨\u200d👩\u200d👧",
    "Hữu Lũng\nChi Lăng",
]


@pytest.mark.parametrize("text", SURVIVORS)
def test_vietnamese_text_survives_unchanged(text: str) -> None:
    assert clean_text(text, lines=True) == text


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        (unicodedata.normalize("NFD", "Nguyễn"), "Nguyễn"),
        ("\u00d0ặng, \u00f0ường", "Đặng, đường"),
        ("Lạng\u00ad Sơn", "Lạng Sơn"),
        ("a\u200bb\u200cc\u2060d\ufeffe", "abcde"),
        ("\u202eabc\u202c\u2066d\u2069\u200e", "abcd"),
        ("a\u00a0b\tc\u202fd", "a b c d"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("\uf0b7 một", "- một"),
        ("  \n a \n ", "a"),
        ("", ""),
        (" \u00a0\u200b", ""),
    ],
)
def test_what_is_invisible_or_spelt_twice_becomes_plain(typed: str, cleaned: str) -> None:
    assert clean_text(typed, lines=True) == cleaned


def test_a_mark_typed_behind_an_invisible_character_joins_its_letter() -> None:
    assert clean_text("e\u200b\u0302", lines=True) == "ê"


def test_a_single_line_has_spaces_for_line_ends() -> None:
    assert clean_text("một\r\nhai\nba", lines=False) == "một hai ba"


@pytest.mark.parametrize("char", ["\x00", "\x07", "\x0b", "\x1b", "\x7f", "\x85"])
def test_control_characters_stay_for_the_schema_to_refuse(char: str) -> None:
    assert clean_text(f"a{char}b{char}", lines=True) == f"a{char}b{char}"


@given(st.text(), st.booleans())
def test_cleaning_twice_changes_nothing_more(text: str, lines: bool) -> None:  # noqa: FBT001  drawn by hypothesis
    once = clean_text(text, lines=lines)
    assert clean_text(once, lines=lines) == once
    assert unicodedata.is_normalized("NFC", once)


def test_json_is_cleaned_in_every_text_and_nowhere_else() -> None:
    value = {"a\u00a0": ["\u00d0ặng ", 1.5, True, None, {"b": " x\r\ny "}], "n": 10**18}
    assert clean_json(value) == {"a\u00a0": ["Đặng", 1.5, True, None, {"b": "x\ny"}], "n": 10**18}


@given(text=st.text(st.characters(max_codepoint=0x7F), max_size=20), lines=st.booleans())
def test_plain_text_is_cleaned_as_any_other(*, text: str, lines: bool) -> None:
    # Two Vietnamese letters around it send it the long way.
    around = clean_text(f"đ{text}đ", lines=lines)
    assert clean_text(text, lines=lines) == around[1:-1].strip(" \n")
