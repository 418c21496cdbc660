"""The page for whoever records a merger: its example can be brought in and reads as it says."""

import re
import shlex
import tomllib
from datetime import date
from pathlib import Path

import click
from click.testing import CliRunner

from thidua.cli import thidua
from thidua.domain.directories import directory_from
from thidua.domain.successions import KIND_LABELS

PAGE = (Path(__file__).parents[2] / "docs" / "units.md").read_text(encoding="utf-8")


def block(kind: str) -> str:
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)[0]


def test_the_example_is_a_sound_file_and_divides_by_its_weights() -> None:
    directory = directory_from(tomllib.loads(block("toml")), file="docs/units.md")
    now = directory.lineage().as_now({"PHONG-CU": 12}, since=date(2023, 12, 14), now=date(2024, 1, 1), divisible=True)
    assert dict(now.by_unit) == {"PHONG-MOI-1": 7, "PHONG-MOI-2": 5}


def test_every_kind_is_named() -> None:
    assert set(re.findall(r"`(\w+)`", PAGE.partition("Kinds:")[2].partition(".\n")[0])) == {*KIND_LABELS}


def test_every_command_and_option_is_one(tmp_path: Path) -> None:
    units = thidua.commands["units"]
    assert isinstance(units, click.Group)
    for line in [line for line in block("sh").splitlines() if line.startswith("thidua ")]:
        _, group, name, *words = shlex.split(line)
        assert group == "units"
        options = {option for parameter in units.commands[name].params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= options
    file = tmp_path / "cao-bang.toml"
    written = [
        "divisions",
        "--province",
        "04",
        "--type",
        "commune_culture_office",
        "--code",
        "CB-{area}-VHXH",
        "--write",
        str(file),
    ]
    assert CliRunner().invoke(units, written).exit_code == 0
    assert len(directory_from(tomllib.loads(file.read_text("utf-8")), file="x").units) == 56
