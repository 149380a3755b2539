"""Put a listing on sale."""

from __future__ import annotations

from sqlalchemy import BindParameter, bindparam, select, update

from haat.kernel.errors import Conflict, Invalid, Refused
from haat.market.accounts.tables import accounts, shops
from haat.market.catalogue import shelves
from haat.market.catalogue.attribute import Fact, missing
from haat.market.catalogue.listing import Catalogue, own, refresh
from haat.market.catalogue.tables import listing_attributes, listings
from haat.store import Tx


def publish(tx: Tx, catalogue: Catalogue, shop_id: int, listing_id: int) -> None:
    """A draft, or a listing that had ended, is on sale from now on; one that already is stays as it is.

    Raises Invalid with what is still missing, Refused when a moderator removed it or its seller is suspended, NotFound.
    """
    listing = own(tx, shop_id, listing_id)
    if listing.is_offered:
        return
    if listing.state == "removed":
        raise Refused(
            "This listing was removed by a moderator.",
            why="It can be published again only after the moderator restores it.",
            try_="Mend what the moderator names, and write to them.",
        )
    if tx.value(_SUSPENDED_AT, shop=shop_id) is not None:
        raise Refused("This shop is suspended.", why="Nothing of it can be put on sale until it is let in again.")
    refuse_if_incomplete(tx, catalogue, shop_id, listing_id)
    if not tx.run(_PUBLISH, listing=listing_id, seen_state=listing.state, now=tx.now):
        raise Conflict("Somebody changed this listing meanwhile.", try_="Look at it as it is now.")
    shelves.place(tx, catalogue.categories.tree(tx), listing_id, listing.category_id, tx.now)
    if goes_on_sale := catalogue.rules(listing.kind).goes_on_sale:
        goes_on_sale(tx, listing_id)
    refresh(tx, catalogue, listing_id)


def refuse_if_incomplete(
    tx: Tx, catalogue: Catalogue, shop_id: int, listing_id: int, *, but: tuple[str, ...] = ()
) -> None:
    """Raises Invalid with what the shop's listing lacks before it can be on sale, save for the fields `but`; NotFound."""
    listing = own(tx, shop_id, listing_id)
    attributes = catalogue.categories.tree(tx).attributes(listing.category_id)
    said = [Fact(key, "", words) for key, words in tx.read(_SAID, listing=listing.id)]
    fields = {f"attributes.{key}": problem for key, problem in missing(attributes, said).items()}
    fields |= catalogue.rules(listing.kind).missing(tx, listing.id)
    if found := {name: problem for name, problem in fields.items() if name not in but}:
        raise Invalid("Something is missing before this can be on sale.", fields=found)


_LISTING: BindParameter[int] = bindparam("listing")
_SAID = select(listing_attributes.c.key, listing_attributes.c.words).where(listing_attributes.c.listing_id == _LISTING)

_SUSPENDED_AT = (
    select(accounts.c.suspended_at)
    .join(shops, shops.c.owner_id == accounts.c.id)
    .where(shops.c.id == bindparam("shop"))
    .with_for_update(read=True)  # Who suspends the seller waits, and then finds what is on sale.
)
_PUBLISH = (
    update(listings)
    .where(listings.c.id == _LISTING, listings.c.state == bindparam("seen_state"))
    .values(state="active", published_at=bindparam("now"), ended_at=None)
)
