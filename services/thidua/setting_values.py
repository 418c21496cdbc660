"""Where an installation's settings come from, and how each is read: files first, the environment over them.

A reader takes what stands in a file, or a text from the environment, and refuses by ``ValueError`` with
a Vietnamese sentence's end; :class:`Values` adds file and key.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from typing import TypeVar
from zoneinfo import ZoneInfo
from zoneinfo import ZoneInfoNotFoundError

from thidua.provider_settings import CLIENT_SECRET
from thidua.secret_keys import AUDIT_KEY
from thidua.secret_keys import ENVIRONMENT
from thidua.secret_keys import SECRET_KEY
from thidua.secret_keys import refusal

__all__ = [
    "MAY_BE_FILES",
    "Values",
    "choice",
    "contact",
    "filled_text",
    "flag",
    "seconds",
    "text_or_empty",
    "whole",
    "zone",
]

#: Read elsewhere, or by ``load`` before the keys.
_NOT_SETTINGS = frozenset({"THIDUA_PROFILE", "THIDUA_CONFIG_DIR", "THIDUA_REQUIRE_ALL_TESTS"})
_TESTS_PREFIX = "THIDUA_TEST_"
_Value = TypeVar("_Value")
#: Variables that do not carry their key's name.
_VARIABLES = {"data_dir": "THIDUA_DATA", "port": "PORT"}
#: Read by name, together with the file variable beside each.
_SECRETS = (CLIENT_SECRET, *(name for key in (SECRET_KEY, AUDIT_KEY) for name in (key.variable, key.former)))
MAY_BE_FILES = (*_SECRETS, "THIDUA_DATABASE_URL", "THIDUA_OWNER_DATABASE_URL", "THIDUA_BROKER_URL")


class Values:
    """Values by key, each with the place that set it last; every key is asked for once."""

    def __init__(self) -> None:
        self._set: dict[str, tuple[object, str, str]] = {}
        self._known: set[str] = set()

    def add_file(self, path: Path) -> None:
        """Take what a TOML file says over what was said before."""
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise refusal(str(path), "", f"không đọc được ({error.strerror})") from None
        except ValueError as error:  # not TOML, or not UTF-8
            raise refusal(str(path), "", f"không đúng dạng TOML ({error})") from None
        self._set.update({key: (value, str(path), key) for key, value in table.items()})

    def add_environment(self, given: Mapping[str, str]) -> None:
        """Take what the environment says over everything else; secrets are read elsewhere."""
        keys = {name: key for key, name in _VARIABLES.items()}
        file_variables = {f"{name}_FILE" for name in MAY_BE_FILES}
        for name in sorted(given):
            if not (name.startswith("THIDUA_") or name in keys):
                continue
            if name in _NOT_SETTINGS or name in _SECRETS or name in file_variables or name.startswith(_TESTS_PREFIX):
                continue
            key = keys.get(name, name.removeprefix("THIDUA_").lower())
            if key in _VARIABLES and name != _VARIABLES[key]:
                raise refusal(ENVIRONMENT, name, f"không có; hãy dùng {_VARIABLES[key]}")
            self._set[key] = (_FromEnvironment(given[name]), ENVIRONMENT, name)

    def take(self, key: str, read: Callable[[object], _Value]) -> _Value:
        """Return a value, read; a refusal names where it was set."""
        self._known.add(key)
        if key not in self._set:
            raise refusal("base.toml", key, "thiếu khóa này")
        value, place, name = self._set[key]
        try:
            return read(value)
        except ValueError as error:
            raise refusal(place, name, str(error)) from None

    def finish(self) -> None:
        """Refuse keys that nobody asked for."""
        for key, (_, place, name) in self._set.items():
            if key not in self._known:
                raise refusal(place, name, "không có khóa nào tên như vậy")


class _FromEnvironment(str):
    """A text that may stand for a number or a yes or no; one in a file may not."""

    __slots__ = ()


def text_or_empty(value: object) -> str:
    """Read a text, without the blanks around it."""
    if not isinstance(value, str):
        raise ValueError("phải là chữ")  # noqa: TRY004  one kind of refusal
    return str(value).strip()


def filled_text(value: object) -> str:
    """Read a text that is not empty."""
    text = text_or_empty(value)
    if not text:
        raise ValueError("không được để trống")
    return text


def contact(value: object) -> str:
    """Read an address people can write to or call, or nothing."""
    text = text_or_empty(value)
    if text and not re.fullmatch(r"(?:mailto:[^@\s]+@|https://|tel:\+?)[!-~]+", text):
        raise ValueError("phải là địa chỉ bắt đầu bằng mailto:, https:// hoặc tel:, không có dấu cách")
    return text


def zone(value: object) -> ZoneInfo:
    """Read a time zone by its IANA name."""
    try:
        return ZoneInfo(filled_text(value))
    except (ZoneInfoNotFoundError, OSError):
        raise ValueError("không có múi giờ này") from None


def flag(value: object) -> bool:
    """Read a yes or no."""
    if isinstance(value, bool):
        return value
    if isinstance(value, _FromEnvironment) and value.strip().lower() in {"true", "false", "1", "0"}:
        return value.strip().lower() in {"true", "1"}
    raise ValueError("phải là true hoặc false")


def choice(*allowed: str) -> Callable[[object], str]:
    """Make the reader of one of some words."""

    def read(value: object) -> str:
        if isinstance(value, str) and value in allowed:
            return str(value)
        raise ValueError(f"chỉ nhận {', '.join(allowed)}")

    return read


def whole(lowest: int, highest: int) -> Callable[[object], int]:
    """Make the reader of a whole number within bounds."""

    def read(value: object) -> int:
        number: Any = value
        if isinstance(value, _FromEnvironment) and value.strip().isascii() and value.strip().isdigit():
            number = int(value)
        if type(number) is not int or not lowest <= number <= highest:
            raise ValueError(f"phải là số nguyên từ {lowest} đến {highest}")
        return number

    return read


def seconds(lowest: float, highest: float) -> Callable[[object], float]:
    """Make the reader of a time in seconds within bounds."""

    def read(value: object) -> float:
        refusal = ValueError(f"phải là số giây từ {lowest:g} đến {highest:g}")
        if isinstance(value, _FromEnvironment):
            try:
                number = float(value)
            except ValueError:
                raise refusal from None
        elif type(value) in {int, float}:
            number = float(str(value))
        else:
            raise refusal
        if not lowest <= number <= highest:
            raise refusal
        return number

    return read
