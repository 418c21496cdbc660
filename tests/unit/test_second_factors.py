"""Codes from a clock and a seed, codes on paper, and seals on what is stored."""

from __future__ import annotations

from datetime import UTC
from datetime import datetime
from datetime import timedelta

import pytest

from thidua.adapters.seals import AesSeals
from thidua.domain.credentials import matching_step
from thidua.domain.credentials import new_recovery_codes
from thidua.domain.credentials import recovery_digest
from thidua.domain.errors import BrokenSealError

#: The secret of RFC 6238, appendix B, in base32; its codes have eight digits, of which six are shown.
SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
KEY, OTHER = "k" * 40, "o" * 40


@pytest.mark.parametrize(
    ("second", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_codes_are_those_of_the_standard(second: int, code: str) -> None:
    assert matching_step(SEED, code, datetime.fromtimestamp(second, UTC)) == second // 30


def test_a_clock_may_be_off_by_one_step_and_no_more() -> None:
    then = datetime.fromtimestamp(1111111110, UTC)
    found = [matching_step(SEED, "050471", then + timedelta(seconds=30 * steps)) for steps in range(-3, 4)]
    step = 1111111110 // 30
    assert found == [None, None, step, step, step, None, None]


def test_blanks_are_ignored_and_other_digits_are_none() -> None:
    then = datetime.fromtimestamp(59, UTC)
    assert matching_step(SEED, " 287 082 ", then) == 1
    for typed in ("", "28708", "2870820", "٢٨٧٠٨٢", "287082a", "-287082x", "0x1234"):
        assert matching_step(SEED, typed, then) is None


def test_recovery_codes_are_ten_and_hard_to_guess_and_read_however_they_are_typed() -> None:
    codes = new_recovery_codes()
    assert len(set(codes)) == 10
    assert all(len(code.replace("-", "")) * 5 >= 112 for code in codes)
    digest = recovery_digest(7, codes[0])
    assert digest
    assert recovery_digest(7, f" {codes[0].lower().replace('-', ' ')} ") == digest
    assert recovery_digest(8, codes[0]) != digest
    for typed in ("", "123456", codes[0][:-1], codes[0] + "A", codes[0].replace(codes[0][0], "1")):
        assert recovery_digest(7, typed) is None


def test_what_is_sealed_is_not_to_be_seen_and_opens_again() -> None:
    seals = AesSeals(KEY)
    sealed = seals.seal(SEED, "seed of 7")
    assert SEED not in sealed
    assert sealed != seals.seal(SEED, "seed of 7")
    assert seals.open(sealed, "seed of 7") == SEED


def test_a_seal_opens_with_a_former_key_while_it_is_given_and_not_after() -> None:
    sealed = AesSeals(KEY).seal(SEED, "seed of 7")
    rotated = AesSeals(OTHER, [KEY])
    assert rotated.open(sealed, "seed of 7") == SEED
    assert AesSeals(OTHER).open(rotated.seal(SEED, "seed of 7"), "seed of 7") == SEED
    with pytest.raises(BrokenSealError):
        AesSeals(OTHER).open(sealed, "seed of 7")


def test_a_seal_of_one_person_is_no_good_for_another_and_none_can_be_changed() -> None:
    seals = AesSeals(KEY)
    sealed = seals.seal(SEED, "seed of 7")
    for about, text in [
        ("seed of 8", sealed),
        ("seed of 7", sealed[:-4] + ("AAA=" if sealed[-4:] != "AAA=" else "BBB=")),
        ("seed of 7", sealed[:20]),
        ("seed of 7", ""),
        ("seed of 7", "đ"),
        ("seed of 7", "not base64!"),
    ]:
        with pytest.raises(BrokenSealError):
            seals.open(text, about)


def test_what_is_derived_follows_from_the_key_and_the_text_alone() -> None:
    assert AesSeals(KEY).derived("a") == AesSeals(KEY, [OTHER]).derived("a")
    assert len({AesSeals(KEY).derived("a"), AesSeals(KEY).derived("b"), AesSeals(OTHER).derived("a")}) == 3
