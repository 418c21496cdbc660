"""What was written down is sealed by one chain, and whatever is done to it afterwards is found, with its place.

Every tampering is done with the triggers off, as somebody with the database's password would do it.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest
from sqlalchemy import Connection
from sqlalchemy import text
from tampered_trail import CAMPAIGN
from tampered_trail import NOON
from tampered_trail import PERIOD
from tampered_trail import a_trail
from tampered_trail import attacker
from tampered_trail import cut_tail
from tampered_trail import delete_both
from tampered_trail import delete_row
from tampered_trail import edit_row
from tampered_trail import insert_backdated
from tampered_trail import insert_sealed
from tampered_trail import rewrite
from tampered_trail import seals
from tampered_trail import swap_rows
from tampered_trail import swap_seals
from tampered_trail import write_entries

from thidua.application.periods.campaigns import close_period
from thidua.application.trail.checking_trail import check_trail
from thidua.application.trail.sealing import anchor_head
from thidua.application.trail.sealing import read_head
from thidua.application.trail.sealing import seal_and_anchor
from thidua.application.trail.sealing import seal_waiting
from thidua.domain.trail import Source
from thidua.domain.trail import TrailKeys
from thidua.domain.trail import anchor
from thidua.domain.trail_check import Tampering
from thidua.domain.trail_check import TrailBreak
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

_POSITIONS: Final = 20
_ENTRIES: Final = 60


@pytest.fixture
def here(database_url: str) -> Installation:
    return a_trail(database_url, _ENTRIES)


def found(here: Installation) -> TrailBreak | None:
    return check_trail(here.host).break_


def test_all_three_tables_are_sealed_by_one_chain(here: Installation, database_url: str) -> None:
    written = seal_and_anchor(here.host)
    checked = check_trail(here.host)
    assert (checked.break_, checked.sealed, checked.head, checked.unsealed) == (None, written, written, 0)
    with attacker(database_url) as connection:
        stored = seals(connection)
    assert [each["seq"] for each in stored] == list(range(1, written + 1))
    assert {each["source"] for each in stored} == {source.value for source in Source}
    # The second filing begins nothing of its own: the next pass goes on where this one stood.
    write_entries(here, 3)
    assert seal_and_anchor(here.host) == 3
    assert check_trail(here.host).head == written + 3


def test_a_pass_with_nothing_to_do_writes_nothing(here: Installation) -> None:
    seal_and_anchor(here.host)
    head = read_head(here.host)
    assert seal_and_anchor(here.host) == 0
    assert read_head(here.host) == head
    assert (head.oldest_unsealed_at, head.unsealed_for_s) == (None, 0)


def test_the_age_of_what_is_not_sealed_is_known(here: Installation) -> None:
    seal_and_anchor(here.host)
    write_entries(here, 1)
    here.clock.instant += timedelta(seconds=75)
    assert read_head(here.host).unsealed_for_s == 75


def test_a_row_that_appears_below_sealed_ones_is_sealed_by_the_next_pass(here: Installation, database_url: str) -> None:
    seal_waiting(here.host)
    with attacker(database_url) as connection:
        # Its transaction had its id long before it ended, so others were sealed past it.
        connection.execute(text("UPDATE audit_entry SET id = id + 500 WHERE id > 10"))
        connection.execute(
            text("UPDATE audit_seal SET source_id = source_id + 500 WHERE source = 'audit_entry' AND source_id > 10")
        )
        connection.execute(
            text(
                "INSERT INTO audit_entry (id, happened_at, act, thing, key, outcome, door, request_id, network, detail)"
                " SELECT id + 7, happened_at, act, thing, key, outcome, door, request_id, network, detail"
                " FROM audit_entry WHERE id = 10"
            )
        )
    assert seal_waiting(here.host) == 1
    assert seal_waiting(here.host) == 0


@pytest.mark.parametrize(
    ("tamper", "kinds"),
    [
        (edit_row, {Tampering.EDITED}),
        (delete_row, {Tampering.DELETED}),
        (delete_both, {Tampering.DELETED}),
        (insert_sealed, {Tampering.INSERTED}),
        (lambda connection, seq: swap_seals(connection, seq, seq + 1), {Tampering.REORDERED}),
        (lambda connection, seq: swap_seals(connection, seq, seq + 4), {Tampering.REORDERED}),
        (cut_tail, {Tampering.CUT_TAIL}),
        (rewrite, {Tampering.REWRITTEN}),
    ],
    ids=["edit", "delete the row", "delete row and seal", "insert", "exchange", "reorder", "cut tail", "rewrite"],
)
def test_tampering_is_found_at_its_place(
    here: Installation, database_url: str, tamper: Callable[[Connection, int], None], kinds: set[Tampering]
) -> None:
    total = seal_and_anchor(here.host)
    assert found(here) is None
    _copy(database_url)
    rng = random.Random(tamper.__name__)
    missed = []
    for seq in rng.sample(range(1, total - 4), _POSITIONS):
        told = _try(here, database_url, lambda connection, at=seq: tamper(connection, at))
        if told is None or told.kind not in kinds or told.seq != seq:
            missed.append((seq, told))
    assert missed == []
    assert found(here) is None


def test_rows_that_changed_places_are_found_at_the_first(here: Installation, database_url: str) -> None:
    seal_and_anchor(here.host)
    with attacker(database_url) as connection:
        entries = [int(str(each["seq"])) for each in seals(connection) if each["source"] == "audit_entry"]
    _copy(database_url)
    rng = random.Random("rows")
    for _ in range(_POSITIONS):
        one, other = sorted(rng.sample(entries, 2))
        told = _try(here, database_url, lambda connection, pair=(one, other): swap_rows(connection, *pair))
        assert told is not None
        assert (told.kind, told.seq) == (Tampering.REORDERED, one)


def test_an_entry_of_yesterday_put_in_today_is_found_before_and_after_it_is_sealed(
    here: Installation, database_url: str
) -> None:
    seal_and_anchor(here.host)
    here.clock.instant += timedelta(hours=1)
    write_entries(here, 5)
    seal_and_anchor(here.host)
    with attacker(database_url) as connection:
        key = insert_backdated(connection, 20)
    told = found(here)
    assert told is not None
    assert (told.kind, told.seq, told.source_id) == (Tampering.INSERTED, None, key)
    head = read_head(here.host).seal
    assert head is not None
    here.clock.instant += timedelta(minutes=1)
    seal_and_anchor(here.host)
    told = found(here)
    assert told is not None
    assert (told.kind, told.seq, told.source_id) == (Tampering.INSERTED, head.seq + 1, key)


def test_an_older_backup_that_went_on_is_found_at_the_first_anchor_that_knows_better(
    here: Installation, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    total = seal_and_anchor(here.host)
    _copy(database_url)
    for age in random.Random("backups").sample(range(1, total), _POSITIONS):
        with attacker(database_url) as connection:
            cut_tail(connection, total + 1 - age)
        assert found(here).kind is Tampering.CUT_TAIL  # type: ignore[union-attr]
        # The restored installation does not know that it is older, and goes on.
        here.clock.instant += timedelta(minutes=2)
        write_entries(here, age + 3)
        seal_and_anchor(here.host)
        told = found(here)
        assert told is not None
        assert (told.kind, told.seq) == (Tampering.OLDER_BACKUP, total)
        _restore(database_url)
    with attacker(database_url) as connection:
        cut_tail(connection, total - 5)
    write_entries(here, 30)
    seal_waiting(here.host)
    told = found(here)
    # Nor do its own anchors cover it up.
    caplog.clear()
    anchor_head(here.host)
    assert "lacks what was anchored" in caplog.text
    assert found(here) == told


def test_former_keys_verify_what_they_sealed_and_a_lost_key_does_not(here: Installation) -> None:
    sealed = seal_and_anchor(here.host)
    turned = TrailKeys.of("b" * 40, ["a" * 40])
    later = replace(here, host=replace(here.host, custody=replace(here.host.custody, keys=turned)))
    write_entries(later, 4)
    seal_and_anchor(later.host)
    assert check_trail(later.host).break_ is None
    lost = replace(here.host, custody=replace(here.host.custody, keys=TrailKeys.of("b" * 40)))
    told = check_trail(lost).break_
    assert told is not None
    assert (told.kind, told.seq) == (Tampering.REWRITTEN, 1)
    told = check_trail(lost, from_seq=sealed + 1).break_
    # The newer part holds, but the first anchor was made under the key that is lost.
    assert told is not None
    assert told.kind is Tampering.FALSE_ANCHOR


def test_without_any_anchor_the_end_is_not_believed(here: Installation) -> None:
    seal_waiting(here.host)
    told = found(here)
    assert told is not None
    assert told.kind is Tampering.NO_ANCHOR


def test_an_anchor_is_added_every_hour_and_the_newest_head_kept_with_every_pass(here: Installation) -> None:
    for minutes in (0, 20, 39, 2, 30):
        here.clock.instant += timedelta(minutes=minutes)
        write_entries(here, 1)
        seal_and_anchor(here.host)
    anchors = list(here.host.custody.anchors.all())
    # Two lines of their own, an hour apart, and the newest head.
    assert [each.seq if each else None for each in anchors] == sorted(each.seq for each in anchors if each)
    assert len(anchors) == 3
    assert anchors[-1] is not None
    head = read_head(here.host).seal
    assert head is not None
    assert anchors[-1].seq == head.seq


def _try(here: Installation, url: str, tamper: Callable[[Connection], None]) -> TrailBreak | None:
    """Tamper, check, and put everything back as it was."""
    with attacker(url) as connection:
        tamper(connection)
    told = found(here)
    _restore(url)
    return told


_TABLES: Final = ("audit_entry", "audit_seal", "report_event", "obligation_change")


def _copy(url: str) -> None:
    with attacker(url) as connection:
        for table in _TABLES:
            connection.execute(text(f"DROP TABLE IF EXISTS kept_{table}"))
            connection.execute(text(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}"))


def _restore(url: str) -> None:
    with attacker(url) as connection:
        for table in reversed(_TABLES):
            connection.execute(text(f"DELETE FROM {table}"))
            overriding = (
                "" if connection.dialect.name == "sqlite" or table == "audit_seal" else " OVERRIDING SYSTEM VALUE"
            )
            connection.execute(text(f"INSERT INTO {table}{overriding} SELECT * FROM kept_{table}"))


def test_closing_a_period_leaves_an_anchor(here: Installation) -> None:
    seal_and_anchor(here.host)
    before = len(list(here.host.custody.anchors.all()))
    here.clock.instant += timedelta(minutes=5)
    close_period(here.host, CAMPAIGN, PERIOD)
    anchors = list(here.host.custody.anchors.all())
    assert len(anchors) == before + 1
    head = read_head(here.host)
    assert head.seal is not None
    assert head.oldest_unsealed_at is None
    assert {each.seq for each in anchors[-2:] if each} == {head.seal.seq}


def test_an_anchor_that_somebody_else_wrote_is_told(here: Installation) -> None:
    seal_and_anchor(here.host)
    head = read_head(here.host)
    assert head.seal is not None
    foreign = anchor(TrailKeys.of("c" * 40), seq=head.seal.seq, count=1, digest=head.seal.digest, at=NOON)
    here.host.custody.anchors.put(foreign)
    told = found(here)
    assert told is not None
    assert (told.kind, told.seq) == (Tampering.FALSE_ANCHOR, head.seal.seq)


def test_a_second_installation_has_a_trail_of_its_own(database_url: str) -> None:
    here = an_installation(database_url, at=NOON)
    # The import of the units stands in it.
    assert seal_and_anchor(here.host) == 1
    assert check_trail(here.host).break_ is None
