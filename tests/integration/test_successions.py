"""A succession is brought in whole, once, with what hangs on the units that end told before; on both databases."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import UTC
from datetime import date
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from trails import trail

from thidua.adapters.files import read_directory
from thidua.application.periods.directory import Effects
from thidua.application.periods.directory import import_directory
from thidua.application.periods.directory import list_units
from thidua.application.periods.lineages import read_lineage
from thidua.application.periods.lineages import unit_history
from thidua.application.reports.drafts import DraftPlace
from thidua.application.reports.drafts import save_cells
from thidua.cli import main
from thidua.domain.directories import UnitDirectory
from thidua.domain.directories import directory_from
from thidua.domain.directories import joined
from thidua.domain.errors import ConflictError
from thidua.domain.errors import InvalidConfigurationError
from thidua.domain.errors import NotFoundError
from thidua.domain.successions import Link
from thidua.domain.units import Unit
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

FOLDER = Path(__file__).parents[2] / "config" / "units"
NOON = datetime.fromisoformat("2021-03-16T12:00:00+07:00")
CAO_LOC, TAN_DOAN = "LS-183-VHTT", "LS-06316-VHXH"
SHIPPED = read_directory(FOLDER)
[STEP] = SHIPPED.successions


@pytest.fixture
def here(database_url: str) -> Installation:
    return an_installation(database_url, at=NOON, campaign="ATGT-2021", periods=("2021-Q1",))


def bring(here: Installation, changes: UnitDirectory = SHIPPED, *, dry_run: bool = False) -> Effects:
    return import_directory(here.host, changes, dry_run=dry_run)


def kept(here: Installation) -> tuple[tuple[Unit, ...], object]:
    with here.host.work.reading() as work:
        return work.directory.all(), work.successions.all()


def test_a_dry_run_tells_everything_and_changes_nothing(here: Installation) -> None:
    reporter = here.reporter(CAO_LOC)
    place = DraftPlace("ATGT-2021", "2021-Q1", CAO_LOC)
    save_cells(here.host, reporter, place, base=0, cells={"/fields/banners": "24"})
    before, entries = kept(here), trail(here)
    told = bring(here, dry_run=True)

    assert (kept(here), trail(here)) == (before, entries)
    assert (len(told.added), told.changed, told.unchanged) == (65 + 4, (), 17)
    assert told.recorded == (STEP,)
    assert {(unit.code, day) for unit, day in told.ends} == {(code, date(2025, 7, 1)) for code in STEP.ending}
    assert len(told.begins) == 65
    hanging = told.hanging[CAO_LOC]
    assert hanging.accounts == (reporter.name,)
    assert hanging.obligations == hanging.drafts == (("ATGT-2021", "2021-Q1"),)
    assert told.hanging["LS-178-VHTT"].accounts == ()


def test_what_was_brought_in_is_read_back_and_stands_in_the_trail(here: Installation) -> None:
    bring(here)
    with here.host.work.reading() as work:
        assert work.successions.all() == (STEP,)
    [entry] = [row for row in trail(here, "act", "key", "detail") if row[0] == "succession_recorded"]
    assert entry[1] == STEP.code
    assert (len(entry[2]["predecessors"]), len(entry[2]["successors"])) == (11, 65)


def test_a_second_time_changes_nothing_and_notes_no_succession(here: Installation) -> None:
    bring(here)
    before = kept(here)
    again = bring(here)
    assert kept(here) == before
    assert (again.added, again.changed, again.recorded, again.ends) == ((), (), (), ())
    assert [act for (act,) in trail(here, "act")].count("succession_recorded") == 1


def test_what_was_recorded_is_not_changed_but_replaced(here: Installation) -> None:
    bring(here)
    link = replace(STEP.links[0], weight=1)
    other = replace(STEP, links=(link, *STEP.links[1:]))
    with pytest.raises(ConflictError, match="đã ghi với nội dung khác"):
        bring(here, UnitDirectory((), (other,)))
    mended = replace(other, code="LS-2025-07-01-b", replaces=STEP.code)
    told = bring(here, UnitDirectory((), (mended,)))
    assert told.recorded == (mended,)
    assert read_lineage(here.host, here.office()).successions == (mended,)
    with here.host.work.reading() as work:
        assert work.successions.all() == (STEP, mended)


def test_units_that_no_longer_fit_a_recorded_succession_are_refused_whole(here: Installation) -> None:
    bring(here)
    before = kept(here)
    unit = next(unit for unit in list_units(here.host) if unit.code == CAO_LOC)
    goes_on = replace(unit, versions=(replace(unit.versions[0], valid_to=None),))
    with pytest.raises(InvalidConfigurationError, match="LS-183-VHTT vẫn hoạt động"):
        bring(here, UnitDirectory((goes_on,)))
    twin = replace(unit, code="KHAC", order=5)
    with pytest.raises(InvalidConfigurationError, match="dùng cho cả"):
        bring(here, UnitDirectory((twin,)))
    assert kept(here) == before


def test_a_step_to_a_unit_that_nobody_knows_is_refused(here: Installation) -> None:
    step = replace(STEP, links=(*STEP.links, Link(predecessor=CAO_LOC, successor="KHONG-CO", weight=1)))
    with pytest.raises(InvalidConfigurationError, match="không có đơn vị nào mã KHONG-CO"):
        bring(here, replace(SHIPPED, successions=(step,)))


def test_a_history_tells_both_sides(here: Installation) -> None:
    bring(here)
    district, commune = (unit_history(here.host, here.office(), code) for code in (CAO_LOC, TAN_DOAN))
    assert (district.steps[0].came_from, len(district.steps[0].went_to)) == ((), 8)
    assert commune.steps[0].came_from == (CAO_LOC, "LS-184-VHTT")
    assert json.loads(json.dumps(commune.in_json()))["versions"][0]["valid_from"] == "2025-07-01"
    with pytest.raises(NotFoundError):
        unit_history(here.host, here.office(), "KHONG-CO")


def test_a_unit_or_succession_in_two_files_is_refused() -> None:
    unit, other = UnitDirectory(SHIPPED.units[:1]), UnitDirectory((replace(SHIPPED.units[0], order=9),))
    with pytest.raises(InvalidConfigurationError, match="có trong hai tệp"):
        joined((unit, other))
    with pytest.raises(InvalidConfigurationError, match="có trong hai tệp"):
        joined((UnitDirectory((), (STEP,)), UnitDirectory((), (replace(STEP, source="khác"),))))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": "grown"}, "phải là một trong: rename, merge"),
        ({"unverified": ["name"]}, "không có khóa nào tên “name”"),
        ({"legal_basis": None}, "thiếu giá trị"),
        ({"links": [{"from": "A", "to": "B", "share": 2}]}, "không có khóa nào tên như vậy"),
        ({"links": [{"from": "A", "to": "B", "weight": "2"}]}, "phải là số nguyên"),
    ],
)
def test_a_file_with_a_wrong_succession_is_refused(changes: dict[str, Any], words: str) -> None:
    row = {
        "code": "S1",
        "kind": "rename",
        "effective_on": date(2025, 7, 1),
        "legal_basis": "NQ",
        "source": "Công báo",
        "links": [{"from": "A", "to": "B"}],
    }
    given = {key: value for key, value in {**row, **changes}.items() if value is not None}
    with pytest.raises(InvalidConfigurationError, match=words):
        directory_from({"source": "x", "successions": [given]}, file="x.toml")
    with pytest.raises(InvalidConfigurationError, match="mã S1 dùng cho hai thay đổi"):
        directory_from({"source": "x", "successions": [row, row]}, file="x.toml")
    with pytest.raises(InvalidConfigurationError, match="chưa có đơn vị nào"):
        directory_from({"source": "x"}, file="x.toml")


class Terminal:
    """Runs ``thidua units`` and keeps what it printed."""

    def __init__(self, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self._patch = patch
        self._capture = capture

    def run(self, *arguments: str) -> tuple[int, str, str]:
        self._patch.setattr(sys, "argv", ["thidua", "units", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = self._capture.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err


@pytest.fixture
def terminal(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    an_installation(database_url, at=datetime.now(UTC)).reporter(CAO_LOC)
    monkeypatch.setenv("THIDUA_DATA", str(tmp_path))
    monkeypatch.setenv("THIDUA_DATABASE_URL", database_url)
    monkeypatch.setenv("THIDUA_SECRET_KEY", "x" * 40)
    return Terminal(monkeypatch, capsys)


def test_the_commands_show_first_and_write_then(terminal: Terminal, tmp_path: Path) -> None:
    code, shown, _ = terminal.run("import", "--dry-run")
    assert code == 0
    assert "Kết thúc từ 1/7/2025: LS-183-VHTT" in shown
    assert "còn tài khoản giữ vai trò: reporter-ls-183-vhtt" in shown
    assert "Sẽ nhập 86 đơn vị." in shown
    assert json.loads(terminal.run("import", "--dry-run", "--json")[1])["recorded"] == [STEP.code]
    assert json.loads(terminal.run("import", "--json")[1])["is_written"] is True
    assert terminal.run("import")[1] == "Đã nhập 86 đơn vị.\n"
    assert "từ: LS-183-VHTT, LS-184-VHTT" in terminal.run("history", TAN_DOAN)[1]
    assert json.loads(terminal.run("history", CAO_LOC, "--json")[1])["code"] == CAO_LOC
    assert terminal.run("history", "KHONG-CO")[0] == 1


def test_a_province_is_taken_from_the_list_into_a_file_that_can_be_brought_in(
    terminal: Terminal, tmp_path: Path
) -> None:
    assert "Lạng Sơn" in terminal.run("divisions")[1]
    assert len(json.loads(terminal.run("divisions", "--json")[1])) == 34
    file = tmp_path / "cao-bang.toml"
    of_cao_bang = ("divisions", "--province", "4", "--type", "commune_culture_office", "--code", "CB-{area}")
    assert terminal.run("divisions", "--province", "04")[0] == 2
    code, said, complaint = terminal.run(*of_cao_bang, "--write", str(file))
    assert (code, complaint) == (0, "")
    assert "56 đơn vị của Cao Bằng" in said
    assert terminal.run("import", str(file))[1].endswith("Đã nhập 56 đơn vị.\n")
    assert "CB-01273" in terminal.run(*of_cao_bang)[1]
    assert terminal.run("divisions", "--province", "03", "--type", "commune_culture_office")[0] == 1
