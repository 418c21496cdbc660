"""The directory of units as a whole: units and the successions between them, as files bring them in."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass

from thidua.domain.configuration import Table
from thidua.domain.errors import InvalidConfigurationError
from thidua.domain.lineage import Lineage
from thidua.domain.successions import Succession
from thidua.domain.successions import successions_in
from thidua.domain.units import Unit
from thidua.domain.units import check_apart
from thidua.domain.units import units_in

__all__ = ["UnitDirectory", "directory_from", "joined"]


@dataclass(frozen=True, slots=True)
class UnitDirectory:
    """Units by their order, successions as they were recorded."""

    units: tuple[Unit, ...]
    successions: tuple[Succession, ...] = ()

    def lineage(self) -> Lineage:
        """Check all of it together.

        Raises:
            InvalidConfigurationError: units can be taken for each other, or a succession does not fit.
        """
        try:
            check_apart(self.units)
        except InvalidConfigurationError as error:
            raise InvalidConfigurationError(
                f"Danh sách đơn vị không khớp nhau: {error.message}.", subject=error.subject
            ) from None
        return Lineage(self.units, self.successions)

    def with_changes(self, changes: UnitDirectory) -> UnitDirectory:
        """Return this directory after another one's units replaced those of the same codes, its successions added."""
        units = {unit.code: unit for unit in self.units} | {unit.code: unit for unit in changes.units}
        successions = {each.code: each for each in self.successions} | {each.code: each for each in changes.successions}
        return UnitDirectory(
            tuple(sorted(units.values(), key=lambda unit: (unit.order, unit.code))), tuple(successions.values())
        )


def directory_from(data: Mapping[str, object], *, file: str) -> UnitDirectory:
    """Read one file: ``source``, and ``units``, ``successions`` or both.

    Args:
        data: the file as ``tomllib`` gives it.
        file: its name, for the sentences people read.

    Raises:
        InvalidConfigurationError: something in it is missing, unknown or wrong, or it holds neither.
    """
    table = Table(data, file)
    table.text("source")
    units, successions = units_in(table), successions_in(table)
    table.finish()
    if not units and not successions:
        raise table.refuse("units", "chưa có đơn vị nào")
    return UnitDirectory(units, successions)


def joined(directories: Iterable[UnitDirectory]) -> UnitDirectory:
    """Put several files together.

    Raises:
        InvalidConfigurationError: two of them bring the same unit or the same succession.
    """
    units: dict[str, Unit] = {}
    successions: dict[str, Succession] = {}
    for directory in directories:
        for unit in directory.units:
            if units.setdefault(unit.code, unit) is not unit:
                raise InvalidConfigurationError(f"Đơn vị {unit.code} có trong hai tệp.", subject=unit.code)
        for succession in directory.successions:
            if successions.setdefault(succession.code, succession) is not succession:
                raise InvalidConfigurationError(
                    f"Thay đổi đơn vị {succession.code} có trong hai tệp.", subject=succession.code
                )
    return UnitDirectory(
        tuple(sorted(units.values(), key=lambda unit: (unit.order, unit.code))), tuple(successions.values())
    )
