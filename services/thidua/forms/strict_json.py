"""JSON as it comes in from outside: what the database cannot store is refused here.

The standard parser takes more than JSON (``NaN``), loses what is said twice (repeated names),
falls over deep nesting, and lets through text and numbers no database column takes. Every
refusal is one sentence for the sender; nothing else is ever raised.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator

from thidua.domain.errors import MalformedRequestError
from thidua.forms.describe import pointer_part
from thidua.forms.wording import number
from thidua.forms.wording import quoted

__all__ = ["MAX_BYTES", "MAX_DEPTH", "loads"]

#: A report of four long texts and two full tables takes a tenth of this.
MAX_BYTES = 1024 * 1024
#: An envelope is four deep.
MAX_DEPTH = 32

_BIGINT = 2**63
_BIGINT_DIGITS = 20

# Possessive throughout: a body full of quotes that never close is read once, not once per quote.
_BRACKETS = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)


def loads(body: bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> object:
    """Parse a JSON text of a request.

    Args:
        body: the bytes as received.
        max_bytes: the longest body taken.
        max_depth: how deep lists and objects may nest; checked before parsing.

    Returns:
        The value: names are distinct, whole numbers fit 64 bits, others are finite, texts hold
        neither NUL nor half a surrogate pair.

    Raises:
        MalformedRequestError: anything else; the message says where.
    """
    if len(body) > max_bytes:
        raise MalformedRequestError(f"Nội dung gửi lên dài quá {number(max_bytes)} byte.")
    if body.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise MalformedRequestError("Nội dung JSON không được bắt đầu bằng dấu thứ tự byte (BOM).")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedRequestError(f"Nội dung không phải UTF-8 (từ byte thứ {error.start + 1}).") from None
    _require_shallow(body, max_depth)
    try:
        value: object = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise MalformedRequestError(
            f"Nội dung không phải JSON hợp lệ (dòng {error.lineno}, cột {error.colno})."
        ) from None
    # A raw NUL or half pair is no JSON or no UTF-8, so only an escape can bring one in.
    if b"\\u" in body:
        _require_storable(value)
    return value


def _require_shallow(body: bytes, max_depth: int) -> None:
    # Nothing nests deeper than it has brackets; counting them costs a twentieth of reading on.
    if body.count(b"{") + body.count(b"[") <= max_depth:
        return
    depth = 0
    for match in _BRACKETS.finditer(body):
        mark = match[0]
        if mark in {b"[", b"{"}:
            depth += 1
            if depth > max_depth:
                raise MalformedRequestError(f"Nội dung JSON lồng nhau quá {max_depth} tầng.")
        elif mark in {b"]", b"}"}:
            depth -= 1


def _no_constant(name: str) -> object:
    raise MalformedRequestError(f"JSON không có giá trị {name}.")


def _bigint(digits: str) -> int:
    if len(digits) <= _BIGINT_DIGITS and -_BIGINT <= (whole := int(digits)) < _BIGINT:
        return whole
    raise MalformedRequestError(f"Số {quoted(digits)} quá lớn.")


def _finite(digits: str) -> float:
    real = float(digits)
    if math.isfinite(real):
        return real
    raise MalformedRequestError(f"Số {quoted(digits)} quá lớn.")


def _distinct(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) < len(pairs):
        (twice, _), *_ = Counter(name for name, _ in pairs).most_common(1)
        raise MalformedRequestError(f"Tên {quoted(twice)} xuất hiện hai lần trong một đối tượng.")
    return made


# Made once: json.loads makes one for every call that asks for anything special.
_DECODER = json.JSONDecoder(
    parse_constant=_no_constant, parse_int=_bigint, parse_float=_finite, object_pairs_hook=_distinct
)


def _require_storable(value: object) -> None:
    for text, pointer in _texts(value, ""):
        if "\x00" in text or any("\ud800" <= char <= "\udfff" for char in text):
            where = pointer.encode("utf-8", "replace").decode()
            raise MalformedRequestError(
                f"Chữ tại {quoted(where or '/')} có ký tự không lưu được (NUL hoặc nửa cặp thay thế).", subject=where
            )


def _texts(value: object, pointer: str) -> Iterator[tuple[str, str]]:
    """Yield every text and every name with the place it stands in; as deep as the value nests."""
    if isinstance(value, str):
        yield value, pointer
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield name, pointer
            yield from _texts(inner, f"{pointer}/{pointer_part(name)}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _texts(inner, f"{pointer}/{index}")
