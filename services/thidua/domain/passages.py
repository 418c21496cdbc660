"""Which words of a text stand in another text too, however its dates and places were changed.

A text becomes words without what changes honestly or trivially: numbers, dates, spans of time and
names of places are masked, case, spacing, punctuation and the place of tone marks are levelled.
Four words in a row are a shingle; ten or more words of one text that are covered by shingles of
the other, hardly interrupted, are copied. Texts shorter than that say nothing about copying. All of it takes time
linear in the text, whatever stands in it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache

__all__ = ["LEAST_WORDS", "SHINGLE", "copied_runs", "covered", "same_spans", "shingles", "words"]

#: Words in a shingle. Three would meet by chance in set phrases such as "an toàn giao thông".
SHINGLE = 4

#: Words that may differ between runs that belong together.
_GAP = 2

#: Words that must be the same in one place before they count, and the length of the shortest text
#: that can be judged at all: "Không có", "Tiếp tục tuyên truyền" lie below.
LEAST_WORDS = 10

#: What is longer than any word is read in pieces, so that the memory of levelled words stays small.
_WORD = re.compile(r"\w{1,40}")
_TIME = "@thời gian"
_PLACE = "@địa danh"
_NUMBER = "#"

#: "hoà" and "hòa", "thuỷ" and "thủy" are one word each (domain rule 2.3: spelling variants are one name).
_TONES = (
    *zip(("oà", "oá", "oả", "oã", "oạ"), ("òa", "óa", "ỏa", "õa", "ọa"), strict=True),
    *zip(("oè", "oé", "oẻ", "oẽ", "oẹ"), ("òe", "óe", "ỏe", "õe", "ọe"), strict=True),
    *zip(("uỳ", "uý", "uỷ", "uỹ", "uỵ"), ("ùy", "úy", "ủy", "ũy", "ụy"), strict=True),
)

#: A span of time holds one of these; the others only belong to it beside one.
_TIME_WORDS = frozenset(("ngày", "tháng", "qúy", "năm", "kỳ", "tuần"))
_BESIDE_TIME = frozenset(
    (
        *("đầu", "cuối", "cả", "nửa", "trong", "từ", "đến", "hết", "nay", "qua", "vừa", "trước", "này", "sau"),
        *("một", "hai", "ba", "bốn", "tư", "sáu", "bảy", "tám", "chín", "mười", "i", "ii", "iii", "iv"),
    )
)
_PLACES = frozenset(("tỉnh", "huyện", "phố", "xã", "phường", "trấn", "thôn", "bản"))


def words(text: str) -> list[str]:
    """Split a text into levelled words; masks stand for numbers, spans of time and names of places."""
    masked, _, _ = _masked(_WORD.findall(unicodedata.normalize("NFC", text)))
    return masked


def shingles(text_words: Sequence[str]) -> list[int]:
    """Return the hash of every shingle in order, none for a text too short to be judged.

    Hashes hold within one process only.
    """
    if len(text_words) < LEAST_WORDS:
        return []
    return list(map(hash, zip(*(text_words[place:] for place in range(SHINGLE)), strict=False)))


def covered(text_shingles: Sequence[int], wanted: AbstractSet[int]) -> list[bool]:
    """Tell for each word of a text whether it lies in one of the wanted shingles."""
    lies = [False] * (len(text_shingles) + SHINGLE - 1 if text_shingles else 0)
    for place, shingle in enumerate(text_shingles):
        if shingle in wanted:
            lies[place : place + SHINGLE] = [True] * SHINGLE
    return lies


def copied_runs(text_shingles: Sequence[int], shared: AbstractSet[int]) -> Iterator[tuple[int, int]]:
    """Find the runs of words that the shared shingles cover: (first, after the last).

    Runs with at most ``_GAP`` other words between them belong together, so that a word changed here
    and there hides nothing; those that belong together count if they cover ``LEAST_WORDS``.
    """
    chain: list[tuple[int, int]] = []
    length = 0
    for run in _runs(text_shingles, shared):
        if chain and run[0] - chain[-1][1] > _GAP:
            if length >= LEAST_WORDS:
                yield from chain
            chain, length = [], 0
        chain.append(run)
        length += run[1] - run[0]
    if length >= LEAST_WORDS:
        yield from chain


def _runs(text_shingles: Sequence[int], shared: AbstractSet[int]) -> Iterator[tuple[int, int]]:
    start = end = -1
    for place, shingle in enumerate(text_shingles):
        if shingle not in shared:
            continue
        if place > end:
            if end > start:
                yield start, end
            start = place
        end = place + SHINGLE
    if end > start:
        yield start, end


def same_spans(text: str, shared: AbstractSet[int]) -> tuple[tuple[int, int], ...]:
    """Return where in a text (NFC) its copied runs stand, as character positions: (first, after the last)."""
    found = list(_WORD.finditer(text))
    masked, firsts, lasts = _masked([match[0] for match in found])
    return tuple(
        (found[firsts[start]].start(), found[lasts[end - 1]].end())
        for start, end in copied_runs(shingles(masked), shared)
    )


def _masked(written: Sequence[str]) -> tuple[list[str], list[int], list[int]]:
    """Return the levelled words, with the places of the first and last written word behind each."""
    found: list[str] = []
    firsts: list[int] = []
    lasts: list[int] = []
    waiting_from: int | None = None
    holds_time = after_place = False
    for place, each in enumerate((*written, "")):
        word, belongs, is_time = _levelled(each)
        if belongs:
            waiting_from = place if waiting_from is None else waiting_from
            holds_time = holds_time or is_time
            after_place = False
            continue
        if waiting_from is not None:
            if holds_time:
                found.append(_TIME)
                firsts.append(waiting_from)
                lasts.append(place - 1)
            else:
                for number in range(waiting_from, place):
                    unmasked = _levelled(written[number])[0]
                    if unmasked == _NUMBER and found and found[-1] == _NUMBER:
                        lasts[-1] = number
                    else:
                        found.append(unmasked)
                        firsts.append(number)
                        lasts.append(number)
            waiting_from, holds_time = None, False
        if after_place and each.istitle():
            if found[-1] == _PLACE:
                lasts[-1] = place
                continue
            word = _PLACE
        else:
            after_place = word in _PLACES
        found.append(word)
        firsts.append(place)
        lasts.append(place)
    return found[:-1], firsts[:-1], lasts[:-1]


@lru_cache(maxsize=8192)
def _levelled(word: str) -> tuple[str, bool, bool]:
    """Return the levelled word, whether it may belong to a span of time, and whether it makes one."""
    if word and not word.isalpha():
        return _NUMBER, True, False
    word = word.casefold()
    for wrong, right in _TONES:
        word = word.replace(wrong, right)
    is_time = word in _TIME_WORDS
    return word, is_time or word in _BESIDE_TIME, is_time
