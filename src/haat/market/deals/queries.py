"""The statements of this room."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, delete, false, func, insert, not_, or_, select, update

from haat.market.accounts.tables import accounts, shops
from haat.market.catalogue.tables import categories, listings, stock, variants
from haat.market.deals import library
from haat.market.deals.tables import (
    cart_lines,
    carts,
    checkouts,
    coupons,
    deal_events,
    deal_lines,
    deals,
    shipping_methods,
)
from haat.market.payments.tables import payments

_DEAL = select(
    deals.c.id,
    deals.c.checkout_id,
    deals.c.process,
    deals.c.process_version,
    deals.c.state,
    deals.c.state_since,
    deals.c.due_at,
    deals.c.payment_id,
    deals.c.buyer_id,
    deals.c.shop_id,
    deals.c.currency,
    deals.c.goods,
    deals.c.discount,
    deals.c.discount_by_market,
    deals.c.shipping,
    deals.c.tax,
    deals.c.total,
    deals.c.commission,
    deals.c.commission_rate,
    deals.c.refunded,
    deals.c.shipping_name,
    deals.c.address,
    deals.c.created_at,
    deals.c.parent_id,
    deals.c.listing_id,
    deals.c.starts_at,
    deals.c.ends_at,
)
DEAL = _DEAL.where(deals.c.id == bindparam("id"))
# What is to be moved is taken first: nobody else moves it, or refunds a part of it, until the transaction ends.
TAKE_DEAL = DEAL.with_for_update(key_share=True)
DEALS_OF_CHECKOUT = _DEAL.where(deals.c.checkout_id == bindparam("checkout_id")).order_by(deals.c.id)
DEALS_OF_PAYMENT = _DEAL.where(deals.c.payment_id == bindparam("payment_id")).order_by(deals.c.id)
TAKE_DEALS_OF_PAYMENT = DEALS_OF_PAYMENT.with_for_update(key_share=True)
CHILDREN = _DEAL.where(deals.c.parent_id == bindparam("parent_id")).order_by(deals.c.id)
CHILDREN_OF_PROCESS = (
    select(deals.c.id)
    .where(deals.c.parent_id == bindparam("parent_id"), deals.c.process == bindparam("process"))
    .order_by(deals.c.id)
)
RIVALS = (
    select(deals.c.id)
    .where(
        deals.c.listing_id == bindparam("listing_id"),
        deals.c.process == bindparam("process"),
        deals.c.id != bindparam("but"),
    )
    .order_by(deals.c.id)
)
_LISTED_FOR_BUYER = not_(
    or_(
        false(),
        *(and_(deals.c.process == name, deals.c.state == state) for name, state in library.hidden_from("buyer")),
    )
)
DEALS_OF_BUYER = (
    _DEAL.where(deals.c.buyer_id == bindparam("buyer_id"), deals.c.id < bindparam("before"), _LISTED_FOR_BUYER)
    .order_by(deals.c.id.desc())
    .limit(bindparam("most"))
)
# A deal is open while a timer runs for it.
OPEN_DEALS_OF_BUYER = DEALS_OF_BUYER.where(deals.c.due_at.is_not(None))
DONE_DEALS_OF_BUYER = DEALS_OF_BUYER.where(deals.c.due_at.is_(None))
COUNT_OPEN_OF_BUYER = (
    select(func.count())
    .select_from(deals)
    .where(deals.c.buyer_id == bindparam("buyer_id"), deals.c.due_at.is_not(None), _LISTED_FOR_BUYER)
)

LINES = (
    select(
        deal_lines.c.id,
        deal_lines.c.listing_id,
        deal_lines.c.variant_id,
        deal_lines.c.title,
        deal_lines.c.options,
        deal_lines.c.sku,
        deal_lines.c.photo,
        deal_lines.c.quantity,
        deal_lines.c.unit_price,
        deal_lines.c.amount,
        deal_lines.c.discount,
        deal_lines.c.tax,
        deal_lines.c.tax_rate,
    )
    .where(deal_lines.c.deal_id == bindparam("deal_id"))
    .order_by(deal_lines.c.id)
)
PIECES = (
    select(deal_lines.c.variant_id, deal_lines.c.quantity)
    .where(deal_lines.c.deal_id == bindparam("deal_id"), deal_lines.c.variant_id.is_not(None))
    .order_by(deal_lines.c.variant_id)
)
ADD_LINE = insert(deal_lines).values({column.name: bindparam(column.name) for column in deal_lines.c})
EVENTS = (
    select(
        deal_events.c.id,
        deal_events.c.at,
        deal_events.c.move,
        deal_events.c.from_state,
        deal_events.c.to_state,
        deal_events.c.by_role,
        deal_events.c.by_id,
        deal_events.c.data,
    )
    .where(deal_events.c.deal_id == bindparam("deal_id"))
    .order_by(deal_events.c.id)
)

MOVE = (
    update(deals)
    .where(
        deals.c.id == bindparam("key"),
        deals.c.state == bindparam("was"),
        deals.c.state_since == bindparam("was_since"),
    )
    .values(state=bindparam("becomes"), state_since=bindparam("since"), due_at=bindparam("due"))
)
DUE = (
    select(deals.c.id, deals.c.due_at)
    .where(
        deals.c.due_at.between(bindparam("after"), bindparam("now")),
        or_(deals.c.due_at > bindparam("after"), deals.c.id > bindparam("after_id")),
    )
    .order_by(deals.c.due_at, deals.c.id)
    .limit(bindparam("most"))
)
TAKE_FOR_REFUND = (
    update(deals)
    .where(deals.c.id == bindparam("key"), deals.c.refunded == bindparam("was"))
    .values(refunded=bindparam("becomes"))
)
FUND = (
    update(deals)
    .where(deals.c.id == bindparam("key"), deals.c.state == bindparam("was"), deals.c.checkout_id.is_(None))
    .values(
        checkout_id=bindparam("checkout"),
        payment_id=bindparam("payment"),
        commission=bindparam("fee"),
        commission_rate=bindparam("rate"),
    )
)
RESPAN = (
    update(deals).where(deals.c.id == bindparam("key")).values(starts_at=bindparam("starts"), ends_at=bindparam("ends"))
)
SET_PRICE = (
    update(deals)
    .where(deals.c.id == bindparam("key"), deals.c.discount == 0, deals.c.shipping == 0, deals.c.tax == 0)
    .values(goods=bindparam("amount"), total=bindparam("amount"))
)
SET_LINE_PRICE = (
    update(deal_lines)
    .where(deal_lines.c.deal_id == bindparam("key"), deal_lines.c.quantity == 1)
    .values(unit_price=bindparam("amount"), amount=bindparam("amount"))
)
PAY_AGAIN = (
    update(deals)
    .where(deals.c.id == bindparam("key"), deals.c.state == bindparam("was"))
    .values(payment_id=bindparam("payment"))
)

CHECKOUT_BY_KEY = select(checkouts.c.id, checkouts.c.request_hash).where(
    checkouts.c.account_id == bindparam("account_id"), checkouts.c.key == bindparam("key")
)
CHECKOUT = select(
    checkouts.c.id,
    checkouts.c.account_id,
    checkouts.c.currency,
    checkouts.c.total,
    checkouts.c.address,
    checkouts.c.coupon_id,
    checkouts.c.created_at,
).where(checkouts.c.id == bindparam("id"))
TAKE_CHECKOUT = CHECKOUT.with_for_update(key_share=True)
LAST_PAYMENT = (
    select(payments.c.id)
    .where(payments.c.checkout_id == bindparam("checkout_id"))
    .order_by(payments.c.attempt.desc())
    .limit(1)
)
SHOP_BY_SLUG = select(shops.c.id).where(shops.c.slug == bindparam("slug"))
LAST_ADDRESS = (
    select(checkouts.c.address)
    .where(checkouts.c.account_id == bindparam("account_id"), checkouts.c.address != "{}")
    .order_by(checkouts.c.id.desc())
    .limit(1)
)

_OFFER_COLUMNS = (
    variants.c.id,
    variants.c.listing_id,
    variants.c.shop_id,
    variants.c.sku,
    variants.c.options,
    variants.c.price,
    listings.c.title,
    listings.c.handle,
    listings.c.photo,
    listings.c.state,
    listings.c.currency,
    variants.c.retired_at,
    shops.c.name.label("shop_name"),
    shops.c.slug.label("shop_slug"),
    shops.c.owner_id,
    shops.c.commission,
    accounts.c.suspended_at,
    (stock.c.on_hand - stock.c.held - stock.c.sold).label("free"),
    listings.c.category_id,
)


@cache
def offers(count: int) -> Select[Any]:
    """The offers of `count` variants, given as v0, v1, …"""
    return (
        select(*_OFFER_COLUMNS)
        .select_from(variants)
        .join(listings, listings.c.id == variants.c.listing_id)
        .join(shops, shops.c.id == variants.c.shop_id)
        .join(accounts, accounts.c.id == shops.c.owner_id)
        .join(stock, stock.c.variant_id == variants.c.id)
        .where(listings.c.kind == "product", or_(*(variants.c.id == bindparam(f"v{i}") for i in range(count))))
        .order_by(variants.c.id)
    )


CART_OF_ACCOUNT = select(carts.c.id, carts.c.coupon).where(carts.c.account_id == bindparam("account_id"))
CART_OF_SECRET = select(carts.c.id, carts.c.coupon).where(carts.c.secret_hash == bindparam("secret_hash"))
CART_LINES = (
    select(cart_lines.c.variant_id, cart_lines.c.quantity, cart_lines.c.price_seen)
    .where(cart_lines.c.cart_id == bindparam("cart_id"))
    .order_by(cart_lines.c.added_at, cart_lines.c.variant_id)
)
CART_COUNT = select(func.coalesce(func.sum(cart_lines.c.quantity), 0)).where(
    cart_lines.c.cart_id == bindparam("cart_id")
)
SET_CART_LINE = (
    update(cart_lines)
    .where(cart_lines.c.cart_id == bindparam("cart"), cart_lines.c.variant_id == bindparam("variant"))
    .values(quantity=bindparam("pieces"), price_seen=bindparam("price"))
)
DROP_CART_LINE = delete(cart_lines).where(
    cart_lines.c.cart_id == bindparam("cart"), cart_lines.c.variant_id == bindparam("variant")
)
EMPTY_CART = delete(cart_lines).where(cart_lines.c.cart_id == bindparam("cart"))
DROP_CART = delete(carts).where(carts.c.id == bindparam("cart"))
GIVE_CART = (
    update(carts).where(carts.c.id == bindparam("cart")).values(account_id=bindparam("account"), secret_hash=None)
)
SET_CART_COUPON = update(carts).where(carts.c.id == bindparam("cart")).values(coupon=bindparam("code"))
STALE_CARTS = (
    select(carts.c.id)
    .where(carts.c.account_id.is_(None), carts.c.updated_at < bindparam("before"))
    .order_by(carts.c.id)
    .limit(bindparam("most"))
)
TOUCH_CART = update(carts).where(carts.c.id == bindparam("cart")).values(updated_at=bindparam("at"))

_METHOD = select(
    shipping_methods.c.id,
    shipping_methods.c.shop_id,
    shipping_methods.c.name,
    shipping_methods.c.countries,
    shipping_methods.c.price,
    shipping_methods.c.free_from,
    shipping_methods.c.days_min,
    shipping_methods.c.days_max,
)


@cache
def methods(count: int) -> Select[Any]:
    """The ways of sending of `count` shops, given as s0, s1, …"""
    return _METHOD.where(
        shipping_methods.c.shop_id.in_([bindparam(f"s{i}") for i in range(count)]),
        shipping_methods.c.ended_at.is_(None),
    ).order_by(shipping_methods.c.position, shipping_methods.c.id)


END_METHOD = (
    update(shipping_methods)
    .where(
        shipping_methods.c.id == bindparam("key"),
        shipping_methods.c.shop_id == bindparam("shop"),
        shipping_methods.c.ended_at.is_(None),
    )
    .values(ended_at=bindparam("at"))
)

_COUPON = select(
    coupons.c.id,
    coupons.c.code,
    coupons.c.shop_id,
    coupons.c.basis_points,
    coupons.c.amount,
    coupons.c.least,
    coupons.c.starts_at,
    coupons.c.ends_at,
    coupons.c.most_uses,
    coupons.c.uses,
    coupons.c.currency,
    coupons.c.most_off,
    coupons.c.free_shipping,
    coupons.c.category_id,
    coupons.c.first_only,
)
CATEGORIES_BELOW = select(categories.c.id, categories.c.parent_id)
HAS_BOUGHT = (
    select(payments.c.id)
    .join(checkouts, checkouts.c.id == payments.c.checkout_id)
    .join(deals, deals.c.checkout_id == checkouts.c.id)
    .where(
        checkouts.c.account_id == bindparam("buyer_id"),
        payments.c.state == "paid",
        deals.c.process.not_in(library.sold_by_market()),
    )
    .limit(1)
)
COUPON = _COUPON.where(coupons.c.code == bindparam("code"))
COUPON_BY_ID = _COUPON.where(coupons.c.id == bindparam("id"))
_COUPONS = _COUPON.where(coupons.c.id < bindparam("before")).order_by(coupons.c.id.desc()).limit(bindparam("most"))
COUPONS_OF_SHOP = _COUPONS.where(coupons.c.shop_id == bindparam("shop_id"))
COUPONS_OF_MARKET = _COUPONS.where(coupons.c.shop_id.is_(None))
USE_COUPON = (
    update(coupons)
    .where(coupons.c.id == bindparam("key"), or_(coupons.c.most_uses.is_(None), coupons.c.uses < coupons.c.most_uses))
    .values(uses=coupons.c.uses + 1)
)
GIVE_BACK_COUPON = (
    update(coupons).where(coupons.c.id == bindparam("key"), coupons.c.uses > 0).values(uses=coupons.c.uses - 1)
)
END_COUPON = (
    update(coupons)
    .where(coupons.c.id == bindparam("key"), or_(coupons.c.ends_at.is_(None), coupons.c.ends_at > bindparam("at")))
    .values(ends_at=bindparam("at"))
)
