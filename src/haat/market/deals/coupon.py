"""Coupons: of a shop, which then earns less, or of the market, which then pays the seller the difference."""

from __future__ import annotations

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
    """Takes either `basis_points` or `amount` (minor units) off goods worth `least` or more."""

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

    def off(self, goods: int) -> int:
        """What it takes off goods of this much; never more than they cost."""
        if self.basis_points is not None:
            return goods * self.basis_points // 10_000
        return min(self.amount or 0, goods)


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
    """What somebody types to make a coupon. One of `basis_points` and `amount`; `shop_id` None: the market pays."""

    code: str
    shop_id: int | None
    basis_points: int | None = None
    amount: int | None = None
    least: int = 0
    ends_at: int | None = None
    most_uses: int | None = None


def check(new: NewCoupon) -> None:
    """Raises Invalid with all the fields that are wrong."""
    code = _tidy(new.code)
    wrong: dict[str, str] = {}
    if not 3 <= len(code) <= 40 or not code.replace("-", "").isalnum():
        wrong["code"] = "Use 3 to 40 letters, digits and hyphens."
    if (new.basis_points is None) == (new.amount is None):
        wrong["amount"] = "Give either a percentage or an amount."
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
