"""Coupons: of a shop, which then earns less, or of the market, which then pays the seller the difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from haat.kernel.errors import Conflict, Invalid, NotFound, Refused
from haat.kernel.ids import new_id
from haat.market.catalogue.variant import HIGHEST_PRICE
from haat.market.deals import queries
from haat.market.deals.deal import Deal
from haat.market.deals.tables import coupons
from haat.store import Store, Tx

_AFTER_ALL = 2**63 - 1
_MOST_USES = 1_000_000_000


class Coupon(NamedTuple):
    """Takes `basis_points` (at most `most_off`) or `amount` off goods worth `least` or more, or the cost of sending them.

    Amounts are minor units of `currency`, None being the main one of the market. `category_id`: only off goods of that category and of
    those below it. `first_only`: only off somebody's first order.
    """

    id: int
    code: str
    shop_id: int | None
    basis_points: int | None
    amount: int | None
    least: int
    starts_at: int
    ends_at: int | None
    most_uses: int | None
    uses: int
    currency: str | None
    most_off: int | None
    free_shipping: int
    category_id: int | None
    first_only: int

    @property
    def names_money(self) -> bool:
        """Whether it says amounts, which are worth something in one currency only."""
        return self.amount is not None or self.most_off is not None or self.least > 0

    def off(self, goods: int) -> int:
        """What it takes off goods of this much; never more than they cost."""
        if self.basis_points is not None:
            share = goods * self.basis_points // 10_000
            return share if self.most_off is None else min(share, self.most_off)
        return min(self.amount or 0, goods)


class Request(NamedTuple):
    """Who wants to use a coupon, and in which currency; `main` is that of the market. Nobody in particular is None."""

    buyer_id: int | None
    currency: str
    main: str


def find(store: Store | Tx, code: str, now: int) -> Coupon:
    """The coupon behind a code. Raises Refused, saying why it cannot be used now."""
    row = store.first(queries.COUPON, code=code.strip().upper())
    if row is None:
        raise Refused(
            "This code is not known.",
            why=f"There is no coupon “{code.strip()}”.",
            try_="See that it is typed as it was given.",
        )
    coupon = Coupon(*row)
    if now < coupon.starts_at:
        raise Refused("This coupon is not valid yet.", try_="Try it again when it has begun.")
    if coupon.ends_at is not None and now >= coupon.ends_at:
        raise Refused("This coupon is no longer valid.", why="Its time has ended.")
    if coupon.most_uses is not None and coupon.uses >= coupon.most_uses:
        raise Refused("This coupon is used up.", why="It could be used a number of times, and has been.")
    return coupon


def refuse_unless_good_for(store: Store | Tx, coupon: Coupon, request: Request) -> None:
    """Raises Refused, saying why, when this is not somebody or a currency that the coupon is for."""
    if coupon.names_money and (coupon.currency or request.main) != request.currency:
        raise Refused(
            "This coupon is for another currency.",
            why=f"It is good for orders in {coupon.currency or request.main}.",
            try_="Go on without it.",
        )
    if coupon.first_only and store.first(queries.HAS_BOUGHT, buyer_id=request.buyer_id or 0) is not None:
        raise Refused("This coupon is for a first order.", why="You have bought here before.", try_="Go on without it.")


def categories_of(store: Store | Tx, category_id: int) -> set[int]:
    """A category and all below it."""
    parents: dict[int, int | None] = dict(store.read(queries.CATEGORIES_BELOW))
    return {one for one in parents if category_id in _up_from(one, parents)}


def _up_from(category_id: int | None, parents: Mapping[int, int | None]) -> Iterator[int]:
    while category_id is not None:
        yield category_id
        category_id = parents.get(category_id)


def use(tx: Tx, coupon: Coupon) -> None:
    """Count one use. Raises Refused when the last one went to somebody else."""
    if tx.run(queries.USE_COUPON, key=coupon.id) != 1:
        raise Refused("This coupon is used up.", why="Somebody else was faster.", try_="Go on without it.")


def give_back(tx: Tx, checkout_id: int) -> None:
    """Take back the use of a coupon when nothing of its checkout was ever paid."""
    # Of two deals that end at the same time, the second has to see the first.
    checkout = tx.first(queries.TAKE_CHECKOUT, id=checkout_id)
    coupon_id = checkout[5] if checkout else None
    if coupon_id is None:
        return
    deals = [Deal(*row) for row in tx.read(queries.DEALS_OF_CHECKOUT, checkout_id=checkout_id)]
    if all(deal.came_to_nothing for deal in deals):
        tx.run(queries.GIVE_BACK_COUPON, key=coupon_id)


def get(store: Store, coupon_id: int) -> Coupon:
    """Raises NotFound."""
    row = store.first(queries.COUPON_BY_ID, id=coupon_id)
    if row is None:
        raise NotFound("There is no such coupon.")
    return Coupon(*row)


def of_shop(store: Store, shop_id: int, *, before: int = _AFTER_ALL, most: int = 100) -> list[Coupon]:
    """Newest first, from those with an id below `before`."""
    return [Coupon(*row) for row in store.read(queries.COUPONS_OF_SHOP, shop_id=shop_id, before=before, most=most)]


def of_market(store: Store, *, before: int = _AFTER_ALL, most: int = 100) -> list[Coupon]:
    """As `of_shop`."""
    return [Coupon(*row) for row in store.read(queries.COUPONS_OF_MARKET, before=before, most=most)]


class NewCoupon(NamedTuple):
    """What somebody types to make a coupon. One of `basis_points`, `amount` and `free_shipping`; `shop_id` None: the market pays."""

    code: str
    shop_id: int | None
    basis_points: int | None = None
    amount: int | None = None
    least: int = 0
    ends_at: int | None = None
    most_uses: int | None = None
    currency: str | None = None
    most_off: int | None = None
    free_shipping: int = 0
    category_id: int | None = None
    first_only: int = 0


def check(new: NewCoupon) -> None:
    """Raises Invalid with all the fields that are wrong."""
    code = _tidy(new.code)
    wrong: dict[str, str] = {}
    if not 3 <= len(code) <= 40 or not code.replace("-", "").isalnum():
        wrong["code"] = "Use 3 to 40 letters, digits and hyphens."
    if (new.basis_points is not None) + (new.amount is not None) + new.free_shipping != 1:
        wrong["amount"] = "Give either a percentage or an amount, or free shipping."
    if new.most_off is not None and (new.basis_points is None or not 0 < new.most_off <= HIGHEST_PRICE):
        wrong["most_off"] = "Only a percentage can have a cap, and it is above zero."
    if new.basis_points is not None and not 0 < new.basis_points <= 10_000:
        wrong["amount"] = "A percentage is above 0 and at most 100."
    if new.amount is not None and not 0 < new.amount <= HIGHEST_PRICE:
        wrong["amount"] = "Give an amount above zero, and not beyond all measure."
    if not 0 <= new.least <= HIGHEST_PRICE:
        wrong["least"] = "This cannot be negative, nor beyond all measure."
    if new.most_uses is not None and not 1 <= new.most_uses <= _MOST_USES:
        wrong["most_uses"] = f"From 1 to {_MOST_USES:,} uses."
    if wrong:
        raise Invalid("The coupon cannot be made like this.", fields=wrong)


def create(store: Store, new: NewCoupon, by: int) -> int:
    """Returns the id. Raises Invalid with the fields that are wrong, Conflict when the code is taken."""
    check(new)
    code = _tidy(new.code)

    coupon_id = new_id()

    def work(tx: Tx) -> bool:
        if new.category_id is not None and not categories_of(tx, new.category_id):
            raise Invalid("The coupon cannot be made like this.", fields={"category": "There is no such category."})
        return tx.insert_once(
            coupons,
            id=coupon_id,
            **new._replace(code=code)._asdict(),
            starts_at=tx.now,
            uses=0,
            created_by=by,
        )

    if not store.write(work):
        raise Conflict("This code is taken.", why=f"There is already a coupon “{code}”.", try_="Choose another.")
    return coupon_id


def end(store: Store, coupon_id: int, shop_id: int | None) -> None:
    """End a coupon now; `shop_id` None for one of the market. Raises NotFound for somebody else's."""
    if get(store, coupon_id).shop_id != shop_id:
        raise NotFound("There is no such coupon.")
    store.write(lambda tx: tx.run(queries.END_COUPON, key=coupon_id, at=tx.now))


def _tidy(code: str) -> str:
    return code.strip().upper()
