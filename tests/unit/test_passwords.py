"""Which passwords are taken, and which two are the same."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thidua.domain.errors import UnsoundPasswordError
from thidua.domain.passwords import _common
from thidua.domain.passwords import context_words
from thidua.domain.passwords import normalised
from thidua.domain.passwords import sound_password

WORDS = context_words(
    [
        "Phòng Văn hóa và Thông tin huyện Hữu Lũng",
        "Phòng Văn hóa và Thông tin thành phố Lạng Sơn",
        "Sở Thông tin và Truyền thông",
        "LS-186-VHTT",
        "STTTT-VP",
        "Hoàng Thị Mẫu Đơn",
        "mau.don",
    ]
)


@pytest.mark.parametrize(
    "password",
    [
        "ba con vịt bơi qua ao",
        "BA CON VỊT BƠI QUA AO",
        "correct horse battery staple",
        "Kx9#vTq2!mLp",
        "🐃🌾🌧️🏍️🎋🍚🐓🌙⭐🧧🪷🎏",
        "            mèo            lười ",
        "hữu lũng mùa này nhiều na lắm",
        "thi đua mà không ai khóc nhè",
        "ngày mai trời lại sáng 2021",
        "x" + "kdmwpqhzbt" * 12 + "abcdefg",
        "maria 8374652910",
        "094738261507",
        "tắc kè bông 7 lần gõ cửa",
    ],
)
def test_a_password_of_ones_own_is_taken_as_it_is(password: str) -> None:
    assert sound_password(password, WORDS) == password


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("", "ít nhất 12"),
        ("mười một chữ"[:11], "ít nhất 12"),
        ("🐃" * 3, "ít nhất 12"),
        ("ấ" * 129, "quá 128"),
        ("e\u0301" * 5000, "quá 128"),
        ("abcd" * 33, "quá 128"),
        ("aaaaaaaaaaaaaa", "lặp lại"),
        ("121212121212", "lặp lại"),
        ("123456789012", "lặp lại"),
        ("0987654321098", "lặp lại"),
        ("abcdefghijklm", "lặp lại"),
        ("qwertyuiop123456", "lặp lại"),
        ("asdfghjkl12345", "lặp lại"),
        ("1q2w3e4r5t6y", "lặp lại"),
        ("1qaz2wsx3edc", "hay bị đoán"),
        ("QWERTY123456!", "lặp lại"),
        ("password1234", "hay bị đoán"),
        ("P@ssw0rd2024", "hay bị đoán"),
        ("Password!!!!!!", "hay bị đoán"),
        ("passwordpassword", "hay bị đoán"),
        ("password 2021 password", "hay bị đoán"),
        ("matkhau123456", "hay bị đoán"),
        ("Mật khẩu 2021!", "hay bị đoán"),
        ("mậtkhẩumậtkhẩu", "hay bị đoán"),
        ("dragon1234567890", "hay bị đoán"),
        ("anhyeuem2021", "hay bị đoán"),
        ("iloveyou19902021", "hay bị đoán"),
        ("langson2021langson", "chủ yếu gồm"),
        ("Lạng Sơn 2021 Lạng Sơn", "chủ yếu gồm"),
        ("Lạng-Sơn@12345678", "chủ yếu gồm"),
        ("thidua-langson-sotttt", "chủ yếu gồm"),
        ("Sở TTTT Lạng Sơn", "chủ yếu gồm"),
        ("stttt-vp-2021!", "chủ yếu gồm"),
        ("phongvanhoathongtin", "chủ yếu gồm"),
        ("Phòng VHTT Hữu Lũng", "chủ yếu gồm"),
        ("huulung@ls186", "chủ yếu gồm"),
        ("LS-186-VHTT-abc", "chủ yếu gồm"),
        ("Mẫu Đơn 15/9/1990", "chủ yếu gồm"),
        ("hoàngmẫuđơn1990", "chủ yếu gồm"),
        ("2019202020212022", "lặp lại"),
        ("1987199620052013", "chủ yếu gồm"),
        ("thi đua 20202021", "hay bị đoán"),
        ("langson abcabcabcabc", "chủ yếu gồm"),
    ],
)
def test_what_is_short_long_or_easy_to_guess_is_refused_in_one_sentence(password: str, says: str) -> None:
    with pytest.raises(UnsoundPasswordError, match=says) as refusal:
        sound_password(password, WORDS)
    assert refusal.value.message.endswith(".")
    assert password == "" or password not in refusal.value.message


def test_thousands_of_common_passwords_are_known() -> None:
    assert len(_common()) > 29_000


def test_every_common_password_that_is_long_enough_is_refused() -> None:
    long_enough = [each for each in _common() if len(each) >= 12]
    assert len(long_enough) > 200
    for each in long_enough:
        with pytest.raises(UnsoundPasswordError):
            sound_password(each)


def test_composed_letters_and_marks_typed_apart_are_the_same_password() -> None:
    typed = "Đường về Hữu Lũng ướt lắm ạ"
    for form in ("NFC", "NFD"):
        assert normalised(unicodedata.normalize(form, typed)) == unicodedata.normalize("NFC", typed)


@pytest.mark.parametrize(
    ("old", "new"), [("hòa", "hoà"), ("HÓA", "HOÁ"), ("khỏe", "khoẻ"), ("thủy", "thuỷ"), ("Tùy", "Tuỳ"), ("lõa", "loã")]
)
def test_both_ways_to_place_a_tone_are_the_same_password(old: str, new: str) -> None:
    assert old != new
    for form in ("NFC", "NFD"):
        assert normalised(unicodedata.normalize(form, old)) == normalised(unicodedata.normalize(form, new)) == new


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hoa", "hoà"),
        ("hoà", "hoá"),
        ("của", "cuả"),
        ("Mèo", "mèo"),
        ("a b", "a  b"),
        ("ﬁ", "fi"),
        ("ａ", "a"),
        ("đ", "d"),
    ],
)
def test_everything_else_stays_different(one: str, other: str) -> None:
    assert normalised(one) != normalised(other)


@given(st.text(max_size=140))
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    assert normalised(normalised(text)) == normalised(text)


def test_a_text_of_marks_without_end_is_answered_at_once() -> None:
    before = time.process_time()
    assert normalised("a" + "\u0301\u0323" * 60_000) == ""
    assert time.process_time() - before < 0.5
