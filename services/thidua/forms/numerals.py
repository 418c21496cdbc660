"""Numbers as Vietnamese people type them: dots between thousands, a decimal comma.

A reader takes what can be read in one way only and refuses the rest aloud, with a sentence
that says what to type. It suggests and never applies: a number guessed wrong is filed, summed
and printed before anyone looks at it again.
"""

from __future__ import annotations

import re
import unicodedata

from thidua.forms.texts import clean_text
from thidua.forms.wording import number
from thidua.forms.wording import quoted

__all__ = ["Unreadable", "read_count", "read_quantity"]

_GROUPED = r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+|[1-9][0-9]{0,2}(?: [0-9]{3})+"
_WHOLE = re.compile(rf"[0-9]+|{_GROUPED}")
_DECIMAL = re.compile(rf"([0-9]+|{_GROUPED})(?:,([0-9]+))?")
_WITH_WORDS = re.compile(rf"([0-9]+|{_GROUPED}) ?(?:%|[^\W\d_¹²³¼½¾])[^0-9]*")
_ROUGH = re.compile(r"(?:[~≈<>≤≥]|(?:hơn|trên|dưới|gần|khoảng|độ|tầm|chừng|ước)\b).*", re.IGNORECASE)
_SPAN = re.compile(r"[0-9.]+ ?[-–—/] ?[0-9.]+|[0-9.]+ ?\+")
_NEGATIVE = re.compile(r"[-–—−] ?[0-9][0-9., ]*")
_COMMAS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+")
_POINT = re.compile(r"[0-9]+\.[0-9]+")
_LOOKALIKES = str.maketrans("OoΟοОоlI|", "000000111")
_NOTHING = frozenset(("không", "không có", "ko", "k", "ko có", "-", "–", "—", "x", "n/a"))

#: More digits than any figure of a report; the schema sets the real bound.
_MOST_DIGITS = 15
_MOST_PLACES = 6

_NONE_OR_UNKNOWN = "Không có thì ghi 0, chưa có số liệu thì để trống."


class Unreadable(ValueError):  # noqa: N818  it is not a fault of the program but an answer to a person
    """What was typed cannot be read; ``code`` as in findings, ``sentence`` says what to type."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


def read_count(text: str) -> int | None:
    """Read a whole number: ``1234``, ``1.234``, ``1 234``, ``05``.

    Returns:
        The number; None for an empty cell (no data). ``0`` is 0 (none).

    Raises:
        Unreadable: anything else; nothing is guessed.
    """
    typed = clean_text(text, lines=False)
    if not typed:
        return None
    if _WHOLE.fullmatch(typed):
        return int(_digits(typed))
    raise (
        _refusal(typed, example="12 hoặc 1.234")
        or _refused_commas(typed)
        or _refused_decimal(typed)
        or _not_a_number(typed, "số nguyên")
    )


def read_quantity(text: str, *, below_nothing: bool = False) -> str | None:
    """Read a number that may have decimals: ``12,5``, ``1.234,5``, ``1.234`` (one thousand …).

    Args:
        text: as typed.
        below_nothing: what is asked may be less than 0, such as a temperature: ``-40``, ``−12,5``.

    Returns:
        The number as JSON takes it, with a decimal point (``12.5``); None for an empty cell.

    Raises:
        Unreadable: anything else, ``1.5`` too: it may be meant as 1,5 or be a slip in 1.500.
    """
    typed = clean_text(text, lines=False)
    if not typed:
        return None
    if below_nothing and _NEGATIVE.fullmatch(typed):
        read = read_quantity(typed[1:])
        return read and f"-{read}"
    match = _DECIMAL.fullmatch(typed)
    if match and len(match[2] or "") <= _MOST_PLACES:
        whole = str(int(_digits(match[1])))
        return f"{whole}.{match[2]}" if match[2] else whole
    raise (
        _refusal(typed, example="12 hoặc 12,5")
        or _refused_point(typed)
        or _refused_commas(typed)
        or _not_a_number(typed, "số")
    )


def _digits(grouped: str) -> str:
    digits = grouped.replace(".", "").replace(" ", "").lstrip("0") or "0"
    if len(digits) > _MOST_DIGITS:
        raise Unreadable("range", f"Số {quoted(grouped)} lớn quá mức có thể có; hãy kiểm tra lại.")
    return digits


def _refusal(typed: str, *, example: str) -> Unreadable | None:  # noqa: PLR0911  one return for each way to be wrong
    """Say what is wrong with a number of any kind; None if nothing here fits."""
    western = "".join(str(unicodedata.decimal(char, char)) for char in typed)
    if western != typed:
        hint = f"nếu là {western} thì gõ {western}" if _WHOLE.fullmatch(western) else f"ví dụ {example}"
        return Unreadable("type", f"{quoted(typed)} không gõ bằng chữ số thường 0–9; {hint}.")
    if _NEGATIVE.fullmatch(typed):
        return Unreadable("range", f"Số không được nhỏ hơn 0. {_NONE_OR_UNKNOWN}")
    if typed.startswith("+") and _DECIMAL.fullmatch(typed[1:].lstrip(" ")):
        return Unreadable("type", f"Bỏ dấu +, chỉ ghi {typed[1:].lstrip(' ')}.")
    if typed.lower() in _NOTHING:
        return Unreadable("type", f"{quoted(typed)} không phải là số. {_NONE_OR_UNKNOWN}")
    if _ROUGH.fullmatch(typed) or _SPAN.fullmatch(typed):
        return Unreadable("type", f"{quoted(typed)} chưa phải một con số chính xác; hãy ghi đúng số đã đếm được.")
    with_words = _WITH_WORDS.fullmatch(typed)
    if with_words and not _WHOLE.fullmatch(typed.translate(_LOOKALIKES)):
        return Unreadable("type", f"Chỉ ghi con số, bỏ phần chữ: {with_words[1]}.")
    meant = typed.translate(_LOOKALIKES)
    if meant != typed and _WHOLE.fullmatch(meant):
        return Unreadable("type", f"{quoted(typed)} có chữ cái lẫn vào chữ số; nếu là {meant} thì gõ {meant}.")
    return None


def _refused_commas(typed: str) -> Unreadable | None:
    if not _COMMAS.fullmatch(typed):
        return None
    dotted = typed.replace(",", ".")
    return Unreadable(
        "format", f"{quoted(typed)} không rõ là số nào: dấu phẩy đứng trước phần lẻ. Nếu là {dotted} thì ghi {dotted}."
    )


def _refused_decimal(typed: str) -> Unreadable | None:
    if _DECIMAL.fullmatch(typed):
        return Unreadable("type", f"{quoted(typed)} là số lẻ; ô này chỉ nhận số nguyên, ví dụ 12 hoặc 1.234.")
    if re.fullmatch(r"[0-9]+(?:[. ][0-9]+)+", typed):
        return Unreadable(
            "format",
            f"{quoted(typed)} không rõ là số nào: dấu chấm chỉ ngăn từng nhóm ba chữ số, ví dụ 1.234. "
            "Ô này chỉ nhận số nguyên.",
        )
    return None


def _refused_point(typed: str) -> Unreadable | None:
    if _POINT.fullmatch(typed):
        comma = typed.replace(".", ",")
        return Unreadable(
            "format",
            f"{quoted(typed)} không rõ là số nào: dấu chấm ngăn từng nhóm ba chữ số, dấu phẩy đứng trước phần lẻ. "
            f"Nếu là số lẻ thì ghi {comma}.",
        )
    if _DECIMAL.fullmatch(typed):
        return Unreadable("format", f"Chỉ nhận tối đa {_MOST_PLACES} chữ số sau dấu phẩy.")
    return None


def _not_a_number(typed: str, kind: str) -> Unreadable:
    return Unreadable("type", f"{quoted(typed)} không phải là {kind}, ví dụ {number(1234)}. {_NONE_OR_UNKNOWN}")
