"""Read the data files of an installation: units and calendars."""

from __future__ import annotations

import tomllib
from pathlib import Path

from thidua.domain.calendar import WorkingCalendar
from thidua.domain.calendar import calendar_from
from thidua.domain.directories import UnitDirectory
from thidua.domain.directories import directory_from
from thidua.domain.directories import joined
from thidua.domain.errors import InvalidConfigurationError

__all__ = ["read_calendar", "read_directory", "read_directory_file"]


def read_calendar(folder: Path) -> WorkingCalendar:
    """Read one TOML file a year into the working calendar.

    Raises:
        InvalidConfigurationError: a file cannot be read or is wrong.
    """
    return calendar_from([_table(path) for path in _files(folder)])


def read_directory(folder: Path) -> UnitDirectory:
    """Read all unit files of a folder: units and the successions between them.

    Raises:
        InvalidConfigurationError: a file cannot be read or is wrong, or there is none.
    """
    return joined(read_directory_file(path) for path in _files(folder))


def read_directory_file(path: Path) -> UnitDirectory:
    """Read one unit file.

    Raises:
        InvalidConfigurationError: it cannot be read or is wrong.
    """
    return directory_from(_table(path), file=str(path))


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
