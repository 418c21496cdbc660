"""What gunicorn loads in the rig: the product's pages, with failpoints."""

from __future__ import annotations

import os

from tests.faults.failpoints import Points
from tests.faults.seams import PLANTS
from tests.faults.seams import seamed
from thidua.bootstrap import build_host
from thidua.settings import load
from thidua.web.app import create_app

__all__ = ["app"]

_plant = os.environ.get("FAULT_PLANT", "")
_settings = load()
_host = seamed(
    build_host(_settings),
    points=Points(),
    plant=_plant if _plant in PLANTS else "",
    broker_socket=os.environ.get("FAULT_BROKER_SOCKET", ""),
)
app = create_app(_host, _settings)
