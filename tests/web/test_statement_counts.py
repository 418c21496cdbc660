"""What the main pages ask of PostgreSQL, statement by statement: no page asks more as units and reports grow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from thidua.application.background.sample import file_sample
from thidua.application.background.sample import sample_units
from thidua.application.people.bearer_tokens import issue_token
from thidua.application.people.memberships import give_membership
from thidua.application.periods.campaigns import open_period
from thidua.application.periods.directory import import_units
from thidua.domain.accounts import Membership
from thidua.domain.accounts import Role
from thidua.settings import load
from thidua.web.app import create_app
from thidua_testkit.installation import CONFIG_DIR
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

pytestmark = pytest.mark.postgres

CAMPAIGN, SMALL, LARGE = "ATGT-2021", "2021-Q1", "2021-H1"
#: Hữu Lũng reports, Chi Lăng has yet to.
FILED, OWING = "LS-186-VHTT", "LS-187-VHTT"
NOON = datetime.fromisoformat("2021-03-16T12:00:00+07:00")
PASSWORD = "mật khẩu dài 15"

#: Page, who looks, and the most it may ask, the look-up of who asks included, and the entry of an export.
PAGES = [
    ("/reports/due", "reporter", 6),
    ("/campaigns/{campaign}/periods/{period}/units/{owing}/form", "neighbour", 8),
    ("/campaigns/{campaign}/periods/{period}/units/{filed}/form", "reporter", 9),
    ("/reports", "officer", 7),
    ("/reports", "reporter", 7),
    ("/reports/{report}", "officer", 14),
    ("/reports/{report}", "reporter", 16),
    ("/campaigns/{campaign}/status?period={period}", "officer", 10),
    ("/campaigns/{campaign}/status/fragment?period={period}", "officer", 9),
    ("/api/v1/campaigns/{campaign}/status?period={period}", "officer", 8),
    ("/api/v1/reports?limit=500", "officer", 3),
    ("/api/v1/reports?campaign={campaign}&period={period}&state=submitted", "officer", 3),
    ("/api/v1/reports/{report}", "officer", 7),
]

#: Pages about accounts, in the same way.
ACCOUNT_PAGES = [
    ("/accounts", "admin", 6),
    ("/accounts/{account}", "admin", 11),
    ("/accounts/{account}/hand-over", "admin", 11),
    ("/accounts/invite", "admin", 3),
    ("/waiting-roles", "officer", 4),
    ("/my-account", "reporter", 10),
    ("/my-account/tokens", "reporter", 2),
]


class Counted:
    """An installation on PostgreSQL whose pages are opened and whose statements are counted."""

    def __init__(self, here: Installation, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.here = here
        here.add_account("reporter", (Role.UNIT_REPORTER, FILED), password=PASSWORD)
        here.add_account("neighbour", (Role.UNIT_REPORTER, OWING), password=PASSWORD)
        here.add_account("officer", (Role.OFFICE, None), password=PASSWORD)
        here.add_account("admin", (Role.ADMIN, None), password=PASSWORD)
        settings = load({"THIDUA_DATA": str(folder), "THIDUA_SECRET_KEY": "x" * 40}, CONFIG_DIR)
        self._app = create_app(here.host, settings)
        self._asked = 0
        real = psycopg.Cursor.execute

        def execute(cursor: psycopg.Cursor[Any], *given: Any, **named: Any) -> Any:
            self._asked += 1
            return real(cursor, *given, **named)

        monkeypatch.setattr(psycopg.Cursor, "execute", execute)

    def file(self, period: str, *, besides: str = "") -> dict[str, int]:
        """File the example of everybody who owes one in a period; returns report ids by unit."""
        with self.here.host.work.reading() as work:
            roster = work.campaigns.roster(CAMPAIGN, period)
        filed = {
            row.obligation.unit_code: file_sample(
                self.here.host,
                row,
                account_id=self.here.actors["reporter"].account_id,
                at=row.obligation.due_at - timedelta(hours=3),
            ).report_id
            for row in roster
            if row.report is None and row.obligation.unit_code != besides
        }
        self.here.drain()
        return filed

    def asked(self, path: str, who: str, **names: object) -> int:
        """Open a page twice and return what the second time took; the first may prepare and fill caches."""
        path = path.format(campaign=CAMPAIGN, owing=OWING, filed=FILED, **names)
        with self._visiting(path, who) as (client, headers):
            for _ in range(2):
                before = self._asked
                answer = client.get(path, headers=headers)
                assert answer.status_code == 200, answer.text
        return self._asked - before

    @contextmanager
    def _visiting(self, path: str, who: str) -> Iterator[tuple[Any, dict[str, str]]]:
        if path.startswith("/api/"):
            token = issue_token(self.here.host, name=who, label="test")
            yield self._app.test_client(), {"Authorization": f"Bearer {token}"}
            return
        client = self._app.test_client()
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/sign-in").text)
        assert token
        form = {"csrf_token": token[1], "name": who, "password": PASSWORD}
        assert client.post("/sign-in", data=form).status_code == 303
        yield client, {}


@pytest.fixture
def counted(postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counted]:
    here = an_installation(postgres_url, at=NOON, campaign=CAMPAIGN, periods=(SMALL,))
    yield Counted(here, tmp_path, monkeypatch)
    here.host.work.close()  # type: ignore[attr-defined]  # the adapter's


def test_no_page_asks_more_as_units_and_reports_grow(counted: Counted) -> None:
    report = counted.file(SMALL, besides=OWING)[FILED]
    few = {(path, who): counted.asked(path, who, period=SMALL, report=report) for path, who, _ in PAGES}
    import_units(counted.here.host, sample_units(60, "district_culture_office", NOON - timedelta(days=900)))
    counted.here.clock.instant = datetime.fromisoformat("2021-06-16T12:00:00+07:00")
    assert open_period(counted.here.host, CAMPAIGN, LARGE) > 60
    report = counted.file(LARGE, besides=OWING)[FILED]
    many = {(path, who): counted.asked(path, who, period=LARGE, report=report) for path, who, _ in PAGES}
    assert {page: (few[page], many[page]) for page in few if many[page] > few[page]} == {}
    assert {(path, who): many[path, who] for path, who, most in PAGES if many[path, who] > most} == {}


def test_no_page_about_accounts_asks_more_as_accounts_grow(counted: Counted) -> None:
    admin, today = counted.here.actors["admin"], NOON.date()
    reporter = counted.here.actors["reporter"].account_id
    waits = counted.here.add_account("waits")
    give_membership(counted.here.host, admin, waits.account_id, Membership(Role.OFFICE, None, today))
    few = {(path, who): counted.asked(path, who, account=reporter) for path, who, _ in ACCOUNT_PAGES}
    for number in range(40):
        added = counted.here.add_account(f"more-{number}", (Role.UNIT_REPORTER, OWING))
        give_membership(counted.here.host, admin, added.account_id, Membership(Role.LEADER, None, today))
    many = {(path, who): counted.asked(path, who, account=reporter) for path, who, _ in ACCOUNT_PAGES}
    assert {page: (few[page], many[page]) for page in few if many[page] > few[page]} == {}
    assert {(path, who): many[path, who] for path, who, most in ACCOUNT_PAGES if many[path, who] > most} == {}
