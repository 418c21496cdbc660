"""Gunicorn's own lines as JSON, for ``--logger-class``."""

from __future__ import annotations

from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped]  # it ships no types

from thidua.adapters.log_lines import JsonLines

__all__ = ["JsonLogger"]


class JsonLogger(Logger):  # type: ignore[misc]  # as above
    """Writes to standard error as gunicorn does, in the form of the program's own lines."""

    def setup(self, cfg: Any) -> None:  # noqa: ANN401  gunicorn's signature
        """Take gunicorn's handlers and give them our form."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonLines())
