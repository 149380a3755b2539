"""A file comes into a shop: good products whole, bad ones not at all, and a second time only what is different."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import bindparam, func, select
from tests.support.catalogue_files import write
from tests.support.stall import Stall

from haat.kernel.errors import Invalid
from haat.market.catalogue import stock
from haat.market.catalogue.end import end
from haat.market.catalogue.importing.bring_in import NO_CATEGORY
from haat.market.catalogue.importing.pictures import PictureFolder
from haat.market.catalogue.importing.reading import look_over
from haat.market.catalogue.importing.report import Counts, Report
from haat.market.catalogue.importing.run import import_listings
from haat.market.catalogue.item import Item, ItemFact, item
from haat.market.catalogue.moderate import remove
from haat.market.catalogue.own import own_attributes, own_variants
from haat.market.catalogue.photos import Picture
from haat.market.catalogue.tables import categories, listings, photos
from haat.store import Store

HEADER = "handle,title,description,category,state,option1_name,option1_value,sku,price,compare_at_price,stock,attribute.glaze\n"
MUG = "mug,Blue mug,By hand,Kitchen > Cups,active,Size,Small,MUG-S,12.50,15,3,matt\nmug,,,,,,Large,MUG-L,14,,5,\n"
BOWL = "bowl,Bowl,,Kitchen > Bowls,draft,,,BOWL,20,,1,shiny\n"
LISTING_ID = select(listings.c.id).where(
    listings.c.shop_id == bindparam("shop"), listings.c.handle == bindparam("handle")
)


class Shop:
    """A stall that files are imported into."""

    def __init__(self, stall: Stall, folder: Path) -> None:
        self.stall = stall
        self._folder = folder

    def take(self, content: str, *, rehearse: bool = False, pictures: PictureFolder | None = None) -> Report:
        file = look_over(write(self._folder, content), "EUR")
        return import_listings(
            self.stall.store, self.stall.catalogue, self.stall.shop_id, file, is_rehearsal=rehearse, pictures=pictures
        )

    def item(self, handle: str) -> Item:
        found = item(self.stall.store, self.id(handle))
        assert found is not None
        return found

    def id(self, handle: str) -> int:
        found = self.stall.store.value(LISTING_ID, shop=self.stall.shop_id, handle=handle)
        assert isinstance(found, int)
        return found


@pytest.fixture
def shop(stall: Stall, tmp_path: Path) -> Shop:
    return Shop(stall, tmp_path)


def test_a_product_comes_in_with_all_that_the_file_says(shop: Shop, told: list[int]) -> None:
    report = shop.take(HEADER + MUG + BOWL)
    mug = shop.item("mug")
    assert (report.listings, report.variants) == (Counts(created=2), Counts(created=3))
    assert not report.problems
    assert (mug.title, mug.description, mug.state, mug.free) == ("Blue mug", "<p>By hand</p>", "active", 8)
    assert shop.stall.tree.get(mug.category_id).path == "kitchen/cups"
    assert mug.facts == (ItemFact("glaze", "Glaze", "matt"),)
    assert [(v.sku, v.options, v.price, v.compare_at, v.free) for v in mug.variants] == [
        ("MUG-S", (("Size", "Small"),), 1250, 1500, 3),
        ("MUG-L", (("Size", "Large"),), 1400, None, 5),
    ]
    assert shop.item("bowl").state == "draft"
    assert told == [mug.id, shop.id("bowl")]


def test_a_second_time_nothing_is_doubled_and_nothing_is_touched(shop: Shop, told: list[int]) -> None:
    shop.take(HEADER + MUG + BOWL)
    before, told[:] = shop.item("mug"), []
    report = shop.take(HEADER + MUG + BOWL)
    assert (report.listings, report.variants) == (Counts(unchanged=2), Counts(unchanged=3))
    assert shop.item("mug") == before
    assert told == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Blue mug", "Green mug"),
        ("By hand", "By machine"),
        ("Kitchen > Cups", "Table"),
        (",active,", ",ended,"),
        ("Small", "Tiny"),
        ("12.50", "12"),
        (",15,", ",16,"),
        (",3,", ",4,"),
        ("matt", "glossy"),
        ("mug,,,,,,Large", "mug,,,,,,Huge"),
        ("MUG-L,14,,5,\n", "MUG-L,14,,5,\nmug,,,,,,Extra,MUG-X,16,,1,\n"),
    ],
)
def test_only_what_differs_is_changed(shop: Shop, told: list[int], old: str, new: str) -> None:
    content = HEADER + MUG + BOWL
    shop.take(content)
    told.clear()
    assert old in content
    changed = content.replace(old, new, 1)
    assert shop.take(changed).listings == Counts(updated=1, unchanged=1)
    assert told == [shop.id("mug")]
    assert shop.take(changed).listings == Counts(unchanged=2)


def test_a_rehearsal_reports_the_same_and_keeps_nothing(shop: Shop, store: Store) -> None:
    rehearsal = shop.take(HEADER + MUG + "cup,Cup,,,,,,C,free,,,\n", rehearse=True)
    assert store.value(select(func.count()).select_from(listings)) == 0
    assert store.value(select(func.count()).select_from(categories)) == 0
    report = shop.take(HEADER + MUG + "cup,Cup,,,,,,C,free,,,\n")
    assert rehearsal.is_rehearsal
    assert (rehearsal.listings, rehearsal.problems) == (report.listings, report.problems)
    assert report.listings == Counts(created=1, refused=1)


def test_what_the_file_does_not_say_stays_as_it_is(shop: Shop) -> None:
    shop.take(HEADER + MUG)
    before = shop.item("mug")
    report = shop.take("handle,title,sku,price,option1_name,option1_value\nmug,Blue mug,MUG-S,12.50,Size,Small\n")
    assert report.listings == Counts(unchanged=1)
    assert shop.item("mug") == before


def test_variants_that_the_file_does_not_name_stay(shop: Shop) -> None:
    shop.take(HEADER + MUG)
    shop.take(HEADER + MUG.splitlines(keepends=True)[0])
    assert [variant.sku for variant in shop.item("mug").variants] == ["MUG-S", "MUG-L"]


def test_a_price_above_the_price_before_takes_it_away(shop: Shop) -> None:
    shop.take(HEADER + MUG)
    shop.take("handle,title,sku,price,option1_name,option1_value\nmug,Blue mug,MUG-S,18,Size,Small\n")
    assert [(v.price, v.compare_at) for v in shop.item("mug").variants] == [(1800, None), (1400, None)]


def test_pieces_that_are_promised_are_never_counted_away(shop: Shop) -> None:
    shop.take(HEADER + MUG)
    small = shop.item("mug").variants[0].id
    shop.stall.store.write(lambda tx: stock.hold(tx, small, 2))
    report = shop.take(HEADER + MUG.replace(",3,", ",1,").replace("Blue", "Green"))
    (problem,) = report.problems
    assert (problem.line, problem.column, problem.value, problem.lost) == (2, "stock", "1", "value")
    assert "2 pieces are promised" in problem.reason
    assert (shop.item("mug").title, shop.item("mug").variants[0].free) == ("Green mug", 1)
    assert shop.take(HEADER + MUG.replace(",3,", ",2,")).problems == []
    assert shop.item("mug").variants[0].free == 0


def test_a_sku_of_another_listing_costs_the_variant_alone(shop: Shop) -> None:
    shop.take(HEADER + MUG)
    report = shop.take(HEADER + "cup,Cup,,,,Size,S,MUG-S,5,,1,\ncup,,,,,,L,CUP-L,6,,1,\n")
    (problem,) = report.problems
    assert (problem.line, problem.column, problem.value) == (2, "sku", "MUG-S")
    assert "“Blue mug”, has this SKU" in problem.reason
    assert [variant.sku for variant in shop.item("cup").variants] == ["CUP-L"]
    assert report.variants == Counts(created=1, refused=1)


def test_a_product_that_cannot_come_in_takes_no_other_with_it(shop: Shop, told: list[int]) -> None:
    shop.take(HEADER + MUG)
    told.clear()
    report = shop.take(
        HEADER + BOWL + "cup,Cup,,Odd,,,,MUG-S,5,,1,\n" + BOWL.replace("bowl", "dish").replace("BOWL", "DISH")
    )
    assert report.listings == Counts(created=2, refused=1)
    assert [(problem.line, problem.lost) for problem in report.problems] == [(3, "product")]
    assert told[-2:] == [shop.id("bowl"), shop.id("dish")]
    assert shop.stall.tree.by_names(["Odd"]) is None


def test_options_may_be_renamed_and_swapped(shop: Shop) -> None:
    shop.take(HEADER + MUG)
    shop.take(
        HEADER + MUG.replace("Size", "Volume").replace("Small", "x").replace("Large", "Small").replace("x", "Large")
    )
    assert [(v.sku, v.options) for v in shop.item("mug").variants] == [
        ("MUG-S", (("Volume", "Large"),)),
        ("MUG-L", (("Volume", "Small"),)),
    ]


def test_options_that_no_longer_tell_variants_apart_are_refused(shop: Shop) -> None:
    shop.take(HEADER + MUG)
    report = shop.take(HEADER + MUG.splitlines(keepends=True)[0].replace("Small", "Large"))
    assert report.listings == Counts(refused=1)
    assert report.problems[0].reason == "There is already a variant with these options."
    assert shop.item("mug").variants[0].options == (("Size", "Small"),)


def test_without_skus_variants_are_known_by_their_options(shop: Shop) -> None:
    listing = shop.stall.draft("Blue mug")
    shop.stall.variant(listing, price=900, Size="Small")
    before = own_variants(shop.stall.store, shop.stall.shop_id, listing)
    report = shop.take("handle,title,price,option1_name,option1_value\nblue-mug,Blue mug,10,size,SMALL\n")
    after = own_variants(shop.stall.store, shop.stall.shop_id, listing)
    assert report.variants == Counts(updated=1)
    assert [(v.id, v.sku, v.price) for v in after] == [(before[0].id, before[0].sku, 1000)]


def test_a_retired_variant_comes_back_with_its_sku(shop: Shop) -> None:
    from haat.market.catalogue.change_variants import retire_variant

    shop.take(HEADER + MUG)
    small = shop.item("mug").variants[0].id
    shop.stall.run(retire_variant, small)
    assert shop.take(HEADER + MUG).variants == Counts(created=1, unchanged=1)
    assert small in [variant.id for variant in shop.item("mug").variants]


def test_states_follow_the_file_where_it_names_one(shop: Shop) -> None:
    shop.take(HEADER + MUG + BOWL.replace("draft", "ended"))
    assert (shop.item("mug").state, shop.item("bowl").state) == ("active", "ended")
    shop.take(HEADER + MUG.replace("active", "draft") + BOWL.replace("draft", "active"))
    assert (shop.item("mug").state, shop.item("bowl").state) == ("ended", "active")
    shop.take(HEADER + MUG.replace("active", "") + BOWL.replace("draft", ""))
    assert (shop.item("mug").state, shop.item("bowl").state) == ("ended", "active")


def test_without_a_state_new_listings_are_on_sale(shop: Shop) -> None:
    shop.take("title,price\nMug,5\n")
    assert shop.item("mug").state == "active"


def test_what_a_moderator_removed_does_not_come_back_by_import(shop: Shop) -> None:
    shop.take(HEADER + MUG)
    listing = shop.id("mug")
    shop.stall.store.write(lambda tx: remove(tx, shop.stall.catalogue, 1, listing, "A copy"))
    report = shop.take(HEADER + MUG)
    assert report.listings == Counts(refused=1)
    assert report.problems[0].reason == "A moderator removed this listing."
    assert shop.item("mug").state == "removed"


def test_categories_that_are_there_are_used(shop: Shop) -> None:
    cups = shop.stall.category("Kitchen", "Cups")
    shop.take(HEADER + MUG.replace("Kitchen > Cups", "KITCHEN -> cups"))
    assert shop.item("mug").category_id == cups


def test_products_without_a_category_are_put_together_and_said(shop: Shop) -> None:
    report = shop.take(HEADER + MUG.replace("Kitchen > Cups", ""))
    category = shop.stall.tree.get(shop.item("mug").category_id)
    assert category.name == NO_CATEGORY[0]
    assert ("products without a category stand in “Other” now", 1) in [(r.about, r.lines) for r in report.remarks]
    moved = shop.stall.category("Cups")
    shop.take(HEADER + MUG.replace("Kitchen > Cups", "Cups"))
    shop.take(HEADER + MUG.replace("Kitchen > Cups", ""))
    assert shop.item("mug").category_id == moved


def test_an_attribute_of_the_category_is_read_by_its_kind(shop: Shop) -> None:
    cups = shop.stall.category("Kitchen", "Cups")
    shop.stall.attribute(cups, "glaze", kind="choice", choices=("Matt", "Shiny"))
    shop.take(HEADER + MUG)
    assert own_attributes(shop.stall.store, shop.stall.shop_id, shop.id("mug")) == {"glaze": "Matt"}
    report = shop.take(HEADER + MUG.replace("matt", "dull"))
    (problem,) = report.problems
    assert (problem.line, problem.column, problem.value) == (2, "attribute.glaze", "dull")
    assert problem.reason == "Choose one of: Matt, Shiny."
    assert own_attributes(shop.stall.store, shop.stall.shop_id, shop.id("mug")) == {"glaze": "Matt"}
    assert report.listings == Counts(unchanged=1)


def test_a_blank_attribute_is_taken_away(shop: Shop) -> None:
    shop.take(HEADER + MUG)
    shop.take(HEADER + MUG.replace("matt", ""))
    assert shop.item("mug").facts == ()


def test_what_misses_a_required_attribute_stays_a_draft(shop: Shop) -> None:
    shop.stall.attribute(shop.stall.category("Kitchen", "Cups"), "maker", is_required=True)
    report = shop.take(HEADER + MUG)
    (problem,) = report.problems
    assert (problem.column, problem.lost) == ("state", "value")
    assert problem.reason == "It is not put on sale: Say the Maker."
    assert (shop.item("mug").state, report.listings) == ("draft", Counts(created=1))


def test_a_handle_belongs_to_its_shop(shop: Shop, store: Store, tmp_path: Path) -> None:
    other = Shop(Stall(store, lambda tx, listing_id: None, "Other"), tmp_path)
    shop.take(HEADER + MUG)
    assert other.take(HEADER + MUG.replace("Blue", "Green")).listings == Counts(created=1)
    assert (shop.item("mug").title, other.item("mug").title) == ("Blue mug", "Green mug")


def test_many_products_come_in_a_few_at_a_time_and_are_counted(shop: Shop, tmp_path: Path) -> None:
    content = "title,price\n" + "".join(f"Mug {n},{n if n % 60 else 'free'}\n" for n in range(1, 131))
    file = look_over(write(tmp_path, content), "EUR")
    rows: list[int] = []
    report = import_listings(shop.stall.store, shop.stall.catalogue, shop.stall.shop_id, file, on_rows=rows.append)
    assert report.listings == Counts(created=128, refused=2)
    assert rows[-1] == 130
    assert rows == sorted(rows)
    assert [remark.lines for remark in report.remarks if "SKU" in remark.about] == [128]


class TestPictures:
    CONTENT = (
        "handle,title,price,sku,option1_name,option1_value,image1,image1_alt,image2,variant_image\n"
        "mug,Mug,5,M1,Size,S,https://pics.example/a/front%20view.jpg,The front,back.png,back.png\n"
        "mug,,6,M2,,L,,,,detail.jpg\n"
    )

    def rows(self, shop: Shop) -> list[tuple[str, str, str, int | None]]:
        statement = (
            select(photos.c.source_url, photos.c.alt, photos.c.sha, photos.c.variant_id)
            .where(photos.c.listing_id == bindparam("listing"))
            .order_by(photos.c.position)
        )
        return [tuple(row) for row in shop.stall.store.read(statement, listing=shop.id("mug"))]

    def folder(self, path: Path, *names: str) -> PictureFolder:
        (path / "pictures" / "deep").mkdir(parents=True, exist_ok=True)
        for name in names:
            (path / "pictures" / name).write_bytes(name.encode())

        def keep(file: Path) -> Picture:
            if file.read_bytes() == b"back.png":
                raise Invalid("This is no picture.", why="It cannot be opened.", try_="Save it again.")
            return Picture(file.name[0] * 64, 800, 600)

        return PictureFolder(path / "pictures", keep)

    def test_addresses_are_kept_and_nothing_is_fetched(self, shop: Shop) -> None:
        shop.take(self.CONTENT)
        small, large = (variant.id for variant in shop.item("mug").variants)
        assert self.rows(shop) == [
            ("https://pics.example/a/front%20view.jpg", "The front", "", None),
            ("back.png", "", "", small),
            ("detail.jpg", "", "", large),
        ]
        assert shop.item("mug").photos == ()

    def test_pictures_in_a_folder_are_found_by_name_also_later(self, shop: Shop, tmp_path: Path) -> None:
        shop.take(self.CONTENT)
        pictures = self.folder(tmp_path, "Front View.JPG", "deep/detail.jpg", "other.jpg")
        report = shop.take(self.CONTENT, pictures=pictures)
        assert (report.listings, report.pictures_kept) == (Counts(updated=1), 2)
        assert [row[2] for row in self.rows(shop)] == ["F" * 64, "", "d" * 64]
        again = shop.take(self.CONTENT, pictures=pictures)
        assert (again.listings, again.pictures_kept) == (Counts(unchanged=1), 0)

    def test_a_file_that_is_no_picture_is_named(self, shop: Shop, tmp_path: Path) -> None:
        report = shop.take(self.CONTENT, pictures=self.folder(tmp_path, "back.png"))
        (problem,) = report.problems
        assert (problem.line, problem.value, problem.lost) == (2, "back.png", "value")
        assert problem.reason == "This is no picture. It cannot be opened."
        assert report.listings == Counts(created=1)

    def test_the_order_of_the_file_is_the_order_of_the_pictures(self, shop: Shop) -> None:
        shop.take(self.CONTENT)
        swapped = self.CONTENT.replace(
            "https://pics.example/a/front%20view.jpg,The front,back.png", "back.png,,new.jpg"
        )
        shop.take(swapped)
        sources = [row[0] for row in self.rows(shop)]
        assert sources == ["back.png", "new.jpg", "detail.jpg", "https://pics.example/a/front%20view.jpg"]
        assert shop.take(swapped).listings == Counts(unchanged=1)

    def test_a_folder_that_is_not_there_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(Invalid, match="is not a folder"):
            PictureFolder(tmp_path / "nothing", lambda path: Picture("", 0, 0))


def test_a_listing_ended_by_hand_is_left_alone_when_the_file_has_no_states(shop: Shop) -> None:
    shop.take("handle,title,price\nmug,Mug,5\n")
    shop.stall.run(end, shop.id("mug"))
    assert shop.take("handle,title,price\nmug,Mug,5\n").listings == Counts(unchanged=1)
    assert shop.item("mug").state == "ended"
