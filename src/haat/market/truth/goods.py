"""Promises about goods: stock, and what listings say of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import ColumnElement, and_, case, exists, false, func, or_, select

from haat.jobs.tables import jobs
from haat.kernel import ids
from haat.market.accounts.suspend import SUSPENSION
from haat.market.accounts.tables import accounts, shops
from haat.market.catalogue.check import misplaced
from haat.market.catalogue.tables import listings, photos, stock, variants
from haat.market.deals import library
from haat.market.deals.tables import deal_lines, deals
from haat.market.search.check import disagreeing
from haat.market.truth.truth import Check
from haat.store import Reader


def where_goods_are(*places: str) -> ColumnElement[bool]:
    """Deals that are in a state with their goods in one of these places, by the process and version of each."""
    return or_(
        false(),
        *(
            and_(
                deals.c.process == rules.name,
                deals.c.process_version == rules.version,
                deals.c.state.in_([name for name, state in rules.states.items() if state.goods in places]),
            )
            for rules in library.all_versions()
        ),
    )


_IN_DEALS = (
    select(
        deal_lines.c.variant_id,
        func.sum(case((where_goods_are("held"), deal_lines.c.quantity), else_=0)).label("held"),
        func.sum(case((where_goods_are("sold"), deal_lines.c.quantity), else_=0)).label("sold"),
    )
    .join(deals, deals.c.id == deal_lines.c.deal_id)
    .where(deal_lines.c.variant_id.is_not(None))
    .group_by(deal_lines.c.variant_id)
    .subquery()
)
_HELD, _SOLD = func.coalesce(_IN_DEALS.c.held, 0), func.coalesce(_IN_DEALS.c.sold, 0)
_WRONG_STOCK = (
    select(variants.c.sku, stock.c.variant_id, stock.c.on_hand, stock.c.held, _HELD, stock.c.sold, _SOLD)
    .select_from(stock)
    .join(variants, variants.c.id == stock.c.variant_id)
    .outerjoin(_IN_DEALS, _IN_DEALS.c.variant_id == stock.c.variant_id)
    .where(
        or_(
            stock.c.held != _HELD,
            stock.c.sold != _SOLD,
            stock.c.held < 0,
            stock.c.sold < 0,
            stock.c.held + stock.c.sold > stock.c.on_hand,
        )
    )
)


def _wrong_stock(reader: Reader) -> Iterator[str]:
    for sku, id_, on_hand, held, held_by_deals, sold, sold_by_deals in reader.read(_WRONG_STOCK):
        yield (
            f"{sku} ({ids.encode(id_)}): {on_hand} on hand, {held} held and {sold} sold; "
            f"deals hold {held_by_deals} and bought {sold_by_deals}"
        )


_FREE_PIECES = (
    select(variants.c.listing_id, func.sum(stock.c.on_hand - stock.c.held - stock.c.sold).label("free"))
    .join(stock, stock.c.variant_id == variants.c.id)
    .where(variants.c.retired_at.is_(None))
    .group_by(variants.c.listing_id)
    .subquery()
)
_WRONG_FREE = (
    select(listings.c.id, listings.c.free, func.coalesce(_FREE_PIECES.c.free, 0))
    .outerjoin(_FREE_PIECES, _FREE_PIECES.c.listing_id == listings.c.id)
    .where(
        or_(listings.c.kind == "product", listings.c.kind == "article"),
        listings.c.free != func.coalesce(_FREE_PIECES.c.free, 0),
    )
)


def _wrong_free(reader: Reader) -> Iterator[str]:
    for id_, said, found in reader.read(_WRONG_FREE):
        yield f"listing {ids.encode(id_)} says {said} can be bought, its variants have {found}"


_PHOTOS = select(photos.c.sha, photos.c.listing_id).where(photos.c.sha != "")


def media_check(has_photo: Callable[[str], bool]) -> Check:
    """Whether every photo that a listing shows is kept, as the media store says."""

    def missing(reader: Reader) -> Iterator[str]:
        for sha, listing_id in reader.read(_PHOTOS):
            if not has_photo(sha):
                yield f"photo {sha} of listing {ids.encode(listing_id)} is not kept"

    return Check("media", "every photo that a listing shows is kept", missing)


def _wrongly_found(reader: Reader) -> Iterator[str]:
    for listing_id in disagreeing(reader):
        yield f"search is wrong about listing {ids.encode(listing_id)}"


def _misplaced(reader: Reader) -> Iterator[str]:
    for listing_id in misplaced(reader):
        yield f"listing {ids.encode(listing_id)} does not stand in its categories"


# A job that waits is about to see to it.
_SEES_TO_IT = exists().where(jobs.c.topic == SUSPENSION)
_WRONGLY_HIDDEN = (
    select(listings.c.id, listings.c.state)
    .join(shops, shops.c.id == listings.c.shop_id)
    .join(accounts, accounts.c.id == shops.c.owner_id)
    .where(
        or_(
            and_(listings.c.state == "active", accounts.c.suspended_at.is_not(None)),
            and_(listings.c.state == "hidden", accounts.c.suspended_at.is_(None)),
        ),
        ~_SEES_TO_IT,
    )
)


def _wrongly_hidden(reader: Reader) -> Iterator[str]:
    for id_, state in reader.read(_WRONGLY_HIDDEN):
        seller = "is suspended" if state == "active" else "is not suspended"
        yield f"listing {ids.encode(id_)} is {state}, and its seller {seller}"


CHECKS = (
    Check("stock", "no piece is promised twice, and stock agrees with the deals", _wrong_stock),
    Check("search", "the search index agrees with the listings", _wrongly_found),
    Check("shelves", "listings on sale stand in their category and in all above it", _misplaced),
    Check("hidden", "what suspended sellers offer is hidden, and nothing else", _wrongly_hidden),
    Check("free", "listings say how many pieces can be bought", _wrong_free),
)
