"""Each law of the conformance kit is broken by a specimen, and told so that its author can mend it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.gallery.law_specimens import BREACHES
from tests.gallery.law_specimens import PROJECT
from tests.gallery.law_specimens import SOUND
from tests.gallery.law_specimens import Breach
from tests.gallery.law_specimens import loses_rows
from tests.gallery.law_specimens import report
from thidua_testkit import schema_lock
from thidua_testkit.conformance.__main__ import main
from thidua_testkit.conformance.project import project_of
from thidua_testkit.conformance.words import Text
from thidua_testkit.conformance.words import faults_of_texts

pytest_plugins = ["pytester"]

PLUGINS = Path(__file__).parents[2] / "plugins"


def forget() -> None:
    """Let the plugin of a folder be read anew."""
    project_of.cache_clear()


@pytest.fixture
def folder(pytester: pytest.Pytester) -> Iterator[Path]:
    # The plugin's code is imported anew for each test.
    before = list(sys.path)
    yield pytester.path
    sys.path[:] = before
    for name in [name for name in sys.modules if name.partition(".")[0] == "thidua_tiny"]:
        del sys.modules[name]


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def run(pytester: pytest.Pytester) -> tuple[set[str], str]:
    """Run the laws, and return those that fail with all that is said."""
    result = pytester.runpytest_inprocess("-p", "no:randomly", "-p", "no:cacheprovider", "-q", "tests")
    calls = [each for each in result.reprec.getreports("pytest_runtest_logreport") if each.failed]
    return {each.nodeid.partition("::")[2].partition("::")[2].partition("[")[0] for each in calls}, result.stdout.str()


def test_a_sound_plugin_keeps_every_law_and_no_law_is_left_out(pytester: pytest.Pytester, folder: Path) -> None:
    write(folder, SOUND)
    result = pytester.runpytest_inprocess("-p", "no:randomly", "-p", "no:cacheprovider", "-q", "tests")
    outcomes = result.parseoutcomes()
    laws = {
        each.nodeid.partition("::")[2].partition("::")[2].partition("[")[0]
        for each in result.reprec.getreports("pytest_runtest_logreport")
    }
    assert set(outcomes) == {"passed"}
    assert laws == {breach.law for breach in BREACHES.values()} | {law for law, *_ in OF_YEARS.values()}


@pytest.mark.parametrize("breach", BREACHES.values(), ids=BREACHES)
def test_a_broken_law_is_told_by_its_own_test(
    pytester: pytest.Pytester, folder: Path, breach: Breach, monkeypatch: pytest.MonkeyPatch
) -> None:
    if breach.host is not None:
        breach.host(monkeypatch)
    files = {**SOUND, **breach.files}
    for name, (old, new) in breach.edits.items():
        assert old in files[name]
        files[name] = files[name].replace(old, new, 1)
    write(folder, files)

    failed, said = run(pytester)

    assert failed - breach.also == {breach.law}
    assert breach.said in said


#: Of a campaign that changes forms: the law, which golden reports are taken away, and what is said.
OF_YEARS = {
    "a year's rule that nothing breaks": (
        "test_golden_reports_are_judged_as_they_are_named",
        "broken-",
        "no golden report breaks rule",
    ),
    "an amended form without a report": (
        "test_golden_reports_are_judged_as_they_are_named",
        "valid-",
        "is amended and golden/ has no valid-<what>.json of it",
    ),
    "an amended form whose report is lost": ("test_reports_live_in_the_core", "", "is read back over the API"),
}


@pytest.mark.parametrize(("law", "gone", "said"), OF_YEARS.values(), ids=OF_YEARS)
def test_a_broken_law_of_years_is_told_by_its_own_test(
    pytester: pytest.Pytester, folder: Path, monkeypatch: pytest.MonkeyPatch, law: str, gone: str, said: str
) -> None:
    whole = next(each.parent for each in sorted(PLUGINS.glob("campaign-*/golden")))
    shutil.copytree(whole, folder, dirs_exist_ok=True)
    shutil.rmtree(folder / "tests")
    write(folder, {"tests/test_laws.py": "from thidua_testkit.conformance import TestCampaigns\n"})
    assert run(pytester)[0] == set()
    for path in (folder / "golden").glob(f"{gone}*.json") if gone else ():
        path.unlink()
    if gone == "broken-":
        (folder / "golden/cases.toml").unlink()
    elif not gone:
        loses_rows(monkeypatch)
    forget()
    failed, told = run(pytester)
    assert failed == {law}
    assert said in told


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("golden/valid-odd.json", "{", "valid-odd.json: no JSON"),
        ("golden/odd.json", report(), "name it valid-<what>.json or broken-<rule>-<what>.json"),
        ("golden/valid-odd.json", report().replace('"K"', '"Z"'), "form_code is 'Z'; the plugin's forms are K"),
        ("golden/cases.toml", "[reports.valid-none]\n", "speaks of a file that is not there"),
        ("golden/cases.toml", 'colour = "red"\n', "'colour' is not known here"),
        ("pyproject.toml", PROJECT.replace("tiny:plugin", "tiny:nothing"), "which cannot be loaded"),
    ],
)
def test_a_folder_that_cannot_be_read_is_told(
    pytester: pytest.Pytester, folder: Path, name: str, text: str, said: str
) -> None:
    write(folder, {**SOUND, name: text})

    assert said in run(pytester)[1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (" ", "empty"),
        ("Sô\u0301 người", "is not composed Unicode"),
        ("Số người ", "has blanks around it"),
        ("Số  người", "two blanks in a row"),
        ("Số\xa0người", "a hard blank"),
        ("Số người .", "a blank before a mark"),
        ("Total số người", "English words (total)"),
    ],
)
def test_a_text_that_is_no_clean_vietnamese_is_told(text: str, said: str) -> None:
    (fault,) = faults_of_texts([Text("here", text)])
    assert fault.startswith("here: ")
    assert said in fault


def test_sentences_begin_and_end_as_such() -> None:
    assert faults_of_texts([Text("here", "Đã quán triệt.", is_sentence=True)]) == []
    assert len(faults_of_texts([Text("here", "đã quán triệt", is_sentence=True)])) == 2


def test_a_plugin_is_judged_by_its_folder_alone(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    write(folder, {name: text for name, text in SOUND.items() if not name.startswith("tests/")})
    assert main([str(folder)]) == 0
    assert "35 passed" in capfd.readouterr().out
    assert not (folder / "tests").exists()
    (folder / "golden/broken-k04-twice.json").unlink()
    forget()
    assert main([str(folder)]) == 1
    assert "no golden report breaks rule K04" in capfd.readouterr().out


def test_a_folder_without_a_plugin_is_told(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 2
    assert "No pyproject.toml above" in capfd.readouterr().err
    assert main([]) == 2


def test_a_lock_is_written_and_an_amended_version_keeps_the_one_before(pytester: pytest.Pytester, folder: Path) -> None:
    write(folder, SOUND)
    assert schema_lock.main([str(folder)]) == 0
    first = (folder / "schema.lock").read_text(encoding="utf-8")
    assert run(pytester)[0] == set()

    (folder / "schema.lock").write_text(first.replace("version = 1", "version = 0"), encoding="utf-8")
    assert schema_lock.main([str(folder)]) == 0
    assert '[["K".earlier]]\nversion = 0' in (folder / "schema.lock").read_text(encoding="utf-8")


def test_a_folder_without_a_plugin_has_nothing_to_freeze(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert schema_lock.main([str(tmp_path)]) == 1
    assert "No pyproject.toml above" in capsys.readouterr().err
