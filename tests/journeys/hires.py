"""Equipment for hire, and hires in every state that has a page of its own look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import count

from haat.adapters.sandbox.cards import card_named
from haat.app import App
from haat.kernel import clock, ids
from haat.kernel.clock import DAY
from haat.market.catalogue.create import create
from haat.market.catalogue.listing import ListingText
from haat.market.catalogue.publish import publish
from haat.market.deals.deal import Actor, get
from haat.market.deals.hire import HireOrder
from haat.market.deals.place import Address
from haat.market.hire import equip
from haat.market.hire.equipment import Terms
from haat.market.hire.period import Per, Period, date_of, slot_of
from haat.store import Tx

_ADDRESS = Address(name="Noor Haddad", street="Lindengasse 12/4", city="Wien", postcode="1070", country="AT")
_KEYS = count(1)
_GIVEN = {"note": "A scratch on the left side, the tank is full.", "reason": "It did not start.", "amount": 2500}

# The moves that lead from a booked hire into each state: of the hire itself, and then of its deposit.
WAYS: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "booked": ((), ()),
    "handed_over": (("hand_over",), ()),
    "brought_back": (("hand_over", "bring_back"), ()),
    "closed": (("hand_over", "bring_back", "take_back"), ()),
    "claimed": (("hand_over", "take_back"), ("claim",)),
    "settled": (("hand_over", "take_back"), ("claim", "accept")),
}


def set_the_hires(app: App, buyer_id: int, shop_id: int) -> dict[str, str]:
    """Where they are, by what is special about them."""
    by_the_day = _equipment(app, shop_id, "Pottery wheel with a foot pedal", Terms("day", 12_000, 1, 1, 1, "7"))
    by_the_hour = _equipment(app, shop_id, "Kiln, 40 litres", Terms("hour", 0, 2, 0, 1, ""))
    today = clock.now() // DAY
    found = {
        "hire_day": by_the_day,
        "hire_hour": by_the_hour,
        "hire_day_id": by_the_day.partition("/")[0],
        "hire_from": date_of(_monday(today + 40) + 1),
        "hire_until": date_of(_monday(today + 40) + 3),
    }
    for number, (state, (moves, of_deposit)) in enumerate(WAYS.items()):
        hire, deposit = _book(app, buyer_id, ids.decode(found["hire_day_id"]), _monday(today + 60) + 7 * number)
        for deal_id, names in ((hire, moves), (deposit, of_deposit)):
            for name in names:
                _move(app, deal_id, name)
        found |= {f"hire_{state}": ids.encode(hire), f"deposit_{state}": ids.encode(deposit)}
    return found


def _equipment(app: App, shop_id: int, title: str, terms: Terms) -> str:
    category = app.catalogue.categories.tree(app.store).by_slug("bowls-and-plates")

    def work(tx: Tx) -> int:
        listing_id = create(tx, app.catalogue, shop_id, ListingText(title, category.id), "equipment")
        prices = {"day": 2500, "weekend": 4000, "week": 9000} if terms.per == "day" else {"hour": 900, "day": 4500}
        equip.set_terms(tx, app.catalogue, shop_id, listing_id, terms, prices)  # type: ignore[arg-type]
        for name in ("W-1", "W-2"):
            equip.add_unit(tx, app.catalogue, shop_id, listing_id, name)
        equip.close_days(tx, shop_id, listing_id, clock.now() // DAY + 100, clock.now() // DAY + 101)
        publish(tx, app.catalogue, shop_id, listing_id)
        return listing_id

    slug = "-".join("".join(c if c.isalnum() else " " for c in title.lower()).split())
    return f"{ids.encode(app.store.write(work))}/{slug}"


def _monday(day: int) -> int:
    return day - (day + 3) % 7


def _book(app: App, buyer_id: int, listing_id: int, first: int, per: Per = "day") -> tuple[int, int]:
    order = HireOrder(f"hire-{next(_KEYS):04}", listing_id, Period(per, first, first + 3), 1, _ADDRESS, None)
    assert slot_of(per, clock.now(), app.settings.market.time_zone) < first
    checkout, _ = app.hire.run(buyer_id, order, card_named("approves").token, "/checkout/{checkout}/back")
    hire, deposit = checkout.deals
    return hire.id, deposit.id


def _move(app: App, deal_id: int, name: str) -> None:
    by = Actor(get(app.store, deal_id).rules.move(name).by[0], None)
    app.store.write(partial(app.engine.move, deal_id=deal_id, name=name, by=by, given=_GIVEN))
