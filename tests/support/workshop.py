"""A customer with a job and craftspeople who bid on it, by the use cases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from haat.kernel import clock
from haat.kernel.clock import DAY
from haat.kernel.ids import new_id
from haat.market.accounts.open_shop import shop_for
from haat.market.accounts.shop import get_shop
from haat.market.catalogue.change_category import ensure_category
from haat.market.catalogue.listing import ListingText
from haat.market.catalogue.publish import publish
from haat.market.deals.deal import Actor, Deal, children, get
from haat.market.deals.till import Checkout
from haat.market.handwork.bid import Offer, make_bid
from haat.market.handwork.fund import Funding
from haat.market.handwork.job import JobText, get_job
from haat.market.handwork.plan import Part
from haat.market.handwork.post import change, post
from haat.market.truth import books, handwork
from haat.market.truth.truth import check_all
from haat.store import Tx
from tests.support.world import GOOD_CARD, RETURN_URL, World

HALVES = (Part("First half", 1, 10), Part("Second half", 1, 20))


class Workshop:
    """What happens around one job after the other."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.store = world.store
        self.customer = world.account("Ada")

    def text(self, title: str = "Mend the roof", **more: Any) -> JobText:
        category_id = self.store.write(
            lambda tx: ensure_category(tx, self.world.catalogue.categories, ["Building", "Roofs"])
        )
        given = {"bids_until": clock.now() + 7 * DAY, "country": "AT", "place": "Graz"} | more
        return JobText(ListingText(title, category_id), **given)

    def draft(self, title: str = "Mend the roof", **more: Any) -> int:
        text = self.text(title, **more)
        return self.store.write(lambda tx: post(tx, self.world.catalogue, self.customer, text))

    def posted(self, title: str = "Mend the roof", **more: Any) -> int:
        """A job that is open to bids; returns the listing."""
        listing_id = self.draft(title, **more)

        def work(tx: Tx) -> None:
            publish(tx, self.world.catalogue, shop_for(tx, self.customer).id, listing_id)

        self.store.write(work)
        return listing_id

    def change(self, listing_id: int, **more: Any) -> None:
        text, seen = self.text("New title", **more), get_job(self.store, listing_id).version
        self.store.write(lambda tx: change(tx, self.world.catalogue, self.customer, listing_id, text, seen))

    def bid(
        self,
        listing_id: int,
        amount: int = 100_00,
        *,
        by: int | None = None,
        plan: Sequence[Part] = HALVES,
        days: int = 20,
    ) -> Deal:
        """A bid of a craftsperson, a fresh one where nobody is named."""
        bidder = by or self.world.account("Ines")
        offer = Offer(amount, "I have done this before.", days, plan)
        deal_id = self.store.write(lambda tx: make_bid(tx, self.world.engine, listing_id, bidder, offer))
        return get(self.store, deal_id)

    def bidder(self, deal: Deal) -> int:
        return get_shop(self.store, deal.shop_id).owner_id

    def customer_moves(self, deal: Deal, *names: str, **given: Any) -> Deal:
        return self.world.move(deal, *names, by=Actor("buyer", self.customer), **given)

    def bidder_moves(self, deal: Deal, *names: str, **given: Any) -> Deal:
        return self.world.move(deal, *names, by=Actor("seller", self.bidder(deal)), **given)

    def agreed(self, amount: int = 100_00, *, plan: Sequence[Part] = HALVES) -> Deal:
        """A job under way, with none of its milestones paid in."""
        deal = self.customer_moves(self.bid(self.posted(), amount, plan=plan), "award")
        return self.customer_moves(self.bidder_moves(deal, "propose"), "agree")

    def milestones(self, job: Deal) -> list[Deal]:
        return children(self.store, job.id)

    def fund(self, job: Deal, *milestones: Deal, card: str = GOOD_CARD, key: str = "") -> Checkout:
        """Pay these in, or all of them."""
        chosen = milestones or self.milestones(job)
        funding = Funding(key or f"key-{new_id()}", job.id, [one.id for one in chosen])
        checkout, _ = self.world.fund.run(self.customer, funding, card, RETURN_URL)
        return checkout

    def lies(self) -> list[str]:
        """What of the promises about money and jobs does not hold."""
        findings = check_all(self.store, [*books.CHECKS, *handwork.CHECKS])
        return [row for finding in findings for row in finding.offending]
