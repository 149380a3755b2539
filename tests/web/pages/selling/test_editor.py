"""The editor of a listing: one form, of which nothing is lost whatever is wrong with a part of it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from tests.support.browser import Answer
from tests.support.desk import Seller, path, seller
from tests.support.forms import form_of
from tests.support.stack import Stack

from haat.kernel import ids
from haat.market.catalogue.item import Item, item
from haat.market.catalogue.moderate import remove
from haat.market.catalogue.own import OwnVariant, own_attributes, own_variants
from haat.market.catalogue.variant import MOST
from haat.market.places.settle import place_of


@pytest.fixture
def mine(stack: Stack) -> Seller:
    return seller(stack)


def picture(colour: str = "red") -> bytes:
    file = BytesIO()
    Image.new("RGB", (400, 300), colour).save(file, "PNG")
    return file.getvalue()


def save(mine: Seller, listing_id: int, *files: tuple[str, str, bytes], **changes: Any) -> Answer:
    """Open the editor, change some fields, and send it."""
    editor = path("/selling/listings", listing_id)
    fields = form_of(mine.browser.get(editor).text, editor)
    wanted = {name.replace("__", "-"): value for name, value in changes.items()}
    return mine.browser.send(editor, {**fields, **wanted}, files)


def now(mine: Seller, listing_id: int) -> Item:
    found = item(mine.stall.store, listing_id)
    assert found is not None
    return found


def offered(mine: Seller, listing_id: int) -> list[OwnVariant]:
    rows = own_variants(mine.stall.store, mine.stall.shop_id, listing_id)
    return [row for row in rows if row.retired_at is None]


def key(variant: OwnVariant) -> str:
    return f"v{ids.encode(variant.id)}"


def test_a_listing_begins_with_title_and_category(stack: Stack, mine: Seller) -> None:
    category = ids.encode(mine.stall.category("Kitchen", "Cups"))
    answer = mine.browser.submit("/selling/listings", title="Blue mug", category=category)
    assert "Edit listing" in answer.text and 'value="Blue mug"' in answer.text


@pytest.mark.parametrize(("title", "category", "field"), [("", "ok", "title"), ("Mug", "", "category")])
def test_what_a_new_listing_lacks_is_named(mine: Seller, title: str, category: str, field: str) -> None:
    chosen = ids.encode(mine.stall.category("Kitchen")) if category else ""
    answer = mine.browser.post("/selling/listings", title=title, category=chosen)
    assert answer.status == 422
    assert f'href="#f-{field}"' in answer.text


def test_words_price_and_stock_are_saved_together(mine: Seller) -> None:
    listing_id = mine.stall.draft()
    answer = save(
        mine,
        listing_id,
        title="Green mug",
        description="By hand.\n\nIn two firings.",
        n0__price="12,50",
        n0__before="15",
        n0__free="4",
        n0__sku="MUG-G",
    )
    assert answer.status == 303
    found, (variant,) = now(mine, listing_id), offered(mine, listing_id)
    assert (found.title, found.description) == ("Green mug", "<p>By hand.</p><p>In two firings.</p>")
    assert (variant.price, variant.compare_at, variant.stock.free, variant.sku) == (1250, 1500, 4, "MUG-G")


def test_a_plain_description_is_shown_as_it_was_typed(mine: Seller) -> None:
    listing_id = mine.stall.draft(description="Salt & pepper.\n\nTwo <small> jars.\nOne lid.")
    editor = path("/selling/listings", listing_id)
    fields = form_of(mine.browser.get(editor).text, editor)
    before = now(mine, listing_id).description
    assert "<p>" not in fields["description"]
    save(mine, listing_id)
    assert now(mine, listing_id).description == before


def test_one_wrong_price_saves_nothing_and_loses_nothing(mine: Seller) -> None:
    listing_id = mine.stall.draft()
    answer = save(mine, listing_id, title="Green mug", n0__price="twelve", n0__free="4")
    assert answer.status == 422
    assert 'href="#f-n0-price"' in answer.text
    fields = form_of(answer.text, path("/selling/listings", listing_id))
    assert (fields["title"], fields["n0-price"], fields["n0-free"]) == ("Green mug", "twelve", "4")
    assert now(mine, listing_id).title == "Blue mug"
    again = mine.browser.send(path("/selling/listings", listing_id), {**fields, "n0-price": "12"})
    assert again.status == 303
    assert now(mine, listing_id).title == "Green mug"


def test_several_things_that_are_wrong_are_all_named_at_once(mine: Seller) -> None:
    answer = save(mine, mine.stall.draft(), n0__price="0", n0__free="-1", n0__sku="x" * 99)
    for field in ("n0-price", "n0-sku"):
        assert f'href="#f-{field}"' in answer.text or f'id="e-{field}"' in answer.text
    assert 'id="e-n0-free"' in answer.text


def test_what_the_category_asks_is_asked_typed_and_checked(mine: Seller) -> None:
    cups = mine.stall.category("Kitchen", "Cups")
    mine.stall.attribute(cups, "material", kind="choice", choices=("Clay", "Wood"), is_required=True)
    mine.stall.attribute(cups, "volume", kind="number", unit="ml")
    listing_id = mine.stall.draft()
    wrong = save(mine, listing_id, a__volume="a lot")
    assert wrong.status == 422
    assert 'href="#f-a-volume"' in wrong.text
    assert save(mine, listing_id, a__volume="350", a__material="Clay").status == 303
    assert own_attributes(mine.stall.store, mine.stall.shop_id, listing_id) == {"volume": "350 ml", "material": "Clay"}


def test_publishing_names_what_is_missing_and_keeps_what_was_saved(mine: Seller) -> None:
    mine.stall.attribute(mine.stall.category("Kitchen", "Cups"), "material", is_required=True)
    listing_id = mine.stall.draft()
    answer = save(mine, listing_id, title="Green mug", do="publish")
    assert answer.status == 422
    assert 'href="#f-a-material"' in answer.text and 'href="#f-variants"' in answer.text
    assert (now(mine, listing_id).state, now(mine, listing_id).title) == ("draft", "Green mug")
    assert save(mine, listing_id, a__material="Clay", n0__price="9", n0__free="1", do="publish").status == 303
    assert now(mine, listing_id).state == "active"


def test_variants_get_an_option_and_sisters(mine: Seller) -> None:
    listing_id = mine.stall.sell()
    (first,) = offered(mine, listing_id)
    assert save(mine, listing_id, option__0="Size").status == 422  # each needs its value now
    editor = path("/selling/listings", listing_id)
    fields = form_of(mine.browser.get(editor).text, editor)
    rows = [key(first), "n0"]
    changes = {"option-0": "Size", f"{key(first)}-o0": "S", "n0-o0": "L", "n0-price": "14", "n0-free": "2", "row": rows}
    assert mine.browser.send(editor, {**fields, **changes}).status == 303
    assert [(one.options, one.price, one.stock.free) for one in offered(mine, listing_id)] == [
        ((("Size", "S"),), 1200, 3),
        ((("Size", "L"),), 1400, 2),
    ]


def test_what_variants_are_to_differ_in_can_be_said_before_there_are_any(mine: Seller) -> None:
    listing_id = mine.stall.draft()
    answer = save(mine, listing_id, option__0="Size", do="save")
    assert answer.status == 200 and "It is saved." in answer.text
    editor = path("/selling/listings", listing_id)
    fields = form_of(answer.text, editor)
    row = {"n0-o0": "S", "n0-price": "12", "n0-free": "3"}
    assert fields["option-0"] == "Size" and row.keys() <= fields.keys()
    assert mine.browser.send(editor, {**fields, **row, "do": "publish"}).status == 303
    assert [one.options for one in offered(mine, listing_id)] == [(("Size", "S"),)]


def test_two_rows_that_say_the_same_are_refused(mine: Seller) -> None:
    listing_id = mine.stall.draft()
    mine.stall.variant(listing_id, Size="S")
    mine.stall.variant(listing_id, Size="L")
    first, _ = offered(mine, listing_id)
    answer = save(mine, listing_id, **{f"{key(first)}__o0": "L"})
    assert answer.status == 422
    assert "already a variant with these options" in answer.text


def test_a_variant_is_taken_off_and_the_last_one_on_sale_is_not(mine: Seller) -> None:
    listing_id = mine.stall.draft()
    mine.stall.variant(listing_id, Size="S")
    mine.stall.variant(listing_id, Size="L")
    assert save(mine, listing_id, do="publish").status == 303
    first, second = offered(mine, listing_id)
    assert save(mine, listing_id, **{f"{key(first)}__gone": "1"}).status == 303
    assert [one.id for one in offered(mine, listing_id)] == [second.id]
    answer = save(mine, listing_id, **{f"{key(second)}__gone": "1"})
    assert answer.status == 422
    assert "the last variant" in answer.text


@pytest.mark.parametrize(
    ("price", "said"),
    [
        ("10000000000.01", "The highest price is 10000000000.00 EUR."),
        ("9" * 17, "The highest price is 10000000000.00 EUR."),
        ("9" * 5000, "This number is too large."),
    ],
)
def test_a_price_beyond_all_measure_is_refused_beside_its_field(mine: Seller, price: str, said: str) -> None:
    listing_id = mine.stall.sell(price=1200)
    (variant,) = offered(mine, listing_id)
    answer = save(mine, listing_id, **{f"{key(variant)}__price": price})
    assert answer.status == 422
    assert said in answer.text
    assert offered(mine, listing_id)[0].price == 1200


def test_restocking_counts_what_is_promised_on_top(stack: Stack, mine: Seller) -> None:
    listing_id = mine.stall.sell(pieces=3)
    (variant,) = offered(mine, listing_id)
    stack.world.buy(stack.world.account(), {variant.id: 2})
    assert save(mine, listing_id, **{f"{key(variant)}__free": "10"}).status == 303
    (after,) = offered(mine, listing_id)
    assert (after.stock.free, after.stock.sold, after.stock.on_hand) == (10, 2, 12)


def test_stock_that_nobody_touched_is_left_alone(stack: Stack, mine: Seller) -> None:
    listing_id = mine.stall.sell(pieces=3)
    (variant,) = offered(mine, listing_id)
    editor = path("/selling/listings", listing_id)
    fields = form_of(mine.browser.get(editor).text, editor)
    stack.world.buy(stack.world.account(), {variant.id: 1})
    mine.browser.send(editor, {**fields, "title": "Green mug", f"{key(variant)}-free": "2"})
    (after,) = offered(mine, listing_id)
    assert (after.stock.free, after.stock.sold) == (2, 1)


def test_as_many_variants_as_there_can_be_fit_in_the_form(mine: Seller) -> None:
    listing_id = mine.stall.draft()
    for number in range(MOST):
        mine.stall.variant(listing_id, Size=str(number), Colour="blue", Glaze="matt")
    last = offered(mine, listing_id)[-1]
    answer = save(mine, listing_id, ("photos", "a.png", picture()), **{f"{key(last)}__price": "99"})
    assert answer.status == 303
    assert offered(mine, listing_id)[-1].price == 9900


def test_photos_are_added_described_ordered_and_removed(mine: Seller) -> None:
    listing_id = mine.stall.draft()
    files = [("photos", "a.png", picture("red")), ("photos", "b.png", picture("blue"))]
    assert save(mine, listing_id, *files).status == 303
    first, second = now(mine, listing_id).photos
    assert save(mine, listing_id, **{f"alt__{ids.encode(first.id)}": "A red mug"}).status == 303
    assert now(mine, listing_id).photos[0].alt == "A red mug"
    assert save(mine, listing_id, photo=f"first:{ids.encode(second.id)}").status == 303
    assert [one.id for one in now(mine, listing_id).photos] == [second.id, first.id]
    assert save(mine, listing_id, photo=f"up:{ids.encode(first.id)}").status == 303
    assert save(mine, listing_id, photo=f"down:{ids.encode(first.id)}").status == 303
    assert save(mine, listing_id, photo=f"remove:{ids.encode(second.id)}").status == 303
    assert [one.id for one in now(mine, listing_id).photos] == [first.id]


def test_a_file_that_is_no_photo_is_named_and_the_others_are_kept(mine: Seller) -> None:
    listing_id = mine.stall.draft()
    answer = save(mine, listing_id, ("photos", "a.png", picture()), ("photos", "notes.png", b"no picture"))
    assert answer.status == 422
    assert "notes.png" in answer.text
    assert len(now(mine, listing_id).photos) == 1


def test_photos_stay_when_a_price_is_mistyped(mine: Seller) -> None:
    listing_id = mine.stall.draft()
    assert save(mine, listing_id, ("photos", "a.png", picture()), n0__price="x").status == 422
    assert len(now(mine, listing_id).photos) == 1


def test_two_who_edit_at_once_do_not_overwrite_each_other(mine: Seller) -> None:
    listing_id = mine.stall.draft()
    editor = path("/selling/listings", listing_id)
    fields = form_of(mine.browser.get(editor).text, editor)
    assert save(mine, listing_id, title="First").status == 303
    late = mine.browser.send(editor, {**fields, "title": "Second"})
    assert late.status == 409
    assert form_of(late.text, editor)["title"] == "Second"
    assert now(mine, listing_id).title == "First"
    assert mine.browser.send(editor, form_of(late.text, editor)).status == 303
    assert now(mine, listing_id).title == "Second"


def test_a_copy_is_a_draft_of_its_own(mine: Seller) -> None:
    listing_id = mine.stall.sell()
    answer = save(mine, listing_id, do="copy")
    copy_id = ids.decode((answer.header("Location") or "").rpartition("/")[2])
    assert copy_id != listing_id
    assert (now(mine, copy_id).state, now(mine, copy_id).title) == ("draft", "Blue mug")


def test_goods_have_a_town_and_a_town_that_nobody_knows_is_told_of(mine: Seller) -> None:
    listing_id = mine.stall.sell()
    assert save(mine, listing_id, place="Graz").status == 303
    place = place_of(mine.stall.store, listing_id)
    assert place is not None and place.name == "Graz"
    assert 'value="Graz, AT"' in mine.browser.get(path("/selling/listings", listing_id)).text
    wrong = save(mine, listing_id, place="Nowhere upon Nothing")
    assert wrong.status == 422 and "No town is called so." in wrong.text and "Nowhere upon Nothing" in wrong.text
    assert place_of(mine.stall.store, listing_id) == place


def test_it_is_taken_off_sale_and_put_on_sale_again(mine: Seller) -> None:
    listing_id = mine.stall.sell()
    assert save(mine, listing_id, do="end").status == 303
    assert now(mine, listing_id).state == "ended"
    assert save(mine, listing_id, do="publish").status == 303
    assert now(mine, listing_id).state == "active"


def test_what_a_moderator_took_down_says_why_and_stays_down(stack: Stack, mine: Seller) -> None:
    listing_id = mine.stall.sell()
    stack.app.store.write(lambda tx: remove(tx, stack.app.catalogue, 1, listing_id, "It is a copy of a brand."))
    assert "It is a copy of a brand." in mine.browser.get(path("/selling/listings", listing_id)).text
    assert "It is a copy of a brand." in mine.browser.get("/selling/listings?show=removed").text
    assert save(mine, listing_id, do="publish").status == 422
    assert now(mine, listing_id).state == "removed"


def test_the_listing_of_another_shop_is_not_there(stack: Stack, mine: Seller) -> None:
    other = seller(stack, "Oakline")
    editor = path("/selling/listings", mine.stall.sell())
    assert other.browser.get(editor).status == 404
    assert other.browser.post(editor, title="Mine now").status == 404


def test_all_listings_leave_as_a_file(mine: Seller) -> None:
    mine.stall.sell("Blue mug")
    answer = mine.browser.get("/selling/listings.csv")
    assert (answer.header("Content-Type") or "").startswith("text/csv")
    assert "Blue mug" in answer.text
