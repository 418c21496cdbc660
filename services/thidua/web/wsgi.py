"""What a WSGI server loads: ``thidua.web.wsgi:app``."""

from __future__ import annotations

import os

from thidua import settings
from thidua.bootstrap import build_host
from thidua.web.app import create_app

__all__ = ["app"]
