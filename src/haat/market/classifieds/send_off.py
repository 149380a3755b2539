"""Send an article off: on sale at once, or first to the people of the market where they want to look at it."""

from __future__ import annotations

from haat.kernel.errors import Invalid, Refused
from haat.kernel.ids import new_id
from haat.market.catalogue.listing import Catalogue
from haat.market.catalogue.publish import publish, refuse_if_incomplete
from haat.market.classifieds import queries
from haat.market.classifieds.article import Article, Rules, Standing, get, happened, needs_approval, own
from haat.market.classifieds.tables import submissions
from haat.store import Tx


def send_off(tx: Tx, catalogue: Catalogue, rules: Rules, account_id: int, listing_id: int) -> Standing:
    """How it stands afterwards: active, or waiting to be looked at. Sent off twice it is sent off once.

    Raises Invalid with what is missing, Refused when it was sold or taken down, NotFound.
    """
    article = own(tx, account_id, listing_id)
    if article.standing in ("active", "reserved", "waiting"):
        return article.standing
    if article.is_sold:
        raise Refused("It is sold.", try_="Post another article.")
    if article.state in ("draft", "ended") and needs_approval(tx, rules, listing_id):
        _wait(tx, catalogue, account_id, article)
    else:
        publish(tx, catalogue, article.shop_id, listing_id)
        happened(tx, listing_id, "on_sale", account_id)
    return get(tx, listing_id).standing


def take_back(tx: Tx, account_id: int, listing_id: int) -> None:
    """It is a draft again that nobody looks at. Raises NotFound, and Refused when somebody has decided meanwhile."""
    own(tx, account_id, listing_id)
    if not tx.run(queries.DECIDE, listing=listing_id, at=tx.now, by=account_id, word="taken_back", reason=None):
        raise Refused("It is not waiting any more.", try_="Open it again to see how it stands.")
    happened(tx, listing_id, "taken_back", account_id)


def _wait(tx: Tx, catalogue: Catalogue, account_id: int, article: Article) -> None:
    if article.state == "ended":
        raise Invalid(
            "It cannot be put on sale again.", fields={"": "The market looks at articles now: post it as a new one."}
        )
    refuse_if_incomplete(tx, catalogue, article.shop_id, article.id, but=("",))
    tx.insert(
        submissions,
        id=new_id(),
        listing_id=article.id,
        shop_id=article.shop_id,
        open_of=article.id,
        version=article.version,
        sent_at=tx.now,
    )
    happened(tx, article.id, "sent_off", account_id)
