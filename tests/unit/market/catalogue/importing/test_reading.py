from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.catalogue_files import read, write

from haat.market.catalogue.importing.found import Draft, DraftAttribute, DraftPicture, DraftVariant
from haat.market.catalogue.importing.reading import look_over

HEADER = "handle,title,description,category,state,option1_name,option1_value,option2_name,option2_value,sku,price,"
HEADER += (
    "compare_at_price,currency,stock,image1,image1_alt,image2,variant_image,attribute.material,attribute.Care notes\n"
)


def row(**cells: str) -> str:
    names = HEADER.strip().split(",")
    assert cells.keys() <= set(names)
    return ",".join(f'"{cells.get(name, "")}"' for name in names) + "\n"


def mug(**cells: str) -> str:
    return row(**{"handle": "mug", "title": "Mug", "price": "5", "sku": "M", "stock": "1"} | cells)


def test_a_product_with_variants_is_read_whole(tmp_path: Path) -> None:
    content = (
        HEADER
        + row(
            handle="mug",
            title="Blue mug",
            description="Made by hand",
            category="Kitchen > Cups",
            state="active",
            option1_name="Size",
            option1_value="Small",
            sku="MUG-S",
            price="12.50",
            compare_at_price="15",
            stock="3",
            image1="https://pics.example/mug.jpg",
            image1_alt="A blue mug",
            image2="back.jpg",
            variant_image="small.jpg",
            **{"attribute.material": "Clay", "attribute.Care notes": "Hand wash"},
        )
        + row(handle="mug", option1_value="Large", sku="MUG-L", price="14", stock="0", variant_image="back.jpg")
    )
    assert read(tmp_path, content).draft == Draft(
        line=2,
        handle="mug",
        title="Blue mug",
        description="<p>Made by hand</p>",
        category=("Kitchen", "Cups"),
        state="active",
        attributes=(
            DraftAttribute("material", "Material", "Clay"),
            DraftAttribute("care_notes", "Care notes", "Hand wash"),
        ),
        variants=(
            DraftVariant(2, "MUG-S", (("Size", "Small"),), 1250, 1500, 3),
            DraftVariant(3, "MUG-L", (("Size", "Large"),), 1400, 0, 0),
        ),
        pictures=(
            DraftPicture("https://pics.example/mug.jpg", "A blue mug"),
            DraftPicture("back.jpg", "", "MUG-L"),
            DraftPicture("small.jpg", "", "MUG-S"),
        ),
    )


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("price", "", "There is no price."),
        ("price", "abc", "This is not a price."),
        ("price", "-3", "A price cannot be below zero."),
        ("price", "0", "Nothing can be sold for 0."),
        ("stock", "-2", "Stock cannot be below zero."),
        ("stock", "1.5", "Stock is counted in whole pieces."),
        ("currency", "USD", "This market sells in EUR, and the variant has no price in it."),
        ("currency", "XQQ", "This is not a currency."),
        ("sku", "x" * 81, "It has 81 characters; 80 is the most."),
        ("option1_value", "x" * 61, "It has 61 characters; 60 is the most."),
        ("option1_value", "", "Other variants have a “Size”, and this one has none."),
        ("option1_name", "Colour", "This option is called “Size” in another row of the product."),
    ],
)
def test_a_bad_variant_is_named_and_the_others_are_read(tmp_path: Path, column: str, value: str, reason: str) -> None:
    good = {"option1_name": "Size", "option1_value": "S"}
    bad = {"option1_value": "L", "sku": "L"} | {column: value}
    found = read(tmp_path, HEADER + mug(**good) + mug(**bad))
    assert [variant.sku for variant in found.draft.variants] == ["M"]
    assert (found.problem.line, found.problem.column, found.problem.reason) == (3, column, reason)
    assert found.problem.value == value[:120]
    assert found.problem.try_
    assert found.problem.lost in ("variant", "row")


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("title", "", "None of the rows of this product has a title."),
        ("title", "x" * 201, "It has 201 characters; 200 is the most."),
        ("handle", "x" * 121, "It has 121 characters; 120 is the most."),
        ("state", "hidden", "This is not a state."),
    ],
)
def test_a_product_that_cannot_be_is_named_and_the_others_are_read(
    tmp_path: Path, column: str, value: str, reason: str
) -> None:
    found = read(tmp_path, HEADER + mug(**{column: value}) + mug(handle="cup", sku="C"))
    assert found.draft.handle == "cup"
    assert (found.problem.line, found.problem.column, found.problem.reason) == (2, column, reason)
    assert found.problem.lost == "product"


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("image1", "javascript:alert(1)", "neither a web address nor the name of a picture"),
        ("variant_image", "../../etc/passwd", "neither a web address nor the name of a picture"),
        ("category", "a>b>c>d>e>f>g", "7 steps; 6 is the most"),
        ("attribute.material", "x" * 201, "201 characters"),
        ("description", "x" * 30_000, "characters; 20000 is the most"),
        ("compare_at_price", "cheap", "not a price"),
    ],
)
def test_a_bad_value_that_a_product_can_do_without_costs_nothing_else(
    tmp_path: Path, column: str, value: str, reason: str
) -> None:
    found = read(tmp_path, HEADER + mug(**{column: value}))
    assert found.draft.handle == "mug"
    assert (found.problem.line, found.problem.column, found.problem.lost) == (2, column, "value")
    assert reason in found.problem.reason


def test_a_state_is_one_of_three_words_or_nothing(tmp_path: Path) -> None:
    for text, state in (("active", "active"), ("Draft", "draft"), ("ENDED", "ended"), ("", None)):
        assert read(tmp_path, HEADER + mug(state=text)).draft.state == state


def test_what_the_file_has_no_column_for_it_does_not_say(tmp_path: Path) -> None:
    draft = read(tmp_path, "handle,title,price\nmug,Mug,5\n").draft
    assert (draft.description, draft.category, draft.state, draft.attributes, draft.pictures) == (
        None,
        None,
        None,
        (),
        None,
    )
    assert (draft.variants[0].compare_at, draft.variants[0].stock) == (None, None)


def test_a_blank_cell_says_that_there_is_nothing(tmp_path: Path) -> None:
    draft = read(tmp_path, HEADER + mug()).draft
    assert (draft.description, draft.pictures, draft.variants[0].compare_at) == ("", (), 0)
    assert draft.attributes == (
        DraftAttribute("material", "Material", ""),
        DraftAttribute("care_notes", "Care notes", ""),
    )


def test_a_product_without_a_good_variant_is_lost_with_every_reason(tmp_path: Path) -> None:
    found = read(tmp_path, HEADER + mug(price="x") + mug(price="y", sku="N"))
    assert not found.drafts
    assert [problem.reason for problem in found.problems] == [
        "This is not a price.",
        "This is not a price.",
        "None of its variants can be taken.",
    ]


def test_a_sku_is_taken_once_in_a_file(tmp_path: Path) -> None:
    options = {"option1_name": "Size"}
    found = read(
        tmp_path,
        HEADER
        + mug(option1_value="S", **options)
        + mug(option1_value="L", **options)
        + mug(handle="cup", title="Cup", sku="m")
        + mug(handle="jug", title="Jug", sku="J"),
    )
    assert [(draft.handle, [variant.sku for variant in draft.variants]) for draft in found.drafts] == [
        ("mug", ["M"]),
        ("jug", ["J"]),
    ]
    assert [(problem.line, problem.reason) for problem in found.problems] == [
        (3, "SKU “M” is already in line 2."),
        (4, "SKU “m” is already in line 2."),
        (4, "None of its variants can be taken."),
    ]


def test_two_variants_cannot_have_the_same_options(tmp_path: Path) -> None:
    found = read(tmp_path, HEADER + mug(option1_name="Size", option1_value="S") + mug(option1_value="s", sku="N"))
    assert found.problem.reason == "There is a variant for s already, in line 2."


def test_an_option_needs_a_name(tmp_path: Path) -> None:
    found = read(tmp_path, HEADER + mug(option1_value="S"))
    assert found.problems[0].reason == "The option has no name."


def test_a_product_has_a_hundred_variants_at_the_most(tmp_path: Path) -> None:
    rows = "".join(mug(option1_name="No", option1_value=str(n), sku=f"M{n}") for n in range(102))
    found = read(tmp_path, HEADER + rows)
    assert len(found.draft.variants) == 100
    assert [problem.line for problem in found.problems] == [102, 103]


def test_a_product_has_a_thousand_rows_at_the_most(tmp_path: Path) -> None:
    found = read(tmp_path, HEADER + mug() + row(handle="mug", image1="a.jpg") * 1005 + mug(handle="cup", sku="C"))
    assert [draft.handle for draft in found.drafts] == ["mug", "cup"]
    assert len(found.problems) == 6


def test_rows_of_a_product_may_stand_apart(tmp_path: Path) -> None:
    sizes = {"option1_name": "Size"}
    found = read(
        tmp_path,
        HEADER
        + mug(option1_value="S", **sizes)
        + mug(handle="cup", title="Cup", sku="C")
        + mug(title="", option1_value="L", sku="N", **sizes)
        + mug(handle="jug", title="Jug", sku="J"),
    )
    assert [(draft.handle, len(draft.variants)) for draft in found.drafts] == [("mug", 2), ("cup", 1), ("jug", 1)]
    (apart,) = [note for note in found.notes if "stand apart" in note.about]
    assert (apart.line, apart.value) == (2, "mug")


def test_two_products_cannot_share_a_handle(tmp_path: Path) -> None:
    found = read(tmp_path, HEADER + mug() + mug(handle="cup", title="Cup", sku="C") + mug(title="Large mug", sku="N"))
    assert [draft.title for draft in found.drafts] == ["Mug", "Cup"]
    assert (found.problem.line, found.problem.reason) == (4, "The handle “mug” already belongs to “Mug” of line 2.")


def test_without_a_handle_the_title_gives_one(tmp_path: Path) -> None:
    found = read(tmp_path, "title,price\nBlue mug,5\nCrème cup,6\n,7\n")
    assert [draft.handle for draft in found.drafts] == ["blue-mug", "creme-cup"]
    assert (found.problem.line, found.problem.reason) == (4, "The row has neither a handle nor a title.")


def test_without_a_sku_handle_and_options_give_one(tmp_path: Path) -> None:
    found = read(tmp_path, HEADER + mug(sku="", option1_name="Size", option1_value="Very large"))
    assert found.draft.variants[0].sku == "mug-very-large"
    assert found.draft.variants[0].is_sku_made_up


def test_a_price_to_compare_with_must_be_above_the_price(tmp_path: Path) -> None:
    found = read(tmp_path, HEADER + mug(compare_at_price="5"))
    assert found.draft.variants[0].compare_at == 0
    assert any("compare" in note.about for note in found.notes)


def test_stock_that_is_not_given_is_left_open_and_said(tmp_path: Path) -> None:
    found = read(tmp_path, HEADER + mug(stock=""))
    assert found.draft.variants[0].stock is None
    assert any("stock is not given" in note.about for note in found.notes)


def test_what_could_act_on_a_reader_is_taken_out_and_said(tmp_path: Path) -> None:
    found = read(tmp_path, HEADER + mug(description="<p onclick=x()>Fine</p><script>steal()</script>"))
    assert found.draft.description == "<p>Fine</p>"
    assert any("taken out" in note.about for note in found.notes)


def test_cells_that_were_guarded_against_spreadsheets_lose_their_guard(tmp_path: Path) -> None:
    found = read(tmp_path, HEADER + mug(title="'=SUM(A1)", description="'-10 %", sku="'@M"))
    assert (found.draft.title, found.draft.description) == ("=SUM(A1)", "<p>-10 %</p>")
    assert found.draft.variants[0].sku == "@M"


def test_a_file_can_be_read_again(tmp_path: Path) -> None:
    file = look_over(write(tmp_path, HEADER + mug() + mug(handle="cup", title="Cup", sku="C")), "EUR")
    assert list(file.read()) == list(file.read())
    assert file.rows_read == file.reading.rows == 2


def test_the_reading_counts_rows_products_and_currencies(tmp_path: Path) -> None:
    content = HEADER + mug(currency="EUR") + mug(handle="cup", title="Cup", currency="usd", sku="C")
    reading = read(tmp_path, content).reading
    assert (reading.rows, reading.products, reading.currencies) == (2, 2, {"EUR": 1, "USD": 1})
