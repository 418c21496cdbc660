"""What counts as the same words: dates, places, numbers and spelling set aside."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thidua.domain.passages import LEAST_WORDS
from thidua.domain.passages import copied_runs
from thidua.domain.passages import same_spans
from thidua.domain.passages import shingles
from thidua.domain.passages import words

TEXT = (
    "Phòng phối hợp với Công an mở điểm phát thanh lưu động tại chợ phiên, người đi chợ nghe bản tin "
    "về nồng độ cồn rồi ký cam kết ngay tại bàn của tổ tuyên truyền."
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("đến ngày 14/6/2021 đã làm xong", "đến ngày 14/9/2021 đã làm xong"),
        ("ngày 14 tháng 6 năm 2021", "ngày 14 tháng 9 năm 2021"),
        ("14.6.2021", "14/9/2021"),
        ("trong 6 tháng đầu năm 2021 đã phát", "trong chín tháng năm 2021 đã phát"),
        ("Quý I năm 2021 đã phát", "quý III năm 2021 đã phát"),
        ("phát 148 lượt", "phát 1.256 lượt"),
        ("tại huyện Hữu Lũng có loa", "tại huyện Chi Lăng có loa"),
        ("các xã Yên Thịnh, Hữu Liên bị hỏng", "các xã Vũ Lễ, Tân Tri, Nhất Hòa bị hỏng"),
        ("Thuỷ, hoà bình, quí, lý", "thủy, HÒA   BÌNH; quí – lý."),
    ],
)
def test_what_changes_without_new_content_is_the_same(one: str, other: str) -> None:
    assert words(one) == words(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("năm người dự", "ba người dự"),
        ("cán bộ huyện dự", "cán bộ xã dự"),
        ("hai cụm loa hỏng", "mười cụm loa hỏng"),
    ],
)
def test_words_that_are_content_stay(one: str, other: str) -> None:
    assert words(one) != words(other)


@given(st.text(max_size=300))
def test_composed_and_decomposed_letters_are_the_same(text: str) -> None:
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert words(composed) == words(decomposed)


def test_a_short_text_has_no_shingles() -> None:
    assert shingles(words("Không có khó khăn, vướng mắc.")) == []
    assert shingles(words("Tiếp tục tuyên truyền, phổ biến pháp luật.")) == []
    assert shingles(["từng"] * (LEAST_WORDS - 1)) == []
    assert len(shingles(["chữ"] * LEAST_WORDS)) == LEAST_WORDS - 3


def test_a_changed_word_here_and_there_hides_nothing_and_is_not_counted() -> None:
    said = words(TEXT)
    changed = [*said[:8], "khác", *said[9:]]
    runs = list(copied_runs(shingles(said), set(shingles(changed))))
    assert runs == [(0, 8), (9, len(said))]


def test_a_set_phrase_alone_is_no_copy() -> None:
    one = words("Đẩy mạnh công tác tuyên truyền bảo đảm trật tự an toàn giao thông ở vùng cao bằng loa kéo.")
    other = words("Ban hành kế hoạch bảo đảm trật tự an toàn giao thông và giao từng xã tự kiểm tra biển báo.")
    assert set(shingles(one)) & set(shingles(other))
    assert list(copied_runs(shingles(one), set(shingles(other)))) == []


def test_spans_point_at_the_very_letters() -> None:
    text = f"Từ ngày 5/4 đến nay, huyện nhà có việc riêng chưa ai kể. {TEXT}"
    [(first, last)] = same_spans(text, set(shingles(words(TEXT))))
    assert text[first:last] == TEXT.rstrip(".")


@pytest.mark.parametrize(
    "text",
    [
        "a" * 4000,
        "a " * 2000,
        "1 " * 2000,
        "ngày " * 800,
        "xã Xã " * 700,
        "“”" * 2000,
        "\u0301" * 4000,
        "ß İ ﬁ Ǆ " * 400,
    ],
)
def test_the_work_grows_with_the_text_and_no_faster(text: str) -> None:
    found = words(text)
    assert len(found) <= len(text)
    own = shingles(found)
    assert len(own) <= len(found)
    covered = sum(last - first for first, last in copied_runs(own, set(own)))
    assert covered in {0, len(found)}
    assert all(0 <= first < last <= len(text) for first, last in same_spans(text, set(own)))
