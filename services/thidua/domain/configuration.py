"""Strict reading of configuration tables that somebody else has already parsed.

A key that nobody asks for is an error, because a misspelt key that is silently ignored is a
wrong deadline months later. Every refusal names the place: file, table and key.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date
from datetime import datetime

from thidua.domain.errors import InvalidConfigurationError

__all__ = ["Table"]


class Table:
    """One table of a configuration file; ask for every key, then call :meth:`finish`.

    Args:
        data: key to value, as ``tomllib`` gives it.
        file: the file, for the sentences people read.
        path: where the table stands in the file, for example ``units[2]``; empty at the top.
    """

    __slots__ = ("_asked", "_data", "_file", "_path")

    def __init__(self, data: Mapping[str, object], file: str, path: str = "") -> None:
        self._data = data
        self._asked: set[str] = set()
        self._file = file
        self._path = path

    def refuse(self, key: str, reason: str) -> InvalidConfigurationError:
        """Make the error to raise about a key, or the whole table: ``reason`` is a Vietnamese clause."""
        place = self._at(key)
        subject = f"{self._file}: {place}" if place else self._file
        return InvalidConfigurationError(f"Cấu hình sai tại {subject}: {reason}.", subject=subject)

    def text(self, key: str) -> str:
        """Return a text that must be there, in NFC and without blanks around it."""
        value = self._take(key)
        if value is None:
            raise self.refuse(key, "thiếu giá trị")
        return self._text(key, value)

    def text_or_empty(self, key: str) -> str:
        """Return a text, empty if the key is not there."""
        value = self._take(key)
        return "" if value is None else self._text(key, value)

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts without repeats, empty if the key is not there."""
        value = self._take(key)
        if value is None:
            return ()
        if not isinstance(value, list):
            raise self.refuse(key, "phải là danh sách")
        texts = tuple(self._text(f"{key}[{index}]", item) for index, item in enumerate(value))
        if len(set(texts)) != len(texts):
            raise self.refuse(key, "có mục lặp lại")
        return texts

    def number(self, key: str) -> int:
        """Return a whole number that must be there."""
        value = self._take(key)
        if type(value) is not int:
            raise self.refuse(key, "phải là số nguyên")
        return value

    def number_or_none(self, key: str) -> int | None:
        """Return a whole number, None if the key is not there."""
        return self.number(key) if self._take(key) is not None else None

    def flag(self, key: str) -> bool:
        """Return a yes or no that must be there."""
        value = self._take(key)
        if not isinstance(value, bool):
            raise self.refuse(key, "phải là true hoặc false")
        return value

    def day(self, key: str) -> date:
        """Return a civil date that must be there."""
        day = self.day_or_none(key)
        if day is None:
            raise self.refuse(key, "thiếu ngày")
        return day

    def day_or_none(self, key: str) -> date | None:
        """Return a civil date, None if the key is not there."""
        value = self._take(key)
        return None if value is None else self._day(key, value)

    def days(self, key: str) -> tuple[date, ...]:
        """Return a list of civil dates, empty if the key is not there."""
        value = self._take(key)
        if value is None:
            return ()
        if not isinstance(value, list):
            raise self.refuse(key, "phải là danh sách ngày")
        return tuple(self._day(f"{key}[{index}]", item) for index, item in enumerate(value))

    def attributes(self, key: str) -> dict[str, int | bool | str]:
        """Return a table of free names with plain values, empty if the key is not there."""
        value = self._take(key)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            raise self.refuse(key, "phải là một bảng")
        attributes: dict[str, int | bool | str] = {}
        for name, item in value.items():
            if not isinstance(item, int | str):
                raise self.refuse(f"{key}.{name}", "phải là số nguyên, chữ, true hoặc false")
            attributes[str(name)] = self._text(f"{key}.{name}", item) if isinstance(item, str) else item
        return attributes

    def tables(self, key: str) -> tuple[Table, ...]:
        """Return an array of tables, empty if the key is not there."""
        value = self._take(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
            raise self.refuse(key, "phải là danh sách bảng")
        return tuple(Table(item, self._file, f"{self._at(key)}[{index}]") for index, item in enumerate(value))

    def finish(self) -> None:
        """Refuse the keys that nobody asked for."""
        unknown = sorted(set(self._data) - self._asked)
        if unknown:
            raise self.refuse(unknown[0], "không có khóa nào tên như vậy")

    def _at(self, key: str) -> str:
        return ".".join(part for part in (self._path, key) if part)

    def _take(self, key: str) -> object:
        self._asked.add(key)
        return self._data.get(key)

    def _text(self, key: str, value: object) -> str:
        if not isinstance(value, str) or not value or value != value.strip():
            raise self.refuse(key, "phải là chữ, không để trống, không thừa dấu cách ở hai đầu")
        if not unicodedata.is_normalized("NFC", value):
            raise self.refuse(key, "chữ phải ở dạng Unicode dựng sẵn (NFC)")
        return value

    def _day(self, key: str, value: object) -> date:
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.refuse(key, "phải là ngày, dạng năm-tháng-ngày, không có giờ")
        return value
