"""Promises about promotions."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import and_, func, or_, select

from haat.kernel import ids
from haat.market.catalogue.tables import listings, promoted_listings
from haat.market.deals.tables import deals
from haat.market.promotion.promotion import ALL_OF_IT, PROCESS, is_running
from haat.market.truth.truth import Check
from haat.store import Reader

_paid_for = (
    select(deals.c.listing_id, func.max(deals.c.ends_at).label("until"))
    .where(deals.c.process == PROCESS, is_running())
    .group_by(deals.c.listing_id)
    .subquery()
)
_STANDING_OTHERWISE = (
    select(listings.c.id, promoted_listings.c.until, _paid_for.c.until)
    .outerjoin(promoted_listings, promoted_listings.c.listing_id == listings.c.id)
    .outerjoin(_paid_for, _paid_for.c.listing_id == listings.c.id)
    .where(func.coalesce(promoted_listings.c.until, 0) != func.coalesce(_paid_for.c.until, 0))
)
_NOT_THE_MARKETS = select(deals.c.id).where(
    deals.c.process == PROCESS,
    or_(
        deals.c.commission != deals.c.total,
        deals.c.commission_rate != ALL_OF_IT,
        and_(is_running(), deals.c.ends_at.is_(None)),
    ),
)


def _stand_as_paid_for(reader: Reader) -> Iterator[str]:
    for listing_id, until, paid_until in reader.read(_STANDING_OTHERWISE):
        yield f"{ids.encode(listing_id)}: stands out until {until}, and is paid for until {paid_until}"


def _are_the_markets(reader: Reader) -> Iterator[str]:
    for (id_,) in reader.read(_NOT_THE_MARKETS):
        yield f"promotion {ids.encode(id_)} is not the market's alone, or has no end"


CHECKS = (
    Check("promoted", "a listing stands out exactly as long as it is paid for", _stand_as_paid_for),
    Check("promotions", "what a promotion costs is the market's, and every one has an end", _are_the_markets),
)
