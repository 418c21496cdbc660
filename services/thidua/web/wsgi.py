"""What a WSGI server loads: ``thidua.web.wsgi:app``."""

from __future__ import annotations

from thidua.adapters.log_lines import JSON
from thidua.adapters.log_lines import write_json
from thidua.bootstrap import build_host
from thidua.bootstrap import fence_rules
from thidua.bootstrap import settle
from thidua.settings import load
from thidua.web.app import create_app
from thidua.web.context import request_id_if_any

__all__ = ["app"]

_settings = load()

if _settings.log_format == JSON:
    write_json(_settings.log_level, request_id_if_any)

_host = fence_rules(build_host(_settings), _settings)

app = create_app(_host, _settings)

settle()

# The first ring connects, which takes as long as a hundred others: better now, by the bell's own
# thread, than while somebody waits to see the first report counted.
_host.bell.ring()
