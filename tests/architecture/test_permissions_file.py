"""One file says who may do what, and says it wholly."""

from __future__ import annotations

import tomllib
from pathlib import Path

from thidua.application import permissions
from thidua.application.permissions import Right
from thidua.bootstrap import build_host
from thidua.settings import load
from thidua.web.app import create_app

FILE = tomllib.loads(Path(permissions.__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def test_every_right_is_told_and_nothing_else() -> None:
    assert set(FILE["rights"]) == set(Right)


def test_every_route_says_what_it_needs(tmp_path: Path) -> None:
    settings = load({"THIDUA_DATA": str(tmp_path), "THIDUA_PROFILE": "test"})
    app = create_app(build_host(settings), settings)
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(FILE["routes"])
    assert set(FILE["routes"].values()) <= {*Right, "public", "person"}
