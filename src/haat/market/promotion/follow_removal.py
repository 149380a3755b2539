"""When a moderator takes a listing down, its promotions end: what was not delivered goes back."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy import bindparam, select

from haat.market.catalogue.tables import listings
from haat.market.deals import deal as dealing
from haat.market.deals.deal import Actor
from haat.market.deals.engine import Engine
from haat.market.promotion.promotion import open_promotions
from haat.store import Store, Tx


def follow_removal(store: Store, engine: Engine, payload: Mapping[str, Any]) -> None:
    """End those that run, and call off those that are to be paid; run again, or after the listing was restored, it changes nothing."""
    by, why = Actor("operator", payload["by"]), payload["why"][:_LONGEST_REASON]
    for one in open_promotions(store, payload["listing"]):
        store.write(partial(_end, engine=engine, deal_id=one.id, by=by, why=why))


def _end(tx: Tx, engine: Engine, deal_id: int, by: Actor, why: str) -> None:
    deal = dealing.take(tx, deal_id)
    if tx.value(_STATE, listing=deal.listing_id) != "removed":
        return
    for move in deal.rules.moves_from(deal.state, "operator"):
        if move.name in ("call_off", "cancel"):
            engine.move(tx, deal.id, move.name, by, {"reason": why})


_LONGEST_REASON = 300  # of a move
_STATE = select(listings.c.state).where(listings.c.id == bindparam("listing"))
