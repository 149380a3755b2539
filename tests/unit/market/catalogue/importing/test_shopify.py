"""A product export of Shopify: product facts in the first row, a row for each variant, and rows that hold pictures alone."""

from __future__ import annotations

from pathlib import Path

from tests.support.catalogue_files import read

from haat.market.catalogue.importing.found import DraftAttribute, DraftPicture

HEADER = (
    "Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,"
    "Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Price,Variant Compare At Price,"
    "Image Src,Image Position,Image Alt Text,Gift Card,Fabric (product.metafields.custom.fabric_type),Variant Image,Status\n"
)
TEE = (
    'tee,Striped tee,"<p>Soft &amp; light.</p>\n<ul><li>Organic</li></ul>",Haatwear,Clothing > Shirts,Tops,"a, b",TRUE,'
    "Size,S,Colour,Navy,TEE-S-N,180,shopify,4,19.90,24.90,https://cdn.example/2.jpg?v=1,2,Back,FALSE,Cotton,"
    "https://cdn.example/navy.jpg,active\n"
    "tee,,,,,,,,,M,,Navy,TEE-M-N,180,shopify,0,19.90,,https://cdn.example/1.jpg?v=1,1,Front,,,https://cdn.example/navy.jpg,\n"
    "tee,,,,,,,,,M,,Red,,180,,,21.00,,,,,,,https://cdn.example/1.jpg?v=1,\n"
    "tee,,,,,,,,,,,,,,,,,,https://cdn.example/3.jpg?v=1,3,,,,,\n"
)
CARD = 'card,Gift box,Plain text,,,Presents,,FALSE,Title,Default Title,,,,,,12,"1,250.00",,,,,,,,active\n'


def test_variants_keep_the_options_that_the_first_row_names(tmp_path: Path) -> None:
    tee = read(tmp_path, HEADER + TEE).draft
    assert [(variant.options, variant.price, variant.compare_at, variant.stock) for variant in tee.variants] == [
        ((("Size", "S"), ("Colour", "Navy")), 1990, 2490, 4),
        ((("Size", "M"), ("Colour", "Navy")), 1990, 0, 0),
        ((("Size", "M"), ("Colour", "Red")), 2100, 0, None),
    ]
    assert [variant.sku for variant in tee.variants] == ["TEE-S-N", "TEE-M-N", "tee-m-red"]
    assert [variant.line for variant in tee.variants] == [2, 4, 5]


def test_the_facts_of_the_product_come_from_its_first_row(tmp_path: Path) -> None:
    tee = read(tmp_path, HEADER + TEE).draft
    assert (tee.title, tee.category, tee.state) == ("Striped tee", ("Clothing", "Shirts"), "active")
    assert tee.description == "<p>Soft &amp; light.</p>\n<ul><li>Organic</li></ul>"
    assert tee.attributes == (
        DraftAttribute("brand", "Brand", "Haatwear"),
        DraftAttribute("fabric_type", "Fabric", "Cotton"),
    )


def test_pictures_come_from_all_rows_in_their_order(tmp_path: Path) -> None:
    found = read(tmp_path, HEADER + TEE)
    assert not found.problems
    assert found.draft.pictures == (
        DraftPicture("https://cdn.example/1.jpg?v=1", "Front", "tee-m-red"),
        DraftPicture("https://cdn.example/2.jpg?v=1", "Back"),
        DraftPicture("https://cdn.example/3.jpg?v=1"),
        DraftPicture("https://cdn.example/navy.jpg", "", "TEE-S-N"),
    )


def test_a_product_without_options_has_one_variant(tmp_path: Path) -> None:
    card = read(tmp_path, HEADER + CARD).draft
    assert [(variant.sku, variant.options, variant.price) for variant in card.variants] == [("card", (), 125000)]
    assert (card.category, card.description) == (("Presents",), "<p>Plain text</p>")


def test_what_is_not_published_is_a_draft(tmp_path: Path) -> None:
    assert read(tmp_path, HEADER + CARD).draft.state == "draft"
    assert read(tmp_path, HEADER + CARD.replace("FALSE", "TRUE")).draft.state == "active"
    assert read(tmp_path, HEADER + CARD.replace("FALSE", "TRUE").replace("active", "archived")).draft.state == "ended"


def test_stock_below_zero_is_named(tmp_path: Path) -> None:
    found = read(tmp_path, HEADER + TEE.replace("shopify,4,", "shopify,-4,"))
    assert (found.problem.line, found.problem.column, found.problem.value) == (2, "Variant Inventory Qty", "-4")
    assert len(found.draft.variants) == 2


def test_the_newer_headers_of_the_format_are_known_too(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "Title,URL handle,Description,Vendor,Product category,Type,Tags,Published on online store,Status,SKU,Barcode,"
        "Option1 name,Option1 value,Option1 Linked To,Price,Compare-at price,Cost per item,Charge tax,Inventory tracker,"
        "Inventory quantity,Continue selling when out of stock,Weight value (grams),Requires shipping,Fulfillment service,"
        "Product image URL,Image position,Image alt text,Variant image URL,Gift card,SEO title,SEO description\n"
        "Mug,mug,<p>Blue</p>,Haat,Kitchen > Cups,,,TRUE,active,MUG-1,,Size,L,,12.50,15,4,TRUE,shopify,8,DENY,300,TRUE,manual,"
        "https://cdn.example/mug.jpg,1,A mug,,FALSE,,\n",
    )
    draft = found.draft
    assert found.reading.format == "shopify"
    assert (draft.handle, draft.variants[0].price, draft.variants[0].compare_at, draft.variants[0].stock) == (
        "mug",
        1250,
        1500,
        8,
    )
    assert draft.pictures == (DraftPicture("https://cdn.example/mug.jpg", "A mug"),)
    assert all(column.why for column in found.reading.columns if not column.use)
    assert not any("not known" in column.why for column in found.reading.columns)
