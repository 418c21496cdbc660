"""Reporting units: one identity each, and what they were called and belonged to over time.

A unit that is renamed keeps its code and gains a version. Versions are half-open,
``[valid_from, valid_to)``, so that the day of a change belongs to the new one; they touch each
other without gap or overlap. Which version counts depends on the question: the one of the
cut-off owes the report, the one of the day of issue is printed on a document.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from datetime import date
from datetime import timedelta
from itertools import pairwise

from thidua.domain.configuration import Table
from thidua.domain.errors import InvalidConfigurationError
from thidua_sdk import Window

__all__ = ["Unit", "UnitVersion", "check_apart", "units_from", "units_in"]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitVersion:
    """What a unit was for a time.

    Attributes:
        name: full Vietnamese name, as printed on documents.
        short_name: the name for lists and tables.
        type: code of the unit type, which decides the forms it files.
        parent: name of the body it belongs to.
        valid_from: first day.
        valid_to: the day after the last; None while no end is known.
        legal_basis: text that brought this version about; empty if not known.
        attributes: what rules ask of a unit (``communes``, ``has_border_gate``); a missing name
            means not known.
        unverified: names of keys above, or of attributes, that nobody has yet checked; ``code``
            stands for the claim that this version continues this unit, ``area_code`` for that of the unit.
    """

    name: str
    short_name: str
    type: str
    parent: str
    valid_from: date
    valid_to: date | None
    legal_basis: str = ""
    attributes: Mapping[str, int | bool | str] = field(default_factory=dict, hash=False)
    unverified: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise InvalidConfigurationError(
                f"“{self.name}” hết hiệu lực ngày {self.valid_to}, không sau ngày bắt đầu {self.valid_from}.",
                subject=self.name,
            )

    def is_valid_on(self, day: date) -> bool:
        """Tell whether the version holds on a day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A reporting unit.

    Attributes:
        code: the identity; never changes and is never used again for another unit.
        order: place in lists, smaller first.
        area_code: code of its area in the national list, as text; empty for none.
        aliases: other spellings under which people write its name.
        versions: earliest first, at least one.

    Raises:
        InvalidConfigurationError: there is no version, or two of them overlap or leave a gap.
    """

    code: str
    order: int
    versions: tuple[UnitVersion, ...]
    area_code: str = ""
    aliases: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.versions:
            raise InvalidConfigurationError(f"Đơn vị {self.code} chưa có tên và thời gian hiệu lực.", subject=self.code)
        for earlier, later in pairwise(self.versions):
            if earlier.valid_to != later.valid_from:
                raise InvalidConfigurationError(
                    f"Đơn vị {self.code}: “{earlier.name}” phải hết hiệu lực đúng ngày “{later.name}” bắt đầu "
                    f"({later.valid_from}), không chồng lên nhau và không để trống.",
                    subject=self.code,
                )

    def version_on(self, day: date) -> UnitVersion | None:
        """Return the version that holds on a day, None if the unit did not exist then."""
        return next((version for version in self.versions if version.is_valid_on(day)), None)

    def versions_within(self, window: Window) -> tuple[UnitVersion, ...]:
        """Return the versions that hold on at least one day of a window, earliest first."""
        return tuple(
            version
            for version in self.versions
            if version.valid_from <= window.last_on and (version.valid_to is None or window.first_on < version.valid_to)
        )

    def last_version_within(self, window: Window) -> UnitVersion | None:
        """Return the version with which the unit ceased inside a window, None unless it did.

        A unit whose last day is that of the window is not among them: it saw the window to its end.
        """
        last = self.versions[-1]
        if last.valid_to is None:
            return None
        last_on = last.valid_to - timedelta(days=1)
        return last if window.first_on <= last_on < window.last_on else None

    @property
    def ends_before(self) -> date | None:
        """The day after its last, None while no end is known."""
        return self.versions[-1].valid_to

    def version_nearest(self, day: date) -> UnitVersion:
        """Return the version of a day; the first where the unit was not yet there, the last where it was no more."""
        return self.version_on(day) or (self.versions[0] if day < self.versions[0].valid_from else self.versions[-1])

    @property
    def names(self) -> frozenset[str]:
        """Every name, short name and alias under which the unit may be written."""
        written = {name for version in self.versions for name in (version.name, version.short_name)}
        return frozenset(written | set(self.aliases))


def units_from(data: Mapping[str, object], *, file: str = "config/units") -> tuple[Unit, ...]:
    """Make the directory from a parsed file, sorted by ``order``.

    The file has ``units``, an array of tables with ``code``, ``order``, ``area_code``,
    ``aliases`` and ``versions``, an array of tables with the keys of :class:`UnitVersion`.

    Args:
        data: the file as ``tomllib`` gives it.
        file: its name, for the sentences people read.

    Raises:
        InvalidConfigurationError: a key is missing, unknown or of the wrong type; a unit's
            versions overlap or leave a gap; two units share a code or a place in the list, or a
            name while both exist.
    """
    table = Table(data, file)
    table.text("source")
    units = units_in(table)
    table.finish()
    if not units:
        raise table.refuse("units", "chưa có đơn vị nào")
    return units


def units_in(table: Table) -> tuple[Unit, ...]:
    """Read the units of a parsed file, sorted by ``order``; none is no error.

    Raises:
        InvalidConfigurationError: as :func:`units_from`.
    """
    units = sorted((_unit(row) for row in table.tables("units")), key=lambda unit: unit.order)
    try:
        check_apart(units)
    except InvalidConfigurationError as error:
        raise table.refuse("units", error.message) from None
    return tuple(units)


def _unit(row: Table) -> Unit:
    unit = Unit(
        code=row.text("code"),
        order=row.number("order"),
        area_code=row.text_or_empty("area_code"),
        aliases=row.texts("aliases"),
        versions=tuple(_version(version) for version in row.tables("versions")),
    )
    row.finish()
    return unit


def _version(row: Table) -> UnitVersion:
    version = UnitVersion(
        name=row.text("name"),
        short_name=row.text("short_name"),
        type=row.text("type"),
        parent=row.text("parent"),
        valid_from=row.day("valid_from"),
        valid_to=row.day_or_none("valid_to"),
        legal_basis=row.text_or_empty("legal_basis"),
        attributes=row.attributes("attributes"),
        unverified=frozenset(row.texts("unverified")),
    )
    known = {"code", "name", "short_name", "type", "parent", "valid_from", "valid_to", "legal_basis"}
    known.add("area_code")
    for name in sorted(version.unverified - known - set(version.attributes)):
        raise row.refuse("unverified", f"không có khóa hay thuộc tính nào tên “{name}”")
    row.finish()
    return version


def check_apart(units: Sequence[Unit]) -> None:
    """Refuse units that could be taken for each other.

    Raises:
        InvalidConfigurationError: two share a code, a place in the list, or a name while both exist;
            its message is a clause.
    """
    codes: set[str] = set()
    orders: set[int] = set()
    for unit in units:
        if unit.code in codes:
            raise InvalidConfigurationError(f"mã {unit.code} dùng cho hai đơn vị", subject=unit.code)
        if unit.order in orders:
            raise InvalidConfigurationError(
                f"thứ tự {unit.order} dùng cho hai đơn vị, có {unit.code}", subject=unit.code
            )
        codes.add(unit.code)
        orders.add(unit.order)
    named: dict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        for name in sorted(unit.names):
            # A name may pass on: it is ambiguous only while both units exist.
            other = next((each for each in named[name] if _coexist(each, unit)), None)
            if other is not None:
                raise InvalidConfigurationError(
                    f"tên “{name}” dùng cho cả {other.code} và {unit.code}", subject=unit.code
                )
            named[name].append(unit)


def _coexist(one: Unit, other: Unit) -> bool:
    return all(
        last.valid_to is None or first.valid_from < last.valid_to
        for first, last in ((one.versions[0], other.versions[-1]), (other.versions[0], one.versions[-1]))
    )
