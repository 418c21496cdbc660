"""One installation with everything in it: three units with their reports, drafts, files and deadlines, and all roles.

Its database is put back as it was after whatever changed it, so that all cases of a module share it.
"""

from __future__ import annotations

import copy
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import replace
from datetime import date
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from signing_provider import with_provider

from thidua.application.background.jobs import ask_for_job
from thidua.application.background.sample import file_sample
from thidua.application.people.bearer_tokens import issue_token
from thidua.application.periods.obligations import Wish
from thidua.application.periods.obligations import change_obligation
from thidua.application.ports.refusals import RefusalGate
from thidua.application.reports.answering import Remark
from thidua.application.reports.drafts import DraftPlace
from thidua.application.reports.drafts import save_cells
from thidua.application.reports.evidence import add_evidence
from thidua.application.reports.filing import file_report
from thidua.application.review.reviewing import return_report
from thidua.domain.accounts import Membership
from thidua.domain.accounts import Role
from thidua.domain.reports import Channel
from thidua.domain.reports import ObligationChangeKind
from thidua.forms.envelope import read_envelope
from thidua.settings import load
from thidua.web.app import create_app
from thidua_testkit.files import a_photo
from thidua_testkit.installation import CONFIG_DIR
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

CAMPAIGN, PERIOD = "ATGT-2021", "2021-Q1"
NOW = datetime.fromisoformat("2021-03-15T09:00:00+07:00")
PASSWORD = "mật khẩu dài 15"
SAMPLE = json.loads((Path(__file__).parents[1] / "samples/P01.json").read_text(encoding="utf-8"))

#: Words that stand in one place each; whoever reads one has read that place.
VIOLATOR = "Nguyễn Thị Kín Tên"
ABOUT_VIOLATOR = "Lời kín về vụ việc ấy"
REMARK_ON_VIOLATOR = "Câu hỏi kín của Văn phòng"
FILE_OF_VIOLATOR = "bien-ban-kin.jpg"
PREPARED_BY = "Người Lập Biểu Hữu Lũng"
TEXT = "Chữ riêng của đơn vị Hữu Lũng, không ai khác gõ như thế bao giờ"
DRAFTED = "Nháp riêng của Hữu Lũng"
REASON = "Lý do gia hạn riêng"
NETWORK = "203.0.113.77"

_TABLES_LEFT = ("audit_entry", "session", "api_token", "tried", "known_device", "pending_sign_in", "used_trip")
NOBODYS = 10**9


@dataclass(frozen=True)
class Place:
    """A unit with what belongs to it; every part may be named in an address."""

    unit: str
    report: int = 0
    evidence: int = 0
    campaign: str = CAMPAIGN
    period: str = PERIOD
    revision: int = 0
    #: Of the unit's reporter.
    account: int = 0
    #: Of that account, with a person of a provider.
    identity: int = 0

    def values(self, job: int = 1) -> dict[str, object]:
        return {
            "campaign": self.campaign,
            "period": self.period,
            "unit": self.unit,
            "report_id": self.report,
            "revision": self.revision,
            "evidence_id": self.evidence,
            "job_id": job,
            "account_id": self.account,
            "identity_id": NOBODYS,
            # Nobody in the house waits for a role, and nobody knows the handle of another's session.
            "membership_id": NOBODYS,
            "prepared_id": NOBODYS,
            "handle": "0" * 16,
            "hashed": "nothing.0123456789abcdef.js",
        }


#: Things that nobody has.
NOWHERE = Place("LS-999-VHTT", 999_999, 999_999, "ATGT-1999", "1999-Q1", 999, 999_999, 999_999)
NO_JOB = 999_999

#: The people: everybody's memberships. A unit's people are told by the unit's letter.
UNITS = {"a": "LS-186-VHTT", "b": "LS-187-VHTT", "c": "STTTT-TTBCXB"}
PEOPLE: dict[str, tuple[tuple[Role, str | None], ...]] = {
    **{f"reporter-{letter}": ((Role.UNIT_REPORTER, unit),) for letter, unit in UNITS.items()},
    **{f"head-{letter}": ((Role.UNIT_HEAD, unit),) for letter, unit in UNITS.items()},
    "office": ((Role.OFFICE, None),),
    "leader": ((Role.LEADER, None),),
    "observer": ((Role.OBSERVER, None),),
    "admin": ((Role.ADMIN, None),),
    "nobody": (),
    "two-roles": ((Role.OBSERVER, None), (Role.UNIT_REPORTER, UNITS["a"])),
    "two-units": ((Role.UNIT_REPORTER, UNITS["b"]), (Role.UNIT_HEAD, UNITS["c"])),
    "office-and-admin": ((Role.OFFICE, None), (Role.ADMIN, None)),
}


class House:
    """The installation; ``places`` are the units' by letter, ``here`` gives who acts."""

    def __init__(self, here: Installation, app: Flask, path: Path) -> None:
        self.here, self.app, self._path = here, app, path
        self._clients: dict[str, tuple[FlaskClient, str]] = {}
        self._tokens: dict[str, str] = {}
        self.places: dict[str, Place] = {}
        self.job = 0
        self._watch: sqlite3.Connection | None = None

    def furnish(self) -> None:
        """Fill it."""
        for name, memberships in PEOPLE.items():
            self.here.add_account(name, *memberships, password=PASSWORD)
        today = NOW.date()
        unit, long_ago = UNITS["a"], date(2020, 1, 1)
        for name, held in {
            "expired": Membership(Role.UNIT_REPORTER, unit, long_ago, today),
            "tomorrow": Membership(Role.UNIT_REPORTER, unit, today + timedelta(days=1)),
            "disabled": Membership(Role.UNIT_REPORTER, unit, long_ago),
        }.items():
            self._add(name, held)
        self._file("a", {"difficulties": TEXT, "violation_cases": 1, "violation_handled": 1, "violation_alcohol": 0})
        # Chi Lăng files nearly what Hữu Lũng did, as a unit does that copies; and corrects it once.
        copied: dict[str, object] = {"difficulties": TEXT + ".", "stations_total": 20, "stations_broadcasting": 18}
        self._file("b", copied)
        self._file_again("b", copied)
        with self.here.host.work.reading() as work:
            roster = {row.obligation.unit_code: row for row in work.campaigns.roster(CAMPAIGN, PERIOD)}
        third = self.here.actors["reporter-c"].account_id
        receipt = file_sample(self.here.host, roster[UNITS["c"]], account_id=third, at=NOW)
        evidence = self._lay("c", "/fields/radio_items", "anh-c.jpg", 3)
        self.places["c"] = Place(UNITS["c"], receipt.report_id, evidence, account=third)
        for letter, place in self.places.items():
            with self.here.host.work.writing() as work:
                linked = work.identities.add(place.account, "https://sso.example.vn", letter, by=None, now=NOW)
                work.commit()
            self.places[letter] = replace(place, identity=linked)
        self.kin_file = self._lay("a", "/violations", FILE_OF_VIOLATOR, 9)
        self.spare_files = [self._lay("a", "", f"thua-{number}.jpg", 20 + number) for number in range(2)]
        self._send_back()
        save_cells(
            self.here.host,
            self.here.actors["reporter-a"],
            DraftPlace(CAMPAIGN, PERIOD, UNITS["a"]),
            base=0,
            cells={"/violations/0/full_name": VIOLATOR + " B", "/comments/~1violations": DRAFTED},
        )
        wish = Wish(
            kind=ObligationChangeKind.EXTENDED,
            reason=REASON,
            document_number="12/CV",
            requested_by="UBND",
            ends_at=NOW + timedelta(days=30),
        )
        place = {"campaign_code": CAMPAIGN, "period_code": PERIOD, "unit_code": UNITS["a"]}
        change_obligation(self.here.host, self.here.actors["office"], **place, wish=wish)
        self.job, _ = ask_for_job(self.here.host, self.here.actors["admin"], "verify")
        self.here.drain()
        for name in [*PEOPLE, "expired", "tomorrow", "disabled"]:
            self.client(name)
            self.token(name)
        self.execute("UPDATE account SET disabled_at = '2021-03-15T01:00:00.000000' WHERE name = 'disabled'")
        shutil.copyfile(self._path, self._kept)

    @property
    def _kept(self) -> Path:
        return self._path.with_suffix(".kept")

    def client(self, name: str) -> tuple[FlaskClient, str]:
        """A browser in which somebody is signed in, and the token of its pages."""
        if name not in self._clients:
            client = self.app.test_client()
            client.environ_base["REMOTE_ADDR"] = NETWORK
            token = _token(client.get("/sign-in").text)
            if name != "stranger":
                typed = {"name": name, "password": PASSWORD, "next": "/", "csrf_token": token}
                assert client.post("/sign-in", data=typed).status_code == 303, name
                token = _token(client.get("/nowhere").text)
            self._clients[name] = client, token
        return self._clients[name]

    def copy_of(self, client: FlaskClient) -> FlaskClient:
        """Another browser with the same cookie."""
        copied, cookie = self.app.test_client(), client.get_cookie("thidua")
        if cookie is not None:
            copied.set_cookie("thidua", cookie.value)
        return copied

    def token(self, name: str) -> str:
        """An API token of somebody's."""
        if name not in self._tokens:
            self._tokens[name] = issue_token(self.here.host, name=name, label="matrix")
        return self._tokens[name]

    def execute(self, statement: str, *values: object) -> None:
        """Change a row behind the program's back."""
        connection = sqlite3.connect(self._path)
        connection.execute(statement, values)
        connection.commit()
        connection.close()

    def rows(self) -> dict[str, list[str]]:
        """Everything stored, but who is signed in and what the audit trail says."""
        connection = sqlite3.connect(self._path)
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {
            name: sorted(map(repr, connection.execute(f'SELECT * FROM "{name}"')))
            for name in names
            if name not in _TABLES_LEFT
        }
        connection.close()
        return found

    @contextmanager
    def put_back(self) -> Iterator[None]:
        """Let something be changed, and put the database back as it was."""
        if self._watch is None:
            self._watch = sqlite3.connect(self._path, check_same_thread=False)
            self._watch.execute("PRAGMA synchronous = OFF")
        before = self._version()
        try:
            yield
        finally:
            if self._version() != before:
                kept = sqlite3.connect(self._kept)
                kept.backup(self._watch)
                kept.close()

    def _version(self) -> object:
        """A number that changes with every commit of anybody else's."""
        assert self._watch is not None
        return self._watch.execute("PRAGMA data_version").fetchone()

    def _add(self, name: str, held: Membership) -> None:
        with self.here.host.work.writing() as work:
            work.accounts.add(
                name=name,
                full_name=name,
                position="Chuyên viên",
                password_hash=self.here.host.passwords.hash(PASSWORD),
                memberships=(held,),
                now=NOW,
            )
            work.commit()

    def _file(self, letter: str, fields: dict[str, object]) -> None:
        unit = UNITS[letter]
        evidence = self._lay(letter, "/fields/mobile_sessions", f"anh-{letter}.jpg", ord(letter))
        data = a_report(letter, fields)
        envelope, findings = read_envelope(data)
        assert envelope is not None, findings
        actor = self.here.actors[f"reporter-{letter}"]
        receipt = file_report(
            self.here.host,
            actor,
            replace(envelope, confirm_warnings=True),
            channel=Channel.API,
            idempotency_key=f"key-{letter}",
            request_digest="0" * 64,
        )
        self.places[letter] = Place(unit, receipt.report_id, evidence, account=actor.account_id)

    def _lay(self, letter: str, cell: str, name: str, seed: int) -> int:
        laid = add_evidence(
            self.here.host,
            self.here.actors[f"reporter-{letter}"],
            campaign_code=CAMPAIGN,
            period_code=PERIOD,
            unit_code=UNITS[letter],
            pointer=cell,
            file_name=name,
            content=a_photo(seed, size=(64, 48)),
        )
        return laid.evidence.id

    def _send_back(self) -> None:
        """The Office asks about the violator, the unit answers: the ledger holds words about people."""
        report = self.places["a"].report
        remarks = [Remark("/violations/0", REMARK_ON_VIOLATOR), Remark("/fields/radio_items", "Đếm lại.")]
        return_report(self.here.host, self.here.actors["office"], report, revision=0, reason="Cần rõ.", remarks=remarks)
        answers = [{"cell": remarks[0].cell, "text": ABOUT_VIOLATOR}, {"cell": remarks[1].cell, "text": "Đã đếm."}]
        case = {"violation_cases": 1, "violation_handled": 1, "violation_alcohol": 0}
        self._file_again("a", {"difficulties": TEXT, **case}, answers=answers)

    def _file_again(self, letter: str, fields: dict[str, object], **more: object) -> None:
        data = {**a_report(letter, fields), "revision": 1, "correction_reason": "Đã làm rõ.", **more}
        envelope, findings = read_envelope(data)
        assert envelope is not None, findings
        actor = self.here.actors[f"reporter-{letter}"]
        file_report(self.here.host, actor, replace(envelope, confirm_warnings=True), channel=Channel.API)
        self.places[letter] = replace(self.places[letter], revision=1)


def a_report(letter: str, fields: dict[str, object] | None = None) -> dict[str, Any]:
    """A sound report of a district unit."""
    data: dict[str, Any] = copy.deepcopy(SAMPLE)
    data["unit_code"] = UNITS[letter]
    data["fields"] |= fields or {}
    data["prepared_by"] = {"full_name": PREPARED_BY, "position": "Chuyên viên"}
    if data["fields"]["violation_cases"]:
        data["violations"] = [
            {
                "case_id": "VV-1",
                "occurred_on": "2021-02-03",
                "full_name": VIOLATOR,
                "staff_kind": "civil_servant",
                "behaviour": "speed",
                "alcohol_band": None,
                "status": "handled",
                "handling": "reminder",
            }
        ]
        data["comments"] = {"/violations/0/full_name": ABOUT_VIOLATOR}
    return data


def an_empty_house(template: Path, folder: Path) -> House:
    """Build it in a folder on a copy of a migrated database, without people and reports."""
    path, files = Path(shutil.copyfile(template, folder / "thidua.db")), folder / "files"
    here = an_installation(
        f"sqlite:///{path}",
        at=NOW,
        campaign=CAMPAIGN,
        periods=(PERIOD,),
        files_dir=files,
        unit_files=("lang-son.toml",),
    )
    settings = load({"THIDUA_DATA": str(folder), "THIDUA_SECRET_KEY": "x" * 40}, CONFIG_DIR)
    # Every refusal is written down, so that each takes as many statements as the next.
    here.host = replace(here.host, custody=replace(here.host.custody, refusals=RefusalGate(each=10**9, together=10**9)))
    here.host, _ = with_provider(here.host)
    return House(here, create_app(here.host, settings), path)


def a_house(template: Path, folder: Path) -> House:
    """Build it with everything in it."""
    house = an_empty_house(template, folder)
    house.furnish()
    return house


def _token(page: str) -> str:
    return page.split('name="csrf_token" value="')[1].split('"', maxsplit=1)[0]
