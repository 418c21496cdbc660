"""What the busiest paths ask of PostgreSQL, and that asking it directly changes nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Integer
from sqlalchemy import bindparam
from sqlalchemy import literal
from sqlalchemy import select
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import StatementError

from thidua.adapters.db.direct import DirectStatement
from thidua.adapters.db.engine import make_engine
from thidua.adapters.db.options import DatabaseOptions
from thidua.adapters.db.types import Instant
from thidua.application.people.bearer_tokens import actor_of_token
from thidua.application.people.sessions import digest_of
from thidua.application.ports.rows import TokenRow
from thidua.application.ports.unit_of_work import UnitsOfWork
from thidua.application.reports.filing import file_report
from thidua.domain.errors import ConflictError
from thidua.domain.errors import UnavailableError
from thidua.domain.reports import Channel
from thidua.forms.envelope import Envelope
from thidua.forms.envelope import read_envelope
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation
from thidua_testkit.ledger import NOW
from thidua_testkit.ledger import a_ledger
from thidua_testkit.ledger import a_revision
from thidua_testkit.ledger import an_obligation
from thidua_testkit.ledger import write_first
from thidua_testkit.ledger import write_next

NOON = datetime.fromisoformat("2021-03-16T12:00:00+07:00")
HUU_LUNG = "LS-186-VHTT"
SAMPLE = json.loads((Path(__file__).parents[1] / "samples/P01.json").read_text(encoding="utf-8"))


def envelope(unit_code: str, **changes: object) -> Envelope:
    found, findings = read_envelope({**SAMPLE, "unit_code": unit_code, **changes})
    assert found is not None, findings
    return found


class Wire:
    """Counts what is sent to the server and waited for."""

    def __init__(self) -> None:
        self.trips = 0

    def since(self, before: int) -> int:
        return self.trips - before


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    found = Wire()
    real = psycopg.Connection.wait

    def wait(self: psycopg.Connection, *given: object, **named: object) -> object:
        found.trips += 1
        return real(self, *given, **named)  # type: ignore[arg-type, misc]  # passed on as given

    monkeypatch.setattr(psycopg.Connection, "wait", wait)
    return found


@pytest.fixture
def here(postgres_url: str) -> Iterator[Installation]:
    found = an_installation(postgres_url, at=NOON, campaign="ATGT-2021", periods=("2021-Q1", "2021-H1"))
    yield found
    found.host.work.close()  # type: ignore[attr-defined]  # the adapter's


@pytest.mark.postgres
def test_a_filing_is_three_round_trips_token_and_record_and_write(here: Installation, wire: Wire) -> None:
    actor = here.reporter(HUU_LUNG)
    with here.host.work.writing() as work:
        work.accounts.add_token(TokenRow(digest_of("secret"), actor.account_id, "test", NOON, NOON.replace(year=2022)))
        work.commit()
    # The first use connects and prepares.
    file_report(here.host, actor_of_token(here.host, "secret"), envelope(HUU_LUNG), channel=Channel.API)
    again = envelope(HUU_LUNG, revision=1, correction_reason="Đếm lại.")
    before = wire.trips
    file_report(here.host, actor_of_token(here.host, "secret"), again, channel=Channel.API)
    assert wire.since(before) == 3


@pytest.mark.postgres
def test_the_record_brings_the_earlier_reports_along(here: Installation, wire: Wire) -> None:
    actor = here.reporter(HUU_LUNG)
    file_report(here.host, actor, envelope(HUU_LUNG), channel=Channel.API)
    wanted = {"campaign_code": "ATGT-2021", "unit_code": HUU_LUNG, "account_id": 1, "idempotency_key": None}
    with here.host.work.glancing() as work:
        before = wire.trips
        [earlier] = work.reports.context(period_code="2021-H1", **wanted).earlier  # type: ignore[arg-type]
        assert wire.since(before) == 1
        assert work.reports.context(period_code="2021-Q1", **wanted).earlier == ()  # type: ignore[arg-type]
        assert work.reports.earlier(campaign_code="ATGT-2021", unit_code=HUU_LUNG, before_ordinal=99) == (earlier,)


def test_an_act_is_durable_without_a_commit(work: UnitsOfWork) -> None:
    ledger = a_ledger(work)
    with work.acting() as acts:
        report_id, _ = write_first(acts, an_obligation(), a_revision(ledger.reporter, key="k1"))
    with pytest.raises(ConflictError), work.acting() as acts:
        write_first(acts, an_obligation(), a_revision(ledger.reporter, key="k2"))
    with pytest.raises(ConflictError, match="Idempotency-Key"), work.acting() as acts:
        write_next(acts, ledger.report(report_id), a_revision(ledger.reporter, 1, key="k1"))
    with work.acting() as acts:
        write_next(acts, ledger.report(report_id), a_revision(ledger.reporter, 1, key="k3"))
    with work.reading() as opened:
        assert [revision.idempotency_key for revision in opened.reports.revisions(report_id)] == ["k1", "k3"]
        assert len(opened.reports.entries([report_id])[report_id]) == opened.outbox.waiting() == 2


@pytest.mark.postgres
def test_a_lost_connection_is_met_once_and_the_next_use_connects_anew(here: Installation) -> None:
    def who() -> object:
        with here.host.work.glancing() as work:
            return work.accounts.by_token("0" * 64, NOON)

    assert who() is None
    with here.host.work.writing() as work:
        others = text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE usename = current_user AND datname = current_database() AND pid <> pg_backend_pid()"
        )
        work._connection.execute(others)  # type: ignore[attr-defined]  # the adapter's
    with pytest.raises(UnavailableError):
        who()
    assert who() is None


@pytest.mark.postgres
def test_a_direct_statement_fails_as_sqlalchemys_own_would(postgres_url: str) -> None:
    engine = make_engine(postgres_url, DatabaseOptions(is_test=True))
    wrong = DirectStatement(select(literal(1) / bindparam("by", type_=Integer)))
    moment = DirectStatement(select(bindparam("at", type_=Instant)))
    with engine.connect() as connection:
        with pytest.raises(DBAPIError, match="division by zero"):
            wrong.rows(connection, {"by": 0})
        connection.rollback()
        with pytest.raises(StatementError, match="without a zone"):
            moment.rows(connection, {"at": NOW.replace(tzinfo=None)})
        with pytest.raises(StatementError):
            moment.rows(connection, {})
        [row] = moment.rows(connection, {"at": NOON})
        assert list(row.values()) == [NOON]
    engine.dispose()


@pytest.mark.postgres
def test_what_a_direct_statement_writes_is_committed_with_its_transaction(work: UnitsOfWork) -> None:
    ledger = a_ledger(work)
    with work.writing() as opened:
        write_first(opened.reports, an_obligation(), a_revision(ledger.reporter))
    with work.writing() as opened:
        report_id, _ = write_first(opened.reports, an_obligation("LS-182-VHTT"), a_revision(ledger.reporter))
        opened.commit()
    with work.reading() as opened:
        assert opened.reports.ids() == (report_id,)
