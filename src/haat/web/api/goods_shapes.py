"""What the API gives of goods and of who sells them: the words that every client learns. Money is minor units beside its currency, instants
are milliseconds since 1970 (UTC), ids are texts of 13 characters."""

from __future__ import annotations

from haat.kernel import ids
from haat.market.accounts import shop as shops
from haat.market.catalogue.card import Card
from haat.market.catalogue.category import Category
from haat.market.catalogue.item import Item
from haat.market.catalogue.variant import Options
from haat.web.routes import Output


class ListingCard(Output, frozen=True):
    """A listing as it stands in a list. `photo` is the hash of its cover; pictures are at /media/HH/HASH-WIDTH.webp."""

    id: str
    title: str
    handle: str
    price_from: int
    price_to: int
    compare_at: int | None
    currency: str
    photo: str | None
    shop: str
    shop_name: str
    free: int
    published_at: int


class ListingPage(Output, frozen=True):
    """`next` goes into `after` for the page that follows; null on the last."""

    items: list[ListingCard]
    next: str | None


class CategoryName(Output, frozen=True):
    """A category by what it is called; more of it is at `/categories/SLUG`."""

    id: str
    slug: str
    name: str


class Fact(Output, frozen=True):
    """What a listing says: `value` as people read it."""

    key: str
    name: str
    value: str


class Option(Output, frozen=True):
    """What tells a variant from its sisters, such as the size M."""

    name: str
    value: str


class Variant(Output, frozen=True):
    """`free` pieces can be bought now."""

    id: str
    sku: str
    options: list[Option]
    price: int
    compare_at: int | None
    free: int


class Photo(Output, frozen=True):
    """A picture, at /media/HH/HASH-WIDTH.webp. `variant` is the one that it shows, if it shows one; sizes are pixels of the original."""

    id: str
    hash: str
    alt: str
    width: int
    height: int
    variant: str | None


class Shop(Output, frozen=True):
    """Who sells, and from where. `about` is plain text."""

    slug: str
    name: str
    about: str
    country: str


class Listing(Output, frozen=True):
    """A listing with all that its page shows. `kind` is product, equipment, job or article, `state` active or ended (moderators see drafts and removed ones too), `category` is an
    id, `description` sanitised HTML."""

    id: str
    kind: str
    title: str
    handle: str
    state: str
    category: str
    currency: str
    description: str
    facts: list[Fact]
    variants: list[Variant]
    photos: list[Photo]
    shop: Shop
    published_at: int | None


def card(row: Card) -> ListingCard:
    return ListingCard(
        id=ids.encode(row.id),
        title=row.title,
        handle=row.handle,
        price_from=row.price_from,
        price_to=row.price_to,
        compare_at=row.compare_at,
        currency=row.currency,
        photo=row.photo,
        shop=row.shop_slug,
        shop_name=row.shop_name,
        free=row.free,
        published_at=row.published_at,
    )


def options(pairs: Options) -> list[Option]:
    return [Option(name=name, value=value) for name, value in pairs]


def category_name(row: Category) -> CategoryName:
    return CategoryName(id=ids.encode(row.id), slug=row.slug, name=row.name)


def shop(row: shops.Shop) -> Shop:
    return Shop(slug=row.slug, name=row.name, about=row.about, country=row.country)


def listing(item: Item) -> Listing:
    return Listing(
        id=ids.encode(item.id),
        kind=item.kind,
        title=item.title,
        handle=item.handle,
        state=item.state,
        category=ids.encode(item.category_id),
        currency=item.currency,
        description=item.description,
        facts=[Fact(key=fact.key, name=fact.name, value=fact.words) for fact in item.facts],
        variants=[
            Variant(
                id=ids.encode(one.id),
                sku=one.sku,
                options=options(one.options),
                price=one.price,
                compare_at=one.compare_at,
                free=one.free,
            )
            for one in item.variants
        ],
        photos=[
            Photo(
                id=ids.encode(one.id),
                hash=one.sha,
                alt=one.alt,
                width=one.width,
                height=one.height,
                variant=None if one.variant_id is None else ids.encode(one.variant_id),
            )
            for one in item.photos
        ],
        shop=Shop(slug=item.shop_slug, name=item.shop_name, about=item.shop_about, country=item.shop_country),
        published_at=item.published_at,
    )
