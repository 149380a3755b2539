"""Slips of the pen are forgiven, and said so; words that are right are left alone."""

from __future__ import annotations

import pytest
from tests.support.stall import Stall

from haat.market.search.question import Question
from haat.market.search.search import Search, Title
from haat.market.search.words import forms, words_of


@pytest.mark.parametrize("text", ["lantren", "lanterm", "lanten", "lantternn", "garden lantren", "gerden lantern"])
def test_results_are_for_the_word_that_was_meant(stall: Stall, search: Search, text: str) -> None:
    stall.sell("Garden lantern")
    found = search.find(Question(text=text))
    assert found.shown_for == ("garden lantern" if " " in text else "lantern")
    assert [card.title for card in found.cards] == ["Garden lantern"]


@pytest.mark.parametrize("text", ["mag", "lan", "12346", "lamprn", "mug lantern garden"])
def test_short_words_figures_and_right_words_are_left_alone(stall: Stall, search: Search, text: str) -> None:
    stall.sell("Garden lantern mug 12345")
    found = search.find(Question(text=text))
    assert (found.shown_for, found.did_you_mean) == ("", "")


def test_a_rare_word_stays_and_a_frequent_one_is_offered(stall: Stall, search: Search) -> None:
    stall.sell("Latern by Anna Latern")
    for number in range(5):
        stall.sell(f"Lantern {number}")
    found = search.find(Question(text="latern"))
    assert (found.count, found.shown_for, found.did_you_mean) == (1, "", "lantern")


def test_a_rare_word_is_right_beside_one_that_is_mended(stall: Stall, search: Search) -> None:
    stall.sell("Bench chisel")
    for number in range(5):
        stall.sell(f"Beech board {number}")
        stall.sell(f"Chisel in a box {number}")
    stall.sell("Chisel with a beech handle")
    assert search.find(Question(text="bench chizel")).shown_for == "bench chisel"
    assert search.find(Question(text="bench chisel")).did_you_mean == ""


def test_counts_that_are_kept_are_those_of_the_words_that_were_meant(stall: Stall) -> None:
    stall.sell("Wooden spoon")
    keeping = Search(stall.store, stall.catalogue.categories, kept_for=60)
    assert [(found.shown_for, found.count) for found in (keeping.find(Question(text="woodne")) for _ in range(2))] == [
        ("wooden", 1),
        ("wooden", 1),
    ]


def test_longer_words_may_have_two_mistakes(stall: Stall, search: Search) -> None:
    stall.sell("Wheelbarrow")
    assert search.find(Question(text="weelbarow")).shown_for == "wheelbarrow"


def test_names_of_categories_are_meant_too(stall: Stall, search: Search) -> None:
    stall.sell("Glimmer", category=stall.category("Chandeliers"))
    assert search.find(Question(text="chandeleirs")).shown_for == "chandeliers"


def test_a_word_that_nothing_has_is_left_out_and_the_rest_is_said(stall: Stall, search: Search) -> None:
    stall.sell("Garden lantern")
    stall.sell("Blue mug")
    assert search.find(Question(text="quiet lantern")).shown_for == "lantern"
    assert search.find(Question(text="xyzzy lantren garden")).shown_for == "lantern garden"
    apart = search.find(Question(text="blue lantern"))
    assert (apart.count, apart.shown_for) == (0, "")


def test_filters_that_leave_nothing_do_not_change_the_words(stall: Stall, search: Search) -> None:
    stall.sell("Garden lantern")
    found = search.find(Question(text="lantern", high=1))
    assert (found.count, found.shown_for, found.did_you_mean) == (0, "", "")


def test_mended_results_are_paged_with_the_same_words(stall: Stall, search: Search) -> None:
    for number in range(5):
        stall.sell(f"Lantern {number}")
    first = search.find(Question(text="lantren", size=3))
    second = search.find(Question(text="lantren", size=3, after=first.next))
    assert [card.title for card in first.cards + second.cards] == [f"Lantern {n}" for n in (4, 3, 2, 1, 0)]


def test_suggestions_go_on_with_what_is_typed(stall: Stall, search: Search) -> None:
    lamps = stall.category("Home", "Lamps and lanterns")
    listing = stall.sell("Garden lantern", category=lamps)
    stall.sell("Blue mug")
    suggested = search.suggest("lant")
    assert suggested.titles == [Title(listing, "garden-lantern", "Garden lantern")]
    assert [category.name for category in suggested.categories] == ["Lamps and lanterns"]
    assert suggested.words == ""
    assert search.suggest("garden l").titles == suggested.titles
    assert search.suggest("lantren").words == "lantern"
    assert search.suggest("lantren").titles == suggested.titles
    assert search.suggest("").titles == search.suggest("l").titles == []


def test_words_as_they_are_looked_for() -> None:
    assert words_of("Ein Café, eine TASSE; ein_Löffel") == ("ein", "cafe", "eine", "tasse", "loffel")
    assert words_of("x" * 999) == ("x" * 40,)
    assert len(words_of(" ".join(map(str, range(100))))) == 12


def test_forms_of_a_word() -> None:
    assert forms("mug") == ("mug", "mugs")
    assert forms("mugs") == ("mugs", "mug")
    assert forms("boxes") == ("boxes", "boxe", "box")
    assert forms("stories") == ("stories", "story")
    assert forms("самовары") == ("самовары",)
    assert forms("2024") == ("2024",)
