"""The formats that can be read, as data: which header means what, and what gives a format away.

Headers are compared by their letters and figures alone: `Option1 Name`, `option1_name` and ` OPTION 1 NAME ` are one.
A field is a name from `FIELDS`, or one with a number or key in it: `option2_value`, `image3`, `image3_alt`, `attribute.colour`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from haat.market.catalogue.handle import handle_of
from haat.market.catalogue.importing.found import State

_SPACING = re.compile(r"[\s_\-]+")

_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")

Pattern = tuple[re.Pattern[str], str]

_OPTIONS: tuple[Pattern, ...] = (
    (re.compile(r"option([1-5])name"), r"option\1_name"),
    (re.compile(r"option([1-5])value"), r"option\1_value"),
)


@dataclass(frozen=True)
class Format:
    """One kind of file. Keys of `fields` and `passed_over` are headers as `letters` writes them."""

    name: str
    title: str
    fields: dict[str, str]
    patterns: tuple[Pattern, ...]  # on the letters of a header
    attributes: tuple[
        re.Pattern[str], ...
    ]  # on the header itself; group `key`, and `name` where it says how people call it
    marks: tuple[str, ...]  # headers that no other format has
    states: dict[str, State]
    passed_over: dict[str, str] = field(default_factory=dict)  # header → why it is not read
    product_rows_stand_alone: bool = False  # the first row of a product with variants is no variant itself
    pictures_show_the_variant: bool = False  # a picture in a variant's row shows this variant
    no_options: tuple[tuple[str, str], ...] = ()  # options, in small letters, that stand for none
    guards_cells: bool = False  # cells that could be formulas carry an apostrophe

    def field_of(self, header: str) -> str:
        """The field under a header, or an empty text."""
        known = letters(header)
        if known in self.fields:
            return self.fields[known]
        for pattern, template in self.patterns:
            if match := pattern.fullmatch(known):
                return match.expand(template)
        match = self._attribute(header)
        key = _key(match["key"]) if match else ""
        return f"attribute.{key}" if key else ""

    def is_attribute(self, header: str) -> bool:
        """True when the header is written as those of attributes are, even if its key cannot be used."""
        return self._attribute(header) is not None

    def attribute_name(self, header: str, key: str) -> str:
        """What people call the attribute under a header."""
        match = self._attribute(header)
        name = (match.groupdict().get("name") or match["key"]) if match else key
        words = " ".join(name.replace("_", " ").split())
        return words[:1].upper() + words[1:]

    def has_mark(self, header: str) -> bool:
        """True when the header gives this format away."""
        return letters(header) in self.marks

    def _attribute(self, header: str) -> re.Match[str] | None:
        return next((match for pattern in self.attributes if (match := pattern.fullmatch(header.strip()))), None)


def letters(header: str) -> str:
    """A header as headers are compared."""
    return _SPACING.sub("", unicodedata.normalize("NFKC", header).strip("\ufeff \t").casefold())


def _key(text: str) -> str:
    """A key as attributes have it; empty when none can be made of the text."""
    key = text.strip().casefold()
    if not _KEY.fullmatch(key):
        key = handle_of(key, 60).replace("-", "_")
    return key if _KEY.fullmatch(key) else ""


_SEO = "search engines read the page itself"
_WEIGHT = "parcels are priced by shipping method, not by weight"
_TAX = "taxes are set for the market, by country"
_TAGS = "there are no tags; words are found by search, facts are attributes"
_DATES = "a listing is shown when it is activated and until it is ended"

HAAT = Format(
    name="haat",
    title="Haat's own CSV",
    fields={
        "handle": "handle",
        "title": "title",
        "name": "title",
        "description": "description",
        "category": "category",
        "state": "state",
        "status": "state",
        "sku": "sku",
        "price": "price",
        "compareatprice": "compare_at_price",
        "currency": "currency",
        "stock": "stock",
        "quantity": "stock",
        "image": "image1",
        "variantimage": "variant_image",
    },
    patterns=(
        *_OPTIONS,
        (re.compile(r"image([1-9]\d?)"), r"image\1"),
        (re.compile(r"image([1-9]\d?)alt"), r"image\1_alt"),
    ),
    attributes=(re.compile(r"attribute\.(?P<key>.*\w.*)", re.IGNORECASE),),
    marks=("state", "stock", "image1", "image1alt"),
    states={"active": "active", "draft": "draft", "ended": "ended"},
    guards_cells=True,
)

SPREE = Format(
    name="spree",
    title="a product export of Spree",
    fields={
        "slug": "handle",
        "name": "title",
        "description": "description",
        "category1": "category",
        "producttype": "type",
        "brandname": "attribute.brand",
        "status": "state",
        "sku": "sku",
        "price": "price",
        "compareatprice": "compare_at_price",
        "currency": "currency",
        "inventorycount": "stock",
    },
    patterns=(*_OPTIONS, (re.compile(r"image([1-9]\d?)src"), r"image\1")),
    attributes=(re.compile(r"(?:custom_field|metafield)\.(?:[^.]+\.)?(?P<key>.*\w.*)", re.IGNORECASE),),
    marks=(
        "slug",
        "category1",
        "image1src",
        "inventorycount",
        "inventorybackorderable",
        "trackinventory",
        "taxcategory",
    ),
    states={"active": "active", "draft": "draft", "archived": "ended"},
    passed_over={
        **dict.fromkeys(("metatitle", "metadescription", "metakeywords"), _SEO),
        **dict.fromkeys(("tags", "labels"), _TAGS),
        **dict.fromkeys(("category2", "category3"), "a listing stands in one category"),
        **dict.fromkeys(("width", "height", "depth", "dimensionsunit", "weight", "weightunit"), _WEIGHT),
        **dict.fromkeys(("availableon", "discontinueon"), _DATES),
        "taxcategory": _TAX,
        "inventorybackorderable": "what is not in stock cannot be sold",
        "trackinventory": "stock is always counted",
        "productid": "it is a number of the other shop",
        "vendorname": "the listings go to the shop of the seller you name",
        "digital": "everything is sent as a parcel",
    },
    product_rows_stand_alone=True,
    pictures_show_the_variant=True,
)

SHOPIFY = Format(
    name="shopify",
    title="a product export of Shopify",
    fields={
        "handle": "handle",
        "urlhandle": "handle",
        "title": "title",
        "body(html)": "description",
        "bodyhtml": "description",
        "body": "description",
        "description": "description",
        "productcategory": "category",
        "type": "type",
        "producttype": "type",
        "vendor": "attribute.brand",
        "status": "state",
        "published": "published",
        "publishedononlinestore": "published",
        "variantsku": "sku",
        "sku": "sku",
        "variantprice": "price",
        "price": "price",
        "variantcompareatprice": "compare_at_price",
        "compareatprice": "compare_at_price",
        "variantinventoryqty": "stock",
        "variantinventoryquantity": "stock",
        "inventoryquantity": "stock",
        "imagesrc": "image1",
        "productimageurl": "image1",
        "imagealttext": "image1_alt",
        "imageposition": "image_position",
        "variantimage": "variant_image",
        "variantimageurl": "variant_image",
    },
    patterns=_OPTIONS,
    attributes=(
        re.compile(r"(?P<name>.*\S)\s*\(product\.metafields\.[^.()]+\.(?P<key>[^()]*\w)\)", re.IGNORECASE),
        re.compile(r"metafield:\s*\w+\.(?P<key>[\w-]+).*", re.IGNORECASE),
    ),
    marks=(
        *(
            "urlhandle",
            "body(html)",
            "bodyhtml",
            "variantsku",
            "variantprice",
            "variantcompareatprice",
            "variantinventoryqty",
        ),
        *(
            "imagesrc",
            "imageposition",
            "productimageurl",
            "publishedononlinestore",
            "inventoryquantity",
            "inventorytracker",
        ),
        *("varianttaxable", "variantgrams", "giftcard", "option1linkedto"),
    ),
    states={"active": "active", "draft": "draft", "archived": "ended", "unlisted": "draft"},
    no_options=(("title", "default title"), ("title", "default")),
    passed_over={
        **dict.fromkeys(("seotitle", "seodescription"), _SEO),
        "tags": _TAGS,
        **dict.fromkeys(("variantgrams", "variantweightunit", "weightvalue(grams)", "weightunitfordisplay"), _WEIGHT),
        **dict.fromkeys(("varianttaxable", "varianttaxcode", "chargetax", "taxcode"), _TAX),
        **dict.fromkeys(("variantinventorytracker", "inventorytracker"), "stock is always counted"),
        **dict.fromkeys(
            ("variantinventorypolicy", "continuesellingwhenoutofstock"), "what is not in stock cannot be sold"
        ),
        **dict.fromkeys(("variantbarcode", "barcode"), "listings have no barcode"),
        **dict.fromkeys(("variantfulfillmentservice", "fulfillmentservice"), "the seller sends the parcel"),
        **dict.fromkeys(("variantrequiresshipping", "requiresshipping", "giftcard"), "everything is sent as a parcel"),
        **dict.fromkeys(("costperitem", "variantcost"), "what a product costs the seller is not kept"),
        **dict.fromkeys(
            ("option1linkedto", "option2linkedto", "option3linkedto"), "options are words of the listing itself"
        ),
        "collection": "a listing stands in one category",
    },
)

FORMATS = (HAAT, SPREE, SHOPIFY)
