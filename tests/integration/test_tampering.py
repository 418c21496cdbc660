"""Whatever is changed in the ledger behind the program's back, a check names the report and the first broken line.

Every tampering is done with the triggers off, as somebody with the database's password would do
it, at several places of the chain, on both databases.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from datetime import timedelta
from itertools import combinations
from pathlib import Path
from typing import Any
from typing import Final

import pytest
from click.testing import CliRunner
from sqlalchemy import Connection
from sqlalchemy import delete
from sqlalchemy import insert
from sqlalchemy import select
from sqlalchemy import text
from sqlalchemy import update

from thidua.adapters.db.tables import obligation
from thidua.adapters.db.tables import obligation_change
from thidua.adapters.db.tables import report
from thidua.adapters.db.tables import report_event
from thidua.adapters.db.tables import report_revision
from thidua.application.background.verifying import verify
from thidua.application.periods.obligations import Wish
from thidua.application.periods.obligations import change_obligation
from thidua.application.reports.filing import file_report
from thidua.application.review.reviewing import accept_report
from thidua.application.review.reviewing import return_report
from thidua.cli import campaigning
from thidua.domain.reports import Channel
from thidua.domain.reports import ObligationChangeKind
from thidua.forms.envelope import read_envelope
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation
from thidua_testkit.postgres import owners_connection

SAMPLE = json.loads((Path(__file__).parents[1] / "samples/P01.json").read_text(encoding="utf-8"))
CAMPAIGN, PERIOD = "ATGT-2021", "2021-Q1"
HUU_LUNG, CHI_LANG = "LS-186-VHTT", "LS-187-VHTT"
NOON = datetime.fromisoformat("2021-03-16T12:00:00+07:00")
#: Filed, returned, refiled, accepted, corrected, accepted, superseded: positions 0 to 6.
ENTRIES: Final = 7
#: Extended, extended again, let off: positions 0 to 2.
CHANGES: Final = 3

_TAMPERED: Final = (report, report_revision, report_event, obligation, obligation_change)
_APPEND_ONLY: Final = ("report_event", "report_revision", "obligation_change")


def file(here: Installation, unit_code: str = HUU_LUNG, revision: int = 0) -> int:
    figures = SAMPLE["fields"] | {"stations_total": 12, "stations_broadcasting": 10, "radio_items": 26 + revision}
    data = {**SAMPLE, "unit_code": unit_code, "fields": figures, "confirm_warnings": True}
    if revision:
        data |= {"revision": revision, "correction_reason": "Sửa lại số liệu."}
    envelope, findings = read_envelope(data)
    assert envelope is not None, findings
    return file_report(here.host, here.reporter(unit_code), envelope, channel=Channel.API).report_id


def change(here: Installation, kind: ObligationChangeKind, ends_at: datetime | None = None) -> None:
    wish = Wish(kind=kind, reason="Mưa lũ", document_number="12/CV", requested_by="UBND huyện", ends_at=ends_at)
    change_obligation(
        here.host, here.office(), campaign_code=CAMPAIGN, period_code=PERIOD, unit_code=CHI_LANG, wish=wish
    )


@pytest.fixture
def here(database_url: str) -> Installation:
    """Give a report with a whole life, another unit's beside it, and a unit whose obligation was changed thrice."""
    found = an_installation(database_url, at=NOON, campaign=CAMPAIGN, periods=(PERIOD,))
    office, clock = found.office(), found.clock
    number = file(found)
    acts: tuple[Callable[[], object], ...] = (
        lambda: return_report(found.host, office, number, revision=0, reason="Chưa khớp."),
        lambda: file(found, revision=1),
        lambda: accept_report(found.host, office, number, revision=1),
        lambda: file(found, revision=2),
        lambda: accept_report(found.host, office, number, revision=2, note="Đã đối chiếu."),
        lambda: change(found, ObligationChangeKind.EXTENDED, NOON + timedelta(days=3)),
        lambda: change(found, ObligationChangeKind.EXTENDED, NOON + timedelta(days=6)),
        lambda: change(found, ObligationChangeKind.EXEMPTED),
        lambda: file(found, "LS-185-VHTT"),
    )
    for act in acts:
        clock.instant += timedelta(minutes=5)
        act()
    found.drain()
    assert verify(found.host).differences == ()
    return found


def tamper(here: Installation, *statements: str, **values: object) -> None:
    with owners_connection(here.database_url) as connection:
        _without_triggers(connection)
        for statement in statements:
            wanted = {name: value for name, value in values.items() if f":{name}" in statement}
            assert connection.execute(text(statement), wanted).rowcount > 0, statement


@contextmanager
def put_back(here: Installation) -> Iterator[None]:
    """Undo what was tampered with in the block, so that one installation serves for many positions."""
    with here.host.work.reading() as work:
        connection: Connection = work._connection  # type: ignore[attr-defined]  # the adapter's
        before = {table: connection.execute(select(table)).mappings().all() for table in _TAMPERED}
    yield
    with owners_connection(here.database_url) as connection:
        for table in (report_event, obligation_change):
            connection.execute(delete(table))
            connection.execute(insert(table), [dict(row) for row in before[table]])
        for table in (report, report_revision, obligation):
            for row in before[table]:
                connection.execute(update(table).where(table.c.id == row["id"]).values(dict(row)))


def _without_triggers(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        for table in _APPEND_ONLY:
            for refused in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_refuse_{refused}"))
        return
    for table in _APPEND_ONLY:
        connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))


def is_sqlite(here: Installation) -> bool:
    with here.host.work.reading() as work:
        return bool(work._connection.dialect.name == "sqlite")  # type: ignore[attr-defined]  # the adapter's


def moment(here: Installation, utc: str) -> str:
    """Write a moment as each database is told it."""
    return utc if is_sqlite(here) else f"{utc}+00"


def found_by_command(here: Installation, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Run ``thidua status verify`` and return what it names; it must exit with 1."""
    monkeypatch.setattr(campaigning, "_host", lambda: here.host)
    ran = CliRunner().invoke(campaigning.status, ["verify", "--json"])
    assert ran.exit_code == 1, ran.output
    differences: list[str] = json.loads(ran.output)["differences"]
    return differences


def broken_at(here: Installation, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return where the chain of the tampered report is broken; no other ledger may be named."""
    differences = found_by_command(here, monkeypatch)
    ledgers = [each for each in differences if each.startswith("sổ")]
    assert all(HUU_LUNG in each for each in ledgers), ledgers
    marker = f"sổ theo dõi báo cáo 1 ({HUU_LUNG} / {PERIOD}): chuỗi bị đứt ở dòng "
    return [int(each.removeprefix(marker)) for each in ledgers if each.startswith(marker)]


EDITS: Final[dict[str, Any]] = {
    "kind": "withdrawn",
    "note": "Đã sửa",
    "account_id": None,
    "body": '{"incomplete": true}',
    "content": "0" * 64,
    "previous": "0" * 64,
    "digest": "0" * 64,
}


@pytest.mark.parametrize("column", EDITS)
def test_an_edited_entry_is_found_whatever_was_edited(
    here: Installation, monkeypatch: pytest.MonkeyPatch, column: str
) -> None:
    edit = f"UPDATE report_event SET {column} = :value WHERE report_id = 1 AND seq = :at"
    for position in range(ENTRIES):
        with put_back(here):
            tamper(here, edit, value=EDITS[column], at=position)
            assert broken_at(here, monkeypatch) == [position]
    assert verify(here.host).differences == ()


def test_an_entry_moved_in_time_is_found(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    later = "strftime('%Y-%m-%d %H:%M:%f', happened_at, '+1 second')"
    later = later if is_sqlite(here) else "happened_at + interval '1 s'"
    for position in range(ENTRIES):
        with put_back(here):
            tamper(
                here, f"UPDATE report_event SET happened_at = {later} WHERE report_id = 1 AND seq = :at", at=position
            )
            assert broken_at(here, monkeypatch) == [position]


def test_a_deleted_entry_is_found_also_where_the_others_were_numbered_anew(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    deleted = "DELETE FROM report_event WHERE report_id = 1 AND seq = :at"
    for position in range(ENTRIES):
        with put_back(here):
            tamper(here, deleted, at=position)
            assert broken_at(here, monkeypatch) == [position]
    for position in range(ENTRIES - 1):
        with put_back(here):
            tamper(
                here,
                deleted,
                "UPDATE report_event SET seq = seq + 99 WHERE report_id = 1 AND seq > :at",
                "UPDATE report_event SET seq = seq - 100 WHERE report_id = 1 AND seq > 99",
                "UPDATE report SET version = version - 1 WHERE id = 1",
                at=position,
            )
            assert broken_at(here, monkeypatch) == [position]


@pytest.mark.parametrize("hides", [False, True], ids=["plainly", "with the report's count lowered"])
def test_a_cut_tail_is_found(here: Installation, monkeypatch: pytest.MonkeyPatch, *, hides: bool) -> None:
    for left in range(ENTRIES):
        with put_back(here):
            tamper(here, "DELETE FROM report_event WHERE report_id = 1 AND seq >= :left", left=left)
            if hides and left:
                tamper(here, "UPDATE report SET version = :left WHERE id = 1", left=left)
            assert broken_at(here, monkeypatch) == [left]


def test_an_inserted_entry_is_found(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    copied = "report_id, revision, kind, happened_at, account_id, body, content, previous, digest"
    for position in range(ENTRIES + 1):
        shifted = () if position == ENTRIES else (
            "UPDATE report_event SET seq = seq + 100 WHERE report_id = 1 AND seq >= :at",
            "UPDATE report_event SET seq = seq - 99 WHERE report_id = 1 AND seq >= 100",
        )  # fmt: skip
        with put_back(here):
            tamper(
                here,
                *shifted,
                f"INSERT INTO report_event (seq, note, {copied}) SELECT :at, 'Thêm', {copied} FROM report_event"
                " WHERE report_id = 1 AND kind = 'superseded'",
                "UPDATE report SET version = version + 1 WHERE id = 1",
                at=position,
            )
            assert broken_at(here, monkeypatch) == [position]


def test_swapped_entries_are_found(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    for one, other in combinations(range(ENTRIES), 2):
        with put_back(here):
            tamper(
                here,
                "UPDATE report_event SET seq = 100 WHERE report_id = 1 AND seq = :one",
                "UPDATE report_event SET seq = :one WHERE report_id = 1 AND seq = :other",
                "UPDATE report_event SET seq = :other WHERE report_id = 1 AND seq = 100",
                one=one,
                other=other,
            )
            assert broken_at(here, monkeypatch) == [one]


def test_an_entry_moved_to_another_report_is_missed_here_and_too_much_there(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    tamper(here, "UPDATE report_event SET report_id = 2, revision = 0, seq = 1 WHERE report_id = 1 AND seq = 3")
    differences = found_by_command(here, monkeypatch)
    assert f"sổ theo dõi báo cáo 1 ({HUU_LUNG} / {PERIOD}): chuỗi bị đứt ở dòng 3" in differences
    assert f"sổ theo dõi báo cáo 2 (LS-185-VHTT / {PERIOD}): chuỗi bị đứt ở dòng 1" in differences


def test_an_edited_payload_is_found_and_named(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    edit = (
        """UPDATE report_revision SET payload = '{"fields": {"radio_items": 999}}'"""
        " WHERE report_id = 1 AND number = :number"
    )
    for number, line in ((0, 0), (1, 2), (2, 4)):
        with put_back(here):
            tamper(here, edit, number=number)
            differences = found_by_command(here, monkeypatch)
            said = f"nội dung lần nộp {number} (dòng {line}) khác lúc nộp"
            ledgers = [each for each in differences if each.startswith("sổ")]
            assert ledgers == [f"sổ theo dõi báo cáo 1 ({HUU_LUNG} / {PERIOD}): {said}"]
            # Only the newest one is behind the figures.
            assert (len(differences) > 1) is (number == 2)


def test_what_a_report_says_of_itself_is_compared_with_its_ledger(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    for column, value, named in (
        ("state", "submitted", "state đang lưu submitted, tính lại được accepted"),
        ("revision", 3, "revision đang lưu 3, tính lại được 2"),
        ("accepted_revision", 1, "accepted_revision đang lưu 1, tính lại được 2"),
        ("answered_late", True, "answered_late đang lưu True, tính lại được False"),
        ("counted_at", None, "counted_at đang lưu None, tính lại được 2021-03-16T05:00:00+00:00"),
        ("head", "0" * 64, "chuỗi bị đứt ở dòng 7"),
        ("version", 9, "chuỗi bị đứt ở dòng 7"),
    ):
        with put_back(here):
            tamper(here, f"UPDATE report SET {column} = :value WHERE id = 1", value=value)
            differences = found_by_command(here, monkeypatch)
            assert f"sổ theo dõi báo cáo 1 ({HUU_LUNG} / {PERIOD}): {named}" in differences


CHANGED: Final[dict[str, Any]] = {
    "kind": "owed_again",
    "reason": "Khác",
    "document_number": "99/CV",
    "requested_by": "Người khác",
    "previous": "0" * 64,
    "digest": "0" * 64,
}


def changes_broken_at(here: Installation, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    differences = found_by_command(here, monkeypatch)
    ledgers = [each for each in differences if each.startswith("sổ")]
    marker = f"sổ hạn nộp {CHI_LANG} / {PERIOD}: "
    assert all(each.startswith(marker) for each in ledgers), ledgers
    broken = f"{marker}chuỗi bị đứt ở dòng "
    return [int(each.removeprefix(broken)) for each in ledgers if each.startswith(broken)]


def test_an_edited_or_deleted_change_of_an_obligation_is_found(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    edits = [(f"UPDATE obligation_change SET {column} = :value WHERE seq = :at", CHANGED[column]) for column in CHANGED]
    for position in range(CHANGES):
        for statement, value in (*edits, ("DELETE FROM obligation_change WHERE seq = :at", None)):
            with put_back(here):
                tamper(here, statement, value=value, at=position)
                assert changes_broken_at(here, monkeypatch) == [position], statement


def test_an_obligation_that_the_plan_did_not_set_is_found(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    for column, value, position in (
        ("due_at", moment(here, "2021-03-15 10:00:00.000000"), 0),
        ("locks_at", moment(here, "2021-03-30 10:00:00.000000"), 0),
        ("unit_type", "specialised_room", 0),
        ("unit_name", "Phòng khác", 0),
        ("form_code", "C", 0),
        ("head", "0" * 64, CHANGES),
        ("changes", 1, CHANGES),
    ):
        with put_back(here):
            tamper(here, f"UPDATE obligation SET {column} = :value WHERE unit_code = :unit", value=value, unit=CHI_LANG)
            assert changes_broken_at(here, monkeypatch) == [position], column


def test_more_time_that_nobody_granted_is_found(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    value = moment(here, "2021-03-30 10:00:00.000000")
    tamper(here, "UPDATE obligation SET extended_to = :value WHERE unit_code = :unit", value=value, unit=HUU_LUNG)
    differences = found_by_command(here, monkeypatch)
    said = "extended_to đang lưu 2021-03-30T10:00:00+00:00, tính lại được None"
    assert f"sổ hạn nộp {HUU_LUNG} / {PERIOD}: {said}" in differences
