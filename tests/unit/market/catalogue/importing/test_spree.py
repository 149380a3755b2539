"""A product export of Spree: a row for the product, one for each variant, and all variants again for each further currency."""

from __future__ import annotations

from pathlib import Path

from tests.support.catalogue_files import read

from haat.market.catalogue.importing.found import DraftAttribute, DraftPicture

HEADER = (
    "slug,sku,name,price,compare_at_price,currency,status,description,tags,product_type,category1,option1_name,option1_value,"
    "image1_src,weight,inventory_count,inventory_backorderable,track_inventory,custom_field.custom.room_coverage\n"
)
DOLLARS = (
    "fan,FAN,Quiet fan,0,0,USD,active,A fan.,air,Cooling,Air -> Fans,,,https://pics.example/fan.webp,,,FALSE,,Up to 25m²\n"
    "fan,FAN-W,,89.99,0,USD,,,,,,Color,White,https://pics.example/fan-white.webp,9.5,50,FALSE,TRUE,\n"
    "fan,FAN-B,,89.99,99.99,USD,,,,,,Color,Black,https://pics.example/fan-black.webp,9.5,0,FALSE,TRUE,\n"
    "iron,IRON,Steam iron,59.99,0,USD,archived,An iron.,,Care,,,,https://pics.example/iron.webp,2,7,FALSE,TRUE,\n"
)
EUROS = (
    "fan,FAN-W,,84.99,,EUR,,,,,,,,,,,FALSE,,\nfan,FAN-B,,84.99,,EUR,,,,,,,,,,,FALSE,,\n"
    "iron,IRON,,54.99,,EUR,,,,,,,,,,,FALSE,,\n"
)


def test_the_row_of_a_product_with_variants_is_no_variant(tmp_path: Path) -> None:
    fan = read(tmp_path, HEADER + DOLLARS, "USD").drafts[0]
    assert [(variant.sku, variant.price, variant.compare_at, variant.stock) for variant in fan.variants] == [
        ("FAN-W", 8999, 0, 50),
        ("FAN-B", 8999, 9999, 0),
    ]
    assert (fan.title, fan.category, fan.state) == ("Quiet fan", ("Air", "Fans"), "active")
    assert fan.attributes == (DraftAttribute("room_coverage", "Room coverage", "Up to 25m²"),)


def test_the_row_of_a_product_without_variants_is_its_variant(tmp_path: Path) -> None:
    iron = read(tmp_path, HEADER + DOLLARS, "USD").drafts[1]
    assert [(variant.sku, variant.options, variant.price, variant.stock) for variant in iron.variants] == [
        ("IRON", (), 5999, 7)
    ]
    assert (iron.category, iron.state) == (("Care",), "ended")


def test_a_picture_in_the_row_of_a_variant_shows_this_variant(tmp_path: Path) -> None:
    fan = read(tmp_path, HEADER + DOLLARS, "USD").drafts[0]
    assert fan.pictures == (
        DraftPicture("https://pics.example/fan.webp"),
        DraftPicture("https://pics.example/fan-white.webp", sku="FAN-W"),
        DraftPicture("https://pics.example/fan-black.webp", sku="FAN-B"),
    )


def test_prices_in_other_currencies_are_noted_and_not_refused(tmp_path: Path) -> None:
    found = read(tmp_path, HEADER + DOLLARS + EUROS, "USD")
    assert not found.problems
    others = [note.line for note in found.notes if note.about == "prices in other currencies than USD were passed over"]
    assert others == [6, 7, 8]


def test_the_market_picks_the_rows_in_its_currency_wherever_they_stand(tmp_path: Path) -> None:
    found = read(tmp_path, HEADER + DOLLARS + EUROS, "EUR")
    prices = {variant.sku: variant.price for draft in found.drafts for variant in draft.variants}
    assert prices == {"FAN-W": 8499, "FAN-B": 8499, "IRON": 5499}
    assert found.drafts[0].variants[0].options == (("Color", "White"),)
    assert found.drafts[0].variants[0].stock == 50


def test_a_variant_that_is_not_priced_in_the_currency_of_the_market_is_a_problem(tmp_path: Path) -> None:
    found = read(tmp_path, HEADER + DOLLARS + EUROS.split("\n")[0] + "\n", "EUR")
    assert [draft.handle for draft in found.drafts] == ["fan"]
    assert [variant.sku for variant in found.drafts[0].variants] == ["FAN-W"]
    assert {(problem.line, problem.column) for problem in found.problems} == {
        (4, "currency"),
        (5, "currency"),
        (5, "slug"),
    }


def test_a_variant_without_its_option_is_a_problem_and_not_taken_for_the_product(tmp_path: Path) -> None:
    found = read(tmp_path, HEADER + DOLLARS + "fan,FAN-X,,9,0,USD,,,,,,Color,,,,1,,,\n", "USD")
    assert found.problem.reason == "Other variants have a “Color”, and this one has none."


def test_two_products_may_share_the_sku_of_rows_that_are_not_sold(tmp_path: Path) -> None:
    rows = (
        DOLLARS
        + "fan-pro,FAN,Fan Pro,0,0,USD,active,,,,,,,,,,,,\nfan-pro,FAN-PRO-W,,99,0,USD,,,,,,Color,White,,,1,,,\n"
    )
    found = read(tmp_path, HEADER + rows, "USD")
    assert not found.problems
    assert [variant.sku for variant in found.drafts[-1].variants] == ["FAN-PRO-W"]


def test_the_reading_says_why_columns_are_passed_over(tmp_path: Path) -> None:
    found = read(tmp_path, HEADER + DOLLARS, "USD")
    why = {column.header: column.why for column in found.reading.columns if not column.use}
    assert why.keys() == {"tags", "weight", "inventory_backorderable", "track_inventory"}
    assert all(why.values())
