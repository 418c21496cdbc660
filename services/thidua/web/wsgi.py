"""What a WSGI server loads: ``thidua.web.wsgi:app``."""

from __future__ import annotations

from thidua.bootstrap import build_host
from thidua.settings import load
from thidua.web.app import create_app

__all__ = ["app"]

_settings = load()

app = create_app(build_host(_settings), _settings)
