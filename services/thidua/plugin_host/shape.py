"""Whether a plugin's value is made as the contract declares it: types, frozen containers, clean texts.

Read from the annotations of the contract's own dataclasses, so that a new attribute is checked
from the day it is declared.
"""

from __future__ import annotations

import types
import typing
import unicodedata
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import fields
from dataclasses import is_dataclass
from datetime import date
from functools import cache
from typing import Any

from thidua.domain.plugins import Fault
from thidua.domain.plugins import FaultKind

__all__ = ["faults_of_shape"]

_MUTABLE = (list, set, dict, bytearray)
#: Of these no subclass stands in: it compares, orders and prints itself as it likes.
_EXACT = frozenset((str, int, date))
#: Categories of signs that nobody sees or that turn the direction of what follows; half signs; unassigned ones.
_HIDDEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
_LONGEST_TEXT = 10_000


def faults_of_shape(value: object, declared: object, place: str) -> Iterator[Fault]:
    """Compare a value with what is declared for it, and all that it holds.

    Args:
        value: anything a plugin made.
        declared: a type as annotations give it; a dataclass is walked by its own annotations.
        place: attribute path of the value, which faults are named by.
    """
    origin = typing.get_origin(declared)
    arguments = typing.get_args(declared)
    if origin in {types.UnionType, typing.Union}:
        yield from _of_union(value, arguments, place)
    elif origin in {tuple, frozenset}:
        yield from _of_container(value, origin, arguments, place)
    elif origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        yield from _of_mapping(value, arguments, place)
    elif origin is type:
        if not (isinstance(value, type) and issubclass(value, arguments[0])):
            yield _mistyped(value, f"lớp con của {_name(arguments[0])}", place)
    elif declared is Callable or origin is Callable:
        if not callable(value):
            yield _mistyped(value, "hàm", place)
    elif isinstance(declared, type):
        yield from _of_type(value, declared, place)


def _of_type(value: object, declared: type, place: str) -> Iterator[Fault]:
    if getattr(declared, "_is_protocol", False):
        missing = [name for name in _methods(declared) if not callable(getattr(value, name, None))]
        if missing:
            yield _mistyped(value, f"giá trị có {', '.join(f'{name}()' for name in missing)}", place)
            return
        if is_dataclass(value) and type(value).__module__.startswith("thidua_sdk"):
            yield from _of_parts(value, place)
    elif declared is not object and not _is_of(value, declared):
        yield _mistyped(value, _name(declared), place)
    elif is_dataclass(declared):
        yield from _of_parts(value, place)
    elif isinstance(value, str):
        yield from _of_text(value, place)


def _is_of(value: object, declared: type) -> bool:
    if declared in _EXACT or is_dataclass(declared):
        return type(value) is declared
    return isinstance(value, declared)


def _of_parts(value: Any, place: str) -> Iterator[Fault]:  # noqa: ANN401  any dataclass
    hints = _hints(type(value))  # type: ignore[arg-type]  # classes are hashable
    for each in fields(value):
        inner = f"{place}.{each.name}" if place else each.name
        yield from faults_of_shape(getattr(value, each.name), hints[each.name], inner)


def _of_text(value: str, place: str) -> Iterator[Fault]:
    if not unicodedata.is_normalized("NFC", value):
        mend = "gõ lại bằng bảng mã Unicode dựng sẵn (NFC)"
        yield Fault(FaultKind.TEXT, place, "chữ chưa ở dạng NFC", mend)
    hidden = next((sign for sign in value if unicodedata.category(sign) in _HIDDEN and sign not in "\n\t"), None)
    if hidden is not None:
        wrong = f"có ký tự không nhìn thấy (U+{ord(hidden):04X})"
        yield Fault(FaultKind.TEXT, place, wrong, "xóa ký tự đó rồi gõ lại")
    if len(value) > _LONGEST_TEXT:
        wrong = f"dài hơn {_LONGEST_TEXT:,} chữ".replace(",", ".")
        yield Fault(FaultKind.TEXT, place, wrong, "viết ngắn lại; văn bản dài thì dẫn số và ngày của nó")


def _of_union(value: object, arguments: tuple[object, ...], place: str) -> Iterator[Fault]:
    if value is None and type(None) in arguments:
        return
    tried = [list(faults_of_shape(value, each, place)) for each in arguments if each is not type(None)]
    if all(tried):
        # The alternative of the same type says best what is wrong inside.
        best = [found for found in tried if not any(fault.place == place for fault in found)]
        if best or len(tried) == 1:
            yield from (best or tried)[0]
        else:
            yield _mistyped(value, " hoặc ".join(_name(each) for each in arguments), place)


def _of_container(value: Any, origin: Any, arguments: tuple[object, ...], place: str) -> Iterator[Fault]:  # noqa: ANN401
    if not isinstance(value, origin):
        if isinstance(value, _MUTABLE):
            mend = f"đổi {type(value).__name__} thành {origin.__name__}"
            yield Fault(
                FaultKind.TYPE, place, f"là {type(value).__name__}, một giá trị còn sửa được sau khi khai báo", mend
            )
        else:
            yield _mistyped(value, origin.__name__, place)
        return
    if origin is tuple and arguments[-1] is not Ellipsis:
        if len(value) != len(arguments):
            yield _mistyped(value, f"bộ {len(arguments)} giá trị", place)
            return
        pairs = list(zip(value, arguments, strict=True))
    else:
        pairs = [(each, arguments[0]) for each in value]
    for index, (each, declared) in enumerate(pairs):
        yield from faults_of_shape(each, declared, f"{place}[{index}]")


def _of_mapping(value: object, arguments: tuple[object, ...], place: str) -> Iterator[Fault]:
    if not isinstance(value, Mapping):
        yield _mistyped(value, "ánh xạ (Mapping)", place)
        return
    for key, each in value.items():
        yield from faults_of_shape(key, arguments[0], f"{place}[{key!r}]")
        yield from faults_of_shape(each, arguments[1], f"{place}[{key!r}]")


def _mistyped(value: object, wanted: str, place: str) -> Fault:
    return Fault(
        FaultKind.TYPE,
        place,
        f"phải là {wanted}, đang là {type(value).__name__}",
        f"đặt vào đây một giá trị kiểu {wanted}",
    )


@cache
def _hints(kind: type) -> Mapping[str, object]:
    return typing.get_type_hints(kind)


@cache
def _methods(protocol: type) -> tuple[str, ...]:
    return tuple(
        name
        for name, member in vars(protocol).items()
        if not name.startswith("_") and isinstance(member, types.FunctionType)
    )


def _name(declared: object) -> str:
    return getattr(declared, "__name__", None) or str(declared)
