from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thidua.forms.readers import Unreadable
from thidua.forms.readers import read_count
from thidua.forms.readers import read_quantity
from thidua.forms.wording import number


@pytest.mark.parametrize(
    ("typed", "count"),
    [
        ("", None),
        ("   ", None),
        ("\u00a0", None),
        ("0", 0),
        ("00", 0),
        ("05", 5),
        ("1234", 1234),
        ("1.234", 1234),
        ("1 234", 1234),
        ("1\u00a0234", 1234),
        ("1\u202f234", 1234),
        (" 12 ", 12),
        ("1.234.567", 1_234_567),
        ("12 345 678", 12_345_678),
        ("0" * 5000 + "7", 7),
    ],
)
def test_a_count_reads_plain_and_grouped_digits(typed: str, count: int | None) -> None:
    assert read_count(typed) == count


@pytest.mark.parametrize(
    ("typed", "code", "hint"),
    [
        ("12,5", "type", "số lẻ"),
        ("1.234,5", "type", "số lẻ"),
        ("1.23", "format", "từng nhóm ba chữ số"),
        ("1.2345", "format", "từng nhóm ba chữ số"),
        ("0.123", "format", "từng nhóm ba chữ số"),
        ("12 34", "format", "từng nhóm ba chữ số"),
        ("1.234 567", "format", "từng nhóm ba chữ số"),
        ("1,234", "format", "thì ghi 1.234"),
        ("1,234,567", "format", "thì ghi 1.234.567"),
        ("~60", "type", "chính xác"),
        ("3-4", "type", "chính xác"),
        ("3 – 4", "type", "chính xác"),
        ("hơn 20", "type", "chính xác"),
        ("Khoảng 20", "type", "chính xác"),
        ("20+", "type", "chính xác"),
        ("1/2", "type", "chính xác"),
        ("96 lượt", "type", "bỏ phần chữ: 96"),
        ("1.500 tờ", "type", "bỏ phần chữ: 1.500"),
        ("60%", "type", "bỏ phần chữ: 60"),
        ("O", "type", "nếu là 0 thì gõ 0"),
        ("l2", "type", "nếu là 12 thì gõ 12"),
        ("1O", "type", "nếu là 10 thì gõ 10"),
        ("٣", "type", "nếu là 3 thì gõ 3"),
        ("１２", "type", "nếu là 12 thì gõ 12"),
        ("४ lượt", "type", "ví dụ 12"),
        ("1e3", "type", "không phải là số nguyên"),
        ("1_000", "type", "không phải là số nguyên"),
        ("7h30", "type", "không phải là số nguyên"),
        ("15 buổi/450 lượt người", "type", "không phải là số nguyên"),
        ("=1+1", "type", "không phải là số nguyên"),
        ("5²", "type", "không phải là số nguyên"),
        ("chưa thống kê", "type", "để trống"),
        ("+5", "type", "Bỏ dấu +, chỉ ghi 5"),
        ("-5", "range", "nhỏ hơn 0"),
        ("−5", "range", "nhỏ hơn 0"),
        ("-", "type", "ghi 0"),
        ("không có", "type", "ghi 0"),
        ("x", "type", "ghi 0"),
        ("9" * 16, "range", "lớn quá"),
        ("9" * 5000, "range", "lớn quá"),
    ],
)
def test_a_count_refuses_the_rest_and_says_what_to_type(typed: str, code: str, hint: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_count(typed)
    assert refused.value.code == code
    assert hint in refused.value.sentence
    assert len(refused.value.sentence) < 250


@pytest.mark.parametrize(
    ("typed", "quantity"),
    [
        ("", None),
        ("0", "0"),
        ("12,5", "12.5"),
        ("05,50", "5.50"),
        ("1.234", "1234"),
        ("1.234,5", "1234.5"),
        ("1 234,25", "1234.25"),
        ("1,234", "1.234"),
        ("0,5", "0.5"),
    ],
)
def test_a_quantity_reads_a_decimal_comma(typed: str, quantity: str | None) -> None:
    assert read_quantity(typed) == quantity


@pytest.mark.parametrize(("typed", "quantity"), [("-40", "-40"), ("−12,5", "-12.5"), ("- 1.234", "-1234"), ("3", "3")])
def test_what_may_be_below_nothing_is_read_with_its_sign(typed: str, quantity: str) -> None:
    assert read_quantity(typed, below_nothing=True) == quantity


@pytest.mark.parametrize("typed", ["--4", "-", "-4-", "-1.5"])
def test_a_sign_makes_nothing_else_readable(typed: str) -> None:
    with pytest.raises(Unreadable):
        read_quantity(typed, below_nothing=True)


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("1.5", "thì ghi 1,5"),
        ("0.123", "thì ghi 0,123"),
        ("1,234,567", "thì ghi 1.234.567"),
        ("1,1234567", "tối đa 6 chữ số"),
        ("12,", "không phải là số"),
        (",5", "không phải là số"),
        ("-1,5", "nhỏ hơn 0"),
        ("+1,5", "chỉ ghi 1,5"),
        ("1e3", "không phải là số"),
        ("~1,5", "chính xác"),
    ],
)
def test_a_quantity_refuses_what_reads_two_ways(typed: str, hint: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_quantity(typed)
    assert hint in refused.value.sentence


@given(st.integers(0, 10**15 - 1))
def test_every_count_written_the_vietnamese_way_reads_back(count: int) -> None:
    assert read_count(number(count)) == count
    assert read_count(str(count)) == count
    assert read_count(number(count).replace(".", " ")) == count


@given(st.decimals(min_value=0, max_value=10**9, places=3))
def test_every_quantity_written_the_vietnamese_way_reads_back(quantity: Decimal) -> None:
    assert Decimal(read_quantity(number(quantity)) or "") == quantity


_MEANT = re.compile(r"[0-9]+|[1-9][0-9]{0,2}(?:(?:\.[0-9]{3})+|(?: [0-9]{3})+)", re.ASCII)


@given(st.one_of(st.text(), st.text("0123456789., -+olO~%", max_size=12), st.from_regex(r"[0-9]{1,4}[.,][0-9]{1,4}")))
def test_a_count_is_never_guessed(text: str) -> None:
    plain = " ".join(text.replace("\u00a0", " ").split())
    try:
        count = read_count(text)
    except Unreadable:
        return
    if count is None:
        assert not any(char.isalnum() for char in text)
    else:
        assert _MEANT.fullmatch(plain)
        assert str(count) == (re.sub("[. ]", "", plain).lstrip("0") or "0")
