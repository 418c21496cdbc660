"""``thidua plugins new campaign``: what can be computed is moved, what only people know is taken out and listed."""

import ast
import json
import re
from datetime import date
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner
from click.testing import Result
from scaffolded import a_checkout
from scaffolded import installed
from scaffolded import output_of
from scaffolded import own_tests
from scaffolded import run
from scaffolded import thidua

from thidua.bootstrap import installed_plugins
from thidua.cli.scaffolding import new
from thidua.domain.errors import ThiduaError
from thidua.scaffolding.campaign.carrying import CARRIED
from thidua.scaffolding.campaign.years import moved_text
from thidua.scaffolding.names import campaign_names
from thidua_sdk import Campaign

OLD = installed_plugins().campaigns["ATGT-2021"]
MARK = "chuyển từ ATGT-2021, chờ xác nhận"
#: A year that no campaign of this tree is likely to be of.
YEAR = 2047


def asked(*words: str) -> Result:
    return CliRunner().invoke(new, ["campaign", *words])


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    plugins = a_checkout(tmp_path_factory.mktemp("campaign"))
    result = asked("--from", "atgt-2021", "--year", str(YEAR), "--into", str(plugins))
    assert result.exit_code == 0, result.exception
    return plugins / f"campaign-atgt-{YEAR}"


@pytest.fixture(scope="module")
def campaign(written: Path) -> Campaign:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(written)
        plugin = import_module(f"thidua_campaign_atgt_{YEAR}").plugin
    assert isinstance(plugin, Campaign)
    return plugin


def test_days_and_codes_are_those_of_the_year(campaign: Campaign) -> None:
    assert (campaign.code, campaign.year, campaign.valid_to) == (f"ATGT-{YEAR}", YEAR, date(YEAR, 12, 31))
    assert campaign.rules_version == f"{YEAR}.1"
    moved = {period.code: period for period in campaign.periods}
    by = YEAR - 2021
    for old in OLD.periods:
        period = moved[old.code.replace("2021", str(YEAR))]
        assert period.name == old.name.replace("2021", str(YEAR))
        assert (period.cutoff_on is None) == (old.cutoff_on is None)
        if old.cutoff_on and period.cutoff_on:
            assert period.cutoff_on == old.cutoff_on.replace(year=old.cutoff_on.year + by)
        if old.statistics and period.statistics:
            assert period.statistics.first_on == old.statistics.first_on.replace(year=old.statistics.first_on.year + by)
    assert len(moved) == len(OLD.periods)


def test_what_belonged_to_the_old_year_alone_is_gone(campaign: Campaign) -> None:
    assert campaign.theme == f"Chưa có chủ đề năm {YEAR}, chờ Kế hoạch"
    assert (campaign.plan.issued_on, campaign.plan.parent_issued_on, campaign.valid_from) == (None, None, None)
    assert campaign.plan.issued_from == date(YEAR, 1, 1)
    assert campaign.plan.symbol == "/KH-STTTT"
    assert "Chưa biết" in campaign.plan.parent_plan
    assert (campaign.baselines, dict(campaign.examples)) == ((), {})
    said = repr(campaign)
    for old in (OLD.theme, "11/KH-BATGT", "112/BC-BATGT"):
        assert old not in said


def test_laws_keep_their_own_days(campaign: Campaign) -> None:
    laws = {basis.code: basis for basis in campaign.legal_bases}
    for old in OLD.legal_bases:
        if old.title != OLD.plan.parent_plan:
            assert (laws[old.code].valid_from, laws[old.code].valid_to) == (old.valid_from, old.valid_to)
    assert laws["B1"].valid_from is None
    assert "giai đoạn 2019-2021" in laws["B3"].title


def test_everything_carried_over_says_so_and_is_listed(campaign: Campaign, written: Path) -> None:
    todo = (written / "TODO.md").read_text(encoding="utf-8")
    for kind in CARRIED:
        items = getattr(campaign, kind)
        assert len(items) == len(getattr(OLD, kind))
        for item in items:
            assert item.source.endswith(f"({MARK})"), (kind, item.code)
            assert f"`{kind}` `{item.code}`" in todo
    assert campaign.plan.source.endswith(f"({MARK})")
    assert "hết hiệu lực ngày 31/12/2021" in todo


def test_every_line_that_still_names_the_old_year_is_listed(written: Path) -> None:
    todo = (written / "TODO.md").read_text(encoding="utf-8")
    found = 0
    for path in written.glob("thidua_*/*.py"):
        if path.name == "carried.py":
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if re.search(r"\b202[012]\b", line):
                found += 1
                assert f"{path.name}` dòng {number}:" in todo
    assert found


def test_confirming_an_item_takes_its_mark_away(written: Path, tmp_path: Path) -> None:
    package = written / f"thidua_campaign_atgt_{YEAR}"
    (tmp_path / "site").mkdir()
    copy = tmp_path / "site" / package.name
    copy.mkdir()
    for path in package.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        (copy / path.name).write_text(
            text.replace("= frozenset()", '= frozenset({("targets", "T1")})'), encoding="utf-8"
        )
    script = f"from {package.name} import plugin; print([each.source for each in plugin.targets])"
    marked = ast.literal_eval(output_of(run("python", "-c", script, cwd=tmp_path, path=(tmp_path / "site",))))
    assert [MARK in source for source in marked] == [False, True, True, True, True]


def test_a_campaign_installed_as_a_wheel_and_begun_from_another_is_carried_on(written: Path, tmp_path: Path) -> None:
    site = installed(written, tmp_path / "site")
    plugins = a_checkout(tmp_path)
    words = ("plugins", "new", "campaign", "--from", f"ATGT-{YEAR}", "--year", str(YEAR + 1))
    output_of(thidua(*words, cwd=tmp_path, path=(site,)))
    folder = plugins / f"campaign-atgt-{YEAR + 1}"
    home = (folder / f"thidua_campaign_atgt_{YEAR + 1}" / "__init__.py").read_text(encoding="utf-8")
    assert home.count('carried("targets"') == 1
    assert " passed" in own_tests(folder, site)
    again = thidua("plugins", "new", "campaign", "--from", "ATGT-2021", "--year", str(YEAR), cwd=tmp_path, path=(site,))
    assert again.returncode == 1
    assert "đã được cài" in again.stderr


@pytest.mark.parametrize("words", [("campaign", "--from", "ATGT-2021", "--year", "2033"), ("unit-type", "nha_moi")])
def test_a_plugin_beside_that_ends_its_process_is_no_hindrance_to_a_new_one(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    site, plugins = tmp_path / "site", a_checkout(tmp_path)
    told = site / "ending-1.0.dist-info"
    told.mkdir(parents=True)
    (site / "ending.py").write_text("import os\n\nos._exit(7)\n", encoding="utf-8")
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: ending\nVersion: 1.0\n", encoding="utf-8")
    (told / "entry_points.txt").write_text("[thidua.unit_types]\nending = ending:plugin\n", encoding="utf-8")
    more = ("--label", "Nhà mới") if words[0] == "unit-type" else ()
    output_of(thidua("plugins", "new", *words, *more, cwd=tmp_path, path=(site,)))
    assert len(list(plugins.iterdir())) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--from", "ATGT-1999", "--year", "2030"), "hiện có: ATGT-2021"),
        (("--from", "ATGT-2021", "--year", "2021"), "phải khác năm 2021"),
        (("--from", "ATGT-2021", "--year", "20277"), "cách không quá"),
        (("--from", "ATGT-2021", "--year", "-1"), "cách không quá"),
    ],
)
def test_what_cannot_be_is_refused_with_what_would_do(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    result = asked(*words, "--into", str(tmp_path))
    assert isinstance(result.exception, ThiduaError), result.output
    assert said in result.exception.message
    assert list(tmp_path.iterdir()) == []


def test_a_dry_run_tells_programs_what_is_to_be_decided(tmp_path: Path) -> None:
    result = asked("--from", "ATGT-2021", "--year", str(YEAR), "--into", str(tmp_path), "--dry-run", "--json")
    told = json.loads(result.output)
    assert any("B3" in each for each in told["decisions"])
    assert list(tmp_path.iterdir()) == []


def test_names_without_the_year_cannot_be_moved() -> None:
    with pytest.raises(ThiduaError, match="không chứa năm 2021 đúng một lần"):
        campaign_names("ATGT", 2021, "thidua_campaign_atgt", "thidua-campaign-atgt", 2022)


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("Quý I năm 2021", "Quý I năm 2027"),
        ("Năm 2020 và năm 2022", "Năm 2026 và năm 2028"),
        ("2021-Q1", "2027-Q1"),
        ("ATGT-2021, Biểu D", "ATGT-2027, Biểu D"),
        ("(15/12–31/12/2021)", "(15/12–31/12/2027)"),
        ("giai đoạn 2019-2021", "giai đoạn 2019-2021"),
        ("Nghị định số 100/2019/NĐ-CP", "Nghị định số 100/2019/NĐ-CP"),
        ("Báo cáo số 112/BC-BATGT ngày 15/9/2021", "Báo cáo số 112/BC-BATGT ngày 15/9/2021"),
        ("Quyết định 33/2021/QĐ-UBND", "Quyết định 33/2021/QĐ-UBND"),
        ("năm 2012", "năm 2012"),
    ],
)
def test_years_move_where_they_are_the_campaigns(text: str, moved: str) -> None:
    assert moved_text(text, 2021, 2027, "ATGT-2021", "ATGT-2027") == moved
