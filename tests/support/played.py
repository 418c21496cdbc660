"""A small campaign on which anything may be done: units of every type, any figures, the real use cases."""

from __future__ import annotations

import random
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from datetime import datetime
from datetime import timedelta
from typing import Any
from typing import Final
from unittest import mock

from ledger_rows import connection_of
from ledger_rows import read_ledger
from oracle import Oracle
from sqlalchemy import Connection
from sqlalchemy import delete
from sqlalchemy import insert
from sqlalchemy import literal
from sqlalchemy import select
from sqlalchemy import text
from sqlalchemy import update

from thidua.adapters.db.tables import campaign
from thidua.adapters.db.tables import campaign_pin
from thidua.adapters.db.tables import fact
from thidua.adapters.db.tables import obligation
from thidua.adapters.db.tables import obligation_change
from thidua.adapters.db.tables import outbox
from thidua.adapters.db.tables import period
from thidua.adapters.db.tables import report
from thidua.adapters.db.tables import report_event
from thidua.adapters.db.tables import report_revision
from thidua.adapters.db.tables import rollup
from thidua.adapters.db.tables import rollup_shard
from thidua.adapters.db.tables import status
from thidua.adapters.db.tables import unit
from thidua.adapters.db.tables import unit_filing
from thidua.adapters.db.tables import unit_version
from thidua.adapters.db.types import database_now
from thidua.application.periods.campaigns import close_period
from thidua.application.periods.campaigns import open_period
from thidua.application.periods.directory import import_units
from thidua.application.periods.directory import list_units
from thidua.application.periods.obligations import Wish
from thidua.application.periods.obligations import change_obligation
from thidua.application.reports.answering import Remark
from thidua.application.reports.answering import return_in_force
from thidua.application.reports.filing import file_report
from thidua.application.review.reviewing import accept_report
from thidua.application.review.reviewing import return_report
from thidua.application.review.reviewing import withdraw_report
from thidua.domain.errors import ConflictError
from thidua.domain.errors import NotFoundError
from thidua.domain.errors import ThiduaError
from thidua.domain.reports import Channel
from thidua.domain.reports import ObligationChangeKind
from thidua.domain.reports import Report
from thidua.forms.envelope import Answer
from thidua.forms.envelope import Envelope
from thidua.forms.judge import Judgement
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation
from thidua_testkit.postgres import owners_connection

__all__ = ["CAMPAIGN", "OPENED", "PERIODS", "UNITS", "Play", "a_play", "dismissed", "emptied", "only_units"]

CAMPAIGN: Final = "ATGT-2021"
PERIODS: Final = ("2021-Q1", "2021-H1", "2021-9M", "2021-Y")
OPENED: Final = datetime.fromisoformat("2021-03-08T08:00:00+07:00")
#: One is dissolved before the third period, another becomes a centre before the second.
DISSOLVED, CHANGED = "LS-187-VHTT", "STTTT-CNTT"
UNITS: Final = ("LS-185-VHTT", "LS-186-VHTT", DISSOLVED, "STTTT-TTBCXB", CHANGED, "STTTT-TTCNS", "STTTT-VP")
#: What is emptied between two histories, what points at others first.
_EMPTIED: Final = (
    status, rollup_shard, rollup, unit_filing, fact, outbox, report_event, report_revision, report, obligation_change,
    obligation, period, campaign_pin, campaign,
)  # fmt: skip
_GUARDED: Final = ("report_event", "report_revision", "obligation_change", "campaign_pin")


def _without_guards(connection: Connection) -> None:
    """Let the ledger of a test's database be emptied."""
    for table in _GUARDED:
        if connection.dialect.name == "sqlite":
            connection.execute(text(f"DROP TRIGGER {table}_refuse_delete"))
        else:
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))


def emptied(here: Installation) -> None:
    """Take out everything of the campaign; units and people stay."""
    with owners_connection(here.database_url) as connection:
        for table in _EMPTIED:
            connection.execute(delete(table))


def only_units(here: Installation, codes: tuple[str, ...]) -> None:
    """Leave these units in the directory, and let the ledger be emptied."""
    with owners_connection(here.database_url) as connection:
        _without_guards(connection)
        connection.execute(delete(unit_version).where(unit_version.c.unit_code.not_in(codes)))
        connection.execute(delete(unit).where(unit.c.code.not_in(codes)))


@contextmanager
def dismissed() -> Iterator[None]:
    """Let any figures be filed: what a form would refuse has to be counted as well."""
    with mock.patch("thidua.application.reports.filing.judge", return_value=Judgement((), {})):
        yield


def a_play(database_url: str) -> Play:
    """Build the installation with its few units, one of which goes and one of which changes its type."""
    here = an_installation(database_url, at=OPENED)
    only_units(here, UNITS)
    units = {each.code: each.versions[0] for each in list_units(here.host)}
    gone = replace(units[DISSOLVED], valid_to=date(2021, 6, 10))
    room = replace(units[CHANGED], valid_to=date(2021, 4, 1))
    centre = replace(units[CHANGED], valid_from=date(2021, 4, 1), valid_to=None, type="affiliated_centre")
    changed = {DISSOLVED: (gone,), CHANGED: (room, centre)}
    import_units(
        here.host,
        [replace(each, versions=changed[each.code]) for each in list_units(here.host) if each.code in changed],
    )
    here.office()
    for code in UNITS:
        here.reporter(code)
    return Play(here)


class Play:
    """Does things by the real use cases; what is refused leaves no trace, which others test."""

    #: What an act may be refused with; side by side with others also what they changed in between.
    refusals: tuple[type[ThiduaError], ...] = (ConflictError, NotFoundError)

    def __init__(self, here: Installation) -> None:
        """Take an installation that has the units, and their reporters."""
        self.here = here
        self.moved = 0

    @property
    def now(self) -> datetime:
        """What the clock shows."""
        return self.here.clock.now()

    def _does(self, act: Callable[[], object]) -> bool:
        try:
            act()
        except self.refusals:
            return False
        return True

    def open(self, period_code: str) -> bool:
        """Open a period."""
        return self._does(lambda: open_period(self.here.host, CAMPAIGN, period_code))

    def close(self, period_code: str) -> bool:
        """Close a period."""
        return self._does(lambda: close_period(self.here.host, CAMPAIGN, period_code))

    def report(self, unit_code: str, period_code: str) -> Report | None:
        """Return a unit's report."""
        with self.here.host.work.reading() as work:
            found = work.reports.list(unit_codes=[unit_code], campaign_code=CAMPAIGN, period_code=period_code)
        return found[0] if found else None

    def file(self, unit_code: str, period_code: str, seed: int) -> bool:
        """File any figures, for the first time, as an answer, or as a correction."""
        with self.here.host.work.reading() as work:
            owed = [each for each in work.campaigns.roster(CAMPAIGN, period_code)
                    if each.obligation.unit_code == unit_code]  # fmt: skip
            found = owed[0].report if owed else None
            bound = return_in_force(work.reports.entries([found.id])[found.id]) if found else None
            before = work.reports.payloads([(found.id, bound.revision)])[found.id, bound.revision] \
                if found and bound else {}  # fmt: skip
        if not owed:
            return False
        form = self.here.host.catalogue.form(CAMPAIGN, period_code, owed[0].obligation.form_code)
        said = figures(random.Random(seed), form)
        asked: list[Mapping[str, str]] = list(bound.body["remarks"]) if bound else []
        if asked and found and found.state not in {"accepted", "consolidated"}:
            # Only what was opened may change.
            opened = {each["cell"].removeprefix("/fields/"): said["fields"].get(each["cell"].removeprefix("/fields/"))
                      for each in asked}  # fmt: skip
            said = {
                "fields": {**before["fields"], **opened},
                "by_topic": before["by_topic"],
                "rows": {name: before[name] for name in form.tables if name in before},
            }
        else:
            asked = []
        envelope = Envelope(
            campaign_code=CAMPAIGN,
            form_code=form.code,
            form_version=form.version,
            unit_code=unit_code,
            period_code=period_code,
            revision=found.revision + 1 if found else 0,
            correction_reason="Sửa lại số liệu." if found else "",
            confirm_warnings=True,
            is_estimate=before.get("is_estimate") is True if asked else seed % 4 == 0,
            answers=tuple(Answer(each["cell"], "Đã đếm lại.") for each in asked),
            **said,
        )
        filer = self.here.reporter(unit_code)
        return self._does(lambda: file_report(self.here.host, filer, envelope, channel=Channel.API))

    def give_back(self, unit_code: str, period_code: str, *, incomplete: bool, pins: bool) -> bool:
        """Send a report back, whole or with a remark at a cell."""
        found = self.report(unit_code, period_code)
        if found is None:
            return False
        form = self.here.host.catalogue.form(CAMPAIGN, period_code, found.form_code)
        remarks = (Remark(f"/fields/{form.counts[0].name}", "Đếm lại."),) if pins else ()
        return self._does(
            lambda: return_report(
                self.here.host, self.here.office(), found.id, revision=found.revision, reason="Chưa khớp.",
                remarks=remarks, incomplete=incomplete,
            )
        )  # fmt: skip

    def withdraw(self, unit_code: str, period_code: str) -> bool:
        """Take a report back."""
        found = self.report(unit_code, period_code)
        return found is not None and self._does(
            lambda: withdraw_report(
                self.here.host, self.here.reporter(unit_code), found.id, revision=found.revision, reason="Nhầm."
            )
        )

    def accept(self, unit_code: str, period_code: str, *, from_now: bool = False) -> bool:
        """Accept a report."""
        found = self.report(unit_code, period_code)
        return found is not None and self._does(
            lambda: accept_report(
                self.here.host, self.here.office(), found.id, revision=found.revision, counts_from_now_filed=from_now
            )
        )

    def change(self, unit_code: str, period_code: str, kind: ObligationChangeKind, days: int | None) -> bool:
        """Give more time, let off for a time or for good, or take that back."""
        until = None if days is None else self.now + timedelta(days=days)
        if kind is ObligationChangeKind.EXTENDED:
            until = until or self.now + timedelta(days=20)
        elif kind is ObligationChangeKind.OWED_AGAIN:
            until = None
        wish = Wish(kind=kind, reason="Mưa lũ", document_number="12/CV", requested_by="UBND", ends_at=until)
        place = {"campaign_code": CAMPAIGN, "period_code": period_code, "unit_code": unit_code}
        return self._does(lambda: change_obligation(self.here.host, self.here.office(), **place, wish=wish))

    def deliver_again(self, every: int) -> None:
        """Let changes wait that were applied before."""
        self._on_outbox(update(outbox).where(outbox.c.id % every == 0).values(applied_at=None))

    def shuffle(self, every: int) -> None:
        """Move some waiting changes behind all others."""
        self.moved += 1
        far = 1_000_000 * self.moved
        moved = update(outbox).where(outbox.c.id % every == 0, outbox.c.applied_at.is_(None), outbox.c.id < far)
        self._on_outbox(moved.values(id=outbox.c.id + far))

    def forget(self) -> None:
        """Lose everything derived, and let every change and every obligation wait anew."""
        with self.here.host.work.writing() as work:
            connection = connection_of(work)
            for table in (rollup_shard, rollup, unit_filing, fact):
                connection.execute(delete(table))
            connection.execute(update(outbox).values(applied_at=None))
            owed = select(
                obligation.c.campaign_code, obligation.c.period_code, obligation.c.unit_code, database_now(), literal(0)
            )
            columns = ["campaign_code", "period_code", "unit_code", "created_at", "attempts"]
            connection.execute(insert(outbox).from_select(columns, owed))
            connection.execute(update(status).values(document={"filing": {}}, digest="none"))
            work.commit()

    def _on_outbox(self, statement: Any) -> None:
        with self.here.host.work.writing() as work:
            connection_of(work).execute(statement)
            work.commit()

    def oracle(self) -> Oracle:
        """Ask the oracle as of now."""
        with self.here.host.work.reading() as work:
            return Oracle(read_ledger(connection_of(work), CAMPAIGN), self.now)

    def closed_periods(self) -> frozenset[str]:
        """Return the periods that are closed."""
        with self.here.host.work.reading() as work:
            return frozenset(row.code for row in work.campaigns.periods(CAMPAIGN) if row.closed_at is not None)

    def digests(self) -> dict[str, str]:
        """Return the stored documents' digests by period."""
        with self.here.host.work.reading() as work:
            codes = [each.code for each in work.campaigns.periods(CAMPAIGN)]
            return {code: row.digest for code in codes if (row := work.statuses.get(CAMPAIGN, code))}


def figures(draw: random.Random, form: Any) -> dict[str, Any]:
    """Draw any figures for a form: nothing, nought, few or many in every cell, and rows in the tables."""
    fields: dict[str, Any] = {}
    by_topic: dict[str, dict[str, int]] = {}
    rows: dict[str, list[object]] = {}
    for model in form.fields:
        if model.is_table:
            if draw.random() < 0.7:
                rows[model.name] = [_row(draw, model) for _ in range(draw.choice((0, 0, 1, 2, 3)))]
            continue
        if draw.random() < 0.1:
            continue
        if model.kind == "count":
            fields[model.name] = draw.choice((None, 0, 0, 1, 2, 7, draw.randint(20, 40), draw.randint(20, 40)))
        elif model.kind == "flag":
            fields[model.name] = draw.choice((None, True, False))
        elif model.kind == "choice":
            fields[model.name] = draw.choice((None, *(option for option, _ in model.options)))
        elif model.name in _GROUPS:
            fields[model.name] = draw.choice((None, _GROUPS[model.name](draw), _GROUPS[model.name](draw)))
        if model.by_topic and draw.random() < 0.6:
            by_topic[model.name] = {
                topic.code: draw.choice((None, 0, draw.randint(0, 30))) for topic in form.topics if draw.random() < 0.6
            }
    return {"fields": fields, "by_topic": by_topic, "rows": rows}


def _origin(draw: random.Random) -> dict[str, str]:
    return {
        "source_document": f"{draw.randint(10, 99)}/BC-BATGT",
        "as_of": draw.choice(("2021-03-14", "2021-06-14", "2021-09-01", "2021-09-14", "2021-09-15")),
        "definition_version": draw.choice(("TT58-2009", "TT58-2009", "TT26-2024")),
    }


def _before(draw: random.Random) -> dict[str, int]:
    return {"version": draw.randint(1, 2), **{each: draw.randint(0, 40) for each in ("crashes", "deaths", "injured")}}


_GROUPS: Final[dict[str, Callable[[random.Random], object]]] = {
    "crashes_source": _origin,
    "baseline_same_period": _before,
}


def _row(draw: random.Random, table: Any) -> dict[str, object]:
    row: dict[str, object] = {
        column.name: draw.choice([option for option, _ in column.options] + [None])
        for column in table.columns
        if column.kind == "choice"
    }
    case = draw.choice(({}, {"case_id": f"V{draw.randint(1, 4)}"}, {"case_id": f"v{draw.randint(1, 4)} "}))
    return row | case | {"full_name": draw.choice((None, "Nguyễn Văn Mẫu", "Lò Thị Mẫu", "lò  thị mẫu"))}
