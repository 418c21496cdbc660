"""Files beside reports through their use cases, on both databases: whose, how many, used where."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func
from sqlalchemy import select

from thidua.adapters.db.tables import attachment
from thidua.adapters.db.tables import evidence
from thidua.application.periods.campaigns import close_period
from thidua.application.ports.surroundings import Received
from thidua.application.reports.evidence import LaidFile
from thidua.application.reports.evidence import Use
from thidua.application.reports.evidence import add_evidence
from thidua.application.reports.evidence import list_evidence
from thidua.application.reports.evidence import read_evidence
from thidua.application.reports.evidence import remove_evidence
from thidua.application.reports.evidence import thumbnail_of
from thidua.domain.accounts import Actor
from thidua.domain.accounts import Role
from thidua.domain.attachments import MOST_FILES
from thidua.domain.errors import ConflictError
from thidua.domain.errors import MalformedRequestError
from thidua.domain.errors import NotAllowedError
from thidua.domain.errors import NotFoundError
from thidua.domain.errors import ThiduaError
from thidua.domain.errors import UnwantedFileError
from thidua_testkit.files import a_pdf
from thidua_testkit.files import a_photo
from thidua_testkit.files import a_workbook
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

CAMPAIGN, PERIOD, LATER = "ATGT-2021", "2021-Q1", "2021-H1"
HUU_LUNG, CHI_LANG = "LS-186-VHTT", "LS-187-VHTT"
NOON = datetime.fromisoformat("2021-03-16T12:00:00+07:00")
CELL = "/fields/direct_sessions"


@pytest.fixture
def here(database_url: str, tmp_path: Path) -> Installation:
    return an_installation(
        database_url, at=NOON, campaign=CAMPAIGN, periods=(PERIOD, LATER), files_dir=tmp_path / "files"
    )


def lay(here: Installation, actor: Actor | None = None, content: bytes | None = None, **changes: Any) -> LaidFile:
    said = {
        "campaign_code": CAMPAIGN,
        "period_code": PERIOD,
        "unit_code": HUU_LUNG,
        "pointer": CELL,
        "file_name": "Ảnh 1.jpg",
        "content": a_photo() if content is None else content,
    } | changes
    return add_evidence(here.host, actor or here.reporter(str(said["unit_code"])), **said)


def listed(here: Installation, actor: Actor, unit: str = HUU_LUNG, period: str = PERIOD) -> list[LaidFile]:
    return list(list_evidence(here.host, actor, campaign_code=CAMPAIGN, period_code=period, unit_code=unit))


def rows(here: Installation) -> tuple[int, int]:
    with here.host.work.reading() as work:
        counts = [work._connection.execute(select(func.count()).select_from(table)) for table in (evidence, attachment)]
        return counts[0].scalar_one(), counts[1].scalar_one()


def stored(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "files").rglob("*") if path.is_file()]


def refusal(attempt: Callable[[], object]) -> ThiduaError:
    with pytest.raises(ThiduaError) as caught:
        attempt()
    return caught.value


def test_a_photo_is_laid_beside_a_cell_and_read_again(here: Installation) -> None:
    reporter = here.reporter(HUU_LUNG)
    laid = lay(here).evidence
    assert (laid.pointer, laid.file_name, laid.attachment.width) == (CELL, "Ảnh 1.jpg", 640)
    row, content = read_evidence(here.host, reporter, laid.id)
    assert row == laid
    assert content.startswith(b"\xff\xd8\xff")
    assert b"Exif" not in content
    assert len(content) == laid.attachment.size
    assert thumbnail_of(here.host, reporter, laid.id).startswith(b"\xff\xd8\xff")
    assert [each.evidence for each in listed(here, reporter)] == [laid]


def test_an_unsound_file_leaves_nothing_behind(here: Installation, tmp_path: Path) -> None:
    for content in (b"", b"<html>", a_photo()[:3000], a_pdf(password="x"), a_workbook({"xl/vbaProject.bin": b"x"})):
        assert isinstance(refusal(lambda content=content: lay(here, content=content)), UnwantedFileError)
    assert rows(here) == (0, 0)
    assert stored(tmp_path) == []


def test_another_units_files_do_not_exist_for_a_unit(here: Installation) -> None:
    laid = lay(here).evidence
    neighbour = here.reporter(CHI_LANG)
    for attempt in (
        lambda: lay(here, neighbour),
        lambda: listed(here, neighbour),
        lambda: read_evidence(here.host, neighbour, laid.id),
        lambda: thumbnail_of(here.host, neighbour, laid.id),
        lambda: remove_evidence(here.host, neighbour, laid.id),
    ):
        assert isinstance(refusal(attempt), NotFoundError)
    assert [each.evidence.id for each in listed(here, here.reporter(HUU_LUNG))] == [laid.id]


def test_who_may_do_what_with_files(here: Installation) -> None:
    laid = lay(here).evidence
    office = here.office()
    leader = here.add_account("leader", (Role.LEADER, None))
    observer = here.add_account("observer", (Role.OBSERVER, None))
    admin = here.add_account("admin", (Role.ADMIN, None))
    assert read_evidence(here.host, office, laid.id)[0].id == laid.id
    assert read_evidence(here.host, leader, laid.id)[0].id == laid.id
    assert isinstance(refusal(lambda: lay(here, leader)), NotAllowedError)
    assert isinstance(refusal(lambda: remove_evidence(here.host, leader, laid.id)), NotAllowedError)
    for stranger in (observer, admin):
        for attempt in (
            lambda who=stranger: lay(here, who),
            lambda who=stranger: listed(here, who),
            lambda who=stranger: read_evidence(here.host, who, laid.id),
            lambda who=stranger: remove_evidence(here.host, who, laid.id),
        ):
            assert isinstance(refusal(attempt), NotAllowedError)


def test_what_lies_beside_rows_that_name_people_is_for_the_unit_and_the_office(here: Installation) -> None:
    laid = lay(here, pointer="/violations").evidence
    leader = here.add_account("leader", (Role.LEADER, None))
    assert listed(here, leader) == []
    assert isinstance(refusal(lambda: read_evidence(here.host, leader, laid.id)), NotFoundError)
    assert read_evidence(here.host, here.office(), laid.id)[0].id == laid.id


@pytest.mark.parametrize("pointer", ["/fields/nothing", "fields", "/evidence/banners/0/on", "/", "../x", "/fields"])
def test_a_file_lies_beside_a_cell_of_the_form_or_beside_the_whole_report(here: Installation, pointer: str) -> None:
    assert isinstance(refusal(lambda: lay(here, pointer=pointer)), MalformedRequestError)
    assert lay(here, pointer="").evidence.pointer == ""
    assert lay(here, pointer="/evidence/direct_sessions/0/attachment").evidence.id


def test_the_same_file_is_stored_once_and_laid_once_at_a_cell(here: Installation, tmp_path: Path) -> None:
    first = lay(here)
    again = lay(here, file_name="khác.jpg")
    assert again.evidence == first.evidence
    assert lay(here, pointer="").evidence.id != first.evidence.id
    assert rows(here) == (2, 1)
    assert len(stored(tmp_path)) == 1


def test_two_uploads_of_the_same_file_at_once_are_one(here: Installation, tmp_path: Path) -> None:
    reporter = here.reporter(HUU_LUNG)
    start = threading.Barrier(4)
    laid: list[int] = []

    def send() -> None:
        start.wait()
        laid.append(lay(here, reporter).evidence.id)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(laid) == 4
    assert len(set(laid)) == 1
    assert rows(here) == (1, 1)
    assert len(stored(tmp_path)) == 1


def test_a_report_takes_only_so_many_files_even_when_two_send_at_once(here: Installation) -> None:
    reporter = here.reporter(HUU_LUNG)
    sheets = [a_workbook({f"xl/{number}.xml": b"x"}) for number in range(MOST_FILES + 3)]
    for sheet in sheets[: MOST_FILES - 1]:
        lay(here, reporter, sheet)
    start = threading.Barrier(4)
    outcomes: list[str] = []

    def send(sheet: bytes) -> None:
        start.wait()
        try:
            lay(here, reporter, sheet)
            outcomes.append("laid")
        except ConflictError:
            outcomes.append("full")

    threads = [threading.Thread(target=send, args=(sheet,)) for sheet in sheets[MOST_FILES - 1 :]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["full", "full", "full", "laid"]
    assert len(listed(here, reporter)) == MOST_FILES


def test_a_file_used_again_is_flagged_to_the_office_with_where_and_to_the_unit_without(here: Installation) -> None:
    mine, theirs = here.reporter(HUU_LUNG), here.reporter(CHI_LANG)
    lay(here, mine)
    lay(here, mine, period_code=LATER, pointer="")
    lay(here, theirs, a_photo(quality=50), unit_code=CHI_LANG, pointer="")
    hers = (CAMPAIGN, PERIOD, HUU_LUNG, CELL)
    later = (CAMPAIGN, LATER, HUU_LUNG, "")
    other = (CAMPAIGN, PERIOD, CHI_LANG, "")
    [seen_by_office] = listed(here, here.office())
    assert seen_by_office.uses == (Use(is_same=True, where=later), Use(is_same=False, where=other))
    [seen_by_unit] = listed(here, mine)
    assert seen_by_unit.uses == (Use(is_same=True, where=later), Use(is_same=False, where=None))
    [seen_by_neighbour] = listed(here, theirs, CHI_LANG)
    assert seen_by_neighbour.uses == (Use(is_same=False, where=None),)
    [seen] = listed(here, here.office(), CHI_LANG)
    assert {use.where for use in seen.uses} == {hers, later}


def test_different_photos_are_not_flagged(here: Installation) -> None:
    lay(here, content=a_photo(1))
    assert lay(here, content=a_photo(2)).uses == ()
    assert lay(here, content=a_pdf()).uses == ()


def test_a_removed_file_is_out_of_sight_and_its_row_stays(here: Installation, tmp_path: Path) -> None:
    reporter = here.reporter(HUU_LUNG)
    laid = lay(here).evidence
    remove_evidence(here.host, reporter, laid.id)
    assert listed(here, reporter) == []
    assert isinstance(refusal(lambda: read_evidence(here.host, here.office(), laid.id)), NotFoundError)
    assert isinstance(refusal(lambda: remove_evidence(here.host, reporter, laid.id)), NotFoundError)
    assert rows(here) == (1, 1)
    assert len(stored(tmp_path)) == 1
    assert lay(here, here.reporter(CHI_LANG), unit_code=CHI_LANG).uses == ()
    assert lay(here).evidence.id != laid.id


def test_nothing_is_added_or_removed_once_the_period_is_closed(here: Installation) -> None:
    laid = lay(here).evidence
    close_period(here.host, CAMPAIGN, PERIOD)
    for attempt in (lambda: lay(here), lambda: remove_evidence(here.host, here.reporter(HUU_LUNG), laid.id)):
        assert isinstance(refusal(attempt), ConflictError)
    assert read_evidence(here.host, here.office(), laid.id)[0].id == laid.id


def test_nothing_is_laid_where_nothing_is_owed(here: Installation) -> None:
    office = here.office()
    for changes in ({"period_code": "2021-Y"}, {"unit_code": "LS-999"}, {"campaign_code": "ATGT-1999"}):
        assert isinstance(refusal(lambda changes=changes: lay(here, office, **changes)), NotFoundError)


def test_the_clock_of_a_file_is_the_products(here: Installation) -> None:
    here.clock.instant = NOON + timedelta(hours=1)
    assert lay(here).evidence.added_at == NOON + timedelta(hours=1)


def test_a_period_that_closes_while_a_file_is_looked_at_takes_it_no_more(here: Installation) -> None:
    desk = here.host.reception

    class Slow:
        """Looks at files for so long that the period closes meanwhile."""

        def receive(self, content: bytes) -> Received:
            close_period(here.host, CAMPAIGN, PERIOD)
            return desk.receive(content)

        def thumbnail(self, content: bytes) -> bytes:
            return desk.thumbnail(content)

    actor = here.reporter(HUU_LUNG)
    here.host = replace(here.host, reception=Slow())
    with pytest.raises(ConflictError, match="đã khóa"):
        lay(here, actor)
    assert rows(here) == (0, 0)
