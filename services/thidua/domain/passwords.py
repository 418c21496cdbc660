"""Which passwords are sound, and what makes two of them the same.

Length and being hard to guess are all that is asked: no kinds of letters, no change after so many days.
Any character counts, spaces and emoji too.
"""

from __future__ import annotations

import importlib
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from typing import Final

from thidua.domain.errors import UnsoundPasswordError

__all__ = ["LONGEST", "SHORTEST", "context_words", "normalised", "sound_password"]

#: In characters (code points) once normalised.
SHORTEST: Final = 12
LONGEST: Final = 128

#: What is looked at of a text before it is known to be short: putting marks in order takes time by the
#: square of their number, and no password of 128 characters has more than this many marks typed apart.
_MOST_TYPED: Final = 4 * LONGEST

#: What must be left of a password without the words that anybody here would try.
_OWN: Final = 8
#: What may stand around a common password and still be no more than decoration.
_DECORATION: Final = 6
#: Fewer different characters than this are a pattern.
_FEWEST_DIFFERENT: Final = 5
#: Shortest word that is looked for inside a password.
_SHORTEST_WORD: Final = 4

#: Where o and a, o and e, u and y stand together, a mark on the first is put on the second.
_OLD_STYLE = re.compile("(?i)(o)([\u0300\u0301\u0303\u0309\u0323])([ae])|(u)([\u0300\u0301\u0303\u0309\u0323])(y)")
_MARKS = re.compile("[\u0300-\u036f]")
_NOT_LETTERS = re.compile(r"[^a-z]+")
_ENDS = re.compile(r"^[^a-z@$]+|[^a-z]+$")
_DIGITS = re.compile(r"\d+")
_SEPARATORS = re.compile(r"[\W_]+")
_YEAR = re.compile(r"(?:19|20)\d\d")
_WORD = re.compile(r"[^\W_]+")
_LOOKALIKES = str.maketrans("013457@$!", "oieastasi")
#: Rows of a keyboard, and the orders everybody knows.
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "0123456789" * 3,
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1q2w3e4r5t6y7u8i9o0p",
)

#: What Vietnamese users are known to take, and the name of the program.
_HERE = frozenset(
    {"matkhau", "matkhaumoi", "anhyeuem", "emyeuanh", "vietnam", "hanoi", "xinchao", "khongbiet", "quantri", "thidua"}
)
#: What lists of common passwords have under their English names only.
_PRODUCT = ("thi đua", "phong trào thi đua", "báo cáo", "mật khẩu")


def normalised(text: str) -> str:
    """Return a password as it is hashed: the same for the same keys on any keyboard.

    Composed letters and letters with marks typed apart are one (NFC). So are the two ways to place a
    tone on *oa*, *oe* and *uy* (hòa, hoà): which comes out of the same keys is a setting of the
    machine's input method, and nobody sees it under the dots. Nothing else is changed.
    """
    if len(text) > _MOST_TYPED:
        return ""
    apart = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", _OLD_STYLE.sub(_to_new_style, apart))


def sound_password(text: str, words: Iterable[str] = ()) -> str:
    """Judge a new password.

    Args:
        text: as typed.
        words: of :func:`context_words`: what anybody would try here.

    Returns:
        The password normalised, ready to be hashed.

    Raises:
        UnsoundPasswordError: it is too short, too long or easy to guess; the message says which.
    """
    if len(text) > _MOST_TYPED:
        raise UnsoundPasswordError(f"Mật khẩu không được dài quá {LONGEST} ký tự.", subject="password")
    password = normalised(text)
    if len(password) < SHORTEST:
        raise UnsoundPasswordError(
            f"Mật khẩu phải có ít nhất {SHORTEST} ký tự; một câu ngắn dễ nhớ là được.", subject="password"
        )
    if len(password) > LONGEST:
        raise UnsoundPasswordError(f"Mật khẩu không được dài quá {LONGEST} ký tự.", subject="password")
    folded = _folded(password)
    if _is_pattern(folded):
        raise UnsoundPasswordError(
            "Mật khẩu chỉ lặp lại hoặc gõ theo dãy phím nên rất dễ đoán; hãy chọn mật khẩu khác.", subject="password"
        )
    if _is_common(folded):
        raise UnsoundPasswordError(
            "Mật khẩu này nằm trong danh sách hay bị đoán nhất; hãy chọn mật khẩu khác.", subject="password"
        )
    if _is_of_context(folded, words):
        raise UnsoundPasswordError(
            "Mật khẩu chủ yếu gồm tên phần mềm, cơ quan, địa phương, tên của bạn hoặc năm nên dễ đoán; "
            "hãy thêm từ ngữ của riêng bạn.",
            subject="password",
        )
    return password


def context_words(names: Iterable[str]) -> frozenset[str]:
    """Return the words to be looked for in passwords, without marks, spaces and capitals.

    Args:
        names: of units, places, persons, and codes; each gives its words, its words two by two, itself
            without spaces, and its initials behind its first word (sotttt).
    """
    found: set[str] = set()
    for name in (*names, *_PRODUCT):
        parts = _WORD.findall(_folded(name))
        initials = "".join(part[0] for part in parts[1:] if part != "va")
        found.update(parts)
        found.update(first + second for first, second in pairwise(parts))
        found.add("".join(parts))
        if parts:
            found.update((parts[0] + initials, parts[0][0] + initials))
    return frozenset(word for word in found if len(word) >= _SHORTEST_WORD)


def _to_new_style(found: re.Match[str]) -> str:
    first, mark, second = (part for part in found.groups() if part is not None)
    return first + second + mark


def _folded(text: str) -> str:
    """Return a text in small letters without marks; đ is d."""
    return _MARKS.sub("", unicodedata.normalize("NFD", text)).casefold().replace("đ", "d")


def _is_pattern(folded: str) -> bool:
    if len(set(folded)) < _FEWEST_DIFFERENT:
        return True
    bare = _SEPARATORS.sub("", folded)
    unit = _repeated(bare)
    return bool(bare) and any(_is_run(part) for part in {unit, bare})


def _is_run(text: str) -> bool:
    """Tell whether a text is keys in a row, or a few such rows one after the other."""
    left, pieces = text, 0
    while left:
        length = max((_shared(left, row) for way in _ROWS for row in (way, way[::-1])), default=0)
        if length < _SHORTEST_WORD:
            return False
        left, pieces = left[length:], pieces + 1
    return pieces <= 3  # noqa: PLR2004  more rows in a row are nobody's habit


def _shared(text: str, row: str) -> int:
    """Return how long a piece of a row a text begins with."""
    start = row.find(text[0])
    length = 0
    while start >= 0 and length < len(text) and start + length < len(row) and text[length] == row[start + length]:
        length += 1
    return length


def _repeated(text: str) -> str:
    """Return the part that a text repeats from its start to its end, the text itself if it repeats none."""
    place = (text + text).find(text, 1)
    return text[:place] if 0 < place < len(text) else text


def _is_common(folded: str) -> bool:
    """Tell whether a text is a common password, again and again or between decorations."""
    common = _common()
    whole = "".join(folded.split())
    trimmed = _ENDS.sub("", whole)
    around = _DIGITS.findall(whole.replace(trimmed, " ", 1)) if trimmed else []
    spelled = trimmed.translate(_LOOKALIKES)
    for text, digits in (
        (whole, ""),
        (_SEPARATORS.sub("", whole), ""),
        (_NOT_LETTERS.sub("", whole), "".join(_DIGITS.findall(whole))),
        (_NOT_LETTERS.sub("", spelled), "".join(around)),
    ):
        if text and (text in common or _repeated(text) in common) and _is_decoration(digits):
            return True
    return False


def _is_decoration(digits: str) -> bool:
    return len(digits) <= _DECORATION or _is_run(digits) or not _YEAR.sub("", digits)


def _is_of_context(folded: str, words: Iterable[str]) -> bool:
    bare = _SEPARATORS.sub("", folded)
    left = bare
    for word in sorted(words, key=len, reverse=True):
        left = left.replace(word, " ")
    without_years = _YEAR.sub(" ", left)
    if without_years == bare:
        return False
    own = _NOT_LETTERS.sub("", without_years)
    others = sum(1 for letter in without_years if letter > "\x7f")
    return len(_repeated(own)) + others < _OWN


@cache
def _common() -> frozenset[str]:
    """Return the 30,000 most common passwords and those of here.

    Loaded where somebody first sets a password: the module takes 50 ms and 14 MB, which commands and
    workers need not pay.
    """
    lists: dict[str, list[str]] = importlib.import_module("zxcvbn.frequency_lists").FREQUENCY_LISTS
    return frozenset(_folded(each) for each in lists["passwords"]) | _HERE
