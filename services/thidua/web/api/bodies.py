"""Bodies of requests that do something to a report: an object with known keys of known types."""

from __future__ import annotations

from collections.abc import Mapping

from thidua.domain.errors import InvalidPayloadError
from thidua.forms.readers import clean_json
from thidua.web.api.answers import read_json
from thidua_sdk import Finding
from thidua_sdk import Level

__all__ = ["NUMBERS", "checked", "read_body"]

#: Ids and revision numbers fit the database's whole numbers.
NUMBERS = range(2**62)
#: More unknown names than this are one mistake; listing them all helps nobody.
_MOST_UNKNOWN = 20
_WORDS: Mapping[type, str] = {int: "số nguyên từ 0", str: "chữ", bool: "true hoặc false", list: "danh sách"}


def read_body(required: Mapping[str, type], optional: Mapping[str, type]) -> dict[str, object]:
    """Read the request's JSON object.

    Args:
        required: keys that must be there, with the type of their value.
        optional: keys that may be there; ``null`` is as good as not given.

    Returns:
        The values by key, those not given left out; whole numbers are within :data:`NUMBERS`.

    Raises:
        MalformedRequestError: the body is no sound JSON.
        InvalidPayloadError: it is something else than asked for; everything wrong is listed.
    """
    values, findings = checked(clean_json(read_json()), required, optional, "")
    if findings:
        raise InvalidPayloadError("Không đọc được yêu cầu.", findings)
    return values


def checked(
    data: object, required: Mapping[str, type], optional: Mapping[str, type], where: str
) -> tuple[dict[str, object], list[Finding]]:
    """Check one object of a body; ``where`` is its pointer. Returns what is sound, and what is wrong."""
    if not isinstance(data, dict):
        return {}, [_error("type", "Phải là một đối tượng JSON.", where or "/")]
    known = {**required, **optional}
    values: dict[str, object] = {}
    findings = [
        _error("unknown", "Yêu cầu không có mục nào tên như vậy.", f"{where}/{_escaped(name)}")
        for name in sorted(data.keys() - known.keys())[:_MOST_UNKNOWN]
    ]
    for name, kind in known.items():
        value = data.get(name)
        if value is None:
            if name in required:
                findings.append(_error("required", "Thiếu mục này.", f"{where}/{name}"))
        elif type(value) is not kind or (kind is int and value not in NUMBERS):
            findings.append(_error("type", f"Phải là {_WORDS[kind]}.", f"{where}/{name}"))
        else:
            values[name] = value
    return values, findings


def _error(code: str, message: str, pointer: str) -> Finding:
    return Finding(code, Level.ERROR, message, (pointer,))


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")[:60]
