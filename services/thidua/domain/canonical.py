"""One text for one value, so that equal content has equal digests on every machine."""

from __future__ import annotations

import json
from typing import Final

__all__ = ["canonical_json"]

_CANONICAL: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def canonical_json(value: object) -> str:
    """Write a JSON value with its keys in order, compact, letters as they are.

    Raises:
        ValueError: it holds NaN or an infinity.
    """
    return _CANONICAL.encode(value)
