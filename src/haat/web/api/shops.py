"""Who sells."""

from __future__ import annotations

from haat.kernel.errors import NotFound
from haat.market.accounts.shop import shop_by_slug
from haat.market.deals import shipping
from haat.web.api import cost_shapes, goods_shapes
from haat.web.http import Context
from haat.web.routes import Endpoint, Output


class ShopPage(Output, frozen=True):
    """A shop, since when it is there, and how it sends its goods. Its listings are at `/listings?shop=`."""

    shop: goods_shapes.Shop
    since: int
    shipping_methods: list[cost_shapes.ShippingTerms]


def show_shop(ctx: Context, slug: str) -> ShopPage:
    row = shop_by_slug(ctx.store, slug)
    return ShopPage(
        shop=goods_shapes.shop(row),
        since=row.created_at,
        shipping_methods=[cost_shapes.shipping_terms(method) for method in shipping.of_shop(ctx.store, row.id)],
    )


ENDPOINTS = [Endpoint("GET", "/shops/{slug}", show_shop, "One shop", gives=ShopPage, errors=(NotFound,))]
