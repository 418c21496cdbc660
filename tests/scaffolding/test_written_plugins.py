"""Everything that is written at once, as its author meets it: linted, typed, installed, checked, its own tests run."""

import json
from pathlib import Path

from click.testing import CliRunner
from scaffolded import a_checkout
from scaffolded import installed
from scaffolded import lint
from scaffolded import output_of
from scaffolded import run
from scaffolded import thidua
from workbooks import COMMUNE_CHOICES
from workbooks import COMMUNE_SETTINGS
from workbooks import COMMUNE_SURVEY
from workbooks import HOUSEHOLD_CHOICES
from workbooks import HOUSEHOLD_SURVEY
from workbooks import WICKED
from workbooks import WICKED_CHOICES
from workbooks import an_xlsform
from workbooks import colliding_names
from workbooks import every_type
from workbooks import wicked_survey

from thidua.bootstrap import installed_plugins
from thidua.cli.scaffolding import new

BOOKS = {
    "commune": (COMMUNE_SURVEY, COMMUNE_CHOICES, COMMUNE_SETTINGS),
    "household": (HOUSEHOLD_SURVEY, HOUSEHOLD_CHOICES, {}),
    "each_type": (
        every_type(),
        ({"list_name": "chon", "name": "x", "label": "Một"}, {"list_name": "chon", "name": "y", "label": "Hai"}),
        {},
    ),
}
#: What stays text and stays apart, whatever it says; these lose nothing that is told first.
WITH_TRAPS = {
    "wicked": (wicked_survey(), WICKED_CHOICES, {"form_title": WICKED[0], "form_id": "f"}),
    "colliding": (colliding_names(), (), {}),
}
LABEL = "Ủy ban nhân dân xã"
CAMPAIGNS = {code: each.year for code, each in installed_plugins().campaigns.items()}


def write(*words: str, into: Path) -> str:
    result = CliRunner().invoke(new, [*words, "--into", str(into)])
    assert result.exit_code == 0, result.exception
    return result.output


def test_what_is_written_works_at_once(tmp_path: Path) -> None:
    plugins = a_checkout(tmp_path)
    # As a person would, in a process of its own and with the folder that is usual.
    output_of(thidua("plugins", "new", "unit-type", "commune_office", "--label", LABEL, cwd=tmp_path))
    # One from each campaign that is installed: what one year has, another has not.
    begun = [(code, year + 27) for code, year in sorted(CAMPAIGNS.items())]
    for code, year in begun:
        write("campaign", "--from", code, "--year", str(year), into=plugins)
    for code, (survey, choices, settings) in BOOKS.items():
        book = an_xlsform(tmp_path / f"{code}.xlsx", survey, choices, settings)
        told = write("unit-type", code, "--label", "Loại", "--xlsform", str(book), into=plugins)
        # What was lost is told at once, and again in the file.
        lost = told.partition("Không chuyển được: ")[2].splitlines()[1].strip().partition(":")[0]
        report = plugins / f"unit-{code.replace('_', '-')}" / "DIFFERENCES.md"
        assert f"- **{lost}**: " in report.read_text(encoding="utf-8").replace("\\", "")
    for number, (code, (survey, choices, settings)) in enumerate(WITH_TRAPS.items()):
        book = an_xlsform(tmp_path / f"{code}.xlsx", survey, choices, settings)
        form = ("--form", f"BAY{number}")
        write("unit-type", code, "--label", '"{x}" \\', *form, "--xlsform", str(book), into=plugins)
    lint(plugins)
    site = tmp_path / "site"
    for plugin in sorted(plugins.iterdir()):
        installed(plugin, site)
    output_of(thidua("plugins", "check", cwd=tmp_path, path=(site,)))
    listed = json.loads(output_of(thidua("plugins", "list", "--json", cwd=tmp_path, path=(site,))))["plugins"]
    assert {each["state"] for each in listed} == {"serving"}
    new_codes = {code.replace(str(year - 27), str(year)) for code, year in begun}
    assert {"commune_office", *BOOKS, *new_codes} <= {each["code"] for each in listed}
    # All in one process, as in a checkout: none stands in the way of another.
    tests = run("python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "plugins", cwd=tmp_path, path=(site,))
    assert " passed" in output_of(tests)
    # Installed, its code is in use.
    again = thidua("plugins", "new", "unit-type", "commune_office", "--label", LABEL, cwd=tmp_path, path=(site,))
    assert again.returncode == 1
    assert "đã có một phần mở rộng dùng" in again.stderr
