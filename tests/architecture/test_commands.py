"""The table, the modules and the reference of commands say the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from haat.cli import reference
from haat.cli.dispatch import commands_of, parser_of
from haat.cli.table import NOUNS

ROOT = Path(__file__).parents[2]
COMMANDS = [(noun, verb) for noun, (_, verbs) in NOUNS.items() for verb in verbs]


@pytest.mark.parametrize("noun", NOUNS)
def test_the_module_of_a_noun_has_exactly_its_verbs(noun: str) -> None:
    assert list(commands_of(noun)) == list(NOUNS[noun][1])


@pytest.mark.parametrize(("noun", "verb"), COMMANDS)
def test_every_command_can_be_run_and_shows_the_shape_of_its_answer(noun: str, verb: str) -> None:
    command = commands_of(noun)[verb]
    assert callable(command.run)
    assert all(json.loads(line) for line in command.shape.splitlines())


@pytest.mark.parametrize(("noun", "verb"), COMMANDS)
def test_every_command_takes_the_folder_of_its_stack(noun: str, verb: str) -> None:
    assert {"data", "json"} <= {action.dest for action in parser_of(noun, verb)._actions}


def test_the_reference_is_made_from_the_commands_as_they_are() -> None:
    written = (ROOT / "docs" / "reference" / "cli.md").read_text("utf-8")
    assert written == reference.reference(), "run: python -m haat.cli.reference > docs/reference/cli.md"
