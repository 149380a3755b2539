"""The example is the manual and the source of the defaults, so it must name what the schema names, and explain it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from haat.config.lines import lines_of
from haat.config.load import load
from haat.config.schema import EXAMPLE, KINDS

ROOT = Path(__file__).parents[3]
TEXT = EXAMPLE.read_text("utf-8")


def test_the_example_names_exactly_the_settings_there_are_in_their_order() -> None:
    named = [f"{section}.{name}" for section, settings in tomllib.loads(TEXT).items() for name in settings]
    assert named == list(KINDS)


@pytest.mark.parametrize("key", KINDS)
def test_every_setting_is_explained_right_above_it(key: str) -> None:
    above = TEXT.splitlines()[lines_of(TEXT)[key] - 2]
    assert above.startswith("# ")


@pytest.mark.parametrize("key", KINDS)
def test_every_default_is_a_value_that_its_setting_can_take(key: str) -> None:
    section, _, name = key.partition(".")
    KINDS[key].read(tomllib.loads(TEXT)[section][name])


def test_a_haat_toml_that_copies_the_whole_example_is_accepted(tmp_path: Path) -> None:
    (tmp_path / "haat.toml").write_text(TEXT, "utf-8")
    settings = load(tmp_path, {}, {})
    assert settings.web == load(tmp_path / "elsewhere", {}, {}).web


def test_the_example_in_the_checkout_is_the_one_the_program_reads() -> None:
    assert (ROOT / "config" / EXAMPLE.name).samefile(EXAMPLE)
