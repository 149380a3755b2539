"""Every page of this room."""

from haat.web.pages.selling import (
    coupons,
    documents,
    editor,
    equipment,
    jobs,
    listings,
    money,
    orders,
    payouts,
    shop,
    statements,
    today,
    ways,
)
from haat.web.routes import Page

PAGES: list[Page] = [
    *today.PAGES,
    *orders.PAGES,
    *listings.PAGES,
    *editor.PAGES,
    *equipment.PAGES,
    *jobs.PAGES,
    *money.PAGES,
    *payouts.PAGES,
    *statements.PAGES,
    *documents.PAGES,
    *coupons.PAGES,
    *ways.PAGES,
    *shop.PAGES,
]
