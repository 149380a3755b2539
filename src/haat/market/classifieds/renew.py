"""Renew an article: another term on sale, by one button."""

from __future__ import annotations

from haat.kernel.errors import Refused
from haat.market.catalogue.listing import Catalogue
from haat.market.catalogue.publish import publish
from haat.market.classifieds import queries
from haat.market.classifieds.article import Rules, happened, own
from haat.store import Tx


def renew(tx: Tx, catalogue: Catalogue, rules: Rules, account_id: int, listing_id: int) -> int:
    """Until when it is on sale from now on. What has expired or ended comes back; what is on sale stays where it stands in lists.

    Raises Refused for what is sold, taken down or never was on sale, Invalid with what is missing meanwhile, NotFound.
    """
    article = own(tx, account_id, listing_id)
    until = tx.now + rules.term
    match article.standing:
        case "active" | "reserved":
            tx.run(queries.PROLONG, listing=listing_id, until=until)
        case "expired" | "ended" | "sold_elsewhere":
            publish(tx, catalogue, article.shop_id, listing_id)
        case _:
            raise Refused("It cannot be renewed.", why=f"It is {_WORDS[article.standing]}.")
    happened(tx, listing_id, "renewed", account_id)
    return until


_WORDS = {
    "draft": "a draft",
    "waiting": "waiting to be looked at",
    "sold": "sold",
    "hidden": "hidden while its seller is suspended",
    "removed": "taken down by a moderator",
}
