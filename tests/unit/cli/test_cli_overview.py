"""Help is made from the table alone, and tells of everything."""

from __future__ import annotations

import pytest

from haat import __version__
from haat.cli import main, overview
from haat.cli.table import EVERYWHERE, NOUNS

COMMANDS = [(noun, verb) for noun, (_, verbs) in NOUNS.items() for verb in verbs]


@pytest.mark.parametrize("words", [[], ["--help"], ["-h"], ["help"]])
def test_help_names_every_noun_and_its_purpose(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 0
    shown = capsys.readouterr().out
    for noun, (purpose, _) in NOUNS.items():
        assert f"haat {noun}" in shown
        assert purpose in shown


@pytest.mark.parametrize("words", [["config"], ["config", "--help"], ["help", "config"]])
def test_help_of_a_noun_names_its_verbs(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 0
    shown = capsys.readouterr().out
    assert all(f"haat config {verb}" in shown for verb in NOUNS["config"][1])


@pytest.mark.parametrize(("noun", "verb"), COMMANDS)
def test_help_of_a_command_explains_all_that_it_takes(noun: str, verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([noun, verb, "--help"] if verb else [noun, "--help"]) == 0
    shown = capsys.readouterr().out
    for form, explanation in (NOUNS[noun][1][verb][1] | EVERYWHERE).items():
        assert form in shown
        assert explanation in shown


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"haat {__version__}\n"


@pytest.mark.parametrize("words", [["nothing"], ["nothing", "--help"], ["config", "nothing"], ["health"]])
def test_what_is_no_question_for_help_is_left_to_the_commands(words: list[str]) -> None:
    assert overview.asked_for(words) is None
