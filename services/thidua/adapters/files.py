"""Read the data files of an installation: units and calendars."""

from __future__ import annotations

import tomllib
from pathlib import Path

from thidua.domain.calendar import WorkingCalendar
from thidua.domain.calendar import calendar_from
from thidua.domain.errors import InvalidConfigurationError
from thidua.domain.units import Unit
from thidua.domain.units import units_from

__all__ = ["read_calendar", "read_units", "read_units_file"]


def read_calendar(folder: Path) -> WorkingCalendar:
    """Read one TOML file a year into the working calendar.

    Raises:
        InvalidConfigurationError: a file cannot be read or is wrong.
    """
    return calendar_from([_table(path) for path in _files(folder)])


def read_units(folder: Path) -> tuple[Unit, ...]:
    """Read all unit files of a folder.

    Raises:
        InvalidConfigurationError: a file cannot be read or is wrong, or there is none.
    """
    return tuple(unit for path in _files(folder) for unit in read_units_file(path))


def read_units_file(path: Path) -> tuple[Unit, ...]:
    """Read one unit file.

    Raises:
        InvalidConfigurationError: it cannot be read or is wrong.
    """
    return units_from(_table(path), file=str(path))


def _files(folder: Path) -> list[Path]:
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise InvalidConfigurationError(f"Không có tệp cấu hình nào trong {folder}.", subject=str(folder))
    return paths


def _table(path: Path) -> dict[str, object]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except (OSError, ValueError) as error:
        raise InvalidConfigurationError(f"Không đọc được {path}: {error}.", subject=str(path)) from None
