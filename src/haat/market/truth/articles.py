"""Promises about articles."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import and_, func, or_, select

from haat.kernel import ids
from haat.market.catalogue.tables import listings, stock, variants
from haat.market.classifieds.offer import PROCESS
from haat.market.classifieds.tables import articles, submissions
from haat.market.deals import library
from haat.market.deals.tables import deals
from haat.market.truth.truth import Check
from haat.store import Reader

_accepted = (
    select(deals.c.listing_id, func.count().label("number"))
    .where(
        or_(
            *(
                and_(
                    deals.c.process_version == rules.version,
                    deals.c.state.in_([name for name, state in rules.states.items() if state.goods == "held"]),
                )
                for rules in library.all_versions()
                if rules.name == PROCESS
            )
        ),
        deals.c.process == PROCESS,
    )
    .group_by(deals.c.listing_id)
    .subquery()
)
_PROMISED_OTHERWISE = (
    select(articles.c.listing_id, stock.c.on_hand, stock.c.held, func.coalesce(_accepted.c.number, 0))
    .select_from(articles)
    .join(variants, variants.c.listing_id == articles.c.listing_id)
    .join(stock, stock.c.variant_id == variants.c.id)
    .outerjoin(_accepted, _accepted.c.listing_id == articles.c.listing_id)
    .where(or_(stock.c.held != func.coalesce(_accepted.c.number, 0), stock.c.on_hand > 1))
)
_ON_SALE_FOR_EVER = (
    select(articles.c.listing_id)
    .join(listings, listings.c.id == articles.c.listing_id)
    .where(listings.c.state == "active", articles.c.expires_at.is_(None))
)
_WAITING_ON_SALE = (
    select(submissions.c.listing_id)
    .join(listings, listings.c.id == submissions.c.listing_id)
    .where(submissions.c.open_of.is_not(None), listings.c.state == "active")
)


def _promised_once(reader: Reader) -> Iterator[str]:
    for listing_id, on_hand, held, accepted in reader.read(_PROMISED_OTHERWISE):
        yield f"{ids.encode(listing_id)}: of {on_hand} pieces {held} are held, and {accepted} offers are accepted"


def _have_a_term(reader: Reader) -> Iterator[str]:
    for (listing_id,) in reader.read(_ON_SALE_FOR_EVER):
        yield f"{ids.encode(listing_id)}: on sale without an end"


def _wait_unseen(reader: Reader) -> Iterator[str]:
    for (listing_id,) in reader.read(_WAITING_ON_SALE):
        yield f"{ids.encode(listing_id)}: on sale, and waiting to be looked at"


CHECKS = (
    Check(
        "articles",
        "an article is one piece, promised to the one whose offer is accepted and to nobody else",
        _promised_once,
    ),
    Check("terms of articles", "an article that is on sale has an end to its time", _have_a_term),
    Check("submissions", "what waits to be looked at is not on sale", _wait_unseen),
)
