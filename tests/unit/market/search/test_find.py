"""What somebody finds: the right things, in the right order, each once."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from tests.support.stall import Stall

from haat.kernel.errors import Invalid
from haat.market.accounts.tables import shops
from haat.market.catalogue.change_variants import add_variant
from haat.market.catalogue.publish import publish
from haat.market.catalogue.variant import VariantText
from haat.market.search.index import index
from haat.market.search.question import Question
from haat.market.search.search import Search
from haat.store import Store


def titles(search: Search, text: str = "", **rest: object) -> list[str]:
    return [card.title for card in search.find(Question(text=text, **rest)).cards]  # type: ignore[arg-type]


def test_a_word_in_the_title_comes_before_one_in_the_facts_before_one_in_the_description(
    stall: Stall, search: Search
) -> None:
    cups = stall.category("Cups")
    stall.attribute(cups, "material")
    stall.sell("Copper kettle", category=cups)
    stall.sell("Kettle", category=cups, attributes={"material": "Copper"})
    stall.sell("Tea caddy", category=cups, description="It looks well beside a copper kettle.")
    stall.sell("Copper spoon", category=cups)
    assert titles(search, "copper kettle") == ["Copper kettle", "Kettle", "Tea caddy"]
    assert titles(search, "copper") == ["Copper spoon", "Copper kettle", "Kettle", "Tea caddy"]


def test_on_one_rung_the_newest_comes_first(stall: Stall, search: Search) -> None:
    for number in range(3):
        stall.sell(f"Mug {number}")
    assert titles(search, "mug") == ["Mug 2", "Mug 1", "Mug 0"]


@pytest.mark.parametrize(
    "text", ["creme brulee", "CRÈME", "brulee crème", "crem", "crèmes", "  crème,\tbrûlée! ", "Nº 5 crème", "(crème)"]
)
def test_case_accents_order_and_the_end_of_the_last_word_do_not_matter(stall: Stall, search: Search, text: str) -> None:
    stall.sell("Crème brûlée dish No 5")
    assert titles(search, text) == ["Crème brûlée dish No 5"]


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Straßenlampe", "strassenlampe"),
        ("Самовар медный", "медный самовар"),
        ("手工陶瓷杯子", "陶瓷"),
        ("木のおもちゃ", "おもちゃ"),
        ("나무 숟가락", "숟가락"),
        ("ﬁne ﬂute", "fine flute"),
        ("Mugs for two", "mug two"),
        ("Story box", "stories"),
    ],
)
def test_every_script_can_be_found(stall: Stall, search: Search, title: str, text: str) -> None:
    stall.sell(title)
    stall.sell("Something else")
    assert titles(search, text) == [title]


def test_what_stands_in_a_category_is_found_by_its_name(stall: Stall, search: Search) -> None:
    stall.sell("Glimmer", category=stall.category("Home", "Lamps"))
    stall.sell("Mug")
    assert titles(search, "lamp") == titles(search, "home") == titles(search, "glimmer lamps") == ["Glimmer"]
    assert titles(search, "mug lamps") == []


def test_options_and_skus_are_found(stall: Stall, search: Search) -> None:
    listing = stall.draft("Scarf")
    stall.run(add_variant, listing, VariantText(900, (("Colour", "Indigo"),), "SC-4711"), 1)
    stall.run(publish, listing)
    assert titles(search, "indigo scarf") == titles(search, "SC-4711") == titles(search, "4711") == ["Scarf"]


@pytest.fixture
def shelf(stall: Stall) -> int:
    """Nine bowls: three colours, prices 1 to 9 €, the last one sold out; returns the category above them."""
    kitchen = stall.category("Kitchen")
    stall.attribute(kitchen, "colour", kind="choice", choices=("blue", "red", "green"))
    stall.attribute(kitchen, "size")
    for number in range(9):
        stall.sell(
            f"Bowl {number + 1}",
            category=stall.category("Kitchen", f"Part {number % 2}"),
            price=(number + 1) * 100,
            pieces=0 if number == 8 else 2,
            attributes={"colour": ("blue", "red", "green")[number % 3], "size": "SL"[number % 2]},
        )
    return kitchen


def test_filters_narrow_and_add_up(stall: Stall, search: Search, shelf: int) -> None:
    def numbers(text: str = "bowl", **filters: object) -> set[int]:
        return {int(title[-1]) for title in titles(search, text, **filters)}

    for text in ("bowl", ""):
        assert numbers(text) == {1, 2, 3, 4, 5, 6, 7, 8, 9}
        assert numbers(text, low=300, high=500) == {3, 4, 5}
        assert numbers(text, low=850) == {9}
        assert numbers(text, in_stock=True) == {1, 2, 3, 4, 5, 6, 7, 8}
        assert numbers(text, category_id=shelf) == numbers(text)
        assert numbers(text, category_id=stall.category("Kitchen", "Part 1")) == {2, 4, 6, 8}
        assert numbers(text, shop_id=stall.shop_id) == numbers(text)
        assert numbers(text, shop_id=42) == set()
        assert numbers(text, facts={"colour": ["blue"]}) == {1, 4, 7}
        assert numbers(text, facts={"colour": ["Blue", "red"]}) == {1, 2, 4, 5, 7, 8}
        assert numbers(text, facts={"colour": ["blue", "red"], "size": ["S"]}) == {1, 5, 7}
        assert numbers(text, facts={"colour": ["blue"], "size": []}) == {1, 4, 7}
        assert numbers(text, facts={"colour": ["plaid"]}) == set()
        assert numbers(text, facts={"colour": ["red"]}, low=300, in_stock=True, category_id=shelf) == {5, 8}


def test_a_listing_is_in_a_price_range_when_one_of_its_variants_is(stall: Stall, search: Search) -> None:
    listing = stall.draft("Bowl")
    stall.variant(listing, price=500, Size="S")
    stall.variant(listing, price=900, Size="L")
    stall.run(publish, listing)
    assert titles(search, low=800) == titles(search, high=500) == titles(search, low=600, high=700) == ["Bowl"]
    assert titles(search, low=901) == titles(search, high=499) == []


def test_a_price_range_is_in_one_currency_and_takes_in_what_is_sold_in_it_alone(
    store: Store, stall: Stall, search: Search
) -> None:
    abroad = Stall(store, index, "Abroad")
    store.write(lambda tx: tx.run(update(shops).where(shops.c.id == abroad.shop_id).values(currency="JPY")))
    for price in (900, 1200):
        stall.sell(f"Mug for {price} cents", price=price)
        abroad.sell(f"Mug for {price} yen", price=price)
    yen, cents = ["Mug for 1200 yen", "Mug for 900 yen"], ["Mug for 1200 cents", "Mug for 900 cents"]
    assert titles(search, "mug", low=900, currency="JPY") == titles(search, low=900, currency="JPY") == yen
    assert titles(search, "mug", high=1000, currency="EUR") == cents[1:]
    assert titles(search, sort="price_down", currency="JPY") == yen
    assert titles(search, sort="price_up", currency="EUR") == cents[::-1]
    # Where prices do not count, all are found.
    assert {*titles(search, "mug", currency="EUR")} == {*yen, *cents}
    assert [search.find(Question(sort=sort, currency="EUR")).count for sort in ("newest", "price_up")] == [4, 2]


def test_facets_count_what_each_choice_would_show(stall: Stall, search: Search, shelf: int) -> None:
    def counts(**filters: object) -> dict[str, dict[str, int]]:
        found = search.find(Question(text="bowl", **filters))  # type: ignore[arg-type]
        return {facet.key: {value.words: value.count for value in facet.values} for facet in found.facets}

    assert counts() == {"colour": {"blue": 3, "green": 3, "red": 3}, "size": {"S": 5, "L": 4}}
    assert counts(facts={"colour": ["blue"]}) == {"colour": {"blue": 3, "green": 3, "red": 3}, "size": {"S": 2, "L": 1}}
    assert counts(facts={"colour": ["blue"], "size": ["L"]}) == {
        "colour": {"blue": 1, "green": 1, "red": 2},
        "size": {"S": 2, "L": 1},
    }
    assert counts(high=200) == {"colour": {"blue": 1, "red": 1}, "size": {"S": 1, "L": 1}}
    chosen = search.find(Question(facts={"colour": ["plaid"]})).facets[0]
    assert [(value.words, value.count) for value in chosen.values if value.is_chosen] == [("plaid", 0)]


def test_facets_come_from_options_too_and_have_the_names_people_know(stall: Stall, search: Search) -> None:
    listing = stall.draft("Shirt")
    stall.variant(listing, **{"Shirt size": "M"})
    stall.variant(listing, **{"Shirt size": "L"})
    stall.run(publish, listing)
    (facet,) = search.find(Question()).facets
    assert (facet.key, facet.name, [value.words for value in facet.values]) == ("shirt-size", "Shirt size", ["L", "M"])
    assert titles(search, facts={"shirt-size": ["L"]}) == ["Shirt"]


def test_branches_count_the_categories_below(stall: Stall, search: Search, shelf: int) -> None:
    def branches(**filters: object) -> list[tuple[str, int]]:
        found = search.find(Question(**filters))  # type: ignore[arg-type]
        return [(branch.category.name, branch.count) for branch in found.branches]

    assert branches() == [("Kitchen", 9)]
    assert branches(category_id=shelf) == [("Part 0", 5), ("Part 1", 4)]
    assert branches(category_id=shelf, high=100) == [("Part 0", 1)]


@pytest.mark.parametrize("text", ["", "bowl", "bowl part", "green"])
@pytest.mark.parametrize("sort", ["relevance", "newest", "price_up", "price_down"])
def test_paging_shows_every_result_once_in_the_same_order(
    stall: Stall, search: Search, shelf: int, text: str, sort: str
) -> None:
    for number in range(3):
        stall.sell(f"Bowl of green {number}", price=500, category=shelf)
    whole = titles(search, text, sort=sort)
    walked: list[str] = []
    after = ""
    while True:
        found = search.find(Question(text=text, sort=sort, after=after, size=2))  # type: ignore[arg-type]
        walked += [card.title for card in found.cards]
        after = found.next
        if not after:
            break
    assert walked == whole
    assert len(whole) == found.count == len(set(whole))


def test_prices_sort_up_and_down(stall: Stall, search: Search, shelf: int) -> None:
    assert titles(search, "bowl", sort="price_up") == [f"Bowl {n}" for n in range(1, 10)]
    assert titles(search, "", sort="price_down") == [f"Bowl {n}" for n in range(9, 0, -1)]


def test_what_arrives_while_one_pages_moves_nothing(stall: Stall, search: Search, shelf: int) -> None:
    for sort in ("relevance", "newest", "price_up"):
        before = titles(search, "bowl", sort=sort)
        first = search.find(Question(text="bowl", sort=sort, size=4))  # type: ignore[arg-type]
        stall.sell("Bowl anew", price=50)
        assert titles(search, "bowl", sort=sort, after=first.next) == before[4:]


def test_where_there_are_very_many_the_numbers_say_so(store: Store, stall: Stall, shelf: int) -> None:
    found = Search(store, stall.catalogue.categories, sample=4).find(Question(text="bowl"))
    assert (found.count, found.is_more) == (4, True)
    assert sum(value.count for facet in found.facets if facet.key == "colour" for value in facet.values) == 5
    assert all(facet.are_least for facet in found.facets)


@pytest.mark.parametrize(
    "question",
    [
        Question(size=0),
        Question(size=101),
        Question(low=-1),
        Question(high=10**16),
        Question(after="no-such"),
        Question(after="1-99999999999999999999"),
        Question(facts={f"k{n}": ["v"] for n in range(9)}),
        Question(facts={"k": ["v"] * 51}),
    ],
)
def test_questions_that_no_page_asks_are_refused(search: Search, question: Question) -> None:
    with pytest.raises(Invalid):
        search.find(question)
