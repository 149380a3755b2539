"""Say anew what the variants of a listing differ in: other options, more of them or fewer."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from sqlalchemy import BindParameter, bindparam, select, update

from haat.kernel.errors import Conflict
from haat.market.catalogue.listing import Catalogue, own, refresh
from haat.market.catalogue.tables import variants
from haat.market.catalogue.variant import Options, VariantText, refuse_if_unlike, tidy
from haat.store import Tx


def tell_apart(tx: Tx, catalogue: Catalogue, shop_id: int, listing_id: int, options: Mapping[int, Options]) -> None:
    """Give each variant on offer its options, by its id. Raises Invalid, NotFound, and Conflict when it is not of exactly these.

    All at once, since one after the other they would not differ in the same things.
    """
    own(tx, shop_id, listing_id)
    if {row[0] for row in tx.read(_OFFERED, listing=listing_id)} != options.keys():
        raise Conflict("The variants changed meanwhile.", try_="Look at the listing as it is now.")
    checked: dict[int, Options] = {}
    for variant_id, wanted in options.items():
        tidied = tidy(VariantText(price=1, options=wanted), catalogue.currency).options
        refuse_if_unlike(tidied, list(checked.values()))
        checked[variant_id] = tidied
    tx.many(
        _TELL,
        [{"variant": id_, "new_options": msgspec.json.encode(told).decode()} for id_, told in checked.items()],
    )
    refresh(tx, catalogue, listing_id)


_LISTING: BindParameter[int] = bindparam("listing")
_OFFERED = select(variants.c.id).where(variants.c.listing_id == _LISTING, variants.c.retired_at.is_(None))
_TELL = update(variants).where(variants.c.id == bindparam("variant")).values(options=bindparam("new_options"))
