"""What a WSGI server loads: ``thidua.web.wsgi:app``."""

from __future__ import annotations

from thidua.bootstrap import build_host
from thidua.bootstrap import settle
from thidua.settings import load
from thidua.web.app import create_app

__all__ = ["app"]

_settings = load()

_host = build_host(_settings)

app = create_app(_host, _settings)

settle()

# The first ring connects, which takes as long as a hundred others: better now, by the bell's own
# thread, than while somebody waits to see the first report counted.
_host.bell.ring()
