"""An installation under way, with its people, that can be put back to where it stood.

Reports stand in every state, a file lies beside one, a job waits: so that every address has something to answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from datetime import datetime
from itertools import count
from os import getpid
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from psycopg import sql
from signing_provider import with_provider
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse

from tests.corpora.portions import Portion
from tests.corpora.putting_back import keeping_postgresql
from tests.corpora.putting_back import keeping_sqlite
from thidua.adapters.db.schema import upgrade
from thidua.adapters.db.unit_of_work import DatabaseUnitsOfWork
from thidua.application.background.jobs import ask_for_job
from thidua.application.background.sample import file_sample
from thidua.application.background.sample import sample_envelope
from thidua.application.people.bearer_tokens import issue_token
from thidua.application.people.identities import link_identity
from thidua.application.periods.campaigns import open_period
from thidua.application.reports.answering import Remark
from thidua.application.reports.drafting import DraftPlace
from thidua.application.reports.drafts import save_cells
from thidua.application.reports.evidence import add_evidence
from thidua.application.reports.proposing import propose_draft
from thidua.application.review.reviewing import accept_report
from thidua.application.review.reviewing import return_report
from thidua.bootstrap import installed_plugins
from thidua.domain.accounts import Role
from thidua.forms.written import typed_of
from thidua.plugin_host.registry import Registry
from thidua.settings import load
from thidua.web.app import create_app
from thidua_testkit.files import a_photo
from thidua_testkit.installation import CONFIG_DIR
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation
from thidua_testkit.postgres import PostgresServer

__all__ = ["CAMPAIGN", "HALF_WAY", "PERIOD", "Site", "on_postgresql", "on_sqlite"]

CAMPAIGN = "ATGT-2021"
PERIOD = "2021-9M"
#: The day before the deadline.
NOW = datetime.fromisoformat("2021-09-15T08:00:00+07:00")
_OPENED = {"2021-Q1": datetime.fromisoformat("2021-03-15T08:00:00+07:00"), PERIOD: NOW}
_PASSWORD = "mật khẩu dài 15"
#: Who has given the password, and is asked for the code of a telephone.
HALF_WAY = "half-way"
_SEED = re.compile(rb'<code class="seed"[^>]*>([A-Z2-7 ]+)</code>')
_TOKEN = re.compile(rb'name="csrf_token"[^>]*value="([^"]+)"')

#: Units of this type need their head's word here, so that the pages about it have something to show.
_SIGNED_OFF = "specialised_room"

_numbers = count(1)


def _as_it_stands() -> None:
    """Nothing has been remembered yet."""


@dataclass
class Speaker:
    """One person: a browser with a session, and a token for the API."""

    name: str
    client: FlaskClient
    token: str = ""
    csrf: str = ""
    #: The session's cookie and token of when everything stood as at first.
    first: tuple[str, str] = ("", "")


@dataclass
class Site:
    """The application on a database, with its people and what stands in it.

    ``units`` maps form code to a unit that has filed nothing; ``reports`` says which report is in which state.
    """

    here: Installation
    app: Flask
    folder: Path
    back: Callable[[], None] = _as_it_stands
    portion: Portion = field(default_factory=Portion)
    units: dict[str, str] = field(default_factory=dict)
    reports: dict[str, int] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    speakers: dict[str, Speaker] = field(default_factory=dict)
    filed_unit: str = ""
    returned_unit: str = ""
    drafting_unit: str = ""

    def speaker(self, name: str) -> Speaker:
        """Return a person, signed in."""
        found = self.speakers.get(name)
        if found is None:
            found = self.speakers[name] = Speaker(name, self.app.test_client())
            found.token = issue_token(self.here.host, name=name, label="corpora")
            self.sign_in(found)
            cookie = found.client.get_cookie("thidua")
            assert cookie is not None
            found.first = cookie.value, found.csrf
        return found

    def sign_in(self, person: Speaker) -> None:
        """Sign a person in, again if need be."""
        person.client = self.app.test_client()
        asked = person.client.get("/sign-in")
        told = {"name": person.name, "password": _PASSWORD, "csrf_token": _csrf(asked)}
        on = person.client.post("/sign-in", data=told)
        assert on.status_code == 303, person.name
        is_half_way = on.headers["Location"].startswith("/sign-in/second")
        person.csrf = _csrf(person.client.get("/sign-in/second" if is_half_way else "/nowhere"))

    def reporter(self, form: str) -> str:
        """Return who files a form for its unit."""
        return f"reporter-{self.units[form]}".lower()

    def api(self, by: str, method: str, path: str, **options: Any) -> TestResponse:
        """Ask the API with a person's token."""
        headers = Headers(options.pop("headers", None) or {})
        person = self.speaker(by)
        headers.setdefault("Authorization", f"Bearer {person.token}")
        return self.app.test_client().open(f"/api/v1{path}", method=method, headers=headers, **options)

    def envelope(self, form: str) -> dict[str, object]:
        """Write a sound report of a form by its unit, as the API takes it."""
        return self.envelope_of(self.units[form])

    def envelope_of(self, unit: str) -> dict[str, object]:
        """Write a sound report of a unit."""
        host = self.here.host
        with host.work.reading() as work:
            row = next(each for each in work.campaigns.roster(CAMPAIGN, PERIOD) if each.obligation.unit_code == unit)
        made = sample_envelope(host, host.catalogue.campaign(CAMPAIGN), row.obligation, (), NOW)
        return {
            "campaign_code": made.campaign_code,
            "form_code": made.form_code,
            "form_version": made.form_version,
            "unit_code": made.unit_code,
            "period_code": made.period_code,
            "revision": 0,
            "confirm_warnings": True,
            **made.payload,
        }

    def restore(self) -> None:
        """Put everything back to where it stood at first."""
        self.back()
        self.here.clock.instant = NOW
        for person in self.speakers.values():
            # Sessions of since then are gone, and those that were ended since stand again.
            cookie, person.csrf = person.first
            person.client.set_cookie("thidua", cookie)


def _close(site: Site) -> None:
    work = site.here.host.work
    assert isinstance(work, DatabaseUnitsOfWork)
    work.close()


def _csrf(answer: TestResponse) -> str:
    found = _TOKEN.search(answer.data)
    assert found is not None
    return found[1].decode()


def _plugins() -> Registry:
    """Return the installed plugins, one type of unit filing with its head's word only."""
    found = installed_plugins()
    signed = replace(found.unit_types[_SIGNED_OFF], head_signs=True)
    return replace(found, unit_types={**found.unit_types, _SIGNED_OFF: signed})


def _application(here: Installation, folder: Path) -> Flask:
    return create_app(here.host, load({"THIDUA_DATA": str(folder), "THIDUA_SECRET_KEY": "x" * 40}, CONFIG_DIR))


def _furnish(url: str, folder: Path) -> Site:
    """Fill an empty database: people of every role, reports in every state, a file, a job."""
    first, *_ = _OPENED
    here = an_installation(
        url,
        at=_OPENED[first],
        unit_files=("lang-son.toml",),
        campaign=CAMPAIGN,
        periods=(first,),
        catalogue=_plugins(),
        files_dir=folder / "files",
    )
    here.clock.instant = NOW
    here.host, _ = with_provider(here.host)
    open_period(here.host, CAMPAIGN, PERIOD)
    site = Site(here, _application(here, folder), folder)
    with here.host.work.reading() as work:
        roster = work.campaigns.roster(CAMPAIGN, PERIOD)
    of_form: dict[str, list[Any]] = {}
    for row in roster:
        of_form.setdefault(row.obligation.form_code, []).append(row)
    [drafting, *_] = [row for row in of_form["C"] if row.obligation.unit_type == _SIGNED_OFF]
    of_form["C"] = [row for row in of_form["C"] if row.obligation.unit_type != _SIGNED_OFF]
    site.units = {form: rows[-1].obligation.unit_code for form, rows in of_form.items()}
    submitted, returned, accepted = of_form["A"][:3]
    furnished = (*of_form["A"][:3], drafting)
    for unit in {*site.units.values(), *(row.obligation.unit_code for row in furnished)}:
        here.add_account(f"reporter-{unit}".lower(), (Role.UNIT_REPORTER, unit), password=_PASSWORD)
    site.drafting_unit = drafting.obligation.unit_code
    here.add_account("head", (Role.UNIT_HEAD, site.drafting_unit), password=_PASSWORD)
    for name in ("office", "leader", "observer", "admin"):
        here.add_account(name, (Role(name), None), password=_PASSWORD)
    here.add_account("nobody", password=_PASSWORD)
    # Whom the others change, disable and hand over: asks for nothing.
    here.add_account("spare", (Role.UNIT_REPORTER, of_form["A"][3].obligation.unit_code), password=_PASSWORD)
    office = here.actors["office"]
    for state, row in (("submitted", submitted), ("returned", returned), ("accepted", accepted)):
        account = here.actors[f"reporter-{row.obligation.unit_code}".lower()].account_id
        site.reports[state] = file_sample(here.host, row, account_id=account, at=NOW).report_id
    remarks = [Remark("/fields/banners", "Đếm lại.", "")]
    return_report(here.host, office, site.reports["returned"], revision=0, reason="Chưa khớp.", remarks=remarks)
    accept_report(here.host, office, site.reports["accepted"], revision=0)
    site.filed_unit, site.returned_unit = submitted.obligation.unit_code, returned.obligation.unit_code
    place = DraftPlace(CAMPAIGN, PERIOD, site.drafting_unit)
    writer = here.actors[f"reporter-{site.drafting_unit}".lower()]
    sample = sample_envelope(here.host, here.host.catalogue.campaign(CAMPAIGN), drafting.obligation, (), NOW)
    cells = typed_of(here.host.catalogue.form(CAMPAIGN, PERIOD, "C"), sample.payload)
    version = save_cells(here.host, writer, place, base=0, cells=cells).version
    propose_draft(here.host, writer, place, version=version)
    laid = add_evidence(
        here.host,
        here.actors[f"reporter-{site.units['A']}".lower()],
        campaign_code=CAMPAIGN,
        period_code=PERIOD,
        unit_code=site.units["A"],
        pointer="/fields/banners",
        file_name="ảnh.jpg",
        content=a_photo(),
    )
    site.ids = {"report_id": site.reports["submitted"], "evidence_id": laid.evidence.id}
    site.ids["job_id"], _ = ask_for_job(here.host, here.admin(), "rebuild", CAMPAIGN)
    site.ids["account_id"] = here.actors["spare"].account_id
    _set_second_factor_up(site)
    site.ids["identity_id"] = link_identity(here.host, None, site.ids["account_id"], "can-bo-1")
    here.drain()
    for name in here.actors:
        site.speaker(name)
    return site


def _set_second_factor_up(site: Site) -> None:
    site.here.add_account(HALF_WAY, (Role.OBSERVER, None), password=_PASSWORD)
    person = Speaker(HALF_WAY, site.app.test_client())
    site.sign_in(person)
    page = person.client.get("/second-factor/set-up")
    seed = _SEED.search(page.data)
    assert seed is not None
    code = pyotp.TOTP(seed[1].decode().replace(" ", "")).at(int(site.here.clock.now().timestamp()))
    told = {"code": code, "csrf_token": _csrf(page)}
    assert person.client.post("/second-factor/set-up", data=told).status_code == 200


@contextmanager
def on_sqlite() -> Iterator[Site]:
    """Furnish a site on an SQLite file."""
    with TemporaryDirectory(prefix="thidua-corpora-") as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'thidua.db'}"
        upgrade(url)
        site = _furnish(url, folder)
        site.back = keeping_sqlite(folder, "thidua.db")
        yield site
        _close(site)


@contextmanager
def on_postgresql(server: PostgresServer) -> Iterator[Site]:
    """Furnish a site on a PostgreSQL database of its own."""
    name = f"corpora_{getpid()}_{next(_numbers)}"
    server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    url = server.url_of(name)
    with TemporaryDirectory(prefix="thidua-corpora-") as folder:
        upgrade(url)
        site = _furnish(url, Path(folder))
        site.back = keeping_postgresql(url)
        yield site
        _close(site)
    server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
