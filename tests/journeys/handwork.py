"""Jobs of a customer, the bids on them, and what is agreed upon, in every state that has a page of its own look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from haat.adapters.sandbox.cards import card_named
from haat.app import App
from haat.kernel import clock, ids
from haat.kernel.clock import DAY
from haat.market.accounts.open_shop import shop_for
from haat.market.catalogue.description import describe
from haat.market.catalogue.listing import ListingText
from haat.market.catalogue.publish import publish
from haat.market.deals.deal import Actor, children, get
from haat.market.handwork import change_order
from haat.market.handwork.bid import Offer, make_bid
from haat.market.handwork.change_order import Wish
from haat.market.handwork.fund import Funding
from haat.market.handwork.job import Bidding, JobText, get_job
from haat.market.handwork.plan import Part
from haat.market.handwork.post import close, post
from haat.market.questions.ask import answer, ask
from haat.store import Tx

# The moves that lead from a bid into each state.
WAYS: Mapping[str, Sequence[str]] = {
    "bid": (),
    "awarded": ("award",),
    "planned": ("award", "propose"),
    "working": ("award", "propose", "agree"),
    "declined": ("award", "decline"),
    "turned_down": ("turn_down",),
    "withdrawn": ("withdraw",),
}
# The moves that lead from a milestone that is paid in into each state.
OF_MILESTONE: Mapping[str, Sequence[str]] = {
    "held": (),
    "submitted": ("submit",),
    "changes_asked": ("submit", "ask_changes"),
    "disputed": ("submit", "dispute"),
    "released": ("submit", "release"),
    "returned": ("give_back",),
}
_LEFT = (
    "unfunded",
    "unpaid",
)  # the milestones after those: one is not to be paid in yet, the card of the other was declined
_PLAN = [Part(f"Stage {number}: what was measured is made", 1, 10 * number) for number in range(1, 9)]
_GIVEN = {
    "note": "The rail on the left is a hand too short.",
    "reason": "The measures are not those that we agreed on.",
}


def set_the_handwork(app: App, customer_id: int, craftsperson_id: int, rival_id: int) -> dict[str, str]:
    """Where they are, by what is special about them."""
    found = {
        "job_draft": _place(app, _draft(app, customer_id, "Paint the stairwell")),
        "job_sealed": _place(app, _posted(app, customer_id, "Lay a floor of larch", "sealed")),
        "job_closed": _closed(app, customer_id, "Prune the pear tree"),
    }
    for state, moves in WAYS.items():
        listing_id = _posted(app, customer_id, f"Railing for the {state.replace('_', ' ')} balcony")
        deal_id = _bid(app, listing_id, craftsperson_id, 96_000)
        if state == "bid":
            _bid(app, listing_id, rival_id, 112_000)
        _move(app, deal_id, moves)
        found |= {f"job_{state}": _place(app, listing_id), f"agreement_{state}": ids.encode(deal_id)}
    _ask(app, customer_id, rival_id, ids.decode(found["job_bid"].partition("/")[0]))
    return found | _milestones(app, customer_id, craftsperson_id, ids.decode(found["agreement_working"]))


def _draft(app: App, customer_id: int, title: str, bidding: Bidding = "open") -> int:
    category = app.catalogue.categories.tree(app.store).by_slug("bowls-and-plates")
    words = describe("It is of iron, four metres long.\n\nThe old one is to be taken away.")
    text = JobText(
        ListingText(title, category.id, words),
        bids_until=clock.now() + 9 * DAY,
        country="AT",
        bidding=bidding,
        budget_from=80_000,
        budget_to=120_000,
        wanted_by=clock.now() + 60 * DAY,
        place="Graz",
        postcode="8010",
    )
    return app.store.write(lambda tx: post(tx, app.catalogue, customer_id, text))


def _posted(app: App, customer_id: int, title: str, bidding: Bidding = "open") -> int:
    listing_id = _draft(app, customer_id, title, bidding)

    def work(tx: Tx) -> None:
        publish(tx, app.catalogue, shop_for(tx, customer_id).id, listing_id)

    app.store.write(work)
    return listing_id


def _closed(app: App, customer_id: int, title: str) -> str:
    listing_id = _posted(app, customer_id, title)
    app.store.write(lambda tx: close(tx, app.catalogue, app.engine, customer_id, listing_id))
    return _place(app, listing_id)


def _place(app: App, listing_id: int) -> str:
    return f"{ids.encode(listing_id)}/{get_job(app.store, listing_id).handle}"


def _bid(app: App, listing_id: int, bidder_id: int, amount: int) -> int:
    offer = Offer(amount, "I forge it myself.\n\nTwo of us bring it and put it up in a day.", 80, _PLAN)
    return app.store.write(lambda tx: make_bid(tx, app.engine, listing_id, bidder_id, offer))


def _move(app: App, deal_id: int, names: Sequence[str]) -> None:
    for name in names:
        by = Actor(get(app.store, deal_id).rules.move(name).by[0], None)
        app.store.write(partial(app.engine.move, deal_id=deal_id, name=name, by=by, given=_GIVEN))


def _ask(app: App, customer_id: int, asker_id: int, listing_id: int) -> None:
    known = app.store.write(lambda tx: ask(tx, asker_id, listing_id, "Is there a lift for what is heavy?"))
    app.store.write(lambda tx: answer(tx, customer_id, known, "There is one, for 300 kg."))
    app.store.write(lambda tx: ask(tx, asker_id, listing_id, "Is the wall behind it of brick or of concrete?"))


def _milestones(app: App, customer_id: int, craftsperson_id: int, job_id: int) -> dict[str, str]:
    by_state = dict(zip((*OF_MILESTONE, *_LEFT), (one.id for one in children(app.store, job_id)), strict=True))
    _fund(app, customer_id, job_id, [by_state[state] for state in OF_MILESTONE], "approves")
    _fund(app, customer_id, job_id, [by_state["unpaid"]], "not_enough_money")
    for state, moves in OF_MILESTONE.items():
        _move(app, by_state[state], moves)
    refused = _propose(app, job_id, craftsperson_id, Wish(25_000, "Iron costs more than it did.", by_state["unfunded"]))
    app.store.write(lambda tx: change_order.refuse(tx, refused, customer_id))
    _propose(
        app, job_id, craftsperson_id, Wish(18_000, "The gate was not in it.", title="A gate for the stairs", days=30)
    )
    return {f"milestone_{state}": ids.encode(deal_id) for state, deal_id in by_state.items()}


def _fund(app: App, customer_id: int, job_id: int, milestones: Sequence[int], card: str) -> None:
    funding = Funding(f"scene-{milestones[0]}", job_id, milestones)
    app.fund.run(customer_id, funding, card_named(card).token, "/checkout/{checkout}/back")


def _propose(app: App, job_id: int, account_id: int, wish: Wish) -> int:
    return app.store.write(lambda tx: change_order.propose(tx, job_id, account_id, wish))
