import re

import pytest
from PIL import Image

from haat.config.schema import PRESETS
from haat.demo.goods import PHOTOS, Goods, goods, read
from haat.kernel.errors import Invalid, NotFound
from haat.market.catalogue.description import describe
from haat.market.catalogue.variant import VariantText, refuse_if_unlike, tidy
from haat.market.places.gazetteer import gazetteer

PRESET_IN_BYTES = 4_000_000
PHOTO_IN_BYTES = 45_000

SOUND = """
currency = "EUR"
[[shops]]
slug = "pots"
name = "Pots"
country = "PT"
about = "A potter."
owner = { name = "Ana", email = "ana@demo.haat.example" }
shipping = [{ name = "Post", price = 500, days = [1, 2] }]
[[categories]]
slug = "kitchen"
name = "Kitchen"
attributes = [
  { key = "oven", name = "Goes into the oven", kind = "yes_no" },
  { key = "clay", name = "Clay", kind = "choice", choices = ["Red", "White"] },
]
[[categories]]
slug = "mugs"
name = "Mugs"
parent = "kitchen"
attributes = [{ key = "holds", name = "Holds", kind = "number", unit = "ml" }]
[[listings]]
handle = "mug"
title = "Mug"
shop = "pots"
category = "mugs"
description = "A mug."
attributes = { oven = true, clay = "Red", holds = 300 }
options = { Size = ["S", "L"] }
variants = [{ of = ["S"], sku = "MUG-S", price = 100, stock = 1 }, { of = ["L"], sku = "MUG-L", price = 120, stock = 0 }]
photos = [{ file = "mug-salt.webp", alt = "A mug", sku = "MUG-S" }]
[[coupons]]
code = "TEN"
percent = 10
[[buyers]]
name = "Bo"
email = "bo@demo.haat.example"
country = "DE"
"""


@pytest.fixture(scope="module")
def shop_goods() -> Goods:
    return goods("ecommerce")


def test_the_goods_of_the_shop_are_sound_and_many(shop_goods: Goods) -> None:
    assert len(shop_goods.shops) == 6
    assert len(shop_goods.listings) >= 48
    assert {listing.shop for listing in shop_goods.listings} == {shop.slug for shop in shop_goods.shops}


def test_they_show_what_a_shop_has_to_cope_with(shop_goods: Goods) -> None:
    listings = shop_goods.listings
    assert any(listing.state == "draft" for listing in listings)
    assert any(all(variant.stock == 0 for variant in listing.offered) for listing in listings)
    assert any(variant.compare_at for listing in listings for variant in listing.offered)
    assert {0, 1, 2} == {len(listing.options) for listing in listings}
    assert any(coupon.percent and not coupon.shop for coupon in shop_goods.coupons)
    assert any(coupon.amount and coupon.shop for coupon in shop_goods.coupons)


def test_the_catalogue_would_take_them_as_they_are(shop_goods: Goods) -> None:
    for listing in shop_goods.listings:
        assert describe(listing.description).startswith("<p>")
        seen: list[tuple[tuple[str, str], ...]] = []
        for variant in listing.offered:
            options = listing.options_of(variant)
            refuse_if_unlike(options, seen)
            seen.append(options)
            text = VariantText(variant.price, options, variant.sku, variant.compare_at)
            assert tidy(text, "EUR").options == options


def shown(preset: str) -> set[str]:
    """The files that a preset shows."""
    found = goods(preset)
    photos = {photo.file for listing in found.listings for photo in listing.photos}
    return photos | {shop.portrait for shop in found.shops if shop.portrait}


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_has_goods_of_its_kinds_from_several_people(preset: str) -> None:
    found = goods(preset)
    assert len(found.listings) >= 24
    assert len({listing.shop for listing in found.listings}) >= 6
    assert len({listing.category for listing in found.listings}) >= 10
    assert found.currency == ("ZAR" if preset == "markethub" else "EUR")


@pytest.mark.parametrize("preset", PRESETS)
def test_every_photo_is_square_and_light(preset: str) -> None:
    files = [PHOTOS / name for name in shown(preset)]
    for photo in files:
        assert photo.stat().st_size <= PHOTO_IN_BYTES, photo.name
        with Image.open(photo) as picture:
            assert (picture.format, picture.size) == ("WEBP", (1280, 1280)), photo.name
    assert sum(photo.stat().st_size for photo in files) <= PRESET_IN_BYTES


@pytest.mark.parametrize("preset", PRESETS)
def test_every_place_is_a_town_in_the_country_of_its_shop(preset: str) -> None:
    found = goods(preset)
    country_of = {shop.slug: shop.country for shop in found.shops}
    for one in found.listings:
        if one.town:
            assert gazetteer().the_one(one.town, country_of[one.shop]).country == country_of[one.shop]


def test_no_photo_lies_around_unused() -> None:
    assert {path.name for path in PHOTOS.iterdir()} == set().union(*(shown(preset) for preset in PRESETS))


def test_no_two_presets_show_the_same_picture() -> None:
    assert sum(len(shown(preset)) for preset in PRESETS) == len(list(PHOTOS.iterdir()))


def test_what_is_no_product_has_a_price_alone() -> None:
    job = SOUND.replace('handle = "mug"', 'handle = "mug"\nkind = "job"')
    with pytest.raises(Invalid) as caught:
        read(job)
    assert "listing pots/mug" in caught.value.fields
    alone = re.sub(r"options = .*\nvariants = .*\n", "price = 100\n", job).replace(', sku = "MUG-S"', "")
    [offered] = read(alone).listings[0].offered
    assert (offered.price, offered.stock) == (100, 1)


def test_only_who_sells_needs_a_way_of_sending() -> None:
    unsent = re.sub(r"shipping = .*\n", "", SOUND)
    with pytest.raises(Invalid) as caught:
        read(unsent)
    assert list(caught.value.fields) == ["shop pots"]


def test_attributes_come_from_the_categories_above() -> None:
    assert list(read(SOUND).attributes_of("mugs")) == ["oven", "clay", "holds"]


def test_options_are_told_in_their_order() -> None:
    mug = read(SOUND).listings[0]
    assert mug.options_of(mug.offered[1]) == (("Size", "L"),)


@pytest.mark.parametrize(
    ("right", "wrong", "where"),
    [
        ('shop = "pots"', 'shop = "pans"', "listing pans/mug"),
        ('category = "mugs"', 'category = "jugs"', "listing pots/mug"),
        ('parent = "kitchen"', 'parent = "cellar"', "category mugs"),
        ('sku = "MUG-L"', 'sku = "MUG-S"', "sku MUG-S"),
        ("price = 100", "price = 0", "listing pots/mug, MUG-S"),
        ("stock = 1", "stock = -1", "listing pots/mug, MUG-S"),
        ('of = ["L"]', 'of = ["XL"]', "listing pots/mug, MUG-L"),
        ('file = "mug-salt.webp"', 'file = "mug-gold.webp"', "listing pots/mug, mug-gold.webp"),
        ('file = "mug-salt.webp"', 'file = "../goods.py"', "listing pots/mug, ../goods.py"),
        ("oven = true", 'oven = "true"', "listing pots/mug, oven"),
        ('clay = "Red"', 'clay = "Blue"', "listing pots/mug, clay"),
        ("holds = 300", "weighs = 300", "listing pots/mug, weighs"),
        ("percent = 10", "percent = 110", "coupon TEN"),
        ("bo@demo.haat.example", "bo@example.com", "bo@example.com"),
        ("bo@demo.haat.example", "ana@demo.haat.example", "address ana@demo.haat.example"),
    ],
)
def test_a_flaw_is_named_with_its_place(right: str, wrong: str, where: str) -> None:
    assert right in SOUND
    with pytest.raises(Invalid) as caught:
        read(SOUND.replace(right, wrong))
    assert next(iter(caught.value.fields)) == where


def test_all_flaws_are_named_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        read(SOUND.replace("price = 100", "price = 0").replace("percent = 10", "percent = 0"))
    assert len(caught.value.fields) == 2


def test_what_is_no_toml_or_has_unknown_keys_cannot_be_read() -> None:
    with pytest.raises(Invalid):
        read("currency =")
    with pytest.raises(Invalid):
        read(SOUND.replace('title = "Mug"', 'titel = "Mug"'))


@pytest.mark.parametrize("preset", ["nowhere", "../goods", ""])
def test_a_preset_without_goods_says_so(preset: str) -> None:
    with pytest.raises(NotFound):
        goods(preset)
