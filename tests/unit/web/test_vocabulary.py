"""What things are called: as the settings say, in the reader's language."""

from __future__ import annotations

from pathlib import Path

import pytest

from haat.config.load import load
from haat.config.schema import PRESETS
from haat.config.schema import Words as Chosen
from haat.web.vocabulary import Vocabulary
from haat.words import words


def chosen(preset: str, folder: Path) -> Chosen:
    return load(folder, {}, {"market.preset": preset}).words


@pytest.mark.parametrize(
    ("preset", "seller", "sell", "three"),
    [
        ("bazar", "Seller", "Post an article", "3 articles"),
        ("ecommerce", "Seller", "Start selling", "3 things"),
        ("equipment", "Owner", "Hire out a machine", "3 machines"),
        ("handwork", "Customer", "Post a job", "3 jobs"),
        ("markethub", "Shop", "Open a shop", "3 products"),
    ],
)
def test_each_market_calls_things_its_own_way(preset: str, seller: str, sell: str, three: str, tmp_path: Path) -> None:
    called = Vocabulary(chosen(preset, tmp_path), words("en"))
    assert (called.word("seller"), called.word("sell"), called.counted(3)) == (seller, sell, three)


@pytest.mark.parametrize("preset", PRESETS)
def test_every_word_of_every_preset_is_said_in_polish(preset: str, tmp_path: Path) -> None:
    mine = chosen(preset, tmp_path)
    called = Vocabulary(mine, words("pl"))
    for name in set(mine._fields) - {"item", "items"}:
        assert called.word(name) != getattr(mine, name), name
    assert mine.items not in called.counted(5)


def test_polish_counts_in_its_three_ways(tmp_path: Path) -> None:
    called = Vocabulary(chosen("handwork", tmp_path), words("pl"))
    assert [called.counted(number) for number in (1, 3, 5)] == ["1 zlecenie", "3 zlecenia", "5 zleceń"]


def test_the_same_word_is_said_differently_where_it_stands_for_something_else(tmp_path: Path) -> None:
    assert words("pl").in_context("seller", "Shop") == "Sklep"
    assert words("pl").in_context("nothing of ours", "Shop") == "Shop"


def test_a_word_of_the_stacks_own_is_shown_as_it_is(tmp_path: Path) -> None:
    own = chosen("bazar", tmp_path)._replace(sell="Flog it", item="gem", items="gems")
    called = Vocabulary(own, words("pl"))
    assert called.word("sell") == "Flog it"
    assert called.counted(2) == "2 gems"


def test_a_word_is_no_markup(tmp_path: Path) -> None:
    own = chosen("bazar", tmp_path)._replace(item="<b>gem</b>", items="<b>gems</b>")
    assert Vocabulary(own, words("en")).counted(2) == "2 &lt;b&gt;gems&lt;/b&gt;"


def test_a_number_is_written_as_it_is_given(tmp_path: Path) -> None:
    assert Vocabulary(chosen("bazar", tmp_path), words("en")).counted(1200, "1,200") == "1,200 articles"
