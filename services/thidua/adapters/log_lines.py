"""Lines of the process log: each one object of JSON, with the instant in UTC, for whatever collects them.

Set up by each program that ``log_format = "json"`` is set for; without it lines stay as people read them,
and the time is that of what collects them.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import UTC
from datetime import datetime

__all__ = ["JSON", "TEXT", "JsonLines", "write_json"]

JSON = "json"
TEXT = "text"

#: What some collectors take for the end of a line, beside those that JSON writes otherwise anyway.
_LINE_ENDS = {point: f"\\u{point:04x}" for point in (0x7F, 0x85, 0x2028, 0x2029)}


class JsonLines(logging.Formatter):
    """Writes a record as one line, whatever stands in it; ``request_id`` names the request if there is one."""

    def __init__(self, request_id: Callable[[], str] = str) -> None:
        super().__init__()
        self._request_id = request_id

    def format(self, record: logging.LogRecord) -> str:
        """Write one record."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
            "message": record.getMessage(),
        }
        if request := self._request_id():
            line["request"] = request
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False).translate(_LINE_ENDS)


def write_json(level: str, request_id: Callable[[], str] = str) -> None:
    """Send every line of this process to standard error as JSON, and nowhere else.

    Args:
        level: the least that is written.
        request_id: names the request that the thread answers, empty where it answers none.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines(request_id))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    # Libraries warn past all logging otherwise.
    logging.captureWarnings(capture=True)
