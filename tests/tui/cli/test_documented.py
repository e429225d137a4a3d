"""docs/command-line.md has every command, every option and every setting."""

import argparse
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.setting_list import SETTINGS
from tui.main import COMMANDS, parser_for

DOCS = Path(__file__).parents[3] / "docs" / "command-line.md"


def commands(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """Yield every parser that has no commands of its own."""
    below = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    for action in below:
        for command in action.choices.values():
            yield from commands(command)
    if not below:
        yield parser


EVERY = list(commands(parser_for(list(COMMANDS))))


def section(title: str) -> str:
    """Return what the document says under a title."""
    text = DOCS.read_text(encoding="utf-8")
    _, found, rest = text.partition(f"\n## {title}\n")
    assert found, f"{DOCS.name} has no section “{title}”"
    return rest.partition("\n## ")[0]


@pytest.mark.parametrize("command", EVERY, ids=lambda command: str(command.prog))
def test_command_is_documented_with_an_example(command: argparse.ArgumentParser) -> None:
    """Each command has a section of its own, in which it is called."""
    assert f"    $ {command.prog}" in section(command.prog)


@pytest.mark.parametrize("command", EVERY, ids=lambda command: str(command.prog))
def test_options_are_documented(command: argparse.ArgumentParser) -> None:
    """Each option stands in its command's section, or in the introduction where it belongs to all."""
    introduction = DOCS.read_text(encoding="utf-8").partition("\n## ")[0]
    for action in command._actions:
        if action.help != argparse.SUPPRESS and action.option_strings and action.dest != "help":
            name = action.option_strings[-1]
            assert name in section(command.prog) or f"`{name}" in introduction, f"{command.prog} {name}"


@pytest.mark.parametrize("key", SETTINGS)
def test_settings_are_documented(key: str) -> None:
    """Each setting is a row of the table."""
    assert f"\n| `{key}` |" in section("paydesk settings set")


def test_no_documented_setting_is_gone() -> None:
    """The table names no setting that there is not."""
    rows = [line.split("`")[1] for line in section("paydesk settings set").splitlines() if line.startswith("| `")]
    assert set(rows) == set(SETTINGS)
