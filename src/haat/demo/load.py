"""Brings the demo goods of a preset into a new stack: by the same use cases as people, so that all of it is real.

Can be cut off and run again: what is there already stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import bindparam, select

from haat.adapters.sandbox.cards import ACCOUNTS
from haat.demo.goods import PHOTOS, Category, Coupon, Goods, Listing, Shop, goods
from haat.kernel.clock import DAY
from haat.market.accounts.account import find
from haat.market.accounts.enrol import Person, enrol
from haat.market.accounts.open_shop import Sign, open_shop
from haat.market.accounts.passwords import hash_password
from haat.market.accounts.portrait import show_face
from haat.market.accounts.shop import get_shop, shop_of
from haat.market.catalogue.change_category import add_category
from haat.market.catalogue.change_variants import add_variant
from haat.market.catalogue.create import create
from haat.market.catalogue.define_attribute import NewAttribute, define_attribute
from haat.market.catalogue.description import describe
from haat.market.catalogue.listing import ListingText
from haat.market.catalogue.photos import Picture, add_photo
from haat.market.catalogue.publish import publish
from haat.market.catalogue.tables import listings, variants
from haat.market.catalogue.variant import VariantText
from haat.market.classifieds.article import ArticleText, Wear
from haat.market.classifieds.post import post as post_article
from haat.market.classifieds.send_off import send_off
from haat.market.deals import coupon, deal, shipping
from haat.market.deals.coupon import NewCoupon
from haat.market.deals.deal import Actor
from haat.market.deals.place import Address, Order
from haat.market.deals.quote import Wanted
from haat.market.deals.shipping import NewMethod
from haat.market.handwork.job import JobText
from haat.market.handwork.post import post as post_job
from haat.market.hire.equip import add_unit, set_terms
from haat.market.hire.equipment import Terms
from haat.market.hire.price import Prices
from haat.market.payments import payout_account
from haat.market.payments.payout_account import NewAccount
from haat.market.places.gazetteer import gazetteer
from haat.market.places.settle import settle
from haat.market.promotion.promote import Wish
from haat.store import Tx

if TYPE_CHECKING:
    from haat.app import App

PASSWORD = "seven striped awnings"  # noqa: S105  Everybody may know it: these accounts are there only where demo goods are.
_CARD = "sandbox_approves_0018"

_LISTING = select(listings.c.id).where(
    listings.c.shop_id == bindparam("shop"), listings.c.handle == bindparam("handle")
)
_VARIANT = select(variants.c.id).where(variants.c.sku == bindparam("sku"))


class DemoAccount(NamedTuple):
    """Somebody to sign in as, with PASSWORD."""

    email: str
    role: str


def accounts(preset: str) -> list[DemoAccount]:
    """Who can be signed in as: one buyer and one seller are enough to look around."""
    found = goods(preset)
    return [DemoAccount(found.buyers[0].email, "buyer"), DemoAccount(found.shops[0].owner.email, "seller")]


def load(app: App, on_listing: Callable[[int, int], None] = lambda done, of: None) -> None:
    """Bring all of it in. `on_listing` is told how many listings are done, and of how many."""
    found = goods(app.settings.market.preset)
    password = hash_password(PASSWORD)
    for buyer in found.buyers:
        _enrol(app, Person(buyer.email, buyer.name, "en", buyer.country), password)
    shops = {shop.slug: _shop(app, shop, password) for shop in found.shops}
    categories = _categories(app, found.categories)
    _listings(app, found, shops, categories, on_listing)
    for one in found.coupons:
        _coupon(app, one, shops)
    _promote(app, found, shops)
    _trade(app, found)


def _enrol(app: App, person: Person, password: str) -> int:
    return app.store.write(lambda tx: enrol(tx, person, password))


def _shop(app: App, shop: Shop, password: str) -> int:
    owner = _enrol(app, Person(shop.owner.email, shop.owner.name, "en", shop.country), password)
    known = shop_of(app.store, owner)
    if known is not None:
        return known.id
    opened = open_shop(app.store, owner, Sign(shop.name, shop.about.strip(), shop.country))
    if shop.portrait:
        picture = app.pictures.put((PHOTOS / shop.portrait).read_bytes())
        app.store.write(lambda tx: show_face(tx, owner, picture.sha))
    for way in shop.shipping:
        least, most = way.days
        shipping.offer(app.store, opened.id, NewMethod(way.name, way.countries, way.price, way.free_from, least, most))
    paid_to = NewAccount(app.settings.market.currency, shop.owner.name, ACCOUNTS[0].number, 0)
    app.store.write(lambda tx: payout_account.put_down(tx, opened.id, paid_to, owner, tx.now))
    return opened.id


def _categories(app: App, found: Sequence[Category]) -> dict[str, int]:
    made: dict[str, int] = {}
    for category in found:
        made[category.slug] = app.store.write(partial(_category, app=app, category=category, made=made))
    return made


def _category(tx: Tx, app: App, category: Category, made: Mapping[str, int]) -> int:
    tree = app.catalogue.categories
    parent = made.get(category.parent)
    known = [one.id for one in tree.tree(tx).children(parent) if one.name == category.name]
    category_id = known[0] if known else add_category(tx, tree, category.name, parent)
    for one in category.attributes:
        new = NewAttribute(one.key, one.name, one.kind, one.unit, one.choices, one.is_facet)
        define_attribute(tx, tree, category_id, new)
    return category_id


def _listings(
    app: App,
    found: Goods,
    shops: Mapping[str, int],
    categories: Mapping[str, int],
    on_listing: Callable[[int, int], None],
) -> None:
    # Making the widths of a photo is most of the work, and lets go of the interpreter while it lasts.
    in_turn = _in_turn(found.listings)
    with ThreadPoolExecutor(4) as pool:
        pictured = zip(in_turn, pool.map(lambda one: _pictures(app, one), in_turn), strict=True)
        for done, (one, pictures) in enumerate(pictured, 1):
            app.store.write(
                partial(_listing, app=app, listing=one, pictures=pictures, shops=shops, categories=categories)
            )
            on_listing(done, len(found.listings))


def _in_turn(found: Sequence[Listing]) -> list[Listing]:
    """One listing of each shop after the other, so that what was put out last is not all of one shop."""
    by_shop: dict[str, list[Listing]] = {}
    for listing in found:
        by_shop.setdefault(listing.shop, []).append(listing)
    return [one for round_ in zip_longest(*by_shop.values()) for one in round_ if one is not None]


def _pictures(app: App, listing: Listing) -> list[Picture]:
    return [app.pictures.put(photo.path.read_bytes()) for photo in listing.photos]


def _listing(
    tx: Tx,
    app: App,
    listing: Listing,
    pictures: Sequence[Picture],
    shops: Mapping[str, int],
    categories: Mapping[str, int],
) -> None:
    shop_id = shops[listing.shop]
    if tx.first(_LISTING, shop=shop_id, handle=listing.handle) is not None:
        return
    said = {key: _said(value) for key, value in listing.attributes.items()}
    text = ListingText(
        listing.title, categories[listing.category], describe(listing.description), said, handle=listing.handle
    )
    listing_id, by_sku = _begin(tx, app, shop_id, text, listing)
    if listing.town:
        town = gazetteer().the_one(listing.town, get_shop(tx, shop_id).country)
        settle(tx, app.catalogue, shop_id, listing_id, town)
    for photo, picture in zip(listing.photos, pictures, strict=True):
        variant_id = by_sku.get(photo.sku)
        add_photo(tx, app.catalogue, shop_id, listing_id, picture, alt=photo.alt, variant_id=variant_id)
    if listing.kind == "article":
        send_off(tx, app.catalogue, app.article_rules, get_shop(tx, shop_id).owner_id, listing_id)
    elif listing.state == "active":
        publish(tx, app.catalogue, shop_id, listing_id)


def _said(value: bool | float | str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, int | float) else value


def _begin(tx: Tx, app: App, shop_id: int, text: ListingText, listing: Listing) -> tuple[int, dict[str, int]]:
    """The draft as its kind begins one; and its variants by SKU, where it has any."""
    shop = get_shop(tx, shop_id)
    match listing.kind:
        case "article":
            wear = _WEAR[str(listing.attributes["condition"])]
            return post_article(
                tx, app.catalogue, shop.owner_id, ArticleText(text, "negotiable", wear, listing.price)
            ), {}
        case "job":
            until = tx.now + _BIDDING
            job = JobText(text, until, shop.country, budget_to=listing.price, place=listing.town)
            return post_job(tx, app.catalogue, shop.owner_id, job), {}
        case "equipment":
            listing_id = create(tx, app.catalogue, shop_id, text, listing.kind)
            _hire_out(tx, app, shop_id, listing_id, listing)
            return listing_id, {}
        case _:
            listing_id = create(tx, app.catalogue, shop_id, text, listing.kind)
            return listing_id, dict(_variants(tx, app, shop_id, listing_id, listing))


_WEAR: Mapping[str, Wear] = {"New": "new", "Like new": "like_new", "Good": "good", "Well used": "worn"}
_BIDDING = 30 * DAY


def _hire_out(tx: Tx, app: App, shop_id: int, listing_id: int, listing: Listing) -> None:
    """By the day, not on Sundays."""
    prices: Prices = {"day": listing.price, "week": listing.week} if listing.week else {"day": listing.price}
    terms = Terms(per="day", deposit=listing.deposit, least=1, ahead=0, gap=0, closed="7")
    set_terms(tx, app.catalogue, shop_id, listing_id, terms, prices)
    for number in range(1, listing.units + 1):
        add_unit(tx, app.catalogue, shop_id, listing_id, f"No. {number}")


def _variants(tx: Tx, app: App, shop_id: int, listing_id: int, listing: Listing) -> Iterator[tuple[str, int]]:
    for one in listing.offered:
        text = VariantText(one.price, listing.options_of(one), one.sku, one.compare_at)
        yield one.sku, add_variant(tx, app.catalogue, shop_id, listing_id, text, one.stock)


def _coupon(app: App, one: Coupon, shops: Mapping[str, int]) -> None:
    shop_id = shops.get(one.shop)
    known = coupon.of_market(app.store) if shop_id is None else coupon.of_shop(app.store, shop_id)
    if one.code not in {made.code for made in known}:
        basis_points = None if one.percent is None else one.percent * 100
        coupon.create(app.store, NewCoupon(one.code, shop_id, basis_points, one.amount, one.least), by=0)


def _promote(app: App, found: Goods, shops: Mapping[str, int]) -> None:
    """What stands out has been paid for by its owner."""
    for one in found.listings:
        if one.promoted in app.promote.terms.offers(one.kind):
            shop_id = shops[one.shop]
            listing_id = app.store.value(_LISTING, shop=shop_id, handle=one.handle)
            wish = Wish(f"demo-promotion-{one.handle}", listing_id, one.promoted)
            app.promote.run(get_shop(app.store, shop_id).owner_id, wish, _CARD, "/checkout/{checkout}/back")


def _trade(app: App, found: Goods) -> None:
    """A few orders, each one step further than the one before, so that no page of the demo is empty."""
    buyers = [find(app.store, buyer.email) for buyer in found.buyers]
    products = [listing for listing in found.listings if listing.kind == "product" and listing.state == "active"]
    sold = [listing for listing in products if listing.offered[0].stock > 1]
    for number, (listing, moves) in enumerate(zip(sold[::7], _STEPS, strict=False)):
        buyer = buyers[number % len(buyers)]
        assert buyer is not None
        variant_id = app.store.value(_VARIANT, sku=listing.offered[0].sku)
        address = Address(
            name=buyer.name, street="Market Street 7", city="Demo", postcode="1000", country=buyer.country
        )
        order = Order(f"demo-order-{number}", [Wanted(variant_id, 1)], address, {}, None, None, None)
        checkout, is_new = app.place.run(buyer.id, order, _CARD, "/checkout/{checkout}/back")
        if is_new and checkout.payment.state == "paid":
            _move(app, checkout.deals[0], moves)


_STEPS: tuple[tuple[str, ...], ...] = (
    ("send", "deliver", "complete"),
    ("send",),
    (),
    ("send", "deliver"),
    (),
    ("send", "deliver", "ask_return"),
)
_GIVEN = {"carrier": "DHL", "parcel": "JD0142 7700 31", "reason": "It is lovely, but too large for our shelf."}


def _move(app: App, bought: deal.Deal, moves: Sequence[str]) -> None:
    for name in moves:
        by = Actor(bought.rules.move(name).by[0], None)
        app.store.write(partial(app.engine.move, deal_id=bought.id, name=name, by=by, given=_GIVEN))
