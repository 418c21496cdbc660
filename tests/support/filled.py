"""A site with something of everything in it, its addresses with plausible ids, and all of its database as text."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import inspect
from sqlalchemy import text
from werkzeug.routing import Rule

from thidua.application.background.job_kinds import REBUILD
from thidua.application.background.jobs import ask_for_job
from thidua.application.reports.evidence import add_evidence
from thidua_testkit.files import a_photo

__all__ = ["PEOPLE", "Address", "addresses", "contents", "fill"]

#: Everybody who can sign in, one a role.
PEOPLE = ("reporter", "neighbour", "officer", "leader", "observer", "admin", "newcomer")
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Address:
    """A place a request can go to, and the endpoint there."""

    endpoint: str
    method: str
    path: str


def fill(site: Any) -> None:
    """File a report and return another, with a photo, a draft and background work."""
    where = {"campaign_code": site.campaign, "period_code": site.period, "pointer": "/fields/mobile_sessions"}
    add_evidence(
        site.here.host,
        site.here.actors["reporter"],
        unit_code=site.unit,
        file_name="chợ phiên.jpg",
        content=a_photo(),
        **where,
    )
    filed = site.file()
    assert filed.status == 303, filed.status
    neighbour = site.visit("neighbour")
    # As few stations as the smallest place has.
    stations = {"/fields/stations_total": "8", "/fields/stations_broadcasting": "7"}
    typed = {**neighbour.get(site.other_form).typed(), **site.typed, **stations, "action": "file"}
    returned = neighbour.post(site.other_form, typed)
    assert returned.status == 303, returned.status
    remark = {"/remarks/~1fields~1banners": "Đếm lại.", "reason": "Chưa khớp.", "revision": "0", "action": "return"}
    assert site.visit("officer").post(f"/reports/{_number(returned.location)}/return", remark).status == 303
    ask_for_job(site.here.host, site.here.actors["admin"], REBUILD)
    site.here.drain()


def addresses(app: Flask, site: Any, *, unsafe: bool) -> Iterator[Address]:
    """Give every address that changes something, or every one that only looks, with ids of what is there.

    Raises:
        KeyError: a route has a variable part that this does not know: say here what stands in it.
    """
    values: dict[str, list[Any]] = {
        "campaign": [site.campaign],
        "period": [site.period],
        "unit": [site.unit, "LS-187-VHTT"],
        "report_id": [1, 2],
        "revision": [0],
        "evidence_id": [1],
        "job_id": [1],
        "account_id": [1],
        "identity_id": [1],
        "membership_id": [1],
        "prepared_id": [1],
        "handle": ["0" * 16],
        "hashed": [re.sub(r".*/", "", _a_static_file(site))],
    }
    for rule in app.url_map.iter_rules():
        names = sorted(rule.arguments)
        for choice in itertools.product(*(values[name] for name in names)):
            for method in sorted((rule.methods or set()) - _SAFE if unsafe else (rule.methods or set()) & _SAFE):
                yield Address(rule.endpoint, method, _path(rule, dict(zip(names, choice, strict=True))))


def contents(site: Any, *, but: Iterable[str] = ("audit_entry",)) -> dict[str, list[str]]:
    """Return every row as text, but of the trail, where refusals are noted, and the names of stored files."""
    left_out = set(but)
    with site.here.host.work.reading() as work:
        connection = work._connection
        tables = sorted(set(inspect(connection).get_table_names()) - left_out)
        found = {
            table: sorted(repr(tuple(row)) for row in connection.execute(text(f'SELECT * FROM "{table}"')))
            for table in tables
        }
    folder = Path(site.here.host.files._folder)
    found["files"] = sorted(f"{path} {path.stat().st_size}" for path in folder.rglob("*") if path.is_file())
    return found


def _path(rule: Rule, values: dict[str, Any]) -> str:
    built = rule.build(values)
    assert built is not None, rule
    return str(built[1])


def _a_static_file(site: Any) -> str:
    found = re.search(r"/static/[\w.-]+", site.stranger().get("/sign-in").answer.text)
    assert found
    return found[0]


def _number(location: str) -> int:
    return int(location.split("/")[2])
