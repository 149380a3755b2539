"""What the moves of a promotion do beside what every deal's do: the listing stands out, and no longer does."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy import bindparam, func, select, update

from haat.market.catalogue.listing import Catalogue
from haat.market.catalogue.stand_out import stand_out, stands_out_until, take
from haat.market.deals.deal import Actor, Deal
from haat.market.deals.engine import EffectAbove, Engine
from haat.market.deals.tables import deals
from haat.market.promotion.promotion import PROCESS, is_running
from haat.store import Tx


def effects_of(catalogue: Catalogue) -> Mapping[str, EffectAbove]:
    """For the engine."""
    return {
        "begin_promotion": partial(begin_promotion, catalogue),
        "end_promotion": partial(end_promotion, catalogue),
    }


def begin_promotion(catalogue: Catalogue, engine: Engine, tx: Tx, deal: Deal, by: Actor, data: dict[str, Any]) -> None:
    """It begins now or, where the listing stands out already, when that would end: whoever prolongs loses no minute."""
    assert deal.listing_id is not None and deal.starts_at is not None and deal.ends_at is not None
    take(tx, deal.listing_id)
    starts_at = max(tx.now, stands_out_until(tx, deal.listing_id) or 0)
    ends_at = starts_at + deal.ends_at - deal.starts_at
    tx.run(_SET_SPAN, key=deal.id, starts=starts_at, ends=ends_at)
    stand_out(tx, catalogue, deal.listing_id, ends_at)


def end_promotion(catalogue: Catalogue, engine: Engine, tx: Tx, deal: Deal, by: Actor, data: dict[str, Any]) -> None:
    """The listing stands out for as long as another promotion of it runs, and not at all where none does."""
    assert deal.listing_id is not None
    take(tx, deal.listing_id)
    stand_out(tx, catalogue, deal.listing_id, tx.value(_LAST_END, listing=deal.listing_id))


_SET_SPAN = (
    update(deals)
    .where(deals.c.id == bindparam("key"))
    .values(starts_at=bindparam("starts"), ends_at=bindparam("ends"), due_at=bindparam("ends"))
)
_LAST_END = select(func.max(deals.c.ends_at)).where(
    deals.c.listing_id == bindparam("listing"), deals.c.process == PROCESS, is_running()
)
