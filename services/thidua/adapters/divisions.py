"""The provinces and communes of Việt Nam, as the package ``vietnam-provinces`` carries them.

The package is not needed to serve and is not imported: its list is read as the data it is, from wherever the
package is installed. Codes are whole numbers there and texts here, with their leading zeros.
"""

from __future__ import annotations

import json
import unicodedata
from importlib.metadata import PackageNotFoundError
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from thidua.domain.divisions import Commune
from thidua.domain.divisions import Province
from thidua.domain.errors import InvalidConfigurationError

__all__ = ["divisions_source", "read_divisions"]

_PACKAGE = "vietnam-provinces"
_LIST = "vietnam_provinces/data/nested-divisions.json"


def divisions_source() -> str:
    """Name the package and its version, for people to find it again.

    Raises:
        InvalidConfigurationError: it is not installed.
    """
    try:
        return f"{_PACKAGE} {distribution(_PACKAGE).version}"
    except PackageNotFoundError:
        raise InvalidConfigurationError(
            "Chưa cài danh mục đơn vị hành chính; hãy chạy: pip install 'thidua[divisions]'.", subject=_PACKAGE
        ) from None


def read_divisions() -> tuple[Province, ...]:
    """Read all provinces with their communes, by code.

    Raises:
        InvalidConfigurationError: the package is not installed, or holds something else than it used to.
    """
    source = divisions_source()
    path = Path(str(distribution(_PACKAGE).locate_file(_LIST)))
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        provinces = tuple(sorted((_province(each) for each in found), key=lambda province: province.code))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InvalidConfigurationError(
            f"Không đọc được danh mục của gói {source}: {error}.", subject=_PACKAGE
        ) from None
    if not provinces:
        raise InvalidConfigurationError(f"Danh mục của gói {source} không có tỉnh nào.", subject=_PACKAGE)
    return provinces


def _province(row: dict[str, Any]) -> Province:
    communes = tuple(Commune(f"{int(each['code']):05d}", _name(each["name"])) for each in row["wards"])
    return Province(f"{int(row['code']):02d}", _name(row["name"]), communes)


def _name(text: str) -> str:
    """Write a name as everything here is written: precomposed, one blank between words, a capital first."""
    words = " ".join(unicodedata.normalize("NFC", text).split())
    return words[:1].upper() + words[1:]
