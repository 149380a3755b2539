"""The cart: kept in the database, so that it survives logging in, another device and a restart."""

from __future__ import annotations

import hashlib
import secrets
from functools import partial
from typing import NamedTuple

from haat.kernel.errors import Invalid, NotFound
from haat.kernel.ids import new_id
from haat.market.deals import queries
from haat.market.deals.quote import Offer, Wanted, load_offers
from haat.market.deals.tables import cart_lines, carts
from haat.store import Store, Tx

MOST_PIECES = 999
MOST_LINES = 100


class Owner(NamedTuple):
    """Whose cart it is: an account's, or that of whoever holds the secret (the cookie)."""

    account_id: int | None = None
    secret: str | None = None


class CartLine(NamedTuple):
    """`price_seen` is the unit price when the line was last touched, in minor units."""

    variant_id: int
    quantity: int
    price_seen: int


class Cart(NamedTuple):
    id: int | None
    coupon: str | None
    lines: tuple[CartLine, ...]

    @property
    def wanted(self) -> list[Wanted]:
        return [Wanted(line.variant_id, line.quantity) for line in self.lines]

    @property
    def pieces(self) -> int:
        return sum(line.quantity for line in self.lines)


EMPTY = Cart(None, None, ())


def new_secret() -> str:
    """A secret for the cookie of somebody who is not signed in."""
    return secrets.token_urlsafe(24)


def look(store: Store | Tx, owner: Owner) -> Cart:
    """The cart as it stands; an empty one when there is none."""
    row = _find(store, owner)
    if row is None:
        return EMPTY
    cart_id, coupon = row
    return Cart(cart_id, coupon, tuple(CartLine(*line) for line in store.read(queries.CART_LINES, cart_id=cart_id)))


def count(store: Store, owner: Owner) -> int:
    """How many pieces are in it."""
    row = _find(store, owner)
    return 0 if row is None else int(store.value(queries.CART_COUNT, cart_id=row[0]))


def add(store: Store, owner: Owner, variant_id: int, quantity: int) -> None:
    """Put pieces in, on top of those that are there. Raises Invalid, or NotFound when it is not on sale."""
    _change(store, owner, variant_id, quantity, on_top=True)


def put(store: Store, owner: Owner, variant_id: int, quantity: int) -> None:
    """Set the number of pieces; 0 takes the line out. Raises as `add` does."""
    if quantity == 0:
        store.write(lambda tx: _drop(tx, owner, variant_id))
    else:
        _change(store, owner, variant_id, quantity, on_top=False)


def set_coupon(store: Store, owner: Owner, code: str | None) -> None:
    """Keep a code with the cart; whether it is any good is said when the cart is priced."""

    def work(tx: Tx) -> None:
        tx.run(queries.SET_CART_COUPON, cart=_take_or_make(tx, owner), code=code.strip().upper()[:40] if code else None)

    store.write(work)


def hand_over(store: Store, secret: str, account_id: int) -> None:
    """Give the cart of a visitor to the account that has signed in; lines that both have keep the larger number."""

    def work(tx: Tx) -> None:
        theirs = look(tx, Owner(secret=secret))
        if theirs.id is None:
            return
        mine = look(tx, Owner(account_id=account_id))
        if mine.id is None:
            tx.run(queries.GIVE_CART, cart=theirs.id, account=account_id)
            return
        # Whoever changes one of the two, or hands it over too, waits for us.
        if all(tx.run(queries.TOUCH_CART, cart=cart_id, at=tx.now) for cart_id in sorted((theirs.id, mine.id))):
            _pour(tx, look(tx, Owner(secret=secret)), look(tx, Owner(account_id=account_id)))

    store.write(work)


def forget_stale(store: Store, before: int) -> str:
    """Drop carts of visitors that nobody has touched since `before`."""
    stale = store.read(queries.STALE_CARTS, before=before, most=500)
    for (cart_id,) in stale:
        store.write(partial(_delete, cart_id=cart_id))
    return f"Forgotten carts dropped: {len(stale)}." if stale else "No cart was forgotten."


def _find(store: Store | Tx, owner: Owner) -> tuple[int, str | None] | None:
    row = None
    if owner.account_id is not None:
        row = store.first(queries.CART_OF_ACCOUNT, account_id=owner.account_id)
    elif owner.secret:
        row = store.first(queries.CART_OF_SECRET, secret_hash=_hash(owner.secret))
    return None if row is None else (row[0], row[1])


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _change(store: Store, owner: Owner, variant_id: int, quantity: int, *, on_top: bool) -> None:
    if not 1 <= quantity <= MOST_PIECES:
        raise Invalid("That is not a number of pieces.", fields={"quantity": f"From 1 to {MOST_PIECES}."})

    def work(tx: Tx) -> None:
        offer = load_offers(tx, [variant_id]).get(variant_id)
        if offer is None or not offer.is_on_sale:
            raise NotFound("This is no longer on sale.", try_="Look for something like it.")
        _set_line(tx, _take_or_make(tx, owner), offer, quantity, on_top=on_top)

    store.write(work)


def _set_line(tx: Tx, cart_id: int, offer: Offer, quantity: int, *, on_top: bool) -> None:
    lines = {row[0]: row[1] for row in tx.read(queries.CART_LINES, cart_id=cart_id)}
    pieces = min(quantity + (lines.get(offer.variant_id, 0) if on_top else 0), MOST_PIECES)
    if offer.variant_id in lines:
        tx.run(queries.SET_CART_LINE, cart=cart_id, variant=offer.variant_id, pieces=pieces, price=offer.price)
    elif len(lines) >= MOST_LINES:
        raise Invalid("The cart is full.", fields={"variant": f"At most {MOST_LINES} different things fit in."})
    else:
        _add_line(tx, cart_id, CartLine(offer.variant_id, pieces, offer.price))


def _add_line(tx: Tx, cart_id: int, line: CartLine) -> None:
    tx.insert(cart_lines, cart_id=cart_id, **line._asdict(), added_at=tx.now)


def _take_or_make(tx: Tx, owner: Owner) -> int:
    """The cart, which nobody else changes until this transaction ends."""
    cart_id = _find_or_make(tx, owner)
    while tx.run(queries.TOUCH_CART, cart=cart_id, at=tx.now) != 1:  # It was handed over or forgotten while we waited.
        cart_id = _find_or_make(tx, owner)
    return cart_id


def _find_or_make(tx: Tx, owner: Owner) -> int:
    row = _find(tx, owner)
    if row is not None:
        return row[0]
    cart_id = new_id()
    secret_hash = _hash(owner.secret) if owner.account_id is None and owner.secret else None
    tx.insert(
        carts,
        id=cart_id,
        account_id=owner.account_id,
        secret_hash=secret_hash,
        created_at=tx.now,
        updated_at=tx.now,
    )
    return cart_id


def _drop(tx: Tx, owner: Owner, variant_id: int) -> None:
    row = _find(tx, owner)
    if row is not None:
        tx.run(queries.DROP_CART_LINE, cart=row[0], variant=variant_id)


def _pour(tx: Tx, source: Cart, target: Cart) -> None:
    assert source.id is not None and target.id is not None
    have = {line.variant_id: line for line in target.lines}
    for line in source.lines:
        mine = have.get(line.variant_id)
        if mine is None and len(have) < MOST_LINES:
            _add_line(tx, target.id, line)
        elif mine is not None and line.quantity > mine.quantity:
            tx.run(
                queries.SET_CART_LINE,
                cart=target.id,
                variant=line.variant_id,
                pieces=line.quantity,
                price=line.price_seen,
            )
    if source.coupon and not target.coupon:
        tx.run(queries.SET_CART_COUPON, cart=target.id, code=source.coupon)
    _delete(tx, source.id)


def _delete(tx: Tx, cart_id: int) -> None:
    tx.run(queries.EMPTY_CART, cart=cart_id)
    tx.run(queries.DROP_CART, cart=cart_id)
