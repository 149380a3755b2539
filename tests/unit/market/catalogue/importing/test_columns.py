from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.catalogue_files import read, write

from haat.kernel.errors import Invalid
from haat.market.catalogue.importing.reading import look_over


@pytest.mark.parametrize(
    ("delimiter", "name"), [(",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "vertical bar")]
)
def test_the_delimiter_is_found_by_the_header(tmp_path: Path, delimiter: str, name: str) -> None:
    content = "handle;title;price;description\nmug;Mug;5;a, b | c\n".replace(";", delimiter)
    if delimiter in ",|":
        content = content.replace("a, b | c", '"a, b | c"')
    found = read(tmp_path, content)
    assert found.reading.delimiter == name
    assert found.draft.description == "<p>a, b | c</p>"


def test_a_spreadsheet_may_name_its_delimiter_in_the_first_line(tmp_path: Path) -> None:
    found = read(tmp_path, "sep=;\r\nhandle;title;price\r\nmug;Mug;12,50\r\n")
    assert found.draft.variants[0].price == 1250
    assert found.draft.line == 3


def test_headers_are_compared_by_their_letters(tmp_path: Path) -> None:
    found = read(
        tmp_path, "\n HANDLE , Title,Compare-at  Price,PRICE,Option 1 Name,option1 VALUE\nmug,Mug,7,5,Size,L\n"
    )
    variant = found.draft.variants[0]
    assert (variant.price, variant.compare_at, variant.options) == (500, 700, (("Size", "L"),))


def test_every_column_is_accounted_for(tmp_path: Path) -> None:
    found = read(tmp_path, "handle,title,price,Price,stok,,colour,attribute.цвет\nmug,Mug,5,6,1,x,red,red\n")
    why = {(column.number, column.header): (column.use, column.why) for column in found.reading.columns}
    assert why[3, "price"] == ("price", "")
    assert why[4, "Price"] == ("", "column 3 is read for it")
    assert why[5, "stok"] == ("", "it is not known; did you mean “stock”?")
    assert why[6, ""] == ("", "it has no header")
    assert why[7, "colour"] == ("", "it is not known")
    assert why[8, "attribute.цвет"] == (
        "",
        "the key of an attribute is made of the letters a to z, figures, “-” and “_”",
    )
    assert found.draft.variants[0].price == 500


@pytest.mark.parametrize(
    ("header", "format"),
    [
        ("handle,title,price", "haat"),
        ("Name,Price,Quantity", "haat"),
        ("handle,title,price,stock,state,image1", "haat"),
        ("slug,sku,name,price,currency,category1,image1_src", "spree"),
        ("product_id,sku,name,slug,status,price,inventory_count", "spree"),
        ("Handle,Title,Body (HTML),Vendor,Variant Price,Image Src", "shopify"),
        ("Title,URL handle,Description,Price,SKU,Inventory quantity,Product image URL", "shopify"),
    ],
)
def test_the_format_is_guessed_by_what_only_it_has(tmp_path: Path, header: str, format: str) -> None:
    cells = ",".join("mug" for _ in header.split(","))
    reading = look_over(write(tmp_path, f"{header}\n{cells}\n"), "EUR").reading
    assert reading.format == format
    assert reading.format_why


def test_a_file_without_a_header_is_refused_and_its_first_row_shown(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no column for “title” and “price”") as refused:
        read(tmp_path, "mug,Blue mug,5.00\ncup,Cup,6.00\n")
    assert "mug | Blue mug | 5.00" in refused.value.why


def test_a_misspelt_header_is_recognised_in_the_refusal(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no column for “price”") as refused:
        read(tmp_path, "handle,title,prise\nmug,Mug,5\n")
    assert "Rename “prise”" in refused.value.try_


@pytest.mark.parametrize("rows", ["", "\n\n", ",,\n,,\n"])
def test_a_header_alone_is_no_catalogue(tmp_path: Path, rows: str) -> None:
    with pytest.raises(Invalid, match="has no products") as refused:
        read(tmp_path, "handle,title,price\n" + rows)
    assert refused.value.why == "There is a header, and nothing under it."


def test_where_no_row_can_be_read_the_first_reason_is_given(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="has no products") as refused:
        read(tmp_path, "handle,title,price\nmug,Mug, big,5\n")
    assert "Line 2: The row has 4 cells" in refused.value.why


def test_a_broken_header_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="header"):
        read(tmp_path, 'handle,"title,price\n')
