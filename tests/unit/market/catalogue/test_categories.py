"""Categories: a tree with inherited attributes, the same in every process at once."""

from __future__ import annotations

import pytest
from tests.support.stall import Stall

from haat.kernel.errors import Invalid, NotFound
from haat.market.catalogue.categories import Categories
from haat.market.catalogue.change_category import DEEPEST, add_category, ensure_category, rename_category
from haat.store import Store


def test_a_path_of_names_is_made_once(stall: Stall) -> None:
    cups = stall.category("Kitchen", "Cups")
    assert stall.category("kitchen", "CUPS") == cups
    assert [step.name for step in stall.tree.breadcrumbs(cups)] == ["Kitchen", "Cups"]
    assert stall.tree.get(cups).path == "kitchen/cups"


def test_the_same_name_elsewhere_gets_an_address_of_its_own(stall: Stall) -> None:
    stall.category("Kitchen", "Lamps")
    lamps_id = stall.category("Garden", "Lamps")
    lamps = stall.tree.get(lamps_id)
    assert (lamps.slug, lamps.path) == ("lamps-2", "garden/lamps-2")
    assert stall.tree.by_slug("lamps-2") == lamps


def test_a_renamed_category_keeps_its_address(stall: Stall) -> None:
    cups = stall.category("Kitchen", "Cups")
    stall.store.write(lambda tx: rename_category(tx, stall.catalogue.categories, cups, "Cups and mugs"))
    assert (stall.tree.get(cups).name, stall.tree.get(cups).slug) == ("Cups and mugs", "cups")


@pytest.mark.parametrize("name", ["", "  ", "—", "CUPS", "x" * 121])
def test_names_that_cannot_be(stall: Stall, name: str) -> None:
    kitchen = stall.category("Kitchen")
    stall.category("Kitchen", "Cups")
    with pytest.raises(Invalid) as refused:
        stall.store.write(lambda tx: add_category(tx, stall.catalogue.categories, name, kitchen))
    assert "name" in refused.value.fields


def test_the_tree_has_a_bottom_and_no_category_hangs_in_the_air(stall: Stall) -> None:
    with pytest.raises(Invalid):
        stall.category(*[f"Level {n}" for n in range(DEEPEST + 1)])
    with pytest.raises(NotFound):
        stall.store.write(lambda tx: add_category(tx, stall.catalogue.categories, "Orphan", 42))


def test_a_change_is_seen_by_every_process_at_once(store: Store, stall: Stall) -> None:
    elsewhere = Categories()
    assert elsewhere.tree(store).all == ()
    cups = stall.category("Kitchen", "Cups")
    assert [category.name for category in elsewhere.tree(store).all] == ["Kitchen", "Cups"]
    stall.store.write(lambda tx: rename_category(tx, stall.catalogue.categories, cups, "Mugs"))
    assert elsewhere.tree(store).get(cups).name == "Mugs"


def test_what_was_rolled_back_is_not_remembered(stall: Stall) -> None:
    def half_done(tx) -> None:
        ensure_category(tx, stall.catalogue.categories, ["Garden"])
        assert stall.catalogue.categories.tree(tx).by_names(["Garden"])
        raise ValueError

    with pytest.raises(ValueError):
        stall.store.write(half_done)
    assert stall.tree.by_names(["Garden"]) is None
    stall.category("Kitchen")
    assert [category.name for category in stall.tree.all] == ["Kitchen"]


def test_attributes_are_inherited_and_can_be_defined_anew(stall: Stall) -> None:
    kitchen, cups = stall.category("Kitchen"), stall.category("Kitchen", "Cups")
    stall.attribute(kitchen, "colour")
    stall.attribute(kitchen, "weight", kind="number", unit="kg")
    stall.attribute(cups, "colour", kind="choice", choices=("blue", "red"))
    stall.attribute(cups, "volume", kind="number", unit="l")
    assert [(one.key, one.kind) for one in stall.tree.attributes(cups)] == [
        ("colour", "choice"),
        ("weight", "number"),
        ("volume", "number"),
    ]
    assert [one.kind for one in stall.tree.attributes(kitchen)] == ["text", "number"]


def test_an_attribute_can_change_all_but_its_kind(stall: Stall) -> None:
    cups = stall.category("Cups")
    first = stall.attribute(cups, "volume", kind="number", unit="ml")
    assert stall.attribute(cups, "volume", name="Holds", kind="number", unit="l", is_required=True) == first
    (volume,) = stall.tree.attributes(cups)
    assert (volume.name, volume.unit, volume.is_required) == ("Holds", "l", True)
    with pytest.raises(Invalid) as refused:
        stall.attribute(cups, "volume", kind="text")
    assert "kind" in refused.value.fields


@pytest.mark.parametrize(
    ("definition", "field"),
    [
        ({"key": "Two words"}, "key"),
        ({"key": "ok", "name": " "}, "name"),
        ({"key": "ok", "unit": "kg"}, "unit"),
        ({"key": "ok", "kind": "choice"}, "choices"),
        ({"key": "ok", "choices": ("a",)}, "choices"),
    ],
)
def test_definitions_that_make_no_sense_are_refused(stall: Stall, definition: dict, field: str) -> None:
    cups = stall.category("Cups")
    with pytest.raises(Invalid) as refused:
        stall.attribute(cups, **definition)
    assert list(refused.value.fields) == [field]
