"""At the end of its retention a part of the trail goes into an archive, and both stay provable."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from tampered_trail import a_trail
from tampered_trail import attacker
from tampered_trail import edit_row
from tampered_trail import write_entries
from watched import entries

from thidua.adapters.db.unit_of_work import DatabaseUnitsOfWork
from thidua.adapters.trail_archive import TrailArchive
from thidua.application.people.erasing import ERASED
from thidua.application.people.erasing import erase_account
from thidua.application.trail import checking_trail
from thidua.application.trail.archived_trail import check_archive
from thidua.application.trail.archived_trail import shorten_trail
from thidua.application.trail.checking_trail import check_trail
from thidua.application.trail.sealing import seal_and_anchor
from thidua.application.trail.sealing import seal_waiting
from thidua.domain.audit import Act
from thidua.domain.errors import ConflictError
from thidua.domain.errors import MalformedRequestError
from thidua.domain.errors import NotFoundError
from thidua.domain.trail_check import Tampering
from thidua_testkit.installation import Installation
from thidua_testkit.postgres import owners_address

YEAR = timedelta(days=365)


@pytest.fixture
def here(database_url: str) -> Installation:
    """Give a trail of which one half is two years older than the other."""
    found = a_trail(database_url, 20)
    seal_and_anchor(found.host)
    found.clock.instant += 2 * YEAR
    write_entries(found, 10)
    seal_and_anchor(found.host)
    return found


def shorten(here: Installation, path: Path, **changed: object) -> int:
    asked = {"before": here.clock.now() - YEAR, "retention": YEAR, "is_held": False, **changed}
    # The command that does this connects as the owner of the tables.
    owners = replace(here.host, work=DatabaseUnitsOfWork(owners_address(here.database_url)))
    return shorten_trail(owners, TrailArchive(path), **asked).seals  # type: ignore[arg-type]


def counts(url: str) -> dict[str, int]:
    with attacker(url) as connection:
        return {
            table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in ("audit_entry", "audit_seal", "report_event", "obligation_change")
        }


def test_the_chain_goes_on_from_a_checkpoint_and_the_ledgers_stay_sealed(
    here: Installation, database_url: str, tmp_path: Path
) -> None:
    before = counts(database_url)
    archived = shorten(here, tmp_path / "old.jsonl.gz")
    after = counts(database_url)
    assert archived > 20
    assert {table: after[table] for table in ("report_event", "obligation_change")} == {
        table: before[table] for table in ("report_event", "obligation_change")
    }
    assert after["audit_entry"] < before["audit_entry"]
    # Every row that is left is sealed, those of the ledgers anew, and the entry about it as well.
    assert after["audit_seal"] == after["audit_entry"] + after["report_event"] + after["obligation_change"]
    checked = check_trail(here.host)
    assert checked.break_ is None, checked.sentence
    assert check_archive(here.host, TrailArchive(tmp_path / "old.jsonl.gz")).break_ is None
    [entry] = entries(here, Act.TRAIL_SHORTENED)
    assert entry.entry.detail["seals"] == archived
    # What was refused to everybody still is.
    write_entries(here, 3)
    seal_and_anchor(here.host)
    assert check_trail(here.host).break_ is None


def test_no_number_is_given_twice_where_all_entries_are_archived(here: Installation, tmp_path: Path) -> None:
    newest = max(row.id for row in entries(here))
    here.clock.instant += 2 * YEAR
    shorten(here, tmp_path / "all.gz")
    assert [row.id > newest for row in entries(here)] == [True]
    assert check_trail(here.host).break_ is None


def test_a_second_shortening_goes_on_from_the_first(here: Installation, tmp_path: Path) -> None:
    shorten(here, tmp_path / "one.gz")
    here.clock.instant += 2 * YEAR
    write_entries(here, 5)
    seal_and_anchor(here.host)
    shorten(here, tmp_path / "two.gz")
    assert check_trail(here.host).break_ is None
    for name in ("one.gz", "two.gz"):
        assert check_archive(here.host, TrailArchive(tmp_path / name)).break_ is None


def test_the_tables_are_append_only_again_afterwards(here: Installation, database_url: str, tmp_path: Path) -> None:
    shorten(here, tmp_path / "old.gz")
    for table in ("audit_entry", "audit_seal", "audit_checkpoint"):
        for change in (
            f"DELETE FROM {table}",
            f"UPDATE {table} SET {'digest' if table != 'audit_entry' else 'key'} = 'x'",
        ):
            with pytest.raises(Exception, match=r"append-only|permission denied"), here.host.work.writing() as work:
                work._connection.execute(text(change))  # type: ignore[attr-defined]


def test_what_is_young_held_or_not_whole_is_not_archived(here: Installation, database_url: str, tmp_path: Path) -> None:
    path = tmp_path / "old.gz"
    with pytest.raises(ConflictError, match="audit_retention_days"):
        shorten(here, path, before=here.clock.now() - YEAR + timedelta(seconds=1))
    with pytest.raises(ConflictError, match="audit_hold"):
        shorten(here, path, is_held=True)
    with pytest.raises(ConflictError, match="Không có phần nào cũ"):
        shorten(here, path, before=here.clock.now() - 5 * YEAR)
    assert not path.exists()
    path.write_bytes(b"mine")
    with pytest.raises(ConflictError, match="Đã có tệp"):
        shorten(here, path)
    assert path.read_bytes() == b"mine"
    with attacker(database_url) as connection:
        edit_row(connection, 3)
    before = counts(database_url)
    with pytest.raises(ConflictError, match="KHÔNG nguyên vẹn"):
        shorten(here, tmp_path / "other.gz")
    assert counts(database_url) == before


def test_an_archive_that_was_changed_is_found_out(here: Installation, tmp_path: Path) -> None:
    path = tmp_path / "old.gz"
    shorten(here, path)
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()

    def told(changed: list[str]) -> tuple[Tampering, int | None]:
        path.write_bytes(gzip.compress("\n".join(changed).encode()))
        found = check_archive(here.host, TrailArchive(path)).break_
        assert found is not None
        return found.kind, found.seq

    value = json.loads(lines[5])
    edited = json.dumps({**value, "row": {**value["row"], "id": 999}})
    assert told([*lines[:5], edited, *lines[6:]]) == (Tampering.EDITED, 5)
    assert told([*lines[:5], *lines[6:]]) == (Tampering.DELETED, 5)
    assert told([*lines[:-3], lines[-1]])[0] is Tampering.CUT_TAIL
    assert told(lines[:-1])[0] is Tampering.FALSE_ANCHOR
    for broken in (b"", b"no gzip", gzip.compress(b"{}"), gzip.compress(b"[1]\n[2]"), path.read_bytes()[:-9]):
        path.write_bytes(broken)
        with pytest.raises(MalformedRequestError):
            check_archive(here.host, TrailArchive(path))


def test_a_checkpoint_of_somebody_else_is_no_checkpoint(here: Installation, database_url: str, tmp_path: Path) -> None:
    shorten(here, tmp_path / "old.gz")
    with attacker(database_url) as connection:
        connection.execute(text("UPDATE audit_checkpoint SET seq = seq + 2"))
        connection.execute(text("DELETE FROM audit_seal WHERE seq <= (SELECT max(seq) FROM audit_checkpoint)"))
    found = check_trail(here.host).break_
    assert found is not None
    assert found.kind is Tampering.FALSE_CHECKPOINT
    with attacker(database_url) as connection:
        connection.execute(text("DELETE FROM audit_checkpoint"))
    found = check_trail(here.host).break_
    assert found is not None
    assert (found.kind, found.seq) == (Tampering.DELETED, 1)


def test_a_person_whose_name_is_erased_leaves_the_trail_whole(here: Installation, database_url: str) -> None:
    office = here.office()
    erase_account(here.host, "office")
    seal_waiting(here.host)
    assert check_trail(here.host).break_ is None
    with here.host.work.reading() as work:
        assert work.accounts.by_name("office") is None
        assert work.accounts.names([office.account_id]) == {office.account_id: ERASED}
    with attacker(database_url) as connection:
        row = connection.execute(text(f"SELECT * FROM account WHERE id = {office.account_id}")).one()._mapping
    assert row["disabled_at"] is not None
    assert (row["name"], row["position"], row["password_hash"]) == (f"da-xoa-{office.account_id}", "", "")
    assert {each.name for each in entries(here, Act.READ_PEOPLE)} == {f"da-xoa-{office.account_id}"}
    with pytest.raises(NotFoundError):
        erase_account(here.host, "office")


def test_between_stretches_of_a_check_others_write_and_the_check_goes_on(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking_trail, "_PAGE", 10)
    monkeypatch.setattr(checking_trail, "_PAGES_AT_ONCE", 1)
    before = check_trail(here.host).sealed
    stretches = 0

    def others_write() -> None:
        nonlocal stretches
        stretches += 1
        if stretches <= 3:
            write_entries(here, 2)
            seal_and_anchor(here.host)

    checked = check_trail(here.host, between=others_write)
    assert (checked.break_, checked.sealed, stretches >= before // 10) == (None, before + 6, True)


def test_a_check_during_which_the_older_part_is_archived_begins_again(
    here: Installation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(checking_trail, "_PAGE", 10)
    monkeypatch.setattr(checking_trail, "_PAGES_AT_ONCE", 1)
    done: list[int] = []

    def shortened() -> None:
        if not done:
            done.append(shorten(here, tmp_path / "old.gz"))

    checked = check_trail(here.host, between=shortened)
    assert (checked.break_, done[0] > 20, checked.first_seq) == (None, True, done[0] + 1)
