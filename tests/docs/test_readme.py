"""What the README names exists."""

import re
from pathlib import Path

import click
import pytest

from thidua.cli import thidua

ROOT = Path(__file__).parents[2]
READMES = ("README.md", "README.vi.md")


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", READMES)
def test_every_link_leads_somewhere(name: str) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", text_of(name))
    assert links
    assert [link for link in links if not link.startswith("http") and not (ROOT / link).exists()] == []


@pytest.mark.parametrize("name", READMES)
def test_every_command_is_one(name: str) -> None:
    for words in re.findall(
        r"\bthidua ((?:[a-z]+(?:-[a-z]+)* ?)+)", " ".join(re.findall(r"`[^`]+`|```.*?```", text_of(name), re.DOTALL))
    ):
        command: click.Command = thidua
        for word in words.split():
            if not isinstance(command, click.Group):
                break
            assert word in command.commands, words
            command = command.commands[word]


def test_every_folder_of_the_map_is_there() -> None:
    places = re.findall(r"^\| `([\w/]+)/`", text_of("README.md"), re.MULTILINE)
    assert len(places) >= 10
    assert [place for place in places if not (ROOT / place).is_dir()] == []


def test_the_two_commands_are_named_and_can_be_run() -> None:
    for command in ("./run", "./test"):
        assert command in text_of("README.md")
        assert (ROOT / command).stat().st_mode & 0o111
    assert "./run" in text_of("README.vi.md")
